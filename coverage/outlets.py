"""Which outlet an article is of: by id, domain or name from feeds.yaml, or guessed and marked as such.

An outlet wrongly credited, and one outlet under five names, are the next most reported faults of press data
after wrong dates. So the address decides before the name (`express` is published in Pakistan and in Britain),
an aggregator is credited only where nobody else can be, and a guess is stable: the same article gives the
same id in every run, whatever was imported before.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

import pycountry
import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from ..errors import ConfigError, InputError
from .article import Outlet
from .urls import canonical_url, host_of, registrable_domain

TABLES_FILE = Path(__file__).with_name("outlets.yaml")
UNKNOWN_OUTLET = Outlet(id="unknown", name="Unknown outlet", guessed=True)
"""Where neither a name nor an address says anything."""
_MAX_NAME_CHARACTERS = 120
_MAX_SLUG_CHARACTERS = 60
_FILE_NAME = re.compile(r"\.(csv|tsv|jsonl?|txt|xml|html?|gz|zip|xlsx?|parquet|pdf|md)$", re.IGNORECASE)
_PARENTHESES = re.compile(r"\s*[(\[（【][^()\[\]（）【】]*[)\]）】]")
_EDGES = " :-–—/|,()[]（）【】"
_DOMAIN = re.compile(r"^(?:https?://)?([\w-]+(?:\.[\w-]+)+)(?::\d+)?(?:/\S*)?$")


class OutletTables(BaseModel):
    """outlets.yaml, checked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    aggregators: frozenset[str]
    not_outlets: frozenset[str]
    not_names: frozenset[str]
    platforms: frozenset[str]
    misused_cctlds: dict[str, frozenset[str]]
    other_tlds: dict[str, str]


@lru_cache(maxsize=4)
def load_tables(path: Path = TABLES_FILE) -> OutletTables:
    """Read outlets.yaml.

    Raises:
        ConfigError: the file is missing, is not YAML or does not fit its schema.
    """
    try:
        return OutletTables.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ConfigError(
            f"the table of outlets cannot be used: {error}", mend="Restore outlets.yaml", path=path
        ) from error


_STROKED = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "ħ": "h",
        "ə": "e",
        "ŋ": "n",
    }
)
"""Latin letters that Unicode does not take apart into a letter and a mark."""


def folded_name(name: str) -> str:
    """A name without case, accents, spaces and punctuation, and without a leading "the"."""
    decomposed = unicodedata.normalize("NFKD", name.casefold().translate(_STROKED))
    letters = "".join(character for character in decomposed if character.isalnum())
    return letters.removeprefix("the") if len(letters) > 6 else letters


def slug(name: str) -> str:
    """An id made of `a-z`, `0-9` and `-`; names in other scripts end in a digest, so that ids stay apart."""
    decomposed = unicodedata.normalize("NFKD", name.casefold().translate(_STROKED))
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_MAX_SLUG_CHARACTERS].strip("-")
    lost = any(character.isalnum() and not character.isascii() for character in plain)
    if not words or lost or len(plain) > _MAX_SLUG_CHARACTERS:
        digest = hashlib.sha256(unicodedata.normalize("NFKC", name.casefold()).encode()).hexdigest()[:8]
        words = f"{words or 'outlet'}-{digest}"
    return words


def country_of_domain(domain: str, *, lang: str = "") -> str:
    """The country (alpha-3) whose top-level domain it is under; '' for generic and misused ones."""
    tables = load_tables()
    labels = domain.lower().rstrip(".").split(".")
    tld = labels[-1]
    if tld in tables.other_tlds:
        return tables.other_tlds[tld]
    if len(tld) != 2:
        return ""
    country = pycountry.countries.get(alpha_2=tld.upper())
    if country is None:
        return ""
    if tld in tables.misused_cctlds:
        second_level = len(labels) > 2 and labels[-2] in (
            "com",
            "org",
            "net",
            "gov",
            "go",
            "gob",
            "gouv",
            "edu",
        )
        if not second_level and lang not in tables.misused_cctlds[tld]:
            return ""
    return str(country.alpha_3)


