"""The numbers of a report: pure functions of a corpus, each giving one tidy polars frame or record.

Names of columns are the same everywhere, so that a later measure can be set beside an earlier one:
`articles` are articles that tell of trafficking, `corruption` those of them that tie corruption to it, and
`X_share` is X divided by the denominator that the function's docstring names (null where that is 0).
`small` marks rows with 1 to 4 articles. Counts are of articles (reports in the press), never of cases.

All shares are shares of labels as the classifier gave them; they are not corrected for its errors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from ..classifiers.codebook import ACTOR_SPHERE, COVERAGE, LEVELS, CorruptionLevel, Sphere
from .frames import Corpus

SMALL: Final = 5
"""Fewer articles than this are a small cell: marked, and never given as a percentage."""

ENOUGH_EXPECTED: Final = 3.0
"""Where fewer than 3 articles would be expected at the year's rate, none found is no finding: with 3
expected, none at all has a probability of exp(-3), 5 % (the 'rule of three'; Hanley and Lippman-Hand,
JAMA 249, 1983)."""

COUNTED: Final = (
    pl.len().cast(pl.Int64).alias("articles"),
    pl.col("corruption").sum().cast(pl.Int64).alias("corruption"),
)


@dataclass(frozen=True, slots=True)
class Totals:
    """The figures of the first page, all for one year."""

    seen: int
    """Articles seen, before the gate."""
    passed: int
    """Of these let in by the gate."""
    labelled: int
    """Articles with a label: read by the classifier, with a day of publication in the year."""
    unrelated: int
    articles: int
    """Articles that tell of trafficking."""
    corruption: int
    """Of these with corruption tied to it."""
    summaries: int
    """Of `articles`: judged on a feed's summary, since the page could not be had."""
    outlets_seen: int
    outlets: int
    """Outlets with at least one article on trafficking; aggregators not counted."""
    guessed_outlets: int
    """Of `outlets`: not in feeds.yaml, so that country and kind are guesses."""
    countries: int
    """Countries that articles on trafficking tell of."""
    languages: int
    """Languages of the articles on trafficking."""
    placed: int
    """Of `articles`: with at least one country that they tell of."""
    bylined: int
    """Of `articles`: with a byline."""


def totals(corpus: Corpus) -> Totals:
    """Count the figures of the first page."""
    articles, found = corpus.articles, corpus.trafficking
    independent = found.filter(~pl.col("outlet_aggregator"))
    outlets = independent.unique("outlet")
    return Totals(
        seen=int(corpus.seen["seen"].sum()),
        passed=int(corpus.seen["passed"].sum()),
        labelled=articles.height,
        unrelated=articles.height - found.height,
        articles=found.height,
        corruption=int(found["corruption"].sum()),
        summaries=int(found["summary"].sum()),
        outlets_seen=corpus.seen.filter(pl.col("seen") > 0)["outlet"].n_unique(),
        outlets=outlets.height,
        guessed_outlets=int(outlets["outlet_guessed"].sum()),
        countries=found.explode("countries")["countries"].drop_nulls().n_unique(),
        languages=found.filter(pl.col("lang") != "und")["lang"].n_unique(),
        placed=found.filter(pl.col("countries").list.len() > 0).height,
        bylined=found.filter(pl.col("authors").list.len() > 0).height,
    )


def by_coverage(corpus: Corpus) -> pl.DataFrame:
    """Articles of each coverage label. `articles_share`: of all labelled articles."""
    counts = dict(corpus.articles.group_by("coverage").len().iter_rows())
    n = [int(counts.get(label, 0)) for label in COVERAGE]
    frame = pl.DataFrame({"key": COVERAGE, "articles": n}, schema={"key": pl.String, "articles": pl.Int64})
    return _with_share(frame, "articles", corpus.articles.height)


