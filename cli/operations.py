"""Trusted documents: the operations of clients, stored before they are asked for."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from engine.operations import Terms
from models import Client, Document
from publishing import documents
from publishing.database import opened
from publishing.documents import Broken, Judge, Pushed, schema_of
from schema.build import schema as served
from schema.policy import TERMS
from settings import Settings

ClientName = Annotated[str, typer.Option(help="The client whose documents they are.")]


def terms(client: Client) -> Terms:
    """On what terms the operations of a client are read: its disclaimer policy, and its receipts."""
    return TERMS[client.policy, True, client.partner]


def push(
    manifest: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, help="The manifest of Apollo, Relay or GraphQL Code Generator."),
    ],
    client: ClientName,
) -> None:
    """Make the documents of a manifest those of a client. What is wrong is reported, all of it, and nothing stored.

    Documents that the manifest lacks stay valid for CAVEAT_DOCUMENT_DAYS.
    """

    async def run() -> Pushed:
        settings = Settings()
        judge = Judge(served._schema, settings, terms)
        async with opened(settings.database_url):
            return await documents.push(client, manifest.read_bytes(), judge, settings)

    typer.echo(f"{asyncio.run(run())}.")


def list_(client: ClientName) -> None:
    """List the documents of a client that are valid: id, name, and when they end where they do."""

    async def run() -> Sequence[Document]:
        async with opened(Settings().database_url):
            return await documents.documents(client)

    for each in asyncio.run(run()):
        until = [f"until {each.expires_at:%Y-%m-%d %H:%M} UTC"] if each.expires_at else []
        typer.echo("  ".join([each.hash, each.name or "(no name)", *until]))


def check(
    schema: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="A schema file to check against; this version's where absent."),
    ] = None,
) -> None:
    """Say which valid documents of all clients a schema would break. The exit code is 1 where any is."""

    async def run() -> tuple[int, Sequence[Broken]]:
        settings = Settings()
        judge = Judge(served._schema if schema is None else schema_of(schema.read_bytes()), settings, terms)
        async with opened(settings.database_url):
            return await documents.broken(judge)

    count, found = asyncio.run(run())
    for each in found:
        typer.echo("  ".join([each.client, each.name or "(no name)", each.id, each.error]))
    typer.echo(f"{len({(each.client, each.id) for each in found})} of {count} documents would break.", err=True)
    if found:
        raise typer.Exit(1)


COMMANDS = (push, list_, check)
