"""The three statistical detectors, each asked so that the same text always gets the same answer.

langdetect draws its n-grams from a random generator: every call seeds a fresh one. Its profiles are loaded in
alphabetical order (its own loader takes the order of the folder, which changes the last digits). The other two
draw nothing.
"""

from __future__ import annotations

import contextlib
import importlib
import threading
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Protocol

from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory
from langdetect.lang_detect_exception import LangDetectException
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from .spelling import UNKNOWN, fold

SEED: Final = 20180701
LANGDETECT_SAMPLE: Final = 400
"""Characters shown to langdetect: its time grows with the text, its answer hardly changes."""
LANGDETECT_TRIALS: Final = 3
LANGDETECT_STEPS: Final = 300
"""Fewer than its 7 trials of up to 1000 steps: half the time; accuracy on the languages that it knows 96.4 %,
not 96.6 %."""
PY3LANGID_SAMPLE: Final = 1000
CLD3_SAMPLE: Final = 1500


class Detector(Protocol):
    """A statistical detector: the language it finds most likely ('' for none), and those it knows."""

    known: frozenset[str]

    def vote(self, sample: str) -> tuple[str, float]:
        """The language and its probability; ('', 0) where it finds none."""
        ...


class Langdetect:
    """langdetect with its own factory, so that no other user of the library can change its seed."""

    def __init__(self) -> None:
        self._factory = DetectorFactory()
        self._factory.load_json_profile(
            [path.read_text(encoding="utf-8") for path in sorted(Path(PROFILES_DIRECTORY).iterdir())]
        )
        self._factory.set_seed(SEED)
        self.known = frozenset(fold(lang) for lang in self._factory.get_lang_list())

    def vote(self, sample: str) -> tuple[str, float]:
        """See Detector."""
        detector = self._factory.create()  # a detector holds one text and its own generator
        detector.n_trial = LANGDETECT_TRIALS
        detector.ITERATION_LIMIT = LANGDETECT_STEPS
        detector.append(sample[:LANGDETECT_SAMPLE])
        try:
            best = detector.get_probabilities()
        except LangDetectException:  # no letter that it knows
            return "", 0.0
        return (fold(best[0].lang), float(best[0].prob)) if best else ("", 0.0)


class Py3langid:
    """py3langid: about 140 languages, those of Africa's press among them."""

    def __init__(self) -> None:
        self._identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        self.known = frozenset(fold(lang) for lang in self._identifier.labels) - {UNKNOWN}

    def vote(self, sample: str) -> tuple[str, float]:
        """See Detector."""
        merged: Counter[str] = Counter()
        for lang, probability in self._identifier.rank(sample[:PY3LANGID_SAMPLE])[:6]:
            merged[fold(lang)] += probability
        lang, probability = max(merged.items(), key=lambda item: (item[1], item[0]))
        return ("", 0.0) if lang == UNKNOWN else (lang, float(probability))


_CLD3_LANGUAGES: Final = (
    "af am ar az be bg bn bs ca ceb co cs cy da de el en eo es et eu fa fi fr fy ga gd gl gu ha haw he hi "
    "hmn hr ht hu hy id ig is it ja jv ka kk km kn ko ku ky la lb lo lt lv mg mi mk ml mn mr ms mt my ne "
    "nl no ny pa pl ps pt ro ru sd si sk sl sm sn so sq sr st su sv sw ta te tg th tl tr uk ur uz vi xh yi "
    "yo zh zu"
)
"""From CLD3's table of languages, folded to our codes; the library has no call that lists them."""


class Cld3:
    """CLD3 (cld3-py): about 105 languages; quick, and overconfident with short texts."""

    known = frozenset(_CLD3_LANGUAGES.split())

    def __init__(self, module: Any) -> None:
        self._identifier = module.NNetLanguageIdentifier(min_num_bytes=0, max_num_bytes=4 * CLD3_SAMPLE)
        self._lock = threading.Lock()  # the C++ object is not documented as safe to share

    def vote(self, sample: str) -> tuple[str, float]:
        """See Detector."""
        with self._lock:
            result = self._identifier.FindLanguage(sample[:CLD3_SAMPLE])
        lang = fold(result.language)
        return ("", 0.0) if lang == UNKNOWN else (lang, float(result.probability))


_loading = threading.Lock()


def detectors() -> Mapping[str, Detector]:
    """The detectors by name, loaded once."""
    with _loading:  # lru_cache alone lets two threads load the models twice
        return _load()


@lru_cache(maxsize=1)
def _load() -> Mapping[str, Detector]:
    detectors: dict[str, Detector] = {"langdetect": Langdetect(), "py3langid": Py3langid()}
    with contextlib.suppress(ImportError):  # no wheel for macOS on Intel: two detectors and the rules go on
        detectors["cld3"] = Cld3(importlib.import_module("gcld3"))
    return detectors
