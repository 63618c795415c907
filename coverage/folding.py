"""Unicode folding: one plain form for every spelling of a word, fast enough for archives.

Folded text holds words in lower case, parted by single spaces, with one space at either end. What folds together:
compatibility forms (NFKC), case, accents of Latin, Greek and Cyrillic letters, Arabic and Hebrew vowel points,
the letter variants of Arabic, Persian, Urdu and Kurdish, Hebrew final letters, the nukta and chandrabindu of the
scripts of India, Ethiopic homophones, digits of all scripts, zero-width characters, traditional and simplified
Chinese characters (only those that the caller gives), and all punctuation (to a space).

The work is done by a table look-up over the code points (numpy), not by a loop over characters: `str.translate`
took four times as long. Method: Unicode Standard Annex 15 (normalisation forms) and section 5.18 (case folding),
then the tables below.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

_SPACE = 32
_DELETED = 0
_EXPANDS, _JOINS = 0xFFFFFFFF, 0xFFFFFFFE
"""Mark a code point that folds to several, and one that joins the letter before it: such a text goes through
NFKC first. What still joins after that is dropped."""

_SHORT = 200
"""Characters up to which a text is folded by `str.translate`."""
_RARE = "\ue000"
"""Stands for the two marks above in a short text (a private character, which itself folds to a space)."""
_RARE_IN_PLANE = 0xFFFF
"""The same in the table of 16-bit codes (no character; the last of the plane)."""
_EXPANSIONS = {"ß": "ss", "ẞ": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "þ": "th", "Þ": "th"}
"""Letters that are common in some languages and fold to two."""

_SINGLES = str.maketrans(
    # Latin letters that no decomposition takes apart
    "øđðħıłŋəɓɗƙƴɛɔǝɖƒꞌ" "ґ"
    # Arabic, Persian, Urdu, Kurdish, Pashto: one form a letter
    "ىیېۍێةۀہھەۂکڪۆۇۈڵڕٱ"
    # Hebrew final letters
    "ךםןףץ"
    # chandrabindu to anusvara; Assamese ra and wa
    "ँঁৰૐ",
    "oddhilneb" "dkyeoedf " "г"
    "ييييي" "هههههه" "كك" "ووو" "لرا"
    "כמנפצ"
    "ंংরૐ",
)  # fmt: skip

_STRIPPED_RANGES = (
    (0x0300, 0x036F),  # combining diacritical marks (see _JOINING_RANGES)
    (0x0483, 0x0489),  # Cyrillic
    (0x0591, 0x05C7),  # Hebrew points
    (0x0610, 0x061A),  # Arabic signs
    (0x0640, 0x0640),  # tatweel
    (0x064B, 0x065F),  # harakat
    (0x0670, 0x0670),
    (0x06D6, 0x06DC),
    (0x06DF, 0x06E4),
    (0x06E7, 0x06E8),
    (0x06EA, 0x06ED),
    (0x093C, 0x093C),  # nukta, by script
    (0x09BC, 0x09BC),
    (0x0A3C, 0x0A3C),
    (0x0ABC, 0x0ABC),
    (0x0B3C, 0x0B3C),
    (0x0CBC, 0x0CBC),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE00, 0xFE0F),  # variation selectors
    (0xFE20, 0xFE2F),
)
_IDENTITY_RANGES = ((0x3400, 0xA000), (0xAC00, 0xD7A4), (0x20000, 0x32000))
"""Han and Hangul: nothing to fold but what the caller gives."""
_UNPARTED = "\u0e33\u0eb3\u0587"
"""Letters of their own in running text, whatever NFKC makes of them: Thai and Lao SARA AM, Armenian ech yiwn."""
_APOSTROPHE_LETTERS = "ʼʻʽʾʿˈ՚"
_ETHIOPIC_HOMOPHONES = (("ሐ", "ሀ"), ("ኀ", "ሀ"), ("ሠ", "ሰ"), ("ዐ", "አ"), ("ፀ", "ጸ"))
_ETHIOPIC_A = str.maketrans("ሃሓኃኣዓ", "ሀሀሀአአ")
"""Orders 1 and 4 of the gutturals sound alike in Amharic and are written for one another."""

_THAI_TONE_BEFORE_VOWEL = re.compile("([\u0e48-\u0e4b])([\u0e31\u0e34-\u0e3a])")
_JOINING_RANGES = ((0x0300, 0x036F), (0x1100, 0x11FF), (0x3099, 0x309A), (0xFF9E, 0xFF9F))
"""Combining accents, conjoining jamo, kana voicing marks."""


def _in_ranges(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= code <= last for first, last in ranges)


def _fold_code(code: int) -> int:
    """The folded code point of one code point, or one of the marks above."""
    char = chr(code)
    if _in_ranges(code, _JOINING_RANGES):
        return _JOINS
    if _in_ranges(code, _STRIPPED_RANGES):
        return _DELETED
    category = unicodedata.category(char)
    if category == "Cf":
        return _DELETED
    if category[0] in "ZPSC" or char in _APOSTROPHE_LETTERS:
        return _SPACE
    if category == "Nd":
        return ord("0") + unicodedata.digit(char)
    folded = unicodedata.normalize("NFKC", char).casefold()
    if code < 0x0700 or 0x1E00 <= code < 0x2000 or 0xFB00 <= code < 0xFF00:
        folded = unicodedata.normalize("NFKD", folded)
    folded = "".join(part for part in folded if not _in_ranges(ord(part), _STRIPPED_RANGES))
    folded = folded.translate(_SINGLES).translate(_ETHIOPIC_A)
    if len(folded) == 1:
        return ord(folded)
    if char in _UNPARTED:
        return code
    return _EXPANDS if folded else _DELETED


def _base_table() -> NDArray[np.uint32]:
    table = np.full(0x110000, _SPACE, dtype=np.uint32)
    for first, last in _IDENTITY_RANGES:
        table[first:last] = np.arange(first, last, dtype=np.uint32)
    for first, last in ((0, 0x3400), (0xA000, 0xAC00), (0xF900, 0x10000), (0x1D400, 0x1D800)):
        for code in range(first, last):
            table[code] = _fold_code(code)
    for variant, base in _ETHIOPIC_HOMOPHONES:
        for order in range(7):
            if order != 3:  # order 4 is in _ETHIOPIC_A
                table[ord(variant) + order] = table[ord(base) + order]
    return table


class _ShortTable(dict[int, str | None]):
    """The table as `str.translate` wants it, filled as code points are met: faster than numpy on short texts."""

    def __init__(self, table: NDArray[np.uint32]) -> None:
        super().__init__()
        self._table = table

    def __missing__(self, code: int) -> str | None:
        folded = int(self._table[code])
        char = _RARE if folded >= _JOINS else None if folded == _DELETED else chr(folded)
        self[code] = char
        return char


class Folder:
    """Folds texts. `variants` maps a character to the one that stands for it, for the Han characters."""

    __slots__ = ("_marked", "_plane", "_short", "_table")

    def __init__(self, variants: Mapping[str, str] | None = None) -> None:
        self._table = _base_table()
        for char, base in (variants or {}).items():
            self._table[ord(char)] = ord(base)
        self._plane = _first_plane(self._table)
        self._marked = _marked_table(self._table)
        self._short = _ShortTable(self._table)

    def fold(self, text: str) -> str:
        """Fold a text; the result begins and ends with a space. Never fails, lone surrogates included."""
        plain = _expand(text)
        folded = self._fold_short(plain) if len(text) < _SHORT else self._fold_plane(plain)
        if folded is None:
            folded = _squeeze(_look_up(plain, self._table), "utf-32-le")
        return folded if folded.isascii() else _mend_thai(folded)

    def fold_marked(self, text: str) -> str:
        """Fold a text but keep the accents of Latin letters; letter by letter in line with `fold`."""
        return _squeeze(_look_up(_expand(text), self._marked), "utf-32-le")

    def _fold_short(self, text: str) -> str | None:
        """A short text folded, or None where a character in it is rare."""
        short = text.translate(self._short)
        if _RARE in short:
            return None
        words = " ".join(short.split())
        return f" {words} " if words else " "

    def _fold_plane(self, text: str) -> str | None:
        """A text of the Basic Multilingual Plane folded, at two bytes a character; None where one is rare."""
        codes = self._plane.take(np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype=np.uint16))
        return None if int(codes.max()) >= _RARE_IN_PLANE else _squeeze(codes, "utf-16-le")


def _expand(text: str) -> str:
    for letter, letters in _EXPANSIONS.items():
        if letter in text:
            text = text.replace(letter, letters)
    return text


def _look_up(text: str, table: NDArray[np.uint32]) -> NDArray[np.uint32]:
    codes = table.take(_codes(text))
    if len(codes) and int(codes.max()) >= _JOINS:
        codes = table.take(_codes(unicodedata.normalize("NFKC", text)))
        codes[codes == _EXPANDS] = _SPACE
        codes[codes == _JOINS] = _DELETED
    return codes


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def _first_plane(table: NDArray[np.uint32]) -> NDArray[np.uint16]:
    """The table of the first 65,536 code points, with one mark for all that is rare: surrogates, and the two marks."""
    plane = table[:0x10000].copy()
    plane[plane >= _JOINS] = _RARE_IN_PLANE
    plane[0xD800:0xE000] = _RARE_IN_PLANE
    return plane.astype(np.uint16)


def _marked_table(table: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The table again, with the lower-case letter itself where an accented Latin letter lost its accent."""
    marked = table.copy()
    for code in (*range(0x00C0, 0x0250), *range(0x1E00, 0x1F00)):
        lower = chr(code).lower()
        if len(lower) == 1 and lower.isalpha() and table[code] < _JOINS:
            marked[code] = ord(lower)
    return marked


