"""The sections on who writes: outlets, their kind, reach and country, bylines, languages."""

from __future__ import annotations

from typing import Final

import polars as pl

from .charts import WITHOUT_AND_WITH, About, Bar, bars
from .common import BAR_NOTE, PRINTED, TOP, end_of_bar, plain_bars, some, source_line, split
from .document import Section, Table, paragraph
from .geography import country_name, language_name
from .measured import Numbers
from .measures import concentration
from .tables import counted, named, quoted, rated, shared, table_of, written
from .wording import KIND_NAMES, REACH_NAMES, UNCORRECTED, count, number, share

MOST_OUTLETS: Final = 500
MOST_BYLINES: Final = 200
"""Rows that a report holds; the CSV files hold all."""

OUTLET_NOTES: Final = (
    "Seen: all articles of the outlet that were collected, on any subject. In 1,000 seen: open where the "
    "denominator is missing.",
    "Guessed: the outlet is not in feeds.yaml, so that its country and kind are guesses. Aggregator: "
    "republishes others’ articles, and counts as no outlet of its own.",
)


def outlet_table(numbers: Numbers, *, rows: int = MOST_OUTLETS, printed: int = PRINTED) -> Table:
    """Outlets with at least one article on trafficking."""
    frame = numbers.outlets.filter(pl.col("articles") > 0).with_columns(
        mark=pl.when(pl.col("outlet_aggregator"))
        .then(pl.lit("aggregator"))
        .when(pl.col("outlet_guessed"))
        .then(pl.lit("guessed"))
        .otherwise(pl.lit(""))
    )
    return table_of(
        frame,
        [
            quoted("Outlet", "outlet_name", weight=2.6, url="homepage", mark="mark"),
            named("Country", "outlet_country", country_name, weight=1.6),
            named("Kind", "outlet_kind", KIND_NAMES, weight=1.4),
            counted("Articles", "articles"),
            counted("With corruption", "corruption"),
            shared("Share with corruption", "corruption", "articles"),
            counted("Seen", "seen", mark=False),
            rated("In 1,000 seen", "articles", "seen"),
            counted("With byline", "bylined", mark=False, printed=False),
        ],
        table_id="table-outlets",
        caption="Outlets with articles on trafficking",
        rows=rows,
        printed_rows=printed,
        more="all outlets stand in outlets.csv.",
        notes=OUTLET_NOTES,
    )


def outlets_section(numbers: Numbers) -> Section:
    """By outlet, and what kind of outlets they are."""
    found = numbers.outlets.filter((pl.col("articles") > 0) & ~pl.col("outlet_aggregator"))
    if found.is_empty():
        return Section("outlets", "Outlets", (paragraph("No outlet has an article on trafficking."),))
    few = concentration(found["articles"])
    rows = [Bar(r["outlet_name"], split(r), end_of_bar(r)) for r in found.head(TOP).iter_rows(named=True)]
    about = About(
        "chart-outlets",
        f"{count(few, 'outlet')} of {number(found.height)} {'holds' if few == 1 else 'hold'} half the "
        "articles",
        f"Bars for the {len(rows)} outlets with most articles on trafficking, aggregators left out, with and "
        "without corruption. The numbers stand in the table of outlets.",
        f"{BAR_NOTE} {UNCORRECTED}",
    )
    return Section(
        "outlets",
        "Outlets",
        (bars(rows, about, series=WITHOUT_AND_WITH), outlet_table(numbers)),
        (_kinds_section(numbers), _origins_section(numbers)),
    )


def _kinds_section(numbers: Numbers) -> Section:
    """By kind and by reach."""
    leader = numbers.kinds.row(0, named=True)
    about = About(
        "chart-kinds",
        f"{KIND_NAMES[leader['key']]}: {share(leader['articles'], _whole(numbers))} of the articles",
        "Bars for each kind of outlet by the number of articles on trafficking, with and without corruption.",
        f"{BAR_NOTE} Aggregators left out. {UNCORRECTED}",
    )
    tables = [
        table_of(
            frame,
            [
                named(header, names=names),
                counted("Articles", "articles"),
                counted("With corruption", "corruption"),
                shared("Share with corruption", "corruption", "articles"),
                counted("Outlets with articles", "outlets", mark=False),
                counted("Outlets seen", "outlets_seen", mark=False),
                counted("Seen", "seen", mark=False),
                rated("In 1,000 seen", "articles", "seen"),
            ],
            table_id=f"table-{header.lower()}",
            caption=f"Articles on trafficking by the outlet’s {header.lower()}",
            notes=("Aggregators are left out.",),
        )
        for frame, header, names in (
            (numbers.kinds, "Kind", KIND_NAMES),
            (numbers.reaches, "Reach", REACH_NAMES),
        )
    ]
    return Section("kinds", "Kind and reach", (plain_bars(numbers.kinds, KIND_NAMES, about), *tables))


