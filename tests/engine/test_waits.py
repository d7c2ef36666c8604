"""Who waits for whom: resolvers wait together, what waits for nothing is done at once, each object is done once."""

import asyncio
from typing import Any

import pytest
from graphql import ExecutionResult, GraphQLObjectType, GraphQLSchema, build_schema, execute, execute_sync, parse

from engine.counters import executions
from engine.executor import GraphQLCoreExecutor

SDL = """
interface Named { name: String }
type Cat implements Named { name: String, friend: Cat, slow: String }
type Dog implements Named { name: String }
type Query { a: String, b: String, cat: Cat, cats: [Cat], named: [Named], words: [String] }
"""


class Meeting:
    """Two who wait for each other: who comes alone waits forever."""

    def __init__(self) -> None:
        self._events = asyncio.Event(), asyncio.Event()

    async def come(self, place: int) -> str:
        self._events[place].set()
        await self._events[1 - place].wait()
        return f"met {place}"


class Late:
    """An awaitable that, unlike a coroutine, may be left alone."""

    def __init__(self, value: str = "late") -> None:
        self._value = value

    def __await__(self) -> Any:
        return self._value
        yield


@pytest.fixture
def schema() -> GraphQLSchema:
    """Cats, dogs and words."""
    made = build_schema(SDL)
    assert isinstance(made.type_map["Cat"], GraphQLObjectType)
    return made


async def answer(schema: GraphQLSchema, text: str, root: Any) -> ExecutionResult:
    """What the engine answers, which must not take long."""
    executions.clear()
    async with asyncio.timeout(5):
        found: Any = execute(schema, parse(text), root, executor_class=GraphQLCoreExecutor)
        return await found


def test_what_waits_for_nothing_is_answered_at_once(schema):
    """No resolver waits, so there is an answer and no awaitable, within an event loop or without one."""
    found = execute(schema, parse("{ a cats { name } }"), {"a": "A", "cats": []}, executor_class=GraphQLCoreExecutor)

    assert found == ExecutionResult({"a": "A", "cats": []}, None)


def test_execute_sync_is_answered_by_the_engine_too(schema):
    """``execute_sync`` has the engine's answer."""
    executions.clear()

    found = execute_sync(schema, parse("{ a }"), {"a": "A"}, executor_class=GraphQLCoreExecutor)

    assert found == ExecutionResult({"a": "A"}, None)
    assert executions == {"engine": 1}


async def test_execute_sync_takes_no_value_for_an_awaitable_unless_asked_to_check(schema):
    """Without ``check_sync`` an awaitable is a value like any other, and none that a String can be."""

    document, root = parse("{ a }"), {"a": Late()}

    found = execute_sync(schema, document, root, executor_class=GraphQLCoreExecutor)

    assert found == execute_sync(schema, document, root)


async def test_resolvers_of_one_object_wait_together(schema):
    """Two fields that wait for each other both get their values."""
    meeting = Meeting()

    found = await answer(schema, "{ a b }", {"a": lambda _info: meeting.come(0), "b": lambda _info: meeting.come(1)})

    assert found == ExecutionResult({"a": "met 0", "b": "met 1"}, None)
    assert executions == {"engine": 1}


async def test_resolvers_of_two_objects_wait_together(schema):
    """The same field of two objects in a list: both wait at once."""
    meeting = Meeting()
    cats = [{"name": lambda _info: meeting.come(0)}, {"name": lambda _info: meeting.come(1)}]

    found = await answer(schema, "{ cats { name } }", {"cats": cats})

    assert found == ExecutionResult({"cats": [{"name": "met 0"}, {"name": "met 1"}]}, None)
    assert executions == {"engine": 1}


async def test_resolvers_at_different_depths_wait_together(schema):
    """A field deep in one branch waits for one at the top of another."""
    meeting = Meeting()
    cat = {"friend": {"friend": {"name": lambda _info: meeting.come(0)}}}

    found = await answer(
        schema, "{ cat { friend { friend { name } } } b }", {"cat": cat, "b": lambda _info: meeting.come(1)}
    )

    assert found == ExecutionResult({"cat": {"friend": {"friend": {"name": "met 0"}}}, "b": "met 1"}, None)
    assert executions == {"engine": 1}


