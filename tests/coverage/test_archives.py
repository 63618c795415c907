"""Importing: files of every kind, whole and broken, in bounded memory, twice without a change."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import itertools
import json
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pressreview.coverage import archives, readers_rows
from pressreview.coverage.archives import ImportSummary, import_paths, read_path
from pressreview.coverage.article import Candidate, Refusal, RunStatus
from pressreview.coverage.columns import load_columns, to_candidate
from pressreview.coverage.gate import Gate
from pressreview.coverage.intake import Intake
from pressreview.coverage.openfiles import first_bytes, read_whole
from pressreview.coverage.outlets import OutletRegistry
from pressreview.coverage.readers_rows import delimiter_of
from pressreview.coverage.store import Store
from pressreview.errors import ConfigError, InputError

NOW = dt.datetime(2024, 6, 30, 12, tzinfo=dt.UTC)
# Made-up texts.
TRAFFICKING = (
    "A police officer was charged with human trafficking on Monday. Prosecutors say that he took bribes from "
    "a ring that sent young women abroad with false promises of work, and let their papers pass."
)
OTHER = (
    "The harbour master of a made-up town retired on Monday after forty years. He had counted every ship "
    "that came in since the new pier was built, and kept the figures in a green book."
)


def row(number: int, text: str = TRAFFICKING) -> dict[str, object]:
    """A made-up row."""
    return {
        "id": f"row-{number}",
        "url": f"https://daily.example/story-{number}",
        "outlet": "The Daily Example",
        "lang": "en",
        "title": f"Made-up story number {number}",
        "text": text,
        "published": "2024-05-13",
        "author": "Ann Angler",
    }


def lines(*rows: object) -> str:
    """JSON lines."""
    return "".join(json.dumps(one) + "\n" for one in rows)


def split(path: Path) -> tuple[list[Candidate], list[Refusal]]:
    """What a path holds: candidates and refusals."""
    items = list(read_path(path))
    return [item for item in items if isinstance(item, Candidate)], [
        item for item in items if isinstance(item, Refusal)
    ]


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Write a file into a folder of its own."""

    def written(name: str, content: str | bytes) -> Path:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    return written


