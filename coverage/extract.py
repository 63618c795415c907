"""A page to an article: title, text, authors, dates, language, outlet and address, within fixed bounds.

The text comes from trafilatura (Barbaresi 2021, ACL demo) with its stateful deduplication off, checked
against the text that the page itself states in JSON-LD. Titles, authors and dates are read here: pages state
them in several places that disagree, and each has its own rule (headlines.py, bylines.py, dates.py).
"""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring
from pydantic import ValidationError

from ..errors import ConfigError, InputError
from .article import DateClaim
from .articletext import article_text
from .bylines import find_authors
from .dates import choose_date, url_date
from .decoding import decode
from .headlines import Headlines, folded, headline
from .jsonld import Node, Statements, text_of
from .language import detect
from .openfiles import read_whole
from .outlets import OutletRegistry
from .pagedates import DateTables, page_dates
from .urls import host_of, registrable_domain

__all__ = ["Extracted", "decode", "extract", "extract_file", "extract_page"]

TABLES_FILE = Path(__file__).with_name("extract.yaml")
MAX_PAGE_BYTES = 10 * 2**20
"""Larger pages are refused; the largest real article page that was measured has 1.1 MB."""
MAX_ELEMENTS = 50_000
"""More elements are refused: trafilatura's time grows with their square (15,000 in real pages at most)."""
_ERROR_PAGE_CHARACTERS = 600
"""An error page's text is short; an article about error 404 is not."""
_MAGIC = {
    b"%PDF-": "a PDF file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"RIFF": "a picture or a sound",
    b"PK\x03\x04": "a ZIP file",
    b"\x1f\x8b": "a gzip file",
    b"\x00\x00\x00": "a video",
    b"ID3": "a sound",
    b"OggS": "a sound",
    b"\xd0\xcf\x11\xe0": "an Office file",
}
MAX_ATTRIBUTES = 1_000
"""More attributes of one element are refused: libxml2's time grows with their square."""
_HIDDEN = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_LONG_TAG = re.compile(r"<[A-Za-z](?>[^\"'>]+|\"[^\"]*\"|'[^']*')*+")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_LANG = re.compile(r"^\s*([A-Za-z]{2,3})(?:[-_].*)?\s*$")
_WORDS = re.compile(r"\w+")

