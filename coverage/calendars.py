"""Names of months in the languages of the press, and the calendars that press uses beside the Gregorian.

Names come from the Unicode CLDR through babel, so that no list of ours has to be kept.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import defaultdict
from functools import lru_cache

import pycountry
from babel import Locale, UnknownLocaleError

# fmt: off
LANGUAGES = (
    "af", "am", "ar", "ar_DZ", "ar_IQ", "ar_LB", "ar_MA", "as", "az", "az_Cyrl", "be", "bg", "bn", "bs",
    "ca", "ceb", "ckb", "cs", "cy", "da", "de", "de_AT", "el", "en", "es", "et", "eu", "fa", "fa_AF", "fi",
    "fil", "fr", "ga", "gl", "gu", "ha", "he", "hi", "hr", "hu", "hy", "id", "ig", "is", "it", "ja", "jv",
    "ka", "kk", "km", "kn", "ko", "ku", "ky", "lb", "lo", "lt", "lv", "mk", "ml", "mn", "mr", "ms", "mt",
    "my", "nb", "ne", "nl", "nn", "om", "or", "pa", "pl", "ps", "pt", "ro", "ru", "rw", "sd", "si", "sk",
    "sl", "sn", "so", "sq", "sr", "sr_Latn", "sv", "sw", "ta", "te", "tg", "th", "ti", "tk", "tr", "ug",
    "uk", "ur", "uz", "uz_Cyrl", "vi", "xh", "yo", "zh", "zu",
)
# fmt: on
"""Locales of CLDR whose names of months are known."""

_ALIASES = {"no": "nb", "tl": "fil", "iw": "he", "in": "id", "sh": "sr_Latn", "cnr": "sr_Latn"}
_BUDDHIST_OFFSET = 543
_BUDDHIST_YEARS = range(2443, 2644)
"""1900 to 2100 in the Buddhist era (Thailand, Laos, Cambodia)."""
_SOLAR_HIJRI_MONTHS = (
    "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند",
    "حمل ثور جوزا سرطان اسد سنبله میزان عقرب قوس جدی دلو حوت",
)
"""As written in Iran and in Afghanistan."""
_SOLAR_HIJRI_YEARS = range(1300, 1420)
"""1921 to 2040 in the solar Hijri calendar (Iran, Afghanistan); later years would be lunar Hijri ones."""


def folded(text: str) -> str:
    """Text with compatibility forms and case folded, digits of every script in ASCII, no direction marks."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return "".join(
        str(unicodedata.decimal(character)) if character.isdecimal() else character
        for character in text
        if unicodedata.category(character) != "Cf"
    )


@lru_cache(maxsize=256)
def _names(locale: str) -> dict[str, int]:
    """Folded names and abbreviations of months in one locale."""
    try:
        months = Locale.parse(locale).months
    except (UnknownLocaleError, ValueError):
        return {}
    found: dict[str, int] = {}
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in months[context][width].items():
                bare = folded(str(name)).strip(". ")
                if len(bare) > 1 and not any(character.isdigit() for character in bare):
                    found[bare] = int(number)
    return found


@lru_cache(maxsize=256)
def _pattern(locale: str) -> re.Pattern[str] | None:
    names = sorted(_names(locale), key=len, reverse=True)
    if not names:
        return None
    return re.compile(r"(?<![^\W\d_])(" + "|".join(map(re.escape, names)) + r")(?![^\W\d_])\.?")


@lru_cache(maxsize=1)
def _every_name() -> dict[str, int]:
    """Names of all languages, and of the solar Hijri months.

    Left out: names that mean two months (Polish and Croatian `listopad`), and those so short that they are
    words elsewhere (Croatian `pro`, Czech `led`).
    """
    meanings: dict[str, set[int]] = defaultdict(set)
    for locale in LANGUAGES:
        for name, number in _names(locale).items():
            meanings[name].add(number)
    for names in _SOLAR_HIJRI_MONTHS:
        for number, name in enumerate(names.split(), start=1):
            meanings[folded(name)].add(number)
    return {
        name: min(numbers) for name, numbers in meanings.items() if len(numbers) == 1 and _is_telling(name)
    }


