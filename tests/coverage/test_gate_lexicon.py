"""The lexicon: what it must hold, and how its faults are told."""

from __future__ import annotations

from pathlib import Path

import pytest
from pressreview.coverage.folding import Folder
from pressreview.coverage.gate import Gate
from pressreview.coverage.language_evidence import script_of
from pressreview.coverage.lexicon import (
    LEXICON_PATH,
    Lexicon,
    han_variants,
    language_terms,
    load_lexicon,
    serbian_cyrillic,
    spellings,
    split_term,
)
from pressreview.errors import ConfigError

LISTED = [
    "en",
    "es",
    "fr",
    "pt",
    "it",
    "ro",
    "de",
    "nl",
    "sv",
    "no",
    "da",
    "fi",
    "pl",
    "cs",
    "sk",
    "hu",
    "uk",
    "ru",
    "bg",
    "sr",
    "hr",
    "bs",
    "sl",
    "mk",
    "sq",
    "el",
    "tr",
    "az",
    "ka",
    "hy",
    "ar",
    "he",
    "fa",
    "ku",
    "ur",
    "ps",
    "hi",
    "bn",
    "ne",
    "ta",
    "si",
    "th",
    "lo",
    "km",
    "my",
    "vi",
    "id",
    "ms",
    "tl",
    "zh",
    "ja",
    "ko",
    "sw",
    "ha",
    "yo",
    "ig",
    "am",
    "so",
    "lt",
    "lv",
    "et",
    "as",
    "rn",
    "rw",
    "sn",
    "om",
    "pcm",
    "lg",
    "xh",
    "zu",
    "ln",
    "ti",
    "af",
    "mg",
    "ca",
    "te",
    "mr",
    "gu",
    "pa",
    "kn",
    "ml",
    "uz",
    "kk",
]
GOOD = """
groups: {lure: lured, job: work}
rules:
  - {id: lured-to-a-job, all: [lure, job], within: 40}
weighing: {within: 100, at_least: 2, weights: {lure: 1, job: 1}}
languages:
  en:
    name: English
    trafficking:
      strict: [human traffick*]
    corruption: [bribe*]
    groups:
      lure: [lured]
"""


def fault(tmp_path: Path, text: str) -> ConfigError:
    path = tmp_path / "lexicon.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_lexicon(path)
    assert caught.value.path == path
    assert caught.value.mend
    return caught.value


def test_the_small_example_is_good(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert load_lexicon(path).languages["en"].name == "English"


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("name: English", "nmae: English", 8, "languages.en.name"),
        ("corruption: [bribe*]", "corruption: []", 11, "English has no corruption terms"),
        (
            "strict: [human traffick*]",
            "broad: [human traffick*]",
            10,
            "English has no strict trafficking terms",
        ),
        ("lure: [lured]", "lrue: [lured]", 13, "'lrue' is not explained"),
        ("lure: [lured]", "lure: [lured, lured]", 13, "stands twice"),
        ("lure: [lured]", "lure: [a*]", 13, "too short"),
        ("all: [lure, job]", "all: [lure, hob]", 4, "'hob', which `groups` does not explain"),
        ("all: [lure, job]", "all: [lure]", 4, "rules.0.all"),
        ("within: 40", "within: forty", 4, "rules.0.within"),
        ("weights: {lure: 1, job: 1}", "weights: {lure: 1, hob: 1}", 5, "'hob' is not explained"),
        ("at_least: 2", "at_least: 0", 5, "weighing.at_least"),
        ("    name: English", "    name: English\n    name: British", 9, "the key stands twice"),
        ("    name: English", "    name: English\n    marked: true", 11, "no whole word"),
        ("groups: {lure: lured, job: work}", "groups: {lure: lured, job: work", None, "no YAML"),
        ("languages:", "han: [abc]\nlanguages:", 6, "do not come in pairs"),
    ],
)
def test_a_fault_is_told_with_file_and_line(
    tmp_path: Path, old: str, new: str, line: int | None, says: str
) -> None:
    assert old in GOOD
    error = fault(tmp_path, GOOD.replace(old, new, 1))
    assert says in str(error)
    assert line is None or error.line == line
    assert error.line is not None


def test_more_faults_are_counted(tmp_path: Path) -> None:
    error = fault(tmp_path, GOOD.replace("lure: [lured]", "lrue: [a*]").replace("hob", "job"))
    assert "1 more fault" in str(error)


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_lexicon(tmp_path / "none.yaml")


def test_a_gate_refuses_a_faulty_lexicon(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.yaml"
    path.write_text("languages: {}", encoding="utf-8")
    with pytest.raises(ConfigError, match="weighing"):
        Gate.load(path)


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    """The lexicon in service."""
    return load_lexicon()


def test_the_lexicon_in_service_holds_every_listed_language(lexicon: Lexicon) -> None:
    assert set(lexicon.languages) == set(LISTED)


@pytest.mark.parametrize("code", LISTED)
def test_every_language_has_terms_of_each_kind(lexicon: Lexicon, code: str) -> None:
    language = lexicon.languages[code]
    assert len(language.trafficking.strict) >= 15
    assert len(language.corruption) >= 10
    assert {"child", "woman", "worker", "papers", "held", "forced"} <= set(language.groups)


@pytest.mark.parametrize("code", LISTED)
def test_a_language_that_shares_its_script_has_small_words(lexicon: Lexicon, code: str) -> None:
    own = script_of(lexicon.languages[code].trafficking.strict[0])
    shared = any(
        script_of(other.trafficking.strict[0]) == own
        for name, other in lexicon.languages.items()
        if name != code
    )
    assert len(lexicon.languages[code].markers) >= 10 or not shared


def test_no_term_folds_to_nothing(lexicon: Lexicon) -> None:
    folder = Folder(han_variants(lexicon))
    for code, language in lexicon.languages.items():
        for listed in language_terms(code, language):
            assert folder.fold(listed.term).strip(), listed


def test_keys_are_read_as_text(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.yaml"
    path.write_text(GOOD.replace("  en:", "  no:"), encoding="utf-8")
    assert list(load_lexicon(path).languages) == ["no"]


def test_words_open_and_close_as_marked() -> None:
    assert [(w.letters, w.open_start, w.open_end) for w in split_term("*handel med barn*", "word")] == [
        ("handel", True, False),
        ("med", False, False),
        ("barn", False, True),
    ]
    assert [(w.open_start, w.open_end) for w in split_term("торговл людьми$", "stem")] == [
        (False, True),
        (False, False),
    ]
    assert [(w.open_start, w.open_end) for w in split_term("人口贩卖", "word")] == [(True, True)]


def test_a_joiner_stands_for_itself_and_for_a_space() -> None:
    assert spellings("برده\u200cداری") == ("برده\u200cداری", "برده داری")


def test_the_sign_of_a_minor_stands_for_each_age() -> None:
    assert spellings("aged <18") == tuple(f"aged {age}" for age in range(6, 18))


def test_serbian_is_written_in_both_alphabets() -> None:
    assert serbian_cyrillic("trgovin ljudima, džep, njiva*") == "трговин људима, џеп, њива*"


def test_the_lexicon_lies_in_the_package() -> None:
    assert LEXICON_PATH.is_file()
