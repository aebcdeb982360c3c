"""A webhook that writes down what it is posted, and fails as it is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

from tests.servers.loopback import LoopbackServer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from tests.servers.loopback import Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Hook:
    """Answers with these statuses, then with 200; 0: breaks off. A context manager."""

    statuses: list[int] = field(default_factory=list)
    posted: list[Posted] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._server = LoopbackServer(self._answer)

    @property
    def url(self) -> str:
        return f"{self._server.url}/hook/secret-path"

    def __enter__(self) -> Hook:
        self._server.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.stop()

    async def _answer(self, exchange: Exchange) -> bool:
        visit = exchange.visit
        body = await exchange.reader.readexactly(int(visit.headers.get("content-length", "0")))
        self.posted.append(
            Posted(method=visit.method, path=visit.path, headers=visit.headers, body=body)
        )
        status = self.statuses.pop(0) if self.statuses else 200
        if status:
            headers = {"Location": "/elsewhere"} if 300 <= status < 400 else {}
            await exchange.answer(status, headers, b"noted", reason=HTTPStatus(status).phrase)
        return False
