"""The steps of the line, each wired from the settings: collect, import, check the feeds."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from ..coverage.archives import ImportSummary, import_paths
from ..coverage.article import Progress
from ..coverage.crawl import CollectSummary, FeedCheck, check_feeds, collect
from ..coverage.feeds import FeedsFile, load_feeds
from ..coverage.gate import Gate
from ..coverage.intake import Intake
from ..coverage.lexicon import Strength
from ..coverage.outlets import OutletRegistry
from ..coverage.store import Store
from ..errors import ConfigError
from ..settings import Settings

MUCH = 4 * 2**20
"""Bytes, packed or not, from which an import is shared among processes."""

Clock = Callable[[], dt.datetime]


def collect_feeds(
    settings: Settings,
    store: Store,
    *,
    now: Clock,
    progress: Progress | None = None,
    outlets: Sequence[str] | None = None,
    force: bool = False,
) -> CollectSummary:
    """Poll the feeds that are due (of the named outlets only, if any are named) and store what is new.

    Raises:
        ConfigError: feeds.yaml is wrong, an outlet is not in it, or no contact is set.
    """
    feeds = load_feeds(settings.feeds)
    intake = _intake(feeds, store, now=now, strength="broad")
    wanted = _only(feeds, outlets or (), settings.feeds)
    return collect(wanted, store, settings, intake=intake, now=now, progress=progress, force=force)


def import_files(
    settings: Settings,
    store: Store,
    paths: Sequence[Path],
    *,
    now: Clock,
    progress: Progress | None = None,
    strength: Strength = "broad",
) -> ImportSummary:
    """Import files and folders of articles."""
    feeds = load_feeds(settings.feeds)
    intake = _intake(feeds, store, now=now, strength=strength)
    return import_paths(paths, store, intake, now=now, progress=progress, workers=_workers(paths))


def check_all_feeds(settings: Settings, *, now: Clock, progress: Progress | None = None) -> list[FeedCheck]:
    """Fetch every feed of feeds.yaml once and say how it stands; nothing is stored."""
    return check_feeds(load_feeds(settings.feeds), settings, now=now, progress=progress)


def _workers(paths: Sequence[Path]) -> int:
    """One process for little, every core for much: a second process costs a second or two to start."""
    files = (file for path in paths for file in ([path] if path.is_file() else path.rglob("*")))
    size = 0
    for file in files:
        size += file.stat().st_size if file.is_file() else 0
        if size >= MUCH:
            return os.cpu_count() or 1
    return 1


def _intake(feeds: FeedsFile, store: Store, *, now: Clock, strength: Strength) -> Intake:
    curated = [entry.outlet() for entry in feeds.outlets]
    store.add_outlets(curated)
    registry = OutletRegistry(curated)
    return Intake(outlets=registry, gate=Gate.load(), strength=strength, now=now)


def _only(feeds: FeedsFile, ids: Sequence[str], path: Path) -> FeedsFile:
    if not ids:
        return feeds
    known = {entry.id for entry in feeds.outlets}
    missing = sorted(set(ids) - known)
    if missing:
        raise ConfigError(
            f"no outlet has the id {', '.join(missing)}",
            mend="Name outlets by the `id` that stands in the feeds file",
            path=path,
        )
    wanted = tuple(entry for entry in feeds.outlets if entry.id in set(ids))
    return feeds.model_copy(update={"outlets": wanted})
