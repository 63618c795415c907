"""Vega-Lite charts as small, accessible, self-contained SVG, the same bytes each time.

vl-convert draws without a browser and without the network. What it draws is then made lean (numbers rounded,
attributes for screen readers that repeat every bar dropped) and gets a title and a description; the words
that Vega keeps for each mark become its tooltip.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import vl_convert

from .fonts import SANS, font_folders

VEGALITE_VERSION: Final = "6.4"
FONT: Final = SANS[0]
FONT_STACK: Final = f"'{FONT}', 'Noto Sans', sans-serif"
SVG: Final = "http://www.w3.org/2000/svg"

INK: Final = "#24292f"
MUTED: Final = "#5c6670"
RULE: Final = "#d5d9de"
FAINT: Final = "#eceef1"
BLUE: Final = "#5b7fa6"
RUST: Final = "#b3471d"
GREY: Final = "#b9c0c8"
NAVY: Final = "#1f4f7a"
BLUES: Final = ("#d6e2ee", "#a9c4dd", "#739fc4", "#4278a5", "#1f4f7a")
ORANGES: Final = ("#fae3d0", "#f3b98c", "#e18a52", "#b85a21", "#7c3508")
"""Light to dark: read alike by people who see no red or no green. static/report.css gives each its dark-mode
counterpart, and a test sees to it that none is forgotten."""

PRINT_SCALE: Final = 3.0
"""Pixels a point where a drawing goes to print as a picture: over 200 an inch."""

_DROPPED: Final = ("aria-hidden", "aria-roledescription", "role", "pointer-events", "class", "font-family")
_NUMBER: Final = re.compile(r"-?\d+\.\d+")


@lru_cache(maxsize=1)
def _register_fonts() -> None:
    """Let vl-convert measure texts with the fonts that they are printed in."""
    for folder in font_folders():
        vl_convert.register_font_directory(str(folder))


def themed(chart: Any) -> Any:
    """The chart in the house style: no frame, no axis lines, one typeface."""
    return (
        chart.configure(font=FONT, background="transparent", padding=2)
        .configure_view(stroke=None)
        .configure_axis(
            labelFont=FONT, labelFontSize=13, labelColor=INK, titleFontSize=12, titleColor=MUTED,
            titleFontWeight="normal", domain=False, ticks=False, gridColor=RULE, labelPadding=6,
        )
        .configure_legend(
            labelFontSize=12, labelColor=INK, labelLimit=0, titleFontSize=12, titleColor=MUTED,
            orient="top", columnPadding=18, symbolType="square", symbolStrokeWidth=0.5, offset=6,
        )
    )  # fmt: skip


def draw(
    chart: Any,
    *,
    chart_id: str,
    title: str,
    description: str,
    datasets: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
) -> tuple[str, float, float]:
    """Draw a chart.

    Args:
        chart: an Altair chart of any kind.
        chart_id: unique in the document; prefixes every id in the drawing.
        title: what it shows, for screen readers and as the drawing's own title.
        description: what a person who does not see it must know.
        datasets: the rows behind each `alt.NamedData` of the chart. Altair copies rows that are given inline
            a dozen times over, which takes seconds for the outlines of the world.

    Returns:
        The SVG document, and its width and height in CSS pixels.
    """
    _register_fonts()
    spec = themed(chart).to_dict()
    if datasets:
        spec["datasets"] = dict(datasets)
    raw = vl_convert.vegalite_to_svg(spec, vl_version=VEGALITE_VERSION)
    root = ET.fromstring(raw)  # noqa: S314 - only what vl-convert has just written
    width, height = float(root.get("width", "0")), float(root.get("height", "0"))
    _simplify(root)
    _name_ids(root, chart_id)
    root.attrib.pop("version", None)
    root.set("role", "img")
    root.set("font-family", FONT_STACK)
    root.set("aria-labelledby", f"{chart_id}-title {chart_id}-desc")
    for position, (tag, words) in enumerate((("title", title), ("desc", description))):
        element = ET.Element(f"{{{SVG}}}{tag}", {"id": f"{chart_id}-{tag}"})
        element.text = words
        root.insert(position, element)
    ET.register_namespace("", SVG)
    return ET.tostring(root, encoding="unicode"), width, height


def as_png(svg: str) -> bytes:
    """The drawing as a picture of `PRINT_SCALE` pixels a point, for printers that cannot set its letters."""
    _register_fonts()
    return bytes(vl_convert.svg_to_png(svg, scale=PRINT_SCALE))


def _simplify(element: ET.Element) -> None:
    """Drop what draws nothing, round coordinates, and turn the label of each mark into its tooltip."""
    for child in list(element):
        if _draws_nothing(child):
            element.remove(child)
            continue
        _simplify(child)
        if child.tag == f"{{{SVG}}}g" and len(child) == 0:
            element.remove(child)
    label = element.attrib.pop("aria-label", "")
    if label and element.get("role") == "graphics-symbol" and element.tag == f"{{{SVG}}}path":
        tip = ET.Element(f"{{{SVG}}}title")
        tip.text = label
        element.insert(0, tip)
    for name in _DROPPED:
        element.attrib.pop(name, None)
    if element.get("opacity") == "1":
        del element.attrib["opacity"]
    if element.get("transform") == "translate(0,0)":
        del element.attrib["transform"]
    for name in ("d", "transform", "x2", "y2"):
        value = element.get(name)
        if value:
            element.set(name, _NUMBER.sub(_rounded, value))


def _draws_nothing(element: ET.Element) -> bool:
    """Whether an element is one of Vega's invisible helpers."""
    if element.get("display") == "none" or element.get("fill") == "transparent":
        return True
    helper = element.get("class") in {"background", "foreground"}
    return helper and element.get("fill") is None and element.get("stroke") is None


def _rounded(match: re.Match[str]) -> str:
    """A coordinate to a tenth of a pixel."""
    return f"{float(match.group()):.1f}".removesuffix(".0").replace("-0.0", "0")


def _name_ids(root: ET.Element, prefix: str) -> None:
    """Name every id after the drawing and its place in it.

    Two drawings in one page then do not take each other's clip paths, and the same drawing has the same ids
    each time: Vega counts on from one drawing to the next.
    """
    old = [value for element in root.iter() if (value := element.get("id"))]
    names = {value: f"{prefix}-{number}" for number, value in enumerate(old, start=1)}
    for element in root.iter():
        for key, value in list(element.attrib.items()):
            if key == "id":
                element.set(key, names[value])
            elif value.startswith("url(#") and value[5:-1] in names:
                element.set(key, f"url(#{names[value[5:-1]]})")
