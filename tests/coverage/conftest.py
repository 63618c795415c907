"""A real PostgreSQL server, empty databases of both kinds, and made-up records to fill them with."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest
from pressreview.coverage.article import (
    Article,
    DateClaim,
    DateOrigin,
    Judged,
    Label,
    Outcome,
    Outlet,
    OutletKind,
    Reach,
    Source,
    Term,
)
from pressreview.coverage.store import Store

NOW = dt.datetime(2024, 5, 1, 12, 30, 15, 250, tzinfo=dt.UTC)
PASSWORD = "s3cret-of-the-tests"


@dataclass(frozen=True)
class PostgresServer:
    """A running server of our own; its one user is `press`."""

    port: int
    names: Iterator[int]

    def url(self, database: str, *, password: str = PASSWORD) -> str:
        """The URL of a database as a user would write it."""
        return f"postgresql://press:{password}@127.0.0.1:{self.port}/{database}"

    def new_database(self, options: str = "") -> str:
        """Make an empty database and give its URL."""
        name = f"test_{next(self.names)}"
        self.run(f"CREATE DATABASE {name} {options}")
        return self.url(name)

    def empty_database(self) -> str:
        """Empty the database that most tests use in turn (a new one has 300 files) and give its URL."""
        self.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid()"
        )
        for statement in ("DROP SCHEMA public CASCADE", "CREATE SCHEMA public"):
            self.run(statement)
        return self.url("postgres")

    def run(self, statement: str) -> None:
        """Run a statement as the owner of everything."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]


def _server_programs() -> Path | None:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    if folders:
        return folders[-1]
    found = shutil.which("pg_ctl")
    return Path(found).resolve().parent if found else None


def _as_server_user(*command: str | Path) -> list[str]:
    """PostgreSQL refuses to run as root; Debian's package makes the user `postgres`."""
    words = [str(word) for word in command]
    return ["runuser", "-u", "postgres", "--", *words] if os.geteuid() == 0 else words


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server on a free port, gone after the tests.

    Its texts are ordered by a language's rules (ICU), so that a test sees where the store relies on them.
    """
    programs = _server_programs()
    if programs is None:
        if os.environ.get("CI"):
            pytest.fail("no PostgreSQL server is installed; apt-get install postgresql")
        pytest.skip("no PostgreSQL server is installed (apt-get install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="pressreview-postgres-"))
    try:
        password_file = folder / "password"
        password_file.write_text(PASSWORD)
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
            shutil.chown(password_file, "postgres")
        data = folder / "data"
        subprocess.run(
            _as_server_user(
                *(programs / "initdb", "--pgdata", data, "--username=press", f"--pwfile={password_file}"),
                *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"),
                *("--locale-provider=icu", "--icu-locale=en-US", "--no-sync"),
            ),
            check=True,
            capture_output=True,
            cwd=folder,
        )
        port = _free_port()
        settings = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        log = folder / "log"
        subprocess.run(
            _as_server_user(programs / "pg_ctl", "-D", data, "-o", settings, "-l", log, "-w", "start"),
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
        )
        try:
            yield PostgresServer(port, count(1))
        finally:
            subprocess.run(
                _as_server_user(programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"),
                check=True,
                capture_output=True,
                cwd=folder,
            )
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def free_port() -> int:
    """A port of this machine on which nothing answers."""
    return _free_port()


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database; each test runs on a SQLite file and on the PostgreSQL server."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.sqlite'}"
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return server.empty_database()


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An open, empty store."""
    with Store.open(store_url, timeout=5) as opened:
        yield opened


@pytest.fixture
def run(store: Store) -> str:
    """A run that brings articles to the store."""
    return store.start_run("import", NOW, {})


class Samples:
    """Made-up records. What is not given does not matter to the test."""

    now = NOW
    outlet = Outlet(
        id="the-harbour-post",
        name="The Harbour Post",
        homepage="https://harbour.example/",
        country="GBR",
        languages=("en", "cy"),
        kind=OutletKind.NEWSPAPER,
        reach=Reach.LOCAL,
        domains=("harbour.example",),
        aliases=("Harbour Post",),
    )

    def article(self, name: str = "0000000000000001", **changes: object) -> Article:
        """An article with something in every field."""
        fields: dict[str, object] = {
            "id": name,
            "title": "Harbour master held over sold permits (made up)",
            "text": "This text is made up. The master of the harbour sold permits, a court was told.",
            "outlet": self.outlet.id,
            "lang": "en",
            "url": f"https://harbour.example/{name}",
            "authors": ("A. Writer", "B. Writer"),
            "published": dt.date(2024, 3, 7),
            "dates": (
                DateClaim(DateOrigin.FEED, "Thu, 07 Mar 2024 09:00:00 +0200", NOW),
                DateClaim(DateOrigin.PAGE, "true"),
            ),
            "countries": ("GBR", "ROU"),
            "terms": (Term("trafficking", "en", "trafficking"), Term("bribe", "en", "corruption")),
            "lang_votes": {"langdetect": "en", "py3langid": "cy"},
            "external_id": "row-17",
            "source": Source("import", "archive.jsonl", 17, NOW),
        }
        return Article(**{**fields, **changes})  # type: ignore[arg-type]

    def stored(self, name: str = "0000000000000001", **changes: object) -> Judged:
        """A candidate that the gate let in."""
        article = self.article(name, **changes)
        return Judged(Outcome.STORED, name, self.outlet, article.published, article.lang, article)

    def dropped(self, name: str, *, day: dt.date | None = dt.date(2024, 3, 7), lang: str = "en") -> Judged:
        """A candidate that the gate dropped."""
        return Judged(Outcome.DROPPED, name, self.outlet, day, lang)

    def refused(self, reason: str = "the text is empty") -> Judged:
        """A candidate that cannot be used."""
        return Judged(Outcome.REFUSED, "", None, None, "", None, reason, Source("import", "broken.jsonl", 3))

    def label(self, name: str, model: str = "model-1", **changes: object) -> Label:
        """What a model says of an article."""
        fields: dict[str, object] = {
            "article_id": name,
            "model": model,
            "coverage": "trafficking_corruption",
            "coverage_probs": {"unrelated": 0.125, "trafficking_only": 0.25, "trafficking_corruption": 0.625},
            "actors": ("police", "recruiter"),
            "actor_probs": {"police": 0.75, "recruiter": 0.5, "border": 0.1},
            "corruption_level": "everyday",
            "corruption_level_probs": {"none": 0.0, "everyday": 1.0},
            "lang": "en",
        }
        return Label(**{**fields, **changes})  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def samples() -> Samples:
    """Made-up records."""
    return Samples()
