"""The head of the graph, and past moments of it."""

from datetime import datetime

from loaders.database import Database


async def revision(database: Database) -> int:
    """The newest revision; 0 where nothing was ever published."""
    lines = await database.fetch("SELECT revision FROM graph_head", {})
    return int(lines[0][0])


async def revision_at(moment: datetime, database: Database) -> int:
    """The newest revision that is not later than a moment; 0 before the first."""
    lines = await database.fetch(
        "SELECT coalesce(max(revision), 0) FROM publication WHERE time <= :moment", {"moment": moment}
    )
    return int(lines[0][0])
