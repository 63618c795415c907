"""Whether what a server gave for an article's address can be that article, before anybody extracts it."""

from __future__ import annotations

import html
import re
import unicodedata
from urllib.parse import urlsplit

from .decoding import decode
from .fetcher import Reply
from .polling import FetchOutcome, passing

ENOUGH_WORDS = 3
"""A title of fewer words proves nothing."""
SHARE_FOUND = 0.34
"""So much of the title's words must stand on the page."""
_HEAD = 30_000
"""Characters."""
_WORD = re.compile(r"\w{3,}")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]{2,}")
"""Scripts without spaces: Thai, Lao, Burmese, Khmer, kana, Chinese characters."""
_PAGE_TYPES = ("text/", "application/xhtml+xml", "application/xml", "application/octet-stream")
EXPECTED = frozenset({"robots", "paywall", "http-401", "http-402", "http-403", "http-451", "not-html"})
"""Notes of pages that we are not meant to have, or that are no pages: nothing is broken there."""


def page_note(reply: Reply, *, link: str, title: str) -> str:
    """Say why a reply cannot serve as the article's page; '' where it can.

    The notes are fixed strings: those of `FetchOutcome`, `http-404` and so on, `empty`, `not-html` (a PDF, a
    video), `front-page` (the article's address leads to the site's front page), `other-page` (a page that
    never says what the title says: an error page sent with status 200, a consent wall).

    Args:
        reply: what came.
        link: the article's address as the feed gives it.
        title: the article's title as the feed gives it.
    """
    if reply.outcome is not FetchOutcome.OK:
        return str(reply.outcome)
    if reply.status is None or not 200 <= reply.status < 300:
        return f"http-{reply.status}"
    if not reply.body.strip():
        return "empty"
    kind = reply.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind and not kind.startswith(_PAGE_TYPES):
        return "not-html"
    if _is_front_page(reply.url) and not _is_front_page(link):
        return "front-page"
    page = decode(reply.body, reply.headers.get("content-type", ""))
    return "" if tells_of(title, page) else "other-page"


def worth_another_try(reply: Reply) -> bool:
    """Whether a page that could not be had may well be there at the next poll."""
    if reply.outcome is not FetchOutcome.OK:
        return passing(reply.outcome)
    return passing(FetchOutcome.HTTP_ERROR, reply.status) and not 200 <= (reply.status or 0) < 300


def tells_of(title: str, page: str) -> bool:
    """Whether enough of a title's words stand on a page; True where the title is too short to tell."""
    words = _words(title)
    if len(words) < ENOUGH_WORDS:
        return True
    # The head of a page nearly always says its title, and folding a whole page takes long.
    return any(_share_found(words, part) >= SHARE_FOUND for part in (page[:_HEAD], page))


def _share_found(words: set[str], page: str) -> float:
    text = _folded(html.unescape(page))
    return sum(word in text for word in words) / len(words)


def _words(title: str) -> set[str]:
    folded = _folded(title)
    words = {word for word in _WORD.findall(_UNSPACED.sub(" ", folded)) if not word.isdigit()}
    for run in _UNSPACED.findall(folded):
        words |= {run[start : start + 2] for start in range(len(run) - 1)}
    return words


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _is_front_page(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query
