"""Train the three linear heads on the vectors that are served.

Logistic regression, its strength chosen by cross-validation over groups (no story and no outlet on both
sides), calibrated by a temperature on the out-of-fold scores (Guo et al. 2017, arXiv:1706.04599); decision
weights and thresholds are chosen on out-of-fold scores too, so nothing is chosen on what a model has been
trained on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from threadpoolctl import threadpool_limits

from ..classifiers.bundle import Decisions
from ..classifiers.codebook import ACTORS, COVERAGE, Coverage
from ..classifiers.features import FeaturePlan
from ..classifiers.heads import NAMED_LEVELS, Heads
from ..errors import TrainingError
from .examples import Example, groups
from .projection import Projection

FloatArray = npt.NDArray[np.float64]
FLAT_TOP: Final = 0.01
CORRUPTION: Final = COVERAGE.index(Coverage.TRAFFICKING_CORRUPTION)


@dataclass(frozen=True)
class HeadSettings:
    """What is chosen by measurement (docs/training.md has the figures)."""

    folds: int = 5
    dimensions: int = 500
    """Principal components of the encoder's numbers that the heads are trained in."""
    embedding_scale: float = 10.0
    """Length of an average article's vector of components; with `strengths` it sets the regularisation."""
    coverage_lexicon: float = 2.0
    """Standard deviation of each of the lexicon's numbers, for the head on coverage; 0 hides them."""
    actor_lexicon: float = 1.0
    level_lexicon: float = 0.0
    coverage_layers: tuple[int, ...] = (8, 10, 12)
    """Layers of the encoder that the head on coverage sees."""
    actor_layers: tuple[int, ...] = (12,)
    level_layers: tuple[int, ...] = (8, 10, 12)
    strengths: tuple[float, ...] = (0.01, 0.03, 0.1, 0.3)
    """Inverse regularisation strengths that are tried."""
    confidence_weights: tuple[float, float, float] = (1.0, 0.7, 0.4)
    """Weight of a row by the annotator's confidence: sure, less sure, a coin's toss."""
    made_up_weight: float = 0.7
    """Weight of a made-up article for the head on coverage: less lowers the figures on made-up articles, more
    those on real ones. The other heads give it 1, since rare actors and levels stand mostly in made-up ones."""
    threshold_prior: float = 20.0
    """Named articles that the threshold shared by all actors counts for, beside an actor's own."""
    iterations: int = 300
    seed: int = 0


@dataclass(frozen=True)
class TrainedHeads:
    """Heads, how to decide with them, and what they said of the training articles out of fold."""

    heads: Heads
    decisions: Decisions
    strengths: dict[str, float]
    temperature: float
    coverage: FloatArray
    """Out-of-fold probabilities [rows, 3]."""


@dataclass(frozen=True)
class _Problem:
    """Rows to fit heads on: points [rows, width], weights and folds [rows]."""

    points: FloatArray
    weights: FloatArray
    folds: npt.NDArray[np.int64]
    settings: HeadSettings

    def only(self, mask: npt.NDArray[np.bool_]) -> _Problem:
        return replace(self, points=self.points[mask], weights=self.weights[mask], folds=self.folds[mask])


def train_heads(
    vectors: npt.NDArray[Any], rows: Sequence[Example], plan: FeaturePlan, settings: HeadSettings
) -> TrainedHeads:
    """Train all three heads.

    Args:
        vectors: the served vectors [rows, width].
        rows: the examples, in the same order.
        plan: what the vectors are made of.
        settings: see `HeadSettings`.

    Raises:
        TrainingError: a class of `coverage` has too few examples.
    """
    _refuse_too_few(rows, settings)
    with threadpool_limits(limits=1):  # sums in one order: the same heads on any number of cores
        return _train(np.asarray(vectors, dtype=np.float64), rows, plan, settings)


