"""Labelled articles: read, checked against the codebook, and split so that nothing leaks.

Two forms are read. Labels apart from texts (`labels.jsonl` and a folder of `*.jsonl.gz`, joined by `id`),
and examples that carry their text (`training/data/*.jsonl`, made up for this project). A line that does not
fit the codebook becomes a refusal with file and line; the rest goes on.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ..classifiers.codebook import ACTORS, COVERAGE, LEVELS, CorruptionLevel, Coverage
from ..coverage.article import Refusal, Source
from ..errors import TrainingError

MADE_UP: Final = Path(__file__).resolve().parent / "data"
"""The made-up examples that the project ships."""

REPORT_OUTLETS: Final = frozenset({"US State Department, Trafficking in Persons Report 2018"})
"""Outlets whose rows are sections of a report, another genre than news: never in the held-out split."""

HELD_OUT_SHARE: Final = 0.25
"""Share of outlets that are held out (a share of rows follows from it only roughly)."""
SALT: Final = "2534"
"""Chosen once, so that the held-out outlets have every class, 19 languages and few stories in common with
others. Never changed: it would move articles between the splits."""


@dataclass(frozen=True)
class Example:
    """One labelled article."""

    id: str
    title: str
    text: str
    lang: str
    coverage: str
    actors: tuple[str, ...]
    corruption_level: str
    story: str
    """Articles on the same event share it."""
    outlet: str
    confidence: int = 1
    """1 sure to 3 a coin's toss."""
    made_up: bool = False

    @property
    def is_report(self) -> bool:
        """Whether it is a section of a report, not news."""
        return self.outlet in REPORT_OUTLETS

    @property
    def content_key(self) -> str:
        """The same for texts that differ only in spaces."""
        return hashlib.sha256(
            " ".join(f"{self.title} {self.text}".split()).encode("utf-8", "replace")
        ).hexdigest()


@dataclass(frozen=True)
class Examples:
    """What was read, and what was refused and why."""

    rows: tuple[Example, ...]
    refusals: tuple[Refusal, ...] = ()

    def __add__(self, other: Examples) -> Examples:
        return Examples(self.rows + other.rows, self.refusals + other.refusals)


# -- reading -----------------------------------------------------------------------------------------


def read_made_up(paths: Iterable[Path] | None = None) -> Examples:
    """Read examples that carry their text; by default all of `training/data/*.jsonl`."""
    rows: list[Example] = []
    refusals: list[Refusal] = []
    seen: set[str] = set()
    for path in sorted(MADE_UP.glob("*.jsonl")) if paths is None else paths:
        for number, row in _json_lines(path):
            faults = row_faults(row) if isinstance(row, dict) else [str(row)]
            if not faults and row["id"] in seen:
                faults = [f"the id {row['id']!r} stands twice"]
            if faults:
                refusals.append(_refusal(path, number, faults))
                continue
            seen.add(row["id"])
            rows.append(_example(row, row, made_up=row.get("made_up") is True))
    return Examples(tuple(rows), tuple(refusals))


def read_labelled(labels: Iterable[Path], texts: Iterable[Path]) -> Examples:
    """Read labels and join them with their texts by `id`.

    Args:
        labels: JSON Lines files with labels; where a line has its own `text`, that is used.
        texts: JSON Lines files (plain or .gz) or folders of them, with `id`, `title` and `text`.

    Raises:
        TrainingError: a file cannot be read.
    """
    labels = list(labels)
    wanted = {str(row.get("id")) for path in labels for _, row in _json_lines(path) if isinstance(row, dict)}
    bodies = _bodies(texts, wanted)
    rows: list[Example] = []
    refusals: list[Refusal] = []
    for path in labels:
        for number, row in _json_lines(path):
            if isinstance(row, dict):
                joined: Mapping[str, Any] = {**bodies.get(str(row.get("id")), {}), **row}
                faults = row_faults(joined)
            else:
                joined, faults = {}, [str(row)]
            if faults:
                refusals.append(_refusal(path, number, faults))
            else:
                rows.append(_example(joined, joined, made_up=joined.get("made_up") is True))
    return Examples(tuple(rows), tuple(refusals))


def row_faults(row: Mapping[str, Any]) -> list[str]:
    """What is wrong with a labelled row, after the codebook; empty where it is sound."""
    faults = []
    for key in ("id", "lang", "text"):
        if not isinstance(row.get(key), str) or not row[key].strip():
            faults.append(f"`{key}` is missing or empty")
    if not isinstance(row.get("title") or "", str):
        faults.append("`title` is no text")
    coverage, level, actors = row.get("coverage"), row.get("corruption_level"), row.get("actors")
    if coverage not in COVERAGE:
        faults.append(f"`coverage` is {coverage!r}; it is one of {', '.join(COVERAGE)}")
    if level not in LEVELS:
        faults.append(f"`corruption_level` is {level!r}; it is one of {', '.join(LEVELS)}")
    if not isinstance(actors, list):
        faults.append("`actors` is no list")
    else:
        faults.extend(
            f"`actors` names {actor!r}, which is not in the codebook"
            for actor in actors
            if actor not in ACTORS
        )
    if row.get("confidence", 1) not in (1, 2, 3):
        faults.append(f"`confidence` is {row['confidence']!r}; it is 1, 2 or 3")
    return faults or _contradictions(coverage, level, actors or [])


