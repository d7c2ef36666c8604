"""What the engine leaves to graphql-core: errors and their paths, and what it does not do at all."""

from typing import Any

import pytest
from graphql import (
    ExecutionResult,
    GraphQLSchema,
    OperationDefinitionNode,
    build_schema,
    execute,
    experimental_execute_incrementally,
    parse,
    subscribe,
)

from engine.counters import executions
from engine.executor import GraphQLCoreExecutor
from engine.plan import REST_SECONDS, Operation

SDL = """
interface Named { name: String }
enum Colour { RED }
scalar Odd
type Cat implements Named { name: String, must: String!, friend: Cat, bad: Int, strict: Cat! }
type Query {
  hello: String
  cat: Cat
  cats: [Cat!]
  strictCats: [Cat!]!
  named: Named
  must: String!
  numbers: [Int!]
  number: Int
  big: Int
  colour: Colour
  odd: Odd
  raises: String
  error: String
  errors: [String]
  place: String
  swallowed: String
  once: [Int]
  notAList: [Int]
  argument(of: Int!): String
}
type Mutation { hello: String }
type Subscription { hello: String }
"""
CAT: dict[str, Any] = {"name": "Tom", "must": None, "bad": "x", "friend": {"name": "Kit", "must": "y"}}


def _raises(_info: Any) -> str:
    raise ValueError("No such thing.")


def _swallowed(info: Any) -> str:
    try:
        return str(info.path.as_list())
    except Exception:
        return "nowhere"


class Twofold(tuple[int, ...]):
    """A list that can be read at once and asynchronously; graphql-core prefers the latter."""

    async def __aiter__(self) -> Any:
        for each in (3, 4):
            yield each


def _none_for_odd(_value: Any) -> None:
    return None


ROOT: dict[str, Any] = {
    "hello": "Hello",
    "cat": CAT,
    "cats": [CAT, {"name": "Ok", "must": "z"}, None],
    "strictCats": lambda _info: [CAT["friend"], None],
    "named": {"name": "Nameless"},
    "must": None,
    "numbers": [1, None],
    "number": "seven",
    "big": 2**31,
    "colour": "PURPLE",
    "odd": "even",
    "raises": _raises,
    "error": ValueError("An error as a value."),
    "errors": ["a", ValueError("An error in a list."), "b"],
    "place": lambda info: str(info.path.as_list()),
    "swallowed": _swallowed,
    "once": lambda _info: iter([1, 2]),
    "notAList": 7,
    "argument": lambda _info, of: str(of),
}


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    """A schema where much can go wrong."""
    made = build_schema(SDL, assume_valid=True)
    types: dict[str, Any] = made.type_map
    types["Odd"].coerce_output_value = _none_for_odd
    return made


# An operation, and the reason that the counters give.
FALLS: dict[str, tuple[str, str]] = {
    "null where none may be": ("{ hello must }", "null"),
    "null in an object that may be null": ("{ hello cat { name must } }", "null"),
    "null in an object that may not be null": ("{ cat { friend { must strict { name } } } }", "null"),
    "null in a list": ("{ numbers hello }", "null"),
    "null among objects": ("{ cats { name } }", "null"),
    "null among objects of a list that must be": ("{ hello strictCats { name } }", "null"),
    "null in an object of a list": ("{ cats { alias: must } }", "null"),
    "a resolver that raises": ("{ hello raises }", "ValueError"),
    "two that raise": ("{ a: raises b: raises hello }", "ValueError"),
    "an error in the place of a value": ("{ error }", "TypeError"),
    "an error in a list": ("{ errors }", "TypeError"),
    "a number that is none": ("{ number }", "GraphQLError"),
    "a number that is too big": ("{ big }", "GraphQLError"),
    "a number that is none, in depth": ("{ cat { bad friend { bad } } }", "GraphQLError"),
    "a value that the enum does not have": ("{ colour }", "GraphQLError"),
    "a scalar that makes nothing of a value": ("{ odd }", "TypeError"),
    "a type that nobody tells": ("{ named { name } }", "unknown type"),
    "no list": ("{ notAList }", "no list"),
    "a list that can be read but once": ("{ once }", "no list"),
    "a resolver that asks where it is": ("{ place there: place }", "path"),
    "one that takes no for an answer": ("{ swallowed }", "path"),
    "an argument that cannot be": ("query ($of: Int) { hello argument(of: $of) }", "GraphQLError"),
}


@pytest.mark.parametrize("name", FALLS)
def test_what_goes_wrong_goes_wrong_as_in_graphql_core(name, schema, both):
    """The stock executor runs it anew: its errors, paths and nulls, byte by byte, and the counters say why."""
    text, why = FALLS[name]

    both(schema, text, ROOT)

    assert both.why == [why]