def _train(
    vectors: FloatArray, rows: Sequence[Example], plan: FeaturePlan, settings: HeadSettings
) -> TrainedHeads:
    weights = np.array([settings.confidence_weights[row.confidence - 1] for row in rows])
    made_up = np.array([row.made_up for row in rows])
    folds = fold_numbers(rows, settings)
    kinds = np.array([COVERAGE.index(row.coverage) for row in rows])

    def problem(layers: tuple[int, ...], lexicon_scale: float) -> tuple[Projection, _Problem]:
        projection = Projection.fit(
            vectors,
            plan.columns(layers),
            dimensions=settings.dimensions,
            embedding_scale=settings.embedding_scale,
            lexicon_scale=lexicon_scale,
            lexical_width=plan.lexical_width,
        )
        return projection, _Problem(projection.apply(vectors), weights, folds, settings)

    projection, points = problem(settings.coverage_layers, settings.coverage_lexicon)
    for_coverage = np.where(made_up, settings.made_up_weight, 1.0) * weights
    coverage = _choose(replace(points, weights=for_coverage), kinds, len(COVERAGE))
    news = _news(rows)
    temperature = best_temperature(coverage.scores[news], kinds[news])
    probabilities = softmax(coverage.scores / temperature)
    coverage_head = projection.fold(coverage.weight / temperature, coverage.bias / temperature)

    projection, points = problem(settings.level_layers, settings.level_lexicon)
    corrupt = kinds == CORRUPTION
    levels = np.array(
        [NAMED_LEVELS.index(rows[i].corruption_level) for i in np.flatnonzero(corrupt).tolist()]
    )
    level = _choose(points.only(corrupt), levels, len(NAMED_LEVELS))
    level_head = projection.fold(level.weight, level.bias)

    projection, points = problem(settings.actor_layers, settings.actor_lexicon)
    related = kinds != COVERAGE.index(Coverage.UNRELATED)
    named = np.array([[actor in row.actors for actor in ACTORS] for row in rows])[related]
    report = np.array([row.is_report for row in rows])[related]
    actors = _actors(points.only(related), named, ~report if not report.all() else report)
    return TrainedHeads(
        heads=Heads(coverage_head, projection.fold(actors.weight, actors.bias), level_head),
        decisions=Decisions(_coverage_weights(probabilities, kinds, rows), actors.thresholds),
        strengths={"coverage": coverage.strength, "level": level.strength, "actors": actors.strength},
        temperature=temperature,
        coverage=probabilities,
    )


def _news(rows: Sequence[Example]) -> npt.NDArray[np.bool_]:
    """Which rows are real news; all of them where none is."""
    news = np.array([not row.made_up and not row.is_report for row in rows])
    return news if news.any() else np.ones(len(rows), dtype=bool)


def fold_numbers(rows: Sequence[Example], settings: HeadSettings) -> npt.NDArray[np.int64]:
    """A fold for each row; groups stay together, classes and genres are spread."""
    labels = [f"{row.coverage} {row.made_up} {row.is_report}" for row in rows]
    numbers = np.zeros(len(rows), dtype=np.int64)
    splitter = StratifiedGroupKFold(settings.folds, shuffle=True, random_state=settings.seed)
    for number, (_, test) in enumerate(splitter.split(np.zeros(len(rows)), labels, groups(rows))):
        numbers[test] = number
    return numbers


def softmax(scores: FloatArray) -> FloatArray:
    """Row by row."""
    exponents = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: FloatArray = exponents / exponents.sum(axis=1, keepdims=True)
    return shares


def best_temperature(scores: FloatArray, labels: npt.NDArray[Any]) -> float:
    """The divisor of the scores under which the labels are likeliest, from a fixed grid."""
    grid = np.geomspace(0.25, 4.0, 49)
    losses = [-np.log(softmax(scores / t)[np.arange(len(labels)), labels] + 1e-12).mean() for t in grid]
    return float(grid[int(np.argmin(losses))])


# -- one head ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Fitted:
    weight: FloatArray
    bias: FloatArray
    strength: float
    scores: FloatArray
    """Out of fold [rows, outputs]."""


