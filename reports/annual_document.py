"""The annual press review as a document: what stands on the first page, and the order of the sections."""

from __future__ import annotations

import datetime as dt

import polars as pl

from .. import __version__
from ..classifiers.codebook import VERSION as CODEBOOK_VERSION
from .document import Bullets, Document, Fact, KeyFigure, KeyFigures, Link, bullets
from .measured import Numbers
from .measures import SMALL, concentration
from .section_articles import articles_section
from .section_content import actors_section, levels_section, months_section
from .section_countries import article_map, countries_section
from .section_method import (
    collected_section,
    coverage_section,
    method_section,
    uncorrected_note,
    unseen_section,
)
from .section_press import bylines_section, languages_section, outlets_section
from .wording import ACTOR_NAMES, count, listed, month, number, per_thousand, share


def annual_document(numbers: Numbers, *, now: dt.datetime) -> Document:
    """The annual press review.

    Args:
        numbers: the year, measured.
        now: the time that the report says it was made at.
    """
    return Document(
        title="Press review on human trafficking and corruption",
        subtitle=f"What the world’s press told of human trafficking in {numbers.year}",
        description=(
            f"Who wrote of human trafficking and of the corruption behind it in {numbers.year}, where, in "
            "which languages and of whom, and what was not seen."
        ),
        made_at=now,
        front=(
            key_figures(numbers),
            uncorrected_note(numbers.corpus.model),
            *((article_map(numbers),) if numbers.totals.placed else ()),
            summary(numbers),
        ),
        sections=(
            collected_section(numbers),
            coverage_section(numbers),
            countries_section(numbers),
            outlets_section(numbers),
            bylines_section(numbers),
            languages_section(numbers),
            months_section(numbers),
            actors_section(numbers),
            levels_section(numbers),
            unseen_section(numbers),
            articles_section(numbers.corpus),
            method_section(numbers),
        ),
        imprint=imprint(numbers, now=now),
        running=f"Press review {numbers.year}",
        downloads=tuple(
            Link(name, name) for name in ("annual.pdf", "articles.csv", "countries.csv", "outlets.csv")
        ),
    )


def key_figures(numbers: Numbers) -> KeyFigures:
    """The large figures of the first page."""
    t = numbers.totals
    return KeyFigures(
        (
            KeyFigure(
                number(t.articles),
                "articles on trafficking",
                f"of {number(t.seen)} seen: {per_thousand(t.articles, t.seen)} in 1,000"
                if t.seen >= t.articles
                else "denominator missing",
            ),
            KeyFigure(
                number(t.corruption),
                "of them with corruption",
                f"{share(t.corruption, t.articles)} of {number(t.articles)}",
            ),
            KeyFigure(
                number(t.countries),
                "country told of" if t.countries == 1 else "countries told of",
                f"of {number(numbers.countries.height)} countries and territories",
            ),
            KeyFigure(
                number(t.outlets),
                "outlet with articles" if t.outlets == 1 else "outlets with articles",
                f"of {number(t.outlets_seen)} seen; in {count(t.languages, 'language')}",
            ),
        )
    )


def summary(numbers: Numbers) -> Bullets:
    """The first page in plain words. Each sentence stands only where there is something to say."""
    t = numbers.totals
    if not t.articles:
        were = "was" if t.labelled == 1 else "were"
        return bullets(
            f"{count(t.labelled, 'article')} {were} read, and none tells of trafficking. That may be true, "
            "or lie with what was collected, the gate or the classifier: see “What was collected”."
        )
    sentences = [
        _coverage_sentence(numbers),
        _country_sentence(numbers),
        _press_sentence(numbers),
        _actor_sentence(numbers),
        _level_sentence(numbers),
        _outlet_sentence(numbers),
        _month_sentence(numbers),
        _unseen_sentence(numbers),
    ]
    return bullets(*[sentence for sentence in sentences if sentence])


def _coverage_sentence(numbers: Numbers) -> str:
    """How much of the coverage speaks of corruption."""
    t = numbers.totals
    if not t.corruption:
        return f"None of the {count(t.articles, 'article')} on trafficking ties corruption to it."
    return (
        f"{number(t.corruption)} of {count(t.articles, 'article')} on trafficking "
        f"({share(t.corruption, t.articles)}) tie corruption to it: a bribe, a tip-off, a forged paper, an "
        "official in the ring, or complicity alleged in general."
    )


