"""A resolver that answers public addresses only, so that name and connection cannot differ.

Checking a name before connecting leaves a gap in which it may change its address; here the very
addresses that are connected to were judged. Literal addresses in any spelling come through here
too: the endpoint resolves every host.
"""
# ruff: noqa: N802, N803 -- Twisted's interfaces spell their names so

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, Protocol, cast

from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from zope.interface import implementer

from crawler.addresses import PrivateHosts, is_public

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.internet.base import ReactorBase


class _Address(Protocol):
    """Twisted's IPv4Address or IPv6Address."""

    host: str


class _Receiver(Protocol):
    """IResolutionReceiver, spelled so that a type checker can follow."""

    def resolutionBegan(self, resolution: object) -> None: ...

    def addressResolved(self, address: _Address) -> None: ...

    def resolutionComplete(self) -> None: ...


class _Resolver(Protocol):
    """IHostnameResolver, likewise."""

    def resolveHostName(
        self,
        receiver: _Receiver,
        name: str,
        port: int,
        types: object,
        semantics: str,
    ) -> object: ...


@implementer(IHostnameResolver)
class PublicResolver:
    """Answers like the system's resolver, less the addresses that may not be fetched from."""

    def __init__(self, reactor: ReactorBase, allowed: PrivateHosts) -> None:
        self._reactor = reactor
        self._system = cast("_Resolver", reactor.nameResolver)
        self._allowed = allowed
        self.blocked: set[str] = set()
        """Hosts of which an address was withheld, for who explains a failed look-up."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> PublicResolver:
        """Made by Scrapy when the crawl starts."""
        return cls(reactor, PrivateHosts.parse(crawler.settings.getlist("WINNOW_PRIVATE")))

    def install_on_reactor(self) -> None:
        """Every connection of this process resolves here from now on."""
        self._reactor.installNameResolver(cast("IHostnameResolver", self))

    def resolveHostName(
        self,
        resolutionReceiver: _Receiver,
        hostName: str,
        portNumber: int = 0,
        addressTypes: object = None,
        transportSemantics: str = "TCP",
    ) -> object:
        """Resolve, passing on the addresses that may be connected to."""
        receiver = _PublicOnly(resolutionReceiver, self, hostName.lower(), portNumber)
        return self._system.resolveHostName(
            receiver, hostName, portNumber, addressTypes, transportSemantics
        )

    def may_connect(self, host: str, port: int, address: str) -> bool:
        """Whether this address of a host may be connected to."""
        parsed = ip_address(address.split("%", maxsplit=1)[0])
        return is_public(parsed) or self._allowed.allows(host, port, parsed)


@implementer(IResolutionReceiver)
class _PublicOnly:
    def __init__(self, receiver: _Receiver, resolver: PublicResolver, host: str, port: int) -> None:
        self._receiver = receiver
        self._resolver = resolver
        self._host = host
        self._port = port

    def resolutionBegan(self, resolution: object) -> None:
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: _Address) -> None:
        if self._resolver.may_connect(self._host, self._port, address.host):
            self._receiver.addressResolved(address)
        else:
            self._resolver.blocked.add(self._host)

    def resolutionComplete(self) -> None:
        self._receiver.resolutionComplete()


def is_blocked(host: str) -> bool:
    """Whether addresses of this host were withheld in this process."""
    from twisted.internet import reactor  # noqa: PLC0415 - importing it installs one

    resolver = getattr(reactor, "nameResolver", None)
    return isinstance(resolver, PublicResolver) and host.lower() in resolver.blocked
