"""JSON Lines in, JSON Lines out, without a store (design, section 5.2).

Lines are read, labelled and written a few dozen at a time, so a file may be of any length. The output has
one line for each line of the input, in the same order; a line that cannot be used gets `{"id": ...,
"error": ...}` in its place.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from ..coverage.article import Label, Progress, Refusal, Source
from ..coverage.language import detect
from ..errors import InputError
from .model import Classifier, Document

BATCH: Final = 64
"""Lines that are read ahead: bounds the memory."""
LONGEST_LINE: Final = 64 * 2**20
"""Bytes of a line beyond which it is refused unread."""
REFUSALS_KEPT: Final = 1000
"""Refusals that the summary spells out; all of them are counted and stand in the output."""
_GZIP_FAULTS: Final = (EOFError, gzip.BadGzipFile, zlib.error)


@dataclass(frozen=True)
class ClassifySummary:
    """What became of the lines."""

    model: str
    read: int
    labelled: int
    refused: int
    """Lines answered with an error: more than none means exit status 3."""
    coverage: Mapping[str, int] = field(default_factory=dict)
    """Lines by coverage label."""
    refusals: tuple[Refusal, ...] = ()
    """The first refusals, with file and line."""


@dataclass(frozen=True)
class _Line:
    """A line of the input: a document, or the reason why it is none."""

    number: int
    id: Any
    document: Document | None = None
    error: str = ""


def classify_jsonl(
    input: Path, output: Path, classifier: Classifier, progress: Progress | None = None
) -> ClassifySummary:
    """Label the lines of a file.

    Args:
        input: JSON Lines in UTF-8, gzipped where the name ends in `.gz`. Each line has `id` and `text`, and
            may have `title`, `url` and `lang`.
        output: where to write; gzipped where the name ends in `.gz`. It appears under its name when whole.
        classifier: the loaded model.
        progress: is told `("classify", lines done, None)`.

    Raises:
        InputError: the input cannot be opened, or the output cannot be written.
    """
    if output.exists() and input.exists() and output.samefile(input):
        raise InputError("input and output are the same file", mend="Give another --output", path=output)
    coverage: Counter[str] = Counter()
    refusals: list[Refusal] = []
    read = refused = 0
    with _reading(input) as source, _writing(output) as sink:
        lines = _lines(source)
        while batch := list(islice(lines, BATCH)):
            for line, record in zip(batch, _answers(batch, classifier), strict=True):
                sink.write(_encoded(record))
                read += 1
                if line.error:
                    refused += 1
                    refusals.append(Refusal(Source("classify", str(input), line.number), line.error))
                else:
                    coverage[record["coverage"]] += 1
            del refusals[REFUSALS_KEPT:]
            if progress is not None:
                progress("classify", read, None)
    return ClassifySummary(
        model=classifier.name,
        read=read,
        labelled=read - refused,
        refused=refused,
        coverage=dict(sorted(coverage.items())),
        refusals=tuple(refusals),
    )


def _answers(batch: list[_Line], classifier: Classifier) -> Iterator[dict[str, Any]]:
    labels = iter(classifier.predict([line.document for line in batch if line.document is not None]))
    for line in batch:
        if line.document is None:
            yield {"id": line.id, "error": f"line {line.number}: {line.error}"}
        else:
            yield record_of(line.id, next(labels))


def record_of(id: str | int, label: Label) -> dict[str, Any]:
    """A label with the keys of the contract, in its order."""
    return {
        "id": id,
        "coverage": label.coverage,
        "coverage_probs": dict(label.coverage_probs),
        "actors": list(label.actors),
        "actor_probs": dict(label.actor_probs),
        "corruption_level": label.corruption_level,
        "corruption_level_probs": dict(label.corruption_level_probs),
        "lang": label.lang,
        "model": label.model,
    }


def _lines(source: BinaryIO) -> Iterator[_Line]:
    number = 0
    while True:
        number += 1
        try:
            raw = source.readline(LONGEST_LINE)
            if len(raw) == LONGEST_LINE and not raw.endswith(b"\n"):
                _skip_line(source)
                yield _Line(number, None, error=f"longer than {LONGEST_LINE // 2**20} MiB")
                continue
        except _GZIP_FAULTS as error:
            yield _Line(number, None, error=f"the gzip file is broken from here on ({error})")
            return
        if not raw:
            return
        if number == 1:
            raw = raw.removeprefix(b"\xef\xbb\xbf")
        if raw.strip():
            yield _parse(raw, number)


def _skip_line(source: BinaryIO) -> None:
    while True:
        rest = source.readline(LONGEST_LINE)
        if not rest or rest.endswith(b"\n"):
            return


def _parse(raw: bytes, number: int) -> _Line:
    try:
        row = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        return _Line(number, None, error=f"not UTF-8 (byte {error.start + 1})")
    except ValueError as error:
        return _Line(number, None, error=f"not JSON ({error})")
    except RecursionError:
        return _Line(number, None, error="not JSON that can be read (nested too deep)")
    if not isinstance(row, dict):
        return _Line(number, None, error=f"{_kind(row)}, not an object")
    identity = row.get("id")
    if not isinstance(identity, str | int) or isinstance(identity, bool) or identity == "":
        return _Line(
            number, None, error="`id` is missing" if identity is None else "`id` is no text or whole number"
        )
    fault = _fault(row)
    if fault:
        return _Line(number, identity, error=fault)
    title, text = row.get("title") or "", row["text"]
    lang = row.get("lang") or detect(f"{title}\n{text}").lang
    return _Line(number, identity, Document(str(identity), title, text, lang))


def _fault(row: Mapping[str, Any]) -> str:
    """What is wrong with a row's text, title or language; '' where nothing is."""
    if row.get("text") is None:
        return "`text` is missing"
    if not isinstance(row["text"], str):
        return f"`text` is {_kind(row['text'])}, not a text"
    if not row["text"].strip():
        return "`text` is empty"
    for key in ("title", "lang"):
        if row.get(key) is not None and not isinstance(row[key], str):
            return f"`{key}` is {_kind(row[key])}, not a text"
    return ""


