"""Who we say we are, and where we do not go."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pressreview import __version__
from pressreview.coverage.politeness import (
    AddressPolicy,
    is_private_address,
    is_private_host,
    require_contact,
    user_agent,
)
from pressreview.errors import ConfigError

NOBODY = AddressPolicy()


PRIVATE = """127.0.0.1 10.1.1.1 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1
255.255.255.255
::1 :: fe80::1%eth0 fc00::1 ff02::1 ::ffff:10.0.0.1 64:ff9b::7f00:1 2002:7f00:1:: 2001:db8::1 nonsense"""


@pytest.mark.parametrize("address", PRIVATE.split())
def test_private_addresses_are_known_in_every_family(address: str) -> None:
    assert is_private_address(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_addresses_are_public(address: str) -> None:
    assert not is_private_address(address)


@given(st.ip_addresses(v=4))
def test_an_address_in_an_ipv6_coat_is_judged_as_what_it_is(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    for coat in (0xFFFF << 32, int(ipaddress.IPv6Address("64:ff9b::"))):
        assert is_private_address(str(ipaddress.IPv6Address(coat | number))) == is_private_address(
            str(address)
        )


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST.", "db.localhost", "printer.local", "x.home.arpa", "127.1", "2130706433"]
)
def test_private_names_and_odd_spellings_are_seen_through(host: str) -> None:
    assert is_private_host(host)


@pytest.mark.parametrize("host", ["harbour-times.example", "local.example", "cafe", "8.8.8.8", "fade.cafe"])
def test_other_names_are_left_to_the_resolver(host: str) -> None:
    assert not is_private_host(host)


def test_named_hosts_and_the_proxy_are_exceptions() -> None:
    policy = AddressPolicy.of(allow_all=False, hosts="10.0.0.5, Bridge.lan", proxy="http://127.0.0.1:3128")
    assert not policy.refuses_host("10.0.0.5")
    assert not policy.refuses_address("bridge.lan", "192.168.0.9")
    assert not policy.refuses_host("127.0.0.1")
    assert policy.refuses_host("10.0.0.6")
    assert policy.refuses_address("harbour-times.example", "192.168.0.9")


def test_the_user_agent_says_what_we_are_whom_to_ask_and_what_for() -> None:
    purpose = "media monitoring of human trafficking coverage"
    assert user_agent("a@ngo.example") == f"pressreview/{__version__} (+a@ngo.example; {purpose})"
    assert user_agent("") == f"pressreview/{__version__} ({purpose})"


@pytest.mark.parametrize("contact", ["a\r\nX: 1", "a)b", "dé@ngo.example", "a\\"])
def test_a_contact_that_a_header_cannot_hold_is_refused(contact: str) -> None:
    with pytest.raises(ConfigError, match="PRESSREVIEW_CONTACT"):
        user_agent(contact)


def test_a_contact_is_needed_for_others_servers_only() -> None:
    require_contact("", ["http://127.0.0.1/feed", "http://[::1]/feed", "http://localhost:8000/"], NOBODY)
    require_contact("", ["http://bridge.example/feed"], AddressPolicy(hosts=frozenset({"bridge.example"})))
    require_contact("a@ngo.example", ["https://harbour-times.example/feed"], NOBODY)
    with pytest.raises(ConfigError, match=r"harbour-times\.example"):
        require_contact(" ", ["http://127.0.0.1/", "https://harbour-times.example/feed"], NOBODY)
