"""What the sections of a report share: how a bar ends, what stands under a figure, how long a table is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from .charts import WITHOUT_AND_WITH, About, Bar, bars
from .document import Chart
from .measures import SMALL
from .wording import DAGGER, UNCORRECTED, number, share

TOP: Final = 20
"""Bars of a chart."""
PRINTED: Final = 30
"""Rows of a long table that the PDF shows."""

BAR_NOTE: Final = f"At each bar: articles · share with corruption ({DAGGER} fewer than {SMALL} articles)."


def end_of_bar(row: Mapping[str, Any]) -> str:
    """What stands at the end of a bar: the articles and, from 5 up, the share with corruption."""
    n = int(row["articles"])
    if n < SMALL:
        return f"{n}{DAGGER}" if n else "0"
    return f"{number(n)} · {share(int(row['corruption']), n)}"


def split(row: Mapping[str, Any]) -> tuple[float, float]:
    """The two parts of a bar: without and with corruption."""
    return float(row["articles"] - row["corruption"]), float(row["corruption"])


def part_of(n: int, whole: int) -> str:
    """A count, marked where small, and its share of the whole."""
    return f"{number(n)}{DAGGER if 0 < n < SMALL else ''} · {share(n, whole)}"


def source_line(n: int, what: str = "articles on trafficking") -> str:
    """The line under a figure: of how many, and that it is uncorrected."""
    return f"n = {number(n)} {what}. {UNCORRECTED}"


def some(names: Sequence[str], most: int) -> str:
    """The first names, and how many more there are."""
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")


def plain_bars(frame: pl.DataFrame, labels: Mapping[str, str], about: About) -> Chart:
    """Bars with and without corruption, one for each row with articles, labelled by the column `key`."""
    rows = [
        Bar(labels.get(r["key"], r["key"]), split(r), end_of_bar(r))
        for r in frame.filter(pl.col("articles") > 0).iter_rows(named=True)
    ]
    return bars(rows, about, series=WITHOUT_AND_WITH)
