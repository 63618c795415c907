"""Names of countries, of their people and of their cities, as patterns, by language.

They come from CLDR (through Babel: the countries, and the cities of its time zones, in every locale; Unicode
licence) and from coverage/data/places/<language>.yaml, written by hand. docs/places.md says how those files
are read and how to add a language.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import pycountry
import yaml
from babel import Locale, UnknownLocaleError
from babel.core import get_global

DATA: Final = Path(__file__).parent / "data" / "places"
CLDR: Final = Path(__file__).parent / "data" / "cldr.yaml"

KINDS: Final[Mapping[str, str]] = {"countries": "country", "places": "city", "weak": "weak"}
"""Sections of a file, and the kind of their names."""


@dataclass(frozen=True, slots=True)
class Name:
    """A pattern of a name.

    `kind` is `country` (names and demonyms), `city` (cities, regions, offices of a state), `weak` (offices
    abroad, currencies) or `ignore` (looks like a name and is none).
    """

    key: str
    """What is searched for, folded: the pattern up to its first `*`."""
    countries: tuple[str, ...]
    """What it may mean (alpha-3), the likeliest first; empty for `ignore`."""
    kind: str
    table: str
    """The language whose file or CLDR locale has it: its rules of endings and prefixes apply."""
    capital: int = -1
    """Which of its letters must be a capital; -1 where none must (a demonym in lower case)."""
    all_capitals: bool = False
    """An abbreviation (US, UK, DRC): counts only in capitals."""
    needs_ending: bool = False
    """A stem that is no word by itself (Росси-)."""
    any_ending: bool = False
    exact: bool = False
    """No ending at all."""
    tail: re.Pattern[str] | None = None
    """What must follow the key, where the pattern has a `*` inside."""


@dataclass(frozen=True, slots=True)
class Table:
    """The names of one language, and what may stand before and after them (on folded text)."""

    lang: str
    also: tuple[str, ...] = ()
    """Other tables that texts in this language are searched with."""
    spaces: bool = True
    """Whether the language puts spaces between words."""
    prefixes: re.Pattern[str] | None = None
    endings: re.Pattern[str] | None = None
    adjectives: re.Pattern[str] | None = None
    """Endings that turn a name into an adjective or inhabitant, for which no capital is needed."""
    inner_capitals: bool = False
    """A name may follow a prefix without a border where it keeps its capital (kuZimbabwe)."""
    names: tuple[Name, ...] = field(default=(), repr=False)
    by_hand: bool = False
    persons: frozenset[str] = frozenset()
    """Names (folded) that persons bear too: they count only where no capitalised word stands beside them."""


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
    "İς" + "’ʼ`‘ʻ" + "‑–" + "\u00a0\n" + "أإآٱ" + "ىیې" + "ك" + "ةۀەہھ",
    "iσ" + "'''''" + "--" + "  " + "اااا" + "ييي" + "ک" + "ههههه",
)
"""One form for letters that have several, one character for one."""
_DROPPED: Final = re.compile(
    "[\u0640\u064b-\u0652\u0670\u0591-\u05bd\u05bf-\u05c7\u200b-\u200f\u2060\ufeff\u00ad]"
)
_GREEK: Final = str.maketrans("άέήίόύώϊϋΐΰ", "αεηιουωιυιυ")


def prepare(text: str) -> str:
    """Compose (NFC) and take out vowel points and invisible characters: what mentions' offsets refer to."""
    return _DROPPED.sub("", unicodedata.normalize("NFC", text))


def fold(prepared: str) -> str:
    """Lower case and one form for letters with several; the length stays the same."""
    same = prepared.translate(_SAME)
    folded = same.lower().translate(_SAME).translate(_GREEK)
    if len(folded) == len(prepared):
        return folded
    return "".join(low if len(low := char.lower()) == 1 else char for char in same).translate(_GREEK)


def unaccented(text: str) -> str:
    """Latin letters without their marks; other scripts stay as they are."""
    plain = ((unicodedata.normalize("NFD", char)[0], char) for char in text)
    return "".join(base if base.isascii() else char for base, char in plain)


def read_pattern(pattern: str, countries: tuple[str, ...], kind: str, table: str) -> Name:
    """Read a pattern: `*` stands for any letters, `!` at the end for none; a capital asks for a capital."""
    text = fold(prepare(pattern.removesuffix("!").strip()))
    key, star, rest = text.partition("*")
    tail = None
    if rest:
        tail = re.compile(r"\w*" + re.escape(rest).replace(r"\*", r"\w*").replace(r"\ ", r"[\s-]+"))
    return Name(
        key,
        countries,
        kind,
        table,
        capital=next((at for at, char in enumerate(pattern[: len(key)]) if char.isupper()), -1),
        all_capitals=len(key) > 1 and pattern[: len(key)].isupper() and not rest,
        any_ending=bool(star),
        exact=pattern.endswith("!"),
        tail=tail,
    )


