"""The fetching process: a Scrapy spider that takes orders from standard input and answers on standard output.

Run by fetcher.py as `python -m pressreview.coverage.fetchspider`; not for use by hand. Scrapy does what it
is good at: robots.txt, AutoThrottle, limits a domain, retries, redirects, packed bodies, size and time.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator
from typing import IO, Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from twisted.python.failure import Failure

from .fetcher import FetchConfig, Reply, read_message, reply_head, write_message
from .fetchguard import outcome_of
from .politeness import ROBOTS_NAME
from .polling import FetchOutcome, Hop
from .urls import host_of

FEED_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/rdf+xml, application/xml;q=0.9, text/xml;q=0.9, "
    "*/*;q=0.1"
)
USED_HEADERS = ("content-type", "etag", "last-modified", "retry-after", "location")
MAX_AUTOTHROTTLE_DELAY = 10.0
"""Seconds: the longest pause between two requests to a domain that AutoThrottle may come to. One slow answer
sets it, and answers other than 200 never shorten it: a hundred pages that are gone would take an hour at 30."""
LEAST_DELAY = 0.002
"""Seconds: without any delay, Scrapy 2.19 starts all requests that wait for a host at once, whatever the limit of
connections: it counts a request as under way only when its task runs (`Downloader._process_queue`)."""
META_REFRESH_WITHIN = 5
"""Seconds: a page that sends on sooner than this is a redirect; later, it only reloads itself."""


class FetchSpider(Spider):
    """Makes the requests that it is told to, and tells what came of them."""

    name = "pressreview"

    def __init__(self, orders: IO[bytes], replies: IO[bytes], **arguments: Any) -> None:
        super().__init__(**arguments)
        self._orders = orders
        self._replies = replies
        self._writing = threading.Lock()

    async def start(self) -> AsyncIterator[Any]:
        """Give a request for each order, until the other side closes its end."""
        inbox: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        loop = asyncio.get_running_loop()
        threading.Thread(target=self._read_orders, args=(loop, inbox), daemon=True).start()
        while (order := await inbox.get()) is not None:
            try:
                yield self._request(order)
            except ValueError as error:
                await self._send(
                    Reply(order["number"], order["url"], FetchOutcome.UNSUPPORTED, problem=str(error))
                )

    def _read_orders(
        self, loop: asyncio.AbstractEventLoop, inbox: asyncio.Queue[dict[str, Any] | None]
    ) -> None:
        while (message := read_message(self._orders)) is not None:
            loop.call_soon_threadsafe(inbox.put_nowait, message[0])
        loop.call_soon_threadsafe(inbox.put_nowait, None)

    def _request(self, order: dict[str, Any]) -> Request:
        feed = bool(order["feed"])
        headers = {"Accept": FEED_ACCEPT, **order["headers"]} if feed else order["headers"]
        return Request(
            order["url"],
            headers=headers,
            callback=self.answered,
            errback=self.failed,
            dont_filter=True,
            priority=10 if feed else 0,
            meta={
                "order": order["number"],
                "download_fail_on_dataloss": not feed,
            },
        )

    async def answered(self, response: Response) -> None:
        """Send an answer on; while it waits to be read, Scrapy counts it as at work and fetches less."""
        request = response.request
        assert request is not None
        await self._send(
            Reply(
                number=request.meta["order"],
                url=response.url,
                outcome=FetchOutcome.OK,
                status=response.status,
                headers=_used(response),
                hops=_hops(request, response.url),
                seconds=float(request.meta.get("download_latency", 0.0)),
                cut="dataloss" in response.flags,
                body=response.body,
            )
        )

    async def failed(self, failure: Failure) -> None:
        """Send on why there is no answer."""
        request: Request = failure.request  # type: ignore[attr-defined] # set by Scrapy
        error = failure.value
        assert error is not None
        outcome, problem = outcome_of(error, host_of(request.url))
        await self._send(
            Reply(
                number=request.meta["order"],
                url=request.url,
                outcome=outcome,
                problem=problem,
                hops=_hops(request, request.url),
            )
        )

    async def _send(self, reply: Reply) -> None:
        await asyncio.to_thread(self._write, reply)

    def _write(self, reply: Reply) -> None:
        with self._writing:
            try:
                write_message(self._replies, reply_head(reply), reply.body)
            except OSError:
                os._exit(1)  # nobody listens any more


def _used(response: Response) -> dict[str, str]:
    found = {}
    for name in USED_HEADERS:
        value = response.headers.get(name)
        if value:
            found[name] = value.decode("latin-1")
    return found


def _hops(request: Request, final: str) -> tuple[Hop, ...]:
    """Give the redirects on the way, each with its status and where it led."""
    reasons = request.meta.get("redirect_reasons", [])
    targets = [*request.meta.get("redirect_urls", [])[1:], final]
    return tuple(
        Hop(reason if isinstance(reason, int) else 0, to)
        for reason, to in zip(reasons, targets, strict=False)
    )


def scrapy_settings(config: FetchConfig) -> dict[str, Any]:
    """Give Scrapy's settings. Its own defaults are not polite (robots.txt, delay) nor safe (file:, size)."""
    guard = "pressreview.coverage.fetchguard"
    return {
        "USER_AGENT": config.user_agent,
        "ROBOTSTXT_OBEY": config.obey_robots,
        "ROBOTSTXT_USER_AGENT": ROBOTS_NAME,
        "CONCURRENT_REQUESTS": config.concurrency,
        "CONCURRENT_REQUESTS_PER_DOMAIN": config.concurrency_per_domain,
        "DOWNLOAD_DELAY": max(config.download_delay, LEAST_DELAY),
        # A delay of 0 is for one's own servers; AutoThrottle would bring the delay back.
        "AUTOTHROTTLE_ENABLED": config.download_delay > 0,
        "AUTOTHROTTLE_START_DELAY": config.download_delay,
        "AUTOTHROTTLE_MAX_DELAY": max(MAX_AUTOTHROTTLE_DELAY, config.download_delay),
        "AUTOTHROTTLE_TARGET_CONCURRENCY": 1.0,
        "DOWNLOAD_TIMEOUT": config.timeout,
        "DOWNLOAD_MAXSIZE": config.max_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "RETRY_TIMES": 1,  # once at once; the next poll is a further try
        # 429 and 503 are not tried again at once: the server asked for a pause.
        "RETRY_HTTP_CODES": [500, 502, 504, 522, 524, 408],
        "HTTPERROR_ALLOW_ALL": True,
        "REDIRECT_MAX_TIMES": 10,
        "METAREFRESH_MAXDELAY": META_REFRESH_WITHIN,
        "COOKIES_ENABLED": False,
        "HTTPPROXY_ENABLED": bool(config.proxy),
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "LOG_ENABLED": False,
        "URLLENGTH_LIMIT": 0,
        "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
        "TWISTED_DNS_RESOLVER": f"{guard}.GuardedResolver",
        # A redirect to file: or data: must find nobody at home.
        "DOWNLOAD_HANDLERS": {
            **dict.fromkeys(["data", "file", "ftp", "s3"]),
            **dict.fromkeys(["http", "https"], f"{guard}.PatientHandler"),
        },
        "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
        "DOWNLOADER_MIDDLEWARES": {
            # Before robots.txt (100): whose server is not asked, its robots.txt is not asked for either.
            f"{guard}.AddressMiddleware": 60,
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            f"{guard}.RobotsMiddleware": 100,
        },
        "PRESSREVIEW_ALLOW_PRIVATE": config.allow_private_addresses,
        "PRESSREVIEW_PRIVATE_HOSTS": config.private_hosts,
        "PRESSREVIEW_PROXY": config.proxy,
    }


def main() -> None:
    """Fetch until standard input ends."""
    orders = sys.stdin.buffer
    # Nothing but replies may reach the pipe, whatever a library prints.
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    message = read_message(orders)
    if message is None:
        return
    process = AsyncCrawlerProcess(scrapy_settings(FetchConfig(**message[0])))
    process.crawl(FetchSpider, orders=orders, replies=replies)
    # No signal handlers: a SIGTERM ends the process at once, whatever is under way.
    process.start(install_signal_handlers=False)


if __name__ == "__main__":
    main()
