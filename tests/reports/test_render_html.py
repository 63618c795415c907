"""The page: whole in itself, readable by everyone, and deaf to what headlines would like it to do."""

from __future__ import annotations

import re
from itertools import pairwise

import lxml.html
import pytest
from pressreview.reports.files import ReportFiles


@pytest.fixture(scope="module")
def page(annual: ReportFiles) -> lxml.html.HtmlElement:
    """The parsed page of the hand-made year."""
    return lxml.html.document_fromstring(annual.html.read_bytes())


@pytest.fixture(scope="module")
def hostile_page(hostile_annual: ReportFiles) -> lxml.html.HtmlElement:
    """The parsed page of the hostile year."""
    return lxml.html.document_fromstring(hostile_annual.html.read_bytes())


def loaded(page: lxml.html.HtmlElement) -> list[str]:
    """Every address that a browser would load by itself."""
    found = []
    for element in page.iter():
        for name, value in element.attrib.items():
            local = name.rsplit("}", 1)[-1]
            links = local in {"src", "srcset", "poster", "data", "background", "action", "formaction"}
            if links or (local == "href" and element.tag != "a"):
                found.append(f"{element.tag} {local}={value}")
            found += [f"{element.tag} {local}={value}" for _ in re.findall(r"url\((?!#)", value)]
    for style in page.iter("style"):
        found += re.findall(r"(?:@import|url\()[^;)]*", style.text or "")
    return found


def test_nothing_is_loaded_from_anywhere(page) -> None:
    assert loaded(page) == []
    assert [script.get("src") for script in page.iter("script")] == [None]
    assert not page.xpath("//link | //iframe | //object | //embed | //base | //img")


def test_the_policy_forbids_what_is_not_ours(page) -> None:
    policy = page.xpath("string(//meta[@http-equiv='Content-Security-Policy']/@content)")
    assert "default-src 'none'" in policy
    assert "'sha256-" in policy
    assert "script-src 'unsafe-inline'" not in policy


def test_language_title_and_landmarks(page) -> None:
    assert page.get("lang") == "en"
    assert "2025" in page.findtext(".//title")
    for landmark in ("header", "nav", "main", "footer"):
        assert len(page.xpath(f"//{landmark}")) == 1, landmark
    assert len(page.xpath("//h1")) == 1
    skip = page.xpath("//body/*[1]")[0]
    assert skip.tag == "a"
    assert page.get_element_by_id(skip.get("href")[1:]).tag == "main"


def test_headings_skip_no_level(page) -> None:
    levels = [int(heading.tag[1]) for heading in page.xpath("//h1 | //h2 | //h3 | //h4")]
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_id_is_unique_and_every_link_within_leads_somewhere(page) -> None:
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    inner = [href[1:] for href in page.xpath("//a/@href") if href.startswith("#")]
    assert inner
    assert set(inner) <= set(ids)


def test_each_table_has_caption_and_scopes(page) -> None:
    tables = page.xpath("//table")
    assert len(tables) >= 10
    for table in tables:
        assert table.find("caption").text_content().strip()
        assert all(cell.get("scope") == "col" for cell in table.xpath("./thead//th"))
        assert all(row[0].tag == "th" and row[0].get("scope") == "row" for row in table.xpath("./tbody/tr"))


def test_each_drawing_has_a_title_and_a_description(page) -> None:
    drawings = page.xpath("//*[local-name()='svg']")
    assert len(drawings) >= 8
    for drawing in drawings:
        names = drawing.get("aria-labelledby").split()
        words = [page.get_element_by_id(name).text for name in names]
        assert drawing.get("role") == "img"
        assert all(words)


def test_figures_stand_in_the_page_with_their_denominators(page) -> None:
    text = page.text_content()
    assert "4 of 10 articles on trafficking (40%)" in text
    cells = {
        row[0].text_content(): [cell.text_content() for cell in row]
        for row in page.xpath("//table[@id='table-countries']/tbody/tr")
    }
    assert cells["Cambodia"][:4] == ["Cambodia", "7", "2†", "29%"]
    assert cells["Thailand"][:4] == ["Thailand", "2†", "2†", "2 of 2"]
    months = {
        row[0].text_content(): row[-1].text_content() for row in page.xpath("//table[@id='table-months']//tr")
    }
    assert months["Feb"] == "not enough seen"
    assert months["Mar"] == ""


def test_the_first_page_says_that_figures_are_uncorrected(page) -> None:
    first = page.get_element_by_id("summary").text_content()
    assert "Uncorrected figures" in first
    assert "hand-1" in first


def test_every_figure_says_that_it_is_uncorrected(page) -> None:
    for figure in page.xpath("//figure"):
        assert "not corrected" in figure.text_content(), figure.get("id")


def test_countries_that_are_not_followed_are_never_called_silent(page) -> None:
    unseen = page.get_element_by_id("status-not-observed").text_content()
    assert "Brazil" in unseen
    assert "silent" not in page.text_content().lower()
    assert "Norway" in page.get_element_by_id("status-none-found").text_content()


def test_outlets_that_are_guesses_or_aggregators_are_marked(page) -> None:
    outlets = page.get_element_by_id("table-outlets").text_content()
    assert "blog.example (guessed)" in outlets
    assert "News Mirror (aggregator)" in outlets


def test_headlines_are_never_markup(hostile_page, hostile: tuple[str, ...]) -> None:
    assert len(hostile_page.xpath("//script")) == 1
    assert not hostile_page.xpath("//img | //b | //*[@onerror or @onclick or @onload]")
    assert not hostile_page.xpath("//h1[contains(., 'broken')]")
    text = hostile_page.text_content()
    for title in hostile[:3]:
        assert title in text
    assert "{{ 7 * 7 }}" in text
    assert "\u202e" not in text


def test_only_web_addresses_become_links(hostile_page) -> None:
    outside = [href for href in hostile_page.xpath("//main//a/@href") if ":" in href]
    assert outside
    assert all(href.startswith("https://") for href in outside)
    assert not any('"' in href for href in outside)


def test_long_headlines_are_cut(hostile_page) -> None:
    assert max(len(cell.text_content()) for cell in hostile_page.xpath("//td | //th")) <= 310


def test_others_words_are_set_apart_with_their_language(hostile_page, scripts: dict[str, str]) -> None:
    shown = {e.get("lang"): e.text for e in hostile_page.xpath("//table[@id='table-articles']//bdi[@lang]")}
    for lang, title in scripts.items():
        assert shown[lang] == title


def test_the_page_stays_small(annual: ReportFiles) -> None:
    assert annual.html.stat().st_size < 1_000_000
