"""The space that heads are trained in: few dimensions, each of a known scale; and the way back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..classifiers.heads import Head
from ..classifiers.lexical import NAMES

FloatArray = npt.NDArray[np.float64]
LEXICON: int = len(NAMES)
"""How many of a vector's numbers, its last ones, are the lexicon's."""


@dataclass(frozen=True)
class Projection:
    """Vectors standardised, rotated to principal components, scaled; the lexicon's numbers beside them."""

    mean: FloatArray
    scale: FloatArray
    components: FloatArray
    """[components, encoder's numbers]; nought where a head does not see the number."""
    factor: float
    lexicon_scale: float

    @classmethod
    def fit(
        cls,
        vectors: FloatArray,
        seen: npt.NDArray[np.bool_],
        *,
        dimensions: int,
        embedding_scale: float,
        lexicon_scale: float,
    ) -> Projection:
        """Learn it from training vectors.

        Args:
            vectors: [rows, width], the lexicon's numbers last.
            seen: which of the encoder's numbers the head sees.
            dimensions: components that are kept, at most.
            embedding_scale: length of an average article's vector of components.
            lexicon_scale: standard deviation of each of the lexicon's numbers.
        """
        mean, scale = vectors.mean(axis=0), vectors.std(axis=0)
        scale = np.where(scale < 1e-6, 1.0, scale)
        standard = ((vectors - mean) / scale)[:, :-LEXICON][:, seen]
        # All eigenvectors of a symmetric matrix: exact, and the same on every run.
        values, rotation = np.linalg.eigh(standard.T @ standard)
        kept = np.argsort(values)[::-1][: min(dimensions, len(vectors))]
        components = np.zeros((len(kept), vectors.shape[1] - LEXICON))
        components[:, seen] = rotation[:, kept].T
        return cls(mean, scale, components, embedding_scale / float(np.sqrt(seen.sum())), lexicon_scale)

    def apply(self, vectors: FloatArray) -> FloatArray:
        """[rows, width] to [rows, components + lexicon's numbers]."""
        standard = (vectors - self.mean) / self.scale
        encoded = standard[:, :-LEXICON] @ self.components.T * self.factor
        return np.hstack([encoded, standard[:, -LEXICON:] * self.lexicon_scale])

    def fold(self, weight: FloatArray, bias: FloatArray) -> Head:
        """A head over projected vectors as one over the vectors themselves."""
        cut = weight.shape[1] - LEXICON
        encoded = weight[:, :cut] @ self.components * self.factor
        full = np.hstack([encoded, weight[:, cut:] * self.lexicon_scale]) / self.scale
        return Head(full.astype(np.float32), (bias - full @ self.mean).astype(np.float32))
