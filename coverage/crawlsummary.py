"""What a run of the crawler came to: counters by outlet, refusals, and what else the user should know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum

from .article import Refusal


@dataclass(frozen=True, slots=True)
class OutletCounts:
    """The counters of one outlet. Every item ends in exactly one of those that follow `items`."""

    outlet: str
    """The outlet's id; '' in the line of all."""
    name: str = ""
    feeds: int = 0
    """Feeds asked for."""
    unchanged: int = 0
    """Feeds with nothing new: 304, or the very bytes of the last time."""
    failed: int = 0
    moved: int = 0
    retired: int = 0
    items: int = 0
    """Entries of the feeds that came."""
    stored: int = 0
    upgraded: int = 0
    """Summaries that gave way to the full text."""
    known: int = 0
    dropped: int = 0
    """The gate found nothing on trafficking."""
    refused: int = 0
    deferred: int = 0
    """Left for a later run: this one was broken off, or the page failed for a passing reason and the feed's
    own text alone says nothing of trafficking."""
    summaries: int = 0
    """Items whose page could not be had; their feed's own text was judged. They are in the counters above."""


COUNTERS = tuple(each.name for each in fields(OutletCounts) if each.name not in ("outlet", "name"))


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to know that is no refusal: a feed that moved, a page behind a paywall, a broken encoding."""

    outlet: str
    location: str
    """The feed's or page's address."""
    message: str


@dataclass(frozen=True, slots=True)
class CollectSummary:
    """What `collect` came to."""

    run: str
    """The run's id in the store."""
    outlets: tuple[OutletCounts, ...]
    """Those with feeds that were asked for, in the order of feeds.yaml."""
    refusals: tuple[Refusal, ...] = ()
    """Feeds that failed, entries that cannot be used, pages that are broken or dangerous (their feed's text
    was judged instead)."""
    notices: tuple[Notice, ...] = ()
    not_due: int = 0
    """Feeds whose time had not come, or that are switched off or retired."""
    without_feed: int = 0
    """Outlets that name no feed."""
    interrupted: bool = False
    """Ended by Ctrl-C or SIGTERM; what had come by then is stored."""
    seconds: float = 0.0

    @property
    def totals(self) -> OutletCounts:
        """The counters of all outlets together."""
        sums: Counter[str] = Counter()
        for counts in self.outlets:
            sums.update({name: getattr(counts, name) for name in COUNTERS})
        return OutletCounts(outlet="", name="all", **sums)

    def as_mapping(self) -> Mapping[str, object]:
        """The figures for the ledger of runs; its refusals are kept there one by one."""
        return {
            "totals": {name: getattr(self.totals, name) for name in COUNTERS},
            "outlets": [asdict(counts) for counts in self.outlets],
            "refusals": len(self.refusals),
            "notices": [asdict(notice) for notice in self.notices],
            "not_due": self.not_due,
            "without_feed": self.without_feed,
            "interrupted": self.interrupted,
            "seconds": round(self.seconds, 3),
        }


@dataclass(slots=True)
class Tally:
    """The counters while they are still counted."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    """By outlet, then by the names in `COUNTERS`."""
    refusals: list[Refusal] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def add(self, outlet: str, counter: str, number: int = 1) -> None:
        """Count."""
        self.counts.setdefault(outlet, Counter())[counter] += number

    def outlets(self, names: Iterable[tuple[str, str]]) -> tuple[OutletCounts, ...]:
        """Give the counters of the outlets that have any, in the order of the (id, name) pairs given."""
        return tuple(
            OutletCounts(outlet=outlet, name=name, **self.counts[outlet])
            for outlet, name in names
            if outlet in self.counts
        )


class FeedVerdict(StrEnum):
    """How a feed stands when `doctor --feeds` asks for it. These strings are shown to users."""

    OK = "ok"
    MOVED = "moved"
    """There is a feed, at another address for good."""
    DEAD = "dead"
    """Nothing there: no host, 404, 410, a refused connection."""
    UNREACHABLE = "unreachable"
    """Not now: a timeout, 429, an error of the server."""
    NOT_A_FEED = "not-a-feed"
    ROBOTS = "robots"
    """robots.txt forbids it."""


@dataclass(frozen=True, slots=True)
class FeedCheck:
    """What came of asking for one feed."""

    outlet: str
    url: str
    verdict: FeedVerdict
    detail: str = ""
    """Why, what it is, or what is odd about it."""
    moved_to: str = ""
    items: int = 0
    http_status: int | None = None

    @property
    def fine(self) -> bool:
        """Whether nothing needs mending."""
        return self.verdict is FeedVerdict.OK
