"""The gate: a cheap multilingual filter that says whether a text may be about human trafficking.

What counts is that no article on trafficking is lost; the classifier reads what is let in. All terms of all
languages are looked for at once (Aho-Corasick, 1975; the `ahocorasick-rs` wheel) in the folded text. Terms that
are long or in a script of their own count wherever they are found; short ones and the parts of situations count
only where the text is in their language, which its small words or the caller's hint tell.

Two strengths: `strict` takes the strict terms alone (archives of millions of pages); `broad` also takes what
tells of trafficking without its name: broad terms, and groups of terms that stand near one another (lured and
job, passport and taken ...), by the rules in lexicon.yaml.
"""

from __future__ import annotations

import functools
import html
import re
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import ahocorasick_rs

from .article import GateResult, Term
from .folding import Folder
from .language_evidence import LanguageEvidence, script_of
from .lexicon import (
    LEXICON_PATH,
    LanguageEntry,
    Lexicon,
    ListedTerm,
    Rule,
    Strength,
    Weighing,
    han_variants,
    is_unspaced,
    language_terms,
    load_lexicon,
    serbian_cyrillic,
    spellings,
    split_term,
)

_LONG = 9
"""Letters from which a trafficking term counts in a text of any language that shares its script."""
_REACH = 90
"""Folded characters around a term's fixed part in which its other words are looked for."""
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class _Entry:
    """A listed term in one folded spelling: a literal for the automaton and what must stand around it."""

    listed: ListedTerm
    sure: bool
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    marked: str | None
    """The literal with its accents, where they must be right."""


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    listed: ListedTerm


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule of the lexicon with its groups parted: any one group of a slot fills that slot."""

    slots: tuple[frozenset[str], ...]
    within: int

    @classmethod
    def of(cls, rule: Rule) -> _Rule:
        return cls(tuple(frozenset(part.split("|")) for part in rule.all), rule.within)

    def match(self, hits: Sequence[_Hit], compact: float) -> tuple[_Hit, ...]:
        """The first hits that fill the rule, or none. `hits` are of one language, by start."""
        last: dict[int, _Hit] = {}
        for hit in hits:
            filled = [number for number, slot in enumerate(self.slots) if hit.listed.group in slot]
            for number in filled:
                last[number] = hit
            if filled and len(last) == len(self.slots):
                near = {other.start: other for other in last.values()}
                if len(near) == len(self.slots) and hit.end - min(near) <= self.within * compact:
                    return tuple(near[start] for start in sorted(near))
        return ()


def _weigh(hits: Sequence[_Hit], weighing: Weighing, language: LanguageEntry) -> tuple[_Hit, ...]:
    """The hits of the first window that weighs enough, one a group, or none. `hits` are of one language, by start."""
    needed = weighing.at_least + language.leaning
    width = weighing.within * language.compact
    counts: dict[str, int] = {}
    total = 0.0
    first = 0
    for number, hit in enumerate(hits):
        group = hit.listed.group
        if not counts.get(group):
            total += weighing.weights.get(group, 0.0)
        counts[group] = counts.get(group, 0) + 1
        while hits[first].start < hit.start - width:
            gone = hits[first].listed.group
            counts[gone] -= 1
            if not counts[gone]:
                total -= weighing.weights.get(gone, 0.0)
            first += 1
        if total >= needed:
            window = {
                one.listed.group: one
                for one in hits[first : number + 1]
                if one.listed.group in weighing.weights
            }
            return tuple(window.values())
    return ()


class _Matcher:
    """The automaton of one strength."""

    def __init__(self, compiled: Iterable[tuple[str, _Entry]]) -> None:
        by_literal: dict[str, list[_Entry]] = {}
        for literal, entry in compiled:
            by_literal.setdefault(literal, []).append(entry)
        self._entries = tuple(tuple(entries) for entries in by_literal.values())
        self._automaton = ahocorasick_rs.AhoCorasick(
            tuple(by_literal),
            matchkind=ahocorasick_rs.MatchKind.Standard,
            store_patterns=False,
            implementation=ahocorasick_rs.Implementation.ContiguousNFA,
        )

    def find(self, folded: str, evidence: LanguageEvidence) -> list[_Hit]:
        """Every term in a folded text, by start, decoys and what stands inside them left out."""
        hits: list[_Hit] = []
        decoys: list[_Hit] = []
        for number, start, end in self._automaton.find_matches_as_indexes(folded, overlapping=True):
            for entry in _believed(self._entries[number], evidence):
                if entry.marked is not None and not evidence.spelled(start, end, entry.marked):
                    continue
                hit = _widen(entry, folded, start, end)
                if hit is not None:
                    (decoys if hit.listed.kind == "decoy" else hits).append(hit)
        if decoys:
            hits = [hit for hit in hits if not _inside(hit, decoys)]
        hits.sort(key=lambda hit: (hit.start, hit.end))
        return hits


def _believed(entries: tuple[_Entry, ...], evidence: LanguageEvidence) -> Iterable[_Entry]:
    """The entries of one literal whose language the text may be in; where it is in none, the sure ones."""
    if len(entries) == 1:
        return entries if entries[0].sure or evidence.plausible(entries[0].listed.lang) else ()
    plausible = [entry for entry in entries if evidence.plausible(entry.listed.lang)]
    return plausible or [entry for entry in entries if entry.sure]


def _widen(entry: _Entry, folded: str, start: int, end: int) -> _Hit | None:
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
    return _Hit(start, end, entry.listed)


def _inside(hit: _Hit, decoys: Iterable[_Hit]) -> bool:
    return any(decoy.start <= hit.start and hit.end <= decoy.end for decoy in decoys)


class Gate:
    """Decides what may be about trafficking. Immutable after loading; may be shared between threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._folder = Folder(han_variants(lexicon))
        self._evidence = LanguageEvidence.preparer(lexicon, self._folder)
        self._rules = tuple(_Rule.of(rule) for rule in lexicon.rules)
        self._matchers: dict[Strength, _Matcher] = {}
        self._lock = threading.Lock()

    @classmethod
    def load(cls, path: Path | None = None) -> Gate:
        """The gate of a lexicon file (by default the one in the package), read once a process.

        Raises:
            ConfigError: the lexicon cannot be read or has a fault; names file and line.
        """
        return _load((path or LEXICON_PATH).resolve())

    @property
    def lexicon(self) -> Lexicon:
        """The lexicon in use."""
        return self._lexicon

    def fold(self, text: str) -> str:
        """A text as the gate reads it (see folding.py)."""
        return self._folder.fold(text)

    def check(self, text: str, *, lang: str = "", strength: Strength = "broad") -> GateResult:
        """Whether a text (title and body) is let in, and the terms that decided it.

        Args:
            text: title and body, in any language or in several.
            lang: the language's code as a hint; may be wrong, a regional form ('pt-BR') or ''.
            strength: `broad` or `strict` (see the module).
        """
        folded = self._folder.fold(text)
        evidence = self._evidence(text, folded, lang)
        hits = self._matcher(strength).find(folded, evidence)
        decisive = [hit for hit in hits if hit.listed.group in {"trafficking", "situation"}]
        if not decisive and strength == "broad":
            decisive = self._situations(hits)
        return GateResult(
            passed=bool(decisive),
            trafficking=_terms(decisive),
            corruption=_terms(hit for hit in hits if hit.listed.group == "corruption"),
        )

    def check_page(self, page: str, *, lang: str = "", strength: Strength = "broad") -> bool:
        """A first look at a raw HTML page, tags and menus included, before it is parsed.

        Lets in whatever `check` would let in of the article alone, unless the page hides its text (letters in
        scripts as escapes, text in images).
        """
        text = _TAG.sub(" ", page)
        return self.check(html.unescape(text) if "&" in text else text, lang=lang, strength=strength).passed

    def _situations(self, hits: Sequence[_Hit]) -> list[_Hit]:
        """The hits that fill a rule or weigh enough together, one language at a time."""
        by_language: dict[str, list[_Hit]] = {}
        for hit in hits:
            by_language.setdefault(hit.listed.lang, []).append(hit)
        found: list[_Hit] = []
        for lang, own in by_language.items():
            language = self._lexicon.languages[lang]
            for rule in self._rules:
                found.extend(rule.match(own, language.compact))
            found.extend(_weigh(own, self._lexicon.weighing, language))
        return sorted(found, key=lambda hit: hit.start)

    def _matcher(self, strength: Strength) -> _Matcher:
        with self._lock:
            if strength not in self._matchers:
                self._matchers[strength] = _Matcher(_compiled(self._lexicon, self._folder, strength))
            return self._matchers[strength]


