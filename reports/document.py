"""The one document that every renderer draws: sections of paragraphs, figures, tables, charts and notes.

A document knows nothing of HTML or PDF, and holds only plain text: nothing in it is markup, so a renderer
that escapes (or never parses) its strings cannot be led astray by a headline. All records are frozen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Text:
    """A run of plain text. `lang` is set for text in another language than the report's (a headline)."""

    text: str
    strong: bool = False
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A link to a page, or to a part of the document where `url` starts with '#'."""

    text: str
    url: str
    lang: str = ""


Inline = Text | Link


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of short paragraphs."""

    items: tuple[tuple[Inline, ...], ...]


class NoteKind(StrEnum):
    """How a note is set off."""

    CAUTION = "caution"
    """What a reader must know before quoting a figure."""
    METHOD = "method"


@dataclass(frozen=True, slots=True)
class Note:
    """A boxed note."""

    kind: NoteKind
    title: str
    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One large figure: the number, what it counts and what it is a part of."""

    value: str
    label: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """A row of large figures."""

    figures: tuple[KeyFigure, ...]


class Kind(StrEnum):
    """What a column holds: decides alignment and how it is sorted."""

    TEXT = "text"
    NUMBER = "number"
    SHARE = "share"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    header: str
    kind: Kind = Kind.TEXT
    weight: float = 1.0
    """Width beside the other text columns (PDF)."""
    print: bool = True
    """False for what the PDF leaves out to stay readable."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table."""

    text: str
    sort: float | str | None = None
    """What it is sorted by, where that is not the text itself."""
    url: str = ""
    lang: str = ""
    """Language of text that is not the report's own; '' otherwise."""
    foreign: str = ""
    """What it is (`headline`, `name`), where it is the publisher's words; they are set apart."""
    small: bool = False
    """A count or share of fewer than 5 articles."""
    muted: bool = False
    """Says that there is nothing to say (no denominator, not enough seen)."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption; the first column names the row."""

    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    printed_rows: int | None = None
    """Rows that the PDF shows; all where None, and none at all where 0."""
    more: str = ""
    """Where the rows that are not shown stand."""
    total_rows: int | None = None
    """Rows that there are in all, where the document holds only the first."""
    folded: bool = False
    """Closed until asked for (HTML)."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing with the words for those who do not see it and the numbers that it was drawn from."""

    id: str
    title: str
    """Its one message."""
    alt: str
    svg: str
    """A complete SVG document that refers to nothing outside itself."""
    source: str
    width: float
    """In CSS pixels, as drawn."""
    height: float
    table: Table | None = None
    printed_width: float = 1.0
    """Part of the text's width that it takes in print."""


Block = Paragraph | Bullets | Note | KeyFigures | Table | Chart


@dataclass(frozen=True, slots=True)
class Section:
    """A section; `id` is its anchor."""

    id: str
    title: str
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the imprint: model, snapshot ..."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report."""

    title: str
    subtitle: str
    description: str
    """One sentence for search and for the file's properties."""
    made_at: dt.datetime
    front: tuple[Block, ...]
    """The first page."""
    sections: tuple[Section, ...]
    imprint: tuple[Fact, ...]
    language: str = "en"
    keywords: tuple[str, ...] = ("human trafficking", "corruption", "press review")
    running: str = ""
    """What stands at the head of each printed page."""
    downloads: tuple[Link, ...] = field(default=())
    """Files beside the report."""


def text(content: str, *, lang: str = "") -> tuple[Inline, ...]:
    """A single run of plain text as the content of a block."""
    return (Text(content, lang=lang),)


def strong(content: str) -> Text:
    """A run of text that stands out."""
    return Text(content, strong=True)


def paragraph(*content: Inline | str) -> Paragraph:
    """A paragraph of strings and inlines."""
    return Paragraph(tuple(Text(part) if isinstance(part, str) else part for part in content))


def bullets(*items: tuple[Inline | str, ...] | str) -> Bullets:
    """A list, each item a string or a tuple of strings and inlines."""
    rows = [(item,) if isinstance(item, str) else item for item in items]
    return Bullets(tuple(tuple(Text(p) if isinstance(p, str) else p for p in row) for row in rows))


def safe_url(url: str) -> str:
    """The URL if it is an absolute http(s) address of printable ASCII or letters, else ''.

    `javascript:` and `data:` links, and addresses with white space or quotes, never get into a report.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not host:
        return ""
    return "" if any(c in ' "<>`\\' or ord(c) < 0x21 or ord(c) == 0x7F for c in url) else url


def walk(document: Document) -> Iterator[tuple[Section | None, Block]]:
    """Every block with the section that it stands in (None on the first page), in reading order."""
    for block in document.front:
        yield None, block
    waiting = list(document.sections)
    while waiting:
        section = waiting.pop(0)
        for block in section.blocks:
            yield section, block
        waiting[:0] = section.sections
