"""The rules of polite and safe fetching, without input or output: who we are, and where we do not go."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass

from .. import __version__
from ..errors import ConfigError
from .urls import host_of

PURPOSE = "media monitoring of human trafficking coverage"
ROBOTS_NAME = "pressreview"
"""The product token that robots.txt may name us by (RFC 9309, section 2.2.1)."""

_LOCAL_NAMES = ("localhost", "local", "internal", "lan", "home.arpa", "intranet")
"""Names that only a private network resolves (RFC 6761, 6762, 8375; ICANN's `internal`)."""
_ODD_ADDRESS = re.compile(r"[0-9a-fx.]+", re.IGNORECASE)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """Which private addresses may be fetched from. By default none: a feed must not lead into our network."""

    allow_all: bool = False
    hosts: frozenset[str] = frozenset()
    """Hosts (names or addresses, lower case) that may be private."""

    @classmethod
    def of(cls, *, allow_all: bool, hosts: str, proxy: str = "") -> AddressPolicy:
        """Make a policy from the settings.

        Args:
            allow_all: `Settings.allow_private_addresses`.
            hosts: `Settings.private_hosts`, separated by commas.
            proxy: `Settings.proxy`; the proxy itself may be on our own network.
        """
        named = {host.strip().lower() for host in hosts.split(",") if host.strip()}
        if proxy:
            named.add(host_of(proxy))
        return cls(allow_all, frozenset(named))

    def refuses_host(self, host: str) -> bool:
        """Whether a host is refused by its name alone: a private address, or a name of private networks."""
        host = host.lower().rstrip(".")
        if self.allow_all or host in self.hosts:
            return False
        return is_private_host(host)

    def refuses_address(self, host: str, address: str) -> bool:
        """Whether a host is refused because its name leads to a private address."""
        if self.allow_all or host.lower().rstrip(".") in self.hosts:
            return False
        return is_private_address(address)


def is_private_address(address: str) -> bool:
    """Whether an IP address is not one of the public internet (RFC 6890 and its registry), or is none at all.

    Addresses that carry an IPv4 address inside (mapped, 6to4, Teredo, NAT64) are judged by that too.
    """
    try:
        parsed = ipaddress.ip_address(address.split("%", 1)[0])
    except ValueError:
        return True
    return any(not each.is_global or each.is_multicast for each in _inner(parsed))


def _inner(address: Address) -> Iterable[Address]:
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return (address.ipv4_mapped,)  # judged as IPv4 alone: the mapped block itself is not global
        if address in _NAT64:
            return (ipaddress.IPv4Address(int(address) & 0xFFFFFFFF),)
        inner = [address.sixtofour, *(address.teredo or ())]
        return (address, *(each for each in inner if each is not None))
    return (address,)


def is_private_host(host: str) -> bool:
    """Whether a host is private by what it is called; what its name leads to is for the resolver to see."""
    host = host.lower().rstrip(".")
    if host.rsplit(".", 1)[-1] in _LOCAL_NAMES or host.endswith(".home.arpa"):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return _is_odd_private(host)
    return is_private_address(host)


def _is_odd_private(host: str) -> bool:
    """See through `127.1`, `2130706433` and `0x7f.1`, which resolvers take as 127.0.0.1."""
    if not host or not _ODD_ADDRESS.fullmatch(host):
        return False
    try:
        return is_private_address(socket.inet_ntoa(socket.inet_aton(host)))
    except OSError:
        return False


def user_agent(contact: str) -> str:
    """Give the User-Agent: what we are, whom to ask, what for (RFC 9110, section 10.1.5).

    Raises:
        ConfigError: the contact holds what a header or its comment cannot.
    """
    contact = contact.strip()
    if re.search(r"[^\x20-\x7e]|[()\\]", contact):
        raise ConfigError(
            f"the contact {contact!r} holds a character that no User-Agent may",
            mend="Set PRESSREVIEW_CONTACT to a plain e-mail address or URL",
        )
    about = f"+{contact}; {PURPOSE}" if contact else PURPOSE
    return f"pressreview/{__version__} ({about})"


def require_contact(contact: str, urls: Iterable[str], policy: AddressPolicy) -> None:
    """Ask for a contact before anything beyond this machine and its network is fetched.

    Raises:
        ConfigError: there is no contact, and an address leads out.
    """
    if contact.strip():
        user_agent(contact)
        return
    for url in urls:
        host = host_of(url)
        if not is_private_host(host) and host not in policy.hosts:
            raise ConfigError(
                f"no contact is set, and {url} is another's server",
                mend="Set PRESSREVIEW_CONTACT to your e-mail address or URL, so that sites know whom to ask",
            )