Write = Callable[[str, str | bytes], Path]

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>The Daily Example</title>
<link>https://daily.example/</link>
<item><title>A made-up story</title><link>https://daily.example/a</link><description>Words.</description></item>
<item><title>A story without a link</title><description>Words.</description></item></channel></rss>"""
PAGE = "<!DOCTYPE html><html><head><title>A made-up story</title></head><body><p>Words.</p></body></html>"


# Kinds of files


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("a.jsonl", lines(row(1), row(2)), 2),
        ("a.ndjson", lines(row(1)), 1),
        ("a.json", json.dumps([row(1), row(2), row(3)]), 3),
        ("a.json", json.dumps({"status": "ok", "totalResults": 2, "articles": [row(1), row(2)]}), 2),
        ("a.json", json.dumps(row(1), indent=2), 1),
        ("a.json", lines(row(1), row(2)), 2),
        ("a.csv", "title,text,url\nOne,Words,https://d.example/1\nTwo,Words,https://d.example/2\n", 2),
        ("a.tsv", "title\ttext\nOne\tWords\n", 1),
        ("a.txt", "title;text\nOne;Words\n", 1),
        ("feed.xml", FEED, 1),
        ("feed", FEED, 1),
        ("page.html", PAGE, 1),
        ("page", PAGE, 1),
        ("page.htm", "<!-- saved --><html><body>x</body></html>", 1),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_a_file_is_read_by_what_it_is(
    write: Write, name: str, content: str, found: int, *, packed: bool
) -> None:
    body = content.encode()
    file = write(name + ".gz", gzip.compress(body)) if packed else write(name, body)
    assert len(split(file)[0]) == found


def test_a_gzipped_file_needs_no_suffix(write: Write) -> None:
    assert len(split(write("a", gzip.compress(lines(row(1)).encode())))[0]) == 1


def test_the_keys_of_a_row_fill_a_candidate(write: Write) -> None:
    (candidate,), refusals = split(write("a.jsonl", lines(row(1))))
    assert not refusals
    assert candidate.url == "https://daily.example/story-1"
    assert (candidate.title, candidate.text) == ("Made-up story number 1", TRAFFICKING)
    assert (candidate.lang, candidate.outlet, candidate.external_id) == ("en", "The Daily Example", "row-1")
    assert candidate.authors == ("Ann Angler",)
    assert candidate.dates[0].raw == "2024-05-13"
    assert candidate.source.line == 1
    assert candidate.source.location.endswith("a.jsonl")
    assert not candidate.summary


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"Headline": "T", "Article Body": "x"}, ("T", "x")),
        ({"headline": "T", "content": "x", "pubDate": "2024-05-13"}, ("T", "x")),
        ({"title": "T", "text": None, "body": "x"}, ("T", "x")),
        ({"title": "T", "text": ["x", "y"]}, ("T", "x\ny")),
        ({"title": "T", "content": "<p>x</p><p>y</p>"}, ("T", "x\ny")),
        ({"title": "NaN", "text": "x"}, ("", "x")),
        ({"título": "T", "titulo": "T", "texto": "x"}, ("T", "x")),
    ],
)
def test_parts_of_an_article_go_by_many_names(given: dict[str, object], expected: tuple[str, str]) -> None:
    candidate = to_candidate(given, archives.Source("import", "made-up"))
    assert (candidate.title, candidate.text) == expected


def test_nested_values_and_summaries() -> None:
    candidate = to_candidate(
        {
            "title": "T",
            "description": "Only a summary",
            "source": {"id": "daily", "name": "The Daily Example"},
            "authors": [{"name": "Ann Angler"}, "Bo Barker"],
            "publishedAt": {"$date": "2024-05-13T00:00:00Z"},
            "_id": 17,
        },
        archives.Source("import", "made-up"),
    )
    assert (candidate.text, candidate.summary) == ("Only a summary", True)
    assert candidate.outlet == "The Daily Example"
    assert candidate.authors == ("Ann Angler", "Bo Barker")
    assert candidate.dates[0].date is not None
    assert candidate.external_id == "17"


def test_a_column_of_pages_is_read_as_pages() -> None:
    candidate = to_candidate(
        {"url": "https://daily.example/a", "html": PAGE}, archives.Source("import", "made-up")
    )
    assert candidate.page == PAGE.encode()


# Tables


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^"])
def test_any_delimiter_is_found(write: Write, delimiter: str) -> None:
    out = io.StringIO()
    table = csv.writer(out, delimiter=delimiter)
    table.writerows([["date", "headline", "body"], ["2024-05-13", "A, b; c | d", 'He said "no",\nand left.']])
    (candidate,), refusals = split(write("a.csv", out.getvalue()))
    assert not refusals
    assert (candidate.title, candidate.text) == ("A, b; c | d", 'He said "no",\nand left.')
    assert delimiter_of(delimiter.join(["date", "headline", "body"])) == delimiter


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "cp1251"])
def test_tables_in_other_encodings(write: Write, encoding: str) -> None:
    word = "Начальник порта ушёл на покой" if encoding == "cp1251" else "Café à Zürich fermé pour l'été"
    text = "title,text\n" + f"{word},{' '.join([word] * 30)}\n" * 3
    candidates, refusals = split(write("a.csv", text.encode(encoding)))
    assert not refusals
    assert candidates[0].title == word


def test_the_line_in_which_excel_names_its_delimiter_is_passed_over(write: Write) -> None:
    assert split(write("a.csv", "sep=;\ntitle;text\nOne;Words\n"))[0][0].title == "One"


def test_lines_of_rows_are_counted_through_line_feeds_in_cells(write: Write) -> None:
    candidates, _ = split(write("a.csv", 'title,text\nOne,"two\nlines"\nTwo,x\n'))
    assert [candidate.source.line for candidate in candidates] == [2, 4]


def test_a_missing_column_names_those_that_are_there(write: Write) -> None:
    candidates, (refusal,) = split(write("a.csv", "name,age\nAnn,5\n"))
    assert not candidates
    assert "name, age" in refusal.reason
    assert "Name the columns" in refusal.reason


def test_a_row_with_too_many_cells_is_refused_and_the_next_is_read(write: Write) -> None:
    candidates, (refusal,) = split(write("a.csv", "title,text\nOne,x,y,z\nTwo,x\n"))
    assert [candidate.title for candidate in candidates] == ["Two"]
    assert refusal.source.line == 2


def test_a_quotation_mark_that_is_never_closed_swallows_a_bounded_part(write: Write) -> None:
    rows = "".join(f"title {number},{'x' * 1000}\n" for number in range(4000))
    candidates, (refusal,) = split(write("a.csv", f'title,text\nfirst,x\nopen,"never closed\n{rows}'))
    assert len(candidates) > 1900
    assert refusal.source.line == 3
    assert "never closed" in refusal.reason


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1), st.text(max_size=40)),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from([",", ";", "\t", "|"]),
)
def test_what_was_written_as_csv_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], delimiter: str
) -> None:
    rows = [
        (title, text) for title, text in rows if title.strip() and "\0" not in text and title.isprintable()
    ]
    file = tmp_path_factory.mktemp("csv") / "a.csv"
    with file.open("w", encoding="utf-8", newline="", errors="surrogatepass") as out:
        table = csv.writer(out, delimiter=delimiter)
        table.writerow(["id", "title", "text"])
        table.writerows([[f"n{number}", *one] for number, one in enumerate(rows)])
    candidates, _ = split(file)
    assert len(candidates) <= len(rows)
    assert {candidate.external_id for candidate in candidates} <= {
        f"n{number}" for number in range(len(rows))
    }


# JSON


@settings(max_examples=50, deadline=None)
@given(st.lists(st.one_of(st.binary(max_size=60), st.just(lines(row(1)).encode())), max_size=6))
def test_no_line_stops_the_lines_after_it(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes]
) -> None:
    file = tmp_path_factory.mktemp("jsonl") / "a.jsonl"
    good = lines(row(1)).encode()
    whole = [piece.replace(b"\n", b" ").replace(b"\r", b" ").strip() + b"\n" for piece in pieces]
    file.write_bytes(good + b"".join(whole) + good)
    if readers_rows.encoding_of(first_bytes(file)) == "utf-8":
        candidates, _ = split(file)
        assert len(candidates) >= 2 + sum(piece == good for piece in whole)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{broken", "not JSON"),
        ("[1, 2]", "not an object but list"),
        ('"words"', "not an object but str"),
        ("null", "not an object"),
        ("[" * 100_000, "not JSON"),
        ('{"name": "Ann"}', "the columns are: name"),
        ("{}", "no column"),
    ],
)
def test_a_line_that_is_no_article_is_refused_with_its_line(write: Write, line: str, reason: str) -> None:
    candidates, (refusal,) = split(write("a.jsonl", lines(row(1)) + line + "\n\n" + lines(row(2))))
    assert len(candidates) == 2
    assert reason in refusal.reason
    assert refusal.source.line == 2
    assert refusal.reason.endswith(".")


def test_a_line_in_another_encoding_is_refused(write: Write) -> None:
    body = lines(row(1)).encode() + b'{"title": "caf\xe9"}\n' + lines(row(2)).encode()
    candidates, (refusal,) = split(write("a.jsonl", body))
    assert len(candidates) == 2
    assert "not UTF-8" in refusal.reason
    assert refusal.source.line == 2


def test_a_line_too_long_is_refused_and_the_next_is_read(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers_rows, "MAX_LINE", 5000)
    long = json.dumps(row(1, "x" * 200_000)) + "\n"
    candidates, (refusal,) = split(write("a.jsonl", long + lines(row(2))))
    assert [candidate.external_id for candidate in candidates] == ["row-2"]
    assert (refusal.source.line, "over 5,000 characters" in refusal.reason) == (1, True)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('[{"title": "One", "text": "x"}, {"title": "Two"', "breaks off"),
        ('[{"title": "One", "text": "x"}, {title}]', "breaks off"),
        ('[{"title": "One", "text": "x"}, 5]', "not an object"),
    ],
)
def test_of_a_broken_json_array_the_beginning_is_read(write: Write, content: str, reason: str) -> None:
    candidates, (refusal,) = split(write("a.json", content))
    assert [candidate.title for candidate in candidates] == ["One"]
    assert reason in refusal.reason


@pytest.mark.parametrize("content", ["[]", "{}", '{"a": 1}', "[1, 2", "{broken\n}"])
def test_json_without_articles_is_refused(write: Write, content: str) -> None:
    candidates, refusals = split(write("a.json", content))
    assert not candidates
    assert refusals


def test_a_json_array_is_read_element_by_element(write: Write) -> None:
    file = write("a.json", "[\n " + ",\n ".join(json.dumps(row(n)) for n in range(500)) + "\n]")
    first = list(itertools.islice(read_path(file), 3))
    assert [item.external_id for item in first if isinstance(item, Candidate)] == ["row-0", "row-1", "row-2"]
    assert len(split(file)[0]) == 500


# Faults of files


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.jsonl", b"", "empty"),
        ("blank.csv", b" \n\n", "empty"),
        ("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0", "binary"),
        ("a.pdf", b"%PDF-1.7", "PDF"),
        ("a.zip", b"PK\x03\x04\0\0", "ZIP"),
        ("a.warc", b"WARC/1.0\r\nWARC-Type: warcinfo\r\n", "WARC"),
        ("a.sqlite", b"SQLite format 3\0", "database"),
        ("notes.txt", b"Some words that somebody left here.\n", "no kind of file"),
        ("data.xml", b"<?xml version='1.0'?><catalog><book/></catalog>", "no kind of file"),
        ("broken.xml", b"<rss><channel><item>", "feed"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(write: Write, name: str, content: bytes, reason: str) -> None:
    candidates, refusals = split(write(name, content))
    assert not candidates
    assert len(refusals) <= 1
    if refusals:
        assert reason in refusals[0].reason
        assert refusals[0].source.location.endswith(name)


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    _, (refusal,) = split(tmp_path / "nothing.jsonl")
    assert "no such file" in refusal.reason


@pytest.mark.skipif(os.geteuid() == 0 and sys.platform != "linux", reason="root may read everything")
def test_a_file_without_the_right_to_read_it(write: Write) -> None:
    file = write("secret.jsonl", lines(row(1)))
    file.chmod(0)
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from pressreview.coverage.archives import read_path\n"
        "os.geteuid() == 0 and (os.setgid(65534), os.setuid(65534))\n"
        "print([item.reason for item in read_path(Path(sys.argv[1]))])\n"
    )
    for folder in (file.parent, *file.parents):  # the other user has to get there
        if str(folder).startswith("/tmp/") and folder != Path("/tmp"):
            folder.chmod(0o755)
    answer = subprocess.run([sys.executable, "-c", code, file], capture_output=True, text=True, check=False)
    assert "Permission denied" in answer.stdout, answer.stderr


def test_what_came_before_a_damaged_gzip_member_is_kept(write: Write) -> None:
    whole = gzip.compress(lines(*(row(n, os.urandom(3000).hex()) for n in range(200))).encode())
    candidates, (refusal,) = split(write("a.jsonl.gz", whole[: len(whole) // 2]))
    assert 50 < len(candidates) < 150
    assert "gzip" in refusal.reason
    assert refusal.source.line == len(candidates)
    table = gzip.compress(
        ("title,text\n" + "".join(f"{n},{os.urandom(3000).hex()}\n" for n in range(200))).encode()
    )
    candidates, refusals = split(write("a.csv.gz", table[: len(table) // 2]))
    assert len(candidates) > 50
    assert "gzip" in refusals[-1].reason


def test_a_folder_is_read_in_order_without_hidden_files(write: Write, tmp_path: Path) -> None:
    write("b/two.jsonl", lines(row(2)))
    write("a/one.jsonl", lines(row(1)))
    write("a/.hidden.jsonl", lines(row(9)))
    write(".git/three.jsonl", lines(row(9)))
    write("a/style.css", "body {}")
    write("a/robots.txt", "User-agent: *")
    write("c/broken.jsonl", "{\n")
    write("d/four.jsonl", lines(row(4)))
    candidates, refusals = split(tmp_path)
    assert [candidate.external_id for candidate in candidates] == ["row-1", "row-2", "row-4"]
    assert len(refusals) == 1


def test_links_in_a_circle_end(write: Write, tmp_path: Path) -> None:
    write("a/one.jsonl", lines(row(1)))
    (tmp_path / "a" / "again").symlink_to(tmp_path)
    assert len(split(tmp_path)[0]) == 1


def test_an_empty_folder_is_said(tmp_path: Path) -> None:
    _, (refusal,) = split(tmp_path)
    assert "holds no file" in refusal.reason


def test_a_gzip_bomb_is_refused_by_its_size(write: Write) -> None:
    bomb = gzip.compress(b"<html><body>" + b" " * (60 * 2**20))
    _, (refusal,) = split(write("bomb.html.gz", bomb))
    assert "over 10,485,760 bytes" in refusal.reason
    with pytest.raises(InputError):
        read_whole(write("again.gz", bomb), 1000)


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    file = tmp_path / "large.jsonl"
    with file.open("w", encoding="utf-8") as out:
        for number in range(30_000):
            out.write(json.dumps(row(number)) + "\n")
    tracemalloc.start()
    try:
        count = sum(1 for _ in read_path(file))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 30_000
    assert file.stat().st_size > 11 * 2**20
    assert peak < 3 * 2**20


# Importing


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty SQLite store."""
    with Store.open(f"sqlite:///{tmp_path / 'store.sqlite'}") as opened:
        yield opened


