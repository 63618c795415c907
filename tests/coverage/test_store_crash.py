"""A crash, Ctrl-C or a second process at any moment: what was committed stays, and nothing is half there."""

from __future__ import annotations

import contextlib
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from pressreview.coverage.article import Outcome
from pressreview.coverage.store import Store

BATCH = 200
"""Articles in a batch: writing one takes some 20 ms, so that a kill mostly falls into one."""

WRITER = """
import datetime as dt, sys
from pressreview.coverage.article import Article, Judged, Outcome, Outlet
from pressreview.coverage.store import Store

url, first, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
outlet = Outlet("harbour", "The Harbour Post (made up)")

def add_batch(store, run, number):
    names = [f"{number:05}-{place:04}" for place in range(size)]
    articles = [Article(name, "Made up", "made up " * 300, "harbour", "en") for name in names]
    judged = [Judged(Outcome.STORED, one.id, outlet, None, "en", one) for one in articles]
    outcomes = store.add(judged, run=run)
    print(number, outcomes.count(Outcome.STORED), flush=True)

with Store.open(url) as store:
    run = store.start_run("import", dt.datetime(2024, 5, 1, tzinfo=dt.UTC), {})
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        for number in range(first, first + 999):
            add_batch(store, run, number)
    except KeyboardInterrupt:
        print("interrupted", flush=True)
    add_batch(store, run, first + 999)
    print("goes on", flush=True)
"""


@contextlib.contextmanager
def writer(url: str, first: int, *, size: int = BATCH) -> Iterator[subprocess.Popen[str]]:
    """A process that adds batch after batch and says so after each, until it is killed or interrupted."""
    command = [sys.executable, "-c", WRITER, url, str(first), str(size)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield process
        finally:
            process.kill()


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def stored_batches(store: Store) -> Counter[int]:
    """How many articles of each batch are there, with text and row of the ledger."""
    query = sa.text(
        "SELECT articles.id FROM articles JOIN texts ON texts.article = articles.id "
        "JOIN seen ON seen.article = articles.id"
    )
    with store.engine.connect() as connection:
        names = connection.scalars(query).all()
        for table in ("articles", "texts", "seen"):
            assert connection.scalar(sa.text(f"SELECT COUNT(*) FROM {table}")) == len(names)
    return Counter(int(name.split("-")[0]) for name in names)


@pytest.mark.slow
def test_a_process_killed_while_it_adds_loses_nothing_and_leaves_no_half_batch(store_url: str) -> None:
    moments = random.Random(20240501)
    acknowledged: set[int] = set()
    for first in range(0, 8000, 1000):
        with writer(store_url, first) as process:
            go(process)
            assert process.stdout is not None
            lines = [process.stdout.readline()]
            time.sleep(moments.uniform(0, 0.2))
            process.send_signal(signal.SIGKILL)
            lines += process.stdout
            acknowledged |= {int(line.split()[0]) for line in lines if line.endswith("\n")}
        with Store.open(store_url) as store:
            found = stored_batches(store)
            assert set(found.values()) <= {BATCH}
            assert acknowledged <= set(found)
            if store_url.startswith("sqlite"):
                with store.engine.connect() as connection:
                    assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    assert len(acknowledged) >= 8


OPENER = """
import sys
from pressreview.coverage.store import Store
print("ready", flush=True)
Store.open(sys.argv[1])
print("open", flush=True)
sys.stdin.read()
"""


@pytest.mark.slow
def test_a_process_killed_while_it_makes_the_store_leaves_a_store_that_opens(tmp_path: Path) -> None:
    for number, delay in enumerate([0.0, 0.02, 0.05, 0.08, 0.11, 0.14, 0.17, 0.2]):
        url = f"sqlite:///{tmp_path / f'{number}.sqlite'}"
        with subprocess.Popen(
            [sys.executable, "-c", OPENER, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            time.sleep(delay)
            process.kill()
        with Store.open(url) as store:
            assert store.outlets() == {}


@pytest.mark.slow
def test_ctrl_c_within_add_rolls_back_and_the_store_goes_on(store_url: str) -> None:
    moments = random.Random(20240502)
    for first in range(0, 6000, 1000):
        with writer(store_url, first) as process:
            go(process)
            assert process.stdout is not None
            output = process.stdout.readline()
            time.sleep(moments.uniform(0, 0.2))
            process.send_signal(signal.SIGINT)
            output += process.communicate(timeout=60)[0]
        assert output.endswith("goes on\n")
        assert "interrupted" in output
        with Store.open(store_url) as store:
            found = stored_batches(store)
        assert set(found.values()) == {BATCH}
        acknowledged = {int(line.split()[0]) for line in output.splitlines() if line[0].isdigit()}
        assert acknowledged <= set(found)
        assert first + 999 in found


def test_two_processes_that_add_the_same_articles_at_once_store_each_once(store_url: str) -> None:
    Store.open(store_url).close()
    rounds = 15
    with writer(store_url, 0, size=20) as one, writer(store_url, 0, size=20) as two:
        go(one)
        go(two)
        counts: Counter[int] = Counter()
        for process in (one, two):
            assert process.stdout is not None
            for _ in range(rounds):
                number, stored = process.stdout.readline().split()
                counts[int(number)] += int(stored)
    assert [counts[number] for number in range(rounds)] == [20] * rounds
    with Store.open(store_url) as store:
        found = stored_batches(store)
        assert {found[number] for number in range(rounds)} == {20}


def test_threads_may_share_a_store(store: Store, run: str, samples: Any) -> None:
    batch = [samples.stored(f"{number:03}") for number in range(100)]
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: store.add(batch, run=run), range(8)))
    assert Counter(outcome for result in results for outcome in result) == {
        Outcome.STORED: 100,
        Outcome.KNOWN: 700,
    }


@pytest.mark.slow
def test_processes_that_make_the_same_store_at_once_all_get_it(store_url: str) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", OPENER, store_url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(6)
    ]
    for process in processes:
        output, _ = process.communicate("")
        assert output == "ready\nopen\n"
        assert process.returncode == 0
