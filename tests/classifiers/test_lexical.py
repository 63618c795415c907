"""The lexicon's numbers: counts, and whether corruption stands beside trafficking. All texts are made up."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pressreview.classifiers.lexical import LexicalReader, names_of

FILLER = " ".join(["The sun shone on the square."] * 60)


@pytest.fixture(scope="module")
def reader() -> LexicalReader:
    return LexicalReader.load()


def named(title: str, text: str, reader: LexicalReader) -> dict[str, float]:
    numbers = reader.read(title, text, reader.groups)
    return dict(zip(names_of(reader.groups), numbers.tolist(), strict=True))


def test_a_text_without_the_words_gives_only_its_length(reader: LexicalReader) -> None:
    numbers = named("The cup", f"The club won the cup on Saturday. {FILLER}", reader)
    assert {name for name, value in numbers.items() if value} == {"length in passages"}


def test_corruption_near_trafficking_is_told_from_corruption_elsewhere(reader: LexicalReader) -> None:
    trafficking, bribe = "He was charged with human trafficking.", "The officer took a bribe."
    together = named("", f"{trafficking} {bribe} {FILLER}", reader)
    apart = named("", f"{trafficking} {FILLER} {bribe}", reader)
    assert together["any corruption near trafficking"] == 1
    assert apart["any corruption near trafficking"] == 0
    assert together["any corruption term"] == apart["any corruption term"] == 1


def test_the_title_is_told_apart(reader: LexicalReader) -> None:
    assert named("Human trafficking trial opens", "", reader)["trafficking in the title"] == 1
    assert named("", "Human trafficking trial opens", reader)["trafficking in the title"] == 0


def test_the_parts_of_a_situation_are_counted_where_the_word_is_avoided(reader: LexicalReader) -> None:
    text = "The owner kept their passports in a drawer, and they worked off a debt for the journey."
    numbers = named("", text, reader)
    assert numbers["any trafficking term"] == 0
    assert numbers["hits of papers"] > 0
    assert numbers["hits of debt"] > 0
    assert numbers["most groups near one place"] > math.log(2)


def test_one_term_that_many_languages_list_counts_once(reader: LexicalReader) -> None:
    assert named("", "They fight human trafficking.", reader)["trafficking terms"] == pytest.approx(
        math.log(2)
    )


def test_a_group_that_the_lexicon_no_longer_has_counts_nothing(reader: LexicalReader) -> None:
    numbers = reader.read("", "Their passports were taken.", ("papers", "no such group"))
    assert numbers[-2] > 0
    assert numbers[-1] == 0


@given(st.text(max_size=2000))
def test_any_text_can_be_read(text: str) -> None:
    reader = LexicalReader.load()
    numbers = reader.read("", text, reader.groups)
    assert numbers.shape == (len(names_of(reader.groups)),)
    assert all(math.isfinite(number) for number in numbers)


def test_of_a_very_long_text_only_both_ends_are_searched(reader: LexicalReader) -> None:
    middle = f"{'The sun shone. ' * 10_000} human trafficking {'The sun shone. ' * 10_000}"
    assert named("", middle, reader)["any trafficking term"] == 0
    assert named("", f"{middle} human trafficking", reader)["any trafficking term"] == 1
