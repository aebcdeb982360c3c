"""Which addresses may be fetched from."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.addresses import PrivateHosts, is_loopback_host, is_public

IPV4 = st.integers(0, 2**32 - 1).map(IPv4Address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254",
        "169.254.169.254", "172.16.0.1", "192.0.0.8", "192.0.2.1", "192.168.1.1", "198.18.0.1",
        "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:0:127.0.0.1",
        "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "2001:db8::1", "2002:7f00:1::",
        "2001:0:7f00:1::", "3fff::1", "5f00::1", "fc00::1", "fd00::1", "fe80::1", "fec0::1",
        "ff02::1",
    ],
)  # fmt: skip
def test_these_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101",
     "2002:101:101::1"],
)  # fmt: skip
def test_these_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@given(IPV4)
def test_an_ipv4_address_is_as_public_in_its_ipv6_disguises(address: IPv4Address) -> None:
    mapped = IPv6Address(f"::ffff:{address}")
    nat64 = IPv6Address((0x64FF9B << 96) | int(address))
    sixtofour = IPv6Address((0x2002 << 112) | (int(address) << 80))
    assert is_public(address) == is_public(mapped) == is_public(nat64) == is_public(sixtofour)


@given(st.integers(0, 2**128 - 1).map(IPv6Address))
def test_no_ipv6_address_python_calls_local_is_public(address: IPv6Address) -> None:
    if address.is_loopback or address.is_link_local or address.is_multicast or address.is_reserved:
        assert not is_public(address) or address.ipv4_mapped or address.sixtofour


def test_the_operator_may_name_a_host_a_port_an_address_or_a_network() -> None:
    allowed = PrivateHosts.parse(["intranet", "localhost:8000", "127.0.0.1:9000", "10.1.0.0/16"])
    loopback = ip_address("127.0.0.1")
    assert allowed.allows("intranet", 80, ip_address("192.168.0.1"))
    assert allowed.allows("localhost", 8000, loopback)
    assert not allowed.allows("localhost", 8001, loopback)
    assert allowed.allows("127.0.0.1", 9000, loopback)
    assert not allowed.allows("127.1", 9000, loopback)
    assert allowed.allows("any.example", 80, ip_address("10.1.2.3"))
    assert not allowed.allows("any.example", 80, ip_address("10.2.2.3"))


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("localhost", True), ("LOCALHOST.", True), ("a.localhost", True), ("127.0.0.1", True),
     ("[::1]", True), ("::1", True), ("127.1", False), ("example.org", False),
     ("localhost.example", False), ("", False), ("10.0.0.1", False)],
)  # fmt: skip
def test_this_machine_by_its_spelling(host: str, loopback: bool) -> None:
    assert is_loopback_host(host) is loopback
