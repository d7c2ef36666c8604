"""What a client takes: media types and content codings (RFC 9110, 12.5; GraphQL over HTTP, "Accept")."""

from collections.abc import Iterator
from functools import lru_cache

JSON = b"application/json; charset=utf-8"
GRAPHQL = b"application/graphql-response+json; charset=utf-8"
CODINGS = ("zstd", "br", "gzip")
"""The codings that answers come in, the dearest to us first."""
LONGEST = 1_000
"""Bytes of such a header that are looked at, and kept with what it means: browsers send 150."""


@lru_cache(256)
def media_type(accept: bytes) -> bytes | None:
    """The media type of an answer, as a content type; None where none is acceptable.

    What is named goes before what a wildcard allows. Those who take anything get JSON, as they always have.
    """
    offered = [_rank(name, accept) for name in (b"application/graphql-response+json", b"application/json")]
    graphql, json = offered
    if max(graphql, json)[0] == 0:
        return None
    named = graphql[1] == 2
    return GRAPHQL if graphql > json or (named and graphql == json) else JSON


def _rank(offered: bytes, accept: bytes) -> tuple[float, int]:
    """The weight that a header gives a media type, and how closely it names it: 2 by its name, 0 by ``*/*``."""
    ranges = {b"*/*": 0, offered.partition(b"/")[0] + b"/*": 1, offered: 2}
    found = [(ranges[name], weight) for name, weight in _weighted(accept) if name in ranges]
    closest, weight = max(found, default=(0, 0.0))
    return weight, closest


@lru_cache(256)
def coding(accept_encoding: bytes) -> str | None:
    """The content coding for an answer; None for the answer as it is."""
    weights = dict(_weighted(accept_encoding))
    others = weights.get(b"*", 0.0)
    best = max(CODINGS, key=lambda name: weights.get(name.encode(), others))
    return best if weights.get(best.encode(), others) > 0 else None


def _weighted(header: bytes) -> Iterator[tuple[bytes, float]]:
    """The entries of a header with their weights. What cannot be read weighs nothing."""
    for entry in header.lower().split(b","):
        name, *parameters = (part.strip() for part in entry.split(b";"))
        weight = next((part[2:].strip() for part in parameters if part.startswith(b"q=")), b"1")
        try:
            yield name, min(max(float(weight), 0.0), 1.0)
        except ValueError:
            yield name, 0.0


@lru_cache(256)
def takes_json(content_type: bytes) -> str | None:
    """What is wrong with the content type of a request; None where it is JSON in UTF-8."""
    name, *parameters = (part.strip() for part in content_type.lower().split(b";"))
    if name != b"application/json":
        return "The request must have the content type application/json."
    charsets = [part.partition(b"=")[2].strip(b' "') for part in parameters if part.startswith(b"charset")]
    if any(each not in (b"utf-8", b"utf8") for each in charsets):
        return "The request must be in UTF-8."
    return None