def by_country(corpus: Corpus) -> pl.DataFrame:
    """Countries told of, most articles first.

    An article that tells of several countries counts once for each, so the column sums to more than the
    total; `main` counts it for its main country only. `corruption_share`: of the country's articles.
    `home` are articles of outlets in that country, `foreign` of outlets elsewhere, `unknown_press` of
    aggregators and of outlets whose country nobody knows. `outlets` leaves aggregators out.
    """
    told = (
        corpus.trafficking.with_columns(first=pl.col("countries").list.first())
        .explode("countries")
        .drop_nulls("countries")
    )
    told = told.with_columns(
        press=pl.when(pl.col("outlet_aggregator") | (pl.col("outlet_country") == ""))
        .then(pl.lit("unknown"))
        .when(pl.col("outlet_country") == pl.col("countries"))
        .then(pl.lit("home"))
        .otherwise(pl.lit("foreign"))
    )
    outlet = pl.col("outlet").filter(~pl.col("outlet_aggregator"))
    frame = told.group_by("countries").agg(
        *COUNTED,
        (pl.col("first") == pl.col("countries")).sum().cast(pl.Int64).alias("main"),
        outlet.n_unique().cast(pl.Int64).alias("outlets"),
        outlet.filter(pl.col("press").filter(~pl.col("outlet_aggregator")) == "home")
        .n_unique()
        .cast(pl.Int64)
        .alias("home_outlets"),
        *(_count(pl.col("press") == kind, name) for kind, name in PRESS.items()),
        _count((pl.col("press") == "home") & pl.col("corruption"), "home_corruption"),
        _count((pl.col("press") == "foreign") & pl.col("corruption"), "foreign_corruption"),
        *(_count(pl.col("corruption_level") == level, level) for level in LEVELS if level != "none"),
    )
    return ranked(frame.rename({"countries": "key"}))


PRESS: Final = {"home": "home", "foreign": "foreign", "unknown": "unknown_press"}
"""Where an article's outlet sits, seen from the country told of, and the column that counts it."""


def by_outlet(corpus: Corpus) -> pl.DataFrame:
    """Every outlet that was seen or has an article: its output, what was let in, what tells of trafficking.

    `articles_share`: of `seen`, the outlet's whole output; null where the denominator is missing or is
    smaller than the numerator. `corruption_share`: of the outlet's articles on trafficking.
    """
    seen = corpus.seen.group_by("outlet").agg(pl.col("seen").sum(), pl.col("passed").sum())
    found = corpus.articles.group_by("outlet").agg(
        pl.len().cast(pl.Int64).alias("labelled"),
        _count(pl.col("trafficking"), "articles"),
        _count(pl.col("corruption"), "corruption"),
        _count(pl.col("trafficking") & (pl.col("authors").list.len() > 0), "bylined"),
    )
    frame = (
        corpus.outlets.join(seen, on="outlet", how="left")
        .join(found, on="outlet", how="left")
        .with_columns(pl.col("seen", "passed", "labelled", "articles", "corruption", "bylined").fill_null(0))
        .rename({"outlet": "key"})
    )
    believable = (pl.col("seen") > 0) & (pl.col("articles") <= pl.col("seen"))
    return ranked(frame).with_columns(
        articles_share=pl.when(believable).then(pl.col("articles") / pl.col("seen")),
    )


def by_outlet_column(corpus: Corpus, column: str) -> pl.DataFrame:
    """Articles by a property of their outlet: `outlet_country`, `outlet_kind` or `outlet_reach`.

    Aggregators are left out, since what they republish is others'. `seen` is the output of these outlets;
    `articles_share`: of `seen`. `corruption_share`: of the articles on trafficking. `outlets` counts
    outlets with at least one article on trafficking, `outlets_seen` those of which anything was seen.
    """
    outlets = corpus.outlets.filter(~pl.col("outlet_aggregator")).select("outlet", column)
    seen = (
        corpus.seen.join(outlets, on="outlet")
        .group_by(column)
        .agg(pl.col("seen").sum(), _outlets(pl.col("seen") > 0, "outlets_seen"))
    )
    found = (
        corpus.trafficking.filter(~pl.col("outlet_aggregator"))
        .group_by(column)
        .agg(*COUNTED, pl.col("outlet").n_unique().cast(pl.Int64).alias("outlets"))
    )
    return _joined(seen, found, column)


