"""Pages: what is asked by GET outside of ``/graphql``, and made of the answer to an operation of ours.

path and parameters → client → origin → operation → budget → response cache → engine → rendering.
"""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.types import Receive, Scope, Send

from delivery.access import check_origin, preflight
from delivery.answering import DAY, Answering
from delivery.answers import SECURITY, Answer, Headers, failed, refusal
from delivery.exchange import Exchange
from delivery.request import MethodNotAllowed
from delivery.sending import asking, send_answer
from errors import BadRequest, CaveatError
from loaders.clients import ApiClient
from schema.execution import Prepared
from settings import Settings

METHODS = ("GET", "HEAD", "OPTIONS")
MOST_PARAMETERS = 20
VARY = b"accept-encoding"
Make = Callable[[int], Awaitable[bytes]]
"""Makes the body of a page, at a revision."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page: its status, its bytes, and the headers that it has beside those of all pages."""

    body: bytes
    headers: Headers = ()
    status: int = 200


@dataclass(frozen=True, slots=True)
class Found:
    """What an operation found: its data, at a revision."""

    data: dict[str, Any]
    revision: int


@dataclass(slots=True)
class Asked:
    """A request for a page: what its path and its parameters say, and who asks.

    ``security`` are the headers that keep browsers safe, which pages that others may frame have of their own.
    """

    exchange: Exchange
    answering: Answering
    path: Mapping[str, str]
    parameters: Mapping[str, str]
    security: Headers = SECURITY

    @property
    def settings(self) -> Settings:
        """The settings of the server."""
        return self.answering.settings

    def let_in(self, client: ApiClient) -> None:
        """Answer a client from now on. Raises Forbidden where its page may not ask."""
        self.exchange.client = client
        check_origin(self.exchange.headers, client)

    def only(self, *names: str) -> None:
        """Refuse parameters that mean nothing here. Raises BadRequest."""
        unknown = sorted(self.parameters.keys() - set(names))
        if unknown:
            raise BadRequest(f"There is no parameter {unknown[0][:60]!r} here; there are {', '.join(names)}.")

    def chosen(self, name: str, choices: Sequence[str], default: str) -> str:
        """The value of a parameter that has a few. Raises BadRequest."""
        value = self.parameters.get(name, default)
        if value not in choices:
            raise BadRequest(f"{name} must be one of {', '.join(choices)}, and is {value[:60]!r}.")
        return value

    async def data(self, operation: str, variables: dict[str, Any]) -> dict[str, Any]:
        """The data of an operation of ours. Raises what refuses it, and BudgetSpent."""
        return await self._ran(await self._prepared(operation, variables))

    async def page(
        self, operation: str, variables: dict[str, Any], key: tuple[Any, ...], render: Callable[[Found], Rendered]
    ) -> Answer:
        """The page that ``render`` makes of the answer to an operation. ``key`` is all else that it depends on.

        Raises what refuses the operation, and BudgetSpent.
        """
        prepared = await self._prepared(operation, variables)
        revision = prepared.context.revision
        assert revision is not None

        async def make() -> Answer:
            rendered = render(Found(await self._ran(prepared), revision))
            told = [*self._told(revision, fresh=True), *self.answering.tags(prepared, self.exchange)]
            return Answer(rendered.status, rendered.body, [*told, *rendered.headers], keep=rendered.status == 200)

        asked = self._key(revision, self.exchange.operation, *sorted(variables.items()), *key)
        return await self.answering.kept(asked, make, self.exchange)

    async def made(self, name: str, cost: int, key: tuple[Any, ...], tags: Sequence[str], make: Make) -> Answer:
        """A page that is made of no operation, at the head. ``key`` is all that it depends on, ``cost`` its price.

        Raises BudgetSpent.
        """
        answering, exchange, revision = self.answering, self.exchange, self.answering.graph.revision
        exchange.operation = name
        await answering.charge(cost, exchange)

        async def answer() -> Answer:
            told = self._told(revision, fresh=True)
            return Answer(200, await make(revision), [*told, *answering.tagged(lambda: tags, exchange)], keep=True)

        return await answering.kept(self._key(revision, name, *key), answer, exchange)

    async def _prepared(self, operation: str, variables: dict[str, Any]) -> Prepared:
        """An operation of ours that is paid for."""
        answering, exchange = self.answering, self.exchange
        await answering.charge(0, exchange)
        prepared = await answering.prepared(operation, variables, None, exchange, answering.graph.revision)
        exchange.operation = prepared.operation.name
        await answering.charge(prepared.cost, exchange)
        return prepared

    async def _ran(self, prepared: Prepared) -> dict[str, Any]:
        result = await self.answering.executions.run(prepared)
        for error in result.errors or ():
            raise error
        return result.data or {}

    def _key(self, revision: int, *parts: Any) -> tuple[Any, ...]:
        """What the response cache knows a page by: who asks, the revision and the date count too."""
        client, today = self.exchange.client, int(time.time()) // DAY
        who = (*client.manner, client.origins, self.security)
        return "page", self.exchange.media, parts, who, revision, today

    def _told(self, revision: int, *, fresh: bool = False) -> Headers:
        lasting = (self.answering.fresh(self.exchange),) if fresh else ()
        return self.exchange.told(revision, *lasting, vary=VARY, security=self.security)

    def refused(self, error: CaveatError) -> Headers:
        """The headers of the answer to a request that was refused."""
        return [*self._told(self.answering.graph.revision), *asking(error, self.exchange)]


