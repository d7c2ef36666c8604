"""GraphQL over HTTP at ``/graphql``: POST and GET, and GET ``/graphql/<id>`` for trusted documents.

request → client → origin → media type → body → answer → content coding → condition. What is in the response cache
leaves after a few dict lookups, without its JSON being read.
"""

from collections.abc import Mapping
from typing import Any

from starlette.types import Receive, Scope, Send

from delivery.access import Addresses, check_origin, client_of, preflight
from delivery.answering import Answering
from delivery.answers import AT_ONCE, Answer, Headers, Sent, as_lines, internal, refusal
from delivery.exchange import Exchange
from delivery.negotiation import JSON, LONGEST, coding, media_type, takes_json
from delivery.records import records
from delivery.request import (
    METHODS,
    MethodNotAllowed,
    NotAcceptable,
    UnsupportedMediaType,
    asked_by_get,
    body_of,
    posted,
)
from errors import BadRequest, BudgetSpent, CaveatError, RevisionNotReached, Unauthenticated
from settings import Settings

PATH = "/graphql"
NONE: Mapping[str, Any] = {}
REPRESENTATION = (b"content-type", b"content-length", b"content-encoding")
"""The headers that say of a body what a 304 does not have."""


class GraphQLApp:
    """The ASGI application behind ``/graphql``."""

    def __init__(self, settings: Settings) -> None:
        self.answering = Answering(settings)
        self._addresses = Addresses(settings.trusted_proxies)
        self._patience = settings.min_revision_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        exchange = Exchange(headers, scope["method"] != "POST", self.answering.graph.clients.unknown)
        try:
            answer = await self._answered(scope, receive, exchange)
        except CaveatError as error:
            answer = refusal(error, [*exchange.told(self.answering.graph.revision), *_asking(error, exchange)])
        except Exception:
            answer = internal(exchange.told(self.answering.graph.revision))
        if answer is not None:
            await _send(answer, exchange, scope, send)

    async def _answered(self, scope: Scope, receive: Receive, exchange: Exchange) -> Answer | None:
        """The answer to a request; None where the client went away."""
        headers = exchange.headers
        if scope["method"] == "OPTIONS":
            exchange.cache = "off"
            return preflight(headers, exchange.client)
        media = media_type(headers.get(b"accept", b"*/*")[:LONGEST])
        exchange.media = media or JSON
        if scope["method"] not in METHODS:
            raise MethodNotAllowed(f"GraphQL is asked by {', '.join(METHODS)}.")
        if media is None:
            raise NotAcceptable("Answers come as application/graphql-response+json or application/json.")
        exchange.client = client_of(headers, self.answering.graph.clients)
        check_origin(headers, exchange.client)
        if exchange.client.public and exchange.client.budget is not None:
            peer = scope["client"][0] if scope.get("client") else ""
            exchange.address = self._addresses.of(peer, headers.get(b"x-forwarded-for", b""))
        raw = scope["query_string"] if exchange.fetched else await _posted(headers, receive)
        if raw is None:
            return None
        if b"caveat-min-revision" in headers:
            await self._reach(headers[b"caveat-min-revision"])
        id = scope["path"][len(PATH) + 1 :]
        read = asked_by_get if exchange.fetched else posted
        return await self.answering((exchange.fetched, id, raw), lambda: read(raw, id), exchange)

    async def _reach(self, wanted: bytes) -> None:
        """Wait for the revision that the client has seen already. Raises RevisionNotReached."""
        if not wanted.isdigit() or len(wanted) > 18:
            raise BadRequest("Caveat-Min-Revision must be a revision: a whole number.")
        if not await self.answering.graph.reach(int(wanted), self._patience):
            raise RevisionNotReached(f"Revision {int(wanted)} is not there yet. Ask again in a moment.")


async def _posted(headers: Mapping[bytes, bytes], receive: Receive) -> bytes | None:
    """The body of a request by POST; None where the client went away. Raises BadRequest."""
    if headers.get(b"content-encoding", b"identity") != b"identity":
        raise UnsupportedMediaType("The request must not be compressed.")
    wrong = takes_json(headers.get(b"content-type", b"")[:LONGEST])
    if wrong is not None:
        raise UnsupportedMediaType(wrong)
    return await body_of(receive, headers.get(b"content-length", b""))


def _asking(error: CaveatError, exchange: Exchange) -> Headers:
    """What an HTTP status asks to be said beside it (RFC 9110)."""
    if isinstance(error, Unauthenticated):
        return ((b"www-authenticate", b'Bearer realm="caveat", error="invalid_token"'),)
    if isinstance(error, MethodNotAllowed):
        return ((b"allow", ", ".join(METHODS).encode()),)
    if isinstance(error, BudgetSpent) and exchange.account is not None:
        return ((b"retry-after", b"%d" % exchange.account.reset),)
    if error.status == 503:
        return ((b"retry-after", b"1"),)
    return ()


async def _send(answer: Answer, exchange: Exchange, scope: Scope, send: Send) -> None:
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