# trafilatura and htmldate report every page without text as an error of their own; here it is an outcome.
for _name in ("trafilatura", "htmldate"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Extracted:
    """What a page says. Empty where it does not say."""

    title: str = ""
    text: str = ""
    """Paragraphs, one a line."""
    authors: tuple[str, ...] = ()
    """As the byline states; the outlet's own name only where nobody else is named."""
    dates: tuple[DateClaim, ...] = ()
    """Claims of the day of publication, best first; those of the address are not among them."""
    lang_claim: str = ""
    """Primary subtag of the page's language (BCP 47), in lower case: a claim, often wrong."""
    outlet_name: str = ""
    canonical_url: str = ""
    """rel=canonical, else og:url, as it stands, perhaps relative, perhaps implausible."""
    paywalled: bool = False
    """The page says that it is not accessible for free; the text may be its beginning."""


class ExtractTables(DateTables):
    """extract.yaml, checked."""

    site_name_metas: tuple[str, ...]
    title_metas: tuple[str, ...]
    error_titles: tuple[str, ...]
    links_elsewhere: tuple[str, ...]


@lru_cache(maxsize=4)
def load_tables(path: Path = TABLES_FILE) -> ExtractTables:
    """Read extract.yaml.

    Raises:
        ConfigError: the file is missing, is not YAML or does not fit its schema.
    """
    try:
        return ExtractTables.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ConfigError(
            f"the table of pages cannot be used: {error}", mend="Restore extract.yaml", path=path
        ) from error


def extract(
    page: bytes, *, url: str = "", content_type: str = "", now: dt.datetime | None = None
) -> Extracted:
    """Read an article's page.

    Args:
        page: the page as served, not compressed.
        url: the address that answered, '' where unknown; helps to know the site's name.
        content_type: the Content-Type header, for its charset.
        now: when it was fetched; days after it are not looked for in the page's text.

    Raises:
        InputError: no page of an article: empty, binary, too large, too many elements, not HTML, or an error
            page that came with status 200. A page without text is no error; its `text` is ''.
    """
    tree = parse(page, content_type)
    statements = Statements(tree)
    article = statements.article
    metas = _metas(tree)
    site_names = _site_names(metas, statements, article, url)
    title = headline(_headlines(tree, article, metas), site_names=site_names)
    text = article_text(tree, article, metas, title=title, links_elsewhere=load_tables().links_elsewhere)
    _refuse_error_page(title, text, tree)
    lang_claim = _lang_claim(tree, article, metas)
    return Extracted(
        title=title,
        text=text,
        authors=find_authors(tree, statements, article, site_names=site_names),
        dates=tuple(page_dates(tree, article, metas, tables=load_tables(), lang=lang_claim, now=now)),
        lang_claim=lang_claim,
        outlet_name=site_names[0] if site_names and "." not in site_names[0] else "",
        canonical_url=_canonical(tree, metas),
        paywalled=_paywalled(article, metas),
    )


def extract_page(
    page: bytes, *, url: str = "", content_type: str = "", now: dt.datetime | None = None
) -> dict[str, Any]:
    """What `pressreview extract` prints: title, text, authors, published (ISO day or None), lang, outlet.

    Raises:
        InputError: as `extract`.
    """
    found = extract(page, url=url, content_type=content_type, now=now)
    claims = [*found.dates, *filter(None, [url_date(url)])]
    published = choose_date(claims, now=now or dt.datetime.now(dt.UTC))
    lang = detect(f"{found.title}\n{found.text}", hint=found.lang_claim).lang
    outlet = OutletRegistry(()).resolve(hint=found.outlet_name, url=url or found.canonical_url, lang=lang)
    return {
        "title": found.title,
        "text": found.text,
        "authors": list(found.authors),
        "published": published.isoformat() if published else None,
        "lang": lang,
        "outlet": found.outlet_name or outlet.name,
    }


def extract_file(path: Path, url: str = "") -> dict[str, Any]:
    """`extract_page` of a file; gzipped ones are unpacked within the size limit.

    Raises:
        InputError: the file cannot be read, or as `extract`.
    """
    try:
        return extract_page(read_whole(path, MAX_PAGE_BYTES), url=url)
    except InputError as error:
        raise InputError(error.problem, mend=error.mend, path=path) from error


def parse(page: bytes, content_type: str = "") -> HtmlElement:
    """Parse a page within the bounds. libxml2 keeps at most 255 levels; what is nested deeper is dropped.

    Raises:
        InputError: see `extract`.
    """
    if len(page) > MAX_PAGE_BYTES:
        raise InputError(
            f"the page has {len(page):,} bytes, over the limit of {MAX_PAGE_BYTES:,}",
            mend="Give the article's own page",
        )
    for magic, what in _MAGIC.items():
        if page.startswith(magic):
            raise InputError(f"the page is {what}, not HTML", mend="Give the article's HTML page")
    text = decode(page, content_type).replace("\x00", "").strip("\ufeff \t\r\n")
    if not text:
        raise InputError("the page is empty", mend="Fetch it again")
    if text[0] != "<" and not re.search(r"<(?:html|head|body|p|div|article)\b", text[:20000], re.IGNORECASE):
        raise InputError("the page is not HTML", mend="Give the article's HTML page")
    if re.match(
        r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:rss|feed|rdf:RDF|urlset)\b", text[:2000], re.DOTALL
    ):
        raise InputError("this is a feed or a sitemap, not a page", mend="Import it as a feed")
    _refuse_long_tags(text)
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False)
    try:
        tree = document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise InputError(f"the page cannot be parsed: {error}", mend="Fetch it again") from error
    count = sum(1 for _ in tree.iter())
    if count > MAX_ELEMENTS:
        raise InputError(
            f"the page has {count:,} elements, over the limit of {MAX_ELEMENTS:,}",
            mend="Give the article's own page, not an archive of many",
        )
    return tree


