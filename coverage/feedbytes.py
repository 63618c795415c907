"""The bytes of a feed: what they are, and how they are encoded.

feedparser follows RFC 3023, by which a wrong `charset` in the header beats a right XML declaration. Feeds
in the wild are the other way round, so the encoding is settled here: byte order mark, then UTF-8 wherever
the bytes are UTF-8 (text in another encoding almost never is by chance), then what the XML declaration and
the header say, then what the bytes look like.
"""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

from ..errors import InputError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    # UTF-32 first: its little-endian mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BARE_UTF16 = {b"<\x00": "utf-16-le", b"\x00<": "utf-16-be"}
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
}
"""The encoding that a label stands for on the web (WHATWG Encoding, section 4.2), by Python's codec names."""
_XML_ENCODING = re.compile(rb"\A\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>", re.DOTALL)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that XML 1.0 forbids (section 2.2); one of them makes the whole feed ill-formed."""
_LATIN = frozenset(
    [
        "cp1250",
        "cp1252",
        "cp1254",
        "cp1257",
        "cp1258",
        "cp437",
        "cp775",
        "cp850",
        "cp852",
        "cp858",
        "hp_roman8",
    ]
    + ["latin_1", "mac_latin2", "mac_roman", "mac_iceland", "mac_turkish"]
    + [f"iso8859_{part}" for part in (2, 3, 4, 9, 10, 13, 14, 15, 16)]
)
_LANGUAGE = re.compile(rb"(?:<language>|xml:lang=[\"'])\s*([A-Za-z]{2,3})", re.IGNORECASE)
_WRITTEN_IN: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(["cs", "sk", "pl", "hu", "ro", "hr", "sl", "bs", "sq"], ("cp1250", "iso8859_2")),
    **dict.fromkeys(["et", "lv", "lt"], ("cp1257",)),
    **dict.fromkeys(["tr", "az"], ("cp1254",)),
    **dict.fromkeys(["ru", "uk", "be", "bg", "mk", "sr", "kk", "ky"], ("cp1251", "koi8_r", "iso8859_5")),
    **dict.fromkeys(["ar", "fa", "ur", "ps"], ("cp1256",)),
    "el": ("cp1253",),
    "he": ("cp1255",),
    "ja": ("cp932", "euc_jp"),
    "ko": ("cp949",),
    "th": ("cp874",),
    "vi": ("cp1258",),
    "zh": ("gb18030", "big5"),
}
"""The encodings that a language was written in before UTF-8; where it is not here, Windows-1252."""
_SAMPLE = 200_000
"""Bytes that the encoding is guessed from."""
_FEW_BROKEN = 0.02
"""Share of broken characters up to which a text counts as UTF-8 with damage, not as another encoding."""

_MAGIC = (
    (b"%PDF-", "a PDF file"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"PK\x03\x04", "a ZIP file"),
    (b"\x1f\x8b", "a gzip file"),
)
_NOT_A_FEED = "Give the address of an RSS or Atom feed; the outlet's home page often names it"


@dataclass(frozen=True, slots=True)
class FeedText:
    """A feed as text that an XML parser takes, and what was odd about its bytes."""

    text: str
    """Begins with an XML declaration that says UTF-8."""
    problems: tuple[str, ...] = ()


def read_feed_bytes(body: bytes, *, content_type: str = "") -> FeedText:
    """Decode a feed, refusing what is plainly none.

    Raises:
        InputError: it is empty, JSON, an HTML page, a picture ...; says what it is and the mend.
    """
    if not body.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise InputError("not a feed: the answer is empty", mend="Ask the outlet, or wait for the next poll")
    for magic, what in _MAGIC:
        if body.startswith(magic):
            raise InputError(f"not a feed: it is {what}", mend=_NOT_A_FEED)
    text, problems = _decode(body, content_type)
    text = _NOT_XML.sub("", text).lstrip("\ufeff \t\r\n")
    _refuse_other_formats(text)
    text = _DECLARATION.sub("", text, count=1)
    return FeedText(f'<?xml version="1.0" encoding="utf-8"?>{text}', tuple(problems))


def html_page(text: str) -> bool:
    """Whether a text is an HTML page (and no feed, nor XHTML inside one)."""
    head = re.sub(r"<!--.*?-->", "", text[:5000], flags=re.DOTALL).lstrip()
    head = re.sub(r"\A(?:<\?.*?\?>\s*)+", "", head, flags=re.DOTALL).lstrip()
    return bool(re.match(r"<(?:!doctype\s+html|html|head|body)\b", head, re.IGNORECASE))


def _decode(body: bytes, content_type: str) -> tuple[str, list[str]]:
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace"), []
    if body[:2] in _BARE_UTF16:
        return body.decode(_BARE_UTF16[body[:2]], "replace"), []
    declared = _declared(body, content_type)
    # ISO-2022 writes its characters in ASCII bytes, so it would pass as UTF-8.
    if not any(name.startswith("iso2022") for name in declared):
        try:
            return body.decode("utf-8"), _override(declared)
        except UnicodeDecodeError:
            damaged = body.decode("utf-8", "replace")
            if _nearly_whole(damaged):
                return damaged, ["some bytes are not UTF-8; they were replaced"]
    for encoding in declared:
        try:
            return body.decode(encoding), []
        except UnicodeDecodeError:
            continue
    return _guess(body, declared)


def _declared(body: bytes, content_type: str) -> list[str]:
    """Encodings that the XML declaration and the header name, in that order, by Python's codec names."""
    labels = [match.group(1).decode("ascii") for match in [_XML_ENCODING.search(body[:1000])] if match]
    labels += [match.group(1) for match in [_CHARSET.search(content_type)] if match]
    names = []
    for label in labels:
        try:
            name = codecs.lookup(label).name
        except LookupError:
            continue
        names.append(_WIDER.get(name, name))
    return [name for name in dict.fromkeys(names) if name != "utf-8"]


