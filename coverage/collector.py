"""The work of one collecting run, reply by reply: feeds to items, items to pages, pages to the store."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http import HTTPStatus

from ..errors import InputError
from .article import Candidate, Judged, Outcome, Refusal, Source, article_id
from .crawlsummary import Notice, Tally
from .feeds import OutletEntry, ParsedFeed, parse_feed
from .fetcher import Fetcher, Order, Reply
from .intake import Intake
from .pages import EXPECTED, page_note, worth_another_try
from .polling import Answer, Decision, FeedState, FetchOutcome, decide, request_headers
from .store import Store
from .urls import canonical_url, host_of, registrable_domain

BATCH = 20
"""Judged candidates that are stored in one transaction at most."""


@dataclass(slots=True)
class FeedJob:
    """A feed that was asked for, until all of its items are dealt with and its state is saved."""

    state: FeedState
    entry: OutletEntry
    answer: Answer | None = None
    """None until it has come."""
    pending: int = 0
    """Items whose page has not been judged and stored yet."""
    done: list[str] = field(default_factory=list)
    """Ids (by link) of the items that need no second look."""
    waiting: list[str] = field(default_factory=list)
    """Ids of the items whose page is worth another try at the next poll."""


@dataclass(frozen=True, slots=True)
class PageJob:
    """An item whose page was asked for."""

    feed: FeedJob
    item: str
    """The item's id, by its link."""
    candidate: Candidate


def address_to_fetch(link: str, canonical: str) -> str:
    """Give the address to ask for an article: its link, or what stands inside it where it is a wrapper.

    A search engine's or AMP cache's link holds the outlet's own address, and its robots.txt forbids the rest.
    """
    asked, meant = host_of(link), host_of(canonical)
    return link if registrable_domain(asked) == registrable_domain(meant) else canonical


