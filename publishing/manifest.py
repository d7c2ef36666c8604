"""Manifests of trusted documents, as the tools of three GraphQL clients write them, told apart by their shape.

Apollo: ``{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{"id", "name", "type", "body"}]}``.
Relay's ``persisted_queries.json`` and GraphQL Code Generator's ``persisted-documents.json``: ``{id: text}``.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from errors import BadRequest, Problem
from loaders.database import storable

APOLLO = "apollo-persisted-query-manifest"
PREFIX = "sha256:"  # of ids by the GraphQL over HTTP draft (Persisted Documents); they are kept without it
LARGEST_MANIFEST, MOST_DOCUMENTS, LONGEST_TEXT = 20_000_000, 5_000, 100_000
ID = re.compile(r"[!-~]{1,200}")
NAMED = re.compile(r"\b(?:query|mutation|subscription)\s+(\w{1,100})", re.ASCII)
SHA256 = re.compile(r"[0-9a-fA-F]{64}")
_OTHER = (
    "The manifest has none of the known shapes: Apollo's persisted query manifest (version 1), Relay's"
    " persisted_queries.json, or persisted-documents.json of GraphQL Code Generator."
)


@dataclass(frozen=True)
class Entry:
    """A document of a manifest: its id, by which it is asked for, and its text."""

    id: str
    text: str

    @property
    def label(self) -> str:
        """How it is told from others: its id, and the name of its operation where it has one."""
        named = NAMED.search(self.text)
        return f"{self.id[:200]} ({named[1]})" if named else self.id[:200]


def read(manifest: bytes) -> tuple[list[Entry], list[Problem]]:
    """The documents of a manifest, and what is wrong with them. Raises BadRequest where it is no manifest at all."""
    if len(manifest) > LARGEST_MANIFEST:
        raise BadRequest(f"The manifest has {len(manifest)} bytes, and may have {LARGEST_MANIFEST}.")
    try:
        pairs = list(_pairs(orjson.loads(manifest)))
    except orjson.JSONDecodeError as error:
        raise BadRequest(f"The manifest is no JSON: {error}.") from None
    if not 0 < len(pairs) <= MOST_DOCUMENTS:
        raise BadRequest(f"The manifest has {len(pairs)} documents, and may have 1 to {MOST_DOCUMENTS}.")
    entries = {id: Entry(id, text) for id, text in pairs}
    problems = [problem for entry in entries.values() for problem in _problems(entry)]
    problems += [Problem(id, "has two texts") for id, text in pairs if entries[id].text != text]
    return list(entries.values()), problems


def _pairs(manifest: Any) -> Iterator[tuple[str, str]]:
    """(id, text) of each document of a manifest. Raises BadRequest."""
    if not isinstance(manifest, dict):
        raise BadRequest(_OTHER)
    listed: Any = manifest.items()
    if "format" in manifest:
        if manifest["format"] != APOLLO or manifest.get("version") != 1:
            raise BadRequest(_OTHER)
        operations = manifest.get("operations")
        if not isinstance(operations, list) or not all(isinstance(each, dict) for each in operations):
            raise BadRequest(_OTHER)
        listed = [(each.get("id"), each.get("body")) for each in operations]
    for id, text in listed:
        if not isinstance(id, str) or not isinstance(text, str):
            raise BadRequest(_OTHER)
        yield id.removeprefix(PREFIX), text


def _problems(entry: Entry) -> Iterator[Problem]:
    if not ID.fullmatch(entry.id):
        yield Problem(repr(entry.id[:200]), "is no id: 1 to 200 letters, digits and signs of ASCII, without spaces")
    elif SHA256.fullmatch(entry.id) and entry.id.lower() != hashlib.sha256(entry.text.encode()).hexdigest():
        yield Problem(entry.label, "is not the SHA-256 of its text")
    if len(entry.text) > LONGEST_TEXT:
        yield Problem(entry.label, f"has {len(entry.text)} characters, and may have {LONGEST_TEXT}")
    if storable(entry.text) != entry.text:
        yield Problem(entry.label, "has a NUL character, which cannot be stored")