def by_language(corpus: Corpus) -> pl.DataFrame:
    """Articles by language. `articles_share`: of `seen` in that language. `corruption_share`: of articles."""
    seen = corpus.seen.group_by("lang").agg(
        pl.col("seen").sum(), pl.col("passed").sum(), _outlets(pl.col("seen") > 0, "outlets_seen")
    )
    found = corpus.trafficking.group_by("lang").agg(
        *COUNTED,
        pl.col("outlet").filter(~pl.col("outlet_aggregator")).n_unique().cast(pl.Int64).alias("outlets"),
    )
    return _joined(seen, found, "lang")


def by_actor(corpus: Corpus) -> pl.DataFrame:
    """Articles that name each kind of actor, in the order of the codebook, with its `sphere`.

    An article may name several. `articles_share`: of all articles on trafficking. `corruption`: of these
    the articles with corruption; `corruption_share`: of all articles with corruption (how often such an
    article names this actor), not of the actor's articles.
    """
    told = corpus.trafficking.explode("actors").drop_nulls("actors")
    counts = told.group_by("actors").agg(*COUNTED).rename({"actors": "key"})
    order = pl.DataFrame({"key": list(ACTOR_SPHERE), "sphere": [str(s) for s in ACTOR_SPHERE.values()]})
    return _of_named(corpus, order.join(counts, on="key", how="left", maintain_order="left"))


def by_sphere(corpus: Corpus) -> pl.DataFrame:
    """As `by_actor`, by sphere; an article that names two actors of one sphere counts once for it."""
    spheres = {actor: str(sphere) for actor, sphere in ACTOR_SPHERE.items()}
    told = (
        corpus.trafficking.select("id", "actors", "corruption")
        .explode("actors")
        .drop_nulls("actors")
        .with_columns(key=pl.col("actors").replace_strict(spheres, default=None, return_dtype=pl.String))
        .drop_nulls("key")
        .unique(["id", "key"])
    )
    counts = told.group_by("key").agg(*COUNTED)
    order = pl.DataFrame({"key": [str(sphere) for sphere in Sphere]})
    return _of_named(corpus, order.join(counts, on="key", how="left", maintain_order="left"))


def by_level(corpus: Corpus) -> pl.DataFrame:
    """Articles with corruption by its highest alleged level. `articles_share`: of all such articles."""
    found = corpus.articles.filter(pl.col("corruption"))
    counts = dict(found.group_by("corruption_level").len().iter_rows())
    levels = [level for level in LEVELS if level != CorruptionLevel.NONE]
    n = [int(counts.get(level, 0)) for level in levels]
    frame = pl.DataFrame({"key": levels, "articles": n}, schema={"key": pl.String, "articles": pl.Int64})
    return _with_share(frame, "articles", found.height)


def by_byline(corpus: Corpus) -> pl.DataFrame:
    """Public bylines of articles on trafficking, most articles first; a joint byline counts for each name.

    Names are matched without regard to case. One name may be two people and one person two spellings:
    `outlets` lists where it stood. `corruption_share`: of the byline's articles.
    """
    told = (
        corpus.trafficking.select("outlet", "outlet_name", "lang", "countries", "authors", "corruption")
        .explode("authors")
        .drop_nulls("authors")
        .filter(pl.col("authors") != "")
        .with_columns(folded=pl.col("authors").str.to_lowercase())
    )
    frame = told.group_by("folded").agg(
        pl.col("authors").mode().min().alias("key"),
        *COUNTED,
        pl.col("outlet_name").unique().sort().alias("outlets"),
        pl.col("lang").unique().sort().alias("languages"),
        pl.col("countries").explode().drop_nulls().unique().sort().alias("countries"),
    )
    return ranked(frame.drop("folded"))


def year_rate(corpus: Corpus) -> float:
    """Articles on trafficking per article seen, over the whole year; 0 where nothing was seen."""
    seen = int(corpus.seen["seen"].sum())
    return corpus.trafficking.height / seen if seen else 0.0


