"""Which addresses may be fetched from: public ones, and those the operator names. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from ipaddress import IPv4Network

Address = IPv4Address | IPv6Address

# RFC 4291 §2.4: all that is assigned as global unicast. is_global says yes to fec0::/10, ::/96 and
# more outside of it.
GLOBAL_UNICAST = IPv6Network("2000::/3")
SPECIAL = (ip_network("192.0.0.0/24"), ip_network("3fff::/20"))
"""RFC 6890 and RFC 9637: protocol assignments, documentation; not known to every Python."""
NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv4 address in its last 32 bits


@dataclass(frozen=True, slots=True)
class PrivateHosts:
    """Hosts, host:port, addresses and networks that may be fetched although not public."""

    hosts: frozenset[str]
    """Lower-case host names, addresses as text, or `host:port`."""
    networks: tuple[IPv4Network | IPv6Network, ...]

    @classmethod
    def parse(cls, entries: Iterable[str]) -> PrivateHosts:
        """From the setting `allow_private`, whose entries are checked already."""
        hosts, networks = set(), []
        for entry in entries:
            try:
                networks.append(ip_network(entry, strict=False))
            except ValueError:
                hosts.add(entry.lower())
        return cls(hosts=frozenset(hosts), networks=tuple(networks))

    def allows(self, host: str, port: int, address: Address) -> bool:
        """Whether the operator named this host, host:port or address."""
        if host in self.hosts or f"{host}:{port}" in self.hosts:
            return True
        return any(address in network for network in self.networks)


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public Internet, seen through its IPv4 disguises."""
    if isinstance(address, IPv6Address):
        embedded = _embedded_ipv4(address)
        if embedded is not None:
            return is_public(embedded)
        if address not in GLOBAL_UNICAST:
            return False
    special = any(address in network for network in SPECIAL)
    return address.is_global and not address.is_multicast and not special


def is_loopback_host(host: str) -> bool:
    """Whether a host, without its port, is this machine by its very spelling."""
    host = host.strip("[]").rstrip(".").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _embedded_ipv4(address: IPv6Address) -> IPv4Address | None:
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)
