"""The list of articles on trafficking with corruption: the publisher's headline, a link, and its labels."""

from __future__ import annotations

from typing import Final

import polars as pl

from .common import some
from .document import Section, Table, paragraph
from .frames import Corpus
from .geography import country_name, language_name
from .tables import dated, named, probability, quoted, table_of, written
from .wording import ACTOR_NAMES, LEVEL_NAMES, count, number

MOST_ARTICLES: Final = 500
PRINTED_ARTICLES: Final = 60
HEADLINES: Final = (
    "Headlines are the publishers’, quoted as they stand; they may name people, and say nothing of guilt. "
    "The probability is the classifier’s, that the article ties corruption to trafficking."
)


def corruption_articles(corpus: Corpus) -> pl.DataFrame:
    """Articles with corruption, the most certain first, ties by day and id; with a headline to show."""
    return (
        corpus.articles.filter(pl.col("corruption"))
        .sort(["coverage_prob", "published", "id"], descending=[True, True, False], nulls_last=True)
        .with_columns(
            headline=pl.when(pl.col("title") == "").then(pl.lit("(no headline)")).otherwise("title")
        )
    )


def articles_table(corpus: Corpus, *, rows: int = MOST_ARTICLES, printed: int = PRINTED_ARTICLES) -> Table:
    """The table of these articles."""
    return table_of(
        corruption_articles(corpus),
        [
            quoted("Headline", "headline", weight=4.4, lang="lang", url="url", what="headline"),
            quoted("Outlet", "outlet_name", weight=2.5),
            dated("Published", "published"),
            written(
                "Countries told of", lambda r: some([country_name(c) for c in r["countries"]], 3), weight=1.8
            ),
            named("Level", "corruption_level", LEVEL_NAMES, weight=1.2),
            written(
                "Actors",
                lambda r: some([ACTOR_NAMES.get(a, a) for a in r["actors"]], 2),
                weight=2.2,
                printed=False,
            ),
            named("Language", "lang", language_name, printed=False),
            probability("Probability", "coverage_prob"),
        ],
        table_id="table-articles",
        caption="Articles on trafficking with corruption, the most certain first",
        rows=rows,
        printed_rows=printed,
        more="all stand in articles.csv.",
        notes=(HEADLINES,),
    )


def articles_section(corpus: Corpus) -> Section:
    """The section with that table."""
    title = "Articles on trafficking with corruption"
    n = int(corpus.articles["corruption"].sum())
    if not n:
        return Section("articles", title, (paragraph("No article ties corruption to trafficking."),))
    said = (
        f"{count(n, 'article')} in all. Each is one report in the press: several may tell of one story, and "
        "none is a finding of guilt."
    )
    if n > MOST_ARTICLES:
        said += f" The table holds the {number(MOST_ARTICLES)} of which the classifier is most certain."
    return Section("articles", title, (paragraph(said), articles_table(corpus)))
