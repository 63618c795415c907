"""The database under the store: SQLite or PostgreSQL, opened, migrated, and its errors put into words."""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from pydantic_core import from_json
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from ..errors import StoreError
from .clean import dump_json
from .failures import LockedError, as_store_error, shown_url
from .migrations import KNOWN_VERSIONS, SCHEMA_VERSION, upgrade
from .tables import VERSION_TABLE, metadata

DEFAULT_TIMEOUT: Final = 30.0
"""Seconds to wait for another process that is writing, or for a server to answer."""
_WRITER_LOCK: Final = 0x7072657372657677
"""Key of the advisory lock that lets one pressreview process at a time write to a PostgreSQL database."""
_POSTGRES_NAMES: Final = frozenset({"postgres", "postgresql", "postgresql+psycopg"})


@dataclass(frozen=True)
class Database:
    """An open database with the current schema."""

    engine: Engine
    url: URL
    timeout: float

    @property
    def path(self) -> Path | None:
        """The SQLite file; None where the database is a server's."""
        return _sqlite_path(self.url)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection in a transaction that only reads.

        Raises:
            StoreError: the database failed.
        """
        with self._connected() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection in a transaction that may write: all of it is kept, or nothing.

        One process writes at a time, on both databases: SQLite knows no other way, and on PostgreSQL it
        makes deadlocks between two runs impossible.

        Raises:
            StoreError: the database failed, or another process wrote for longer than the timeout.
        """
        with self._connected() as connection:
            connection.execution_options(pressreview_writes=True)
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_WRITER_LOCK)))
                yield connection

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        handled = sys.exception()
        try:
            with self.engine.connect() as connection, _unless_interrupted(connection, handled):
                yield connection
        except (SQLAlchemyError, sqlite3.Error) as error:
            if _interrupted(error, handled):
                raise KeyboardInterrupt from error
            raise as_store_error(error, self.url, self.timeout) from error


@contextmanager
def _unless_interrupted(connection: Connection, handled: BaseException | None) -> Iterator[None]:
    """Throw a connection away that was at work when Ctrl-C came; the server then rolls back.

    psycopg sends many rows through a pipeline. Ctrl-C within it leaves a connection that can neither go on
    nor be rolled back, and an OperationalError in the place of the KeyboardInterrupt.
    """
    try:
        yield
    except BaseException as error:
        if _interrupted(error, handled):
            connection.invalidate()
        raise


def _interrupted(error: BaseException | None, handled: BaseException | None) -> bool:
    """Whether the error is Ctrl-C, or was raised while Ctrl-C was dealt with.

    Args:
        error: as caught.
        handled: what the caller was dealing with before; a Ctrl-C from then is the caller's affair.
    """
    while error is not None and error is not handled:
        if isinstance(error, KeyboardInterrupt):
            return True
        error = error.__cause__ or error.__context__
    return False


def open_database(address: str, *, create: bool, timeout: float) -> Database:
    """Open the database at a URL and bring its schema up to date.

    Args:
        address: `sqlite:///FILE`, or `postgresql://USER:PASSWORD@HOST/NAME` (also `postgres://`).
        create: make the database file and the tables where there are none.
        timeout: seconds to wait for a lock or a server.

    Raises:
        StoreError: the URL cannot be used, or the database cannot be opened, read or migrated.
    """
    url = _read_url(address)
    path = _sqlite_path(url)
    if path is not None:
        _prepare_file(path, create=create)
    engine = _postgres_engine(url, timeout) if path is None else _sqlite_engine(url, timeout)
    database = Database(engine, url, timeout)
    try:
        _bring_up_to_date(database, create=create)
    except BaseException:
        database.close()
        raise
    return database


def _read_url(address: str) -> URL:
    try:
        url = make_url(address)
    except (ArgumentError, ValueError, NoSuchModuleError) as error:
        raise StoreError(
            "the store's URL cannot be read",
            mend="Set PRESSREVIEW_DATABASE_URL to sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME",
        ) from error
    if url.drivername in _POSTGRES_NAMES:
        return url.set(drivername="postgresql+psycopg")
    if url.drivername not in ("sqlite", "sqlite+pysqlite"):
        raise StoreError(
            f"the store cannot be a {url.drivername} database",
            mend="Set PRESSREVIEW_DATABASE_URL to sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME",
        )
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise StoreError(
            "the store's URL names no file",
            mend="Give the SQLite file after three slashes, as in sqlite:///data/pressreview.sqlite",
        )
    return url


