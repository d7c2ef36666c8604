"""Commands that prepare a server: migrate, reindex, reseal, settings."""

import asyncio
from typing import Any

import typer

from publishing import database, search_index
from settings import Settings


def migrate() -> None:
    """Bring the database to the schema of this version."""
    applied = asyncio.run(_migrate(Settings().database_url))
    typer.echo(f"Applied {', '.join(applied)}." if applied else "The database is up to date.")


async def _migrate(url: str) -> list[str]:
    applied = await database.migrate(url)
    async with database.opened(url):
        if await search_index.is_missing():
            await search_index.rebuild()
    return applied


def reindex() -> None:
    """Write the index of the search anew. Reading goes on meanwhile; publishing waits."""
    typer.echo(f"Indexed {asyncio.run(_reindex(Settings().database_url))} editions.")


async def _reindex(url: str) -> int:
    async with database.opened(url):
        return await search_index.rebuild()


def reseal() -> None:
    """Have every copy of the graph start again, and every sync: after a backup was restored, or content was copied.

    Copies cannot tell by the revision that the graph went back. Servers hear of it within a second.
    """
    asyncio.run(_reseal(Settings().database_url))
    typer.echo("Every copy of the graph starts again at its next sync.")


async def _reseal(url: str) -> None:
    async with database.opened(url):
        await database.reseal()


def settings() -> None:
    """List every setting: its variable, its value now, and what it means. Passwords are not shown."""
    values = Settings()
    for name, field in Settings.model_fields.items():
        typer.echo(f"{variable(name)}={shown(name, getattr(values, name))}\n    {field.description}")


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return f"CAVEAT_{name.upper()}"


def shown(name: str, value: Any) -> str:
    """A setting's value as it is written in the environment, without a password."""
    if isinstance(value, dict):
        return ",".join(f"{key}={each}" for key, each in value.items())
    if isinstance(value, tuple):
        return ",".join(value)
    text = str(value)
    if name != "database_url" or "@" not in text:
        return text
    before, _, after = text.rpartition("@")
    scheme, _, user = before.partition("://")
    return f"{scheme}://{user.partition(':')[0]}:***@{after}"


COMMANDS = (migrate, reindex, reseal, settings)
