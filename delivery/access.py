"""Who asks, from where, and whether a browser may show the answer to the page that asked."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from ipaddress import ip_address, ip_network

from delivery.answers import SECURITY, Answer
from delivery.request import METHODS
from errors import Forbidden, Unauthenticated
from loaders.clients import ApiClient, Clients
from models import DisclaimerPolicy

NAMES = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~-]+(\s*,\s*[A-Za-z0-9!#$%&'*+.^_`|~-]+)*")
Given = Mapping[bytes, bytes]


def client_of(headers: Given, clients: Clients) -> ApiClient:
    """The client of a request: the token's, or the anonymous one. Raises Unauthenticated."""
    given = headers.get(b"authorization")
    if given is None:
        return clients.anonymous
    scheme, _, token = given.partition(b" ")
    if scheme.lower() != b"bearer":
        raise Unauthenticated("The Authorization header must be: Bearer, a space, and a token of this API.")
    client = clients.of(token.strip().decode("ascii", "replace"))
    if client is None:
        raise Unauthenticated("The token is unknown, revoked or expired. Ask the operator of this API for a new one.")
    return client


@lru_cache(1_000)
def syndicated(client: ApiClient) -> ApiClient:
    """A client as it reads embeds: as a partner at head, whatever else it may."""
    audience = replace(
        client.audience,
        scopes=client.audience.scopes & {"content:read"},
        partner=True,
        policy=DisclaimerPolicy.ATTACH,
        introspection=False,
        documents=None,
    )
    return replace(client, audience=audience)


def check_origin(headers: Given, client: ApiClient) -> None:
    """Refuse what a browser sends for a page that the client does not allow. Raises Forbidden.

    Fetch metadata tell a script's request (``cors``) from what a page merely embeds (W3C Fetch Metadata).
    """
    if headers.get(b"sec-fetch-mode") == b"no-cors" and headers.get(b"sec-fetch-site") != b"same-origin":
        raise Forbidden("Pages of other sites may ask by fetch(), and not embed answers.")
    origin = headers.get(b"origin")
    if origin is None or client.allows(origin):
        return
    if headers.get(b"sec-fetch-site") == b"same-origin":
        return
    raise Forbidden(f"The client {client.name} does not allow this origin. Its operator can add it.")


def preflight(headers: Given, unknown: ApiClient, methods: Sequence[str] = METHODS) -> Answer:
    """The answer to OPTIONS. A preflight bears no token, so an origin that any client allows is allowed here."""
    origin, wanted = headers.get(b"origin"), headers.get(b"access-control-request-headers", b"")
    allowed = ", ".join(methods).encode()
    told = [*SECURITY, (b"allow", allowed), (b"vary", b"origin, access-control-request-headers")]
    if origin is not None and unknown.allows(origin):
        told += [(b"access-control-allow-methods", allowed), (b"access-control-max-age", b"7200")]
        if unknown.open:
            told.append((b"access-control-allow-origin", b"*"))
        if len(wanted) <= 1_000 and NAMES.fullmatch(wanted):
            told.append((b"access-control-allow-headers", wanted))
    return Answer(204, b"", told)


class Addresses:
    """The addresses of clients, behind the proxies that are trusted and no others."""

    def __init__(self, trusted: tuple[str, ...]) -> None:
        self._trusted = [ip_network(each) for each in trusted]
        self._is_trusted = lru_cache(1024)(self._within)

    def of(self, peer: str, forwarded: bytes) -> str:
        """The address that counts, as a key: the nearest that is not a trusted proxy's; of IPv6, its /64 network."""
        address = peer
        hops = forwarded.decode("latin-1").split(",") if self._trusted and forwarded else []
        while hops and self._is_trusted(address):
            address = hops.pop().strip()
        return _network(address)

    def _within(self, address: str) -> bool:
        try:
            given = ip_address(address)
        except ValueError:
            return False
        return any(given in network for network in self._trusted)


@lru_cache(1024)
def _network(address: str) -> str:
    try:
        given = ip_address(address)
    except ValueError:
        return "unknown"
    if given.version == 4:
        return str(given)
    return str(given.ipv4_mapped or ip_network((given, 64), strict=False))
