"""A local web server that behaves as badly as the web does, and what is needed to send the crawler there."""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import html
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pressreview.coverage.feeds import FeedsFile, OutletEntry
from pressreview.coverage.store import Store
from pressreview.settings import Settings

NOW = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)
HOSTS = tuple(f"127.0.0.{number}" for number in range(1, 7))
"""Addresses that the server listens on: to the crawler, each is another site."""
STORY = (
    "Police freed twelve women who had been trafficked into forced labour at a fish plant on the coast. "
    "The harbour master, who took bribes to look away, was charged with human trafficking. "
)
"""Made up; on the subject, so that the gate lets it in."""

Behaviour = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """One request. Behaviours write to it what they like."""

    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        """Answer as the path's behaviour does."""
        path = self.path.split("?")[0]
        host = self.headers.get("Host", "").split(":")[0]
        web = self.server.web
        with web.lock:
            web.requests.append((host, self.path, dict(self.headers)))
        behaviour = web.behaviours.get((host, path)) or web.behaviours.get(("", path))
        if behaviour is None:
            self.send(b"not here", 404, "text/plain")
            return
        with contextlib.suppress(OSError):  # the crawler may hang up
            behaviour(self)

    def send(
        self, body: bytes, status: int = 200, kind: str = "text/html; charset=utf-8", **headers: str
    ) -> None:
        """Send a whole answer; underscores in the headers' names stand for hyphens."""
        self.send_response(status)
        if kind:
            self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    web: BadWeb

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A crawler that hangs up in the middle is no error here."""


class BadWeb:
    """The server on all of its addresses, and what each path does."""

    def __init__(self) -> None:
        self.behaviours: dict[tuple[str, str], Behaviour] = {}
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.lock = threading.Lock()
        self.closing = threading.Event()
        self._servers: list[_Server] = []
        self.port = 0

    def start(self) -> None:
        """Listen on every address, on one port."""
        for host in HOSTS:
            server = _Server((host, self.port), Handler)
            server.web = self
            self.port = server.server_port
            self._servers.append(server)
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Close all."""
        self.closing.set()
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def url(self, path: str, host: str = HOSTS[0]) -> str:
        """The address of a path on a host."""
        return f"http://{host}:{self.port}{path}"

    def asked(self, path: str, host: str = "") -> list[dict[str, str]]:
        """The headers of each request that was made for a path."""
        return [headers for h, p, headers in self.requests if p == path and (not host or h == host)]

    def on(self, path: str, behaviour: Behaviour, host: str = "") -> None:
        """Let a path behave in some way, on one host or on all."""
        self.behaviours[(host, path)] = behaviour

    def text(
        self, path: str, body: str | bytes, status: int = 200, kind: str = "", host: str = "", **headers: str
    ) -> None:
        """Let a path answer with this."""
        data = body.encode() if isinstance(body, str) else body
        self.on(
            path,
            lambda handler: handler.send(data, status, kind or "text/html; charset=utf-8", **headers),
            host,
        )

    def page(self, path: str, title: str, body: str = STORY, host: str = "", head: str = "") -> None:
        """Let a path be an article."""
        self.text(path, article_page(title, body, head), host=host)

    def feed(
        self, path: str, *items: str, host: str = "", kind: str = "application/rss+xml", **headers: str
    ) -> None:
        """Let a path be a feed of these items."""
        self.text(path, rss(*items), 200, kind, host, **headers)

    def redirect(self, path: str, to: str, status: int = 302, host: str = "") -> None:
        """Let a path lead elsewhere."""
        self.on(path, lambda handler: handler.send(b"", status, "text/plain", Location=to), host)

    def slow(self, path: str, host: str = "") -> None:
        """Let a path send a byte a second."""

        def drip(handler: Handler) -> None:
            handler.send_response(200)
            handler.send_header("Content-Type", "text/html")
            handler.send_header("Content-Length", "100000")
            handler.end_headers()
            while not self.closing.wait(1):
                handler.wfile.write(b"x")

        self.on(path, drip, host)

    def endless(self, path: str, host: str = "") -> None:
        """Let a path send a body without end."""

        def flood(handler: Handler) -> None:
            handler.send_response(200)
            handler.send_header("Content-Type", "text/html")
            handler.send_header("Connection", "close")
            handler.end_headers()
            handler.close_connection = True
            while not self.closing.is_set():
                handler.wfile.write(b"<p>more and more</p>" * 1000)

        self.on(path, flood, host)

    def huge(self, path: str, size: int, host: str = "") -> None:
        """Let a path announce and send a body of this many bytes."""

        def heave(handler: Handler) -> None:
            handler.send_response(200)
            handler.send_header("Content-Type", "text/html")
            handler.send_header("Content-Length", str(size))
            handler.end_headers()
            for _ in range(size // 2**20):
                handler.wfile.write(b" " * 2**20)

        self.on(path, heave, host)

    def bomb(self, path: str, size: int, host: str = "") -> None:
        """Let a path send a small gzip body that unpacks to this many bytes."""
        packed = gzip.compress(b"\0" * size)
        self.text(path, packed, host=host, Content_Encoding="gzip")

    def reset(self, path: str, host: str = "") -> None:
        """Let a path break the connection."""

        def cut(handler: Handler) -> None:
            handler.close_connection = True
            linger = struct.pack("ii", 1, 0)
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            handler.connection.close()

        self.on(path, cut, host)

    def half(self, path: str, body: bytes, kind: str, host: str = "") -> None:
        """Let a path announce a whole body and break off in the middle of it."""

        def send_half(handler: Handler) -> None:
            handler.send_response(200)
            handler.send_header("Content-Type", kind)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body[: len(body) // 2])
            handler.wfile.flush()
            time.sleep(0.05)
            handler.close_connection = True
            handler.connection.shutdown(socket.SHUT_RDWR)

        self.on(path, send_half, host)


def rss(*items: str) -> str:
    """A feed."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Made up</title>'
        f"{''.join(items)}</channel></rss>"
    )


def entry(title: str, link: str, text: str = STORY, date: str = "Mon, 02 Mar 2026 08:00:00 GMT") -> str:
    """An item of a feed."""
    day = f"<pubDate>{date}</pubDate>" if date else ""
    return (
        f"<item><title>{html.escape(title)}</title><link>{html.escape(link)}</link>"
        f"<description>{html.escape(text)}</description>{day}</item>"
    )


def article_page(title: str, body: str = STORY, head: str = "") -> str:
    """An article's page."""
    paragraphs = "".join(f"<p>{html.escape(body)} This is part {part}.</p>" for part in range(3))
    return (
        f"<!DOCTYPE html><html lang='en'><head><title>{html.escape(title)}</title>{head}</head><body>"
        f"<article><h1>{html.escape(title)}</h1>{paragraphs}</article></body></html>"
    )


@pytest.fixture
def web() -> Iterator[BadWeb]:
    """The bad web."""
    server = BadWeb()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def shared_web() -> Iterator[BadWeb]:
    """A bad web for a whole module: each fetching process takes a second to start."""
    server = BadWeb()
    server.start()
    yield server
    server.stop()


def quick_settings(folder: Path) -> Settings:
    """Short times and small sizes; only the bad web's own addresses may be fetched from."""
    return Settings(
        data_dir=folder,
        timeout=3.0,
        max_bytes=2**20,
        download_delay=0.0,
        private_hosts=",".join(HOSTS),
    )


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings for the bad web."""
    return quick_settings(tmp_path)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with Store.open(f"sqlite:///{tmp_path / 'test.sqlite'}") as opened:
        yield opened


def outlet(name: str, *feeds: str, **fields: Any) -> OutletEntry:
    """An outlet with these feeds."""
    return OutletEntry.model_validate(
        {
            "id": name,
            "name": name,
            "homepage": f"https://{name}.example/",
            "country": "KEN",
            "languages": ["en"],
            "kind": "newspaper",
            "reach": "national",
            "feeds": [{"url": feed} for feed in feeds],
            **fields,
        }
    )


def feeds_file(*outlets: OutletEntry) -> FeedsFile:
    """A file of these outlets."""
    return FeedsFile(outlets=outlets)


class Clock:
    """A clock that stands still until it is told to move."""

    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> dt.datetime:
        """The time."""
        return self.time

    def pass_hours(self, hours: float) -> None:
        """Let time pass."""
        self.time += dt.timedelta(hours=hours)


class Crawl:
    """Collect, with the real intake, gate and store."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store = store
        self.settings = settings
        self.clock = Clock()

    def __call__(self, *outlets: OutletEntry, force: bool = False, **changes: Any) -> Any:
        """Collect from these outlets, with these changes to the settings."""
        from pressreview.coverage.crawl import collect
        from pressreview.coverage.gate import Gate
        from pressreview.coverage.intake import Intake
        from pressreview.coverage.outlets import OutletRegistry

        feeds = feeds_file(*outlets)
        curated = [each.outlet() for each in outlets]
        self.store.add_outlets(curated)
        intake = Intake(outlets=OutletRegistry(curated), gate=Gate.load(), now=self.clock)
        chosen = self.settings.model_copy(update=changes)
        return collect(feeds, self.store, chosen, intake=intake, now=self.clock, force=force)

    def titles(self) -> list[str]:
        """The titles of what is stored, sorted."""
        return sorted(article.title for article in self.store.articles())

    def states(self) -> Any:
        """The feeds' states by the last part of their address."""
        return {url.rsplit("/", 1)[-1]: state for url, state in self.store.feed_states().items()}


@pytest.fixture
def crawl(store: Store, settings: Settings) -> Crawl:
    """Collect from outlets into the store."""
    return Crawl(store, settings)


class Tools:
    """The helpers above, for test modules, which cannot import a conftest."""

    rss = staticmethod(rss)
    entry = staticmethod(entry)
    page = staticmethod(article_page)
    outlet = staticmethod(outlet)
    feeds = staticmethod(feeds_file)
    story = STORY
    settings = staticmethod(quick_settings)


@pytest.fixture(scope="session")
def make() -> type[Tools]:
    """Makers of feeds, entries, pages and outlets."""
    return Tools