@functools.cache
def _load(path: Path) -> Gate:
    return Gate(load_lexicon(path))


def _terms(hits: Iterable[_Hit]) -> tuple[Term, ...]:
    """The hits' terms as the lexicon spells them, each once, in order."""
    terms = (Term(hit.listed.term, hit.listed.lang, hit.listed.kind) for hit in hits)
    return tuple(dict.fromkeys(terms))


def _compiled(lexicon: Lexicon, folder: Folder, strength: Strength) -> Iterable[tuple[str, _Entry]]:
    """Each term of a strength as a literal for the automaton and what must stand around it."""
    users: dict[str, set[str]] = {}
    for code, language in lexicon.languages.items():
        for listed in language_terms(code, language):
            users.setdefault(script_of(listed.term), set()).add(code)
    for code, language in lexicon.languages.items():
        proclitics = sorted({folder.fold(part).strip() for part in language.proclitics} - {""})
        for listed in language_terms(code, language):
            if strength == "strict" and listed.strength == "broad":
                continue
            own_script = len(users[script_of(listed.term)]) == 1
            for spelling in _all_spellings(listed.term, language):
                yield _compile(listed, spelling, language, folder, proclitics, own_script)


def _all_spellings(term: str, language: LanguageEntry) -> tuple[str, ...]:
    plain = spellings(term)
    return plain + tuple(serbian_cyrillic(term.lower()) for term in plain) if language.cyrillic else plain


