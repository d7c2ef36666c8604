"""The live graph as this process knows it: the database, the head, and what is kept of both."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg

from cache import Cache
from loaders import head
from loaders.clients import Clients, clients
from loaders.database import Database

logger = logging.getLogger("caveat")
CHANNEL = "caveat_revision"
EVERY_SECONDS = {"sqlite": 0.1, "postgres": 1.0}
"""How often the head is looked at: a read of 11 µs on SQLite, on PostgreSQL a safety net under LISTEN/NOTIFY."""


class Graph:
    """Where operations read. The revision only grows; caches are emptied when something was erased.

    ``access`` is the number of the newest change of what is no content: ``clients``, their documents, and synonyms, at
    which caches are emptied too; ``looked`` is when the head was looked at last, by the monotonic clock.
    """

    def __init__(self, database: Database, revision: int, cache: Cache[Any] | None) -> None:
        self.database = database
        self.revision = revision
        self.cache = cache
        self.access = -1
        self.clients = Clients()
        self.looked = 0.0
        self.emptied: list[Cache[Any]] = [] if cache is None else [cache]
        self._news = asyncio.Event()
        self._moved = asyncio.Event()

    def look(self, *_: Any) -> None:
        """Have the head looked at now."""
        self._news.set()

    async def reach(self, revision: int, seconds: float) -> bool:
        """Whether the head is at a revision or beyond, now or within some seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self.revision < revision:
                    self.look()
                    await self._moved.wait()
        return self.revision >= revision

    async def follow(self) -> None:
        """Follow the head for as long as the process runs. What fails is tried again at the next turn."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(EVERY_SECONDS[self.database.dialect]):
                    await self._news.wait()
            self._news.clear()
            try:
                await self.advance()
            except Exception:
                logger.exception("looking for a new revision failed")
                await asyncio.sleep(EVERY_SECONDS[self.database.dialect])

    async def advance(self) -> None:
        """Take over the newest revision and the newest clients, where there are newer ones."""
        newest, access = await head.position(self.database)
        if access != self.access:
            self.clients = await clients(self.database)
            if self.access >= 0:
                self._forget()  # what searching finds depends on editors' synonyms too
            self.access = access
        self.looked = time.monotonic()
        if newest <= self.revision:
            return
        if await head.erased_between(self.revision, newest, self.database):
            self._forget()
        self.revision = newest
        self._moved.set()
        self._moved = asyncio.Event()

    def _forget(self) -> None:
        for cache in self.emptied:
            cache.clear()


@asynccontextmanager
async def followed(database: Database, url: str, cache: Cache[Any] | None) -> AsyncIterator[Graph]:
    """The graph in a database, which follows the head while it is open."""
    graph = Graph(database, await head.revision(database), cache)
    await graph.advance()
    tasks = [asyncio.create_task(graph.follow())]
    if database.dialect == "postgres":
        tasks.append(asyncio.create_task(_listen(url, graph.look)))
    try:
        yield graph
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _listen(url: str, told: Callable[..., None]) -> None:
    """Call ``told`` whenever PostgreSQL says that there is a new revision. A lost connection is made again."""
    while True:
        try:
            connection = await asyncpg.connect(url)
            try:
                lost = asyncio.Event()
                connection.add_termination_listener(lambda *_, lost=lost: lost.set())
                await connection.add_listener(CHANNEL, told)
                told()
                await lost.wait()
            finally:
                with suppress(Exception):
                    await connection.close(timeout=1)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            logger.warning("not listening for revisions: %s", type(error).__name__)
        await asyncio.sleep(EVERY_SECONDS["postgres"])
