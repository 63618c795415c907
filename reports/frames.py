"""From records to polars frames: the one place where a report takes its input in.

`Corpus` holds three frames. `articles` has one row an article of the year with its label and its outlet;
`seen` has the denominators, one row an outlet, day and language; `outlets` has one row an outlet. Everything
in measures.py is a pure function of a corpus.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import polars as pl

from ..classifiers.codebook import Coverage
from ..coverage.article import LabelledArticle, Outlet, Progress, SeenCount
from ..errors import ReportError

BATCH: Final = 10_000
"""Articles that are turned into columns at a time: keeps the memory at the size of the columns."""

TITLE_LENGTH: Final = 300
"""Characters of a headline that reports and exports show; a longer 'headline' is a text, and not ours."""


ARTICLE_SCHEMA: Final[dict[str, Any]] = {
    "id": pl.String,
    "url": pl.String,
    "title": pl.String,
    "outlet": pl.String,
    "outlet_name": pl.String,
    "outlet_country": pl.String,
    "outlet_kind": pl.String,
    "outlet_reach": pl.String,
    "outlet_guessed": pl.Boolean,
    "outlet_aggregator": pl.Boolean,
    "lang": pl.String,
    "published": pl.Date,
    "countries": pl.List(pl.String),
    "authors": pl.List(pl.String),
    "summary": pl.Boolean,
    "coverage": pl.String,
    "coverage_prob": pl.Float64,
    "actors": pl.List(pl.String),
    "corruption_level": pl.String,
    "corruption_level_prob": pl.Float64,
    "model": pl.String,
    "collector": pl.String,
    "source": pl.String,
}
SEEN_SCHEMA: Final[dict[str, Any]] = {
    "outlet": pl.String,
    "day": pl.Date,
    "lang": pl.String,
    "seen": pl.Int64,
    "passed": pl.Int64,
}
OUTLET_SCHEMA: Final[dict[str, Any]] = {
    "outlet": pl.String,
    "outlet_name": pl.String,
    "homepage": pl.String,
    "outlet_country": pl.String,
    "outlet_kind": pl.String,
    "outlet_reach": pl.String,
    "outlet_guessed": pl.Boolean,
    "outlet_aggregator": pl.Boolean,
}


@dataclass(frozen=True)
class Corpus:
    """What a report is made from: a year's labelled articles, its denominators and its outlets."""

    year: int
    articles: pl.DataFrame
    """ARTICLE_SCHEMA and the columns `trafficking`, `corruption` (booleans), `month` (1 to 12, or null)."""
    seen: pl.DataFrame
    """SEEN_SCHEMA."""
    outlets: pl.DataFrame
    """OUTLET_SCHEMA: every outlet that stands in `articles` or `seen`, ordered by id."""
    model: str
    """The model that gave the labels; '' where there is no article."""

    @property
    def trafficking(self) -> pl.DataFrame:
        """The articles that tell of trafficking, with corruption or without."""
        return self.articles.filter(pl.col("trafficking"))

    def snapshot(self) -> str:
        """A digest of all that the report is made from: two stores with one snapshot give one report."""
        digest = hashlib.sha256()
        for frame in (self.articles, self.seen.sort("outlet", "day", "lang"), self.outlets):
            digest.update(_as_text(frame).write_csv().encode())
        return digest.hexdigest()[:16]

    def only(self, country: str) -> Corpus:
        """The same corpus with only the articles that tell of `country`; the denominators stay whole."""
        return Corpus(
            year=self.year,
            articles=self.articles.filter(pl.col("countries").list.contains(country)),
            seen=self.seen,
            outlets=self.outlets,
            model=self.model,
        )


def build_corpus(
    articles: Iterable[LabelledArticle],
    seen: Iterable[SeenCount],
    *,
    year: int,
    outlets: Mapping[str, Outlet] | None = None,
    progress: Progress | None = None,
) -> Corpus:
    """Turn records into a corpus.

    Args:
        articles: the year's articles with the labels of one model.
        seen: the year's denominators.
        year: the year of publication that the report is about.
        outlets: what is known of each outlet; needed for outlets of which no article was let in.
        progress: told of the number of articles read.

    Raises:
        ReportError: labels of several models are mixed, or an article is of another year.
    """
    known: dict[str, Outlet] = dict(outlets or {})
    frames: list[pl.DataFrame] = []
    done = 0
    records = iter(articles)
    while batch := list(islice(records, BATCH)):
        for article in batch:
            known.setdefault(article.outlet.id, article.outlet)
        frames.append(pl.DataFrame(_article_columns(batch), schema=ARTICLE_SCHEMA))
        done += len(batch)
        if progress is not None:
            progress("read articles", done, None)
    frame = pl.concat(frames) if frames else pl.DataFrame(schema=ARTICLE_SCHEMA)
    frame = frame.sort("published", "id", nulls_last=True).with_columns(
        trafficking=pl.col("coverage") != str(Coverage.UNRELATED),
        corruption=pl.col("coverage") == str(Coverage.TRAFFICKING_CORRUPTION),
        month=pl.col("published").dt.month().cast(pl.Int64),
    )
    seen_frame = _seen_frame(seen)
    return Corpus(
        year=year,
        articles=frame,
        seen=seen_frame,
        outlets=_outlet_frame(known, frame, seen_frame),
        model=_one_model(frame, year),
    )