def _override(declared: list[str]) -> list[str]:
    return [f"declared as {declared[0]}, read as UTF-8, which it is"] if declared else []


def _nearly_whole(text: str) -> bool:
    beyond = sum(not character.isascii() for character in text)
    # A file cut in the middle of a character, or one bad byte in an English text, is UTF-8 all the same.
    return text.count("\ufffd") <= max(2, _FEW_BROKEN * beyond) and beyond > text.count("\ufffd") * 2


def _guess(body: bytes, declared: list[str]) -> tuple[str, list[str]]:
    """Guess by the look of the bytes, among the encodings of the feed's language where it names one."""
    named = _LANGUAGE.search(body[:5000])
    language = named.group(1).lower().decode("ascii") if named else ""
    choice = list(_WRITTEN_IN.get(language, ()))
    best = from_bytes(body[:_SAMPLE], cp_isolation=choice or None).best()
    encoding = best.encoding if best else [*choice, *declared, "cp1252"][0]
    if encoding in _LATIN and not choice:
        encoding = "cp1252"  # the Latin ones look alike, and this is by far the most frequent
    return body.decode(encoding, "replace"), [f"no declared encoding fits; read as {encoding}"]


def _refuse_other_formats(text: str) -> None:
    if text[:1] in "{[" and text[:1]:
        what = "JSON"
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            data = None
        if isinstance(data, dict) and "jsonfeed.org" in str(data.get("version", "")):
            what = "a JSON Feed"
        raise InputError(f"not a feed: it is {what}", mend=_NOT_A_FEED)
    if html_page(text):
        title = re.search(r"<title[^>]*>([^<]{1,80})", text, re.IGNORECASE)
        named = f" titled {' '.join(title.group(1).split())!r}" if title else ""
        raise InputError(f"not a feed: it is an HTML page{named}", mend=_NOT_A_FEED)
    if "<" not in text[:10_000]:
        raise InputError("not a feed: it is plain text", mend=_NOT_A_FEED)