class Broken(CaveatError):
    """We failed. The page says so as politely as where its client did."""

    code = "INTERNAL"


Answers = Callable[[Asked], Awaitable[Answer]]
Refuses = Callable[[Asked, CaveatError], Answer]


def refused_in_json(asked: Asked, error: CaveatError) -> Answer:
    """The answer to a request that was refused, as the rest of the API gives it."""
    asked.exchange.media = b"application/json; charset=utf-8"
    return refusal(error, asked.refused(error))


class Pages:
    """The ASGI application that answers requests for one sort of page."""

    def __init__(self, media: bytes, answers: Answers, refuses: Refuses = refused_in_json) -> None:
        self._media, self._answers, self._refuses = media, answers, refuses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answering: Answering = scope["app"].graphql.answering
        headers = dict(scope["headers"])
        exchange = Exchange(headers, True, answering.graph.clients.unknown, self._media)
        peer = scope["client"][0] if scope.get("client") else ""
        exchange.address = answering.addresses.of(peer, headers.get(b"x-forwarded-for", b""))
        asked = Asked(exchange, answering, scope.get("path_params", {}), {})
        await send_answer(await self._answer(scope, asked), exchange, scope, send)

    async def _answer(self, scope: Scope, asked: Asked) -> Answer:
        try:
            if scope["method"] not in METHODS:
                raise MethodNotAllowed(f"Pages are asked for by {', '.join(METHODS)}.", METHODS)
            if scope["method"] == "OPTIONS":
                return preflight(asked.exchange.headers, asked.answering.graph.clients.unknown, METHODS)
            asked.parameters = parameters(scope["query_string"])
            return await self._answers(asked)
        except CaveatError as error:
            return self._refuses(asked, error)
        except Exception as error:
            told = failed("a page failed", error)
            answer = self._refuses(asked, Broken(told["message"]))
            answer.failure = told["extensions"]["id"]
            return answer


def parameters(query_string: bytes) -> dict[str, str]:
    """The parameters of an address, each once. Raises BadRequest."""
    try:
        pairs = parse_qsl(
            query_string.decode(), keep_blank_values=True, max_num_fields=MOST_PARAMETERS, errors="strict"
        )
    except ValueError:
        raise BadRequest(f"The address must be UTF-8, with at most {MOST_PARAMETERS} parameters.") from None
    given = dict(pairs)
    if len(given) < len(pairs):
        raise BadRequest("The address has a parameter twice.")
    return given
