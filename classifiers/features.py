"""A document's vector, which the heads take. The same code serves and trains: the two cannot drift apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np
import numpy.typing as npt

from .lexical import LexicalReader, names_of

if TYPE_CHECKING:
    from .encoder import Encoder, Readable

FloatArray = npt.NDArray[np.float32]
DocumentT = TypeVar("DocumentT", bound="Readable")
CHUNK: Final = 64
"""Documents that are read ahead: bounds the memory, whatever the input's length."""


@dataclass(frozen=True)
class FeaturePlan:
    """What a document's vector is made of. It stands in the bundle's manifest."""

    graph_layers: tuple[int, ...] = (6, 8, 9, 10, 11, 12)
    """Layers whose pooled states the encoder's graph gives, in its order."""
    layers: tuple[int, ...] = (8, 10, 12)
    """Those of them that are used: each averaged over the tokens of a window, then pooled over windows."""
    hidden: int = 384
    """Numbers of one layer's state."""
    window_maximum: bool = True
    """Beside the mean over windows also the maximum, so that one paragraph can decide."""
    lexicon: bool = True
    """Whether the lexicon's numbers (lexical.py) are appended."""
    groups: tuple[str, ...] = ()
    """The lexicon's groups that are counted."""

    @property
    def width(self) -> int:
        """Length of the vector."""
        return len(self.layers) * self.hidden * (1 + self.window_maximum) + self.lexical_width

    @property
    def lexical_width(self) -> int:
        """How many of the vector's numbers, the last ones, are the lexicon's."""
        return len(names_of(self.groups)) if self.lexicon else 0

    def columns(self, layers: tuple[int, ...]) -> npt.NDArray[np.bool_]:
        """Which of the encoder's numbers in the vector come from these layers."""
        once = np.repeat([layer in layers for layer in self.layers], self.hidden)
        return np.tile(once, 1 + self.window_maximum)

    def pool(self, windows: FloatArray) -> FloatArray:
        """Pool a document's windows, float32 [windows, graph layers x hidden], to one vector."""
        starts = [self.graph_layers.index(layer) * self.hidden for layer in self.layers]
        means = np.concatenate([windows[:, start : start + self.hidden] for start in starts], axis=1)
        parts = [means.mean(axis=0)]
        if self.window_maximum:
            parts.append(means.max(axis=0))
        return np.concatenate(parts).astype(np.float32)


class Featurizer:
    """Makes the vectors of documents, a few dozen at a time."""

    def __init__(self, encoder: Encoder, plan: FeaturePlan, reader: LexicalReader | None) -> None:
        self._encoder = encoder
        self.plan = plan
        self._reader = reader

    @property
    def width(self) -> int:
        """Length of the vectors."""
        return self.plan.width

    def each(self, documents: Iterable[DocumentT]) -> Iterator[tuple[DocumentT, FloatArray]]:
        """Each document with its vector (float32 [width]), in order."""
        for document, pooled in self.encoded(documents):
            yield document, self.complete(document, pooled)

    def encoded(self, documents: Iterable[DocumentT]) -> Iterator[tuple[DocumentT, FloatArray]]:
        """Each document with the encoder's part of its vector, in order."""
        source = iter(documents)
        while batch := list(islice(source, CHUNK)):
            for document, windows in zip(batch, self._encoder.states(batch), strict=True):
                yield document, self.plan.pool(windows)

    def complete(self, document: Readable, encoded: FloatArray) -> FloatArray:
        """The whole vector: the encoder's part, and the lexicon's where the plan has it."""
        if not self.plan.lexicon or self._reader is None:
            return encoded
        return np.concatenate([encoded, self._reader.read(document.title, document.text, self.plan.groups)])
