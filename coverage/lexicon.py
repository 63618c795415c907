"""The lexicon of the gate: its schema, its reading and its checks. The terms themselves stand in lexicon.yaml.

How a term is written (docs/gate.md says it at length):

- Words are parted by spaces. In a language with `match: word` a word stands for itself; in one with `match: stem`
  it takes any ending. `*` after a word opens its end, `*` before it opens its beginning, `$` after it closes the
  end, whatever the language's default. In scripts that part no words (Han, kana, Thai, Lao, Khmer, Burmese) a
  term is found anywhere, and so it is in a language with `match: anywhere`.
- A zero-width non-joiner stands for itself, for a space and for nothing; `<18` for each number from 6 to 17.
- A language may name `proclitics`: syllables that are written together with the first word of a term.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..errors import ConfigError

LEXICON_PATH = Path(__file__).resolve().parent / "lexicon.yaml"

Match = Literal["word", "stem", "anywhere"]
Strength = Literal["strict", "broad"]
Place = tuple[str | int, ...]
"""Where a value stands in the file: keys and positions from the root."""

_MEND = "See docs/gate.md for how the lexicon is written"
_ZWNJ = "\u200c"
_MINOR = "<18"
_AGES = range(6, 18)
_LEAST_STEM, _LEAST = 3, 2
"""Letters that a term has at least: a stem in Latin, Greek or Cyrillic script, and any other."""


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Strengths(_Entry):
    """Terms that let a text in by themselves: at either strength, or at `broad` only."""

    strict: tuple[str, ...] = ()
    broad: tuple[str, ...] = ()


class Rule(_Entry):
    """Lets a text in where a term of each group in `all` stands near the others; `a|b` is one term of either."""

    id: str
    all: tuple[str, ...] = Field(min_length=2)
    within: int = Field(
        ge=1, description="Folded characters from the first term's start to the last one's end."
    )


class Weighing(_Entry):
    """Lets a text in where the groups found near one another weigh enough together."""

    within: int = Field(
        ge=1, description="Folded characters from the first term's start to the last one's start."
    )
    at_least: float = Field(gt=0)
    weights: dict[str, float]


class LanguageEntry(_Entry):
    """One language's terms."""

    name: str
    match: Match = "word"
    compact: float = Field(
        1.0, gt=0, description="Length of a text in this language's script against English."
    )
    markers: tuple[str, ...] = Field((), description="Frequent small words that tell the language.")
    proclitics: tuple[str, ...] = ()
    marked: bool = Field(False, description="Accents tell words apart: a term counts only with its own.")
    cyrillic: bool = Field(False, description="Latin terms of Serbian are found in Cyrillic too.")
    trafficking: Strengths = Strengths()
    situation: tuple[str, ...] = ()
    corruption: tuple[str, ...] = ()
    groups: dict[str, tuple[str, ...]] = {}
    decoys: tuple[str, ...] = Field((), description="Phrases inside which no term of this language counts.")


class Lexicon(_Entry):
    """The whole file, checked."""

    aliases: dict[str, str] = Field({}, description="Other codes of a language, to ours.")
    han: tuple[str, ...] = Field(
        (), description="Runs of pairs: a traditional character and its simplified one."
    )
    groups: dict[str, str] = Field({}, description="Each group of situation terms, and what it holds.")
    rules: tuple[Rule, ...] = ()
    weighing: Weighing
    languages: dict[str, LanguageEntry]


@dataclass(frozen=True, slots=True)
class ListedTerm:
    """One term of the file. `group` is a section name or, for rules, a group's id; `place` is where it stands."""

    term: str
    lang: str
    kind: Literal["trafficking", "situation", "corruption", "decoy"]
    group: str
    strength: Strength
    place: Place


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a term and whether more letters may stand before or after it."""

    letters: str
    open_start: bool
    open_end: bool


def load_lexicon(path: Path = LEXICON_PATH) -> Lexicon:
    """Read and check a lexicon.

    Raises:
        ConfigError: it cannot be read, is no YAML, or breaks the schema or a rule; names file and line of the
            first fault, the entry and how many more there are.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"the lexicon cannot be read ({error})", mend=_MEND, path=path) from error
    try:
        node = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else None
        problem = getattr(error, "problem", None) or "it cannot be parsed"
        raise ConfigError(f"the lexicon is no YAML: {problem}", mend=_MEND, path=path, line=line) from error
    lines: dict[Place, int] = {}
    faults: list[tuple[int, str]] = []
    data = _plain(node, (), lines, faults)
    if not faults:
        try:
            lexicon = Lexicon.model_validate(data)
        except ValidationError as error:
            faults = [
                (_line(lines, found["loc"]), f"{_dotted(found['loc'])}: {found['msg']}")
                for found in error.errors()
            ]
        else:
            faults = [(_line(lines, place), f"{_dotted(place)}: {what}") for place, what in _faults(lexicon)]
            if not faults:
                return lexicon
    faults.sort()
    line, problem = faults[0]
    more = f" (and {len(faults) - 1} more faults, the next in line {faults[1][0]})" if len(faults) > 1 else ""
    raise ConfigError(problem + more, mend=_MEND, path=path, line=line)


def _plain(
    node: yaml.Node | None, place: Place, lines: dict[Place, int], faults: list[tuple[int, str]]
) -> Any:
    """YAML nodes to plain data, every scalar a string (so that the language `no` stays `no`), lines noted."""
    if node is None:
        return {}
    lines[place] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in mapping:
                faults.append(
                    (key_node.start_mark.line + 1, f"{_dotted((*place, key))}: the key stands twice")
                )
            mapping[key] = _plain(value_node, (*place, key), lines, faults)
        return mapping
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*place, number), lines, faults) for number, item in enumerate(node.value)]
    return node.value


