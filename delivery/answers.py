"""Finished answers: bytes that can be sent again as they are, in every content coding."""

import hashlib
import logging
import uuid
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import brotli
import orjson
import zstandard
from graphql import GraphQLError

from delivery.negotiation import JSON
from errors import CaveatError

logger = logging.getLogger("caveat")
Headers = Sequence[tuple[bytes, bytes]]
SECURITY: Headers = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
AT_ONCE = "caveat.at_once"
"""The ASGI extension of our connections: its ``write`` sends a status, lines of headers and a body in one piece.

Whoever calls it answers for the headers: nothing looks at them again, as servers do with each (0.8 µs, 2026-11). False
where it cannot: then ``send`` must.
"""
WORTH_COMPRESSING = 1_000
"""Bytes from which an answer is compressed for those who take it so: under it, a packet is a packet."""


def _gzipped(body: bytes) -> bytes:
    packer = zlib.compressobj(4, wbits=31)
    return packer.compress(body) + packer.flush()


COMPRESS: dict[str | None, Callable[[bytes], bytes]] = {
    "zstd": lambda body: zstandard.ZstdCompressor(level=3).compress(body),
    "br": lambda body: bytes(brotli.compress(body, quality=4)),
    "gzip": _gzipped,
}


@dataclass(slots=True)
class Sent:
    """A representation of an answer, and its entity tag, where it has one. ``head`` are the headers as lines."""

    headers: Headers
    body: bytes
    etag: bytes | None
    head: bytes = field(init=False)

    def __post_init__(self) -> None:
        self.head = as_lines(self.headers)


def as_lines(headers: Headers) -> bytes:
    """Headers as HTTP/1.1 has them, a line each."""
    return b"".join([b"%b: %b\r\n" % header for header in headers])


@dataclass(eq=False, slots=True)
class Answer:
    """A status, headers and a body. ``keep`` says whether the same may be sent again.

    ``code`` is that of its first error, ``failure`` the id under which the log has it, where it was ours.
    """

    status: int
    body: bytes
    headers: Headers
    keep: bool = False
    code: str | None = None
    failure: str | None = None
    _sent: dict[tuple[str | None, bool], Sent] = field(default_factory=dict)

    def sent(self, coding: str | None, *, tagged: bool) -> Sent:
        """The answer in a content coding, made once; with a strong entity tag where it is to be ``tagged``."""
        known = self._sent.get((coding, tagged))
        if known is None:
            known = self._sent[coding, tagged] = self._made(coding, tagged)
        return known

    def _made(self, coding: str | None, tagged: bool) -> Sent:
        if coding is not None and len(self.body) < WORTH_COMPRESSING:
            return self.sent(None, tagged=tagged)
        headers = list(self.headers)
        etag = self._etag(coding) if tagged and self.keep else None
        if etag is not None:
            headers.append((b"etag", etag))
        if coding is None:
            body = self.body
        else:
            twin = self._sent.get((coding, not tagged))
            body = twin.body if twin is not None else COMPRESS[coding](self.body)
            headers.append((b"content-encoding", coding.encode()))
        if self.status != 204:  # RFC 9110, 8.6
            headers.append((b"content-length", b"%d" % len(body)))
        return Sent(headers, body, etag)

    def _etag(self, coding: str | None) -> bytes:
        """A strong entity tag: of the body, and of the coding (RFC 9110, 8.8.3.3)."""
        hash = hashlib.blake2b(self.body, digest_size=12).hexdigest()
        return f'"{hash}-{coding}"'.encode() if coding else f'"{hash}"'.encode()

    def weight(self) -> int:
        """Bytes that the answer takes, with two compressed ones to come."""
        return 2 * len(self.body) + sum(len(name) + len(value) for name, value in self.headers) + 3_000


def refusal(error: CaveatError, headers: Headers, status: int | None = None) -> Answer:
    """The answer to a request that is refused before anything runs."""
    body = {"errors": [{"message": str(error), "extensions": error.extensions}]}
    return Answer(status or error.status, orjson.dumps(body), headers, code=error.code)


def internal(headers: Headers) -> Answer:
    """The answer where we failed. It shows nothing of what did, but the id under which the log has it."""
    return with_errors({"errors": [failed("a request failed")]}, headers, 500)


def with_errors(body: dict[str, Any], headers: Headers, status: int = 200) -> Answer:
    """The answer of a body that has errors."""
    first = body["errors"][0]["extensions"]
    return Answer(status, orjson.dumps(body), headers, code=first["code"], failure=first.get("id"))


def failed(what: str, cause: BaseException | bool = True) -> dict[str, Any]:
    """Log a failure of ours under a new id; the error that clients see of it."""
    id = uuid.uuid4().hex[:16]
    logger.error("%s (%s)", what, id, exc_info=cause)
    return {"message": "Something went wrong on our side.", "extensions": {"code": "INTERNAL", "id": id}}


def shown(error: GraphQLError) -> dict[str, Any]:
    """An error as clients see it: their own mistakes in full, ours by a code and an id alone."""
    cause: BaseException | None = error.original_error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    if cause is None or isinstance(cause, CaveatError | GraphQLError):
        formatted = dict(error.formatted)
        code = cause.code if isinstance(cause, CaveatError) else "GRAPHQL_VALIDATION_FAILED"
        return formatted | {"extensions": {"code": code} | dict(error.extensions or {})}
    places = {key: value for key, value in error.formatted.items() if key in ("path", "locations")}
    return failed("a resolver failed", cause) | places


PLAIN: Headers = ((b"content-type", JSON), (b"cache-control", b"no-store"), *SECURITY)
"""The headers of an answer of which nothing is known yet."""
