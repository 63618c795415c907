"""Feeds as served, parsed into candidates. All texts here are made up."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pressreview.coverage.article import Candidate
from pressreview.coverage.feeds import ParsedFeed, parse_feed, plain_text
from pressreview.errors import InputError

URL = "https://harbour-times.example/feeds/news.xml"


def rss(*items: str, head: str = "", start: str = '<?xml version="1.0" encoding="utf-8"?>') -> str:
    """An RSS 2.0 feed of these items."""
    return (
        f'{start}<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Harbour Times</title>'
        f"<link>https://harbour-times.example/</link>{head}{''.join(items)}</channel></rss>"
    )


def item(inside: str = "", link: str = "https://harbour-times.example/a") -> str:
    """One item."""
    return f"<item><title>Ship held in port</title><link>{link}</link>{inside}</item>"


def parse(body: str | bytes, content_type: str = "", url: str = URL) -> ParsedFeed:
    """Parse a feed served at URL."""
    return parse_feed(body.encode() if isinstance(body, str) else body, url=url, content_type=content_type)


def only(body: str | bytes, content_type: str = "") -> Candidate:
    """The only candidate of a feed."""
    (candidate,) = parse(body, content_type).candidates
    return candidate


# Formats


def test_rss_2() -> None:
    candidate = only(
        rss(
            item(
                "<description>Crew unpaid for a year.</description><dc:creator>A. Writer</dc:creator>"
                "<pubDate>Mon, 02 Mar 2026 23:30:00 -0500</pubDate><guid isPermaLink='false'>n-17</guid>"
            ),
            head="<language>en</language>",
        )
    )
    assert candidate.url == "https://harbour-times.example/a"
    assert candidate.title == "Ship held in port"
    assert candidate.text == "Crew unpaid for a year."
    assert candidate.authors == ("A. Writer",)
    assert candidate.external_id == "n-17"
    assert candidate.lang == "en"
    assert candidate.summary
    assert candidate.source.location == URL
    assert candidate.source.line == 1


def test_the_day_of_a_date_is_that_of_the_outlets_readers() -> None:
    candidate = only(rss(item("<pubDate>Mon, 02 Mar 2026 23:30:00 -0500</pubDate>")))
    (claim,) = candidate.dates
    assert claim.raw == "Mon, 02 Mar 2026 23:30:00 -0500"
    assert claim.date is not None
    assert claim.date.date() == dt.date(2026, 3, 2)


def test_atom() -> None:
    body = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="pt"><title>Porto Hoje</title>
    <link rel="self" href="https://porto.example/atom"/>
    <entry><title type="html">Navio &amp;lt;b&amp;gt;retido&amp;lt;/b&amp;gt;</title>
    <link rel="enclosure" href="https://porto.example/a.mp3"/><link href="/a/1"/><id>urn:1</id>
    <published>2026-03-01T10:00:00Z</published><updated>2026-03-02T10:00:00Z</updated>
    <author><name>B. Autora</name></author><author><name>C. Autor</name></author>
    <summary>Curto.</summary><content type="html">&lt;p&gt;Um&lt;/p&gt;&lt;p&gt;Dois&lt;/p&gt;</content>
    </entry></feed>"""
    candidate = only(body)
    assert candidate.url == "https://harbour-times.example/a/1"
    assert candidate.title == "Navio retido"
    assert candidate.text == "Um\nDois"
    assert candidate.authors == ("B. Autora", "C. Autor")
    assert [claim.raw for claim in candidate.dates] == ["2026-03-01T10:00:00Z", "2026-03-02T10:00:00Z"]
    assert candidate.lang == "pt"


def test_rss_1_and_0_91() -> None:
    rdf = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    xmlns="http://purl.org/rss/1.0/"><channel rdf:about="x"><title>T</title></channel>
    <item rdf:about="https://a.example/1"><title>One</title><link>https://a.example/1</link></item></rdf:RDF>"""
    assert only(rdf).url == "https://a.example/1"
    old = "<rss version='0.91'><channel><title>T</title>" + item() + "</channel></rss>"
    assert parse(old).version == "rss091u"


def test_the_full_text_is_preferred_to_the_description() -> None:
    body = rss(
        item(
            "<description>Short.</description>"
            "<content:encoded><![CDATA[<p>Long text.</p>]]></content:encoded>"
        )
    )
    assert only(body).text == "Long text."


# Links


@pytest.mark.parametrize(
    ("link", "absolute"),
    [
        ("/news/1", "https://harbour-times.example/news/1"),
        ("news/1", "https://harbour-times.example/news/1"),
        ("//cdn.example/1", "https://cdn.example/1"),
        ("?id=7", "https://harbour-times.example/?id=7"),
        (" https://harbour-times.example/\n1 ", "https://harbour-times.example/1"),
        ("https://harbour-times.example/a b", "https://harbour-times.example/a%20b"),
    ],
)
def test_a_relative_link_is_resolved_against_the_outlets_site(link: str, absolute: str) -> None:
    assert only(rss(item(link=link))).url == absolute