@lru_cache(maxsize=256)
def table(lang: str) -> Table:
    """The table of a language: its file and CLDR's names; CLDR's alone where it has no file."""
    path = DATA / f"{lang}.yaml"
    if not re.fullmatch(r"[a-z]{2,3}", lang) or not path.is_file():
        return Table(lang, names=tuple(_cldr_names(lang, None, spaces=True)))
    raw: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    names = list(_written_names(raw, lang))
    spaces = raw.get("spaces", True)
    for locale in raw.get("cldr", (lang,)):
        names += _cldr_names(
            lang,
            _expression(raw, "strip"),
            locale=locale,
            spaces=spaces,
            exact_cities=raw.get("exact_cities", False),
            left_out=frozenset(raw.get("not_cldr", ())),
        )
    return Table(
        lang,
        also=tuple(raw.get("also", ())),
        spaces=spaces,
        prefixes=_expression(raw, "prefixes"),
        endings=_expression(raw, "endings"),
        adjectives=_expression(raw, "adjectives"),
        inner_capitals=raw.get("inner_capitals", False),
        names=tuple(names),
        by_hand=True,
        persons=frozenset(fold(prepare(name)) for name in raw.get("persons", ())),
    )


def _expression(raw: Mapping[str, Any], key: str) -> re.Pattern[str] | None:
    return re.compile(raw[key]) if raw.get(key) else None


def _written_names(raw: Mapping[str, Any], lang: str) -> Iterator[Name]:
    for section, kind in KINDS.items():
        for countries, patterns in raw.get(section, {}).items():
            for pattern in patterns:
                yield from _with_plain(read_pattern(pattern, tuple(countries.split()), kind, lang), pattern)
    for pattern in raw.get("ignore", ()):
        yield from _with_plain(read_pattern(pattern, (), "ignore", lang), pattern)


_TONES: Final = frozenset({"vi", "yo", "ig"})
"""Languages where a mark makes another word, so that names are not looked for without their marks."""


def _with_plain(name: Name, pattern: str) -> Iterator[Name]:
    """The name, and the same without its Latin marks (Bogota for Bogotá) where that is safe.

    It is not for short names, nor for those in lower case (sérvi* would become the beginning of serviço).
    """
    yield name
    plain = unaccented(pattern)
    if plain != pattern and name.capital >= 0 and len(name.key) >= 5 and name.table not in _TONES:
        yield read_pattern(plain, name.countries, name.kind, name.table)


@lru_cache(maxsize=1)
def _left_out() -> tuple[frozenset[str], frozenset[str]]:
    """The territories and the time zones of CLDR that are no country or name no city."""
    raw = yaml.safe_load(CLDR.read_text(encoding="utf-8"))
    return frozenset(raw["not_countries"]), frozenset(raw["not_cities"])


def _cldr_names(
    lang: str,
    strip: re.Pattern[str] | None,
    *,
    spaces: bool,
    locale: str = "",
    exact_cities: bool = False,
    left_out: frozenset[str] = frozenset(),
) -> Iterator[Name]:
    """CLDR's names of countries and of the cities of its time zones, in a locale (by default the language's).

    `left_out` holds territories (alpha-2) and time zones whose names mean something else in this language.
    """
    try:
        cldr = Locale.parse(locale or lang)
    except (UnknownLocaleError, ValueError):
        return
    codes = alpha3()
    not_countries, not_cities = _left_out()
    for code, written in cldr.territories.items():
        if code in codes and code not in not_countries | left_out:
            for variant in _variants(written):
                countries = ("COD", "COG") if code == "CG" and variant.isalpha() else (codes[code],)
                yield from _forms(variant, countries, "country", lang, strip)
    latin = unaccented(cldr.territories.get("US", ""))[:1].isascii()
    shortest = 4 if spaces else (2 if lang in _IDEOGRAPHS else 5)
    for zone, code in get_global("zone_territories").items():
        city = cldr.time_zones.get(zone, {}).get("city") or (_city_of_zone(zone) if latin else "")
        if code in codes and zone not in not_cities | left_out and len(city) >= shortest and "," not in city:
            if exact_cities:
                yield read_pattern(f"{city}!", (codes[code],), "city", lang)
            else:
                yield from _forms(city, (codes[code],), "city", lang, strip)


def _city_of_zone(zone: str) -> str:
    """What CLDR takes for a zone's city where a locale names none: the end of its identifier (UTS 35)."""
    return zone.rsplit("/", 1)[-1].replace("_", " ") if "/" in zone else ""


_IDEOGRAPHS: Final = frozenset({"zh", "ja"})
"""Languages without spaces in which two characters make a name; in Thai or Khmer they are half a syllable."""


def _forms(
    written: str, countries: tuple[str, ...], kind: str, lang: str, strip: re.Pattern[str] | None
) -> Iterator[Name]:
    """A name, its stem and its form without accents."""
    yield from _with_plain(read_pattern(written, countries, kind, lang), written)
    if strip and " " not in written:
        stem = strip.sub("", written)
        if stem != written and len(stem) >= 3:
            for name in _with_plain(read_pattern(stem, countries, kind, lang), stem):
                yield replace(name, needs_ending=True)


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
