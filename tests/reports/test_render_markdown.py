"""The Markdown of a briefing: plain to read, and never markup by accident."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pressreview.reports.document import Cell, Column, Document, Section, Table, Text, bullets, paragraph
from pressreview.reports.render_markdown import escape, render_markdown

MARKDOWN = MarkdownIt("commonmark").enable("table")


def document(title: str, url: str = "https://x.example/") -> Document:
    """A document with one headline, in a table and in a list."""
    table = Table("t", "Caption", (Column("Headline"), Column("n")), ((Cell(title, url=url), Cell("1†")),))
    made = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    blocks = (paragraph("A paragraph."), bullets((Text("Strong. ", strong=True), title)), table)
    return Document("Title", "Subtitle", "Description.", made, (), (Section("s", "Section", blocks),), ())


def test_it_reads_as_markdown() -> None:
    text = render_markdown(document("A headline")).decode()
    assert text.startswith("# Subtitle\n")
    assert "## Section" in text
    assert "- **Strong.** A headline" in text
    assert "| [A headline](<https://x.example/>) | 1† |" in text


def test_headlines_are_never_markup(hostile: tuple[str, ...]) -> None:
    for title in hostile:
        line = " ".join(title.replace("\x00", "").split())
        html = MARKDOWN.render(render_markdown(document(line)).decode())
        for markup in ("<script", "<img", "<h1>broken", 'javascript:alert(1)"', "<em>bold", "<code>"):
            assert markup not in html, title


def test_an_address_cannot_end_early() -> None:
    text = render_markdown(document("A", url="https://x.example/a>b|c d")).decode()
    assert "(<https://x.example/a%3Eb%7Cc%20d>)" in text


@given(st.text(st.characters(blacklist_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=80))
def test_escaped_text_comes_out_as_it_went_in(text: str) -> None:
    line = " ".join(text.split())
    tokens = MARKDOWN.parseInline(f"x{escape(line)}x")
    assert "".join(child.content for child in tokens[0].children or []) == f"x{line}x"


@given(st.text(st.sampled_from("#+-=*_~>1.) \t`|x\\"), min_size=1, max_size=12))
def test_a_line_of_signs_stays_a_paragraph(text: str) -> None:
    line = " ".join(text.split())
    tokens = MARKDOWN.parse(escape(line))
    assert [token.type for token in tokens[:1]] == (["paragraph_open"] if line else [])
    if line:
        assert "".join(child.content for child in tokens[1].children or []) == line
