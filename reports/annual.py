"""The annual press review: from the store to a folder of files."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from ..coverage.article import Progress
from ..coverage.store import Store
from ..errors import ReportError
from .annual_document import annual_document
from .exports import write_csv_files
from .files import ReportFiles, make_folder, write_whole
from .frames import Corpus, build_corpus
from .measured import measure
from .render_html import render_html
from .render_pdf import render_pdf


def write_annual(
    store: Store,
    year: int,
    output: Path,
    *,
    model: str | None = None,
    now: dt.datetime,
    progress: Progress | None = None,
) -> ReportFiles:
    """Write the annual press review: output/<year>/index.html, annual.pdf and three CSV files.

    The same store, software and `now` give the same bytes in every file.

    Args:
        store: the store, with labels.
        year: the year of publication.
        output: the folder in which the year's folder is made.
        model: the model whose labels count; the newest by default.
        now: the time that the report says it was made at; months after it are 'not yet'.
        progress: told of stage, done and total.

    Raises:
        ReportError: the store holds no labelled article of that year, the model is unknown, or a file cannot
            be written.
    """
    corpus = load_corpus(store, year, model=model, progress=progress)
    years = store.years()
    return write_report(
        corpus,
        output / str(year),
        now=now,
        undated_stored=years.get(None, 0),
        stored=sum(years.values()),
        progress=progress,
    )


def load_corpus(
    store: Store, year: int, *, model: str | None = None, progress: Progress | None = None
) -> Corpus:
    """The year's articles with one model's labels, and its denominators.

    Raises:
        ReportError: there is nothing to report on; says what the store does hold.
    """
    models = store.models()
    if model is not None and model not in models:
        raise ReportError(
            f"the store has no labels of the model {model!r}",
            mend=f"Choose one of: {', '.join(models)}" if models else "Run `pressreview classify` first",
        )
    chosen = model if model is not None else (models[0] if models else None)
    corpus = build_corpus(
        store.labelled(year=year, model=chosen),
        store.seen_counts(year=year),
        year=year,
        outlets=store.outlets(),
        progress=progress,
    )
    if corpus.articles.is_empty():
        raise _nothing(store, year, has_labels=bool(models))
    return corpus


def _nothing(store: Store, year: int, *, has_labels: bool) -> ReportError:
    """Why there is no report, and what to do."""
    years = {y: n for y, n in store.years().items() if y is not None}
    if not years:
        return ReportError(
            "the store holds no article with a day of publication",
            mend="Run `pressreview collect` or `pressreview import` first",
        )
    if not has_labels:
        return ReportError(
            f"no article of {year} has a label", mend="Run `pressreview classify` first, then the report"
        )
    if year in years:
        return ReportError(
            f"the store holds {years[year]} articles of {year}, and none has a label of this model",
            mend="Run `pressreview classify` first, or choose another model",
        )
    held = ", ".join(f"{y} ({n})" for y, n in sorted(years.items()))
    return ReportError(
        f"the store holds no article of {year}", mend=f"Choose a year that it holds (articles): {held}"
    )


def write_report(
    corpus: Corpus,
    folder: Path,
    *,
    now: dt.datetime,
    undated_stored: int = 0,
    stored: int = 0,
    progress: Progress | None = None,
) -> ReportFiles:
    """Measure a corpus and write all files of its annual review into the folder.

    Raises:
        ReportError: a file cannot be written.
    """
    tell = progress or (lambda *_: None)
    make_folder(folder)
    tell("measure", 0, 4)
    numbers = measure(corpus, now=now, undated_stored=undated_stored, stored=stored)
    tables = write_csv_files(numbers, folder)
    tell("draw", 1, 4)
    document = annual_document(numbers, now=now)
    tell("write the page", 2, 4)
    html = write_whole(folder / "index.html", render_html(document))
    tell("set the PDF", 3, 4)
    printed = render_pdf(document)
    pdf = write_whole(folder / "annual.pdf", printed.content)
    tell("done", 4, 4)
    return ReportFiles(html=html, pdf=pdf, tables=tables, warnings=printed.warnings)
