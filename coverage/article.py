"""The records that cross folder borders. All are frozen; none does any input or output."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Progress = Callable[[str, int, int | None], None]
"""How long work tells how far it is: the stage, how much is done, and how much there is (None: not known)."""


class OutletKind(StrEnum):
    """What sort of publisher an outlet is (feeds.yaml: `kind`)."""

    AGENCY = "agency"
    NEWSPAPER = "newspaper"
    BROADCASTER = "broadcaster"
    ONLINE = "online"
    MAGAZINE = "magazine"
    NGO = "ngo"
    GOVERNMENT = "government"
    UNKNOWN = "unknown"
    """Only for outlets that feeds.yaml does not list."""


class Reach(StrEnum):
    """How far an outlet is read (feeds.yaml: `reach`)."""

    LOCAL = "local"
    NATIONAL = "national"
    INTERNATIONAL = "international"
    UNKNOWN = "unknown"
    """Only for outlets that feeds.yaml does not list."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """A publisher. `country` is ISO 3166-1 alpha-3 (Kosovo: XKX), '' where not known."""

    id: str
    name: str
    homepage: str = ""
    country: str = ""
    languages: tuple[str, ...] = ()
    kind: OutletKind = OutletKind.UNKNOWN
    reach: Reach = Reach.UNKNOWN
    domains: tuple[str, ...] = ()
    """Registrable domains (or hosts) whose pages are this outlet's; the homepage's is implied."""
    aliases: tuple[str, ...] = ()
    """Other names under which data sets and feeds give this outlet."""
    aggregator: bool = False
    """Republishes others' articles; is never credited with a story."""
    training_allowed: bool = True
    guessed: bool = False
    """Not in feeds.yaml: country and languages are guesses and are shown as such."""


class DateOrigin(StrEnum):
    """Where a claim about the date of publication comes from."""

    FEED = "feed"
    PAGE = "page"
    URL = "url"
    HEADER = "header"
    FILE = "file"
    """A date column or key of an imported file."""


@dataclass(frozen=True, slots=True)
class DateClaim:
    """One claim about when an article was published. `date` is None where `raw` could not be read."""

    origin: DateOrigin
    raw: str
    date: dt.datetime | None = None
    """Timezone-aware; midnight UTC where only a day is claimed."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a row came from, so that a number in a report can be walked back to it."""

    collector: str
    """`collect` or `import`."""
    location: str
    """The feed's URL or the file's path."""
    line: int | None = None
    """Line or record in a file, counted from 1."""
    fetched_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a collector found and hands to the intake: either a raw `page` or a `text`, or both.

    Where both stand, `text` is the feed's own summary, used if the page gives none.
    """

    source: Source
    url: str | None = None
    title: str = ""
    text: str = ""
    page: bytes | None = None
    """The raw page as served (undecoded), or None."""
    page_url: str | None = None
    """The address that answered, after redirects."""
    content_type: str = ""
    """The Content-Type header, for its charset."""
    authors: tuple[str, ...] = ()
    dates: tuple[DateClaim, ...] = ()
    lang: str = ""
    """The language that the source claims; a hint, never believed by itself."""
    outlet: str = ""
    """Outlet id from feeds.yaml, or the outlet's name as a file gives it; '' where unknown."""
    external_id: str = ""
    """The id in the file that it was imported from."""
    summary: bool = False
    """`text` is only a feed's or archive's summary, not the article."""
    note: str = ""
    """Why the page could not be had (`robots`, `http-402`, `too-large` ...)."""


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the lexicon found in a text. `kind` is `trafficking`, `situation` or `corruption`."""

    term: str
    lang: str
    kind: str


@dataclass(frozen=True, slots=True)
class GateResult:
    """Whether the gate lets a text in, and the terms that decided it."""

    passed: bool
    trafficking: tuple[Term, ...] = ()
    """Terms and situations of trafficking, in order of appearance, each once."""
    corruption: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """An article as stored."""

    id: str
    """`article_id()` of its canonical URL, or of outlet, title and text where it has no URL."""
    title: str
    text: str
    outlet: str
    lang: str
    """ISO 639-1, or 639-3 where there is no two-letter code; `und` where nobody can tell."""
    url: str = ""
    """The canonical URL; '' where the source gives none."""
    authors: tuple[str, ...] = ()
    published: dt.date | None = None
    """The day chosen by the rule in `dates.py`; None where no claim can be believed."""
    dates: tuple[DateClaim, ...] = ()
    countries: tuple[str, ...] = ()
    """Countries that it tells of, ISO 3166-1 alpha-3, the main one first."""
    terms: tuple[Term, ...] = ()
    """The terms that let it in, trafficking first."""
    lang_votes: Mapping[str, str] = field(default_factory=dict)
    """What each detector said, by detector."""
    summary: bool = False
    note: str = ""
    external_id: str = ""
    source: Source = Source("", "")


class Outcome(StrEnum):
    """What became of a candidate. Every candidate ends in exactly one of these counters."""

    STORED = "stored"
    UPGRADED = "upgraded"
    """A summary was replaced by the full text."""
    KNOWN = "known"
    DROPPED = "dropped"
    """The gate found nothing on trafficking; counted in the denominators, text not kept."""
    REFUSED = "refused"
    """Cannot be used (no text, broken line ...); the reason stands beside it."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate after gate, extraction, language and places, ready for the store."""

    outcome: Outcome
    """STORED (the store may still turn it into KNOWN or UPGRADED), DROPPED or REFUSED."""
    id: str
    """The article's id; '' where REFUSED."""
    outlet: Outlet | None
    day: dt.date | None
    """The day that it counts under in the denominators."""
    lang: str
    article: Article | None = None
    """Only where STORED."""
    reason: str = ""
    """Why it was refused, with file and line."""
    source: Source = Source("", "")
    """Where a refused candidate came from, for the ledger of the run."""


