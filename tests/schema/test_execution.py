"""What every door goes through: limits before anything runs, and the stock executor kept short."""

import asyncio

import pytest

from engine.counters import executions
from schema.build import schema
from schema.context import Context
from schema.directives import perspective
from schema.execution import Executions

QUERY = "{ articles(first: 100) { nodes { title disclaimer { title text } topics { title } links { totalCount } } } }"


@pytest.fixture
async def articles(make):
    """Sixty articles about a topic."""
    await make.live("topic/knee")
    await make.publish(*[await make.draft(f"article/a{n}", topics=["knee"]) for n in range(60)])


async def test_strawberrys_own_door_leads_to_the_engine(db, settings, api, articles):
    """Who embeds the schema calls ``schema.execute`` with a perspective, and gets the same answer from the engine."""
    context = Context(db, settings, api.audience, api.clock)
    context.perspective = await perspective({}, context)
    before = executions["engine"]

    result = await schema.execute(QUERY, context_value=context)

    assert executions["engine"] == before + 1
    assert (result.data, result.errors) == (await api(QUERY), None)


async def test_what_costs_too_much_is_refused_with_the_figures(api, articles):
    """The message says what the operation costs, what it may cost, and how to get below; nothing was read."""
    api.executions = Executions(api.settings.model_copy(update={"max_cost": 500}))

    result = await api.execute(QUERY)

    (error,) = result.errors
    assert error.extensions == {"code": "TOO_EXPENSIVE", "limit": "cost", "found": 1202, "allowed": 500}
    assert error.message == (
        "The operation asks for up to 1202 fields, and may ask for 500."
        " Ask for smaller pages (first, last), or for fewer fields in them."
    )
    assert (result.data, api.statements) == (None, 1)


async def test_a_stock_run_ends_when_its_time_is_over(api, articles):
    """It stops between two fields, not after the last, and the client is told to ask for less."""
    api.executions = Executions(api.settings.model_copy(update={"engine": False, "stock_seconds": 0.001}))

    assert await api.codes(QUERY) == ["BUSY"]


async def test_stock_runs_take_turns(api, articles):
    """While as many run as may, the next one waits, and is refused when its patience is over."""
    api.executions = Executions(api.settings.model_copy(update={"engine": False, "stock_seconds": 0.2}))
    turns = api.executions._stock_runs._turns

    await turns.acquire()
    waiting = asyncio.create_task(api.codes("{ revision }"))
    refused = await api.codes("{ revision }")
    turns.release()

    assert refused == ["BUSY"]
    assert await waiting in ([], ["BUSY"])
    assert await api.codes("{ revision }") == []


async def test_what_is_nested_too_deeply_is_refused(api):
    """However few fields it has: compiling it would not end."""
    deep = "__typename"
    for _ in range(60):
        deep = f"topics {{ content(first: 1) {{ nodes {{ {deep} }} }} }}"

    assert await api.codes(f"{{ articles(first: 1) {{ nodes {{ {deep} }} }} }}") == ["TOO_EXPENSIVE"]
