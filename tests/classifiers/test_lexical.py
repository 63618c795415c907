"""The lexicon's numbers: counts, and whether corruption stands beside trafficking. All texts are made up."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pressreview.classifiers.lexical import NAMES, PASSAGE, lexical_features, split_passages
from pressreview.coverage.gate import Gate


@pytest.fixture(scope="module")
def gate() -> Gate:
    return Gate.load()


def named(title: str, text: str, gate: Gate) -> dict[str, float]:
    return dict(zip(NAMES, lexical_features(title, text, gate).tolist(), strict=True))


def test_a_text_without_the_words_gives_only_its_length(gate: Gate) -> None:
    numbers = named("The cup", "The club won the cup on Saturday.", gate)
    assert not any(value for name, value in numbers.items() if name != "length in passages")


def test_corruption_in_the_passage_on_trafficking_is_told_from_corruption_elsewhere(gate: Gate) -> None:
    trafficking, bribe = "He was charged with human trafficking.", "The officer took a bribe."
    filler = " ".join(["The sun shone on the square."] * 60)
    together = named("", f"{trafficking} {bribe} {filler}", gate)
    apart = named("", f"{trafficking} {filler} {bribe}", gate)
    assert together["any such passage"] == 1
    assert apart["any such passage"] == 0
    assert together["any corruption term"] == apart["any corruption term"] == 1


def test_the_title_is_told_apart(gate: Gate) -> None:
    assert named("Human trafficking trial opens", "", gate)["trafficking in the title"] == 1
    assert named("", "Human trafficking trial opens", gate)["trafficking in the title"] == 0


@given(st.text(max_size=3000))
def test_passages_hold_the_whole_text_and_are_bounded(text: str) -> None:
    passages = split_passages(text)
    assert passages
    assert all(len(passage) <= PASSAGE + 1 for passage in passages)
    assert "".join("".join(passages).split()) == "".join(text.split())


def test_a_text_of_any_length_is_searched_in_bounded_pieces(gate: Gate) -> None:
    length = named("", "human trafficking. " * 100_000, gate)["length in passages"]
    assert length < math.log(120)
