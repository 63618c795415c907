"""How long the annual review of a large year takes, and how much memory, beside a baseline without rendering.

    .venv/bin/python benchmarks/bench_report.py [ARTICLES] [--keep FOLDER] [--json]

The articles are made up (seeded, so always the same ones). The baseline, in the same run and each in a
process of its own, is what the figures alone would cost: the same records dumped as JSON lines and grouped
with polars by country, outlet, language and day, with nothing drawn.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import multiprocessing
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl
from pressreview.classifiers.codebook import ACTORS
from pressreview.coverage.article import (
    Label,
    LabelledArticle,
    Outlet,
    OutletKind,
    Reach,
    SeenCount,
    Source,
    article_id,
)
from pressreview.reports.annual import write_report
from pressreview.reports.frames import build_corpus
from pressreview.reports.geography import countries

YEAR = 2025
NOW = dt.datetime(2026, 2, 1, 9, 0, tzinfo=dt.UTC)
SEED = 7
LANGUAGES = (
    "en",
    "es",
    "fr",
    "pt",
    "ru",
    "ar",
    "zh",
    "hi",
    "km",
    "th",
    "my",
    "am",
    "ka",
    "he",
    "ta",
    "ja",
    "ko",
)
WORDS = {
    "en": "Made-up headline on a brothel raid and the officers named in it",
    "es": "Titular inventado sobre una red de trata y los agentes acusados",
    "fr": "Titre inventé sur un réseau de traite et des policiers mis en cause",
    "pt": "Título inventado sobre trabalho escravo e fiscais acusados",
    "ru": "Вымышленный заголовок о торговле людьми и полиции",
    "ar": "عنوان مختلق عن الاتجار بالبشر وضباط متهمين",
    "zh": "虚构标题：贩卖人口案与被告官员",
    "hi": "मानव तस्करी पर एक काल्पनिक शीर्षक",
    "km": "ចំណងជើងប្រឌិតអំពីការជួញដូរមនុស្ស",
    "th": "พาดหัวสมมติเรื่องการค้ามนุษย์และเจ้าหน้าที่",
    "my": "လူကုန်ကူးမှုအကြောင်း စိတ်ကူးယဉ်ခေါင်းစဉ်",
    "am": "ስለ ሰዎች ዝውውር የተፈጠረ ርዕስ",
    "ka": "გამოგონილი სათაური ადამიანებით ვაჭრობაზე",
    "he": "כותרת בדויה על סחר בבני אדם",
    "ta": "மனிதக் கடத்தல் பற்றிய கற்பனைத் தலைப்பு",
    "ja": "人身取引についての架空の見出し",
    "ko": "인신매매에 관한 지어낸 제목",
}


def made_outlets(how_many: int) -> list[Outlet]:
    """Made-up outlets all over the world."""
    draw = random.Random(SEED)
    codes = list(countries())
    weights = [1 / (rank + 3) for rank in range(len(codes))]
    draw.shuffle(codes)
    kinds = [kind for kind in OutletKind if kind is not OutletKind.UNKNOWN]
    reaches = [reach for reach in Reach if reach is not Reach.UNKNOWN]
    result = []
    for n in range(how_many):
        guessed = draw.random() < 0.1
        result.append(
            Outlet(
                id=f"outlet-{n}",
                name=f"Made-up Gazette {n}",
                homepage=f"https://outlet-{n}.example/",
                country=draw.choices(codes, weights)[0],
                kind=OutletKind.UNKNOWN if guessed else draw.choice(kinds),
                reach=Reach.UNKNOWN if guessed else draw.choice(reaches),
                aggregator=draw.random() < 0.02,
                guessed=guessed,
            )
        )
    return result


def made_articles(how_many: int) -> Iterator[LabelledArticle]:
    """Made-up labelled articles, always the same for one number."""
    draw = random.Random(SEED)
    outlets = made_outlets(max(20, how_many // 60))
    weights = [1 / (rank + 5) for rank in range(len(outlets))]
    places = list(countries())
    draw.shuffle(places)
    place_weights = [1 / (rank + 2) for rank in range(len(places))]
    writers = [f"Writer {chr(65 + n % 26)}. Madeup{n // 26}" for n in range(max(30, how_many // 40))]
    choices = zip(
        draw.choices(outlets, weights, k=how_many),
        draw.choices(("unrelated", "trafficking_only", "trafficking_corruption"), (35, 53, 12), k=how_many),
        draw.choices(LANGUAGES, [1 / (n + 1) for n in range(len(LANGUAGES))], k=how_many),
        strict=True,
    )
    for n, (outlet, coverage, lang) in enumerate(choices):
        told = [draw.choices(places, place_weights)[0]] if draw.random() < 0.55 else [outlet.country]
        if draw.random() < 0.2:
            told.append(draw.choices(places, place_weights)[0])
        corrupt = coverage == "trafficking_corruption"
        level = draw.choice(("everyday", "organised", "high_level", "unspecified")) if corrupt else "none"
        actors = tuple(draw.sample(ACTORS, draw.randint(0, 3))) if coverage != "unrelated" else ()
        url = f"https://{outlet.id}.example/{n}"
        yield LabelledArticle(
            id=article_id(url),
            url=url,
            title=f"{WORDS[lang]} {n}",
            lang=lang,
            published=dt.date(YEAR, 1, 1) + dt.timedelta(days=int(365 * draw.random() ** 0.9)),
            countries=tuple(told),
            authors=(draw.choice(writers),) if draw.random() < 0.5 else (),
            summary=draw.random() < 0.1,
            outlet=outlet,
            label=Label(
                article_id(url), "made-1", coverage, {coverage: round(draw.uniform(0.4, 1), 4)},
                actors, dict.fromkeys(actors, 0.8), level, {level: round(draw.uniform(0.4, 1), 4)}, lang,
            ),
            source=Source("collect", f"https://{outlet.id}.example/feed.xml"),
        )  # fmt: skip


def made_seen(how_many: int) -> list[SeenCount]:
    """Denominators for `made_articles`: about thirty articles seen for each one let in."""
    draw = random.Random(SEED + 1)
    counts = []
    for outlet in made_outlets(max(20, how_many // 60)):
        for month in range(1, 13):
            seen = draw.randint(20, 260)
            counts.append(
                SeenCount(outlet.id, dt.date(YEAR, month, 1), draw.choice(LANGUAGES), seen, seen // 30)
            )
    return counts


@dataclass(frozen=True)
class Measured:
    """What one run took."""

    name: str
    articles: int
    seconds: float
    cpu_seconds: float
    """Of user and system: what it takes on a machine that does nothing else."""
    peak_mib: float
    bytes: int


def report(how_many: int, folder: Path) -> int:
    """The whole annual review; returns the bytes written."""
    corpus = build_corpus(made_articles(how_many), made_seen(how_many), year=YEAR)
    files = write_report(corpus, folder / str(YEAR), now=NOW)
    return sum(path.stat().st_size for path in files.paths)


def baseline(how_many: int, folder: Path) -> int:
    """The same records as JSON lines, and the counts by polars; nothing drawn."""
    path = folder / "articles.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for article in made_articles(how_many):
            file.write(json.dumps(asdict(article), default=str, ensure_ascii=False) + "\n")
    frame = pl.read_ndjson(path, infer_schema_length=None)
    outlet = frame["outlet"].struct.field("id").alias("outlet_id")
    flat = frame.select("lang", "published", "countries").with_columns(outlet)
    flat.explode("countries").group_by("countries").len()
    for column in ("outlet_id", "lang", "published"):
        flat.group_by(column).len()
    made_seen(how_many)
    return path.stat().st_size


def _in_own_process(
    work: Callable[[int, Path], int], how_many: int, folder: Path, answers: multiprocessing.Queue
) -> None:
    """Run and measure; the peak is that of this process alone."""
    before = time.perf_counter()
    written = work(how_many, folder)
    seconds = time.perf_counter() - before
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = used.ru_utime + used.ru_stime
    answers.put(Measured(work.__name__, how_many, seconds, cpu, used.ru_maxrss / 1024, written))


def measure(work: Callable[[int, Path], int], how_many: int, folder: Path) -> Measured:
    """Measure in a fresh process."""
    context = multiprocessing.get_context("spawn")
    answers: multiprocessing.Queue = context.Queue()
    process = context.Process(target=_in_own_process, args=(work, how_many, folder, answers))
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(f"{work.__name__} failed with exit status {process.exitcode}")
    return answers.get()


def main() -> None:
    """Measure both and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("articles", nargs="?", type=int, default=100_000)
    parser.add_argument("--keep", type=Path, help="folder to leave the report in")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        rows = [measure(work, options.articles, folder) for work in (baseline, report)]
        (folder / "articles.jsonl").unlink(missing_ok=True)
    if options.json:
        json.dump([asdict(row) for row in rows], sys.stdout)
        return
    print(f"{'run':<10}{'articles':>10}{'seconds':>10}{'CPU s':>8}{'peak MiB':>10}{'MB written':>12}")
    for row in rows:
        figures = f"{row.seconds:>10.1f}{row.cpu_seconds:>8.1f}{row.peak_mib:>10.0f}{row.bytes / 1e6:>12.1f}"
        print(f"{row.name:<10}{row.articles:>10,}{figures}")


if __name__ == "__main__":
    main()
