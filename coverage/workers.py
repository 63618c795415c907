"""Judging with several processes: the same judgements in the same order as with one."""

from __future__ import annotations

import itertools
import multiprocessing
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor

from .article import Candidate, Judged, Refusal
from .intake import Intake

CHUNK = 50
"""Candidates that travel to a process together."""
_AHEAD = 3
"""Chunks in work or waiting, a process: memory stays bounded whatever the size of the archive."""

_intake: Intake | None = None
"""The intake of a worker process."""

Item = Candidate | Refusal


def judge_all(intake: Intake, items: Iterable[Item], *, workers: int = 1) -> Iterator[Judged | Refusal]:
    """Judge candidates; refusals pass through.

    Args:
        intake: judges; with several workers each has a copy, with the clock as it stands now.
        items: what the readers give; read only as far ahead as the workers need.
        workers: processes; 1 judges in this one.
    """
    if workers <= 1:
        for item in items:
            yield _judged(intake, item)
        return
    # Spawned, not forked: a fork copies the locks of the progress display's thread.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_start, initargs=(intake,)) as pool:
        waiting: deque[Future[list[Judged | Refusal]]] = deque()
        try:
            for chunk in _chunks(items):
                waiting.append(pool.submit(_judge_chunk, chunk))
                if len(waiting) >= workers * _AHEAD:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _chunks(items: Iterable[Item]) -> Iterator[list[Item]]:
    iterator = iter(items)
    while chunk := list(itertools.islice(iterator, CHUNK)):
        yield chunk


def _judged(intake: Intake, item: Item) -> Judged | Refusal:
    return item if isinstance(item, Refusal) else intake.judge(item)


def _start(intake: Intake) -> None:
    global _intake  # noqa: PLW0603 -- one intake a process, made once
    _intake = intake
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer


def _judge_chunk(chunk: list[Item]) -> list[Judged | Refusal]:
    assert _intake is not None, "the process was not started by judge_all"
    return [_judged(_intake, item) for item in chunk]
