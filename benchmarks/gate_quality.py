"""The gate's quality on real texts: recall by language, pass rates, beside two baselines in the same run.

Usage: python benchmarks/gate_quality.py [SHARED_FOLDER]

Recall: the labelled articles whose coverage is `trafficking_only` or `trafficking_corruption`. Pass rates: ordinary
news (rows without a label, `negative_bin: general`) and the labelled `unrelated` ones, which are mostly hard. The
halves are by the hash of the story: terms were tuned on half 0 only. Baselines: the English strict terms alone, and
all strict terms as bare substrings (no word boundaries, no languages), both in folded text. The made-up articles of
training/data, which avoid the obvious words, stand in a line of their own.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pressreview.coverage.gate import Gate
from pressreview.coverage.lexicon import language_terms

ROOT = Path(__file__).resolve().parents[1]
TELLS = {"trafficking_only", "trafficking_corruption"}
Check = Callable[[str, str], bool]


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSONL file, gzipped or not."""
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8") as file
    ):
        yield from map(json.loads, file)


def half(name: str) -> int:
    """0 or 1 by the hash of a story's id."""
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % 2


def body(row: dict[str, Any]) -> str:
    """Title and text."""
    return f"{row.get('title') or ''}\n{row.get('text') or ''}"


def checks(gate: Gate) -> dict[str, Check]:
    """What is compared, by name."""
    literals = {
        gate.fold(listed.term.replace("*", "").replace("$", "")).strip(): code
        for code, language in gate.lexicon.languages.items()
        for listed in language_terms(code, language)
        if listed.strength == "strict" and listed.kind in {"trafficking", "situation"}
    }
    english = [literal for literal, code in literals.items() if code == "en"]

    def contains(found: list[str]) -> Check:
        return lambda text, lang: any(literal in folded for folded in [gate.fold(text)] for literal in found)

    return {
        "broad": lambda text, lang: gate.check(text, lang=lang).passed,
        "strict": lambda text, lang: gate.check(text, lang=lang, strength="strict").passed,
        "substrings": contains(list(literals)),
        "English": contains(english),
    }


def main() -> None:
    """Print the table."""
    shared = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared"
    corpus = {
        row["id"]: row
        for name in ("articles", "more", "reports")
        for row in rows(shared / "corpus" / f"{name}.jsonl.gz")
    }
    labels = {row["id"]: row for row in rows(shared / "labelled" / "labels.jsonl")}
    compared = checks(Gate.load())
    totals: Counter[str] = Counter()
    passed: Counter[tuple[str, str]] = Counter()

    def count(group: str, text: str, lang: str) -> None:
        totals[group] += 1
        for name, check in compared.items():
            passed[group, name] += check(text, lang)

    for key, label in labels.items():
        row = corpus[key]
        if label["coverage"] in TELLS:
            for group in (label["lang"], "all", f"half {half(label['story'])}"):
                count(group, body(row), row["lang"])
        else:
            count("labelled unrelated", body(row), row["lang"])
    for key, row in corpus.items():
        if key not in labels and row.get("negative_bin") == "general":
            count("ordinary news", body(row), row["lang"])
    for path in sorted((ROOT / "training" / "data").glob("made_up_*.jsonl")):
        for row in rows(path):
            if row["coverage"] in TELLS:
                count(f"made up, half {half(row['id'])}", body(row), "")
    print(f"{'group':<20}{'n':>6}" + "".join(f"{name:>12}" for name in compared))
    for group, total in totals.most_common():
        print(
            f"{group:<20}{total:>6}" + "".join(f"{passed[group, name] / total:>12.1%}" for name in compared)
        )


if __name__ == "__main__":
    main()
