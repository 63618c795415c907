"""Collect: poll the feeds that are due, fetch the pages of new items, judge and store them.

Fetching happens in a process of its own (fetcher.py); here the answers are read one by one: a feed's answer
is parsed and its new items are ordered, a page's answer is judged and stored. A feed's state is saved only
after all of its items are dealt with, so that a run that is broken off loses nothing: the next one gets the
same feed again.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import FrameType

from ..errors import InputError, StoreError
from ..settings import Settings
from .article import Progress, RunStatus
from .collector import Collector
from .crawlsummary import CollectSummary, FeedCheck, FeedVerdict
from .feeds import FeedsFile, parse_feed
from .fetcher import Fetcher, Order, Reply
from .intake import Intake
from .politeness import AddressPolicy, require_contact
from .polling import FeedState, FetchOutcome, due, moved_to, passing
from .store import Store


def collect(
    feeds: FeedsFile,
    store: Store,
    settings: Settings,
    *,
    intake: Intake,
    now: Callable[[], dt.datetime],
    progress: Progress | None = None,
    force: bool = False,
) -> CollectSummary:
    """Poll the feeds that are due and store what is new.

    Args:
        feeds: whose feeds.
        store: open; keeps the articles, the feeds' states and a record of the run.
        settings: how fast, how large, in whose name.
        intake: judges each candidate.
        now: the clock, timezone-aware.
        progress: told of the stages `feeds` and `articles`.
        force: poll feeds that are not due or switched off, too; retired ones never.

    Raises:
        ConfigError: no contact is set, and a feed is on another's server.
        FetchError: the fetching process cannot be started.
        StoreError: the store failed; what was stored before stays.
    """
    _require_contact(feeds, settings)
    started = time.monotonic()
    run = store.start_run("collect", now(), settings.model_dump(mode="json"))
    status = RunStatus.FAILED
    summary = CollectSummary(run=run, outlets=())
    try:
        summary = _collect(
            feeds, store, settings, intake=intake, now=now, progress=progress or _silent, force=force, run=run
        )
        status = RunStatus.INTERRUPTED if summary.interrupted else RunStatus.DONE
    finally:
        summary = replace(summary, seconds=time.monotonic() - started)
        # Where the store itself has failed, its own error is the one to hear.
        with contextlib.suppress(StoreError) if status is RunStatus.FAILED else contextlib.nullcontext():
            store.finish_run(run, now(), summary.as_mapping(), status=status)
    return summary


def check_feeds(
    feeds: FeedsFile,
    settings: Settings,
    *,
    now: Callable[[], dt.datetime] | None = None,
    progress: Progress | None = None,
) -> list[FeedCheck]:
    """Fetch every feed once and say how it stands; nothing is stored.

    Args:
        feeds: whose feeds.
        settings: how fast, how large, in whose name.
        now: not used; every long command has a clock.
        progress: told of the stage `feeds`.

    Returns:
        One check a feed, in the order of feeds.yaml.

    Raises:
        ConfigError: no contact is set, and a feed is on another's server.
        FetchError: the fetching process cannot be started.
    """
    _require_contact(feeds, settings)
    listed = list(feeds.feeds())
    checks: dict[int, FeedCheck] = {}
    with Fetcher(settings) as fetcher, _stopping(fetcher):
        for number, (_, feed) in enumerate(listed):
            fetcher.submit(Order(number, feed.url, feed=True))
        for reply in fetcher.replies():
            entry, feed = listed[reply.number]
            checks[reply.number] = _check(entry.id, feed.url, reply)
            (progress or _silent)("feeds", len(checks), len(listed))
    return [checks[number] for number in sorted(checks)]


def _collect(
    feeds: FeedsFile,
    store: Store,
    settings: Settings,
    *,
    intake: Intake,
    now: Callable[[], dt.datetime],
    progress: Progress,
    force: bool,
    run: str,
) -> CollectSummary:
    states = store.feed_states()
    entries = {feed.url: entry for entry, feed in feeds.feeds()}
    own = [
        replace(states.get(url) or FeedState(url, entry.id), outlet=entry.id)
        for url, entry in entries.items()
    ]
    chosen = due(own, now(), force=force)
    with Fetcher(settings) as fetcher, _stopping(fetcher) as stopped:
        collector = Collector(fetcher, store, intake, now=now, run=run, progress=progress)
        for state in chosen:
            collector.ask(state, entries[state.url])
        for reply in fetcher.replies():
            collector.take(reply)
        collector.finish()
    return CollectSummary(
        run=run,
        outlets=collector.tally.outlets((entry.id, entry.name) for entry in feeds.outlets),
        refusals=tuple(collector.tally.refusals),
        notices=tuple(collector.tally.notices),
        not_due=len(own) - len(chosen),
        without_feed=sum(not entry.feeds for entry in feeds.outlets),
        interrupted=stopped.is_set(),
    )


def _require_contact(feeds: FeedsFile, settings: Settings) -> None:
    policy = AddressPolicy.of(
        allow_all=settings.allow_private_addresses, hosts=settings.private_hosts, proxy=settings.proxy
    )
    require_contact(settings.contact, (feed.url for _, feed in feeds.feeds()), policy)


@contextlib.contextmanager
def _stopping(fetcher: Fetcher) -> Iterator[threading.Event]:
    """Let Ctrl-C and SIGTERM end the fetching, not the program: what has come is stored first.

    A second Ctrl-C ends the program as usual. Outside the main thread signals cannot be caught; there the
    caller's own handling stands.
    """
    stopped = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stopped
        return

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()
        fetcher.stop()
        signal.signal(number, before[signal.Signals(number)])

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _check(outlet: str, url: str, reply: Reply) -> FeedCheck:
    moved = moved_to(reply.hops)

    def check(verdict: FeedVerdict, detail: str, items: int = 0) -> FeedCheck:
        return FeedCheck(
            outlet=outlet,
            url=url,
            verdict=verdict,
            detail=detail,
            moved_to=moved if verdict is FeedVerdict.MOVED else "",
            items=items,
            http_status=reply.status,
        )

    if reply.outcome is FetchOutcome.ROBOTS:
        return check(FeedVerdict.ROBOTS, reply.problem)
    if reply.outcome is not FetchOutcome.OK:
        return check(FeedVerdict.UNREACHABLE if passing(reply.outcome) else FeedVerdict.DEAD, reply.problem)
    if reply.status is None or not 200 <= reply.status < 300:
        later = passing(FetchOutcome.HTTP_ERROR, reply.status)
        return check(
            FeedVerdict.UNREACHABLE if later else FeedVerdict.DEAD, f"the server answers {reply.status}"
        )
    try:
        parsed = parse_feed(reply.body, url=reply.url, content_type=reply.headers.get("content-type", ""))
    except InputError as error:
        return check(FeedVerdict.NOT_A_FEED, error.problem.removeprefix("not a feed: "))
    verdict = FeedVerdict.MOVED if moved and moved != url else FeedVerdict.OK
    return check(verdict, "; ".join(parsed.problems), parsed.items)


def _silent(stage: str, done: int, total: int | None) -> None:
    """Tell nobody."""


__all__ = ["CollectSummary", "FeedCheck", "FeedVerdict", "Progress", "check_feeds", "collect"]
