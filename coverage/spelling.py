"""What script and spelling say of a text's language (coverage/data/language.yaml), without any statistics."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

UNKNOWN: Final = "und"
DATA: Final = Path(__file__).parent / "data" / "language.yaml"


@dataclass(frozen=True, slots=True)
class Letters:
    """Letters that speak for a language, and those that speak against it."""

    mark: frozenset[str]
    never: frozenset[str]


@dataclass(frozen=True, slots=True)
class Group:
    """Close languages: their everyday words and parts of words, and how many of them decide."""

    margin: int
    words: Mapping[str, frozenset[str]]
    parts: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Tables:
    """language.yaml, ready to use. `starts`, `ends` and `names` are parallel and sorted by `starts`."""

    fold: Mapping[str, str]
    starts: list[int]
    ends: list[int]
    names: list[str]
    script_lang: Mapping[str, str]
    width: Mapping[str, float]
    letters: Mapping[str, Mapping[str, Letters]]
    groups: tuple[Group, ...]
    prior: Mapping[str, float]
    other_prior: float


@lru_cache(maxsize=1)
def tables() -> Tables:
    """language.yaml, read once."""
    raw = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    ranges = sorted(
        (first, last, name) for name, entry in raw["scripts"].items() for first, last in entry["ranges"]
    )
    return Tables(
        fold=raw["fold"],
        starts=[first for first, _, _ in ranges],
        ends=[last for _, last, _ in ranges],
        names=[name for _, _, name in ranges],
        script_lang={name: entry["lang"] for name, entry in raw["scripts"].items() if "lang" in entry},
        width={name: float(entry.get("width", 1)) for name, entry in raw["scripts"].items()},
        letters={
            script: {
                lang: Letters(frozenset(entry["mark"]), frozenset(entry["never"]))
                for lang, entry in langs.items()
            }
            for script, langs in raw["letters"].items()
        },
        groups=tuple(_group(entry) for entry in raw["words"]),
        prior={
            **dict.fromkeys(raw["prior"]["likely"], 1.0),
            **dict.fromkeys(raw["prior"]["less_likely"], float(raw["prior"]["less"])),
        },
        other_prior=float(raw["prior"]["others"]),
    )


def _group(entry: Mapping[str, Any]) -> Group:
    languages: Mapping[str, list[str]] = entry["languages"]
    return Group(
        margin=entry["margin"],
        words={lang: frozenset(w for w in words if w[0] != "~") for lang, words in languages.items()},
        parts={lang: tuple(w[1:] for w in words if w[0] == "~") for lang, words in languages.items()},
    )


def fold(code: str) -> str:
    """A detector's or a source's code as ours: `zh-cn` is `zh`, `nb` is `no`, `en-GB` is `en`."""
    code = code.lower().replace("_", "-")
    folded = tables().fold.get(code)
    return folded if folded is not None else tables().fold.get(base := code.split("-")[0], base)


def scripts_of(sample: str) -> Counter[str]:
    """How many letters of each script the sample has."""
    table = tables()
    counts: Counter[str] = Counter()
    for character, times in Counter(sample).items():
        at = bisect_right(table.starts, ord(character)) - 1
        if at >= 0 and ord(character) <= table.ends[at]:
            counts[table.names[at]] += times
    return counts


def dominant(counts: Counter[str]) -> tuple[str, float]:
    """The script that fills most of the text, and its share. Kana and Han are one writing."""
    width = tables().width
    weighed = {script: times * width[script] for script, times in counts.items()}
    if "Kana" in weighed and "Hani" in weighed:
        weighed["Hani"] += weighed.pop("Kana")
    script = max(weighed, key=lambda name: (weighed[name], name))
    return script, weighed[script] / sum(weighed.values())


def by_script(script: str, counts: Counter[str]) -> str:
    """The language where the script decides it, or ''."""
    if script == "Hani":
        kana = counts["Kana"]
        if kana > 0.05 * (kana + counts["Hani"]):
            return "ja"
        return "zh"
    return tables().script_lang.get(script, "")


def only(script: str, sample: str) -> str:
    """The sample without the Latin letters where another script dominates (names, brands, bylines)."""
    return sample if script == "Latn" else " ".join(re.sub(r"[A-Za-z]+", " ", sample).split())


def by_letters(script: str, sample: str) -> str:
    """The language whose own letters the sample shows, or '' where none is ahead."""
    languages = tables().letters.get(script)
    if not languages:
        return ""
    counted = Counter(sample)
    scores = {
        lang: sum(counted[letter] for letter in letters.mark)
        - 2 * sum(counted[letter] for letter in letters.never)
        for lang, letters in languages.items()
    }
    first, second = sorted(scores, key=lambda lang: (-scores[lang], lang))[:2]
    floor = max(1, len(sample) // 100)
    return first if scores[first] >= floor and scores[first] > scores[second] else ""


_WORD: Final = re.compile(r"[^\W\d_][\w\u0300-\u036f\u0900-\u0dff]*")


def by_words(candidate: str, sample: str) -> str:
    """Count the everyday words of the close languages that `candidate` belongs to; '' where none is ahead."""
    for group in tables().groups:
        if candidate not in group.words:
            continue
        folded = sample.casefold()
        tokens = Counter(_WORD.findall(folded))
        scores = {
            lang: sum(tokens[word] for word in words) + sum(folded.count(part) for part in group.parts[lang])
            for lang, words in group.words.items()
        }
        first, second = sorted(scores, key=lambda lang: (-scores[lang], lang))[:2]
        return first if scores[first] - scores[second] >= group.margin else ""
    return ""
