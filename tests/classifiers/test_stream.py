"""JSON Lines in, JSON Lines out: a line for a line, in order, whatever the lines hold."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from pressreview.classifiers.codebook import ACTORS, COVERAGE, LEVELS
from pressreview.classifiers.model import Classifier
from pressreview.classifiers.stream import classify_jsonl
from pressreview.errors import InputError

BUNDLE = Path(__file__).resolve().parents[2] / "classifiers" / "bundle"
KEYS = [
    "id",
    "coverage",
    "coverage_probs",
    "actors",
    "actor_probs",
    "corruption_level",
    "corruption_level_probs",
    "lang",
    "model",
]


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.load(BUNDLE)


def lines_of(path: Path) -> list[dict[str, Any]]:
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in raw.decode().splitlines()]


def test_each_line_is_answered_with_the_keys_of_the_contract(tmp_path: Path, classifier: Classifier) -> None:
    rows = [{"id": f"a{i}", "text": f"Made-up story number {i}.", "lang": "en"} for i in range(70)]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    seen: list[tuple[str, int, int | None]] = []
    summary = classify_jsonl(
        tmp_path / "in.jsonl", tmp_path / "out.jsonl", classifier, lambda *told: seen.append(told)
    )
    records = lines_of(tmp_path / "out.jsonl")
    assert [record["id"] for record in records] == [row["id"] for row in rows]
    for record in records:
        assert list(record) == KEYS
        assert list(record["coverage_probs"]) == list(COVERAGE)
        assert list(record["actor_probs"]) == list(ACTORS)
        assert list(record["corruption_level_probs"]) == list(LEVELS)
        assert record["model"] == classifier.name
        assert record["lang"] == "en"
    assert (summary.read, summary.labelled, summary.refused, summary.refusals) == (70, 70, 0, ())
    assert sum(summary.coverage.values()) == 70
    assert seen[-1] == ("classify", 70, None)


BROKEN = [
    (b'{"id": "b", "text": ', None, "not JSON"),
    (b'["a list"]', None, "an array, not an object"),
    (b'{"text": "no id"}', None, "`id` is missing"),
    (b'{"id": 1.5, "text": "x"}', None, "`id` is no text or whole number"),
    (b'{"id": "b"}', "b", "`text` is missing"),
    (b'{"id": "b", "text": null}', "b", "`text` is missing"),
    (b'{"id": "b", "text": "  "}', "b", "`text` is empty"),
    (b'{"id": "b", "text": 7}', "b", "`text` is a number, not a text"),
    (b'{"id": "b", "text": "x", "title": ["t"]}', "b", "`title` is an array, not a text"),
    (b'{"id": "b", "text": "x", "lang": 3}', "b", "`lang` is a number, not a text"),
    (b'{"id": "b", "text": "\xff"}', None, "not UTF-8"),
    (b"[" * 100_000, None, "not JSON"),
]


@pytest.mark.parametrize(("raw", "identity", "reason"), BROKEN)
def test_a_broken_line_is_answered_in_its_place(
    tmp_path: Path, classifier: Classifier, raw: bytes, identity: str | None, reason: str
) -> None:
    good = json.dumps({"id": "g", "text": "A made-up story.", "lang": "en"}).encode()
    (tmp_path / "in.jsonl").write_bytes(b"\n".join([good, raw, good]) + b"\n")
    summary = classify_jsonl(tmp_path / "in.jsonl", tmp_path / "out.jsonl", classifier)
    first, broken, last = lines_of(tmp_path / "out.jsonl")
    assert first == last
    assert list(broken) == ["id", "error"]
    assert broken["id"] == identity
    assert "line 2" in broken["error"]
    assert reason in broken["error"]
    assert summary.refused == 1
    assert summary.refusals[0].source.line == 2
    assert reason in summary.refusals[0].reason


def test_title_may_be_null_and_ids_may_be_numbers(tmp_path: Path, classifier: Classifier) -> None:
    (tmp_path / "in.jsonl").write_text('{"id": 17, "title": null, "text": "A made-up story."}\n')
    classify_jsonl(tmp_path / "in.jsonl", tmp_path / "out.jsonl", classifier)
    assert lines_of(tmp_path / "out.jsonl")[0]["id"] == 17


def test_the_language_is_detected_where_the_line_does_not_give_it(
    tmp_path: Path, classifier: Classifier
) -> None:
    text = "Die Polizei befreite zwölf Frauen aus einem verschlossenen Haus am Rand der Stadt."
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": "1", "text": text}) + "\n")
    classify_jsonl(tmp_path / "in.jsonl", tmp_path / "out.jsonl", classifier)
    assert lines_of(tmp_path / "out.jsonl")[0]["lang"] == "de"


def test_gzip_is_read_and_written_by_the_name(tmp_path: Path, classifier: Classifier) -> None:
    row = json.dumps({"id": "1", "text": "A made-up story.", "lang": "en"}).encode() + b"\n"
    (tmp_path / "in.jsonl").write_bytes(row)
    (tmp_path / "in.jsonl.gz").write_bytes(gzip.compress(row))
    classify_jsonl(tmp_path / "in.jsonl", tmp_path / "plain.jsonl", classifier)
    classify_jsonl(tmp_path / "in.jsonl.gz", tmp_path / "packed.jsonl.gz", classifier)
    assert lines_of(tmp_path / "packed.jsonl.gz") == lines_of(tmp_path / "plain.jsonl")


def test_a_gzip_file_cut_short_keeps_what_stands_before_the_cut(
    tmp_path: Path, classifier: Classifier
) -> None:
    rows = b"".join(
        json.dumps({"id": str(i), "text": f"Made-up story {i * 7919}.", "lang": "en"}).encode() + b"\n"
        for i in range(2000)
    )
    (tmp_path / "in.jsonl.gz").write_bytes(gzip.compress(rows)[:600])
    summary = classify_jsonl(tmp_path / "in.jsonl.gz", tmp_path / "out.jsonl", classifier)
    records = lines_of(tmp_path / "out.jsonl")
    assert "broken from here on" in records[-1]["error"]
    assert summary.refused == 1
    assert summary.labelled == len(records) - 1


def test_a_byte_order_mark_and_blank_lines_are_no_fault(tmp_path: Path, classifier: Classifier) -> None:
    (tmp_path / "in.jsonl").write_bytes(b'\xef\xbb\xbf{"id": "1", "text": "A made-up story."}\n\n  \n')
    summary = classify_jsonl(tmp_path / "in.jsonl", tmp_path / "out.jsonl", classifier)
    assert (summary.read, summary.refused) == (1, 0)


def test_an_empty_file_gives_an_empty_file(tmp_path: Path, classifier: Classifier) -> None:
    (tmp_path / "in.jsonl").write_bytes(b"")
    assert classify_jsonl(tmp_path / "in.jsonl", tmp_path / "out.jsonl", classifier).read == 0
    assert (tmp_path / "out.jsonl").read_bytes() == b""


def test_half_a_surrogate_pair_in_an_id_comes_back_as_it_came(tmp_path: Path, classifier: Classifier) -> None:
    (tmp_path / "in.jsonl").write_text('{"id": "\\ud800", "text": "A made-up story."}\n')
    classify_jsonl(tmp_path / "in.jsonl", tmp_path / "out.jsonl", classifier)
    assert lines_of(tmp_path / "out.jsonl")[0]["id"] == "\ud800"


def test_a_missing_input_and_a_missing_folder_are_told(tmp_path: Path, classifier: Classifier) -> None:
    with pytest.raises(InputError, match=r"nothing.jsonl: cannot be read"):
        classify_jsonl(tmp_path / "nothing.jsonl", tmp_path / "out.jsonl", classifier)
    (tmp_path / "in.jsonl").write_text("")
    with pytest.raises(InputError, match=r"out.jsonl: cannot be written"):
        classify_jsonl(tmp_path / "in.jsonl", tmp_path / "no" / "out.jsonl", classifier)
    with pytest.raises(InputError, match="same file"):
        classify_jsonl(tmp_path / "in.jsonl", tmp_path / "in.jsonl", classifier)


def test_a_run_that_fails_leaves_the_old_output_alone(tmp_path: Path, classifier: Classifier) -> None:
    (tmp_path / "in.jsonl").write_text('{"id": "1", "text": "A made-up story."}\n')
    (tmp_path / "out.jsonl").write_text("what was there\n")

    def stop(stage: str, done: int, total: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        classify_jsonl(tmp_path / "in.jsonl", tmp_path / "out.jsonl", classifier, stop)
    assert (tmp_path / "out.jsonl").read_text() == "what was there\n"
    assert [path.name for path in tmp_path.iterdir() if "partial" in path.name] == []
