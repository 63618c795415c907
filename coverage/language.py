"""The language of a text: three detectors vote, script and spelling decide what they can.

langdetect (2014's profiles of 55 languages) is blind to most languages of Africa and some of Asia, so that
its vote counts only where it knows what the others say; py3langid and CLD3 know about 140 and 105. Where a
script is written by one language only, no detector is asked. docs/languages.md has the figures.

Nothing here depends on what ran before: langdetect draws its n-grams from a random generator that every
call seeds afresh, its profiles are loaded in alphabetical order (its own loader takes the order of the
folder, which changes the last digits), and the other two draw nothing.
"""

from __future__ import annotations

import contextlib
import importlib
import re
import threading
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Protocol

import pycountry
import yaml
from babel.core import get_global
from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory
from langdetect.lang_detect_exception import LangDetectException
from py3langid.langid import MODEL_FILE, LanguageIdentifier

UNKNOWN: Final = "und"
DATA: Final = Path(__file__).parent / "data" / "language.yaml"
SEED: Final = 20180701

SAMPLE: Final = 4000
"""Characters of the text that are looked at, at most."""
LANGDETECT_SAMPLE: Final = 400
"""Characters shown to langdetect: its time grows with the text, its answer hardly changes."""
LANGDETECT_TRIALS: Final = 3
LANGDETECT_STEPS: Final = 300
"""Fewer than its 7 trials of up to 1000 steps: half the time; accuracy on the languages that it knows 96.4 %,
not 96.6 %."""
PY3LANGID_SAMPLE: Final = 1000
CLD3_SAMPLE: Final = 1500

WEIGHTS: Final[Mapping[str, float]] = MappingProxyType(
    {"langdetect": 1.0, "py3langid": 1.5, "cld3": 1.0, "letters": 4.0, "words": 2.0}
)
"""py3langid weighs more: it knows more languages and errs least (benchmarks/bench_language.py)."""

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


