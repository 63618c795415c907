"""The countries that an article tells of, the main one first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from .gazetteer import Mention, gazetteer
from .placenames import known_codes

TEXT_LIMIT: Final = 20_000
"""Characters of the text that are read."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What a mention is worth, and when a country is told of. Tuned by benchmarks/places_quality.py."""

    title: float = 3.0
    lead: float = 2.0
    lead_length: int = 400
    city: float = 0.7
    weak: float = 0.2
    home: float = 1.5
    share: float = 0.34
    floor: float = 1.2
    most: int = 6


WEIGHTS: Final = Weights()


def countries_told_of(
    title: str, text: str, *, lang: str, outlet_country: str = "", weights: Weights = WEIGHTS
) -> tuple[str, ...]:
    """Find the countries that an article tells of.

    Args:
        title: the headline.
        text: the article.
        lang: its language (`coverage.language.detect`).
        outlet_country: where its outlet sits (alpha-3), '' where not known: the answer where
            nothing is named.
        weights: what mentions are worth.

    Returns:
        ISO 3166-1 alpha-3 codes (Kosovo: XKX), the main one first; empty where nobody can tell.
    """
    names = gazetteer(lang)
    in_title = names.mentions(title[:1000])
    in_text = names.mentions(text[:TEXT_LIMIT])
    scores = _scores(in_title, in_text, outlet_country, weights)
    return _chosen(scores, outlet_country, weights)


def _scores(
    in_title: Iterable[Mention], in_text: Iterable[Mention], home: str, weights: Weights
) -> dict[str, float]:
    scores: dict[str, float] = defaultdict(float)
    placed = [(mention, weights.title) for mention in in_title]
    placed += [(mention, weights.lead if mention.start < weights.lead_length else 1.0) for mention in in_text]
    unclear = []
    for mention, place in placed:
        worth = place * {"city": weights.city, "weak": weights.weak}.get(mention.kind, 1.0)
        if len(mention.countries) == 1:
            scores[mention.countries[0]] += worth
        elif mention.countries:
            unclear.append((mention, worth))
    clear = dict(scores)
    for mention, worth in unclear:
        best = max(
            mention.countries,
            key=lambda code: (clear.get(code, 0.0) + (code == home), -mention.countries.index(code)),
        )
        scores[best] += worth
    return scores


def _chosen(scores: dict[str, float], home: str, weights: Weights) -> tuple[str, ...]:
    codes = known_codes()
    scores = {code: score for code, score in scores.items() if code in codes}
    if home in codes:
        scores[home] = scores.get(home, 0.0) + weights.home
    if not scores:
        return ()
    ranked = sorted(scores, key=lambda code: (-scores[code], code))
    top = scores[ranked[0]]
    kept = [code for code in ranked if scores[code] >= max(weights.share * top, weights.floor)]
    return tuple(kept[: weights.most]) or (ranked[0],)
