"""The gap briefing on one country: from the store to a folder of files."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from ..coverage.article import Progress
from ..coverage.store import Store
from .annual import load_corpus
from .briefing_document import briefing_document
from .exports import articles_csv
from .files import ReportFiles, make_folder, write_whole
from .frames import Corpus
from .geography import require_country
from .measured import measure
from .measures import year_rate
from .render_html import render_html
from .render_markdown import render_markdown
from .render_pdf import render_pdf


def write_briefing(
    store: Store,
    country: str,
    year: int,
    output: Path,
    *,
    model: str | None = None,
    now: dt.datetime,
    progress: Progress | None = None,
) -> ReportFiles:
    """Write a country's briefing into output/<year>/brief-<ISO3>: page, PDF, Markdown and articles.csv.

    A country with no article gets a briefing too, which says whether its press was watched at all.

    Args:
        store: the store, with labels.
        country: ISO 3166-1 alpha-3, in any case.
        year: the year of publication.
        output: the folder in which the year's folder is made.
        model: the model whose labels count; the newest by default.
        now: the time that the briefing says it was made at.
        progress: told of stage, done and total.

    Raises:
        ReportError: no such country, no labelled article of that year at all, or a file cannot be written.
    """
    iso3 = require_country(country).iso3
    corpus = load_corpus(store, year, model=model, progress=progress)
    folder = output / str(year) / f"brief-{iso3}"
    return write_country(corpus, iso3, folder, now=now, progress=progress)


def write_country(
    corpus: Corpus, iso3: str, folder: Path, *, now: dt.datetime, progress: Progress | None = None
) -> ReportFiles:
    """Measure a country within its year and write its briefing into the folder.

    Raises:
        ReportError: no such country, or a file cannot be written.
    """
    country = require_country(iso3)
    tell = progress or (lambda *_: None)
    make_folder(folder)
    tell("measure", 0, 3)
    world = measure(corpus, now=now)
    # Whether enough was seen in a month is a matter of the whole collection, not of one country's share.
    numbers = measure(corpus.only(country.iso3), now=now, rate=year_rate(corpus))
    tell("draw", 1, 3)
    document = briefing_document(numbers, world, country, now=now)
    tables = (write_whole(folder / "articles.csv", articles_csv(numbers.corpus)),)
    html = write_whole(folder / "index.html", render_html(document))
    markdown = write_whole(folder / "briefing.md", render_markdown(document))
    tell("set the PDF", 2, 3)
    printed = render_pdf(document, contents=False)
    pdf = write_whole(folder / "briefing.pdf", printed.content)
    tell("done", 3, 3)
    return ReportFiles(html=html, pdf=pdf, tables=tables, markdown=markdown, warnings=printed.warnings)
