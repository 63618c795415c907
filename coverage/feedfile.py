"""The schema of feeds.yaml: which outlets are followed, and where their feeds are.

Every fault of the file is reported at once, each with its line, the entry it stands in and the mend.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import pycountry
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from .article import Outlet, OutletKind, Reach
from .yamllines import Fault, LinedYaml, faults_error, read_yaml

KINDS = tuple(kind.value for kind in OutletKind if kind is not OutletKind.UNKNOWN)
REACHES = tuple(reach.value for reach in Reach if reach is not Reach.UNKNOWN)

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_HOST = re.compile(
    r"(?=.{1,253}\Z)(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_](?:[\w-]{0,61}[^\W_])?", re.UNICODE
)
_ADDRESS = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}|[0-9a-f:.]*:[0-9a-f:.]*|localhost")
_KOSOVO = {"XK", "XKX", "XKS"}
"""Kosovo has no ISO 3166-1 code; these are the user-assigned ones in use (EU, World Bank)."""


def _wrong(problem: str, mend: str) -> PydanticCustomError:
    return PydanticCustomError("feeds_yaml", "{problem}", {"problem": problem, "mend": mend})


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _wrong("it is empty or no text", "Write a text")
    return value.strip()


def _identifier(value: object) -> str:
    text = _text(value)
    if not _ID.fullmatch(text):
        raise _wrong(
            f"`{text}` is no id", "Use lower-case letters a to z, digits and single hyphens: daily-nation-ke"
        )
    return text


def address_fault(url: str) -> str:
    """Say what is wrong with a web address, '' where nothing is."""
    if re.search(r"[\s\x00-\x1f\x7f<>\"]", url):
        return "holds a space, a quote or a control character"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        return str(error)[:1].lower() + str(error)[1:]
    if parts.scheme not in ("http", "https"):
        return "does not begin with http:// or https://"
    if parts.username is not None:
        return "holds a user name or password"
    if not _HOST.fullmatch(host) and not _ADDRESS.fullmatch(host):
        return "names no host"
    return ""


def _url(value: object) -> str:
    text = _text(value)
    fault = address_fault(text)
    if fault:
        raise _wrong(f"`{text}` {fault}", "Write the whole address: https://outlet.example/feed.xml")
    return text


def _country(value: object) -> str:
    code = _text(value).upper()
    if code in _KOSOVO:
        return "XKX"
    found = None
    if len(code) == 2:
        found = pycountry.countries.get(alpha_2=code)
    elif len(code) == 3:
        found = pycountry.countries.get(alpha_3=code)
    if found is None:
        raise _wrong(
            f"`{value}` is no ISO 3166-1 code",
            "Write the code of the country, such as KEN or KE (United Kingdom: GBR; Kosovo: XKX)",
        )
    return str(found.alpha_3)


@lru_cache(maxsize=512)
def _language_code(code: str) -> str:
    found = None
    if len(code) == 2:
        found = pycountry.languages.get(alpha_2=code)
    elif len(code) == 3:
        found = pycountry.languages.get(alpha_3=code)
    return str(getattr(found, "alpha_2", "") or found.alpha_3) if found else ""


def _language(value: object) -> str:
    code = _language_code(_text(value).lower())
    if not code:
        raise _wrong(
            f"`{value}` is no ISO 639 code",
            "Write the two-letter code (sw), or three letters where there is none (ceb), without a region",
        )
    return code


def _one_of(kind: str, allowed: tuple[str, ...], value: object) -> str:
    text = _text(value)
    if text not in allowed:
        raise _wrong(f"`{text}` is no {kind}", f"Write one of: {', '.join(allowed)}")
    return text


def _kind(value: object) -> OutletKind:
    return OutletKind(_one_of("kind", KINDS, value))


def _reach(value: object) -> Reach:
    return Reach(_one_of("reach", REACHES, value))


def _host(value: object) -> str:
    text = _text(value).lower().rstrip(".")
    if not _HOST.fullmatch(text) and not _ADDRESS.fullmatch(text):
        raise _wrong(f"`{text}` is no host name", "Write the domain alone: outlet.example")
    return text


Text = Annotated[str, BeforeValidator(_text)]
Url = Annotated[str, BeforeValidator(_url)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FeedEntry(_Strict):
    """A feed of an outlet."""

    url: Url
    verified: bool = False
    """A run has fetched it and found a feed."""
    note: str = ""


class OutletEntry(_Strict):
    """An outlet as feeds.yaml gives it."""

    id: Annotated[str, BeforeValidator(_identifier)]
    name: Text
    homepage: Url
    country: Annotated[str, BeforeValidator(_country)]
    """ISO 3166-1 alpha-3, or alpha-2 in the file."""
    languages: tuple[Annotated[str, BeforeValidator(_language)], ...] = Field(min_length=1)
    """ISO 639-1, else 639-3; the main one first."""
    kind: Annotated[OutletKind, BeforeValidator(_kind)]
    reach: Annotated[Reach, BeforeValidator(_reach)]
    feeds: tuple[FeedEntry, ...] = ()
    sitemaps: tuple[Url, ...] = ()
    domains: tuple[Annotated[str, BeforeValidator(_host)], ...] = ()
    aliases: tuple[Text, ...] = ()
    aggregator: bool = False
    training_allowed: bool = True
    note: str = ""

    def outlet(self) -> Outlet:
        """Give the record that the rest of the package works with."""
        return Outlet(
            id=self.id,
            name=self.name,
            homepage=self.homepage,
            country=self.country,
            languages=self.languages,
            kind=self.kind,
            reach=self.reach,
            domains=self.domains,
            aliases=self.aliases,
            aggregator=self.aggregator,
            training_allowed=self.training_allowed,
        )


class FeedsFile(BaseModel):
    """feeds.yaml, read and found to be right."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    outlets: tuple[OutletEntry, ...]

    def feeds(self) -> Iterator[tuple[OutletEntry, FeedEntry]]:
        """Give every feed with its outlet, in the order of the file."""
        for entry in self.outlets:
            for feed in entry.feeds:
                yield entry, feed


