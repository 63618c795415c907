"""The command line, run as a user runs it: in a process of its own."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pressreview.service.sample import serve_sites

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def run(tmp_path):
    """Run `pressreview ARGS` in an empty folder, with settings of its own."""

    def call(*args: str, **variables: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PRESSREVIEW_")}
        code = "from pressreview.cli import main; main()"
        return subprocess.run(
            [sys.executable, "-c", code, *args],
            cwd=tmp_path,
            env={**kept, **variables},
            capture_output=True,
            text=True,
            check=False,
        )

    return call


def lines_of(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


COMMANDS = (
    "collect",
    "import",
    "gate",
    "extract",
    "classify",
    "report",
    "brief",
    "review",
    "train",
    "doctor",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself_with_an_example(run, command):
    done = run(command, "--help")
    assert done.returncode == 0
    assert "Example:" in done.stdout
    assert f"pressreview {command}" in done.stdout


def test_wrong_usage_ends_with_status_2(run):
    assert run("report").returncode == 2
    assert run("classify", "--input", "only.jsonl").returncode == 2


def test_a_setting_that_does_not_fit_is_named_with_its_mend(run):
    done = run("doctor", PRESSREVIEW_CONCURRENCY="many")
    assert done.returncode == 1
    assert "PRESSREVIEW_CONCURRENCY" in done.stderr
    assert "docs/settings.md" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_gate_says_why_an_article_was_let_in(run, tmp_path):
    rows = [
        {"id": "a", "title": "", "text": "Four men were jailed for human trafficking after paying a bribe."},
        {"id": "b", "title": "", "text": "The match ended two all after extra time."},
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    done = run("gate", "--input", "in.jsonl", "--output", "out.jsonl")
    assert done.returncode == 0
    first, second = lines_of(tmp_path / "out.jsonl")
    assert (first["id"], first["passed"]) == ("a", True)
    assert "en" in {term["lang"] for term in first["trafficking"]}
    assert first["corruption"]
    assert (second["id"], second["passed"], second["trafficking"]) == ("b", False, [])


def test_a_broken_line_gets_an_error_in_its_place_and_status_3(run, tmp_path):
    (tmp_path / "in.jsonl").write_bytes(
        b'{"id": 1, "text": "one"}\n{"id": 2, "te\n\xff\xfe\n{"id": 4}\n{"id": 5, "text": "five"}\n'
    )
    done = run("gate", "--input", "in.jsonl", "--output", "out.jsonl")
    assert done.returncode == 3
    rows = lines_of(tmp_path / "out.jsonl")
    assert ["error" in row for row in rows] == [False, True, True, True, False]
    assert rows[3]["id"] == 4
    assert "in.jsonl:2" in done.stderr


def test_extract_prints_what_a_page_says(run):
    page = next((ROOT / "examples" / "sites" / "harbour-times.example").rglob("nail-bar*.html"))
    done = run("extract", str(page), "--url", "http://harbour-times.example/2025/01/14/nail-bar.html")
    found = json.loads(done.stdout)
    assert set(found) == {"title", "text", "authors", "published", "lang", "outlet"}
    assert found["title"] == "Nail bar owners jailed after workers found sleeping above the shop"
    assert found["authors"] == ["Ellen Marsh"]
    assert found["published"].startswith("2025-01-14")
    assert found["lang"] == "en"
    assert "mattresses in a storeroom" in found["text"]
    assert "Ferry strike" not in found["text"]


def test_collect_asks_for_a_contact_before_it_fetches_from_the_web(run):
    done = run("collect")
    assert done.returncode == 1
    assert "PRESSREVIEW_CONTACT" in done.stderr


def test_a_path_that_is_not_there_is_refused_and_the_rest_imported(run, tmp_path):
    row = {"id": "x", "title": "Held in a barn", "text": "Police freed ten men from forced labour. " * 5}
    (tmp_path / "rows.jsonl").write_text(json.dumps({**row, "outlet": "Made-up Mail"}), encoding="utf-8")
    done = run("import", "nowhere.jsonl", "rows.jsonl", "--json")
    assert done.returncode == 3
    summary = json.loads(done.stdout)
    assert summary["totals"]["stored"] == 1
    assert summary["refusals"][0]["source"]["location"].endswith("nowhere.jsonl")


def test_importing_twice_changes_nothing(run):
    export = ROOT / "examples" / "export" / "archive-2025.jsonl"
    first = json.loads(run("import", str(export), "--json").stdout)["totals"]
    second = json.loads(run("import", str(export), "--json").stdout)["totals"]
    assert first["stored"] > 0
    assert second["stored"] == second["upgraded"] == second["dropped"] == 0
    assert second["known"] == first["stored"] + first["known"] + first["dropped"]


@pytest.mark.slow
def test_the_sample_becomes_a_press_review(run, tmp_path):
    """The main job: feeds, pages and an export in; a page, a PDF and tables out; every fault named."""
    done = run(
        "review", "--examples", str(ROOT / "examples"), "--year", "2025", SOURCE_DATE_EPOCH="1767225600"
    )
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "out" / "2025"
    for name in ("index.html", "annual.pdf", "articles.csv", "countries.csv", "outlets.csv"):
        assert (folder / name).stat().st_size > 500
        assert f"{name}" in done.stdout
    for fault in ("javascript:openApp()", "lost-gazette.example", "archive-2025.jsonl:13", "robots"):
        assert fault in done.stderr
    with (folder / "articles.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len({row["outlet"] for row in rows}) >= 30
    assert len({row["lang"] for row in rows}) >= 15
    assert {row["published"][:4] for row in rows} == {"2025"}
    # The same article under an address of the export's own, with a tracking parameter, is stored once.
    assert sum(row["title"].startswith("Nail bar owners jailed") for row in rows) == 1
    again = run(
        "review", "--examples", str(ROOT / "examples"), "--year", "2025", SOURCE_DATE_EPOCH="1767225600"
    )
    assert again.returncode == 0


def test_the_doctor_names_what_is_there(run):
    done = run("doctor", "--json")
    checks = {check["name"]: check for check in json.loads(done.stdout)}
    assert set(checks) == {"python", "feeds", "lexicon", "model", "store", "contact"}
    assert "351 outlets" in checks["feeds"]["detail"]
    assert not checks["contact"]["passed"]
    assert done.returncode == 0


def test_the_doctor_finds_a_broken_model(run, tmp_path):
    done = run("doctor", PRESSREVIEW_MODEL=str(tmp_path / "nowhere"))
    assert done.returncode == 1
    assert "MEND model" in done.stdout


def test_the_doctor_fetches_every_feed_and_finds_the_lost_one(run):
    with serve_sites(ROOT / "examples" / "sites") as proxy:
        done = run(
            *("doctor", "--feeds", "--json"),
            PRESSREVIEW_FEEDS=str(ROOT / "examples" / "feeds.yaml"),
            PRESSREVIEW_PROXY=proxy,
            PRESSREVIEW_CONTACT="tests@pressreview.example",
            PRESSREVIEW_DOWNLOAD_DELAY="0",
        )
    verdicts = {check["outlet"]: check["verdict"] for check in json.loads(done.stdout)}
    assert done.returncode == 3
    assert [outlet for outlet, verdict in verdicts.items() if verdict != "ok"] == ["lost-gazette"]
    assert verdicts["lost-gazette"] == "dead"


def test_training_without_its_extra_names_what_to_install(tmp_path):
    code = "import sys; sys.modules['sklearn'] = None; from pressreview.cli import main; main()"
    command = [sys.executable, "-c", code, "train", "--smoke"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "pressreview[train]" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_report_of_a_year_without_articles_says_what_to_do(run):
    done = run("report", "--year", "1999")
    assert done.returncode == 1
    assert done.stderr.startswith("pressreview: ")
    assert "Traceback" not in done.stderr


def test_a_store_that_is_no_database_is_named_and_left_as_it_is(run, tmp_path):
    (tmp_path / "data").mkdir()
    file = tmp_path / "data" / "pressreview.sqlite"
    file.write_bytes(b"not a database at all, but somebody's notes\n" * 100)
    done = run("classify")
    assert done.returncode == 1
    assert "pressreview.sqlite" in done.stderr
    assert file.read_bytes().startswith(b"not a database")
