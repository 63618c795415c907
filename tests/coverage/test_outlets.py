"""Which outlet an article is of."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pressreview.coverage.article import Outlet
from pressreview.coverage.outlets import (
    UNKNOWN_OUTLET,
    OutletRegistry,
    country_of_domain,
    load_tables,
    slug,
)
from pressreview.coverage.urls import canonical_url
from pressreview.errors import ConfigError, InputError

DAILY = Outlet(
    id="daily",
    name="The Daily Example",
    homepage="https://www.daily.example/",
    country="IRL",
    languages=("en", "ga"),
    domains=("dailyexample.example",),
    aliases=("Daily Ex",),
)
DAILY_GA = Outlet(
    id="daily-ga",
    name="An Daily",
    homepage="https://www.daily.example/gaeilge/",
    country="IRL",
    languages=("ga",),
)
OBSERVER_AR = Outlet(
    id="observador-ar",
    name="El Observador",
    homepage="https://observador.com.ar/",
    country="ARG",
    languages=("es",),
)
OBSERVER_PT = Outlet(
    id="observador-pt",
    name="Observador",
    homepage="https://observador.pt/",
    country="PRT",
    languages=("pt",),
    aliases=("El Observador",),
)
NEWS_HUB = Outlet(id="hub", name="News Hub", homepage="https://hub.example/", aggregator=True)
REGISTRY = OutletRegistry([DAILY, DAILY_GA, OBSERVER_AR, OBSERVER_PT, NEWS_HUB])


def resolve(hint: str = "", url: str = "", lang: str = "en") -> Outlet:
    """Resolve with the made-up registry."""
    return REGISTRY.resolve(hint=hint, url=url, lang=lang)


@pytest.mark.parametrize(
    ("hint", "url"),
    [
        ("daily", ""),
        ("daily", "https://daily.example/a"),
        ("", "https://daily.example/a"),
        ("", "https://dailyexample.example/a"),
        ("", "https://sport.daily.example/a"),
        ("", "http://www.daily.example:80/a"),
        ("The Daily Example", ""),
        ("DAILY  EXAMPLE", ""),
        ("daily example", ""),
        ("Dáily Ex", ""),
        ("daily.example", ""),
        ("www.daily.example", ""),
        ("https://daily.example/news", ""),
        ("The Daily Example (editorial)", ""),
        ("Whatever (daily.example)", ""),
        ("daily.example (The Daily Example)", ""),
        ("The Daily Example: A Columnist", ""),
        ("some other name", "https://daily.example/a"),
        ("The Daily Example", "https://bit.ly/abc"),
        ("The Daily Example", "https://www.msn.com/en-ie/news/a"),
    ],
)
def test_a_known_outlet_is_found_by_id_domain_or_name(hint: str, url: str) -> None:
    assert resolve(hint, url) is DAILY


def test_of_two_outlets_under_one_domain_the_home_page_decides_then_the_language() -> None:
    assert resolve(url="https://daily.example/gaeilge/sceal-1", lang="ga") is DAILY_GA
    assert resolve(url="https://daily.example/story-1", lang="en") is DAILY


def test_of_two_outlets_of_one_name_language_and_country_decide() -> None:
    assert resolve("El Observador", lang="es") is OBSERVER_AR
    assert resolve("El Observador", lang="pt") is OBSERVER_PT


def test_a_name_is_not_believed_against_the_address() -> None:
    # The same name is published in another country under its own domain.
    found = resolve("El Observador", "https://elobservador.com.uy/nota-1", lang="es")
    assert (found.id, found.country, found.guessed) == ("elobservador-com-uy", "URY", True)


def test_an_item_of_a_feed_that_leads_to_another_known_outlet_is_that_outlets() -> None:
    assert resolve("daily", "https://observador.pt/2024/01/01/a", lang="pt") is OBSERVER_PT


def test_an_aggregator_is_never_credited_where_somebody_else_can_be() -> None:
    assert resolve("hub", "https://daily.example/a") is DAILY
    unlisted = resolve("hub", "https://weekly.example/a")
    assert (unlisted.id, unlisted.aggregator) == ("weekly-example", False)
    assert resolve("Reporter of Nowhere", "https://hub.example/a").id == "reporter-of-nowhere"
    assert resolve("hub", "https://hub.example/a") is NEWS_HUB
    msn = resolve("msn.com", "https://www.msn.com/en-us/news/a")
    assert (msn.id, msn.aggregator) == ("msn-com", True)


@pytest.mark.parametrize(
    ("hint", "url", "lang", "expected"),
    [
        ("", "https://www.gazeta.com.pl/a", "pl", ("gazeta-com-pl", "gazeta.com.pl", "POL")),
        ("gov.example (Royal Government)", "", "th", ("gov-example", "gov.example (Royal Government)", "")),
        ("Made Up Citizen News (mucn.ma)", "", "fr", ("mucn-ma", "Made Up Citizen News", "MAR")),
        ("Made-Up Gazette", "", "en", ("made-up-gazette", "Made-Up Gazette", "")),
        (
            "Made-Up Gazette (Morocco)",
            "",
            "fr",
            ("made-up-gazette-morocco", "Made-Up Gazette (Morocco)", "MAR"),
        ),
        (
            "Columnists (A/B etc.): Ann Angler",
            "",
            "tr",
            ("columnists", "Columnists", ""),
        ),
        ("RP", "https://rp.pl/a", "pl", ("rp-pl", "RP", "POL")),
        ("Rzeczmadeup", "https://rm.pl/a", "pl", ("rm-pl", "Rzeczmadeup", "POL")),
        ("Other Paper", "https://somebody.pl/a", "pl", ("somebody-pl", "somebody.pl", "POL")),
        ("dataset-(2k).csv", "https://urdu.sama.com.pk/a", "ur", ("sama-com-pk", "sama.com.pk", "PAK")),
        ("other", "https://es.hu/a", "hu", ("es-hu", "es.hu", "HUN")),
        (
            "",
            "https://somebody.wordpress.com/a",
            "de",
            ("somebody-wordpress-com", "somebody.wordpress.com", ""),
        ),
    ],
)
def test_an_unknown_outlet_is_guessed_and_marked(
    hint: str, url: str, lang: str, expected: tuple[str, str, str]
) -> None:
    found = resolve(hint, url, lang)
    assert (found.id, found.name, found.country) == expected
    assert found.guessed
    assert found.languages == (lang,)


@pytest.mark.parametrize("hint", ["", "  ", "unknown", "N/A", "csv", "es", "articles.jsonl", "()", "???"])
def test_where_nothing_tells_the_outlet_is_unknown(hint: str) -> None:
    assert resolve(hint) is UNKNOWN_OUTLET
    assert resolve(hint, "https://bit.ly/x") is UNKNOWN_OUTLET


def test_a_name_in_another_script_gets_a_stable_id_of_safe_characters() -> None:
    one, two = resolve("신문 하나", lang="ko"), resolve("신문 둘", lang="ko")
    assert one.id != two.id
    assert one.name == "신문 하나"
    assert re.fullmatch(r"outlet-[0-9a-f]{8}", one.id)
    assert resolve("Jornal São João", lang="pt").id == "jornal-sao-joao"
    assert resolve("Wisła Dziś", lang="pl").id == "wisla-dzis"


@given(st.text(max_size=80), st.text(max_size=40), st.sampled_from(["", "en", "th", "und"]))
def test_every_hint_gives_an_outlet_with_a_safe_id(hint: str, url: str, lang: str) -> None:
    found = resolve(hint, url, lang)
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,80}", found.id)
    assert found.name.strip()
    assert found == resolve(hint, url, lang)


@given(st.text(min_size=1, max_size=200))
def test_slugs_are_safe_and_bounded(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,69}", slug(name))


@pytest.mark.parametrize(
    ("domain", "lang", "country"),
    [
        ("bbc.co.uk", "en", "GBR"),
        ("spiegel.de", "de", "DEU"),
        ("kosova.info", "sq", ""),
        ("daily.tv", "en", ""),
        ("daily.io", "en", ""),
        ("diario.co", "es", "COL"),
        ("startup.co", "en", ""),
        ("diario.com.co", "en", "COL"),
        ("vijesti.me", "sr", "MNE"),
        ("about.me", "en", ""),
        ("lapresse.eu", "fr", ""),
        ("treasury.gov", "en", "USA"),
        ("xn--80aa.xn--p1ai", "ru", "RUS"),
        ("localhost", "en", ""),
        ("", "en", ""),
    ],
)
def test_the_country_of_a_domain_is_told_only_where_the_domain_tells(
    domain: str, lang: str, country: str
) -> None:
    assert country_of_domain(domain, lang=lang) == country


def test_a_curated_outlets_domains_are_all_its_own() -> None:
    registry = OutletRegistry([DAILY])
    assert len(registry) == 1
    assert registry.get("daily") is DAILY
    assert registry.get("nobody") is None


def test_the_real_corpus_has_a_sensible_number_of_outlets(shared: Path) -> None:
    registry = OutletRegistry([])
    found: Counter[str] = Counter()
    names: dict[str, set[str]] = {}
    for file in ("articles", "more", "reports"):
        with gzip.open(shared / "corpus" / f"{file}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                try:
                    url = canonical_url(row["url"] or "")
                except InputError:
                    url = ""
                outlet = registry.resolve(hint=row["outlet"] or "", url=url, lang=row["lang"])
                found[outlet.id] += 1
                names.setdefault(outlet.id, set()).add(outlet.name)
    # 360 different names of outlets, many of them the same outlet with a remark.
    assert 280 <= len(found) <= 330
    assert found["unknown"] <= 980
    assert found["turkish-columnists"] >= 150  # not one outlet a columnist
    assert names["thaigov-go-th"] == {"thaigov.go.th (Royal Thai Government)"}
    assert not any("(per readme)" in name.lower() for several in names.values() for name in several)


def test_domains_of_real_outlets_give_their_country(shared: Path) -> None:
    import csv

    import pycountry

    with (shared / "feeds" / "outlets.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["country"] and not row["country_inferred"]]
    said = right = 0
    for row in rows:
        country = pycountry.countries.get(alpha_2=row["country"])
        outlet = OutletRegistry([]).resolve(hint="", url=row["homepage"], lang=row["lang"])
        if country and outlet.country:
            said += 1
            right += outlet.country == country.alpha_3
    assert said > 500
    assert right / said > 0.95


def test_a_broken_table_is_named(tmp_path: Path) -> None:
    table = tmp_path / "outlets.yaml"
    table.write_text("aggregators: 5\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"outlets\.yaml"):
        load_tables(table)
