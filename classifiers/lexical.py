"""What the gate's lexicon says of an article, as numbers beside the encoder's.

The encoder knows topics. Whether corruption stands in the same passage as trafficking it hardly tells, nor which of the
small facts that make a case (a passport taken, an envelope each month) a text has: the lexicon lists words for
both in some eighty languages. The numbers depend on the lexicon's terms, not on how the gate decides by them.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from ..coverage.folding import Folder
from ..coverage.language_evidence import LanguageEvidence
from ..coverage.lexicon import Lexicon, han_variants, load_lexicon
from ..coverage.term_matching import Hit, TermMatcher, compile_terms

FloatArray = npt.NDArray[np.float32]
NEAR: Final = 400
"""Folded characters within which two terms stand together: about two sentences to either side."""
PASSAGE: Final = 800
"""Folded characters of a passage, the unit in which a text's length is counted."""
CHARACTERS: Final = 60_000
"""Characters of the body that are searched; of a longer one the beginning and the end."""
KINDS: Final = ("trafficking", "situation", "corruption")

FIXED: Final = (
    *(f"{kind} terms" for kind in KINDS),
    *(f"any {kind} term" for kind in KINDS),
    *(f"{kind} in the title" for kind in KINDS),
    *(f"passages with {kind}" for kind in KINDS),
    *(f"share of passages with {kind}" for kind in KINDS),
    "corruption near trafficking",
    "any corruption near trafficking",
    "corruption near a situation",
    "any corruption near a situation",
    "most groups near one place",
    "length in passages",
)
"""What each number means, in order; counts are log(1 + n)."""


def names_of(groups: Sequence[str]) -> tuple[str, ...]:
    """The meaning of each number where the lexicon's `groups` are counted too."""
    return (*FIXED, *(f"hits of {group}" for group in groups))


class LexicalReader:
    """Reads texts with the lexicon; may be shared between threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._folder = Folder(han_variants(lexicon))
        self._evidence = LanguageEvidence.preparer(lexicon, self._folder)
        self._matcher = TermMatcher(compile_terms(lexicon, self._folder, None, strict=False))
        self.groups: tuple[str, ...] = tuple(sorted(lexicon.groups))
        """The ids of the lexicon's groups, the parts of a situation."""

    @classmethod
    def load(cls) -> LexicalReader:
        """The reader of the installed lexicon, made once a process.

        Raises:
            ConfigError: the lexicon cannot be read or has a fault.
        """
        return _load()

    def read(self, title: str, text: str, groups: Sequence[str]) -> FloatArray:
        """The numbers that `names_of(groups)` names, for one article (float32).

        Args:
            title: the headline, or ''.
            text: the body.
            groups: the groups that are counted; one that the lexicon no longer has counts nothing.
        """
        if len(text) > CHARACTERS:
            text = f"{text[: CHARACTERS // 2]}\n{text[-CHARACTERS // 2 :]}"
        folded = self._folder.fold(f"{title}\n{text}")
        evidence = self._evidence(f"{title}\n{text}", folded, "")
        hits = self._matcher.find(folded, evidence)
        head = len(self._folder.fold(title)) if title.strip() else 0
        return _numbers(hits, head=head, length=len(folded), groups=groups)


@functools.cache
def _load() -> LexicalReader:
    return LexicalReader(load_lexicon())


def _numbers(hits: Sequence[Hit], *, head: int, length: int, groups: Sequence[str]) -> FloatArray:
    of_kind = {kind: [hit for hit in hits if hit.listed.group == kind] for kind in KINDS}
    passages = max(1, math.ceil(length / PASSAGE))
    with_kind = {kind: len({hit.start // PASSAGE for hit in of_kind[kind]}) for kind in KINDS}
    beside_trafficking = _near(of_kind["corruption"], of_kind["trafficking"])
    beside_situation = _near(of_kind["corruption"], of_kind["situation"])
    numbers = [
        *(math.log1p(_distinct(hit.listed.term for hit in of_kind[kind])) for kind in KINDS),
        *(float(bool(of_kind[kind])) for kind in KINDS),
        *(float(any(hit.start < head for hit in of_kind[kind])) for kind in KINDS),
        *(math.log1p(with_kind[kind]) for kind in KINDS),
        *(with_kind[kind] / passages for kind in KINDS),
        math.log1p(beside_trafficking),
        float(beside_trafficking > 0),
        math.log1p(beside_situation),
        float(beside_situation > 0),
        math.log1p(_most_groups(hits)),
        math.log(passages),
    ]
    places: dict[str, set[int]] = {group: set() for group in groups}
    for hit in hits:
        if hit.listed.group in places:
            places[hit.listed.group].add(hit.start)
    numbers += [math.log1p(len(places[group])) for group in groups]
    return np.array(numbers, dtype=np.float32)


def _near(hits: Iterable[Hit], others: Iterable[Hit]) -> int:
    """How many places of `hits` have one of `others` within reach."""
    places = np.array(sorted({other.start for other in others}))
    starts = np.array(sorted({hit.start for hit in hits}))
    low, high = np.searchsorted(places, starts - NEAR), np.searchsorted(places, starts + NEAR + 1)
    return int((high > low).sum())


def _most_groups(hits: Sequence[Hit]) -> int:
    """The most different groups that begin within reach of one another; `hits` by start."""
    most = first = 0
    inside: dict[str, int] = {}
    for hit in hits:
        inside[hit.listed.group] = inside.get(hit.listed.group, 0) + 1
        while hits[first].start < hit.start - NEAR:
            gone = hits[first].listed.group
            inside[gone] -= 1
            if not inside[gone]:
                del inside[gone]
            first += 1
        most = max(most, len(inside))
    return most


def _distinct(terms: Iterable[str]) -> int:
    """How many terms there are, one that is part of another not counted.

    Many languages list one and the same loan word (`traffick*`, `trafficking`): that is one term.
    """
    stems = {term.rstrip("*$").casefold() for term in terms}
    return sum(not any(stem != other and stem in other for other in stems) for stem in stems)


def counts_by_name(numbers: FloatArray, groups: Sequence[str]) -> Mapping[str, float]:
    """The numbers with their names, for people."""
    return dict(zip(names_of(groups), numbers.tolist(), strict=True))
