"""The printed report: tagged, with outline and page numbers, in every script, and never code."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from functools import cache
from pathlib import Path

import pypdf
import pytest
from pressreview.reports import fonts
from pressreview.reports.document import Cell, Chart, Column, Document, Section, Table, paragraph
from pressreview.reports.files import ReportFiles
from pressreview.reports.render_pdf import breakable, render_pdf


@pytest.fixture(scope="module")
def reader(annual: ReportFiles) -> pypdf.PdfReader:
    """The PDF of the hand-made year."""
    return pypdf.PdfReader(annual.pdf)


@cache
def words(path: Path) -> str:
    """All text of a PDF, without white space, composed."""
    text = "".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
    return re.sub(r"[\s\u200b]", "", unicodedata.normalize("NFC", text))


def titles(outline: list) -> list[str]:
    """The titles of an outline, inner ones too."""
    return [t for entry in outline for t in (titles(entry) if isinstance(entry, list) else [entry.title])]


def test_it_was_made_without_complaint(annual: ReportFiles) -> None:
    assert annual.warnings == ()


def test_title_language_and_tags(reader: pypdf.PdfReader) -> None:
    root = reader.trailer["/Root"]
    assert "2025" in reader.metadata.title
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"].value is True
    assert "/StructTreeRoot" in root
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True


def test_it_claims_pdf_ua_1(reader: pypdf.PdfReader) -> None:
    assert b"<pdfuaid:part>1</pdfuaid:part>" in reader.trailer["/Root"]["/Metadata"].get_data()


def test_outline_and_contents_name_the_sections(reader: pypdf.PdfReader) -> None:
    found = titles(reader.outline)
    for title in ("What was collected", "Countries told of", "Method and limits", "Imprint"):
        assert title in found
    assert "Contents" in reader.pages[1].extract_text() + reader.pages[0].extract_text()


def test_pages_are_numbered(reader: pypdf.PdfReader) -> None:
    count = len(reader.pages)
    assert count > 5
    for number, page in enumerate(reader.pages, start=1):
        assert f"{number} / {count}" in page.extract_text()


def test_the_first_page_has_figures_and_caution(reader: pypdf.PdfReader) -> None:
    first = reader.pages[0].extract_text()
    assert "Uncorrected figures" in first
    assert "4 of 10 articles on trafficking (40%)" in " ".join(first.split())


def test_its_date_is_the_one_that_was_given(reader: pypdf.PdfReader) -> None:
    assert reader.metadata.creation_date == dt.datetime(2026, 2, 3, 10, 0, tzinfo=dt.UTC)


def test_hostile_headlines_are_set_as_they_stand(hostile_annual: ReportFiles) -> None:
    text = words(hostile_annual.pdf)
    assert '#read("/etc/passwd")#import"@preview/evil:1.0.0"' in text
    assert ']#panic("brokenout")[' in text
    assert "=heading*bold*_italic_`code`<label>@reference" in text
    assert "root:x:0" not in text


def test_a_hostile_report_is_pdf_ua_all_the_same(hostile_annual: ReportFiles) -> None:
    assert hostile_annual.warnings == ()


def test_every_script_is_printed(hostile_annual: ReportFiles, scripts: dict[str, str]) -> None:
    used = {
        re.sub(r"^[A-Z]{6}\+", "", str(font.get_object()["/BaseFont"]))
        for page in pypdf.PdfReader(hostile_annual.pdf).pages
        for font in page["/Resources"].get("/Font", {}).values()
    }
    for name in ("Arabic", "Hebrew", "Thai", "Lao", "Khmer", "Myanmar", "Ethiopic", "CJK", "Devanagari",
                 "Bengali", "Tamil", "Telugu", "Kannada", "Malayalam", "Gujarati", "Gurmukhi", "Oriya",
                 "Sinhala", "Georgian", "Armenian"):  # fmt: skip
        assert any(name in font for font in used), name
    text = words(hostile_annual.pdf)
    # Scripts that are read back letter by letter; the others are stored in the order in which they are drawn.
    for lang in ("zh", "ja", "ko", "am", "ka", "hy", "el", "ru"):
        assert re.sub(r"\s", "", scripts[lang]) in text, lang


def test_no_font_draws_its_missing_glyph(hostile_annual: ReportFiles) -> None:
    # Code 0 of a font is the empty box; every code that is drawn has a character behind it.
    for page in pypdf.PdfReader(hostile_annual.pdf).pages:
        for font in page["/Resources"].get("/Font", {}).values():
            to_unicode = font.get_object()["/ToUnicode"].get_data()
            assert b"<0000>" not in re.sub(
                rb"begincodespacerange.*?endcodespacerange", b"", to_unicode, flags=re.S
            )


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("short words stay", ["short words stay"]),
        ("politics.gazette.example.com", ["politics.", "gazette.", "example.", "com"]),
        ("x" * 40, ["x" * 18, "x" * 18, "x" * 4]),
        ("架空の見出し" * 10, ["架空の見出し" * 10]),
    ],
)
def test_long_words_can_be_broken(text: str, parts: list[str]) -> None:
    assert breakable(text).split("\u200b") == parts


def little(title: str, lang: str) -> Document:
    """A document with one headline."""
    cell = Cell(title, url="https://x.example/", lang=lang, foreign="headline")
    table = Table("t", "One headline", (Column("Headline"),), ((cell,),))
    made = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    section = Section("s", "A section", (paragraph("A paragraph."), table))
    return Document("T", "S", "D", made, (), (section,), ())


def test_a_script_without_a_font_gives_way_to_words(tmp_path: Path) -> None:
    letters = "\U00016e60\U00016e61"  # Medefaidrin: in no packaged font, and hardly on any machine
    if any(fonts.drawable(c) for c in letters):
        pytest.skip("this machine has a font for Medefaidrin")
    printed = render_pdf(little(f"{letters} headline", "und"), contents=False)
    (tmp_path / "x.pdf").write_bytes(printed.content)
    assert "[headlineinMedefaidrinscript:seethelink]" in words(tmp_path / "x.pdf")
    assert printed.warnings == ("no font on this machine for headline in Medefaidrin script",)


def test_a_symbol_without_a_font_is_dropped(tmp_path: Path) -> None:
    symbol = "\U0001f8b0"
    if fonts.drawable(symbol):
        pytest.skip("this machine has a font for this symbol")
    printed = render_pdf(little(f"kept {symbol} words", "en"), contents=False)
    (tmp_path / "x.pdf").write_bytes(printed.content)
    assert "keptwords" in words(tmp_path / "x.pdf")


def test_the_same_document_gives_the_same_bytes() -> None:
    one, other = (render_pdf(little("عنوان", "ar"), contents=True).content for _ in range(2))
    assert one == other


@pytest.mark.parametrize(
    "name", ["गंगा समाचार", "পদ্মা বার্তা", "ข่าวอันดามัน", "ساحة المدينة", "မြန်မာ", "தமிழ்", "Волжский"]
)
def test_a_drawing_with_a_name_in_any_script_is_pdf_ua(name: str) -> None:
    """Typst cannot map a drawing's shaped letters back to characters: such a drawing is set as a picture."""
    text = f'<text x="5" y="20">{name}</text>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="200" height="40">{text}</svg>'
    chart = Chart("c", "Outlets", "Outlets by name", svg, "made up", width=200, height=40)
    made_at = dt.datetime(2026, 2, 3, tzinfo=dt.UTC)
    printed = render_pdf(Document("t", "s", "d", made_at, (chart,), (), ()), contents=False)
    assert printed.warnings == ()
