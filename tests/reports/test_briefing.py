"""What a briefing says of a country, and of one with no article."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pypdf
import pytest
from pressreview.reports.annual_document import annual_document
from pressreview.reports.briefing import write_country
from pressreview.reports.document import Bullets, Document, walk
from pressreview.reports.files import ReportFiles
from pressreview.reports.frames import Corpus, build_corpus
from pressreview.reports.measured import measure


@pytest.fixture(scope="module")
def cambodia(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory, now: dt.datetime) -> ReportFiles:
    """The briefing on Cambodia in the hand-made year."""
    return write_country(corpus, "KHM", tmp_path_factory.mktemp("brief"), now=now)


def markdown(files: ReportFiles) -> str:
    """The words of the briefing."""
    assert files.markdown is not None
    return files.markdown.read_text("utf-8").replace("\\", "")


def front_words(document: Document) -> str:
    """The summary of the first page."""
    lists = [block for section, block in walk(document) if section is None and isinstance(block, Bullets)]
    return " ".join(part.text for item in lists[0].items for part in item)


def test_it_tells_of_the_country_alone(cambodia: ReportFiles) -> None:
    words = markdown(cambodia)
    assert "7 articles of 3 outlets in 3 languages tell of trafficking in Cambodia; 2 (29%)" in words
    assert "In all countries that share is 40%." in words
    assert "4 articles of 7 (57%) come from the country’s own press, 2 from the press abroad." in words


def test_its_articles_are_those_of_the_country(cambodia: ReportFiles) -> None:
    lines = cambodia.tables[0].read_text("utf-8-sig").splitlines()
    assert len(lines) == 1 + 7
    assert all("KHM" in line for line in lines[1:])


def test_it_says_what_is_not_written(cambodia: ReportFiles) -> None:
    words = markdown(cambodia)
    assert "Not named in any article here, though often elsewhere: border and immigration." in words
    assert "No article with corruption tells of this level: high level." in words


def test_it_advises_on_harm(cambodia: ReportFiles) -> None:
    assert "How to report without harm" in markdown(cambodia)


def test_it_is_short(cambodia: ReportFiles) -> None:
    assert 2 <= len(pypdf.PdfReader(cambodia.pdf).pages) <= 5


@pytest.mark.parametrize(
    ("country", "words"),
    [
        ("BRA", "The country is not observed. That is not silence."),
        ("PER", "Only 4 articles of the press of Peru were seen, too few for that to mean anything."),
        ("NOR", "although 140 articles of 1 outlet in Norway were seen."),
    ],
)
def test_a_country_with_no_article_is_told_apart(
    corpus: Corpus, tmp_path: Path, now: dt.datetime, country: str, words: str
) -> None:
    assert words in markdown(write_country(corpus, country, tmp_path, now=now))


def test_too_few_articles_are_no_ground_for_gaps(corpus: Corpus, tmp_path: Path, now: dt.datetime) -> None:
    words = markdown(write_country(corpus, "LAO", tmp_path, now=now))
    assert "Only 1 article tells of the country: too few to say what is missing" in words


def test_a_year_with_articles_but_none_on_trafficking_is_said_in_words(
    make_article, now: dt.datetime
) -> None:
    corpus = build_corpus([make_article("a", coverage="unrelated")], [], year=2025)
    document = annual_document(measure(corpus, now=now), now=now)
    assert "1 article was read, and none tells of trafficking." in front_words(document)


def test_one_article_makes_a_report(make_article, now: dt.datetime, tmp_path: Path) -> None:
    corpus = build_corpus([make_article("a")], [], year=2025)
    words = front_words(annual_document(measure(corpus, now=now), now=now))
    assert "None of the 1 article on trafficking ties corruption to it." in words
    write_country(corpus, "KHM", tmp_path, now=now)
