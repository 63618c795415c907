"""The three linear heads: from a document's vector to probabilities, and from probabilities to labels.

Arrays only (numpy's .npz, read with pickling off). Standardisation and calibration are folded into the
weights, so that serving is one product of matrices.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from ..errors import ModelError
from .bundle import Decisions
from .codebook import ACTORS, COVERAGE, LEVELS, CorruptionLevel, Coverage

FloatArray = npt.NDArray[np.float32]
DIGITS: Final = 6
"""Digits after the point that probabilities are rounded to."""
NAMED_LEVELS: Final = tuple(level for level in LEVELS if level != CorruptionLevel.NONE)
"""The levels that an article on corruption can have, in the codebook's order."""


@dataclass(frozen=True)
class Head:
    """One linear head: weights float32 [outputs, width], bias float32 [outputs]."""

    weight: FloatArray
    bias: FloatArray

    def scores(self, vector: FloatArray) -> npt.NDArray[np.float64]:
        """The head's outputs for one document's vector, before softmax or sigmoid."""
        product: npt.NDArray[np.float64] = self.weight.astype(np.float64) @ vector + self.bias
        return product


@dataclass(frozen=True)
class Probabilities:
    """What the heads say of one document, each by label id."""

    coverage: Mapping[str, float]
    actors: Mapping[str, float]
    """Each by itself; they do not sum to 1."""
    level: Mapping[str, float]
    """`none` is the probability that no corruption is tied to trafficking; the five sum to 1."""


@dataclass(frozen=True)
class Labels:
    """The labels that follow, consistent with the codebook."""

    coverage: str
    actors: tuple[str, ...]
    level: str


@dataclass(frozen=True)
class Heads:
    """Coverage (3 outputs), actors (14) and the level of corruption, given that there is some (4)."""

    coverage: Head
    actors: Head
    level: Head

    @property
    def width(self) -> int:
        """Length of the vectors that the heads take."""
        return int(self.coverage.weight.shape[1])

    def probabilities(self, vector: FloatArray) -> Probabilities:
        """Probabilities for one document's vector, rounded."""
        coverage = _softmax(self.coverage.scores(vector))
        actors = 1 / (1 + np.exp(-np.clip(self.actors.scores(vector), -60, 60)))
        corrupt = float(coverage[COVERAGE.index(Coverage.TRAFFICKING_CORRUPTION)])
        level = {CorruptionLevel.NONE.value: 1 - corrupt}
        level |= zip(NAMED_LEVELS, (corrupt * _softmax(self.level.scores(vector))).tolist(), strict=True)
        return Probabilities(
            _rounded(dict(zip(COVERAGE, coverage.tolist(), strict=True))),
            _rounded(dict(zip(ACTORS, actors.tolist(), strict=True))),
            _rounded(level),
        )

    def save(self, path: Path) -> None:
        """Write the arrays. The same heads always give the same bytes."""
        arrays = {
            f"{name}_{part}": getattr(getattr(self, name), part)
            for name in ("coverage", "actors", "level")
            for part in ("weight", "bias")
        }
        np.savez(path, **arrays)

    @classmethod
    def load(cls, path: Path) -> Heads:
        """Read the arrays.

        Raises:
            ModelError: the file is not what it should be.
        """
        try:
            with np.load(path, allow_pickle=False) as arrays:
                heads = cls(*(_head(arrays, name) for name in ("coverage", "actors", "level")))
        except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
            raise ModelError(
                f"the heads cannot be read ({error})",
                mend="Make the bundle again with `pressreview train`",
                path=path,
            ) from error
        expected = (len(COVERAGE), len(ACTORS), len(NAMED_LEVELS))
        found = tuple(head.weight.shape[0] for head in (heads.coverage, heads.actors, heads.level))
        if found != expected:
            raise ModelError(f"the heads have {found} outputs, the codebook {expected}", path=path)
        return heads


def decide(probabilities: Probabilities, decisions: Decisions) -> Labels:
    """Labels that the codebook allows: `unrelated` has no actors, only corruption has a level."""
    coverage = max(COVERAGE, key=lambda c: probabilities.coverage[c] * decisions.coverage_weights[c])
    if coverage == Coverage.UNRELATED:
        actors: tuple[str, ...] = ()
    else:
        actors = tuple(a for a in ACTORS if probabilities.actors[a] >= decisions.actor_thresholds[a])
    if coverage == Coverage.TRAFFICKING_CORRUPTION:
        level = max(NAMED_LEVELS, key=lambda name: probabilities.level[name])
    else:
        level = CorruptionLevel.NONE
    return Labels(str(coverage), actors, str(level))


def _head(arrays: Mapping[str, npt.NDArray[np.generic]], name: str) -> Head:
    weight = np.asarray(arrays[f"{name}_weight"], dtype=np.float32)
    bias = np.asarray(arrays[f"{name}_bias"], dtype=np.float32)
    if weight.ndim != 2 or bias.shape != weight.shape[:1]:
        raise ValueError(f"{name} has shapes {weight.shape} and {bias.shape}")
    return Head(weight, bias)


def _softmax(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    exponents = np.exp(scores - scores.max())
    shares: npt.NDArray[np.float64] = exponents / exponents.sum()
    return shares


def _rounded(values: Mapping[str, float]) -> dict[str, float]:
    return {str(label): round(float(value), DIGITS) for label, value in values.items()}
