"""A made-up year of the press, small enough to be counted by hand. No outlet, name or headline is real."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
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
from pressreview.reports.files import ReportFiles
from pressreview.reports.frames import Corpus, build_corpus

YEAR = 2025
NOW = dt.datetime(2026, 2, 3, 10, 0, tzinfo=dt.UTC)
MODEL = "hand-1"

OUTLETS = {
    outlet.id: outlet
    for outlet in (
        Outlet("mekong", "Mekong Daily", "https://mekong.example/", "KHM", ("km", "en"),
               OutletKind.NEWSPAPER, Reach.NATIONAL),
        Outlet("siam", "Siam Radio", "https://siam.example/", "THA", ("th",),
               OutletKind.BROADCASTER, Reach.NATIONAL),
        Outlet("globe", "The Globe Wire", "https://globe.example/", "GBR", ("en",),
               OutletKind.AGENCY, Reach.INTERNATIONAL),
        Outlet("mirror", "News Mirror", "https://mirror.example/", "USA", ("en",),
               OutletKind.ONLINE, Reach.INTERNATIONAL, aggregator=True),
        Outlet("blog-example", "blog.example", "https://blog.example/", "", (), guessed=True),
        Outlet("nordic", "Nordic Post", "https://nordic.example/", "NOR", ("no",),
               OutletKind.NEWSPAPER, Reach.LOCAL),
        Outlet("andes", "Andes Hoy", "https://andes.example/", "PER", ("es",),
               OutletKind.NEWSPAPER, Reach.NATIONAL),
    )
}  # fmt: skip

MakeArticle = Callable[..., LabelledArticle]


def make(
    key: str,
    outlet: str = "mekong",
    *,
    coverage: str = "trafficking_only",
    level: str = "none",
    actors: tuple[str, ...] = (),
    countries: tuple[str, ...] = ("KHM",),
    authors: tuple[str, ...] = (),
    day: dt.date | None = dt.date(YEAR, 3, 10),
    lang: str = "en",
    title: str | None = None,
    url: str | None = None,
    summary: bool = False,
    model: str = MODEL,
    outlets: dict[str, Outlet] = OUTLETS,
) -> LabelledArticle:
    """A labelled article; everything that a test does not name has a plain default."""
    address = f"https://{outlet}.example/{key}" if url is None else url
    return LabelledArticle(
        id=article_id(address or key),
        url=address,
        title=f"Made-up headline {key}" if title is None else title,
        lang=lang,
        published=day,
        countries=countries,
        authors=authors,
        summary=summary,
        outlet=outlets[outlet],
        label=Label(
            article_id=article_id(address or key),
            model=model,
            coverage=coverage,
            coverage_probs={coverage: 0.8},
            actors=actors,
            actor_probs=dict.fromkeys(actors, 0.7),
            corruption_level=level,
            corruption_level_probs={level: 0.6},
            lang=lang,
        ),
        source=Source("collect", f"https://{outlet}.example/feed.xml"),
    )


def records() -> list[LabelledArticle]:
    """The year: 12 articles, 10 of them on trafficking, 4 of these with corruption."""
    corrupt = "trafficking_corruption"
    return [
        make("m1", actors=("police", "employer"), coverage=corrupt, level="organised",
             countries=("KHM", "THA"), authors=("Sok Dara",), lang="km", day=dt.date(YEAR, 1, 5)),
        make("m2", actors=("police",), coverage=corrupt, level="everyday", authors=("sok dara", "Lim Na")),
        make("m3", actors=("crime_group",), authors=("Lim Na",)),
        make("m4", actors=("recruiter", "employer"), day=dt.date(YEAR, 3, 31)),
        make("m5", coverage="unrelated", countries=()),
        make("s1", "siam", actors=("border", "police"), coverage=corrupt, level="high_level",
             countries=("THA",), lang="th", day=dt.date(YEAR, 3, 1)),
        make("s2", "siam", countries=("KHM",), lang="th", day=dt.date(YEAR, 5, 2)),
        make("g1", "globe", countries=("KHM",), actors=("crime_group",), day=dt.date(YEAR, 3, 2)),
        make("g2", "globe", countries=(), coverage=corrupt, level="unspecified", day=dt.date(YEAR, 12, 31)),
        make("g3", "globe", coverage="unrelated", countries=("FRA",)),
        make("r1", "mirror", countries=("KHM",), day=dt.date(YEAR, 3, 3)),
        make("b1", "blog-example", countries=("LAO",), lang="und", summary=True, day=dt.date(YEAR, 3, 4)),
    ]  # fmt: skip


def seen_counts() -> list[SeenCount]:
    """The denominators: 412 articles seen, 14 let in; nothing seen in February, 2 in December."""
    return [
        SeenCount("mekong", dt.date(YEAR, 1, 5), "km", 40, 1),
        SeenCount("mekong", dt.date(YEAR, 3, 10), "en", 120, 6),
        SeenCount("siam", dt.date(YEAR, 3, 1), "th", 60, 1),
        SeenCount("siam", dt.date(YEAR, 5, 2), "th", 10, 1),
        SeenCount("globe", dt.date(YEAR, 3, 2), "en", 30, 2),
        SeenCount("globe", dt.date(YEAR, 12, 31), "en", 2, 1),
        SeenCount("mirror", dt.date(YEAR, 3, 3), "en", 5, 1),
        SeenCount("blog-example", None, "", 1, 1),
        SeenCount("nordic", dt.date(YEAR, 3, 9), "no", 140, 0),
        SeenCount("andes", dt.date(YEAR, 3, 9), "es", 4, 0),
    ]


@pytest.fixture(scope="session")
def make_article() -> MakeArticle:
    """`make` above: a factory of labelled articles."""
    return make


@pytest.fixture(scope="session")
def hand_records() -> list[LabelledArticle]:
    """`records` above."""
    return records()


@pytest.fixture(scope="session")
def hand_seen() -> list[SeenCount]:
    """`seen_counts` above."""
    return seen_counts()


@pytest.fixture(scope="session")
def hand_outlets() -> dict[str, Outlet]:
    """`OUTLETS` above."""
    return OUTLETS


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    """The hand-made year as a corpus."""
    return build_corpus(records(), seen_counts(), year=YEAR, outlets=OUTLETS)


@pytest.fixture(scope="session")
def annual(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> ReportFiles:
    """The annual review of the hand-made year, written once for all tests that read it."""
    return write_report(corpus, tmp_path_factory.mktemp("annual"), now=NOW, undated_stored=2, stored=14)


@pytest.fixture(scope="session")
def now() -> dt.datetime:
    """The time that the tests' reports say they were made at."""
    return NOW


