"""Stored documents: those that a client's operator pushed, and those that clients register as they go."""

import hashlib
from datetime import UTC, datetime

from cache import MISSING, Cache
from delivery.request import Ask
from errors import (
    BadRequest,
    DocumentNotFound,
    DocumentsOnly,
    PersistedQueryNotFound,
    PersistedQueryNotSupported,
)
from loaders.clients import ApiClient, document
from loaders.graph import Graph

PREFIX = "sha256:"


class Documents:
    """Finds the text of what is asked. ``trusted`` keeps what the database had; ``automatic`` is there for all."""

    def __init__(self, automatic_bytes: int) -> None:
        self.trusted: Cache[str | None] = Cache(4_000_000)
        self.automatic: Cache[str] | None = Cache(automatic_bytes) if automatic_bytes else None

    async def text(self, ask: Ask, client: ApiClient, graph: Graph) -> str:
        """The text of the document that is asked for. Raises what says why there is none."""
        if ask.document is not None:
            return await self._trusted(ask.document, client, graph)
        if ask.automatic is not None:
            return await self._persisted(ask, ask.automatic, client, graph)
        if client.audience.documents is not None:
            raise DocumentsOnly(
                f"The client {client.name} may ask its trusted documents only: send a documentId."
                " New documents are pushed with: caveat operations push"
            )
        assert ask.text is not None
        return ask.text

    async def _trusted(self, id: str, client: ApiClient, graph: Graph) -> str:
        found = await self._known(id.removeprefix(PREFIX), client, graph)
        if found is None:
            raise DocumentNotFound(f"The client {client.name} has no document {id!r}.")
        return found

    async def _persisted(self, ask: Ask, hash: str, client: ApiClient, graph: Graph) -> str:
        """What Apollo's clients mean by a hash: a trusted document, or one that they register with its text."""
        hash = _hash(hash)
        found = await self._known(hash, client, graph)
        if found is not None:
            return found
        if client.audience.documents is not None:
            raise DocumentsOnly(f"The client {client.name} has no document {hash!r}, and may ask no others.")
        if self.automatic is None:
            raise PersistedQueryNotSupported("PersistedQueryNotSupported")
        if ask.text is None:
            found = self.automatic.get(hash)
            if found is MISSING:
                raise PersistedQueryNotFound("PersistedQueryNotFound")
            return found
        if hashlib.sha256(ask.text.encode()).hexdigest() != hash:
            raise BadRequest("provided sha does not match query")
        return ask.text

    def register(self, ask: Ask) -> None:
        """Keep the text of a document that was asked for by its hash, now that it was read and paid for."""
        if self.automatic is not None and ask.automatic is not None and ask.text is not None:
            self.automatic.put(_hash(ask.automatic), ask.text, len(ask.text))

    async def _known(self, id: str, client: ApiClient, graph: Graph) -> str | None:
        now = datetime.now(UTC)
        key = client.id, id, graph.access, now.date()
        found = self.trusted.get(key)
        if found is MISSING:
            found = await document(client.id, id, now, graph.database)
            self.trusted.put(key, found, len(found or "") + len(id))
        return found


def _hash(given: str) -> str:
    return given.removeprefix(PREFIX).lower()
