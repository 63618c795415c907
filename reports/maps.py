"""World maps: a colour a country for a class of values, and a dot where a country is too small for one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

import altair as alt

from .charts import WIDTH, About, drawn
from .document import Chart
from .geography import MAP_SOURCE, countries, country_name, world_outlines
from .svg import BLUES, FAINT, GREY, ORANGES

HEIGHT: Final = 312
LADDER: Final = (5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000)
TOO_LITTLE: Final = "too little observed"
NONE_FOUND: Final = "none found"
TOO_FEW: Final = "fewer than 5"


@dataclass(frozen=True, slots=True)
class MapClass:
    """A class of values: its words in the legend and its colour."""

    name: str
    colour: str


UNOBSERVED: Final = MapClass(TOO_LITTLE, "#ffffff")
"""Countries of which nothing was found, and whose own press was not seen enough to call that a finding."""
NO_ARTICLE: Final = MapClass("no article", "#ffffff")


def article_classes(top: int) -> list[MapClass]:
    """Classes for counts up to `top`: 1 to 4, then at most four steps of a 1-2-5 ladder."""
    steps = [step for step in LADDER if step <= max(top, LADDER[0])]
    if len(steps) > 4:  # the first, the last and two between them
        steps = [steps[round(i * (len(steps) - 1) / 3)] for i in range(4)]
    edges = [*steps, None]
    names = ["1–4"] + [
        f"{low:,}–{high - 1:,}" if high is not None else f"{low:,} or more"
        for low, high in pairwise(edges)
        if low is not None
    ]
    return [MapClass(name, BLUES[index]) for index, name in enumerate(names)]


def article_class(n: int, classes: Sequence[MapClass]) -> str:
    """The name of the class that a count of 1 or more falls in."""
    lows = [int(entry.name.split("–")[0].split()[0].replace(",", "")) for entry in classes]
    return [entry.name for entry, low in zip(classes, lows, strict=True) if n >= low][-1]


SHARE_CLASSES: Final = tuple(
    MapClass(name, colour)
    for name, colour in zip(("under 10%", "10–24%", "25–49%", "50–74%", "75% or more"), ORANGES, strict=True)
)


def share_class(share: float) -> str:
    """The name of the class that a share falls in."""
    edges = (0.10, 0.25, 0.50, 0.75)
    return SHARE_CLASSES[sum(share >= edge for edge in edges)].name


def world_map(
    classes: Sequence[MapClass],
    values: Mapping[str, str],
    tips: Mapping[str, str],
    about: About,
    *,
    rest: MapClass = UNOBSERVED,
) -> Chart:
    """A world map.

    Args:
        classes: every class in the order of the legend.
        values: the class's name by country (alpha-3); countries that are not in it fall into `rest`.
        tips: the tooltip by country; the country's name where it has none.
        about: its words; the source of the outlines is added.
        rest: the class of all other countries.
    """
    legend_classes = [*classes, rest]
    shapes = [
        {**feature, "properties": _entry(feature["properties"]["iso3"], values, tips, rest)}
        for feature in world_outlines()
    ]
    points = [
        {"lat": c.latitude, "lon": c.longitude, **_entry(c.iso3, values, tips, rest)}
        for c in countries().values()
        if c.latitude is not None and values.get(c.iso3, rest.name) != rest.name
    ]
    scale = alt.Scale(domain=[c.name for c in legend_classes], range=[c.colour for c in legend_classes])
    legend = alt.Legend(
        title=None, orient="bottom", columns=len(legend_classes), symbolStrokeColor=GREY, symbolSize=160
    )
    land = (
        alt.Chart(alt.NamedData("shapes"))
        .mark_geoshape(stroke=GREY, strokeWidth=0.5, invalid=None)
        .encode(
            color=alt.Color("properties.class:N", scale=scale, legend=legend),
            description="properties.tip:N",
        )
    )
    layers: list[Any] = [land]
    if points:
        layers.append(
            alt.Chart(alt.NamedData("points"))
            .mark_circle(size=46, opacity=1, stroke="#5c6670", strokeWidth=0.7)
            .encode(
                longitude="lon:Q",
                latitude="lat:Q",
                color=alt.Color("class:N", scale=scale, legend=None),
                description="tip:N",
            )
        )
    chart = (
        alt.layer(*layers)
        .project(
            # Equal areas, so that no country looks larger than it is.
            type="equalEarth",
            scale=124,
            translate=[WIDTH / 2, 172],
            rotate=[-11, 0, 0],
        )
        .properties(width=WIDTH, height=HEIGHT)
    )
    return drawn(
        chart,
        replace(about, source=f"{about.source} {MAP_SOURCE}"),
        {"shapes": shapes, "points": points},
    )


def _entry(iso3: str, values: Mapping[str, str], tips: Mapping[str, str], rest: MapClass) -> dict[str, str]:
    """What is drawn for one country."""
    kind = values.get(iso3, rest.name)
    return {"class": kind, "tip": tips.get(iso3, f"{country_name(iso3)}: {kind}")}


def quiet(name: str) -> MapClass:
    """A class for countries that were looked at and have nothing to show."""
    return MapClass(name, FAINT)
