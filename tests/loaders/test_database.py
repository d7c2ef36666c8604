"""The two databases as they are read: one way to ask, the same answers."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from errors import Busy
from loaders.database import postgres_text, sqlite_text, sqlite_value, storable


def test_a_statement_is_written_once_for_both_databases():
    """Named parameters and lists become each database's own; casts stay as they are."""
    sql = "SELECT e.id::text FROM edition e WHERE e.id IN :ids AND e.locale = :locale OR e.title = :locale"

    assert sqlite_text(sql).partition("WHERE")[2] == (
        " e.id IN (SELECT value FROM json_each(:ids)) AND e.locale = :locale OR e.title = :locale"
    )
    text = "SELECT e.id::text FROM edition e WHERE e.id = ANY($1) AND e.locale = $2 OR e.title = $2"
    assert postgres_text(sql) == (text, ("ids", "locale"))


def test_moments_are_compared_in_utc():
    """SQLite compares text: a moment with another offset is written in UTC, as Tortoise stores it."""
    east = datetime(2026, 3, 1, 12, 0, tzinfo=timezone(timedelta(hours=3)))

    assert sqlite_value(east) == "2026-03-01 09:00:00+00:00" == sqlite_value(east.astimezone(UTC))
    assert sqlite_value([date(2026, 3, 1), east, "x"]) == '["2026-03-01","2026-03-01 09:00:00+00:00","x"]'


def test_what_no_database_stores_is_replaced():
    """NUL and halves of surrogate pairs become replacement characters, also inside lists."""
    assert storable(["a\0b", "\ud800", "é😀", 5, None]) == ["a\ufffdb", "\ufffd" * 3, "é😀", 5, None]


async def test_reading_cannot_write(db):
    """The connection that serves reads refuses everything else."""
    with pytest.raises(Exception, match=r"(?i)read-?only"):
        await db.fetch("UPDATE graph_head SET revision = 9 RETURNING revision", {})


async def test_both_databases_answer_alike(db, make):
    """Numbers, text and lists come back the same, and each statement is counted."""
    before = db.statements

    lines = await db.fetch(
        "SELECT slug, version FROM edition WHERE slug = :word AND version IN :some",
        {"word": "house", "some": [1, 2]},
    )

    assert [tuple(line) for line in lines] == [("house", 1)]
    assert db.statements == before + 1


async def test_a_statement_that_takes_too_long_is_stopped(db, monkeypatch):
    """SQLite is asked without a thread: what would hold up everyone else ends with a code that clients understand."""
    if db.dialect != "sqlite":
        pytest.skip("PostgreSQL holds up nobody else")
    monkeypatch.setattr("loaders.database.LONGEST", 0.05)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"

    with pytest.raises(Busy, match="too long"):
        await db.fetch(endless, {})

    assert [tuple(line) for line in await db.fetch("SELECT revision FROM graph_head", {})] == [(0,)]


async def test_misspelt_words_of_any_length_are_looked_for_by_one_statement(api, make):
    """The texts of statements are kept: there are a few, whatever is typed."""
    await make.live("article/sprain", title="Sprained ankle")
    query = "query ($text: String!) { search(query: $text) { totalCount } }"
    await api(query, text="sprainde ankl")
    await api(query, text="qqq zzz")
    before = sqlite_text.cache_info().currsize, postgres_text.cache_info().currsize

    for length in range(4, 40):
        await api(query, text=f"{'q' * length} {'z' * (length + 1)}")

    assert (sqlite_text.cache_info().currsize, postgres_text.cache_info().currsize) == before