def test_where_the_feed_names_no_site_links_are_resolved_against_the_feed() -> None:
    body = "<rss version='2.0'><channel><title>T</title>" + item(link="1.html") + "</channel></rss>"
    assert only(body).url == "https://harbour-times.example/feeds/1.html"


@pytest.mark.parametrize(
    ("inside", "reason"),
    [
        ("<title>No link</title>", "it has no link"),
        ("<link>javascript:open(1)</link>", "its link 'javascript:open(1)' does not begin with http"),
        ("<link>mailto:desk@harbour-times.example</link>", "does not begin with http"),
        ("<link>http://</link>", "names no host"),
        ("<link>https://[bad/</link>", "is no address (Invalid IPv6 URL)"),
        ("<guid>n-17</guid>", "it has no link"),
        ("<guid isPermaLink='true'>n-17</guid>", "it has no link"),
    ],
)
def test_an_entry_without_a_web_address_is_refused_with_the_reason(inside: str, reason: str) -> None:
    parsed = parse(rss(f"<item><title>t</title>{inside}</item>", item()))
    assert len(parsed.candidates) == 1
    (refusal,) = parsed.refusals
    assert reason in refusal.reason
    assert refusal.source.line == 1
    assert parsed.items == 2


def test_a_guid_that_is_an_address_stands_in_for_a_missing_link() -> None:
    body = rss("<item><title>t</title><guid>https://harbour-times.example/p/9</guid></item>")
    assert only(body).url == "https://harbour-times.example/p/9"


def test_a_link_beats_the_guid() -> None:
    assert only(rss(item("<guid>https://other.example/9</guid>"))).url == "https://harbour-times.example/a"


# What they are instead


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"", "the answer is empty"),
        (b" \r\n", "the answer is empty"),
        (b"<!DOCTYPE html><html><title>Page not found</title>", "an HTML page titled 'Page not found'"),
        (b"<!-- x -->\n<HTML><body>hello</body></HTML>", "an HTML page"),
        (b"<?xml version='1.0'?><!DOCTYPE html><html/>", "an HTML page"),
        (b'{"error": "no such feed"}', "it is JSON"),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": []}', "a JSON Feed"),
        (b"[1, 2", "it is JSON"),
        (b"%PDF-1.7 ...", "a PDF file"),
        (b"\x89PNG\r\n", "a PNG picture"),
        (b"\x1f\x8b\x08\x00", "a gzip file"),
        (b"Forbidden", "plain text"),
        (b"<?xml version='1.0'?><urlset><url/></urlset>", "XML with the root <urlset>"),
        (b"<opml version='1.0'><body/></opml>", "XML with the root <opml>"),
    ],
)
def test_what_is_no_feed_is_refused_and_named(body: bytes, what: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(body)
    assert "not a feed" in caught.value.problem
    assert what in caught.value.problem
    assert caught.value.mend


def test_an_empty_feed_is_a_feed() -> None:
    assert parse(rss()).items == 0


# Broken


def test_of_a_feed_cut_off_the_whole_entries_are_kept_and_the_fault_is_told() -> None:
    whole = rss(item("<description>One.</description>"), item("<description>Two.</description>", "/b"))
    cut = whole[: whole.index("Two.") + 2]
    parsed = parse(cut)
    assert [candidate.text for candidate in parsed.candidates] == ["One."]
    assert "cut off" in parsed.refusals[0].reason
    assert any("cut off" in problem for problem in parsed.problems)


def test_of_a_feed_without_end_the_first_entries_are_read_and_the_rest_told() -> None:
    parsed = parse(rss(*(item(link=f"/{number}") for number in range(2001))))
    assert parsed.items == 2000
    assert parsed.problems == ("it has 2,001 entries; the first 2,000 were read",)


def test_a_feed_cut_off_between_entries_loses_none() -> None:
    whole = rss(item(), item(link="/b"))
    parsed = parse(whole[: whole.index("</channel>")])
    assert len(parsed.candidates) == 2
    assert any("not well-formed" in problem for problem in parsed.problems)


@pytest.mark.parametrize(
    ("spoil", "by"),
    [("Ship held", "Ship & crew held"), ("Ship held", "Ship&nbsp;held"), ("<link>", "<x:y/><link>")],
)
def test_ill_formed_xml_alone_is_no_failure(spoil: str, by: str) -> None:
    parsed = parse(rss(item()).replace(spoil, by))
    assert len(parsed.candidates) == 1
    assert parsed.problems


def test_characters_that_xml_forbids_do_no_harm() -> None:
    parsed = parse(rss(item()).replace("Ship", "Sh\x0bip\x00"))
    assert parsed.candidates[0].title == "Ship held in port"
    assert parsed.problems == ()


def test_white_space_before_the_xml_declaration_does_no_harm() -> None:
    assert parse("\n\n " + rss(item())).problems == ()


# Encodings


NAMES = {
    "utf-8": "Приморье",
    "windows-1251": "Приморье",
    "iso-8859-1": "Malmö",
    "shift_jis": "横浜港",
    "big5": "高雄港",
}


@pytest.mark.parametrize("encoding", list(NAMES))
def test_a_declared_encoding_is_followed(encoding: str) -> None:
    start = f'<?xml version="1.0" encoding="{encoding}"?>'
    body = rss(item(), start=start).replace("Ship", NAMES[encoding]).encode(encoding)
    assert only(body).title == f"{NAMES[encoding]} held in port"


def test_an_encoding_in_the_header_is_followed_where_the_feed_declares_none() -> None:
    body = rss(item(), start="").replace("Ship", "Приморье").encode("windows-1251")
    assert only(body, "text/xml; charset=windows-1251").title == "Приморье held in port"


def test_utf_8_is_seen_whatever_is_declared() -> None:
    body = rss(item(), start='<?xml version="1.0" encoding="iso-8859-1"?>').replace("Ship", "Malmö").encode()
    parsed = parse(body, "text/xml; charset=us-ascii")
    assert parsed.candidates[0].title == "Malmö held in port"
    assert any("read as UTF-8" in problem for problem in parsed.problems)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-32"])
def test_byte_order_marks_and_utf_16_are_seen(encoding: str) -> None:
    body = rss(item(), start="").replace("Ship", "Malmö").encode(encoding)
    assert only(body).title == "Malmö held in port"


def test_an_undeclared_encoding_is_guessed_and_told() -> None:
    text = "Судно задержано в порту, экипажу не платили целый год. " * 5
    body = rss(item(f"<description>{text}</description>"), start="").encode("windows-1251")
    parsed = parse(body)
    assert parsed.candidates[0].text.startswith("Судно задержано в порту")
    assert any("windows" in problem or "cp1251" in problem for problem in parsed.problems)


@pytest.mark.parametrize(
    ("language", "encoding", "text"),
    [
        ("pl", "cp1250", "załoga żąda zapłaty"),
        ("fr", "cp1252", "équipage non payé à bord"),
        ("tr", "cp1254", "işçiler kaçtı"),
    ],
)
def test_among_the_latin_encodings_the_language_decides(language: str, encoding: str, text: str) -> None:
    head = f"<language>{language}</language>"
    body = rss(item(f"<description>{text * 8}</description>"), head=head, start="").encode(encoding)
    assert only(body).text.startswith(text)


def test_one_bad_byte_does_not_turn_a_text_into_another_encoding() -> None:
    body = rss(item("<description>Приморье и Malmö, много слов.</description>")).encode()
    body = body.replace("слов".encode(), b"\xd1\xd1\xd0\xbb\xd0\xbe\xd0\xb2")
    assert only(body).text.startswith("Приморье и Malmö, много")


# Text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("plain &amp; simple", "plain & simple"),
        ("a < b and b > a", "a < b and b > a"),
        ("<p>One</p><p>Two<br>Three</p>", "One\nTwo\nThree"),
        ("<b>bo</b>ld", "bold"),
        ("before<script>alert(1)</script> after", "before after"),
        ("<style>p {}</style>text<!-- hidden -->", "text"),
        ("<p>open <i>tags", "open tags"),
        ("", ""),
        ("<!-- only -->", ""),
        ("  a \n\n b ", "a\nb"),
    ],
)
def test_html_is_stripped_to_its_text(markup: str, text: str) -> None:
    assert plain_text(markup) == text