def load_feeds(path: Path) -> FeedsFile:
    """Read feeds.yaml.

    Raises:
        ConfigError: with every fault of the file, one a line: file, line, entry, what is wrong, the mend.
    """
    lined = read_yaml(path)
    faults = list(lined.faults)
    raw = lined.data
    if not isinstance(raw, dict) or not isinstance(raw.get("outlets"), list):
        faults.append(
            Fault(
                lined.line(("outlets",)),
                "it holds no list of outlets",
                "Begin the file with `outlets:` and write each outlet below it as `  - id: ...`",
            )
        )
        raise faults_error(path, faults)
    faults += [
        Fault(lined.line((key,)), f"the key `{key}` is not known", "Keep only `outlets:` at the top")
        for key in raw
        if key != "outlets"
    ]
    outlets = [_entry(lined, index, item, faults) for index, item in enumerate(raw["outlets"])]
    faults += _repeated(lined, raw["outlets"])
    if faults:
        raise faults_error(path, faults)
    return FeedsFile(outlets=tuple(entry for entry in outlets if entry is not None))


def _entry(lined: LinedYaml, index: int, item: object, faults: list[Fault]) -> OutletEntry | None:
    name = _named(item, index)
    if not isinstance(item, dict):
        faults.append(
            Fault(
                lined.line(("outlets", index)),
                f"{name} is no mapping",
                "Write it as `- id: ...` with `name:`, `homepage:` and the rest below",
            )
        )
        return None
    # `feeds:` with nothing behind it means that there are none.
    filled = {key: value for key, value in item.items() if value is not None}
    try:
        return OutletEntry.model_validate(filled)
    except ValidationError as error:
        found = error.errors()
        deeper = {details["loc"][:-1] for details in found}
        # A list whose only members are wrong is not empty as well.
        told = [each for each in found if each["type"] != "too_short" or each["loc"] not in deeper]
        faults += [_fault(lined, index, name, details) for details in told]
        return None