def _is_telling(name: str) -> bool:
    alphabet = unicodedata.name(name[0], "").split(" ")[0] in (
        "LATIN",
        "CYRILLIC",
        "GREEK",
        "ARABIC",
        "HEBREW",
    )
    return len(name) > (3 if alphabet else 2)  # letters of Indic and other scripts say more each


def _words(text: str) -> list[tuple[int, str]]:
    """Runs of letters and their marks, with where they begin."""
    words: list[tuple[int, str]] = []
    begin = -1
    for position, character in enumerate(text + " "):
        if unicodedata.category(character)[0] in "LM":
            begin = position if begin < 0 else begin
        elif begin >= 0:
            words.append((begin, text[begin:position]))
            begin = -1
    return words


def find_month(text: str, *, lang: str = "") -> tuple[int, int, int] | None:
    """The one month that a folded text names: its number, where the name begins and where it ends.

    Looks in `lang` first, then in English, then in every language. None where no month or two stand.
    """
    base = _ALIASES.get(lang, lang)
    for locale in dict.fromkeys((base, "en")):
        pattern = _pattern(locale) if locale else None
        matches = list(pattern.finditer(text)) if pattern else []
        numbers = {_names(locale)[match[1]] for match in matches}
        if len(numbers) > 1:
            return None
        if matches:
            return numbers.pop(), matches[0].start(), matches[0].end()
    known = _every_name()
    found = [(known[word], begin, begin + len(word)) for begin, word in _words(text) if word in known]
    return found[0] if len({month for month, _, _ in found}) == 1 else None


def gregorian(year: int, month: int, day: int, *, lang: str = "") -> dt.date | None:
    """The Gregorian day of a date in the calendar that its year points to; None where no such day is."""
    try:
        if year in _BUDDHIST_YEARS:
            return dt.date(year - _BUDDHIST_OFFSET, month, day)
        if year in _SOLAR_HIJRI_YEARS and lang in ("fa", "ps", "ckb", "az", ""):
            return _from_solar_hijri(year, month, day)
        return dt.date(year, month, day)
    except ValueError:
        return None


def _from_solar_hijri(year: int, month: int, day: int) -> dt.date:
    """Solar Hijri to Gregorian by the 33-year cycle, right for the years 1244 to 1472.

    Source: K. M. Borkowski, The Persian calendar for 3000 years, Earth, Moon, and Planets 74 (1996).

    Raises:
        ValueError: no such day.
    """
    leap = year % 33 in (1, 5, 9, 13, 17, 22, 26, 30)
    length = 31 if month <= 6 else 30 if month <= 11 or leap else 29
    if not (1 <= month <= 12 and 1 <= day <= length):
        raise ValueError("no such day")
    years = year - 1300
    leaps = sum((1300 + step) % 33 in (1, 5, 9, 13, 17, 22, 26, 30) for step in range(years))
    before = (month - 1) * 31 - max(0, month - 7)
    new_year_1300 = dt.date(1921, 3, 21)
    return new_year_1300 + dt.timedelta(days=365 * years + leaps + before + day - 1)


@lru_cache(maxsize=1024)
def day_before_month(*, lang: str, country: str) -> bool | None:
    """Whether 5/6/2020 is the 5th of June there; None where nobody can tell.

    Read from the short date format of CLDR for the country's locale in `lang`, else for the language. English
    alone does not tell: the United States write the month first, nearly everybody else the day.
    """
    lang = _ALIASES.get(lang, lang)
    territory = pycountry.countries.get(alpha_3=country) if country else None
    if territory is not None:
        for language in (lang, "en"):
            try:
                found = Locale.parse(f"{language or 'en'}_{territory.alpha_2}")
            except (UnknownLocaleError, ValueError):
                continue
            return _order(found)
        return territory.alpha_2 not in ("US", "CA")
    if lang in ("", "en", "und"):
        return None
    try:
        return _order(Locale.parse(lang))
    except (UnknownLocaleError, ValueError):
        return None


def _order(locale: Locale) -> bool | None:
    pattern = re.sub("[^dMy]", "", str(locale.date_formats["short"].pattern))
    if pattern.startswith("y"):
        return None  # such a locale writes the year first; a date with the year last is not its own
    return pattern.index("d") < pattern.index("M") if "d" in pattern and "M" in pattern else None
