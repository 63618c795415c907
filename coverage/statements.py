"""The store's SQL: the reading and writing that the methods of `Store` are made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from . import rows, tables
from .admission import Plan, Standing
from .article import Outlet
from .polling import KEPT_FETCHES, FetchRecord

CHUNK: Final = 500
"""Ids in one query. SQLite takes at most 32,766 parameters, and short queries share their plans."""


def chunks(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """Cut a list into parts of at most `size` items."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def days_of(year: int) -> tuple[dt.date, dt.date]:
    """The first and the last day of a year."""
    return dt.date(year, 1, 1), dt.date(year, 12, 31)


def read_standings(connection: Connection, ids: Sequence[str]) -> dict[str, Standing]:
    """What the store knows of each of these ids that it has seen, by id."""
    query = sa.select(tables.seen.c.article, tables.seen.c.passed, tables.articles.c.summary).outerjoin(
        tables.articles, tables.articles.c.id == tables.seen.c.article
    )
    query = query.order_by(tables.seen.c.article)
    return {
        row.article: Standing(row.passed, bool(row.summary))
        for chunk in chunks(ids, CHUNK)
        for row in connection.execute(query.where(tables.seen.c.article.in_(chunk)))
    }


def read_outlets(connection: Connection) -> dict[str, Outlet]:
    """Every outlet by id, in the order of the ids."""
    found = connection.execute(sa.select(tables.outlets).order_by(tables.outlets.c.id))
    return {row.id: rows.outlet_record(row) for row in found}


def read_models(connection: Connection) -> list[str]:
    """The models with labels, the one that labelled last first."""
    model = tables.labels.c.model
    last = sa.func.max(tables.labels.c.created_at)
    return list(connection.scalars(sa.select(model).group_by(model).order_by(last.desc(), model)))


def read_full_texts(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Those among these ids of which the full text is stored."""
    article = tables.articles.c
    return {
        name
        for chunk in chunks(ids, CHUNK)
        for name in connection.scalars(sa.select(article.id).where(article.id.in_(chunk), ~article.summary))
    }


def unlabelled(model: str) -> sa.ColumnElement[bool]:
    """The condition that an article has no label of this model."""
    label = tables.labels.c
    return ~sa.exists().where(label.article == tables.articles.c.id, label.model == model)


def labelled_query(model: str, year: int | None) -> sa.Select[Any]:
    """Articles with the label of a model, ordered by day of publication (none first) and id.

    An article that the model has not labelled comes too, with None in the column `model`: with an inner
    join SQLite would begin with all labels of the model, whatever the year, and sort in the end.
    """
    article, label = tables.articles.c, tables.labels.c
    query = (
        sa.select(
            *(article.id, article.url, article.title, article.lang, article.published, article.countries),
            *(article.authors, article.summary, article.outlet, article.collector, article.location),
            *(article.line, article.fetched_at, label.model, label.coverage, label.coverage_probs),
            *(label.actors, label.actor_probs, label.corruption_level, label.corruption_level_probs),
            label.lang.label("label_lang"),
        )
        .outerjoin(tables.labels, sa.and_(label.article == article.id, label.model == model))
        .order_by(article.published.nulls_first(), article.id)
    )
    return query if year is None else query.where(article.published.between(*days_of(year)))


def write_plan(connection: Connection, decided: Plan, run: str) -> None:
    """Write what a batch comes to. Rows go in by id, so that every run writes in the same order."""
    write_outlets(connection, decided.outlets, correct=False)
    sightings = sorted(decided.sightings.items())
    upsert(
        connection,
        tables.seen,
        [
            {"article": name, "outlet": one.outlet, "day": one.day, "lang": one.lang, "passed": one.passed}
            for name, one in sightings
        ],
    )
    articles = [article for _, article in sorted(decided.articles.items())]
    upsert(connection, tables.articles, [rows.article_row(article, run) for article in articles])
    upsert(connection, tables.texts, [{"article": article.id, "text": article.text} for article in articles])
    for chunk in chunks(sorted(decided.upgraded), CHUNK):
        connection.execute(sa.delete(tables.labels).where(tables.labels.c.article.in_(chunk)))
    insert_all(connection, tables.refusals, [rows.refusal_row(refusal, run) for refusal in decided.refusals])


def write_outlets(connection: Connection, outlets: Mapping[str, Outlet], *, correct: bool = True) -> None:
    """Insert outlets; a curated one replaces a guess and, with `correct`, an older curated one too."""
    curated = tables.outlets.c.guessed if not correct else sa.true()
    upsert(
        connection,
        tables.outlets,
        [rows.outlet_row(outlet) for _, outlet in sorted(outlets.items())],
        where=lambda new: sa.and_(~new.guessed, curated),
    )


def write_fetch(connection: Connection, fetch: FetchRecord) -> None:
    """Log a feed's fetch and forget all but the last of its fetches."""
    table = tables.fetches
    connection.execute(sa.insert(table), rows.fetch_row(fetch))
    kept = (
        sa.select(table.c.id)
        .where(table.c.feed == fetch.feed)
        .order_by(table.c.id.desc())
        .limit(KEPT_FETCHES)
    )
    connection.execute(sa.delete(table).where(table.c.feed == fetch.feed, table.c.id.not_in(kept)))


def insert_all(connection: Connection, table: sa.Table, values: list[rows.Row]) -> None:
    """Insert rows, if there are any."""
    if values:
        connection.execute(sa.insert(table), values)


def upsert(
    connection: Connection,
    table: sa.Table,
    values: list[rows.Row],
    *,
    where: Callable[[Any], sa.ColumnElement[bool]] | None = None,
) -> None:
    """INSERT ... ON CONFLICT (primary key) DO UPDATE, which both databases have.

    Args:
        connection: in a transaction that writes.
        table: its other columns are all replaced.
        values: the rows.
        where: given the new row's columns, when an old row is replaced; by default always.
    """
    if not values:
        return
    build = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = build(table)
    keys = list(table.primary_key.columns)
    changes = {column.name: statement.excluded[column.name] for column in table.c if not column.primary_key}
    condition = None if where is None else where(statement.excluded)
    connection.execute(
        statement.on_conflict_do_update(index_elements=keys, set_=changes, where=condition), values
    )
