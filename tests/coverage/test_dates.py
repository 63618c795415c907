"""Dates: what is read, what is not, and which claim is chosen."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pressreview.coverage.article import DateClaim, DateOrigin
from pressreview.coverage.calendars import day_before_month, find_month, gregorian
from pressreview.coverage.dates import choose_date, read_date, url_date

NOW = dt.datetime(2024, 6, 30, 12, tzinfo=dt.UTC)
DAY = dt.date(2021, 6, 16)


def day(raw: object, **hints: str) -> dt.date | None:
    """The day that a text states."""
    moment = read_date(raw, DateOrigin.FILE, **hints).date
    return moment.date() if moment else None


@pytest.mark.parametrize(
    "raw",
    [
        "2021-06-16",
        "2021-06-16T08:30:00Z",
        "2021-06-16T08:30",
        "2021-06-16 08:30:00+02:00",
        "2021-06-16 08:30:00.123456+02:00",
        "2021-06-16T08:30:00.000Z+0300",
        "2021-06-16T08:30:00 +01:00",
        "2021-6-16 5:07 PM",
        "2021/06/16, 16:08:37",
        "2021.06.16",
        "20210616",
        "20210616083000",
        "16/06/2021",
        "16/06/2021 14h03",
        "16.06.2021, 14:05 Uhr",
        "06/16/2021",
        "16June2021",
        "16 Jun 2021",
        "Jun 16, 2021 1:07 pm",
        "June  16, 2021  1:07 PM",
        "04:30 AM June 16, 2021",
        "Wednesday, June 16th, 2021",
        "Wed, 16 Jun 2021 08:30:00 GMT",
        "Wed, 16 Jun 2021 08:30:00 -0000",
        "Wed, 16 Jun 21 08:30:00 +0200",
        "16 de junio de 2021",
        "16 de junho de 2021",
        "le 16 juin 2021",
        "16. Juni 2021",
        "16 czerwca 2021",
        "16 июня 2021 г.",
        "16 червня 2021",
        "2021. június 16.",
        "16 Haziran 2021 Çarşamba",
        "16 Ιουνίου 2021",
        "16 يونيو 2021",
        "١٦ يونيو ٢٠٢١",
        "१६ जून २०२१",
        "১৬ জুন, ২০২১",
        "2021年6月16日 12:00",
        "2021년 6월 16일",
        "ngày 16 tháng 6 năm 2021",
        "วันพุธที่ 16 มิถุนายน 2564",
        "2564-06-16",
        "۱۴۰۰/۰۳/۲۶",
        "۲۶ خرداد ۱۴۰۰",
        1623832200,
        1623832200000,
        "1623832200",
        dt.date(2021, 6, 16),
        dt.datetime(2021, 6, 16, 8, tzinfo=dt.UTC),
    ],
)
def test_a_stated_day_is_read(raw: object) -> None:
    assert day(raw) == DAY


@pytest.mark.parametrize(
    "raw",
    [
        None,
        True,
        "",
        "true",
        "None",
        "yesterday",
        "2 hours ago",
        "4 месяца",
        "Назад-01-13",
        "-01-01",
        "2021",
        "June 2021",
        "may be 16 of them in 2021 or 2022",
        "Level 16 pro 2021",
        "Chapter 3, page 16 (2021)",
        "2021-13-45",
        "2021-02-30",
        "0000-00-00",
        "20202-01-15",
        "31 June 2021",
        "16/06/21",
        "16 June 2021 or 17 July 2021",
        "1.5",
        "12345",
        [2021, 6, 16],
        "x" * 500,
    ],
)
def test_no_day_is_made_up(raw: object) -> None:
    assert day(raw) is None


def test_an_unread_claim_keeps_its_words_and_origin() -> None:
    claim = read_date("2 hours ago", DateOrigin.FEED)
    assert (claim.raw, claim.origin, claim.date) == ("2 hours ago", DateOrigin.FEED, None)


@pytest.mark.parametrize(
    ("hints", "expected"),
    [
        ({"country": "USA", "lang": "en"}, dt.date(2020, 5, 6)),
        ({"country": "USA", "lang": "es"}, dt.date(2020, 6, 5)),  # as CLDR has it for es-US
        ({"country": "NGA", "lang": "en"}, dt.date(2020, 6, 5)),
        ({"country": "GBR"}, dt.date(2020, 6, 5)),
        ({"lang": "pt"}, dt.date(2020, 6, 5)),
        ({"lang": "vi"}, dt.date(2020, 6, 5)),
        ({"lang": "en"}, None),
        ({"country": "CAN", "lang": "en"}, None),
        ({}, None),
    ],
)
def test_day_and_month_in_figures_are_told_apart_by_who_writes(
    hints: dict[str, str], expected: dt.date | None
) -> None:
    assert day("5/6/2020", **hints) == expected


def test_a_month_that_two_languages_mean_differently_needs_the_language() -> None:
    assert day("20 listopada 2020") is None
    assert day("20 listopada 2020", lang="pl") == dt.date(2020, 11, 20)
    assert day("20. listopada 2020", lang="hr") == dt.date(2020, 10, 20)


def test_the_time_zone_of_a_claim_is_kept() -> None:
    claim = read_date("Wed, 16 Jun 2021 23:30:00 -0500", DateOrigin.FEED)
    assert claim.date is not None
    assert claim.date.date() == DAY
    assert claim.date.utcoffset() == dt.timedelta(hours=-5)


@given(
    st.dates(dt.date(1995, 1, 1), dt.date(2030, 12, 31)),
    st.sampled_from(["en", "de", "ru", "ar", "th", "hi"]),
)
def test_a_day_written_out_is_read_back(value: dt.date, lang: str) -> None:
    from babel.dates import format_date

    assert day(format_date(value, "d MMMM y", locale=lang), lang=lang) == value
    assert day(value.isoformat()) == value
    assert day(value.strftime("%Y%m%d")) == value


@given(st.one_of(st.text(max_size=150), st.floats(), st.integers(), st.binary(max_size=20)))
def test_nothing_makes_the_reader_fall_over(raw: object) -> None:
    claim = read_date(raw, DateOrigin.FILE)
    assert claim.date is None or claim.date.tzinfo is not None


@given(st.text(alphabet=st.characters(categories=["L", "Zs", "P"]), max_size=80))
def test_words_without_figures_are_never_a_date(words: str) -> None:
    assert day(words) is None


# Addresses


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://daily.example/2021/06/16/a-story", DAY),
        ("https://daily.example/news/20210616-a-story", DAY),
        ("https://daily.example/world/2021/jun/16/a-story", DAY),
        ("https://daily.example/a_2021-06-16.html", DAY),
        ("https://daily.example/2021/06/a-story", None),
        ("https://daily.example/id/202106169", None),
        ("https://daily.example/2021/99/16/a", None),
        ("https://2021-06-16.example/a", None),
        ("", None),
    ],
)
def test_the_day_in_an_address(url: str, expected: dt.date | None) -> None:
    claim = url_date(url)
    assert (claim.date.date() if claim and claim.date else None) == expected


# The choice


def claim(origin: DateOrigin, raw: str) -> DateClaim:
    """A claim that can be read."""
    return read_date(raw, origin)


def test_a_single_claim_is_chosen() -> None:
    assert choose_date([claim(DateOrigin.FEED, "2021-06-16T10:00:00Z")], now=NOW) == DAY


def test_without_claims_no_day() -> None:
    assert choose_date([], now=NOW) is None
    assert choose_date([claim(DateOrigin.FILE, "true")], now=NOW) is None


def test_feed_page_and_file_go_before_the_address() -> None:
    address = claim(DateOrigin.URL, "2019-02-03")
    for origin in (DateOrigin.FEED, DateOrigin.PAGE, DateOrigin.FILE):
        assert choose_date([address, claim(origin, "2021-06-16")], now=NOW) == DAY


def test_two_that_agree_beat_one() -> None:
    claims = [
        claim(DateOrigin.FEED, "2024-06-29T00:00:00Z"),  # a feed that dates everything today
        claim(DateOrigin.PAGE, "2021-06-16T22:00:00-05:00"),
        claim(DateOrigin.URL, "2021-06-17"),
    ]
    assert choose_date(claims, now=NOW) == DAY


def test_two_claims_of_one_origin_are_one_voice() -> None:
    claims = [
        claim(DateOrigin.FEED, "2021-06-16T10:00:00Z"),
        claim(DateOrigin.PAGE, "2020-01-05T10:00:00Z"),
        claim(DateOrigin.PAGE, "2020-01-05T11:00:00Z"),
    ]
    assert choose_date(claims, now=NOW) == DAY


@pytest.mark.parametrize(
    "raw", ["2024-07-03", "2099-01-01T10:00:00Z", "1994-12-31", "1970-01-01T00:00:00Z", "1900-05-05"]
)
def test_the_future_and_times_before_the_web_are_never_chosen(raw: str) -> None:
    assert choose_date([claim(DateOrigin.FEED, raw)], now=NOW) is None


def test_tomorrow_is_today_in_another_time_zone() -> None:
    assert choose_date([claim(DateOrigin.FEED, "2024-07-01")], now=NOW) == dt.date(2024, 7, 1)


def test_new_year_at_midnight_is_a_parsers_default_unless_another_origin_agrees() -> None:
    alone = claim(DateOrigin.FILE, "2021-01-01")
    assert choose_date([alone], now=NOW) is None
    assert choose_date([alone, claim(DateOrigin.URL, "2021/01/01")], now=NOW) == dt.date(2021, 1, 1)
    assert choose_date([claim(DateOrigin.FEED, "2021-01-01T08:15:00Z")], now=NOW) == dt.date(2021, 1, 1)
    assert choose_date([alone, claim(DateOrigin.URL, "2021-06-16")], now=NOW) == DAY


def test_a_header_supports_but_is_never_believed_alone() -> None:
    header = claim(DateOrigin.HEADER, "Wed, 16 Jun 2021 08:30:00 GMT")
    assert choose_date([header], now=NOW) is None
    claims = [claim(DateOrigin.FEED, "2024-01-05"), claim(DateOrigin.URL, "2021-06-16"), header]
    assert choose_date(claims, now=NOW) == DAY


@given(
    st.lists(
        st.builds(
            DateClaim,
            st.sampled_from(DateOrigin),
            st.just(""),
            st.none() | st.datetimes(timezones=st.just(dt.UTC)),
        ),
        max_size=6,
    )
)
def test_what_is_chosen_was_claimed_and_lies_in_the_bounds(claims: list[DateClaim]) -> None:
    chosen = choose_date(claims, now=NOW)
    if chosen is not None:
        assert chosen in {claim.date.date() for claim in claims if claim.date}
        assert dt.date(1995, 1, 1) <= chosen <= dt.date(2024, 7, 1)


# Calendars


def test_the_solar_hijri_year_begins_in_march() -> None:
    # Nowruz as published by the calendar centre of the University of Tehran.
    for year, first in {
        1380: (2001, 21),
        1391: (2012, 20),
        1399: (2020, 20),
        1400: (2021, 21),
        1404: (2025, 21),
    }.items():
        assert gregorian(year, 1, 1, lang="fa") == dt.date(first[0], 3, first[1])
    assert gregorian(1399, 12, 30, lang="fa") == dt.date(2021, 3, 20)
    assert gregorian(1400, 12, 30, lang="fa") is None


def test_months_are_found_in_the_languages_own_form() -> None:
    assert find_month("16 grudnia 2020", lang="pl") == (12, 3, 10)
    assert find_month("nothing here", lang="en") is None


def test_the_order_of_day_and_month_is_unknown_for_english_alone() -> None:
    assert day_before_month(lang="en", country="") is None
    assert day_before_month(lang="en", country="USA") is False
    assert day_before_month(lang="sq", country="XKX") is True


def test_the_dates_of_the_real_corpus_are_read(shared: Path) -> None:
    raw: list[tuple[str, str]] = []
    for name in ("articles", "more", "reports"):
        with gzip.open(shared / "corpus" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        raw += [(row["published"], row["lang"]) for row in rows if row["published"]]
    unread = [text for text, lang in raw if day(text, lang=lang) is None]
    stating = [text for text in unread if any(character.isdigit() for character in text) and len(text) > 4]
    assert len(raw) - len(unread) >= 5650
    # What is left is "true", bare years, relative times and broken years.
    assert len(stating) <= 20, stating
