"""What a command shows: progress on a terminal, summary tables, JSON for machines."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from ..coverage.article import Progress as ProgressCallback
from ..coverage.article import Refusal

SHOWN_REFUSALS = 20
"""Refusals printed one by one on a terminal; `--json` gives them all, and the store keeps them."""

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[ProgressCallback]:
    """Draw one bar a stage on a terminal; draw nothing where nobody looks."""
    if quiet or not err.is_terminal:
        yield lambda _stage, _done, _total: None
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, transient=False) as bars:
        tasks: dict[str, Any] = {}

        def update(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield update


def to_json(value: object) -> str:
    """Any summary of ours as one line of JSON."""
    return json.dumps(_plain(value), ensure_ascii=False)


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(value)
        return {field.name: _plain(getattr(value, field.name)) for field in fields}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    return value


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table with its first column to the left and the numbers, never wrapped, to the right."""
    table = Table(
        title=title,
        title_justify="left",
        header_style="bold",
        box=SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    for index, column in enumerate(columns):
        if index == 0:
            table.add_column(column, justify="left", no_wrap=True, overflow="ellipsis", max_width=30)
        else:
            table.add_column(column, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(*[f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row])
    out.print(table)


def print_refusals(refusals: Sequence[Refusal]) -> None:
    """The first refusals one by one, then how many more there are and of what kind."""
    for refusal in refusals[:SHOWN_REFUSALS]:
        place = refusal.source.location
        if refusal.source.line is not None:
            place += f":{refusal.source.line}"
        err.print(f"[yellow]refused[/] {_escape(place)}: {_escape(refusal.reason)}")
    rest = refusals[SHOWN_REFUSALS:]
    if rest:
        kinds = Counter(refusal.reason.split(":")[0].split(";")[0][:60] for refusal in rest)
        named = ", ".join(f"{_escape(kind)} ({count:,})" for kind, count in kinds.most_common(5))
        err.print(f"[yellow]... and {len(rest):,} more refused[/]: {named}. --json lists them all.")


def _escape(text: str) -> str:
    return text.replace("[", r"\[")


def write_line(text: str) -> None:
    """A line on standard output, for machines: never wrapped, never coloured."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
