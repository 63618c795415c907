"""The tables of the store. docs/store.md is its data dictionary and is tested against this file.

The schema itself is made by the steps in `migrations/`; a test compares the two on both databases.
"""

# No `from __future__ import annotations` here: one of the tables has that name.
import datetime as dt
from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

from .clean import clean_text

VERSION_TABLE: Final = "pressreview_version"
"""Where Alembic keeps the schema's version. Not its default name: a PostgreSQL database may be shared."""


class CleanText(TypeDecorator[str]):
    """Text that both databases can hold and order alike.

    NUL characters and lone surrogates are replaced on the way in (see `clean.py`). On PostgreSQL the column
    is ordered by bytes (collation "C"), as SQLite orders it, so that nothing depends on a server's locale.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The column type on this database."""
        # Not through `dialect.type_descriptor`, which makes it a VARCHAR on PostgreSQL.
        return Text(collation="C") if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Clean a text on its way into the database."""
        return None if value is None else clean_text(value)


class UtcDateTime(TypeDecorator[dt.datetime]):
    """A moment, kept in UTC. SQLite has no time zones: it is given the naive time in UTC."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The column type on this database."""
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Turn a moment into UTC; a naive one is taken to be UTC already."""
        if value is None:
            return None
        moment = value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)
        return moment if dialect.name == "postgresql" else moment.replace(tzinfo=None)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Give the moment back, aware and in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


# SQLite numbers rows by itself only in a column of the very type INTEGER.
_RowNumber = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

outlets = Table(
    "outlets",
    metadata,
    Column("id", CleanText, primary_key=True),
    Column("name", CleanText, nullable=False),
    Column("homepage", CleanText, nullable=False),
    Column("country", CleanText, nullable=False),
    Column("languages", JSON, nullable=False),
    Column("kind", CleanText, nullable=False),
    Column("reach", CleanText, nullable=False),
    Column("domains", JSON, nullable=False),
    Column("aliases", JSON, nullable=False),
    Column("aggregator", Boolean, nullable=False),
    Column("training_allowed", Boolean, nullable=False),
    Column("guessed", Boolean, nullable=False),
)

feeds = Table(
    "feeds",
    metadata,
    Column("url", CleanText, primary_key=True),
    # No foreign key: a feed's history outlives its outlet's entry in feeds.yaml.
    Column("outlet", CleanText, nullable=False, index=True),
    Column("state", JSON, nullable=False),
)

fetches = Table(
    "fetches",
    metadata,
    Column("id", _RowNumber, primary_key=True, autoincrement=True),
    Column("feed", CleanText, ForeignKey("feeds.url", ondelete="CASCADE"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("http_status", Integer),
    Column("outcome", CleanText, nullable=False),
    Column("items", Integer, nullable=False),
    Column("new_items", Integer, nullable=False),
    Column("seconds", Double, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("note", CleanText, nullable=False),
    Index(None, "feed", "id"),
)

runs = Table(
    "runs",
    metadata,
    Column("id", CleanText, primary_key=True),
    Column("command", CleanText, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Column("status", CleanText, nullable=False),
    Column("config", JSON, nullable=False),
    Column("summary", JSON),
    CheckConstraint("status IN ('running', 'done', 'failed', 'interrupted')", name="status"),
)

refusals = Table(
    "refusals",
    metadata,
    Column("id", _RowNumber, primary_key=True, autoincrement=True),
    Column("run", CleanText, ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("reason", CleanText, nullable=False),
    Column("collector", CleanText, nullable=False),
    Column("location", CleanText, nullable=False),
    Column("line", BigInteger),
    Column("fetched_at", UtcDateTime),
    Index(None, "run", "id"),
)

articles = Table(
    "articles",
    metadata,
    Column("id", CleanText, primary_key=True),
    Column("outlet", CleanText, ForeignKey("outlets.id"), nullable=False, index=True),
    Column("published", Date),
    Column("lang", CleanText, nullable=False),
    Column("url", CleanText, nullable=False),
    Column("title", CleanText, nullable=False),
    Column("authors", JSON, nullable=False),
    Column("countries", JSON, nullable=False),
    Column("dates", JSON, nullable=False),
    Column("terms", JSON, nullable=False),
    Column("lang_votes", JSON, nullable=False),
    Column("summary", Boolean, nullable=False),
    Column("note", CleanText, nullable=False),
    Column("external_id", CleanText, nullable=False),
    Column("collector", CleanText, nullable=False),
    Column("location", CleanText, nullable=False),
    Column("line", BigInteger),
    Column("fetched_at", UtcDateTime),
    Column("run", CleanText, ForeignKey("runs.id"), nullable=False, index=True),
    Index(None, "published", "id"),
)

# Apart from `articles`, because SQLite keeps a row in one piece: a report that reads 100,000 rows would
# otherwise walk through all the texts as well.
texts = Table(
    "texts",
    metadata,
    Column("article", CleanText, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("text", CleanText, nullable=False),
)

seen = Table(
    "seen",
    metadata,
    Column("article", CleanText, primary_key=True),
    # '' where the outlet is not known; no foreign key, so that a dropped article needs no outlet.
    Column("outlet", CleanText, nullable=False),
    Column("day", Date),
    Column("lang", CleanText, nullable=False),
    Column("passed", Boolean, nullable=False),
    Index(None, "day", "outlet", "lang"),
)

labels = Table(
    "labels",
    metadata,
    Column("article", CleanText, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("model", CleanText, primary_key=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("coverage", CleanText, nullable=False),
    Column("coverage_probs", JSON, nullable=False),
    Column("actors", JSON, nullable=False),
    Column("actor_probs", JSON, nullable=False),
    Column("corruption_level", CleanText, nullable=False),
    Column("corruption_level_probs", JSON, nullable=False),
    Column("lang", CleanText, nullable=False),
    Index(None, "model", "created_at"),
)

annotations = Table(
    "annotations",
    metadata,
    Column("article", CleanText, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("annotator", CleanText, primary_key=True),
    Column("coverage", CleanText),
    Column("actors", JSON(none_as_null=True)),
    Column("corruption_level", CleanText),
    Column("confidence", Integer, nullable=False),
    Column("note", CleanText, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

# A view, made by the migrations; kept out of `metadata`, so that nothing takes it for a table.
seen_counts = Table(
    "seen_counts",
    MetaData(),
    Column("outlet", CleanText),
    Column("day", Date),
    Column("lang", CleanText),
    Column("seen", Integer),
    Column("passed", Integer),
)
