"""The first schema. Frozen: written out in full, so that later changes of tables.py do not change it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_MOMENT = sa.DateTime(timezone=True)
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, _TEXT, nullable=null)


def _json(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON(), nullable=null)


def _flag(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _row_number(table: str) -> tuple[sa.Column[Any], sa.PrimaryKeyConstraint]:
    column: sa.Column[Any] = sa.Column("id", _NUMBER, autoincrement=True, nullable=False)
    return column, sa.PrimaryKeyConstraint("id", name=f"pk_{table}")


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def _reference(table: str, column: str, target: str, *, cascade: bool = True) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [target], name=f"fk_{table}_{column}", ondelete="CASCADE" if cascade else None
    )


def _index(table: str, *columns: str) -> None:
    op.create_index("_".join(("ix", table, *columns)), table, list(columns))


def upgrade() -> None:
    """Make every table, index and view."""
    _make_outlets_and_feeds()
    _make_runs()
    _make_articles()
    _make_judgements()
    op.execute(
        "CREATE VIEW seen_counts AS "
        "SELECT outlet, day, lang, COUNT(*) AS seen, SUM(CASE WHEN passed THEN 1 ELSE 0 END) AS passed "
        "FROM seen GROUP BY outlet, day, lang"
    )


def _make_outlets_and_feeds() -> None:
    op.create_table(
        "outlets",
        *(_text("id"), _text("name"), _text("homepage"), _text("country"), _json("languages")),
        *(_text("kind"), _text("reach"), _json("domains"), _json("aliases")),
        *(_flag("aggregator"), _flag("training_allowed"), _flag("guessed")),
        _key("outlets", "id"),
    )
    op.create_table("feeds", _text("url"), _text("outlet"), _json("state"), _key("feeds", "url"))
    _index("feeds", "outlet")
    op.create_table(
        "fetches",
        *_row_number("fetches"),
        _text("feed"),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("http_status", sa.Integer()),
        _text("outcome"),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("new_items", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        _text("note"),
        _reference("fetches", "feed", "feeds.url"),
    )
    _index("fetches", "feed", "id")


def _make_runs() -> None:
    op.create_table(
        "runs",
        *(_text("id"), _text("command")),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("finished_at", _MOMENT),
        *(_text("status"), _json("config"), _json("summary", null=True)),
        _key("runs", "id"),
        sa.CheckConstraint(
            "status IN ('running', 'done', 'failed', 'interrupted')", name=op.f("ck_runs_status")
        ),
    )
    op.create_table(
        "refusals",
        *_row_number("refusals"),
        *(_text("run"), _text("reason"), _text("collector"), _text("location")),
        sa.Column("line", sa.BigInteger()),
        sa.Column("fetched_at", _MOMENT),
        _reference("refusals", "run", "runs.id"),
    )
    _index("refusals", "run", "id")


def _make_articles() -> None:
    op.create_table(
        "articles",
        *(_text("id"), _text("outlet"), sa.Column("published", sa.Date())),
        *(_text("lang"), _text("url"), _text("title")),
        *(_json("authors"), _json("countries"), _json("dates"), _json("terms"), _json("lang_votes")),
        *(_flag("summary"), _text("note"), _text("external_id"), _text("collector"), _text("location")),
        sa.Column("line", sa.BigInteger()),
        sa.Column("fetched_at", _MOMENT),
        _text("run"),
        _key("articles", "id"),
        _reference("articles", "outlet", "outlets.id", cascade=False),
        _reference("articles", "run", "runs.id", cascade=False),
    )
    _index("articles", "outlet")
    _index("articles", "run")
    _index("articles", "published", "id")
    op.create_table(
        "texts",
        *(_text("article"), _text("text"), _key("texts", "article")),
        _reference("texts", "article", "articles.id"),
    )
    op.create_table(
        "seen",
        *(_text("article"), _text("outlet"), sa.Column("day", sa.Date()), _text("lang"), _flag("passed")),
        _key("seen", "article"),
    )
    _index("seen", "day", "outlet", "lang")


def _make_judgements() -> None:
    op.create_table(
        "labels",
        *(_text("article"), _text("model"), sa.Column("created_at", _MOMENT, nullable=False)),
        *(_text("coverage"), _json("coverage_probs"), _json("actors"), _json("actor_probs")),
        *(_text("corruption_level"), _json("corruption_level_probs"), _text("lang")),
        _key("labels", "article", "model"),
        _reference("labels", "article", "articles.id"),
    )
    _index("labels", "model", "created_at")
    op.create_table(
        "annotations",
        *(_text("article"), _text("annotator"), _text("coverage", null=True), _json("actors", null=True)),
        *(_text("corruption_level", null=True), sa.Column("confidence", sa.Integer(), nullable=False)),
        *(_text("note"), sa.Column("created_at", _MOMENT, nullable=False)),
        _key("annotations", "article", "annotator"),
        _reference("annotations", "article", "articles.id"),
    )


def downgrade() -> None:
    """Remove every table and the view."""
    op.execute("DROP VIEW seen_counts")
    for table in ("annotations", "labels", "seen", "texts", "articles", "refusals", "runs"):
        op.drop_table(table)
    for table in ("fetches", "feeds", "outlets"):
        op.drop_table(table)