def _contradictions(coverage: object, level: object, actors: Sequence[str]) -> list[str]:
    corrupt = coverage == Coverage.TRAFFICKING_CORRUPTION
    faults = []
    if corrupt == (level == CorruptionLevel.NONE):
        faults.append(f"`corruption_level` is {level} where `coverage` is {coverage}")
    if coverage == Coverage.UNRELATED and actors:
        faults.append("`actors` stand on an unrelated article")
    return faults


def _example(row: Mapping[str, Any], labels: Mapping[str, Any], *, made_up: bool) -> Example:
    identity = str(row["id"])
    return Example(
        id=identity,
        title=row.get("title") or "",
        text=row["text"],
        lang=row["lang"],
        coverage=labels["coverage"],
        actors=tuple(actor for actor in ACTORS if actor in labels["actors"]),
        corruption_level=labels["corruption_level"],
        story=str(row.get("story") or identity),
        outlet=str(row.get("outlet") or ("made up" if made_up else "")),
        confidence=int(row.get("confidence", 1)),
        made_up=made_up,
    )


def texts_in(paths: Iterable[Path]) -> Iterator[tuple[str, str]]:
    """Title and text of every row of files (plain or .gz) or folders of them, labelled or not."""
    for row in _text_rows(paths):
        yield row.get("title") or "", row.get("text") or ""


def _text_rows(paths: Iterable[Path]) -> Iterator[Mapping[str, Any]]:
    for path in paths:
        files = sorted([*path.glob("*.jsonl"), *path.glob("*.jsonl.gz")]) if path.is_dir() else [path]
        for file in files:
            yield from (row for _, row in _json_lines(file) if isinstance(row, dict))


def _bodies(texts: Iterable[Path], wanted: set[str]) -> dict[str, dict[str, Any]]:
    return {
        row["id"]: {"title": row.get("title") or "", "text": row.get("text") or ""}
        for row in _text_rows(texts)
        if row.get("id") in wanted
    }


def _json_lines(path: Path) -> Iterator[tuple[int, Any]]:
    """Line numbers and objects; a line that is no object comes as a text that says why."""
    try:
        with (
            gzip.open(path, "rt", encoding="utf-8")
            if path.suffix == ".gz"
            else path.open(encoding="utf-8") as stream
        ):
            for number, line in enumerate(stream, 1):
                if line.strip():
                    yield number, _object(line)
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise TrainingError(
            f"labelled articles cannot be read ({error})",
            mend="Give a readable JSON Lines file in UTF-8",
            path=path,
        ) from error


def _object(line: str) -> Any:
    try:
        row = json.loads(line)
    except ValueError as error:
        return f"not JSON ({error})"
    return row if isinstance(row, dict) else "not a JSON object"


def _refusal(path: Path, number: int, faults: Sequence[str]) -> Refusal:
    return Refusal(Source("train", str(path), number), "; ".join(faults))


# -- splitting ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Split:
    """Articles to train on, and articles held out that share no story, no outlet and no text with them."""

    train: tuple[Example, ...]
    held_out: tuple[Example, ...]
    """Real news of held-out outlets."""
    made_up: tuple[Example, ...]
    """Made-up articles held out by id."""
    withheld: tuple[Example, ...]
    """Neither: of a training outlet, but on a story (or with a text) that is held out."""


def split(rows: Iterable[Example]) -> Split:
    """Split by outlet and story.

    An outlet is held out by a hash of its name, so an article never changes sides when others come. A
    training article on a held-out story is withheld from both sides. Reports stay in training, made-up
    articles go by their id.
    """
    held_out, made_up, rest = [], [], []
    for row in rows:
        if row.made_up and share_of(row.id) < HELD_OUT_SHARE:
            made_up.append(row)
        elif not row.made_up and not row.is_report and share_of(row.outlet or row.story) < HELD_OUT_SHARE:
            held_out.append(row)
        else:
            rest.append(row)
    stories = {row.story for row in held_out} | {row.story for row in made_up}
    contents = {row.content_key for row in held_out} | {row.content_key for row in made_up}
    conflict = {row.id for row in rest if row.story in stories or row.content_key in contents}
    return Split(
        train=tuple(row for row in rest if row.id not in conflict),
        held_out=tuple(held_out),
        made_up=tuple(made_up),
        withheld=tuple(row for row in rest if row.id in conflict),
    )


def share_of(key: str) -> float:
    """A number in 0..1 that depends on nothing but the key and the salt."""
    digest = hashlib.sha256(f"{SALT}\n{key}".encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[:4], "big") / 2**32


def groups(rows: Sequence[Example]) -> list[str]:
    """A group for each row: rows that share a story or an outlet, if only through others, share the group.

    Cross-validation keeps a group in one fold. Report sections are grouped by story alone (one report has one
    outlet), made-up articles by id.
    """
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        parent.setdefault(key, key)
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    def keys(row: Example) -> tuple[str, str]:
        own = f"story {row.story}"
        return own, own if row.made_up or row.is_report or not row.outlet else f"outlet {row.outlet}"

    for row in rows:
        story, outlet = keys(row)
        first, second = sorted((root(story), root(outlet)))
        parent[second] = first
    return [root(keys(row)[0]) for row in rows]


def digest_of(rows: Iterable[Example]) -> str:
    """SHA-256 over ids, texts and labels, in the order of ids: names the data in the training record."""
    digest = hashlib.sha256()
    for row in sorted(rows, key=lambda r: r.id):
        line = [row.id, row.content_key, row.coverage, *row.actors, row.corruption_level, str(row.confidence)]
        digest.update("\t".join(line).encode("utf-8", "replace") + b"\n")
    return digest.hexdigest()
