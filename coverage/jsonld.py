"""What a page says of itself in JSON-LD (schema.org): the node of its article, and the nodes that it names.

Pages carry nodes of other articles too (lists of related ones, galleries); only what stands at the top, in
`@graph`, or as the page's main entity is taken.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml.html import HtmlElement

MAX_SCRIPT_CHARACTERS = 2_000_000
_MAX_NODES = 500
_ARTICLE = re.compile(r"(?:Article|Posting|Report|ClaimReview|OpinionPiece|Review)$")
_NOT_ARTICLE = re.compile(r"^(?:Product|Aggregate|Employer|Critic)?(?:Review|Rating)$")
_DANGLING_COMMA = re.compile(r",\s*(?=[}\]])")
_COMMENT_OR_CDATA = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*$")

Node = Mapping[str, Any]


class Statements:
    """The JSON-LD of one page."""

    def __init__(self, tree: HtmlElement) -> None:
        """Read every script of the page; broken ones are skipped."""
        self._nodes: list[Node] = []
        self._by_id: dict[str, Node] = {}
        for script in tree.iter("script"):
            if "ld+json" in (script.get("type") or "").lower():
                for node in _top_nodes(_parsed(script.text_content())):
                    if len(self._nodes) < _MAX_NODES:
                        self._nodes.append(node)
                        if isinstance(node.get("@id"), str):
                            self._by_id.setdefault(node["@id"], node)

    @property
    def article(self) -> Node:
        """The article's node: the one with most of headline, author, date and text; empty where none."""
        articles = [
            node
            for node in self._nodes
            if any(_ARTICLE.search(kind) and not _NOT_ARTICLE.match(kind) for kind in types(node))
        ]
        return max(articles, key=_worth, default={})

    @property
    def page(self) -> Node:
        """The node of the web page, where it states what an article's node would (name, author, date)."""
        pages = [node for node in self._nodes if any(kind.endswith("WebPage") for kind in types(node))]
        return max(pages, key=_worth, default={})

    def named(self, value: Any) -> Iterator[tuple[str, str]]:
        """Names in a value such as `author`, each with its type ('' where none); references are followed."""
        if isinstance(value, str):
            if value.strip():
                yield text_of(value), ""
        elif isinstance(value, Mapping):
            node = value if value.get("name") else self._by_id.get(str(value.get("@id")), value)
            names = node.get("name")
            for name in names if isinstance(names, list) else [names]:
                if isinstance(name, str) and name.strip():
                    yield text_of(name), next(iter(types(node)), "")
        elif isinstance(value, list):
            for part in value[:50]:
                if not isinstance(part, list):
                    yield from self.named(part)


def types(node: Node) -> list[str]:
    """The types of a node, without the vocabulary's address."""
    value = node.get("@type")
    found = value if isinstance(value, list) else [value]
    return [kind.rsplit("/", 1)[-1] for kind in found if isinstance(kind, str)]


def text_of(value: Any) -> str:
    """A value as plain text: entities resolved (many sites escape twice), tags dropped, spaces folded."""
    if isinstance(value, list):
        value = next((part for part in value if isinstance(part, str)), "")
    if not isinstance(value, str):
        return ""
    text = value
    for _ in range(2):
        if "&" not in text:
            break
        text = html.unescape(text)
    text = re.sub(r"</?[a-zA-Z][^<>]{0,500}>", " ", text) if "<" in text else text
    return " ".join(text.split())


def _worth(node: Node) -> int:
    keys = ("headline", "author", "datePublished", "articleBody")
    return sum(1 for key in keys if node.get(key)) if node else 0


def _parsed(text: str) -> Any:
    """The script's JSON; None where it is broken beyond a dangling comma or a comment around it."""
    if len(text) > MAX_SCRIPT_CHARACTERS:
        return None
    text = _COMMENT_OR_CDATA.sub("", text.strip()).strip().rstrip(";")
    for candidate in (text, _DANGLING_COMMA.sub("", text)):
        try:
            return json.loads(candidate, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _top_nodes(value: Any) -> Iterator[Node]:
    """The nodes that speak of the page itself."""
    waiting = [(value, 0)]
    while waiting:
        current, depth = waiting.pop(0)
        if isinstance(current, list):
            waiting.extend((part, depth + 1) for part in current[:_MAX_NODES] if depth < 4)
        elif isinstance(current, dict):
            if current.get("@type"):
                yield current
            for key in ("@graph", "mainEntity", "mainEntityOfPage"):
                if isinstance(current.get(key), dict | list) and depth < 4:
                    waiting.append((current[key], depth + 1))