class Collector:
    """Takes the replies of one run. Not for use from several threads.

    Args:
        fetcher: where feeds and pages are ordered from.
        store: where articles and states go.
        intake: judges each candidate.
        now: the clock, timezone-aware.
        run: the run's id in the store.
        progress: told of the stages `feeds` and `articles`.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        store: Store,
        intake: Intake,
        *,
        now: Callable[[], dt.datetime],
        run: str,
        progress: Callable[[str, int, int | None], None],
    ) -> None:
        self.tally = Tally()
        self._fetcher = fetcher
        self._store = store
        self._intake = intake
        self._now = now
        self._run = run
        self._progress = progress
        self._jobs: dict[int, FeedJob | PageJob] = {}
        self._numbers = 0
        self._claimed: set[str] = set()
        self._batch: list[tuple[PageJob, Judged]] = []
        self._feeds = [0, 0]
        self._pages = [0, 0]
        self._unrecorded: list[Refusal] = []

    def ask(self, state: FeedState, entry: OutletEntry) -> None:
        """Order a feed."""
        self.tally.add(entry.id, "feeds")
        self._feeds[1] += 1
        self._order(FeedJob(state, entry), state.address, request_headers(state))

    def take(self, reply: Reply) -> None:
        """Deal with one reply.

        Raises:
            StoreError: the store failed.
        """
        job = self._jobs.pop(reply.number)
        if isinstance(job, FeedJob):
            self._take_feed(job, reply)
            self._feeds[0] += 1
            self._progress("feeds", *self._feeds)
        else:
            self._take_page(job, reply)
            self._pages[0] += 1
            self._progress("articles", *self._pages)

    def finish(self) -> None:
        """Store what is left, and count what the end of the run leaves for the next one.

        Raises:
            StoreError: the store failed.
        """
        self._flush()
        for job in self._jobs.values():
            if isinstance(job, PageJob):
                self.tally.add(job.feed.entry.id, "deferred")
        self._record_refusals()

    def _order(self, job: FeedJob | PageJob, url: str, headers: dict[str, str]) -> None:
        number, self._numbers = self._numbers, self._numbers + 1
        self._jobs[number] = job
        self._fetcher.submit(Order(number, url, headers, feed=isinstance(job, FeedJob)))

    # Feeds

    def _take_feed(self, job: FeedJob, reply: Reply) -> None:
        job.answer = _answer(reply)
        same = bool(job.answer.body_hash) and job.answer.body_hash == job.state.body_hash
        if job.answer.outcome is FetchOutcome.OK and not same:
            try:
                parsed = parse_feed(
                    reply.body, url=reply.url, content_type=reply.headers.get("content-type", "")
                )
            except InputError as error:
                job.answer = replace(job.answer, outcome=FetchOutcome.UNREADABLE, problem=error.problem)
            else:
                self._take_items(job, parsed)
        if not job.pending:
            self._close(job)

    def _take_items(self, job: FeedJob, parsed: ParsedFeed) -> None:
        outlet, now = job.entry.id, self._now()
        self.tally.add(outlet, "items", parsed.items)
        for refusal in parsed.refusals:
            self._refuse(outlet, replace(refusal.source, fetched_at=now), refusal.reason)
        for problem in parsed.problems:
            self.tally.notices.append(Notice(outlet, job.state.address, problem))
        items: dict[str, tuple[Candidate, str]] = {}
        for candidate in parsed.candidates:
            source = replace(candidate.source, fetched_at=now)
            try:
                canonical = canonical_url(candidate.url or "")
            except InputError as error:
                self._refuse(outlet, source, error.problem)
                continue
            item = article_id(canonical)
            if item in items:
                self.tally.add(outlet, "known")
                continue
            # An aggregator is never credited: the article is that of the outlet it names, or of its address.
            credited = candidate.outlet if job.entry.aggregator else outlet
            address = address_to_fetch(candidate.url or "", canonical)
            items[item] = (replace(candidate, source=source, outlet=credited), address)
        new = self._order_pages(job, items)
        assert job.answer is not None
        job.answer = replace(
            job.answer, items=parsed.items, new_items=new, problem="; ".join(parsed.problems)
        )

    def _order_pages(self, job: FeedJob, items: dict[str, tuple[Candidate, str]]) -> int:
        """Order the pages of the items that are new, or of which only a summary is stored; count the new."""
        seen = set(job.state.recent)
        summaries = self._store.known(items.keys() - seen)
        new = 0
        for item, (candidate, address) in items.items():
            new += item not in seen and item not in summaries
            if item in seen or summaries.get(item) is False or item in self._claimed:
                self.tally.add(job.entry.id, "known")
                job.done.append(item)
                continue
            self._claimed.add(item)
            job.pending += 1
            self._pages[1] += 1
            self._order(PageJob(job, item, candidate), address, {})
        return new

    def _close(self, job: FeedJob) -> None:
        """Decide what the feed's answer means and save its state: the last thing that is done of a feed."""
        assert job.answer is not None
        answer = replace(job.answer, recent=tuple(job.done), waiting=tuple(job.waiting))
        decision = decide(job.state, answer, self._now())
        self._count_feed(job, decision)
        self._record_refusals()
        self._store.save_feed_state(decision.state, decision.fetch)

    def _count_feed(self, job: FeedJob, decision: Decision) -> None:
        outlet = job.entry.id
        if decision.fetch.outcome in (FetchOutcome.UNCHANGED, FetchOutcome.SAME_BODY):
            self.tally.add(outlet, "unchanged")
        if decision.moved:
            self.tally.add(outlet, "moved")
            self.tally.notices.append(Notice(outlet, job.state.url, decision.message))
        if decision.failed:
            self.tally.add(outlet, "retired" if decision.state.retired else "failed")
            self._note_refusal(
                Source("collect", job.state.address, fetched_at=decision.fetch.at), decision.message
            )

    # Pages

    def _take_page(self, job: PageJob, reply: Reply) -> None:
        feed = job.feed
        note = page_note(reply, link=job.candidate.url or "", title=job.candidate.title)
        # One more try, at the next poll; what fails twice is settled with the feed's own text.
        again = bool(note) and worth_another_try(reply) and job.item not in feed.state.waiting
        (feed.waiting if again else feed.done).append(job.item)
        feed.pending -= 1
        judged = self._intake.judge(_with_page(job.candidate, reply, note))
        found = note or _note_of(judged)
        if found:
            self.tally.add(feed.entry.id, "summaries")
            self._tell_of_page(job, found, reply.problem)
        if again and judged.outcome is not Outcome.STORED:
            # Not handed to the store, which would take it as seen and settled.
            self.tally.add(feed.entry.id, "deferred")
        else:
            self._batch.append((job, judged))
        if len(self._batch) >= BATCH or not feed.pending:
            self._flush()
            if not feed.pending:
                self._close(feed)

    def _tell_of_page(self, job: PageJob, note: str, problem: str) -> None:
        said = f": {problem}" if problem else ""
        message = f"page not had ({note}{said}); the feed's own text was judged"
        location = job.candidate.url or ""
        if note in EXPECTED:
            self.tally.notices.append(Notice(job.feed.entry.id, location, message))
        else:
            self._note_refusal(Source("collect", location, fetched_at=self._now()), message)

    def _flush(self) -> None:
        """Store the batch and count what became of each."""
        if not self._batch:
            return
        outcomes = self._store.add((judged for _, judged in self._batch), run=self._run)
        for (job, judged), outcome in zip(self._batch, outcomes, strict=True):
            self.tally.add(job.feed.entry.id, str(outcome))
            if outcome is Outcome.REFUSED:  # the store has entered it into the ledger
                reason = judged.reason or "refused, and no reason given"
                self.tally.refusals.append(Refusal(job.candidate.source, reason))
        self._batch.clear()

    def _refuse(self, outlet: str, source: Source, reason: str) -> None:
        self.tally.add(outlet, "refused")
        self._note_refusal(source, reason)

    def _note_refusal(self, source: Source, reason: str) -> None:
        self.tally.refusals.append(Refusal(source, reason))
        self._unrecorded.append(self.tally.refusals[-1])

    def _record_refusals(self) -> None:
        """Enter the refusals since the last time into the run's ledger."""
        if self._unrecorded:
            self._store.record_refusals(self._run, self._unrecorded)
            self._unrecorded.clear()


