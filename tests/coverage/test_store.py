"""What the store keeps and gives back. Every test runs on SQLite and on a PostgreSQL server."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pressreview.coverage.article import Annotation, Outcome, Outlet, Refusal, RunStatus, SeenCount, Source
from pressreview.coverage.polling import FeedState, FeedStatus, FetchOutcome, FetchRecord
from pressreview.coverage.store import Store
from pressreview.errors import StoreError

STORED, UPGRADED, KNOWN = Outcome.STORED, Outcome.UPGRADED, Outcome.KNOWN
DROPPED, REFUSED = Outcome.DROPPED, Outcome.REFUSED
DAY = dt.date(2024, 3, 7)


def seen(store: Store) -> list[tuple[Any, ...]]:
    return [(count.day, count.lang, count.seen, count.passed) for count in store.seen_counts()]


# Adding


def test_an_article_comes_back_as_it_was_added(store: Store, run: str, samples: Any) -> None:
    assert store.add([samples.stored()], run=run) == [STORED]
    assert list(store.articles()) == [samples.article()]


def test_an_article_with_nothing_but_the_required_fields_comes_back(
    store: Store, run: str, samples: Any
) -> None:
    bare = replace(
        samples.article(),
        **{"url": "", "authors": (), "published": None, "dates": (), "countries": (), "terms": ()},
        **{"lang_votes": {}, "external_id": "", "source": Source("collect", "https://feed.example/")},
    )
    store.add([replace(samples.stored(), article=bare)], run=run)
    assert list(store.articles()) == [bare]


def test_adding_twice_changes_nothing(store: Store, run: str, samples: Any) -> None:
    batch = [samples.stored("a"), samples.dropped("b"), samples.stored("c", summary=True)]
    assert store.add(batch, run=run) == [STORED, DROPPED, STORED]
    before = (list(store.articles()), seen(store))
    assert store.add(batch, run=run) == [KNOWN, KNOWN, KNOWN]
    assert (list(store.articles()), seen(store)) == before


def test_the_same_article_twice_in_a_batch_is_stored_once(store: Store, run: str, samples: Any) -> None:
    batch = [samples.stored("a", title="First"), samples.stored("a", title="Second")]
    assert store.add(batch, run=run) == [STORED, KNOWN]
    assert [article.title for article in store.articles()] == ["First"]


def test_outcomes_come_in_the_order_of_the_batch(store: Store, run: str, samples: Any) -> None:
    batch = [samples.refused(), samples.stored("z"), samples.dropped("m"), samples.stored("a")]
    assert store.add(batch, run=run) == [REFUSED, STORED, DROPPED, STORED]


def test_a_summary_gives_way_to_the_full_text(store: Store, run: str, samples: Any) -> None:
    store.add([samples.stored("a", summary=True, text="Short.", note="robots")], run=run)
    full = samples.stored("a", text="Made up, and long.", lang="cy")
    assert store.add([full], run=run) == [UPGRADED]
    assert list(store.articles()) == [full.article]
    assert seen(store) == [(DAY, "cy", 1, 1)]


def test_an_upgraded_article_must_be_classified_again(store: Store, run: str, samples: Any) -> None:
    store.add([samples.stored("a", summary=True), samples.stored("b")], run=run)
    store.add_labels([samples.label("a"), samples.label("b")], created_at=samples.now)
    store.add([samples.stored("a")], run=run)
    assert [article.id for article in store.articles(without_label_of="model-1")] == ["a"]


def test_a_full_text_never_gives_way_to_a_summary(store: Store, run: str, samples: Any) -> None:
    store.add([samples.stored("a", text="Made up, and long.")], run=run)
    assert store.add([samples.stored("a", text="Short.", summary=True)], run=run) == [KNOWN]
    assert [article.text for article in store.articles()] == ["Made up, and long."]


def test_a_summary_and_its_full_text_in_one_batch(store: Store, run: str, samples: Any) -> None:
    batch = [samples.stored("a", summary=True), samples.stored("a")]
    assert store.add(batch, run=run) == [STORED, UPGRADED]
    assert [article.summary for article in store.articles()] == [False]


def test_a_dropped_article_that_passes_later_is_stored_and_counted_once(
    store: Store, run: str, samples: Any
) -> None:
    store.add([samples.dropped("a", lang="und")], run=run)
    assert seen(store) == [(DAY, "und", 1, 0)]
    assert store.add([samples.stored("a")], run=run) == [STORED]
    assert seen(store) == [(DAY, "en", 1, 1)]


def test_a_stored_article_that_is_dropped_later_stays(store: Store, run: str, samples: Any) -> None:
    store.add([samples.stored("a")], run=run)
    assert store.add([samples.dropped("a")], run=run) == [KNOWN]
    assert seen(store) == [(DAY, "en", 1, 1)]


def test_a_refused_candidate_is_in_the_ledger_of_its_run(store: Store, run: str, samples: Any) -> None:
    other = store.start_run("import", samples.now, {})
    store.add([samples.refused("the text is empty"), samples.stored(), samples.refused("no id")], run=run)
    place = Source("import", "broken.jsonl", 3)
    assert store.refusals(run) == [Refusal(place, "the text is empty"), Refusal(place, "no id")]
    assert store.refusals(other) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": ""}, "no id"),
        ({"id": "other"}, "two ids"),
        ({"article": None}, "no article"),
        ({"outlet": None, "article": "long outlet"}, "255"),
    ],
)
def test_a_candidate_that_is_wrong_in_itself_is_refused_and_the_rest_goes_on(
    store: Store, run: str, samples: Any, changes: dict[str, Any], reason: str
) -> None:
    if changes.get("article") == "long outlet":
        changes = {**changes, "article": samples.article("a", outlet="o" * 300)}
    wrong = replace(samples.stored("a"), **changes)
    assert store.add([wrong, samples.stored("b")], run=run) == [REFUSED, STORED]
    assert reason in store.refusals(run)[0].reason


def test_an_article_of_an_outlet_that_nobody_described_gets_a_guessed_outlet(
    store: Store, run: str, samples: Any
) -> None:
    store.add([replace(samples.stored(), outlet=None)], run=run)
    assert store.outlets()["the-harbour-post"].guessed


def test_adding_for_a_run_that_was_never_started_is_an_error(store: Store, samples: Any) -> None:
    with pytest.raises(StoreError, match=r"no run 'nowhere'.*start_run"):
        store.add([samples.stored()], run="nowhere")


names = st.sampled_from(["a", "b", "c"])
candidates = st.lists(
    st.tuples(names, st.sampled_from(["full", "summary", "dropped", "refused"])), max_size=12
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(candidates, min_size=1, max_size=3))
def test_a_batch_comes_to_the_same_as_its_candidates_one_by_one(
    store: Store, samples: Any, batches: list[list[tuple[str, str]]]
) -> None:
    def judged(name: str, kind: str) -> Any:
        if kind == "refused":
            return samples.refused()
        if kind == "dropped":
            return samples.dropped(name)
        return samples.stored(name, summary=kind == "summary", text=kind)

    results = []
    for one_by_one in (False, True):
        with store.engine.begin() as connection:
            for table in ("labels", "texts", "articles", "seen", "refusals"):
                connection.execute(sa.text(f"DELETE FROM {table}"))
        run = store.start_run("import", samples.now, {})
        outcomes: list[Outcome] = []
        for batch in batches:
            everything = [judged(name, kind) for name, kind in batch]
            for part in [[one] for one in everything] if one_by_one else [everything]:
                outcomes += store.add(part, run=run)
        results.append((outcomes, list(store.articles()), seen(store), len(store.refusals(run))))
    assert results[0] == results[1]


# Asking


def test_known_tells_what_was_seen_and_what_is_only_a_summary(store: Store, run: str, samples: Any) -> None:
    store.add([samples.stored("b"), samples.stored("a", summary=True), samples.dropped("c")], run=run)
    assert store.known(["c", "d", "b", "a", "a"]) == {"a": True, "b": False, "c": False}
    assert list(store.known(["c", "b", "a"])) == ["a", "b", "c"]


def test_known_takes_more_ids_than_a_query_has_room_for(store: Store, run: str, samples: Any) -> None:
    store.add([samples.stored("00001"), samples.stored("69999")], run=run)
    assert list(store.known([f"{number:05}" for number in range(70_000)])) == ["00001", "69999"]


def test_articles_come_by_id_whatever_the_batch(store: Store, run: str, samples: Any) -> None:
    # A language's own rules would order these otherwise: a, B, c, Ä.
    store.add([samples.stored(name) for name in ("a", "c", "B", "Ä", "aa")], run=run)
    for batch in (1, 2, 5, 500):
        assert [article.id for article in store.articles(batch=batch)] == ["B", "a", "aa", "c", "Ä"]


def test_articles_by_id(store: Store, run: str, samples: Any) -> None:
    store.add([samples.stored(name) for name in "abc"], run=run)
    assert [article.id for article in store.articles(ids=["c", "a", "z", "a"], batch=1)] == ["a", "c"]
    assert list(store.articles(ids=[])) == []


def test_labels_may_be_added_while_articles_are_read(store: Store, run: str, samples: Any) -> None:
    store.add([samples.stored(name) for name in "abcde"], run=run)
    read = []
    for article in store.articles(without_label_of="model-1", batch=2):
        read.append(article.id)
        store.add_labels([samples.label(article.id)], created_at=samples.now)
    assert read == ["a", "b", "c", "d", "e"]
    assert list(store.articles(without_label_of="model-1")) == []


def test_unlabelled_articles_are_counted_by_model(store: Store, run: str, samples: Any) -> None:
    store.add([samples.stored(name) for name in "abc"], run=run)
    store.add_labels([samples.label("a"), samples.label("b", "model-2")], created_at=samples.now)
    assert [store.unlabelled_count(model) for model in ("model-1", "model-2", "model-3")] == [2, 2, 3]


def test_years_count_articles_and_put_those_without_a_date_last(store: Store, run: str, samples: Any) -> None:
    days = [dt.date(2024, 1, 1), None, dt.date(2023, 12, 31), dt.date(2024, 12, 31)]
    store.add([samples.stored(str(number), published=day) for number, day in enumerate(days)], run=run)
    assert list(store.years().items()) == [(2023, 1), (2024, 2), (None, 1)]


def test_seen_counts_by_outlet_day_and_language(store: Store, run: str, samples: Any) -> None:
    next_day = DAY + dt.timedelta(days=1)
    store.add(
        [
            *(samples.stored("1"), samples.dropped("2"), samples.dropped("3", lang="cy")),
            *(samples.dropped("4", day=next_day), samples.dropped("5", day=None)),
            *(samples.dropped("6", day=dt.date(2023, 12, 31)), samples.refused()),
        ],
        run=run,
    )
    outlet = samples.outlet.id
    assert store.seen_counts(year=2024) == [
        SeenCount(outlet, DAY, "cy", 1, 0),
        SeenCount(outlet, DAY, "en", 2, 1),
        SeenCount(outlet, next_day, "en", 1, 0),
    ]
    assert [count.day for count in store.seen_counts()] == [
        *(dt.date(2023, 12, 31), DAY, DAY, next_day, None)
    ]


# Outlets


def test_a_curated_outlet_replaces_a_guess_and_a_guess_replaces_nothing(store: Store, samples: Any) -> None:
    guess = Outlet(id=samples.outlet.id, name="harbour", guessed=True)
    store.add_outlets([guess])
    store.add_outlets([samples.outlet])
    store.add_outlets([guess])
    assert store.outlets() == {samples.outlet.id: samples.outlet}


def test_a_curated_outlet_is_brought_up_to_date(store: Store, samples: Any) -> None:
    store.add_outlets([samples.outlet])
    newer = replace(samples.outlet, name="The New Harbour Post", domains=())
    store.add_outlets([newer])
    assert store.outlets() == {newer.id: newer}


def test_of_an_outlet_given_twice_the_curated_entry_counts(store: Store, samples: Any) -> None:
    store.add_outlets([samples.outlet, replace(samples.outlet, name="guess", guessed=True)])
    assert store.outlets() == {samples.outlet.id: samples.outlet}


def test_an_article_does_not_change_a_curated_outlet(store: Store, run: str, samples: Any) -> None:
    store.add_outlets([samples.outlet])
    store.add([replace(samples.stored(), outlet=replace(samples.outlet, name="Other"))], run=run)
    assert store.outlets() == {samples.outlet.id: samples.outlet}


# Labels and annotations


def test_labelled_articles_carry_outlet_and_label(store: Store, run: str, samples: Any) -> None:
    store.add([samples.stored("a")], run=run)
    store.add_labels([samples.label("a")], created_at=samples.now)
    (found,) = store.labelled()
    article = samples.article("a")
    assert found.label == samples.label("a")
    assert found.outlet == samples.outlet
    assert found.source == article.source
    for name in ("id", "url", "title", "lang", "published", "countries", "authors", "summary"):
        assert getattr(found, name) == getattr(article, name)


def test_probabilities_keep_their_order_and_can_be_copied_to_a_dict(
    store: Store, run: str, samples: Any
) -> None:
    store.add([samples.stored("a")], run=run)
    store.add_labels([samples.label("a")], created_at=samples.now)
    (found,) = store.labelled()
    assert list(dict(found.label.actor_probs).items()) == [
        ("police", 0.75),
        ("recruiter", 0.5),
        ("border", 0.1),
    ]


def test_labelled_of_a_year_by_day_and_id(store: Store, run: str, samples: Any) -> None:
    days = {
        "d": "2024-01-01",
        "b": "2024-12-31",
        "a": "2024-12-31",
        "e": "2023-12-31",
        "f": "2025-01-01",
        "c": None,
    }
    store.add(
        [
            samples.stored(name, published=None if day is None else dt.date.fromisoformat(day))
            for name, day in days.items()
        ],
        run=run,
    )
    store.add_labels([samples.label(name) for name in days], created_at=samples.now)
    assert [article.id for article in store.labelled(year=2024)] == ["d", "a", "b"]
    assert [article.id for article in store.labelled()] == ["c", "e", "d", "a", "b", "f"]


def test_the_model_that_labelled_last_is_the_default(store: Store, run: str, samples: Any) -> None:
    store.add([samples.stored("a"), samples.stored("b")], run=run)
    for hours, model in ((0, "old"), (2, "new"), (1, "middle")):
        store.add_labels([samples.label("a", model)], created_at=samples.now + dt.timedelta(hours=hours))
    assert store.models() == ["new", "middle", "old"]
    assert [article.label.model for article in store.labelled()] == ["new"]
    assert [article.label.model for article in store.labelled(model="old")] == ["old"]


def test_without_labels_nothing_is_labelled(store: Store, run: str, samples: Any) -> None:
    store.add([samples.stored("a")], run=run)
    assert list(store.labelled()) == []
    assert store.models() == []


def test_a_later_label_of_the_same_model_replaces_the_first(store: Store, run: str, samples: Any) -> None:
    store.add([samples.stored("a")], run=run)
    later = samples.label("a", coverage="unrelated", actors=())
    store.add_labels([samples.label("a")], created_at=samples.now)
    store.add_labels([later], created_at=samples.now)
    assert [article.label for article in store.labelled()] == [later]


def test_labels_are_kept_all_or_none(store: Store, run: str, samples: Any) -> None:
    store.add([samples.stored("a")], run=run)
    with pytest.raises(StoreError, match="not stored"):
        store.add_labels([samples.label("a"), samples.label("missing")], created_at=samples.now)
    assert store.models() == []


def test_the_label_of_a_summary_is_left_out_where_the_full_text_has_come(
    store: Store, run: str, samples: Any
) -> None:
    store.add([samples.stored(name, summary=True) for name in "abc"], run=run)
    read = list(store.articles())
    store.add([samples.stored("b")], run=run)
    labels = [samples.label(article.id) for article in read]
    store.add_labels(labels, created_at=samples.now, of_summaries=[article.id for article in read])
    assert [article.id for article in store.labelled()] == ["a", "c"]


def test_a_probability_that_is_no_number_is_an_error_of_the_store(
    store: Store, run: str, samples: Any
) -> None:
    store.add([samples.stored("a")], run=run)
    with pytest.raises(StoreError, match="no number"):
        store.add_labels([samples.label("a", actor_probs={"police": float("nan")})], created_at=samples.now)


def test_labelled_sees_the_store_as_it_was_when_it_began(store: Store, run: str, samples: Any) -> None:
    numbers = [f"{number:05}" for number in range(1500)]
    store.add([samples.stored(name) for name in numbers], run=run)
    store.add_labels([samples.label(name) for name in numbers], created_at=samples.now)
    reader = store.labelled()
    next(reader)
    store.add_labels([samples.label(name, coverage="unrelated") for name in numbers], created_at=samples.now)
    assert {article.label.coverage for article in reader} == {"trafficking_corruption"}


def test_annotations_come_back_and_a_later_one_replaces_the_first(
    store: Store, run: str, samples: Any
) -> None:
    store.add([samples.stored("a"), samples.stored("b")], run=run)
    first = Annotation("b", "ana", "unrelated", (), "none", 2, "unsure")
    second = replace(first, coverage="trafficking_only", created_at=samples.now + dt.timedelta(hours=1))
    empty = Annotation("a", "ben")
    store.add_annotations([first, second, empty], created_at=samples.now)
    assert store.annotations() == [replace(empty, created_at=samples.now), second]


# Feeds


def test_a_feed_state_comes_back_as_it_was_saved(store: Store, samples: Any) -> None:
    state = FeedState(
        url="https://harbour.example/feed",
        outlet="the-harbour-post",
        etag='W/"1"',
        last_success=samples.now,
        failures=1.25,
        status=FeedStatus.FAILING,
        next_poll=samples.now + dt.timedelta(hours=1),
        moved_to="https://harbour.example/new",
    )
    store.save_feed_state(replace(state, etag="old"), None)
    store.save_feed_state(state, None)
    assert store.feed_states() == {state.url: state}


def test_only_the_last_30_fetches_of_each_feed_are_kept(store: Store, samples: Any) -> None:
    for feed, fetches in (("https://one.example/", 35), ("https://two.example/", 2)):
        for number in range(fetches):
            fetch = FetchRecord(
                feed, samples.now, 200, FetchOutcome.OK, items=number, seconds=0.5, bytes=2**40
            )
            store.save_feed_state(FeedState(feed, "outlet"), fetch)
    kept = store.fetches("https://one.example/")
    assert [fetch.items for fetch in kept] == list(range(5, 35))
    assert kept[0] == FetchRecord(
        "https://one.example/", samples.now, 200, FetchOutcome.OK, items=5, seconds=0.5, bytes=2**40
    )
    assert len(store.fetches("https://two.example/")) == 2


# Runs


def test_a_run_is_running_until_it_is_finished(store: Store, samples: Any) -> None:
    run = store.start_run("collect", samples.now, {"threads": 2})
    assert [(one.id, one.status, one.finished_at, one.summary) for one in store.runs()] == [
        (run, RunStatus.RUNNING, None, None)
    ]
    end = samples.now + dt.timedelta(minutes=3)
    store.finish_run(run, end, {"stored": 7}, status=RunStatus.INTERRUPTED)
    (record,) = store.runs()
    assert (record.command, record.started_at, record.config) == ("collect", samples.now, {"threads": 2})
    assert (record.status, record.finished_at, record.summary) == (RunStatus.INTERRUPTED, end, {"stored": 7})


def test_two_runs_at_the_same_moment_have_two_ids(store: Store, samples: Any) -> None:
    assert store.start_run("import", samples.now, {}) != store.start_run("import", samples.now, {})


def test_no_password_is_kept_with_a_run(store: Store, samples: Any) -> None:
    url = "postgresql://press:s3cret@db.example/press"
    run = store.start_run("import", samples.now, {"database_url": url, "more": [{"again": url}]})
    store.finish_run(run, samples.now, {"url": url})
    (record,) = store.runs()
    assert "s3cret" not in repr(record)
    assert "press:***@db.example" in repr(record)


def test_finishing_a_run_that_was_never_started_is_an_error(store: Store, samples: Any) -> None:
    with pytest.raises(StoreError, match="no run 'nowhere'"):
        store.finish_run("nowhere", samples.now, {})


def test_refusals_of_items_that_never_became_candidates(store: Store, run: str, samples: Any) -> None:
    refusal = Refusal(Source("collect", "https://dead.example/feed", None, samples.now), "not a feed")
    store.record_refusals(run, [refusal])
    assert store.refusals(run) == [refusal]
