"""The documentation is tested: a command, setting or label that does not stand in it fails here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pressreview.classifiers import codebook
from pressreview.coverage.article import Outcome
from pressreview.coverage.polling import FeedStatus, FetchOutcome
from pressreview.service.reference import commands_page
from pressreview.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"


def read(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def test_the_command_reference_is_what_the_command_line_says():
    assert read("commands.md") == commands_page(), "run `make docs`"


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_each_setting_is_explained(name):
    rows = [line for line in read("settings.md").splitlines() if line.startswith("| `PRESSREVIEW_")]
    row = next((line for line in rows if f"`PRESSREVIEW_{name.upper()}`" in line), "")
    assert Settings.model_fields[name].description in row


@pytest.mark.parametrize("label", [*codebook.COVERAGE, *codebook.ACTORS, *codebook.LEVELS])
def test_each_label_is_explained(label):
    assert f"`{label}`" in read("codebook.md")


@pytest.mark.parametrize("status", [*Outcome, *FeedStatus, *FetchOutcome])
def test_each_status_string_is_explained(status):
    assert f"`{status}`" in read("collecting.md") + read("importing.md")


def test_links_between_pages_lead_somewhere():
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.glob("*.md")]
    for page in pages:
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if "://" not in target and not target.startswith("mailto:"):
                assert (page.parent / target).exists(), f"{page.name} links to {target}, which is not there"


def test_the_readme_names_every_page():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for page in DOCS.glob("*.md"):
        assert f"docs/{page.name}" in readme, f"README.md does not name docs/{page.name}"
