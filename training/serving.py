"""Put an encoder into a bundle folder: exported afresh, or taken from an older bundle."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from tokenizers import Tokenizer

from ..classifiers import bundle as layout
from ..classifiers.bundle import Bundle
from ..classifiers.features import FeaturePlan
from ..classifiers.windows import E5_PREFIX, WindowPlan
from ..coverage.article import Progress
from .examples import texts_in

PIECES: Final = 157_000
"""Pieces of the vocabulary that are kept: as many as keep the bundle well under 60 MB."""
SAMPLE_CHARACTERS: Final = 6000
"""Characters of a text that count for the choice of pieces."""
DEPTHS: Final = (6, 8, 9, 10, 11, 12)
"""Layers of a twelve-layer encoder whose states the graph gives; of a deeper or flatter one the like shares."""
USED: Final = (8, 10, 12)
"""Those that the heads see."""


@dataclass(frozen=True)
class ServedPlan:
    """What stands in the folder, and how it is to be used."""

    facts: Mapping[str, Any]
    """For the training record: source, digest, pieces."""
    plan: FeaturePlan
    """Without the lexicon's groups."""
    windows: WindowPlan


def bundle_in_service() -> Path:
    """The bundle that the package ships."""
    return Path(layout.__file__).resolve().parent / "bundle"


def serve_encoder(
    folder: Path, source: str, reuse: Path | None, texts: Sequence[Path], report: Progress
) -> ServedPlan:
    """Write encoder and tokenizer into the folder.

    Args:
        folder: the new bundle.
        source: where the encoder comes from (see `encoder.load_encoder`).
        reuse: a bundle whose encoder is taken instead.
        texts: files or folders of texts by which pieces are chosen.
        report: is told that the encoder is at work.

    Raises:
        ModelError: the bundle to reuse is missing or broken.
        TrainingError: the encoder cannot be loaded.
    """
    if reuse is not None:
        old = Bundle.open(reuse)
        old.verify([layout.ENCODER, layout.TOKENIZER])
        for name in (layout.ENCODER, layout.TOKENIZER):
            shutil.copyfile(reuse / name, folder / name)
        manifest = old.manifest
        return ServedPlan(
            manifest.training.get("encoder", {}), replace(manifest.features, groups=()), manifest.windows
        )
    report("encoder", 0, None)
    return _export(folder, source, texts)


def _export(folder: Path, source: str, texts: Sequence[Path]) -> ServedPlan:
    # Here, not above: where an encoder is reused, torch need not be loaded.
    from .encoder import DEFAULT_SOURCE, load_encoder  # noqa: PLC0415
    from .export import export_encoder  # noqa: PLC0415
    from .vocabulary import piece_counts  # noqa: PLC0415

    loaded = load_encoder(source)
    deep, hidden = int(loaded.model.config.num_hidden_layers), int(loaded.model.config.hidden_size)
    plan = FeaturePlan(graph_layers=scaled(DEPTHS, deep), layers=scaled(USED, deep), hidden=hidden)
    counts = piece_counts(loaded.tokenizer, _all_texts(texts))
    served = export_encoder(
        loaded, size=PIECES, layers=plan.graph_layers, counts=counts if counts.any() else None
    )
    (folder / layout.ENCODER).write_bytes(served.graph)
    (folder / layout.TOKENIZER).write_bytes(gzip.compress(served.tokenizer.encode(), 9, mtime=0))
    bos, *_, eos = Tokenizer.from_str(served.tokenizer).encode("").ids
    is_e5 = source == DEFAULT_SOURCE or "e5" in Path(source).name.lower()
    facts = {
        "source": loaded.source,
        "sha256": loaded.digest,
        "pieces": served.pieces,
        "pieces_of_the_original": served.pieces_of_the_original,
    }
    return ServedPlan(facts, plan, WindowPlan(prefix=E5_PREFIX if is_e5 else "", bos=bos, eos=eos))


def scaled(layers: Sequence[int], deep: int) -> tuple[int, ...]:
    """Layers of an encoder of `deep` layers at the depths that `layers` have among twelve, each once."""
    return tuple(sorted({max(1, round(layer * deep / 12)) for layer in layers}))


def _all_texts(paths: Iterable[Path]) -> Iterable[str]:
    for title, text in texts_in(paths):
        yield f"{title}\n{text[:SAMPLE_CHARACTERS]}"