def _country_sentence(numbers: Numbers) -> str:
    """Which countries are told of most."""
    told = numbers.countries.filter(pl.col("articles") > 0)
    if told.is_empty():
        return ""
    leaders = [f"{r['name']} ({number(r['articles'])})" for r in told.head(5).iter_rows(named=True)]
    few = concentration(told["articles"])
    return (
        f"Most is told of {listed(leaders)}. {count(few, 'country', 'countries')} of {told.height} "
        f"{'holds' if few == 1 else 'hold'} half of what is told."
    )


def _press_sentence(numbers: Numbers) -> str:
    """Where a country's own press is not the one that tells."""
    told = numbers.countries.filter(pl.col("articles") >= SMALL)
    abroad = told.filter(pl.col("foreign") > pl.col("home")).height
    if told.is_empty():
        return ""
    if told.height == 1:
        name = told["name"].item()
        whose = "the foreign press writes more than" if abroad else "the foreign press writes no more than"
        return f"Of {name}, the one country with at least {SMALL} articles, {whose} its own."
    return (
        f"In {number(abroad) if abroad else 'none'} of the {number(told.height)} countries with at least "
        f"{SMALL} articles, more is written by the foreign press than by the country’s own."
    )


def _actor_sentence(numbers: Numbers) -> str:
    """Whom articles with corruption name."""
    whole = numbers.totals.corruption
    named = numbers.actors.filter(pl.col("corruption") > 0).sort("corruption", descending=True).head(3)
    if not whole or named.is_empty():
        return ""
    parts = [
        f"{ACTOR_NAMES[r['key']][0].lower()}{ACTOR_NAMES[r['key']][1:]} ({share(r['corruption'], whole)})"
        for r in named.iter_rows(named=True)
    ]
    return f"Where corruption is told, those named most often are {listed(parts)}."


def _level_sentence(numbers: Numbers) -> str:
    """Everyday against high-level corruption."""
    whole = numbers.totals.corruption
    if not whole:
        return ""
    n = {r["key"]: int(r["articles"]) for r in numbers.levels.iter_rows(named=True)}
    return (
        f"Everyday corruption, a single bribe or paper, is told of in {number(n['everyday'])} of these "
        f"articles, a standing arrangement in {number(n['organised'])}, senior people or state policy in "
        f"{number(n['high_level'])}; {number(n['unspecified'])} "
        f"leave{'s' if n['unspecified'] == 1 else ''} it open."
    )


def _outlet_sentence(numbers: Numbers) -> str:
    """How few outlets carry the coverage, and how many articles are signed."""
    found = numbers.outlets.filter((pl.col("articles") > 0) & ~pl.col("outlet_aggregator"))
    if found.is_empty():
        return ""
    few = concentration(found["articles"])
    t = numbers.totals
    return (
        f"{count(few, 'outlet')} of {number(found.height)} {'carries' if few == 1 else 'carry'} half of the "
        f"articles; {share(t.bylined, t.articles)} of all carry a byline."
    )


def _month_sentence(numbers: Numbers) -> str:
    """The fullest month, and the months of which nothing can be said."""
    enough = numbers.months.filter(pl.col("status") == "enough").sort("articles", descending=True)
    gaps = numbers.months.filter(pl.col("status") == "not_enough")["key"].to_list()
    where = listed([month(n) for n in gaps]) if len(gaps) <= 4 else f"{len(gaps)} months"
    missing = f"In {where} not enough was seen to say anything." if gaps else ""
    if enough.is_empty():
        return missing
    top = enough.row(0, named=True)
    return f"Most articles appeared in {month(top['key'])} ({number(top['articles'])}). {missing}".strip()


def _unseen_sentence(numbers: Numbers) -> str:
    """How much of the world is not observed."""
    counts = dict(numbers.countries.group_by("status").len().iter_rows())
    unseen, silent = (int(counts.get(status, 0)) for status in ("not_observed", "none_found"))
    found = f" Of {number(silent)} more the press was followed, and nothing was found." if silent else ""
    return (
        f"{count(unseen, 'country or territory', 'countries and territories')} "
        f"{'has' if unseen == 1 else 'have'} no article and no outlet that was seen: not observed, which "
        f"is not silence.{found}"
    )


def imprint(numbers: Numbers, *, now: dt.datetime) -> tuple[Fact, ...]:
    """What the report was made from and with, so that anyone can make it again."""
    return (
        Fact("Year of publication", str(numbers.year)),
        Fact("Articles taken in", "all with a label of this model and a day in the year"),
        Fact("Model", numbers.corpus.model or "none"),
        Fact("Codebook", f"version {CODEBOOK_VERSION}"),
        Fact("Software", f"pressreview {__version__}"),
        Fact("Store snapshot", numbers.corpus.snapshot()),
        Fact("Made at", now.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M UTC")),
    )