def _refuse_long_tags(text: str) -> None:
    """Refuse a page in which one element has thousands of attributes, before libxml2 sees it."""
    for match in _LONG_TAG.finditer(_HIDDEN.sub("", text)):
        if match.end() - match.start() > 2 * MAX_ATTRIBUTES:
            count = len(_QUOTED.sub("", match[0]).split())
            if count > MAX_ATTRIBUTES:
                raise InputError(
                    f"an element has {count:,} attributes, over the limit of {MAX_ATTRIBUTES:,}",
                    mend="Look at the page; it is broken or made to do harm",
                )


def _metas(tree: HtmlElement) -> dict[str, list[str]]:
    """Contents of meta elements by name, property or itemprop, in lower case."""
    found: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        content = text_of((meta.get("content") or "")[:2000])
        keys = f"{meta.get('property') or ''} {meta.get('name') or ''} {meta.get('itemprop') or ''}".lower()
        for key in keys.split():
            if content:
                found.setdefault(key, []).append(content)
    return found


def _first(metas: Mapping[str, list[str]], keys: tuple[str, ...]) -> Iterator[str]:
    for key in keys:
        yield from metas.get(key, ())[:1]


def _site_names(
    metas: Mapping[str, list[str]], statements: Statements, article: Node, url: str
) -> tuple[str, ...]:
    names = [*_first(metas, load_tables().site_name_metas[:1])]
    names += [name for name, _ in statements.named(article.get("publisher"))]
    names += _first(metas, load_tables().site_name_metas[1:])
    host = host_of(url)
    domain = registrable_domain(host)
    return tuple(dict.fromkeys(filter(None, [*names, host, domain, domain.split(".")[0]])))


def _shown(element: HtmlElement) -> str:
    return " ".join("".join(element.itertext())[:2000].split())


def _headlines(tree: HtmlElement, article: Node, metas: Mapping[str, list[str]]) -> Headlines:
    window = next((_shown(title) for title in tree.iter("title") if _shown(title)), "")
    return Headlines(
        stated=text_of(article.get("headline"))[:500],
        shared=tuple(_first(metas, load_tables().title_metas)),
        shown=[text for text in map(_shown, list(tree.iter("h1"))[:10]) if text],
        window=window[:500],
    )


def _refuse_error_page(title: str, text: str, tree: HtmlElement) -> None:
    if len(text) > _ERROR_PAGE_CHARACTERS:
        return
    window = next((_shown(element) for element in tree.iter("title")), "")
    for shown in (title, window):
        lowered = f" {' '.join(_WORDS.findall(shown.casefold()))} "
        if len(shown) <= 80 and any(
            f" {phrase} " in lowered or (not phrase.isascii() and folded(phrase) in folded(shown))
            for phrase in load_tables().error_titles
        ):
            raise InputError(
                f"an error page came in the article's place: {shown!r}", mend="Fetch the article again"
            )


def _lang_claim(tree: HtmlElement, article: Node, metas: Mapping[str, list[str]]) -> str:
    root = tree.getroottree().getroot()
    claims = [
        root.get("lang"),
        root.get("xml:lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang"),
        text_of(article.get("inLanguage")),
        *metas.get("og:locale", ()),
        *metas.get("language", ()),
        *metas.get("dc.language", ()),
        *(meta.get("content") for meta in tree.iter("meta") if _is_language_header(meta)),
    ]
    for claim in claims:
        match = _LANG.match(claim or "")
        if match:
            return match[1].lower()
    return ""


def _is_language_header(meta: HtmlElement) -> bool:
    return (meta.get("http-equiv") or "").lower() == "content-language"


def _canonical(tree: HtmlElement, metas: Mapping[str, list[str]]) -> str:
    for link in tree.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split() and (link.get("href") or "").strip():
            return str(link.get("href")).strip()
    return next(iter(metas.get("og:url", ())), "")


def _paywalled(article: Node, metas: Mapping[str, list[str]]) -> bool:
    free = article.get("isAccessibleForFree")
    tier = [*metas.get("article:content_tier", ()), *metas.get("content_tier", ())]
    return str(free).strip().lower() in ("false", "no", "0") or "locked" in (text.lower() for text in tier)
