"""Whether this installation can do its work: one line a check, each with the mend."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass

from ..classifiers.bundle import Bundle
from ..coverage.feeds import load_feeds
from ..coverage.lexicon import load_lexicon
from ..coverage.store import Store
from ..errors import PressReviewError
from ..settings import Settings


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    passed: bool
    detail: str


def examine(settings: Settings) -> list[Check]:
    """Look at Python, the feeds file, the lexicon, the model bundle, the store and the contact setting."""
    return [
        _check("python", _python),
        _check("feeds", lambda: _feeds(settings)),
        _check("lexicon", lambda: f"{len(load_lexicon().languages)} languages"),
        _check("model", lambda: Bundle.open(settings.model).name),
        _check("store", lambda: _store(settings)),
        Check(
            "contact",
            bool(settings.contact),
            settings.contact
            or "Set PRESSREVIEW_CONTACT to an e-mail or URL: `collect` sends it to each site.",
        ),
    ]


def _check(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, True, look())
    except PressReviewError as error:
        return Check(name, False, str(error))


def _python() -> str:
    return f"{platform.python_implementation()} {platform.python_version()} at {sys.executable}"


def _feeds(settings: Settings) -> str:
    entries = load_feeds(settings.feeds).outlets
    countries = {entry.country for entry in entries}
    feeds = sum(len(entry.feeds) for entry in entries)
    return f"{len(entries)} outlets in {len(countries)} countries, {feeds} feeds ({settings.feeds})"


def _store(settings: Settings) -> str:
    with Store.open(settings.store_url) as store:
        return f"{sum(store.years().values())} articles ({store.location})"
