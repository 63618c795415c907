"""Fetching from a web that behaves badly: each order gets one reply, whatever the server does."""

from __future__ import annotations

import gzip
import time
from typing import Any

import pytest
from pressreview.coverage.fetcher import Fetcher, Order, Reply
from pressreview.coverage.polling import FetchOutcome, Hop
from pressreview.errors import ConfigError, FetchError
from pressreview.settings import Settings


def fetch(settings: Settings, *urls: str, feed: bool = False, **headers: str) -> list[Reply]:
    """Fetch these addresses; the replies in the order of the orders."""
    with Fetcher(settings) as fetcher:
        for number, url in enumerate(urls):
            fetcher.submit(Order(number, url, headers, feed=feed))
        replies = {reply.number: reply for reply in fetcher.replies()}
    assert len(replies) == len(urls)
    return [replies[number] for number in sorted(replies)]


def outcomes(replies: list[Reply]) -> list[str]:
    """Their outcomes, or the status of those that were answered."""
    return [str(each.status or each.outcome) for each in replies]


# What comes of each: all fetched at once, by one process


def prepare(web: Any) -> dict[str, str]:
    """Let the web behave in every way; give an address for each."""
    web.text("/a", b"hello", ETag='"1"', Last_Modified="Mon, 02 Mar 2026 10:00:00 GMT")
    for status in (404, 410, 403, 500, 204):
        web.text(f"/{status}", b"" if status == 204 else b"x", status)
    web.redirect("/one", "/two", 301)
    web.redirect("/two", web.url("/three", "127.0.0.2"), 302)
    web.text("/three", b"there", host="127.0.0.2")
    web.text("/now", '<html><head><meta http-equiv="refresh" content="0; url=/there"></head></html>')
    web.text("/later", '<html><head><meta http-equiv="refresh" content="60"></head><body>news</body></html>')
    web.text("/there", b"there")
    web.redirect("/loop", "/loop")
    web.redirect("/file", "file:///etc/hostname")
    web.redirect("/data", "data:text/plain,hello")
    web.redirect("/ftp", "ftp://ftp.example/x")
    web.huge("/huge", 50 * 2**20)
    web.bomb("/bomb", 50 * 2**20)
    web.endless("/endless", host="127.0.0.2")
    web.slow("/slow", host="127.0.0.3")
    web.text("/packed", gzip.compress(b"hello"), Content_Encoding="gzip")
    web.text("/broken", b"this is not gzip", Content_Encoding="gzip")
    web.half("/half", b"0123456789", "text/plain", host="127.0.0.4")
    web.reset("/reset", host="127.0.0.4")
    web.text("/robots.txt", "User-agent: *\nDisallow: /shut\n", kind="text/plain", host="127.0.0.5")
    for number in range(6):
        web.text(f"/shut/{number}", b"secret")
    web.text("/open", b"open")
    web.redirect("/go", web.url("/shut/0", "127.0.0.5"))
    web.text("/robots.txt", "down", 503, host="127.0.0.6")
    at = {"/endless": 2, "/slow": 3, "/half": 4, "/reset": 4, "/open": 5, "/mute": 6}
    at |= {f"/shut/{number}": 5 for number in range(6)}
    elsewhere = {"/two", "/three", "/there", "/robots.txt"}
    paths = {path for _, path in web.behaviours} - elsewhere | {"/mute"}
    urls = {path: web.url(path, f"127.0.0.{at.get(path, 1)}") for path in sorted(paths)}
    return urls | {
        "refused": "http://127.0.0.3:9/",
        "unknown": "http://no-such-host.invalid/",
        "not-tls": web.url("/", "127.0.0.2").replace("http:", "https:"),
        "nonsense": "nonsense",
    }


@pytest.fixture(scope="module")
def seen(shared_web: Any, make: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Reply]:
    """What came of each."""
    urls = prepare(shared_web)
    started = time.monotonic()
    replies = fetch(make.settings(tmp_path_factory.mktemp("seen")), *urls.values())
    assert time.monotonic() - started < 25
    return dict(zip(urls, replies, strict=True))


def test_an_answer_comes_whole_with_its_headers(seen: dict[str, Reply]) -> None:
    reply = seen["/a"]
    assert (reply.outcome, reply.status, reply.body) == (FetchOutcome.OK, 200, b"hello")
    assert reply.headers["etag"] == '"1"'
    assert reply.headers["last-modified"] == "Mon, 02 Mar 2026 10:00:00 GMT"
    assert reply.headers["content-type"] == "text/html; charset=utf-8"