@pytest.mark.parametrize("name", FALLS)
async def test_what_goes_wrong_while_others_wait_goes_wrong_as_in_graphql_core(name, schema, both):
    """The same beside a resolver that waits."""
    text, why = FALLS[name]

    async def hello(_info: Any) -> str:
        return "Hello"

    await both.later(schema, text, {**ROOT, "hello": hello})

    assert both.why == [why]


def test_a_resolver_that_asks_where_it_is_is_told(schema, both):
    """``info.path`` is what it is in graphql-core, though the engine has none."""
    answer = both(schema, "{ place there: place swallowed }", ROOT)

    assert answer["data"] == {"place": "['place']", "there": "['there']", "swallowed": "['swallowed']"}


async def test_a_list_that_can_be_read_asynchronously_is_read_so(schema, both):
    """What is both is left to the stock executor, which reads it asynchronously."""
    answer = await both.later(schema, "{ notAList }", {"notAList": Twofold([1, 2])})

    assert answer["data"] == {"notAList": [3, 4]}
    assert both.why == ["no list"]


async def test_a_resolver_that_waits_and_raises_is_an_error_of_its_field(schema, both):
    """An error that comes late is the same error, and what else there is is answered."""

    async def raises(_info: Any) -> str:
        raise ValueError("Later.")

    answer = await both.later(schema, "{ hello raises }", {**ROOT, "raises": raises})

    assert answer["data"] == {"hello": "Hello", "raises": None}
    assert both.why == ["ValueError"]


def test_mutations_go_to_the_stock_executor_at_once(schema, both):
    """A mutation is none of the engine's: no resolver is called twice."""
    calls: list[str] = []

    both(schema, "mutation { a: hello b: hello }", {"hello": lambda info: calls.append(info.path.key)})

    assert calls == ["a", "b"] * 2  # once an executor
    assert both.why == ["mutation"]


async def test_subscriptions_go_to_the_stock_executor_at_once(schema):
    """A subscription is none of the engine's: each event is executed by the executor that was asked for."""
    executions.clear()

    async def hello(_info: Any) -> Any:
        for word in ("one", "two"):
            yield {"hello": word}

    stream: Any = subscribe(schema, parse("subscription { hello }"), {"hello": hello})
    found = [each async for each in stream]

    assert [each.data for each in found] == [{"hello": "one"}, {"hello": "two"}]
    assert "engine" not in executions


@pytest.mark.parametrize(("word", "text"), [("defer", "{ ... @defer { hello } }"), ("stream", "{ once @stream }")])
async def test_what_comes_in_parts_goes_to_the_stock_executor_at_once(word, text, schema):
    """@defer and @stream are none of the engine's."""
    executions.clear()

    found: Any = experimental_execute_incrementally(
        schema, parse(text), {**ROOT, "once": [1]}, executor_class=GraphQLCoreExecutor
    )

    assert found.initial_result.has_next
    assert len([part async for part in found.subsequent_results]) == 1
    assert executions == {word: 1}


def operation(schema: GraphQLSchema, text: str) -> Operation:
    """An operation as ``Operations`` would know it."""
    document = parse(text)
    (definition,) = (each for each in document.definitions if isinstance(each, OperationDefinitionNode))
    return Operation(schema, document, definition)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{ hello }", None),
        ("mutation { hello }", "mutation"),
        ("subscription { hello }", "subscription"),
        ("{ cat { ... @defer { name } } }", "defer"),
        ("{ ...Q } fragment Q on Query { cats @stream { name } }", "stream"),
    ],
)
def test_an_operation_knows_whether_it_is_for_the_engine(text, why, schema):
    """What the engine does not do is known before anything runs, wherever in the document it stands."""
    assert operation(schema, text).unfit == why


def test_an_operation_that_falls_twice_goes_to_the_stock_executor_at_once(schema, monkeypatch):
    """After every second fall the engine leaves an operation alone for a while, and then tries again."""
    clock = [1000.0]
    monkeypatch.setattr("engine.plan.time.monotonic", lambda: clock[0])
    asked = operation(schema, "{ must }")

    asked.fell()
    assert asked.unfit is None
    asked.fell()
    assert asked.unfit == "fell twice"
    clock[0] += REST_SECONDS
    assert asked.unfit is None
    asked.fell()
    asked.fell()
    assert asked.unfit == "fell twice"


def test_no_executor_runs_what_has_no_query_type():
    """A schema without queries has the same answer, and the engine says why it was not asked."""
    executions.clear()
    nothing = build_schema("type Mutation { hello: String }", assume_valid=True)

    found = execute(nothing, parse("{ hello }"), executor_class=GraphQLCoreExecutor)

    assert isinstance(found, ExecutionResult)
    assert found == execute(nothing, parse("{ hello }"))
    assert executions == {"no query type": 1}
