"""What may be a link, and the order in which a document is read."""

from __future__ import annotations

import datetime as dt

import pytest
from pressreview.errors import ReportError
from pressreview.reports.document import Document, Section, paragraph, safe_url, walk
from pressreview.reports.geography import countries, country_name, language_name, require_country


@pytest.mark.parametrize("url", ["https://a.example/b?c=d#e", "http://a.example", "https://ツ.example/ä"])
def test_web_addresses_are_links(url: str) -> None:
    assert safe_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//a.example/", "a.example",
        "https://", "http://[bad", 'https://a.example/"x', "https://a.example/<b>", "https://a.example/a b",
        "https://a.example/\n",
    ],
)  # fmt: skip
def test_other_addresses_are_none(url: str) -> None:
    assert safe_url(url) == ""


def test_a_document_is_read_from_front_to_back() -> None:
    inner = Section("b", "B", (paragraph("3"),))
    sections = (Section("a", "A", (paragraph("2"),), (inner,)), Section("c", "C", (paragraph("4"),)))
    made = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    document = Document("T", "S", "D", made, (paragraph("1"),), sections, ())
    assert [(s.id if s else "", block) for s, block in walk(document)] == [
        ("", paragraph("1")), ("a", paragraph("2")), ("b", paragraph("3")), ("c", paragraph("4")),
    ]  # fmt: skip


def test_countries_have_names_and_regions() -> None:
    assert country_name("KHM") == "Cambodia"
    assert country_name("XKX") == "Kosovo"
    assert country_name("") == "not known"
    assert country_name("ZZZ") == "ZZZ"
    assert all(c.region and c.subregion and c.name != c.iso3 for c in countries().values())


def test_a_country_code_is_checked() -> None:
    assert require_country("khm").name == "Cambodia"
    with pytest.raises(ReportError, match=r"'KH' is no country code\. Give the three letters"):
        require_country("KH")


@pytest.mark.parametrize(
    ("code", "name"), [("km", "Khmer"), ("zh-hant", "Chinese"), ("und", "not recognised"), ("qqz", "qqz")]
)
def test_languages_have_names(code: str, name: str) -> None:
    assert language_name(code) == name
