"""Which languages a folded text may be in, told by its small words: cheap, lazy, for the gate alone.

This is no language detector (language.py is): it only keeps a short term of one language from being found in a
text of another. A language is plausible where the caller's hint names it, or where its small words are about as
frequent as those of the likeliest language of its script. Related languages are plausible together, on purpose.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from .folding import Folder
from .lexicon import Lexicon, is_unspaced

_HEAD, _TAIL = 3000, 1000
"""Folded characters at the beginning and the end of a text that are looked at."""
_SHARE = 0.5
"""A language is plausible from this share of the likeliest one's small words."""
_UNMARKED = 100
"""Folded characters on either side that must bear no accents either, for a text to count as typed without."""
_FEW = 4
"""Small words up to which nothing is known and every language is plausible."""


Reading = tuple[str, str]
"""A script (as `script_of` names it) and the code of a language written in it."""


def script_of(text: str) -> str:
    """The script of a text's first letter, as Unicode names it: LATIN, CYRILLIC, ARABIC ... or ''."""
    for char in text:
        if char.isalpha():
            name = unicodedata.name(char, "")
            return "CJK" if name.startswith(("CJK", "HIRAGANA", "KATAKANA")) else name.split(" ")[0]
    return ""


class LanguageEvidence:
    """The evidence of one text. Nothing is counted before the first question."""

    __slots__ = ("_answers", "_folded", "_hint", "_marked", "_tables", "_text")

    def __init__(self, text: str, folded: str, hint: str, tables: _Tables) -> None:
        self._text = text
        self._folded = folded
        self._hint = hint
        self._tables = tables
        self._answers: frozenset[Reading] | None = None
        self._marked: str | None = None

    @classmethod
    def preparer(cls, lexicon: Lexicon, folder: Folder) -> Callable[[str, str, str], LanguageEvidence]:
        """A function of text, folded text and hint, with the lexicon's small words made ready."""
        tables = _Tables(lexicon, folder)
        return lambda text, folded, hint: cls(text, folded, tables.code(hint), tables)

    def believes(self, reading: Reading) -> bool:
        """Whether the text may hold that language in that script, wholly or in part."""
        if reading[1] == self._hint:
            return True
        if self._answers is None:
            self._answers = self._tables.likely(self._folded)
        return reading in self._answers

    def spelled(self, start: int, end: int, marked: str) -> bool:
        """Whether the folded text from `start` to `end` bears the accents of `marked`, or is typed without any."""
        if self._marked is None:
            self._marked = self._tables.folder.fold_marked(self._text)
        if self._marked[start:end] == marked:
            return True
        return self._marked[max(0, start - _UNMARKED) : end + _UNMARKED].isascii()


class _Tables:
    """The small words of all languages, by word."""

    def __init__(self, lexicon: Lexicon, folder: Folder) -> None:
        self.folder = folder
        self._aliases: Mapping[str, str] = lexicon.aliases
        self._spaced: dict[str, tuple[str, list[str]]] = {}
        self._unspaced: list[tuple[str, str, str]] = []
        self._users: dict[str, set[str]] = {}
        for code, language in lexicon.languages.items():
            for marker in dict.fromkeys(folder.fold(marker).strip() for marker in language.markers):
                script = script_of(marker)
                self._users.setdefault(script, set()).add(code)
                if is_unspaced(marker):
                    self._unspaced.append((marker, script, code))
                else:
                    self._spaced.setdefault(marker, (script, []))[1].append(code)

    def code(self, hint: str) -> str:
        """A hint as one of our codes: 'pt-BR' and 'pt_BR' are pt, 'nb' is no."""
        whole = hint.strip().lower().replace("_", "-")
        short = whole.split("-", maxsplit=1)[0]
        return self._aliases.get(whole, self._aliases.get(short, short))

    def likely(self, folded: str) -> frozenset[Reading]:
        """The languages whose small words the text holds, script by script.

        A language competes only with those of its script: an English footer under a Russian article says nothing
        about Russian. Where a script's small words are too few to tell, all its languages are plausible.
        """
        sample = folded if len(folded) <= _HEAD + _TAIL else folded[:_HEAD] + folded[-_TAIL:]
        scores: dict[str, dict[str, float]] = {script: {} for script in self._users}
        seen: Counter[str] = Counter()
        words = Counter(sample.split())
        for word in words.keys() & self._spaced.keys():
            script, codes = self._spaced[word]
            count = words[word]
            seen[script] += count
            own = scores[script]
            for code in codes:
                own[code] = own.get(code, 0) + count / len(codes)
        if not sample.isascii():
            for marker, script, code in self._unspaced:
                found = sample.count(marker)
                seen[script] += found
                scores[script][code] = scores[script].get(code, 0) + found
        return frozenset(
            (script, code)
            for script, users in self._users.items()
            for code in (users if seen[script] <= _FEW else _leaders(scores[script]))
        )


def _leaders(scores: Mapping[str, float]) -> Iterator[str]:
    most = max(scores.values())
    return (code for code, score in scores.items() if score >= _SHARE * most)