def test_statuses_are_answers_and_only_passing_errors_are_tried_again(
    seen: dict[str, Reply], shared_web: Any
) -> None:
    statuses = (404, 410, 403, 500, 204)
    assert [seen[f"/{status}"].status for status in statuses] == list(statuses)
    assert [len(shared_web.asked(f"/{status}")) for status in statuses] == [1, 1, 1, 2, 1]


def test_redirects_are_followed_and_told(seen: dict[str, Reply], shared_web: Any) -> None:
    there = shared_web.url("/three", "127.0.0.2")
    reply = seen["/one"]
    assert (reply.url, reply.body) == (there, b"there")
    assert reply.hops == (Hop(301, shared_web.url("/two")), Hop(302, there))


def test_a_page_that_sends_on_at_once_is_a_redirect_and_one_that_reloads_later_is_not(
    seen: dict[str, Reply], shared_web: Any
) -> None:
    assert seen["/now"].body == b"there"
    assert seen["/now"].hops == (Hop(0, shared_web.url("/there")),)
    assert b"news" in seen["/later"].body


def test_a_redirect_without_end_ends(seen: dict[str, Reply], shared_web: Any) -> None:
    assert seen["/loop"].outcome is FetchOutcome.REDIRECTS
    assert len(shared_web.asked("/loop")) <= 11


@pytest.mark.parametrize("path", ["/file", "/data", "/ftp"])
def test_a_redirect_to_what_is_no_web_address_is_not_followed(seen: dict[str, Reply], path: str) -> None:
    assert (seen[path].status, seen[path].body) == (302, b"")


@pytest.mark.parametrize("path", ["/huge", "/endless", "/bomb"])
def test_a_body_too_large_is_refused_whether_announced_endless_or_packed(
    seen: dict[str, Reply], path: str
) -> None:
    assert seen[path].outcome is FetchOutcome.TOO_LARGE
    assert seen[path].body == b""


def test_a_server_that_sends_a_byte_a_second_is_given_up(seen: dict[str, Reply]) -> None:
    assert seen["/slow"].outcome is FetchOutcome.TIMEOUT


def test_packed_bodies_are_unpacked_and_broken_ones_told(seen: dict[str, Reply]) -> None:
    assert seen["/packed"].body == b"hello"
    assert seen["/broken"].outcome is FetchOutcome.UNSUPPORTED


def test_half_a_page_is_none(seen: dict[str, Reply]) -> None:
    assert seen["/half"].outcome is FetchOutcome.CONNECTION


def test_half_a_feed_is_better_than_none(web: Any, settings: Settings) -> None:
    web.half("/half", b"0123456789", "text/plain")
    (feed,) = fetch(settings, web.url("/half"), feed=True)
    assert (feed.body, feed.cut) == (b"01234", True)


def test_connections_refused_or_reset_and_hosts_unknown_are_told_apart(seen: dict[str, Reply]) -> None:
    assert seen["/reset"].outcome is seen["refused"].outcome is FetchOutcome.CONNECTION
    assert seen["unknown"].outcome in (FetchOutcome.DNS, FetchOutcome.DNS_AGAIN)
    assert seen["nonsense"].outcome is FetchOutcome.UNSUPPORTED
    assert seen["not-tls"].outcome is FetchOutcome.TLS
    assert all(seen[name].problem for name in ("/reset", "refused", "unknown", "nonsense", "not-tls"))


def test_robots_txt_is_obeyed_by_every_request_that_waits_for_it(
    seen: dict[str, Reply], shared_web: Any
) -> None:
    """Scrapy 2.14 to 2.19 lets all but the first of them go ahead."""
    assert {str(seen[f"/shut/{number}"].outcome) for number in range(6)} == {"robots"}
    assert seen["/open"].body == b"open"
    assert [path for _, path, _ in shared_web.requests if path.startswith("/shut")] == []
    assert len(shared_web.asked("/robots.txt", "127.0.0.5")) == 1


def test_robots_txt_is_obeyed_after_a_redirect(seen: dict[str, Reply]) -> None:
    assert seen["/go"].outcome is FetchOutcome.ROBOTS


