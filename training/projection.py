"""The space that heads are trained in: few dimensions, each of a known scale; and the way back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..classifiers.heads import Head

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Projection:
    """Vectors standardised, rotated to principal components, scaled; the lexicon's numbers beside them."""

    mean: FloatArray
    scale: FloatArray
    components: FloatArray
    """[components, encoder's numbers]; nought where a head does not see the number."""
    factor: float
    lexicon_scale: float
    lexical_width: int
    """How many of a vector's numbers, its last ones, are the lexicon's."""

    @classmethod
    def fit(
        cls,
        vectors: FloatArray,
        seen: npt.NDArray[np.bool_],
        *,
        dimensions: int,
        embedding_scale: float,
        lexicon_scale: float,
        lexical_width: int,
    ) -> Projection:
        """Learn it from training vectors.

        Args:
            vectors: [rows, width], the lexicon's numbers last.
            seen: which of the encoder's numbers the head sees.
            dimensions: components that are kept, at most.
            embedding_scale: length of an average article's vector of components.
            lexicon_scale: standard deviation of each of the lexicon's numbers.
            lexical_width: how many of the numbers, the last ones, are the lexicon's.
        """
        mean, scale = vectors.mean(axis=0), vectors.std(axis=0)
        scale = np.where(scale < 1e-6, 1.0, scale)
        encoded = vectors.shape[1] - lexical_width
        standard = ((vectors - mean) / scale)[:, :encoded][:, seen]
        # All eigenvectors of a symmetric matrix: exact, and the same on every run.
        values, rotation = np.linalg.eigh(standard.T @ standard)
        kept = np.argsort(values)[::-1][: min(dimensions, len(vectors))]
        components = np.zeros((len(kept), encoded))
        components[:, seen] = rotation[:, kept].T
        factor = embedding_scale / float(np.sqrt(seen.sum()))
        return cls(mean, scale, components, factor, lexicon_scale, lexical_width)

    def apply(self, vectors: FloatArray) -> FloatArray:
        """[rows, width] to [rows, components + lexicon's numbers]."""
        standard = (vectors - self.mean) / self.scale
        cut = standard.shape[1] - self.lexical_width
        encoded = standard[:, :cut] @ self.components.T * self.factor
        return np.hstack([encoded, standard[:, cut:] * self.lexicon_scale])

    def fold(self, weight: FloatArray, bias: FloatArray) -> Head:
        """A head over projected vectors as one over the vectors themselves."""
        cut = weight.shape[1] - self.lexical_width
        encoded = weight[:, :cut] @ self.components * self.factor
        full = np.hstack([encoded, weight[:, cut:] * self.lexicon_scale]) / self.scale
        return Head(full.astype(np.float32), (bias - full @ self.mean).astype(np.float32))
