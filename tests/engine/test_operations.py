"""Operations by their texts: what is kept, and how much of it."""

import asyncio
import gc
import tracemalloc
from typing import Any

import pytest
from graphql import GraphQLSchema, build_schema

from cache import ENTRY
from engine.arguments import Refused
from engine.limits import Limits
from engine.operations import Operations
from engine.plan import Operation

SDL = """
interface Node { id: ID title: String self: Node }
type Article implements Node { id: ID title: String self: Node slug: String }
type Procedure implements Node { id: ID title: String self: Node }
type Topic implements Node { id: ID title: String self: Node }
type Physician implements Node { id: ID title: String self: Node }
type Query { article(slug: String): Article node: Node }
"""


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    """An interface of four types."""
    return build_schema(SDL)


def operations(schema: GraphQLSchema, limit: int = 10_000_000) -> Operations:
    """Operations of at most a thousand tokens."""
    return Operations(schema, limit, Limits(1_000, depth=100, aliases=100, root_fields=100, directives=100))


async def refused(known: Operations, text: str, name: str | None = None) -> list[str]:
    """What a text is refused with."""
    with pytest.raises(Refused) as error:
        await known.get(text, name)
    return [each.message for each in error.value.errors]


async def test_a_text_is_read_once(schema):
    """The same text gives the same operation."""
    known = operations(schema)

    assert await known.get("{ __typename }") is await known.get("{ __typename }")
    assert (known.cache.hits, len(known.cache)) == (1, 1)


async def test_those_who_ask_at_once_for_a_new_text_get_the_same_operation(schema, monkeypatch):
    """A text is read once, however many ask while it is read."""
    known, read = operations(schema), []
    once = known._read
    monkeypatch.setattr(known, "_read", lambda *asked: read.append(asked[0]) or once(*asked))

    found = await asyncio.gather(*(known.get("{ node { id } }") for _ in range(50)))

    assert len(set(map(id, found))) == 1
    assert read == ["{ node { id } }"]


async def test_a_name_chooses_among_the_operations_of_a_text(schema):
    """Each is an operation of its own."""
    known, text = operations(schema), "query A { __typename } query B { node { id } }"

    assert [(await known.get(text, name)).name for name in "AB"] == ["A", "B"]


WRONG = {
    "no GraphQL": ("{ nothing", None, ["Syntax Error: Expected Name, found <EOF>."]),
    "nothing at all": ("", None, ["Syntax Error: Unexpected <EOF>."]),
    "an unknown field": ("{ nothing }", None, ["Cannot query field 'nothing' on type 'Query'."]),
    "an unknown name": ("query A { __typename }", "B", ["Unknown operation named 'B'."]),
    "no name for one of two": (
        "query A { __typename } query B { __typename }",
        None,
        ["Must provide operation name if query contains multiple operations."],
    ),
    "too many tokens": (
        f"{{ {'id ' * 1001} }}",
        None,
        [
            "The operation has more than 1000 tokens (names, numbers, punctuation), and may have 1000:"
            " send values as variables, or several requests."
        ],
    ),
}


@pytest.mark.parametrize("name", WRONG)
async def test_what_is_wrong_with_a_text_is_kept(name, schema):
    """The errors are the same when it comes again, and it is not read again."""
    text, operation, messages = WRONG[name]
    known = operations(schema)

    assert await refused(known, text, operation) == messages
    assert await refused(known, text, operation) == messages
    assert known.cache.hits == 1


@pytest.mark.parametrize(
    "text",
    [
        "{ nothing }",
        "{ id",
    ],
)
async def test_errors_keep_nothing_of_who_raised_them(text, schema):
    """What is kept of a text that cannot be has no traceback, which would hold frames."""
    known = operations(schema)
    await refused(known, text)

    (errors,) = known.cache._young.of(None).values()

    assert all(error.__traceback__ is None for error in errors)


async def test_a_new_text_for_each_of_five_thousand_requests_stays_below_the_limit(schema):
    """Clients that write values into their texts fill no memory: the cache takes what it may, and no more."""
    known = operations(schema, limit := 300_000)

    largest = 0
    for number in range(5_000):
        await known.get(f"{{ a{number}: __typename }}")
        largest = max(largest, known.cache.size)

    assert largest <= limit
    assert known.cache.evictions > 4_000
    assert len(known.cache) * ENTRY <= limit


WIDE = " ".join(f"{letter}: id" for letter in "abcdefghijklmnopqrstuvwxyz")
TEXTS = {
    "a field": "{ a%d: __typename }",
    "a page": "query Q%d($slug: String) { article(slug: $slug) { id title slug self { id title } } }",
    "many fields": "{ a%d: article { " + WIDE + " } }",
    "a wide interface": "{ a%d: node { " + WIDE + " } }",
    "a deep interface": "{ a%d: node { self { self { self { self { id } } } } } }",
    "a syntax error": "{ a%d",
    "an unknown field": "{ a%d }",
}


@pytest.mark.parametrize("name", TEXTS)
async def test_what_operations_take_is_what_the_cache_says(name, schema):
    """The bytes that are really held, parsed and compiled, are no more than the cache counts."""
    known = operations(schema, 50_000_000)
    await read_and_compiled(known, TEXTS[name] % 1_000_000)
    before = known.cache.size

    held = await bytes_held(known, [TEXTS[name] % number for number in range(150)])

    assert held <= known.cache.size - before


async def bytes_held(known: Operations, texts: list[str]) -> int:
    """The bytes that are held when some texts were read."""
    gc.collect()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for text in texts:
            await read_and_compiled(known, text)
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
        return after - before
    finally:
        tracemalloc.stop()


async def read_and_compiled(known: Operations, text: str) -> None:
    """Read an operation and compile it, as a request does."""
    try:
        operation: Operation = await known.get(text)
    except Refused:
        return
    values: Any = operation.variables({"slug": "a"})
    operation.plan(values)
