"""Importing archives: files are read by what they are, judged by the intake, and stored in batches.

A reader is a function from a path to candidates and refusals. To add one (WARC and GDELT come next), write it
in a readers_*.py and enter it in `READERS` with a function that recognises its files; nothing else changes.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import InputError
from .article import Candidate, Judged, Outcome, Refusal, RunStatus, Source
from .columns import tells_of_articles
from .intake import Intake
from .openfiles import first_bytes
from .readers_markup import read_feed, read_page
from .readers_rows import delimiter_of, encoding_of, read_json, read_json_lines, read_table
from .store import Store
from .workers import judge_all

BATCH = 200
"""Articles that are stored in one transaction."""
MAX_REFUSALS = 1000
"""Refusals that a summary carries; the store's ledger has them all."""
_MAX_CONTROL = 0.05
"""Share of control characters beyond which a file is binary; a stray NUL in a text is below it."""
_TABLE_SUFFIXES = (".csv", ".tsv", ".tab", ".psv")
_LINE_SUFFIXES = (".jsonl", ".ndjson", ".jsonlines")
_FEED = re.compile(r"<(?:\w+:)?(?:rss|feed|rdf)\b", re.IGNORECASE)
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body|meta|title|div|article|p)\b", re.IGNORECASE)
_SITE_PARTS = re.compile(
    r"^robots\.txt$|\.(?:css|js|mjs|map|png|jpe?g|gif|webp|avif|svg|ico|woff2?|ttf|otf|eot|mp[34]|webm)(?:\.gz)?$",
    re.IGNORECASE,
)
"""What a saved site holds beside its pages; passed over in folders, refused where it is named by itself."""
_GIVE = "Give JSON lines, JSON, CSV, RSS, Atom or HTML (docs/importing.md)."
_PROLOGUE = re.compile(r"^(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What is known of a file before it is read."""

    path: Path
    name: str
    """The file's name in lower case, without `.gz`."""
    raw: bytes
    """Its beginning, unpacked."""
    text: str
    """The same, decoded."""


@dataclass(frozen=True, slots=True)
class Reader:
    """One kind of file."""

    kind: str
    recognises: Callable[[Sniffed], bool]
    read: Callable[[Path], Iterator[Candidate | Refusal]]


def _is_feed(file: Sniffed) -> bool:
    body = file.text[_end_of_prologue(file.text) :]
    # XHTML pages may hold an <rss> element further down; a feed begins with one.
    return bool(_FEED.match(body)) or (body.startswith("<!DOCTYPE rss") and bool(_FEED.search(body[:2000])))


def _is_page(file: Sniffed) -> bool:
    body = file.text[_end_of_prologue(file.text) :]
    return bool(_PAGE.match(body)) or (
        file.name.endswith((".html", ".htm", ".xhtml")) and "<" in file.text and not _is_feed(file)
    )


def _is_json_lines(file: Sniffed) -> bool:
    """Objects one a line. One object alone may hold a list of articles: that is for the JSON reader."""
    if file.name.endswith(_LINE_SUFFIXES):
        return True
    starts = [line.lstrip()[:1] for line in file.text.splitlines()[:20] if line.strip()]
    return len(starts) > 1 and starts[0] == starts[1] == "{"


def _is_json(file: Sniffed) -> bool:
    return file.text.lstrip()[:1] in ("[", "{") and not file.name.endswith(_TABLE_SUFFIXES)


def _is_table(file: Sniffed) -> bool:
    if file.name.endswith(_TABLE_SUFFIXES):
        return True
    first = file.text.lstrip().split("\n", 1)[0]
    return len(first) < 10_000 and tells_of_articles(first.split(delimiter_of(first)))


READERS: tuple[Reader, ...] = (
    Reader("feed", _is_feed, read_feed),
    Reader("page", _is_page, read_page),
    Reader("JSON lines", _is_json_lines, read_json_lines),
    Reader("JSON", _is_json, read_json),
    Reader("table", _is_table, read_table),
)
"""Asked in this order; the first that recognises a file reads it."""

_NOT_READ: Mapping[bytes, str] = {
    b"WARC/": "a WARC archive, which this version does not read",
    b"PK\x03\x04": "a ZIP file; unpack it first",
    b"%PDF-": "a PDF file; give its text as JSON lines",
    b"SQLite format 3": "a database; export it as JSON lines or CSV",
    b"BZh": "a bzip2 file; unpack it first",
    b"\xfd7zXZ": "an xz file; unpack it first",
    b"\x28\xb5\x2f\xfd": "a Zstandard file; unpack it first",
    b"PAR1": "a Parquet file; export it as JSON lines or CSV",
}


def read_path(path: Path) -> Iterator[Candidate | Refusal]:
    """Everything in a file, or in all files of a folder, in the order of their names.

    Passed over in folders: hidden files (a name that begins with a dot), and styles, scripts, pictures and
    the like of saved sites. Links to folders are not followed. Faults of a file or row come as refusals;
    nothing is raised for them.
    """
    for file in _files(path):
        if isinstance(file, Refusal):
            yield file
            continue
        try:
            yield from _read_file(file)
        except InputError as error:
            yield _refusal(file, f"{error.problem}. {error.mend}.")
        except OSError as error:
            yield _refusal(file, f"the file cannot be read: {error.strerror or error}. Check the disk.")


def _files(path: Path) -> Iterator[Path | Refusal]:
    if not path.is_dir():
        yield path
        return
    faults: list[OSError] = []
    empty = True
    for folder, folders, names in os.walk(path, onerror=faults.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and not _SITE_PARTS.search(name):
                empty = False
                yield Path(folder, name)
        while faults:
            yield _fault(faults.pop())
    while faults:
        empty = False
        yield _fault(faults.pop())
    if empty:
        yield _refusal(path, "the folder holds no file. Give another one.")


def _fault(error: OSError) -> Refusal:
    return _refusal(
        Path(str(error.filename)), f"the folder cannot be read: {error.strerror}. Check its permissions."
    )


def _read_file(path: Path) -> Iterator[Candidate | Refusal]:
    file = _sniff(path)
    if isinstance(file, Refusal):
        yield file
        return
    for reader in READERS:
        if reader.recognises(file):
            yield from reader.read(path)
            return
    yield _refusal(
        path,
        f"no kind of file that can be read. {_GIVE}",
    )


def _sniff(path: Path) -> Sniffed | Refusal:
    raw = first_bytes(path)
    if not raw.strip():
        return _refusal(path, "the file is empty. Get it again.")
    for magic, what in _NOT_READ.items():
        if raw.startswith(magic):
            return _refusal(path, f"this is {what}.")
    encoding = encoding_of(raw)
    if _looks_binary(raw[:4096]) and not encoding.startswith(("utf-16", "utf-32")):
        return _refusal(path, f"a binary file. {_GIVE}")
    name = path.name.lower().removesuffix(".gz")
    return Sniffed(path, name, raw, raw.decode(encoding, "replace").lstrip("\ufeff"))


def _looks_binary(beginning: bytes) -> bool:
    """Whether control characters stand in it as they never do in a text."""
    control = sum(byte < 32 and byte not in b"\t\n\f\r\x1b" for byte in beginning)
    return control > _MAX_CONTROL * len(beginning)


def _end_of_prologue(text: str) -> int:
    match = _PROLOGUE.match(text)
    return match.end() if match else 0


def _refusal(path: Path, reason: str) -> Refusal:
    return Refusal(Source(collector="import", location=str(path)), reason)


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What an import came to. Every candidate and every fault is in exactly one counter."""

    run: str
    """The run's id in the store."""
    stored: int = 0
    upgraded: int = 0
    known: int = 0
    dropped: int = 0
    refused: int = 0
    outlets: tuple[tuple[str, Mapping[str, int]], ...] = ()
    """Counters by outlet id ('' for what was refused), the outlet with most articles first."""
    refusals: tuple[Refusal, ...] = ()
    """The first 1,000; `refused` counts them all, and the store's ledger has them all."""
    seconds: float = 0.0

    @property
    def seen(self) -> int:
        """All articles and faults."""
        return self.stored + self.upgraded + self.known + self.dropped + self.refused

    def as_mapping(self) -> Mapping[str, object]:
        """The figures for the ledger of runs; its refusals are kept there one by one."""
        return {
            "totals": {str(outcome): getattr(self, outcome) for outcome in Outcome},
            "outlets": {outlet or "refused": dict(counts) for outlet, counts in self.outlets},
            "seconds": round(self.seconds, 3),
        }


def import_paths(
    paths: Sequence[Path],
    store: Store,
    intake: Intake,
    *,
    now: Callable[[], dt.datetime],
    progress: Callable[[str, int, int | None], None] | None = None,
    workers: int = 1,
) -> ImportSummary:
    """Read files and folders, judge what they hold and store it, a batch a transaction.

    Importing the same files again changes nothing. Ctrl-C ends the run as interrupted and is raised again;
    what was committed stays.

    Args:
        paths: files and folders.
        store: where articles go.
        intake: judges them.
        now: the clock, timezone-aware.
        progress: told of the stage `import`: how much is done, and None, for nobody knows how much there is.
        workers: processes that judge; 1 judges in this one. The result is the same, in the same order.

    Raises:
        StoreError: the store failed; the batches before are kept.
    """
    begin = now()
    run = store.start_run("import", begin, {"paths": [str(path) for path in paths], "workers": workers})
    tally = _Tally(store, run, progress)
    items = (item for path in paths for item in read_path(path))
    try:
        for item in judge_all(intake, items, workers=workers):
            tally.take(item)
        tally.flush()
    except KeyboardInterrupt:
        summary = tally.summary((now() - begin).total_seconds())
        store.finish_run(run, now(), summary.as_mapping(), status=RunStatus.INTERRUPTED)
        raise
    summary = tally.summary((now() - begin).total_seconds())
    store.finish_run(run, now(), summary.as_mapping())
    return summary


class _Tally:
    """Stores what comes, in batches, and counts."""

    def __init__(
        self, store: Store, run: str, progress: Callable[[str, int, int | None], None] | None
    ) -> None:
        self._store = store
        self._run = run
        self._progress = progress
        self._batch: list[Judged] = []
        self._faults: list[Refusal] = []
        self._counts: dict[str, Counter[str]] = {}
        self._refusals: list[Refusal] = []
        self._done = 0

    def take(self, item: Judged | Refusal) -> None:
        if isinstance(item, Refusal):
            self._faults.append(item)
        else:
            self._batch.append(item)
        if len(self._batch) + len(self._faults) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Store the batch; only what is committed is counted."""
        outcomes = self._store.add(self._batch, run=self._run) if self._batch else []
        if self._faults:
            self._store.record_refusals(self._run, self._faults)
        for judged, outcome in zip(self._batch, outcomes, strict=True):
            outlet = judged.outlet.id if judged.outlet and outcome is not Outcome.REFUSED else ""
            self._count(outlet, outcome)
            if outcome is Outcome.REFUSED:
                self._keep([Refusal(judged.source, judged.reason or "refused, and no reason given")])
        for _ in self._faults:
            self._count("", Outcome.REFUSED)
        self._keep(self._faults)
        self._done += len(self._batch) + len(self._faults)
        self._batch.clear()
        self._faults = []
        if self._progress:
            self._progress("import", self._done, None)

    def _count(self, outlet: str, outcome: Outcome) -> None:
        self._counts.setdefault(outlet, Counter())[str(outcome)] += 1

    def _keep(self, refusals: Iterable[Refusal]) -> None:
        for refusal in refusals:
            if len(self._refusals) < MAX_REFUSALS:
                self._refusals.append(refusal)

    def summary(self, seconds: float) -> ImportSummary:
        totals: Counter[str] = sum(self._counts.values(), Counter())
        ordered = sorted(self._counts.items(), key=lambda pair: (-pair[1].total(), pair[0]))
        figures: dict[str, Any] = {str(outcome): totals[str(outcome)] for outcome in Outcome}
        return ImportSummary(
            run=self._run,
            outlets=tuple((outlet, dict(counts)) for outlet, counts in ordered),
            refusals=tuple(self._refusals),
            seconds=seconds,
            **figures,
        )
