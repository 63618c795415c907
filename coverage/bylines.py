"""Who wrote an article, from the page: names, cleaned of prefixes, roles, addresses and the outlet's name.

The order of belief: JSON-LD; meta elements; micro data and links marked as author; elements whose class says
byline. What stands in figures, comments, asides and lists of other articles names other people.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

import yaml
from lxml.html import HtmlElement
from pydantic import BaseModel, ConfigDict, ValidationError

from ..errors import ConfigError
from .headlines import folded
from .jsonld import Node, Statements, text_of

TABLES_FILE = Path(__file__).with_name("bylines.yaml")
MAX_AUTHORS = 12
_MAX_NAME_CHARACTERS = 70
_MAX_NAME_WORDS = 6
_META_KEYS = (
    "dc:creator",
    "dc.creator",
    "cxenseparse:author",
    "parsely-author",
    "author",
    "article:author",
    "article:author_name",
    "article:byline",
    "og:article:author",
    "og:author",
    "dcterms.creator",
    "sailthru.author",
    "byl",
    "articleauthor",
    "citation_author",
    "dable:author",
)
_INVERTED_KEYS = frozenset({"dc.creator", "dc:creator", "dcterms.creator", "citation_author"})
_ELSEWHERE = re.compile(
    r"comment|related|recommend|sidebar|caption|image|photo|figure|card|teaser|promo|widget|social|footer|copyright"
    r"|newsletter|popular|trending|bio\b|avatar|most-read|mais-lidas|media-author|list-item"
)
_BYLINE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:byline|by-line|author|authors|autor|autores|autore|auteur|writer|reporter|journalist)"
    r"(?:$|[\s_-])|__author|authorname|author-name|article-?author|post-?author|bylinetext",
    re.IGNORECASE,
)
_SKIPPED_TAGS = frozenset({"figure", "figcaption", "aside", "footer", "nav", "form"})
_ADDRESS = re.compile(r"https?://\S*|www\.\S+|\S+@\S+|@\w+")
_REMARK = re.compile(r"\s*[(\[（【][^()\[\]（）【】]*[)\]）】]?")
_WHEN = re.compile(r"\d{1,2}[.:/-]\d|\b(?:19|20)\d\d\b")
_SPLIT = re.compile(r"\s*(?:[,;|·•、，；\n\t]|\s[-–—/]\s)\s*")
_WORD = re.compile(r"[^\W\d_]")


class BylineTables(BaseModel):
    """bylines.yaml, checked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    prefixes: tuple[str, ...]
    joiners: tuple[str, ...]
    suffixes: tuple[str, ...]
    roles: frozenset[str]
    credits: tuple[str, ...]
    labels: frozenset[str]
    not_authors: frozenset[str]


@lru_cache(maxsize=4)
def load_tables(path: Path = TABLES_FILE) -> BylineTables:
    """Read bylines.yaml.

    Raises:
        ConfigError: the file is missing, is not YAML or does not fit its schema.
    """
    try:
        return BylineTables.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ConfigError(
            f"the table of bylines cannot be used: {error}", mend="Restore bylines.yaml", path=path
        ) from error


def find_authors(
    tree: HtmlElement, statements: Statements, article: Node, *, site_names: Iterable[str]
) -> tuple[str, ...]:
    """The authors that a page states, each once, in its order; empty where it names none.

    The outlet's own name counts only where no place names anybody else.

    Args:
        tree: the page.
        statements: its JSON-LD, to follow references.
        article: the JSON-LD node of the article.
        site_names: names of the outlet and its hosts.
    """
    own = {folded(name) for name in site_names} - {""}
    outlet_itself: tuple[str, ...] = ()
    for names, stated in _places(tree, statements, article):
        cleaned = clean_names(names, stated=stated)
        others = tuple(name for name in cleaned if folded(name) not in own)
        if others:
            return others[:MAX_AUTHORS]
        outlet_itself = outlet_itself or cleaned
    return outlet_itself[:1]


def _places(tree: HtmlElement, statements: Statements, article: Node) -> Iterator[tuple[list[str], bool]]:
    """Bylines by place, best first, and whether the place states names and nothing else."""
    for key in ("author", "creator"):
        yield [name for name, _ in statements.named(article.get(key))], True
    said: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        keys = (meta.get("name") or meta.get("property") or meta.get("itemprop") or "").lower().split()
        content = text_of(meta.get("content"))
        for key in keys:
            if key in _META_KEYS and content and meta.getparent() is not None and not _is_elsewhere(meta):
                said.setdefault(key, []).append(_upright(content) if key in _INVERTED_KEYS else content)
    for key in _META_KEYS:
        yield said.get(key, []), False
    for path in (".//*[@itemprop='author']", ".//a[contains(concat(' ', @rel, ' '), ' author ')]"):
        elements = [element for element in tree.xpath(path) if not _is_elsewhere(element)]
        yield [name for element in elements[:MAX_AUTHORS] for name in _shown_names(element)], False
    for element in _byline_elements(tree):
        yield _shown_names(element), False
    yield [name for name, _ in statements.named(statements.page.get("author"))], True
    yield _labelled_names(tree), False


def _upright(name: str) -> str:
    """`Last, First` of bibliographic elements the right way round."""
    parts = [part.strip() for part in name.split(",")]
    return f"{parts[1]} {parts[0]}" if len(parts) == 2 and all(parts) else name


