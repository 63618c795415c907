"""Bad input, all at once: each gets a clear line, the rest goes on, nothing stored is lost."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from pressreview.coverage.article import RunStatus
from pressreview.coverage.polling import FeedStatus
from pressreview.coverage.store import Store
from pressreview.errors import StoreError

GOOD = "Captives freed at fish plant"


def bad_feeds(web: Any, make: Any) -> dict[str, str]:
    """Feeds that fail, by path, with a part of the line that each must give."""
    web.text("/html", "<!DOCTYPE html><html><head><title>Sign in</title></head></html>")
    web.text("/json", '{"error": "gone"}', kind="application/json")
    web.text("/empty", b"")
    web.text("/error-page", "<html><body>Oops, something went wrong</body></html>")
    web.text("/404", "not found", 404)
    web.text("/410", "gone", 410)
    web.text("/500", "error", 500)
    web.redirect("/loop", "/loop", 301)
    web.redirect("/private", "http://10.1.2.3/feed")
    web.huge("/huge", 50 * 2**20)
    web.bomb("/bomb", 50 * 2**20)
    web.text("/unpackable", b"not gzip", Content_Encoding="gzip")
    return {
        "/html": "it is an HTML page titled 'Sign in'",
        "/json": "it is JSON",
        "/empty": "the answer is empty",
        "/error-page": "it is an HTML page",
        "/404": "the server answers 404 Not Found",
        "/410": "gone for good (410)",
        "/500": "the server answers 500 Internal Server Error",
        "/loop": "it redirects without end",
        "/private": "10.1.2.3 is on a private network",
        "/huge": "larger than the limit",
        "/bomb": "larger than the limit",
        "/unpackable": "cannot be unpacked",
    }


def bad_pages(web: Any) -> dict[str, str]:
    """Pages that fail, by address, with the note that each must leave on the article."""
    web.huge("/p/huge", 50 * 2**20)
    web.bomb("/p/bomb", 50 * 2**20)
    web.endless("/p/endless", "127.0.0.2")
    web.slow("/p/slow", "127.0.0.3")
    web.redirect("/p/loop", "/p/loop")
    web.redirect("/p/private", "http://192.168.7.7/admin")
    web.redirect("/p/front", "/")
    web.text("/", "<html><body>All the news</body></html>")
    web.text("/p/error", "<html><head><title>Oops</title></head><body>Something went wrong.</body></html>")
    web.text("/p/void", b"")
    web.reset("/p/reset", "127.0.0.4")
    return {
        web.url("/p/huge"): "too-large",
        web.url("/p/bomb"): "too-large",
        web.url("/p/endless", "127.0.0.2"): "too-large",
        web.url("/p/slow", "127.0.0.3"): "timeout",
        web.url("/p/loop"): "redirect-loop",
        web.url("/p/private"): "private-address",
        web.url("/p/front"): "front-page",
        web.url("/p/error"): "other-page",
        web.url("/p/void"): "empty",
        web.url("/p/reset", "127.0.0.4"): "connection",
    }


def test_each_bad_feed_gets_a_line_and_the_good_one_is_stored(web: Any, crawl: Any, make: Any) -> None:
    lines = bad_feeds(web, make)
    web.page("/a", GOOD)
    web.feed("/good", make.entry(GOOD, web.url("/a")))
    web.slow("/slow", "127.0.0.5")
    bad = [
        *(web.url(path) for path in lines),
        web.url("/slow", "127.0.0.5"),
        "http://no-such-host.invalid/feed",
    ]
    summary = crawl(
        make.outlet("bad", *bad), make.outlet("good", web.url("/good")), contact="desk@ngo.example"
    )
    told = {refusal.source.location: refusal.reason for refusal in summary.refusals}
    for path, part in lines.items():
        assert part in told[web.url(path)], path
    assert "no whole answer in time" in told[web.url("/slow", "127.0.0.5")]
    assert "no-such-host.invalid" in told["http://no-such-host.invalid/feed"]
    counts = {each.outlet: each for each in summary.outlets}
    assert (counts["bad"].failed, counts["bad"].retired) == (len(bad) - 1, 1)
    assert counts["good"].stored == 1
    assert crawl.titles() == [GOOD]
    statuses = {state.status for name, state in crawl.states().items() if name not in ("good", "410")}
    assert statuses == {FeedStatus.FAILING}
    assert len(crawl.store.refusals(summary.run)) == len(summary.refusals)


def test_each_bad_page_gets_a_line_and_leaves_the_feeds_own_text(web: Any, crawl: Any, make: Any) -> None:
    notes = bad_pages(web)
    web.page("/a", GOOD)
    entries = [make.entry(f"What the harbour knew part {number}", url) for number, url in enumerate(notes)]
    web.feed("/feed", *entries, make.entry(GOOD, web.url("/a")))
    summary = crawl(make.outlet("times", web.url("/feed")))
    stored = {article.url: article for article in crawl.store.articles()}
    assert {url: stored[url].note for url in notes} == notes
    assert all(stored[url].summary and "twelve women" in stored[url].text for url in notes)
    assert not stored[web.url("/a")].summary
    told = {refusal.source.location: refusal.reason for refusal in summary.refusals}
    for url, note in notes.items():
        assert f"page not had ({note}" in told[url]
    assert (summary.totals.stored, summary.totals.summaries) == (len(notes) + 1, len(notes))


def test_bad_entries_and_broken_xml_cost_only_themselves(web: Any, crawl: Any, make: Any) -> None:
    web.page("/a", GOOD)
    web.page("/b", "What the harbour knew")
    whole = make.rss(
        make.entry("No link", ""),
        make.entry("Script", "javascript:open()"),
        make.entry("Mail", "mailto:desk@harbour-times.example"),
        make.entry(GOOD, "/a", date="soon"),
        make.entry("What the harbour knew", "b", date="Fri, 01 Jan 2100 00:00:00 GMT"),
        make.entry("Cut off in the middle", web.url("/c")),
    )
    cut = whole[: whole.index("Cut off") + 5].encode()
    web.text("/feed", cut, kind="text/xml; charset=koi8-r")
    summary = crawl(make.outlet("times", web.url("/feed")))
    articles = {article.title: article for article in crawl.store.articles()}
    assert sorted(articles) == [GOOD, "What the harbour knew"]
    assert all(article.published is None for article in articles.values())
    reasons = sorted(refusal.reason for refusal in summary.refusals)
    assert len(reasons) == summary.totals.refused == 4
    assert [reason[:18] for reason in reasons] == [
        "it has no link",
        "its link 'javascri",
        "its link 'mailto:d",
        "the feed is cut of",
    ]
    assert {refusal.source.line for refusal in summary.refusals} == {1, 2, 3, 6}


def test_a_feed_whose_connection_breaks_is_read_as_far_as_it_came_and_whole_next_time(
    web: Any, crawl: Any, make: Any
) -> None:
    web.page("/a", GOOD)
    web.page("/b", "What the harbour knew")
    body = make.rss(
        make.entry(GOOD, web.url("/a")), make.entry("What the harbour knew", web.url("/b"), "x" * 900)
    )
    web.half("/feed", body.encode(), "text/xml")
    times = make.outlet("times", web.url("/feed"))
    crawl(times)
    assert crawl.titles() == [GOOD]
    web.text("/feed", body, kind="text/xml")
    crawl.clock.pass_hours(3)
    crawl(times)
    assert crawl.titles() == [GOOD, "What the harbour knew"]


SCRIPT = """
import datetime as dt, json, sys
from pathlib import Path
from pressreview.coverage.crawl import collect
from pressreview.coverage.feeds import load_feeds
from pressreview.coverage.gate import Gate
from pressreview.coverage.intake import Intake
from pressreview.coverage.outlets import OutletRegistry
from pressreview.coverage.store import Store
from pressreview.settings import load_settings

