"""The language detectors beside each other: accuracy by language, and texts a second.

    python benchmarks/bench_language.py [--sample N] [--all]

Truth is the corrected language of ../shared/labelled where a row has a label, else the row's own code in
../shared/corpus. Some of those codes are wrong (Russian articles of a Moldovan outlet as `ro`, English ones
as `hu`): `disputed` counts the rows without a label for which py3langid, CLD3 and ours agree on another
language that is no close relative (language.yaml, `words` and `letters`); they are left out. Each detector is
asked by itself as its documentation shows (langdetect seeded; answers folded to our codes), and `detect` of
coverage/language.py for all together. Then the same on 150 characters from the middle of the article, and on
headlines.
"""

from __future__ import annotations

import argparse
import gzip
import importlib
import json
import resource
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import langdetect
from langdetect.lang_detect_exception import LangDetectException
from pressreview.coverage.detectors import Cld3
from pressreview.coverage.language import detect
from pressreview.coverage.spelling import fold, tables
from py3langid.langid import MODEL_FILE, LanguageIdentifier

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"
SHOWN = 4000
"""Characters that every detector is given, at most."""


@dataclass(frozen=True, slots=True)
class Row:
    """An article and its language; `sure` where a person corrected it."""

    title: str
    text: str
    lang: str
    sure: bool


def rows(shared: Path) -> Iterator[Row]:
    """The corpus with the language of each row."""
    with (shared / "labelled" / "labels.jsonl").open(encoding="utf-8") as lines:
        labels = {label["id"]: label["lang"] for label in map(json.loads, lines)}
    for name in ("articles", "more", "reports"):
        with gzip.open(shared / "corpus" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for source in map(json.loads, lines):
                lang = fold(labels.get(source["id"]) or source["lang"] or "")
                yield Row(source["title"] or "", source["text"] or "", lang, source["id"] in labels)


def detectors() -> dict[str, Callable[[str], str]]:
    """Each detector by itself, and ours."""
    langdetect.DetectorFactory.seed = 0
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)

    def by_langdetect(text: str) -> str:
        try:
            return fold(langdetect.detect(text))
        except LangDetectException:
            return "und"

    found: dict[str, Callable[[str], str]] = {
        "langdetect": by_langdetect,
        "py3langid": lambda text: fold(identifier.classify(text)[0]),
    }
    try:
        cld3 = Cld3(importlib.import_module("gcld3"))
        found["cld3"] = lambda text: cld3.vote(text)[0]
    except ImportError:
        print("gcld3 (cld3-py) is not installed here: its column is missing")
    found["together"] = lambda text: detect(text).lang
    return found


def _answers(texts: list[str], detector: Callable[[str], str]) -> tuple[list[str], float]:
    detector("a first text, so that loading is not timed")
    started = time.process_time()
    answers = [detector(text) for text in texts]
    return answers, time.process_time() - started


def _close(one: str, other: str) -> bool:
    """Whether two languages are the same or so close that detectors may well agree on the wrong one."""
    groups = [*(group.words for group in tables().groups), *tables().letters.values()]
    return one == other or any(one in group and other in group for group in groups)


def _table(kind: str, texts: list[str], chosen: list[Row], *, every: bool) -> None:
    results = {name: _answers(texts, detector) for name, detector in detectors().items()}
    sceptics = [results[name][0] for name in ("py3langid", "cld3", "together") if name in results]
    disputed: Counter[str] = Counter()
    total: Counter[str] = Counter()
    right: dict[str, Counter[str]] = defaultdict(Counter)
    for at, row in enumerate(chosen):
        said = {answers[at] for answers in sceptics}
        if not row.sure and len(said) == 1 and not any(_close(row.lang, lang) for lang in said):
            disputed[row.lang] += 1
            continue
        total[row.lang] += 1
        for name, (answers, _) in results.items():
            right[name][row.lang] += answers[at] == row.lang
    print(f"\n{kind}: accuracy in % of {total.total()} texts, {disputed.total()} more disputed")
    print(f"{'':10}" + "".join(f"{name:>12}" for name in results) + f"{'n':>8}{'disputed':>10}")
    lines = [("all", None), *((lang, lang) for lang in sorted(total, key=lambda code: (-total[code], code)))]
    for title, lang in lines if every else lines[:1]:
        count = total.total() if lang is None else total[lang]
        cells = "".join(
            f"{100 * (right[name].total() if lang is None else right[name][lang]) / count:12.1f}"
            for name in results
        )
        print(f"{title:10}{cells}{count:8}{disputed.total() if lang is None else disputed[lang]:10}")
    mean = "".join(
        f"{100 * sum(right[name][lang] / total[lang] for lang in total) / len(total):12.1f}"
        for name in results
    )
    print(f"{'mean/lang':10}{mean}{len(total):8}")
    rates = "".join(f"{len(texts) / seconds:12.0f}" for _, seconds in results.values())
    print(f"{'texts/s':10}{rates}  (CPU time of one core)")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=4, help="take every Nth article (1: all)")
    parser.add_argument("--all", action="store_true", help="by language for short texts too")
    options = parser.parse_args()
    if not SHARED.is_dir():
        print(f"the real data is not here: {SHARED} does not exist")
        return
    chosen = [row for at, row in enumerate(rows(SHARED)) if row.lang and at % options.sample == 0]
    _table("articles", [f"{row.title}\n{row.text}"[:SHOWN] for row in chosen], chosen, every=True)
    middle = [row for row in chosen if len(row.text) > 400]
    _table("150 characters", [row.text[200:350] for row in middle], middle, every=options.all)
    titled = [row for row in chosen if len(row.title) > 20]
    _table("headlines", [row.title for row in titled], titled, every=options.all)
    print(f"\npeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
