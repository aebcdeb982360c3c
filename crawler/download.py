"""Scrapy's HTTP handler, made to wait its turn and to refuse endless headers."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from twisted.python.failure import Failure
from twisted.web._newclient import BODY, DONE

from crawler.answers import busy_seconds
from crawler.context import context_of
from crawler.fetch_failures import HeadersTooLarge
from crawler.middlewares.refused import refused_busy
from crawler.middlewares.robots import RULES_FETCH
from crawler.politeness import HostBusy
from crawler.settings import MAX_HEADER_BYTES
from pipelines.urls import host_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.internet.defer import Deferred
    from twisted.internet.interfaces import IAddress
    from twisted.web._newclient import Request as TxRequest
    from twisted.web.iweb import IResponse

    from crawler.context import RunContext


class RunAborted(Exception):
    """The run is ending; what was in transfer is due again in the next one."""


class PoliteHandler(HTTP11DownloadHandler):
    """Each transfer, robots.txt and redirects included, takes its turn at the host."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _LimitedFactory

    async def download_request(self, request: Request) -> Response:
        """Wait for our turn, then transfer; give up when the run is told to leave everything."""
        context = context_of(self._crawler)
        transfer = asyncio.ensure_future(self._transfer(context, request))
        abort = asyncio.ensure_future(context.abort.wait())
        await asyncio.wait({transfer, abort}, return_when=asyncio.FIRST_COMPLETED)
        abort.cancel()
        if not transfer.done():
            transfer.cancel()
            raise RunAborted
        return transfer.result()

    async def _transfer(self, context: RunContext, request: Request) -> Response:
        host = host_of(request.url)
        try:
            async with context.hosts.turn(host):
                response = await super().download_request(request)
                wait = busy_seconds(response)
                if wait is not None and RULES_FETCH not in request.meta:
                    context.hosts.hold_back(host, datetime.now(UTC) + timedelta(seconds=wait))
                return response
        except HostBusy as error:
            raise refused_busy(error) from error


class _LimitedProtocol(_LenientHTTP11ClientProtocol):
    """Counts what arrives before the body; a server that never ends its headers is left."""

    _head_bytes = 0

    def request(self, request: TxRequest) -> Deferred[IResponse]:
        self._head_bytes = 0
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        parser = self._parser
        if parser is not None and parser.state not in {BODY, DONE}:
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEADER_BYTES and not self._is_in_body(data):
                self._refuse_headers()
                return
        super().dataReceived(data)  # type: ignore[no-untyped-call] # Twisted's

    def _refuse_headers(self) -> None:
        error = HeadersTooLarge(f"over {MAX_HEADER_BYTES} bytes of headers")
        self._disconnectParser(Failure(error))  # type: ignore[no-untyped-call] # likewise
        self.transport.abortConnection()  # type: ignore[union-attr] # there is one: it sent data

    def _is_in_body(self, data: bytes) -> bool:
        return b"\r\n\r\n" in data or b"\n\n" in data


class _LimitedFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: IAddress | None) -> _LimitedProtocol:  # noqa: N802 - Twisted's name
        return _LimitedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call] # likewise
