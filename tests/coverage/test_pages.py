"""Whether what came for an article's address can be that article."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pressreview.coverage.decoding import decode
from pressreview.coverage.fetcher import Reply
from pressreview.coverage.pages import page_note, tells_of, worth_another_try
from pressreview.coverage.polling import FetchOutcome

LINK = "https://harbour-times.example/a-17"
TITLE = "Captives freed at fish plant"
PAGE = f"<html><head><title>{TITLE}</title></head><body>news</body></html>".encode()


def reply(
    body: bytes = PAGE,
    status: int | None = 200,
    url: str = LINK,
    kind: str = "",
    outcome: FetchOutcome = FetchOutcome.OK,
) -> Reply:
    """What came for LINK."""
    headers = {"content-type": kind} if kind else {}
    return Reply(1, url, outcome, status=status, headers=headers, body=body)


@pytest.mark.parametrize(
    ("came", "note"),
    [
        (reply(), ""),
        (reply(kind="text/html; charset=utf-8"), ""),
        (reply(kind="application/xhtml+xml"), ""),
        (reply(status=404), "http-404"),
        (reply(status=304), "http-304"),
        (reply(b" \n"), "empty"),
        (reply(b"%PDF-", kind="application/pdf"), "not-html"),
        (reply(kind="video/mp4"), "not-html"),
        (reply(url="https://harbour-times.example/"), "front-page"),
        (reply(b"<html><title>Oops</title>Something went wrong</html>"), "other-page"),
        (reply(b"", None, outcome=FetchOutcome.ROBOTS), "robots"),
        (reply(b"", None, outcome=FetchOutcome.TOO_LARGE), "too-large"),
    ],
)
def test_a_note_says_why_it_cannot(came: Reply, note: str) -> None:
    assert page_note(came, link=LINK, title=TITLE) == note


def test_an_article_that_is_the_front_page_is_no_fault() -> None:
    came = reply(url="https://harbour-times.example/")
    assert page_note(came, link="https://harbour-times.example", title=TITLE) == ""


@pytest.mark.parametrize(
    ("came", "again"),
    [
        (reply(b"", None, outcome=FetchOutcome.TIMEOUT), True),
        (reply(b"", None, outcome=FetchOutcome.THROTTLED), True),
        (reply(status=503), True),
        (reply(status=404), False),
        (reply(status=200), False),
        (reply(b"", None, outcome=FetchOutcome.ROBOTS), False),
    ],
)
def test_only_a_passing_failure_is_worth_another_try(came: Reply, again: bool) -> None:
    assert worth_another_try(came) is again


@pytest.mark.parametrize(
    ("title", "page", "told"),
    [
        ("Captives freed at fish plant", "fifty CAPTIVES were freed from the plant", True),
        ("Captives freed at fish plant", "this page does not exist", False),
        ("Пленники освобождены на заводе", "на заводе &#1086;свобождены пленники", True),
        ("Пленники освобождены на заводе", "страница не найдена", False),
        ("水産加工場で働かされた女性を保護", "警察は水産加工場で女性を保護した", True),
        ("水産加工場で働かされた女性を保護", "ページが見つかりません", False),
        ("จับนายหน้าค้ามนุษย์ที่ท่าเรือ", "ตำรวจจับนายหน้าค้ามนุษย์", True),
        ("Oops", "anything", True),
        ("", "", True),
    ],
)
def test_the_words_of_the_title_decide(title: str, page: str, told: bool) -> None:
    assert tells_of(title, page) is told


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_a_page_that_holds_its_title_tells_of_it(before: str, title: str, after: str) -> None:
    import html

    assert tells_of(title, f"{before}<h1>{html.escape(title)}</h1>{after}") or "&" in title or "&" in before


def test_every_real_page_tells_of_its_own_title(shared: Path) -> None:
    rows = [json.loads(line) for line in (shared / "pages" / "pages.jsonl").read_text().splitlines()]
    titled = [(row, row["expected"]["title"]) for row in rows if (row.get("expected") or {}).get("title")]
    missed = [
        row["file"]
        for row, title in titled
        if not tells_of(title, decode(gzip.decompress((shared / "pages" / row["file"]).read_bytes())))
    ]
    assert len(titled) > 100
    assert missed == []
