"""What becomes of each judged candidate, given what the store knows already: the pure decider of `add`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from .article import Article, Judged, Outcome, Outlet, Refusal
from .clean import clean_text

MAX_ID: Final = 255
"""Characters of an article's or outlet's id. PostgreSQL indexes at most 2,704 bytes of a key."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the store knows of an article that it has seen."""

    passed: bool
    summary: bool = False
    """What is stored of it is only a summary; False where nothing is stored."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """The row of the ledger `seen` of an article."""

    outlet: str
    day: dt.date | None
    lang: str
    passed: bool


@dataclass(slots=True)
class Plan:
    """What one batch comes to. Everything in it is written in one transaction."""

    outcomes: list[Outcome] = field(default_factory=list)
    """One for each candidate, in their order."""
    sightings: dict[str, Sighting] = field(default_factory=dict)
    """New or changed rows of the ledger, by article."""
    articles: dict[str, Article] = field(default_factory=dict)
    """Articles to store, or to put in the place of their summaries, by id."""
    upgraded: set[str] = field(default_factory=set)
    """Stored summaries that are replaced: their labels tell of another text and go."""
    outlets: dict[str, Outlet] = field(default_factory=dict)
    """The outlets of `articles`, by id."""
    refusals: list[Refusal] = field(default_factory=list)


def plan(judged: Sequence[Judged], known: Mapping[str, Standing]) -> Plan:
    """Decide a batch as if its candidates came one by one.

    Args:
        judged: the candidates after the gate.
        known: the standing of every id among them that was seen before.
    """
    result = Plan()
    standing = dict(known)
    for candidate in judged:
        result.outcomes.append(_admit(candidate, standing, result))
    return result


def article_ids(judged: Sequence[Judged]) -> list[str]:
    """The ids among the candidates, each once, sorted."""
    return sorted({clean_text(candidate.id) for candidate in judged if candidate.id})


def _admit(candidate: Judged, standing: dict[str, Standing], result: Plan) -> Outcome:
    reason = _fault(candidate)
    if reason:
        result.refusals.append(Refusal(candidate.source, reason))
        return Outcome.REFUSED
    name = clean_text(candidate.id)
    before = standing.get(name)
    article = _article(candidate)
    if article is None:
        if before is not None:
            return Outcome.KNOWN
        standing[name] = Standing(passed=False)
        result.sightings[name] = _sighting(candidate)
        return Outcome.DROPPED
    if before is not None and before.passed and not (before.summary and not article.summary):
        return Outcome.KNOWN
    standing[name] = Standing(passed=True, summary=article.summary)
    result.sightings[name] = _sighting(candidate)
    result.articles[name] = article
    _note_outlet(candidate, article, result)
    if before is not None and before.passed:
        result.upgraded.add(name)
        return Outcome.UPGRADED
    return Outcome.STORED


def _article(candidate: Judged) -> Article | None:
    return None if candidate.outcome is Outcome.DROPPED else candidate.article


def _fault(candidate: Judged) -> str:
    """Why a candidate cannot be counted; '' where it can."""
    if candidate.outcome is Outcome.REFUSED:
        return candidate.reason or "refused, and no reason given"
    if not candidate.id:
        return "the article has no id"
    article = _article(candidate)
    if candidate.outcome is not Outcome.DROPPED and article is None:
        return "passed the gate, and no article came with it"
    if article is not None and article.id != candidate.id:
        return f"two ids for one article: {candidate.id[:40]!r} and {article.id[:40]!r}"
    if max(len(candidate.id), len(_outlet_id(candidate))) > MAX_ID:
        return f"an id of more than {MAX_ID} characters (of the article or its outlet)"
    return ""


def _outlet_id(candidate: Judged) -> str:
    article = _article(candidate)
    if article is not None:
        return article.outlet
    return candidate.outlet.id if candidate.outlet is not None else ""


def _sighting(candidate: Judged) -> Sighting:
    passed = candidate.outcome is not Outcome.DROPPED
    return Sighting(_outlet_id(candidate), candidate.day, candidate.lang, passed)


def _note_outlet(candidate: Judged, article: Article, result: Plan) -> None:
    outlet = candidate.outlet
    if outlet is None or outlet.id != article.outlet:
        outlet = Outlet(id=article.outlet, name=article.outlet, guessed=True)
    standing = result.outlets.get(outlet.id)
    if standing is None or (standing.guessed and not outlet.guessed):
        result.outlets[outlet.id] = outlet