@dataclass(frozen=True, slots=True)
class Label:
    """What a model says of an article. Probabilities by label id, each in 0..1."""

    article_id: str
    model: str
    coverage: str
    coverage_probs: Mapping[str, float]
    actors: tuple[str, ...]
    actor_probs: Mapping[str, float]
    corruption_level: str
    corruption_level_probs: Mapping[str, float]
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Annotation:
    """What a person says of an article. None where a head was not labelled."""

    article_id: str
    annotator: str
    coverage: str | None = None
    actors: tuple[str, ...] | None = None
    corruption_level: str | None = None
    confidence: int = 1
    """1 sure to 3 a coin's toss."""
    note: str = ""
    created_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class SeenCount:
    """The denominators: articles seen of an outlet, on a day, in a language; and how many the gate let in."""

    outlet: str
    day: dt.date | None
    lang: str
    seen: int
    passed: int


@dataclass(frozen=True, slots=True)
class LabelledArticle:
    """A stored article with its outlet and the label of one model, without its text: what reports read."""

    id: str
    url: str
    title: str
    lang: str
    published: dt.date | None
    countries: tuple[str, ...]
    authors: tuple[str, ...]
    summary: bool
    outlet: Outlet
    label: Label
    source: Source


@dataclass(frozen=True, slots=True)
class Refusal:
    """An item that could not be used, and why: a line in a run's summary."""

    source: Source
    reason: str
    """What is wrong and, where there is one, the mend."""


def article_id(*parts: str) -> str:
    """A stable id: the first 16 hexadecimal digits of SHA-256 over the parts, joined by a line feed."""
    return hashlib.sha256("\n".join(parts).encode(errors="surrogatepass")).hexdigest()[:16]


class RunStatus(StrEnum):
    """How a run of a command stands. These strings are in the store: they never change."""

    RUNNING = "running"
    """At work; or ended by a crash or a power cut, if no process is at work any more."""
    DONE = "done"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    """Ended by Ctrl-C; what it had stored by then is kept."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run of a command, as the store remembers it."""

    id: str
    command: str
    started_at: dt.datetime
    finished_at: dt.datetime | None
    status: RunStatus
    config: Mapping[str, object]
    """The settings it ran with; passwords are left out."""
    summary: Mapping[str, object] | None
