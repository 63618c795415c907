"""Texts to numbers with the served encoder: ONNX Runtime and the tokenizer, no torch.

Each window runs by itself, unpadded, on one thread; several windows run at a time. That is as fast as
batches on two cores (no padding is computed), and what a text gets cannot depend on its neighbours.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import onnxruntime as ort
from tokenizers import Tokenizer

from ..errors import ModelError
from .bundle import ENCODER, TOKENIZER
from .windows import WindowPlan

FloatArray = npt.NDArray[np.float32]


class Readable(Protocol):
    """What is classified: anything with a title and a text."""

    @property
    def title(self) -> str:
        """The headline; may be empty."""
        ...

    @property
    def text(self) -> str:
        """The body."""
        ...


class Encoder:
    """The served encoder of one bundle."""

    def __init__(
        self, session: ort.InferenceSession, tokenizer: Tokenizer, plan: WindowPlan, threads: int
    ) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._plan = plan
        self._threads = threads or available_cores()

    @classmethod
    def load(cls, folder: Path, plan: WindowPlan, *, threads: int = 0) -> Encoder:
        """Load the encoder's two files from a bundle folder.

        Args:
            folder: the bundle.
            plan: how texts are cut into windows.
            threads: windows that run at a time; 0 takes every core that this process may use.

        Raises:
            ModelError: a file is missing or cannot be used.
        """
        tokenizer = load_tokenizer(folder / TOKENIZER)
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            session = ort.InferenceSession(str(folder / ENCODER), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime raises its own classes, straight from Exception
            raise ModelError(
                f"the encoder cannot be loaded: {str(error).splitlines()[0]}",
                mend="Make the bundle again with `pressreview train`",
                path=folder / ENCODER,
            ) from error
        return cls(session, tokenizer, plan, threads)

    def states(self, documents: Sequence[Readable]) -> Iterator[FloatArray]:
        """The pooled states of each document's windows, float32 [windows, width], in order.

        All windows are cut before the first result: give a few dozen documents at a time.
        """
        cut = [self._plan.cut(_clean(d.title), _clean(d.text), self._tokenizer) for d in documents]
        with ThreadPoolExecutor(self._threads) as pool:
            states = pool.map(self._run, [window for windows in cut for window in windows])
            for windows in cut:
                yield np.stack([next(states) for _ in windows])

    def _run(self, window: Sequence[int]) -> FloatArray:
        ids = np.asarray([window], dtype=np.int64)
        pooled: FloatArray = self._session.run(["pooled"], {"input_ids": ids})[0][0]
        return pooled


def available_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _clean(text: str) -> str:
    """The text without halves of surrogate pairs, which JSON allows and UTF-8 does not."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def load_tokenizer(path: Path) -> Tokenizer:
    """Read a bundle's tokenizer.

    Raises:
        ModelError: it is missing or cannot be used.
    """
    try:
        content = gzip.decompress(path.read_bytes()).decode()
        return Tokenizer.from_str(content)
    except Exception as error:  # tokenizers raises bare Exception
        raise ModelError(
            f"the tokenizer cannot be loaded: {str(error).splitlines()[0]}",
            mend="Make the bundle again with `pressreview train`",
            path=path,
        ) from error
