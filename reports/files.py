"""Writing files whole or not at all, and the record of what a report consists of."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from ..errors import ReportError


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """The files of a report, and what a user should be told of them."""

    html: Path
    pdf: Path
    tables: tuple[Path, ...]
    markdown: Path | None = None
    warnings: tuple[str, ...] = ()
    """What fell short: a script without a font, a PDF that is not PDF/UA ..."""

    @property
    def paths(self) -> tuple[Path, ...]:
        """Every file."""
        return (self.html, self.pdf, *([self.markdown] if self.markdown else []), *self.tables)


def make_folder(folder: Path) -> Path:
    """Make the folder of a report.

    Raises:
        ReportError: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReportError(
            f"the folder for the report cannot be made: {error.strerror}",
            mend="Give a folder that you may write to (--output, PRESSREVIEW_OUTPUT_DIR)",
            path=folder,
        ) from error
    return folder


def write_whole(path: Path, content: bytes) -> Path:
    """Write a file beside its place and then move it there, so that a crash leaves the old one or the new.

    Raises:
        ReportError: the disk is full, or the file may not be written.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise ReportError(
            f"the file cannot be written: {error.strerror}",
            mend="Free some space, close the file where it is open, or give another folder",
            path=path,
        ) from error
    return path
