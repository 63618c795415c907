"""The schema: made by migrations, equal on both databases, described in the documentation."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import tomllib
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from pressreview.coverage import migrations, tables
from pressreview.coverage.article import RunStatus
from pressreview.coverage.store import Store

ROOT = Path(__file__).resolve().parent.parent.parent
MIGRATIONS = ROOT / "coverage" / "migrations"
DOCUMENT = ROOT / "docs" / "store.md"


def alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def test_the_migrations_make_what_tables_py_says(store: Store) -> None:
    def type_differs(_context: Any, _old: Any, _new: Any, old: Any, new: Any) -> bool:
        # Alembic's own comparison does not look at what a TypeDecorator makes of a database.
        dialect = store.engine.dialect
        return bool(old.compile(dialect) != new.compile(dialect))

    with store.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": tables.VERSION_TABLE, "compare_type": type_differs}
        )
        assert compare_metadata(context, tables.metadata) == []


def test_the_view_has_the_columns_that_tables_py_says(store: Store) -> None:
    columns = sa.inspect(store.engine).get_columns("seen_counts")
    assert [column["name"] for column in columns] == [column.name for column in tables.seen_counts.c]


def test_the_known_versions_are_the_steps_that_there_are() -> None:
    scripts = ScriptDirectory.from_config(alembic_config())
    assert scripts.get_current_head() == migrations.SCHEMA_VERSION
    assert {script.revision for script in scripts.walk_revisions()} == migrations.KNOWN_VERSIONS


def test_every_step_can_be_taken_back(store: Store) -> None:
    config = alembic_config()
    with store._database.writing() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    with store.engine.connect() as connection:
        assert sa.inspect(connection).get_table_names() == [tables.VERSION_TABLE]
        assert sa.inspect(connection).get_view_names() == []


def test_a_store_that_is_up_to_date_is_opened_without_writing(store_url: str, samples: Any) -> None:
    Store.open(store_url).close()
    # A lock that nobody can write under: opening must not wait for it.
    with Store.open(store_url) as first, first._database.writing():
        Store.open(store_url, timeout=0.2).close()


def test_a_new_step_is_written_from_the_template(tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    for name in ("env.py", "script.py.mako"):
        (folder / name).write_bytes((MIGRATIONS / name).read_bytes())
    config = Config()
    config.set_main_option("script_location", str(folder))
    script = command.revision(config, "Add a column", rev_id="0002")
    assert not isinstance(script, list)
    assert script is not None
    assert '"""Add a column."""' in Path(script.path).read_text()
    compile(Path(script.path).read_text(), script.path, "exec")


def test_every_file_of_the_migrations_is_in_the_package() -> None:
    setuptools = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    assert {"pressreview.coverage.migrations", "pressreview.coverage.migrations.versions"} <= set(
        setuptools["packages"]
    )
    others = {file.name for file in MIGRATIONS.iterdir() if file.is_file() and file.suffix != ".py"}
    assert others == set(setuptools["package-data"]["pressreview.coverage.migrations"])


def test_sqlite_runs_with_write_ahead_log_foreign_keys_and_a_busy_timeout(tmp_path: Path) -> None:
    with (
        Store.open(f"sqlite:///{tmp_path / 'store.sqlite'}", timeout=7) as store,
        store.engine.connect() as connection,
    ):
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }
    assert found == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 7000, "synchronous": 2}


def test_a_copy_made_by_dump_is_a_store_with_a_write_ahead_log(tmp_path: Path, samples: Any) -> None:
    with Store.open(f"sqlite:///{tmp_path / 'store.sqlite'}") as store:
        store.add([samples.stored()], run=store.start_run("import", samples.now, {}))
    copy = sqlite3.connect(tmp_path / "copy.sqlite")
    with contextlib.closing(sqlite3.connect(tmp_path / "store.sqlite")) as old, contextlib.closing(copy):
        copy.executescript("\n".join(old.iterdump()))
    with Store.open(f"sqlite:///{tmp_path / 'copy.sqlite'}") as store, store.engine.connect() as connection:
        assert list(store.articles()) == [samples.article()]
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


@pytest.mark.parametrize("year", [2024, None])
def test_reading_labelled_articles_of_a_year_walks_the_index_and_sorts_nothing(
    tmp_path: Path, year: int | None
) -> None:
    from pressreview.coverage.statements import labelled_query

    with Store.open(f"sqlite:///{tmp_path / 'store.sqlite'}") as store, store.engine.connect() as connection:
        query = str(
            labelled_query("model-1", year).compile(store.engine, compile_kwargs={"literal_binds": True})
        )
        plan = " | ".join(row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}"))
    assert "ix_articles_published_id" in plan
    assert "TEMP B-TREE" not in plan
    assert "texts" not in plan


def documented() -> dict[str, list[str]]:
    """The tables of the document and the columns that their sections list, in order."""
    sections = re.split(r"^### `(\w+)`.*$", DOCUMENT.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {
        name: re.findall(r"^\| `(\w+)` \|", body, flags=re.MULTILINE)
        for name, body in zip(sections[1::2], sections[2::2], strict=True)
    }


def test_every_table_and_column_stands_in_the_documentation() -> None:
    everything = [*tables.metadata.tables.values(), tables.seen_counts]
    assert documented() == {table.name: [column.name for column in table.c] for table in everything}


def test_every_status_of_a_run_stands_in_the_documentation() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert [status for status in RunStatus if f"`{status}`" not in text] == []
