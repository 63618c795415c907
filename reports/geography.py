"""Countries, regions and languages by name, and the outlines of the world for maps.

Codes and regions are facts of ISO 3166-1 and of the UN's M49 standard (data/countries.csv, our own table);
names are CLDR's, through babel; outlines are Natural Earth's (public domain). Names and borders follow these
sources and say nothing on the status of any territory.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale

from ..errors import ReportError

DATA_DIR = Path(__file__).resolve().parent / "data"
MAP_SOURCE = "Outlines: Natural Earth, 1:110m, public domain. Names: Unicode CLDR."
UNKNOWN_COUNTRY = "not known"


@dataclass(frozen=True, slots=True)
class Country:
    """A country or territory of ISO 3166-1 (and Kosovo, XKX)."""

    iso3: str
    iso2: str
    name: str
    region: str
    """UN M49 region (Africa, Americas ...)."""
    subregion: str
    """The finest UN M49 subregion (Eastern Africa, Caribbean ...)."""
    latitude: float | None
    """Only for places too small to have an outline on the map."""
    longitude: float | None


@lru_cache(maxsize=4)
def countries(language: str = "en") -> dict[str, Country]:
    """Every country by its alpha-3 code, in the order of the codes."""
    names = Locale.parse(language).territories
    with (DATA_DIR / "countries.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["iso3"]: Country(
                iso3=row["iso3"],
                iso2=row["iso2"],
                name=names.get(row["iso2"], row["iso3"]),
                region=row["region"],
                subregion=row["subregion"],
                latitude=float(row["latitude"]) if row["latitude"] else None,
                longitude=float(row["longitude"]) if row["longitude"] else None,
            )
            for row in csv.DictReader(file)
        }


def country_name(iso3: str, language: str = "en") -> str:
    """The country's name; the code itself where it is in no list, 'not known' where it is ''."""
    if not iso3:
        return UNKNOWN_COUNTRY
    country = countries(language).get(iso3)
    return country.name if country else iso3


def require_country(iso3: str) -> Country:
    """The country of this alpha-3 code.

    Raises:
        ReportError: no country has this code; says how to find the right one.
    """
    country = countries().get(iso3.upper())
    if country is None:
        raise ReportError(
            f"{iso3!r} is no country code",
            mend="Give the three letters of ISO 3166-1, such as KHM for Cambodia",
        )
    return country


@lru_cache(maxsize=512)
def language_name(code: str, language: str = "en") -> str:
    """The language's name in CLDR; the code itself where CLDR has none."""
    if code in {"", "und"}:
        return "not recognised"
    names = Locale.parse(language).languages
    return str(names.get(code.replace("-", "_")) or names.get(code.split("-", maxsplit=1)[0]) or code)


@lru_cache(maxsize=1)
def world_outlines() -> list[dict[str, Any]]:
    """GeoJSON features of all countries large enough to be drawn, property `iso3`; Antarctica left out."""
    features: list[dict[str, Any]] = json.loads((DATA_DIR / "world.geojson").read_text("utf-8"))["features"]
    return features
