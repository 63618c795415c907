"""The line of one article: raw page, gate, extraction, language, gate, outlet, day, countries.

A candidate goes in, a judgement comes out. Nothing here reads a file or the network, and nothing that a page
or a row holds makes it raise: what cannot be used is refused with a reason.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree

from ..errors import InputError
from .article import (
    Article,
    Candidate,
    DateClaim,
    GateResult,
    Judged,
    Outcome,
    Outlet,
    article_id,
)
from .bylines import clean_names
from .clean import clean_text
from .dates import choose_date, read_date, url_date
from .extract import MAX_PAGE_BYTES, Extracted, decode, extract
from .gate import Gate
from .headlines import folded
from .language import Detected, detect
from .lexicon import Lexicon, Strength
from .outlets import OutletRegistry
from .places import countries_told_of
from .urls import canonical_url

MIN_CHARACTERS = 100
"""A shorter text without a title tells nothing."""
MAX_CHARACTERS = 400_000
"""Longer texts are cut: no article is so long, and every later step reads the whole of it."""
_FULL_TEXT = 200
"""Characters from which a page's text counts as the article and not as a remark on it."""
_PAYWALLED_FULL_TEXT = 1500
"""A page behind a paywall shows a beginning; from here on it counts as the article all the same."""
_MAX_TITLE = 300
_SHORT_LINE = 16
"""Width below which a first line is a dateline or a label; a Han or kana character is two wide."""
_FAULTS = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    etree.LxmlError,
)
"""What libraries raise on content that nobody foresaw; the article is refused, the run goes on."""
_CANONICAL = re.compile(r"<link\b[^>]{0,500}?\brel\s*=\s*[\"']?canonical\b[^>]{0,2000}>", re.IGNORECASE)
_HREF = re.compile(r"\bhref\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_UNREAD = re.compile(r"<(script|style|noscript|svg)\b.*?</\1\s*>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_SENTENCE = re.compile(r"(?<=[.!?])\s|(?<=[。！？؟।።])")


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the page and the source say together, before the gate."""

    title: str
    text: str
    authors: tuple[str, ...] = ()
    dates: tuple[DateClaim, ...] = ()
    lang_claim: str = ""
    outlet_hint: str = ""
    rel_canonical: str = ""
    summary: bool = False
    note: str = ""


class Intake:
    """Judges candidates. Immutable but for the clock that it was given.

    Args:
        outlets: the known outlets.
        gate: decides what is let in.
        strength: the gate's strength.
        now: the clock, timezone-aware; asked only for candidates that do not say when they were fetched.
    """

    def __init__(
        self,
        *,
        outlets: OutletRegistry,
        gate: Gate,
        strength: Strength = "broad",
        now: Callable[[], dt.datetime],
    ) -> None:
        self._outlets = outlets
        self._gate = gate
        self._strength = strength
        self._now = now

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel to another process as what it is made of; its clock stands still there."""
        return _rebuilt, (self._outlets, self._gate.lexicon, self._strength, self._now())

    def judge(self, candidate: Candidate) -> Judged:
        """Say what becomes of a candidate: STORED with its article, DROPPED by the gate, or REFUSED.

        The store may still turn STORED into KNOWN or UPGRADED. Never raises for bad content.
        """
        try:
            return self._judge(candidate)
        except InputError as error:
            return _refused(candidate, f"{error.problem}. {error.mend}.".replace(". .", "."))
        except _FAULTS as error:
            return _refused(candidate, f"it cannot be read ({type(error).__name__}: {error})"[:300])

    def _judge(self, candidate: Candidate) -> Judged:
        candidate = _cleaned(candidate)
        if candidate.page is not None and len(candidate.page) <= MAX_PAGE_BYTES:
            raw = decode(candidate.page, candidate.content_type)
            if not self._may_pass(candidate, raw):
                return self._dropped_unread(candidate, raw)
        reading = self._read(candidate)
        if len(reading.text) < MIN_CHARACTERS and not candidate.title and candidate.page is None:
            raise InputError("empty text", mend="Give a text of 100 characters or more, or a title")
        found = detect(f"{reading.title}\n{reading.text}", hint=candidate.lang or reading.lang_claim)
        passed = self._gate.check(
            f"{reading.title}\n{reading.text}", lang=found.lang, strength=self._strength
        )
        if not passed.passed and candidate.text and candidate.text not in reading.text:
            passed = self._gate.check(
                f"{candidate.title}\n{candidate.text}", lang=found.lang, strength=self._strength
            )
        return self._settled(candidate, reading, found, passed)

    def _may_pass(self, candidate: Candidate, raw: str) -> bool:
        """The cheap look: whether the raw page or the feed's own text may be let in."""
        if self._gate.check_page(raw, lang=candidate.lang, strength=self._strength):
            return True
        own = f"{candidate.title}\n{candidate.text}"
        return self._gate.check(own, lang=candidate.lang, strength=self._strength).passed

    def _dropped_unread(self, candidate: Candidate, raw: str) -> Judged:
        """Count a page that the gate drops without parsing it."""
        link = _CANONICAL.search(raw)
        href = _HREF.search(link[0]) if link else None
        shown = candidate.text or _UNREAD.sub(" ", raw[:400_000])
        reading = _Reading(
            title=candidate.title,
            text=shown,
            dates=candidate.dates,
            outlet_hint=candidate.outlet,
            rel_canonical=href[1] if href else "",
        )
        found = detect(f"{candidate.title}\n{' '.join(shown.split())}", hint=candidate.lang)
        return self._settled(candidate, reading, found, GateResult(passed=False))

    def _read(self, candidate: Candidate) -> _Reading:
        """Join what the page and the source say."""
        if candidate.page is None:
            return _from_source(candidate, candidate.note)
        try:
            page = extract(
                candidate.page,
                url=candidate.page_url or candidate.url or "",
                content_type=candidate.content_type,
                now=candidate.source.fetched_at or self._now(),
            )
        except InputError as error:
            if not (candidate.text or candidate.title):
                raise
            return _from_source(candidate, error.problem)
        return _joined(candidate, page)

    def _settled(self, candidate: Candidate, reading: _Reading, found: Detected, gate: GateResult) -> Judged:
        url = self._address(candidate, reading)
        outlet = self._outlets.resolve(hint=reading.outlet_hint, url=url, lang=found.lang)
        now = candidate.source.fetched_at or self._now()
        claims = [_reread(claim, found.lang, outlet.country) for claim in reading.dates]
        in_address = url_date(url)
        claims += [in_address] if in_address else []
        published = choose_date(claims, now=now)
        fetched = candidate.source.fetched_at
        day = published or (fetched.date() if fetched else None)
        # Some feeds link every item to the front page: that address names no article.
        told_apart = url and not _is_front_page(url)
        name = article_id(url) if told_apart else article_id(outlet.id, reading.title, reading.text)
        if not gate.passed:
            return Judged(Outcome.DROPPED, name, outlet, day, found.lang, source=candidate.source)
        countries = countries_told_of(
            reading.title, reading.text, lang=found.lang, outlet_country=outlet.country
        )
        article = Article(
            id=name,
            title=reading.title,
            text=reading.text,
            outlet=outlet.id,
            lang=found.lang,
            url=url,
            authors=_without_outlet(reading.authors, outlet),
            published=published,
            dates=tuple(claims),
            countries=countries,
            terms=gate.trafficking + gate.corruption,
            lang_votes=found.votes,
            summary=reading.summary,
            note=reading.note,
            external_id=candidate.external_id,
            source=candidate.source,
        )
        return Judged(Outcome.STORED, name, outlet, day, found.lang, article, source=candidate.source)

    def _address(self, candidate: Candidate, reading: _Reading) -> str:
        """The canonical address; '' where the source gives none that can be used.

        The address that answered goes before the one that was asked for, unless it is a front page; one
        without a host (some data sets keep only the path) is completed from the outlet's home page.
        """
        asked = candidate.url or ""
        answered = candidate.page_url or ""
        own = reading.rel_canonical if "://" in reading.rel_canonical else ""
        for address in (answered if not _is_front_page(answered) else "", asked, answered, own):
            if not address.strip():
                continue
            if address.startswith("/") and not address.startswith("//"):
                named = self._outlets.resolve(hint=candidate.outlet, url="", lang=candidate.lang)
                if not named.homepage:
                    continue
                address = urljoin(named.homepage, address)  # noqa: PLW2901 -- the completed form of it
            try:
                return canonical_url(address, rel_canonical=reading.rel_canonical or None)
            except InputError:
                continue  # "not available" and the like: the article is kept without an address
        return ""


def _rebuilt(outlets: OutletRegistry, lexicon: Lexicon, strength: Strength, now: dt.datetime) -> Intake:
    return Intake(outlets=outlets, gate=Gate(lexicon), strength=strength, now=lambda: now)


def _refused(candidate: Candidate, reason: str) -> Judged:
    return Judged(Outcome.REFUSED, "", None, None, "", reason=reason, source=candidate.source)


def _cleaned(candidate: Candidate) -> Candidate:
    """Texts without characters that no store takes, cut to the limits."""
    return replace(
        candidate,
        title=" ".join(clean_text(candidate.title).split())[:_MAX_TITLE],
        text=clean_text(candidate.text).strip()[:MAX_CHARACTERS],
        url=clean_text(candidate.url).strip() if candidate.url else None,
        outlet=clean_text(candidate.outlet),
    )


def _from_source(candidate: Candidate, note: str) -> _Reading:
    """What the feed or file says; without a text the title stands for it, as a summary."""
    text = candidate.text or candidate.title
    return _Reading(
        title=candidate.title or first_sentence(candidate.text),
        text=text,
        authors=clean_names(candidate.authors),
        dates=candidate.dates,
        outlet_hint=candidate.outlet,
        summary=candidate.summary or not candidate.text,
        note=note,
    )


def _joined(candidate: Candidate, page: Extracted) -> _Reading:
    """What the page says, with the feed's or file's own words where the page gives less."""
    text = clean_text(page.text)[:MAX_CHARACTERS]
    own = candidate.text
    use_own = len(own) > len(text) and (len(text) < _FULL_TEXT or not candidate.summary)
    behind = page.paywalled and len(text) < _PAYWALLED_FULL_TEXT
    title = " ".join(clean_text(page.title).split())[:_MAX_TITLE] or candidate.title
    shown = own if use_own else text
    if not shown and not title:
        raise InputError(
            "no text was found on the page", mend="Look at the page; it may be a video or a list"
        )
    return _Reading(
        title=title or first_sentence(shown),
        text=shown or title,
        authors=page.authors or clean_names(candidate.authors),
        dates=(*candidate.dates, *page.dates),
        lang_claim=page.lang_claim,
        outlet_hint=candidate.outlet or page.outlet_name,
        rel_canonical=page.canonical_url,
        summary=(candidate.summary if use_own else behind) or not shown,
        note=candidate.note or ("paywall" if page.paywalled else ""),
    )


def first_sentence(text: str) -> str:
    """A title for a text that has none: its first line of some length, or the first sentence of that."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    # A place, an agency or the paper's own name often stands alone above the article.
    line = next((line for line in lines[:4] if _width(line) >= _SHORT_LINE), lines[0] if lines else "")
    if len(line) > _MAX_TITLE // 2:
        line = _SENTENCE.split(line, maxsplit=1)[0].strip()
    if len(line) > _MAX_TITLE // 2:
        line = line[: _MAX_TITLE // 2].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
    return line


def _width(line: str) -> int:
    return sum(2 if "\u2e80" <= character <= "\uffef" else 1 for character in line)


def _reread(claim: DateClaim, lang: str, country: str) -> DateClaim:
    """Read a claim again that its reader could not: language and country are known by now."""
    if claim.date is not None or not claim.raw:
        return claim
    return read_date(claim.raw, claim.origin, lang=lang, country=country)


def _without_outlet(authors: tuple[str, ...], outlet: Outlet) -> tuple[str, ...]:
    """Authors without the outlet's own name: that is no byline."""
    own = {folded(name) for name in (outlet.name, outlet.id, *outlet.aliases, *outlet.domains)}
    return tuple(name for name in authors if folded(name) not in own)


def _is_front_page(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.path in ("", "/") and not parts.query
