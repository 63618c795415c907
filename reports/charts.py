"""The charts of a report. Each has one message, direct labels and sober colours; `svg.py` draws them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import altair as alt
import polars as pl

from .document import Chart, Table
from .fonts import printable
from .svg import BLUE, FAINT, GREY, INK, MUTED, NAVY, RUST, draw
from .wording import month

WIDTH: Final = 680
"""Width of a drawing in CSS pixels: the text's width on a screen, and on A4."""
LABEL_WIDTH: Final = 210
ROW: Final = 24
"""Height of one bar with its gap."""

WITHOUT_AND_WITH: Final = (("no corruption told", BLUE), ("with corruption", RUST))
HOME_AND_FOREIGN: Final = (("its own press", NAVY), ("foreign press", BLUE), ("aggregators, not known", GREY))


@dataclass(frozen=True, slots=True)
class About:
    """The words and numbers that go with a drawing."""

    id: str
    """Unique in the document."""
    title: str
    """Its one message."""
    alt: str
    """What a person who does not see it must know."""
    source: str
    """The line beneath: what was counted, and of how many."""
    table: Table | None = None
    """The numbers that it was drawn from."""
    printed_width: float = 1.0
    """Part of the text's width that it takes in print."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, its parts in the order of the series, and what stands at its end."""

    label: str
    parts: tuple[float, ...]
    end: str
    lang: str = ""
    group: str = ""
    """What it is listed under, where bars come in groups."""


def bars(
    rows: Sequence[Bar],
    about: About,
    *,
    series: Sequence[tuple[str, str]] = (("", BLUE),),
    legend: bool = True,
) -> Chart:
    """Horizontal bars, one below the other, each with its numbers at its end; parts stacked by series."""
    labels = _unique([fit(printable(row.label, lang=row.lang, what="name")) for row in rows])
    data = [
        {
            "row": label,
            "series": name,
            "order": order,
            "n": part,
            "tip": f"{label}: {row.end}",
        }
        for row, label in zip(rows, labels, strict=True)
        for order, ((name, _), part) in enumerate(zip(series, row.parts, strict=True))
    ]
    ends = [
        {"row": label, "n": sum(row.parts), "end": row.end} for row, label in zip(rows, labels, strict=True)
    ]
    longest = max((len(row.end) for row in rows), default=0)
    top = max((sum(row.parts) for row in rows), default=1) or 1
    room = WIDTH - LABEL_WIDTH - 7 * longest - 14
    scale = alt.Scale(domain=[0, top * (WIDTH - LABEL_WIDTH) / room], nice=False)
    y = alt.Y(
        "row:N", sort=labels, title=None, scale=alt.Scale(paddingInner=0.34, paddingOuter=0.1),
        axis=alt.Axis(labelLimit=0, minExtent=LABEL_WIDTH, maxExtent=LABEL_WIDTH),
    )  # fmt: skip
    names = [name for name, _ in series]
    base = alt.Chart(alt.InlineData(data))
    marks = base.mark_bar().encode(
        x=alt.X("n:Q", scale=scale, axis=None, stack="zero"),
        y=y,
        color=alt.Color(
            "series:N",
            scale=alt.Scale(domain=names, range=[c for _, c in series]),
            legend=alt.Legend(title=None) if legend and len(series) > 1 else None,
        ),
        order=alt.Order("order:Q"),
        description="tip:N",
    )
    texts = (
        alt.Chart(alt.InlineData(ends))
        .mark_text(align="left", dx=5, fontSize=12.5, color=INK)
        .encode(x=alt.X("n:Q", scale=scale, axis=None), y=y, text="end:N")
    )
    chart = alt.layer(marks, texts).properties(
        width=WIDTH - LABEL_WIDTH, height=max(len(rows), 1) * ROW, autosize=alt.AutoSizeParams(type="pad")
    )
    return drawn(chart, about)