def _squeeze(codes: NDArray[np.uint32] | NDArray[np.uint16], encoding: str) -> str:
    """Drop what is deleted, make each run of spaces one, and pad with a space at either end."""
    kept = codes[codes != _DELETED] if len(codes) and int(codes.min()) == _DELETED else codes
    padded = np.empty(len(kept) + 2, dtype=codes.dtype)
    padded[0] = padded[-1] = _SPACE
    padded[1:-1] = kept
    wanted = padded != _SPACE
    wanted[1:] |= wanted[:-1].copy()
    wanted[0] = True
    return str(padded[wanted].tobytes(), encoding)


def _mend_thai(folded: str) -> str:
    """Thai as it is meant: SARA E twice for SARA AE, nikhahit and SARA AA apart, a tone mark before its vowel."""
    if "เเ" in folded:
        folded = folded.replace("เเ", "แ")
    if "\u0e4d\u0e32" in folded:
        folded = folded.replace("\u0e4d\u0e32", "\u0e33")
    if "\u0ecd\u0eb2" in folded:
        folded = folded.replace("\u0ecd\u0eb2", "\u0eb3")
    if any(tone in folded for tone in "\u0e48\u0e49\u0e4a\u0e4b"):
        folded = _THAI_TONE_BEFORE_VOWEL.sub(r"\2\1", folded)
    return folded
