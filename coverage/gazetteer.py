"""Where names of countries, of their people and of their cities stand in a text.

The names of a language (placenames.py) are searched for at once with Aho-Corasick (ahocorasick-rs) in the
folded text; what surrounds a hit is then checked: word borders, prefixes and endings of the language, capital
letters, whether it is a person's name. Where names overlap, the longest wins (Guinea-Bissau, New Mexico).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import ahocorasick_rs

from .placenames import Name, Table, fold, prepare, table

LONGEST_ENDING: Final = 14
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
    certain: int = 0
    """Letters of the name itself: of two readings of one word, that with the shorter ending is right."""


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """The names that texts of one language are searched for."""

    lang: str
    tables: Mapping[str, Table]
    by_key: tuple[tuple[Name, ...], ...]
    """The names of each key of the automaton, in its order."""
    automaton: ahocorasick_rs.AhoCorasick = field(repr=False)
    persons: frozenset[str] = frozenset()
    """Names (folded) that persons bear too."""

    def mentions(self, text: str) -> list[Mention]:
        """The names in a text, in order; offsets are those of `placenames.prepare(text)`."""
        prepared = prepare(text)
        folded = fold(prepared)
        found = [
            Mention(start, stop, name.countries, name.kind, prepared[start:stop], len(name.key))
            for index, start, end in self.automaton.find_matches_as_indexes(folded, overlapping=True)
            for name in self.by_key[index]
            if (stop := self._stop(name, prepared, folded, start, end))
        ]
        return [mention for mention in _longest(found) if not self._is_person(mention, prepared, folded)]

    def _stop(self, name: Name, prepared: str, folded: str, start: int, end: int) -> int:
        """Where the mention of a name ends that was found at start:end; 0 if it is none."""
        names = self.tables[name.table]
        if name.tail is not None:
            match = name.tail.match(folded, end)
            if match is None:
                return 0
            end = match.end()
        stop = end
        if _is_katakana(folded[start]):
            if _is_katakana(folded[start - 1 : start]) or _is_katakana(folded[end : end + 1]):
                return 0
        elif names.spaces:
            if not _begins(names, prepared, folded, start):
                return 0
            stop = _ends(names, name, folded, end)
        if not stop or (name.needs_ending and stop == end):
            return 0
        return stop if _capitals_fit(name, names, prepared, folded, (start, end, stop)) else 0

    def _is_person(self, mention: Mention, prepared: str, folded: str) -> bool:
        """Whether a name that persons bear stands beside another capitalised word."""
        if folded[mention.start : mention.end] not in self.persons:
            return False
        return _beside_capital(prepared, mention.start, mention.end)


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


def _capitals_fit(name: Name, names: Table, prepared: str, folded: str, span: tuple[int, int, int]) -> bool:
    """Whether letters are capitals where the name asks for them, or what follows needs no capital.

    `span` is where the word begins, where the name in it ends, and where the word ends.
    """
    start, end, stop = span
    if name.all_capitals:
        return prepared[start:end].isupper() and not _shouted(prepared, start, end)
    if name.capital < 0:
        return True
    char = prepared[start + name.capital]
    if not char.islower() or char.upper() == char:
        return True
    adjectives = names.adjectives
    return adjectives is not None and stop > end and adjectives.fullmatch(folded, end, stop) is not None


_WORD: Final = re.compile(r"[^\W\d_]{2,}")


def _shouted(prepared: str, start: int, end: int) -> bool:
    """Whether an abbreviation stands amid words in capitals, where US may be "us"."""
    before = _WORD.findall(prepared[max(0, start - 40) : start])
    after = _WORD.findall(prepared[end : end + 40])
    around = [*before[-2:], *after[:2]]
    return bool(around) and all(word.isupper() for word in around)


_BEFORE: Final = re.compile(r"(\w[\w'-]*)\.? $")
_AFTER: Final = re.compile(r" (\w[\w'-]*)")


def _beside_capital(prepared: str, start: int, stop: int) -> bool:
    """Whether a capitalised word stands beside, as in a person's name; not so in headlines in title case."""
    before = _BEFORE.search(prepared[max(0, start - 25) : start])
    after = _AFTER.match(prepared, stop)
    beside = [match.group(1) for match in (before, after) if match]
    if not any(len(word) > 3 and word[0].isupper() and not word.isupper() for word in beside):
        return False
    around = _WORD.findall(prepared[max(0, start - 80) : stop + 80])
    capitalised = sum(1 for word in around if word[0].isupper())
    return capitalised < 0.6 * len(around)


_RANK: Final[Mapping[str, int]] = {"ignore": 0, "weak": 1, "country": 2, "city": 3}


def _longest(found: Iterable[Mention]) -> list[Mention]:
    """Where mentions overlap, the one that begins first and is longest stays."""
    kept: list[Mention] = []
    taken = 0
    for mention in sorted(found, key=lambda m: (m.start, -m.end, -m.certain, _RANK[m.kind], m.countries)):
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
        lang,
        tables,
        tuple(tuple(names) for names in keys.values()),
        ahocorasick_rs.AhoCorasick(list(keys)),
        frozenset().union(*(names.persons for names in tables.values())),
    )