def _compile(
    listed: ListedTerm,
    spelling: str,
    language: LanguageEntry,
    folder: Folder,
    proclitics: Sequence[str],
    own_script: bool,
) -> tuple[str, _Entry]:
    """Part a term into pieces without gaps; the longest goes to the automaton, the rest into expressions."""
    pieces = [""]
    gaps: list[str] = []
    before_first = not proclitics
    letters = 0
    open_end = True
    for number, word in enumerate(split_term(spelling, language.match)):
        for inner, folded in enumerate(folder.fold(word.letters).split()):
            letters += len(folded)
            open_start = word.open_start and inner == 0
            if number == 0 and inner == 0:
                if not open_start and before_first:
                    pieces[-1] += " "
            elif open_end or open_start:
                gaps.append(("[^ ]*" if open_end else "") + " " + ("[^ ]*" if open_start else ""))
                pieces.append("")
            else:
                pieces[-1] += " "
            pieces[-1] += folded
            open_end = False
        open_end = word.open_end
    if not open_end:
        pieces[-1] += " "
    best = max(range(len(pieces)), key=lambda number: len(pieces[number]))
    before = "".join(re.escape(piece) + gap for piece, gap in zip(pieces[:best], gaps[:best], strict=True))
    after = "".join(
        gap + re.escape(piece) for gap, piece in zip(gaps[best:], pieces[best + 1 :], strict=True)
    )
    first = split_term(spelling, language.match)[0]
    if proclitics and not first.open_start:
        before = f" (?:{'|'.join(map(re.escape, proclitics))})?" + before
    long_enough = letters >= (3 if is_unspaced(spelling) else _LONG)
    return pieces[best], _Entry(
        listed,
        sure=own_script or (long_enough and listed.group in {"trafficking", "corruption", "decoys"}),
        before=re.compile(before + "$") if before else None,
        after=re.compile(after) if after else None,
        marked=folder.fold_marked(spelling) if language.marked else None,
    )
