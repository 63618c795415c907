"""Collecting: feeds polled, pages fetched, articles stored once. The real intake, gate and store."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from pressreview.coverage.article import Outcome, RunStatus
from pressreview.coverage.collector import address_to_fetch
from pressreview.coverage.crawl import check_feeds
from pressreview.coverage.polling import FeedStatus, FetchOutcome
from pressreview.coverage.urls import canonical_url
from pressreview.errors import ConfigError
from pressreview.settings import Settings


def test_new_items_are_fetched_judged_and_stored_with_where_they_come_from(
    web: Any, crawl: Any, make: Any
) -> None:
    web.page("/a", "Captives freed at fish plant")
    web.page("/b", "Council mends three bridges", "The town council mended three bridges this spring. " * 9)
    web.feed(
        "/feed",
        make.entry("Captives freed at fish plant", web.url("/a")),
        make.entry("Council mends three bridges", web.url("/b"), "Bridges were mended."),
    )
    summary = crawl(make.outlet("times", web.url("/feed")))
    (article,) = crawl.store.articles()
    assert article.title == "Captives freed at fish plant"
    assert article.text.count("twelve women") == 3
    assert (article.outlet, article.lang, article.summary) == ("times", "en", False)
    assert article.published == dt.date(2026, 3, 2)
    assert article.source.location == web.url("/feed")
    assert article.source.fetched_at == crawl.clock.time
    (counts,) = summary.outlets
    assert (counts.outlet, counts.feeds, counts.items) == ("times", 1, 2)
    assert (counts.stored, counts.dropped, counts.summaries) == (1, 1, 0)
    assert summary.refusals == ()
    assert not summary.interrupted


def test_the_run_stands_in_the_ledger(web: Any, crawl: Any, make: Any) -> None:
    web.feed("/feed")
    summary = crawl(make.outlet("times", web.url("/feed"), web.url("/none")))
    (run,) = crawl.store.runs()
    assert (run.id, run.command, run.status) == (summary.run, "collect", RunStatus.DONE)
    assert run.summary["totals"]["feeds"] == 2
    (refusal,) = crawl.store.refusals(summary.run)
    assert refusal == summary.refusals[0]
    assert refusal.source.location == web.url("/none")
    assert "404" in refusal.reason


def test_a_second_poll_asks_with_conditions_and_changes_nothing(web: Any, crawl: Any, make: Any) -> None:
    def feed(handler: Any) -> None:
        if handler.headers.get("If-None-Match") == '"1"':
            handler.send(b"", 304, "")
        else:
            body = make.rss(make.entry("Captives freed at fish plant", web.url("/a")))
            handler.send(body.encode(), 200, "text/xml", ETag='"1"')

    web.on("/feed", feed)
    web.page("/a", "Captives freed at fish plant")
    crawl(make.outlet("times", web.url("/feed")))
    crawl.clock.pass_hours(2)
    second = crawl(make.outlet("times", web.url("/feed")))
    assert (second.totals.unchanged, second.totals.items) == (1, 0)
    assert len(web.asked("/a")) == 1
    assert [fetch.outcome for fetch in crawl.store.fetches(web.url("/feed"))] == [
        FetchOutcome.OK,
        FetchOutcome.UNCHANGED,
    ]


def test_a_changed_feed_under_an_unchanged_etag_is_read(web: Any, crawl: Any, make: Any) -> None:
    web.feed("/feed", make.entry("First story of the plant", web.url("/a")), ETag='"same"')
    web.page("/a", "First story of the plant")
    web.page("/b", "Second story of the plant")
    crawl(make.outlet("times", web.url("/feed")))
    web.feed("/feed", make.entry("Second story of the plant", web.url("/b")), ETag='"same"')
    crawl.clock.pass_hours(2)
    crawl(make.outlet("times", web.url("/feed")))
    assert crawl.titles() == ["First story of the plant", "Second story of the plant"]


def test_the_same_body_under_new_validators_is_no_news(web: Any, crawl: Any, make: Any) -> None:
    web.page("/a", "Captives freed at fish plant")
    web.feed("/feed", make.entry("Captives freed at fish plant", web.url("/a")), ETag='"1"')
    crawl(make.outlet("times", web.url("/feed")))
    web.feed("/feed", make.entry("Captives freed at fish plant", web.url("/a")), ETag='"2"')
    crawl.clock.pass_hours(2)
    assert crawl(make.outlet("times", web.url("/feed"))).totals.unchanged == 1
    assert len(web.asked("/a")) == 1


def test_a_feed_that_is_not_due_is_not_asked_for_but_by_force(web: Any, crawl: Any, make: Any) -> None:
    web.feed("/feed")
    times = make.outlet("times", web.url("/feed"))
    crawl(times)
    again = crawl(times)
    assert (again.not_due, again.totals.feeds) == (1, 0)
    assert crawl(times, force=True).totals.feeds == 1
    assert len(web.asked("/feed")) == 2


def test_one_article_under_five_addresses_is_stored_once(web: Any, crawl: Any, make: Any) -> None:
    """Tracking parameters, AMP, a mobile host, a redirect, rel=canonical; real names, through a proxy."""
    site = "http://www.example.com"
    title = "Captives freed at fish plant"
    canonical = f'<link rel="canonical" href="{site}/news/captives-freed-at-plant-17">'
    for address in (
        f"{site}/news/captives-freed-at-plant-17",
        f"{site}/news/captives-freed-at-plant-17/amp",
        "http://m.example.com/news/captives-freed-at-plant-17",
        f"{site}/print/captives-freed-at-plant-17",
    ):
        web.page(address, title, head=canonical)
    web.redirect(f"{site}/s/17", f"{site}/news/captives-freed-at-plant-17", 301)
    links = [
        f"{site}/news/captives-freed-at-plant-17?utm_source=rss",
        f"{site}/news/captives-freed-at-plant-17/amp",
        "http://m.example.com/news/captives-freed-at-plant-17",
        f"{site}/s/17",
        f"{site}/print/captives-freed-at-plant-17",
    ]
    web.feed(f"{site}/feed", *(make.entry(title, link) for link in links))
    times = make.outlet("times", f"{site}/feed", homepage=site)
    proxied = {"proxy": web.url(""), "private_hosts": "", "contact": "desk@ngo.example"}
    summary = crawl(times, **proxied)
    (article,) = crawl.store.articles()
    assert article.url == "https://example.com/news/captives-freed-at-plant-17"
    assert (summary.totals.items, summary.totals.stored, summary.totals.known) == (5, 1, 4)
    before = len(web.requests)
    crawl.clock.pass_hours(3)
    web.feed(f"{site}/feed", *(make.entry(title, link) for link in reversed(links)))
    again = crawl(times, **proxied)
    assert (again.totals.items, again.totals.known) == (5, 5)
    assert len(web.requests) - before == 2  # the feed and robots.txt: no page a second time


def test_an_article_in_two_feeds_is_fetched_once(web: Any, crawl: Any, make: Any) -> None:
    web.page("/a", "Captives freed at fish plant")
    for feed in ("/one", "/two"):
        web.feed(feed, make.entry("Captives freed at fish plant", web.url("/a")))
    summary = crawl(make.outlet("times", web.url("/one"), web.url("/two")))
    assert (summary.totals.stored, summary.totals.known) == (1, 1)
    assert len(web.asked("/a")) == 1


def test_a_feed_that_moved_for_good_is_asked_at_its_new_address_and_the_user_told(
    web: Any, crawl: Any, make: Any
) -> None:
    web.redirect("/old", "/new", 301)
    web.feed("/new")
    times = make.outlet("times", web.url("/old"))
    first = crawl(times)
    assert first.totals.moved == 1
    assert web.url("/new") in first.notices[0].message
    crawl.clock.pass_hours(3)
    second = crawl(times)
    assert second.totals.moved == 0
    assert len(web.asked("/old")) == 1
    assert len(web.asked("/new")) == 2


def test_a_feed_that_moved_for_now_is_asked_at_its_old_address(web: Any, crawl: Any, make: Any) -> None:
    web.redirect("/old", web.url("/new", "127.0.0.2"), 302)
    web.feed("/new", host="127.0.0.2")
    times = make.outlet("times", web.url("/old"))
    assert crawl(times).totals.moved == 0
    crawl.clock.pass_hours(3)
    crawl(times)
    assert len(web.asked("/old")) == 2


def test_a_feed_that_is_gone_is_retired(web: Any, crawl: Any, make: Any) -> None:
    web.text("/feed", "gone", 410)
    times = make.outlet("times", web.url("/feed"))
    summary = crawl(times)
    assert (summary.totals.retired, summary.totals.failed) == (1, 0)
    assert "410" in summary.refusals[0].reason
    crawl.clock.pass_hours(1000)
    assert crawl(times, force=True).totals.feeds == 0


def test_retry_after_is_honoured(web: Any, crawl: Any, make: Any) -> None:
    web.text("/feed", "later", 429, Retry_After="86400")
    times = make.outlet("times", web.url("/feed"))
    summary = crawl(times)
    assert "429" in summary.refusals[0].reason
    assert crawl.states()["feed"].next_poll == crawl.clock.time + dt.timedelta(days=1)
    crawl.clock.pass_hours(23)
    assert crawl(times).totals.feeds == 0
    crawl.clock.pass_hours(2)
    assert crawl(times).totals.feeds == 1


def test_a_page_that_cannot_be_had_leaves_the_feeds_own_text(web: Any, crawl: Any, make: Any) -> None:
    web.text("/robots.txt", "User-agent: *\nDisallow: /shut\n", kind="text/plain")
    notes = {
        "/402": "http-402",
        "/404": "http-404",
        "/shut": "robots",
        "/pdf": "not-html",
        "/500": "http-500",
    }
    for status in (402, 404, 500):
        web.text(f"/{status}", "no", status)
    web.text("/pdf", b"%PDF-1.7", kind="application/pdf")
    web.feed("/feed", *(make.entry(f"Captives freed at plant {path}", web.url(path)) for path in notes))
    summary = crawl(make.outlet("times", web.url("/feed")))
    stored = {article.url.rsplit("/", 1)[-1]: article for article in crawl.store.articles()}
    assert {f"/{name}": article.note for name, article in stored.items()} == notes
    assert all(article.summary and article.text == make.story.strip() for article in stored.values())
    assert (summary.totals.stored, summary.totals.summaries) == (5, 5)
    told = {refusal.source.location.rsplit("/", 1)[-1] for refusal in summary.refusals}
    assert told == {"404", "500"}  # that robots.txt and paywalls hold is as it should be: notices
    assert len(summary.notices) == 3


def test_a_page_that_failed_for_a_passing_reason_is_tried_once_more_and_replaces_its_summary(
    web: Any, crawl: Any, make: Any
) -> None:
    web.text("/a", "busy", 500)
    web.text("/b", "busy", 500)
    web.feed(
        "/feed",
        make.entry("Captives freed at fish plant", web.url("/a")),
        make.entry("What the harbour knew", web.url("/b"), "A long report."),
        ETag='"1"',
    )
    times = make.outlet("times", web.url("/feed"))
    first = crawl(times)
    assert (first.totals.stored, first.totals.deferred) == (1, 1)
    web.page("/a", "Captives freed at fish plant")
    web.page("/b", "What the harbour knew")
    crawl.clock.pass_hours(3)
    second = crawl(times)
    assert (second.totals.upgraded, second.totals.stored) == (1, 1)
    assert not any(article.summary for article in crawl.store.articles())
    assert "If-None-Match" not in web.asked("/feed")[1]


def test_a_page_that_fails_twice_is_settled_with_the_feeds_own_text(web: Any, crawl: Any, make: Any) -> None:
    web.text("/a", "busy", 500)
    web.feed("/feed", make.entry("What the harbour knew", web.url("/a"), "A long report."), ETag='"1"')
    times = make.outlet("times", web.url("/feed"))
    assert crawl(times).totals.deferred == 1
    crawl.clock.pass_hours(3)
    assert crawl(times).totals.dropped == 1
    asked = len(web.asked("/a"))
    crawl.clock.pass_hours(3)
    crawl(times)
    assert len(web.asked("/a")) == asked


def test_an_aggregator_is_not_credited(web: Any, crawl: Any, make: Any) -> None:
    web.page("/a", "Captives freed at fish plant", host="127.0.0.2")
    web.feed("/feed", make.entry("Captives freed at fish plant", web.url("/a", "127.0.0.2")))
    crawl(make.outlet("pool", web.url("/feed"), aggregator=True))
    (article,) = crawl.store.articles()
    assert article.outlet != "pool"


@pytest.mark.parametrize(
    ("link", "asked"),
    [
        (
            "https://www.google.com/url?rct=j&url=https://news.example.com/a-17&ct=ga",
            "https://news.example.com/a-17",
        ),
        ("http://www.example.com/a-17?utm_source=rss", "http://www.example.com/a-17?utm_source=rss"),
        ("http://m.example.com/a-17", "http://m.example.com/a-17"),
    ],
)
def test_a_wrapped_link_is_asked_for_at_the_outlets_own_address_and_others_as_they_are(
    link: str, asked: str
) -> None:
    assert address_to_fetch(link, canonical_url(link)) == asked


def test_every_item_ends_in_one_counter(web: Any, crawl: Any, make: Any) -> None:
    web.page("/a", "Captives freed at fish plant")
    web.page("/b", "Council mends three bridges", "The town council mended three bridges this spring. " * 9)
    web.text("/c", "busy", 500)
    web.feed(
        "/feed",
        make.entry("Captives freed at fish plant", web.url("/a")),
        make.entry("Captives freed at fish plant", web.url("/a") + "?utm_medium=feed"),
        make.entry("Council mends three bridges", web.url("/b"), "Bridges."),
        make.entry("What the harbour knew", web.url("/c"), "A long report."),
        make.entry("No link", "javascript:void(0)"),
    )
    totals = crawl(make.outlet("times", web.url("/feed"))).totals
    ends = (*(str(outcome) for outcome in Outcome), "deferred")
    assert totals.items == 5 == sum(getattr(totals, end) for end in ends)


def test_a_contact_is_asked_for_before_others_servers_are_fetched_from(crawl: Any, make: Any) -> None:
    with pytest.raises(ConfigError, match="PRESSREVIEW_CONTACT"):
        crawl(make.outlet("times", "https://harbour-times.example/feed"))
    assert crawl.store.runs() == []


def test_outlets_without_feeds_are_counted(web: Any, crawl: Any, make: Any) -> None:
    web.feed("/feed")
    summary = crawl(make.outlet("times", web.url("/feed")), make.outlet("post"))
    assert summary.without_feed == 1
    assert [counts.outlet for counts in summary.outlets] == ["times"]


def test_nothing_to_do_is_done_without_a_fetch(web: Any, crawl: Any, make: Any) -> None:
    assert crawl(make.outlet("post")).outlets == ()
    assert web.requests == []


def test_a_feed_is_switched_off_after_many_failures_and_recovers_by_force(
    web: Any, crawl: Any, make: Any
) -> None:
    from dataclasses import replace

    web.text("/feed", "<html>no feed</html>")
    times = make.outlet("times", web.url("/feed"))
    crawl(times)
    state = crawl.states()["feed"]
    crawl.store.save_feed_state(replace(state, failures=29.0), None)
    summary = crawl(times, force=True)
    assert "switched off" in summary.refusals[0].reason
    assert crawl.states()["feed"].status is FeedStatus.DISABLED
    web.feed("/feed")
    crawl(times, force=True)
    assert (crawl.states()["feed"].status, crawl.states()["feed"].failures) == (FeedStatus.OK, 0)


def test_check_feeds_says_how_each_feed_stands(web: Any, settings: Settings, make: Any) -> None:
    web.feed("/ok", make.entry("A", web.url("/a")))
    web.redirect("/moved", "/ok", 301)
    web.redirect("/away", "/ok", 302)
    web.text("/html", "<html><head><title>Welcome</title></head></html>")
    web.text("/dead", "no", 404)
    web.text("/busy", "no", 502, host="127.0.0.2")
    web.text("/robots.txt", "User-agent: *\nDisallow: /shut", kind="text/plain", host="127.0.0.3")
    paths = ("/ok", "/moved", "/away", "/html", "/dead")
    others = (
        web.url("/busy", "127.0.0.2"),
        web.url("/shut", "127.0.0.3"),
        "http://127.0.0.4:9/",
        "http://10.0.0.1/",
    )
    outlet = make.outlet("times", *(web.url(path) for path in paths), *others)
    checks = check_feeds(make.feeds(outlet), settings)
    assert [str(check.verdict) for check in checks] == [
        "ok",
        "moved",
        "ok",
        "not-a-feed",
        "dead",
        "unreachable",
        "robots",
        "unreachable",
        "dead",
    ]
    assert checks[0].items == 1
    assert checks[1].moved_to == web.url("/ok")
    assert checks[3].detail == "it is an HTML page titled 'Welcome'"
    assert "404" in checks[4].detail
    assert "private" in checks[8].detail
