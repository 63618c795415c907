"""When an article was published: every claim is kept, one is chosen by a written rule.

Wrong dates are the most reported fault of collected press data: parsers that make a date of any word, feeds
that date everything today, pages that fall back to the first of January. So `read_date` reads only what
states a day, month and year beyond doubt, and `choose_date` believes nothing that looks like a default.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from email.utils import parsedate_to_datetime

from .article import DateClaim, DateOrigin
from .calendars import day_before_month, find_month, folded, gregorian
from .urls import host_of

EARLIEST = dt.date(1995, 1, 1)
"""Before it no article was published on the web; archives of older papers need their own rule."""
_MAX_RAW_CHARACTERS = 120
_MAX_OTHER_LETTERS = 48
"""Letters beside the month's name: a weekday, a preposition, "Published on". More is a sentence."""
_AGREEMENT = dt.timedelta(days=1)
"""Two claims agree when they are at most this far apart: one instant is two days in two time zones."""
_DEFAULT_DAYS = frozenset({dt.date(1999, 11, 30), dt.date(2000, 1, 1), dt.date(2001, 1, 1)})
"""What broken software writes for "no date" (MySQL's and PHP's zero date, .NET's and Apple's epochs)."""

_TIME = r"(?P<hour>\d{1,2})[:h](?P<minute>\d{2})(?::(?P<second>\d{2}))?(?:[.,]\d+)?"
_ZONE = r"(?P<zone>z|gmt|utc|[+-]\d{2}:?\d{2})"
_ISO = re.compile(
    r"^(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})"
    rf"(?:(?:t|,)?\s*{_TIME}\s*(?P<half>[ap]\.?m\.?)?\s*z?{_ZONE}?)?(?:\s*\[?[a-z_/]*\]?)?$"
)
_COMPACT = re.compile(
    r"^(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})(?:t?(?P<clock>\d{4}|\d{6})z?)?$"
)
_EPOCH = re.compile(r"^(\d{9,10})(?:\.\d+)?$|^(\d{12,13})$")
_YEAR_LAST = re.compile(
    rf"^(?P<first>\d{{1,2}})\s?(?P<mark>[-/.])\s?(?P<second_number>\d{{1,2}})\s?(?P=mark)\s?(?P<year>\d{{4}})\.?"
    rf"(?:\s*[,|-]?\s*{_TIME}\s*(?P<half>[ap]\.?m\.?)?\s*{_ZONE}?)?$"
)
_EAST_ASIAN = re.compile(
    r"(?P<year>\d{4})\s*[年년]\s*(?P<month>\d{1,2})\s*[月월]\s*(?P<day>\d{1,2})\s*[日일号]"
)
_VIETNAMESE = re.compile(
    r"(?P<day>\d{1,2})\s*(?:,\s*)?tháng\s*(?P<month>\d{1,2})\s*(?:,|năm|/)?\s*(?P<year>\d{4})"
)
_WEEKDAY_FIRST = re.compile(r"^[^\d\W]{2,12}\.?,\s*")
_CLOCK = re.compile(r"\d{1,2}\s*[:h]\s*\d{2}(?:\s*:\s*\d{2})?(?:\s*[ap]\.?m\b\.?)?|\b\d{1,2}\s*[ap]\.?m\b\.?")
_HOUR_WORD = re.compile(r"\s*(?:uhr|hrs|hs|ч|год|wib|wita|wit|kl)\.?$")
_OFFSET = re.compile(r"(?:utc|gmt)?\s*[+-]\d{2}:?\d{2}\b")
_URL_DAY = re.compile(
    r"(?:^|[/_=.-])(?P<year>(?:19|20)\d{2})(?P<mark>[-/_.]?)(?P<month>0[1-9]|1[0-2])(?P=mark)(?P<day>[0-3]\d)(?!\d)"
)
_URL_NAMED = re.compile(
    r"/(?P<year>(?:19|20)\d{2})/(?P<month>[a-z]{3,9})/(?P<day>[0-3]?\d)(?:/|$)", re.IGNORECASE
)


