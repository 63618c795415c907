"""Pages to articles. The pages in here are made up; the real ones lie in ../shared/pages."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import sys
import time
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pressreview.coverage.article import DateOrigin
from pressreview.coverage.bylines import clean_names
from pressreview.coverage.decoding import decode
from pressreview.coverage.extract import Extracted, extract, extract_file, extract_page
from pressreview.coverage.headlines import Headlines, headline
from pressreview.errors import InputError

URL = "https://www.daily.example/world/2024/05/harbour-master-retires"
PARAGRAPHS = [
    "The harbour master of a made-up town retired on Monday after forty years, the council said.",
    "He had counted every ship that came in since the pier was built, and kept the figures in a green book.",
    "His successor, who comes from the next town along the coast, is to begin in the first week of June.",
    "Fishermen said they would miss his whistle, which told them the state of the tide twice a day.",
]
BODY = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
JSON_LD = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Harbour master retires after forty years",
    "datePublished": "2024-05-13T09:30:00+02:00",
    "author": [{"@type": "Person", "name": "Ann Angler"}, {"@type": "Person", "name": "Bo Barker"}],
    "publisher": {"@type": "Organization", "name": "The Daily Example"},
}


def page(*, head: str = "", body: str = BODY, lang: str = "en", ld: object = None) -> bytes:
    """A made-up page."""
    script = f'<script type="application/ld+json">{json.dumps(ld)}</script>' if ld is not None else ""
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head>{head}{script}</head><body>{body}</body></html>'.encode()
    )


def read(**parts: object) -> Extracted:
    """Extract a made-up page."""
    return extract(page(**parts), url=URL)  # type: ignore[arg-type]


# The whole


def test_a_page_with_json_ld_gives_everything() -> None:
    head = (
        "<title>Harbour master retires after forty years | The Daily Example</title>"
        '<link rel="canonical" href="/world/2024/05/harbour-master-retires">'
        '<meta property="og:site_name" content="The Daily Example">'
    )
    found = read(
        head=head,
        body=f"<article><h1>Harbour master retires after forty years</h1>{BODY}</article>",
        ld=JSON_LD,
    )
    assert found.title == "Harbour master retires after forty years"
    assert found.text.splitlines() == PARAGRAPHS
    assert found.authors == ("Ann Angler", "Bo Barker")
    assert [claim.raw for claim in found.dates] == ["2024-05-13T09:30:00+02:00"]
    assert found.dates[0].origin is DateOrigin.PAGE
    assert found.lang_claim == "en"
    assert found.outlet_name == "The Daily Example"
    assert found.canonical_url == "/world/2024/05/harbour-master-retires"
    assert not found.paywalled


def test_the_contract_of_the_command(tmp_path: Path) -> None:
    file = tmp_path / "page.html.gz"
    file.write_bytes(gzip.compress(page(head="<title>Harbour master retires</title>", ld=JSON_LD)))
    found = extract_file(file, URL)
    assert list(found) == ["title", "text", "authors", "published", "lang", "outlet"]
    assert found["published"] == "2024-05-13"
    assert found["lang"] == "en"
    assert found["outlet"] == "The Daily Example"
    assert json.loads(json.dumps(found)) == found


def test_without_a_name_the_outlet_is_its_domain() -> None:
    assert extract_page(page(), url=URL)["outlet"] == "daily.example"


def test_the_day_in_the_address_counts_where_the_page_says_nothing() -> None:
    found = extract_page(
        page(), url="https://daily.example/2024/05/13/harbour", now=dt.datetime(2024, 6, 1, tzinfo=dt.UTC)
    )
    assert found["published"] == "2024-05-13"


# Titles


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (Headlines(window="Harbour master retires | The Daily Example"), "Harbour master retires"),
        (Headlines(window="Harbour master retires - daily.example"), "Harbour master retires"),
        (Headlines(window="The Daily Example: Harbour master retires"), "Harbour master retires"),
        (Headlines(window="Harbour master retires"), "Harbour master retires"),
        # two of three places agree
        (Headlines(stated="A B C D", shared=["Harbour X"], shown=["Harbour x"]), "Harbour X"),
        (Headlines(stated="A B C D", shared=["Another one"], shown=["a b c d"]), "A B C D"),
        # none agrees: JSON-LD, then what is written for sharing, then the h1
        (
            Headlines(stated="One form of it", shared=["Two forms of it"], shown=["Three forms of it"]),
            "One form of it",
        ),
        # copies of one another are one voice
        (
            Headlines(
                stated="Seen by readers", shared=["For sharing", "For sharing"], shown=["Seen by readers"]
            ),
            "Seen by readers",
        ),
        # a section's name in an h1 is no headline
        (Headlines(shown=["World"], window="Harbour master retires - Daily"), "Harbour master retires"),
        # a dash inside a headline stays
        (Headlines(shared=["Harbour master - a life - retires"]), "Harbour master - a life - retires"),
        (Headlines(), ""),
    ],
)
def test_the_headline(found: Headlines, expected: str) -> None:
    assert headline(found, site_names=["The Daily Example", "daily.example"]) == expected


def test_entities_in_json_ld_are_resolved_even_twice() -> None:
    ld = {**JSON_LD, "headline": "Harbour master&amp;#039;s last day"}
    assert read(ld=ld).title == "Harbour master's last day"


# Authors


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (["By Ann Angler"], ("Ann Angler",)),
        (["By Ann Angler and Bo Barker"], ("Ann Angler", "Bo Barker")),
        (["Ann Angler, Bo Barker & Cy Carver"], ("Ann Angler", "Bo Barker", "Cy Carver")),
        (["Von: Anna Angler"], ("Anna Angler",)),
        (["von Anna Angler und Bert Beispiel, dpa"], ("Anna Angler", "Bert Beispiel", "dpa")),
        (["Par Le Journal et AFP"], ("Le Journal et AFP",)),
        (["Ann Angler, News Reporter"], ("Ann Angler",)),
        (["Ann Angler (aa)"], ("Ann Angler",)),
        (["Ann Angler ann@daily.example"], ("Ann Angler",)),
        (["https://www.facebook.com/daily"], ()),
        (["105092"], ()),
        (["admin"], ()),
        (["Foto: Ann Angler"], ()),
        (["Published: 12 May 2024"], ()),
        (["김기자 기자 kim@daily.example"], ("김기자",)),
        (["Ann Angler", "ANN ANGLER"], ("Ann Angler",)),
        ([], ()),
    ],
)
def test_names_out_of_bylines(raw: list[str], expected: tuple[str, ...]) -> None:
    assert clean_names(raw) == expected


def test_references_in_json_ld_are_followed() -> None:
    graph = {
        "@graph": [
            {"@type": "Article", "headline": "Harbour master retires", "author": {"@id": "#ann"}},
            {"@type": "Person", "@id": "#ann", "name": "Ann Angler"},
        ]
    }
    assert read(ld=graph).authors == ("Ann Angler",)


@pytest.mark.parametrize(
    "byline",
    [
        '<meta name="author" content="Ann Angler">',
        '<meta property="article:author" content="Ann Angler">',
        '<meta name="author" content="https://d.example/ann"><meta name="byl" content="By Ann Angler">',
    ],
)
def test_authors_from_meta_elements(byline: str) -> None:
    assert read(head=byline).authors == ("Ann Angler",)


@pytest.mark.parametrize(
    "byline",
    [
        '<a rel="author" href="/ann">Ann Angler</a>',
        '<span itemprop="author">Ann Angler</span>',
        '<div class="article-byline">By <a href="/ann">Ann Angler</a> | 12 May</div>',
        '<p class="byline">By Ann Angler</p>',
        "<ul><li><strong>Autor</strong> Ann Angler</li></ul>",
    ],
)
def test_authors_from_the_body(byline: str) -> None:
    assert read(body=f"<article>{byline}{BODY}</article>").authors == ("Ann Angler",)


@pytest.mark.parametrize(
    "elsewhere",
    [
        '<div class="comment"><span class="author">Cy Commenter</span></div>',
        '<figure><figcaption><span class="author">Fay Photographer</span></figcaption></figure>',
        '<aside><a rel="author">Other Author</a></aside>',
        '<div class="related-articles"><p class="byline">By Other Author</p></div>',
    ],
)
def test_people_in_comments_pictures_and_teasers_are_no_authors(elsewhere: str) -> None:
    assert read(body=f"<article>{BODY}</article>{elsewhere}").authors == ()


def test_the_outlets_own_name_gives_way_to_a_person() -> None:
    ld = {**JSON_LD, "author": {"@type": "Organization", "name": "The Daily Example"}}
    assert read(ld=ld).authors == ("The Daily Example",)
    assert read(ld=ld, head='<meta name="author" content="Ann Angler">').authors == ("Ann Angler",)


# Dates


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="2024-05-13T09:30:00Z">',
        '<meta name="pubdate" content="20240513">',
        '<meta itemprop="datePublished" content="May 13, 2024">',
    ],
)
def test_dates_from_meta_elements(head: str) -> None:
    claims = read(head=head).dates
    assert claims[0].date is not None
    assert claims[0].date.date() == dt.date(2024, 5, 13)


@pytest.mark.parametrize(
    "element",
    [
        '<time itemprop="datePublished" datetime="2024-05-13">May</time>',
        '<time pubdate datetime="2024-05-13T10:00">May</time>',
        "<li><strong>Datum</strong> 13.05.2024</li>",
        "<p>Published: 13 May 2024</p>",
    ],
)
def test_dates_from_the_body(element: str) -> None:
    claims = [claim for claim in read(body=f"<article>{element}{BODY}</article>").dates if claim.date]
    assert claims[0].date is not None
    assert claims[0].date.date() == dt.date(2024, 5, 13)


def test_a_change_is_no_publication() -> None:
    ld = {key: value for key, value in JSON_LD.items() if key != "datePublished"}
    found = read(ld={**ld, "dateModified": "2024-05-20T09:30:00Z"})
    assert not any("2024-05-20T09" in claim.raw for claim in found.dates)


def test_figures_that_could_mean_two_days_are_left_for_who_knows_the_outlet() -> None:
    found = read(body=f'<article><span class="date">05/06/2024</span>{BODY}</article>')
    assert [(claim.raw, claim.date) for claim in found.dates] == [("05/06/2024", None)]


# Text


def test_the_standfirst_is_part_of_the_text_and_the_headline_is_not() -> None:
    lead = "After forty years at the pier the man with the whistle goes home, and the town gives him a boat."
    body = (
        f'<header><h1>Harbour master retires</h1></header><div class="teaserbox"><p>{lead}</p></div>'
        f"<main><article>{BODY}</article></main>"
    )
    head = f'<meta name="description" content="{lead}"><title>Harbour master retires</title>'
    lines = read(head=head, body=body).text.splitlines()
    assert lines.count(lead) == 1
    assert lines[0] == lead
    assert "Harbour master retires" not in lines


def test_links_to_other_articles_and_repeated_notices_are_left_out() -> None:
    notice = "<p>This made-up content cannot be shown here; change your settings.</p>"
    further = "".join(
        f"<p>Ship number {n} came in with {n} tons of made-up cargo.</p>{notice}" for n in range(9)
    )
    text = read(body=f"<article>{BODY}<p>Read also: Another made-up story</p>{further}</article>").text
    assert "Read also" not in text
    assert text.count("cannot be shown here") == 1
    assert text.count("Ship number") == 9


@pytest.mark.parametrize(
    ("title", "sentence", "other"),
    [
        (
            "Harbour master retires",
            "The harbour master of a made-up town retires after forty years.",
            "Another one",
        ),
        ("港口管理员退休", "虚构小镇的港口管理员在工作四十年后退休。", "另一篇文章的标题"),
    ],
)
def test_a_short_article_does_not_become_the_whole_page(title: str, sentence: str, other: str) -> None:
    body = (
        f'<header><nav><ul><li><a href="/">Daily</a></li></ul></nav></header><div id="content"><div class="post">'
        f'<h1>{title}</h1><div class="entry-content"><p>{sentence}</p><p>{sentence[:-1]}!</p></div></div>'
        f'<div class="related"><ul><li><a href="/1">{other}</a></li></ul></div></div>'
    )
    text = read(body=body, head=f"<title>{title}</title>").text
    assert sentence in text
    assert other not in text


def test_a_page_that_shows_a_beginning_gives_the_text_that_it_states() -> None:
    long = " ".join(PARAGRAPHS * 4)
    found = read(body=f"<article><p>{PARAGRAPHS[0]}</p></article>", ld={**JSON_LD, "articleBody": long})
    assert len(found.text) > 3 * len(PARAGRAPHS[0])


def test_a_paywall_is_told() -> None:
    assert read(ld={**JSON_LD, "isAccessibleForFree": False}).paywalled
    assert read(ld={**JSON_LD, "isAccessibleForFree": "False"}).paywalled
    assert read(head='<meta property="article:content_tier" content="locked">').paywalled
    assert not read(ld={**JSON_LD, "isAccessibleForFree": True}).paywalled


def test_a_page_without_text_is_no_error() -> None:
    assert read(body="<h1>A video of the harbour master</h1>").text == ""


# Claims


@pytest.mark.parametrize(
    ("lang", "head", "expected"),
    [
        ("de-AT", "", "de"),
        ("EN", "", "en"),
        ("", '<meta property="og:locale" content="sw_KE">', "sw"),
        ("x-unknown", "", ""),
    ],
)
def test_the_language_that_the_page_claims(lang: str, head: str, expected: str) -> None:
    assert read(lang=lang, head=head).lang_claim == expected


# Encodings

CYRILLIC = "Начальник порта вымышленного города ушёл на покой после сорока лет работы."


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (CYRILLIC.encode(), ""),
        (CYRILLIC.encode(), "text/html; charset=iso-8859-1"),  # the header is wrong
        ("\ufeff".encode() + CYRILLIC.encode(), ""),
        (("\ufeff" + CYRILLIC).encode("utf-16-le"), ""),
        (CYRILLIC.encode("cp1251"), "text/html; charset=windows-1251"),
        (b'<meta charset="windows-1251">' + CYRILLIC.encode("cp1251"), ""),
        (b'<meta charset="utf-8">' + (CYRILLIC * 5).encode("cp1251"), ""),  # says UTF-8 and is not
        ((CYRILLIC * 5).encode("koi8-r"), ""),
    ],
)
def test_pages_are_decoded_by_what_they_are(body: bytes, content_type: str) -> None:
    assert CYRILLIC in decode(body, content_type)


def test_a_broken_character_does_not_spoil_a_page() -> None:
    text = decode(("слово " * 500).encode() + b"\xd1" + ("слово " * 500).encode())
    assert text.count("слово") == 1000


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Kapitan portu w zmyślonym mieście odszedł na emeryturę po czterdziestu latach służby.", "cp1250"),
        ("Uydurma bir kentin liman başkanı kırk yıl sonra görevinden ayrıldı, belediye açıkladı.", "cp1254"),
        ("Le capitaine du port d'une ville imaginée a pris sa retraite après quarante années.", "cp1252"),
        (
            "Der Hafenmeister der erfundenen Stadt Düren geht nach vierzig Jahren in Ruhestand.",
            "cp1252",
        ),
        ("Ο λιμενάρχης μιας φανταστικής πόλης αποσύρθηκε μετά από σαράντα χρόνια υπηρεσίας.", "cp1253"),
        ("تقاعد مدير الميناء في مدينة متخيلة بعد أربعين عاما من العمل.", "cp1256"),
    ],
)
def test_code_pages_that_nobody_names_are_guessed(text: str, encoding: str) -> None:
    assert text in decode(b"<p>" + "\n".join([text] * 4).encode(encoding) + b"</p>")


def test_codepages_of_east_asia() -> None:
    assert decode('<meta charset="gb2312">港口'.encode("gb18030")).endswith("港口")
    assert decode('<meta charset="shift_jis">港①'.encode("cp932")).endswith("港①")
    assert decode("港口".encode("iso2022_jp"), "text/html; charset=iso-2022-jp") == "港口"


@given(st.binary(max_size=300), st.text(max_size=40))
def test_every_sequence_of_bytes_is_decoded(body: bytes, content_type: str) -> None:
    assert isinstance(decode(body, content_type), str)


# What is no article


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"\xff\xd8\xff\xe0", "picture"),
        (b"PK\x03\x04", "ZIP"),
        (b'{"title": "x"}', "not HTML"),
        (b"just some words", "not HTML"),
        (b'<?xml version="1.0"?><rss version="2.0"></rss>', "feed"),
        (b"<html>" + b"x" * (11 * 2**20), "bytes"),
        (b"<html><body>" + b"<p>a</p>" * 60_000, "elements"),
        (b"<html><body><p " + b" ".join(b'a%d="1"' % n for n in range(5000)) + b">x</p>", "attributes"),
        (page(head="<title>404 Not Found</title>", body="<p>Sorry.</p>"), "error page"),
        (page(head="<title>Just a moment...</title>", body=""), "error page"),
        (page(head="<title>Página no encontrada | Diario</title>", body=""), "error page"),
        (page(head="<title>ページが見つかりません</title>", body=""), "error page"),
    ],
)
def test_what_is_no_article_is_refused_with_the_reason(body: bytes, reason: str) -> None:
    with pytest.raises(InputError) as caught:
        extract(body)
    assert reason in caught.value.problem
    assert caught.value.mend


def test_an_article_about_error_404_is_an_article() -> None:
    found = read(
        head="<title>Error 404: page not found, and how it got its name</title>",
        body=f"<article>{BODY * 3}</article>",
    )
    assert found.text


# Harm


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 100_000,
        "<b>" * 40_000 + "x",
        "<ul><li>" * 20_000,
        "<table><tr><td>" * 15_000,
        "<p>a</p>" * 20_000,
        "<" * 200_000,
        "&lt;" * 200_000,
        "<!--" + "x" * 1_000_000,
        "<p>" + "1/2/2020 " * 50_000,
        "<p>" + "x" * 1_000_000,
        '<script type="application/ld+json">' + "[" * 300_000 + "</script>",
        '<script type="application/ld+json">' + '{"@graph":' * 100_000 + "</script>",
        "<h1>" + "a - " * 100_000 + "</h1>",
        '<div class="author">By Ann</div>' * 10_000,
    ],
    ids=lambda body: body[:12],
)
def test_pages_made_to_do_harm_neither_crash_nor_hang(body: str) -> None:
    begin = time.monotonic()
    try:
        extract(page(body=body))
    except InputError as error:
        assert error.problem
    assert time.monotonic() - begin < 20


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<div class=byline>",
                "<h1>",
                "<a rel=author href=x>",
                "<script type='application/ld+json'>",
                '{"@type":"NewsArticle",',
                '"author":',
                "[",
                "{",
                "}",
                "</script>",
                "<meta name=author content='",
                "'>",
                "By Ann Angler",
                "2024-05-13",
                "\x00",
                "\ud800",
                "&#xD800;",
                "<time itemprop=datePublished>",
                "é",
                " ",
                "<html lang=>",
                "<link rel=canonical href=>",
                "<title>",
                "</title>",
                "<!--",
                "-->",
                "<![CDATA[",
            ]
        ),
        max_size=30,
    )
)
def test_no_soup_of_tags_makes_it_fall_over(pieces: list[str]) -> None:
    body = "".join(pieces).encode("utf-8", "replace")
    try:
        found = extract(b"<html><body>" + body)
    except InputError:
        return
    assert isinstance(found.title, str)


# The real pages


@pytest.mark.slow
def test_the_real_pages(shared: Path) -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))
    try:
        import bench_extract
    finally:
        sys.path.pop(0)
    rows = [
        json.loads(line)
        for line in (shared / "pages" / "pages.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    scores: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        body = gzip.decompress((shared / "pages" / row["file"]).read_bytes())
        found = extract_page(body, url=row["url"] or "", now=dt.datetime(2026, 11, 1, tzinfo=dt.UTC))
        bench_extract.score(found, row, scores)
    means = {name: sum(values) / len(values) for name, values in scores.items()}
    assert means["any text"] == 1.0
    assert means["any title"] == 1.0
    # Measured: text 0.956, title 0.854 exact and 0.942 near, date 0.990, authors 0.873, language 1.000.
    assert means["text F1"] > 0.95
    assert means["title exact"] > 0.83
    assert means["title near"] > 0.92
    assert means["date"] > 0.97
    assert means["authors F1"] > 0.85
    assert means["lang"] > 0.97