def test_deep_nesting_is_survived() -> None:
    assert plain_text("<div>" * 50_000 + "deep") is not None
    assert parse("<rss><channel>" + "<a>" * 50_000).items == 0


@given(st.text(max_size=300))
def test_any_text_can_be_stripped(markup: str) -> None:
    plain_text(markup)


PIECES = """<rss version='2.0'>|<channel>|<item>|</item>|<title>|</title>|<link>|</link>|https://a.example/
|<![CDATA[|]]>|&amp;|&bad;|<feed>|<entry>|</entry>|<link href='x'/>|<pubDate>
|2026|</pubDate>|\x00|é|<!DOCTYPE x|<content:encoded>|<guid>|</guid>|http://[|<?xml encoding='odd'?>"""
pieces = st.lists(st.sampled_from(PIECES.split("|")), max_size=40)


@given(
    pieces.map("".join).map(lambda text: text.encode("utf-8")) | st.binary(max_size=300), st.text(max_size=30)
)
def test_whatever_comes_is_a_feed_or_is_refused(body: bytes, content_type: str) -> None:
    try:
        parsed = parse_feed(body, url=URL, content_type=content_type)
    except InputError:
        return
    for candidate in parsed.candidates:
        assert candidate.url is not None
        assert candidate.url.startswith(("http://", "https://"))


# Real captures


def test_every_real_feed_gives_the_entries_that_it_has(shared: Path) -> None:
    rows = [json.loads(line) for line in (shared / "feeds" / "feeds.jsonl").read_text().splitlines()]
    found = {}
    for row in rows:
        body = (shared / "feeds" / row["file"]).read_bytes()
        found[row["file"]] = parse_feed(body, url=URL).items
    assert found == {row["file"]: row["entries"] for row in rows}