def _choose(problem: _Problem, labels: npt.NDArray[Any], outputs: int) -> _Fitted:
    """Fit with the strength that has the best out-of-fold macro F1."""
    best: _Fitted | None = None
    best_value = -1.0
    for strength in problem.settings.strengths:
        scores = _out_of_fold(problem, labels, outputs, strength)
        value = mean_f1(labels, scores.argmax(axis=1), outputs)
        if value > best_value:
            weight, bias = _fit(problem, labels, outputs, strength)
            best, best_value = _Fitted(weight, bias, strength, scores), value
    assert best is not None
    return best


def _out_of_fold(problem: _Problem, labels: npt.NDArray[Any], outputs: int, strength: float) -> FloatArray:
    """Scores [rows, outputs], each row's from heads that were fitted without its fold."""
    scores = np.zeros((len(labels), outputs))
    for number in np.unique(problem.folds):
        test = problem.folds == number
        if not test.all():
            weight, bias = _fit(problem.only(~test), labels[~test], outputs, strength)
            scores[test] = problem.points[test] @ weight.T + bias
    return scores


def _fit(
    problem: _Problem, labels: npt.NDArray[Any], outputs: int, strength: float
) -> tuple[FloatArray, FloatArray]:
    """Weights [outputs, width] and bias [outputs]; a class without examples gets no chance."""
    weight, bias = np.zeros((outputs, problem.points.shape[1])), np.full(outputs, -20.0)
    present = np.unique(labels)
    if len(present) == 1:
        bias[present[0]] = 0.0
        return weight, bias
    model = LogisticRegression(C=strength, class_weight="balanced", max_iter=problem.settings.iterations)
    model.fit(problem.points, labels, sample_weight=problem.weights)
    if len(present) == 2:  # scikit-learn gives one row for two classes
        weight[present], bias[present] = (
            np.stack([-model.coef_[0] / 2, model.coef_[0] / 2]),
            np.array([-model.intercept_[0] / 2, model.intercept_[0] / 2]),
        )
    else:
        weight[present], bias[present] = model.coef_, model.intercept_
    return weight, bias


def mean_f1(truth: npt.NDArray[Any], found: npt.NDArray[Any], classes: int) -> float:
    """Macro F1 over the classes that occur in `truth`."""
    values = []
    for label in range(classes):
        right = ((truth == label) & (found == label)).sum()
        there, named = (truth == label).sum(), (found == label).sum()
        if there:
            values.append(2 * right / (there + named))
    return float(np.mean(values)) if values else 0.0


# -- deciding ----------------------------------------------------------------------------------------


def _coverage_weights(
    probabilities: FloatArray, kinds: npt.NDArray[Any], rows: Sequence[Example]
) -> dict[str, float]:
    """Class weights with the best out-of-fold macro F1, real news and made-up articles counting alike.

    The top is flat and noisy: the middle of all weights that come within `FLAT_TOP` of the best is taken.
    """
    parts = [part for part in (_news(rows), np.array([row.made_up for row in rows])) if part.any()]
    tried: list[tuple[float, float, float]] = []
    for only in np.geomspace(0.5, 2.0, 13):
        for corrupt in np.geomspace(0.25, 4.0, 25):
            found = (probabilities * (1.0, only, corrupt)).argmax(axis=1)
            value = float(np.mean([mean_f1(kinds[part], found[part], len(COVERAGE)) for part in parts]))
            tried.append((value, float(only), float(corrupt)))
    best = max(tried)[0]
    near = np.log([weights for value, *weights in tried if value >= best - FLAT_TOP])
    only, corrupt = np.exp(near.mean(axis=0)).tolist()
    return dict(zip(COVERAGE, (1.0, round(only, 4), round(corrupt, 4)), strict=True))


@dataclass(frozen=True)
class _FittedActors:
    weight: FloatArray
    bias: FloatArray
    thresholds: dict[str, float]
    strength: float


