"""Commands that change what is live: publish, schedule, withdraw, erase."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer

from errors import BadRequest, NotFound
from models import Edition
from publishing import release
from publishing.database import opened
from publishing.directory import resolve
from publishing.release import Withdrawal
from settings import Settings

Who = Annotated[str, typer.Option(help="Who does it, for the log.")]
Locale = Annotated[str | None, typer.Option(help="The locale; the site's default where absent.")]
References = Annotated[list[str] | None, typer.Argument(help="Nodes, as kind/slug or by id.")]


def publish(
    nodes: References = None,
    due: Annotated[bool, typer.Option(help="Publish the scheduled drafts that are due.")] = False,
    locale: Locale = None,
    who: Who = "command line",
) -> None:
    """Publish the drafts of some nodes together, or with --due the scheduled drafts whose time has come."""
    asyncio.run(_publish(nodes or [], due, locale, who))


async def _publish(nodes: Sequence[str], due: bool, locale: str | None, who: str) -> None:
    settings = Settings()
    if due == bool(nodes):
        raise BadRequest("Name nodes to publish, or use --due, not both.")
    async with opened(settings.database_url):
        if due:
            revisions, refused = await release.publish_due(settings)
            for problem in refused:
                typer.echo(f"kept back: {problem}", err=True)
            typer.echo(f"Revisions: {', '.join(map(str, revisions))}." if revisions else "Nothing was due.")
            if refused:
                raise typer.Exit(1)
            return
        drafts = [await draft_of(node, locale or settings.default_locale) for node in nodes]
        typer.echo(f"Revision {await release.release(settings, publish=drafts, who=who)}.")


def schedule(
    node: Annotated[str, typer.Argument(help="The node, as kind/slug or by id.")],
    at: Annotated[datetime | None, typer.Argument(help="When, in UTC; off the schedule where absent.")] = None,
    locale: Locale = None,
) -> None:
    """Have the draft of a node published at a time."""

    async def run() -> None:
        settings = Settings()
        async with opened(settings.database_url):
            draft = await draft_of(node, locale or settings.default_locale)
            await release.schedule(draft, at.replace(tzinfo=UTC) if at else None)

    asyncio.run(run())


def withdraw(
    nodes: Annotated[list[str], typer.Argument(help="Nodes, as kind/slug or by id.")],
    reason: Annotated[str | None, typer.Option(help="Why: apps tell their readers, so name nobody.")] = None,
    locale: Locale = None,
    who: Who = "command line",
) -> None:
    """Withdraw some nodes in a locale, together."""

    async def run() -> None:
        settings = Settings()
        async with opened(settings.database_url):
            chosen = [await node_of(node) for node in nodes]
            leaving = [Withdrawal(node, locale or settings.default_locale, reason) for node in chosen]
            typer.echo(f"Revision {await release.release(settings, withdraw=leaving, who=who)}.")

    asyncio.run(run())


def erase(
    node: Annotated[str, typer.Argument(help="The node, as kind/slug or by id.")],
    reason: Annotated[str | None, typer.Option(help="Why; it goes into the log.")] = None,
    who: Who = "command line",
) -> None:
    """Blank the text of a node's past editions for good."""

    async def run() -> None:
        async with opened(Settings().database_url):
            typer.echo(f"Revision {await release.erase(await node_of(node), who=who, reason=reason)}.")

    asyncio.run(run())


async def node_of(reference: str) -> str:
    """The id of the node that a reference names. Raises NotFound."""
    found = await resolve([reference])
    if reference not in found:
        raise NotFound(f"There is no node {reference}. Name it as kind/slug, for example article/back-pain.")
    return found[reference][0]


async def draft_of(reference: str, locale: str) -> str:
    """The id of a node's draft in a locale. Raises NotFound."""
    draft = await Edition.get_or_none(node_id=await node_of(reference), locale=locale, since=None)
    if draft is None:
        raise NotFound(f"{reference} has no draft in {locale}.")
    return str(draft.id)


COMMANDS = (publish, schedule, withdraw, erase)
