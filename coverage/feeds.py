"""Feeds: the file of outlets, and RSS (0.9x, 1.0, 2.0) and Atom parsed into candidates by feedparser."""

from __future__ import annotations

import calendar
import datetime as dt
import html
import io
import re
import time
import xml.sax
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin

import feedparser
import lxml.etree
import lxml.html

from ..errors import InputError
from .article import Candidate, DateClaim, DateOrigin, Refusal, Source
from .dates import read_date
from .feedbytes import FeedText, read_feed_bytes
from .feedfile import FeedEntry, FeedsFile, OutletEntry, address_fault, load_feeds

MAX_TITLE = 1000
MAX_TEXT = 500_000
"""Characters; what is longer is no headline, and no article."""
MAX_ENTRIES = 2000
"""What a feed holds beyond this is an archive, or an attempt to keep us busy (58 real ones: at most 432)."""
_ROOT = re.compile(r"<(?![?!])([A-Za-z_][\w:.-]{0,60})")
_ITEM_START = re.compile(r"<(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_ITEM_END = re.compile(r"</(?:\w+:)?(?:item|entry)\s*>|<(?:\w+:)?(?:item|entry)\b[^<>]*/>", re.IGNORECASE)
_CDATA = re.compile(r"<!\[CDATA\[.*?\]\]>", re.DOTALL)
_TAG = re.compile(r"<[a-zA-Z/!]")
_ENCODED_TWICE = re.compile(r"</?(?:a|b|br|div|em|font|i|img|p|span|strong|u)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_BLOCKS = frozenset(
    {"address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure", "footer"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section"}
    | {"table", "td", "th", "tr", "ul"}
)
_UNREAD = frozenset(["script", "style", "iframe", "noscript", "object", "embed", "form", "select", "button"])
_PARSER_FAULTS = (AttributeError, LookupError, OverflowError, RecursionError, TypeError, ValueError)
"""What feedparser and the parsers below it have been seen to raise on broken input."""


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed, read."""

    title: str
    version: str
    """feedparser's name of the format, such as `rss20` or `atom10`."""
    candidates: tuple[Candidate, ...]
    """In the order of the feed. `url` is absolute http(s); `outlet` is what an aggregator names as source."""
    refusals: tuple[Refusal, ...] = ()
    problems: tuple[str, ...] = ()
    """What was odd about the feed, which was read all the same."""

    @property
    def items(self) -> int:
        """How many entries the feed had, the refused ones too."""
        return len(self.candidates) + len(self.refusals)


def parse_feed(body: bytes, *, url: str, content_type: str = "", collector: str = "collect") -> ParsedFeed:
    """Parse a feed as served.

    Args:
        url: the address that answered; relative links are resolved against the feed's own site, or this.
        content_type: the Content-Type header.
        collector: what stands in each candidate's source.

    Raises:
        InputError: it is no feed; says what it is.
    """
    feed = read_feed_bytes(body, content_type=content_type)
    try:
        # No base address is given to feedparser: it would drop javascript: links without a word.
        parsed = feedparser.parse(
            io.BytesIO(feed.text.encode("utf-8", "replace")), sanitize_html=False, resolve_relative_uris=False
        )
        entries, cut_off = parsed.entries, _cut_off(feed.text, parsed)
    except _PARSER_FAULTS as error:
        raise InputError(
            f"not a feed: the parser gave up ({type(error).__name__}: {error})",
            mend="Ask the outlet to mend it",
        ) from error
    if not parsed.version and not entries:
        raise InputError(
            f"not a feed: {_what_it_is(feed.text)}", mend="Give the address of an RSS or Atom feed"
        )
    candidates: list[Candidate] = []
    refusals: list[Refusal] = []
    base, lang = _base(parsed, url), str(parsed.feed.get("language") or "")
    for number, entry in enumerate(entries[:MAX_ENTRIES], start=1):
        source = Source(collector=collector, location=url, line=number)
        if cut_off and number == len(entries):
            refusals.append(Refusal(source, "the feed is cut off in the middle of this entry"))
            continue
        try:
            candidates.append(_candidate(entry, source, base, lang))
        except InputError as error:
            refusals.append(Refusal(source, error.problem))
        except _PARSER_FAULTS as error:
            refusals.append(Refusal(source, f"the entry cannot be read ({type(error).__name__}: {error})"))
    return ParsedFeed(
        title=plain_text(str(parsed.feed.get("title") or ""))[:MAX_TITLE],
        version=str(parsed.version),
        candidates=tuple(candidates),
        refusals=tuple(refusals),
        problems=_problems(feed, parsed, cut_off, len(entries)),
    )


def plain_text(markup: str) -> str:
    """Strip HTML to its text: a line a block, white space folded, scripts and styles left out.

    Markup that was encoded twice, as many feeds do, is stripped too.
    """
    text = _stripped(markup)
    return _stripped(text) if _ENCODED_TWICE.search(text) else text


def _stripped(markup: str) -> str:
    if not markup or markup.isspace():
        return ""
    if not _TAG.search(markup):
        return _folded(html.unescape(markup))
    try:
        root = lxml.html.fragment_fromstring(markup, create_parent="div")
    except (lxml.etree.ParserError, ValueError):
        return _folded(html.unescape(re.sub(r"<[^>]*>", " ", markup)))
    return _folded("".join(_texts(root)))


def _texts(root: Any) -> Iterator[str]:
    """Give the pieces of text in order, walking the tree without recursion (markup may be nested deep)."""
    skipped = None
    for event, node in lxml.etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            if skipped is None:
                yield node.tail or ""
            continue
        name = str(node.tag)
        if event == "start":
            if skipped is None and name in _UNREAD:
                skipped = node
            if skipped is None:
                yield ("\n" if name in _BLOCKS else "") + (node.text or "")
            continue
        if skipped is node:
            skipped = None
        if skipped is None:
            yield ("\n" if name in _BLOCKS else "") + ((node.tail or "") if node is not root else "")


def _folded(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _candidate(entry: Any, source: Source, base: str, lang: str) -> Candidate:
    content, content_lang = _content(entry)
    title = plain_text(str(entry.get("title") or "")).replace("\n", " ")
    return Candidate(
        source=source,
        url=_link(entry, base),
        title=title[:MAX_TITLE],
        text=content[:MAX_TEXT],
        authors=_authors(entry),
        dates=_dates(entry, content_lang or lang),
        lang=content_lang or lang,
        outlet=plain_text(str((entry.get("source") or {}).get("title") or "")),
        external_id=str(entry.get("id") or ""),
        summary=True,
    )


def _content(entry: Any) -> tuple[str, str]:
    """Give the entry's text and its language: content:encoded or Atom content before the description."""
    for part in entry.get("content") or ():
        text = plain_text(str(part.get("value") or ""))
        if text:
            return text, str(part.get("language") or "")
    detail = entry.get("summary_detail") or {}
    return plain_text(str(entry.get("summary") or "")), str(detail.get("language") or "")


def _link(entry: Any, base: str) -> str:
    """Give the entry's address, absolute.

    Raises:
        InputError: there is none, or it is no web address; says which.
    """
    # feedburner's own link is a redirect; the outlet's stands beside it.
    claimed = [str(entry.get("feedburner_origlink") or ""), str(entry.get("link") or "")]
    claimed += [
        str(link.get("href") or "")
        for link in entry.get("links") or ()
        if link.get("rel", "alternate") == "alternate"
    ]
    fault = "it has no link"
    for raw in claimed:
        link = re.sub(r"[\t\r\n]", "", raw).strip()
        if not link or (link == entry.get("id") and ":" not in link):
            continue  # a guid that is no address but passes as a permalink by RSS 2.0's default
        try:
            link = urljoin(base, link).replace(" ", "%20")
        except ValueError as error:
            wrong = f"is no address ({error})"
        else:
            wrong = address_fault(link)
        if not wrong:
            return link
        fault = f"its link {link[:200]!r} {wrong}"
    guid = str(entry.get("id") or "").strip()
    if not address_fault(guid):
        return guid
    raise InputError(fault)


def _base(parsed: Any, url: str) -> str:
    """Give what relative links start from: for RSS the site that the feed names, else the feed's address."""
    try:
        site = urljoin(url, str(parsed.feed.get("link") or ""))
    except ValueError:
        return url
    if str(parsed.version).startswith("rss") and not address_fault(site):
        return site
    return url


def _authors(entry: Any) -> tuple[str, ...]:
    names = [str(author.get("name") or "") for author in entry.get("authors") or ()]
    if not any(names):
        detail = entry.get("author_detail") or {}
        names = [str(detail.get("name") or entry.get("author") or "")]
    return tuple(dict.fromkeys(filter(None, (plain_text(name).replace("\n", " ")[:200] for name in names))))


def _dates(entry: Any, lang: str) -> tuple[DateClaim, ...]:
    """Give every date that the entry claims; that of publication first.

    Our own reader comes first: it keeps the time zone, and so the day that the outlet's readers saw.
    """
    # A plain dict: feedparser's own answers a look-up of `updated` with `published`, and a warning.
    fields = dict(entry.items())
    claims = []
    for key in ("published", "created", "updated"):
        if fields.get(key):
            claim = read_date(str(fields[key])[:200], DateOrigin.FEED, lang=lang[:2].lower())
            if claim.date is None:
                claim = replace(claim, date=_moment(fields.get(f"{key}_parsed")))
            claims.append(claim)
    return tuple(dict.fromkeys(claims))


def _moment(parsed: time.struct_time | None) -> dt.datetime | None:
    if parsed is None:
        return None
    try:
        return dt.datetime.fromtimestamp(calendar.timegm(parsed), tz=dt.UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _cut_off(text: str, parsed: Any) -> bool:
    """Whether the feed ends in the middle of an entry."""
    if not isinstance(parsed.get("bozo_exception"), xml.sax.SAXException):
        return False
    bare = _CDATA.sub("", text)
    if "<![CDATA[" in bare:
        bare = bare[: bare.index("<![CDATA[")]
    starts = [match.start() for match in _ITEM_START.finditer(bare)]
    ends = [match.end() for match in _ITEM_END.finditer(bare)]
    return bool(starts) and (not ends or starts[-1] >= ends[-1])


def _what_it_is(text: str) -> str:
    root = _ROOT.search(text)
    return f"it is XML with the root <{root.group(1)}>" if root else "it holds no XML element"


def _problems(feed: FeedText, parsed: Any, cut_off: bool, entries: int) -> tuple[str, ...]:
    problems = list(feed.problems)
    if entries > MAX_ENTRIES:
        problems.append(f"it has {entries:,} entries; the first {MAX_ENTRIES:,} were read")
    fault = parsed.get("bozo_exception")
    if cut_off:
        problems.append("the feed is cut off; the entries that were whole were read")
    elif isinstance(fault, xml.sax.SAXException):
        problems.append(f"the XML is not well-formed ({fault.getMessage()}); read all the same")
    return tuple(problems)


__all__ = [
    "FeedEntry",
    "FeedsFile",
    "OutletEntry",
    "ParsedFeed",
    "load_feeds",
    "parse_feed",
    "plain_text",
]
