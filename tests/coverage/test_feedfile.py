"""feeds.yaml: what is taken, and how every fault is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pressreview.coverage.article import OutletKind, Reach
from pressreview.coverage.feeds import FeedsFile, load_feeds
from pressreview.errors import ConfigError

ROOT = Path(__file__).resolve().parents[2]
GOOD = """\
outlets:
  - id: harbour-times
    name: Harbour Times
    homepage: https://harbour-times.example/
    country: NO
    languages: [no, eng]
    kind: newspaper
    reach: national
    feeds:
      - {url: "https://harbour-times.example/feed.xml", verified: false}
      - url: https://harbour-times.example/world.xml
        verified: yes
        note: the foreign desk
    sitemaps: []
    domains: [Harbour.example]
    aliases: ["The Times of the Harbour"]
  - id: hill-post
    name: Hill Post
    homepage: http://hill-post.example
    country: xk
    languages: [sq]
    kind: online
    reach: local
    feeds: []
    aggregator: true
    training_allowed: false
"""


def load(tmp_path: Path, text: str | bytes) -> FeedsFile:
    """Load feeds.yaml with this text."""
    path = tmp_path / "feeds.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return load_feeds(path)


def fault(tmp_path: Path, text: str | bytes) -> str:
    """The message that this text ends in, without the folder."""
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    return str(caught.value).replace(f"{tmp_path}/", "")


def test_every_field_is_read(tmp_path: Path) -> None:
    first, second = load(tmp_path, GOOD).outlets
    assert (first.country, first.languages) == ("NOR", ("no", "en"))
    assert (first.kind, first.reach) == (OutletKind.NEWSPAPER, Reach.NATIONAL)
    assert [feed.verified for feed in first.feeds] == [False, True]
    assert first.feeds[1].note == "the foreign desk"
    assert first.domains == ("harbour.example",)
    assert (second.country, second.aggregator, second.training_allowed) == ("XKX", True, False)
    assert second.feeds == ()


def test_an_entry_becomes_the_outlet_of_the_records(tmp_path: Path) -> None:
    outlet = load(tmp_path, GOOD).outlets[0].outlet()
    assert (outlet.id, outlet.name, outlet.country) == ("harbour-times", "Harbour Times", "NOR")
    assert not outlet.guessed


def test_norway_is_no_falsehood(tmp_path: Path) -> None:
    assert load(tmp_path, GOOD).outlets[0].country == "NOR"


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("country: NO", "country: UK", 5, "`UK` is no ISO 3166-1 code. Write the code of the country"),
        ("country: NO", "country: Norway", 5, "`Norway` is no ISO 3166-1 code"),
        ("[no, eng]", "[english]", 6, "`languages[1]`: `english` is no ISO 639 code"),
        ("[no, eng]", "[pt-BR]", 6, "without a region"),
        ("[no, eng]", "[]", 6, "`languages`: the list is empty. Name at least one"),
        ("[no, eng]", "no", 6, "has the wrong shape"),
        ("kind: newspaper", "kind: blog", 7, "Write one of: agency, newspaper, broadcaster"),
        ("kind: newspaper", "kind: unknown", 7, "`unknown` is no kind"),
        ("reach: national", "reach: global", 8, "Write one of: local, national, international"),
        (
            "https://harbour-times.example/feed.xml",
            "harbour-times.example/feed",
            10,
            "does not begin with http",
        ),
        ("https://harbour-times.example/feed.xml", "https://user:pw@h.example/", 10, "user name or password"),
        ("https://harbour-times.example/feed.xml", "https://a b.example/", 10, "holds a space"),
        ("https://harbour-times.example/feed.xml", "javascript:alert(1)", 10, "does not begin with http"),
        ("https://harbour-times.example/feed.xml", "https:///feed.xml", 10, "names no host"),
        ("verified: false}", "verified: maybe}", 10, "`maybe` is neither true nor false"),
        ("    sitemaps: []\n", "    sitemap: []\n", 14, "the key is not known. Did you mean `sitemaps`"),
        ("note: the foreign desk", "comment: x", 13, "Use only: url, verified, note"),
        ("    name: Harbour Times\n", "", 2, "`name`: it is missing. Add `name: ...`"),
        ("id: harbour-times\n", "id: Harbour Times\n", 2, "Use lower-case letters a to z"),
        ("name: Harbour Times", "name: ''", 3, "it is empty or no text"),
        ("id: hill-post", "id: harbour-times", 17, "the id stands in line 2 already"),
        (
            "https://harbour-times.example/world.xml",
            "HTTP://Harbour-Times.example/feed.xml/",
            11,
            "stands in line 10 already. List each feed once",
        ),
        ("    kind: online\n", "    kind: online\n    kind: ngo\n", 23, "`kind` stands twice in one entry"),
        ("  - id: hill-post\n", "  - hill-post\n  - id: hill-post\n", 17, "entry 2 is no mapping"),
    ],
)
def test_a_fault_is_told_with_line_entry_and_mend(
    tmp_path: Path, old: str, new: str, line: int, told: str
) -> None:
    assert old in GOOD
    message = fault(tmp_path, GOOD.replace(old, new, 1))
    assert message.startswith(f"feeds.yaml:{line}: ")
    assert told in message


def test_a_fault_names_the_outlet(tmp_path: Path) -> None:
    assert "outlet `hill-post` (entry 2), `country`" in fault(tmp_path, GOOD.replace("xk", "qq"))


def test_all_faults_are_told_at_once_one_a_line_in_order(tmp_path: Path) -> None:
    text = GOOD.replace("country: xk", "country: qq").replace("country: NO", "country: zz")
    text = text.replace("id: hill-post", "id: harbour-times") + "extra: 1\n"
    message = fault(tmp_path, text)
    lines = [line.strip().split(": ")[0] for line in message.splitlines()]
    assert lines == ["feeds.yaml", "feeds.yaml:5", "feeds.yaml:17", "feeds.yaml:20", "feeds.yaml:27"]
    assert "4 faults" in message


@pytest.mark.parametrize(
    "text", ["", "- a\n- b\n", "outlets: 5\n", "outlets:\n", "just words\n", "feeds: []\n"]
)
def test_a_file_without_a_list_of_outlets_is_told_so(tmp_path: Path, text: str) -> None:
    assert "Begin the file with `outlets:`" in fault(tmp_path, text)


def test_a_tab_is_told_with_its_line(tmp_path: Path) -> None:
    message = fault(tmp_path, GOOD.replace("    kind: newspaper", "\tkind: newspaper"))
    assert "feeds.yaml:7: " in message
    assert "Indent with spaces" in message


def test_broken_yaml_is_told_with_its_line(tmp_path: Path) -> None:
    message = fault(tmp_path, GOOD.replace("[no, eng]", "[no, eng"))
    assert "it is no YAML" in message
    assert message.startswith("feeds.yaml:")


def test_an_alias_that_holds_itself_is_a_fault_and_not_an_endless_loop(tmp_path: Path) -> None:
    assert "an alias holds itself" in fault(tmp_path, "outlets: &all\n  - *all\n")


def test_bytes_that_are_not_utf_8_are_told_with_their_line(tmp_path: Path) -> None:
    message = fault(tmp_path, GOOD.encode().replace(b"Hill Post", b"H\xfcgel"))
    assert message.startswith("feeds.yaml:18: there are bytes that are not UTF-8. Save the file as UTF-8")


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="the file is not there"):
        load_feeds(tmp_path / "feeds.yaml")


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    assert len(load(tmp_path, b"\xef\xbb\xbf" + GOOD.encode()).outlets) == 2


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_whatever_the_file_holds_it_loads_or_is_told(
    tmp_path_factory: pytest.TempPathFactory, body: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(body)
    with pytest.raises(ConfigError):
        load_feeds(path)


def test_the_file_in_the_package_is_right() -> None:
    assert len(load_feeds(ROOT / "feeds.yaml").outlets) >= 150
