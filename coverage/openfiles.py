"""Opening files by what they are, not by what they are called: gzipped or not, text in any encoding."""

from __future__ import annotations

import gzip
import io
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from ..errors import InputError

GZIP_MAGIC = b"\x1f\x8b"
SNIFFED_BYTES = 64 * 1024
BROKEN_GZIP = (EOFError, gzip.BadGzipFile, zlib.error)
"""What Python raises for a gzip member that is cut off or damaged; what came before it is good."""


@contextmanager
def open_bytes(path: Path) -> Iterator[BinaryIO]:
    """Open a file for reading, unpacking gzip.

    Raises:
        InputError: there is no such file, it is a folder, or it may not be read.
    """
    try:
        raw = path.open("rb")
    except FileNotFoundError as error:
        raise InputError("there is no such file", mend="Check the path", path=path) from error
    except IsADirectoryError as error:
        raise InputError("this is a folder", mend="Give a file", path=path) from error
    except OSError as error:
        raise InputError(
            f"the file cannot be read: {error.strerror}", mend="Check its permissions", path=path
        ) from error
    with raw:
        magic = raw.read(2)
        if raw.seekable():
            raw.seek(0, os.SEEK_SET)
        if magic == GZIP_MAGIC:
            with gzip.open(raw, "rb") as unpacked:
                yield cast(BinaryIO, unpacked)
        else:
            yield raw


def first_bytes(path: Path, size: int = SNIFFED_BYTES) -> bytes:
    """The beginning of a file, unpacked; of a damaged gzip member what can be had.

    Raises:
        InputError: as `open_bytes`.
    """
    pieces = io.BytesIO()
    with open_bytes(path) as file:
        try:
            while pieces.tell() < size:
                piece = file.read(min(4096, size - pieces.tell()))
                if not piece:
                    break
                pieces.write(piece)
        except BROKEN_GZIP:
            pass  # the reader that comes next meets the damage where it stands, and says so
    return pieces.getvalue()


def read_whole(path: Path, limit: int) -> bytes:
    """A whole file, unpacked.

    Raises:
        InputError: as `open_bytes`; it is longer than `limit` bytes; its gzip member is damaged.
    """
    with open_bytes(path) as file:
        try:
            body = file.read(limit + 1)
        except BROKEN_GZIP as error:
            raise InputError(
                f"the gzip member is damaged: {error}", mend="Get the file again", path=path
            ) from error
    if len(body) > limit:
        raise InputError(
            f"the file has over {limit:,} bytes", mend="Give a smaller file, or JSONL", path=path
        )
    return body
