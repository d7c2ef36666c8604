"""Finished answers: bytes that can be sent again as they are."""

import logging
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import GraphQLError

from errors import CaveatError

logger = logging.getLogger("caveat")
Headers = Sequence[tuple[bytes, bytes]]
JSON = (b"content-type", b"application/json")
INTERNAL = {"message": "Something went wrong on our side.", "extensions": {"code": "INTERNAL"}}
WORTH_COMPRESSING = 1_000
"""Bytes from which an answer is compressed for those who take it so: under it, a packet is a packet."""


@dataclass(eq=False, slots=True)
class Answer:
    """A status, headers and a body, as ASGI sends them. ``keep`` says whether the same may be sent again."""

    start: dict[str, Any]
    body: bytes
    keep: bool = False
    _gzipped: "Answer | None" = None

    @classmethod
    def of(cls, status: int, body: bytes, headers: Headers, *, keep: bool = False) -> "Answer":
        """An answer with its length among the headers."""
        sized = [*headers, (b"content-length", b"%d" % len(body))]
        return cls({"type": "http.response.start", "status": status, "headers": sized}, body, keep)

    def gzipped(self) -> "Answer":
        """The answer in the coding gzip (RFC 9110, 8.4.1.3), made once; itself where that is not worth it."""
        if self._gzipped is None and len(self.body) >= WORTH_COMPRESSING:
            packer = zlib.compressobj(4, wbits=31)
            body = packer.compress(self.body) + packer.flush()
            headers = [each for each in self.start["headers"] if each[0] != b"content-length"]
            self._gzipped = Answer.of(self.start["status"], body, [*headers, (b"content-encoding", b"gzip")])
        return self._gzipped or self

    def weight(self) -> int:
        """Bytes that the answer takes, with a compressed one to come."""
        return len(self.body) + len(self.body) // 2 + 1_500


def refusal(error: CaveatError, status: int | None = None, headers: Headers = (JSON,)) -> Answer:
    """The answer to a request that is refused before it is looked at as GraphQL."""
    body = {"errors": [{"message": str(error), "extensions": error.extensions}]}
    return Answer.of(status or error.status, orjson.dumps(body), headers)


def internal(headers: Headers) -> Answer:
    """The answer where we failed. It shows nothing of what did."""
    return Answer.of(500, orjson.dumps({"errors": [INTERNAL]}), headers)


def shown(error: GraphQLError) -> dict[str, Any]:
    """An error as clients see it: their own mistakes in full, ours by a code alone."""
    cause: BaseException | None = error.original_error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    if cause is None or isinstance(cause, CaveatError | GraphQLError):
        formatted = dict(error.formatted)
        code = cause.code if isinstance(cause, CaveatError) else "GRAPHQL_VALIDATION_FAILED"
        return formatted | {"extensions": {"code": code} | dict(error.extensions or {})}
    logger.error("a resolver failed", exc_info=cause)
    return INTERNAL | {key: value for key, value in error.formatted.items() if key in ("path", "locations")}
