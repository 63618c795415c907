"""Extraction: pages a second and quality, beside plain trafilatura in the same run.

Usage: python benchmarks/bench_extract.py [FOLDER_OF_PAGES]

The folder holds `pages.jsonl` (keys `file`, `url`, `lang`, `expected` with title, text, date, authors) and
the gzipped pages; by default the shared folder beside the checkout. Quality is the mean over the pages whose
source states what is expected:

- text: F1 of the bags of words (single characters in scripts without spaces), as in public comparisons;
- title: exact after folding of case and punctuation; near: one holds the other, or 90 % similar;
- date: the same day; authors: F1 over folded names;
- snippets: share of sentences that must stand in the text and do, and of those that must not and do not.
"""

from __future__ import annotations

import gzip
import importlib.metadata
import json
import re
import sys
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import trafilatura
from pressreview.coverage.extract import extract_page

PAGES = Path(__file__).resolve().parents[2] / "shared" / "pages"
_WORD = re.compile(r"[぀-ヿ㐀-鿿가-힯฀-๿က-႟ក-៿]|[^\W_]+")


def tokens(text: str) -> Counter[str]:
    """The bag of words of a text."""
    return Counter(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def bag_f1(found: str, expected: str) -> float:
    """F1 of two texts' bags of words."""
    one, two = tokens(found), tokens(expected)
    common = (one & two).total()
    return 2 * common / (one.total() + two.total()) if common else float(not one and not two)


def folded(text: str) -> str:
    """A text without case, accents in another form, spaces and punctuation."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", text).casefold() if letter.isalnum())


def near(found: str, expected: str) -> bool:
    """Whether two titles are the same but for a site's name or a few letters."""
    one, two = folded(found), folded(expected)
    if not one or not two:
        return False
    return one in two or two in one or SequenceMatcher(None, one, two).ratio() >= 0.9


def names_f1(found: Iterable[str], expected: Iterable[str]) -> float:
    """F1 over folded names."""
    one, two = {folded(name) for name in found}, {folded(name) for name in expected}
    common = len(one & two)
    return 2 * common / (len(one) + len(two)) if common else float(not one and not two)


def plain_trafilatura(page: bytes, url: str) -> Mapping[str, Any]:
    """The rival: trafilatura with its defaults, and with its metadata."""
    answer = trafilatura.extract(page, url=url, output_format="json", with_metadata=True)
    found = json.loads(answer) if answer else {}
    return {
        "title": found.get("title") or "",
        "text": found.get("text") or "",
        "published": found.get("date"),
        "authors": [name for name in (found.get("author") or "").split("; ") if name],
        "lang": "",
    }


def score(found: Mapping[str, Any], row: Mapping[str, Any], scores: dict[str, list[float]]) -> None:
    """Add one page's scores."""
    expected = row["expected"] or {}
    scores["any text"].append(float(bool(found["text"])))
    scores["any title"].append(float(bool(found["title"])))
    scores["any date"].append(float(bool(found["published"])))
    scores["any authors"].append(float(bool(found["authors"])))
    if found.get("lang"):
        scores["lang"].append(float(found["lang"] == row["lang"]))
    if expected.get("text"):
        scores["text F1"].append(bag_f1(found["text"], expected["text"]))
    for key, wanted in (("must_contain", True), ("must_not_contain", False)):
        for snippet in expected.get(key) or ():
            scores["snippets"].append(float((folded(snippet) in folded(found["text"])) == wanted))
    if expected.get("title"):
        scores["title exact"].append(float(folded(found["title"]) == folded(expected["title"])))
        scores["title near"].append(float(near(found["title"], expected["title"])))
    if expected.get("date"):
        scores["date"].append(float((found["published"] or "") == expected["date"][:10]))
    if expected.get("authors"):
        scores["authors F1"].append(names_f1(found["authors"], expected["authors"]))


def measure(
    name: str, extractor: Callable[[bytes, str], Mapping[str, Any]], rows: list[tuple[dict[str, Any], bytes]]
) -> None:
    """Run one extractor over all pages and print its line."""
    scores: dict[str, list[float]] = defaultdict(list)
    seconds = 0.0
    for row, page in rows:
        begin = time.perf_counter()
        found = extractor(page, row["url"] or "")
        seconds += time.perf_counter() - begin
        score(found, row, scores)
    print(f"{name}: {len(rows) / seconds:.1f} pages/s")
    for key, values in scores.items():
        print(f"  {key:12} {sum(values) / len(values):.3f}  n={len(values)}")


def main() -> None:
    """Print both tables."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else PAGES
    if not (folder / "pages.jsonl").is_file():
        print(f"bench_extract: skipped, no pages.jsonl in {folder}")
        return
    rows = []
    for line in (folder / "pages.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        rows.append((row, gzip.decompress((folder / row["file"]).read_bytes())))
    measure(f"trafilatura {importlib.metadata.version('trafilatura')}, defaults", plain_trafilatura, rows)
    measure("pressreview", lambda page, url: extract_page(page, url=url), rows)


if __name__ == "__main__":
    main()
