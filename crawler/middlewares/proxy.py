"""Requests through a proxy, after checking their target here.

A proxy resolves names itself, so our resolver never sees the target's address.
"""

from __future__ import annotations

import asyncio
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from scrapy.exceptions import NotConfigured
from w3lib.http import basic_auth_header

from crawler.addresses import PrivateHosts, is_public
from crawler.middlewares.refused import Refused
from db.outcomes import Outcome

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

DEFAULT_PORTS = {"http": 80, "https": 443}


class ProxyMiddleware:
    """Sets the proxy of each request, if there is one and the target may be fetched."""

    def __init__(self, proxy: str, allowed: PrivateHosts) -> None:
        parts = urlsplit(proxy)
        self._proxy = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        self._credentials = (
            basic_auth_header(unquote(parts.username), unquote(parts.password or ""))
            if parts.username
            else None
        )
        self._allowed = allowed

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ProxyMiddleware:
        """Made by Scrapy; nothing without a proxy."""
        proxy = crawler.settings.get("WINNOW_PROXY")
        if not proxy:
            raise NotConfigured
        return cls(proxy, PrivateHosts.parse(crawler.settings.getlist("WINNOW_TARGETS")))

    async def process_request(self, request: Request) -> None:
        """Check the target's addresses, then send it through the proxy."""
        parts = urlsplit(request.url)
        host, port = parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme]
        for address in await _addresses(host, port):
            from_text = _parse(address)
            if not (is_public(from_text) or self._allowed.allows(host, port, from_text)):
                raise Refused(Outcome.BLOCKED_ADDRESS, f"{host} has no public address")
        request.meta["proxy"] = self._proxy
        if self._credentials:
            request.headers["Proxy-Authorization"] = self._credentials


async def _addresses(host: str, port: int) -> list[str]:
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Refused(Outcome.NETWORK_ERROR, f"no address for {host}") from error
    return [str(entry[4][0]) for entry in found]


def _parse(address: str) -> IPv4Address | IPv6Address:
    return ip_address(address.split("%", maxsplit=1)[0])
