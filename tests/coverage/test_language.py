"""The language of a text. Every sentence here is made up."""

from __future__ import annotations

import itertools
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pressreview.coverage.language import Detected, detect
from pressreview.coverage.spelling import DATA, UNKNOWN

SENTENCES: dict[str, str] = yaml.safe_load(
    (Path(__file__).parent.parent / "data" / "sentences.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("lang", SENTENCES)
def test_the_language_is_told(lang: str) -> None:
    found = detect(SENTENCES[lang])
    assert found.lang == lang, found
    assert lang in found.votes.values()


def test_the_votes_of_the_detectors_are_kept() -> None:
    votes = detect(SENTENCES["en"]).votes
    assert votes["langdetect"] == votes["py3langid"] == votes["cld3"] == "en"


def test_a_detector_that_does_not_know_the_language_is_not_heard() -> None:
    found = detect(SENTENCES["ig"])
    assert found.votes["langdetect"] != "ig"
    assert found == Detected("ig", found.votes, confident=True)


def test_a_script_of_one_language_asks_no_detector() -> None:
    assert detect(SENTENCES["km"]).votes == {"script": "km"}
    assert detect("ไทย").confident


@pytest.mark.parametrize(
    "text", ["", "   \n", "12.03.2024", "😀 🎉", "!!! ...", "https://news.example/a?b=1", "\ud800"]
)
def test_a_text_without_letters_is_in_no_language(text: str) -> None:
    assert detect(text) == Detected(UNKNOWN, {}, confident=False)


@pytest.mark.parametrize("text", ["Ok", "USA", "Nokia 7", "Брест", "محمد"])
def test_a_word_or_two_are_never_sure(text: str) -> None:
    assert not detect(text).confident


def test_a_language_that_nobody_knows_is_not_sure() -> None:
    assert not detect("Qo'noS tlhIngan Hol Dajatlh'a' batlh bIHeghjaj qapla' jIyajbe'").confident


def test_names_in_latin_letters_do_not_change_the_language() -> None:
    assert detect("Harbour Weekly Online: " + SENTENCES["ru"]).lang == "ru"
    assert detect(SENTENCES["ar"] + " (Harbour Weekly, Bay News)").lang == "ar"


def test_a_text_in_two_languages_is_in_the_first() -> None:
    assert detect(SENTENCES["si"] * 9 + SENTENCES["ta"] * 14).lang == "si"
    assert detect(SENTENCES["he"] * 10 + SENTENCES["en"] * 6).lang == "he"


def test_cantonese_counts_as_chinese() -> None:
    assert detect("警方話嗰啲女人畀人困咗喺間屋度，唔畀佢哋走，冇人工都要做嘢。").lang == "zh"


def test_addresses_and_mentions_say_nothing() -> None:
    assert (
        detect("https://news.example/the-police-said-that-the-women @harbour " + SENTENCES["fi"]).lang == "fi"
    )


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    assert detect(SENTENCES["pl"] * 60 + SENTENCES["de"] * 10_000).lang == "pl"


def test_persian_typed_on_an_arabic_keyboard_is_persian() -> None:
    assert detect("پليس گفت زنان در خانه اي نگهداري مي شدند و مجبور بودند بدون دستمزد كار كنند").lang == "fa"


# A declared language breaks ties; it is never believed against the detectors.


def test_a_hint_is_not_believed_against_the_text() -> None:
    assert detect(SENTENCES["en"], hint="fr").lang == "en"
    assert detect(SENTENCES["th"], hint="en").lang == "th"
    assert detect(SENTENCES["en"], hint="en").confident


def test_a_hint_is_not_believed_where_the_detectors_agree_even_if_none_knows_it() -> None:
    assert detect(SENTENCES["en"], hint="pap").lang == "en"


def test_a_hint_is_believed_where_nobody_knows_it_and_nobody_agrees() -> None:
    text = "E polis a bisa cu e muhernan tabata wordo teni den un cas y mester a traha sin pago."
    assert detect(text, hint="pap") == Detected("pap", detect(text).votes, confident=False)


def test_a_hint_must_fit_the_script() -> None:
    assert detect("Полиция сообщила о деле", hint="pap").lang == "ru"


def test_a_hint_may_be_written_in_many_ways() -> None:
    text = "Korban perdagangan orang"
    answers = [detect(text, hint=hint) for hint in ("id", "ID", "id-ID", "in", "ind", "id_ID")]
    assert answers == [answers[0]] * 6


@pytest.mark.parametrize("hint", ["", "x-unknown", "zz", "123", "english, please", "\ud800"])
def test_a_hint_may_be_nonsense(hint: str) -> None:
    assert detect(SENTENCES["sv"], hint=hint) == detect(SENTENCES["sv"])


# The same text gives the same answer, whatever ran before, in any thread and process.


def test_the_same_answer_in_any_order() -> None:
    first = {lang: detect(text) for lang, text in SENTENCES.items()}
    shuffled = list(SENTENCES.items())
    random.Random(3).shuffle(shuffled)
    assert {lang: detect(text) for lang, text in shuffled} == first


def test_the_same_answer_in_threads() -> None:
    texts = [*SENTENCES.values()] * 4
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(detect, texts)) == [detect(text) for text in texts]


def test_the_same_answer_whatever_others_do_with_the_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    import langdetect

    before = detect(SENTENCES["no"])
    monkeypatch.setattr(langdetect.DetectorFactory, "seed", 99)
    random.seed(99)
    langdetect.detect("some other text")
    assert detect(SENTENCES["no"]) == before


def test_the_same_answer_in_other_processes() -> None:
    script = (
        "import sys\nfrom concurrent.futures import ThreadPoolExecutor\n"
        "from pressreview.coverage.language import detect\n"
        "texts = sys.stdin.buffer.read().decode().split('\\0')\n"
        "with ThreadPoolExecutor(4) as pool:\n"
        "    print([(d.lang, sorted(d.votes.items()), d.confident) for d in pool.map(detect, texts)])\n"
    )
    texts = [*SENTENCES.values(), "Budget vote", "Kort nyt", ""]
    expected = [(d.lang, sorted(d.votes.items()), d.confident) for d in map(detect, texts)]
    for seed in ("0", "12345"):
        done = subprocess.run(
            [sys.executable, "-c", script],
            input="\0".join(texts).encode(),
            capture_output=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8", "PATH": ""},
        )
        assert done.stdout.decode().strip() == str(expected)


def test_without_cld3_two_detectors_and_the_rules_go_on() -> None:
    script = (
        "import sys; sys.modules['gcld3'] = None\n"  # what a machine without its wheel looks like
        "from pressreview.coverage.language import detect\n"
        "found = detect(sys.stdin.buffer.read().decode())\n"
        "print(found.lang, sorted(found.votes), found.confident)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], input=SENTENCES["fr"].encode(), capture_output=True, check=True
    )
    assert done.stdout.decode().strip() == "fr ['langdetect', 'py3langid'] True"


@given(st.text(max_size=400), st.text(max_size=10))
@settings(deadline=None, max_examples=200)
def test_never_fails(text: str, hint: str) -> None:
    found = detect(text, hint=hint)
    assert 2 <= len(found.lang) <= 3
    assert detect(text, hint=hint) == found


def test_the_table_is_sound() -> None:
    raw = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    assert set(raw) == {"fold", "prior", "scripts", "letters", "words"}
    ranges = sorted(tuple(pair) for entry in raw["scripts"].values() for pair in entry["ranges"])
    assert all(first <= last for first, last in ranges)
    assert all(one[1] < two[0] for one, two in itertools.pairwise(ranges)), "scripts overlap"
    words = [word for group in raw["words"] for listed in group["languages"].values() for word in listed]
    assert all(isinstance(word, str) and word == word.casefold() for word in words), "quote no, on and yes"
    assert all(isinstance(code, str) for code in raw["fold"].values())
