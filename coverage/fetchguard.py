"""What stands between Scrapy and the network: private addresses are refused, tired servers left in peace.

The check of addresses sits in the reactor's resolver, so that it sees the very addresses that are connected
to: a name that leads to a private address is refused after a redirect too, and a name server that changes
its answer between a check and the connection (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import asyncio
import socket
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler, TunnelError
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.error import ConnectError
from twisted.internet.interfaces import IAddress, IHostnameResolver, IHostResolution
from twisted.internet.threads import deferToThreadPool
from twisted.python.failure import Failure
from zope.interface import implementer

from .politeness import AddressPolicy
from .polling import FetchOutcome
from .urls import host_of, registrable_domain

PATIENCE = 6
"""So many requests to a host, second tries too, may fail in a row before it is left for another day."""

RESOLVER_FAULTS: dict[str, FetchOutcome] = {}
"""Why the last look-up of a host gave no address; Twisted's own error does not say."""


class Refused(IgnoreRequest):
    """A request that we do not make.

    Args:
        outcome: why, as one of the fixed strings.
        problem: why, for people.
    """

    def __init__(self, outcome: FetchOutcome, problem: str) -> None:
        super().__init__(problem)
        self.outcome = outcome
        self.problem = problem


def policy_of(settings: Any) -> AddressPolicy:
    """Make the address policy from Scrapy's settings, where fetchspider.py put ours."""
    return AddressPolicy.of(
        allow_all=settings.getbool("PRESSREVIEW_ALLOW_PRIVATE"),
        hosts=settings.get("PRESSREVIEW_PRIVATE_HOSTS", ""),
        proxy=settings.get("PRESSREVIEW_PROXY", ""),
    )


@implementer(IHostResolution)
class _Resolution:
    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        """Nothing to cancel: the look-up in its thread ends by itself, unheard."""