SCRIPTS = {
    "ar": "عنوان مختلق عن شبكة",
    "he": "כותרת בדויה על רשת",
    "fa": "عنوان ساختگی می\u200cشود",
    "th": "พาดหัวสมมติเรื่องหนึ่ง",
    "lo": "ຫົວຂໍ້ສົມມຸດ",
    "km": "ចំណងជើងប្រឌិត",
    "my": "စိတ်ကူးယဉ်ခေါင်းစဉ်",
    "am": "የተፈጠረ ርዕስ",
    "zh": "虚构的标题",
    "ja": "架空の見出し",
    "ko": "지어낸 제목",
    "hi": "काल्पनिक शीर्षक",
    "bn": "কাল্পনিক শিরোনাম",
    "ta": "கற்பனைத் தலைப்பு",
    "te": "కల్పిత శీర్షిక",
    "kn": "ಕಾಲ್ಪನಿಕ ಶೀರ್ಷಿಕೆ",
    "ml": "സാങ്കൽപ്പിക തലക്കെട്ട്",
    "gu": "કાલ્પનિક શીર્ષક",
    "pa": "ਕਾਲਪਨਿਕ ਸਿਰਲੇਖ",
    "or": "କାଳ୍ପନିକ ଶୀର୍ଷକ",
    "si": "මනඃකල්පිත සිරස්තලය",
    "ka": "გამოგონილი სათაური",
    "hy": "Հորինված վերնագիր",
    "el": "Επινοημένος τίτλος",
    "ru": "Вымышленный заголовок",
    "vi": "Tiêu đề bịa đặt ở đây",
    "yo": "Àkọlé tí a ṣẹ̀dá",
    "ha": "Kan labarin ƙirƙira",
}
"""A made-up headline in each script that the press uses."""

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</title></style></script><h1>broken out</h1>",
    '#read("/etc/passwd") #import "@preview/evil:1.0.0": * $ sum_x $',
    ']#panic("broken out")[',
    "= heading *bold* _italic_ `code` <label> @reference \\u{41} // comment /* comment */",
    '=HYPERLINK("http://evil.example";"click")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+1-1;=1+1",
    "| cell | [link](javascript:alert(1)) | **bold**",
    "\u202egnp.exe\u202c right-to-left override",
    "nul\x00 escape\x1b[31m tab\t end",
    "{{ 7 * 7 }} {% raw %} ${7*7}",
    "x" * 10_000,
    "",
)
"""Headlines that would like to be markup, code or a formula."""


@pytest.fixture(scope="session")
def scripts() -> dict[str, str]:
    """`SCRIPTS` above."""
    return SCRIPTS


@pytest.fixture(scope="session")
def hostile() -> tuple[str, ...]:
    """`HOSTILE` above."""
    return HOSTILE


@pytest.fixture(scope="session")
def hostile_corpus() -> Corpus:
    """Articles whose headlines, outlets, bylines and addresses are hostile, and one in each script."""
    outlets = {
        f"bad-{n}": Outlet(f"bad-{n}", name or "no name", "javascript:alert(1)", "KHM")
        for n, name in enumerate(HOSTILE)
    }
    label = {"coverage": "trafficking_corruption", "level": "everyday", "actors": ("police",)}
    addresses = ("javascript:alert(1)", "data:text/html,<b>x</b>", 'https://x.example/"onclick=')
    bad = [
        make(
            f"bad{n}", f"bad-{n}", title=title, authors=(title,), outlets=outlets,
            url=f"{addresses[n % 3]}{n}", **label,
        )
        for n, title in enumerate(HOSTILE)
    ]  # fmt: skip
    good = [make(f"script-{lang}", title=title, lang=lang, **label) for lang, title in SCRIPTS.items()]
    return build_corpus([*bad, *good], seen_counts(), year=YEAR, outlets=OUTLETS | outlets)


@pytest.fixture(scope="session")
def hostile_annual(hostile_corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> ReportFiles:
    """The annual review made of them."""
    return write_report(hostile_corpus, tmp_path_factory.mktemp("hostile"), now=NOW)
