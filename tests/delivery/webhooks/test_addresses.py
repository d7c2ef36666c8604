"""Requests go to public addresses only, however an address is written or wrapped."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.webhooks.addresses import NAT64, SPECIAL_4, SPECIAL_6, Refused, allowed, is_public

PRIVATE = {
    "unspecified": "0.0.0.0",
    "this network": "0.1.2.3",
    "ten": "10.1.2.3",
    "carrier-grade NAT": "100.64.0.1",
    "loopback": "127.0.0.1",
    "the other end of loopback": "127.255.255.254",
    "link-local, and the clouds' metadata": "169.254.169.254",
    "one-seven-two": "172.31.255.255",
    "protocol assignments": "192.0.0.8",
    "documentation": "192.0.2.1",
    "one-nine-two": "192.168.1.1",
    "6to4 relays": "192.88.99.1",
    "benchmarks": "198.19.0.1",
    "documentation, second": "198.51.100.1",
    "documentation, third": "203.0.113.1",
    "multicast": "224.0.0.1",
    "multicast by organisations": "239.1.2.3",
    "reserved": "240.0.0.1",
    "broadcast": "255.255.255.255",
    "IPv6 unspecified": "::",
    "IPv6 loopback": "::1",
    "IPv4-compatible": "::127.0.0.1",
    "IPv4-mapped loopback": "::ffff:127.0.0.1",
    "IPv4-mapped, private": "::ffff:10.0.0.1",
    "IPv4-mapped metadata": "::ffff:169.254.169.254",
    "NAT64 of loopback": "64:ff9b::127.0.0.1",
    "NAT64 of a private address": "64:ff9b::a00:1",
    "NAT64 of a local prefix": "64:ff9b:1::808:808",
    "6to4 of loopback": "2002:7f00:1::",
    "6to4 of a private address": "2002:c0a8:101::1",
    "Teredo": "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "ORCHID": "2001:20::1",
    "IPv6 documentation": "2001:db8::1",
    "IPv6 documentation, second": "3fff::1",
    "discard only": "100::1",
    "segment routing": "5f00::1",
    "unique local": "fd12:3456:789a::1",
    "the clouds' metadata by IPv6": "fd00:ec2::254",
    "IPv6 link-local": "fe80::1",
    "IPv6 link-local with a zone": "fe80::1%eth0",
    "site-local": "fec0::1",
    "IPv6 multicast": "ff02::1",
    "not assigned": "4000::1",
}
PUBLIC = {
    "IPv4": "8.8.8.8",
    "just beside ten": "11.0.0.1",
    "just beside one-seven-two": "172.32.0.1",
    "IPv6": "2606:4700::1111",
    "IPv4-mapped": "::ffff:8.8.8.8",
    "NAT64": "64:ff9b::808:808",
    "6to4": "2002:808:808::1",
}


def found(*addresses: str):
    """A look-up that finds some addresses."""

    async def resolve(_host: str, _port: int) -> list[str]:
        return list(addresses)

    return resolve


@pytest.mark.parametrize("address", PRIVATE.values(), ids=PRIVATE)
async def test_what_is_not_public_is_refused(address):
    """Alone, and where the name leads to a public address too, in either order."""
    for addresses in ([address], [address, "8.8.8.8"], ["8.8.8.8", "2606:4700::1111", address]):
        with pytest.raises(Refused, match="not public"):
            await allowed("hooks.example", 443, private=False, resolve=found(*addresses))


@pytest.mark.parametrize("address", PUBLIC.values(), ids=PUBLIC)
async def test_what_is_public_is_allowed(address):
    """The addresses that were checked are the ones to connect to."""
    assert await allowed("hooks.example", 443, private=False, resolve=found(address)) == [ip_address(address)]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "localhost", "::1"])
async def test_loopback_is_found_however_it_is_written(host):
    """Names are looked up as the system does it, which takes numbers of every form."""
    with pytest.raises(Refused):
        await allowed(host, 443, private=False)


@pytest.mark.parametrize("host", ["nothing.invalid", "a" * 64 + ".example", "..", "a..b"])
async def test_a_name_without_an_address_is_refused(host):
    """What is no name at all is told the same way."""
    with pytest.raises(Refused, match="no address"):
        await allowed(host, 443, private=False)


@given(st.sampled_from(SPECIAL_4 + SPECIAL_6), st.data())
def test_every_address_of_a_special_network_is_refused(network, data):
    """From the first to the last, and as an IPv6 address of an IPv4 one."""
    offset = data.draw(st.integers(0, network.num_addresses - 1))
    address = network[offset]
    wrapped = [address]
    if isinstance(address, IPv4Address):
        mapped, sixtofour = 0xFFFF << 32 | int(address), 0x2002 << 112 | int(address) << 80
        wrapped += [IPv6Address(mapped), NAT64[int(address)], IPv6Address(sixtofour)]

    assert [each for each in wrapped if is_public(each)] == []


@given(st.ip_addresses(v=6))
def test_nothing_outside_of_global_unicast_is_public(address):
    """But for IPv4 in other clothes, every public IPv6 address begins with the bits 001 (RFC 4291, 2.4)."""
    clothed = address.ipv4_mapped is not None or address in NAT64

    assert not is_public(address) or clothed or int(address) >> 125 == 1
