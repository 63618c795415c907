"""How fast the store takes articles in and gives them to a report, beside sqlite3 with no store around it.

    .venv/bin/python benchmarks/bench_store.py [ARTICLES]

Both write the same made-up rows to a SQLite file in batches of 500, each a transaction that is on the disk
when it ends. The baseline is the least that can be done: one table, `executemany`, rows that are prepared
before the clock starts, no check of what is known, no index but the key.
"""

from __future__ import annotations

import datetime as dt
import random
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

from pressreview.classifiers.codebook import ACTORS, COVERAGE, LEVELS
from pressreview.coverage.article import Article, Judged, Label, Outcome, Outlet, Source, article_id
from pressreview.coverage.clean import dump_json
from pressreview.coverage.rows import article_row
from pressreview.coverage.store import Store

NOW = dt.datetime(2025, 5, 1, 12, tzinfo=dt.UTC)
BATCH = 500
TEXT = "This sentence is made up and stands for an article of ordinary length. " * 45


def made_batches(how_many: int) -> list[list[Judged]]:
    """Made-up articles of 3,200 characters from 300 outlets, over two years."""
    draw = random.Random(7)
    outlets = [Outlet(f"outlet-{number}", f"Made-up Gazette {number}") for number in range(300)]
    judged = []
    for number in range(how_many):
        outlet = draw.choice(outlets)
        url = f"https://{outlet.id}.example/{number}"
        article = Article(
            id=article_id(url),
            title=f"Made-up headline of the usual length, number {number}",
            text=f"{number} {TEXT}",
            outlet=outlet.id,
            lang="en",
            url=url,
            authors=(f"Writer {draw.randrange(2000)}",),
            published=dt.date(2024, 1, 1) + dt.timedelta(days=draw.randrange(731)),
            countries=("GBR", "ROU"),
            lang_votes={"langdetect": "en"},
            source=Source("collect", f"https://{outlet.id}.example/feed", None, NOW),
        )
        judged.append(Judged(Outcome.STORED, article.id, outlet, article.published, "en", article))
    return [judged[start : start + BATCH] for start in range(0, how_many, BATCH)]


def made_label(name: str, draw: random.Random) -> Label:
    """A made-up label with all its 22 probabilities."""
    probabilities = [[draw.random() for _ in ids] for ids in (COVERAGE, ACTORS, LEVELS)]
    coverage, actors, level = (
        dict(zip(ids, numbers, strict=True))
        for ids, numbers in zip((COVERAGE, ACTORS, LEVELS), probabilities, strict=True)
    )
    return Label(name, "made-up", COVERAGE[1], coverage, ("police",), actors, LEVELS[0], level, "en")


def raw_seconds(batches: list[list[Judged]], path: Path) -> float:
    """Seconds that sqlite3 alone takes for the same rows."""
    prepared = [
        [
            tuple(map(_plain, (article_row(one.article, "run") | {"text": one.article.text}).values()))
            for one in batch
            if one.article is not None
        ]
        for batch in batches
    ]
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    columns = ["id TEXT PRIMARY KEY", *(f"c{number}" for number in range(1, len(prepared[0][0])))]
    connection.execute(f"CREATE TABLE articles ({', '.join(columns)})")
    statement = f"INSERT INTO articles VALUES ({', '.join('?' for _ in columns)})"
    start = time.perf_counter()
    for rows in prepared:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(statement, rows)
        connection.execute("COMMIT")
    seconds = time.perf_counter() - start
    connection.close()
    return seconds


def _plain(value: object) -> object:
    if isinstance(value, list | dict):
        return dump_json(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def main() -> None:
    """Measure and print the table."""
    how_many = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    batches = made_batches(how_many)
    draw = random.Random(8)
    lines: list[tuple[str, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        raw = raw_seconds(batches, Path(folder) / "raw.sqlite")
        with Store.open(f"sqlite:///{folder}/store.sqlite") as store:
            run = store.start_run("import", NOW, {})
            for name in ("store: add, all new", "store: add, all known"):
                start = time.perf_counter()
                for batch in batches:
                    store.add(batch, run=run)
                lines.append((name, time.perf_counter() - start))
            labels = [[made_label(one.id, draw) for one in batch] for batch in batches]
            start = time.perf_counter()
            for some in labels:
                store.add_labels(some, created_at=NOW)
            lines.append(("store: add labels", time.perf_counter() - start))
            start = time.perf_counter()
            assert sum(1 for _ in store.labelled()) == how_many
            lines.append(("store: read labelled", time.perf_counter() - start))
    print(f"{'':28}{'articles':>10}{'seconds':>10}{'a second':>11}{'ratio to sqlite3':>18}")
    print(f"{'sqlite3: executemany':28}{how_many:10,}{raw:10.2f}{how_many / raw:11,.0f}{1:18.2f}")
    for name, seconds in lines:
        print(f"{name:28}{how_many:10,}{seconds:10.2f}{how_many / seconds:11,.0f}{seconds / raw:18.2f}")


if __name__ == "__main__":
    main()