def test_an_error_in_place_of_robots_txt_forbids_all_for_now(seen: dict[str, Reply]) -> None:
    assert seen["/mute"].outcome is FetchOutcome.ROBOTS_ERROR


def test_robots_txt_may_name_us(web: Any, settings: Settings) -> None:
    web.text("/robots.txt", "User-agent: pressreview\nDisallow: /\n\nUser-agent: *\nAllow: /\n")
    assert outcomes(fetch(settings, web.url("/a"))) == ["robots"]


# Ourselves


def test_we_say_who_we_are_and_send_no_cookies(web: Any, settings: Settings) -> None:
    web.text("/a", b"hello", Set_Cookie="session=1")
    named = settings.model_copy(update={"contact": "desk@ngo.example", "concurrency_per_domain": 1})
    fetch(named, web.url("/a"), web.url("/a?again"))
    for request in [*web.asked("/a"), *web.asked("/a?again"), *web.asked("/robots.txt")]:
        assert request["User-Agent"].startswith("pressreview/")
        assert "(+desk@ngo.example; media monitoring of human trafficking coverage)" in request["User-Agent"]
        assert "Cookie" not in request


def test_headers_of_an_order_are_sent(web: Any, settings: Settings) -> None:
    web.text("/feed", b"", 304)
    (reply,) = fetch(settings, web.url("/feed"), feed=True, **{"If-None-Match": '"1"'})
    assert reply.status == 304
    (request,) = web.asked("/feed")
    assert request["If-None-Match"] == '"1"'
    assert "application/rss+xml" in request["Accept"]


# Private addresses


def test_a_redirect_to_a_private_address_is_refused_before_any_connection(
    web: Any, settings: Settings
) -> None:
    web.redirect("/in", web.url("/secret", "127.0.0.2"))
    web.text("/secret", b"secret", host="127.0.0.2")
    only_first = settings.model_copy(update={"private_hosts": "127.0.0.1"})
    (reply,) = fetch(only_first, web.url("/in"))
    assert reply.outcome is FetchOutcome.PRIVATE
    assert reply.body == b""
    assert [host for host, _, _ in web.requests if host != "127.0.0.1"] == []


def test_private_addresses_in_every_spelling_are_refused(web: Any, settings: Settings) -> None:
    guarded = settings.model_copy(update={"private_hosts": ""})
    hosts = ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "[::1]", "[::ffff:127.0.0.1]"]
    hosts += ["169.254.169.254", "10.0.0.1", "printer.local"]
    replies = fetch(guarded, *(f"http://{host}:{web.port}/" for host in hosts))
    assert outcomes(replies) == ["private-address"] * len(hosts)
    assert web.requests == []


def test_a_name_that_leads_to_a_private_address_is_refused(web: Any, settings: Settings) -> None:
    """The name of this machine is no private name, and leads to a private or loopback address."""
    import socket

    name = socket.gethostname()
    try:
        address = socket.gethostbyname(name)
    except OSError:
        pytest.skip("this machine's own name cannot be looked up")
    from pressreview.coverage.politeness import is_private_address, is_private_host

    if is_private_host(name) or not is_private_address(address):
        pytest.skip("this machine's own name is not one that leads to a private address")
    (reply,) = fetch(settings, f"http://{name}:{web.port}/")
    assert reply.outcome is FetchOutcome.PRIVATE
    assert "leads to a private address" in reply.problem
    assert web.requests == []


def test_private_addresses_may_be_allowed(web: Any, settings: Settings) -> None:
    web.text("/a", b"hello")
    allowed = settings.model_copy(update={"private_hosts": "", "allow_private_addresses": True})
    assert outcomes(fetch(allowed, f"http://localhost:{web.port}/a")) == ["200"]


# Politeness


def test_a_host_that_asks_for_a_pause_gets_it(web: Any, settings: Settings) -> None:
    web.text("/first", b"", 429, Retry_After="3600")
    for number in range(5):
        web.text(f"/{number}", b"x")
    one = settings.model_copy(update={"concurrency_per_domain": 1})
    with Fetcher(one) as fetcher:
        fetcher.submit(Order(0, web.url("/first"), feed=True))
        first = next(iter(fetcher.replies()))
        for number in range(5):
            fetcher.submit(Order(number + 1, web.url(f"/{number}")))
        rest = list(fetcher.replies())
    assert first.status == 429
    assert first.headers["retry-after"] == "3600"
    assert outcomes(rest) == ["throttled"] * 5
    assert len(web.asked("/first")) == 1
    assert web.asked("/0") == []


