"""The store: all that is kept between two commands, in SQLite or PostgreSQL.

Every method that writes does so in one transaction: a crash at any moment loses nothing that was
committed and leaves nothing half written. Every list comes in an order that does not depend on the
database. docs/store.md describes the tables.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any, Final, Self

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from ..errors import StoreError
from . import rows, tables
from .admission import article_ids, plan
from .article import (
    Annotation,
    Article,
    Judged,
    Label,
    LabelledArticle,
    Outcome,
    Outlet,
    Refusal,
    RunRecord,
    RunStatus,
    SeenCount,
)
from .clean import clean_text, without_passwords
from .database import DEFAULT_TIMEOUT, Database, open_database
from .failures import shown_url
from .polling import FeedState, FetchRecord
from .statements import (
    CHUNK,
    chunks,
    days_of,
    insert_all,
    labelled_query,
    read_full_texts,
    read_models,
    read_outlets,
    read_standings,
    unlabelled,
    upsert,
    write_fetch,
    write_outlets,
    write_plan,
)

_FETCH: Final = 1000
"""Rows read from the database at a time by long queries."""


class Store:
    """An open store; a context manager.

    Its methods may be called while one of its iterators is being read: `articles` reads batch by batch, and
    `labelled` sees the store as it was when its first row was read.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, url: str, *, create: bool = True, timeout: float = DEFAULT_TIMEOUT) -> Self:
        """Open the store at a SQLAlchemy URL and bring its schema up to date.

        Args:
            url: `sqlite:///FILE`, or `postgresql://USER:PASSWORD@HOST/NAME` (also `postgres://`).
            create: make the file and the tables where there are none.
            timeout: seconds to wait for another process that writes, or for a server.

        Raises:
            StoreError: there is no store and `create` is False; it is locked, read-only, damaged, not ours or
                of a newer version; the disk is full; the server cannot be reached. The message has the mend.
        """
        return cls(open_database(url, create=create, timeout=timeout))

    def close(self) -> None:
        """Close the store. It cannot be used after that."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def engine(self) -> Engine:
        """SQLAlchemy's engine, for queries that the store has no method for."""
        return self._database.engine

    @property
    def location(self) -> str:
        """Where the store is, for messages: the file, or the server's URL without its password."""
        return shown_url(self._database.url)

    # Outlets

    def add_outlets(self, outlets: Iterable[Outlet]) -> None:
        """Add outlets, or bring them up to date: a guess never replaces what is there."""
        latest: dict[str, Outlet] = {}
        for outlet in outlets:
            before = latest.get(outlet.id)
            if before is None or before.guessed or not outlet.guessed:
                latest[outlet.id] = outlet
        with self._database.writing() as connection:
            write_outlets(connection, latest)

    def outlets(self) -> dict[str, Outlet]:
        """Every outlet by id, in the order of the ids."""
        with self._database.reading() as connection:
            return read_outlets(connection)

    # Articles

    def add(self, judged: Iterable[Judged], *, run: str) -> list[Outcome]:
        """Add a batch of judged candidates in one transaction and say what became of each, in their order.

        STORED: new, or dropped before and let in now. UPGRADED: a stored summary gave way to the full text
        and its labels were removed. KNOWN: seen before, nothing changed. DROPPED: by the gate, counted.
        REFUSED: its reason stands in the ledger of the run.

        Args:
            judged: the candidates; read to the end before the store is locked.
            run: the run that brings them, from `start_run`.

        Raises:
            StoreError: nothing of the batch was kept.
        """
        batch = list(judged)
        ids = article_ids(batch)
        with self._database.writing() as connection:
            self._require_run(connection, run)
            decided = plan(batch, read_standings(connection, ids))
            write_plan(connection, decided, run)
        return decided.outcomes

    def known(self, ids: Collection[str]) -> dict[str, bool]:
        """The ids among these that were seen before, sorted; True where only a summary is stored."""
        with self._database.reading() as connection:
            return {
                name: standing.summary
                for name, standing in read_standings(connection, sorted(map(clean_text, set(ids)))).items()
            }

    def articles(
        self,
        *,
        without_label_of: str | None = None,
        ids: Collection[str] | None = None,
        batch: int = 500,
    ) -> Iterator[Article]:
        """Stored articles with their texts, in the order of their ids.

        Args:
            without_label_of: only those that this model has not labelled.
            ids: only these.
            batch: articles read at a time; between two batches the store may be written.

        Raises:
            StoreError: the database failed.
        """
        query = sa.select(tables.articles, tables.texts.c.text).join(tables.texts)
        if without_label_of is not None:
            query = query.where(unlabelled(without_label_of))
        query = query.order_by(tables.articles.c.id)
        if ids is None:
            yield from self._articles_in_steps(query, batch)
            return
        for chunk in chunks(sorted(map(clean_text, set(ids))), min(batch, CHUNK)):
            with self._database.reading() as connection:
                found = connection.execute(query.where(tables.articles.c.id.in_(chunk))).all()
            yield from map(rows.article_record, found)

    def _articles_in_steps(self, query: sa.Select[Any], batch: int) -> Iterator[Article]:
        last = ""
        while True:
            with self._database.reading() as connection:
                found = connection.execute(query.where(tables.articles.c.id > last).limit(batch)).all()
            yield from map(rows.article_record, found)
            if len(found) < batch:
                return
            last = found[-1].id

    def unlabelled_count(self, model: str) -> int:
        """How many stored articles this model has not labelled."""
        query = sa.select(sa.func.count()).select_from(tables.articles).where(unlabelled(model))
        with self._database.reading() as connection:
            return connection.scalars(query).one()

    def years(self) -> dict[int | None, int]:
        """Articles stored by year of publication, earliest first; None (no date) last."""
        year = sa.extract("year", tables.articles.c.published)
        with self._database.reading() as connection:
            found = connection.execute(sa.select(year, sa.func.count()).group_by(year)).all()
        counts = {None if key is None else int(key): int(count) for key, count in found}
        return dict(sorted(counts.items(), key=lambda item: (item[0] is None, item[0] or 0)))

    def seen_counts(self, *, year: int | None = None) -> list[SeenCount]:
        """The denominators by outlet, day (no day last) and language; with `year` only days of that year."""
        counts = tables.seen_counts.c
        query = sa.select(counts.outlet, counts.day, counts.lang, counts.seen, counts.passed)
        if year is not None:
            query = query.where(counts.day.between(*days_of(year)))
        query = query.order_by(counts.outlet, counts.day.nulls_last(), counts.lang)
        with self._database.reading() as connection:
            return [SeenCount(*row) for row in connection.execute(query)]

    # Labels and annotations

    def add_labels(
        self, labels: Iterable[Label], *, created_at: dt.datetime, of_summaries: Collection[str] = ()
    ) -> None:
        """Add labels, or replace those that the same model gave the same articles, in one transaction.

        Args:
            labels: what a model says.
            created_at: when it said so.
            of_summaries: ids of the articles of which the model read a summary. If the full text has come in
                the meantime, the label tells of a text that is gone: it is left out.

        Raises:
            StoreError: an article is not stored, or the database failed; no label of these was kept.
        """
        latest = {(label.article_id, label.model): rows.label_row(label, created_at) for label in labels}
        with self._database.writing() as connection:
            gone = read_full_texts(connection, sorted(map(clean_text, set(of_summaries))))
            kept = [latest[key] for key in sorted(latest) if clean_text(key[0]) not in gone]
            upsert(connection, tables.labels, kept)

    def labelled(self, *, year: int | None = None, model: str | None = None) -> Iterator[LabelledArticle]:
        """Articles with one model's label, without their texts, by day of publication (none first) and id.

        Args:
            year: only those published in this year.
            model: the model's name; by default the one that labelled last.

        Raises:
            StoreError: the database failed.
        """
        with self._database.reading() as connection:
            chosen = model if model is not None else next(iter(read_models(connection)), None)
            if chosen is None:
                return
            outlets = read_outlets(connection)
            found = connection.execution_options(yield_per=_FETCH).execute(labelled_query(chosen, year))
            for row in found:
                if row.model is not None:
                    yield rows.labelled_record(row, outlets[row.outlet])

    def models(self) -> list[str]:
        """The models with labels in the store, the one that labelled last first."""
        with self._database.reading() as connection:
            return read_models(connection)

    def add_annotations(self, annotations: Iterable[Annotation], *, created_at: dt.datetime) -> None:
        """Add what people say of articles; a later word of the same person on the same article replaces it.

        Args:
            annotations: in the order in which they were made.
            created_at: the time of those that have none of their own.

        Raises:
            StoreError: an article is not stored, or the database failed; none of these was kept.
        """
        latest = {
            (one.article_id, one.annotator): rows.annotation_row(one, created_at) for one in annotations
        }
        with self._database.writing() as connection:
            upsert(connection, tables.annotations, [latest[key] for key in sorted(latest)])

    def annotations(self) -> list[Annotation]:
        """Every annotation, by article and annotator."""
        table = tables.annotations
        with self._database.reading() as connection:
            found = connection.execute(sa.select(table).order_by(table.c.article, table.c.annotator))
            return [rows.annotation_record(row) for row in found]

    # Feeds

    def feed_states(self) -> dict[str, FeedState]:
        """What is remembered of every feed, by the feed's URL, in the order of the URLs."""
        with self._database.reading() as connection:
            found = connection.execute(sa.select(tables.feeds).order_by(tables.feeds.c.url))
            return {row.url: rows.feed_record(row) for row in found}

    def save_feed_state(self, state: FeedState, fetch: FetchRecord | None) -> None:
        """Remember a feed's state, and the fetch that led to it; only a feed's last 30 fetches are kept."""
        with self._database.writing() as connection:
            upsert(connection, tables.feeds, [rows.feed_row(state)])
            if fetch is not None:
                write_fetch(connection, fetch)

    def fetches(self, feed: str) -> list[FetchRecord]:
        """The fetches of a feed that are kept, the oldest first."""
        table = tables.fetches
        columns = [column for column in table.c if column.name != "id"]
        with self._database.reading() as connection:
            found = connection.execute(sa.select(*columns).where(table.c.feed == feed).order_by(table.c.id))
            return [rows.fetch_record(row) for row in found]

    # Runs

    def start_run(self, command: str, started_at: dt.datetime, config: Mapping[str, Any]) -> str:
        """Enter a run of a command into the ledger and give it an id, which sorts by time.

        Passwords in URLs are left out of the kept configuration.
        """
        name = f"{started_at.astimezone(dt.UTC):%Y%m%dT%H%M%S.%fZ}-{command}"
        with self._database.writing() as connection:
            free, number = name, 1
            while connection.execute(sa.select(tables.runs.c.id).where(tables.runs.c.id == free)).first():
                number += 1
                free = f"{name}-{number}"
            row = {
                "id": free,
                "command": command,
                "started_at": started_at,
                "status": str(RunStatus.RUNNING),
                "config": without_passwords(config),
            }
            connection.execute(sa.insert(tables.runs), row)
        return free

    def finish_run(
        self,
        run: str,
        finished_at: dt.datetime,
        summary: Mapping[str, Any],
        *,
        status: RunStatus = RunStatus.DONE,
    ) -> None:
        """Enter how a run ended and what it came to.

        Raises:
            StoreError: there is no such run, or the database failed.
        """
        values = {"finished_at": finished_at, "status": str(status), "summary": without_passwords(summary)}
        with self._database.writing() as connection:
            self._require_run(connection, run)
            connection.execute(sa.update(tables.runs).where(tables.runs.c.id == run).values(values))

    def runs(self) -> list[RunRecord]:
        """Every run, the oldest first."""
        with self._database.reading() as connection:
            found = connection.execute(
                sa.select(tables.runs).order_by(tables.runs.c.started_at, tables.runs.c.id)
            )
            return [rows.run_record(row) for row in found]

    def record_refusals(self, run: str, refusals: Iterable[Refusal]) -> None:
        """Enter items that never became candidates (a broken line, a dead feed) into the ledger of a run.

        Raises:
            StoreError: there is no such run, or the database failed.
        """
        found = [rows.refusal_row(refusal, run) for refusal in refusals]
        with self._database.writing() as connection:
            self._require_run(connection, run)
            insert_all(connection, tables.refusals, found)

    def refusals(self, run: str) -> list[Refusal]:
        """What a run refused, and why, in the order in which it came."""
        table = tables.refusals
        with self._database.reading() as connection:
            found = connection.execute(sa.select(table).where(table.c.run == run).order_by(table.c.id))
            return [rows.refusal_record(row) for row in found]

    def _require_run(self, connection: Connection, run: str) -> None:
        if connection.execute(sa.select(tables.runs.c.id).where(tables.runs.c.id == run)).first() is None:
            raise StoreError(
                f"there is no run {run!r} in the store",
                path=self.location,
                mend="Take the run's id from `Store.start_run`",
            )
