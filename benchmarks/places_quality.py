"""How well `countries_told_of` finds the countries of the labelled articles, beside a plain baseline.

    python benchmarks/places_quality.py [--half report|tune|all] [--errors N] [--lang L]

Reads ../shared/labelled and ../shared/corpus. Stories are split in halves by the hash of their id; weights
were tuned on one half and the tables' gaps looked for there; figures are given for the other. The baseline
finds CLDR's names of countries, in the article's language and in English, as plain substrings, in order of
appearance. `news` leaves out sections of the Trafficking in Persons Report; `abroad` is the news that is not
about the home of its outlet or language.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from pressreview.coverage.outlets import OutletRegistry
from pressreview.coverage.placenames import alpha3
from pressreview.coverage.places import countries_told_of, home_of

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


@dataclass(frozen=True, slots=True)
class Row:
    """A labelled article. `truth` and `home` are alpha-3; `home` is the outlet's country or ''."""

    id: str
    title: str
    text: str
    lang: str
    truth: frozenset[str]
    home: str
    tuning: bool
    report_section: bool


def rows(shared: Path = SHARED) -> Iterator[Row]:
    """The labelled articles that have countries, with their texts."""
    texts = {}
    for name in ("articles", "more", "reports"):
        with gzip.open(shared / "corpus" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            texts.update((row["id"], row) for row in map(json.loads, lines))
    registry = OutletRegistry([])
    codes = alpha3()
    with (shared / "labelled" / "labels.jsonl").open(encoding="utf-8") as lines:
        for label in map(json.loads, lines):
            source = texts[label["id"]]
            url = source["url"] if source["url"] not in (None, "None") else ""
            outlet = registry.resolve(hint=source["outlet"] or "", url=url, lang=label["lang"])
            yield Row(
                id=label["id"],
                title=source["title"] or "",
                text=source["text"] or "",
                lang=label["lang"],
                truth=frozenset(codes[code] for code in label["event_countries"] if code in codes),
                home=outlet.country,
                tuning=hashlib.sha256(label["story"].encode()).digest()[0] % 2 == 0,
                report_section=source["doc_type"] == "report",
            )


@lru_cache(maxsize=100)
def _plain_names(lang: str) -> tuple[tuple[str, str], ...]:
    names = set()
    for code in (lang, "en"):
        try:
            territories = Locale.parse(code).territories
        except (UnknownLocaleError, ValueError):
            continue
        names.update((name, alpha3()[iso]) for iso, name in territories.items() if iso in alpha3())
    return tuple(sorted(names))


def baseline(row: Row) -> tuple[str, ...]:
    """CLDR's names as plain substrings, in order of appearance."""
    text = f"{row.title}\n{row.text}"
    first: dict[str, int] = {}
    for name, code in _plain_names(row.lang):
        at = text.find(name)
        if at >= 0:
            first[code] = min(at, first.get(code, at))
    return tuple(sorted(first, key=lambda code: (first[code], code)))


def told(row: Row) -> tuple[str, ...]:
    """Ours, knowing the article only."""
    return countries_told_of(row.title, row.text, lang=row.lang)


def told_with_outlet(row: Row) -> tuple[str, ...]:
    """Ours, knowing the outlet's country where the registry of outlets can tell."""
    return countries_told_of(row.title, row.text, lang=row.lang, outlet_country=row.home)


def home_only(row: Row) -> tuple[str, ...]:
    """The home of outlet or language, the text unread: what a prior alone would say."""
    home = home_of(row.lang, row.home)
    return (home,) if home else ()


METHODS: dict[str, Callable[[Row], tuple[str, ...]]] = {
    "baseline": baseline,
    "home only": home_only,
    "ours": told,
    "ours+outlet": told_with_outlet,
}


@dataclass(slots=True)
class Counts:
    """Sums over articles. Only articles that have countries count, but for `false_alarms`."""

    articles: int = 0
    right: int = 0
    found: int = 0
    expected: int = 0
    main_right: int = 0
    exact: int = 0

    def add(self, truth: frozenset[str], answer: tuple[str, ...]) -> None:
        """Count one article."""
        self.articles += 1
        self.right += len(truth & set(answer))
        self.found += len(answer)
        self.expected += len(truth)
        self.main_right += bool(answer) and answer[0] in truth
        self.exact += set(answer) == truth

    def line(self) -> str:
        """Precision, recall and F1 of the sets, hits of the main country, sets exactly right; all in %."""
        precision = self.right / self.found if self.found else 0.0
        recall = self.right / self.expected if self.expected else 0.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        shares = (precision, recall, f1, self.main_right / self.articles, self.exact / self.articles)
        return " ".join(f"{100 * share:6.1f}" for share in shares)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=("report", "tune", "all"), default="report")
    parser.add_argument("--errors", type=int, default=0, help="print so many wrong answers a language")
    parser.add_argument("--method", choices=tuple(METHODS), default="ours+outlet", help="whose errors")
    parser.add_argument("--lang", default="", help="errors of this language only")
    options = parser.parse_args()
    chosen = [row for row in rows() if options.half == "all" or row.tuning == (options.half == "tune")]
    judged = [row for row in chosen if row.truth]
    print(f"{len(judged)} articles with countries, half: {options.half}")
    for method, answer in METHODS.items():
        by_lang: dict[str, Counts] = defaultdict(Counts)
        total = Counts()
        news = Counts()
        abroad = Counts()
        started = time.perf_counter()
        answers = {row.id: answer(row) for row in judged}
        seconds = time.perf_counter() - started
        for row in judged:
            by_lang[row.lang].add(row.truth, answers[row.id])
            total.add(row.truth, answers[row.id])
            if not row.report_section:
                news.add(row.truth, answers[row.id])
                if home_of(row.lang, row.home) not in row.truth:
                    abroad.add(row.truth, answers[row.id])
        print(f"\n{method}: {1000 * seconds / len(judged):.2f} ms an article")
        print("language     n precision recall   F1   main  exact")
        print(f"{'all':8} {total.articles:5} {total.line()}")
        print(f"{'news':8} {news.articles:5} {news.line()}")
        print(f"{'abroad':8} {abroad.articles:5} {abroad.line()}")
        for lang in sorted(by_lang, key=lambda code: (-by_lang[code].articles, code)):
            print(f"{lang:8} {by_lang[lang].articles:5} {by_lang[lang].line()}")
        if options.errors and method == options.method:
            _print_errors(judged, answers, options.errors, options.lang)


def _print_errors(judged: list[Row], answers: dict[str, tuple[str, ...]], most: int, only: str) -> None:
    shown: dict[str, int] = defaultdict(int)
    for row in judged:
        if set(answers[row.id]) != row.truth and shown[row.lang] < most and only in ("", row.lang):
            shown[row.lang] += 1
            print(
                f"  {row.lang} {row.id} truth {sorted(row.truth)} ours {answers[row.id]} "
                f"home {row.home!r}: {row.title[:80]}"
            )


if __name__ == "__main__":
    main()
