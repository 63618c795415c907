"""The language of a text: three detectors vote, script and spelling decide what they can.

langdetect (2014's profiles of 55 languages) is blind to most languages of Africa and some of Asia, so that
its vote counts only where it knows what the others say; py3langid and CLD3 know about 140 and 105. Where a
script is written by one language only, no detector is asked. docs/languages.md has the figures.

The same text always gives the same answer, whatever ran before, in any thread and process (detectors.py).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import pycountry
from babel.core import get_global

from .detectors import detectors
from .spelling import UNKNOWN, by_letters, by_script, by_words, dominant, fold, only, scripts_of, tables

SAMPLE: Final = 4000
"""Characters of the text that are looked at, at most."""

WEIGHTS: Final[Mapping[str, float]] = MappingProxyType(
    {"langdetect": 1.0, "py3langid": 1.5, "cld3": 1.0, "letters": 4.0, "words": 2.0}
)
"""py3langid weighs more: it knows more languages and errs least (benchmarks/bench_language.py)."""

CLEAR_SHARE: Final = 0.8
OPENING: Final = 400
"""Characters that decide the script where no script has this share of the whole."""

FEW_LETTERS: Final = 20
"""Under so many letters (Latin widths) no answer is called confident unless the script decides."""


@dataclass(frozen=True, slots=True)
class Detected:
    """What `detect` says of a text."""

    lang: str
    """ISO 639-1, or 639-3 where there is no two-letter code; `und` where nobody can tell."""
    votes: Mapping[str, str] = field(default_factory=dict)
    """What each detector said, by detector: `script`, `letters`, `words`, `langdetect`, `py3langid`,
    `cld3`."""
    confident: bool = False
    """The text is long enough and no detector that knows the language says otherwise."""


def detect(text: str, *, hint: str = "") -> Detected:
    """Say in which language a text is written.

    Args:
        text: the text (title and body); only the first few thousand characters are read.
        hint: the language that the source declares (`en`, `en-GB`, `eng`). It is never believed by itself:
            it decides between languages that share the first place, and where no detector knows
            it, the script fits, and the detectors do not agree among themselves.

    Returns:
        The language, the votes and whether it is sure. The same arguments always give the same answer, in
        any thread and process. Never raises for any string.
    """
    sample = _clean(text[:SAMPLE])
    counts = scripts_of(sample)
    if not counts:
        return Detected(UNKNOWN, {}, False)
    script, share = dominant(counts)
    if share < CLEAR_SHARE and (opening := scripts_of(sample[:OPENING])):
        script = dominant(opening)[
            0
        ]  # two languages in one text: the first is its own, a translation follows
    hint = _known_code(hint)
    votes: dict[str, str] = {}
    decided = by_script(script, counts)
    if decided:
        votes["script"] = decided
        return Detected(decided, votes, counts[script] >= 3 and share >= 0.5)
    probabilities: dict[str, float] = {}
    shown = only(script, sample)
    if spelt := by_letters(script, shown):
        votes["letters"] = spelt
    for name, detector in detectors().items():
        lang, probability = detector.vote(shown)
        if lang:
            votes[name], probabilities[name] = lang, probability
    first = _best(_support(votes, probabilities), hint)
    if worded := by_words(first, shown):
        votes["words"] = worded
    letters = counts[script] * tables().width[script]
    return _decide(votes, probabilities, script, letters, hint)


@lru_cache(maxsize=512)
def _known_code(hint: str) -> str:
    """A declared language as our code; '' for what is no language code."""
    code = fold(hint.strip())
    if re.fullmatch(r"[a-z]{3}", code):
        entry = pycountry.languages.get(alpha_3=code) or pycountry.languages.get(bibliographic=code)
        if entry is None:
            return ""
        code = fold(getattr(entry, "alpha_2", code))
    return code if re.fullmatch(r"[a-z]{2,3}", code) and code != UNKNOWN else ""


_NOISE: Final = re.compile(r"https?://\S+|www\.\S+|[\w.+-]+@[\w-]+\.[\w.-]+|[@#]\w+|[\ud800-\udfff]|\d+")


def _clean(text: str) -> str:
    """The text without addresses, mentions, digits and broken characters, composed (NFC)."""
    return " ".join(unicodedata.normalize("NFC", _NOISE.sub(" ", text)).split())


def _knows(voter: str, lang: str) -> bool:
    if voter == "letters":
        return any(lang in languages for languages in tables().letters.values())
    if voter == "words":
        return any(lang in group.words for group in tables().groups)
    return lang in detectors()[voter].known


def _support(votes: Mapping[str, str], probabilities: Mapping[str, float]) -> dict[str, float]:
    """For each language voted for: the weight of its votes among those who know it, times its prior."""
    table = tables()
    support: dict[str, float] = {}
    for lang in sorted(set(votes.values())):
        knowing = sum(WEIGHTS[voter] for voter in votes if votes[voter] == lang or _knows(voter, lang))
        given = sum(WEIGHTS[voter] * probabilities.get(voter, 1.0) for voter in votes if votes[voter] == lang)
        support[lang] = given / knowing * table.prior.get(lang, table.other_prior)
    return support


def _best(support: Mapping[str, float], hint: str) -> str:
    return (
        max(support, key=lambda lang: (round(support[lang], 3), lang == hint, lang)) if support else UNKNOWN
    )


def _decide(
    votes: Mapping[str, str], probabilities: Mapping[str, float], script: str, letters: float, hint: str
) -> Detected:
    """Weigh the votes; let the hint speak where it may."""
    support = _support(votes, probabilities)
    lang = _best(support, hint)
    strength = support.get(lang, 0.0)
    if hint and hint != lang:
        nobody_knows = not any(hint in detector.known for detector in detectors().values())
        contradicted = strength >= 0.6 and len(set(votes.values())) < len(votes)
        if nobody_knows and not contradicted and _script_fits(hint, script):
            return Detected(hint, dict(votes), False)
        rival = support.get(hint, 0.0)
        if rival and (strength - rival < 0.15 or letters < FEW_LETTERS):
            return Detected(hint, dict(votes), False)
    agreeing = sum(1 for vote in votes.values() if vote == lang)
    against = [v for v in votes if votes[v] != lang and _knows(v, lang) and probabilities.get(v, 1.0) > 0.5]
    confident = (
        letters >= FEW_LETTERS and strength >= 0.5 and not against and (agreeing > 1 or strength >= 0.8)
    )
    return Detected(lang, dict(votes), confident)


def _script_fits(lang: str, script: str) -> bool:
    """Whether CLDR's likely subtags write the language in this script (true where they do not know it)."""
    likely = get_global("likely_subtags").get(lang)
    return likely is None or likely.split("_")[1] in {script, {"Hani": "Hans"}.get(script, script)}
