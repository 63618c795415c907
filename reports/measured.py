"""All measures of one report, computed once and handed to every section."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from . import measures
from .frames import Corpus
from .geography import countries
from .observation import Doubt, all_countries, doubts


@dataclass(frozen=True)
class Numbers:
    """Every frame is as the function of measures.py (or observation.py) of that name gives it."""

    corpus: Corpus
    totals: measures.Totals
    coverage: pl.DataFrame
    countries: pl.DataFrame
    regions: pl.DataFrame
    outlets: pl.DataFrame
    kinds: pl.DataFrame
    reaches: pl.DataFrame
    outlet_countries: pl.DataFrame
    languages: pl.DataFrame
    bylines: pl.DataFrame
    months: pl.DataFrame
    actors: pl.DataFrame
    spheres: pl.DataFrame
    levels: pl.DataFrame
    doubts: tuple[Doubt, ...]

    @property
    def year(self) -> int:
        """The year of publication."""
        return self.corpus.year


def measure(
    corpus: Corpus,
    *,
    now: dt.datetime,
    rate: float | None = None,
    undated_stored: int = 0,
    stored: int = 0,
) -> Numbers:
    """Compute every measure of a corpus.

    Args:
        corpus: the year, or a country's part of it.
        now: when the report is made; months after it are 'not yet', not empty.
        rate: the rate by which a month has enough seen; the corpus's own by default.
        undated_stored: articles in the store with no believable day.
        stored: articles in the store in all.
    """
    return Numbers(
        corpus=corpus,
        totals=measures.totals(corpus),
        coverage=measures.by_coverage(corpus),
        countries=all_countries(corpus),
        regions=by_region(corpus),
        outlets=measures.by_outlet(corpus),
        kinds=measures.by_outlet_column(corpus, "outlet_kind"),
        reaches=measures.by_outlet_column(corpus, "outlet_reach"),
        outlet_countries=measures.by_outlet_column(corpus, "outlet_country"),
        languages=measures.by_language(corpus),
        bylines=measures.by_byline(corpus),
        months=measures.by_month(corpus, last_month=last_month(corpus.year, now), rate=rate),
        actors=measures.by_actor(corpus),
        spheres=measures.by_sphere(corpus),
        levels=measures.by_level(corpus),
        doubts=tuple(doubts(corpus, undated_stored=undated_stored, stored=stored)),
    )


def last_month(year: int, now: dt.datetime) -> int:
    """The last month of the year that has begun: 12 for past years, 0 for years to come."""
    if now.year == year:
        return now.month
    return 12 if now.year > year else 0


def by_region(corpus: Corpus) -> pl.DataFrame:
    """Articles by UN M49 subregion told of; an article that tells of two countries there counts once.

    Columns `key` (subregion), `region`, `articles`, `corruption`, `corruption_share` and `small`.
    """
    table = {code: (c.region, c.subregion) for code, c in countries().items()}
    places = pl.DataFrame(
        {
            "countries": list(table),
            "region": [region for region, _ in table.values()],
            "key": [subregion for _, subregion in table.values()],
        }
    )
    told = (
        corpus.trafficking.select("id", "countries", "corruption")
        .explode("countries")
        .drop_nulls("countries")
        .join(places, on="countries")
        .unique(["id", "key"])
    )
    return measures.ranked(told.group_by("key", "region").agg(*measures.COUNTED))
