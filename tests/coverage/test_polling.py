"""The decider of feed polling: what an answer means for a feed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pressreview.coverage import polling
from pressreview.coverage.polling import (
    Answer,
    FeedState,
    FeedStatus,
    FetchOutcome,
    Hop,
    decide,
    due,
    request_headers,
    retry_after_seconds,
)

NOW = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)
URL = "https://harbour-times.example/feed.xml"
FRESH = FeedState(URL, "harbour-times")
KNOWN = replace(
    FRESH,
    etag='"one"',
    last_modified="Mon, 02 Mar 2026 10:00:00 GMT",
    body_hash="aa",
    last_poll=NOW - dt.timedelta(hours=1),
    last_success=NOW - dt.timedelta(hours=1),
    status=FeedStatus.OK,
    next_poll=NOW,
    recent=("old",),
)


def whole(**fields: object) -> Answer:
    """A 200 that is a feed."""
    given_fields: dict[str, object] = {
        "outcome": FetchOutcome.OK,
        "http_status": 200,
        "body_hash": "bb",
        "items": 10,
        "new_items": 5,
        **fields,
    }
    return Answer(**given_fields)  # type: ignore[arg-type]


def failed(outcome: FetchOutcome, status: int | None = None, **fields: str) -> Answer:
    """An answer that is no feed."""
    return Answer(outcome=outcome, http_status=status, **fields)  # type: ignore[arg-type]


# Conditional requests


def test_a_known_feed_is_asked_for_with_both_validators() -> None:
    assert request_headers(KNOWN) == {
        "If-None-Match": '"one"',
        "If-Modified-Since": "Mon, 02 Mar 2026 10:00:00 GMT",
    }


def test_a_new_feed_is_asked_for_without_conditions() -> None:
    assert request_headers(FRESH) == {}


def test_after_a_failure_the_whole_feed_is_asked_for() -> None:
    assert request_headers(replace(KNOWN, failures=0.5)) == {}


def test_a_whole_feed_renews_validators_hash_and_success() -> None:
    answer = whole(etag='"two"', last_modified="Mon, 02 Mar 2026 11:00:00 GMT", recent=("new",))
    state = decide(KNOWN, answer, NOW).state
    assert (state.etag, state.last_modified, state.body_hash) == (
        '"two"',
        "Mon, 02 Mar 2026 11:00:00 GMT",
        "bb",
    )
    assert state.last_success == state.last_poll == NOW
    assert state.recent == ("new",)
    assert state.status is FeedStatus.OK


def test_a_304_is_unchanged_and_keeps_what_was_known() -> None:
    decision = decide(KNOWN, Answer(FetchOutcome.UNCHANGED, 304), NOW)
    assert decision.fetch.outcome is FetchOutcome.UNCHANGED
    assert not decision.failed
    assert (decision.state.etag, decision.state.recent) == ('"one"', ("old",))
    assert decision.state.last_success == KNOWN.last_success


def test_a_304_after_a_failure_proves_no_recovery() -> None:
    failing = replace(KNOWN, failures=2.0, status=FeedStatus.FAILING)
    state = decide(failing, Answer(FetchOutcome.UNCHANGED, 304), NOW).state
    assert state.failures == 2.0
    assert state.status is FeedStatus.FAILING


def test_a_304_to_a_request_without_conditions_is_a_failure() -> None:
    assert decide(FRESH, Answer(FetchOutcome.UNCHANGED, 304), NOW).failed


def test_the_same_bytes_under_a_new_etag_are_no_news() -> None:
    decision = decide(KNOWN, whole(etag='"two"', body_hash="aa", items=0, new_items=0), NOW)
    assert decision.fetch.outcome is FetchOutcome.SAME_BODY
    assert decision.state.recent == ("old",)
    assert decision.state.interval > KNOWN.interval


def test_other_bytes_under_the_same_etag_are_news() -> None:
    assert decide(KNOWN, whole(etag='"one"', body_hash="cc"), NOW).fetch.outcome is FetchOutcome.OK


def test_a_feed_with_items_to_try_again_is_read_whole_next_time() -> None:
    state = decide(KNOWN, whole(etag='"two"', waiting=("item",)), NOW).state
    assert (state.etag, state.last_modified, state.body_hash) == ("", "", "")
    assert state.waiting == ("item",)


def test_a_valid_empty_feed_is_no_failure() -> None:
    decision = decide(FRESH, whole(items=0, new_items=0), NOW)
    assert not decision.failed
    assert decision.state.failures == 0


# Redirects


@pytest.mark.parametrize("status", [301, 308])
def test_a_permanent_redirect_moves_the_feed_and_says_so(status: int) -> None:
    decision = decide(KNOWN, whole(hops=(Hop(status, "https://new.example/feed"),)), NOW)
    assert decision.moved
    assert decision.state.address == "https://new.example/feed"
    assert decision.state.url == URL
    assert "https://new.example/feed" in decision.message


@pytest.mark.parametrize("status", [302, 303, 307, 0])
def test_a_temporary_redirect_does_not(status: int) -> None:
    decision = decide(KNOWN, whole(hops=(Hop(status, "https://new.example/feed"),)), NOW)
    assert not decision.moved
    assert decision.state.address == URL


def test_of_a_chain_the_permanent_part_counts() -> None:
    hops = (Hop(301, "https://a.example/"), Hop(308, "https://b.example/"), Hop(302, "https://c.example/"))
    assert decide(KNOWN, whole(hops=hops), NOW).state.address == "https://b.example/"


def test_a_permanent_redirect_to_what_is_no_feed_moves_nothing() -> None:
    answer = failed(FetchOutcome.UNREADABLE, 200)
    answer = replace(answer, hops=(Hop(301, "https://harbour-times.example/"),))
    decision = decide(KNOWN, answer, NOW)
    assert decision.failed
    assert decision.state.address == URL


def test_a_feed_that_moved_is_not_moved_again_by_the_same_redirect() -> None:
    moved = replace(KNOWN, moved_to="https://new.example/feed")
    assert not decide(moved, whole(hops=(Hop(301, "https://new.example/feed"),)), NOW).moved


def test_a_moved_feed_that_is_not_found_is_asked_for_at_its_first_address() -> None:
    moved = replace(KNOWN, moved_to="https://new.example/feed")
    assert decide(moved, failed(FetchOutcome.HTTP_ERROR, 404), NOW).state.address == URL


# Failures


def test_410_retires_the_feed_for_good() -> None:
    decision = decide(KNOWN, failed(FetchOutcome.HTTP_ERROR, 410), NOW)
    assert decision.state.retired
    assert decision.state.status is FeedStatus.RETIRED
    assert due([decision.state], NOW + dt.timedelta(days=3650), force=True) == []
    assert "410" in decision.message


@pytest.mark.parametrize(
    ("outcome", "status", "weight"),
    [
        (FetchOutcome.HTTP_ERROR, 404, 1.0),
        (FetchOutcome.HTTP_ERROR, 403, 1.0),
        (FetchOutcome.UNREADABLE, 200, 1.0),
        (FetchOutcome.DNS, None, 1.0),
        (FetchOutcome.PRIVATE, None, 1.0),
        (FetchOutcome.TOO_LARGE, None, 1.0),
        (FetchOutcome.REDIRECTS, None, 1.0),
        (FetchOutcome.HTTP_ERROR, 500, 0.5),
        (FetchOutcome.HTTP_ERROR, 503, 0.5),
        (FetchOutcome.HTTP_ERROR, 429, 0.5),
        (FetchOutcome.TIMEOUT, None, 0.5),
        (FetchOutcome.CONNECTION, None, 0.5),
        (FetchOutcome.ROBOTS_ERROR, None, 0.5),
        (FetchOutcome.DNS_AGAIN, None, 0.25),
    ],
)
def test_failures_are_weighted(outcome: FetchOutcome, status: int | None, weight: float) -> None:
    decision = decide(KNOWN, failed(outcome, status), NOW)
    assert decision.failed
    assert decision.state.failures == weight
    assert decision.state.status is FeedStatus.FAILING


def test_a_feed_is_switched_off_after_failures_of_a_weight_of_30() -> None:
    state = replace(KNOWN, failures=29.0)
    decision = decide(state, failed(FetchOutcome.HTTP_ERROR, 404), NOW)
    assert decision.state.status is FeedStatus.DISABLED
    assert "--force" in decision.message
    later = NOW + dt.timedelta(days=400)
    assert due([decision.state], later) == []
    assert due([decision.state], later, force=True) == [decision.state]


def test_a_whole_feed_ends_a_row_of_failures() -> None:
    disabled = replace(KNOWN, failures=31.0, status=FeedStatus.DISABLED)
    state = decide(disabled, whole(), NOW).state
    assert (state.failures, state.status) == (0.0, FeedStatus.OK)


def test_the_back_off_is_linear_and_at_most_a_day() -> None:
    waits = [polling.backoff(3600, failures) for failures in (1, 2, 3, 100)]
    assert waits == [7200, 10800, 14400, 86400]


# Retry-After


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Mon, 02 Mar 2026 12:05:00 GMT", 300),
        ("Monday, 02-Mar-26 12:05:00 GMT", 300),
        ("Mon Mar  2 12:05:00 2026", 300),
        ("Mon, 02 Mar 2026 11:00:00 GMT", 0),
        ("99999999999999999999", polling.MAX_RETRY_AFTER),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
    ],
)
def test_retry_after_is_read_in_every_form_of_the_standard(value: str, seconds: int | None) -> None:
    assert retry_after_seconds(value, NOW) == seconds


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_asks_for_a_pause_gets_it(status: int) -> None:
    answer = failed(FetchOutcome.HTTP_ERROR, status, retry_after="86400")
    decision = decide(KNOWN, answer, NOW)
    assert decision.fetch.outcome is FetchOutcome.THROTTLED
    assert decision.state.next_poll == NOW + dt.timedelta(days=1)


def test_a_retry_after_shorter_than_the_back_off_does_not_shorten_it() -> None:
    decision = decide(KNOWN, failed(FetchOutcome.HTTP_ERROR, 503, retry_after="1"), NOW)
    assert decision.state.next_poll == NOW + dt.timedelta(seconds=polling.backoff(3600, 0.5))


# The interval


def test_a_feed_of_known_items_is_asked_less_often() -> None:
    assert decide(KNOWN, whole(items=100, new_items=33), NOW).state.interval == 5400


def test_a_feed_of_new_items_is_asked_oftener() -> None:
    assert decide(KNOWN, whole(items=100, new_items=68), NOW).state.interval == 2400


def test_between_the_two_the_interval_stays() -> None:
    assert decide(KNOWN, whole(items=100, new_items=50), NOW).state.interval == 3600


def test_the_first_poll_says_nothing_about_the_pace() -> None:
    assert decide(FRESH, whole(items=100, new_items=100), NOW).state.interval == polling.START_INTERVAL


# What is due


def test_the_longest_overdue_comes_first_and_what_is_not_due_does_not() -> None:
    early = replace(KNOWN, url="https://a.example/", next_poll=NOW - dt.timedelta(hours=2))
    late = replace(KNOWN, url="https://b.example/", next_poll=NOW - dt.timedelta(hours=1))
    future = replace(KNOWN, url="https://c.example/", next_poll=NOW + dt.timedelta(seconds=1))
    assert due([future, late, FRESH, early], NOW) == [FRESH, early, late]
    assert future in due([future], NOW, force=True)


# Invariants


moments = st.integers(0, 50_000).map(lambda days: NOW - dt.timedelta(days=9_000) + dt.timedelta(days=days))
states = st.builds(
    FeedState,
    url=st.just(URL),
    outlet=st.just("harbour-times"),
    etag=st.sampled_from(["", '"e"', 'W/"e"']),
    last_modified=st.sampled_from(["", "Mon, 02 Mar 2026 10:00:00 GMT", "nonsense"]),
    body_hash=st.sampled_from(["", "aa", "bb"]),
    last_success=st.none() | moments,
    failures=st.floats(0, 40),
    status=st.sampled_from([s for s in FeedStatus if s is not FeedStatus.RETIRED]),
    interval=st.integers(polling.MIN_INTERVAL, polling.MAX_INTERVAL),
    moved_to=st.sampled_from(["", "https://new.example/feed"]),
)
answers = st.integers(0, 300).flatmap(
    lambda items: st.builds(
        Answer,
        outcome=st.sampled_from(FetchOutcome),
        http_status=st.none() | st.sampled_from([200, 301, 304, 400, 403, 404, 410, 429, 500, 503, 599]),
        etag=st.text(max_size=5),
        retry_after=st.text(max_size=12) | st.integers(-10, 10**12).map(str),
        body_hash=st.sampled_from(["", "aa", "bb"]),
        hops=st.lists(
            st.builds(
                Hop,
                st.sampled_from([0, 301, 302, 303, 307, 308]),
                st.sampled_from(["https://x.example/", URL]),
            )
        ).map(tuple),
        items=st.just(items),
        new_items=st.integers(0, items),
    )
)


@given(states, answers, moments)
def test_whatever_comes_the_next_poll_is_soon_enough_and_not_too_soon(
    state: FeedState, answer: Answer, now: dt.datetime
) -> None:
    new = decide(state, answer, now).state
    assert polling.MIN_INTERVAL <= new.interval <= polling.MAX_INTERVAL
    if new.retired:
        assert new.next_poll is None
    else:
        assert new.next_poll is not None
        wait = (new.next_poll - now).total_seconds()
        assert polling.MIN_INTERVAL <= wait <= polling.MAX_RETRY_AFTER


@given(states, answers, moments)
def test_only_a_whole_feed_counts_as_success(state: FeedState, answer: Answer, now: dt.datetime) -> None:
    decision = decide(state, answer, now)
    renewed = decision.state.last_success == now
    assert renewed == (decision.fetch.outcome in (FetchOutcome.OK, FetchOutcome.SAME_BODY)) or (
        state.last_success == now
    )
    if decision.failed and not decision.state.retired:
        assert decision.state.failures > state.failures
    assert decision.state.url == state.url


@given(states, answers, moments)
def test_deciding_twice_gives_the_same(state: FeedState, answer: Answer, now: dt.datetime) -> None:
    assert decide(state, answer, now) == decide(state, answer, now)


@given(st.text(max_size=40), moments)
def test_any_retry_after_is_read_or_left_alone(value: str, now: dt.datetime) -> None:
    seconds = retry_after_seconds(value, now)
    assert seconds is None or 0 <= seconds <= polling.MAX_RETRY_AFTER
