"""The line of one article, from candidate to judgement, with the real gate, languages and places."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import pickle
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pressreview.coverage.article import (
    Candidate,
    DateClaim,
    DateOrigin,
    Judged,
    Outcome,
    Outlet,
    Source,
    article_id,
)
from pressreview.coverage.dates import read_date
from pressreview.coverage.gate import Gate
from pressreview.coverage.intake import Intake, first_sentence
from pressreview.coverage.outlets import OutletRegistry

NOW = dt.datetime(2024, 6, 30, 12, tzinfo=dt.UTC)
DAILY = Outlet(
    id="daily", name="The Daily Example", homepage="https://daily.example/", country="KEN", languages=("en",)
)
GAZETTE = Outlet(
    id="gazette-us", name="Gazette", homepage="https://gazette.example/", country="USA", languages=("en",)
)
INTAKE = Intake(outlets=OutletRegistry([DAILY, GAZETTE]), gate=Gate.load(), now=lambda: NOW)
SOURCE = Source("import", "made-up.jsonl", 7)

# Made-up texts.
TITLE = "Police officer charged with human trafficking"
TEXT = (
    "A police officer in Kenya was charged with human trafficking on Monday. Prosecutors in Nairobi say that "
    "he took bribes from a ring that sent young women abroad with false promises of work, and let their "
    "papers pass. The women were forced to work without pay, the court was told. He denies the charge."
)
OTHER_TEXT = (
    "The harbour master of a made-up town retired on Monday after forty years. He had counted every ship "
    "that came in since the new pier was built, and kept the figures in a green book that nobody might read."
)


def html(text: str = TEXT, title: str = TITLE, head: str = "") -> bytes:
    """A made-up page."""
    body = "".join(f"<p>{sentence}.</p>" for sentence in text.rstrip(".").split(". "))
    return (
        f'<!DOCTYPE html><html lang="en"><head><title>{title}</title>{head}</head>'
        f"<body><article><h1>{title}</h1>{body}</article></body></html>"
    ).encode()


def judge(**parts: object) -> Judged:
    """Judge a candidate."""
    return INTAKE.judge(Candidate(**{"source": SOURCE, **parts}))  # type: ignore[arg-type]


def test_a_row_of_a_file_becomes_an_article() -> None:
    judged = judge(
        url="http://www.daily.example/a?utm_source=x",
        title=TITLE,
        text=TEXT,
        authors=("By Ann Angler", "The Daily Example"),
        dates=(read_date("2024-05-13", DateOrigin.FILE),),
        lang="sw",  # wrong on purpose
        outlet="daily",
        external_id="row-7",
    )
    assert judged.outcome is Outcome.STORED
    article = judged.article
    assert article is not None
    assert judged.id == article.id == article_id("https://daily.example/a")
    assert article.url == "https://daily.example/a"
    assert (article.title, article.text, article.outlet) == (TITLE, TEXT, "daily")
    assert article.lang == judged.lang == "en"
    assert article.lang_votes
    assert article.published == judged.day == dt.date(2024, 5, 13)
    assert article.authors == ("Ann Angler",)
    assert article.countries == ("KEN",)
    assert article.terms
    assert article.terms[0].kind in {"trafficking", "situation"}
    assert any(term.kind == "corruption" for term in article.terms)
    assert (article.summary, article.external_id, article.source) == (False, "row-7", SOURCE)
    assert judged.outlet is DAILY


def test_a_page_becomes_an_article() -> None:
    head = '<link rel="canonical" href="https://daily.example/2024/05/13/officer-charged-with-trafficking">'
    judged = judge(
        url="https://daily.example/x?id=1", page=html(head=head), page_url="https://daily.example/x?id=1"
    )
    assert judged.outcome is Outcome.STORED
    assert judged.article is not None
    assert judged.article.url == "https://daily.example/2024/05/13/officer-charged-with-trafficking"
    assert judged.article.title == TITLE
    assert judged.article.published == dt.date(2024, 5, 13)  # from the address
    assert not judged.article.summary


def test_five_addresses_of_one_article_give_one_id() -> None:
    urls = [
        "https://daily.example/news/officer-charged",
        "http://www.daily.example/news/officer-charged/",
        "https://m.daily.example/news/officer-charged?fbclid=1",
        "https://daily.example/news/officer-charged/amp",
        "https://daily.example/news/officer-charged?utm_medium=rss#top",
    ]
    assert len({judge(url=url, title=TITLE, text=TEXT).id for url in urls}) == 1


def test_the_address_that_answered_goes_before_the_one_asked_for() -> None:
    asked = "https://feedproxy.google.com/~r/daily/~3/abc/"
    judged = judge(url=asked, page=html(), page_url="https://daily.example/officer-charged-1")
    assert judged.article is not None
    assert judged.article.url == "https://daily.example/officer-charged-1"
    assert judged.outlet is DAILY


def test_an_answer_from_a_front_page_is_no_address_of_the_article() -> None:
    judged = judge(
        url="https://daily.example/officer-charged-1", page=html(), page_url="https://daily.example/"
    )
    assert judged.article is not None
    assert judged.article.url == "https://daily.example/officer-charged-1"


def test_articles_that_all_link_to_the_front_page_stay_apart() -> None:
    one = judge(url="https://daily.example/", title=TITLE, text=TEXT)
    two = judge(url="https://daily.example/", title="Another " + TITLE, text=TEXT)
    assert one.id != two.id


def test_without_an_address_outlet_title_and_text_make_the_id() -> None:
    judged = judge(title=TITLE, text=TEXT, outlet="Somebody's Paper", url="not available")
    assert judged.article is not None
    assert judged.article.url == ""
    assert judged.id == article_id("somebody-s-paper", TITLE, TEXT)
    assert judge(title=TITLE, text=TEXT, outlet="Another Paper").id != judged.id


def test_an_address_without_a_host_is_completed_from_the_outlets_home_page() -> None:
    judged = judge(url="/news/world-1", title=TITLE, text=TEXT, outlet="The Daily Example")
    assert judged.article is not None
    assert judged.article.url == "https://daily.example/news/world-1"


def test_a_saved_page_without_an_address_says_its_own() -> None:
    judged = judge(page=html(head='<link rel="canonical" href="https://daily.example/officer-1">'))
    assert judged.article is not None
    assert judged.article.url == "https://daily.example/officer-1"
    assert judged.outlet is DAILY


# The gate


def test_other_news_is_dropped_and_still_counted() -> None:
    judged = judge(
        url="https://daily.example/a",
        title="Harbour master retires",
        text=OTHER_TEXT,
        dates=(read_date("2024-05-13", DateOrigin.FILE),),
    )
    assert judged.outcome is Outcome.DROPPED
    assert judged.article is None
    assert (judged.id, judged.day, judged.lang) == (
        article_id("https://daily.example/a"),
        dt.date(2024, 5, 13),
        "en",
    )
    assert judged.outlet is DAILY


def test_a_dropped_page_is_counted_under_the_same_id_as_if_it_were_read() -> None:
    head = '<link rel="canonical" href="https://daily.example/harbour-master-of-1">'
    judged = judge(url="https://daily.example/?p=1", page=html(OTHER_TEXT, "Harbour master retires", head))
    assert judged.outcome is Outcome.DROPPED
    assert judged.id == article_id("https://daily.example/harbour-master-of-1")
    assert judged.lang == "en"


def test_words_in_a_menu_let_no_page_in() -> None:
    page = html(OTHER_TEXT * 3).replace(b"<h1>" + TITLE.encode(), b"<h1>Harbour master retires")
    page = page.replace(f"<title>{TITLE}".encode(), b"<title>Harbour master retires")
    menu = b"<body><nav><ul><li><a href=/t>Human trafficking</a></li><li><a href=/s>Sport</a></li></ul></nav>"
    assert judge(page=page.replace(b"<body>", menu)).outcome is Outcome.DROPPED


def test_a_page_that_says_nothing_is_let_in_by_the_feeds_own_words() -> None:
    judged = judge(
        url="https://daily.example/a",
        title=TITLE,
        text=TEXT,
        summary=True,
        page=b"<html><body><p>Please switch on scripts to read this made-up page.</p></body></html>",
    )
    assert judged.outcome is Outcome.STORED
    assert judged.article is not None
    assert judged.article.text == TEXT
    assert judged.article.summary


# Summaries


def test_the_pages_text_replaces_the_feeds_summary() -> None:
    judged = judge(url="https://daily.example/a", title=TITLE, text=TEXT[:72], summary=True, page=html())
    assert judged.article is not None
    assert len(judged.article.text) > 200
    assert not judged.article.summary


def test_without_the_page_the_feeds_text_is_kept_as_a_summary() -> None:
    judged = judge(url="https://daily.example/a", title=TITLE, text=TEXT, summary=True, note="robots")
    assert judged.article is not None
    assert (judged.article.summary, judged.article.note) == (True, "robots")


def test_a_title_alone_stands_for_its_text_as_a_summary() -> None:
    judged = judge(url="https://daily.example/a", title=TITLE)
    assert judged.article is not None
    assert (judged.article.text, judged.article.summary) == (TITLE, True)


def test_the_beginning_behind_a_paywall_is_a_summary() -> None:
    head = '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false}</script>'
    judged = judge(url="https://daily.example/a", page=html(head=head))
    assert judged.article is not None
    assert (judged.article.summary, judged.article.note) == (True, "paywall")


def test_an_error_page_leaves_the_feeds_text() -> None:
    page = b"<html><head><title>404 Not Found</title></head><body>human trafficking</body></html>"
    judged = judge(url="https://daily.example/a", title=TITLE, text=TEXT, summary=True, page=page)
    assert judged.article is not None
    assert judged.article.summary
    assert "error page" in judged.article.note


# Days


def test_the_day_of_fetching_counts_where_no_date_can_be_believed() -> None:
    fetched = Source("collect", "https://daily.example/feed", 1, dt.datetime(2024, 6, 2, 8, tzinfo=dt.UTC))
    judged = judge(source=fetched, title=TITLE, text=TEXT, dates=(read_date("true", DateOrigin.FEED),))
    assert judged.article is not None
    assert (judged.article.published, judged.day) == (None, dt.date(2024, 6, 2))
    assert judge(title=TITLE, text=TEXT).day is None


def test_day_and_month_are_told_apart_by_the_outlets_country() -> None:
    claim = (read_date("5/6/2024", DateOrigin.FILE),)
    kenyan = judge(url="https://daily.example/a", title=TITLE, text=TEXT, dates=claim)
    american = judge(url="https://gazette.example/a", title=TITLE, text=TEXT, dates=claim)
    assert (kenyan.day, american.day) == (dt.date(2024, 6, 5), dt.date(2024, 5, 6))


def test_the_future_is_never_a_day() -> None:
    assert judge(title=TITLE, text=TEXT, dates=(read_date("2031-01-05", DateOrigin.FILE),)).day is None


# Refusals


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"text": ""}, "empty text"),
        ({"text": "too short"}, "empty text"),
        ({"text": " \n\t "}, "empty text"),
        ({"page": b"%PDF-1.7 trafficking"}, "PDF"),
        ({"page": b"x" * (11 * 2**20)}, "bytes"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_reason(parts: dict[str, object], reason: str) -> None:
    judged = judge(url="https://daily.example/a", **parts)
    assert judged.outcome is Outcome.REFUSED
    assert reason in judged.reason
    assert judged.reason.endswith(".")
    assert (judged.id, judged.source) == ("", SOURCE)


def test_halves_of_characters_and_nul_are_replaced() -> None:
    judged = judge(title=TITLE + "\ud800", text=TEXT + "\x00 \udfff")
    assert judged.article is not None
    judged.article.text.encode()
    judged.article.title.encode()


@settings(max_examples=40, deadline=None)
@given(
    title=st.text(max_size=60),
    text=st.text(max_size=200),
    url=st.none() | st.text(max_size=60),
    page=st.none() | st.binary(max_size=200),
    lang=st.text(max_size=5),
    outlet=st.text(max_size=30),
    raw=st.text(max_size=20),
)
def test_nothing_makes_it_raise(**parts: object) -> None:
    raw = str(parts.pop("raw"))
    judged = judge(**parts, dates=(DateClaim(DateOrigin.FEED, raw),))
    assert judged.outcome in {Outcome.STORED, Outcome.DROPPED, Outcome.REFUSED}
    assert (judged.outcome is Outcome.REFUSED) == bool(judged.reason)


# Titles


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("A headline on a line of its own\nAnd the text.", "A headline on a line of its own"),
        ("NAIROBI\nA headline after a dateline\nAnd the text.", "A headline after a dateline"),
        ("One sentence that is rather long. " + "x" * 200, "One sentence that is rather long."),
        ("港口管理员退休。" + "字" * 200, "港口管理员退休。"),
        ("short", "short"),
        ("", ""),
    ],
)
def test_a_text_without_a_title_gets_its_first_line_or_sentence(text: str, title: str) -> None:
    assert first_sentence(text) == title


def test_a_title_never_grows_long() -> None:
    assert len(first_sentence("word " * 500)) <= 152


def test_an_intake_travels_to_another_process() -> None:
    copy = pickle.loads(pickle.dumps(INTAKE))
    candidate = Candidate(source=SOURCE, url="https://daily.example/a", title=TITLE, text=TEXT)
    assert copy.judge(candidate) == INTAKE.judge(candidate)


# Real texts


def test_real_rows_are_all_judged(shared: Path) -> None:
    with gzip.open(shared / "corpus" / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for number, line in enumerate(lines) if number % 60 == 0]
    judged = [
        judge(
            url=row["url"],
            title=row["title"] or "",
            text=row["text"],
            lang=row["lang"],
            outlet=row["outlet"] or "",
            dates=(read_date(row["published"], DateOrigin.FILE, lang=row["lang"]),),
        )
        for row in rows
    ]
    assert not [one.reason for one in judged if one.outcome is Outcome.REFUSED]
    stored = [one.article for one in judged if one.article]
    assert len(stored) > 30
    assert all(article.title and article.text and article.lang and article.outlet for article in stored)
