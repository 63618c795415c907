"""Real feeds and all real pages, served from here under their real addresses."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from pressreview.coverage.article import Outcome
from pressreview.coverage.collector import address_to_fetch
from pressreview.coverage.urls import canonical_url

MOST_ENTRIES = 40
"""Feeds with more are left to test_feeds.py, which parses all; each entry costs a look at its language."""


def rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def serve_feeds(web: Any, shared: Path) -> tuple[list[str], int]:
    """Let the web (a proxy to the crawler) hold the real feeds; give their addresses and their entries."""
    urls, entries = [], 0
    for row in rows(shared / "feeds" / "feeds.jsonl"):
        if row["entries"] > MOST_ENTRIES:
            continue
        url = f"http://feeds.example/{row['file']}"
        web.text(url, (shared / "feeds" / row["file"]).read_bytes(), kind="text/xml")
        urls.append(url)
        entries += row["entries"]
    return urls, entries


def serve_pages(web: Any, make: Any, shared: Path) -> tuple[str, int]:
    """Let the web hold every real page, and a feed that lists them; give its address and their number."""
    entries = []
    for row in rows(shared / "pages" / "pages.jsonl"):
        # A tenth of the pages come without their address, some with that of a copy in a web archive.
        url = row["url"] or f"http://pages.example/{row['file']}"
        url = address_to_fetch(url, canonical_url(url)).replace("https://", "http://", 1)
        page = gzip.decompress((shared / "pages" / row["file"]).read_bytes())
        web.text(url.split("?")[0].split("#")[0], page)
        title = (row.get("expected") or {}).get("title") or "An article"
        entries.append(make.entry(title, url, "A short remark."))
    web.feed("http://pages.example/feed", *entries)
    return "http://pages.example/feed", len(entries)


@pytest.mark.slow
def test_real_feeds_and_pages_come_through(web: Any, crawl: Any, make: Any, shared: Path) -> None:
    feeds, entries = serve_feeds(web, shared)
    pages, articles = serve_pages(web, make, shared)
    summary = crawl(
        make.outlet("feeds", *feeds),
        make.outlet("pages", pages),
        proxy=web.url(""),
        private_hosts="",
        contact="desk@ngo.example",
        max_bytes=10 * 2**20,
        timeout=20.0,
        concurrency=64,
        concurrency_per_domain=8,
    )
    counts = {each.outlet: each for each in summary.outlets}
    assert (counts["feeds"].feeds, counts["feeds"].failed) == (len(feeds), 0)
    assert counts["feeds"].items == entries
    assert counts["pages"].items == articles
    assert counts["pages"].summaries <= 3  # a site whose secure pages are not here is left alone
    for each in summary.outlets:
        assert each.items == sum(getattr(each, str(end)) for end in (*Outcome, "deferred"))
    # What stands behind the feeds' entries is not here: their own text was judged, where they have any.
    kinds = Counter(refusal.reason.split(" (")[0].split(".")[0] for refusal in summary.refusals)
    assert kinds.keys() <= {"page not had", "it has no link", "empty text"}
