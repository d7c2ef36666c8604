"""Sending an answer: in a coding that the client takes, and only where it lacks it."""

from collections.abc import Mapping
from typing import Any

from starlette.types import Scope, Send

from delivery.answers import AT_ONCE, Answer, Headers, Sent, as_lines
from delivery.exchange import Exchange
from delivery.negotiation import LONGEST, coding
from delivery.records import records
from delivery.request import MethodNotAllowed
from errors import BudgetSpent, CaveatError, Unauthenticated

NONE: Mapping[str, Any] = {}
REPRESENTATION = (b"content-type", b"content-length", b"content-encoding")
"""The headers that say of a body what a 304 does not have."""


def asking(error: CaveatError, exchange: Exchange) -> Headers:
    """What an HTTP status asks to be said beside it (RFC 9110)."""
    if isinstance(error, Unauthenticated):
        return ((b"www-authenticate", b'Bearer realm="caveat", error="invalid_token"'),)
    if isinstance(error, MethodNotAllowed):
        return ((b"allow", ", ".join(error.methods).encode()),)
    if isinstance(error, BudgetSpent) and exchange.account is not None:
        return ((b"retry-after", b"%d" % exchange.account.reset),)
    if error.status == 503:
        return ((b"retry-after", b"1"),)
    return ()


async def send_answer(answer: Answer, exchange: Exchange, scope: Scope, send: Send) -> None:
    """Send an answer in a coding that the client takes; to a client that has it already, only that it has."""
    sent = answer.sent(coding(exchange.headers.get(b"accept-encoding", b"")[:LONGEST]), tagged=exchange.fetched)
    status, method = answer.status, scope["method"]
    if sent.etag is not None and _has(exchange.headers.get(b"if-none-match", b""), sent.etag):
        status, sent = 304, Sent([each for each in sent.headers if each[0] not in REPRESENTATION], b"", None)
    body = b"" if method == "HEAD" else sent.body
    own = exchange.own()
    at_once = scope.get("extensions", NONE).get(AT_ONCE)
    if at_once is None or not at_once["write"](status, sent.head + as_lines(own) if own else sent.head, body):
        await send({"type": "http.response.start", "status": status, "headers": [*sent.headers, *own]})
        await send({"type": "http.response.body", "body": body})
    records.append(exchange.served(answer, method, status, len(sent.body)))


def _has(condition: bytes, etag: bytes) -> bool:
    """Whether a client has the representation of an entity tag (RFC 9110, 13.1.2)."""
    return etag in condition or condition.strip() == b"*"
