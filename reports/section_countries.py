"""The section on countries told of: maps, the most told of, own and foreign press, regions."""

from __future__ import annotations

from typing import Final

import polars as pl

from .charts import HOME_AND_FOREIGN, WITHOUT_AND_WITH, About, Bar, bars
from .common import BAR_NOTE, PRINTED, TOP, end_of_bar, source_line, split
from .document import Chart, Section, Table, paragraph
from .maps import (
    NO_ARTICLE,
    NONE_FOUND,
    SHARE_CLASSES,
    TOO_FEW,
    article_class,
    article_classes,
    quiet,
    share_class,
    world_map,
)
from .measured import Numbers
from .measures import SMALL
from .observation import Observed
from .tables import counted, named, shared, table_of
from .wording import UNCORRECTED, count, listed, number, share

COUNTRIES_CSV: Final = "all countries stand in countries.csv."


def country_table(frame: pl.DataFrame, *, table_id: str, caption: str) -> Table:
    """Countries with their counts, shares and the press that tells of them."""
    return table_of(
        frame,
        [
            named("Country", "name"),
            counted("Articles", "articles"),
            counted("With corruption", "corruption"),
            shared("Share with corruption", "corruption", "articles"),
            counted("As main country", "main", printed=False),
            counted("Outlets", "outlets", mark=False),
            counted("Own press", "home"),
            counted("Foreign press", "foreign"),
            counted("Own press, with corruption", "home_corruption", printed=False),
            counted("Own outlets followed", "own_outlets", mark=False, printed=False),
            counted("Seen of its press", "own_seen", mark=False),
        ],
        table_id=table_id,
        caption=caption,
        printed_rows=PRINTED,
        more=COUNTRIES_CSV,
        notes=(
            "An article that tells of several countries counts for each. Own press: outlets in the country; "
            "aggregators and outlets whose country is not known are in neither column.",
        ),
    )


def countries_section(numbers: Numbers) -> Section:
    """By country: two maps, the most told of, home and foreign press, regions and the whole table."""
    told = numbers.countries.filter(pl.col("articles") > 0)
    if told.is_empty():
        return Section("countries", "Countries", (paragraph("No article names a country that we know."),))
    table = country_table(told, table_id="table-countries", caption="Every country told of")
    return Section(
        "countries",
        "Countries told of",
        (_top_countries(told), _share_map(numbers), table),
        (_press_section(told), _regions_section(numbers)),
    )


def article_map(numbers: Numbers) -> Chart:
    """The world by number of articles."""
    frame = numbers.countries
    top = int(frame["articles"].max() or 0)  # type: ignore[arg-type]
    classes = article_classes(top)
    values, tips = {}, {}
    for row in frame.iter_rows(named=True):
        if row["articles"]:
            values[row["key"]] = article_class(row["articles"], classes)
            tips[row["key"]] = f"{row['name']}: {count(row['articles'], 'article')}"
        elif row["status"] == Observed.NONE_FOUND:
            values[row["key"]] = NONE_FOUND
    told = frame.filter(pl.col("articles") > 0)
    leaders = [f"{r['name']} ({number(r['articles'])})" for r in told.head(3).iter_rows(named=True)]
    about = About(
        "map-articles",
        "How many articles tell of trafficking in each country",
        f"World map. {count(told.height, 'country', 'countries')} with at least one article; most of all "
        f"{listed(leaders)}. “Too little observed” means that not enough of the country’s own press was seen "
        "to say that nothing was written. The numbers stand in the table of countries.",
        source_line(numbers.totals.placed, "articles on trafficking with a country"),
        printed_width=0.86,
    )
    return world_map([quiet(NONE_FOUND), *classes], values, tips, about)


def _share_map(numbers: Numbers) -> Chart:
    """The world by the share of articles that tie corruption to trafficking."""
    told = numbers.countries.filter(pl.col("articles") > 0)
    values, tips = {}, {}
    for row in told.iter_rows(named=True):
        n, k = row["articles"], row["corruption"]
        values[row["key"]] = TOO_FEW if n < SMALL else share_class(k / n)
        tips[row["key"]] = f"{row['name']}: {number(k)} of {count(n, 'article')} with corruption"
    enough = told.filter(pl.col("articles") >= SMALL)
    about = About(
        "map-corruption",
        "Where the articles on trafficking speak of corruption",
        "World map of the share of each country’s articles on trafficking that tie corruption to it; "
        f"{count(enough.height, 'country', 'countries')} with at least {SMALL} articles have a share, "
        f"{number(told.height - enough.height)} have fewer. The numbers stand in the table of countries.",
        f"Countries with at least {SMALL} articles. {UNCORRECTED}",
    )
    return world_map([quiet(TOO_FEW), *SHARE_CLASSES], values, tips, about, rest=NO_ARTICLE)


def _top_countries(told: pl.DataFrame) -> Chart:
    """The countries told of most."""
    first = told.head(TOP)
    rows = [Bar(r["name"], split(r), end_of_bar(r)) for r in first.iter_rows(named=True)]
    names = [row.label for row in rows[:3]]
    about = About(
        "chart-countries",
        f"{listed(names)} {'is' if len(names) == 1 else 'are'} told of most",
        f"Bars for the {len(rows)} countries with most articles on trafficking, with and without corruption. "
        "The numbers stand in the table of countries.",
        f"{BAR_NOTE} {UNCORRECTED}",
    )
    return bars(rows, about, series=WITHOUT_AND_WITH)


def _press_section(told: pl.DataFrame) -> Section:
    """Whether a country's own press tells of it."""
    first = told.filter(pl.col("articles") >= SMALL).head(TOP)
    if first.is_empty():
        note = f"No country has {SMALL} articles or more, too few to set its own press beside the foreign."
        return Section("own-press", "Own press and foreign press", (paragraph(note),))
    foreign = first.filter(pl.col("foreign") > pl.col("home"))
    rows = [
        Bar(
            r["name"],
            (float(r["home"]), float(r["foreign"]), float(r["unknown_press"])),
            f"own {share(int(r['home']), int(r['articles']))} of {number(r['articles'])}",
        )
        for r in first.iter_rows(named=True)
    ]
    about = About(
        "chart-press",
        f"In {number(foreign.height)} of these {first.height} countries the foreign press writes more than "
        "the country’s own",
        f"Bars for the {first.height} countries with most articles: articles by the country’s own press, by "
        "the foreign press, and by aggregators and outlets whose country is not known.",
        f"Countries with at least {SMALL} articles. At each bar: share of its own press. {UNCORRECTED}",
    )
    return Section(
        "own-press",
        "Own press and foreign press",
        (
            paragraph(
                "A country that is told of only from abroad may have a press that cannot write of it, or one "
                "that this review does not follow: the last column of the table of countries says how much "
                "of its own press was seen."
            ),
            bars(rows, about, series=HOME_AND_FOREIGN),
        ),
    )


def _regions_section(numbers: Numbers) -> Section:
    """By subregion."""
    table = table_of(
        numbers.regions,
        [
            named("Subregion"),
            named("Region", "region", weight=1.2),
            counted("Articles", "articles"),
            counted("With corruption", "corruption"),
            shared("Share with corruption", "corruption", "articles"),
        ],
        table_id="table-regions",
        caption="Articles by region told of",
        notes=("Regions of the UN’s M49 standard. An article counts once for each region that it tells of.",),
    )
    return Section("regions", "Regions", (table,))
