"""When a feed is asked again, and what its answer means: the pure decider of feed polling.

Nothing here reads a clock, a socket or the store: the old state, the answer and the time go in, the new
state and a record of the fetch come out (the shape is that of lemon24/reader's update decider). The
weights of failures, the linear back-off and the 67 % / 33 % rule follow mediacloud/rss-fetcher, which has
polled some 100,000 news feeds for years; conditional requests and Retry-After follow RFC 9110.
"""

from __future__ import annotations

import datetime as dt
import email.utils
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

MIN_INTERVAL = 15 * 60
"""Seconds. Below a quarter of an hour the busiest agency feed brings nothing that the next poll would miss,
and operators count it as abuse."""
MAX_INTERVAL = 24 * 3600
"""Seconds. Most feeds carry a day's items or more; with a longer gap a feed of 20 items loses some."""
START_INTERVAL = 3600
"""Seconds between polls of a feed that nothing is known of yet."""
STEP = 1.5
"""The interval is multiplied or divided by this: six steps from a quarter of an hour to almost 3 hours."""
GROW_AT = 0.67
"""Share of known items from which the feed is asked less often."""
SHRINK_UNDER = 0.33
"""Share of known items under which the feed is asked oftener."""
DISABLED_AT = 30.0
"""Weighted failures in a row after which a feed is polled no more (a month, at one hard failure a day)."""
MAX_BACKOFF = 24 * 3600
"""Seconds: the linear back-off never waits longer."""
MAX_RETRY_AFTER = 7 * 24 * 3600
"""Seconds: a Retry-After beyond a week is taken as a week, so that a wrong date silences no feed for good."""
KEPT_FETCHES = 30
"""So many fetches of each feed are kept in the store."""


class FeedStatus(StrEnum):
    """How a feed stands. These strings are in the store and in reports: they never change."""

    NEW = "new"
    """Never fetched."""
    OK = "ok"
    FAILING = "failing"
    """The last fetch failed, or nothing has proved since that the feed is back."""
    DISABLED = "disabled"
    """Failed too often (`DISABLED_AT`); polled only by force."""
    RETIRED = "retired"
    """The server said 410 Gone; never polled again."""


class FetchOutcome(StrEnum):
    """What one fetch of a feed or page came to. These strings are in the store: they never change."""

    OK = "ok"
    UNCHANGED = "unchanged"
    """304 Not Modified."""
    SAME_BODY = "same-body"
    """200, with the very bytes of the last time."""
    GONE = "gone"
    """410: the feed is retired."""
    THROTTLED = "throttled"
    """429, or 503 with a Retry-After."""
    HTTP_ERROR = "http-error"
    UNREADABLE = "not-a-feed"
    ROBOTS = "robots"
    """robots.txt forbids it."""
    ROBOTS_ERROR = "robots-error"
    """The server has an error in place of its robots.txt, which forbids all for now (RFC 9309)."""
    TIMEOUT = "timeout"
    CONNECTION = "connection"
    """Refused, reset or cut off."""
    DNS = "dns"
    """There is no such host."""
    DNS_AGAIN = "dns-again"
    """The name server could not answer now."""
    TLS = "tls"
    TOO_LARGE = "too-large"
    REDIRECTS = "redirect-loop"
    PRIVATE = "private-address"
    """Refused by us: the host, or what it redirects to, is on a private network."""
    UNSUPPORTED = "unsupported"
    """An address, header or encoding that cannot be handled."""


HARD, SOFT, FAINT = 1.0, 0.5, 0.25
_SOFT_OUTCOMES = frozenset(
    {FetchOutcome.THROTTLED, FetchOutcome.TIMEOUT, FetchOutcome.CONNECTION, FetchOutcome.ROBOTS_ERROR}
)
_SOFT_HTTP = frozenset({408, 425, 429, 500, 502, 503, 504, 507, 520, 521, 522, 523, 524, 529, 530})
"""Statuses that tell of the server's day, not of the feed (RFC 9110, 6585; 52x and 530: Cloudflare)."""
_PERMANENT = frozenset({301, 308})


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is remembered of a feed between polls."""

    url: str
    """The address in feeds.yaml; it names the feed, whatever it moves to."""
    outlet: str
    """The outlet's id in feeds.yaml."""
    etag: str = ""
    """As served, quotes and all; '' where there is none."""
    last_modified: str = ""
    """As served; '' where there is none."""
    body_hash: str = ""
    """SHA-256 of the last feed whose items were all dealt with, in hexadecimal."""
    last_poll: dt.datetime | None = None
    last_success: dt.datetime | None = None
    """The last time that a whole feed came."""
    failures: float = 0.0
    """Failures in a row, weighted: hard 1, soft 0.5, a name server's try-again 0.25."""
    status: FeedStatus = FeedStatus.NEW
    next_poll: dt.datetime | None = None
    """None: at once."""
    interval: int = START_INTERVAL
    """Seconds between polls while all is well."""
    moved_to: str = ""
    """Where permanent redirects (301, 308) have moved the feed; '' where they have not."""
    retired: bool = False
    """The server said 410 Gone."""
    recent: tuple[str, ...] = ()
    """Ids of the items in the last whole feed that are dealt with and need no second look: an item's id by
    its link need not be that of the article stored (redirects, rel=canonical), and one that was refused is
    in no other ledger."""
    waiting: tuple[str, ...] = ()
    """Ids of the items whose page failed for a passing reason; they are asked for once more."""

    @property
    def address(self) -> str:
        """Where the feed is asked for now."""
        return self.moved_to or self.url


