"""What each command says at its end: a table for people, or one line of JSON for machines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from ..coverage.article import Outcome
from .console import err, out, print_refusals, print_table, to_json, write_line

if TYPE_CHECKING:  # each command loads only what it needs itself
    from ..classifiers.stream import ClassifySummary
    from ..coverage.archives import ImportSummary
    from ..coverage.crawl import CollectSummary, FeedCheck
    from ..reports.files import ReportFiles
    from ..training.run import TrainingResult
    from .doctor import Check
    from .gatefile import GateSummary
    from .labelling import LabellingSummary
    from .review import ReviewResult

SHOWN_OUTLETS = 40
"""Rows of a table by outlet; the rest is summed up in one."""
SHOWN_NOTICES = 10


def show_collect(summary: CollectSummary, *, as_json: bool = False) -> None:
    """The counters by outlet, then what was refused and what else there is to know."""
    if as_json:
        write_line(to_json({**summary.as_mapping(), "refusals": summary.refusals}))
        return
    names = ("failed", "items", "stored", "known", "dropped", "refused")
    rows = [(each.name, *(getattr(each, name) for name in names)) for each in summary.outlets]
    total = ("all", *(getattr(summary.totals, name) for name in names))
    print_table("Collected", ("outlet", *names), [*_shortened(rows), total])
    print_refusals(summary.refusals)
    for notice in summary.notices[:SHOWN_NOTICES]:
        err.print(f"[cyan]note[/] {notice.location}: {notice.message}", markup=True)
    if len(summary.notices) > SHOWN_NOTICES:
        err.print(
            f"[cyan]... and {len(summary.notices) - SHOWN_NOTICES:,} more notes[/]; --json lists them all."
        )
    if summary.interrupted:
        err.print("Stopped; what had come by then is stored. Run it again to go on.")


def show_import(summary: ImportSummary, *, as_json: bool = False) -> None:
    """The counters by outlet, then what was refused."""
    if as_json:
        write_line(to_json({**summary.as_mapping(), "refusals": summary.refusals}))
        return
    names = tuple(str(outcome) for outcome in Outcome)
    rows = [
        (outlet or "(refused)", *(counts.get(name, 0) for name in names))
        for outlet, counts in summary.outlets
    ]
    total = ("all", *(getattr(summary, name) for name in names))
    print_table("Imported", ("outlet", *names), [*_shortened(rows), total])
    print_refusals(summary.refusals)


def show_gate(summary: GateSummary, *, as_json: bool = False) -> None:
    """How many lines the gate let in."""
    if as_json:
        write_line(to_json(summary))
        return
    counts = {"read": summary.read, "passed": summary.passed, "dropped": summary.dropped}
    _counters("Gate", {**counts, "refused": len(summary.refusals)})
    print_refusals(summary.refusals)


def show_classified(summary: ClassifySummary, *, as_json: bool = False) -> None:
    """How many lines got which coverage."""
    if as_json:
        write_line(to_json(summary))
        return
    counts = {"read": summary.read, "labelled": summary.labelled, "refused": summary.refused}
    _counters(f"Classified by {summary.model}", {**counts, **summary.coverage})
    print_refusals(summary.refusals)


def show_labelling(summary: LabellingSummary, *, as_json: bool = False) -> None:
    """How many stored articles got which coverage."""
    if as_json:
        write_line(to_json(summary))
        return
    _counters(f"Classified by {summary.model}", {"labelled": summary.labelled, **summary.coverage})


def show_files(files: ReportFiles, *, as_json: bool = False) -> None:
    """Where the files of a report are."""
    if as_json:
        write_line(to_json(files))
        return
    for path in files.paths:
        out.print(f"wrote {path}")
    for warning in files.warnings:
        err.print(f"[yellow]note[/] {warning}")


def show_review(result: ReviewResult, *, as_json: bool = False) -> None:
    """Each step in turn."""
    if as_json:
        collected = {**result.collected.as_mapping(), "refusals": result.collected.refusals}
        imported = result.imported and {**result.imported.as_mapping(), "refusals": result.imported.refusals}
        steps = {"collected": collected, "imported": imported, "labelled": result.labelled}
        write_line(to_json({**steps, "files": result.files}))
        return
    show_collect(result.collected)
    if result.imported is not None:
        show_import(result.imported)
    show_labelling(result.labelled)
    show_files(result.files)


def show_training(result: TrainingResult, *, as_json: bool = False) -> None:
    """Where the bundle is, and its figures on the held-out split."""
    if as_json:
        write_line(to_json(result))
        return
    out.print(f"wrote {result.bundle} ({result.name}), trained on {result.articles:,} articles")
    out.print(f"its figures beside the baselines: {result.bundle / 'MODEL_CARD.md'}")
    print_refusals(result.refusals)


def show_feed_checks(checks: Sequence[FeedCheck], *, as_json: bool = False) -> None:
    """How each feed stands, those that need mending first; then how many of each kind."""
    if as_json:
        write_line(to_json(checks))
        return
    for check in checks:
        if not check.fine:
            moved = f" -> {check.moved_to}" if check.moved_to else ""
            out.print(f"{check.verdict}: {check.outlet} {check.url}{moved} {check.detail}", markup=False)
    kinds: dict[str, int] = {}
    for check in checks:
        kinds[str(check.verdict)] = kinds.get(str(check.verdict), 0) + 1
    _counters("Feeds", kinds)


def show_checks(checks: Iterable[Check], *, as_json: bool = False) -> None:
    """One line a check."""
    if as_json:
        write_line(to_json(list(checks)))
        return
    for check in checks:
        out.print(f"{'ok  ' if check.passed else 'MEND'} {check.name}: {check.detail}", markup=False)


def _counters(title: str, counts: Mapping[str, int]) -> None:
    print_table(title, tuple(counts), [tuple(counts.values())])


def _shortened(rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    if len(rows) <= SHOWN_OUTLETS:
        return rows
    rest = rows[SHOWN_OUTLETS:]
    sums = [sum(int(str(row[column])) for row in rest) for column in range(1, len(rows[0]))]
    return [*rows[:SHOWN_OUTLETS], (f"{len(rest)} more", *sums)]
