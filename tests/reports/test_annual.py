"""From a real store to a folder of files, the same bytes each time; clear words where there is nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from pressreview.coverage.article import Article, Judged, LabelledArticle, Outcome
from pressreview.coverage.store import Store
from pressreview.errors import ReportError
from pressreview.reports.annual import write_annual, write_report
from pressreview.reports.briefing import write_briefing
from pressreview.reports.files import ReportFiles
from pressreview.reports.frames import Corpus


def judged(record: LabelledArticle) -> Judged:
    """The record as the intake would hand it to the store."""
    article = Article(
        id=record.id, title=record.title, text="A made-up text.", outlet=record.outlet.id, lang=record.lang,
        url=record.url, authors=record.authors, published=record.published, countries=record.countries,
        summary=record.summary, source=record.source,
    )  # fmt: skip
    return Judged(Outcome.STORED, record.id, record.outlet, record.published, record.lang, article)


@pytest.fixture(scope="module")
def store(hand_records: list[LabelledArticle], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store that holds the hand-made year, labelled."""
    path = tmp_path_factory.mktemp("store") / "press.sqlite"
    when = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    with Store.open(f"sqlite:///{path}") as opened:
        opened.add_outlets(record.outlet for record in hand_records)
        run = opened.start_run("test", when, {})
        opened.add([judged(record) for record in hand_records], run=run)
        opened.add_labels([record.label for record in hand_records], created_at=when)
        yield opened


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with nothing in it."""
    path = tmp_path_factory.mktemp("empty") / "press.sqlite"
    with Store.open(f"sqlite:///{path}") as opened:
        yield opened


def digests(files: ReportFiles) -> dict[str, str]:
    """The SHA-256 of each file."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files.paths}


def test_the_review_is_written_where_the_contract_says(
    store: Store, tmp_path: Path, now: dt.datetime
) -> None:
    steps: list[str] = []
    files = write_annual(store, 2025, tmp_path, now=now, progress=lambda stage, *_: steps.append(stage))
    assert {str(path.relative_to(tmp_path)) for path in files.paths} == {
        "2025/index.html", "2025/annual.pdf", "2025/articles.csv", "2025/countries.csv", "2025/outlets.csv",
    }  # fmt: skip
    assert sorted(path.name for path in (tmp_path / "2025").iterdir()) == sorted(p.name for p in files.paths)
    assert "4 of 10 articles on trafficking" in files.html.read_text("utf-8")
    assert steps[-1] == "done"


def test_the_same_store_gives_the_same_bytes(store: Store, tmp_path: Path, now: dt.datetime) -> None:
    one = write_annual(store, 2025, tmp_path / "one", now=now)
    other = write_annual(store, 2025, tmp_path / "other", now=now)
    assert digests(one) == digests(other)


def test_another_time_changes_only_the_imprint(corpus: Corpus, annual: ReportFiles, tmp_path: Path) -> None:
    later = write_report(
        corpus, tmp_path, now=dt.datetime(2026, 5, 1, tzinfo=dt.UTC), undated_stored=2, stored=14
    )
    assert digests(later)["articles.csv"] == digests(annual)["articles.csv"]
    before, after = (files.html.read_text("utf-8").splitlines() for files in (annual, later))
    changed = [line for line, other in zip(before, after, strict=True) if line != other]
    assert len(changed) == 1
    assert "2026-02-03 10:00 UTC" in changed[0]


def test_a_briefing_is_written_where_the_contract_says(
    store: Store, tmp_path: Path, now: dt.datetime
) -> None:
    files = write_briefing(store, "khm", 2025, tmp_path, now=now)
    assert {str(path.relative_to(tmp_path)) for path in files.paths} == {
        f"2025/brief-KHM/{name}" for name in ("index.html", "briefing.pdf", "briefing.md", "articles.csv")
    }
    again = write_briefing(store, "KHM", 2025, tmp_path / "again", now=now)
    assert digests(files) == digests(again)


def test_a_year_with_nothing_says_which_years_there_are(
    store: Store, tmp_path: Path, now: dt.datetime
) -> None:
    with pytest.raises(ReportError, match=r"holds no article of 1999\. Choose a year .*: 2025 \(12\)"):
        write_annual(store, 1999, tmp_path, now=now)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_store_says_what_to_do(empty: Store, tmp_path: Path, now: dt.datetime) -> None:
    with pytest.raises(ReportError, match="pressreview collect"):
        write_annual(empty, 2025, tmp_path, now=now)


def test_an_unknown_model_names_the_known_ones(store: Store, tmp_path: Path, now: dt.datetime) -> None:
    with pytest.raises(ReportError, match=r"no labels of the model 'other'.*Choose one of: hand-1"):
        write_annual(store, 2025, tmp_path, model="other", now=now)


def test_an_unknown_country_is_refused(store: Store, tmp_path: Path, now: dt.datetime) -> None:
    with pytest.raises(ReportError, match="no country code"):
        write_briefing(store, "Cambodia", 2025, tmp_path, now=now)


def test_a_folder_that_cannot_be_made_is_named(store: Store, tmp_path: Path, now: dt.datetime) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ReportError, match=r"cannot be made.*--output"):
        write_annual(store, 2025, tmp_path / "file", now=now)


def test_a_file_in_the_way_leaves_no_half_file(corpus: Corpus, tmp_path: Path, now: dt.datetime) -> None:
    (tmp_path / "articles.csv").mkdir()
    with pytest.raises(ReportError, match="cannot be written"):
        write_report(corpus, tmp_path, now=now)
    assert [path.name for path in tmp_path.iterdir()] == ["articles.csv"]
