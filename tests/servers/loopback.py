"""A small HTTP server on loopback, in a thread of its own, with an access log that tests read.

Written on bare sockets (asyncio streams), so that a handler may send anything, also what no proper
server would. Standard library only.
"""

import asyncio
import contextlib
import ssl
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlsplit

MAX_REQUEST_HEAD_BYTES = 64 * 1024
STOP_SECONDS = 5.0


@dataclass(slots=True, kw_only=True)
class Visit:
    """One line of the access log."""

    at: float
    """Seconds since the epoch when the request's headers were complete."""
    ended_at: float | None = None
    """Seconds since the epoch when the answer was out. None: still going on."""
    method: str
    target: str
    """As sent: path and query."""
    status: int = 0
    """As answered. 0: nothing was answered yet, or no HTTP at all."""
    headers: Mapping[str, str]
    """Names in lower case."""

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @property
    def user_agent(self) -> str:
        return self.headers.get("user-agent", "")


@dataclass(slots=True)
class AccessLog:
    """Every request in order of arrival; safe to read while the server runs."""

    visits: list[Visit] = field(default_factory=list)

    def __iter__(self) -> Iterator[Visit]:
        return iter(tuple(self.visits))

    def __len__(self) -> int:
        return len(self.visits)

    def paths(self) -> list[str]:
        return [visit.path for visit in self]

    def of(self, path: str) -> list[Visit]:
        """The visits to one path, whatever their query."""
        return [visit for visit in self if visit.path == path]

    def gaps(self) -> list[float]:
        """Seconds between one arrival and the next."""
        times = sorted(visit.at for visit in self)
        return [later - earlier for earlier, later in pairwise(times)]

    def clear(self) -> None:
        self.visits.clear()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and the open connection to answer it on."""

    visit: Visit
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @property
    def path(self) -> str:
        return self.visit.path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.visit.target).query, keep_blank_values=True))

    async def send(self, data: bytes) -> None:
        """Bytes as they are.

        Raises:
            ConnectionError: The client is gone.
        """
        self.writer.write(data)
        await self.writer.drain()

    async def answer(
        self, status: int, headers: Mapping[str, str], body: bytes, *, reason: str = "OK"
    ) -> None:
        """A proper response with a Content-Length (none of the body for HEAD)."""
        self.visit.status = status
        lines = [f"HTTP/1.1 {status} {reason}", *(f"{k}: {v}" for k, v in headers.items())]
        if status != 304:
            lines.append(f"Content-Length: {len(body)}")
        head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
        await self.send(head if self.visit.method == "HEAD" else head + body)

    async def client_leaves(self, *, seconds: float) -> bool:
        """Wait until the client closes the connection; false if it stayed that long."""
        try:
            async with asyncio.timeout(seconds):
                while await self.reader.read(4096):
                    pass
        except TimeoutError:
            return False
        except ConnectionError:
            return True
        return True


Handler = Callable[[Exchange], Awaitable[bool]]
"""Answers one request; true to keep the connection for the next one."""


class LoopbackServer:
    """Serves one handler on one loopback port; use it as a context manager."""

    def __init__(
        self,
        handler: Handler,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.handler = handler
        self.host = host
        self.port = port
        """0 until started: then the port that the system gave."""
        self.log = AccessLog()
        self._tls = tls
        self._conversations: set[asyncio.Task[None]] = set()
        self._ready = threading.Event()
        self._failure: OSError | None = None
        self._thread = threading.Thread(target=self._run, name="loopback-server", daemon=True)

    @property
    def url(self) -> str:
        """Scheme, host and port, without a slash at the end."""
        return f"{'https' if self._tls else 'http'}://{self.host}:{self.port}"

    def start(self) -> Self:
        """Listen; returns when the port is open.

        Raises:
            OSError: The port is taken.
        """
        self._thread.start()
        self._ready.wait()
        if self._failure:
            raise self._failure
        return self

    def stop(self) -> None:
        """Drop every connection and end the thread."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(STOP_SECONDS)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except OSError as error:
            self._failure = error
            self._ready.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(_ignore_broken_connections)
        self._stopping = asyncio.Event()
        server = await asyncio.start_server(
            self._connected,
            self.host,
            self.port,
            ssl=self._tls,
            limit=MAX_REQUEST_HEAD_BYTES,
            backlog=512,
        )
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stopping.wait()
        server.close()
        for conversation in self._conversations:
            conversation.cancel()
        await asyncio.gather(*self._conversations, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._conversations.add(task)
        try:
            await self._converse(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            writer.transport.abort()
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            self._conversations.discard(task)
            await _close(writer)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        keep_alive = True
        while keep_alive:
            visit = _read_head(await reader.readuntil(b"\r\n\r\n"))
            self.log.visits.append(visit)
            exchange = Exchange(visit=visit, reader=reader, writer=writer)
            wants_more = await self.handler(exchange)
            visit.ended_at = time.time()
            keep_alive = wants_more and visit.headers.get("connection", "").lower() != "close"


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError, TimeoutError, asyncio.CancelledError):
        async with asyncio.timeout(1):
            await writer.wait_closed()


def _read_head(head: bytes) -> Visit:
    request_line, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    method, target, _version = request_line.split(" ", 2)
    pairs = (line.partition(":") for line in lines)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    return Visit(at=time.time(), method=method, target=target, headers=headers)


def _ignore_broken_connections(loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
    """A client that breaks off is what these servers are for; anything else is shown."""
    error = context.get("exception")
    if not isinstance(error, (OSError, asyncio.IncompleteReadError)):
        loop.default_exception_handler(context)