@implementer(IHostnameResolver)
class GuardedResolver:
    """A resolver for Twisted's reactor that gives no private addresses and remembers answers for one run."""

    def __init__(self, reactor: Any, policy: AddressPolicy) -> None:
        self._reactor = reactor
        self._policy = policy
        self._answers: dict[str, list[tuple[int, str]]] = {}

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> GuardedResolver:
        """Make it from the process's settings (Scrapy's hook for its setting TWISTED_DNS_RESOLVER)."""
        return cls(reactor, policy_of(crawler.settings))

    def install_on_reactor(self) -> None:
        """Take the place of the reactor's resolver."""
        self._reactor.installNameResolver(self)

    def resolveHostName(  # noqa: N802 - Twisted's interface
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:
        """Look a host up; gives the addresses that may be connected to, IPv4 and IPv6 (IHostnameResolver)."""
        resolution = _Resolution(hostName)
        resolutionReceiver.resolutionBegan(resolution)
        if hostName in self._answers:
            self._give(hostName, portNumber, addressTypes, resolutionReceiver)
            return resolution

        def found(answers: list[tuple[int, str]]) -> None:
            self._answers[hostName] = answers
            RESOLVER_FAULTS.pop(hostName, None)
            self._give(hostName, portNumber, addressTypes, resolutionReceiver)

        def failed(failure: Failure) -> None:
            again = getattr(failure.value, "errno", None) == socket.EAI_AGAIN
            RESOLVER_FAULTS[hostName] = FetchOutcome.DNS_AGAIN if again else FetchOutcome.DNS
            resolutionReceiver.resolutionComplete()

        pool = self._reactor.getThreadPool()
        deferToThreadPool(self._reactor, pool, _look_up, hostName).addCallbacks(found, failed)
        return resolution

    def _give(
        self,
        host: str,
        port: int,
        types: Sequence[type[IAddress]] | None,
        receiver: Any,
    ) -> None:
        wanted = tuple(types) if types else (IPv4Address, IPv6Address)
        for family, address in self._answers[host]:
            kind = IPv6Address if family == socket.AF_INET6 else IPv4Address
            if self._policy.refuses_address(host, address):
                RESOLVER_FAULTS[host] = FetchOutcome.PRIVATE
            elif kind in wanted:
                receiver.addressResolved(kind("TCP", address, port))
        receiver.resolutionComplete()


def _look_up(host: str) -> list[tuple[int, str]]:
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    inet = [each for each in found if each[0] in (socket.AF_INET, socket.AF_INET6)]
    return list(dict.fromkeys((int(each[0]), str(each[4][0])) for each in inet))


class AddressMiddleware:
    """Gives each request, redirected ones too, its slot and proxy, and refuses private hosts by name.

    A slot is a registrable domain, so that the limits hold for `www.`, `m.` and `feeds.` together; Scrapy's
    own slot is the host, and a redirected request would keep that of the host it came from.
    """

    def __init__(self, policy: AddressPolicy, proxy: str) -> None:
        self._policy = policy
        self._proxy = proxy

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> AddressMiddleware:
        """Make it from the crawler's settings (Scrapy's hook)."""
        return cls(policy_of(crawler.settings), crawler.settings.get("PRESSREVIEW_PROXY", ""))

    def process_request(self, request: Request) -> None:
        """Refuse or prepare a request.

        Raises:
            Refused: the host is a private one.
        """
        host = host_of(request.url)
        if self._policy.refuses_host(host):
            raise Refused(FetchOutcome.PRIVATE, f"{host} is on a private network")
        request.meta["download_slot"] = registrable_domain(host) or host
        if self._proxy:
            request.meta["proxy"] = self._proxy


class RobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's robots.txt middleware, with two faults mended.

    In Scrapy 2.14 to 2.19, requests that wait for a host's robots.txt at the same time share one Deferred;
    the first of them gets the rules, the others get None and go ahead (since scrapy/scrapy#6802). Here they
    wait in line. And a server that gives an error, or nothing, in place of its robots.txt has to be taken
    as one that forbids all (RFC 9309, section 2.3.1.4); Scrapy takes it as one that allows all.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._lines: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._unreachable: dict[str, tuple[FetchOutcome, str]] = {}

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """Give the rules for a request, or None where there are none.

        Raises:
            Refused: the server gives an error, or nothing, in place of its robots.txt.
        """
        place = urlsplit(request.url).netloc
        async with self._lines[place]:
            parser = await super().robot_parser(request)
        if place in self._unreachable:
            raise Refused(*self._unreachable[place])
        return parser

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500:
            problem = f"its robots.txt is an error ({response.status}), which forbids all for now"
            self._unreachable[netloc] = (FetchOutcome.ROBOTS_ERROR, problem)
        await super()._parse_robots(response, netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        outcome, problem = outcome_of(exc, host_of(f"//{netloc}"))
        if outcome in _NO_ANSWER:
            self._unreachable[netloc] = (outcome, problem)
        super()._robots_error(exc, netloc)


_NO_ANSWER = frozenset(
    {
        FetchOutcome.TIMEOUT,
        FetchOutcome.CONNECTION,
        FetchOutcome.DNS,
        FetchOutcome.DNS_AGAIN,
        FetchOutcome.TLS,
    }
)


class PatientHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP handler, which leaves a host in peace once it says 429, or fails again and again.

    It stands here, not in a middleware, since requests wait for their turn behind the middlewares: those
    that wait when a host has had enough must not go out either.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._resting: dict[str, tuple[FetchOutcome, str]] = {}
        self._failures: Counter[str] = Counter()

    async def download_request(self, request: Request) -> Response:
        """Make a request, if its host is not left in peace.

        Raises:
            Refused: it is; the outcome is the one that the host gave before.
        """
        host = host_of(request.url)
        if host in self._resting:
            raise Refused(*self._resting[host])
        try:
            response = await super().download_request(request)
        except _FAILURES as error:
            self._failures[host] += 1
            if self._failures[host] >= PATIENCE:
                outcome, problem = outcome_of(error, host)
                self._rest(host, outcome, f"{host} failed {PATIENCE} times in a row ({problem})")
            raise
        self._failures[host] = 0
        if response.status == 429 or (response.status == 503 and b"Retry-After" in response.headers):
            self._rest(host, FetchOutcome.THROTTLED, f"{host} asked for a pause ({response.status})")
        return response

    def _rest(self, host: str, outcome: FetchOutcome, why: str) -> None:
        self._resting[host] = (outcome, f"{why}; not asked again this run")


_FAILURES = (
    CannotResolveHostError,
    ConnectError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    TunnelError,
)


def outcome_of(error: BaseException, host: str) -> tuple[FetchOutcome, str]:
    """Give the fixed string and the plain words for an exception of Scrapy's."""
    name = type(error).__name__
    if isinstance(error, Refused):
        return error.outcome, error.problem
    if isinstance(error, IgnoreRequest):
        return _ignored(error)
    if name == "CannotResolveHostError":
        outcome = RESOLVER_FAULTS.get(host, FetchOutcome.DNS)
        return outcome, _DNS_WORDS[outcome].format(host=host)
    if name == "DownloadCancelledError":
        return FetchOutcome.TOO_LARGE, "the body is larger than the limit"
    if name in ("DownloadTimeoutError", "TimeoutError", "TCPTimedOutError"):
        return FetchOutcome.TIMEOUT, "no whole answer in time"
    if isinstance(error, TunnelError):
        return FetchOutcome.CONNECTION, f"the proxy does not lead to {host}"
    if name == "DownloadConnectionRefusedError":
        return FetchOutcome.CONNECTION, f"{host} refused the connection"
    if name in ("UnsupportedURLSchemeError", "NotSupported", "ValueError", "UnicodeError", "InvalidURL"):
        return FetchOutcome.UNSUPPORTED, f"the address cannot be fetched ({error})"
    if _is_tls(error):
        return FetchOutcome.TLS, f"the secure connection to {host} failed"
    if isinstance(error, (OSError, EOFError)) or name == "error":
        return FetchOutcome.UNSUPPORTED, f"the answer cannot be unpacked ({error})"
    return FetchOutcome.CONNECTION, f"the connection to {host} broke ({name})"


_DNS_WORDS = {
    FetchOutcome.DNS: "there is no host {host}",
    FetchOutcome.DNS_AGAIN: "the name server could not look up {host} now",
    FetchOutcome.PRIVATE: "{host} leads to a private address",
}


def _ignored(error: IgnoreRequest) -> tuple[FetchOutcome, str]:
    text = str(error)
    if "robots.txt" in text:
        return FetchOutcome.ROBOTS, "robots.txt forbids it"
    if "max redirections" in text:
        return FetchOutcome.REDIRECTS, "it redirects without end"
    if "DOWNLOAD_MAXSIZE" in text:
        return FetchOutcome.TOO_LARGE, "the body, unpacked, is larger than the limit"
    return FetchOutcome.UNSUPPORTED, text


def _is_tls(error: BaseException) -> bool:
    """Whether OpenSSL stands anywhere behind an error of Twisted's, which wraps its reasons."""
    reasons = [
        error,
        error.__cause__,
        *getattr(error.__cause__, "reasons", ()),
        *getattr(error, "reasons", ()),
    ]
    values = [getattr(reason, "value", reason) for reason in reasons]
    return any(type(value).__module__.startswith("OpenSSL") for value in values if value is not None)
