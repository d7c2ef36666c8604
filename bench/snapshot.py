"""What a copy costs: a snapshot of the corpus by ``changes`` beside the same articles by ``articles``, and deltas.

``python -m bench.snapshot --databases sqlite,postgres`` prints tables; both run in this process, in turn.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import typer

from bench import dataset, report
from cache import Cache
from loaders import head
from loaders.database import Database, reading
from loaders.perspective import Audience
from publishing.database import opened
from schema.context import Context
from schema.execution import Executions
from settings import Settings

TEXT = (Path(__file__).parent / "operations" / "snapshot.graphql").read_text(encoding="utf-8")
SIZES = (20, 100)
TIMES = 5
STARTS: dict[str, Any] = {"Snapshot": 0, "List": None}
"""The operations of the file, and where each starts."""


@dataclass
class Reader:
    """Reads all pages of an operation, encoded as they leave."""

    database: Database
    executions: Executions
    cache: Cache[Any] | None

    async def pages(self, name: str, after: Any, size: int) -> tuple[int, int]:
        """How many nodes there are, and how many bytes they take."""
        nodes, taken, more = 0, 0, True
        while more:
            context = Context(self.database, Settings(), Audience(), graph=self.cache)
            result = await self.executions(TEXT, {"after": after, "first": size}, context, name)
            assert result.data is not None, result.errors
            taken += len(orjson.dumps(result.data))
            page = result.data["page"]
            nodes += len(page["nodes"])
            more, after = page["pageInfo"]["hasNextPage"], page.get("next") or page["pageInfo"]["next"]
        return nodes, taken

    async def seconds(self, name: str, after: Any, size: int) -> float:
        """How long reading takes."""
        start = time.perf_counter()
        await self.pages(name, after, size)
        return time.perf_counter() - start


@asynccontextmanager
async def _reader(url: str, cached: bool) -> AsyncIterator[Reader]:
    async with opened(url), reading(url) as database:
        yield Reader(database, Executions(Settings(max_cost=10**9)), Cache(1_000_000_000) if cached else None)


async def _snapshots(url: str) -> list[list[str]]:
    """The rows of a table: for each page size, without caches and from a warm graph cache, the quickest of some."""
    rows = []
    for cached, size in ((cached, size) for cached in (False, True) for size in SIZES):
        async with _reader(url, cached) as reader:
            counts = {name: await reader.pages(name, after, size) for name, after in STARTS.items()}
            taken = dict.fromkeys(STARTS, float("inf"))
            for _ in range(TIMES):
                for name, after in STARTS.items():
                    taken[name] = min(taken[name], await reader.seconds(name, after, size))
        assert counts["Snapshot"][0] == counts["List"][0]
        milliseconds = [f"{taken[name] * 1000:,.0f}" for name in STARTS]
        ratio = f"{taken['Snapshot'] / taken['List']:.2f}"
        rows.append(["warm" if cached else "off", str(size), str(counts["List"][0]), *milliseconds, ratio])
    return rows


async def _deltas(url: str) -> list[list[str]]:
    """The rows of a table: the first page of what changed since some revisions, without caches."""
    rows = []
    async with _reader(url, cached=False) as reader:
        newest = await head.revision(reader.database)
        for after in (newest, newest - 1, newest // 2, 1):
            taken = []
            for _ in range(TIMES):
                start = time.perf_counter()
                context = Context(reader.database, Settings(), Audience())
                await reader.executions(TEXT, {"after": after, "first": 1}, context, "Snapshot")
                taken.append(time.perf_counter() - start)
            count, _ = await reader.pages("Snapshot", after, 100)
            rows.append([f"{newest - after} of {newest}", str(count), f"{min(taken) * 1000:,.1f}"])
    return rows


def main(databases: str = "sqlite,postgres") -> None:
    """Measure on the corpus."""
    for name in databases.split(","):
        with dataset.opened(name) as kind:
            url = dataset.corpus(kind).url
            snapshots, deltas = asyncio.run(_snapshots(url)), asyncio.run(_deltas(url))
        titles = ["graph cache", "a page", "articles", "changes, ms", "articles, ms", "ratio"]
        print(f"\n## {name}\n\n{report.table(titles, snapshots)}")
        print(f"\n{report.table(['releases since', 'articles told', 'first of them, ms'], deltas)}")


if __name__ == "__main__":
    typer.run(main)
