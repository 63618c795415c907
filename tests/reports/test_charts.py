"""Drawings: whole in themselves, the same each time, and in colours that the dark page knows."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from pressreview.reports import charts, maps, svg
from pressreview.reports.charts import About, Bar
from pressreview.reports.document import Chart
from pressreview.reports.frames import Corpus
from pressreview.reports.geography import countries
from pressreview.reports.measures import by_month

CSS = (Path(charts.__file__).parent / "static" / "report.css").read_text("utf-8")


def about(chart_id: str = "c") -> About:
    """Plain words."""
    return About(chart_id, "A <title> & more", 'A "description"', "A source.")


def some_bars(chart_id: str = "c") -> Chart:
    """Two bars in two parts."""
    rows = [Bar("First", (3, 1), "4 · 25%"), Bar("<b>Second</b> 中文", (1, 0), "1†", lang="zh")]
    return charts.bars(rows, about(chart_id), series=charts.WITHOUT_AND_WITH)


def some_map() -> Chart:
    """Cambodia by its outline, Singapore by a dot."""
    classes = maps.article_classes(50)
    values = {"KHM": maps.article_class(50, classes), "SGP": maps.article_class(2, classes)}
    return maps.world_map(classes, values, {"KHM": "Cambodia: 50 articles"}, about("m"))


def texts(chart: Chart) -> list[str]:
    """All words drawn."""
    return [e.text or "" for e in ET.fromstring(chart.svg).iter(f"{{{svg.SVG}}}text")]


def test_the_same_data_gives_the_same_drawing() -> None:
    assert some_bars().svg == some_bars().svg
    assert some_map().svg == some_map().svg


def test_a_drawing_refers_to_nothing_outside() -> None:
    for chart in (some_bars(), some_map()):
        assert re.findall(r'(?:href|src)="[^#]', chart.svg) == []
        assert set(re.findall(r'xmlns(?::\w+)?="([^"]+)"', chart.svg)) == {svg.SVG}


def test_labels_are_words_and_never_markup() -> None:
    assert "<b>Second</b> 中文" in texts(some_bars())
    assert ET.fromstring(some_bars().svg).findtext(f"{{{svg.SVG}}}title") == "A <title> & more"


def test_each_bar_says_its_numbers() -> None:
    assert {"4 · 25%", "1†"} <= set(texts(some_bars()))


def test_two_bars_of_one_name_stay_apart() -> None:
    twins = charts.bars([Bar("Gazette", (1,), "1"), Bar("Gazette", (2,), "2")], about())
    assert {"Gazette", "Gazette (2)"} <= set(texts(twins))


def test_long_labels_are_cut_by_their_width() -> None:
    assert charts.fit("a" * 40) == "a" * 30 + "…"
    assert charts.fit("中" * 40) == "中" * 15 + "…"
    assert charts.fit("short") == "short"


def test_a_month_with_too_little_seen_is_words_and_no_bar(corpus: Corpus) -> None:
    drawn = texts(charts.trend(by_month(corpus, last_month=11), about()))
    assert drawn.count("not enough seen") == 10
    assert drawn.count("not yet") == 1
    assert "7" in drawn


def test_every_colour_of_a_drawing_has_its_dark_counterpart() -> None:
    used = set()
    for chart in (some_bars(), some_map()):
        used |= set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]{6})"', chart.svg))
    used |= {svg.INK, svg.MUTED, svg.FAINT, svg.BLUE, svg.RUST, svg.GREY, svg.NAVY, *svg.BLUES, *svg.ORANGES}
    missing = [colour for colour in sorted(used) if f'[fill="{colour}"]' not in CSS]
    assert missing == []


def test_ids_of_two_drawings_in_one_page_never_clash() -> None:
    one, other = (set(re.findall(r'\bid="([^"]+)"', some_bars(name).svg)) for name in ("a", "b"))
    assert one
    assert not one & other


def test_small_states_are_dots_and_large_ones_outlines() -> None:
    drawn = some_map().svg
    assert "Cambodia: 50 articles" in drawn
    assert "Singapore: 1–4" in drawn


def test_every_country_can_be_shown_on_the_map() -> None:
    outlined = {feature["properties"]["iso3"] for feature in maps.world_outlines()}
    placed = {c.iso3 for c in countries().values() if c.latitude is not None}
    assert set(countries()) - outlined - placed == {"ATA"}  # Antarctica has no press


@pytest.mark.parametrize(
    ("top", "names"),
    [
        (3, ["1–4", "5 or more"]),
        (40, ["1–4", "5–9", "10–19", "20 or more"]),
        (300, ["1–4", "5–19", "20–49", "50–199", "200 or more"]),
        (90_000, ["1–4", "5–99", "100–1,999", "2,000–49,999", "50,000 or more"]),
    ],
)
def test_classes_of_a_map(top: int, names: list[str]) -> None:
    classes = maps.article_classes(top)
    assert [c.name for c in classes] == names
    assert len({c.colour for c in classes}) == len(classes)


@pytest.mark.parametrize(
    ("n", "name"), [(1, "1–4"), (4, "1–4"), (5, "5–19"), (19, "5–19"), (199, "50–199"), (300, "200 or more")]
)
def test_a_count_falls_in_one_class(n: int, name: str) -> None:
    assert maps.article_class(n, maps.article_classes(300)) == name


@pytest.mark.parametrize(
    ("share", "name"),
    [
        (0, "under 10%"),
        (0.1, "10–24%"),
        (0.25, "25–49%"),
        (0.5, "50–74%"),
        (0.75, "75% or more"),
        (1, "75% or more"),
    ],
)
def test_a_share_falls_in_one_class(share: float, name: str) -> None:
    assert maps.share_class(share) == name