INTAKE = Intake(outlets=OutletRegistry([]), gate=Gate.load(), now=lambda: NOW)


def imported(store: Store, *paths: Path, workers: int = 1) -> ImportSummary:
    """Import paths."""
    return import_paths(paths, store, INTAKE, now=lambda: NOW, workers=workers)


@pytest.fixture
def mixed(write: Write, tmp_path: Path) -> Path:
    """A folder with two that pass, two that are dropped, and two faults."""
    folder = tmp_path / "in"
    write(
        "in/a.jsonl", lines(row(1), row(2, OTHER)) + "{broken\n" + lines({**row(3), "title": "", "text": ""})
    )
    write(
        "in/b.csv",
        f'url,title,text\nhttps://daily.example/4,Four,"{TRAFFICKING}"\nhttps://daily.example/5,Five,"{OTHER}"\n',
    )
    return folder


def test_every_row_ends_in_one_counter(store: Store, mixed: Path) -> None:
    summary = imported(store, mixed)
    assert (summary.stored, summary.dropped, summary.refused) == (2, 2, 2)
    assert (summary.known, summary.upgraded, summary.seen) == (0, 0, 6)
    reasons = [refusal.reason for refusal in summary.refusals]
    assert any("not JSON" in reason for reason in reasons)
    assert any("empty text" in reason for reason in reasons)
    assert dict(summary.outlets) == {"daily-example": {"stored": 2, "dropped": 2}, "": {"refused": 2}}
    assert {refusal.source.line for refusal in store.refusals(summary.run)} == {3, 4}
    assert sum(count.seen for count in store.seen_counts()) == 4
    assert sum(count.passed for count in store.seen_counts()) == 2


