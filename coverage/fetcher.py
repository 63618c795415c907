"""Fetching, seen from outside: orders go to a child process that runs Scrapy, answers come back.

Why a process of its own: a Twisted reactor cannot start twice in one process, so a second `collect` (or
test) would fail; and reading pages is heavy work that must not hold up the reactor. The child does nothing
but fetch; parsing, judging and the store stay here, and the two run side by side.

Messages are one line of JSON, then as many bytes of body as it says. The child is started by
`python -m`, not by multiprocessing, which would run the user's own main module a second time.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Self

from ..errors import FetchError
from .politeness import user_agent
from .polling import FetchOutcome, Hop

if TYPE_CHECKING:
    # Only named here: the child imports this module too, and should start at once.
    from ..settings import Settings

_CHILD = "pressreview.coverage.fetchspider"
MAX_STARTS = 3
"""So many times a child that died is replaced in one run."""


@dataclass(frozen=True, slots=True)
class Order:
    """A request to make."""

    number: int
    """Comes back with the answer."""
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    feed: bool = False
    """Feeds come before pages, and half a feed is better than none."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a request came to."""

    number: int
    url: str
    """The address that answered, after redirects; where none did, the last one asked."""
    outcome: FetchOutcome
    """OK for any answer of the server, whatever its status; otherwise why there is none."""
    status: int | None = None
    problem: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    """By lower-case name; only those that are used."""
    hops: tuple[Hop, ...] = ()
    seconds: float = 0.0
    """From the request to the first byte of the answer."""
    cut: bool = False
    """The connection ended before the body did."""
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class FetchConfig:
    """What the child needs to know."""

    user_agent: str
    concurrency: int
    concurrency_per_domain: int
    download_delay: float
    timeout: float
    max_bytes: int
    obey_robots: bool
    allow_private_addresses: bool
    private_hosts: str
    proxy: str

    @classmethod
    def of(cls, settings: Settings) -> FetchConfig:
        """Take from the settings what fetching needs.

        Raises:
            ConfigError: the contact cannot stand in a header.
        """
        return cls(
            user_agent=user_agent(settings.contact),
            concurrency=settings.concurrency,
            concurrency_per_domain=settings.concurrency_per_domain,
            download_delay=settings.download_delay,
            timeout=settings.timeout,
            max_bytes=settings.max_bytes,
            obey_robots=settings.obey_robots,
            allow_private_addresses=settings.allow_private_addresses,
            private_hosts=settings.private_hosts,
            proxy=settings.proxy,
        )


def write_message(stream: IO[bytes], head: Mapping[str, Any], body: bytes = b"") -> None:
    """Write one message; the reader gets the same head and body.

    Raises:
        OSError: the other side is gone.
    """
    line = json.dumps({**head, "length": len(body)}).encode("ascii")
    stream.write(line + b"\n" + body)
    stream.flush()


def read_message(stream: IO[bytes]) -> tuple[dict[str, Any], bytes] | None:
    """Read one message; None at the end, also where it comes in the middle of a message."""
    line = stream.readline()
    if not line.endswith(b"\n"):
        return None
    head = json.loads(line)
    length = int(head.pop("length"))
    body = stream.read(length)
    return (head, body) if len(body) == length else None


def reply_head(reply: Reply) -> dict[str, Any]:
    """Give what of a reply goes into the head of its message."""
    head = {name: getattr(reply, name) for name in ("number", "url", "status", "problem", "seconds", "cut")}
    hops = [[hop.status, hop.to] for hop in reply.hops]
    return {**head, "outcome": str(reply.outcome), "headers": dict(reply.headers), "hops": hops}


def reply_of(head: Mapping[str, Any], body: bytes) -> Reply:
    """Make a reply from a message."""
    fields = {
        **head,
        "outcome": FetchOutcome(head["outcome"]),
        "hops": tuple(Hop(int(status), str(to)) for status, to in head["hops"]),
    }
    return Reply(**fields, body=body)


class Fetcher:
    """The child process, from this side; a context manager. Not for use from several threads."""

    def __init__(self, settings: Settings) -> None:
        self._config = FetchConfig.of(settings)
        self._child: subprocess.Popen[bytes] | None = None
        self._starts = 0
        self._stopped = False
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed in __exit__
        self._waiting: dict[int, Order] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._end_child()
        self._log.close()

    @property
    def waiting(self) -> int:
        """How many orders have not been answered."""
        return len(self._waiting)

    def submit(self, order: Order) -> None:
        """Hand in an order; its reply comes from `replies`, in whatever order they arrive.

        Raises:
            FetchError: the child cannot be started.
        """
        self._waiting[order.number] = order
        if self._child is None and not self._stopped:
            self._start()
        self._send(order)

    def replies(self) -> Iterator[Reply]:
        """Give the replies as they come, until every order is answered or `stop` was called.

        New orders may be handed in on the way. After `stop`, only replies that were here already come.

        Raises:
            FetchError: the child died again and again.
        """
        while self._waiting:
            message = read_message(self._out) if self._child else None
            if message is not None:
                reply = reply_of(*message)
                self._waiting.pop(reply.number, None)
                yield reply
            elif self._stopped:
                return
            else:
                yield from self._bury_child()

    def stop(self) -> None:
        """Stop fetching now; may be called from a signal handler."""
        self._stopped = True
        if self._child is not None:
            with contextlib.suppress(ProcessLookupError):
                self._child.terminate()

    @property
    def _out(self) -> IO[bytes]:
        assert self._child is not None and self._child.stdout is not None
        return self._child.stdout

    def _start(self) -> None:
        if self._starts >= MAX_STARTS:
            raise FetchError(
                f"the fetching process died {self._starts} times: {self._last_words()}",
                mend="Run the command again; what was fetched is stored",
            )
        self._starts += 1
        try:
            self._child = subprocess.Popen(  # noqa: S603 - our own module, no shell
                [sys.executable, "-m", _CHILD],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                start_new_session=True,  # Ctrl-C comes to us alone; we say when the child ends
            )
        except OSError as error:
            raise FetchError(
                f"the fetching process cannot be started: {error}", mend="Check memory and permissions"
            ) from error
        self._write(asdict(self._config))

    def _send(self, order: Order) -> None:
        self._write(
            {"number": order.number, "url": order.url, "headers": dict(order.headers), "feed": order.feed}
        )

    def _write(self, head: Mapping[str, Any]) -> None:
        if self._child is None:
            return
        assert self._child.stdin is not None
        # A child that is gone is found out by the reader, which answers for it.
        with contextlib.suppress(OSError, ValueError):
            write_message(self._child.stdin, head)

    def _bury_child(self) -> Iterator[Reply]:
        """Answer for a child that died, so that the rest goes on: its orders failed, the next start anew."""
        self._end_child()
        words = self._last_words()
        lost, self._waiting = self._waiting, {}
        for order in lost.values():
            yield Reply(
                number=order.number,
                url=order.url,
                outcome=FetchOutcome.CONNECTION,
                problem=f"the fetching process ended ({words})",
            )

    def _end_child(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        for stream in (child.stdin, child.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        child.terminate()
        try:
            child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    def _last_words(self) -> str:
        self._log.seek(0)
        lines = self._log.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1][:300] if lines else "it left no message"