def test_a_host_that_fails_again_and_again_is_left_alone(web: Any, settings: Settings) -> None:
    for number in range(12):
        web.reset(f"/{number}")
    one = settings.model_copy(update={"concurrency_per_domain": 1})
    replies = fetch(one, *(web.url(f"/{number}") for number in range(12)))
    assert outcomes(replies) == ["connection"] * 12
    assert any("not asked again this run" in each.problem for each in replies)
    # Six tries, some of them made twice by Twisted where a kept connection broke; without patience, 24 and more.
    assert len([path for _, path, _ in web.requests if path != "/robots.txt"]) <= 12


def test_no_more_connections_to_a_host_than_allowed(web: Any, settings: Settings) -> None:
    import threading

    busy, most, lock = 0, 0, threading.Lock()

    def count(handler: Any) -> None:
        nonlocal busy, most
        with lock:
            busy += 1
            most = max(most, busy)
        time.sleep(0.05)
        with lock:
            busy -= 1
        handler.send(b"x")

    for number in range(10):
        web.on(f"/{number}", count)
    fetch(settings, *(web.url(f"/{number}") for number in range(10)))
    assert most == settings.concurrency_per_domain


def test_requests_to_a_host_are_spaced(web: Any, settings: Settings) -> None:
    for number in range(3):
        web.text(f"/{number}", b"x")
    started = time.monotonic()
    fetch(
        settings.model_copy(update={"download_delay": 0.6}),
        *(web.url(f"/{number}") for number in range(3)),
    )
    assert time.monotonic() - started > 3 * 0.3  # Scrapy varies the delay by half, so as not to beat time


# The process


def test_a_contact_that_no_header_may_hold_is_refused(settings: Settings) -> None:
    with pytest.raises(ConfigError, match="PRESSREVIEW_CONTACT"):
        Fetcher(settings.model_copy(update={"contact": "a\r\nX-Evil: 1"}))


def test_a_fetching_process_that_dies_is_answered_for_and_replaced(web: Any, settings: Settings) -> None:
    web.slow("/slow")
    web.text("/a", b"hello")
    with Fetcher(settings) as fetcher:
        fetcher.submit(Order(1, web.url("/slow")))
        assert fetcher._child is not None
        fetcher._child.kill()
        (lost,) = list(fetcher.replies())
        fetcher.submit(Order(2, web.url("/a")))
        (second,) = list(fetcher.replies())
    assert lost.outcome is FetchOutcome.CONNECTION
    assert "the fetching process ended" in lost.problem
    assert second.body == b"hello"


def test_a_process_that_dies_again_and_again_is_given_up(settings: Settings) -> None:
    with Fetcher(settings) as fetcher, pytest.raises(FetchError, match="died 3 times"):
        for number in range(4):
            fetcher.submit(Order(number, "http://127.0.0.1:9/"))
            assert fetcher._child is not None
            fetcher._child.kill()
            list(fetcher.replies())


def test_stopping_leaves_no_process_behind(web: Any, settings: Settings) -> None:
    web.slow("/slow")
    with Fetcher(settings) as fetcher:
        fetcher.submit(Order(1, web.url("/slow")))
        child = fetcher._child
        assert child is not None
        fetcher.stop()
        assert list(fetcher.replies()) == []
        assert fetcher.waiting == 1
    assert child.poll() is not None


def test_orders_may_follow_from_replies(web: Any, settings: Settings) -> None:
    web.text("/a", b"1")
    web.text("/b", b"2")
    bodies = []
    with Fetcher(settings) as fetcher:
        fetcher.submit(Order(1, web.url("/a")))
        for reply in fetcher.replies():
            bodies.append(reply.body)
            if reply.number == 1:
                fetcher.submit(Order(2, web.url("/b")))
    assert bodies == [b"1", b"2"]


def test_a_proxy_is_used_for_every_request(web: Any, settings: Settings) -> None:
    """The bad web takes a proxy's requests too: it sees the whole address in place of the path."""
    web.on("http://harbour-times.example/a", lambda handler: handler.send(b"through the proxy"))
    proxied = settings.model_copy(update={"private_hosts": "", "proxy": web.url("")})
    (reply,) = fetch(proxied, "http://harbour-times.example/a")
    assert reply.body == b"through the proxy"
