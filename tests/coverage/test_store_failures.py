"""What can go wrong with a database, done for real: each ends in a StoreError that names the mend."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from pressreview.coverage.article import Outcome
from pressreview.coverage.store import Store
from pressreview.coverage.tables import VERSION_TABLE
from pressreview.errors import StoreError

HOLD_SQLITE = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""
HOLD_POSTGRES = """
import psycopg, sys
with psycopg.connect(sys.argv[1]) as connection:
    connection.execute("LOCK TABLE seen")
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def held_by_another_process(url: str) -> Iterator[subprocess.Popen[str]]:
    """Another program writes to the database; closing its standard input ends it."""
    sqlite = url.startswith("sqlite")
    program = HOLD_SQLITE if sqlite else HOLD_POSTGRES
    place = url.removeprefix("sqlite:///")
    with subprocess.Popen(
        [sys.executable, "-c", program, place], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        try:
            yield other
        finally:
            other.kill()


@contextmanager
def unprivileged() -> Iterator[None]:
    """Root may write everywhere: as root, be `nobody` for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter and write to; pytest's own are closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="pressreview-store-"))
    folder.chmod(0o777)
    yield folder
    folder.chmod(0o777)
    shutil.rmtree(folder)


def error_of(action: Callable[[], object]) -> StoreError:
    with pytest.raises(StoreError) as caught:
        action()
    assert caught.value.mend
    return caught.value


# Locked


def test_a_store_that_another_process_writes_to_is_given_up_after_the_timeout(
    store_url: str, samples: Any
) -> None:
    with Store.open(store_url, timeout=0.5) as store:
        run = store.start_run("import", samples.now, {})
        with held_by_another_process(store_url):
            start = time.monotonic()
            error = error_of(lambda: store.add([samples.stored()], run=run))
            waited = time.monotonic() - start
        assert 0.4 < waited < 5
        assert "another process" in error.problem
        assert "0.5 seconds" in error.problem
        assert ("store.sqlite" in str(error)) or ("press:***@127.0.0.1" in str(error))
        assert store.add([samples.stored()], run=run) == [Outcome.STORED]


def test_a_write_waits_for_another_process_that_is_done_in_time(store_url: str, samples: Any) -> None:
    with Store.open(store_url, timeout=20) as store:
        run = store.start_run("import", samples.now, {})
        with held_by_another_process(store_url) as other:
            assert other.stdin is not None
            release = threading.Timer(0.3, other.stdin.close)
            release.start()
            assert store.add([samples.stored()], run=run) == [Outcome.STORED]
            release.join()


def test_two_runs_of_ours_wait_for_each_other(store_url: str, samples: Any) -> None:
    with Store.open(store_url) as first, Store.open(store_url, timeout=0.3) as second:
        run = first.start_run("import", samples.now, {})
        with first._database.writing():
            error = error_of(lambda: second.add([samples.stored()], run=run))
        assert "another process" in error.problem


def test_a_failure_while_ctrl_c_is_being_dealt_with_is_told_as_what_it_is(
    store_url: str, samples: Any
) -> None:
    with Store.open(store_url, timeout=0.2) as store:
        run = store.start_run("import", samples.now, {})
        with held_by_another_process(store_url):
            try:
                raise KeyboardInterrupt
            except KeyboardInterrupt:
                error = error_of(lambda: store.add([samples.stored()], run=run))
        assert "another process" in error.problem
        assert store.add([samples.stored()], run=run) == [Outcome.STORED]


def test_reading_does_not_wait_for_a_writer(tmp_path: Path, samples: Any) -> None:
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    with Store.open(url, timeout=0.2) as store:
        run = store.start_run("import", samples.now, {})
        store.add([samples.stored()], run=run)
        with held_by_another_process(url):
            assert len(list(store.articles())) == 1
            with Store.open(url, timeout=0.2) as reader:
                assert reader.known([samples.article().id]) == {samples.article().id: False}


# Files and folders


def test_a_new_store_makes_its_folders(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "store.sqlite"
    Store.open(f"sqlite:///{path}").close()
    assert path.is_file()


def test_a_missing_store_is_not_made_by_a_command_that_only_reads(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    error = error_of(lambda: Store.open(f"sqlite:///{path}", create=False))
    assert "no store yet" in error.problem
    assert "collect" in error.mend
    assert error.path == path
    assert not path.exists()


def test_an_empty_database_is_not_filled_by_a_command_that_only_reads(store_url: str) -> None:
    if store_url.startswith("sqlite"):
        Path(store_url.removeprefix("sqlite:///")).touch()
    error = error_of(lambda: Store.open(store_url, create=False))
    assert "no store yet" in error.problem


def test_a_file_that_may_only_be_read(open_folder: Path, samples: Any) -> None:
    path = open_folder / "store.sqlite"
    Store.open(f"sqlite:///{path}").close()
    path.chmod(0o444)
    with unprivileged(), Store.open(f"sqlite:///{path}") as store:
        error = error_of(lambda: store.start_run("import", samples.now, {}))
    assert "only be read" in error.problem
    assert error.path == path


def test_a_folder_that_may_only_be_read(open_folder: Path) -> None:
    path = open_folder / "store.sqlite"
    open_folder.chmod(0o555)
    with unprivileged():
        error = error_of(lambda: Store.open(f"sqlite:///{path}"))
        below = error_of(lambda: Store.open(f"sqlite:///{open_folder}/below/store.sqlite"))
    assert "cannot be opened" in error.problem
    assert "PRESSREVIEW_DATA_DIR" in error.mend
    assert "folder cannot be used" in below.problem


def test_a_store_in_a_folder_that_may_only_be_read(open_folder: Path, samples: Any) -> None:
    path = open_folder / "store.sqlite"
    with Store.open(f"sqlite:///{path}") as store:
        store.start_run("import", samples.now, {})
    open_folder.chmod(0o555)
    with unprivileged():
        error = error_of(lambda: Store.open(f"sqlite:///{path}").start_run("import", samples.now, {}))
    assert error.path == path
    assert "folder" in error.mend


def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    assert "is a folder" in error_of(lambda: Store.open(f"sqlite:///{tmp_path}")).problem


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("made up")
    error = error_of(lambda: Store.open(f"sqlite:///{tmp_path / 'file' / 'store.sqlite'}"))
    assert "folder cannot be used" in error.problem


def test_a_full_disk_keeps_nothing_of_the_batch_and_all_that_was_there(tmp_path: Path, samples: Any) -> None:
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    with Store.open(url) as store:
        run = store.start_run("import", samples.now, {})
        store.add([samples.stored("before")], run=run)
        with store.engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 20}")
        batch = [samples.stored(f"{number:05}", text="made up " * 500) for number in range(100)]
        error = error_of(lambda: store.add(batch, run=run))
        assert "disk is full" in error.problem
        assert "Free some space" in error.mend
        assert [article.id for article in store.articles()] == ["before"]
        with store.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
        assert store.add(batch, run=run) == [Outcome.STORED] * 100


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    path.write_text("This is a made-up letter, not a database.\n" * 100)
    before = path.read_bytes()
    error = error_of(lambda: Store.open(f"sqlite:///{path}"))
    assert "not a store" in error.problem
    assert error.path == path
    assert path.read_bytes() == before


def test_a_damaged_store(tmp_path: Path, samples: Any) -> None:
    path = tmp_path / "store.sqlite"
    url = f"sqlite:///{path}"
    with Store.open(url) as store:
        run = store.start_run("import", samples.now, {})
        store.add([samples.stored(f"{number:05}") for number in range(2000)], run=run)
    pages = bytearray(path.read_bytes())
    pages[20 * 4096 :] = b"\xa5" * (len(pages) - 20 * 4096)
    path.write_bytes(pages)

    def read_all() -> None:
        with Store.open(url) as store:
            list(store.articles())

    error = error_of(read_all)
    assert "damaged" in error.problem
    assert "backup" in error.mend


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE bookmarks (url)")
    connection.close()
    error = error_of(lambda: Store.open(f"sqlite:///{path}"))
    assert "'bookmarks'" in error.problem
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("bookmarks",)]
    connection.close()


def test_a_store_of_a_newer_version_is_left_alone(store_url: str) -> None:
    with Store.open(store_url) as store, store.engine.begin() as connection:
        connection.execute(sa.text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    error = error_of(lambda: Store.open(store_url))
    assert "version 9999" in error.problem
    assert "newest pressreview" in error.mend


# URLs


@pytest.mark.parametrize(
    "url",
    [
        *("", "nonsense", "mysql://press:s3cret@db.example/press", "sqlite://", "sqlite:///:memory:"),
        *("postgresql://press:s3cret@db.example:port/press", "postgresql+psycopg2://press:s3cret@db/x"),
        *("sqlite:///file:x?mode=memory&uri=true", "postgresql://press:s3cret@[::1/press"),
    ],
)
def test_a_url_that_names_no_store_we_know(url: str) -> None:
    error = error_of(lambda: Store.open(url))
    assert "sqlite:///" in error.mend
    assert "s3cret" not in str(error)


# PostgreSQL


def test_the_short_scheme_of_hosting_services_is_taken(postgres_server: Any) -> None:
    url = postgres_server.new_database().replace("postgresql://", "postgres://")
    with Store.open(url) as store:
        assert store.engine.dialect.driver == "psycopg"


def test_a_server_that_does_not_answer(free_port: int) -> None:
    url = f"postgresql://press:s3cret@127.0.0.1:{free_port}/press"
    error = error_of(lambda: Store.open(url, timeout=2))
    assert "cannot be reached" in error.problem
    assert "Start the server" in error.mend
    assert f"press:***@127.0.0.1:{free_port}" in str(error)
    assert "s3cret" not in str(error)


def test_the_store_says_where_it_is_without_the_password(store: Store) -> None:
    assert store.location.endswith("store.sqlite") or store.location.startswith(
        "postgresql+psycopg://press:***@"
    )


def test_a_wrong_password(postgres_server: Any) -> None:
    url = postgres_server.url("postgres", password="wr0ng-secret")
    error = error_of(lambda: Store.open(url))
    assert "user or password" in error.problem
    assert "wr0ng-secret" not in str(error)


def test_a_database_that_does_not_exist(postgres_server: Any) -> None:
    error = error_of(lambda: Store.open(postgres_server.url("missing")))
    assert "no such database" in error.problem
    assert "createdb" in error.mend


def test_a_database_that_cannot_hold_every_language(postgres_server: Any) -> None:
    url = postgres_server.new_database("ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc TEMPLATE template0")
    error = error_of(lambda: Store.open(url))
    assert "LATIN1" in error.problem
    assert "createdb --encoding=UTF8" in error.mend


def test_a_user_who_may_not_make_tables(postgres_server: Any) -> None:
    url = postgres_server.new_database()
    postgres_server.run("CREATE ROLE guest LOGIN PASSWORD 'guest-secret'")
    guest = url.replace("press:" + url.split(":")[2].split("@")[0], "guest:guest-secret")
    error = error_of(lambda: Store.open(guest))
    assert "lacks a right" in error.problem
    assert "GRANT" in error.mend


def test_a_server_that_only_lets_read(postgres_server: Any, samples: Any) -> None:
    url = postgres_server.new_database()
    Store.open(url).close()
    name = url.rpartition("/")[2]
    postgres_server.run(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    with Store.open(url) as store:
        error = error_of(lambda: store.start_run("import", samples.now, {}))
    assert "only be read" in error.problem


def test_a_database_shared_with_other_programs(postgres_server: Any, samples: Any) -> None:
    url = postgres_server.new_database()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE bookmarks (url text)")
        connection.execute("CREATE TABLE alembic_version (version_num text)")
    with Store.open(url) as store:
        assert store.start_run("import", samples.now, {})


def test_a_table_of_another_program_under_one_of_our_names(postgres_server: Any) -> None:
    url = postgres_server.new_database()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE articles (title text)")
    assert "'articles'" in error_of(lambda: Store.open(url)).problem


def test_a_server_that_cuts_the_connection_is_reached_again(postgres_server: Any, samples: Any) -> None:
    url = postgres_server.new_database()
    with Store.open(url) as store:
        run = store.start_run("import", samples.now, {})
        name = url.rpartition("/")[2]
        cut = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"

        def cut_in_the_middle() -> None:
            with store._database.writing() as connection:
                postgres_server.run(cut)
                connection.execute(sa.text("SELECT 1"))

        error = error_of(cut_in_the_middle)
        assert "server" in error.problem
        assert store.add([samples.stored()], run=run) == [Outcome.STORED]