def test_importing_twice_changes_nothing(store: Store, mixed: Path) -> None:
    imported(store, mixed)
    articles, seen = list(store.articles()), store.seen_counts()
    again = imported(store, mixed)
    assert (again.stored, again.dropped, again.known, again.refused) == (0, 0, 4, 2)
    assert list(store.articles()) == articles
    assert store.seen_counts() == seen


def test_the_order_of_files_does_not_change_what_is_stored(tmp_path: Path, mixed: Path) -> None:
    found = []
    for order in ((mixed / "a.jsonl", mixed / "b.csv"), (mixed / "b.csv", mixed / "a.jsonl")):
        with Store.open(f"sqlite:///{tmp_path / order[0].name}.sqlite") as other:
            imported(other, *order)
            found.append({article.id for article in other.articles()})
    assert found[0] == found[1]


@pytest.mark.slow
def test_several_processes_give_what_one_gives(tmp_path: Path, write: Write) -> None:
    rows = lines(*(row(n, TRAFFICKING if n % 3 else OTHER) for n in range(230))) + "{broken\n"
    file = write("many.jsonl", rows)
    found = []
    for workers in (1, 2):
        with Store.open(f"sqlite:///{tmp_path / str(workers)}.sqlite") as other:
            summary = imported(other, file, workers=workers)
            counters = (summary.stored, summary.dropped, summary.refused)
            found.append((counters, summary.refusals, list(other.articles()), other.seen_counts()))
    assert found[0] == found[1]
    assert found[0][0] == (153, 77, 1)


