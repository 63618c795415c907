"""A country with no article is never called silent unless its press was watched."""

from __future__ import annotations

import polars as pl
from pressreview.reports.frames import Corpus
from pressreview.reports.geography import countries
from pressreview.reports.observation import Observed, all_countries, doubts


def status(frame: pl.DataFrame, iso3: str) -> str:
    """The status of one country."""
    return str(frame.filter(pl.col("key") == iso3)["status"].item())


def test_every_country_of_the_world_has_one_status(corpus: Corpus) -> None:
    frame = all_countries(corpus)
    assert sorted(frame["key"].to_list()) == sorted(countries())
    assert frame["status"].null_count() == 0


def test_statuses(corpus: Corpus) -> None:
    # 10 articles in 412 seen: 3 would be expected from 124 articles of a country's own press up.
    frame = all_countries(corpus)
    assert status(frame, "KHM") == Observed.ARTICLES
    assert (
        status(frame, "LAO") == Observed.ARTICLES
    )  # told of by others, though its own press is not followed
    assert status(frame, "NOR") == Observed.NONE_FOUND  # 140 seen
    assert status(frame, "PER") == Observed.NOT_ENOUGH_SEEN  # 4 seen
    assert status(frame, "BRA") == Observed.NOT_OBSERVED
    assert status(frame, "USA") == Observed.NOT_OBSERVED  # only an aggregator sits there


def test_own_press_is_counted_for_each_country(corpus: Corpus) -> None:
    norway = all_countries(corpus).filter(pl.col("key") == "NOR").row(0, named=True)
    assert (norway["own_outlets"], norway["own_seen"], norway["articles"]) == (1, 140, 0)


def test_only_doubts_that_occur_are_named(corpus: Corpus) -> None:
    found = {doubt.name: (doubt.count, doubt.whole) for doubt in doubts(corpus, undated_stored=2, stored=20)}
    assert found == {
        "no day of publication": (2, 20),
        "let in, but not in this report": (2, 14),
        "judged on a summary": (1, 10),
        "no country found": (1, 10),
        "outlet guessed": (1, 10),
        "language not recognised": (1, 10),
    }
