"""Whether the server is ready for requests: what a balancer asks before it sends any."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from delivery.connections import Connections
from loaders import head
from loaders.database import migrations
from loaders.graph import EVERY_SECONDS, Graph

logger = logging.getLogger("caveat")
PATIENCE = 2.0
"""Seconds that each check has."""
KEPT = 1.0
"""Seconds for which the outcome is told again: anyone may ask, and each asking reads the database."""
LATE = 10.0
"""Seconds after which a head that was not looked at is a follower that is stuck."""


@dataclass
class Readiness:
    """Looks whether the server is ready: the outcome of each check, ``ok`` or what is wrong, in a word or two."""

    connections: Connections
    _fitting: frozenset[str] = frozenset()
    _outcome: dict[str, str] = field(default_factory=dict)
    _since: float = -KEPT

    async def begin(self, graph: Graph) -> None:
        """Remember the migrations of a database that fits."""
        self._fitting = await migrations(graph.database)

    async def __call__(self, graph: Graph) -> dict[str, str]:
        """The outcome of each check. Nothing internal is in it; the log has what failed."""
        if self.connections.draining:
            return {"server": "stopping"}
        if time.monotonic() - self._since >= KEPT:
            self._since = time.monotonic()
            self._outcome = await self._looked(graph)
        return self._outcome

    async def _looked(self, graph: Graph) -> dict[str, str]:
        checks: dict[str, Callable[[Graph], Awaitable[str]]] = {
            "database": self._database,
            "migrations": self._migrations,
            "follower": self._follower,
            "lag": self._lag,
        }
        outcomes = await asyncio.gather(*(_bounded(name, check(graph)) for name, check in checks.items()))
        return dict(zip(checks, outcomes, strict=True))

    async def _database(self, graph: Graph) -> str:
        await head.revision(graph.database)
        return "ok"

    async def _migrations(self, graph: Graph) -> str:
        """More migrations than there were are no reason to stop: a rolling update migrates first."""
        return "ok" if self._fitting <= await migrations(graph.database) else "some are gone"

    async def _follower(self, graph: Graph) -> str:
        patience = LATE * EVERY_SECONDS[graph.database.dialect]
        return "ok" if time.monotonic() - graph.looked < max(patience, LATE) else "stuck"

    async def _lag(self, graph: Graph) -> str:
        newest = await head.revision(graph.database)
        return "ok" if await graph.reach(newest, PATIENCE / 2) else "behind the log"


async def _bounded(name: str, check: Awaitable[str]) -> str:
    try:
        async with asyncio.timeout(PATIENCE):
            return await check
    except TimeoutError:
        return "no answer in time"
    except Exception as error:
        logger.warning("not ready, %s: %s", name, type(error).__name__)
        return "failed"
