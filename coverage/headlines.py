"""The headline of a page, from the places that state it: they disagree, so they vote."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_SEPARATOR = re.compile(r"\s+[|\-–—·•»«:/~⋆›]+\s+|\s*[|｜]\s*|：(?=[^：]*$)|\s+[-–—]{1,2}\s*|--+")
_SPACELESS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
MAX_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class Headlines:
    """What each place says; '' or empty where it says nothing."""

    stated: str = ""
    """JSON-LD `headline`."""
    shared: Sequence[str] = ()
    """Dublin Core, og:title, twitter:title, in that order."""
    shown: Sequence[str] = ()
    """The texts of the h1 elements."""
    window: str = ""
    """The title element."""


def headline(found: Headlines, *, site_names: Iterable[str] = ()) -> str:
    """Choose the headline.

    The rule: names of the site are cut off all candidates. Three places have a voice each: JSON-LD; what is
    written for sharing (Dublin Core, Open Graph, Twitter, the title element, which copy each other); and the
    h1 that readers see. The form that most of them hold wins (case, spaces and punctuation aside); among
    equals the order is as just given. An h1 of one short word is a section or a logo, not a headline.

    Args:
        found: the candidates.
        site_names: names of the outlet and its host, to cut off (`... | The Paper`).
    """
    names = {folded(name) for name in site_names} - {""}
    heads = [shown for shown in found.shown if _is_headline(shown) and folded(shown) not in names][:3]
    others = [found.stated, *found.shared, *heads]
    places = [
        [_cut(found.stated, names, others)],
        [_cut(text, names, others) for text in found.shared] + [_cut_window(found.window, others, names)],
        [_cut(text, names, others) for text in heads],
    ]
    usable = [
        [" ".join(text.split())[:MAX_CHARACTERS] for text in place if folded(text) not in names | {""}]
        for place in places
    ]
    said = [{folded(text) for text in place} for place in usable]
    candidates = [text for place in usable for text in place]
    if not candidates:
        return " ".join(found.window.split())[:MAX_CHARACTERS]
    return max(candidates, key=lambda text: sum(folded(text) in place for place in said))


def folded(text: str) -> str:
    """Letters and digits only, case and compatibility forms folded."""
    return "".join(
        character for character in unicodedata.normalize("NFKC", text).casefold() if character.isalnum()
    )


def _is_headline(text: str) -> bool:
    words = text.split()
    return len(words) >= 2 or len(text) >= 20 or bool(_SPACELESS.search(text) and len(text) >= 6)


def _parts(text: str) -> list[tuple[str, str]]:
    """Every way to cut a text at a separator: what stands before it and after it."""
    return [(text[: match.start()], text[match.end() :]) for match in _SEPARATOR.finditer(text)]


def _cut(text: str, names: set[str], others: Iterable[str]) -> str:
    """Cut off a trailing (or leading) name of the site."""
    known = {folded(other) for other in others if other and other != text}
    for before, _ in _parts(text):
        if folded(before) and folded(before) in known:
            return before
    leading, colon, rest = text.partition(": ")
    if colon and folded(leading) in names and _is_headline(rest):
        return rest
    for before, after in reversed(_parts(text)):
        if folded(before) and folded(after) in names:
            return _cut(before, names, ())
        if folded(after) and folded(before) in names and _is_headline(after):
            return after
    return text


def _cut_window(window: str, others: Iterable[str], names: set[str]) -> str:
    """The title element without the site's name and sections; only cut where something supports it."""
    cut = _cut(window, names, others)
    if cut != window:
        return cut
    parts = _parts(window)
    if parts:
        before, after = parts[-1]
        # "Headline - Site": a short tail without a verb's worth of words is a name.
        if len(after.split()) <= 3 and len(before) > 2 * len(after) and _is_headline(before):
            return before
    return window
