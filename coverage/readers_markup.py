"""Readers of markup: a saved feed, a saved page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..errors import InputError
from .article import Candidate, Refusal, Source
from .extract import MAX_PAGE_BYTES
from .feeds import parse_feed
from .openfiles import read_whole

MAX_FEED_BYTES = 50 * 2**20


def read_feed(path: Path) -> Iterator[Candidate | Refusal]:
    """The entries of an RSS or Atom file. Their texts count as summaries."""
    try:
        feed = parse_feed(read_whole(path, MAX_FEED_BYTES), url=str(path), collector="import")
    except InputError as error:
        yield Refusal(_source(path), f"{error.problem}. {error.mend}.")
        return
    yield from feed.candidates
    yield from feed.refusals


def read_page(path: Path) -> Iterator[Candidate | Refusal]:
    """One page; its address is what it says of itself (rel=canonical, og:url)."""
    try:
        page = read_whole(path, MAX_PAGE_BYTES)
    except InputError as error:
        yield Refusal(_source(path), f"{error.problem}. {error.mend}.")
        return
    yield Candidate(source=_source(path), page=page)


def _source(path: Path) -> Source:
    return Source(collector="import", location=str(path))
