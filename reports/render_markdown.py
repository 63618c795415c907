"""A document as Markdown (CommonMark with tables), for mail and editors. Charts become their words."""

from __future__ import annotations

import re
from typing import Final

from .document import (
    Block,
    Bullets,
    Cell,
    Chart,
    Document,
    Inline,
    KeyFigures,
    Kind,
    Link,
    Note,
    Paragraph,
    Section,
    Table,
)
from .wording import number

_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>|~&$@])")
"""What CommonMark, its tables and its common extensions take for markup anywhere in a line."""
_LEADING: Final = re.compile(r"^(\d{1,9})?([#+\-=.)])")
"""What they take for a heading, a list or a rule at its beginning."""
_LINK_UNSAFE: Final = re.compile(r"[<>\s|\\]")


def render_markdown(document: Document) -> bytes:
    """The document as UTF-8 Markdown."""
    lines = [f"# {escape(document.subtitle)}", "", f"*{escape(document.title)}*", ""]
    lines += [escape(document.description), ""]
    for block in document.front:
        lines += _block(block)
    for section in document.sections:
        lines += _section(section, 2)
    lines += ["---", ""]
    lines += [f"- {escape(fact.name)}: {escape(fact.value)}" for fact in document.imprint]
    return ("\n".join(lines).rstrip() + "\n").encode()


def escape(text: str) -> str:
    """Text that Markdown shows as it is."""
    return _LEADING.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", text))


def _section(section: Section, level: int) -> list[str]:
    """A section and those within it."""
    lines = [f"{'#' * level} {escape(section.title)}", ""]
    for block in section.blocks:
        lines += _block(block)
    for inner in section.sections:
        lines += _section(inner, level + 1)
    return lines


def _block(block: Block) -> list[str]:
    """A block, with the empty line after it."""
    match block:
        case Paragraph(content):
            return [_inlines(content), ""]
        case Bullets(items):
            return [*(f"- {_inlines(item)}" for item in items), ""]
        case Note(_, title, content):
            return [f"> **{escape(title)}** {_inlines(content)}", ""]
        case KeyFigures(figures):
            return [
                *(
                    f"- **{escape(f.value)}** {escape(f.label)}"
                    + (f" ({escape(f.detail)})" if f.detail else "")
                    for f in figures
                ),
                "",
            ]
        case Chart():
            lines = [f"**{escape(block.title)}.** {escape(block.alt)} {escape(block.source)}", ""]
            return lines + (_table(block.table) if block.table else [])
        case Table():
            return _table(block)


def _inlines(content: tuple[Inline, ...]) -> str:
    """Runs of text and links."""
    return "".join(_inline(part) for part in content)


def _inline(part: Inline) -> str:
    """A run of text, or a link."""
    if isinstance(part, Link):
        return escape(part.text) if part.url.startswith("#") else _link(part.text, part.url)
    if part.strong:
        words = part.text.strip()
        return f"**{escape(words)}**" + (" " if part.text.endswith(" ") else "")
    return escape(part.text)


def _link(text: str, url: str) -> str:
    """A link whose address cannot end early."""
    return f"[{escape(text)}](<{_LINK_UNSAFE.sub(lambda m: f'%{ord(m.group()):02X}', url)}>)"


def _table(table: Table) -> list[str]:
    """A table, cut as in print."""
    if table.printed_rows == 0:
        return []
    kept = [index for index, column in enumerate(table.columns) if column.print]
    rows = table.rows if table.printed_rows is None else table.rows[: table.printed_rows]
    rule = [":--" if table.columns[i].kind in {Kind.TEXT, Kind.DATE} else "--:" for i in kept]
    lines = [
        f"**{escape(table.caption)}**",
        "",
        _row([escape(table.columns[i].header) for i in kept]),
        _row(rule),
        *(_row([_cell(row[i]) for i in kept]) for row in rows),
        "",
    ]
    whole = table.total_rows if table.total_rows is not None else len(table.rows)
    if len(rows) < whole:
        lines += [f"The first {number(len(rows))} of {number(whole)} rows; {escape(table.more)}", ""]
    for note in table.notes:
        lines += [escape(note), ""]
    return lines


def _cell(cell: Cell) -> str:
    """A cell."""
    return _link(cell.text, cell.url) if cell.url else escape(cell.text)


def _row(cells: list[str]) -> str:
    """A row of a table."""
    return f"| {' | '.join(cells)} |"
