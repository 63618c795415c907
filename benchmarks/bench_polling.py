"""Feed polling: feeds a second from a local server, at the first and at the second poll (304).

The rival is the plain loop that many scripts use: urllib, then feedparser, one feed after the other, without
robots.txt, conditional requests or a store. All items are known to the store beforehand, so that no article
is fetched or judged: what is measured is polling, with robots.txt, the look-up of the items and the saving
of each feed's state.

    python benchmarks/bench_polling.py [--feeds 300] [--hosts 50] [--items 25]
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import feedparser
from pressreview.coverage.article import Judged, Outcome, Outlet, article_id
from pressreview.coverage.crawl import CollectSummary, collect
from pressreview.coverage.feeds import FeedsFile, OutletEntry
from pressreview.coverage.gate import Gate
from pressreview.coverage.intake import Intake
from pressreview.coverage.outlets import OutletRegistry
from pressreview.coverage.store import Store
from pressreview.coverage.urls import canonical_url
from pressreview.settings import Settings

WORDS = "the harbour police said that the crew of the ship had not been paid for a year "


def feed(host: str, name: str, items: int) -> bytes:
    """A made-up RSS feed of some 20 KB."""
    entries = "".join(
        f"<item><title>{WORDS[number % 40 :]} {number}</title>"
        f"<link>http://{host}/{name}/{number}</link><guid isPermaLink='false'>{name}-{number}</guid>"
        f"<description>&lt;p&gt;{WORDS * 6}&lt;/p&gt;</description>"
        f"<pubDate>Mon, 02 Mar 2026 {number % 24:02}:00:00 GMT</pubDate></item>"
        for number in range(items)
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{name}</title>'
        f"<link>http://{host}/</link><language>en</language>{entries}</channel></rss>"
    ).encode()


class Handler(BaseHTTPRequestHandler):
    """Serves any path that ends in .xml as a feed with an ETag."""

    protocol_version = "HTTP/1.1"
    items = 25
    latency = 0.0

    def do_GET(self) -> None:
        """Answer."""
        time.sleep(self.latency)
        host = self.headers.get("Host", "").split(":")[0]
        if not self.path.endswith(".xml"):
            self.answer(404, b"none", "")
            return
        body = feed(host, self.path.strip("/").removesuffix(".xml"), self.items)
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if self.headers.get("If-None-Match") == etag:
            self.answer(304, b"", etag)
        else:
            self.answer(200, body, etag)

    def answer(self, status: int, body: bytes, etag: str) -> None:
        """Send a whole answer in one packet."""
        self.send_response(status)
        self.send_header("Content-Type", "application/rss+xml")
        if etag:
            self.send_header("ETag", etag)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def serve(hosts: int, items: int, latency: float) -> None:
    """Serve on 127.0.0.1 and the addresses after it until standard input ends; prints the port."""
    Handler.items, Handler.latency = items, latency
    port = 0
    for number in range(1, hosts + 1):
        server = ThreadingHTTPServer((f"127.0.0.{number}", port), Handler)
        server.daemon_threads = True
        port = server.server_port
        Thread(target=server.serve_forever, daemon=True).start()
    print(port, flush=True)
    sys.stdin.read()


def timed(work: Callable[[], CollectSummary | int]) -> tuple[float, CollectSummary | int]:
    """The seconds that some work took, and its result."""
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def plain_loop(urls: list[str]) -> int:
    """The rival: fetch and parse one feed after the other; the entries found."""
    entries = 0
    for url in urls:
        with urllib.request.urlopen(url, timeout=30) as answer:
            entries += len(feedparser.parse(answer.read()).entries)
    return entries


def know_all(store: Store, outlet: Outlet, urls: list[str], items: int, now: dt.datetime) -> None:
    """Let the store have seen every item."""
    run = store.start_run("bench", now, {})
    for url in urls:
        host, name = url.split("/")[2].split(":")[0], url.rsplit("/", 1)[1].removesuffix(".xml")
        links = [f"http://{host}/{name}/{number}" for number in range(items)]
        store.add(
            (
                Judged(Outcome.DROPPED, article_id(canonical_url(link)), outlet, now.date(), "en")
                for link in links
            ),
            run=run,
        )


def measure(hosts: int, feeds: int, items: int, latency: float, port: int) -> None:
    """Time the rival and two polls, and print them."""
    urls = [f"http://127.0.0.{number % hosts + 1}:{port}/feed-{number}.xml" for number in range(feeds)]
    entry = OutletEntry.model_validate(
        {
            "id": "bench",
            "name": "Bench",
            "homepage": "https://bench.example/",
            "country": "KEN",
            "languages": ["en"],
            "kind": "newspaper",
            "reach": "local",
            "feeds": [{"url": url} for url in urls],
        }
    )
    clock = [dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)]
    intake = Intake(outlets=OutletRegistry([entry.outlet()]), gate=Gate.load(), now=lambda: clock[0])
    settings = Settings(
        download_delay=0, allow_private_addresses=True, concurrency=64, concurrency_per_domain=16
    )
    with tempfile.TemporaryDirectory() as folder, Store.open(f"sqlite:///{Path(folder) / 's'}") as store:
        know_all(store, entry.outlet(), urls, items, clock[0])

        def poll() -> CollectSummary:
            file = FeedsFile(outlets=(entry,))
            return collect(file, store, settings, intake=intake, now=lambda: clock[0])

        loop_seconds, entries = timed(lambda: plain_loop(urls))
        first_seconds, first = timed(poll)
        clock[0] += dt.timedelta(days=1)
        second_seconds, second = timed(poll)
    assert entries == feeds * items
    assert isinstance(first, CollectSummary) and first.totals.known == feeds * items, first
    assert isinstance(second, CollectSummary) and second.totals.unchanged == feeds, second
    size = len(feed("127.0.0.1", "feed-1", items))
    shown = f"{feeds} feeds of {items} items on {hosts} hosts, {size:,} bytes each"
    print(f"{shown}, {latency * 1000:.0f} ms latency")
    print(f"{'':42}{'seconds':>9}{'feeds/s':>9}{'ratio':>7}")
    for name, seconds in (
        (f"urllib + feedparser {feedparser.__version__}, one by one", loop_seconds),
        ("pressreview, first poll", first_seconds),
        ("pressreview, second poll (304)", second_seconds),
    ):
        print(f"{name:42}{seconds:9.2f}{feeds / seconds:9.1f}{loop_seconds / seconds:7.2f}")


def main() -> None:
    """Start the server in a process of its own and measure, without and with the latency of a near server."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=300)
    parser.add_argument("--hosts", type=int, default=50)
    parser.add_argument("--items", type=int, default=25)
    parser.add_argument("--latency", type=float, nargs="*", default=[0.0, 0.05], help="seconds")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.serve:
        serve(chosen.hosts, chosen.items, chosen.latency[0])
        return
    for latency in chosen.latency:
        command = [sys.executable, __file__, "--serve", "--hosts", str(chosen.hosts)]
        command += ["--items", str(chosen.items), "--latency", str(latency)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None and server.stdin is not None
            port = int(server.stdout.readline())
            try:
                measure(chosen.hosts, chosen.feeds, chosen.items, latency, port)
            finally:
                server.stdin.close()


if __name__ == "__main__":
    main()
