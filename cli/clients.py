"""API clients: who may ask, and what each is allowed."""

import asyncio
import sys
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import orjson
import typer

from cli.times import moment, span
from errors import BadRequest
from models import Client, DisclaimerPolicy, Token
from publishing import clients
from publishing.clients import Listed
from publishing.database import opened
from publishing.save import utc_now
from settings import Settings

Policy = StrEnum("Policy", [(policy.value, policy.value) for policy in DisclaimerPolicy])  # type: ignore[misc]
FLAGS = ("partner", "public", "introspection", "documents_only")

Name = Annotated[str, typer.Argument(help="The client's name, as clinic-website.")]
Scopes = Annotated[str | None, typer.Option(help="What it may do: content:read,content:preview,…, or none.")]
Origins = Annotated[
    str | None, typer.Option(help="Sites whose pages may ask: https://clinic.example,…; * for any, or none.")
]
PolicyOption = Annotated[
    Policy | None,
    typer.Option(help="What becomes of articles asked for without their disclaimer: ATTACH it, or REQUIRE asking."),
]
Partner = Annotated[bool | None, typer.Option(help="A partner sees physicians who consented to syndication, only.")]
Public = Annotated[bool | None, typer.Option(help="Its token is no secret, and caches may share its answers.")]
Introspection = Annotated[bool | None, typer.Option(help="It may ask the API for its schema.")]
DocumentsOnly = Annotated[bool | None, typer.Option(help="It may ask its trusted documents, and nothing else.")]
Physicians = Annotated[str | None, typer.Option(help="The physicians it may show, by slug or id; all, or none.")]
Budget = Annotated[str | None, typer.Option(help="How many fields it may ask for in a minute, or unlimited.")]
Expires = Annotated[
    str | None, typer.Option(help="When the token ends: 90d, or 2027-01-31 (0:00 UTC). By default never.")
]


def create(
    name: Name,
    scopes: Scopes = None,
    origins: Origins = None,
    policy: PolicyOption = None,
    partner: Partner = None,
    public: Public = None,
    introspection: Introspection = None,
    documents_only: DocumentsOnly = None,
    physicians: Physicians = None,
    budget: Budget = None,
    expires: Expires = None,
) -> None:
    """Make a client and print its token: on standard output and once, as only its hash is kept.

    It may read what is published, has the policy ATTACH and no limits of its own, unless you say otherwise.
    """
    given = _given(scopes, origins, policy, physicians, budget) | _flags(partner, public, introspection, documents_only)
    ends = moment(expires, utc_now())

    async def run() -> str:
        async with opened(Settings().database_url):
            return await clients.create(name, given, expires=ends)

    _show(asyncio.run(run()), f"The client {name} is made.", ends)


def list_(json: Annotated[bool, typer.Option(help="Print JSON, for scripts.")] = False) -> None:
    """List the clients with their settings and the ends of their tokens. Tokens themselves are not kept."""

    async def run() -> Sequence[Listed]:
        async with opened(Settings().database_url):
            return await clients.listed()

    found = asyncio.run(run())
    if json:
        typer.echo(orjson.dumps([_record(each) for each in found], option=orjson.OPT_INDENT_2).decode())
        return
    for each in found:
        typer.echo("\n    ".join(_lines(each)))


def update(
    name: Name,
    scopes: Scopes = None,
    origins: Origins = None,
    policy: PolicyOption = None,
    partner: Partner = None,
    public: Public = None,
    introspection: Introspection = None,
    documents_only: DocumentsOnly = None,
    physicians: Physicians = None,
    budget: Budget = None,
) -> None:
    """Change what you name of a client, and nothing else. The client of those without a token is anonymous."""
    given = _given(scopes, origins, policy, physicians, budget) | _flags(partner, public, introspection, documents_only)
    if not given:
        raise BadRequest("Say what to change: caveat clients update --help lists the settings.")

    async def run() -> bool:
        async with opened(Settings().database_url):
            return await clients.update(name, given)

    typer.echo(f"The client {name} is changed." if asyncio.run(run()) else f"The client {name} is so already.")


