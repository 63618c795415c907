"""Finds the lexicon's terms in folded text: one automaton for all terms of all languages.

A term is parted at its gaps (where any ending may stand) into fixed pieces. The longest goes to the automaton
(Aho and Corasick, 1975; the `ahocorasick-rs` wheel), the others into expressions that are tried around it.
Boundaries of words cost nothing: folded text has a space at either side of every word, and so has the piece.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import ahocorasick_rs

from .folding import Folder
from .language_evidence import LanguageEvidence, Reading, script_of
from .lexicon import (
    LanguageEntry,
    Lexicon,
    ListedTerm,
    is_unspaced,
    language_terms,
    serbian_cyrillic,
    spellings,
    split_term,
)

_LONG, _LONG_UNSPACED = 9, 3
"""Letters from which a term that counts alone is believed in a text of any language that shares its script."""
_ALONE = frozenset({"trafficking", "corruption", "decoys"})
_REACH = 90
"""Folded characters around a term's fixed part in which its other words are looked for."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A listed term found at a place of the folded text."""

    start: int
    end: int
    listed: ListedTerm


@dataclass(frozen=True, slots=True)
class Entry:
    """A listed term in one folded spelling: what must stand around the literal that the automaton finds."""

    listed: ListedTerm
    sure: bool
    """Believed whatever the language of the text."""
    reading: Reading
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    marked: str | None
    """The literal with its accents, where they must be right."""


class TermMatcher:
    """Finds the terms that it is made of."""

    def __init__(self, compiled: Iterable[tuple[str, Entry]]) -> None:
        by_literal: dict[str, list[Entry]] = {}
        for literal, entry in compiled:
            by_literal.setdefault(literal, []).append(entry)
        self._entries = tuple(tuple(entries) for entries in by_literal.values())
        self._automaton = ahocorasick_rs.AhoCorasick(
            tuple(by_literal),
            matchkind=ahocorasick_rs.MatchKind.Standard,
            store_patterns=False,
            implementation=ahocorasick_rs.Implementation.ContiguousNFA,
        )

    def find(self, folded: str, evidence: LanguageEvidence) -> list[Hit]:
        """Every term in a folded text, by start; decoys and what begins inside them left out."""
        hits: list[Hit] = []
        decoys: list[Hit] = []
        for number, start, end in self._automaton.find_matches_as_indexes(folded, overlapping=True):
            for entry in _believed(self._entries[number], evidence):
                if entry.marked is not None and not evidence.spelled(start, end, entry.marked):
                    continue
                hit = _widen(entry, folded, start, end)
                if hit is not None:
                    (decoys if hit.listed.kind == "decoy" else hits).append(hit)
        if decoys:
            hits = [hit for hit in hits if not _covered(hit, decoys)]
        hits.sort(key=lambda hit: (hit.start, hit.end))
        return hits


def _believed(entries: tuple[Entry, ...], evidence: LanguageEvidence) -> Iterable[Entry]:
    """The entries of one literal whose language the text may be in; where it is in none, the sure ones."""
    if len(entries) == 1:
        only = entries[0]
        return entries if only.sure or evidence.believes(only.reading) else ()
    plausible = [entry for entry in entries if evidence.believes(entry.reading)]
    return plausible or [entry for entry in entries if entry.sure]


def _widen(entry: Entry, folded: str, start: int, end: int) -> Hit | None:
    """The hit of an entry whose literal stands at `start`, if the rest of the term stands around it."""
    if entry.before is not None:
        window = folded[max(0, start - _REACH) : start]
        found = entry.before.search(window)
        if found is None:
            return None
        start -= len(window) - found.start()
    if entry.after is not None:
        found = entry.after.match(folded, end, end + _REACH)
        if found is None:
            return None
        end = found.end()
    return Hit(start, end, entry.listed)


