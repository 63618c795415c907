"""How records become frames, and what is refused."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pressreview.coverage.article import SeenCount
from pressreview.errors import ReportError
from pressreview.reports.frames import BATCH, TITLE_LENGTH, Corpus, build_corpus, clean_line


def test_rows_are_ordered_by_day_then_id_whatever_the_order_they_come_in(hand_records, hand_seen) -> None:
    one = build_corpus(hand_records, hand_seen, year=2025)
    other = build_corpus(reversed(hand_records), reversed(hand_seen), year=2025)
    assert one.articles.equals(other.articles)
    assert one.snapshot() == other.snapshot()


def test_the_snapshot_changes_with_any_input(corpus: Corpus, hand_records, hand_seen, hand_outlets) -> None:
    fewer = build_corpus(hand_records[:-1], hand_seen, year=2025, outlets=hand_outlets)
    more_seen = [*hand_seen, SeenCount("globe", dt.date(2025, 7, 1), "en", 1, 0)]
    seen = build_corpus(hand_records, more_seen, year=2025, outlets=hand_outlets)
    assert len({corpus.snapshot(), fewer.snapshot(), seen.snapshot()}) == 3


def test_labels_of_two_models_are_refused(make_article) -> None:
    mixed = [make_article("a"), make_article("b", model="other-2")]
    with pytest.raises(ReportError, match=r"hand-1, other-2.*Choose one model"):
        build_corpus(mixed, [], year=2025)


def test_an_article_of_another_year_is_refused(make_article) -> None:
    with pytest.raises(ReportError, match="another year"):
        build_corpus([make_article("a", day=dt.date(2024, 12, 31))], [], year=2025)


def test_an_outlet_that_nobody_described_is_shown_as_a_guess() -> None:
    corpus = build_corpus([], [SeenCount("nobody-example", dt.date(2025, 1, 1), "en", 3, 0)], year=2025)
    assert corpus.outlets.row(0, named=True)["outlet_guessed"] is True


def test_articles_are_read_in_batches_and_told_of(make_article) -> None:
    told: list[tuple[str, int, int | None]] = []
    articles = (make_article(str(n)) for n in range(BATCH + 1))
    corpus = build_corpus(articles, [], year=2025, progress=lambda *step: told.append(step))
    assert corpus.articles.height == BATCH + 1
    assert [done for _, done, _ in told] == [BATCH, BATCH + 1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("two\nlines\tand  spaces ", "two lines and spaces"),
        ("\u202egpj.exe\u202c", "gpj.exe"),
        ("nul\x00 bell\x07 escape\x1b[31m", "nul bell escape[31m"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("lone \ud800 surrogate", "lone surrogate"),
    ],
)
def test_headlines_are_one_line_of_visible_text(text: str, expected: str) -> None:
    assert clean_line(text) == expected


@given(st.text(max_size=2000))
def test_a_headline_is_always_short_and_can_be_written(text: str) -> None:
    line = clean_line(text)
    assert len(line) <= TITLE_LENGTH
    assert "\n" not in line
    line.encode()
    assert clean_line(line) == line


def test_only_keeps_the_articles_of_one_country_and_the_whole_denominator(corpus: Corpus) -> None:
    thailand = corpus.only("THA")
    assert thailand.articles.height == 2
    assert thailand.seen.equals(corpus.seen)
