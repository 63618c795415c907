"""Labelled articles are checked against the codebook and split so that nothing leaks. Texts are made up."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pressreview.classifiers.codebook import COVERAGE
from pressreview.errors import TrainingError
from pressreview.training.examples import (
    MADE_UP,
    REPORT_OUTLETS,
    Example,
    digest_of,
    groups,
    read_labelled,
    read_made_up,
    row_faults,
    split,
)

GOOD: dict[str, Any] = {
    "id": "m-1",
    "lang": "en",
    "title": "A made-up title",
    "text": "A made-up text.",
    "coverage": "trafficking_corruption",
    "actors": ["police"],
    "corruption_level": "everyday",
    "made_up": True,
}


def example(id: str, *, outlet: str = "", story: str = "", text: str = "", made_up: bool = False) -> Example:
    return Example(
        id, "", text or f"text {id}", "en", "unrelated", (), "none", story or id, outlet, made_up=made_up
    )


FAULTS = [
    ({"id": ""}, "`id` is missing"),
    ({"text": "  "}, "`text` is missing or empty"),
    ({"lang": None}, "`lang` is missing"),
    ({"title": 3}, "`title` is no text"),
    ({"coverage": "trafficking"}, "`coverage` is 'trafficking'; it is one of unrelated"),
    ({"corruption_level": "low"}, "`corruption_level` is 'low'"),
    ({"actors": "police"}, "`actors` is no list"),
    ({"actors": ["cop"]}, "`actors` names 'cop'"),
    ({"confidence": 4}, "`confidence` is 4"),
    ({"corruption_level": "none"}, "`corruption_level` is none where `coverage` is trafficking_corruption"),
    ({"coverage": "trafficking_only"}, "`corruption_level` is everyday where"),
    ({"coverage": "unrelated", "corruption_level": "none"}, "`actors` stand on an unrelated article"),
]


def test_a_row_after_the_codebook_has_no_fault() -> None:
    assert row_faults(GOOD) == []


@pytest.mark.parametrize(("change", "fault"), FAULTS)
def test_each_fault_is_told(change: dict[str, Any], fault: str) -> None:
    (told,) = row_faults({**GOOD, **change})
    assert told.startswith(fault)


def test_a_bad_line_is_refused_with_its_place_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "made_up.jsonl"
    lines = [json.dumps(GOOD), "{", "", json.dumps({**GOOD, "actors": ["cop"]}), json.dumps(GOOD), "[]"]
    path.write_text("\n".join([*lines, json.dumps({**GOOD, "id": "m-2"})]))
    found = read_made_up([path])
    assert [row.id for row in found.rows] == ["m-1", "m-2"]
    assert all(row.made_up for row in found.rows)
    assert [(refusal.source.location, refusal.source.line) for refusal in found.refusals] == [
        (str(path), line) for line in (2, 4, 5, 6)
    ]
    assert "the id 'm-1' stands twice" in found.refusals[2].reason


def test_labels_are_joined_with_texts_by_id(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    labels = {key: GOOD[key] for key in ("id", "lang", "coverage", "actors", "corruption_level")}
    other = {**labels, "id": "m-2", "story": "s", "outlet": "Made-up Times", "confidence": 2}
    (tmp_path / "labels.jsonl").write_text(
        "\n".join(json.dumps(row) for row in (labels, other, {**labels, "id": "m-3"}))
    )
    texts = [{"id": "m-1", "title": None, "text": "One."}, {"id": "m-2", "title": "T", "text": "Two."}]
    (tmp_path / "corpus" / "a.jsonl.gz").write_bytes(
        gzip.compress("\n".join(map(json.dumps, texts)).encode())
    )
    found = read_labelled([tmp_path / "labels.jsonl"], [tmp_path / "corpus"])
    assert [(row.id, row.title, row.text, row.outlet, row.confidence) for row in found.rows] == [
        ("m-1", "", "One.", "", 1),
        ("m-2", "T", "Two.", "Made-up Times", 2),
    ]
    (refusal,) = found.refusals
    assert (refusal.source.line, refusal.reason) == (3, "`text` is missing or empty")


def test_a_missing_file_is_a_training_error(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"none.jsonl: labelled articles cannot be read"):
        read_labelled([tmp_path / "none.jsonl"], [])


def test_every_made_up_example_that_is_shipped_fits_the_codebook() -> None:
    found = read_made_up()
    assert [
        f"{refusal.source.location}:{refusal.source.line}: {refusal.reason}" for refusal in found.refusals
    ] == []
    assert {row.coverage for row in found.rows} == set(COVERAGE)
    assert all(row.made_up for row in found.rows), (
        "a text that is not marked as made up stands in training/data"
    )
    assert len({row.lang for row in found.rows}) >= 45
    assert list(MADE_UP.glob("*.jsonl"))


def test_no_outlet_story_or_text_stands_on_both_sides() -> None:
    rows = [
        example(f"r{i}", outlet=f"outlet {i % 40}", story=f"story {i % 97}", text=f"text {i % 211}")
        for i in range(800)
    ]
    parts = split(rows)
    assert parts.held_out
    assert parts.train
    for key in ("outlet", "story", "content_key"):
        ours, theirs = ({getattr(row, key) for row in side} for side in (parts.train, parts.held_out))
        assert not ours & theirs
    assert len(parts.train) + len(parts.held_out) + len(parts.withheld) == 800


def test_an_article_does_not_change_sides_when_others_come() -> None:
    rows = [example(f"r{i}", outlet=f"outlet {i % 40}") for i in range(200)]
    before = {row.id for row in split(rows).held_out}
    more = [example(f"new{i}", outlet=f"outlet {i}", story=f"r{i}") for i in range(200)]
    after = {row.id for row in split([*more, *rows]).held_out}
    assert before == {id for id in after if id.startswith("r")}


def test_reports_are_never_held_out_and_made_up_articles_are_held_out_apart() -> None:
    (report,) = REPORT_OUTLETS
    reports = [example(f"s{i}", outlet=report) for i in range(50)]
    made = [example(f"m{i}", outlet="made up", made_up=True) for i in range(200)]
    parts = split([*reports, *made])
    assert not parts.held_out
    assert 20 < len(parts.made_up) < 80
    assert all(row.made_up for row in parts.made_up)
    assert set(reports) <= set(parts.train)


@pytest.mark.slow
def test_the_real_split_holds_out_every_class_and_many_languages(shared: Path) -> None:
    labels = [json.loads(line) for line in (shared / "labelled" / "labels.jsonl").read_text().splitlines()]
    rows = [
        Example(
            r["id"],
            "",
            r["id"],
            r["lang"],
            r["coverage"],
            tuple(r["actors"]),
            r["corruption_level"],
            r["story"],
            r["outlet"],
        )
        for r in labels
    ]
    parts = split(rows)
    assert len(parts.held_out) == 443
    assert len(parts.withheld) <= 10
    assert min(sum(row.coverage == label for row in parts.held_out) for label in COVERAGE) >= 30
    assert len({row.lang for row in parts.held_out}) >= 19


def test_rows_that_share_a_story_or_an_outlet_through_others_share_a_group() -> None:
    rows = [
        example("a", outlet="one", story="x"),
        example("b", outlet="two", story="x"),
        example("c", outlet="two", story="y"),
        example("d", outlet="three", story="z"),
    ]
    first, second, third, fourth = groups(rows)
    assert first == second == third != fourth


@given(st.permutations(list(range(6))))
def test_the_digest_depends_on_content_and_not_on_order(order: list[int]) -> None:
    rows = [example(str(i)) for i in range(6)]
    assert digest_of([rows[i] for i in order]) == digest_of(rows)
    assert digest_of(rows[:5]) != digest_of(rows)