def _line(lines: Mapping[Place, int], place: tuple[str | int, ...]) -> int:
    """The line of a place, or of the nearest thing around it."""
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


def _dotted(place: tuple[str | int, ...]) -> str:
    return ".".join(str(part) for part in place)


def _faults(lexicon: Lexicon) -> Iterator[tuple[Place, str]]:
    """What the schema cannot see."""
    for number, run in enumerate(lexicon.han):
        if len(run) % 2:
            yield ("han", number), "the characters do not come in pairs"
    for number, rule in enumerate(lexicon.rules):
        for group in rule_groups(rule):
            if group not in lexicon.groups:
                yield (
                    ("rules", number),
                    f"rule {rule.id!r} names the group {group!r}, which `groups` does not explain",
                )
    for group in lexicon.weighing.weights:
        if group not in lexicon.groups:
            yield ("weighing", "weights", group), f"the group {group!r} is not explained under `groups`"
    for code, language in lexicon.languages.items():
        yield from _language_faults(lexicon, code, language)


def _language_faults(lexicon: Lexicon, code: str, language: LanguageEntry) -> Iterator[tuple[Place, str]]:
    place: Place = ("languages", code)
    if not language.trafficking.strict:
        yield (*place, "trafficking"), f"{language.name} has no strict trafficking terms"
    if not language.corruption:
        yield (*place, "corruption"), f"{language.name} has no corruption terms"
    for group in language.groups:
        if group not in lexicon.groups:
            yield (*place, "groups", group), f"the group {group!r} is not explained under `groups`"
    seen: dict[tuple[str, str], Place] = {}
    for listed in language_terms(code, language):
        words = split_term(listed.term, language.match)
        dense = listed.term.strip("*$")[:1] >= "\u0590"
        open_ended = any(word.open_start or word.open_end for word in words)
        if sum(len(word.letters) for word in words) < (_LEAST_STEM if open_ended and not dense else _LEAST):
            yield listed.place, f"the term {listed.term!r} is too short"
        if language.marked and any(word.open_start or word.open_end for word in words):
            yield listed.place, f"the term {listed.term!r} is no whole word, as `marked` asks"
        key = (listed.group, listed.term)
        if key in seen:
            yield listed.place, f"the term {listed.term!r} stands twice in {listed.group}"
        seen[key] = listed.place


def han_variants(lexicon: Lexicon) -> dict[str, str]:
    """Each traditional character of the file with its simplified one."""
    return {run[place]: run[place + 1] for run in lexicon.han for place in range(0, len(run), 2)}


def rule_groups(rule: Rule) -> tuple[str, ...]:
    """Every group that a rule names."""
    return tuple(group for part in rule.all for group in part.split("|"))


def language_terms(code: str, language: LanguageEntry) -> Iterator[ListedTerm]:
    """Every term of a language, in the order of the file."""
    root: Place = ("languages", code)
    for number, term in enumerate(language.trafficking.strict):
        yield ListedTerm(
            term, code, "trafficking", "trafficking", "strict", (*root, "trafficking", "strict", number)
        )
    for number, term in enumerate(language.trafficking.broad):
        yield ListedTerm(
            term, code, "trafficking", "trafficking", "broad", (*root, "trafficking", "broad", number)
        )
    for number, term in enumerate(language.situation):
        yield ListedTerm(term, code, "situation", "situation", "strict", (*root, "situation", number))
    for number, term in enumerate(language.corruption):
        yield ListedTerm(term, code, "corruption", "corruption", "strict", (*root, "corruption", number))
    for group, terms in language.groups.items():
        for number, term in enumerate(terms):
            yield ListedTerm(term, code, "situation", group, "broad", (*root, "groups", group, number))
    for number, term in enumerate(language.decoys):
        yield ListedTerm(term, code, "decoy", "decoys", "strict", (*root, "decoys", number))


_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uaa60-\uaa7f]")


def is_unspaced(text: str) -> bool:
    """Whether a text is in a script that puts no spaces between words."""
    return _UNSPACED.search(text) is not None


def split_term(term: str, match: Match) -> tuple[Word, ...]:
    """The words of a term as written in the file."""
    anywhere = match == "anywhere" or is_unspaced(term)
    words = []
    for part in term.split():
        letters = part.strip("*$")
        closed = part.endswith("$")
        words.append(
            Word(
                letters,
                open_start=part.startswith("*") or anywhere,
                open_end=not closed and (part.endswith("*") or anywhere or match == "stem"),
            )
        )
    return tuple(words)


def spellings(term: str) -> tuple[str, ...]:
    """The ways in which a term is looked for: its joiners as they stand and as spaces, `<18` as each age."""
    terms = (term, term.replace(_ZWNJ, " ")) if _ZWNJ in term else (term,)
    if _MINOR not in term:
        return terms
    return tuple(one.replace(_MINOR, str(age)) for one in terms for age in _AGES)


_CYRILLIC_PAIRS = {"lj": "љ", "nj": "њ", "dž": "џ"}
_CYRILLIC = dict(zip("abvgdđežzijklmnoprstćufhcčš", "абвгдђежзијклмнопрстћуфхцчш", strict=True))


def serbian_cyrillic(term: str) -> str:
    """A Serbian term in Latin letters, in Cyrillic ones (lower case; `*` and `$` kept)."""
    for pair, letter in _CYRILLIC_PAIRS.items():
        term = term.replace(pair, letter)
    return "".join(_CYRILLIC.get(char, char) for char in term)