@dataclass(frozen=True, slots=True)
class FetchRecord:
    """One fetch of a feed, for the log that is kept of each."""

    feed: str
    """`FeedState.url`."""
    at: dt.datetime
    http_status: int | None
    """None where no answer came."""
    outcome: FetchOutcome
    items: int = 0
    new_items: int = 0
    seconds: float = 0.0
    bytes: int = 0
    note: str = ""
    """What went wrong, or where the feed moved to."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect on the way: the status that sent us on, and where to."""

    status: int
    """0 where a page, not the server, sent us on (meta refresh)."""
    to: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request for a feed came to, as far as the decider needs to know.

    `outcome` is OK for any 200 that is a feed; the decider itself tells 304, 410, 429 and errors apart by
    `http_status` and sees the same body by its hash.
    """

    outcome: FetchOutcome
    http_status: int | None = None
    etag: str = ""
    last_modified: str = ""
    retry_after: str = ""
    """The Retry-After header as served."""
    body_hash: str = ""
    hops: tuple[Hop, ...] = ()
    items: int = 0
    new_items: int = 0
    recent: tuple[str, ...] = ()
    """Ids of the items that are dealt with, for `FeedState.recent`."""
    waiting: tuple[str, ...] = ()
    """For `FeedState.waiting`; where there are any, the feed is read whole again next time."""
    seconds: float = 0.0
    bytes: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows from an answer."""

    state: FeedState
    fetch: FetchRecord
    moved: bool = False
    """The feed has moved just now; `state.moved_to` says where."""
    message: str = ""
    """What the user should know and do; '' where there is nothing to say."""

    @property
    def failed(self) -> bool:
        """Whether the fetch brought no feed and no 304."""
        return self.fetch.outcome not in (
            FetchOutcome.OK,
            FetchOutcome.UNCHANGED,
            FetchOutcome.SAME_BODY,
        )


def due(states: Iterable[FeedState], now: dt.datetime, *, force: bool = False) -> list[FeedState]:
    """Give the feeds to poll now, the longest overdue first; `force` adds all but the retired ones."""
    early = dt.datetime.min.replace(tzinfo=dt.UTC)
    chosen = [
        state
        for state in states
        if not state.retired
        and (force or (state.status is not FeedStatus.DISABLED and (state.next_poll or early) <= now))
    ]
    return sorted(chosen, key=lambda state: (state.next_poll or early, state.url))


def request_headers(state: FeedState) -> dict[str, str]:
    """Give the headers that make the request conditional (RFC 9110, sections 13.1.2 and 13.1.3).

    After a failure the feed is asked for without conditions, since a 304 would prove nothing.
    """
    headers: dict[str, str] = {}
    if state.failures:
        return headers
    if state.etag:
        headers["If-None-Match"] = state.etag
    if state.last_modified:
        headers["If-Modified-Since"] = state.last_modified
    return headers


def retry_after_seconds(value: str, now: dt.datetime) -> int | None:
    """Read a Retry-After header: seconds or an HTTP-date in any of its three forms (RFC 9110, 10.2.3).

    Returns:
        Seconds from `now`, 0 to `MAX_RETRY_AFTER`; None where the header is missing or unreadable.
    """
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(int(value[:12]), MAX_RETRY_AFTER)
    try:
        until = email.utils.parsedate_to_datetime(value)
        if until.tzinfo is None:
            until = until.replace(tzinfo=dt.UTC)
        seconds = (until - now).total_seconds()
    except (ValueError, OverflowError):
        return None
    return int(min(max(seconds, 0), MAX_RETRY_AFTER))


def failure_weight(outcome: FetchOutcome, http_status: int | None = None) -> float:
    """Give the weight of a failure: hard 1, soft 0.5, a name server's try-again 0.25."""
    if outcome is FetchOutcome.DNS_AGAIN:
        return FAINT
    if outcome in _SOFT_OUTCOMES or (outcome is FetchOutcome.HTTP_ERROR and http_status in _SOFT_HTTP):
        return SOFT
    return HARD


def passing(outcome: FetchOutcome, http_status: int | None = None) -> bool:
    """Whether a failure may well be over by the next poll (so that a page is worth asking for again)."""
    return failure_weight(outcome, http_status) < HARD


def next_interval(interval: int, items: int, new_items: int) -> int:
    """Give the seconds to the next poll, from how many of the feed's items were known already."""
    known = 1.0 if items <= 0 else (items - new_items) / items
    if known >= GROW_AT:
        interval = round(interval * STEP)
    elif known < SHRINK_UNDER:
        interval = round(interval / STEP)
    return min(max(interval, MIN_INTERVAL), MAX_INTERVAL)


