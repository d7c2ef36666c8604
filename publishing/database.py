"""The database that is written to: opening it, migrating it, and refusing one that does not fit this code."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tortoise import Tortoise, connections
from tortoise.migrations.api.migrate import migrate as run_migrations
from tortoise.migrations.executor import MigrationExecutor

from errors import NotReady
from models import GraphHead
from publishing.transaction import granting

APP = "models"
BUSY_MS = 60_000  # how long a SQLite writer waits for another; releases are short, imports write batch by batch


def tortoise_config(url: str) -> dict[str, Any]:
    """Tortoise's configuration for a database URL. Connections go by the dialect: Tortoise keeps SQL by their name."""
    dialect = url.partition(":")[0]
    patient = f"{url}{'&' if '?' in url else '?'}busy_timeout={BUSY_MS}" if dialect == "sqlite" else url
    return {
        "connections": {dialect: patient},
        "apps": {APP: {"models": ["models"], "migrations": "migrations", "default_connection": dialect}},
        "use_tz": True,
        "timezone": "UTC",
    }


CONFIG = tortoise_config("sqlite://var/caveat.db")  # for Tortoise's own command: makemigrations


@asynccontextmanager
async def opened(url: str, *, check: bool = True) -> AsyncIterator[None]:
    """Tortoise, connected. Raises NotReady for a database that does not fit, unless ``check`` is off."""
    if url.startswith("sqlite://"):
        Path(url.removeprefix("sqlite://").partition("?")[0]).parent.mkdir(parents=True, exist_ok=True)
    await Tortoise.init(config=tortoise_config(url))
    try:
        if check:
            await _refuse_misfit(url)
        yield
    finally:
        await Tortoise.close_connections()


async def migrate(url: str, target: str | None = None) -> list[str]:
    """Bring the database to the newest schema, or to the migration ``target``; returns what was applied."""
    applied: list[str] = []

    def note(event: str, _app: str, name: str) -> None:
        if event == "apply_done":
            applied.append(name)

    async with opened(url, check=False):
        _, newer = await _distance(url)
        if newer:
            raise NotReady(_NEWER)
        goal = f"{APP}.{target}" if target else None
        await run_migrations(config=tortoise_config(url), target=goal, direction="forward", progress=note)
    return applied


_NEWER = "The database is newer than this version of Caveat. Update Caveat, or restore a backup of the database."


async def _distance(url: str) -> tuple[list[str], list[str]]:
    """The migrations that the database lacks, and those that it has and this code does not know."""
    config = tortoise_config(url)
    (connection,) = config["connections"]
    executor = MigrationExecutor(connections.get(connection), config["apps"])
    await executor.loader.build_graph()
    known = {key.name for key in executor.loader.graph.nodes}
    applied = {key.name for key in await executor.recorder.applied_migrations()}
    return sorted(known - applied), sorted(applied - known)


async def _refuse_misfit(url: str) -> None:
    missing, newer = await _distance(url)
    if newer:
        raise NotReady(_NEWER)
    if missing:
        raise NotReady(f"The database lacks {len(missing)} migration(s). Run: caveat migrate")


async def reseal() -> None:
    """Have every copy of the graph start again: its scope is another from now on, and no position holds."""
    async with granting():
        await GraphHead.all().update(seal=secrets.token_hex(32))
