"""Fonts for every script: where they lie, what they cover, and what to print where none covers a text.

Typst carries fonts for Latin, Greek and Cyrillic only. The others come as Python packages (all under the SIL
Open Font License), so that the same report looks the same on every machine. The system's own fonts are asked
only for characters that no packaged font has.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import typst
from fontTools.ttLib import (  # type: ignore[import-untyped]
    TTCollection,
    TTFont,
    TTLibError,
)

from .geography import language_name

FONT_PACKAGES: Final = (
    "fontpkg_source_serif_4",
    "fontpkg_ibm_plex_sans",
    "manimgx_fonts",
    "manimgx_fonts_cjk",
)
"""Python packages that hold font files, in order of preference. One that is not installed is passed over."""

SERIF: Final = ("Source Serif 4",)
SANS: Final = ("IBM Plex Sans", "Noto Sans")
"""Text faces. Drawings are set in the first sans, and Typst sets a drawing in a variable font's default
weight: it must be one whose default is regular (Source Sans's is extra light)."""
LAST: Final = ("Libertinus Serif",)
"""Typst's own face, for where no package is installed."""
CJK: Final = {
    "ja": "Noto Sans CJK JP",
    "ko": "Noto Sans CJK KR",
    "zh": "Noto Sans CJK SC",
    "zh-hant": "Noto Sans CJK TC",
}
"""Han characters are drawn differently in each language."""

PLACEHOLDERS: Final = ("lastresort", "last resort", "adobe blank", "adobeblank", "unifont upper csur")
"""Fonts that claim every character and draw only a sign for it."""


@lru_cache(maxsize=1)
def font_folders() -> tuple[Path, ...]:
    """The folders of the installed font packages."""
    folders: list[Path] = []
    for name in FONT_PACKAGES:
        spec = find_spec(name)
        folders += [Path(place) for place in (spec.submodule_search_locations or [])] if spec else []
    return tuple(folders)


@lru_cache(maxsize=2)
def fonts(*, system: bool = False) -> typst.Fonts:
    """Typst's own fonts, the packaged ones and, where asked, the system's."""
    return typst.Fonts(
        include_system_fonts=system, include_embedded_fonts=True, font_paths=list(font_folders())
    )


@lru_cache(maxsize=2)
def families(*, system: bool = False) -> tuple[str, ...]:
    """The families that can be named, text faces first and then those for other scripts by name."""
    known = set(fonts(system=system).families())
    noto = sorted(name for name in known if name.startswith("Noto Sans") and name not in SANS)
    return tuple(name for name in dict.fromkeys((*SERIF, *SANS, *noto, *LAST)) if name in known)


@lru_cache(maxsize=1)
def packaged_characters() -> frozenset[int]:
    """Every code point that the packaged fonts can draw."""
    paths = sorted(file for folder in font_folders() for file in folder.rglob("*") if _is_font(file))
    covered: set[int] = set()
    for path in paths:
        covered |= _characters(path)
    return frozenset(covered) if covered else frozenset(range(0x20, 0x250))


@lru_cache(maxsize=1)
def _system_fonts() -> tuple[Path, ...]:
    """The system's font files, each once."""
    found = {
        Path(font.path)
        for font in fonts(system=True).fonts()
        if font.path and not any(mark in font.family.lower() for mark in PLACEHOLDERS)
    }
    return tuple(sorted(path for path in found if not any(path.is_relative_to(f) for f in font_folders())))


@cache
def drawable(character: str) -> bool:
    """Whether some font here can draw the character."""
    point = ord(character)
    if point in packaged_characters() or unicodedata.category(character) in {"Zs", "Cf"}:
        return True
    return any(point in _characters(path) for path in _system_fonts())


def needs_system_fonts(text: str) -> bool:
    """Whether a text holds characters that no packaged font can draw."""
    return any(
        ord(c) not in packaged_characters() and unicodedata.category(c) not in {"Zs", "Cf"} for c in set(text)
    )


def needs_shaping(text: str) -> bool:
    """Whether letters of the text change with their neighbours (Arabic, Devanagari, Thai ...)."""
    return any(
        unicodedata.category(character) in ("Mn", "Mc") or unicodedata.bidirectional(character) in ("R", "AL")
        for character in text
    )


def printable(text: str, *, lang: str = "", what: str = "text") -> str:
    """The text as it can be printed.

    Symbols that no font has are dropped. Where letters have no font the whole text gives way to words that
    say so, such as '[headline in Tibetan: see the link]'; a report never shows empty boxes.

    Args:
        text: the publisher's words.
        lang: their language, if known.
        what: what they are (`headline`, `name`).
    """
    missing = {c for c in set(text) if not drawable(c)}
    if not missing:
        return text
    # Letters, marks, numbers, and what this Python's Unicode does not know yet.
    letters = sorted(c for c in missing if unicodedata.category(c)[0] in "LMNC")
    if not letters:
        return " ".join("".join(c for c in text if c not in missing).split()) or f"[{what}: see the link]"
    script = unicodedata.name(letters[0], "").split(" ")[0].title()
    unknown = f"{script} script" if script else "a script not known here"
    tongue = language_name(lang) if lang not in {"", "und"} else unknown
    return f"[{what} in {tongue}: see the link]"


def _is_font(path: Path) -> bool:
    """Whether a file is a font by its name."""
    return path.suffix.lower() in {".ttf", ".otf", ".ttc", ".otc"}


@lru_cache(maxsize=256)
def _characters(path: Path) -> frozenset[int]:
    """The code points that a font file covers; none where it cannot be read."""
    try:
        if path.suffix.lower() in {".ttc", ".otc"}:
            with TTCollection(str(path), lazy=True) as collection:
                return _covered(collection.fonts[0])  # its faces draw the same characters, each in its way
        with TTFont(str(path), lazy=True) as font:
            return _covered(font)
    except (OSError, TTLibError):
        return frozenset()


def _covered(font: TTFont) -> frozenset[int]:
    """The code points of an open font."""
    # Without this fontTools works out a name for each of up to 65,535 glyphs, which takes a second.
    font.setGlyphOrder([str(number) for number in range(font["maxp"].numGlyphs)])
    return frozenset(font.getBestCmap() or {})
