"""The gate's recall and pass rates, with floors and ceilings: on made-up articles here, on real ones in ../shared."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pressreview.coverage.gate import Gate

ROOT = Path(__file__).resolve().parents[2]
MADE_UP = ROOT / "training" / "data"
TELLS = {"trafficking_only", "trafficking_corruption"}


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8") as file
    ):
        for line in file:
            yield json.loads(line)


def body(row: dict[str, Any]) -> str:
    return f"{row.get('title') or ''}\n{row.get('text') or ''}"


def share_passed(texts: Iterable[tuple[str, str]], strength: str = "broad") -> float:
    gate = Gate.load()
    passed = [gate.check(text, lang=lang, strength=strength).passed for text, lang in texts]  # type: ignore[arg-type]
    assert passed
    return sum(passed) / len(passed)


@pytest.mark.slow
def test_made_up_articles_that_avoid_the_words_pass_at_broad() -> None:
    texts = [
        (body(row), "")
        for path in sorted(MADE_UP.glob("made_up_*.jsonl"))
        for row in rows(path)
        if row["coverage"] in TELLS
    ]
    assert share_passed(texts) >= 0.90


@pytest.fixture(scope="module")
def corpus(shared: Path) -> dict[str, dict[str, Any]]:
    names = ("articles", "more", "reports")
    return {row["id"]: row for name in names for row in rows(shared / "corpus" / f"{name}.jsonl.gz")}


@pytest.fixture(scope="module")
def labels(shared: Path) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in rows(shared / "labelled" / "labels.jsonl")}


@pytest.mark.slow
@pytest.mark.parametrize(("strength", "floor"), [("broad", 0.99), ("strict", 0.98)])
def test_real_articles_on_trafficking_pass(
    corpus: dict[str, dict[str, Any]], labels: dict[str, dict[str, Any]], strength: str, floor: float
) -> None:
    texts = [
        (body(corpus[key]), corpus[key]["lang"])
        for key, label in labels.items()
        if label["coverage"] in TELLS
    ]
    assert share_passed(texts, strength) >= floor


@pytest.mark.slow
@pytest.mark.parametrize(("strength", "ceiling"), [("broad", 0.09), ("strict", 0.01)])
def test_ordinary_news_is_mostly_kept_out(
    corpus: dict[str, dict[str, Any]], labels: dict[str, dict[str, Any]], strength: str, ceiling: float
) -> None:
    texts = [
        (body(row), row["lang"])
        for key, row in corpus.items()
        if key not in labels and row.get("negative_bin") == "general"
    ]
    assert share_passed(texts, strength) <= ceiling
