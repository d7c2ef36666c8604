"""API clients as a serving process knows them: all of them, by the hashes of their tokens."""

import hashlib
import hmac
import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from itertools import count
from typing import Any

import orjson

from loaders.database import Database, moment, storable
from loaders.perspective import Audience
from models import ANONYMOUS, DisclaimerPolicy

logger = logging.getLogger("caveat")
PREFIX = "caveat_"
"""What every token begins with, so that people and secret scanners recognise one."""
KNOWN = 16
"""Digits of a token's hash by which it is looked up; all of them are then compared in constant time."""
READING = ("content:read",)
"""The scopes for what is published. A partner's public token has no others, whatever its client was given."""
NOBODY = Audience(frozenset())


def new_token() -> str:
    """A token of 256 random bits."""
    return PREFIX + secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is stored of a token: SHA-256, in hex. A slow hash would add nothing to 256 random bits."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True, eq=False)
class ApiClient:
    """Who asks. ``origins`` are those that may ask from a browser; ``budget`` is what it may cost in a minute.

    ``public`` says that its token is no secret: it stands in pages and apps, and its answers may be shared.
    ``serial`` is a number that no other has, nor the same client after a change.
    """

    id: str
    name: str
    audience: Audience
    origins: frozenset[str] = frozenset()
    public: bool = False
    budget: int | None = None
    serial: int = field(default_factory=count().__next__)

    @cached_property
    def open(self) -> bool:
        """Whether pages of every origin may ask."""
        return "*" in self.origins

    def allows(self, origin: bytes) -> bool:
        """Whether pages of an origin may ask, as the header Origin names it."""
        return self.open or origin.decode("latin-1").lower() in self.origins

    @cached_property
    def manner(self) -> tuple[str, bool, bool]:
        """All of a client that can change an answer, or what is said of it to caches and browsers."""
        return self.audience.name, self.public, self.open


NOBODY_KNOWN = ApiClient("", ANONYMOUS, NOBODY)
"""The anonymous client where there is none: it may read nothing."""


@dataclass(frozen=True)
class Clients:
    """All clients at one moment."""

    anonymous: ApiClient = NOBODY_KNOWN
    tokens: dict[str, tuple[str, datetime | None, ApiClient]] = field(default_factory=dict)
    origins: frozenset[str] = frozenset()
    all: tuple[ApiClient, ...] = ()

    @cached_property
    def unknown(self) -> ApiClient:
        """Whoever asks, while it is not known who: pages of any client's origins may read why they were refused."""
        return ApiClient("", "unknown", NOBODY, self.origins)

    def of(self, token: str) -> ApiClient | None:
        """The client of a token; None where the token is unknown, revoked or expired."""
        given = digest(token)
        known, expires, client = self.tokens.get(given[:KNOWN], ("", None, None))
        if not hmac.compare_digest(given, known) or (expires is not None and expires <= datetime.now(UTC)):
            return None
        return client


COLUMNS = "id, name, scopes, policy, partner, physicians, introspection, documents_only, origins, public, budget"


async def clients(database: Database) -> Clients:
    """The clients that are not revoked, and their tokens: two statements."""
    lines = await database.fetch(f"SELECT {COLUMNS} FROM client WHERE revoked_at IS NULL", {})
    by_id = {client.id: client for line in lines if (client := _readable(line)) is not None}
    lines = await database.fetch("SELECT client_id, hash, expires_at FROM token", {})
    tokens = {
        hash[:KNOWN]: (hash, moment(expires), by_id[str(client)])
        for client, hash, expires in lines
        if str(client) in by_id
    }
    anonymous = next((client for client in by_id.values() if client.name == ANONYMOUS), NOBODY_KNOWN)
    origins = frozenset(origin for client in by_id.values() for origin in client.origins)
    return Clients(anonymous, tokens, origins, tuple(by_id.values()))


async def client_ever(name: str, database: Database) -> tuple[ApiClient, datetime, datetime | None] | None:
    """The client of a name, with when it was made, and when revoked; None where there never was one, or none is read.

    Its settings are those that it has now, or had when it was revoked.
    """
    lines = await database.fetch(
        f"SELECT {COLUMNS}, created_at, revoked_at FROM client WHERE name = :name", {"name": storable(name)}
    )
    for *line, made, revoked in lines:
        client = _readable(line)
        return None if client is None else (client, moment(made), moment(revoked))
    return None


def _readable(line: Sequence[Any]) -> ApiClient | None:
    """A client; None for a row that was spoilt by hand, which then opens no door and stops nobody else."""
    try:
        return _client(*line)
    except (ValueError, TypeError):
        logger.error("the client %s cannot be read, and is left out", line[1])
        return None


def _client(*line: Any) -> ApiClient:
    id, name, scopes, policy, partner, physicians, introspection, documents_only, origins, public, budget = line
    shown = _list(physicians)
    allowed = frozenset(_list(scopes) or ())
    audience = Audience(
        scopes=allowed & set(READING) if partner and public else allowed,
        partner=bool(partner),
        physicians=None if shown is None else frozenset(shown),
        policy=DisclaimerPolicy(policy),
        introspection=bool(introspection),
        documents=str(id) if documents_only else None,
    )
    return ApiClient(str(id), name, audience, frozenset(_list(origins) or ()), bool(public), budget)


def _list(stored: Any) -> Sequence[str] | None:
    """A JSON column, which comes as text from both databases."""
    return None if stored is None else orjson.loads(stored)


async def document(client: str, hash: str, now: datetime, database: Database) -> str | None:
    """The text of a client's trusted document that is valid still; None where there is none."""
    lines = await database.fetch(
        "SELECT text FROM document WHERE client_id = :client AND hash = :hash"
        " AND (expires_at IS NULL OR expires_at > :now)",
        {"client": client, "hash": storable(hash), "now": now},
    )
    return str(lines[0][0]) if lines else None
