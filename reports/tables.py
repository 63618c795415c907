"""Tables of the document from frames of measures: which columns, how each cell reads, what is marked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from .document import Cell, Column, Kind, Table, safe_url
from .measures import SMALL
from .wording import DAGGER, NOTHING, SMALL_NOTE, day, number, per_thousand, share

Row = Mapping[str, Any]
Builder = tuple[Column, Callable[[Row], Cell]]
"""A column and how its cell is made from a row of a frame."""


def table_of(
    frame: pl.DataFrame,
    builders: Sequence[Builder],
    *,
    table_id: str,
    caption: str,
    rows: int | None = None,
    printed_rows: int | None = None,
    more: str = "",
    notes: Iterable[str] = (),
    folded: bool = False,
) -> Table:
    """A table of the frame's rows.

    Args:
        frame: one row for each row of the table.
        builders: the columns.
        table_id: anchor, unique in the document.
        caption: what it shows.
        rows: the most rows that the document holds; all where None.
        printed_rows: the most rows that the PDF shows.
        more: where the rest stands.
        notes: lines beneath; the note on small cells is added where it is needed.
        folded: closed until asked for.
    """
    cells = tuple(
        tuple(make(row) for _, make in builders)
        for row in (frame if rows is None else frame.head(rows)).iter_rows(named=True)
    )
    marked = any(cell.small for line in cells for cell in line)
    return Table(
        id=table_id,
        caption=caption,
        columns=tuple(column for column, _ in builders),
        rows=cells,
        notes=(*notes, *((SMALL_NOTE,) if marked else ())),
        printed_rows=printed_rows,
        more=more,
        total_rows=frame.height,
        folded=folded,
    )


def named(
    header: str,
    column: str = "key",
    names: Mapping[str, str] | Callable[[str], str] | None = None,
    *,
    weight: float = 2.0,
    printed: bool = True,
) -> Builder:
    """A column of our own words: the value looked up in `names`, or as it stands."""

    def make(row: Row) -> Cell:
        value = str(row[column])
        if names is None:
            return Cell(value)
        return Cell(names(value) if callable(names) else names.get(value, value))

    return Column(header, weight=weight, print=printed), make


def quoted(
    header: str,
    column: str,
    *,
    weight: float = 2.0,
    lang: str = "",
    url: str = "",
    mark: str = "",
    what: str = "name",
) -> Builder:
    """A column of others' words (a name, a headline), set apart whichever way it is written.

    Args:
        header: its header.
        column: of the frame.
        weight: width beside the other columns in print.
        lang: column with the language of the words.
        url: column with the address that it links to.
        mark: column with words put behind it in brackets ('guessed').
        what: what the words are, for print where their script has no font.
    """

    def make(row: Row) -> Cell:
        words = str(row[column] or "")
        behind = f" ({row[mark]})" if mark and row[mark] else ""
        return Cell(
            words + behind,
            url=safe_url(str(row[url] or "")) if url else "",
            lang=str(row[lang]) if lang else "",
            foreign=what,
        )

    return Column(header, weight=weight), make


def counted(header: str, column: str, *, mark: bool = True, printed: bool = True) -> Builder:
    """A column of counts. `mark`: 1 to 4 is a small cell (denominators are not marked)."""

    def make(row: Row) -> Cell:
        n = int(row[column] or 0)
        small = mark and 0 < n < SMALL
        return Cell(number(n) + (DAGGER if small else ""), sort=n, small=small)

    return Column(header, Kind.NUMBER, print=printed), make


def shared(header: str, part: str, whole: str | int, *, printed: bool = True) -> Builder:
    """A column of shares of one column (or a fixed number) in another."""

    def make(row: Row) -> Cell:
        n = int(row[part] or 0)
        denominator = whole if isinstance(whole, int) else int(row[whole] or 0)
        if denominator <= 0 or n > denominator:
            return Cell(NOTHING, sort=-1.0, muted=True)
        small = denominator < SMALL
        return Cell(share(n, denominator), sort=n / denominator, small=small)

    return Column(header, Kind.SHARE, print=printed), make


def rated(header: str, part: str, whole: str, *, printed: bool = True) -> Builder:
    """A column of rates: articles in 1,000 seen; open where more were found than seen."""

    def make(row: Row) -> Cell:
        n, denominator = int(row[part] or 0), int(row[whole] or 0)
        if denominator <= 0 or n > denominator:
            return Cell(NOTHING, sort=-1.0, muted=True)
        return Cell(per_thousand(n, denominator), sort=n / denominator)

    return Column(header, Kind.NUMBER, print=printed), make


def probability(header: str, column: str) -> Builder:
    """A column of probabilities, with two decimals; a dash where the model gave none."""

    def make(row: Row) -> Cell:
        value = row[column]
        if value is None:
            return Cell(NOTHING, sort=-1.0, muted=True)
        return Cell(f"{value:.2f}", sort=round(float(value), 4))

    return Column(header, Kind.NUMBER), make


def dated(header: str, column: str) -> Builder:
    """A column of days."""

    def make(row: Row) -> Cell:
        date: dt.date | None = row[column]
        return Cell(day(date), sort=date.isoformat() if date else "", muted=date is None)

    return Column(header, Kind.DATE), make


def written(
    header: str,
    make: Callable[[Row], str],
    *,
    weight: float = 1.0,
    printed: bool = True,
    kind: Kind = Kind.TEXT,
) -> Builder:
    """A column of words made from the whole row."""
    return Column(header, kind, weight=weight, print=printed), lambda row: Cell(make(row))
