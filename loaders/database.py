"""The database as it is read: one connection of its own on SQLite, a pool on PostgreSQL, one way to ask both.

SQL is written once, with named parameters: ``:name``, and ``column IN :names`` for a list.
"""

import re
import sqlite3
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, Literal, Protocol

import asyncpg
import orjson

from errors import Busy

Dialect = Literal["sqlite", "postgres"]
LIST = re.compile(r"\bIN :(\w+)")
NAME = re.compile(r"(?<!:):([a-z]\w*)")


class Database(Protocol):
    """Something that answers SELECTs, and counts them."""

    dialect: Dialect
    statements: int

    async def fetch(self, sql: str, params: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """The rows of one statement."""
        ...


LONGEST = 5.0
STEPS = 20_000  # of SQLite's virtual machine between two looks at the clock: about a millisecond (2026-11)


@cache
def sqlite_text(sql: str) -> str:
    """The statement for SQLite, which has no arrays: a list comes as one JSON text."""
    return LIST.sub(r"IN (SELECT value FROM json_each(:\1))", sql)


@cache
def postgres_text(sql: str) -> tuple[str, tuple[str, ...]]:
    """The statement for PostgreSQL, and the names of its parameters in the order of their numbers."""
    sql = LIST.sub(r"= ANY(:\1)", sql)
    names = tuple(dict.fromkeys(NAME.findall(sql)))
    return NAME.sub(lambda match: f"${names.index(match[1]) + 1}", sql), names


def sqlite_value(value: Any) -> Any:
    """A parameter as Tortoise stores it on SQLite."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return orjson.dumps([sqlite_value(item) for item in value]).decode()
    return value


def storable(value: Any) -> Any:
    """A parameter without what no database stores, and so finds nothing: NUL, and halves of surrogate pairs."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    return [storable(item) for item in value] if isinstance(value, list) else value


def moment(stored: Any) -> Any:
    """A moment as the database gave it: SQLite has it as text. What is no text is left as it is."""
    return datetime.fromisoformat(stored) if isinstance(stored, str) else stored


class SqliteDatabase:
    """One read-only connection, used without a thread: an indexed read takes 11 µs, a thread hop 50 (2026-10).

    A statement holds up all others, so one that takes longer than ``LONGEST`` seconds is stopped.
    """

    dialect: Dialect = "sqlite"

    def __init__(self, path: str) -> None:
        self.statements = 0
        self._deadline = 0.0
        self._connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)
        self._connection.set_progress_handler(self._is_late, STEPS)

    async def fetch(self, sql: str, params: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        self.statements += 1
        values = {name: sqlite_value(value) for name, value in params.items()}
        self._deadline = time.monotonic() + LONGEST
        try:
            return self._connection.execute(sqlite_text(sql), values).fetchall()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                raise Busy("The operation asks for what takes the database too long. Ask for less.") from None
            raise

    def _is_late(self) -> bool:
        return time.monotonic() > self._deadline

    def close(self) -> None:
        self._connection.close()


class PostgresDatabase:
    """A pool that resets nothing between uses: only SELECTs run on it, and a reset costs 200 µs (2026-10)."""

    dialect: Dialect = "postgres"

    def __init__(self, pool: asyncpg.Pool) -> None:
        self.statements = 0
        self._pool = pool

    async def fetch(self, sql: str, params: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        self.statements += 1
        text, names = postgres_text(sql)
        async with self._pool.acquire() as connection:
            rows: Sequence[Any] = await connection.fetch(text, *(params[name] for name in names))
            return rows


async def migrations(database: Database) -> frozenset[str]:
    """The names of the migrations that a database has had."""
    return frozenset(str(name) for (name,) in await database.fetch("SELECT name FROM tortoise_migrations", {}))


async def _no_reset(_connection: Any) -> None:
    return None


@asynccontextmanager
async def reading(url: str) -> AsyncIterator[Database]:
    """The database behind a URL, open for reading."""
    if url.startswith("sqlite://"):
        database = SqliteDatabase(url.removeprefix("sqlite://").partition("?")[0])
        try:
            yield database
        finally:
            database.close()
        return
    async with asyncpg.create_pool(
        url, min_size=1, max_size=10, reset=_no_reset, server_settings={"default_transaction_read_only": "on"}
    ) as pool:
        yield PostgresDatabase(pool)
