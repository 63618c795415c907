"""The day of publication, from the places where a page states it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence

from htmldate import find_date
from lxml.html import HtmlElement
from pydantic import BaseModel, ConfigDict

from .article import DateClaim, DateOrigin
from .articletext import ERRORS_OF_LIBRARIES
from .dates import read_date
from .jsonld import Node, text_of

_MAX_CLAIMS = 8


class DateTables(BaseModel):
    """Where pages state the day; part of extract.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    date_metas: tuple[str, ...]
    date_labels: frozenset[str]


def page_dates(
    tree: HtmlElement,
    article: Node,
    metas: Mapping[str, Sequence[str]],
    *,
    tables: DateTables,
    lang: str,
    now: dt.datetime | None,
) -> Iterator[DateClaim]:
    """What the page claims, best first; htmldate's search of the whole page only where nothing was read.

    Args:
        tree: the page.
        article: its JSON-LD node.
        metas: contents of its meta elements by name.
        tables: names of meta elements and labels.
        lang: the page's language as it claims, for names of months and the order of day and month.
        now: when it was fetched; later days are not looked for.
    """
    raw = [text_of(article.get(key)) for key in ("datePublished", "dateCreated", "uploadDate")]
    raw += [metas[key][0] for key in tables.date_metas if metas.get(key)]
    for element in tree.iter("time", "abbr", "span"):
        marked = (
            "datepublished" in (element.get("itemprop") or "").lower() or element.get("pubdate") is not None
        )
        if marked or (element.tag == "time" and "publish" in (element.get("class") or "").lower()):
            raw.append(element.get("datetime") or element.get("content") or _shown(element))
    raw += _labelled_dates(tree, tables.date_labels)
    claims = [read_date(text, DateOrigin.PAGE, lang=lang) for text in dict.fromkeys(filter(None, raw))]
    yield from claims[:_MAX_CLAIMS]
    if not any(claim.date for claim in claims):
        try:
            found = find_date(
                tree,
                original_date=True,
                deferred_url_extractor=True,
                max_date=now.strftime("%Y-%m-%d") if now else None,
            )
        except ERRORS_OF_LIBRARIES:
            found = None
        if found:
            yield read_date(_as_written(found, tree), DateOrigin.PAGE, lang=lang)


def _labelled_dates(tree: HtmlElement, labels: frozenset[str]) -> Iterator[str]:
    """Texts behind a label such as `Published:` in an element of its own."""
    for element in tree.iter("strong", "b", "span", "dt", "label", "th", "td", "li", "p", "div"):
        own = " ".join((element.text or "")[:80].split())
        label, _, rest = own.partition(":") if ":" in own else own.partition("：")
        if label.strip().casefold() in labels:
            following = element.getnext()
            yield (
                rest.strip()
                or " ".join((element.tail or "")[:80].split())
                or (_shown(following)[:80] if following is not None else "")
            )


def _as_written(day: str, tree: HtmlElement) -> str:
    """The date that htmldate found, as the page writes it where that could mean two days.

    htmldate takes 5/6/2020 for the 5th of June everywhere; read_date asks who writes, and the intake asks
    again when it knows the outlet's country.
    """
    year, month, number = day.split("-")
    if int(number) > 12 or number == month:
        return day
    pattern = rf"(?<![\d/])0?{int(number)}/0?{int(month)}/{year}(?![\d/])"
    written = re.search(pattern, "".join(tree.itertext()))
    return written[0] if written else day


def _shown(element: HtmlElement) -> str:
    return " ".join("".join(element.itertext())[:400].split())
