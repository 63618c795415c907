"""Bytes of a page or file to text: what the bytes are goes before what the server says they are."""

from __future__ import annotations

import re

from charset_normalizer import from_bytes
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, to_unicode

from .language import detect

_FEW_BROKEN = 0.002
"""Share of broken characters up to which bytes count as UTF-8 with damage, not as another encoding."""
_SAMPLE = 64 * 1024
"""Bytes that an encoding is guessed from; guessing is slow."""
_MARKUP = re.compile(rb"<(script|style)\b.*?</\1\s*>|<[^>]{0,2000}>", re.IGNORECASE | re.DOTALL)


_LATIN = (
    "cp125",
    "cp437",
    "cp775",
    "cp85",
    "latin_1",
    "iso8859_",
    "mac_",
    "hp_roman8",
    "cp1140",
    "cp037",
    "cp500",
)
"""How the names of code pages begin that charset_normalizer gives for texts in Latin letters."""
_NOT_LATIN = ("cp1251", "cp1253", "cp1255", "cp1256", "cp855", "cp856", "iso8859_5", "iso8859_6", "iso8859_7")
_LATIN_OF = {
    **dict.fromkeys(["cs", "sk", "pl", "hu", "ro", "hr", "sl", "bs", "sr", "sq"], "cp1250"),
    **dict.fromkeys(["et", "lv", "lt"], "cp1257"),
    **dict.fromkeys(["tr", "az"], "cp1254"),
    "vi": "cp1258",
}
"""The Windows code page in which a language of the Latin script was written before UTF-8."""


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


def guess_encoding(sample: bytes) -> str:
    """The encoding that bytes look to be in, none of the Unicode ones; Windows-1252 where nothing tells.

    charset_normalizer tells scripts apart, but not the Latin code pages, which differ in a few letters: there
    the language decides, and it shows even through wrong letters.
    """
    best = from_bytes(sample[:_SAMPLE]).best() if sample.strip() else None
    if best is None or best.encoding.startswith("utf_") or best.encoding == "ascii":
        return "cp1252"
    if best.encoding.startswith(_LATIN) and not best.encoding.startswith(_NOT_LATIN):
        return _LATIN_OF.get(detect(sample.decode("cp1252", "replace")).lang, "cp1252")
    return best.encoding


def _guessed(page: bytes, declared: list[str | None]) -> str:
    """Guess from the words alone: markup is ASCII and tells nothing."""
    words = _MARKUP.sub(b" ", page[: 8 * _SAMPLE])[:_SAMPLE]
    fallback = next((name for name in declared if name and name != "utf-8"), "cp1252")
    return to_unicode(page, guess_encoding(words) if words.strip() else fallback)
