"""Clients and their tokens: made, changed, given new tokens, and revoked.

A token is returned once, to be shown; the database has its hash only. Serving processes notice each change.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tortoise.expressions import Q

from errors import BadRequest, NotFound
from loaders.clients import READING, digest, new_token
from models import ANONYMOUS, Client, Document, Token
from publishing.client_settings import checked, checked_name, refuse_open_secrets
from publishing.save import Clock, utc_now
from publishing.transaction import granting, writing

HINT = 6
"""How many of a token's last characters are kept, to tell tokens apart: 222 of its bits stay unknown."""
EXPOSING = ("scopes", "partner", "public")
"""The settings that decide together what a token which is no secret may do."""


@dataclass(frozen=True)
class Listed:
    """A client as it is listed: with its tokens, the newest first, and the number of its documents."""

    client: Client
    tokens: Sequence[Token]
    documents: int


async def create(
    name: str, given: Mapping[str, Any], *, expires: datetime | None = None, clock: Clock = utc_now
) -> str:
    """Make a client that may read, or what ``given`` says; returns its token. Raises BadRequest and NotFound."""
    checked_name(name)
    async with granting():
        known = await Client.get_or_none(name=name)
        if known is not None:
            raise BadRequest(_taken(known))
        values = await checked({"scopes": READING, "partner": False, "public": False} | dict(given))
        refuse_open_secrets(values)
        client = await Client.create(name=name, created_at=clock(), **values)
        return await _issue(client, expires, clock())


async def update(name: str, given: Mapping[str, Any]) -> bool:
    """Change settings of a client, the given ones only; returns whether any differs. Raises BadRequest and NotFound."""
    async with writing():
        client = await active(name)
        values = await checked(given)
        if not values.keys().isdisjoint(EXPOSING):
            refuse_open_secrets({each: getattr(client, each) for each in EXPOSING} | values)
        differs = [each for each, value in values.items() if getattr(client, each) != value]
        if differs:
            async with granting():
                await Client.filter(id=client.id).update(**{each: values[each] for each in differs})
    return bool(differs)


async def rotate(
    name: str, *, grace: timedelta, expires: datetime | None = None, clock: Clock = utc_now
) -> tuple[str, int]:
    """Give a client a new token; returns it, and how many others work until ``grace`` is over.

    A token that ends sooner by itself keeps its end; those that ended already are forgotten.
    """
    async with granting():
        client = await active(name)
        _refuse_anonymous(client, "has no token: it is whoever sends none.")
        now = clock()
        others = Token.filter(client_id=client.id)
        await others.filter(Q(expires_at=None) | Q(expires_at__gt=now + grace)).update(expires_at=now + grace)
        await others.filter(expires_at__lte=now).delete()
        left = await others.count()
        return await _issue(client, expires, now), left


async def revoke(name: str, *, hint: str | None = None, clock: Clock = utc_now) -> None:
    """End a client for good, or with ``hint`` one of its tokens: at once. Raises BadRequest and NotFound."""
    async with granting():
        client = await active(name)
        if hint is not None:
            if not await Token.filter(client_id=client.id, hint=hint).delete():
                raise NotFound(f"{name} has no token that ends in {hint}. `caveat clients list` shows their ends.")
            return
        _refuse_anonymous(
            client, "cannot be revoked. Take its scopes away: caveat clients update anonymous --scopes none"
        )
        await Client.filter(id=client.id).update(revoked_at=clock())


async def listed() -> list[Listed]:
    """Every client by name, the revoked ones too: three statements."""
    clients = await Client.all().order_by("name")
    tokens = await Token.all().order_by("-created_at", "id")
    documents = Counter([document.client_id for document in await Document.all().only("id", "client_id")])  # type: ignore[attr-defined]
    of = {client.id: [token for token in tokens if _client_id(token) == client.id] for client in clients}
    return [Listed(client, of[client.id], documents[client.id]) for client in clients]


async def active(name: str) -> Client:
    """The client of a name, which is not revoked. Raises NotFound and BadRequest."""
    client = await Client.get_or_none(name=name)
    if client is None:
        raise NotFound(f"There is no client {name[:100]}. `caveat clients list` shows those there are.")
    if client.revoked_at is not None:
        raise BadRequest(f"The client {name} was revoked on {client.revoked_at:%Y-%m-%d}: make another.")
    return client


async def _issue(client: Client, expires: datetime | None, now: datetime) -> str:
    if expires is not None and expires <= now:
        raise BadRequest(f"The token would have ended already, at {expires:%Y-%m-%d %H:%M} UTC.")
    token = new_token()
    await Token.create(client=client, hash=digest(token), hint=token[-HINT:], created_at=now, expires_at=expires)
    return token


def _client_id(token: Token) -> UUID:
    return token.client_id  # type: ignore[attr-defined, no-any-return]


def _refuse_anonymous(client: Client, why: str) -> None:
    if client.name == ANONYMOUS:
        raise BadRequest(f"The client {ANONYMOUS} {why}")


def _taken(client: Client) -> str:
    if client.revoked_at is not None:
        return f"There was a client {client.name}, revoked on {client.revoked_at:%Y-%m-%d}: choose another name."
    return (
        f"There is a client {client.name} already. Change it with `caveat clients update {client.name}`,"
        f" or give it a new token with `caveat clients rotate {client.name}`."
    )
