"""What a database's error means to the user: a StoreError that names the store and the mend."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

import psycopg
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from ..errors import StoreError
from .clean import hide_passwords


class LockedError(StoreError):
    """Another process holds the store; the same call may succeed later."""


_DISK_FULL: Final = (
    "the disk is full; nothing of this step was kept",
    "Free some space and run the command again",
)
_READ_ONLY: Final = (
    "the store may only be read",
    "Make the file and its folder writable for you, or choose another folder with PRESSREVIEW_DATA_DIR",
)
_SQLITE: Final[dict[str, tuple[str, str]]] = {
    "SQLITE_FULL": _DISK_FULL,
    "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_PERM": _READ_ONLY,
    "SQLITE_CANTOPEN": (
        "the store cannot be opened",
        "Check that you may read and write the file and its folder, "
        "or choose another folder with PRESSREVIEW_DATA_DIR",
    ),
    "SQLITE_NOTADB": (
        "is not a store (not an SQLite database)",
        "Name another file in PRESSREVIEW_DATABASE_URL, or move this one away",
    ),
    "SQLITE_CORRUPT": (
        "the store is damaged",
        "Put back the latest backup, or save what can be read (docs/store.md, Backup)",
    ),
    "SQLITE_IOERR": (
        "the disk failed while the store was read or written",
        "Check the disk and its free space, then run the command again",
    ),
    "SQLITE_CONSTRAINT": (
        "the rows do not fit together (a label or annotation of an article that is not stored?)",
        "Add the articles first",
    ),
}
"""By SQLite's primary result code (https://sqlite.org/rescode.html)."""

_POSTGRES: Final[dict[str, tuple[str, str]]] = {
    "28": ("the server refuses this user or password", "Check user and password in PRESSREVIEW_DATABASE_URL"),
    "3D": (
        "the server has no such database",
        "Make it with `createdb --encoding=UTF8 NAME`, or correct the URL",
    ),
    "42501": (
        "this user lacks a right in the database",
        "Let the database's owner grant it: GRANT ALL ON SCHEMA public TO the user",
    ),
    "25006": ("the store may only be read", "Connect to the primary server, or as a user that may write"),
    "53100": _DISK_FULL,
    "53300": ("the server takes no more connections", "Close other programs, or raise max_connections"),
    "23": _SQLITE["SQLITE_CONSTRAINT"],
    "57P": ("the server is going down or starting up", "Wait until it is up and run the command again"),
}
"""By SQLSTATE or its beginning (https://www.postgresql.org/docs/current/errcodes-appendix.html)."""


_UNKNOWN: Final = (
    "the database failed",
    "Run `pressreview doctor`, and look into the server's log if there is one",
)


def shown_url(url: URL) -> str:
    """The store's name for messages: the file, or the server's URL without its password."""
    if url.get_backend_name() == "sqlite":
        return url.database or ""
    return hide_passwords(url.render_as_string(hide_password=True))


def as_store_error(error: Exception, url: URL, timeout: float) -> StoreError:
    """Say what a database's error means.

    Args:
        error: as raised by SQLAlchemy or the driver.
        url: the store's.
        timeout: seconds that were waited for a lock.
    """
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    detail = _without_password(" ".join(str(cause).split()), url)
    if isinstance(cause, sqlite3.Error):
        return _from_sqlite(cause, detail, url, timeout)
    if url.get_backend_name() == "postgresql" and isinstance(error, DBAPIError):
        return _from_postgres(cause, detail, url, timeout)
    problem, mend = _UNKNOWN
    return StoreError(f"{problem} ({detail})", path=shown_url(url), mend=mend)


def _from_sqlite(cause: sqlite3.Error, detail: str, url: URL, timeout: float) -> StoreError:
    name = "_".join(getattr(cause, "sqlite_errorname", "").split("_")[:2])
    path = Path(url.database or "")
    if name in ("SQLITE_BUSY", "SQLITE_LOCKED"):
        return LockedError(
            f"another process has been writing to the store for more than {timeout:g} seconds",
            path=path,
            mend="Wait until it is done, or end it, then run the command again",
        )
    problem, mend = _SQLITE.get(name, _UNKNOWN)
    return StoreError(f"{problem} ({detail})", path=path, mend=mend)


def _from_postgres(cause: BaseException, detail: str, url: URL, timeout: float) -> StoreError:
    path = shown_url(url)
    state = getattr(cause, "sqlstate", None)
    if state == "55P03":
        return LockedError(
            f"another process has been writing to the store for more than {timeout:g} seconds",
            path=path,
            mend="Wait until it is done, or end it, then run the command again",
        )
    if state is None:
        problem, mend = _without_state(cause, detail)
    else:
        problem, mend = next(
            (words for start, words in _POSTGRES.items() if state.startswith(start)), _UNKNOWN
        )
    return StoreError(f"{problem} ({detail})", path=path, mend=mend)


def _without_state(cause: BaseException, detail: str) -> tuple[str, str]:
    """Failures of the connection itself, for which libpq has a message and no SQLSTATE."""
    if not isinstance(cause, psycopg.OperationalError):
        return _UNKNOWN
    if "authentication failed" in detail:
        return _POSTGRES["28"]
    if "FATAL" in detail and "does not exist" in detail:
        return _POSTGRES["3D"]
    return (
        "the database server cannot be reached",
        "Start the server, or correct host and port in PRESSREVIEW_DATABASE_URL",
    )


def _without_password(text: str, url: URL) -> str:
    text = hide_passwords(text)
    return text.replace(str(url.password), "***") if url.password else text
