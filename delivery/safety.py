"""What every answer has that is not GraphQL's: the headers that keep browsers safe, and errors in JSON."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Message, Send

from delivery.answers import SECURITY

CODES = {404: ("NOT_FOUND", "There is nothing at this address."), 405: ("BAD_REQUEST", "Not by this method.")}


def secured(send: Send) -> Send:
    """A way to send answers with the security headers; those that an answer has of its own stay."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = message.get("headers", [])
            own = {name.lower() for name, _ in headers}
            message["headers"] = [*headers, *(each for each in SECURITY if each[0] not in own)]
        await send(message)

    return sending


async def refused(_request: Request, error: Exception) -> JSONResponse:
    """The answer to a request that Starlette refuses."""
    assert isinstance(error, HTTPException)
    code, message = CODES.get(error.status_code, ("BAD_REQUEST", "The request cannot be answered."))
    body = {"errors": [{"message": message, "extensions": {"code": code}}]}
    return JSONResponse(body, error.status_code, headers=dict(error.headers or {}))


async def broken(_request: Request, _error: Exception) -> JSONResponse:
    """The answer where we failed; uvicorn logs why."""
    body = {"errors": [{"message": "Something went wrong on our side.", "extensions": {"code": "INTERNAL"}}]}
    return JSONResponse(body, 500)


HANDLERS = {HTTPException: refused, Exception: broken}
