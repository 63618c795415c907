"""Probabilities that make sense together, and labels that the codebook allows."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pressreview.classifiers.bundle import Decisions
from pressreview.classifiers.codebook import ACTORS, COVERAGE, LEVELS
from pressreview.classifiers.heads import NAMED_LEVELS, Head, Heads, Probabilities, decide
from pressreview.errors import ModelError


def heads(seed: int = 0, width: int = 5) -> Heads:
    draw = np.random.default_rng(seed)

    def head(outputs: int) -> Head:
        weight = draw.normal(size=(outputs, width)).astype(np.float32)
        return Head(weight, draw.normal(size=outputs).astype(np.float32))

    return Heads(head(len(COVERAGE)), head(len(ACTORS)), head(len(NAMED_LEVELS)))


def probabilities(coverage: tuple[float, float, float], actor: float = 0.9) -> Probabilities:
    level = {"none": 1 - coverage[2], **dict.fromkeys(NAMED_LEVELS, coverage[2] / 8)}
    level["organised"] = coverage[2] * 5 / 8
    return Probabilities(dict(zip(COVERAGE, coverage, strict=True)), dict.fromkeys(ACTORS, actor), level)


@given(st.integers(0, 50), st.lists(st.floats(-30, 30, width=32), min_size=5, max_size=5))
def test_probabilities_are_probabilities(seed: int, vector: list[float]) -> None:
    found = heads(seed).probabilities(np.array(vector, dtype=np.float32))
    assert list(found.coverage) == list(COVERAGE)
    assert list(found.actors) == list(ACTORS)
    assert list(found.level) == list(LEVELS)
    assert sum(found.coverage.values()) == pytest.approx(1, abs=1e-5)
    assert sum(found.level.values()) == pytest.approx(1, abs=1e-5)
    assert all(0 <= p <= 1 for part in (found.coverage, found.actors, found.level) for p in part.values())
    assert found.level["none"] == pytest.approx(1 - found.coverage["trafficking_corruption"], abs=2e-6)


def test_an_unrelated_article_has_no_actors_and_no_level() -> None:
    labels = decide(probabilities((0.7, 0.2, 0.1)), Decisions())
    assert (labels.coverage, labels.actors, labels.level) == ("unrelated", (), "none")


def test_trafficking_alone_has_actors_and_no_level() -> None:
    labels = decide(probabilities((0.2, 0.7, 0.1)), Decisions())
    assert (labels.coverage, labels.actors, labels.level) == ("trafficking_only", ACTORS, "none")


def test_corruption_has_a_level_even_where_none_is_likeliest() -> None:
    labels = decide(probabilities((0.3, 0.3, 0.4)), Decisions())
    assert (labels.coverage, labels.level) == ("trafficking_corruption", "organised")


def test_an_actor_is_named_from_its_threshold_on() -> None:
    thresholds = dict.fromkeys(ACTORS, 0.91) | {"police": 0.9}
    labels = decide(probabilities((0.1, 0.8, 0.1)), Decisions(actor_thresholds=thresholds))
    assert labels.actors == ("police",)


def test_a_class_that_weighs_more_wins_sooner() -> None:
    weights = dict(zip(COVERAGE, (1.0, 1.0, 2.0), strict=True))
    unsure = probabilities((0.45, 0.25, 0.3))
    assert decide(unsure, Decisions()).coverage == "unrelated"
    assert decide(unsure, Decisions(coverage_weights=weights)).coverage == "trafficking_corruption"


def test_heads_are_read_as_they_were_written(tmp_path: Path) -> None:
    heads().save(tmp_path / "heads.npz")
    vector = np.arange(5, dtype=np.float32)
    assert Heads.load(tmp_path / "heads.npz").probabilities(vector) == heads().probabilities(vector)


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    path = tmp_path / "heads.npz"
    arrays = {
        f"{name}_{part}": np.zeros(1)
        for name in ("coverage", "actors", "level")
        for part in ("weight", "bias")
    }
    np.savez(path, **{**arrays, "coverage_weight": np.array([{"an": "object"}], dtype=object)})
    with pytest.raises(ModelError, match="heads cannot be read"):
        Heads.load(path)
    path.write_bytes(pickle.dumps({"a": 1}))
    with pytest.raises(ModelError, match="heads cannot be read"):
        Heads.load(path)


def test_heads_of_other_labels_are_refused(tmp_path: Path) -> None:
    good = heads()
    Heads(good.actors, good.coverage, good.level).save(tmp_path / "heads.npz")
    with pytest.raises(ModelError, match="outputs, the codebook"):
        Heads.load(tmp_path / "heads.npz")
