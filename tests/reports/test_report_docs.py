"""docs/report.md explains every column, status and file that a report writes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pressreview.coverage.article import OutletKind, Reach
from pressreview.reports.exports import ARTICLE_COLUMNS, COUNTRY_COLUMNS, OUTLET_COLUMNS
from pressreview.reports.files import ReportFiles
from pressreview.reports.observation import Observed

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "report.md").read_text("utf-8")


def columns_told(name: str) -> list[str]:
    """The columns in the table under a file's heading, in order."""
    part = TEXT.split(f"### {name}\n")[1].split("\n#")[0]
    return re.findall(r"^\| `(\w+)` \| .+ \|$", part, flags=re.M)


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("articles.csv", ARTICLE_COLUMNS),
        ("countries.csv", COUNTRY_COLUMNS),
        ("outlets.csv", OUTLET_COLUMNS),
    ],
)
def test_the_data_dictionary_is_the_file(name: str, columns: tuple[str, ...]) -> None:
    assert columns_told(name) == list(columns)


def test_every_status_kind_and_reach_is_explained() -> None:
    for value in (*Observed, *OutletKind, *Reach):
        assert f"`{value}`" in TEXT, value


def test_every_file_is_named(annual: ReportFiles) -> None:
    for path in annual.paths:
        assert f"`{path.name}`" in TEXT
