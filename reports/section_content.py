"""The sections on what is told: who takes part, how high the corruption reaches, month by month."""

from __future__ import annotations

from typing import Final

import polars as pl

from .charts import WITHOUT_AND_WITH, About, Bar, bars, trend
from .common import part_of, source_line, split
from .document import Section, paragraph
from .measured import Numbers
from .svg import RUST
from .tables import counted, named, rated, shared, table_of, written
from .wording import (
    ACTOR_NAMES,
    LEVEL_MEANINGS,
    LEVEL_NAMES,
    SPHERE_NAMES,
    UNCORRECTED,
    count,
    month,
    number,
    share,
)


def actors_section(numbers: Numbers) -> Section:
    """Who the articles say took part in or made possible the trafficking or the corruption."""
    found, whole = numbers.totals.articles, numbers.totals.corruption
    ranked = numbers.actors.filter(pl.col("articles") > 0).sort("articles", descending=True)
    table = table_of(
        numbers.actors,
        [
            named("Actor", names=ACTOR_NAMES),
            named("Sphere", "sphere", SPHERE_NAMES, weight=1.4),
            counted("Articles", "articles"),
            shared("Share of all on trafficking", "articles", found),
            counted("With corruption", "corruption"),
            shared("Share of all with corruption", "corruption", whole),
        ],
        table_id="table-actors",
        caption="Articles that name each kind of actor",
        notes=(
            f"Denominators: {number(found)} articles on trafficking and {number(whole)} with corruption. An "
            "article may name several kinds, or none. An allegation counts, and so does its denial.",
        ),
    )
    if ranked.is_empty():
        return Section("actors", "Who takes part", (paragraph("No article names an actor."), table))
    rows = [
        Bar(ACTOR_NAMES[r["key"]], split(r), f"{number(r['articles'])} · {share(r['articles'], found)}")
        for r in ranked.iter_rows(named=True)
    ]
    about = About(
        "chart-actors",
        f"{rows[0].label} are named most often",
        "Bars for each kind of actor by the number of articles that name it, with and without corruption.",
        f"At each bar: articles · share of the {number(found)} articles on trafficking. {UNCORRECTED}",
    )
    spheres = table_of(
        numbers.spheres,
        [
            named("Sphere", names=SPHERE_NAMES),
            counted("Articles", "articles"),
            shared("Share of all on trafficking", "articles", found),
            counted("With corruption", "corruption"),
            shared("Share of all with corruption", "corruption", whole),
        ],
        table_id="table-spheres",
        caption="Articles by sphere of the actors",
        notes=("An article that names two actors of one sphere counts once for it.",),
    )
    return Section("actors", "Who takes part", (bars(rows, about, series=WITHOUT_AND_WITH), table, spheres))


def levels_section(numbers: Numbers, *, brief: bool = False) -> Section:
    """How high the corruption reaches; `brief` leaves the table out of print."""
    whole = numbers.totals.corruption
    if not whole:
        return Section(
            "levels",
            "How high the corruption reaches",
            (paragraph("No article ties corruption to trafficking."),),
        )
    rows = [
        Bar(LEVEL_NAMES[r["key"]], (float(r["articles"]),), part_of(r["articles"], whole))
        for r in numbers.levels.iter_rows(named=True)
    ]
    everyday, high = (
        int(numbers.levels.filter(pl.col("key") == level)["articles"].item())
        for level in ("everyday", "high_level")
    )
    compared = (
        "Everyday and high-level corruption are told of equally often"
        if everyday == high
        else "High-level corruption is told of more often than everyday corruption"
        if high > everyday
        else "Everyday corruption is told of more often than high-level corruption"
    )
    about = About(
        "chart-levels",
        compared,
        "Bars for the highest level of corruption that each article alleges.",
        source_line(whole, "articles with corruption"),
    )
    table = table_of(
        numbers.levels,
        [
            named("Level", names=LEVEL_NAMES, weight=1.2),
            written("Meaning", lambda r: LEVEL_MEANINGS[r["key"]], weight=3.5),
            counted("Articles", "articles"),
            shared("Share", "articles", whole),
        ],
        table_id="table-levels",
        caption="Articles with corruption by the highest level alleged",
        printed_rows=0 if brief else None,
        notes=(f"Denominator: {number(whole)} articles with corruption; each has exactly one level.",),
    )
    return Section(
        "levels", "How high the corruption reaches", (bars(rows, about, series=(("", RUST),)), table)
    )


MONTH_STATUS: Final = {"enough": "", "not_enough": "not enough seen", "future": "not yet"}


def months_section(numbers: Numbers, *, subject: str = "on trafficking", brief: bool = False) -> Section:
    """Month by month, with what was seen; `brief` leaves the table out of print."""
    names = {str(n): month(n) for n in range(1, 13)}
    frame = numbers.months.with_columns(
        pl.col("key").cast(pl.String),
        pl.col("status").replace_strict(MONTH_STATUS).alias("note"),
    )
    enough = numbers.months.filter(pl.col("status") == "enough")
    table = table_of(
        frame,
        [
            named("Month", names=names),
            counted("Articles seen", "seen", mark=False),
            counted("Articles", "articles"),
            counted("With corruption", "corruption"),
            rated("In 1,000 seen", "articles", "seen"),
            shared("Share with corruption", "corruption", "articles"),
            named("Note", "note", weight=1.4),
        ],
        table_id="table-months",
        caption=f"Articles {subject} by month of publication",
        printed_rows=0 if brief else None,
        notes=(
            "“Not enough seen”: at the year’s rate fewer than 3 articles would be expected in what was "
            "seen, so that few or none found says nothing.",
        ),
    )
    if enough.is_empty():
        said = "In no month was enough seen to draw a trend; the table gives what there is."
        return Section("months", "Month by month", (paragraph(said), table))
    top = enough.sort("articles", descending=True).row(0, named=True)
    gaps = int((numbers.months["status"] == "not_enough").sum())
    about = About(
        "chart-months",
        f"Most articles in {month(top['key'])} ({number(top['articles'])})"
        + (f"; in {count(gaps, 'month')} not enough was seen" if gaps else ""),
        f"Bars for each month by the number of articles {subject}, with and without corruption. "
        f"{count(gaps, 'month')} without enough seen {'is' if gaps == 1 else 'are'} set apart.",
        source_line(int(enough["articles"].sum()), "articles in months with enough seen"),
    )
    return Section("months", "Month by month", (trend(numbers.months, about), table))