class OutletRegistry:
    """The known outlets, by id, domain and name. Immutable; `resolve` is a pure function of it."""

    def __init__(self, outlets: Iterable[Outlet]) -> None:
        self._by_id: dict[str, Outlet] = {}
        self._by_domain: dict[str, list[Outlet]] = defaultdict(list)
        self._by_name: dict[str, list[Outlet]] = defaultdict(list)
        self._by_label: dict[str, list[Outlet]] = defaultdict(list)
        for outlet in outlets:
            self._by_id[outlet.id] = outlet
        for outlet in self._by_id.values():
            self._index(outlet)

    def _index(self, outlet: Outlet) -> None:
        domains = {folded_host(domain) for domain in (*outlet.domains, host_of(outlet.homepage)) if domain}
        for domain in sorted(domains):
            self._by_domain[domain].append(outlet)
        for label in sorted({_label(domain) for domain in domains}):
            self._by_label[label].append(outlet)
        for name in sorted({folded_name(name) for name in (outlet.name, outlet.id, *outlet.aliases)} - {""}):
            self._by_name[name].append(outlet)

    def __len__(self) -> int:
        return len(self._by_id)

    def get(self, outlet_id: str) -> Outlet | None:
        """The outlet of this id, or None."""
        return self._by_id.get(outlet_id)

    def resolve(self, *, hint: str, url: str, lang: str) -> Outlet:
        """The outlet of an article.

        The rule, first hit wins:

        1. `hint` is a known id, and the address is not another known outlet's (a feed may link elsewhere);
        2. the address is under a known outlet's domain (of several, the one whose home page leads the
           address, then the one that publishes in `lang`);
        3. `hint` is or holds a domain of a known outlet;
        4. `hint` is the name or an alias of one known outlet, and the address does not contradict it;
        5. a guess: the registrable domain of the address, else of the hint, else the hint as a name.

        An aggregator, known or listed in outlets.yaml, is chosen only where nothing else is left.

        Args:
            hint: an id of feeds.yaml, a domain, or a name as a file or page gives it; '' where unknown.
            url: the article's canonical URL; '' where it has none.
            lang: the article's language (ISO 639), to choose between outlets and to fill a guess.
        """
        hint = hint.strip()[:_MAX_NAME_CHARACTERS]
        host = _outlet_host(url)
        hinted = _Hint.read(hint)
        by_url = self._by_address(host, url, lang)
        candidates = [
            self._by_exact_id(hint, by_url),
            by_url,
            self._by_address(hinted.domain, "", lang),
            self._by_hinted_name(hinted, "" if _listed(host, load_tables().aggregators) else host, lang),
        ]
        known = [outlet for outlet in candidates if outlet is not None]
        first_hand = [outlet for outlet in known if not outlet.aggregator]
        if first_hand:
            return first_hand[0]
        guess = _guess(hinted, "" if by_url else host, lang)
        if known and (guess.aggregator or guess.id == UNKNOWN_OUTLET.id):
            return known[0]
        named_by_aggregator = known and (known[0].name == guess.name or known[0].id == guess.id)
        return known[0] if named_by_aggregator else guess

    def _by_exact_id(self, hint: str, by_url: Outlet | None) -> Outlet | None:
        outlet = self._by_id.get(hint)
        if outlet is None or by_url is None or by_url.id == outlet.id or by_url.aggregator:
            return outlet
        shared = {folded_host(domain) for domain in (*outlet.domains, host_of(outlet.homepage))}
        other = {folded_host(domain) for domain in (*by_url.domains, host_of(by_url.homepage))}
        return outlet if shared & other - {""} else None

    def _by_address(self, host: str, url: str, lang: str) -> Outlet | None:
        labels = host.split(".")
        for start in range(len(labels) - 1):
            claimants = self._by_domain.get(".".join(labels[start:]))
            if claimants:
                return max(claimants, key=lambda outlet: _closeness(outlet, url, lang))
        return None

    def _by_hinted_name(self, hint: _Hint, host: str, lang: str) -> Outlet | None:
        for name in hint.names:
            found = self._by_name.get(folded_name(name), [])
            agreeing = [outlet for outlet in found if _agrees(outlet, host, lang)]
            if len(agreeing) == 1:
                return agreeing[0]
            speaking = [outlet for outlet in agreeing if lang in outlet.languages]
            if len(speaking) == 1:
                return speaking[0]
            labelled = [
                outlet for outlet in self._by_label.get(name.casefold(), []) if lang in outlet.languages
            ]
            if len(labelled) == 1 and not found and not host:
                return labelled[0]
        return None


def folded_host(host: str) -> str:
    """A host without `www.`, mobile and AMP labels, in lower case; also takes an address."""
    try:
        return host_of(canonical_url(host if "://" in host else f"https://{host}"))
    except InputError:
        return ""


def _outlet_host(url: str) -> str:
    """The host of an address where that may be an outlet's; '' for shorteners, proxies, archives."""
    host = folded_host(url) if url else ""
    tables = load_tables()
    if host in tables.not_outlets or registrable_domain(host) in tables.not_outlets - {"google.com"}:
        return ""
    return host if registrable_domain(host) else ""


def _label(domain: str) -> str:
    """The name in a domain: `bbc` of news.bbc.co.uk."""
    return registrable_domain(domain).split(".")[0]


def _closeness(outlet: Outlet, url: str, lang: str) -> tuple[int, int]:
    """How well one of several outlets under one domain fits an address: home page's path, then language."""
    home = urlsplit(outlet.homepage).path.rstrip("/")
    path = urlsplit(url).path
    leads = home and (path == home or path.startswith(home + "/"))
    return (len(home) if leads else (0 if not home else -1), int(lang in outlet.languages))


