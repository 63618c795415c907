"""The CSV files: the columns that are promised, nothing that a spreadsheet would run, and no texts."""

from __future__ import annotations

import csv
import io

import polars as pl
import pytest
from pressreview.reports.exports import (
    ARTICLE_COLUMNS,
    COUNTRY_COLUMNS,
    OUTLET_COLUMNS,
    articles_csv,
    to_csv,
)
from pressreview.reports.files import ReportFiles
from pressreview.reports.frames import Corpus, build_corpus


def rows(content: bytes) -> list[dict[str, str]]:
    """The rows as a reader of RFC 4180 sees them."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_columns_stand_in_the_promised_order(annual: ReportFiles) -> None:
    found = {path.name: list(rows(path.read_bytes())[0]) for path in annual.tables}
    assert found == {
        "articles.csv": list(ARTICLE_COLUMNS),
        "countries.csv": list(COUNTRY_COLUMNS),
        "outlets.csv": list(OUTLET_COLUMNS),
    }
    promised = (
        "id,url,title,outlet,outlet_name,outlet_country,outlet_kind,outlet_reach,outlet_guessed,lang,published,"
        "countries,authors,coverage,coverage_prob,actors,corruption_level,corruption_level_prob,summary,model,"
        "collector,source"
    )
    assert ",".join(ARTICLE_COLUMNS) == promised


def test_every_labelled_article_is_there_unrelated_ones_too(annual: ReportFiles) -> None:
    found = rows(annual.tables[0].read_bytes())
    assert len(found) == 12
    assert [r["coverage"] for r in found].count("unrelated") == 2
    first = found[0]
    assert first["published"] == "2025-01-05"
    assert first["countries"] == "KHM;THA"
    assert first["actors"] == "police;employer"
    assert (first["coverage_prob"], first["corruption_level_prob"]) == ("0.8", "0.6")
    assert first["source"] == "https://mekong.example/feed.xml"
    assert first["summary"] == "false"


def test_it_opens_as_utf8_in_a_spreadsheet(annual: ReportFiles) -> None:
    for path in annual.tables:
        content = path.read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        assert b"\r\n" in content


def test_polars_reads_it_back(annual: ReportFiles) -> None:
    frame = pl.read_csv(annual.tables[0])
    assert frame["id"].len() == 12


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_formulas_are_disarmed(sign: str) -> None:
    content = to_csv(pl.DataFrame({"title": [f"{sign}1+1"], "n": [-1]}))
    assert rows(content) == [{"title": f"'{sign}1+1", "n": "-1"}]


def test_formulas_behind_a_semicolon_are_disarmed() -> None:
    content = to_csv(pl.DataFrame({"title": ["a;=1+1"], "url": ["https://x.example/;=1"]}))
    assert rows(content) == [{"title": "a;'=1+1", "url": "https://x.example/%3B=1"}]


def test_no_cell_of_a_hostile_year_begins_as_a_formula(hostile_annual: ReportFiles) -> None:
    for path in hostile_annual.tables:
        for row in rows(path.read_bytes()):
            for name, value in row.items():
                assert not value.startswith(("=", "+", "@", "-")), f"{path.name} {name}: {value}"


def test_a_semicolon_in_a_byline_does_not_make_two(make_article) -> None:
    corpus = build_corpus([make_article("a", authors=("A; B", "C"))], [], year=2025)
    assert rows(articles_csv(corpus))[0]["authors"] == "A, B;C"


def test_countries_of_which_nothing_was_seen_are_listed(annual: ReportFiles) -> None:
    found = {r["country"]: r for r in rows(annual.tables[1].read_bytes())}
    assert len(found) == 250
    assert found["BRA"]["status"] == "not_observed"
    assert found["BRA"]["corruption_share"] == ""
    assert found["KHM"]["articles"] == "7"
    assert found["KHM"]["small"] == "false"


def test_outlets_without_an_article_are_listed(annual: ReportFiles) -> None:
    found = {r["outlet"]: r for r in rows(annual.tables[2].read_bytes())}
    assert found["nordic"]["seen"] == "140"
    assert found["mirror"]["aggregator"] == "true"
    assert found["blog-example"]["guessed"] == "true"


def test_an_empty_corpus_has_a_header(corpus: Corpus) -> None:
    nothing = corpus.only("XXX")
    assert articles_csv(nothing).decode("utf-8-sig").strip().replace('"', "") == ",".join(ARTICLE_COLUMNS)