def _whole(numbers: Numbers) -> int:
    """Articles on trafficking without those of aggregators."""
    return int(numbers.kinds["articles"].sum())


def _origins_section(numbers: Numbers) -> Section:
    """By the country in which the outlet sits."""
    table = table_of(
        numbers.outlet_countries,
        [
            named("Outlet’s country", names=country_name),
            counted("Articles", "articles"),
            counted("With corruption", "corruption"),
            shared("Share with corruption", "corruption", "articles"),
            counted("Outlets with articles", "outlets", mark=False),
            counted("Outlets seen", "outlets_seen", mark=False),
            counted("Seen", "seen", mark=False),
            rated("In 1,000 seen", "articles", "seen"),
        ],
        table_id="table-origins",
        caption="Articles on trafficking by the country of the outlet, wherever they tell of",
        printed_rows=PRINTED,
        more="all outlets with their country stand in outlets.csv.",
        notes=("Aggregators are left out. The country of a guessed outlet is a guess.",),
    )
    return Section("origins", "Where the outlets sit", (table,))


def bylines_section(numbers: Numbers) -> Section:
    """Public bylines."""
    whole = numbers.totals.articles
    signed = numbers.totals.bylined
    if not signed:
        none = paragraph(f"None of the {count(whole, 'article')} on trafficking carries a byline.")
        return Section("bylines", "Bylines", (none,))
    few = concentration(numbers.bylines["articles"])
    said = (
        f"{count(signed, 'article')} of {number(whole)} ({share(signed, whole)}) carry a byline; "
        f"{count(numbers.bylines.height, 'name')} in all."
    )
    if few:
        said += f" {count(few, 'byline')} {'stands' if few == 1 else 'stand'} over half of all signed work."
    return Section("bylines", "Bylines", (paragraph(said), bylines_table(numbers)))


def bylines_table(numbers: Numbers, *, rows: int = MOST_BYLINES, printed: int = PRINTED) -> Table:
    """Public bylines of articles on trafficking."""
    return table_of(
        numbers.bylines,
        [
            quoted("Byline", "key", weight=2.2),
            counted("Articles", "articles"),
            counted("With corruption", "corruption"),
            written("Outlets", lambda r: some(r["outlets"], 2), weight=3.0),
            written(
                "Countries told of",
                lambda r: some([country_name(c) for c in r["countries"]], 3),
                weight=3.0,
            ),
            written(
                "Languages",
                lambda r: some([language_name(c) for c in r["languages"]], 3),
                printed=False,
            ),
        ],
        table_id="table-bylines",
        caption="Bylines with most articles on trafficking",
        rows=rows,
        printed_rows=printed,
        more="all bylines stand in articles.csv.",
        notes=(
            "Bylines as the outlets print them. One name may be two people, a desk or an agency. No name is "
            "taken from the text of any article.",
        ),
    )


def languages_section(numbers: Numbers) -> Section:
    """By language of the article."""
    found = numbers.languages.filter(pl.col("articles") > 0)
    table = table_of(
        numbers.languages,
        [
            named("Language", names=language_name),
            counted("Articles", "articles"),
            counted("With corruption", "corruption"),
            shared("Share with corruption", "corruption", "articles"),
            counted("Outlets", "outlets", mark=False),
            counted("Seen", "seen", mark=False),
            counted("Let in by the gate", "passed", mark=False),
            rated("In 1,000 seen", "articles", "seen"),
        ],
        table_id="table-languages",
        caption="Articles on trafficking by language, and all articles seen",
        printed_rows=PRINTED,
        more="each article’s language stands in articles.csv.",
        notes=(
            "The gate and the classifier know some languages better than others "
            "(docs/gate.md, classifiers/bundle/MODEL_CARD.md).",
        ),
    )
    if found.is_empty():
        return Section("languages", "Languages", (table,))
    leader = found.row(0, named=True)
    about = About(
        "chart-languages",
        f"{share(leader['articles'], numbers.totals.articles)} of the articles are in "
        f"{language_name(leader['key'])}",
        f"Bars for the {min(TOP, found.height)} languages with most articles on trafficking.",
        f"{BAR_NOTE} {source_line(numbers.totals.articles)}",
    )
    names = {code: language_name(code) for code in found["key"].to_list()}
    return Section("languages", "Languages", (plain_bars(found.head(TOP), names, about), table))