def _agrees(outlet: Outlet, host: str, lang: str) -> bool:
    """Whether an outlet found by name may publish at `host`: same name in the domain, no other country."""
    if not host:
        return True
    country = country_of_domain(registrable_domain(host), lang=lang)
    if country and outlet.country and country != outlet.country:
        return False
    labels = {_label(folded_host(domain)) for domain in (*outlet.domains, host_of(outlet.homepage)) if domain}
    return _label(host) in labels or _resembles(outlet.name, _label(host))


@dataclass(frozen=True, slots=True)
class _Hint:
    """What the name in a file says."""

    domain: str
    """A domain that it is or holds; '' where none."""
    names: tuple[str, ...]
    """Names to look up, from the most exact to the barest."""
    shown: str
    """The name to show for a guess; '' where the hint is only a domain or says nothing."""
    country: str

    @classmethod
    def read(cls, hint: str) -> _Hint:
        """Take apart forms such as `paper.example (The Paper)` or `The Paper (paper.example)`."""
        bare = " ".join(_PARENTHESES.sub("", hint).split()).strip(_EDGES)
        inner = [match.strip(_EDGES) for match in _PARENTHESES.findall(hint)]
        if not bare:  # all of it in parentheses: "(A news site)"
            bare, inner = hint.strip(_EDGES), []
        domain = next(filter(None, map(_domain_in, (bare, *inner))), "")
        country = next(filter(None, map(_country_named, inner)), "")
        leading = bare.split(": ", 1)[0].strip()  # "Columnists of a paper: a columnist"
        names = tuple(name for name in dict.fromkeys((hint, bare, leading)) if _is_name(name))
        shown = names[-1] if names else ""
        if country and shown:
            shown = f"{shown} ({', '.join(inner)})"
        elif _domain_in(shown):
            shown = hint if inner else ""
        return cls(domain, names, shown, country)


def _domain_in(part: str) -> str:
    """The domain that a part of a hint is, as a whole; '' where it is none."""
    match = _DOMAIN.match(part)
    if not match or _FILE_NAME.search(part):
        return ""
    return _outlet_host(f"https://{match[1]}")


def _country_named(part: str) -> str:
    """The country (alpha-3) that a remark in parentheses names: `Morocco`, `NZ`; never `de`."""
    if len(part) <= 3 and not part.isupper():
        return ""
    try:
        return str(pycountry.countries.lookup("GB" if part == "UK" else part).alpha_3)
    except LookupError:
        return ""


def _is_name(name: str) -> bool:
    code = len(name) <= 2 and name.isascii() and name.islower()  # "es", "hu": columns of another kind
    known_filler = name.casefold() in load_tables().not_names
    return bool(folded_name(name)) and not code and not known_filler and not _FILE_NAME.search(name)


def _guessed_domain(host: str) -> str:
    """The domain that is the outlet: the registrable one, or the whole host on a platform of blogs."""
    domain = registrable_domain(host)
    if domain in load_tables().platforms:
        labels = host.split(".")
        return ".".join(labels[-(domain.count(".") + 2) :])
    return domain


def _guess(hint: _Hint, host: str, lang: str) -> Outlet:
    """An outlet that feeds.yaml does not list, with what its name and domain tell."""
    aggregators = load_tables().aggregators
    languages = (lang,) if lang and lang != "und" else ()
    if hint.shown and _listed(host, aggregators):
        host = ""  # the site that shows it is no author; the name is
    domain = _guessed_domain(host) or _guessed_domain(hint.domain)
    if domain:
        own_words = domain == _guessed_domain(hint.domain) or not _is_latin(hint.shown)
        fits = hint.shown and (own_words or _resembles(hint.shown, domain.split(".")[0]))
        return Outlet(
            id=slug(domain),
            name=hint.shown if fits else domain,
            homepage=f"https://{domain}/",
            country=country_of_domain(domain, lang=lang) or (hint.country if fits else ""),
            languages=languages,
            domains=(domain,),
            aggregator=_listed(host or hint.domain, aggregators),
            guessed=True,
        )
    if hint.shown:
        return Outlet(
            id=slug(hint.shown), name=hint.shown, country=hint.country, languages=languages, guessed=True
        )
    return UNKNOWN_OUTLET


def _listed(host: str, domains: frozenset[str]) -> bool:
    labels = host.split(".")
    return any(".".join(labels[start:]) in domains for start in range(len(labels)))


def _is_latin(name: str) -> bool:
    return any("LATIN" in unicodedata.name(character, "") for character in name)


def _resembles(name: str, label: str) -> bool:
    """Whether a domain's label may stand for a name: contained, or its letters in order (rp, sn, vg)."""
    folded, plain = folded_name(name), folded_name(label)
    if not folded or not plain:
        return False
    if plain in folded or (len(folded) >= 3 and folded in plain):
        return True
    if len(plain) <= 4 and folded[0] == plain[0]:
        letters = iter(folded)
        return all(character in letters for character in plain)
    return False
