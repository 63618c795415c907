"""Names of countries, of their people and of their cities in a language, and where they stand in a text.

Names come from CLDR (through Babel: countries and the cities of its time zones, in every locale) and from
coverage/data/places/<language>.yaml, written by hand (docs/places.md describes the files). They are matched
with Aho-Corasick on the lower-cased text; what surrounds a hit is then checked in the text itself: word
borders, prefixes and endings of the language, the capital letter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import ahocorasick_rs
import pycountry
import yaml
from babel import Locale, UnknownLocaleError
from babel.core import get_global

DATA: Final = Path(__file__).parent / "data" / "places"
CLDR: Final = Path(__file__).parent / "data" / "cldr.yaml"
LONGEST_ENDING: Final = 9
"""Letters that may follow a stem marked with `*`."""


@dataclass(frozen=True, slots=True)
class Name:
    """A pattern: the countries that it may mean (alpha-3, the likeliest first; none: to be ignored).

    `kind` is `country` (names and demonyms), `city` (cities and parts of a country), `weak` (offices abroad,
    agencies) or `ignore`.
    """

    key: str
    countries: tuple[str, ...]
    kind: str
    capital: bool
    any_ending: bool
    exact: bool
    tail: re.Pattern[str] | None
    table: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a text: where it begins and ends (characters of the prepared text), what it may mean."""

    start: int
    end: int
    countries: tuple[str, ...]
    kind: str
    word: str


@dataclass(frozen=True, slots=True)
class _Table:
    """One language's file."""

    lang: str
    also: tuple[str, ...] = ()
    spaces: bool = True
    prefixes: re.Pattern[str] | None = None
    endings: re.Pattern[str] | None = None
    strip: re.Pattern[str] | None = None
    inner_capitals: bool = False
    names: tuple[Name, ...] = ()


@lru_cache(maxsize=1)
def alpha3() -> Mapping[str, str]:
    """ISO 3166-1 alpha-2 to alpha-3, with Kosovo."""
    codes = {country.alpha_2: country.alpha_3 for country in pycountry.countries}
    return {**codes, "XK": "XKX"}


@lru_cache(maxsize=1)
def known_codes() -> frozenset[str]:
    """Every alpha-3 code that a text may be found to tell of."""
    return frozenset(alpha3().values())


_SAME: Final = str.maketrans(
    "İς" + "’ʼ`‘" + "‑–" + "\u00a0\n" + "أإآٱ" + "ىیې" + "ك" + "ةۀە",
    "iσ" + "''''" + "--" + "  " + "اااا" + "ييي" + "ک" + "ههه",
)
"""One form for letters that have several, one character for one."""
_DROPPED: Final = re.compile(
    "[\u0640\u064b-\u0652\u0670\u0591-\u05bd\u05bf-\u05c7\u200b-\u200f\u2060\ufeff\u00ad]"
)
_GREEK: Final = str.maketrans("άέήίόύώϊϋΐΰ", "αεηιουωιυιυ")


def prepare(text: str) -> str:
    """Compose (NFC), take out vowel points and invisible characters: what offsets of mentions refer to."""
    return _DROPPED.sub("", unicodedata.normalize("NFC", text))


def fold(prepared: str) -> str:
    """Lower case and one form for letters with several; the length stays the same."""
    folded = prepared.translate(_SAME).lower().translate(_GREEK)
    return folded if len(folded) == len(prepared) else prepared.translate(_SAME)


def unaccented(text: str) -> str:
    """Latin letters without their marks; other scripts stay as they are."""
    return "".join(
        decomposed[0] if (decomposed := unicodedata.normalize("NFD", char))[0].isascii() else char
        for char in text
    )


def _name(pattern: str, countries: tuple[str, ...], kind: str, table: str) -> Name:
    """Read a pattern of a YAML file: `*` any ending, a trailing `!` none; a capital asks for a capital."""
    capital = pattern[:1].isupper()
    exact = pattern.endswith("!")
    text = fold(prepare(pattern.rstrip("!").strip()))
    head, star, rest = text.partition("*")
    tail = None
    if rest:
        tail = re.compile(r"\w*" + re.escape(rest).replace(r"\*", r"\w*").replace(r"\ ", r"[\s-]+"))
    return Name(head, countries, kind, capital, bool(star), exact, tail, table)


@lru_cache(maxsize=128)
def _table(lang: str) -> _Table:
    path = DATA / f"{lang}.yaml"
    if not path.is_file():
        return _Table(lang, names=tuple(_cldr_names(lang, None, True)))
    raw: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8")) or {}

    def expression(key: str) -> re.Pattern[str] | None:
        return re.compile(raw[key]) if raw.get(key) else None

    strip = expression("strip")
    names = list(_cldr_names(lang, strip, raw.get("spaces", True), frozenset(raw.get("not_cldr", ()))))
    for section, kind in (("countries", "country"), ("places", "city"), ("weak", "weak")):
        for countries, patterns in (raw.get(section) or {}).items():
            codes = tuple(str(countries).split())
            names.extend(_name(str(pattern), codes, kind, lang) for pattern in patterns)
    names.extend(_name(str(pattern), (), "ignore", lang) for pattern in raw.get("ignore", ()))
    return _Table(
        lang,
        also=tuple(raw.get("also", ())),
        spaces=raw.get("spaces", True),
        prefixes=expression("prefixes"),
        endings=expression("endings"),
        strip=strip,
        inner_capitals=raw.get("inner_capitals", False),
        names=tuple(names),
    )


@lru_cache(maxsize=1)
def _left_out() -> tuple[frozenset[str], frozenset[str]]:
    """The territories and the time zones of CLDR that are no country or name no city."""
    raw = yaml.safe_load(CLDR.read_text(encoding="utf-8"))
    return frozenset(raw["not_countries"]), frozenset(raw["not_cities"])


