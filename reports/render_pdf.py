"""A document as a tagged PDF (PDF/UA-1), set by Typst.

The template (templates/report.typ) is fixed code; the document goes to it as JSON, whose strings Typst sets
as they are. Nothing that came from outside is ever part of Typst code: there is nothing to inject into.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import typst

from ..errors import ReportError
from . import fonts
from .document import (
    Block,
    Bullets,
    Cell,
    Chart,
    Column,
    Document,
    Inline,
    KeyFigures,
    Link,
    Note,
    Paragraph,
    Section,
    Table,
    Text,
)
from .svg import as_png
from .wording import number

TEMPLATE: Final = Path(__file__).resolve().parent / "templates" / "report.typ"
STANDARDS: Final[tuple[Literal["ua-1"] | None, ...]] = ("ua-1", None)
"""What is tried, in this order: PDF/UA-1 (ISO 14289-1), then a tagged PDF of no standard."""
RIGHT_TO_LEFT: Final = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
"""Languages written from right to left; Kurdish `ku` is mostly in Latin letters."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A PDF, and what fell short in making it."""

    content: bytes
    warnings: tuple[str, ...] = ()


def render_pdf(document: Document, *, contents: bool = True) -> Printed:
    """Set the document.

    Args:
        document: the report.
        contents: with a table of contents on a page of its own.

    Raises:
        ReportError: Typst cannot set it; says what it said.
    """
    setting = _Setting()
    data = setting.document(document, contents=contents)
    with tempfile.TemporaryDirectory(prefix="pressreview-") as name:
        folder = Path(name)
        shutil.copyfile(TEMPLATE, folder / "report.typ")
        (folder / "document.json").write_text(json.dumps(data, ensure_ascii=False), "utf-8")
        for file, drawing in setting.drawings.items():
            (folder / file).write_bytes(drawing)
        return _compile(folder, document.made_at, setting)


def _compile(folder: Path, made_at: dt.datetime, setting: _Setting) -> Printed:
    """Compile as PDF/UA-1; where that fails, as a plain tagged PDF with a warning."""
    problems: list[str] = sorted(setting.replaced)
    for standard in STANDARDS:
        try:
            content, warnings = typst.compile_with_warnings(
                str(folder / "report.typ"),
                root=str(folder),
                font_paths=fonts.fonts(system=setting.needs_system_fonts),
                ignore_system_fonts=not setting.needs_system_fonts,
                format="pdf",
                pdf_standards=standard,
                timestamp=int(made_at.timestamp()),
            )
        except typst.TypstError as error:
            problems.append(f"the PDF is no PDF/UA-1: {error.message}")
            continue
        return Printed(content, (*problems, *(warning.message for warning in warnings)))
    raise ReportError(
        f"Typst cannot set the PDF: {problems[-1]}",
        mend="Report it with the version that `pressreview doctor` prints; the HTML page was written",
    )


