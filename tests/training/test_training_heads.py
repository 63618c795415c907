"""Heads are trained in few dimensions and served in one product; what is drawn here is drawn once."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="the `train` extra is not installed")

from pressreview.classifiers.bundle import Decisions
from pressreview.classifiers.codebook import ACTORS, COVERAGE
from pressreview.classifiers.features import FeaturePlan
from pressreview.classifiers.heads import decide
from pressreview.errors import TrainingError
from pressreview.training.examples import Example
from pressreview.training.heads import (
    HeadSettings,
    TrainedHeads,
    best_temperature,
    fold_numbers,
    softmax,
    train_heads,
)
from pressreview.training.projection import Projection

PLAN = FeaturePlan(graph_layers=(1, 2), layers=(1, 2), hidden=6)
SETTINGS = HeadSettings(
    folds=3, dimensions=12, coverage_layers=(1, 2), actor_layers=(2,), level_layers=(2,), strengths=(0.1, 1.0)
)
LEVEL_OF = {"unrelated": "none", "trafficking_only": "none"}


def drawn(count: int = 240) -> tuple[np.ndarray, list[Example]]:
    """Articles whose class shows in the first numbers and whose actor in the second layer's."""
    draw = np.random.default_rng(0)
    rows, vectors = [], draw.normal(size=(count, PLAN.width))
    for i in range(count):
        label = COVERAGE[i % 3]
        vectors[i, i % 3] += 4
        police = label != "unrelated" and i % 2 == 0
        vectors[i, 6] += 4 * police
        level = LEVEL_OF.get(label, "organised" if i % 4 else "everyday")
        rows.append(
            Example(
                f"e{i}",
                "",
                f"text {i}",
                "en",
                label,
                ("police",) if police else (),
                level,
                f"s{i}",
                f"o{i % 30}",
            )
        )
    return vectors, rows


@pytest.fixture(scope="module")
def trained() -> TrainedHeads:
    vectors, rows = drawn()
    return train_heads(vectors, rows, PLAN, SETTINGS)


def test_what_can_be_learned_is_learned(trained: TrainedHeads) -> None:
    vectors, rows = drawn()
    labels = [decide(trained.heads.probabilities(v.astype(np.float32)), trained.decisions) for v in vectors]
    right = sum(label.coverage == row.coverage for label, row in zip(labels, rows, strict=True))
    named = sum(
        ("police" in label.actors) == ("police" in row.actors)
        for label, row in zip(labels, rows, strict=True)
    )
    assert right > 0.9 * len(rows)
    assert named > 0.85 * len(rows)


def test_the_same_data_and_seed_give_the_same_heads(trained: TrainedHeads) -> None:
    again = train_heads(*drawn(), PLAN, SETTINGS)
    np.testing.assert_array_equal(again.heads.coverage.weight, trained.heads.coverage.weight)
    np.testing.assert_array_equal(again.heads.actors.weight, trained.heads.actors.weight)
    assert again.decisions == trained.decisions


def test_a_head_sees_only_its_layers(trained: TrainedHeads) -> None:
    unseen = ~np.concatenate([PLAN.columns((2,)), np.ones(PLAN.lexical_width, dtype=bool)])
    assert not trained.heads.actors.weight[:, unseen].any()
    assert trained.heads.coverage.weight[:, unseen].any()


def test_thresholds_and_weights_stand_for_every_label(trained: TrainedHeads) -> None:
    assert set(trained.decisions.actor_thresholds) == set(ACTORS)
    assert set(trained.decisions.coverage_weights) == set(COVERAGE)
    assert all(0 < threshold < 1 for threshold in trained.decisions.actor_thresholds.values())
    assert isinstance(trained.decisions, Decisions)


def test_a_folded_head_says_what_the_head_in_few_dimensions_says() -> None:
    vectors, _ = drawn(60)
    projection = Projection.fit(
        vectors,
        PLAN.columns((1, 2)),
        dimensions=5,
        embedding_scale=3.0,
        lexicon_scale=2.0,
        lexical_width=PLAN.lexical_width,
    )
    draw = np.random.default_rng(1)
    weight, bias = draw.normal(size=(3, 5 + PLAN.lexical_width)), draw.normal(size=3)
    head = projection.fold(weight, bias)
    np.testing.assert_allclose(
        vectors @ head.weight.T + head.bias, projection.apply(vectors) @ weight.T + bias, atol=1e-4
    )


def test_no_outlet_stands_in_two_folds() -> None:
    _, rows = drawn()
    numbers = fold_numbers(rows, SETTINGS)
    assert set(numbers.tolist()) == {0, 1, 2}
    for outlet in {row.outlet for row in rows}:
        assert len({int(n) for n, row in zip(numbers, rows, strict=True) if row.outlet == outlet}) == 1


def test_overconfident_scores_get_a_temperature_above_one() -> None:
    draw = np.random.default_rng(0)
    scores = draw.normal(size=(4000, 3)) * 2
    labels = np.array([draw.choice(3, p=p) for p in softmax(scores)])
    assert best_temperature(scores * 2, labels) == pytest.approx(2, rel=0.15)
    assert best_temperature(scores, labels) == pytest.approx(1, rel=0.15)


def test_a_class_without_examples_is_told_before_anything_is_trained() -> None:
    vectors, rows = drawn()
    kept = [i for i, row in enumerate(rows) if row.coverage != "trafficking_corruption"]
    with pytest.raises(TrainingError, match="only 0 examples have `coverage` trafficking_corruption"):
        train_heads(vectors[kept], [rows[i] for i in kept], PLAN, SETTINGS)
