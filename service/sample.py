"""A small web of made-up outlets for `make review`: an HTTP proxy on this machine that answers for them.

The crawler sees real addresses (http://harbour-times.example/feed.xml) and goes through all it does on the
web: robots.txt, conditional requests, redirects. Nothing leaves this machine: a host that the sample does
not hold is answered with 502.
"""

from __future__ import annotations

import hashlib
import mimetypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ..errors import ConfigError

CONTENT_TYPES = {
    ".xml": "application/rss+xml; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}


@contextmanager
def serve_sites(sites: Path) -> Iterator[str]:
    """Serve `sites/<host>/<path>` for as long as the block runs.

    Args:
        sites: a folder with one folder a host.

    Yields:
        The proxy's URL, for `Settings.proxy`.

    Raises:
        ConfigError: the folder is not there.
    """
    if not sites.is_dir():
        raise ConfigError(
            "there is no folder of sample sites", mend="Name the examples folder of a checkout", path=sites
        )
    root = sites.resolve()

    class Handler(_SiteHandler):
        folder = root

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _SiteHandler(BaseHTTPRequestHandler):
    folder: Path
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        address = urlsplit(self.path)
        host = address.hostname or ""
        site = self.folder / host
        if not host or not site.is_dir():
            self._send(HTTPStatus.BAD_GATEWAY, b"no such outlet in the sample", "text/plain", with_body)
            return
        target = (site / unquote(address.path).lstrip("/")).resolve()
        if target.is_dir():
            target /= "index.html"
        if not target.is_relative_to(site) or not target.is_file():
            self._send(HTTPStatus.NOT_FOUND, b"not found", "text/plain", with_body)
            return
        body = target.read_bytes()
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if self.headers.get("If-None-Match") == etag:
            self._send(HTTPStatus.NOT_MODIFIED, b"", "", with_body, etag=etag)
            return
        kind = CONTENT_TYPES.get(target.suffix) or mimetypes.guess_type(target.name)[0]
        self._send(HTTPStatus.OK, body, kind or "application/octet-stream", with_body, etag=etag)

    def _send(self, status: HTTPStatus, body: bytes, kind: str, with_body: bool, *, etag: str = "") -> None:
        self.send_response(status)
        if kind:
            self.send_header("Content-Type", kind)
        if etag:
            self.send_header("ETag", etag)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the crawler's own summary tells what happened."""
