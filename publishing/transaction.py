"""Write transactions: one at a time, in every process, on both databases."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.transactions import in_transaction

from loaders.database import postgres_text, sqlite_text, sqlite_value
from loaders.graph import CHANNEL

# The first statement of every write transaction: the lock on both databases. SQLite's BEGIN is deferred, and two
# processes that read and then write would be refused (12,000 "database is locked" in 3 s, 2026-10).
LOCK = "UPDATE graph_head SET revision = revision + {step} WHERE id = 1 RETURNING revision"
GRANT = "UPDATE graph_head SET access = access + 1 WHERE id = 1"


@dataclass(frozen=True)
class Transaction:
    """A transaction that holds the lock. ``revision`` is the head in it."""

    connection: BaseDBAsyncClient
    revision: int

    async def fetch(self, sql: str, **params: Any) -> Sequence[Any]:
        """The rows of one statement with named parameters, as ``loaders.database`` writes them."""
        if self.connection.capabilities.dialect == "sqlite":
            bound: Any = {name: sqlite_value(value) for name, value in params.items()}
            return (await self.connection.execute_query(sqlite_text(sql), bound))[1]
        text, names = postgres_text(sql)
        return (await self.connection.execute_query(text, [params[name] for name in names]))[1]

    async def execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Execute one statement for many rows of values; ``{}`` stands for each value."""
        sqlite = self.connection.capabilities.dialect == "sqlite"
        places = ["?" if sqlite else f"${number}" for number in range(1, sql.count("{}") + 1)]
        if rows:
            await self.connection.execute_many(sql.format(*places), list(map(list, rows)))


@asynccontextmanager
async def writing(*, advance: bool = False) -> AsyncIterator[Transaction]:
    """A write transaction, or a savepoint inside one; with ``advance`` it makes a new revision."""
    async with in_transaction() as connection:
        rows = await connection.execute_query_dict(LOCK.format(step=int(advance)))
        transaction = Transaction(connection, int(rows[0]["revision"]))
        yield transaction
        if advance:
            await _tell(transaction)


@asynccontextmanager
async def granting() -> AsyncIterator[Transaction]:
    """A write transaction, or a savepoint inside one, that changes clients, their tokens or their documents."""
    async with writing() as transaction:
        await transaction.fetch(GRANT)
        yield transaction
        await _tell(transaction)


async def _tell(transaction: Transaction) -> None:
    """Tell the processes that listen. They hear it when, and only if, the transaction is committed."""
    if transaction.connection.capabilities.dialect == "postgres":
        await transaction.fetch("SELECT pg_notify(:channel, '')", channel=CHANNEL)
