"""The two newspapers on loopback, one port each, and a port to control them."""

import asyncio
import gzip
import hashlib
import json
from contextlib import ExitStack
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from types import TracebackType
from typing import Self

from tests.newspapers.articles import EDITIONS, Article
from tests.newspapers.papers import Paper
from tests.newspapers.site import Response, now_in_whole_minutes, respond
from tests.servers.loopback import AccessLog, Exchange, LoopbackServer


class PaperServer:
    """One newspaper on one port: conditional GET, gzip, an access log."""

    def __init__(self, key: str, *, port: int, now: datetime, slow_seconds: float) -> None:
        self.paper = Paper(key=key, base_url="", now=now)
        self.slow_seconds = slow_seconds
        self._server = LoopbackServer(self._serve, port=port)

    @property
    def url(self) -> str:
        """With a slash at the end: the home page."""
        return self._server.url + "/"

    @property
    def log(self) -> AccessLog:
        return self._server.log

    def url_of(self, article: Article | str) -> str:
        """The canonical URL of an article or slug."""
        return self.paper.url_of(article)

    def at(self, path: str) -> str:
        """The URL of any path, e.g. `/feed/`."""
        return self._server.url + path

    def __enter__(self) -> Self:
        self._server.start()
        self.paper.base_url = self._server.url
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.stop()

    async def _serve(self, exchange: Exchange) -> bool:
        response = respond(self.paper, exchange.visit.target, slow_seconds=self.slow_seconds)
        if response.wait_seconds:
            await asyncio.sleep(response.wait_seconds)
        await send(exchange, response)
        return True


class Newspapers:
    """The Harbour Courier and the Talbote, running; use it as a context manager."""

    def __init__(
        self,
        *,
        ports: tuple[int, int, int] = (0, 0, 0),
        now: datetime | None = None,
        slow_seconds: float = 1.0,
    ) -> None:
        """Ports of the Courier, the Talbote and the control; 0: any free one."""
        now = now or now_in_whole_minutes()
        self.courier = PaperServer("courier", port=ports[0], now=now, slow_seconds=slow_seconds)
        self.talbote = PaperServer("talbote", port=ports[1], now=now, slow_seconds=slow_seconds)
        self._control = LoopbackServer(self._obey, port=ports[2])
        self._stack = ExitStack()

    @property
    def control_url(self) -> str:
        """POST advance or GET log below it."""
        return self._control.url + "/"

    @property
    def servers(self) -> tuple[PaperServer, PaperServer]:
        return self.courier, self.talbote

    @property
    def edition(self) -> int:
        return self.courier.paper.edition

    def advance(self) -> None:
        """Print the next edition: new articles, and changes to old ones."""
        for server in self.servers:
            server.paper.edition = min(server.paper.edition + 1, max(EDITIONS))
            server.paper.changed_at = datetime.now(UTC).replace(microsecond=0)

    def __enter__(self) -> Self:
        for server in (*self.servers, self._control):
            self._stack.enter_context(server)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    async def _obey(self, exchange: Exchange) -> bool:
        if exchange.path == "/advance" and exchange.visit.method == "POST":
            self.advance()
            body = f"edition {self.edition}\n"
        elif exchange.path == "/log":
            body = "".join(_log_line(server) for server in self.servers)
        else:
            await exchange.answer(404, {}, b"POST /advance or GET /log\n", reason="Not Found")
            return True
        await exchange.answer(200, {"Content-Type": "text/plain"}, body.encode())
        return True


async def send(exchange: Exchange, response: Response) -> None:
    """The response with validators, as 304 if the client has it, gzipped if it may be."""
    asked = exchange.visit.headers
    headers = {"Content-Type": response.content_type, "Server": "tideline/1.0"}
    headers |= response.headers
    if response.status == 200:
        tag = f'"{hashlib.sha256(response.body).hexdigest()[:16]}"'
        headers["ETag"] = tag
        if response.modified_at:
            headers["Last-Modified"] = format_datetime(response.modified_at, usegmt=True)
        if _has_it(response, asked.get("if-none-match"), asked.get("if-modified-since"), tag=tag):
            await exchange.answer(304, headers, b"", reason="Not Modified")
            return
    body = response.body
    if "gzip" in asked.get("accept-encoding", "") and len(body) > 1000:
        body = gzip.compress(body, compresslevel=1, mtime=0)
        headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    reason = HTTPStatus(response.status).phrase
    await exchange.answer(response.status, headers, body, reason=reason)


def _has_it(response: Response, known_tag: str | None, since: str | None, *, tag: str) -> bool:
    """RFC 9110 §13.2.2: If-None-Match decides; If-Modified-Since only without it."""
    if known_tag is not None:
        return tag in known_tag
    if since is None or response.modified_at is None:
        return False
    return response.modified_at <= parsedate_to_datetime(since).astimezone(UTC)


def _log_line(server: PaperServer) -> str:
    rows = (
        {
            "paper": server.paper.key,
            "at": v.at,
            "method": v.method,
            "target": v.target,
            "status": v.status,
            "user_agent": v.user_agent,
        }
        for v in server.log
    )
    return "".join(json.dumps(row) + "\n" for row in rows)