def _cldr_names(
    lang: str, strip: re.Pattern[str] | None, spaces: bool, left_out: frozenset[str] = frozenset()
) -> Iterator[Name]:
    """CLDR's names of countries and of the cities of its time zones."""
    try:
        locale = Locale.parse(lang.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return
    codes = alpha3()
    not_countries, not_cities = _left_out()
    for code, written in locale.territories.items():
        if code in not_countries or code not in codes or code in left_out:
            continue
        for variant in _variants(written):
            yield from _forms(variant, codes[code], "country", lang, strip)
    territories = get_global("zone_territories")
    for zone, entry in locale.time_zones.items():
        city, code = entry.get("city"), territories.get(zone)
        if not city or not code or code not in codes or zone in not_cities or "," in city:
            continue
        if len(city) >= (4 if spaces else 2):
            yield from _forms(city, codes[code], "city", lang, strip)


def _forms(variant: str, code: str, kind: str, lang: str, strip: re.Pattern[str] | None) -> Iterator[Name]:
    stem = strip.sub("", variant) if strip and " " not in variant else variant
    yield _name(variant, (code,), kind, lang)
    if stem != variant and len(stem) >= 3:
        yield _name(stem, (code,), kind, lang)
    plain = unaccented(variant)
    if plain != variant and len(plain) >= 5 and lang not in {"vi", "yo"}:
        yield _name(plain, (code,), kind, lang)


_BRACKETS: Final = re.compile(r"\s*[（(]([^)）]*)[)）]")


def _variants(written: str) -> Iterator[str]:
    """`Myanmar (Burma)` is two names; `Congo - Kinshasa` is none that the press writes."""
    if " - " in written:
        return
    outside = _BRACKETS.sub("", written).strip()
    yield outside
    yield from (inside.strip() for inside in _BRACKETS.findall(written) if len(inside.strip()) > 3)
    if " & " in outside:
        yield outside.replace(" & ", " and ")


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """The names that texts of one language are searched for."""

    lang: str
    tables: Mapping[str, _Table]
    names: tuple[Name, ...]
    by_key: tuple[tuple[Name, ...], ...]
    automaton: ahocorasick_rs.AhoCorasick = field(repr=False)

    def mentions(self, prepared: str) -> list[Mention]:
        """The names in a prepared text (`prepare`), longest first where they overlap, in order of place."""
        folded = fold(prepared)
        found = [
            mention
            for index, start, end in self.automaton.find_matches_as_indexes(folded, overlapping=True)
            for name in self.by_key[index]
            if (mention := self._check(name, prepared, folded, start, end)) is not None
        ]
        return _longest(found)

    def _check(self, name: Name, prepared: str, folded: str, start: int, end: int) -> Mention | None:
        table = self.tables[name.table]
        if (
            name.capital
            and not prepared[start].isupper()
            and prepared[start].lower() != prepared[start].upper()
        ):
            return None
        if name.tail is not None:
            match = name.tail.match(folded, end)
            if match is None:
                return None
            end = match.end()
        if table.spaces and not (
            _left(table, prepared, folded, start) and (end := _right(table, name, folded, end))
        ):
            return None
        return Mention(start, end, name.countries, name.kind, name.key)


def _is_letter(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char)[0] == "M" or char == "_"


def _left(table: _Table, prepared: str, folded: str, start: int) -> bool:
    """Whether a word, or a prefix of the language and then the name, begins here."""
    if start == 0 or not _is_letter(prepared[start - 1]):
        return True
    if table.inner_capitals and prepared[start].isupper() and prepared[start - 1].islower():
        return True
    if table.prefixes is None:
        return False
    begin = start
    while begin > 0 and start - begin < 6 and _is_letter(prepared[begin - 1]):
        begin -= 1
    return table.prefixes.fullmatch(folded, begin, start) is not None


def _right(table: _Table, name: Name, folded: str, end: int) -> int:
    """Where the word ends if what follows the name may follow it; else 0."""
    stop = end
    while stop < len(folded) and _is_letter(folded[stop]):
        stop += 1
    if stop == end:
        return stop
    if name.exact:
        return 0
    if name.any_ending or name.tail is not None:
        return stop if stop - end <= LONGEST_ENDING or name.tail is not None else 0
    return stop if table.endings is not None and table.endings.fullmatch(folded, end, stop) else 0


def _longest(found: Iterable[Mention]) -> list[Mention]:
    """Where mentions overlap the longest stays, of equals the one whose table comes first."""
    kept: list[Mention] = []
    taken_to = -1
    rank = {"ignore": 0, "weak": 1, "country": 2, "city": 3}
    for mention in sorted(found, key=lambda m: (m.start, -m.end, rank[m.kind])):
        if mention.start >= taken_to:
            kept.append(mention)
            taken_to = mention.end
    return kept


@lru_cache(maxsize=128)
def gazetteer(lang: str) -> Gazetteer:
    """The gazetteer for a language: its own names, those of the tables that it names, else English ones."""
    own = _table(lang)
    order = [lang, *own.also] if own.also or (DATA / f"{lang}.yaml").is_file() else [lang, "en"]
    tables = {code: _table(code) for code in dict.fromkeys(order)}
    names = tuple(
        name for table in tables.values() for name in table.names if len(name.key) > 1 or not table.spaces
    )
    keys: dict[str, list[Name]] = {}
    for name in names:
        if name not in (entries := keys.setdefault(name.key, [])):
            entries.append(name)
    return Gazetteer(
        lang, tables, names, tuple(tuple(v) for v in keys.values()), ahocorasick_rs.AhoCorasick(list(keys))
    )