class _Setting:
    """Turns a document into what the template reads, and keeps what it came across on the way."""

    def __init__(self) -> None:
        self.drawings: dict[str, bytes] = {}
        self.replaced: set[str] = set()
        self.needs_system_fonts = False

    def document(self, document: Document, *, contents: bool) -> dict[str, Any]:
        """The whole document."""
        front = self.blocks(document.front)
        sections = [self.section(section) for section in document.sections]
        families = list(fonts.families(system=self.needs_system_fonts))
        serif = [name for name in fonts.SERIF if name in families]
        sans = [name for name in families if name not in serif]
        made = document.made_at.astimezone(dt.UTC)
        return {
            "title": document.title,
            "subtitle": document.subtitle,
            "description": document.description,
            "keywords": list(document.keywords),
            "language": document.language,
            "running": document.running,
            "foot": " · ".join(f"{fact.name}: {fact.value}" for fact in document.imprint[-3:-1]),
            "date": {
                "year": made.year, "month": made.month, "day": made.day,
                "hour": made.hour, "minute": made.minute,
            },
            "contents": contents,
            "contents-title": "Contents",
            "imprint-title": "Imprint",
            "fonts": {
                "sans": sans,
                "serif": [*serif, *sans],
                "by-language": {k: v for k, v in fonts.CJK.items() if v in families},
            },
            "front": front,
            "sections": sections,
            "imprint": [{"name": fact.name, "value": fact.value} for fact in document.imprint],
        }  # fmt: skip

    def section(self, section: Section) -> dict[str, Any]:
        """A section and those within it."""
        return {
            "id": section.id,
            "title": section.title,
            "blocks": self.blocks(section.blocks),
            "sections": [self.section(inner) for inner in section.sections],
        }

    def blocks(self, blocks: tuple[Block, ...]) -> list[dict[str, Any]]:
        """Blocks without those that are not for print."""
        return [self.block(b) for b in blocks if not (isinstance(b, Table) and b.printed_rows == 0)]

    def block(self, block: Block) -> dict[str, Any]:
        """A block of any kind."""
        match block:
            case Paragraph(content):
                return {"type": "paragraph", "content": self.inlines(content)}
            case Bullets(items):
                return {"type": "bullets", "items": [self.inlines(item) for item in items]}
            case Note(kind, title, content):
                return {
                    "type": "note",
                    "kind": str(kind),
                    "title": title,
                    "content": self.inlines(content),
                }
            case KeyFigures(figures):
                rows = [{"value": f.value, "label": f.label, "detail": f.detail} for f in figures]
                return {"type": "figures", "figures": rows}
            case Chart():
                return self.chart(block)
            case Table():
                return self.table(block)

    def inlines(self, content: tuple[Inline, ...]) -> list[dict[str, Any]]:
        """Runs of text and links."""
        return [self.inline(part) for part in content]

    def inline(self, part: Inline) -> dict[str, Any]:
        """A run of text or a link."""
        words, lang = self.words(part.text, part.lang, "text"), _language(part.lang)
        plain = {"text": words, "lang": lang, "leftwards": lang in RIGHT_TO_LEFT}
        if isinstance(part, Link):
            inside = part.url.startswith("#")
            return plain | ({"target": part.url[1:]} if inside else {"url": part.url})
        assert isinstance(part, Text)
        return plain | {"strong": part.strong}

    def chart(self, chart: Chart) -> dict[str, Any]:
        """A drawing, kept in a file of its own."""
        # Typst maps the shaped letters of a drawing back to no characters, which PDF/UA forbids.
        shaped = fonts.needs_shaping(chart.svg)
        file = f"drawing-{len(self.drawings)}.{'png' if shaped else 'svg'}"
        self.drawings[file] = as_png(chart.svg) if shaped else chart.svg.encode()
        self.needs_system_fonts |= fonts.needs_system_fonts(chart.svg)
        return {
            "type": "chart",
            "title": chart.title,
            "alt": chart.alt,
            "source": chart.source,
            "file": file,
            "width": chart.printed_width,
        }

    def table(self, table: Table) -> dict[str, Any]:
        """A table, cut to what is printed of it."""
        kept = [index for index, column in enumerate(table.columns) if column.print]
        rows = table.rows if table.printed_rows is None else table.rows[: table.printed_rows]
        whole = table.total_rows if table.total_rows is not None else len(table.rows)
        notes = list(table.notes)
        if len(rows) < whole:
            notes.insert(0, f"The first {number(len(rows))} of {number(whole)} rows; {table.more}")
        return {
            "type": "table",
            "caption": table.caption,
            "columns": [self.column(table.columns[index]) for index in kept],
            "rows": [[self.cell(row[index]) for index in kept] for row in rows],
            "notes": notes,
        }

    @staticmethod
    def column(column: Column) -> dict[str, Any]:
        """A column."""
        return {"header": column.header, "kind": str(column.kind), "weight": column.weight}

    def cell(self, cell: Cell) -> dict[str, Any]:
        """A cell; others' words give way to a note where no font can draw them."""
        words = self.words(cell.text, cell.lang, cell.foreign or "text")
        lang = "" if words.startswith("[") and words != cell.text else _language(cell.lang)
        return {
            "text": words,
            "url": cell.url,
            "lang": lang,
            "leftwards": lang in RIGHT_TO_LEFT,
            "foreign": bool(cell.foreign),
            "small": cell.small,
            "muted": cell.muted,
        }

    def words(self, text: str, lang: str, what: str) -> str:
        """The text as it can be printed; remembers what could not."""
        shown = fonts.printable(text, lang=lang, what=what)
        if shown.startswith("[") and shown != text:
            self.replaced.add(f"no font on this machine for {shown.strip('[]').split(':')[0]}")
        self.needs_system_fonts |= fonts.needs_system_fonts(shown)
        return breakable(shown)


_LONG: Final = re.compile(r"[^\s\u200b]{19,}")
_BREAK: Final = "\u200b"


def breakable(text: str) -> str:
    """The text with places to break in words too long for a column: after a sign, or after 18 letters.

    Scripts that are written without spaces are left alone: Typst knows where they break.
    """

    def broken(match: re.Match[str]) -> str:
        word = match.group()
        if not word.isascii():
            return word
        parts = re.findall(r"[^./_@?&=+-]{1,18}[./_@?&=+-]*|[./_@?&=+-]+", word)
        return _BREAK.join(parts)

    return _LONG.sub(broken, text)


def _language(code: str) -> str:
    """A language as Typst takes it: two or three letters, '' where nobody can tell."""
    main = code.split("-", maxsplit=1)[0].lower()
    return main if main != "und" and main.isascii() and main.isalpha() and len(main) in {2, 3} else ""
