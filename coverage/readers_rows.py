"""Readers of tables: JSON lines, JSON arrays, CSV and its relatives. Streaming: a row at a time is in memory.

A row that cannot be read becomes a refusal with its line and the mend; the next row is read all the same.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from w3lib.encoding import read_bom

from ..errors import InputError
from .article import Candidate, Refusal, Source
from .columns import load_columns, recognised, tells_of_articles, to_candidate
from .decoding import guess_encoding
from .openfiles import BROKEN_GZIP, first_bytes, open_bytes

MAX_LINE = 20_000_000
"""Characters of a line beyond which it is refused."""
MAX_FIELD = 2_000_000
"""Characters of a cell: a quotation mark that is never closed swallows no more rows than this."""
_DELIMITERS = (",", ";", "\t", "|", "^", "~", ":")
_UNDECODED = re.compile(r"[\udc80-\udcff]")
"""What Python's `surrogateescape` makes of bytes that fit no encoding."""
_CHUNK = 1 << 16

csv.field_size_limit(MAX_FIELD)  # a setting of the whole process; Python's default refuses long articles

Read = Iterator[Candidate | Refusal]


def encoding_of(head: bytes) -> str:
    """The encoding of a text file, from its beginning: its mark, UTF-8 where it fits, else a guess."""
    encoding, mark = read_bom(head)
    if encoding and mark:
        return "utf-8-sig" if encoding == "utf-8" else encoding.removesuffix("-le").removesuffix("-be")
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(head)  # the beginning may end in the middle of a character
        return "utf-8"
    except UnicodeDecodeError as error:
        if error.start > len(head) // 2 or head[error.start :].isascii():
            return "utf-8"  # damage further down; those lines are refused by themselves
    return guess_encoding(head)


def read_json_lines(path: Path) -> Read:
    """One JSON object a line."""
    with _lines(path) as lines:
        for number, line in lines:
            if isinstance(line, Refusal):
                yield line
            elif line.strip():
                yield _from_json(line, _source(path, number))


def read_json(path: Path) -> Read:
    """A JSON array of objects, or an object that holds one; parsed element by element."""
    number = 0
    for number, item in enumerate(_elements(path), start=1):
        source = _source(path, number)
        if isinstance(item, str):
            yield Refusal(source, item)
            return
        yield _candidate(item, source)
    if number == 0:
        yield Refusal(
            _source(path, None), "the JSON file holds no article. Give a list of objects, or JSON lines."
        )


def read_table(path: Path) -> Read:
    """CSV or a relative of it: the delimiter is found, the first row names the columns."""
    with _lines(path) as numbered:
        feed = _TableLines(numbered)
        header_line = next(feed, "")
        if header_line.strip().lower().startswith("sep="):  # Excel names its delimiter in a line of its own
            header_line = next(feed, "")
        delimiter = delimiter_of(header_line)
        header = next(csv.reader([header_line], delimiter=delimiter), [])
        if not tells_of_articles(header):
            shown = ", ".join(name.strip()[:40] for name in header[:12])
            yield Refusal(
                _source(path, 1),
                f"no column holds a text, a title or an address; the columns are: {shown}. "
                "Name the columns text, title, url, published, outlet and lang in the first row "
                "(docs/importing.md).",
            )
            return
        yield from feed.taken()
        yield from _table_rows(path, feed, header, delimiter)


def _table_rows(path: Path, feed: _TableLines, header: list[str], delimiter: str) -> Read:
    rows = csv.reader(feed, delimiter=delimiter)
    while True:
        begin = feed.number + 1
        try:
            row = next(rows)
        except StopIteration:
            yield from feed.taken()
            return
        except csv.Error as error:
            yield Refusal(
                _source(path, begin),
                f"the row cannot be read ({error}). Look for a quotation mark that is never closed.",
            )
            rows = csv.reader(feed, delimiter=delimiter)
            continue
        yield from feed.taken()
        if any(cell.strip() for cell in row):
            source = _source(path, begin)
            if len(row) > len(header) and any(cell.strip() for cell in row[len(header) :]):
                yield Refusal(
                    source,
                    f"the row has {len(row)} cells, the header {len(header)}. "
                    "Put cells that hold the delimiter in quotation marks.",
                )
            else:
                yield _candidate(dict(zip(header, row, strict=False)), source)


def delimiter_of(header: str) -> str:
    """The delimiter under which most names of the header are those of an article's parts."""

    def worth(delimiter: str) -> tuple[int, int]:
        names = next(csv.reader([header], delimiter=delimiter), [])
        return recognised(names), len(names)

    best = max(_DELIMITERS, key=worth)
    if worth(best)[1] > 1:
        return best
    try:
        return csv.Sniffer().sniff(header).delimiter if len(header) < 10_000 else ","
    except csv.Error:
        return ","


class _TableLines(Iterator[str]):
    """Lines for the CSV reader, which cannot carry refusals: they are kept beside."""

    def __init__(self, lines: Iterator[tuple[int, str | Refusal]]) -> None:
        self.number = 0
        self._lines = lines
        self._refused: list[Refusal] = []

    def __next__(self) -> str:
        for number, line in self._lines:
            self.number = number
            if isinstance(line, str):
                return line.replace("\0", "")
            self._refused.append(line)
        raise StopIteration

    def taken(self) -> list[Refusal]:
        """The refusals since the last time."""
        taken, self._refused = self._refused, []
        return taken


