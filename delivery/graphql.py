"""GraphQL over HTTP at ``/graphql``: POST and GET, and GET ``/graphql/<id>`` for trusted documents.

request → client → origin → media type → body → answer → content coding → condition. What is in the response cache
leaves after a few dict lookups, without its JSON being read.
"""

from collections.abc import Mapping

from starlette.types import Receive, Scope, Send

from delivery.access import check_origin, client_of, preflight
from delivery.answering import Answering
from delivery.answers import Answer, internal, refusal
from delivery.exchange import Exchange
from delivery.negotiation import JSON, LONGEST, media_type, takes_json
from delivery.request import (
    METHODS,
    MethodNotAllowed,
    NotAcceptable,
    UnsupportedMediaType,
    asked_by_get,
    body_of,
    posted,
)
from delivery.sending import asking, send_answer
from errors import BadRequest, CaveatError, RevisionNotReached
from settings import Settings

PATH = "/graphql"


class GraphQLApp:
    """The ASGI application behind ``/graphql``."""

    def __init__(self, settings: Settings) -> None:
        self.answering = Answering(settings)
        self._patience = settings.min_revision_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        exchange = Exchange(headers, scope["method"] != "POST", self.answering.graph.clients.unknown)
        try:
            answer = await self._answered(scope, receive, exchange)
        except CaveatError as error:
            answer = refusal(error, [*exchange.told(self.answering.graph.revision), *asking(error, exchange)])
        except Exception:
            answer = internal(exchange.told(self.answering.graph.revision))
        if answer is not None:
            await send_answer(answer, exchange, scope, send)

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
            exchange.address = self.answering.addresses.of(peer, headers.get(b"x-forwarded-for", b""))
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
