"""Where requests may go: to public addresses only, unless the operator allows others (OWASP: SSRF prevention)."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
LOOKUPS = 16
_lookups = ThreadPoolExecutor(LOOKUPS, thread_name_prefix="webhook-name")
"""Threads of their own: a name server that hangs holds up nothing else of the process."""

# IANA's special-purpose registries, 2026-11. Written out, because what Python calls global differs by its version.
SPECIAL_4 = [
    ip_network(each)
    for each in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    )
]  # fmt: skip
GLOBAL_6 = ip_network("2000::/3")
SPECIAL_6 = [ip_network(each) for each in ("2001::/23", "2001:db8::/32", "2620:4f:8000::/48", "3fff::/20")]
NAT64 = ip_network("64:ff9b::/96")


class Refused(Exception):
    """The name leads nowhere, or to an address where nothing may be sent. The message is safe to show."""


def is_public(address: Address) -> bool:
    """Whether an address is one of the public Internet. One that stands for another is what the other is."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in SPECIAL_4)
    inner = _inner(address)
    if inner is not None:
        return is_public(inner)
    return address in GLOBAL_6 and not any(address in network for network in SPECIAL_6)


def _inner(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that packets to an IPv6 address come to: mapped, by NAT64 (RFC 6052) or by 6to4 (RFC 3056)."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.sixtofour


async def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, in the order in which to try them. Raises OSError."""
    found = await asyncio.get_running_loop().run_in_executor(
        _lookups, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    )
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


async def allowed(host: str, port: int, *, private: bool, resolve: Resolve = resolve) -> list[Address]:
    """The addresses of a name where requests may go. Raises Refused; so it does where any of them is not public."""
    try:
        found = [ip_address(each) for each in await resolve(host, port)]
    except (OSError, UnicodeError):
        raise Refused("the name has no address") from None
    if not private and not all(map(is_public, found)):
        raise Refused("the name leads to an address that is not public")
    return found
