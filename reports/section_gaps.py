"""The sections of a briefing that a review has not: who writes, what is not written, how not to harm."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from .charts import HOME_AND_FOREIGN, About, Bar, bars
from .common import part_of
from .document import Block, Section, bullets, paragraph, strong
from .geography import Country
from .measured import Numbers
from .measures import SMALL
from .observation import Observed
from .section_press import bylines_table, outlet_table
from .tables import counted, named, shared, table_of
from .wording import ACTOR_NAMES, LEVEL_NAMES, UNCORRECTED, count, listed, number, share

USUAL: Final = 0.05
"""An actor is called missing where at least this share of all articles elsewhere names it."""


def country_row(world: Numbers, iso3: str) -> dict[str, Any]:
    """The country's row among all countries."""
    return world.countries.filter(pl.col("key") == iso3).row(0, named=True)


def status_words(row: dict[str, Any]) -> str:
    """What can be said of a country with no article, in plain words."""
    name = row["name"]
    match Observed(row["status"]):
        case Observed.NOT_OBSERVED:
            return (
                f"No article was found, and none could be: no outlet in {name} was seen in this year, and no "
                "outlet elsewhere told of it. The country is not observed. That is not silence."
            )
        case Observed.NOT_ENOUGH_SEEN:
            return (
                f"No article was found. Only {count(row['own_seen'], 'article')} of the press of {name} "
                f"{'was' if row['own_seen'] == 1 else 'were'} seen, too few for that to mean anything."
            )
        case Observed.NONE_FOUND:
            return (
                f"No article was found, although {count(row['own_seen'], 'article')} of "
                f"{count(row['own_outlets'], 'outlet')} in {name} were seen. That may be silence, or lie "
                "with the gate or the classifier: look at the outlets before you call it silence."
            )
        case Observed.ARTICLES:
            return ""


def writers_section(numbers: Numbers, row: dict[str, Any]) -> Section:
    """Who writes of the country: own press, foreign press, outlets and bylines to talk to."""
    own = paragraph(
        f"{count(row['home'], 'article')} of {number(row['articles'])} "
        f"({share(row['home'], row['articles'])}) {'comes' if row['home'] == 1 else 'come'} from the "
        f"country’s own press, {number(row['foreign'])} from the press abroad. Of its own press "
        f"{count(row['own_outlets'], 'outlet')} with {count(row['own_seen'], 'article')} on any subject "
        f"{'was' if row['own_outlets'] == 1 else 'were'} seen."
    )
    parts = (float(row["home"]), float(row["foreign"]), float(row["unknown_press"]))
    corrupt = row["corruption"] - row["home_corruption"] - row["foreign_corruption"]
    rows = [
        Bar("All on trafficking", parts, number(row["articles"])),
        Bar(
            "With corruption",
            (float(row["home_corruption"]), float(row["foreign_corruption"]), float(corrupt)),
            part_of(row["corruption"], row["articles"]),
        ),
    ]
    about = About(
        "chart-press",
        f"Own press: {share(row['home_corruption'], row['corruption'])} of the articles with corruption"
        if row["corruption"]
        else "No article ties corruption to trafficking",
        "Two bars, all articles on trafficking and those with corruption, by the country’s own press, the "
        "foreign press, and aggregators and outlets whose country is not known.",
        UNCORRECTED,
    )
    blocks: list[Block] = [
        own,
        bars(rows, about, series=HOME_AND_FOREIGN),
        outlet_table(numbers, rows=60, printed=10),
    ]
    if numbers.bylines.height:
        blocks.append(bylines_table(numbers, rows=60, printed=8))
    return Section("writers", "Who writes of it", tuple(blocks))


def missing_section(numbers: Numbers, world: Numbers, country: Country) -> Section:
    """What the articles on the country do not tell, set beside those on all countries."""
    mine, all_articles = numbers.totals.articles, world.totals.articles
    frame = numbers.actors.select("key", "articles").join(
        world.actors.select("key", pl.col("articles").alias("world")), on="key", maintain_order="left"
    )
    table = table_of(
        frame,
        [
            named("Actor", names=ACTOR_NAMES),
            counted("Articles", "articles"),
            shared("Share here", "articles", mine),
            shared("Share in all countries", "world", all_articles),
        ],
        table_id="table-missing",
        caption="Actors named here and in the articles on all countries",
        notes=(
            f"Denominators: {number(mine)} articles that tell of {country.name}, {number(all_articles)} in "
            "all.",
        ),
    )
    return Section(
        "missing", "Who takes part, and what is not written", (bullets(*_gaps(numbers, world, frame)), table)
    )


def _gaps(numbers: Numbers, world: Numbers, actors: pl.DataFrame) -> list[str]:
    """The gaps in words; nothing is called a gap where too few articles tell of the country."""
    mine = numbers.totals.articles
    if mine < SMALL:
        return [
            f"Only {count(mine, 'article')} {'tells' if mine == 1 else 'tell'} of the country: too few to "
            "say what is missing in them. The coverage itself is the gap."
        ]
    usual = actors.filter((pl.col("articles") == 0) & (pl.col("world") >= USUAL * world.totals.articles))
    gaps = []
    if usual.height:
        names = [ACTOR_NAMES[key].lower() for key in usual["key"].to_list()]
        gaps.append(f"Not named in any article here, though often elsewhere: {listed(names)}.")
    levels = {r["key"]: int(r["articles"]) for r in numbers.levels.iter_rows(named=True)}
    absent = [LEVEL_NAMES[key].lower() for key in ("everyday", "organised", "high_level") if not levels[key]]
    if numbers.totals.corruption and absent:
        gaps.append(f"No article with corruption tells of this level: {listed(absent, 'or')}.")
    if not numbers.totals.corruption:
        gaps.append("No article ties corruption to trafficking.")
    whole, part = world.totals, numbers.totals
    gaps.append(
        f"Corruption is told of in {share(part.corruption, part.articles)} of the articles here, in "
        f"{share(whole.corruption, whole.articles)} of those on all countries."
    )
    return gaps


ADVICE: Final = (
    (
        "Victims. ",
        "Do not name them or make them known by place, family, picture or voice; minors never, whoever "
        "agrees. Consent is asked for again when the story is done, and may be taken back.",
    ),
    (
        "Safety first. ",
        "Ask who may be harmed if this is printed: the person, the family at home, others still held. "
        "Speak to a victim only with someone at hand who can help afterwards.",
    ),
    (
        "Sources. ",
        "Keep names, notes and messages apart and encrypted; meet where neither is known. An official who "
        "talks risks more than a job.",
    ),
    (
        "Accused. ",
        "An allegation is an allegation. Say who makes it, ask for an answer, say how the case ended. Names, "
        "ages and places of the accused go into the risk databases of banks: a wrong one harms a stranger.",
    ),
    (
        "Words. ",
        "Trafficking is not smuggling, and a victim is no accomplice. No price, no method that serves as a "
        "manual, no picture of a raid with faces.",
    ),
    (
        "Yourself. ",
        "Know the law on defamation and state secrets before you print, and tell an editor or a colleague "
        "where you are.",
    ),
)
"""Plain advice; what it rests on stands in docs/report.md."""


def harm_section() -> Section:
    """How to report without harm."""
    items = bullets(*((strong(name), words) for name, words in ADVICE))
    return Section("harm", "How to report without harm", (items,))