def _article_columns(batch: list[LabelledArticle]) -> dict[str, list[Any]]:
    """The columns of ARTICLE_SCHEMA for some articles."""
    return {
        "id": [a.id for a in batch],
        "url": [a.url for a in batch],
        "title": [clean_line(a.title, TITLE_LENGTH) for a in batch],
        "outlet": [a.outlet.id for a in batch],
        "outlet_name": [clean_line(a.outlet.name) for a in batch],
        "outlet_country": [a.outlet.country for a in batch],
        "outlet_kind": [str(a.outlet.kind) for a in batch],
        "outlet_reach": [str(a.outlet.reach) for a in batch],
        "outlet_guessed": [a.outlet.guessed for a in batch],
        "outlet_aggregator": [a.outlet.aggregator for a in batch],
        "lang": [a.lang or "und" for a in batch],
        "published": [a.published for a in batch],
        "countries": [list(dict.fromkeys(a.countries)) for a in batch],
        "authors": [[name for author in a.authors if (name := clean_line(author))] for a in batch],
        "summary": [a.summary for a in batch],
        "coverage": [a.label.coverage for a in batch],
        "coverage_prob": [a.label.coverage_probs.get(a.label.coverage) for a in batch],
        "actors": [list(dict.fromkeys(a.label.actors)) for a in batch],
        "corruption_level": [a.label.corruption_level for a in batch],
        "corruption_level_prob": [
            a.label.corruption_level_probs.get(a.label.corruption_level) for a in batch
        ],
        "model": [a.label.model for a in batch],
        "collector": [a.source.collector for a in batch],
        "source": [
            a.source.location if a.source.line is None else f"{a.source.location}:{a.source.line}"
            for a in batch
        ],
    }


def _seen_frame(seen: Iterable[SeenCount]) -> pl.DataFrame:
    """The denominators as a frame; a language that nobody could tell is `und`."""
    rows = [(s.outlet, s.day, s.lang or "und", s.seen, s.passed) for s in seen]
    return pl.DataFrame(rows, schema=SEEN_SCHEMA, orient="row")


def _outlet_frame(known: Mapping[str, Outlet], articles: pl.DataFrame, seen: pl.DataFrame) -> pl.DataFrame:
    """One row for every outlet in use. One that nobody described keeps its id as its name, as a guess."""
    used = sorted({*articles["outlet"].to_list(), *seen["outlet"].to_list()})
    rows = []
    for name in used:
        outlet = known.get(name) or Outlet(id=name, name=name, guessed=True)
        rows.append(
            (
                outlet.id,
                clean_line(outlet.name) or outlet.id,
                outlet.homepage,
                outlet.country,
                str(outlet.kind),
                str(outlet.reach),
                outlet.guessed,
                outlet.aggregator,
            )
        )
    return pl.DataFrame(rows, schema=OUTLET_SCHEMA, orient="row")


def _one_model(articles: pl.DataFrame, year: int) -> str:
    """The one model of all labels, and the check that nothing of another year has slipped in."""
    models = articles["model"].unique().sort().to_list()
    if len(models) > 1:
        raise ReportError(
            f"labels of {len(models)} models are mixed: {', '.join(models)}",
            mend="Choose one model, or label all articles with the same one (`pressreview classify`)",
        )
    others = articles.filter(pl.col("published").dt.year() != year)
    if others.height:
        raise ReportError(
            f"{others.height} articles for the report of {year} were published in another year",
            mend="Give build_corpus only the articles of one year",
        )
    return str(models[0]) if models else ""


def _as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with its lists joined, so that it can be written as CSV."""
    return frame.with_columns(pl.col(pl.List(pl.String)).list.join("\x1f"))


_HIDDEN: Final = [
    *range(0x20),
    *range(0x7F, 0xA0),
    0x00AD,
    0x2060,
    0xFEFF,
    0xFFFE,
    0xFFFF,
    # Marks that turn the order of letters about, and so could make a headline say something else.
    0x061C,
    0x200E,
    0x200F,
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
    # Lone surrogates cannot be written as UTF-8; tags (U+E0000) are never seen.
    *range(0xD800, 0xE000),
    *range(0xE0000, 0xE0080),
]
_BREAKS: Final = [*range(0x09, 0x0E), 0x85, 0x2028, 0x2029]
_VISIBLE: Final[dict[int, str | None]] = {**dict.fromkeys(_HIDDEN), **dict.fromkeys(_BREAKS, " ")}


def clean_line(text: str, length: int = TITLE_LENGTH) -> str:
    """One line of visible text: controls and direction marks dropped, white space folded, cut at `length`.

    Zero-width joiners, non-joiners and spaces stay: Persian, Sinhala, Khmer and others are not written
    or broken into lines rightly without them.
    """
    line = " ".join(text[: length * 4].translate(_VISIBLE).split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"