def _kind(value: object) -> str:
    """What a JSON value is, in JSON's words."""
    names = {
        type(None): "null",
        bool: "a truth value",
        int: "a number",
        float: "a number",
        str: "a string",
        list: "an array",
    }
    return names.get(type(value), "an object")


def _encoded(record: Mapping[str, Any]) -> bytes:
    try:
        return json.dumps(record, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:  # half a surrogate pair in the id: spelled as an escape, as it came
        return json.dumps(record).encode() + b"\n"


@contextmanager
def _reading(path: Path) -> Iterator[BinaryIO]:
    try:
        stream = cast(BinaryIO, gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb"))  # noqa: SIM115
    except OSError as error:
        raise InputError(
            f"cannot be read ({error.strerror})", mend="Give a file of JSON Lines that exists", path=path
        ) from error
    with stream:
        yield stream


@contextmanager
def _writing(path: Path) -> Iterator[BinaryIO]:
    """A file that appears under its name only when it is whole; pipes and devices are written directly."""
    direct = path.exists() and not path.is_file()
    target = path if direct else path.with_name(f"{path.name}.partial")
    try:
        stream = cast(BinaryIO, _open_output(target, packed=path.suffix == ".gz"))
    except OSError as error:
        raise InputError(
            f"cannot be written ({error.strerror})",
            mend="Give an --output in a folder that exists",
            path=path,
        ) from error
    try:
        with stream:
            yield stream
    except BaseException:
        if not direct:
            target.unlink(missing_ok=True)
        raise
    if not direct:
        target.replace(path)


def _open_output(path: Path, *, packed: bool) -> Any:
    if packed:  # no time and no name inside: the same labels give the same bytes
        return gzip.GzipFile(path, "wb", mtime=0)
    return path.open("wb")
