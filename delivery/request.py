"""GraphQL requests as they come over HTTP: read, and taken apart (GraphQL over HTTP, "Request")."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.types import Receive

from errors import BadRequest

METHODS = ("GET", "HEAD", "POST", "OPTIONS")
LARGEST = 1_000_000
"""Bytes that a request's body may have."""
MOST_PARAMETERS = 20
LONGEST_ID = 200


class TooLarge(BadRequest):
    """The body of a request has more bytes than the server takes."""

    status = 413


class UnsupportedMediaType(BadRequest):
    """The body of a request is not JSON in UTF-8, as it is."""

    status = 415


class NotAcceptable(BadRequest):
    """The client takes none of the media types that answers come in."""

    status = 406


class MethodNotAllowed(BadRequest):
    """The method is none of those that the address answers, or not one for the operation."""

    status = 405

    def __init__(self, message: str, methods: Sequence[str] = METHODS) -> None:
        super().__init__(message)
        self.methods = methods


@dataclass(frozen=True, slots=True)
class Ask:
    """What a request asks: a document, its variables, and the name of an operation in it.

    The document comes as its text, as the id of a trusted one (``document``), or as the hash of an automatic one
    (``automatic``), which brings its text where the server does not know it yet.
    """

    text: str | None
    variables: dict[str, Any]
    name: str | None
    document: str | None = None
    automatic: str | None = None


async def body_of(receive: Receive, length: bytes) -> bytes | None:
    """The body of a request; None where the client went away. ``length`` is what it announced. Raises TooLarge."""
    if len(length) > 7 or (length.isdigit() and int(length) > LARGEST):
        raise TooLarge(f"The request has more than {LARGEST} bytes.")
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()
        body += message.get("body", b"")
        if len(body) > LARGEST:
            raise TooLarge(f"The request has more than {LARGEST} bytes.")
    return None if message["type"] == "http.disconnect" else body


def posted(body: bytes, id: str = "") -> Ask | list[Ask]:
    """What a body asks, of the document that the path names: one thing, or several, as a batch. Raises BadRequest."""
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise BadRequest("The request is not JSON in UTF-8.") from None
    if isinstance(given, list):
        return [_ask(each, id) for each in given]
    return _ask(given, id)


def asked_by_get(query_string: bytes, id: str = "") -> Ask:
    """What the parameters of an address ask. Raises BadRequest."""
    try:
        pairs = parse_qsl(query_string.decode(), max_num_fields=MOST_PARAMETERS, errors="strict")
    except ValueError:
        raise BadRequest(f"The address must be UTF-8, with at most {MOST_PARAMETERS} parameters.") from None
    given: dict[str, Any] = dict(pairs)
    for name in given.keys() & {"variables", "extensions"}:
        try:
            given[name] = orjson.loads(given[name])
        except orjson.JSONDecodeError:
            raise BadRequest(f"The parameter {name} must be a JSON object.") from None
    return _ask(given, id)


def _ask(given: Any, id: str) -> Ask:
    if not isinstance(given, dict):
        raise BadRequest("The request must be a JSON object.")
    extensions = _member(given, "extensions", dict, "a JSON object") or {}
    ask = Ask(
        text=_member(given, "query", str, "a string"),
        variables=_member(given, "variables", dict, "a JSON object") or {},
        name=_member(given, "operationName", str, "a string"),
        document=id or _member(given, "documentId", str, "a string"),
        automatic=_hash(extensions.get("persistedQuery")),
    )
    if len(ask.document or ask.automatic or "") > LONGEST_ID:
        raise BadRequest(f"The id of a document has up to {LONGEST_ID} characters.")
    if not ask.text and ask.document is None and ask.automatic is None:
        raise BadRequest("The request needs a query: the text of a GraphQL document, or a documentId.")
    if ask.text and ask.document is not None:
        raise BadRequest("The request has a query and a documentId: send one of them.")
    return ask


def _member(given: Mapping[str, Any], name: str, type_: type, called: str) -> Any:
    value = given.get(name)
    if value is not None and not isinstance(value, type_):
        raise BadRequest(f"{name} must be {called}.")
    return value


def _hash(persisted: Any) -> str | None:
    """The hash in ``extensions.persistedQuery``, as Apollo's clients send it: version 1, SHA-256 in hex."""
    if persisted is None:
        return None
    hash = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    if not isinstance(hash, str) or persisted.get("version") != 1:
        raise BadRequest("extensions.persistedQuery must have the version 1 and a sha256Hash.")
    return hash