def backoff(interval: int, failures: float) -> int:
    """Give the seconds to wait after failures: linear in their weight, a day at the most."""
    return min(round(interval * (1 + failures)), MAX_BACKOFF)


def moved_to(hops: Iterable[Hop]) -> str:
    """Give the address that permanent redirects lead to: those before the first temporary one count."""
    address = ""
    for hop in hops:
        if hop.status not in _PERMANENT:
            break
        address = hop.to
    return address


def decide(state: FeedState, answer: Answer, now: dt.datetime) -> Decision:
    """Say what an answer means for a feed: its next state, the record of the fetch, what to tell the user."""
    if answer.http_status == 410 or answer.outcome is FetchOutcome.GONE:
        return _retire(state, answer, now)
    if answer.http_status == 304 or answer.outcome is FetchOutcome.UNCHANGED:
        return _not_modified(state, answer, now)
    if answer.outcome in (FetchOutcome.OK, FetchOutcome.SAME_BODY):
        return _whole_feed(state, answer, now)
    return _failure(state, answer, now)


def _record(
    state: FeedState, answer: Answer, now: dt.datetime, outcome: FetchOutcome, note: str
) -> FetchRecord:
    return FetchRecord(
        feed=state.url,
        at=now,
        http_status=answer.http_status,
        outcome=outcome,
        items=answer.items,
        new_items=answer.new_items,
        seconds=answer.seconds,
        bytes=answer.bytes,
        note=note,
    )


def _retire(state: FeedState, answer: Answer, now: dt.datetime) -> Decision:
    message = "the server says that the feed is gone for good (410): take it out of feeds.yaml"
    new = replace(state, retired=True, status=FeedStatus.RETIRED, last_poll=now, next_poll=None)
    return Decision(new, _record(state, answer, now, FetchOutcome.GONE, message), message=message)


def _not_modified(state: FeedState, answer: Answer, now: dt.datetime) -> Decision:
    """304: nothing new; and, after a failure, no proof that the feed is back (only a whole feed is one)."""
    if not (state.etag or state.last_modified):
        odd = replace(answer, outcome=FetchOutcome.HTTP_ERROR, problem="304 to a request without conditions")
        return _failure(state, odd, now)
    if state.failures:
        interval, wait = state.interval, backoff(state.interval, state.failures)
    else:
        interval = wait = next_interval(state.interval, 0, 0)
    new = replace(state, last_poll=now, interval=interval, next_poll=now + dt.timedelta(seconds=wait))
    return Decision(new, _record(state, answer, now, FetchOutcome.UNCHANGED, ""))


def _whole_feed(state: FeedState, answer: Answer, now: dt.datetime) -> Decision:
    same = bool(answer.body_hash) and answer.body_hash == state.body_hash
    target = moved_to(answer.hops)
    moved = bool(target) and target not in (state.url, state.address)
    # On the first poll every item is new, whatever the feed's pace: it says nothing about the interval.
    first = state.last_success is None
    interval = (
        state.interval
        if first
        else next_interval(state.interval, 0 if same else answer.items, answer.new_items)
    )
    keep = not answer.waiting
    new = replace(
        state,
        etag=answer.etag if keep else "",
        last_modified=answer.last_modified if keep else "",
        body_hash=answer.body_hash if keep else "",
        recent=state.recent if same else answer.recent,
        waiting=state.waiting if same else answer.waiting,
        last_poll=now,
        last_success=now,
        failures=0.0,
        status=FeedStatus.OK,
        interval=interval,
        next_poll=now + dt.timedelta(seconds=interval),
        moved_to=target if moved else state.moved_to,
    )
    message = f"the feed has moved to {target}: put that address into feeds.yaml" if moved else ""
    outcome = FetchOutcome.SAME_BODY if same else FetchOutcome.OK
    note = f"moved to {target}" if moved else answer.problem
    return Decision(new, _record(state, answer, now, outcome, note), moved=moved, message=message)


def _failure(state: FeedState, answer: Answer, now: dt.datetime) -> Decision:
    outcome = answer.outcome
    if answer.http_status == 429 or (answer.http_status == 503 and answer.retry_after):
        outcome = FetchOutcome.THROTTLED
    failures = state.failures + failure_weight(outcome, answer.http_status)
    disabled = failures >= DISABLED_AT
    wait = max(backoff(state.interval, failures), retry_after_seconds(answer.retry_after, now) or 0)
    new = replace(
        state,
        failures=failures,
        status=FeedStatus.DISABLED if disabled else FeedStatus.FAILING,
        last_poll=now,
        next_poll=now + dt.timedelta(seconds=wait),
        # A feed that moved and is not found there is asked for at its first address again.
        moved_to="" if answer.http_status == 404 else state.moved_to,
    )
    problem = answer.problem or f"{outcome}" + (f" {answer.http_status}" if answer.http_status else "")
    message = problem
    if disabled and state.status is not FeedStatus.DISABLED:
        message = (
            f"{problem}; it has failed too often and is switched off: mend or remove it in feeds.yaml, "
            "or poll it with --force"
        )
    return Decision(new, _record(state, answer, now, outcome, problem), message=message)
