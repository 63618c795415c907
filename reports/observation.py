"""What can be said of countries with no article, and checks of the data that a report rests on.

A country of which nothing was found is no 'silent' country unless its press was watched: where none of its
outlets was seen it is 'not observed', and where too little was seen, none found says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from .frames import Corpus
from .geography import countries
from .measures import ENOUGH_EXPECTED, by_country, by_outlet, year_rate


class Observed(StrEnum):
    """What a country's count of articles rests on."""

    ARTICLES = "articles"
    """At least one article tells of trafficking there."""
    NONE_FOUND = "none_found"
    """Its own press was followed, enough was seen, and nothing was found."""
    NOT_ENOUGH_SEEN = "not_enough_seen"
    """Something of its own press was seen, but too little for none found to mean anything."""
    NOT_OBSERVED = "not_observed"
    """No article of any outlet in this country was seen."""


def all_countries(corpus: Corpus) -> pl.DataFrame:
    """Every country of ISO 3166-1 (and codes met beside them) with its counts, denominators and status.

    Columns of `measures.by_country`, and `name`, `region`, `subregion`, `own_outlets` (outlets in that
    country of which anything was seen), `own_seen` (their articles seen), `status` (an `Observed`).
    Sorted as `by_country`, countries with none after them by code.
    """
    outlets = corpus.outlets.filter(~pl.col("outlet_aggregator") & (pl.col("outlet_country") != ""))
    own = (
        corpus.seen.join(outlets.select("outlet", "outlet_country"), on="outlet")
        .filter(pl.col("seen") > 0)
        .group_by(pl.col("outlet_country").alias("key"))
        .agg(
            pl.col("outlet").n_unique().cast(pl.Int64).alias("own_outlets"),
            pl.col("seen").sum().alias("own_seen"),
        )
    )
    found = by_country(corpus)
    table = countries()
    codes = sorted({*table, *found["key"].to_list(), *own["key"].to_list()})
    places = pl.DataFrame(
        {
            "key": codes,
            "name": [table[c].name if c in table else c for c in codes],
            "region": [table[c].region if c in table else "" for c in codes],
            "subregion": [table[c].subregion if c in table else "" for c in codes],
        },
        schema={"key": pl.String, "name": pl.String, "region": pl.String, "subregion": pl.String},
    )
    frame = places.join(found, on="key", how="left").join(own, on="key", how="left")
    frame = frame.with_columns(pl.col(pl.Int64).fill_null(0), pl.col("small").fill_null(value=False))
    expected = pl.col("own_seen") * year_rate(corpus)
    frame = frame.with_columns(
        status=pl.when(pl.col("articles") > 0)
        .then(pl.lit(str(Observed.ARTICLES)))
        .when(pl.col("own_seen") == 0)
        .then(pl.lit(str(Observed.NOT_OBSERVED)))
        .when(expected < ENOUGH_EXPECTED)
        .then(pl.lit(str(Observed.NOT_ENOUGH_SEEN)))
        .otherwise(pl.lit(str(Observed.NONE_FOUND)))
    )
    return frame.sort(["articles", "corruption", "key"], descending=[True, True, False])


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something in the data that a reader must know: `count` of `whole`, and what it means."""

    name: str
    count: int
    whole: int
    meaning: str


def doubts(corpus: Corpus, *, undated_stored: int = 0, stored: int = 0) -> list[Doubt]:
    """What makes the figures less sure than they look; only what occurs.

    Args:
        undated_stored: articles in the store with no believable day, which are in no year's report.
        stored: articles in the store in all.
    """
    articles, found = corpus.articles, corpus.trafficking
    passed = int(corpus.seen["passed"].sum())
    outlets = by_outlet(corpus)
    odd = outlets.filter(pl.col("articles") > pl.col("seen"))
    guessed = found.filter(pl.col("outlet_guessed")).height
    unplaced = found.filter(pl.col("countries").list.len() == 0).height
    candidates = [
        Doubt("no day of publication", undated_stored, stored,
              "articles in the store without a believable day; they are in no year’s report"),
        Doubt("let in, but not in this report", max(passed - articles.height, 0), passed,
              "articles that the gate let in and that have no label of this model or no day in this year"),
        Doubt("judged on a summary", int(found["summary"].sum()), found.height,
              "articles on trafficking whose page could not be had: only the feed’s summary was read"),
        Doubt("no country found", unplaced, found.height,
              "articles on trafficking in which no country was found; they are in no country’s row"),
        Doubt("outlet guessed", guessed, found.height,
              "articles on trafficking from outlets not in feeds.yaml: country and kind are guesses"),
        Doubt("language not recognised", found.filter(pl.col("lang") == "und").height, found.height,
              "articles on trafficking whose language nobody could tell"),
        Doubt("denominator missing", int(odd["articles"].sum()), found.height,
              f"articles on trafficking from {odd.height} outlets with fewer articles seen than found; "
              "their share of output is left open"),
    ]  # fmt: skip
    return [doubt for doubt in candidates if doubt.count > 0]
