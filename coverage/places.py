"""The countries that an article tells of, the main one first.

Names found by the gazetteer are weighed by where they stand (headline, lead, body) and what they are (country
or people, city, office abroad). A country is told of if it comes near the country told of most. An
article that names none tells of its home: the outlet's country, or that of its language.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import yaml
from babel.languages import get_territory_language_info

from .gazetteer import Mention, gazetteer
from .placenames import alpha3, known_codes

HOMES: Final = Path(__file__).parent / "data" / "homes.yaml"
TEXT_LIMIT: Final = 20_000
"""Characters of the text that are read."""
TITLE_LIMIT: Final = 500
SPOKEN: Final = 2
"""Percent of a country's people who speak a language that its outlets are taken to write for them."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What a mention is worth, and when a country is told of.

    Tuned on half of the labelled stories (benchmarks/places_quality.py); docs/places.md has the figures.
    """

    title: float = 4.0
    """A mention in the headline; one in the body is worth 1."""
    lead: float = 1.5
    """A mention in the first `lead_length` characters."""
    lead_length: int = 500
    city: float = 1.0
    """Factor for cities, regions and offices of a state."""
    weak: float = 0.2
    """Factor for offices abroad and currencies."""
    repeats: float = 0.5
    """Mentions in the body count with this power: the tenth says less than the second."""
    home: float = 1.0
    """What the home country has beyond its mentions."""
    sure: float = 1.2
    """From this score of another country on, a home country that is not named is left out."""
    share: float = 0.34
    """Share of the main country's score that another needs."""
    floor: float = 3.0
    """Score that any other country needs in a text of `floor_length` characters; less in a shorter one."""
    floor_length: int = 1500
    most: int = 6
    """Countries given at most."""


WEIGHTS: Final = Weights()


def countries_told_of(
    title: str, text: str, *, lang: str, outlet_country: str = "", weights: Weights = WEIGHTS
) -> tuple[str, ...]:
    """Find the countries that an article tells of.

    Args:
        title: the headline.
        text: the article.
        lang: its language (`language.detect`).
        outlet_country: where its outlet sits (alpha-3), '' where not known.
        weights: what mentions are worth.

    Returns:
        ISO 3166-1 alpha-3 codes (Kosovo: XKX), the main one first; empty where nobody can tell.
    """
    names = gazetteer(lang)
    in_title = names.mentions(title[:TITLE_LIMIT])
    in_text = names.mentions(text[:TEXT_LIMIT])
    home = home_of(lang, outlet_country)
    length = len(title) + len(text)
    return chosen(scores(in_title, in_text, home, weights), home, weights, length=length)


@lru_cache(maxsize=1)
def _homes() -> Mapping[str, str]:
    raw = yaml.safe_load(HOMES.read_text(encoding="utf-8"))["homes"]
    return {lang: country for country, languages in raw.items() for lang in languages}


@lru_cache(maxsize=4096)
def home_of(lang: str, outlet_country: str) -> str:
    """The country that an article is about if it names none (alpha-3), '' where nobody can tell.

    The outlet's, if its country speaks the language; else (a broadcaster's service in another country's
    language, an outlet that nobody knows) the language's own.
    """
    own = _homes().get(lang, "")
    if outlet_country not in known_codes():
        return own
    if lang in {"en", "und", ""} or own == outlet_country:
        return outlet_country
    alpha2 = next(two for two, three in alpha3().items() if three == outlet_country)
    for code, info in get_territory_language_info(alpha2).items():
        percent = float(info["population_percent"] or 0)
        if code.split("_")[0] == lang and (info["official_status"] or percent >= SPOKEN):
            return outlet_country
    return own


def scores(
    in_title: Iterable[Mention], in_text: Iterable[Mention], home: str, weights: Weights
) -> dict[str, float]:
    """How much the mentions tell of each country. Names with several meanings go to the likeliest."""
    factor = {"city": weights.city, "weak": weights.weak}
    placed = [(mention, weights.title) for mention in in_title]
    placed += [(mention, weights.lead if mention.start < weights.lead_length else 0.0) for mention in in_text]
    clear: dict[str, float] = defaultdict(float)
    for mention, place in placed:
        if len(mention.countries) == 1:
            clear[mention.countries[0]] += max(place, 1.0) * factor.get(mention.kind, 1.0)
    front: dict[str, float] = defaultdict(float)
    body: dict[str, float] = defaultdict(float)
    for mention, place in placed:
        if mention.countries:
            code = _likeliest(mention.countries, clear, home)
            worth = factor.get(mention.kind, 1.0)
            if place:
                front[code] += place * worth
            else:
                body[code] += worth
    return {code: front[code] + body[code] ** weights.repeats for code in sorted({*front, *body})}


def _likeliest(countries: tuple[str, ...], clear: Mapping[str, float], home: str) -> str:
    """Of the countries that a name may mean, the one told of otherwise; then home; then the first."""
    return max(countries, key=lambda code: (clear.get(code, 0.0), code == home, -countries.index(code)))


def chosen(found: Mapping[str, float], home: str, weights: Weights, *, length: int) -> tuple[str, ...]:
    """The countries that are told of, by their scores, in a text of so many characters."""
    codes = known_codes()
    total = {code: score for code, score in found.items() if code in codes and math.isfinite(score)}
    if home and (home in total or max(total.values(), default=0.0) < weights.sure):
        total[home] = total.get(home, 0.0) + weights.home
    if not total:
        return ()
    ranked = sorted(total, key=lambda code: (-total[code], code))
    floor = weights.floor * min(1.0, length / weights.floor_length)
    needed = max(weights.share * total[ranked[0]], floor)
    kept = [code for code in ranked[1:] if total[code] >= needed]
    return (ranked[0], *kept)[: weights.most]
