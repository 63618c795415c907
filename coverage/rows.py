"""Between the records of article.py and polling.py and the rows of tables.py: pure functions, both ways."""

from __future__ import annotations

import datetime as dt
import math
from array import array
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from sys import intern
from typing import Any

from pydantic import TypeAdapter

from ..errors import StoreError
from .article import (
    Annotation,
    Article,
    DateClaim,
    DateOrigin,
    Label,
    LabelledArticle,
    Outlet,
    OutletKind,
    Reach,
    Refusal,
    RunRecord,
    RunStatus,
    Source,
    Term,
)
from .polling import FeedState, FetchRecord

Row = dict[str, Any]


class Probabilities(Mapping[str, float]):
    """A read-only mapping of label ids to probabilities in a quarter of a dict's memory.

    A report holds three of these for each of 100,000 articles: the ids are shared between all, the
    numbers stand in one array. Equal to any mapping with the same items.
    """

    __slots__ = ("_places", "_values")

    def __init__(self, probabilities: Mapping[str, float]) -> None:
        self._places = _places(tuple(probabilities))
        self._values = array("d", probabilities.values())

    def __getitem__(self, label: str) -> float:
        return self._values[self._places[label]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __repr__(self) -> str:
        return repr(dict(self))


@lru_cache(maxsize=1024)
def _places(labels: tuple[str, ...]) -> dict[str, int]:
    return {label: place for place, label in enumerate(labels)}


@lru_cache(maxsize=65536)
def _shared(items: tuple[str, ...]) -> tuple[str, ...]:
    """The same tuple for equal contents: few lists of countries or actors are unlike all others."""
    return items


def outlet_row(outlet: Outlet) -> Row:
    """The row of `outlets`."""
    return {
        "id": outlet.id,
        "name": outlet.name,
        "homepage": outlet.homepage,
        "country": outlet.country,
        "languages": list(outlet.languages),
        "kind": str(outlet.kind),
        "reach": str(outlet.reach),
        "domains": list(outlet.domains),
        "aliases": list(outlet.aliases),
        "aggregator": outlet.aggregator,
        "training_allowed": outlet.training_allowed,
        "guessed": outlet.guessed,
    }


def outlet_record(row: Any) -> Outlet:
    """The outlet of a row of `outlets`."""
    return Outlet(
        id=row.id,
        name=row.name,
        homepage=row.homepage,
        country=row.country,
        languages=tuple(row.languages),
        kind=OutletKind(row.kind),
        reach=Reach(row.reach),
        domains=tuple(row.domains),
        aliases=tuple(row.aliases),
        aggregator=row.aggregator,
        training_allowed=row.training_allowed,
        guessed=row.guessed,
    )


def source_columns(source: Source) -> Row:
    """The four columns that say where a row came from."""
    return {
        "collector": source.collector,
        "location": source.location,
        "line": source.line,
        "fetched_at": source.fetched_at,
    }


def source_record(row: Any) -> Source:
    """The source that a row came from."""
    return Source(row.collector, row.location, row.line, row.fetched_at)


def article_row(article: Article, run: str) -> Row:
    """The row of `articles`, and the text that stands in `texts`, for an article that a run brought."""
    return {
        "id": article.id,
        "outlet": article.outlet,
        "published": article.published,
        "lang": article.lang,
        "url": article.url,
        "title": article.title,
        "authors": list(article.authors),
        "countries": list(article.countries),
        "dates": [_claim_row(claim) for claim in article.dates],
        "terms": [[term.term, term.lang, term.kind] for term in article.terms],
        "lang_votes": dict(article.lang_votes),
        "summary": article.summary,
        "note": article.note,
        "external_id": article.external_id,
        "run": run,
        **source_columns(article.source),
    }


def article_record(row: Any) -> Article:
    """The article of a row of `articles` joined with `texts`."""
    return Article(
        id=row.id,
        title=row.title,
        text=row.text,
        outlet=row.outlet,
        lang=row.lang,
        url=row.url,
        authors=tuple(row.authors),
        published=row.published,
        dates=tuple(_claim_record(claim) for claim in row.dates),
        countries=tuple(row.countries),
        terms=tuple(Term(*term) for term in row.terms),
        lang_votes=row.lang_votes,
        summary=row.summary,
        note=row.note,
        external_id=row.external_id,
        source=source_record(row),
    )


def _claim_row(claim: DateClaim) -> Row:
    return {
        "origin": str(claim.origin),
        "raw": claim.raw,
        "date": None if claim.date is None else claim.date.isoformat(),
    }


def _claim_record(claim: Mapping[str, Any]) -> DateClaim:
    date = claim["date"]
    return DateClaim(
        DateOrigin(claim["origin"]), claim["raw"], None if date is None else dt.datetime.fromisoformat(date)
    )


def label_row(label: Label, created_at: dt.datetime) -> Row:
    """The row of `labels`.

    Raises:
        StoreError: a probability is NaN or infinite.
    """
    return {
        "article": label.article_id,
        "model": label.model,
        "created_at": created_at,
        "coverage": str(label.coverage),
        "coverage_probs": _finite(label.coverage_probs, label),
        "actors": [str(actor) for actor in label.actors],
        "actor_probs": _finite(label.actor_probs, label),
        "corruption_level": str(label.corruption_level),
        "corruption_level_probs": _finite(label.corruption_level_probs, label),
        "lang": label.lang,
    }


def _finite(probabilities: Mapping[str, float], label: Label) -> dict[str, float]:
    # float(): numpy's numbers are no JSON.
    plain = {str(name): float(value) for name, value in probabilities.items()}
    if not all(map(math.isfinite, plain.values())):
        raise StoreError(
            f"the model {label.model} gives article {label.article_id} a probability that is no number",
            mend="Put back the model bundle that was in service before",
        )
    return plain


def labelled_record(row: Any, outlet: Outlet) -> LabelledArticle:
    """The article and label of a row of `articles` joined with `labels` (whose lang is `label_lang`).

    Values that many rows have in common are one object in all of them: a report holds 100,000 of these.
    """
    return LabelledArticle(
        id=row.id,
        url=row.url,
        title=row.title,
        lang=intern(row.lang),
        published=row.published,
        countries=_shared(tuple(row.countries)),
        authors=_shared(tuple(row.authors)),
        summary=row.summary,
        outlet=outlet,
        label=Label(
            article_id=row.id,
            model=intern(row.model),
            coverage=intern(row.coverage),
            coverage_probs=Probabilities(row.coverage_probs),
            actors=_shared(tuple(row.actors)),
            actor_probs=Probabilities(row.actor_probs),
            corruption_level=intern(row.corruption_level),
            corruption_level_probs=Probabilities(row.corruption_level_probs),
            lang=intern(row.label_lang),
        ),
        source=Source(intern(row.collector), intern(row.location), row.line, row.fetched_at),
    )


def annotation_row(annotation: Annotation, created_at: dt.datetime) -> Row:
    """The row of `annotations`; `created_at` counts where the annotation has no time of its own."""
    return {
        "article": annotation.article_id,
        "annotator": annotation.annotator,
        "coverage": annotation.coverage,
        "actors": None if annotation.actors is None else list(annotation.actors),
        "corruption_level": annotation.corruption_level,
        "confidence": annotation.confidence,
        "note": annotation.note,
        "created_at": annotation.created_at or created_at,
    }


def annotation_record(row: Any) -> Annotation:
    """The annotation of a row of `annotations`."""
    return Annotation(
        article_id=row.article,
        annotator=row.annotator,
        coverage=row.coverage,
        actors=None if row.actors is None else tuple(row.actors),
        corruption_level=row.corruption_level,
        confidence=row.confidence,
        note=row.note,
        created_at=row.created_at,
    )


def refusal_row(refusal: Refusal, run: str) -> Row:
    """The row of `refusals`."""
    return {"run": run, "reason": refusal.reason, **source_columns(refusal.source)}


def refusal_record(row: Any) -> Refusal:
    """The refusal of a row of `refusals`."""
    return Refusal(source_record(row), row.reason)


def run_record(row: Any) -> RunRecord:
    """The run of a row of `runs`."""
    return RunRecord(
        id=row.id,
        command=row.command,
        started_at=row.started_at,
        finished_at=row.finished_at,
        status=RunStatus(row.status),
        config=row.config,
        summary=row.summary,
    )


@cache
def _feed_states() -> TypeAdapter[FeedState]:
    return TypeAdapter(FeedState)


def feed_row(state: FeedState) -> Row:
    """The row of `feeds`: the state as JSON, so that the decider can grow without a change of schema."""
    return {
        "url": state.url,
        "outlet": state.outlet,
        "state": _feed_states().dump_python(state, mode="json"),
    }


def feed_record(row: Any) -> FeedState:
    """The state of a row of `feeds`; what an older version did not keep gets its default."""
    return _feed_states().validate_python(row.state)


@cache
def _fetch_records() -> TypeAdapter[FetchRecord]:
    return TypeAdapter(FetchRecord)


def fetch_row(fetch: FetchRecord) -> Row:
    """The row of `fetches`."""
    return {
        "feed": fetch.feed,
        "at": fetch.at,
        "http_status": fetch.http_status,
        "outcome": str(fetch.outcome),
        "items": fetch.items,
        "new_items": fetch.new_items,
        "seconds": fetch.seconds,
        "bytes": fetch.bytes,
        "note": fetch.note,
    }


def fetch_record(row: Any) -> FetchRecord:
    """The fetch of a row of `fetches`."""
    return _fetch_records().validate_python(dict(row._mapping))
