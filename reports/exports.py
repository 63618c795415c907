"""The CSV files beside a report: labels, addresses and counts, never texts. Columns: docs/report.md.

UTF-8 with a byte order mark, since Excel takes a file without one for a Windows code page and breaks every
script but Latin; comma, double quotes around every text, CRLF as in RFC 4180. A text that a spreadsheet would
run as a formula (first sign = + - @, their full-width forms, tab or carriage return; OWASP, CSV injection)
gets an apostrophe before it, and so does what follows a semicolon, where many spreadsheets begin a cell.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from .files import write_whole
from .frames import Corpus
from .measured import Numbers

LIST_SEPARATOR: Final = ";"
"""Between the items of a cell that holds several; a semicolon inside an item becomes a comma."""

ARTICLE_COLUMNS: Final = (
    "id", "url", "title", "outlet", "outlet_name", "outlet_country", "outlet_kind", "outlet_reach",
    "outlet_guessed", "lang", "published", "countries", "authors", "coverage", "coverage_prob", "actors",
    "corruption_level", "corruption_level_prob", "summary", "model", "collector", "source",
)  # fmt: skip
COUNTRY_COLUMNS: Final = (
    "country", "name", "region", "subregion", "status", "articles", "main", "corruption", "corruption_share",
    "everyday", "organised", "high_level", "unspecified", "outlets", "home_outlets", "home", "foreign",
    "unknown_press", "home_corruption", "foreign_corruption", "own_outlets", "own_seen", "small",
)  # fmt: skip
OUTLET_COLUMNS: Final = (
    "outlet", "name", "homepage", "country", "kind", "reach", "guessed", "aggregator", "seen", "passed",
    "labelled", "articles", "articles_share", "corruption", "corruption_share", "bylined", "small",
)  # fmt: skip


def articles_csv(corpus: Corpus) -> bytes:
    """articles.csv: every article that was read, 'unrelated' ones too, by day of publication and id."""
    frame = corpus.articles.select(ARTICLE_COLUMNS).with_columns(
        pl.col(pl.List(pl.String))
        .list.eval(pl.element().str.replace_all(LIST_SEPARATOR, ",", literal=True))
        .list.join(LIST_SEPARATOR),
        pl.col("coverage_prob", "corruption_level_prob").round(4),
    )
    return to_csv(frame)


def countries_csv(numbers: Numbers) -> bytes:
    """countries.csv: every country of ISO 3166-1, those of which nothing was seen too."""
    return to_csv(numbers.countries.rename({"key": "country"}).select(COUNTRY_COLUMNS).with_columns(_SHARES))


def outlets_csv(numbers: Numbers) -> bytes:
    """outlets.csv: every outlet that was seen or has an article."""
    frame = numbers.outlets.rename(
        {"key": "outlet", "outlet_name": "name"}
        | {f"outlet_{column}": column for column in ("country", "kind", "reach", "guessed", "aggregator")}
    )
    return to_csv(frame.select(OUTLET_COLUMNS).with_columns(_SHARES))


_SHARES: Final = pl.selectors.ends_with("_share").round(6)


_FORMULA: Final = r"^[=+\-@＝＋－＠\t\r]"
_LATER_FORMULA: Final = r";(\s*[=+\-@＝＋－＠\t\r])"


def to_csv(frame: pl.DataFrame) -> bytes:
    """A frame without lists as CSV that a spreadsheet opens as it is meant."""
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    safe = frame.with_columns(
        pl.when(pl.col(name).str.contains(_FORMULA))
        .then(pl.concat_str(pl.lit("'"), pl.col(name)))
        .otherwise(pl.col(name))
        # In an address %3B means the same as a semicolon, an apostrophe does not.
        .str.replace_all(_LATER_FORMULA, "%3B${1}" if name in {"url", "homepage"} else ";'${1}")
        .alias(name)
        for name in texts
    )
    return safe.write_csv(include_bom=True, line_terminator="\r\n", quote_style="non_numeric").encode("utf-8")


def write_csv_files(numbers: Numbers, folder: Path) -> tuple[Path, ...]:
    """Write the three files into the folder."""
    return (
        write_whole(folder / "articles.csv", articles_csv(numbers.corpus)),
        write_whole(folder / "countries.csv", countries_csv(numbers)),
        write_whole(folder / "outlets.csv", outlets_csv(numbers)),
    )
