"""GraphQL over HTTP: POST and GET at ``/graphql``.

request → audience → response cache → operation → perspective → engine → answer. What is in the response cache leaves
after two dict lookups, without its JSON being read.
"""

import logging
import time
from collections.abc import Callable, Hashable, Mapping
from typing import Any

import orjson
from starlette.types import Receive, Scope, Send

from cache import MISSING, Cache, weight
from delivery.answers import JSON, Answer, Headers, internal, refusal, shown
from delivery.request import Ask, asked_by_get, body_of, posted
from engine.arguments import Refused
from errors import BadRequest, CaveatError, RevisionNotReached
from loaders.graph import Graph
from loaders.perspective import Audience
from schema.context import Context
from schema.execution import Executions, Prepared
from settings import Settings

logger = logging.getLogger("caveat")
VARY = (b"vary", b"accept-encoding")
NO_STORE = (b"cache-control", b"no-store")
DAY = 86_400
READ: dict[str, Callable[[bytes], Ask]] = {"GET": asked_by_get, "POST": posted}
REFUSALS = (Refused, CaveatError)
Question = tuple[Any, ...]


class GraphQLApp:
    """The ASGI application behind ``/graphql``, which serves from a graph once its database is open."""

    graph: Graph

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.executions = Executions(settings)
        self._audience = Audience(scopes=frozenset(settings.anonymous_scopes))
        limit = settings.response_cache_mb * 1_000_000
        self.answers: Cache[Answer] | None = Cache(limit * 9 // 10) if limit else None
        self.questions: Cache[tuple[Question, bool]] = Cache(limit // 10)

    def serve_from(self, graph: Graph) -> None:
        """Answer from a graph. What is kept of it is dropped when something in it was erased."""
        self.graph = graph
        if self.answers is not None:
            graph.emptied.append(self.answers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        try:
            answer = await self._answered(scope, receive, headers)
        except CaveatError as error:
            answer = refusal(error, headers=self._told(self.graph.revision))
        except Exception:
            logger.exception("a request failed")
            answer = internal(self._told(self.graph.revision))
        if answer is None:
            return
        if b"gzip" in headers.get(b"accept-encoding", b""):
            answer = answer.gzipped()
        await send(answer.start)
        await send({"type": "http.response.body", "body": answer.body})

    async def _answered(self, scope: Scope, receive: Receive, headers: Mapping[bytes, bytes]) -> Answer | None:
        """The answer to a request; None where the client went away."""
        if scope["method"] == "POST":
            raw, read = await body_of(receive), READ["POST"]
            if raw is not None and not headers.get(b"content-type", b"").startswith(b"application/json"):
                raise BadRequest("The request must have the content type application/json.")
        else:
            raw, read = scope["query_string"], READ["GET"]
        if b"caveat-min-revision" in headers:
            await self._reach(headers[b"caveat-min-revision"])
        if raw is None:
            return None
        if self.answers is None:
            return await self._made(read(raw), self.graph.revision)
        return await self._kept(self.answers, raw, read)

    async def _kept(self, answers: Cache[Answer], raw: bytes, read: Callable[[bytes], Ask]) -> Answer:
        """The answer to a request, from the response cache where it is there, and else put into it."""
        revision, day = self.graph.revision, int(time.time()) // DAY
        asked = (read, raw, self._audience.name)
        known = self.questions.get(asked)
        if known is not MISSING:
            key = _key(known, revision, day)
            return await answers.flight(key, lambda: self._made(read(raw), revision), _weight)
        ask = read(raw)
        try:
            prepared = await self._prepared(ask, revision)
        except REFUSALS as error:
            return self._refused(error, revision)
        assert prepared.context.perspective is not None
        if prepared.context.perspective.preview:
            return await self._ran(prepared)
        moves = prepared.context.perspective.revision == revision
        question = (ask.text, ask.name, orjson.dumps(ask.variables, option=orjson.OPT_SORT_KEYS), self._audience.name)
        self.questions.put(asked, (question, moves), len(raw) + weight(question))
        return await answers.flight(_key((question, moves), revision, day), lambda: self._ran(prepared), _weight)

    async def _made(self, ask: Ask, revision: int) -> Answer:
        """The answer to what is asked, at a revision."""
        try:
            prepared = await self._prepared(ask, revision)
        except REFUSALS as error:
            return self._refused(error, revision)
        return await self._ran(prepared)

    async def _prepared(self, ask: Ask, revision: int) -> Prepared:
        graph = self.graph
        context = Context(graph.database, self._settings, self._audience, revision=revision, graph=graph.cache)
        return await self.executions.prepare(ask.text, ask.variables, context, ask.name)

    async def _ran(self, prepared: Prepared) -> Answer:
        perspective = prepared.context.perspective
        assert perspective is not None
        try:
            result = await self.executions.run(prepared)
        except CaveatError as error:
            return self._refused(error, perspective.revision)
        headers = [*self._told(perspective.revision), *([NO_STORE] if perspective.preview else [])]
        if not result.errors:
            return Answer.of(200, orjson.dumps({"data": result.data}), headers, keep=True)
        body = {"data": result.data, "errors": [shown(error) for error in result.errors]}
        return Answer.of(200, orjson.dumps(body), headers)

    def _refused(self, error: Refused | CaveatError, revision: int) -> Answer:
        """The answer to an operation that was refused before anything ran: errors, and no data."""
        if isinstance(error, Refused):
            body = {"errors": [shown(each) for each in error.errors]}
            return Answer.of(200, orjson.dumps(body), self._told(revision))
        if error.status >= 500:
            raise error
        return refusal(error, 200, self._told(revision))

    async def _reach(self, wanted: bytes) -> None:
        """Wait for the revision that the client has seen already. Raises RevisionNotReached."""
        if not wanted.isdigit() or len(wanted) > 18:
            raise BadRequest("Caveat-Min-Revision must be a revision: a whole number.")
        if not await self.graph.reach(int(wanted), self._settings.min_revision_seconds):
            raise RevisionNotReached(f"Revision {int(wanted)} is not there yet. Ask again in a moment.")

    def _told(self, revision: int) -> Headers:
        return [JSON, (b"caveat-revision", b"%d" % revision), VARY]


def _key(known: tuple[Question, bool], revision: int, day: int) -> Hashable:
    """The key of an answer: of an operation at the head with its revision and its date, which move."""
    question, moves = known
    return (question, revision, day) if moves else question


def _weight(answer: Answer) -> int | None:
    return answer.weight() if answer.keep else None