def rotate(
    name: Name,
    grace: Annotated[str, typer.Option(help="How long the tokens before it work still: 30m, 24h, 7d, 0h.")] = "24h",
    expires: Expires = None,
) -> None:
    """Give a client a new token, printed once on standard output. The ones before it end when the grace is over."""
    left, ends = span(grace), moment(expires, utc_now())

    async def run() -> tuple[str, int]:
        async with opened(Settings().database_url):
            return await clients.rotate(name, grace=left, expires=ends)

    token, others = asyncio.run(run())
    rest = f"; {others} before it work for {grace} at the most" if others else ", and no other"
    _show(token, f"The client {name} has a new token{rest}.", ends)


def revoke(
    name: Name,
    token: Annotated[str | None, typer.Option(help="The end of one token, as the list shows it.")] = None,
) -> None:
    """Revoke a client for good, or one of its tokens. Servers refuse it within a second."""

    async def run() -> None:
        async with opened(Settings().database_url):
            await clients.revoke(name, hint=token)

    asyncio.run(run())
    typer.echo(f"The token …{token} of {name} is revoked." if token else f"The client {name} is revoked.")


def _given(
    scopes: str | None, origins: str | None, policy: Policy | None, physicians: str | None, budget: str | None
) -> dict[str, Any]:
    """The settings that were named, those with values."""
    given: dict[str, Any] = {}
    for name, text in {"scopes": scopes, "origins": origins, "physicians": physicians}.items():
        if text is not None:
            given[name] = [] if text == "none" else [each.strip() for each in text.split(",") if each.strip()]
    if physicians == "all":
        given["physicians"] = None
    if policy is not None:
        given["policy"] = DisclaimerPolicy(policy.value)
    if budget is not None:
        given["budget"] = None if budget == "unlimited" else _number(budget)
    return given


def _number(budget: str) -> int:
    if not (budget.isascii() and budget.isdigit() and len(budget) < 20):
        raise BadRequest(f"--budget {budget}: write a number of fields, as 100000, or unlimited.")
    return int(budget)


def _flags(*values: bool | None) -> dict[str, bool]:
    """The settings that were named, those that are on or off."""
    return {name: value for name, value in zip(FLAGS, values, strict=True) if value is not None}


def _show(token: str, done: str, ends: datetime | None) -> None:
    """A token alone on standard output; the words about it on standard error."""
    until = f"It ends at {ends:%Y-%m-%d %H:%M} UTC." if ends else "It does not end by itself."
    typer.echo(f"{done} This is its token, shown this once. {until}", err=True)
    sys.stderr.flush()
    typer.echo(token)
    typer.echo("Requests carry it as the header: Authorization: Bearer TOKEN", err=True)


def _record(listed: Listed) -> dict[str, Any]:
    """A client as JSON."""
    client = listed.client
    return {
        "name": client.name,
        "scopes": client.scopes,
        "origins": client.origins,
        "policy": client.policy.value,
        "partner": client.partner,
        "public": client.public,
        "introspection": client.introspection,
        "documentsOnly": client.documents_only,
        "physicians": client.physicians,
        "budget": client.budget,
        "documents": listed.documents,
        "createdAt": client.created_at,
        "revokedAt": client.revoked_at,
        "tokens": [
            {"hint": token.hint, "createdAt": token.created_at, "expiresAt": token.expires_at}
            for token in listed.tokens
        ],
    }


def _lines(listed: Listed) -> list[str]:
    """A client for people: a line of its own, and a line for whatever else it has."""
    client = listed.client
    flags = [name.replace("_", "-") for name in FLAGS if getattr(client, name)]
    lines = ["  ".join([client.name, ",".join(client.scopes) or "no scopes", client.policy.value, *flags])]
    if client.revoked_at is not None:
        lines.append(f"revoked on {client.revoked_at:%Y-%m-%d}")
    lines += _limits(client)
    if listed.documents:
        lines.append(f"documents: {listed.documents}")
    return lines + [_token_line(token) for token in listed.tokens]


def _limits(client: Client) -> list[str]:
    lines = [f"origins: {', '.join(client.origins)}"] if client.origins else []
    if client.physicians is not None:
        lines.append(f"physicians: {', '.join(client.physicians) or 'none'}")
    if client.budget is not None:
        lines.append(f"budget: {client.budget} fields a minute")
    return lines


def _token_line(token: Token) -> str:
    until = f"until {token.expires_at:%Y-%m-%d %H:%M} UTC" if token.expires_at else "without an end"
    return f"token …{token.hint}  made {token.created_at:%Y-%m-%d}, {until}"


COMMANDS = (create, list_, update, rotate, revoke)
