"""One form for every way in which one article is linked."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.provisional import urls as any_urls
from pressreview.coverage.urls import canonical_url, load_tables, registrable_domain
from pressreview.errors import ConfigError, InputError

STORY = "https://daily.example/world/2024/05/a-long-story-about-nothing"


@pytest.mark.parametrize(
    "other",
    [
        "http://daily.example/world/2024/05/a-long-story-about-nothing",
        "HTTPS://WWW.Daily.EXAMPLE:443/world/2024/05/a-long-story-about-nothing/",
        "http://daily.example:80/world/2024/05/a-long-story-about-nothing?",
        "https://user:secret@daily.example./world//2024/./05/x/../a-long-story-about-nothing#comments",
        "https://daily.example/world/2024/05/a%2Dlong-story-%61bout-nothing",
        "https://daily.example/world/2024/05/a-long-story-about-nothing?utm_source=rss&fbclid=1&xtor=RSS-1",
        "https://daily.example/world/2024/05/a-long-story-about-nothing?ref=rss&at_medium=RSS&mc_cid=abc&gclid=x",
        "https://m.daily.example/world/2024/05/a-long-story-about-nothing",
        "https://mobile.daily.example/world/2024/05/a-long-story-about-nothing",
        "https://touch.daily.example/world/2024/05/a-long-story-about-nothing",
        "https://amp.daily.example/world/2024/05/a-long-story-about-nothing",
        "https://daily.example/world/2024/05/a-long-story-about-nothing/amp",
        "https://daily.example/world/2024/05/a-long-story-about-nothing/amp/",
        "https://daily.example/amp/world/2024/05/a-long-story-about-nothing",
        "https://daily.example/world/2024/05/a-long-story-about-nothing?amp=1",
        "https://daily.example/world/2024/05/a-long-story-about-nothing?outputType=amp",
        "https://cdn.ampproject.org/c/s/daily.example/world/2024/05/a-long-story-about-nothing",
        "https://daily-example.cdn.ampproject.org/v/s/daily.example/world/2024/05/a-long-story-about-nothing?amp_js_v=1",
        "https://www.google.com/amp/s/daily.example/world/2024/05/a-long-story-about-nothing",
        "https://www.google.com/url?q=https%3A%2F%2Fdaily.example%2Fworld%2F2024%2F05%2Fa-long-story-about-nothing",
        "https://news.google.com/news/url?sa=t&url=http://daily.example/world/2024/05/a-long-story-about-nothing",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fdaily.example%2Fworld%2F2024%2F05%2Fa-long-story-about-nothing",
        "https://web.archive.org/web/20240601000000/https://daily.example/world/2024/05/a-long-story-about-nothing",
        "https://web.archive.org/web/20240601id_/http:/daily.example/world/2024/05/a-long-story-about-nothing",
        "https://daily-example.translate.goog/world/2024/05/a-long-story-about-nothing?_x_tr_sl=en",
        "//daily.example/world/2024/05/a-long-story-about-nothing",
        "  https://daily.example/world/2024/05/a-long-\nstory-about-nothing\t",
        "https://daily.example/world/2024/05/a-long-story-about-nothing/index.html",
        "https://daily.example/world/2024/05/a-long-story-about-nothing;jsessionid=ABC123",
    ],
)
def test_one_article_has_one_address(other: str) -> None:
    assert canonical_url(other) == STORY


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("https://daily.example/story?id=1", "https://daily.example/story?id=2"),
        ("https://daily.example/a.php?p=1&page=2", "https://daily.example/a.php?p=1"),
        ("https://daily.example/A", "https://daily.example/a"),
        ("https://daily.example/x.911.de.html?dram:article_id=1", "https://daily.example/x.911.de.html"),
        ("https://daily.example/#!/story/1", "https://daily.example/#!/story/2"),
        ("https://north.daily.example/a", "https://daily.example/a"),
        ("https://daily.example/ref?ref=12345", "https://daily.example/ref"),
        ("http://daily.example:8080/a", "https://daily.example/a"),
        ("https://daily.example/a%2Fb", "https://daily.example/a/b"),
        ("https://daily.example/champion", "https://daily.example/ch"),
    ],
)
def test_two_articles_keep_two_addresses(one: str, two: str) -> None:
    assert canonical_url(one) != canonical_url(two)


def test_parameters_may_come_in_any_order_but_repeated_ones_keep_theirs() -> None:
    assert canonical_url("https://d.example/s?b=2&a=1") == canonical_url("https://d.example/s?a=1&b=2")
    assert canonical_url("https://d.example/s?a=2&a=1") == "https://d.example/s?a=2&a=1"


def test_a_doubly_escaped_ampersand_is_an_ampersand() -> None:
    assert canonical_url("https://d.example/s?a=1&amp;b=2") == "https://d.example/s?a=1&b=2"


def test_hosts_beyond_ascii_become_punycode() -> None:
    assert canonical_url("http://BÜCHER.example/straße") == "https://xn--bcher-kva.example/stra%C3%9Fe"


def test_a_mobile_label_stays_where_nothing_registrable_would_be_left() -> None:
    assert canonical_url("https://mobile.de/x") == "https://mobile.de/x"
    assert canonical_url("https://www.gov.uk/x") == "https://www.gov.uk/x"


def test_a_missing_scheme_is_taken_as_https_where_a_real_domain_leads() -> None:
    assert canonical_url("www.bbc.co.uk/news/x-1") == "https://bbc.co.uk/news/x-1"


def test_local_servers_keep_their_scheme_and_port() -> None:
    assert canonical_url("http://127.0.0.1:8000/a/") == "http://127.0.0.1:8000/a"
    assert canonical_url("http://[::1]:80/a") == "http://[::1]/a"
    assert canonical_url("http://localhost/a") == "http://localhost/a"


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "   ",
        "not available",
        "true",
        "/relative/path",
        "story.html",
        "javascript:alert(1)",
        "mailto:a@daily.example",
        "ftp://daily.example/a",
        "file:///etc/passwd",
        "data:text/html,x",
        "http://",
        "http:///path",
        "http://daily.example:port/a",
        "http://[::1/a",
        "http://a b.example/",
        "https://daily.example/" + "x" * 9000,
    ],
)
def test_what_is_no_web_address_is_refused(bad: str) -> None:
    with pytest.raises(InputError) as caught:
        canonical_url(bad)
    assert caught.value.mend


def test_a_chain_of_redirects_without_end_is_refused() -> None:
    url = "https://daily.example/a"
    for _ in range(40):
        url = f"https://web.archive.org/web/2024/{url}"
    with pytest.raises(InputError):
        canonical_url(url)


# rel=canonical


@pytest.mark.parametrize(
    ("url", "claimed", "expected"),
    [
        # it wins where it is plausible
        (STORY + "?x=1", STORY, STORY),
        (
            STORY,
            "/world/2024/05/the-new-headline-of-it",
            "https://daily.example/world/2024/05/the-new-headline-of-it",
        ),
        ("https://daily.example/s?id=77", "/news/77-a-story", "https://daily.example/news/77-a-story"),
        (
            "https://north.daily.example/a-story-of-1",
            "https://daily.example/a-story-of-1",
            "https://daily.example/a-story-of-1",
        ),
        # another outlet's address: a syndicated copy stays the copy's
        (STORY, "https://agency.example/a-long-story-about-nothing", STORY),
        # the home page, and the front page of a section
        (STORY, "https://daily.example/", STORY),
        (STORY, "https://daily.example/world/", STORY),
        (STORY, "https://daily.example/politics", STORY),
        # a script without its parameters
        (
            "https://daily.example/show.php?id=5",
            "https://daily.example/show.php",
            "https://daily.example/show.php?id=5",
        ),
        # no address at all
        (STORY, "javascript:void(0)", STORY),
        (STORY, "", STORY),
        (STORY, "http://[broken", STORY),
    ],
)
def test_rel_canonical_wins_only_where_it_is_plausible(url: str, claimed: str, expected: str) -> None:
    assert canonical_url(url, rel_canonical=claimed) == expected


def test_one_outlet_under_two_suffixes_may_name_the_other_for_the_same_story() -> None:
    url = "https://www.bulletin.co.uk/news/world-55512345"
    assert canonical_url(url, rel_canonical="https://bulletin.com/news/world-55512345") == (
        "https://bulletin.com/news/world-55512345"
    )


# Properties


@given(any_urls())
def test_folding_twice_changes_nothing(url: str) -> None:
    try:
        once = canonical_url(url)
    except InputError:
        return
    assert canonical_url(once) == once


_PIECES = st.sampled_from(
    [
        "http://",
        "https://",
        "www.",
        "m.",
        "amp.",
        "daily.example",
        "web.archive.org/web/2020/",
        "/amp",
        "/",
        "//",
        "..",
        "%2e",
        "%",
        "%41",
        "%zz",
        "?a=1",
        "&utm_source=x",
        "#!",
        "#/x",
        "index.html",
        ".amp.html",
        ";",
        ":",
        "ü",
        "google.com/amp/s/",
        "?q=",
        "https%3A%2F%2F",
        "&amp;",
        " ",
        "\n",
        "[",
        "@",
        ":80",
        ":443",
        "=",
        "+",
        "'",
    ]
)


@given(st.lists(_PIECES, max_size=12).map("".join))
def test_folding_twice_changes_nothing_in_mixed_up_addresses(url: str) -> None:
    try:
        once = canonical_url(url)
    except InputError:
        return
    assert canonical_url(once) == once
    assert once.startswith(("http://", "https://"))


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_makes_it_fall_over(url: str, claimed: str) -> None:
    try:
        canonical_url(url, rel_canonical=claimed)
    except InputError:
        return


# Real addresses


def test_real_addresses_fold_without_joining_two_articles(shared: Path) -> None:
    with gzip.open(shared / "corpus" / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    texts: dict[str, set[str]] = {}
    refused = 0
    for row in rows:
        if (row["url"] or "").startswith("http"):
            try:
                texts.setdefault(canonical_url(row["url"]), set()).add(row["url"])
            except InputError:
                refused += 1
    assert refused == 0
    assert len(texts) > 6000
    joined = {folded: forms for folded, forms in texts.items() if len(forms) > 1}
    assert len(joined) <= 5, joined


def test_registrable_domains_know_second_level_suffixes_and_blogs() -> None:
    assert registrable_domain("news.bbc.co.uk") == "bbc.co.uk"
    assert registrable_domain("somebody.github.io") == "somebody.github.io"
    assert registrable_domain("north.daily.example") == "daily.example"
    assert registrable_domain("co.uk") == ""
    assert registrable_domain("localhost") == ""
    assert registrable_domain("127.0.0.1") == ""


def test_a_broken_table_is_named(tmp_path: Path) -> None:
    table = tmp_path / "urls.yaml"
    table.write_text("tracking: [utm_]\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"urls\.yaml"):
        load_tables(table)