def _is_elsewhere(element: HtmlElement) -> bool:
    """Inside a figure, a comment, a teaser ...: such an element names somebody else."""
    current: HtmlElement | None = element
    for _ in range(12):
        if current is None or current.tag in ("article", "main", "body", "head"):
            return False
        marks = f"{current.get('class') or ''} {current.get('id') or ''}".lower()
        if current.tag in _SKIPPED_TAGS or (current is not element and _ELSEWHERE.search(marks)):
            return True
        if current is element and re.search(r"comment|caption|image|photo|media-author", marks):
            return True
        current = current.getparent()
    return False


def _byline_elements(tree: HtmlElement) -> Iterator[HtmlElement]:
    found = 0
    for element in tree.iter("div", "span", "p", "a", "ul", "li", "address", "em", "strong", "section", "dl"):
        if _BYLINE_CLASS.search(element.get("class") or "") and not _is_elsewhere(element):
            text = " ".join(element.text_content().split())
            if 2 < len(text) < 200:
                found += 1
                yield element
                if found >= 20:
                    return


def _shown_names(element: HtmlElement) -> list[str]:
    """Names in an element: those of its links where it has some, else its pieces of text."""
    links = [" ".join(link.text_content().split()) for link in element.iter("a")]
    links = [text for text in links if 2 < len(text) < _MAX_NAME_CHARACTERS]
    if element.tag != "a" and links:
        return links
    named = [
        " ".join(inner.text_content().split())
        for inner in element.iter("span", "p", "h3", "h4", "strong", "b", "cite")
        if inner is not element and re.search("name", inner.get("class") or inner.get("itemprop") or "")
    ]
    if any(named):
        return [text for text in named if text]
    return [" ".join(text.split()) for text in element.itertext() if text.strip()]


def _labelled_names(tree: HtmlElement) -> list[str]:
    """Names behind a label such as `Author:` in an element or text of its own."""
    labels = load_tables().labels
    found: list[str] = []
    for element in tree.iter("strong", "b", "span", "dt", "div", "p", "td", "th", "li", "h6"):
        text = " ".join((element.text or "").split()).strip("(（[ ")
        label, colon, name = text.partition(":") if ":" in text else text.partition("：")
        if label.casefold().strip() not in labels or len(text) > 100:
            continue
        if not colon or not name.strip():
            following = element.getnext()
            name = (element.tail or "").strip() or (following.text_content() if following is not None else "")
        found.append(" ".join(name.split()).strip(")）] ")[:100])
        if len(found) >= 3:
            break
    return found


def clean_names(raw: Iterable[str], *, stated: bool = False) -> tuple[str, ...]:
    """Names of persons and organisations out of bylines, each once.

    Args:
        raw: bylines as written.
        stated: they are names beyond doubt, so that "Guardian staff reporter" is one; otherwise a text that
            tells a role is dropped.
    """
    names: dict[str, str] = {}
    for text in raw:
        bare = " ".join(text.split())[:400]
        if bare.casefold().startswith(load_tables().credits):
            continue
        for position, name in enumerate(_split(bare)):
            if _is_name(name, role_is_name=stated and position == 0):
                names.setdefault(folded(name), name)
    return tuple(names.values())


def _split(text: str) -> Iterator[str]:
    """The names in one byline."""
    text = _without_prefix(_ADDRESS.sub(" ", text))
    text = _REMARK.sub(" ", text)
    for part in _SPLIT.split(text):
        for name in _joined(part):
            bare = _without_prefix(name.strip(" .:-–—\"'*"))
            bare = re.sub(r"\s+(?:for|per|für|pour|para)\s+\S.*$", "", bare, flags=re.IGNORECASE)
            for suffix in load_tables().suffixes:
                bare = re.sub(rf"\s*{re.escape(suffix)}$", "", bare, flags=re.IGNORECASE)
            yield " ".join(bare.split())


@lru_cache(maxsize=1)
def _joiner() -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in load_tables().joiners)
    return re.compile(rf"\s+(?:{words})\s+", re.IGNORECASE)


@lru_cache(maxsize=1)
def _prefix() -> re.Pattern[str]:
    words = sorted(load_tables().prefixes, key=len, reverse=True)
    latin = "|".join(re.escape(word) for word in words)
    return re.compile(rf"^(?:(?:{latin})\s*[:：/|]\s*|(?:{latin})\s+)(?=\S)", re.IGNORECASE)


def _without_prefix(text: str) -> str:
    text = text.strip()
    for _ in range(2):
        text = _prefix().sub("", text, count=1)
    return text


def _joined(part: str) -> list[str]:
    """Split at `and` where a whole name stands on both sides ("Le Figaro et AFP" stays)."""
    match = _joiner().search(part)
    if match is None:
        return [part]
    left, right = part[: match.start()].strip(), part[match.end() :].strip()
    if len(left.split()) >= 2 and len(right.split()) >= 2:
        return [left, *_joined(right)]
    return [part]


def _is_name(text: str, *, role_is_name: bool = False) -> bool:
    tables = load_tables()
    lowered = text.casefold()
    words = lowered.replace(".", " ").split()
    if not 2 <= len(text) <= _MAX_NAME_CHARACTERS or len(words) > _MAX_NAME_WORDS or not _WORD.search(text):
        return False
    if lowered in tables.not_authors or lowered in tables.prefixes or _WHEN.search(text):
        return False
    return role_is_name or not tables.roles & set(words) or (len(words) == 2 and words[-1] == "news")
