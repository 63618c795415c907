"""The gap briefing on one country as a document: two to four pages for a journalist."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl

from .annual_document import imprint
from .document import Block, Document, Fact, KeyFigure, KeyFigures, Link, Section, bullets, paragraph
from .geography import Country
from .measured import Numbers
from .section_articles import articles_table
from .section_content import levels_section, months_section
from .section_gaps import country_row, harm_section, missing_section, status_words, writers_section
from .section_method import limits_section, uncorrected_note
from .wording import ACTOR_NAMES, count, listed, number, share


def briefing_document(numbers: Numbers, world: Numbers, country: Country, *, now: dt.datetime) -> Document:
    """The briefing.

    Args:
        numbers: the articles that tell of the country, measured.
        world: the whole year, measured.
        country: which one.
        now: the time that the briefing says it was made at.
    """
    row = country_row(world, country.iso3)
    return Document(
        title="Gap briefing for journalists",
        subtitle=f"Human trafficking in {country.name}: what the press tells, {numbers.year}",
        description=(
            f"What was written of human trafficking in {country.name} in {numbers.year}, by whom, of whom, "
            "and what was not."
        ),
        made_at=now,
        front=(
            _key_figures(numbers, row),
            uncorrected_note(world.corpus.model),
            bullets(*_summary(numbers, world, row)),
        ),
        sections=_sections(numbers, world, country, row),
        imprint=(Fact("Country", f"{country.name} ({country.iso3})"), *imprint(world, now=now)),
        running=f"Gap briefing {country.name} {numbers.year}",
        downloads=tuple(Link(name, name) for name in ("briefing.pdf", "briefing.md", "articles.csv")),
    )


def _sections(numbers: Numbers, world: Numbers, country: Country, row: dict[str, Any]) -> tuple[Section, ...]:
    """The sections; only advice and method where there is no article."""
    last = (harm_section(), limits_section(world))
    if not numbers.totals.articles:
        return last
    listed_articles: Block = (
        articles_table(numbers.corpus, rows=200, printed=15)
        if numbers.totals.corruption
        else paragraph("No article ties corruption to trafficking.")
    )
    return (
        writers_section(numbers, row),
        levels_section(numbers, brief=True),
        months_section(numbers, subject=f"that tell of {country.name}", brief=True),
        missing_section(numbers, world, country),
        Section("articles", "Articles on trafficking with corruption", (listed_articles,)),
        *last,
    )


def _key_figures(numbers: Numbers, row: dict[str, Any]) -> KeyFigures:
    """The large figures."""
    t = numbers.totals
    return KeyFigures(
        (
            KeyFigure(number(t.articles), "articles on trafficking", f"tell of {row['name']}"),
            KeyFigure(
                number(t.corruption),
                "of them with corruption",
                f"{share(t.corruption, t.articles)} of {number(t.articles)}" if t.articles else "",
            ),
            KeyFigure(
                number(row["home"]),
                "by its own press",
                f"{number(row['foreign'])} by the press abroad",
            ),
            KeyFigure(
                number(row["own_outlets"]),
                "of its outlets seen",
                f"{count(row['own_seen'], 'article')} on any subject",
            ),
        )
    )


def _summary(numbers: Numbers, world: Numbers, row: dict[str, Any]) -> list[str]:
    """The briefing in plain words."""
    t = numbers.totals
    if not t.articles:
        return [status_words(row)]
    sentences = [
        f"{count(t.articles, 'article')} of {count(t.outlets, 'outlet')} in {count(t.languages, 'language')} "
        f"{'tells' if t.articles == 1 else 'tell'} of trafficking in {row['name']}; "
        f"{number(t.corruption)} ({share(t.corruption, t.articles)}) tie corruption to it. In all countries "
        f"that share is {share(world.totals.corruption, world.totals.articles)}."
    ]
    named = numbers.actors.filter(pl.col("articles") > 0).sort("articles", descending=True).head(3)
    if named.height:
        actors = [
            f"{ACTOR_NAMES[r['key']].lower()} ({share(r['articles'], t.articles)})"
            for r in named.iter_rows(named=True)
        ]
        sentences.append(f"Named most often: {listed(actors)}.")
    if t.corruption:
        n = {r["key"]: int(r["articles"]) for r in numbers.levels.iter_rows(named=True)}
        sentences.append(
            f"Of the articles with corruption {number(n['everyday'])} tell of everyday corruption, "
            f"{number(n['organised'])} of a standing arrangement, {number(n['high_level'])} of high level."
        )
    if not row["home"]:
        sentences.append(
            "Its own press has none of these articles: "
            + ("it was followed." if row["own_seen"] else "but none of its outlets was seen.")
        )
    return sentences
