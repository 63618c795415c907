"""Addresses of articles: one form for every way in which one article is linked.

The form is an identity, not a promise that a server answers there: two addresses that differ only in
scheme, `www.`, tracking parameters, AMP or mobile forms name one article, so they must give one string.

Method: RFC 3986, section 6 (syntax-based and scheme-based normalisation), RFC 5891/UTS 46 for names beyond
ASCII, RFC 6596 for rel=canonical, and the tables in urls.yaml for what the RFCs cannot know.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urljoin, urlsplit, urlunsplit

import idna
import tldextract
import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from ..errors import ConfigError, InputError

TABLES_FILE = Path(__file__).with_name("urls.yaml")
MAX_URL_CHARACTERS = 8192
"""Longer addresses are data: or session dumps, never articles."""
_MAX_ROUNDS = 12
"""Each round peels one layer (a cache in an archive in a redirect); real links have at most three."""

_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PATH_SAFE = _UNRESERVED | frozenset("!$&'()*+,;=:@/")
_QUERY_SAFE = _UNRESERVED | frozenset("!$'()*+,;:@/?[]|")
_HEX_PAIR = re.compile(r"%([0-9A-Fa-f]{2})")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_SESSION = re.compile(r";(?:jsessionid|phpsessid)=[^/;]*", re.IGNORECASE)
_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:")
_NAMED_HOST = re.compile(r"^(?:[a-z0-9_-]+\.)+[a-z][a-z0-9-]*[a-z0-9]$")
_ASCII_HOST = re.compile(r"^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$")
_REMOVED = dict.fromkeys([*range(0x20), 0x7F])
"""Control characters; browsers drop line feeds and tabs inside an address (WHATWG URL, section 4.1)."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Tracking(_Table):
    prefixes: tuple[str, ...]
    names: frozenset[str]
    values: dict[str, frozenset[str]]


class _AmpCache(_Table):
    host: str
    prefixes: frozenset[str]


class _Amp(_Table):
    segments: frozenset[str]
    endings: dict[str, str]
    host_labels: frozenset[str]
    caches: tuple[_AmpCache, ...]


class _Mobile(_Table):
    host_labels: frozenset[str]
    second_label_domains: frozenset[str]
    exceptions: frozenset[str]


class _Wrapper(_Table):
    host: str
    path: str
    parameters: tuple[str, ...]


class _PathWrapper(_Table):
    host: str
    pattern: str


class UrlTables(_Table):
    """urls.yaml, checked."""

    tracking: _Tracking
    amp: _Amp
    mobile: _Mobile
    index_pages: frozenset[str]
    wrappers: tuple[_Wrapper, ...]
    path_wrappers: tuple[_PathWrapper, ...]
    script_endings: tuple[str, ...]


@lru_cache(maxsize=4)
def load_tables(path: Path = TABLES_FILE) -> UrlTables:
    """Read the tables of what is folded.

    Raises:
        ConfigError: the file is missing, is not YAML or does not fit its schema.
    """
    try:
        return UrlTables.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ConfigError(
            f"the table of addresses cannot be used: {error}", mend="Restore urls.yaml", path=path
        ) from error


# The public suffix list bundled with tldextract: no network, no cache on disk. Private suffixes count
# (a blog at wordpress.com is an outlet of its own).
_suffixes = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


@lru_cache(maxsize=65536)
def registrable_domain(host: str) -> str:
    """The domain that somebody registered (`news.bbc.co.uk` -> `bbc.co.uk`); '' for suffixes, names, IPs.

    A top-level domain that the list does not know is a suffix of one label (the list's own rule).
    """
    host = host.lower().rstrip(".")
    found = _suffixes.extract_str(host)
    if found.suffix or not _NAMED_HOST.match(host):
        return found.top_domain_under_public_suffix
    return ".".join(host.split(".")[-2:])


