"""The one family of errors, and the exit statuses they end in.

Every message says what is wrong, where (file and line, where there is one) and what to do next.
"""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path


class ExitStatus(IntEnum):
    """What a command's exit status means (design, section 5.6)."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    REFUSED_ITEMS = 3
    """The command did its work; some items were refused, each with a reason in the summary."""


class PressReviewError(Exception):
    """The root of every error that pressreview raises on purpose.

    Args:
        problem: what is wrong, in one sentence without a full stop.
        mend: what the user should do next, in one sentence without a full stop.
        path: the file it is about, where there is one.
        line: the line in that file, counted from 1, where there is one.
    """

    def __init__(
        self,
        problem: str,
        *,
        mend: str = "",
        path: str | Path | None = None,
        line: int | None = None,
    ) -> None:
        self.problem = problem
        self.mend = mend
        self.path = path
        self.line = line
        super().__init__(problem, mend, path, line)

    def __str__(self) -> str:
        place = f"{self.path}" if self.path is not None else ""
        if place and self.line is not None:
            place += f":{self.line}"
        text = f"{place}: {self.problem}" if place else self.problem
        return f"{text}. {self.mend}." if self.mend else f"{text}."


class ConfigError(PressReviewError):
    """A setting, feeds.yaml, the lexicon or another file of ours is wrong."""


class InputError(PressReviewError):
    """A file or line that the user gave cannot be read."""


class FetchError(PressReviewError):
    """A feed or page could not be fetched."""


class StoreError(PressReviewError):
    """The database cannot be opened, read or written."""


class ModelError(PressReviewError):
    """The model bundle is missing, broken or of another codebook."""


class TrainingError(PressReviewError):
    """A retraining run cannot start or go on."""


class ReportError(PressReviewError):
    """A report cannot be made from what the store holds."""
