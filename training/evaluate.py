"""How good labels are: F1 for each head, by class and by language, beside two baselines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from ..classifiers.codebook import ACTORS, COVERAGE, LEVELS, CorruptionLevel, Coverage
from ..classifiers.heads import Labels
from ..coverage.gate import Gate
from .examples import Example

TEXT_CHARACTERS: Final = 12_000
"""Characters of an article that the TF-IDF baseline reads."""
LANGUAGE_MINIMUM: Final = 20
"""Articles under which a language gets no figure of its own."""


@dataclass(frozen=True)
class Score:
    """F1 of one class, with what it is made of."""

    f1: float
    precision: float
    recall: float
    support: int


def class_scores(
    truth: Sequence[frozenset[str]], found: Sequence[frozenset[str]], labels: Sequence[str]
) -> dict[str, Score]:
    """Precision, recall and F1 of each label; 0 where nothing is found or nothing is there."""
    scores = {}
    for label in labels:
        right = sum(label in t and label in f for t, f in zip(truth, found, strict=True))
        there = sum(label in t for t in truth)
        named = sum(label in f for f in found)
        precision, recall = right / named if named else 0.0, right / there if there else 0.0
        f1 = 2 * right / (there + named) if there + named else 0.0
        scores[label] = Score(f1, precision, recall, there)
    return scores


def macro_f1(scores: Mapping[str, Score]) -> float:
    """The mean F1 over the labels that occur in the articles measured."""
    values = [score.f1 for score in scores.values() if score.support]
    return float(np.mean(values)) if values else 0.0


def micro_f1(truth: Sequence[frozenset[str]], found: Sequence[frozenset[str]]) -> float:
    """F1 over all pairs of article and label."""
    right = sum(len(t & f) for t, f in zip(truth, found, strict=True))
    total = sum(len(t) + len(f) for t, f in zip(truth, found, strict=True))
    return 2 * right / total if total else 0.0


def metrics(rows: Sequence[Example], found: Sequence[Labels]) -> dict[str, Any]:
    """The figures of one model on one set of articles, ready for the manifest."""
    coverage = _pairs([row.coverage for row in rows]), _pairs([label.coverage for label in found])
    actors = [frozenset(row.actors) for row in rows], [frozenset(label.actors) for label in found]
    level = _pairs([row.corruption_level for row in rows]), _pairs([label.level for label in found])
    by_class = class_scores(*coverage, COVERAGE)
    by_actor = class_scores(*actors, ACTORS)
    by_level = class_scores(*level, LEVELS)
    return {
        "articles": len(rows),
        "coverage_macro_f1": _short(macro_f1(by_class)),
        "coverage": {name: _as_dict(score) for name, score in by_class.items()},
        "actors_macro_f1": _short(macro_f1(by_actor)),
        "actors_micro_f1": _short(micro_f1(*actors)),
        "actors": {name: _as_dict(score) for name, score in by_actor.items()},
        "level_macro_f1": _short(macro_f1(by_level)),
        "level": {name: _as_dict(score) for name, score in by_level.items()},
    }


def by_language(
    rows: Sequence[Example], found: Sequence[Labels], *, minimum: int = LANGUAGE_MINIMUM
) -> dict[str, Any]:
    """Coverage figures of each language with `minimum` articles or more."""
    counts = Counter(row.lang for row in rows)
    result: dict[str, Any] = {}
    for lang in sorted(lang for lang, count in counts.items() if count >= minimum):
        picked = [i for i, row in enumerate(rows) if row.lang == lang]
        truth = _pairs([rows[i].coverage for i in picked])
        labels = _pairs([found[i].coverage for i in picked])
        right = sum(a == b for a, b in zip(truth, labels, strict=True))
        result[lang] = {
            "articles": len(picked),
            "coverage_macro_f1": _short(macro_f1(class_scores(truth, labels, COVERAGE))),
            "accuracy": _short(right / len(picked)),
        }
    return result


def _pairs(labels: Sequence[str]) -> list[frozenset[str]]:
    return [frozenset((label,)) for label in labels]


def _short(value: float) -> float:
    return round(value, 4)


def _as_dict(score: Score) -> dict[str, float | int]:
    return {
        "f1": _short(score.f1),
        "precision": _short(score.precision),
        "recall": _short(score.recall),
        "support": score.support,
    }


# -- baselines ---------------------------------------------------------------------------------------


def keyword_labels(rows: Sequence[Example], gate: Gate) -> list[Labels]:
    """The keyword rule: a trafficking term makes it trafficking, a corruption term beside it corruption.

    It names no actors, and no level but `unspecified`.
    """
    labels = []
    for row in rows:
        result = gate.check(f"{row.title}\n{row.text}", lang=row.lang)
        if not result.passed:
            labels.append(Labels(Coverage.UNRELATED, (), CorruptionLevel.NONE))
        elif result.corruption:
            labels.append(Labels(Coverage.TRAFFICKING_CORRUPTION, (), CorruptionLevel.UNSPECIFIED))
        else:
            labels.append(Labels(Coverage.TRAFFICKING_ONLY, (), CorruptionLevel.NONE))
    return labels


def tfidf_labels(
    train: Sequence[Example], tests: Sequence[Sequence[Example]], *, seed: int
) -> list[list[Labels]]:
    """TF-IDF over character 2- to 4-grams and logistic regression for each head, trained on `train`."""
    vectorizer = TfidfVectorizer(
        analyzer="char_wb",
        ngram_range=(2, 4),
        min_df=3,
        max_features=100_000,
        sublinear_tf=True,
        dtype=np.float32,
    )
    known = vectorizer.fit_transform(_plain(row) for row in train)
    related = [i for i, row in enumerate(train) if row.coverage != Coverage.UNRELATED]
    corrupt = [i for i, row in enumerate(train) if row.coverage == Coverage.TRAFFICKING_CORRUPTION]
    coverage = _fit(known, [row.coverage for row in train], seed)
    level = _fit(known[corrupt], [train[i].corruption_level for i in corrupt], seed)
    actors = {
        actor: _fit(known[related], [str(actor in train[i].actors) for i in related], seed)
        for actor in ACTORS
    }
    return [
        _baseline_labels(vectorizer.transform(_plain(row) for row in rows), coverage, level, actors)
        if rows
        else []
        for rows in tests
    ]


Predictor = Callable[[Any], npt.NDArray[Any]]


def _fit(vectors: Any, labels: Sequence[str], seed: int) -> Predictor:
    if len(set(labels)) < 2:  # a class is missing: the only one there is
        only = labels[0] if labels else ""
        return lambda test: np.full(test.shape[0], only, dtype=object)
    model = LogisticRegression(
        C=3.0,
        class_weight="balanced",
        solver="liblinear" if len(set(labels)) == 2 else "lbfgs",
        max_iter=200,
        random_state=seed,
    )
    model.fit(vectors, list(labels))
    predictor: Predictor = model.predict
    return predictor


def _baseline_labels(
    vectors: Any, coverage: Predictor, level: Predictor, actors: Mapping[str, Predictor]
) -> list[Labels]:
    kinds, levels = coverage(vectors), level(vectors)
    named = {actor: predictor(vectors) for actor, predictor in actors.items()}
    labels = []
    for i, kind in enumerate(kinds):
        who = () if kind == Coverage.UNRELATED else tuple(a for a in ACTORS if named[a][i] == "True")
        how_high = levels[i] if kind == Coverage.TRAFFICKING_CORRUPTION else CorruptionLevel.NONE
        labels.append(Labels(str(kind), who, str(how_high)))
    return labels


def _plain(row: Example) -> str:
    return f"{row.title}\n{row.text}"[:TEXT_CHARACTERS]