def test_progress_is_told_after_each_batch(store: Store, write: Write) -> None:
    told: list[tuple[str, int, int | None]] = []
    file = write("many.jsonl", lines(*(row(n, OTHER) for n in range(450))))
    import_paths(
        [file],
        store,
        INTAKE,
        now=lambda: NOW,
        progress=lambda *parts: told.append(parts),
    )
    assert told == [("import", 200, None), ("import", 400, None), ("import", 450, None)]


def test_ctrl_c_keeps_what_is_committed_and_says_so(store: Store, write: Write) -> None:
    file = write("many.jsonl", lines(*(row(n) for n in range(450))))

    def stop(stage: str, done: int, total: int | None) -> None:
        if done >= 200:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_paths([file], store, INTAKE, now=lambda: NOW, progress=stop)
    assert sum(1 for _ in store.articles()) == 200
    (run,) = store.runs()
    assert run.status is RunStatus.INTERRUPTED
    assert imported(store, file).stored == 250


def test_a_summary_carries_a_bounded_number_of_refusals(store: Store, write: Write) -> None:
    summary = imported(store, write("broken.jsonl", "{\n" * 1500))
    assert (summary.refused, len(summary.refusals)) == (1500, archives.MAX_REFUSALS)
    assert len(store.refusals(summary.run)) == 1500


