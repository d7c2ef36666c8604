"""From what is asked to an answer: document → question → budget → response cache → engine."""

import hashlib
import time
from collections.abc import Awaitable, Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from cache import MISSING, Cache, weight
from delivery.access import Addresses
from delivery.answers import Answer, Headers, internal, refusal, shown, with_errors
from delivery.budgets import Budgets, Spent
from delivery.documents import Documents
from delivery.exchange import NO_STORE, Exchange
from delivery.negotiation import JSON
from delivery.request import Ask
from delivery.tags import answer_tags
from engine.arguments import Refused
from errors import BadRequest, CaveatError, NotFound, TooExpensive
from loaders.graph import Graph
from schema.context import Context
from schema.execution import Executions, Prepared
from settings import Settings

DAY = 86_400
REFUSALS = (Refused, CaveatError)


@dataclass(frozen=True, slots=True)
class Known:
    """A question that was asked before: what it asks, what it costs, and whether it is of the head.

    ``key`` stands for all of it, and for who gets the answer how, in the response cache.
    """

    text: str
    name: str | None
    variables: bytes
    key: tuple[Any, ...]
    moves: bool
    cost: int
    operation: str | None

    def at(self, revision: int) -> Hashable:
        """The key of its answer: at the head with the revision and the date, which move."""
        return (self.key, revision, int(time.time()) // DAY) if self.moves else self.key


class Answering:
    """Answers questions from a graph, from the response cache where the same was answered before."""

    graph: Graph

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._tags_header = settings.tags_header.lower().encode()
        self._between_tags = "," if self._tags_header == b"cache-tag" else " "
        self.executions = Executions(settings)
        self.documents = Documents(settings.automatic_documents_mb * 1_000_000)
        self.addresses = Addresses(settings.trusted_proxies)
        self.budgets = Budgets(settings.redis_url)
        limit = settings.response_cache_mb * 1_000_000
        self.answers: Cache[Answer] | None = Cache(limit * 9 // 10) if limit else None
        self.questions: Cache[Known] = Cache(max(limit // 10, 1_000_000))

    def serve_from(self, graph: Graph) -> None:
        """Answer from a graph. What is kept of it is dropped when something in it was erased."""
        self.graph = graph
        if self.answers is not None:
            graph.emptied.append(self.answers)

    async def __call__(self, raw: Hashable, read: Callable[[], Ask | list[Ask]], exchange: Exchange) -> Answer:
        """The answer to a request. ``raw`` is all of it that says what is asked; ``read`` takes it apart."""
        if b"caveat-cost" in exchange.headers or b"caveat-dry-run" in exchange.headers:
            return await self._priced(read(), exchange)
        asked = raw, exchange.client.serial, exchange.media, int(time.time()) // DAY  # on which documents end
        known = self.questions.get(asked)
        if known is not MISSING:
            return await self._again(known, exchange)
        ask = read()
        if isinstance(ask, list):
            return await self._batch(ask, exchange)
        return await self._first(ask, exchange, asked)

    async def _again(self, known: Known, exchange: Exchange) -> Answer:
        """The answer to what was asked before: at this revision, or at an earlier one."""
        exchange.operation, exchange.cost = known.operation, known.cost
        if exchange.client.budget is not None:
            await self.charge(known.cost, exchange)
        revision = self.graph.revision

        async def make() -> Answer:
            try:
                variables = orjson.loads(known.variables)
                prepared = await self.prepared(known.text, variables, known.name, exchange, revision)
            except REFUSALS as error:
                return self._refused(error, exchange)
            return await self._ran(prepared, exchange)

        return await self.kept(known.at(revision), make, exchange)

    async def _first(self, ask: Ask, exchange: Exchange, asked: Hashable = None) -> Answer:
        """The answer to what was not asked before, or not in these words."""
        await self.charge(0, exchange)
        try:
            text, prepared = await self._read(ask, exchange)
        except REFUSALS as error:
            await self.charge(1, exchange)
            return self._refused(error, exchange)
        await self.charge(prepared.cost, exchange)
        self.documents.register(ask)
        if prepared.perspective.preview:
            exchange.cache = "off"
            return await self._ran(prepared, exchange)
        known = self._known(text, ask, prepared, exchange)
        if asked is not None:
            self.questions.put(asked, known, weight(asked) + weight(known))
        revision = prepared.context.revision
        assert revision is not None
        return await self.kept(known.at(revision), lambda: self._ran(prepared, exchange), exchange)

    def _known(self, text: str, ask: Ask, prepared: Prepared, exchange: Exchange) -> Known:
        """What is asked, as it is known from now on. Variables that the operation does not declare are left out."""
        declared = {each.variable.name.value for each in prepared.operation.definition.variable_definitions or ()}
        given = {name: value for name, value in ask.variables.items() if name in declared}
        variables = orjson.dumps(given, option=orjson.OPT_SORT_KEYS)
        digest = hashlib.blake2b(orjson.dumps((text, ask.name)) + variables, digest_size=24).digest()
        key = (digest, exchange.media, exchange.fetched, *exchange.client.manner)
        moves = prepared.perspective.revision == prepared.context.revision
        return Known(text, ask.name, variables, key, moves, prepared.cost, prepared.operation.name)

    async def kept(self, key: Hashable, make: Callable[[], Awaitable[Answer]], exchange: Exchange) -> Answer:
        """An answer from the response cache, made and put there where it is missing."""
        if self.answers is None:
            exchange.cache = "off"
            return await make()
        exchange.cache = "hit"

        async def made() -> Answer:
            exchange.cache = "miss"
            return await make()

        return await self.answers.flight(key, made, _weight)

    async def _batch(self, asks: list[Ask], exchange: Exchange) -> Answer:
        """The answers to several questions, in their order. Each is charged, answered and refused on its own."""
        most = self.settings.max_batch
        if most == 1:
            raise BadRequest("The request must be a JSON object: this server takes no arrays of operations.")
        if not 0 < len(asks) <= most:
            raise BadRequest(f"The request carries {len(asks)} operations, and may carry from 1 to {most}.")
        answers = [await self._one_of_batch(ask, exchange) for ask in asks]
        exchange.cache = "off"
        code = next((each.code for each in answers if each.code is not None), None)
        body = b"[" + b",".join(each.body for each in answers) + b"]"
        return Answer(200, body, exchange.told(self.graph.revision), code=code)

    async def _one_of_batch(self, ask: Ask, exchange: Exchange) -> Answer:
        try:
            return await self._first(ask, exchange)
        except CaveatError as error:
            return refusal(error, ())
        except Exception:
            return internal(())

    async def _priced(self, ask: Ask | list[Ask], exchange: Exchange) -> Answer:
        """The answer with what it costs; for a dry run only that: nothing is executed, and reading it costs 1."""
        if isinstance(ask, list):
            raise BadRequest("Costs are told of one operation at a time, not of an array of them.")
        await self.charge(0, exchange)
        exchange.cache = "off"
        try:
            _, prepared = await self._read(ask, exchange)
        except REFUSALS as error:
            await self.charge(1, exchange)
            return self._refused(error, exchange)
        await self.charge(1 if exchange.dry else prepared.cost, exchange)
        account = exchange.account
        remaining, limit = (account.remaining, account.limit) if account else (None, None)
        told = {"cost": {"requested": prepared.cost, "remaining": remaining, "limit": limit}}
        if exchange.dry:
            body = orjson.dumps({"data": None, "extensions": told})
            return Answer(200, body, exchange.told(prepared.perspective.revision))
        return await self._ran(prepared, exchange, told)

    async def _read(self, ask: Ask, exchange: Exchange) -> tuple[str, Prepared]:
        """The text of what is asked, and the operation, ready to run. Raises what refuses it."""
        self._check_size(ask.variables)
        text = await self.documents.text(ask, exchange.client, self.graph)
        exchange.document = ask.document or ask.automatic
        prepared = await self.prepared(text, ask.variables, ask.name, exchange, self.graph.revision)
        exchange.operation = prepared.operation.name
        return text, prepared

    def _check_size(self, variables: dict[str, Any]) -> None:
        try:
            size = len(orjson.dumps(variables))
        except orjson.JSONEncodeError:
            raise BadRequest("The variables are nested too deeply.") from None
        allowed = self.settings.max_variables_kb * 1_000
        if size > allowed:
            message = f"The variables have {size} bytes, and may have {allowed}: send less at once."
            raise TooExpensive(message, limit="variables", found=size, allowed=allowed)

    async def prepared(
        self, text: str, variables: dict[str, Any], name: str | None, exchange: Exchange, revision: int
    ) -> Prepared:
        """An operation at a revision, ready to run for who asks. Raises what refuses it."""
        graph = self.graph
        met: list[Any] | None = [] if self._bears_tags(exchange) else None
        audience = exchange.client.audience
        context = Context(graph.database, self.settings, audience, revision=revision, graph=graph.cache, met=met)
        return await self.executions.prepare(text, variables, context, name)

    async def charge(self, cost: int, exchange: Exchange) -> None:
        """Take a cost from the client's budget, or see with 0 that something is left. Raises BudgetSpent."""
        exchange.cost += cost
        if exchange.client.budget is None:
            return
        try:
            exchange.account = await self.budgets.spend(exchange.client, exchange.address, cost)
        except Spent as error:
            exchange.account = error.account
            exchange.cache = "refused"
            raise

    async def _ran(self, prepared: Prepared, exchange: Exchange, told: dict[str, Any] | None = None) -> Answer:
        """The answer of an operation that may run."""
        perspective = prepared.perspective
        try:
            result = await self.executions.run(prepared)
        except CaveatError as error:
            return self._refused(error, exchange)
        body: dict[str, Any] = {"data": result.data}
        errors = [shown(error) for error in result.errors or ()]
        if errors:
            body["errors"] = errors
        extensions = (result.extensions or {}) | (told or {})
        if extensions:
            body["extensions"] = extensions
        if errors:
            return with_errors(body, exchange.told(perspective.revision))
        keep = not perspective.preview and told is None
        headers = exchange.told(perspective.revision, self.fresh(exchange) if keep else NO_STORE)
        return Answer(200, orjson.dumps(body), [*headers, *self.tags(prepared, exchange)], keep)

    def tags(self, prepared: Prepared, exchange: Exchange) -> Headers:
        """The header with the tags of an answer, where CDNs are told of them, and may keep it."""
        return self.tagged(lambda: answer_tags(prepared.plan, prepared.context.met), exchange)

    def tagged(self, tags: Callable[[], Iterable[str]], exchange: Exchange) -> Headers:
        """The header with some tags, where there is one."""
        if not self._bears_tags(exchange):
            return ()
        return ((self._tags_header, self._between_tags.join(tags()).encode()),)

    def _bears_tags(self, exchange: Exchange) -> bool:
        return exchange.fetched and self._tags_header != b""

    def fresh(self, exchange: Exchange) -> tuple[bytes, bytes]:
        """For how long browsers keep an answer; CDNs too, where the token is no secret (RFC 9111, RFC 5861)."""
        shared = "public" if exchange.client.public else "private"
        fresh, stale = self.settings.fresh_seconds, self.settings.stale_seconds
        return b"cache-control", f"{shared}, max-age={fresh}, stale-while-revalidate={stale}".encode()

    def _refused(self, error: Refused | CaveatError, exchange: Exchange) -> Answer:
        """The answer to an operation that was refused before anything ran: errors, and no data.

        Those who take ``application/json`` get the status 200, unless what failed is no matter of GraphQL's.
        """
        exchange.cache = "refused"
        headers = exchange.told(self.graph.revision)
        legacy = exchange.media is JSON
        if isinstance(error, Refused):
            errors = [shown(each) for each in error.errors]
            return with_errors({"errors": errors}, headers, 200 if legacy else 400)
        if isinstance(error, NotFound) or error.status >= 500:
            raise error
        return refusal(error, headers, 200 if legacy else None)


def _weight(answer: Answer) -> int | None:
    return answer.weight() if answer.keep else None
