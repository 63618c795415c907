"""The text of an article on a page: what trafilatura finds, mended where it is known to err.

Each step below was kept because it raised the F1 of words on the real pages of shared/pages (n = 128 with
full texts; benchmarks/bench_extract.py): 0.948 as found; with the standfirst alone 0.952, without the
headline 0.952, without repeated lines 0.950, without links to other articles 0.949. Tried and left out:
favouring recall (0.939) or precision (0.947), the text of JSON-LD wherever it is much shorter or longer
(0.940), dropping every second copy of a line (0.943).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from configparser import ConfigParser
from copy import deepcopy
from functools import lru_cache

import trafilatura
from lxml import etree
from lxml.html import HtmlElement
from trafilatura.settings import DEFAULT_CONFIG

from .headlines import folded
from .jsonld import Node, text_of

ERRORS_OF_LIBRARIES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    etree.LxmlError,
)
"""What trafilatura and htmldate raise on odd pages; a page must never end a run."""
_STANDFIRST = range(40, 1200)
"""Characters of a standfirst."""
_KEY = 50
"""Letters by which a description is found among the page's elements."""
_REPEATED = 4
"""A line that stands so often is a notice of the site ("content not available")."""
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Scripts in which 40 characters are an article's worth of another script's 100."""
_WORDS = re.compile(r"\w+")
_GAP = re.compile(r"\n{3,}")


def article_text(
    tree: HtmlElement,
    article: Node,
    metas: Mapping[str, Sequence[str]],
    *,
    title: str,
    links_elsewhere: Iterable[str],
) -> str:
    """The article's text, paragraphs one a line, without its headline.

    Args:
        tree: the page.
        article: its JSON-LD node.
        metas: contents of its meta elements by name.
        title: its headline.
        links_elsewhere: how lines begin that lead to other articles (folded case).
    """
    try:
        document = trafilatura.bare_extraction(
            tree,
            include_comments=False,
            include_tables=True,
            deduplicate=False,
            with_metadata=False,
            config=_settings(100 if not _DENSE.search(title) else 40),
        )
    except ERRORS_OF_LIBRARIES:
        document = None
    text = _better(tidy(getattr(document, "text", "") or ""), _stated(article))
    lines = text.split("\n")
    lines = _without_headline(lines, title)
    lines = _without_notices(lines, tuple(links_elsewhere))
    if text:
        lines = [*_standfirst(tree, article, metas, "\n".join(lines), title), *lines]
    return tidy("\n".join(lines))


@lru_cache(maxsize=2)
def _settings(enough: int) -> ConfigParser:
    """Give trafilatura another number of characters that count as an article.

    Its own 250 make of a short article the whole page, menus and links to other articles included; with 100
    the F1 on real pages is the same, with 60 it falls.
    """
    settings = deepcopy(DEFAULT_CONFIG)
    settings["DEFAULT"]["MIN_EXTRACTED_SIZE"] = str(enough)
    return settings


def tidy(text: str) -> str:
    """Spaces folded, at most one empty line in a row."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return _GAP.sub("\n\n", "\n".join(lines)).strip()


def _stated(article: Node) -> str:
    """The text that JSON-LD states."""
    body = article.get("articleBody") or article.get("reviewBody") or article.get("text")
    if not isinstance(body, str):
        return ""
    body = re.sub(r"(?i)<\s*(?:br|/p|/div|/h\d|/li)[^>]*>", "\n", body[:500_000])
    return tidy("\n".join(text_of(line) for line in body.splitlines()))


def _better(found: str, stated: str) -> str:
    """Choose between the text found on the page and the one that JSON-LD states.

    The stated one wins only where the page shows a beginning of it: it is otherwise as often a summary, or
    holds everything twice, as it is better.
    """
    if len(stated) < 300:
        return found
    one, two = Counter(_WORDS.findall(found.casefold())), Counter(_WORDS.findall(stated.casefold()))
    beginning = (one & two).total() > 0.8 * one.total() and two.total() > 2 * one.total()
    return stated if beginning else found


def _without_headline(lines: list[str], title: str) -> list[str]:
    """The headline stands in `title`; among the first lines it is a copy."""
    own = folded(title)
    return [line for position, line in enumerate(lines) if position >= 4 or folded(line) != own or not own]


def _without_notices(lines: list[str], links_elsewhere: tuple[str, ...]) -> list[str]:
    """Drop lines that lead elsewhere, and copies of those that stand again and again."""
    counts = Counter(folded(line) for line in lines if len(line) >= 20)
    shown: set[str] = set()
    kept = []
    for line in lines:
        start = line.lstrip(" -–•>→+#*").casefold()
        key = folded(line)
        leads = len(line) < 220 and start.startswith(links_elsewhere)
        copy = counts[key] >= _REPEATED and key in shown
        if not leads and not copy:
            kept.append(line)
        shown.add(key)
    return kept


def _standfirst(
    tree: HtmlElement, article: Node, metas: Mapping[str, Sequence[str]], text: str, title: str
) -> list[str]:
    """The paragraph under the headline, which extractors often leave out.

    It is known by the page's own description: an element that begins with it, shown on the page, and not in
    the text yet.
    """
    described = [text_of(article.get("description")), *metas.get("og:description", ())[:1]]
    described += metas.get("description", ())[:1]
    keys = dict.fromkeys(folded(description)[:_KEY] for description in described)
    present = folded(text)
    for key in keys:
        if len(key) < 30 or key in present or key in folded(title):
            continue
        elements = tree.iter("p", "div", "h2", "h3", "h4", "span", "strong", "li")
        shown = [_shown(element) for element in elements if len(element) <= 8 and _begins(element, key)]
        fitting = [line for line in shown if len(line) in _STANDFIRST]
        if fitting:
            return [min(fitting, key=len)]
    return []


def _begins(element: HtmlElement, key: str) -> bool:
    """Whether an element's folded text begins with the key; reads no more of it than that needs."""
    letters = ""
    for piece in element.itertext():
        letters += folded(piece[:200])
        if len(letters) >= len(key):
            return letters.startswith(key)
        if letters != key[: len(letters)]:
            return False
    return False


def _shown(element: HtmlElement) -> str:
    return " ".join("".join(element.itertext())[: 2 * _STANDFIRST.stop].split())
