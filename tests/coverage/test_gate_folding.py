"""Folding: one plain form for every spelling, script by script."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pressreview.coverage.folding import Folder

FOLDER = Folder({"販": "贩", "賣": "卖"})
SAME = {
    "case": ["Trafficking", "TRAFFICKING"],
    "composed and apart": ["é", "e\u0301", "e"],
    "Latin letters": ["Łódź Đorđe København", "lodz dorde kobenhavn"],
    "sharp s and ligatures": ["Straße Œuvre Færøe", "strasse oeuvre faeroe"],
    "Turkish i": ["İstanbul ILIK ılık", "istanbul ilik ilik"],
    "Azerbaijani schwa": ["Əxlaq", "exlaq"],
    "Hausa hooks": ["ɓarawo ɗan ƙasa ƴanci", "barawo dan kasa yanci"],
    "Cyrillic": ["Ёлка Її Ґанок", "елка іі ганок"],
    "Greek": ["Εμπορία Άνθρωπος", "εμπορια ανθρωποσ"],
    "Arabic harakat and tatweel": ["الاتِّجَارُ بِالبَشَــر", "الاتجار بالبشر"],
    "Arabic alef and yeh": ["أإآا ى ة", "اااا ي ه"],
    "Persian and Urdu letters": ["کتاب یک ہے", "كتاب يك هے"],
    "Hebrew points and final letters": ["סַחַר אדם", "סחר אדמ"],
    "Devanagari nukta and chandrabindu": ["लड़की हूँ", "लडकी हूं"],
    "Bengali and Assamese ra": ["পাচার", "পাচাৰ"],
    "Ethiopic homophones": ["ሐይል ኃይል ዓለም ፀሐይ", "ሀይል ሀይል አለም ጸሀይ"],
    "Thai order of marks": ["ผู้", "ผ\u0e49\u0e39"],
    "Thai sara ae and sara am": ["แรงงาน น้ำ", "เเรงงาน น้\u0e4d\u0e32"],
    "kana, half and full width": ["ガ", "カ\u3099", "ｶﾞ"],
    "traditional Chinese": ["販賣", "贩卖"],
    "full-width and mathematical letters": ["ｓｌａｖｅ", "𝐬𝐥𝐚𝐯𝐞", "slave"],
    "digits": ["١٢ १२ ๑๒ 12", "12 12 12 12"],
    "zero-width characters": ["sla\u200bve\u00ad la\u2060bour", "slave labour"],
    "punctuation and white space": ["l’esclavage—moderne\n\t«x»", "l esclavage moderne x"],
    "apostrophe letters": ["п'ять пʼять п’ять", "п ять п ять п ять"],
}


@pytest.mark.parametrize("forms", SAME.values(), ids=SAME.keys())
@pytest.mark.parametrize("padding", ["", " word" * 60], ids=["short", "long"])
def test_spellings_of_one_word_fold_together(forms: list[str], padding: str) -> None:
    assert len({FOLDER.fold(form + padding) for form in forms}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("が", "か"), ("ค้า", "ค่า"), ("बेच", "बच"), ("ہے", "ہی"), ("人", "入")],
)
def test_marks_that_make_another_word_are_kept(one: str, other: str) -> None:
    assert FOLDER.fold(one) != FOLDER.fold(other)


def test_folded_text_has_one_space_at_either_side_of_every_word() -> None:
    assert FOLDER.fold("  a,  b\n") == " a b "
    assert FOLDER.fold("") == " "
    assert FOLDER.fold("...") == " "


def test_a_lone_surrogate_is_no_letter() -> None:
    assert FOLDER.fold("a\ud800b") == " a b "


@given(st.text(max_size=300))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    folded = FOLDER.fold(text)
    assert FOLDER.fold(folded) == folded
    assert "  " not in folded
    assert folded.startswith(" ")
    assert folded.endswith(" ")


@given(st.text(max_size=120))
def test_short_and_long_texts_fold_alike(text: str) -> None:
    padding = " word" * 60
    assert FOLDER.fold(text) + padding[1:] + " " == FOLDER.fold(text + padding)


@given(st.text(alphabet=st.characters(codec="utf-8", categories=["L", "N", "P", "Z"]), max_size=200))
def test_what_is_composed_folds_like_what_is_not(text: str) -> None:
    apart = unicodedata.normalize("NFD", text)
    assert FOLDER.fold(unicodedata.normalize("NFC", apart)) == FOLDER.fold(apart)


@given(st.text(alphabet="aăâáàảãạeêuưoơđi ,.", max_size=300))
def test_accents_kept_stand_where_the_plain_letters_stand(text: str) -> None:
    marked = FOLDER.fold_marked(text)
    assert len(marked) == len(FOLDER.fold(text))
    assert FOLDER.fold(marked) == FOLDER.fold(text)