settings = load_settings()
feeds = load_feeds(settings.feeds)
now = lambda: dt.datetime.now(dt.UTC)
with Store.open(settings.store_url) as store:
    intake = Intake(outlets=OutletRegistry([e.outlet() for e in feeds.outlets]), gate=Gate.load(), now=now)
    summary = collect(feeds, store, settings, intake=intake, now=now)
print(json.dumps({"interrupted": summary.interrupted, **summary.as_mapping()}))
"""
"""A program of its own: one that is sent signals must not be the one that runs the tests."""


def start_program(web: Any, tmp_path: Path) -> subprocess.Popen[str]:
    """Start a collecting program on a feed of one good page and one that never ends."""
    feeds = tmp_path / "feeds.yaml"
    outlet: dict[str, Any] = {
        "id": "times",
        "name": "Times",
        "homepage": "https://t.example/",
        "country": "KEN",
    }
    outlet |= {"languages": ["en"], "kind": "newspaper", "reach": "local"}
    outlet |= {"feeds": [{"url": web.url("/feed")}, {"url": web.url("/quick")}]}
    feeds.write_text(json.dumps({"outlets": [outlet]}))  # JSON is YAML
    environment = {
        **os.environ,
        "PRESSREVIEW_FEEDS": str(feeds),
        "PRESSREVIEW_DATA_DIR": str(tmp_path),
        "PRESSREVIEW_ALLOW_PRIVATE_ADDRESSES": "true",
        "PRESSREVIEW_DOWNLOAD_DELAY": "0",
    }
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def wait_for(condition: Any, seconds: float = 30.0) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came to pass"
        time.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_stores_what_has_come_and_ends_with_a_summary(
    web: Any, crawl: Any, make: Any, tmp_path: Path, number: signal.Signals
) -> None:
    web.page("/a", GOOD)
    web.page("/b", "What the harbour knew")
    web.slow("/never")
    web.feed(
        "/feed", make.entry(GOOD, web.url("/a")), make.entry("A page that never ends", web.url("/never"))
    )
    web.feed("/quick", make.entry("What the harbour knew", web.url("/b")))
    program = start_program(web, tmp_path)
    wait_for(lambda: web.asked("/never") and web.asked("/a") and web.asked("/b"))
    time.sleep(1.0)
    os.killpg(program.pid, number)
    out, errors = program.communicate(timeout=20)
    assert program.returncode == 0, errors
    summary = json.loads(out)
    assert summary["interrupted"]
    assert summary["totals"]["deferred"] == 1
    with Store.open(f"sqlite:///{tmp_path / 'pressreview.sqlite'}") as store:
        assert sorted(article.title for article in store.articles()) == [GOOD, "What the harbour knew"]
        # The feed with an item left is asked for again; the other one is settled.
        assert [url.rsplit("/", 1)[-1] for url in store.feed_states()] == ["quick"]
        assert store.runs()[0].status is RunStatus.INTERRUPTED


def test_a_run_that_was_killed_is_made_good_by_the_next(web: Any, make: Any, tmp_path: Path) -> None:
    web.page("/a", GOOD)
    web.slow("/never")
    web.feed("/feed", make.entry(GOOD, web.url("/a")), make.entry("What the harbour knew", web.url("/never")))
    web.feed("/quick")
    program = start_program(web, tmp_path)
    wait_for(lambda: web.asked("/never") and web.asked("/a"))
    time.sleep(0.5)
    os.killpg(program.pid, signal.SIGKILL)
    program.communicate(timeout=20)
    web.page("/never", "What the harbour knew")
    again = start_program(web, tmp_path)
    _, errors = again.communicate(timeout=60)
    assert again.returncode == 0, errors
    with Store.open(f"sqlite:///{tmp_path / 'pressreview.sqlite'}") as store:
        assert sorted(article.title for article in store.articles()) == [GOOD, "What the harbour knew"]


def test_a_store_that_fails_in_the_middle_is_told_and_keeps_what_it_has(
    web: Any, crawl: Any, make: Any, tmp_path: Path
) -> None:
    web.page("/a", GOOD)
    web.feed("/first", make.entry(GOOD, web.url("/a")))
    first = make.outlet("times", web.url("/first"))
    crawl(first)
    lock = sqlite3.connect(tmp_path / "test.sqlite", check_same_thread=False)
    web.page("/b", "What the harbour knew")

    def lock_and_answer(handler: Any) -> None:
        lock.execute("BEGIN IMMEDIATE")
        handler.send(make.page("What the harbour knew").encode())

    web.on("/b", lock_and_answer)
    web.feed("/second", make.entry("What the harbour knew", web.url("/b")))
    with Store.open(f"sqlite:///{tmp_path / 'test.sqlite'}", timeout=0.5) as impatient:
        crawl.store = impatient
        with pytest.raises(StoreError):
            crawl(make.outlet("post", web.url("/second")))
        lock.rollback()
        lock.close()
        assert crawl.titles() == [GOOD]
        crawl.clock.pass_hours(1)
        web.page("/b", "What the harbour knew")
        crawl(make.outlet("post", web.url("/second")))
        assert crawl.titles() == [GOOD, "What the harbour knew"]


def test_collecting_works_outside_the_main_thread(web: Any, crawl: Any, make: Any) -> None:
    web.page("/a", GOOD)
    web.feed("/feed", make.entry(GOOD, web.url("/a")))
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(crawl(make.outlet("times", web.url("/feed")))))
    thread.start()
    thread.join(timeout=60)
    assert found[0].totals.stored == 1