def _with_page(candidate: Candidate, reply: Reply, note: str) -> Candidate:
    """Give the candidate with its page, or with the note why there is none."""
    if note:
        return replace(candidate, note=note)
    return replace(
        candidate,
        page=reply.body,
        page_url=reply.url,
        content_type=reply.headers.get("content-type", ""),
    )


def _note_of(judged: Judged) -> str:
    """Say why the intake could not use the page that it was given; '' where it could."""
    article = judged.article
    return (article.note or "no-text") if article is not None and article.summary else ""


def _answer(reply: Reply) -> Answer:
    """Give what the decider needs to know of a reply."""
    outcome, problem = reply.outcome, reply.problem
    good = reply.status is not None and 200 <= reply.status < 300
    if outcome is FetchOutcome.OK and reply.status == 304:
        outcome = FetchOutcome.UNCHANGED
    elif outcome is FetchOutcome.OK and not good:
        outcome = FetchOutcome.HTTP_ERROR
        problem = f"the server answers {reply.status} {_phrase(reply.status)}".rstrip()
    return Answer(
        outcome=outcome,
        http_status=reply.status,
        # Half a feed must not pass for the whole one at the next poll.
        etag="" if reply.cut else reply.headers.get("etag", ""),
        last_modified="" if reply.cut else reply.headers.get("last-modified", ""),
        retry_after=reply.headers.get("retry-after", ""),
        body_hash=hashlib.sha256(reply.body).hexdigest() if good and not reply.cut else "",
        hops=reply.hops,
        seconds=reply.seconds,
        bytes=len(reply.body),
        problem=problem,
    )


def _phrase(status: int | None) -> str:
    try:
        return HTTPStatus(status or 0).phrase
    except ValueError:
        return ""
