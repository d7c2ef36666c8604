"""Migrating: from nothing, from every earlier version, and what is refused before it."""

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest
from tortoise import connections

from errors import NotReady
from models import GraphHead
from publishing.database import migrate, opened

ROOT = Path(__file__).parents[2]
ALL = sorted(path.stem for path in (ROOT / "migrations").glob("0*.py"))
NEWER = "The database is newer than this version of Caveat. Update Caveat, or restore a backup of the database."
LACKS = f"The database lacks {len(ALL)} migration(s). Run: caveat migrate"


@pytest.fixture
async def empty(url, tmp_path):
    """The URL of an empty database of each kind."""
    if url.startswith("sqlite"):
        yield f"sqlite://{tmp_path}/empty.db"
        return
    name = re.search(r"test_\w+", url)[0]
    connection = await asyncpg.connect(url)
    await connection.execute(f"CREATE DATABASE empty_{name} TEMPLATE template0")
    yield url.replace(name, f"empty_{name}")
    await connection.execute(f"DROP DATABASE empty_{name} WITH (FORCE)")
    await connection.close()


async def pretend_newer(url):
    """Record a migration that this version does not know."""
    async with opened(url, check=False):
        (connection,) = connections.all()
        await connection.execute_query(
            "INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('models', '9999_later', '2030-01-01')"
        )


async def shape(url):
    """Every table, index and trigger with its definition, as the database tells it."""
    async with opened(url):
        (connection,) = connections.all()
        queries = ["SELECT type, name, sql FROM sqlite_master"]
        if connection.capabilities.dialect == "postgres":
            queries = [
                "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns"
                " WHERE table_schema = 'public'",
                "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
                " WHERE connamespace = 'public'::regnamespace",
                "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
                "SELECT tgname, pg_get_triggerdef(oid), '' FROM pg_trigger WHERE NOT tgisinternal",
            ]
        rows = [tuple(row) for query in queries for row in (await connection.execute_query(query))[1]]
    return sorted(map(str, rows))


async def test_an_empty_database_gets_every_migration_once(empty):
    """All migrations in their order; a second time there is nothing to apply. The graph is at revision 0."""
    applied, again = await migrate(empty), await migrate(empty)

    async with opened(empty):
        assert (applied, again) == (ALL, [])
        assert await GraphHead.all().values_list("id", "revision") == [(1, 0)]


@pytest.mark.parametrize("version", ALL[:-1])
async def test_every_earlier_version_becomes_the_newest(empty, url, version):
    """From each version the rest is applied, and the database is then the same as one that was migrated at once."""
    before = await migrate(empty, target=version)

    after = await migrate(empty)

    assert before + after == ALL
    assert await shape(empty) == await shape(url)


async def test_an_empty_database_is_not_opened(empty):
    """A database without its tables is refused with the sentence that says what to type."""
    with pytest.raises(NotReady) as refused:
        async with opened(empty):
            pass

    assert str(refused.value) == LACKS


async def test_a_database_that_lacks_migrations_is_not_opened(empty):
    """A database of an earlier version is refused in the same way."""
    await migrate(empty, target=ALL[0])

    with pytest.raises(NotReady) as refused:
        async with opened(empty):
            pass

    assert str(refused.value) == f"The database lacks {len(ALL) - 1} migration(s). Run: caveat migrate"


async def test_a_newer_database_is_neither_opened_nor_migrated(url):
    """A database that has a migration which this code does not know is left alone."""
    await pretend_newer(url)

    with pytest.raises(NotReady) as not_opened:
        async with opened(url):
            pass
    with pytest.raises(NotReady) as not_migrated:
        await migrate(url)

    assert (str(not_opened.value), str(not_migrated.value)) == (NEWER, NEWER)


def outcome(ran):
    """Exit code, output and errors of a command."""
    return ran.returncode, ran.stdout, ran.stderr


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_the_command_migrates_and_says_so(caveat, empty):
    """``caveat migrate`` names what it applied; before it, other commands say what to type."""
    early = caveat("export", CAVEAT_DATABASE_URL=empty)
    first, again = (caveat("migrate", CAVEAT_DATABASE_URL=empty) for _ in range(2))

    assert outcome(early) == (1, "", f"caveat: NOT_READY: {LACKS}\n")
    assert outcome(first) == (0, f"Applied {', '.join(ALL)}.\n", "")
    assert outcome(again) == (0, "The database is up to date.\n", "")


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_the_command_refuses_a_newer_database(caveat, url):
    """Exit code 1 and one sentence, no traceback."""
    asyncio.run(pretend_newer(url))

    refused = [caveat("migrate"), caveat("export")]

    assert [outcome(ran) for ran in refused] == [(1, "", f"caveat: NOT_READY: {NEWER}\n")] * 2


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("command", [["server.py"], ["-m", "cli.main", "serve"]], ids=["server.py", "caveat serve"])
def test_the_server_refuses_a_database_that_is_not_migrated(empty, command):
    """It does not start: exit code 1 and the sentence that says what to type, no traceback."""
    ran = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, "CAVEAT_DATABASE_URL": empty, "PORT": "0"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert LACKS in ran.stderr
    assert "Traceback" not in ran.stderr
    assert ran.returncode == 1