def trend(months: pl.DataFrame, about: About) -> Chart:
    """Articles by month, stacked; months with too little seen are set apart in words and never drawn as zero.

    `months` is a frame of `measures.by_month`.
    """
    names = [month(n) for n in range(1, 13)]
    enough = months.filter(pl.col("status") == "enough")
    series = [name for name, _ in WITHOUT_AND_WITH]
    data = [
        {
            "month": names[row["key"] - 1],
            "series": name,
            "order": order,
            "n": n,
            "tip": _month_tip(row, names),
        }
        for row in enough.to_dicts()
        for order, (name, n) in enumerate(
            zip(series, (row["articles"] - row["corruption"], row["corruption"]), strict=True)
        )
    ]
    tops = [
        {"month": names[row["key"] - 1], "n": row["articles"], "text": f"{row['articles']:,}"}
        for row in enough.to_dicts()
    ]
    words = {"not_enough": "not enough seen", "future": "not yet"}
    gaps = [
        {"month": names[row["key"] - 1], "text": words[row["status"]]}
        for row in months.filter(pl.col("status") != "enough").to_dicts()
    ]
    top = max([entry["n"] for entry in tops], default=1) or 1
    x = alt.X(
        "month:N", sort=names, title=None, scale=alt.Scale(domain=names, paddingInner=0.28, paddingOuter=0.1),
        axis=alt.Axis(labelAngle=0),
    )  # fmt: skip
    y = alt.Y("n:Q", stack="zero", scale=alt.Scale(domain=[0, top * 1.12], nice=False), axis=None)
    colour = alt.Color(
        "series:N",
        scale=alt.Scale(domain=series, range=[c for _, c in WITHOUT_AND_WITH]),
        legend=alt.Legend(title=None),
    )
    height = 210
    layers: list[Any] = [
        alt.Chart(alt.InlineData(gaps))
        .mark_bar(color=FAINT)
        .encode(x=x, y=alt.value(0), y2=alt.value(height)),
        alt.Chart(alt.InlineData(gaps))
        .mark_text(angle=270, align="left", fontSize=12, color=MUTED)
        .encode(x=x, y=alt.value(height - 8), text="text:N"),
        alt.Chart(alt.InlineData(data))
        .mark_bar()
        .encode(x=x, y=y, color=colour, order=alt.Order("order:Q"), description="tip:N"),
        alt.Chart(alt.InlineData(tops))
        .mark_text(dy=-7, fontSize=12, color=INK)
        .encode(
            x=x, y=alt.Y("n:Q", scale=alt.Scale(domain=[0, top * 1.12], nice=False), axis=None), text="text:N"
        ),
    ]
    chart = alt.layer(*layers).properties(width=WIDTH - 10, height=height)
    return drawn(chart, about)


def _month_tip(row: dict[str, Any], names: list[str]) -> str:
    """The tooltip of a month."""
    return (
        f"{names[row['key'] - 1]}: {row['articles']:,} articles on trafficking, "
        f"{row['corruption']:,} with corruption, of {row['seen']:,} seen"
    )


def drawn(
    chart: Any, about: About, datasets: Mapping[str, Sequence[Mapping[str, Any]]] | None = None
) -> Chart:
    """The finished chart of the document; `datasets` as `svg.draw` takes them."""
    svg, width, height = draw(
        chart, chart_id=about.id, title=about.title, description=about.alt, datasets=datasets
    )
    return Chart(
        about.id, about.title, about.alt, svg, about.source, width, height, about.table, about.printed_width
    )


def fit(label: str, units: int = 30) -> str:
    """The label cut to the width of its column; a wide character (Han, Kana, Hangul) counts for two.

    Vega's own limit guesses widths from the number of characters and cuts far too early.
    """
    width = 0
    for position, character in enumerate(label):
        width += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if width > units and position < len(label) - 1:
            return label[:position].rstrip() + "…"
    return label


def _unique(labels: Sequence[str]) -> list[str]:
    """The labels, with a number behind those that would otherwise fall on one bar."""
    seen: dict[str, int] = {}
    result = []
    for label in labels:
        seen[label] = seen.get(label, 0) + 1
        result.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return result
