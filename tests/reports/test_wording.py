"""How numbers read."""

from __future__ import annotations

import datetime as dt

import pytest
from pressreview.classifiers.codebook import ACTOR_SPHERE, COVERAGE, LEVELS, Sphere
from pressreview.coverage.article import OutletKind, Reach
from pressreview.reports import wording
from pressreview.reports.observation import Observed


@pytest.mark.parametrize(
    ("n", "denominator", "expected"),
    [
        (0, 0, "–"),
        (2, 4, "2 of 4"),
        (2, 5, "40%"),
        (1, 199, "1%"),
        (0, 10, "0%"),
        (1, 3000, "<0.1%"),
        (25, 200, "12.5%"),
        (200, 200, "100%"),
        (0, 200, "0%"),
        (1, 150, "1%"),
    ],
)
def test_shares(n: int, denominator: int, expected: str) -> None:
    assert wording.share(n, denominator) == expected


def test_counts_agree_with_their_noun() -> None:
    assert wording.count(1, "article") == "1 article"
    assert wording.count(2345, "article") == "2,345 articles"
    assert wording.count(2, "country", "countries") == "2 countries"


def test_lists() -> None:
    assert wording.listed([]) == ""
    assert wording.listed(["a"]) == "a"
    assert wording.listed(["a", "b", "c"]) == "a, b and c"


def test_days_and_rates() -> None:
    assert wording.day(dt.date(2025, 3, 5)) == "5 Mar 2025"
    assert wording.day(None) == "–"
    assert wording.per_thousand(5, 2000) == "2.5"
    assert wording.per_thousand(5, 0) == "–"


def test_every_label_has_words() -> None:
    assert set(wording.ACTOR_NAMES) == set(ACTOR_SPHERE)
    assert set(wording.LEVEL_NAMES) == set(LEVELS)
    assert set(wording.COVERAGE_NAMES) == set(COVERAGE)
    assert set(wording.SPHERE_NAMES) == set(Sphere)
    assert set(wording.KIND_NAMES) == set(OutletKind)
    assert set(wording.REACH_NAMES) == set(Reach)
    assert set(wording.STATUS_NAMES) == set(Observed)
