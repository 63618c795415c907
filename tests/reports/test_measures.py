"""Each number recomputed by hand from the made-up year in conftest.py."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from pressreview.reports import measures
from pressreview.reports.frames import Corpus, build_corpus


def row(frame: pl.DataFrame, key: object) -> dict[str, object]:
    """The one row with this key."""
    rows = frame.filter(pl.col("key") == key).to_dicts()
    assert len(rows) == 1, f"{key} stands in {len(rows)} rows"
    return rows[0]


def test_totals_count_each_article_once(corpus: Corpus) -> None:
    assert measures.totals(corpus) == measures.Totals(
        seen=412,
        passed=14,
        labelled=12,
        unrelated=2,
        articles=10,
        corruption=4,
        summaries=1,
        outlets_seen=7,
        outlets=4,  # mekong, siam, globe, blog-example; the aggregator is none
        guessed_outlets=1,
        countries=3,  # KHM, THA, LAO; FRA stands only in an unrelated article
        languages=3,  # km, en, th; one language was not recognised
        placed=9,
        bylined=3,
    )


def test_coverage_shares_are_of_all_labelled(corpus: Corpus) -> None:
    frame = measures.by_coverage(corpus)
    assert frame["key"].to_list() == ["unrelated", "trafficking_only", "trafficking_corruption"]
    assert frame["articles"].to_list() == [2, 6, 4]
    assert frame["articles_share"].to_list() == pytest.approx([2 / 12, 6 / 12, 4 / 12])
    assert frame["small"].to_list() == [True, False, True]


def test_a_country_counts_each_article_that_tells_of_it(corpus: Corpus) -> None:
    frame = measures.by_country(corpus)
    assert frame["key"].to_list() == ["KHM", "THA", "LAO"]
    cambodia = row(frame, "KHM")
    assert cambodia["articles"] == 7  # m1 m2 m3 m4 s2 g1 r1
    assert cambodia["main"] == 7
    assert cambodia["corruption"] == 2  # m1 m2
    assert cambodia["corruption_share"] == pytest.approx(2 / 7)
    assert cambodia["small"] is False
    thailand = row(frame, "THA")
    assert (thailand["articles"], thailand["main"], thailand["corruption"]) == (2, 1, 2)
    assert thailand["small"] is True


def test_home_press_foreign_press_and_aggregators_are_kept_apart(corpus: Corpus) -> None:
    cambodia = row(measures.by_country(corpus), "KHM")
    assert cambodia["home"] == 4  # m1 m2 m3 m4
    assert cambodia["foreign"] == 2  # s2 g1
    assert cambodia["unknown_press"] == 1  # r1, by an aggregator
    assert (cambodia["home_corruption"], cambodia["foreign_corruption"]) == (2, 0)
    assert (cambodia["outlets"], cambodia["home_outlets"]) == (3, 1)  # mekong siam globe
    laos = row(measures.by_country(corpus), "LAO")
    assert (laos["home"], laos["foreign"], laos["unknown_press"]) == (
        0,
        0,
        1,
    )  # the outlet's country is unknown


def test_levels_by_country(corpus: Corpus) -> None:
    thailand = row(measures.by_country(corpus), "THA")
    assert {level: thailand[level] for level in ("everyday", "organised", "high_level", "unspecified")} == {
        "everyday": 0,
        "organised": 1,
        "high_level": 1,
        "unspecified": 0,
    }


def test_an_outlets_share_is_of_its_whole_output(corpus: Corpus) -> None:
    frame = measures.by_outlet(corpus)
    mekong = row(frame, "mekong")
    assert (mekong["seen"], mekong["passed"], mekong["labelled"]) == (160, 7, 5)
    assert (mekong["articles"], mekong["corruption"], mekong["bylined"]) == (4, 2, 3)
    assert mekong["articles_share"] == pytest.approx(4 / 160)
    assert mekong["corruption_share"] == pytest.approx(2 / 4)
    assert mekong["small"] is True


def test_an_outlet_with_no_article_keeps_its_denominator(corpus: Corpus) -> None:
    nordic = row(measures.by_outlet(corpus), "nordic")
    assert (nordic["seen"], nordic["articles"], nordic["articles_share"]) == (140, 0, 0.0)
    assert nordic["corruption_share"] is None
    assert nordic["outlet_name"] == "Nordic Post"


def test_a_share_with_a_denominator_below_its_numerator_is_left_open(make_article) -> None:
    two = build_corpus([make_article("a"), make_article("b")], [], year=2025)
    assert row(measures.by_outlet(two), "mekong")["articles_share"] is None


def test_by_kind_leaves_aggregators_out(corpus: Corpus) -> None:
    frame = measures.by_outlet_column(corpus, "outlet_kind")
    assert "online" not in frame["key"].to_list()
    newspaper = row(frame, "newspaper")
    assert newspaper["seen"] == 160 + 140 + 4
    assert newspaper["articles"] == 4
    assert newspaper["articles_share"] == pytest.approx(4 / 304)
    assert (newspaper["outlets"], newspaper["outlets_seen"]) == (1, 3)
    agency = row(frame, "agency")
    assert (agency["articles"], agency["corruption"], agency["seen"]) == (2, 1, 32)


def test_by_reach_and_by_outlet_country(corpus: Corpus) -> None:
    reach = measures.by_outlet_column(corpus, "outlet_reach")
    assert {r["key"]: r["articles"] for r in reach.to_dicts()} == {
        "national": 6, "international": 2, "unknown": 1, "local": 0,
    }  # fmt: skip
    country = measures.by_outlet_column(corpus, "outlet_country")
    assert {r["key"]: (r["articles"], r["seen"]) for r in country.to_dicts()} == {
        "KHM": (4, 160), "THA": (2, 70), "GBR": (2, 32), "": (1, 1), "NOR": (0, 140), "PER": (0, 4),
    }  # fmt: skip


def test_by_language(corpus: Corpus) -> None:
    frame = measures.by_language(corpus)
    english = row(frame, "en")
    assert (english["seen"], english["articles"], english["corruption"]) == (157, 6, 2)
    assert english["outlets"] == 2  # mekong and globe; the aggregator is none
    assert row(frame, "und")["articles"] == 1
    assert row(frame, "no")["articles_share"] == 0.0


def test_actors_have_two_denominators(corpus: Corpus) -> None:
    frame = measures.by_actor(corpus)
    police = row(frame, "police")
    assert (police["articles"], police["corruption"]) == (3, 3)
    assert police["articles_share"] == pytest.approx(3 / 10)
    assert police["corruption_share"] == pytest.approx(3 / 4)
    assert police["sphere"] == "public"
    employer = row(frame, "employer")
    assert (employer["articles"], employer["corruption"]) == (2, 1)
    assert row(frame, "finance_legal")["articles"] == 0
    assert frame.height == 14


def test_a_sphere_counts_an_article_once(corpus: Corpus) -> None:
    frame = measures.by_sphere(corpus)
    assert {r["key"]: (r["articles"], r["corruption"]) for r in frame.to_dicts()} == {
        "public": (3, 3),  # m1 m2 s1, which names border and police
        "private": (2, 1),  # m1 m4, which names recruiter and employer
        "civil": (0, 0),
        "informal": (0, 0),
        "criminal": (2, 0),
    }


def test_levels_are_of_articles_with_corruption(corpus: Corpus) -> None:
    frame = measures.by_level(corpus)
    assert frame["key"].to_list() == ["everyday", "organised", "high_level", "unspecified"]
    assert frame["articles"].to_list() == [1, 1, 1, 1]
    assert frame["articles_share"].to_list() == [0.25] * 4


def test_bylines_fold_case_and_count_joint_work_for_each(corpus: Corpus) -> None:
    frame = measures.by_byline(corpus)
    assert frame["key"].to_list() == ["Sok Dara", "Lim Na"]
    assert frame["articles"].to_list() == [2, 2]
    assert frame["corruption"].to_list() == [2, 1]
    assert frame["outlets"].to_list() == [["Mekong Daily"], ["Mekong Daily"]]
    assert row(frame, "Sok Dara")["countries"] == ["KHM", "THA"]


def test_months_with_too_little_seen_are_no_zero(corpus: Corpus) -> None:
    # 10 articles in 412 seen: 3 are expected from 124 seen up.
    frame = measures.by_month(corpus)
    march, february, december = (row(frame, month) for month in (3, 2, 12))
    assert (march["seen"], march["articles"], march["corruption"]) == (359, 7, 2)
    assert march["articles_share"] == pytest.approx(7 / 359)
    assert march["status"] == "enough"
    assert (february["seen"], february["status"]) == (0, "not_enough")
    assert february["articles_share"] is None
    assert (december["articles"], december["status"]) == (1, "not_enough")
    assert frame["articles"].sum() == 10


def test_months_that_have_not_begun_are_marked(corpus: Corpus) -> None:
    frame = measures.by_month(corpus, last_month=4)
    assert frame["status"].to_list() == ["not_enough"] * 2 + ["enough", "not_enough"] + ["future"] * 8


def test_articles_seen_on_no_day_are_counted_apart(corpus: Corpus) -> None:
    assert measures.undated_seen(corpus) == 1


@pytest.mark.parametrize(
    ("counts", "expected"),
    [([], 0), ([0, 0], 0), ([1], 1), ([5, 3, 2], 1), ([1, 1, 1, 1], 2), ([4, 3, 3], 2)],
)
def test_concentration_is_the_fewest_rows_that_hold_half(counts: list[int], expected: int) -> None:
    assert measures.concentration(pl.Series(counts, dtype=pl.Int64)) == expected


def test_measures_of_nothing_are_empty_and_do_not_fail() -> None:
    nothing = build_corpus([], [], year=2025)
    assert measures.totals(nothing).articles == 0
    assert measures.by_coverage(nothing)["articles_share"].to_list() == [None] * 3
    for frame in (
        measures.by_country(nothing),
        measures.by_outlet(nothing),
        measures.by_outlet_column(nothing, "outlet_kind"),
        measures.by_language(nothing),
        measures.by_byline(nothing),
    ):
        assert frame.height == 0
    assert measures.by_month(nothing)["status"].unique().to_list() == ["not_enough"]
    assert measures.by_actor(nothing)["articles"].sum() == 0


def test_a_country_named_twice_counts_once(make_article) -> None:
    one = build_corpus([make_article("a", countries=("KHM", "KHM"))], [], year=2025)
    assert row(measures.by_country(one), "KHM")["articles"] == 1


def test_undated_articles_are_in_the_total_and_in_no_month(make_article) -> None:
    two = build_corpus(
        [make_article("a", day=None), make_article("b", day=dt.date(2025, 6, 1))], [], year=2025
    )
    assert measures.totals(two).articles == 2
    assert measures.by_month(two)["articles"].sum() == 1