def test_the_summary_fits_the_ledger(store: Store, mixed: Path) -> None:
    summary = imported(store, mixed)
    (run,) = store.runs()
    assert run.summary == json.loads(json.dumps(summary.as_mapping()))
    assert run.status is RunStatus.DONE


def test_a_broken_table_of_columns_is_named(tmp_path: Path) -> None:
    table = tmp_path / "columns.yaml"
    table.write_text("title: 5\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"columns\.yaml"):
        load_columns(table)


# Real files


def test_real_feeds_pages_and_tables_are_read_without_a_fall(shared: Path) -> None:
    candidates = refusals = 0
    for folder in ("feeds", "pages"):
        for item in read_path(shared / folder):
            candidates += isinstance(item, Candidate)
            refusals += isinstance(item, Refusal)
            if isinstance(item, Refusal):
                assert item.reason
    assert candidates > 2000
    assert refusals < 100


def test_archives_that_come_later_are_named(shared: Path) -> None:
    _, refusals = split(shared / "warc")
    assert refusals
    assert any("WARC" in refusal.reason for refusal in refusals)


# The documentation


@pytest.mark.parametrize(
    "role", ["title", "text", "summary", "html", "url", "date", "outlet", "lang", "authors", "id"]
)
def test_each_part_of_an_article_is_documented(role: str) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "importing.md").read_text(encoding="utf-8")
    assert f"`{getattr(load_columns(), role)[0]}`" in page


def test_each_list_key_is_documented() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "importing.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in page for name in load_columns().lists)
