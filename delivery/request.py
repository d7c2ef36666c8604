"""GraphQL requests as they come over HTTP: read, and taken apart."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import orjson
from starlette.types import Receive

from errors import BadRequest

LARGEST = 1_000_000
"""Bytes that a request's body may have."""


class TooLarge(BadRequest):
    """The body of a request has more bytes than the server takes."""

    status = 413


@dataclass(frozen=True, slots=True)
class Ask:
    """What a request asks: the text of a document, its variables, and the name of an operation in it."""

    text: str
    variables: dict[str, Any]
    name: str | None


async def body_of(receive: Receive) -> bytes | None:
    """The body of a request; None where the client went away. Raises TooLarge."""
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()
        body += message.get("body", b"")
        if len(body) > LARGEST:
            raise TooLarge(f"The request has more than {LARGEST} bytes.")
    return None if message["type"] == "http.disconnect" else body


def posted(body: bytes) -> Ask:
    """What a body asks. Raises BadRequest."""
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise BadRequest("The request is not JSON in UTF-8.") from None
    if not isinstance(given, dict):
        raise BadRequest("The request must be a JSON object.")
    return _ask(given.get("query"), given.get("variables"), given.get("operationName"))


def asked_by_get(query_string: bytes) -> Ask:
    """What the parameters of an address ask. Raises BadRequest."""
    try:
        given = {name: values[-1] for name, values in parse_qs(query_string.decode(), max_num_fields=20).items()}
        variables = orjson.loads(given["variables"]) if "variables" in given else None
    except (ValueError, UnicodeDecodeError):
        raise BadRequest("The parameter variables must be a JSON object.") from None
    return _ask(given.get("query"), variables, given.get("operationName"))


def _ask(text: Any, variables: Any, name: Any) -> Ask:
    if not isinstance(text, str) or not text:
        raise BadRequest("The request needs a query: the text of a GraphQL document.")
    if not isinstance(variables, dict | None):
        raise BadRequest("The variables must be a JSON object.")
    if not isinstance(name, str | None):
        raise BadRequest("The operationName must be a string.")
    return Ask(text, variables or {}, name)
