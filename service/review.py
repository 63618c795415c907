"""The whole job in one go: collect and import, classify, report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..classifiers.model import Classifier
from ..coverage.archives import ImportSummary
from ..coverage.article import Progress, Refusal
from ..coverage.crawl import CollectSummary
from ..coverage.store import Store
from ..reports.annual import write_annual
from ..reports.files import ReportFiles
from ..settings import Settings
from .labelling import LabellingSummary, classify_store
from .sample import serve_sites
from .steps import Clock, collect_feeds, import_files


@dataclass(frozen=True, slots=True)
class ReviewResult:
    """What each step of a review came to."""

    collected: CollectSummary
    imported: ImportSummary | None
    labelled: LabellingSummary
    files: ReportFiles

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """Everything that was refused on the way."""
        return self.collected.refusals + (self.imported.refusals if self.imported else ())


def review_year(
    settings: Settings,
    store: Store,
    year: int,
    imports: Sequence[Path],
    *,
    now: Clock,
    progress: Progress | None = None,
) -> ReviewResult:
    """Collect from the feeds, import the given paths, label what is new, write the report of the year."""
    # The model first: a broken bundle must not be found out after an hour of collecting.
    classifier = Classifier.load(settings.model, threads=settings.threads)
    collected = collect_feeds(settings, store, now=now, progress=progress)
    imported = import_files(settings, store, imports, now=now, progress=progress) if imports else None
    labelled = classify_store(store, classifier, now=now(), progress=progress)
    files = write_annual(
        store, year, settings.output_dir, model=classifier.name, now=now(), progress=progress
    )
    return ReviewResult(collected, imported, labelled, files)


def review_examples(
    examples: Path, settings: Settings, year: int, *, now: Clock, progress: Progress | None = None
) -> ReviewResult:
    """Run the review on the sample: its sites through a local proxy, its export, in a new store of its own.

    Args:
        examples: a folder with `feeds.yaml`, `sites/` and `export/`.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = settings.data_dir / "examples.sqlite"
    for suffix in ("", "-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    with serve_sites(examples / "sites") as proxy, Store.open(f"sqlite:///{database}") as store:
        own = settings.model_copy(
            update={
                "feeds": examples / "feeds.yaml",
                "proxy": proxy,
                "contact": "the sample of pressreview, on this machine",
                "download_delay": 0.0,
            }
        )
        return review_year(own, store, year, [examples / "export"], now=now, progress=progress)
