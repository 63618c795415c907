"""The gate: a cheap multilingual filter that says whether a text may be about human trafficking.

What counts is that no article on trafficking is lost; the classifier reads what is let in. The terms stand in
lexicon.yaml and are found by term_matching.py. Terms that are long or in a script of their own count wherever
they are found; short ones and the parts of situations count only where the text may be in their language, which
its small words or the caller's hint tell.

Two strengths: `strict` takes only what names trafficking, or a situation that is nothing else (archives of
millions of pages); `broad` also takes what tells of it without its name: broad terms, rules (terms of several
groups near one another) and the weight of all groups found near one another.
"""

from __future__ import annotations

import functools
import html
import re
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .article import GateResult, Term
from .folding import Folder
from .language_evidence import LanguageEvidence
from .lexicon import (
    LEXICON_PATH,
    LanguageEntry,
    Lexicon,
    Rule,
    Strength,
    Weighing,
    han_variants,
    load_lexicon,
)
from .term_matching import Hit, TermMatcher, compile_terms

__all__ = ["Gate", "Strength"]

_ALONE = frozenset({"trafficking", "situation"})
_TAG = re.compile(r"<[^<>]*>")


class Gate:
    """Decides what may be about trafficking. May be shared between threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._folder = Folder(han_variants(lexicon))
        self._evidence = LanguageEvidence.preparer(lexicon, self._folder)
        self._rules = tuple(_Rule.of(rule) for rule in lexicon.rules)
        self._used = frozenset(lexicon.weighing.weights) | frozenset().union(
            *(slot for rule in self._rules for slot in rule.slots)
        )
        self._matchers: dict[str, TermMatcher] = {}
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

        Returns:
            `trafficking` holds the terms that name it or, where none does, the parts of situations that let the
            text in. `corruption` is looked for only in what is let in.
        """
        folded = self._folder.fold(text)
        evidence = self._evidence(text, folded, lang)
        hits = self._matcher(strength).find(folded, evidence)
        decisive = [hit for hit in hits if hit.listed.group in _ALONE]
        if not decisive and strength == "broad":
            decisive = self._situations(hits)
        if not decisive:
            return GateResult(passed=False)
        corruption = self._matcher("corruption").find(folded, evidence)
        return GateResult(passed=True, trafficking=_terms(decisive), corruption=_terms(corruption))

    def check_page(self, page: str, *, lang: str = "", strength: Strength = "broad") -> bool:
        """A first look at a raw HTML page, menus included, before it is parsed.

        Lets in what `check` would let in of the article alone, unless the page hides its text (as escapes in a
        script, as images).
        """
        text = _TAG.sub(" ", page)
        return self.check(html.unescape(text) if "&" in text else text, lang=lang, strength=strength).passed

    def _situations(self, hits: Sequence[Hit]) -> list[Hit]:
        """The hits that fill a rule or weigh enough together, one language at a time."""
        by_language: dict[str, list[Hit]] = {}
        for hit in hits:
            by_language.setdefault(hit.listed.lang, []).append(hit)
        found: list[Hit] = []
        for lang, own in by_language.items():
            language = self._lexicon.languages[lang]
            groups = {hit.listed.group for hit in own}
            for rule in self._rules:
                if all(slot & groups for slot in rule.slots):
                    found.extend(rule.match(own, language.compact))
            found.extend(_weigh(own, self._lexicon.weighing, language))
        return sorted(found, key=lambda hit: hit.start)

    def _matcher(self, which: str) -> TermMatcher:
        """The matcher of a strength or of `corruption`, made when it is first asked for."""
        with self._lock:
            if which not in self._matchers:
                groups = {
                    "corruption": frozenset({"corruption"}),
                    "strict": _ALONE | {"decoys"},
                    "broad": _ALONE | {"decoys"} | self._used,
                }[which]
                terms = compile_terms(self._lexicon, self._folder, groups, strict=which == "strict")
                self._matchers[which] = TermMatcher(terms)
            return self._matchers[which]


@functools.cache
def _load(path: Path) -> Gate:
    return Gate(load_lexicon(path))


def _terms(hits: Iterable[Hit]) -> tuple[Term, ...]:
    """The hits' terms as the lexicon spells them, each once, in order."""
    terms = (Term(hit.listed.term, hit.listed.lang, hit.listed.kind) for hit in hits)
    return tuple(dict.fromkeys(terms))


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule of the lexicon with its groups parted: any one group of a slot fills that slot."""

    slots: tuple[frozenset[str], ...]
    within: int

    @classmethod
    def of(cls, rule: Rule) -> _Rule:
        return cls(tuple(frozenset(part.split("|")) for part in rule.all), rule.within)

    def match(self, hits: Sequence[Hit], compact: float) -> tuple[Hit, ...]:
        """The first hits that fill the rule, or none. `hits` are of one language, by start."""
        last: dict[int, Hit] = {}
        for hit in hits:
            filled = [number for number, slot in enumerate(self.slots) if hit.listed.group in slot]
            for number in filled:
                last[number] = hit
            if filled and len(last) == len(self.slots):
                near = {other.start: other for other in last.values()}
                if len(near) == len(self.slots) and hit.end - min(near) <= self.within * compact:
                    return tuple(near[start] for start in sorted(near))
        return ()


def _weigh(hits: Sequence[Hit], weighing: Weighing, language: LanguageEntry) -> tuple[Hit, ...]:
    """The hits of the first window that weighs enough, one a group, or none; `hits` of one language, by start."""
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
        if total >= weighing.at_least:
            window = hits[first : number + 1]
            return tuple(
                {one.listed.group: one for one in window if one.listed.group in weighing.weights}.values()
            )
    return ()