def _sqlite_path(url: URL) -> Path | None:
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def _prepare_file(path: Path, *, create: bool) -> None:
    try:
        if path.is_dir():
            raise StoreError(
                "is a folder, not a store", path=path, mend="Name a file in PRESSREVIEW_DATABASE_URL"
            )
        if path.exists():
            return
        if not create:
            raise StoreError(
                "there is no store yet",
                path=path,
                mend="Run `pressreview collect` or `pressreview import` first",
            )
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"the store's folder cannot be used ({error.strerror or error})",
            path=path,
            mend="Choose a folder that you may write to with PRESSREVIEW_DATA_DIR",
        ) from error


def _sqlite_engine(url: URL, timeout: float) -> Engine:
    # With isolation_level None the sqlite3 module begins no transactions by itself; `_begin` below does.
    engine = sa.create_engine(
        url,
        connect_args={"timeout": timeout, "isolation_level": None},
        json_serializer=dump_json,
        json_deserializer=from_json,
        hide_parameters=True,
    )

    @sa.event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA foreign_keys = ON")
        # In WAL mode the default (NORMAL) may lose the last commits when the power fails.
        connection.execute("PRAGMA synchronous = FULL")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("pressreview_writes", False)
        # IMMEDIATE takes the write lock at once; a later upgrade from reading would fail without waiting.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgres_engine(url: URL, timeout: float) -> Engine:
    milliseconds = max(1, round(timeout * 1000))
    engine = sa.create_engine(
        url,
        # libpq counts in whole seconds, and takes fewer than 2 as 2.
        connect_args={"connect_timeout": max(2, round(timeout))},
        json_serializer=dump_json,
        json_deserializer=from_json,
        hide_parameters=True,
        pool_pre_ping=True,
    )

    @sa.event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = {milliseconds}")
            cursor.execute("SET client_encoding = 'UTF8'")
        connection.commit()

    return engine


def _bring_up_to_date(database: Database, *, create: bool) -> None:
    with database.reading() as connection:
        version = _schema_version(connection, database)
    if version == SCHEMA_VERSION:
        if database.path is not None:
            # A copy made by .dump has lost the mode; a file that may only be read is read without it.
            with suppress(StoreError):
                _use_write_ahead_log(database)
        return
    if version is None and not create:
        raise StoreError(
            "the database holds no store yet",
            path=shown_url(database.url),
            mend="Run `pressreview collect` or `pressreview import` first",
        )
    if database.path is not None:
        _use_write_ahead_log(database)
    with database.writing() as connection:
        # Another process may have done it while this one waited for the lock.
        if _schema_version(connection, database) != SCHEMA_VERSION:
            upgrade(connection)


def _schema_version(connection: Connection, database: Database) -> str | None:
    """The schema's version; None where the database has no table of ours yet."""
    tables = set(sa.inspect(connection).get_table_names())
    if VERSION_TABLE not in tables:
        strangers = tables if database.path is not None else tables & set(metadata.tables)
        if strangers:
            raise StoreError(
                f"the database belongs to another program (it has a table {min(strangers)!r})",
                path=shown_url(database.url),
                mend="Name a new file or an empty database in PRESSREVIEW_DATABASE_URL",
            )
        _check_encoding(connection, database)
        return None
    version = connection.execute(sa.text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608 - a constant
    if version is not None and version not in KNOWN_VERSIONS:
        raise StoreError(
            f"the store has schema version {version}, which this version of pressreview does not know",
            path=shown_url(database.url),
            mend="Install the newest pressreview, or name another store in PRESSREVIEW_DATABASE_URL",
        )
    return None if version is None else str(version)


def _check_encoding(connection: Connection, database: Database) -> None:
    if connection.dialect.name != "postgresql":
        return
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
    if encoding != "UTF8":
        raise StoreError(
            f"the database keeps its texts as {encoding}, which cannot hold every language",
            path=shown_url(database.url),
            mend="Make the database with `createdb --encoding=UTF8 --template=template0 NAME`",
        )


def _use_write_ahead_log(database: Database) -> None:
    """Set WAL mode, which the file keeps: readers and the one writer do not wait for each other.

    SQLite does not wait for another process at this step, so the waiting is done here.
    """
    end = time.monotonic() + database.timeout
    while True:
        try:
            with database.engine.connect() as connection:
                cursor = connection.connection.cursor()
                if cursor.execute("PRAGMA journal_mode").fetchone() != ("wal",):
                    cursor.execute("PRAGMA journal_mode = WAL")
                cursor.close()
            return
        except (SQLAlchemyError, sqlite3.Error) as error:
            failure = as_store_error(error, database.url, database.timeout)
            if not isinstance(failure, LockedError) or time.monotonic() >= end:
                raise failure from error
            time.sleep(0.05)
