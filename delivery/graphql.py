"""GraphQL over HTTP: POST and GET at ``/graphql``."""

import logging
from typing import Any

import orjson
from cross_web import HTTPException
from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLHTTPResponse
from strawberry.types import ExecutionResult

from errors import BadRequest, CaveatError
from loaders.perspective import Audience
from schema.build import schema
from schema.context import Context

logger = logging.getLogger("caveat")


class GraphQLApp(GraphQL[Context, None]):
    """Strawberry's ASGI application with our context, orjson, and errors that show nothing internal."""

    def __init__(self) -> None:
        super().__init__(schema, graphql_ide=None, allow_queries_via_get=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await self.run(Request(scope, receive))
        except HTTPException as error:
            refusal = {"message": f"{error.reason.rstrip('.')}.", "extensions": {"code": BadRequest.code}}
            body = self.encode_json({"errors": [refusal]})
            response = Response(body, error.status_code, media_type="application/json")
        await response(scope, receive, send)

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        state = request.app.state
        audience = Audience(scopes=frozenset(state.settings.anonymous_scopes))
        return Context(state.database, state.settings, audience)

    async def process_result(self, request: Request, result: ExecutionResult) -> GraphQLHTTPResponse:
        answer: dict[str, Any] = {"data": result.data}
        if result.errors:
            answer["errors"] = [shown(error) for error in result.errors]
        return answer  # type: ignore[return-value]

    def encode_json(self, data: object) -> bytes:
        return orjson.dumps(data)

    def parse_json(self, data: str | bytes) -> Any:
        parsed = self.decode_json(data)
        if not isinstance(parsed, dict | list):
            raise HTTPException(400, "The request must be a JSON object")
        return parsed

    def decode_json(self, data: str | bytes) -> object:
        try:
            return orjson.loads(data)
        except orjson.JSONDecodeError:
            raise HTTPException(400, "The request is not JSON in UTF-8") from None


def shown(error: GraphQLError) -> dict[str, Any]:
    """An error as clients see it: their own mistakes in full, ours by a code alone."""
    cause = error.original_error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    if cause is None or isinstance(cause, CaveatError | GraphQLError):
        formatted = dict(error.formatted)
        code = cause.code if isinstance(cause, CaveatError) else "GRAPHQL_VALIDATION_FAILED"
        return formatted | {"extensions": {"code": code} | dict(error.extensions or {})}
    logger.error("a resolver failed", exc_info=cause)
    internal = {"message": "Something went wrong on our side.", "extensions": {"code": "INTERNAL"}}
    return internal | {key: value for key, value in error.formatted.items() if key in ("path", "locations")}
