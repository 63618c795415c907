"""Which characters can be printed, and what stands in their place where not."""

from __future__ import annotations

import pytest
from pressreview.reports import fonts


def test_the_font_packages_are_installed() -> None:
    assert len(fonts.font_folders()) == len(fonts.FONT_PACKAGES)


def test_text_faces_come_first() -> None:
    assert fonts.families()[:3] == ("Source Serif 4", "IBM Plex Sans", "Noto Sans")


def test_every_script_of_the_press_is_covered_by_the_packages(scripts: dict[str, str]) -> None:
    for lang, title in scripts.items():
        assert not fonts.needs_system_fonts(title), lang
        assert fonts.printable(title, lang=lang, what="headline") == title


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("und", "[headline in Medefaidrin script: see the link]"),
        ("bo", "[headline in Tibetan: see the link]"),
    ],
)
def test_letters_without_a_font_give_way_to_words(lang: str, expected: str) -> None:
    letters = "\U00016e60\U00016e61"
    if any(fonts.drawable(c) for c in letters):
        pytest.skip("this machine has a font for Medefaidrin")
    assert fonts.printable(f"a {letters}", lang=lang, what="headline") == expected


def test_what_unicode_does_not_know_gives_way_too() -> None:
    if fonts.drawable("\U0003fffd"):
        pytest.skip("this machine has a font for everything")
    assert fonts.printable("\U0003fffd", what="name") == "[name in a script not known here: see the link]"


def test_joiners_need_no_font() -> None:
    assert fonts.printable("می\u200cشود", lang="fa") == "می\u200cشود"