def _covered(hit: Hit, decoys: Iterable[Hit]) -> bool:
    """Whether a term begins inside a decoy: `trafficking ring` after `cocaine` does."""
    return any(decoy.start <= hit.start < decoy.end - 1 for decoy in decoys)


def compile_terms(
    lexicon: Lexicon, folder: Folder, groups: frozenset[str] | None, *, strict: bool
) -> Iterator[tuple[str, Entry]]:
    """Literal and entry of each term.

    Args:
        lexicon: the terms.
        folder: folds them as the texts are folded.
        groups: `trafficking`, `situation`, `corruption`, `decoys` and the ids of groups; None takes all.
        strict: leave out what counts at `broad` only.
    """
    users: dict[str, set[str]] = {}
    for code, language in lexicon.languages.items():
        for listed in language_terms(code, language):
            users.setdefault(script_of(listed.term), set()).add(code)
    for code, language in lexicon.languages.items():
        proclitics = sorted({folder.fold(part).strip() for part in language.proclitics} - {""})
        for listed in language_terms(code, language):
            if (strict and listed.strength == "broad") or (groups is not None and listed.group not in groups):
                continue
            own_script = len(users[script_of(listed.term)]) == 1
            for spelling in _all_spellings(listed.term, language):
                yield _compile(
                    listed, _Spelling(spelling, language, folder, proclitics), own_script=own_script
                )


def _all_spellings(term: str, language: LanguageEntry) -> tuple[str, ...]:
    plain = spellings(term)
    return plain + tuple(serbian_cyrillic(one.lower()) for one in plain) if language.cyrillic else plain


class _Spelling:
    """One spelling of a term, parted into fixed pieces with gaps between them."""

    def __init__(
        self, spelling: str, language: LanguageEntry, folder: Folder, proclitics: Sequence[str]
    ) -> None:
        self.pieces = [""]
        self.gaps: list[str] = []
        self.marked = folder.fold_marked(spelling) if language.marked else None
        words = split_term(spelling, language.match)
        self.proclitics = proclitics if not words[0].open_start else ()
        self.letters = 0
        self.script = script_of(spelling)
        open_end = True
        for number, word in enumerate(words):
            for inner, folded in enumerate(folder.fold(word.letters).split()):
                self._begin(
                    first=number == 0 and inner == 0, after=open_end, before=word.open_start and inner == 0
                )
                self.pieces[-1] += folded
                self.letters += len(folded)
                open_end = False
            open_end = word.open_end
        if not open_end:
            self.pieces[-1] += " "
        self.long = self.letters >= (_LONG_UNSPACED if is_unspaced(spelling) else _LONG)

    def _begin(self, *, first: bool, after: bool, before: bool) -> None:
        """Put what stands before a word: nothing, a space, or a gap and a new piece."""
        if first:
            self.pieces[-1] += "" if before or self.proclitics else " "
        elif after or before:
            self.gaps.append(("[^ ]*" if after else "") + " " + ("[^ ]*" if before else ""))
            self.pieces.append("")
        else:
            self.pieces[-1] += " "


def _compile(listed: ListedTerm, spelling: _Spelling, *, own_script: bool) -> tuple[str, Entry]:
    pieces, gaps = spelling.pieces, spelling.gaps
    best = max(range(len(pieces)), key=lambda number: len(pieces[number]))
    before = "".join(re.escape(piece) + gap for piece, gap in zip(pieces[:best], gaps[:best], strict=True))
    after = "".join(
        gap + re.escape(piece) for gap, piece in zip(gaps[best:], pieces[best + 1 :], strict=True)
    )
    if spelling.proclitics:
        before = f" (?:{'|'.join(map(re.escape, spelling.proclitics))})?{before}"
    return pieces[best], Entry(
        listed,
        sure=own_script or (spelling.long and listed.group in _ALONE),
        reading=(spelling.script, listed.lang),
        before=re.compile(before + "$") if before else None,
        after=re.compile(after) if after else None,
        marked=spelling.marked,
    )