def by_month(corpus: Corpus, *, last_month: int = 12, rate: float | None = None) -> pl.DataFrame:
    """The twelve months: `seen`, `passed`, `articles`, `corruption`, and whether enough was seen.

    `articles_share`: of `seen`. `status` is `enough`; `not_enough` where fewer than ENOUGH_EXPECTED articles
    would be expected at the year's rate, so that few or none found says nothing; `future` after `last_month`.

    Args:
        last_month: the last month that had begun when the report was made (12 for a past year).
        rate: expected articles per article seen; the corpus's own by default.
    """
    rate = year_rate(corpus) if rate is None else rate
    seen = (
        corpus.seen.filter(pl.col("day").dt.year() == corpus.year)
        .group_by(pl.col("day").dt.month().cast(pl.Int64).alias("key"))
        .agg(pl.col("seen").sum(), pl.col("passed").sum())
    )
    found = corpus.trafficking.drop_nulls("month").group_by("month").agg(*COUNTED).rename({"month": "key"})
    months = pl.DataFrame({"key": list(range(1, 13))})
    frame = (
        months.join(seen, on="key", how="left", maintain_order="left")
        .join(found, on="key", how="left", maintain_order="left")
        .with_columns(pl.col("seen", "passed", "articles", "corruption").fill_null(0).cast(pl.Int64))
    )
    status = (
        pl.when(pl.col("key") > last_month)
        .then(pl.lit("future"))
        .when(pl.col("seen") * rate < ENOUGH_EXPECTED)
        .then(pl.lit("not_enough"))
        .otherwise(pl.lit("enough"))
    )
    return _with_share(frame, "articles", pl.col("seen")).with_columns(
        _share(pl.col("corruption"), pl.col("articles")).alias("corruption_share"),
        status=status,
    )


def undated_seen(corpus: Corpus) -> int:
    """Articles seen with no day that can be believed: in no month, but in the year's total."""
    return int(corpus.seen.filter(pl.col("day").is_null())["seen"].sum())


def concentration(counts: pl.Series) -> int:
    """How few of the rows together hold at least half of all articles."""
    ordered = counts.sort(descending=True)
    if not ordered.sum():
        return 0
    half = ordered.sum() / 2
    return int((ordered.cum_sum() < half).sum()) + 1


def _of_named(corpus: Corpus, frame: pl.DataFrame) -> pl.DataFrame:
    """Shares of actors and spheres, whose denominators are all articles and all articles with corruption."""
    frame = frame.with_columns(pl.col("articles", "corruption").fill_null(0).cast(pl.Int64))
    whole = int(corpus.trafficking["corruption"].sum())
    return _with_share(frame, "articles", corpus.trafficking.height).with_columns(
        _share(pl.col("corruption"), pl.lit(whole)).alias("corruption_share")
    )


def _joined(seen: pl.DataFrame, found: pl.DataFrame, column: str) -> pl.DataFrame:
    """Denominators and counts side by side, ranked, with both shares."""
    frame = seen.join(found, on=column, how="full", coalesce=True).rename({column: "key"})
    frame = frame.with_columns(pl.exclude("key").fill_null(0).cast(pl.Int64))
    believable = (pl.col("seen") > 0) & (pl.col("articles") <= pl.col("seen"))
    return ranked(frame).with_columns(
        articles_share=pl.when(believable).then(pl.col("articles") / pl.col("seen"))
    )


def ranked(frame: pl.DataFrame) -> pl.DataFrame:
    """Most articles first, ties by key; with `corruption_share` of the row's articles, and `small`."""
    return frame.sort(["articles", "corruption", "key"], descending=[True, True, False]).with_columns(
        _share(pl.col("corruption"), pl.col("articles")).alias("corruption_share"),
        pl.col("articles").is_between(1, SMALL - 1).alias("small"),
    )


def _with_share(frame: pl.DataFrame, column: str, whole: int | pl.Expr) -> pl.DataFrame:
    """The frame with `<column>_share` of `whole`, and `small`."""
    denominator = whole if isinstance(whole, pl.Expr) else pl.lit(whole)
    return frame.with_columns(
        _share(pl.col(column), denominator).alias(f"{column}_share"),
        pl.col(column).is_between(1, SMALL - 1).alias("small"),
    )


def _share(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """Part over whole; null where the whole is 0."""
    return pl.when(whole > 0).then(part / whole)


def _count(condition: pl.Expr, name: str) -> pl.Expr:
    """How many rows of a group fulfil the condition."""
    return condition.sum().cast(pl.Int64).alias(name)


def _outlets(condition: pl.Expr, name: str) -> pl.Expr:
    """How many different outlets of a group fulfil the condition."""
    return pl.col("outlet").filter(condition).n_unique().cast(pl.Int64).alias(name)