async def test_items_of_a_list_wait_together(schema):
    """A list of awaitables is a list of what they become."""
    meeting = Meeting()

    found = await answer(schema, "{ words }", {"words": lambda _info: [meeting.come(0), None, meeting.come(1)]})

    assert found == ExecutionResult({"words": ["met 0", None, "met 1"]}, None)
    assert executions == {"engine": 1}


@pytest.mark.parametrize("text", ["{ a b }", "{ b a }", "{ words a cat { slow } b }"])
async def test_the_keys_stand_in_the_order_of_the_selection_whoever_comes_first(text, schema, both):
    """The answer's order is the operation's, and not that of arrival."""

    def after(turns: int, value: Any) -> Any:
        async def late(_info: Any) -> Any:
            for _ in range(turns):
                await asyncio.sleep(0)
            return value

        return late

    root = {"a": after(7, "A"), "b": after(1, "B"), "words": ["w"], "cat": {"slow": after(3, "slow")}}

    found = await both.later(schema, text, root)

    assert list(found["data"]) == [word for word in text.split() if word in root]


def test_an_object_is_completed_once_however_often_it_stands_there(schema, both):
    """The same object, by identity, in several places of a list: its resolvers are asked once."""
    calls: list[str] = []

    def name(_info: Any) -> str:
        calls.append("name")
        return "Tom"

    tom = {"name": name}
    text = "{ cats { name friend { name } } }"

    answer = both(schema, text, {"cats": [tom, {"name": "Kit", "friend": tom}, tom, {"name": "Kat", "friend": tom}]})

    asked_by_stock = 4
    assert len(calls) == asked_by_stock + 2  # once as a cat, once as a friend
    assert [cat["name"] for cat in answer["data"]["cats"]] == ["Tom", "Kit", "Tom", "Kat"]


def test_equal_objects_are_not_taken_for_one(schema, both):
    """Objects that are equal and not the same are asked each."""
    names = iter(["one", "two"] * 2)
    cats = [{"name": lambda _info: next(names)} for _ in range(2)]

    assert both(schema, "{ cats { name } }", {"cats": cats})["data"] == {"cats": [{"name": "one"}, {"name": "two"}]}


async def test_a_type_that_is_told_late_is_left_to_the_stock_executor(schema, both):
    """An awaitable type: the same answer, and the engine says that it knows of no such type."""

    schema.type_map["Named"].resolve_type = lambda value, _info, _type: Late(value["kind"])

    answer = await both.later(schema, "{ named { name __typename } }", {"named": [{"name": "Rex", "kind": "Dog"}]})

    assert answer["data"] == {"named": [{"name": "Rex", "__typename": "Dog"}]}
    assert both.why == ["unknown type"]


async def test_what_waits_is_cancelled_with_the_operation(schema):
    """Who cancels an operation cancels its resolvers, each of which is told."""
    told: list[str] = []

    def waiting(name: str) -> Any:
        async def resolve(_info: Any) -> None:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                told.append(name)
                raise

        return resolve

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02):
            await execute(
                schema,
                parse("{ a b cats { name } }"),
                {"a": waiting("a"), "b": waiting("b"), "cats": [{"name": waiting("cat")}]},
                executor_class=GraphQLCoreExecutor,
            )

    assert sorted(told) == ["a", "b", "cat"]


async def test_an_operation_that_cannot_be_answered_does_not_wait_for_the_rest(schema):
    """A field that must not be null and is, before one that takes forever: graphql-core answers, and so do we."""
    strict = build_schema("type Query { must: String!, slow: String }")

    async def slow(_info: Any) -> None:
        await asyncio.sleep(0.5)

    def must(_info: Any) -> str:
        raise ValueError("No.")

    document, root = parse("{ must slow }"), {"must": must, "slow": slow}
    stock = execute(strict, document, root)
    async with asyncio.timeout(0.2):
        found: Any = execute(strict, document, root, executor_class=GraphQLCoreExecutor)
        found = found if isinstance(found, ExecutionResult) else await found

    assert found == stock
