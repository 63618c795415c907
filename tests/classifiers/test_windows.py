"""Long articles as windows: bounded, even, the title in each, the end kept."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st
from pressreview.classifiers.windows import E5_PREFIX, WindowPlan


@dataclass
class Letters:
    """A tokenizer with a token for each letter: the code point."""

    ids: list[int] | None = None

    def encode(self, sequence: str, *, add_special_tokens: bool) -> Letters:
        """A token for each letter."""
        assert not add_special_tokens
        return Letters([ord(letter) for letter in sequence])


PLAN = WindowPlan(tokens=40, title_tokens=10, most=4, characters=400, bos=1, eos=2)
HEAD = [ord(letter) for letter in E5_PREFIX]


def body_of(window: list[int], title: str = "") -> str:
    head = [1, *(ord(letter) for letter in E5_PREFIX + title)]
    assert window[: len(head)] == head
    assert window[-1] == 2
    return "".join(map(chr, window[len(head) : -1]))


def test_a_short_article_is_one_window() -> None:
    assert PLAN.cut("T", "body", Letters()) == [[1, *HEAD, ord("T"), *map(ord, "body"), 2]]


def test_an_article_without_text_still_has_a_window_with_its_title() -> None:
    assert PLAN.cut("T", "", Letters()) == [[1, *HEAD, ord("T"), 2]]


def test_the_title_stands_in_every_window_and_the_text_is_whole() -> None:
    text = "abcdefghijklmnopqrstuvwxyz" * 2
    windows = PLAN.cut("Tit", text, Letters())
    assert len(windows) == 2
    assert "".join(body_of(window, "Tit") for window in windows) == text


def test_an_encoder_that_wants_no_prefix_gets_none() -> None:
    plan = WindowPlan(tokens=40, title_tokens=2, prefix="", bos=1, eos=2)
    assert plan.cut("Title", "b", Letters()) == [[1, *map(ord, "Tib"), 2]]


def test_windows_are_of_even_length() -> None:
    lengths = [len(window) for window in PLAN.cut("", "x" * 70, Letters())]
    assert max(lengths) - min(lengths) <= 1


def test_of_many_windows_the_first_and_the_last_are_kept() -> None:
    text = "a" + "x" * 300 + "z"
    windows = PLAN.cut("", text, Letters())
    assert len(windows) == 4
    assert body_of(windows[0]).startswith("a")
    assert body_of(windows[-1]).endswith("z")


def test_of_a_very_long_text_only_both_ends_are_read() -> None:
    text = "a" * 1000 + "m" * 1000 + "z" * 1000
    plan = WindowPlan(tokens=40, most=99, characters=300, bos=1, eos=2)
    joined = "".join(body_of(window) for window in plan.cut("", text, Letters()))
    assert set(joined) == {"a", "z", " "}
    assert joined.count("a") == 2 * joined.count("z")


@given(title=st.text(max_size=80), text=st.text(max_size=2000))
def test_no_window_is_longer_than_the_plan_says(title: str, text: str) -> None:
    windows = PLAN.cut(title, text, Letters())
    assert 1 <= len(windows) <= PLAN.most
    assert all(len(window) <= PLAN.tokens for window in windows)
