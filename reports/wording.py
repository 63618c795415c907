"""Numbers, shares and labels as a reader sees them. English; the one place to translate later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from .measures import SMALL

LOCALE: Final = "en"
NOTHING: Final = "–"
"""Stands where there is no number to give."""
DAGGER: Final = "†"
"""Marks small cells."""

UNCORRECTED: Final = "Labels as the classifier gave them, not corrected for its errors."

SMALL_NOTE: Final = (
    f"{DAGGER} Fewer than {SMALL} articles: read them one by one, not as a pattern. "
    f"Where there are fewer than {SMALL} in all, no percentage is given."
)

COVERAGE_NAMES: Final = {
    "unrelated": "Not on trafficking",
    "trafficking_only": "Trafficking, no corruption told",
    "trafficking_corruption": "Trafficking with corruption",
}
LEVEL_NAMES: Final = {
    "everyday": "Everyday",
    "organised": "Organised",
    "high_level": "High level",
    "unspecified": "Not specified",
    "none": "None",
}
LEVEL_MEANINGS: Final = {
    "everyday": "a frontline officer or clerk, a single bribe or paper",
    "organised": "a standing arrangement, several officials or a unit",
    "high_level": "ministers, governors, generals, judges, heads of agencies, or state policy",
    "unspecified": "alleged in general, with nothing on who or how high",
}
SPHERE_NAMES: Final = {
    "public": "Public office",
    "private": "Private business",
    "civil": "Civil society",
    "informal": "Family and community",
    "criminal": "Crime groups",
}
ACTOR_NAMES: Final = {
    "police": "Police",
    "border": "Border and immigration",
    "consular": "Consulates and embassies",
    "military": "Armed forces",
    "justice": "Courts, prosecutors, prisons",
    "politician": "Politicians",
    "civil_servant": "Other officials",
    "recruiter": "Recruiters and brokers",
    "employer": "Employers and venues",
    "transport": "Transport and travel",
    "finance_legal": "Finance and law",
    "civil_society": "NGOs, churches, unions",
    "community": "Relatives and community",
    "crime_group": "Crime groups, traffickers",
}
KIND_NAMES: Final = {
    "agency": "News agency",
    "newspaper": "Newspaper",
    "broadcaster": "Broadcaster",
    "online": "Online only",
    "magazine": "Magazine",
    "ngo": "NGO",
    "government": "Government",
    "unknown": "Not known",
}
REACH_NAMES: Final = {
    "local": "Local",
    "national": "National",
    "international": "International",
    "unknown": "Not known",
}
STATUS_NAMES: Final = {
    "articles": "articles found",
    "none_found": "followed, none found",
    "not_enough_seen": "not enough seen",
    "not_observed": "not observed",
}


def number(n: float) -> str:
    """A whole number with thousands set apart."""
    return str(format_decimal(round(n), locale=LOCALE))


def count(n: int, one: str, many: str | None = None) -> str:
    """'1 article', '2,345 articles'."""
    return f"{number(n)} {one if n == 1 else many or one + 's'}"


def percent(share: float, denominator: int) -> str:
    """A share of 0 to 1 as a percentage: one decimal from 200 up, none below; '<1%' for what rounds to 0."""
    if share in {0, 1}:
        return f"{share:.0%}"
    pattern = "0.0%" if denominator >= 200 else "0%"
    floor = 0.0005 if denominator >= 200 else 0.005
    if 0 < share < floor:
        return "<0.1%" if denominator >= 200 else "<1%"
    return str(format_percent(share, format=pattern, locale=LOCALE))


def share(n: int, denominator: int) -> str:
    """Part of whole: a percentage, or '2 of 4' where that would be one of fewer than 5 articles."""
    if denominator <= 0:
        return NOTHING
    if denominator < SMALL:
        return f"{n} of {denominator}"
    return percent(n / denominator, denominator)


def per_thousand(n: int, denominator: int) -> str:
    """Articles in each 1,000 of the denominator, with one decimal."""
    if denominator <= 0:
        return NOTHING
    return str(format_decimal(1000 * n / denominator, format="#,##0.0", locale=LOCALE))


def listed(names: Sequence[str], last: str = "and") -> str:
    """'a', 'a and b', 'a, b and c'."""
    if len(names) <= 1:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def day(date: dt.date | None) -> str:
    """'5 Mar 2025'; a dash where not known."""
    return str(format_date(date, format="d MMM y", locale=LOCALE)) if date else NOTHING


def month(n: int) -> str:
    """The short name of the month (1 to 12)."""
    return str(format_date(dt.date(2000, n, 1), format="LLL", locale=LOCALE))