@dataclass(frozen=True, slots=True)
class _Letters:
    mark: frozenset[str]
    never: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Group:
    margin: int
    words: Mapping[str, frozenset[str]]
    parts: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Tables:
    """language.yaml, ready to use. `starts`, `ends` and `names` are parallel and sorted by `starts`."""

    fold: Mapping[str, str]
    starts: list[int]
    ends: list[int]
    names: list[str]
    script_lang: Mapping[str, str]
    width: Mapping[str, float]
    letters: Mapping[str, Mapping[str, _Letters]]
    groups: tuple[_Group, ...]
    prior: Mapping[str, float]
    other_prior: float


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    raw = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    ranges = sorted(
        (first, last, name) for name, entry in raw["scripts"].items() for first, last in entry["ranges"]
    )
    return _Tables(
        fold=raw["fold"],
        starts=[first for first, _, _ in ranges],
        ends=[last for _, last, _ in ranges],
        names=[name for _, _, name in ranges],
        script_lang={name: entry["lang"] for name, entry in raw["scripts"].items() if "lang" in entry},
        width={name: float(entry.get("width", 1)) for name, entry in raw["scripts"].items()},
        letters={
            script: {
                lang: _Letters(frozenset(entry["mark"]), frozenset(entry["never"]))
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


def _group(entry: Mapping[str, Any]) -> _Group:
    languages: Mapping[str, list[str]] = entry["languages"]
    return _Group(
        margin=entry["margin"],
        words={lang: frozenset(w for w in words if w[0] != "~") for lang, words in languages.items()},
        parts={lang: tuple(w[1:] for w in words if w[0] == "~") for lang, words in languages.items()},
    )


class _Detector(Protocol):
    """A statistical detector: the language it finds most likely ('' for none), and those it knows."""

    known: frozenset[str]

    def vote(self, sample: str) -> tuple[str, float]: ...


class _Langdetect:
    """langdetect with its own factory, so that no other user of the library can change its seed."""

    def __init__(self) -> None:
        self._factory = DetectorFactory()
        self._factory.load_json_profile(
            [path.read_text(encoding="utf-8") for path in sorted(Path(PROFILES_DIRECTORY).iterdir())]
        )
        self._factory.set_seed(SEED)
        self.known = frozenset(_fold(lang) for lang in self._factory.get_lang_list())

    def vote(self, sample: str) -> tuple[str, float]:
        detector = self._factory.create()  # a detector holds one text and its own generator
        detector.n_trial = LANGDETECT_TRIALS
        detector.ITERATION_LIMIT = LANGDETECT_STEPS
        detector.append(sample[:LANGDETECT_SAMPLE])
        try:
            best = detector.get_probabilities()
        except LangDetectException:  # no letter that it knows
            return "", 0.0
        return (_fold(best[0].lang), float(best[0].prob)) if best else ("", 0.0)


class _Py3langid:
    def __init__(self) -> None:
        self._identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        self.known = frozenset(_fold(lang) for lang in self._identifier.labels) - {UNKNOWN}

    def vote(self, sample: str) -> tuple[str, float]:
        merged: Counter[str] = Counter()
        for lang, probability in self._identifier.rank(sample[:PY3LANGID_SAMPLE])[:6]:
            merged[_fold(lang)] += probability
        lang, probability = max(merged.items(), key=lambda item: (item[1], item[0]))
        return ("", 0.0) if lang == UNKNOWN else (lang, float(probability))


_CLD3_LANGUAGES: Final = (
    "af am ar az be bg bn bs ca ceb co cs cy da de el en eo es et eu fa fi fr fy ga gd gl gu ha haw he hi "
    "hmn hr ht hu hy id ig is it ja jv ka kk km kn ko ku ky la lb lo lt lv mg mi mk ml mn mr ms mt my ne "
    "nl no ny pa pl ps pt ro ru sd si sk sl sm sn so sq sr st su sv sw ta te tg th tl tr uk ur uz vi xh yi "
    "yo zh zu"
)
"""From CLD3's table of languages, folded to our codes; the library has no call that lists them."""


class _Cld3:
    known = frozenset(_CLD3_LANGUAGES.split())

    def __init__(self, module: Any) -> None:
        self._identifier = module.NNetLanguageIdentifier(min_num_bytes=0, max_num_bytes=4 * CLD3_SAMPLE)
        self._lock = threading.Lock()  # the C++ object is not documented as safe to share

    def vote(self, sample: str) -> tuple[str, float]:
        with self._lock:
            result = self._identifier.FindLanguage(sample[:CLD3_SAMPLE])
        lang = _fold(result.language)
        return ("", 0.0) if lang == UNKNOWN else (lang, float(result.probability))


_loading = threading.Lock()


def _detectors() -> Mapping[str, _Detector]:
    with _loading:  # lru_cache alone lets two threads load the models twice
        return _load_detectors()


@lru_cache(maxsize=1)
def _load_detectors() -> Mapping[str, _Detector]:
    detectors: dict[str, _Detector] = {"langdetect": _Langdetect(), "py3langid": _Py3langid()}
    with contextlib.suppress(ImportError):  # no wheel for macOS on Intel: two detectors and the rules go on
        detectors["cld3"] = _Cld3(importlib.import_module("gcld3"))
    return detectors


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
    counts = _scripts(sample)
    if not counts:
        return Detected(UNKNOWN, {}, False)
    script, share = _dominant(counts)
    hint = _known_code(hint)
    votes: dict[str, str] = {}
    decided = _by_script(script, counts, sample)
    if decided:
        votes["script"] = decided
        return Detected(decided, votes, counts[script] >= 3 and share >= 0.5)
    probabilities: dict[str, float] = {}
    shown = _only(script, sample)
    by_letters = _by_letters(script, shown)
    if by_letters:
        votes["letters"] = by_letters
    for name, detector in _detectors().items():
        lang, probability = detector.vote(shown)
        if lang:
            votes[name], probabilities[name] = lang, probability
    first = _best(_support(votes, probabilities), hint)
    by_words = _by_words(first, shown)
    if by_words:
        votes["words"] = by_words
    letters = counts[script] * _tables().width[script]
    return _decide(votes, probabilities, script, letters, hint)


def _fold(code: str) -> str:
    code = code.lower().replace("_", "-")
    folded = _tables().fold.get(code)
    return folded if folded is not None else _tables().fold.get(base := code.split("-")[0], base)


@lru_cache(maxsize=512)
def _known_code(hint: str) -> str:
    """A declared language as our code; '' for what is no language code."""
    code = _fold(hint.strip())
    if re.fullmatch(r"[a-z]{3}", code):
        entry = pycountry.languages.get(alpha_3=code) or pycountry.languages.get(bibliographic=code)
        if entry is None:
            return ""
        code = _fold(getattr(entry, "alpha_2", code))
    return code if re.fullmatch(r"[a-z]{2,3}", code) and code != UNKNOWN else ""


_NOISE: Final = re.compile(r"https?://\S+|www\.\S+|[\w.+-]+@[\w-]+\.[\w.-]+|[@#]\w+|[\ud800-\udfff]|\d+")


def _clean(text: str) -> str:
    """The text without addresses, mentions, digits and broken characters, composed (NFC)."""
    return " ".join(unicodedata.normalize("NFC", _NOISE.sub(" ", text)).split())


def _scripts(sample: str) -> Counter[str]:
    """How many letters of each script the sample has."""
    tables = _tables()
    counts: Counter[str] = Counter()
    for character, times in Counter(sample).items():
        at = bisect_right(tables.starts, ord(character)) - 1
        if at >= 0 and ord(character) <= tables.ends[at]:
            counts[tables.names[at]] += times
    return counts


def _dominant(counts: Counter[str]) -> tuple[str, float]:
    """The script that fills most of the text, and its share. Kana and Han are one writing."""
    width = _tables().width
    weighed = {script: times * width[script] for script, times in counts.items()}
    if "Kana" in weighed and "Hani" in weighed:
        weighed["Hani"] += weighed.pop("Kana")
    script = max(weighed, key=lambda name: (weighed[name], name))
    return script, weighed[script] / sum(weighed.values())


def _by_script(script: str, counts: Counter[str], sample: str) -> str:
    """The language where the script decides it, or ''."""
    if script == "Hani":
        kana = counts["Kana"]
        if kana > 0.05 * (kana + counts["Hani"]):
            return "ja"
        return _by_words("zh", sample) or "zh"
    return _tables().script_lang.get(script, "")


def _only(script: str, sample: str) -> str:
    """The sample without the Latin letters where another script dominates (names, brands, bylines)."""
    return sample if script == "Latn" else " ".join(re.sub(r"[A-Za-z]+", " ", sample).split())


def _by_letters(script: str, sample: str) -> str:
    """The language whose own letters the sample shows, or '' where none is ahead."""
    languages = _tables().letters.get(script)
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


def _by_words(candidate: str, sample: str) -> str:
    """Count the everyday words of the close languages that `candidate` belongs to; '' where none is ahead."""
    for group in _tables().groups:
        if candidate not in group.words:
            continue
        folded = sample.casefold()
        tokens = Counter(folded if candidate == "zh" else _WORD.findall(folded))
        scores = {
            lang: sum(tokens[word] for word in words) + sum(folded.count(part) for part in group.parts[lang])
            for lang, words in group.words.items()
        }
        first, second = sorted(scores, key=lambda lang: (-scores[lang], lang))[:2]
        return first if scores[first] - scores[second] >= group.margin else ""
    return ""


def _knows(voter: str, lang: str) -> bool:
    if voter == "letters":
        return any(lang in languages for languages in _tables().letters.values())
    if voter == "words":
        return any(lang in group.words for group in _tables().groups)
    return lang in _detectors()[voter].known


def _support(votes: Mapping[str, str], probabilities: Mapping[str, float]) -> dict[str, float]:
    """For each language voted for: the weight of its votes among those who know it, times its prior."""
    tables = _tables()
    support: dict[str, float] = {}
    for lang in sorted(set(votes.values())):
        knowing = sum(WEIGHTS[voter] for voter in votes if votes[voter] == lang or _knows(voter, lang))
        given = sum(WEIGHTS[voter] * probabilities.get(voter, 1.0) for voter in votes if votes[voter] == lang)
        support[lang] = given / knowing * tables.prior.get(lang, tables.other_prior)
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
        nobody_knows = not any(hint in detector.known for detector in _detectors().values())
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
