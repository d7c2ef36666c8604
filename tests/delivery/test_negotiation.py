"""Media types and content codings: what a client's headers mean."""

import pytest

from delivery.negotiation import GRAPHQL, JSON, coding, media_type, takes_json

ACCEPT = {
    "*/*": JSON,
    "application/*": JSON,
    "application/json": JSON,
    "application/json; charset=utf-8": JSON,
    "application/graphql-response+json": GRAPHQL,
    "application/graphql-response+json; charset=utf-8, application/json; charset=utf-8": GRAPHQL,
    "application/graphql-response+json,application/json;q=0.9": GRAPHQL,
    "application/json, application/graphql-response+json;q=0.9": JSON,
    "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed":
        GRAPHQL,
    "text/event-stream, application/json": JSON,
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8": JSON,
    "APPLICATION/JSON": JSON,
    "*/*, application/json;q=0": GRAPHQL,
    "text/html": None,
    "text/event-stream": None,
    "application/json;q=0": None,
    "application/json;q=x": None,
    "": None,
    ";;;,,,q=": None,
}  # fmt: skip
CODINGS = {
    "": None,
    "identity": None,
    "gzip": "gzip",
    "GZIP": "gzip",
    "gzip, deflate, br": "br",
    "gzip, deflate, br, zstd": "zstd",
    "gzip;q=1.0, br;q=0.5": "gzip",
    "gzip;q=0": None,
    "*": "zstd",
    "*;q=0.5, zstd;q=0": "br",
    "*;q=0": None,
    "gzip;q=nan, br;q=inf": "br",
    "x" * 5_000: None,
}


@pytest.mark.parametrize(("accept", "given"), ACCEPT.items())
def test_answers_come_in_a_media_type_that_the_client_takes(accept, given):
    """What is named goes before what a wildcard allows; of both types that are named alike, the newer."""
    assert media_type(accept.encode()) == given


@pytest.mark.parametrize(("accept", "given"), CODINGS.items())
def test_answers_come_in_a_coding_that_the_client_takes(accept, given):
    """The weights decide, and among equal ones what costs us least; what cannot be read is no wish."""
    assert coding(accept.encode()) == given


@pytest.mark.parametrize(
    "given", ["application/json", "application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"; x=y']
)
def test_json_in_utf_8_is_taken(given):
    """With and without a charset, in any case."""
    assert takes_json(given.encode()) is None


@pytest.mark.parametrize(
    "given", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/graphql"]
)
def test_another_content_type_is_told_the_right_one(given):
    """Above all those that a page of another site may send without asking (WHATWG Fetch, CORS-safelisted)."""
    assert takes_json(given.encode()) == "The request must have the content type application/json."


def test_another_charset_is_told_the_right_one():
    """JSON between systems is UTF-8 (RFC 8259, 8.1)."""
    assert takes_json(b"application/json; charset=iso-8859-1") == "The request must be in UTF-8."