def _actors(problem: _Problem, named: npt.NDArray[np.bool_], news: npt.NDArray[np.bool_]) -> _FittedActors:
    """All actors' heads and thresholds; trained on what is about trafficking (`named` [rows, 14]).

    Reports, another genre, help to learn what the actors do, but thresholds are chosen on `news` alone.
    """
    best_value, strength, scores = -1.0, 0.0, np.zeros(named.shape)
    for tried in problem.settings.strengths:
        found = np.stack([_log_odds(problem, labels, tried) for labels in named.T], axis=1)
        pairs = zip(named[news].T, found[news].T, strict=True)
        value = float(np.mean([_best_threshold(labels, scores)[1] for labels, scores in pairs]))
        if value > best_value:
            best_value, strength, scores = value, tried, found
    weight, bias = np.zeros((len(ACTORS), problem.points.shape[1])), np.zeros(len(ACTORS))
    for i in range(len(ACTORS)):
        weights, biases = _fit(problem, named[:, i].astype(int), 2, strength)
        slope, shift = _calibration(named[news, i], scores[news, i])
        weight[i] = (weights[1] - weights[0]) * slope
        bias[i] = np.clip(biases[1] - biases[0], -20, 20) * slope + shift
        scores[:, i] = scores[:, i] * slope + shift
    thresholds = _thresholds(named[news], scores[news], problem.settings.threshold_prior)
    return _FittedActors(weight, bias, thresholds, strength)


def _thresholds(named: npt.NDArray[np.bool_], scores: FloatArray, prior: float) -> dict[str, float]:
    """The probability from which each actor is named (`named` and calibrated `scores` [rows, 14]).

    An actor's own best threshold is drawn towards the one that is best for all, the more so the rarer it is.
    """
    grid = np.linspace(-4.0, 1.0, 51)
    shared = max(
        grid, key=lambda t: float(np.mean([_f1(n, s >= t) for n, s in zip(named.T, scores.T, strict=True)]))
    )
    thresholds = {}
    for actor, labels, found in zip(ACTORS, named.T, scores.T, strict=True):
        count = float(labels.sum())
        log_odds = (count * _best_threshold(labels, found)[0] + prior * shared) / (count + prior)
        thresholds[actor] = round(float(1 / (1 + np.exp(-log_odds))), 4)
    return thresholds


def _f1(labels: npt.NDArray[np.bool_], found: npt.NDArray[np.bool_]) -> float:
    return 2 * float((labels & found).sum()) / max(float(labels.sum() + found.sum()), 1.0)


def _log_odds(problem: _Problem, labels: npt.NDArray[np.bool_], strength: float) -> FloatArray:
    """Out-of-fold log odds [rows]."""
    scores = _out_of_fold(problem, labels.astype(int), 2, strength)
    return np.clip(scores[:, 1] - scores[:, 0], -20, 20)


def _calibration(labels: npt.NDArray[np.bool_], scores: FloatArray) -> tuple[float, float]:
    """Slope and shift of Platt's (1999) line through out-of-fold log odds; 1 and 0 where labels are few."""
    if not 5 <= labels.sum() <= len(labels) - 5:
        return 1.0, 0.0
    line = LogisticRegression(C=1.0).fit(scores[:, None], labels)
    return max(float(line.coef_[0, 0]), 0.05), float(line.intercept_[0])


def _best_threshold(labels: npt.NDArray[np.bool_], scores: FloatArray) -> tuple[float, float]:
    """The score from which naming the actor gives the best F1 (the middle of the stretch), and that F1."""
    order = np.argsort(-scores, kind="stable")
    right = np.cumsum(labels[order])
    f1 = 2 * right / (np.arange(1, len(order) + 1) + max(int(labels.sum()), 1))
    at = int(np.argmax(f1))
    following = scores[order[at + 1]] if at + 1 < len(order) else scores[order[at]] - 1
    return float((scores[order[at]] + following) / 2), float(f1[at])


def _refuse_too_few(rows: Sequence[Example], settings: HeadSettings) -> None:
    for label in COVERAGE:
        count = sum(row.coverage == label for row in rows)
        if count < settings.folds:
            raise TrainingError(
                f"only {count} examples have `coverage` {label}; at least {settings.folds} are needed",
                mend="Label more articles, or add the made-up examples of training/data",
            )


def smoke_settings(settings: HeadSettings) -> HeadSettings:
    """The same run, quicker and worse: two folds, few dimensions, one strength."""
    return replace(settings, folds=2, dimensions=50, strengths=(0.03,), iterations=50)
