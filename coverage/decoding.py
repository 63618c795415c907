"""Bytes of a page or file to text: what the bytes are goes before what the server says they are."""

from __future__ import annotations

import re

from charset_normalizer import from_bytes
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, to_unicode

_FEW_BROKEN = 0.002
"""Share of broken characters up to which bytes count as UTF-8 with damage, not as another encoding."""
_SAMPLE = 64 * 1024
"""Bytes that an encoding is guessed from; guessing is slow."""
_MARKUP = re.compile(rb"<(script|style)\b.*?</\1\s*>|<[^>]{0,2000}>", re.IGNORECASE | re.DOTALL)


def decode(page: bytes, content_type: str = "") -> str:
    """The text of a page. Never raises; bytes that fit no encoding become U+FFFD.

    The order: a byte order mark; UTF-8 wherever the bytes are UTF-8 (text in another encoding almost never is
    by chance, and servers that say otherwise are wrong); the header's charset; the page's own charset; UTF-8
    with a few broken bytes; a guess from the bytes (charset_normalizer); Windows-1252.

    Args:
        page: the bytes as served, not compressed.
        content_type: the Content-Type header, '' where there is none.
    """
    encoding, mark = read_bom(page)
    if encoding and mark:
        return to_unicode(page[len(mark) :], encoding)
    declared = [http_content_type_encoding(content_type), html_body_declared_encoding(page)]
    # ISO-2022 and UTF-16 write in bytes that would pass as UTF-8.
    if not any(name and name.startswith(("iso2022", "utf-16", "utf-32")) for name in declared):
        try:
            return page.decode("utf-8")
        except UnicodeDecodeError:
            damaged = page.decode("utf-8", "replace")
            if damaged.count("\ufffd") <= _FEW_BROKEN * len(damaged):
                return damaged
    for name in declared:
        if name and name != "utf-8":
            try:
                return page.decode(name)
            except UnicodeDecodeError:
                continue
    return _guessed(page, declared)


def _guessed(page: bytes, declared: list[str | None]) -> str:
    """Guess from the words alone: markup is ASCII and tells nothing."""
    words = _MARKUP.sub(b" ", page[: 8 * _SAMPLE])[:_SAMPLE]
    best = from_bytes(words).best() if words.strip() else None
    fallback = next((name for name in declared if name and name != "utf-8"), "cp1252")
    return to_unicode(page, best.encoding if best and not best.encoding.startswith("utf_") else fallback)