def read_date(raw: object, origin: DateOrigin, *, lang: str = "", country: str = "") -> DateClaim:
    """Read one claim; its `date` is None where the text does not state a day beyond doubt.

    Read: ISO 8601 and its relatives, RFC 822/2822, seconds and milliseconds since 1970, `20200131`, dates
    with a month's name in the languages of calendars.py in any order, East Asian and Vietnamese forms,
    Buddhist and solar Hijri years, digits of every script. A date such as 5/6/2020 is read where the order of
    day and month is known from the outlet's country or from the language. Not read: years and months alone,
    relative times ("2 hours ago"), two-digit years outside RFC 822, and words.

    Args:
        raw: what the source says; anything but text and numbers counts as unreadable.
        origin: where it says so.
        lang: the article's or outlet's language (ISO 639), for months and the order of day and month.
        country: the outlet's country (ISO 3166-1 alpha-3), for the order of day and month.
    """
    if isinstance(raw, dt.datetime):
        return DateClaim(origin, raw.isoformat(), raw if raw.tzinfo else raw.replace(tzinfo=dt.UTC))
    if isinstance(raw, dt.date):
        return DateClaim(origin, raw.isoformat(), _midnight(raw))
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return DateClaim(origin, str(raw)[:_MAX_RAW_CHARACTERS])
    text = " ".join(str(raw)[: _MAX_RAW_CHARACTERS + 1].split())
    claim = DateClaim(origin, text[:_MAX_RAW_CHARACTERS])
    if len(text) > _MAX_RAW_CHARACTERS or not any(character.isdecimal() for character in text):
        return claim
    plain = _HOUR_WORD.sub("", folded(text))
    moment = (
        _iso(plain, lang)
        or _compact(plain)
        or _mail(text)
        or _year_last(plain, lang, country)
        or _in_words(plain, lang)
    )
    return DateClaim(origin, claim.raw, moment)


def url_date(url: str) -> DateClaim | None:
    """The day that an address carries (`/2020/01/31/`, `20200131`, `/2020/jan/31/`), or None."""
    tail = url.split(host_of(url) or "\0", 1)[-1]
    for pattern in (_URL_DAY, _URL_NAMED):
        for match in pattern.finditer(tail):
            month = match["month"]
            number = int(month) if month.isdecimal() else (find_month(month.lower(), lang="en") or (0,))[0]
            day = gregorian(int(match["year"]), number, int(match["day"]))
            if day is not None:
                return DateClaim(DateOrigin.URL, match[0].strip("/_=.-"), _midnight(day))
    return None


def choose_date(claims: Iterable[DateClaim], *, now: dt.datetime) -> dt.date | None:
    """The day of publication, or None where no claim can be believed.

    The rule:

    1. A claim counts if it was read and its day lies between 1995-01-01 and one day after `now`. The day is
       that of the claim's own time zone: the day as the outlet's readers saw it.
    2. A claim for the first of January at midnight, or for another day that software writes when it has no
       date, counts only where a claim of another origin agrees.
    3. Claims at most one day apart agree. A group with claims of two origins beats a claim of one.
    4. Otherwise the order is feed, page, file, address; within one origin the claim that stands first.
    5. An HTTP header supports others and is never believed by itself: most servers send the time of sending.
    """
    usable = [
        claim
        for claim in claims
        if claim.date is not None and EARLIEST <= claim.date.date() <= (now + _AGREEMENT).date()
    ]
    best: tuple[int, int, int] | None = None
    chosen: dt.date | None = None
    for position, claim in enumerate(usable):
        support = {other.origin for other in usable if _agree(claim, other)}
        if len(support) < 2 and (_is_default(claim) or claim.origin is DateOrigin.HEADER):
            continue
        rank = (-min(len(support), 2), _ORDER[claim.origin], position)
        if best is None or rank < best:
            best, chosen = rank, claim.date.date() if claim.date else None
    return chosen


_ORDER = {
    DateOrigin.FEED: 0,
    DateOrigin.PAGE: 1,
    DateOrigin.FILE: 2,
    DateOrigin.URL: 3,
    DateOrigin.HEADER: 4,
}


def _agree(one: DateClaim, other: DateClaim) -> bool:
    return bool(one.date and other.date and abs(one.date.date() - other.date.date()) <= _AGREEMENT)


def _is_default(claim: DateClaim) -> bool:
    moment = claim.date
    if moment is None:
        return True
    new_year = (moment.month, moment.day) == (1, 1) and moment.time() == dt.time()
    return new_year or moment.date() in _DEFAULT_DAYS


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)


