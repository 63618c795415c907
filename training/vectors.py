"""The served vectors of training articles, kept on disk: no run need compute them again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from ..classifiers import bundle as layout
from ..classifiers.features import Featurizer
from ..coverage.article import Progress
from .examples import Example

FloatArray = npt.NDArray[np.float32]
BATCH: Final = 128
"""Articles between two savings."""


def encoder_digest(folder: Path) -> str:
    """One digest for the files of a bundle that the encoder's part of a vector depends on."""
    parts = [layout.digest_file(folder / name).sha256 for name in (layout.ENCODER, layout.TOKENIZER)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def vectors_of(
    rows: Sequence[Example], featurizer: Featurizer, *, key: str, work: Path | None, progress: Progress
) -> FloatArray:
    """The vectors of examples, float32 [rows, width], in order.

    Args:
        rows: the examples.
        featurizer: the served one.
        key: changes with anything that the encoder's part depends on; the lexicon's part is made afresh.
        work: folder of what is known already; None keeps nothing.
        progress: is told `("vectors", done, all)`.
    """
    folder = work / hashlib.sha256(key.encode()).hexdigest()[:16] if work is not None else None
    known = _known(folder)
    todo = list({row.content_key: row for row in rows if row.content_key not in known}.values())
    total = len(todo)
    for start in range(0, total, BATCH):
        batch = todo[start : start + BATCH]
        found = {row.content_key: vector for row, vector in featurizer.encoded(batch)}
        known |= found
        if folder is not None:
            _save(folder, found)
        progress("vectors", min(start + BATCH, total), total)
    return np.stack([featurizer.complete(row, known[row.content_key]) for row in rows])


def _known(folder: Path | None) -> dict[str, FloatArray]:
    known: dict[str, FloatArray] = {}
    if folder is None or not folder.is_dir():
        return known
    for path in sorted(folder.glob("*.npz")):
        with np.load(path, allow_pickle=False) as part:
            known.update(zip(part["keys"].tolist(), part["vectors"], strict=True))
    return known


def _save(folder: Path, found: dict[str, FloatArray]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    number = len(list(folder.glob("*.npz")))
    partial = folder / f"{number:05d}.partial"
    with partial.open("wb") as stream:
        np.savez(stream, keys=np.array(list(found)), vectors=np.stack(list(found.values())))
    partial.rename(folder / f"{number:05d}.npz")