def host_of(url: str) -> str:
    """The host of an address in lower case, without port; '' where there is none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def canonical_url(url: str, *, rel_canonical: str | None = None) -> str:
    """Give the one form of an article's address; folding it again changes nothing.

    Folded: letter case of scheme and host, default ports, user names, dot segments, doubled and trailing
    slashes, percent-encoding, `http` (to `https`, where the port is the default and the host has a name),
    `www.`, mobile and AMP forms, index pages, tracking parameters, session ids, fragments (all but `#!` and
    `#/`, which name a document in one-page sites), redirect wrappers and web archives.
    Parameters that remain are sorted by name, repeated ones in their order: links to one article give the
    same parameters in another order far oftener than two articles differ by order alone.

    Args:
        url: absolute http or https address; a missing scheme is taken as https where a real domain leads.
        rel_canonical: what the page says its address is (absolute or relative). It wins where it is
            plausible: see `plausible_canonical`.

    Raises:
        InputError: not an http(s) address.
    """
    canonical = _fixed_point(url)
    if rel_canonical and rel_canonical.strip():
        try:
            claimed = _fixed_point(urljoin(_with_scheme(_cleaned(url)), _cleaned(rel_canonical)))
        except (InputError, ValueError):
            return canonical
        if plausible_canonical(canonical, claimed):
            return claimed
    return canonical


def plausible_canonical(url: str, claimed: str) -> bool:
    """Whether a page at `url` may say that its address is `claimed` (both canonical forms).

    Not believed: another site's address (a syndicated copy stays the copy's, stories.py pairs them), the
    home page, the front page of the article's section, and a script's address without its parameters.
    """
    if url == claimed:
        return True
    here, there = urlsplit(url), urlsplit(claimed)
    if not _same_site(here, there):
        return False
    if there.path in ("", "/") and not there.query and not there.fragment:
        return False
    if here.query and not there.query and here.path.lower().endswith(load_tables().script_endings):
        return False
    inside = here.path.startswith(there.path.rstrip("/") + "/")
    section = not _looks_like_article(there) and _looks_like_article(here)
    return not (section and (inside or len(_segments(there.path)) == 1))


def _same_site(here: SplitResult, there: SplitResult) -> bool:
    """One registrable domain, or one name under two suffixes (bbc.com, bbc.co.uk) with one last segment."""
    first, second = here.hostname or "", there.hostname or ""
    domains = registrable_domain(first), registrable_domain(second)
    if first == second or (domains[0] and domains[0] == domains[1]):
        return True
    same_name = all(domains) and domains[0].split(".")[0] == domains[1].split(".")[0]
    return bool(same_name and here.path.rsplit("/", 1)[-1] == there.path.rsplit("/", 1)[-1] != "")


def _looks_like_article(parts: SplitResult) -> bool:
    """An id, a date or a headline in the last segment or the query; sections have short, plain names."""
    last = unquote(parts.path.rstrip("/").rsplit("/", 1)[-1])
    words = len(re.findall(r"[-_]", last))
    return bool(parts.query) or bool(re.search(r"\d", last)) or words >= 3 or len(last) >= 40


def _segments(path: str) -> list[str]:
    return [segment for segment in path.split("/") if segment]


def _fixed_point(url: str) -> str:
    current = _once(url)
    for _ in range(_MAX_ROUNDS):
        following = _once(current)
        if following == current:
            return current
        current = following
    raise InputError("the address is a chain of redirects without end", mend="Give the article's own address")


def _cleaned(url: str) -> str:
    return url.translate(_REMOVED).strip()


def _with_scheme(url: str) -> str:
    if url.startswith("//"):
        return "https:" + url
    if not _SCHEME.match(url):
        host = re.split(r"[/?#:]", url, maxsplit=1)[0].lower()
        if _suffixes.extract_str(host).suffix and registrable_domain(host):
            return "https://" + url
    return url


def _once(url: str) -> str:
    """One round of folding."""
    if len(url) > MAX_URL_CHARACTERS:
        raise InputError(f"the address has over {MAX_URL_CHARACTERS} characters", mend="Give a real address")
    parts, port = _split(_with_scheme(_cleaned(url)))
    scheme = parts.scheme.lower()
    host = _host(parts.hostname or "")
    target = _wrapped(host, parts)
    if target:
        return target
    named = registrable_domain(host) != ""
    host = _fold_host(host) if named else host
    if port == _DEFAULT_PORTS[scheme]:
        port = None
    if named and port is None:
        scheme = "https"
    netloc = f"[{host}]" if ":" in host else host
    if port is not None:
        netloc += f":{port}"
    return urlunsplit((scheme, netloc, _path(parts.path), _query(parts.query), _fragment(parts.fragment)))


def _split(url: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InputError(
            f"{url[:200]!r} is not an address: {error}", mend="Give an http(s) address"
        ) from error
    if parts.scheme.lower() not in _DEFAULT_PORTS or not parts.hostname:
        raise InputError(f"{url[:200]!r} is not an http(s) address", mend="Give an http(s) address")
    return parts, port


@lru_cache(maxsize=65536)
def _host(host: str) -> str:
    """The host in lower case and, beyond ASCII, in punycode."""
    host = unquote(host).lower().rstrip(".")
    if ":" in host:
        try:
            return ipaddress.IPv6Address(host).compressed
        except ValueError as error:
            raise InputError(f"the host {host!r} is no address", mend="Correct the address") from error
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True, transitional=False).decode("ascii").lower()
        except idna.IDNAError as error:
            raise InputError(f"the host {host!r} is no domain: {error}", mend="Correct it") from error
    if not _ASCII_HOST.match(host):
        raise InputError(f"the host {host!r} is no domain", mend="Correct the address")
    return host


def _fold_host(host: str) -> str:
    """Drop `www`, mobile and AMP labels, as long as a registrable domain is left."""
    mobile, amp = load_tables().mobile, load_tables().amp
    if host in mobile.exceptions:
        return host
    labels = mobile.host_labels | amp.host_labels | {"www"}
    while True:
        first, _, rest = host.partition(".")
        if first in labels and registrable_domain(rest):
            host = rest
            continue
        second, _, tail = rest.partition(".")
        if second in mobile.host_labels and registrable_domain(tail) in mobile.second_label_domains:
            host = f"{first}.{tail}"
            continue
        return host


def _within(host: str, domain: str) -> bool:
    return host == domain or host.endswith("." + domain)


def _wrapped(host: str, parts: SplitResult) -> str:
    """The address that a redirect, cache or archive leads to; '' where it is none."""
    tables = load_tables()
    for wrapper in tables.wrappers:
        if _within(host, wrapper.host) and parts.path.startswith(wrapper.path):
            given = dict(parse_qsl(parts.query))
            for name in wrapper.parameters:
                if _SCHEME.match(given.get(name, "")):
                    return given[name]
    rest = ""
    for archive in tables.path_wrappers:
        if _within(host, archive.host) and (match := re.match(archive.pattern, parts.path)):
            rest = parts.path[match.end() :]
    for cache in tables.amp.caches:
        segments = parts.path.lstrip("/").split("/")
        if _within(host, cache.host) and segments[0] in cache.prefixes:
            inner = segments[2:] if segments[1:2] == ["s"] else segments[1:]
            if inner and registrable_domain(inner[0]):
                rest = "https://" + "/".join(inner)
    if rest:
        rest = re.sub(r"^(https?):/{0,2}", r"\1://", rest)  # servers fold the double slash
        rest = rest if _SCHEME.match(rest) else "https://" + rest
        return rest + (f"?{parts.query}" if parts.query else "")
    if host.endswith(".translate.goog"):
        label = host.removesuffix(".translate.goog")
        real = label.replace("--", "\0").replace("-", ".").replace("\0", "-")
        if registrable_domain(real):
            return urlunsplit(("https", real, parts.path, parts.query, ""))
    return ""


def _encoded(text: str, safe: frozenset[str]) -> str:
    """Percent-encoding of RFC 3986, 6.2.2: upper-case digits, unreserved characters never encoded."""

    def pair(match: re.Match[str]) -> str:
        character = chr(int(match[1], 16))
        return character if character in _UNRESERVED else "%" + match[1].upper()

    pieces = []
    position = 0
    for match in _HEX_PAIR.finditer(text):
        pieces.append(_escaped(text[position : match.start()], safe))
        pieces.append(pair(match))
        position = match.end()
    pieces.append(_escaped(text[position:], safe))
    return "".join(pieces)


def _escaped(text: str, safe: frozenset[str]) -> str:
    return "".join(
        character
        if character in safe
        else "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))
        for character in text
    )


def _path(path: str) -> str:
    tables = load_tables()
    path = _SESSION.sub("", _encoded(path, _PATH_SAFE))
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment not in (".", ""):
            kept.append(segment)
        elif segment == "" and kept and kept[-1].endswith(":"):
            kept.append("")  # an address inside a path keeps its double slash
    if len(kept) > 1:
        kept = [segment for segment in kept if segment.lower() not in tables.amp.segments]
    while kept and kept[-1].lower() in tables.index_pages:
        del kept[-1]
    if kept:
        for ending, replacement in tables.amp.endings.items():
            if kept[-1].lower().endswith(ending) and len(kept[-1]) > len(ending):
                kept[-1] = kept[-1][: -len(ending)] + replacement
                break
    return "/" + "/".join(kept)


def _is_tracking(name: str, value: str) -> bool:
    tracking = load_tables().tracking
    name, value = name.lower(), value.lower()
    return (
        name in tracking.names
        or name.startswith(tracking.prefixes)
        or value in tracking.values.get(name, frozenset())
    )


def _query(query: str) -> str:
    kept: list[tuple[str, str]] = []
    for piece in query.split("&"):
        name, equals, value = piece.partition("=")
        name = name.removeprefix("amp;")  # a feed that escaped its ampersands twice
        if (name or value) and not _is_tracking(unquote(name), unquote(value)):
            encoded = _encoded(name, _QUERY_SAFE)
            kept.append((encoded, encoded + equals + _encoded(value, _QUERY_SAFE | {"="})))
    kept.sort(key=lambda pair: pair[0])
    return "&".join(piece for _, piece in kept)


def _fragment(fragment: str) -> str:
    return _encoded(fragment, _QUERY_SAFE | {"&", "="}) if fragment.startswith(("!", "/")) else ""