@contextmanager
def _lines(path: Path) -> Iterator[Iterator[tuple[int, str | Refusal]]]:
    """Open a text file as numbered lines; those that cannot be used come as refusals."""
    encoding = encoding_of(first_bytes(path))
    with open_bytes(path) as raw:
        text = io.TextIOWrapper(raw, encoding=encoding, errors="surrogateescape", newline=None)
        yield _numbered(text, path, encoding)


def _numbered(text: io.TextIOWrapper, path: Path, encoding: str) -> Iterator[tuple[int, str | Refusal]]:
    number = 0
    try:
        while line := text.readline(MAX_LINE + 1):
            number += 1
            if len(line) > MAX_LINE:
                while line and not line.endswith("\n"):
                    line = text.readline(_CHUNK)
                fault = f"the line has over {MAX_LINE:,} characters. Give one article a line."
            elif _UNDECODED.search(line):
                fault = f"the line is not {encoding.removesuffix('-sig').upper()}. Convert the file to UTF-8."
            else:
                yield number, line
                continue
            yield number, Refusal(_source(path, number), fault)
    except BROKEN_GZIP as error:
        reason = f"the gzip member is damaged after this line ({error}); what came before it was read."
        yield number, Refusal(_source(path, number), f"{reason} Get the file again.")
    except (OSError, UnicodeError) as error:
        yield (
            number,
            Refusal(_source(path, number), f"reading stopped after this line: {error}. Check the file."),
        )


def _from_json(line: str, source: Source) -> Candidate | Refusal:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        return Refusal(
            source, f"not JSON: {error.msg} at column {error.colno}. Write one JSON object a line."
        )
    except (RecursionError, ValueError) as error:
        return Refusal(source, f"not JSON that can be read ({error}). Write one flat JSON object a line.")
    return _candidate(row, source)


def _candidate(row: Any, source: Source) -> Candidate | Refusal:
    if not isinstance(row, Mapping):
        return Refusal(source, f"not an object but {type(row).__name__}. Write one JSON object a line.")
    try:
        return to_candidate(row, source)
    except InputError as error:
        return Refusal(source, f"{error.problem}. {error.mend}.")


def _elements(path: Path) -> Iterator[Any]:
    """Elements of the file's array; a string where the file is broken, then nothing more."""
    decoder = json.JSONDecoder()
    encoding = encoding_of(first_bytes(path))
    with open_bytes(path) as raw:
        text = io.TextIOWrapper(raw, encoding=encoding, errors="replace", newline=None)
        try:
            buffer = _to_array(text, decoder)
            if isinstance(buffer, dict):
                yield buffer
                return
            yield from _parts(text, buffer, decoder)
        except InputError as error:
            yield f"{error.problem}. {error.mend}."
        except BROKEN_GZIP as error:
            yield f"the gzip member is damaged ({error}); what came before it was read. Get the file again."
        except RecursionError:
            yield "the JSON is nested too deep. Give a list of flat objects."


def _to_array(text: io.TextIOWrapper, decoder: json.JSONDecoder) -> str | dict[str, Any]:
    """The text after the `[` that opens the list; the object itself where it is one article.

    Raises:
        InputError: the file is an object that holds no list and no article, or no JSON.
    """
    buffer = text.read(_CHUNK).lstrip("\ufeff \t\r\n")
    if buffer.startswith("["):
        return buffer[1:]
    names = "|".join(load_columns().lists)
    found = re.match(rf'\{{(?:[^\[\]]{{0,4000}}?)"(?:{names})"\s*:\s*\[', buffer, re.IGNORECASE)
    if found:
        return buffer[found.end() :]
    while len(buffer) <= MAX_LINE:
        try:
            value, _ = decoder.raw_decode(buffer)
        except ValueError as error:
            more = text.read(_CHUNK)
            if not more:
                raise InputError(
                    f"not JSON: {error}", mend="Give a list of objects, or JSON lines"
                ) from error
            buffer += more
            continue
        if isinstance(value, dict):
            return value
        break
    raise InputError("the JSON holds no list of articles", mend="Give a list of objects, or JSON lines")


def _parts(text: io.TextIOWrapper, buffer: str, decoder: json.JSONDecoder) -> Iterator[Any]:
    while True:
        buffer = buffer.lstrip(", \t\r\n")
        if buffer.startswith("]"):
            return
        try:
            value, end = decoder.raw_decode(buffer)
            if end == len(buffer):  # a number might go on in the next chunk
                raise ValueError("the list is not closed")
        except ValueError as error:
            more = text.read(max(_CHUNK, len(buffer)))  # doubling: a long element is parsed few times
            if not more:
                raise InputError(f"the JSON list breaks off: {error}", mend="Get the file again") from error
            if len(buffer) > MAX_LINE:
                raise InputError(
                    f"an element is broken, or has over {MAX_LINE:,} characters: {error}",
                    mend="Mend it, or write JSON lines, where one broken line stops nothing",
                ) from error
            buffer += more
            continue
        yield value
        buffer = buffer[end:]


def _source(path: Path, number: int | None) -> Source:
    return Source(collector="import", location=str(path), line=number)
