"""Where names of countries, of their people and of their cities stand in a text.

The names of a language (placenames.py) are searched for at once with Aho-Corasick (ahocorasick-rs) in the
folded text; what surrounds a hit is then checked: word borders, prefixes and endings of the language, the
capital letter. Where names overlap, the longest wins (Guinea-Bissau, South Sudan, New Mexico).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import ahocorasick_rs

from .placenames import Name, Table, fold, prepare, table

LONGEST_ENDING: Final = 9
"""Letters that may follow a stem marked with `*`."""
LONGEST_PREFIX: Final = 8
"""Letters that may stand before a name in languages with prefixes."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a text: where it begins and ends (characters of the prepared text), what it may mean."""

    start: int
    end: int
    countries: tuple[str, ...]
    kind: str
    word: str
    """The text as it stands there."""


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """The names that texts of one language are searched for."""

    lang: str
    tables: Mapping[str, Table]
    by_key: tuple[tuple[Name, ...], ...]
    """The names of each key of the automaton, in its order."""
    automaton: ahocorasick_rs.AhoCorasick = field(repr=False)

    def mentions(self, text: str) -> list[Mention]:
        """The names in a text, in order; offsets are those of `placenames.prepare(text)`."""
        prepared = prepare(text)
        folded = fold(prepared)
        found = [
            Mention(start, stop, name.countries, name.kind, prepared[start:stop])
            for index, start, end in self.automaton.find_matches_as_indexes(folded, overlapping=True)
            for name in self.by_key[index]
            if (stop := self._stop(name, prepared, folded, start, end))
        ]
        return _longest(found)

    def _stop(self, name: Name, prepared: str, folded: str, start: int, end: int) -> int:
        """Where the mention of a name ends that was found at start:end; 0 if it is none."""
        names = self.tables[name.table]
        if name.tail is not None:
            match = name.tail.match(folded, end)
            if match is None:
                return 0
            end = match.end()
        stop = end
        if _is_katakana(folded[start]) and (
            _is_katakana(folded[start - 1 : start]) or _is_katakana(folded[end : end + 1])
        ):
            return 0
        if names.spaces:
            if not _begins(names, prepared, folded, start):
                return 0
            stop = _ends(names, name, folded, end)
        if stop and name.capital and _is_lower(prepared[start]):
            adjectives = names.adjectives
            if adjectives is None or adjectives.fullmatch(folded, end, stop) is None:
                return 0
        return stop


def _is_lower(char: str) -> bool:
    return char.islower() and char.upper() != char


def _is_letter(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char)[0] == "M"


def _is_katakana(char: str) -> bool:
    """Katakana, which Japanese writes foreign names in: a run of it is one word."""
    return "ァ" <= char <= "ヺ" or char == "ー"


def _begins(names: Table, prepared: str, folded: str, start: int) -> bool:
    """Whether a word, or a prefix of the language and then the name, begins here."""
    if start == 0 or not _is_letter(prepared[start - 1]):
        return True
    if names.inner_capitals and prepared[start].isupper() and prepared[start - 1].islower():
        return True
    if names.prefixes is None:
        return False
    begin = start
    while begin > 0 and start - begin < LONGEST_PREFIX and _is_letter(prepared[begin - 1]):
        begin -= 1
    return names.prefixes.fullmatch(folded, begin, start) is not None


def _ends(names: Table, name: Name, folded: str, end: int) -> int:
    """Where the word ends, if what follows the name may follow it; else 0."""
    stop = end
    while stop < len(folded) and _is_letter(folded[stop]):
        stop += 1
    if stop == end:
        return stop
    if name.exact:
        return 0
    if name.any_ending:
        return stop if stop - end <= LONGEST_ENDING else 0
    for endings in (names.endings, names.adjectives):
        if endings is not None and endings.fullmatch(folded, end, stop):
            return stop
    return 0


_RANK: Final[Mapping[str, int]] = {"ignore": 0, "weak": 1, "country": 2, "city": 3}


def _longest(found: Iterable[Mention]) -> list[Mention]:
    """Where mentions overlap, the one that begins first and is longest stays."""
    kept: list[Mention] = []
    taken = 0
    for mention in sorted(found, key=lambda m: (m.start, -m.end, _RANK[m.kind], m.countries)):
        if mention.start >= taken:
            kept.append(mention)
            taken = mention.end
    return kept


@lru_cache(maxsize=256)
def gazetteer(lang: str) -> Gazetteer:
    """The gazetteer for a language: its own table and those that it names; English where it has no file."""
    tables = {lang: table(lang)}
    waiting = list(tables[lang].also) if tables[lang].by_hand else ["en"]
    while waiting:
        code = waiting.pop(0)
        if code not in tables:
            tables[code] = table(code)
            waiting += tables[code].also
    keys: dict[str, list[Name]] = {}
    for names in tables.values():
        for name in names.names:
            same = keys.setdefault(name.key, [])
            if name not in same:
                same.append(name)
    return Gazetteer(
        lang, tables, tuple(tuple(names) for names in keys.values()), ahocorasick_rs.AhoCorasick(list(keys))
    )