def _named(item: object, index: int) -> str:
    given = item.get("id") if isinstance(item, dict) else None
    return f"outlet `{given}` (entry {index + 1})" if isinstance(given, str) else f"entry {index + 1}"


def _fault(lined: LinedYaml, index: int, name: str, details: ErrorDetails) -> Fault:
    place = ("outlets", index, *details["loc"])
    field = _field(details["loc"])
    problem, mend = _explained(details, field)
    return Fault(lined.line(place), f"{name}, `{field}`: {problem}", mend)


def _field(place: tuple[int | str, ...]) -> str:
    parts: list[str] = []
    for part in place:
        if isinstance(part, int) and parts:
            parts[-1] += f"[{part + 1}]"
        else:
            parts.append(str(part))
    return ".".join(parts)


def _explained(details: ErrorDetails, field: str) -> tuple[str, str]:
    kind = details["type"]
    context: dict[str, Any] = details.get("ctx", {})
    key = str(details["loc"][-1])
    if kind == "feeds_yaml":
        return str(context["problem"]), str(context["mend"])
    if kind == "missing":
        return "it is missing", f"Add `{key}: ...`"
    if kind == "extra_forbidden":
        model: type[BaseModel] = OutletEntry if len(details["loc"]) == 1 else FeedEntry
        close = difflib.get_close_matches(key, model.model_fields, n=1)
        hint = f"Did you mean `{close[0]}`" if close else f"Use only: {', '.join(model.model_fields)}"
        return "the key is not known", hint
    if kind == "too_short":
        return "the list is empty", "Name at least one"
    if kind in ("tuple_type", "model_type", "model_attributes_type"):
        shape = "[first, second]" if kind == "tuple_type" else '{url: "https://...", verified: false}'
        return f"`{details['input']}` has the wrong shape", f"Write it as {shape}"
    if kind.startswith("bool"):
        return f"`{details['input']}` is neither true nor false", "Write true or false"
    return details["msg"], f"Mend `{field}`"


def _repeated(lined: LinedYaml, items: list[object]) -> Iterator[Fault]:
    """Ids and feeds that stand in the file twice, found in the raw data so that no other fault hides them."""
    ids: dict[str, int] = {}
    feeds: dict[str, int] = {}
    for index, item in enumerate(items):
        if not isinstance(item, dict):
            continue
        name = _named(item, index)
        given = item.get("id")
        if isinstance(given, str):
            line = lined.line(("outlets", index, "id"))
            if given in ids:
                yield Fault(
                    line,
                    f"{name}: the id stands in line {ids[given]} already",
                    "Give each outlet an id of its own",
                )
            ids.setdefault(given, line)
        listed = item.get("feeds")
        for number, feed in enumerate(listed if isinstance(listed, list) else ()):
            url = feed.get("url") if isinstance(feed, dict) else None
            if not isinstance(url, str):
                continue
            line = lined.line(("outlets", index, "feeds", number, "url"))
            if _same_feed(url) in feeds:
                yield Fault(
                    line,
                    f"{name}: the feed {url} stands in line {feeds[_same_feed(url)]} already",
                    "List each feed once",
                )
            feeds.setdefault(_same_feed(url), line)


def _same_feed(url: str) -> str:
    """Fold what makes no other feed: http or https, the case of the host, a slash at the end, a fragment."""
    rest = re.sub(r"\A[a-z]+://", "", url.strip(), flags=re.IGNORECASE).split("#", 1)[0]
    host, slash, path = rest.partition("/")
    return f"{host.lower()}{slash}{path}".rstrip("/")