def _zone(text: str | None) -> dt.tzinfo:
    if not text or text in ("z", "gmt", "utc"):
        return dt.UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    offset = dt.timedelta(hours=hours, minutes=minutes)
    if offset >= dt.timedelta(hours=24):
        return dt.UTC
    return dt.timezone(-offset if text[0] == "-" else offset)


def _at(day: dt.date | None, match: re.Match[str]) -> dt.datetime | None:
    """The moment of a match with the groups of `_TIME` and `_ZONE`; a time that cannot be is left out."""
    if day is None:
        return None
    if match["hour"] is None:
        return _midnight(day)
    hour = int(match["hour"])
    half = (match["half"] or "")[:1]
    hour = hour % 12 + (12 if half == "p" else 0) if half and hour <= 12 else hour
    try:
        time = dt.time(hour, int(match["minute"]), min(int(match["second"] or 0), 59))
    except ValueError:
        return _midnight(day)
    return dt.datetime.combine(day, time, tzinfo=_zone(match["zone"]))


def _iso(text: str, lang: str) -> dt.datetime | None:
    match = _ISO.match(text)
    if match is None:
        return None
    return _at(gregorian(int(match["year"]), int(match["month"]), int(match["day"]), lang=lang), match)


def _compact(text: str) -> dt.datetime | None:
    match = _COMPACT.match(text)
    if match:
        day = gregorian(int(match["year"]), int(match["month"]), int(match["day"]))
        if day is not None:
            return _midnight(day)
    epoch = _EPOCH.match(text)
    if epoch is None:
        return None
    seconds = int(epoch[1]) if epoch[1] else int(epoch[2]) / 1000
    return dt.datetime.fromtimestamp(seconds, tz=dt.UTC) if 0 < seconds < 4e9 else None


def _mail(text: str) -> dt.datetime | None:
    """RFC 822 and 2822. Python's reader is lenient, so the form is checked first."""
    if not re.match(
        r"^(?:[A-Za-z]{3,9},?\s+)?\d{1,2}[ -][A-Za-z]{3,9}[ -](?:\d{4}|\d{2})\s+\d{1,2}:\d{2}", text
    ):
        return None
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _year_last(text: str, lang: str, country: str) -> dt.datetime | None:
    match = _YEAR_LAST.match(_WEEKDAY_FIRST.sub("", text))
    if match is None:
        return None
    first, second, year = int(match["first"]), int(match["second_number"]), int(match["year"])
    if first > 12 or first == second or match["mark"] == ".":
        day_first: bool | None = True
    elif second > 12:
        day_first = False
    else:
        day_first = day_before_month(lang=lang, country=country)
    if day_first is None:
        return None
    month, day = (second, first) if day_first else (first, second)
    return _at(gregorian(year, month, day, lang=lang), match)


def _in_words(text: str, lang: str) -> dt.datetime | None:
    """A date with the name of a month, in any order, or with the East Asian or Vietnamese words for it."""
    for pattern in (_EAST_ASIAN, _VIETNAMESE):
        if numbers := pattern.search(text):
            day = gregorian(int(numbers["year"]), int(numbers["month"]), int(numbers["day"]))
            return _midnight(day) if day else None
    bare = _OFFSET.sub(" ", _CLOCK.sub(" ", text))
    found = find_month(bare, lang=lang)
    if found is None:
        return None
    month, begin, end = found
    if sum(character.isalpha() for character in bare[:begin] + bare[end:]) > _MAX_OTHER_LETTERS:
        return None
    numbers_before = [int(number) for number in re.findall(r"\d+", bare[:begin])]
    numbers_after = [int(number) for number in re.findall(r"\d+", bare[end:])]
    years = [number for number in (*numbers_before, *numbers_after) if number > 999]
    if len(years) != 1:
        return None
    day_number = _day_beside(numbers_before, numbers_after, years[0])
    named = gregorian(years[0], month, day_number, lang=lang) if day_number else None
    return _midnight(named) if named else None


def _day_beside(before: list[int], after: list[int], year: int) -> int | None:
    """The day: the number just before the month's name, else the one just after it."""
    if before and before[-1] != year:
        return before[-1] if before[-1] <= 31 else None
    if after and after[0] != year:
        return after[0] if after[0] <= 31 else None
    return None
