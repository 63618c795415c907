"""A document as one HTML file that opens from disk, with no network, no fonts and no scripts from elsewhere.

Every string goes through Jinja's autoescape; the only markup let through is that of our own drawings, whose
words were escaped when they were written. A Content-Security-Policy forbids whatever might slip in anyway.
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from .document import (
    Bullets,
    Cell,
    Chart,
    Column,
    Document,
    KeyFigures,
    Kind,
    Link,
    Note,
    Paragraph,
    Table,
    Text,
)

TEMPLATES = Path(__file__).resolve().parent / "templates"
STATIC = Path(__file__).resolve().parent / "static"
RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})


@lru_cache(maxsize=1)
def _environment() -> Environment:
    """Jinja with every string escaped and every missing name an error."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.tests["paragraph"] = lambda block: isinstance(block, Paragraph)
    environment.tests["bullets"] = lambda block: isinstance(block, Bullets)
    environment.tests["note"] = lambda block: isinstance(block, Note)
    environment.tests["key_figures"] = lambda block: isinstance(block, KeyFigures)
    environment.tests["table"] = lambda block: isinstance(block, Table)
    environment.tests["chart"] = lambda block: isinstance(block, Chart)
    environment.tests["link"] = lambda inline: isinstance(inline, Link)
    environment.tests["inside"] = lambda link: isinstance(link, Link) and link.url.startswith("#")
    environment.filters["language"] = _language
    environment.filters["cell_class"] = _cell_class
    environment.filters["least_width"] = _least_width
    return environment


def render_html(document: Document) -> bytes:
    """The document as a UTF-8 HTML page."""
    style = (STATIC / "report.css").read_text("utf-8")
    script = (STATIC / "report.js").read_text("utf-8")
    page = (
        _environment()
        .get_template("report.html.j2")
        .render(
            document=document,
            # Ours, from the package: the two strings that are not escaped, beside the drawings.
            style=Markup(style),  # noqa: S704
            script=Markup(script),  # noqa: S704
            script_hash=_hash(script),
            drawing=lambda chart: Markup(chart.svg),  # noqa: S704
        )
    )
    return page.encode("utf-8")


def _hash(script: str) -> str:
    """The digest by which the Content-Security-Policy knows our script."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _language(item: Cell | Text | Link) -> str:
    """The `lang` attribute for others' words; '' where nobody can tell."""
    return item.lang if item.lang not in {"", "und"} else ""


def _least_width(column: Column) -> str:
    """The least width of a column of words, in rem, after its weight: on a telephone the table scrolls."""
    return f"{min(max(3.1 * column.weight, 4.5), 16):.1f}"


def _cell_class(cell: Cell, column: Column) -> str:
    """The classes of a table cell."""
    names = {Kind.NUMBER: "n", Kind.SHARE: "n", Kind.DATE: "d", Kind.TEXT: ""}
    classes = [
        names[column.kind],
        "s" if cell.small else "",
        "m" if cell.muted else "",
        "f" if cell.foreign else "",
    ]
    return " ".join(name for name in classes if name)
