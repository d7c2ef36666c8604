"""The head of the graph, and past moments of it."""

from datetime import UTC, datetime

from errors import BadRequest
from loaders.database import Database


def instant(given: datetime, name: str) -> datetime:
    """A moment that a client gave, in UTC. Raises BadRequest where it has no offset, or lies beyond the calendar."""
    if given.tzinfo is None:
        raise BadRequest(f"{name} needs an offset from UTC, for example 2026-03-01T00:00:00Z.")
    try:
        return given.astimezone(UTC)
    except OverflowError:
        raise BadRequest(f"{name} is beyond the years that there are: {given.isoformat()}.") from None


async def revision(database: Database) -> int:
    """The newest revision; 0 where nothing was ever published."""
    lines = await database.fetch("SELECT revision FROM graph_head", {})
    return int(lines[0][0])


async def position(database: Database) -> tuple[int, int]:
    """The newest revision, and the number of the newest change of clients."""
    ((revision, access),) = await database.fetch("SELECT revision, access FROM graph_head", {})
    return int(revision), int(access)


async def revision_at(moment: datetime, database: Database) -> int:
    """The newest revision that is not later than a moment; 0 before the first."""
    lines = await database.fetch(
        "SELECT coalesce(max(revision), 0) FROM publication WHERE time <= :moment", {"moment": moment}
    )
    return int(lines[0][0])


async def erased_between(after: int, until: int, database: Database) -> bool:
    """Whether something was erased after a revision, up to another."""
    lines = await database.fetch(
        "SELECT count(*) FROM publication WHERE revision > :after AND revision <= :until AND action = 'ERASED'",
        {"after": after, "until": until},
    )
    return int(lines[0][0]) > 0
