"""Shortcuts to the values of variables and arguments: what the general way gives, or nothing."""

from typing import Any

import pytest
import strawberry
from graphql import FieldNode, GraphQLField, OperationDefinitionNode, build_schema, parse
from graphql.execution.values import VariableValues, get_variable_values
from hypothesis import given
from hypothesis import strategies as st

from engine.arguments import Refused, prepare, prepared
from engine.batched import batched
from engine.plan import Operation, Plan
from engine.selection import Column, Way
from engine.shortcuts import arguments_shortcut, variables_shortcut

SCHEMA = build_schema("""
enum Colour { RED }
input Span { from: String }
type Query { hello(a: Float, b: ID, d: Int, c: Colour, s: Span): String }
""")
DEFINITIONS = {
    "one of each": "$a: String, $b: ID, $c: Boolean, $d: Int",
    "all required": "$a: String!, $b: ID!, $c: Boolean!, $d: Int!",
    "with defaults": '$a: String = "x", $b: ID = 3, $c: Boolean! = true, $d: Int = 5',
    "others": "$a: Float, $b: Colour, $c: [String!], $d: Span",
    "none": "",
    "of a type that is none for input": "$a: Query",
    "of no type": "$a: Nothing",
}
VALUES = st.one_of(
    st.none(),
    st.text(max_size=3),
    st.booleans(),
    st.integers(-(2**31) - 1, 2**31),
    st.floats(),
    st.sampled_from(["RED", ["a"], {"from": "b"}, b"c", 10**30, float("nan")]),
)
GIVEN = st.dictionaries(st.sampled_from("abcde"), VALUES)


def definitions(name: str) -> Any:
    """The definitions of some variables."""
    text = f"query ({DEFINITIONS[name]}) {{ hello }}" if DEFINITIONS[name] else "{ hello }"
    (operation,) = parse(text).definitions
    assert isinstance(operation, OperationDefinitionNode)
    return operation.variable_definitions or ()


def told(values: VariableValues) -> Any:
    """All that variables say, as something to compare."""
    sources = {
        name: (source.value, source.signature.name, str(source.signature.type))
        for name, source in values.sources.items()
    }
    return repr((sources, values.coerced))


@pytest.mark.parametrize("name", DEFINITIONS)
@given(GIVEN)
def test_a_shortcut_to_variables_gives_what_graphql_core_gives(name, given_values):
    """The same values from the same sources, in the same order; or None, and the general way is gone."""
    found = variables_shortcut(SCHEMA, definitions(name))(given_values)

    if found is not None:
        general = get_variable_values(SCHEMA, definitions(name), given_values)
        assert isinstance(general, VariableValues)
        assert told(found) == told(general)


def test_a_shortcut_to_variables_is_taken_where_they_are_simple():
    """Strings, ids, booleans and small numbers, each given as what it is."""
    shortcut = variables_shortcut(SCHEMA, definitions("one of each"))

    assert shortcut({"a": "x", "b": "1", "c": True, "d": 2}).coerced == {"a": "x", "b": "1", "c": True, "d": 2}
    assert shortcut({"a": "x", "b": 1, "c": True, "d": 2}) is None
    assert shortcut({"a": "x", "b": "1", "c": True, "d": 2**31}) is None
    assert shortcut({"a": "x", "b": "1", "c": True}) is None


def _prepare(
    text: str | None = None,
    first_words: int = 7,
    sure: bool | None = None,
    key: strawberry.ID | None = None,
    words: list[str] | None = None,
) -> dict[str, Any]:
    return {"text": text, "first_words": first_words, "sure": sure, "key": key, "words": words}


def _load(parents: list[Any], context: Any, asked: dict[str, Any]) -> list[str]:
    return [repr(asked)] * len(parents)


@strawberry.type
class Query:
    """A query with one batched field, of arguments of every simple kind."""

    asked: str = batched(description="What was asked.", prepare=_prepare)(_load)


STRAWBERRY = strawberry.Schema(Query)
VARIABLES = "$text: String, $number: Int!, $sure: Boolean, $key: ID, $words: [String!]"
FIELDS = {
    "no argument": "asked",
    "one of each": "asked(text: $text, firstWords: $number, sure: $sure, key: $key)",
    "in another order": "asked(key: $key, firstWords: $number, text: $text)",
    "one variable twice": "asked(text: $text, firstWords: $number, sure: $sure)",
    "a constant beside a variable": 'asked(text: "here", firstWords: $number)',
    "a list": "asked(words: $words)",
    "variables within a list": "asked(words: [$text])",
}
ASKED = st.fixed_dictionaries(
    {"number": st.integers(-5, 5)},
    optional={
        "text": st.none() | st.text(max_size=3),
        "sure": st.none() | st.booleans(),
        "key": st.none() | st.text(max_size=3) | st.integers(),
        "words": st.none() | st.lists(st.text(max_size=2), max_size=2),
    },
)


def column_and_operation(name: str) -> tuple[Column, Operation]:
    """The column of the field, as it is compiled."""
    document = parse(f"query ({VARIABLES}) {{ {FIELDS[name]} }}")
    (definition,) = document.definitions
    assert isinstance(definition, OperationDefinitionNode)
    operation = Operation(STRAWBERRY._schema, document, definition)
    (column,) = Plan(operation, operation.variables({"number": 1, "text": "x"})).columns
    return column, operation


@pytest.mark.parametrize("name", FIELDS)
@given(ASKED)
def test_a_shortcut_to_arguments_gives_what_graphql_core_and_strawberry_give(name, asked):
    """What the field is prepared with is the same by the shortcut, where there is one that can be taken."""
    column, operation = column_and_operation(name)
    variables = operation.variables(asked)
    shortcut = arguments_shortcut(column)

    found = shortcut(variables.coerced) if shortcut else None

    if found is not None:
        assert prepare(column, found) == prepared(column, variables, operation.schema)


def test_a_shortcut_to_arguments_is_taken_where_each_is_a_variable():
    """All variables are there and simple: the shortcut is not left unused."""
    column, _ = column_and_operation("one of each")
    shortcut = arguments_shortcut(column)
    assert shortcut is not None
    assert isinstance(column.field, GraphQLField)
    assert isinstance(column.nodes[0], FieldNode)
    assert column.way is Way.BATCH

    assert shortcut({"text": "x", "number": 1, "sure": None, "key": "k"}) == {
        "text": "x",
        "first_words": 1,
        "sure": None,
        "key": "k",
    }
    assert shortcut({"text": "x", "sure": None, "key": "k"}) is None
    assert arguments_shortcut(column_and_operation("a list")[0]) is None
    assert arguments_shortcut(column_and_operation("a constant beside a variable")[0]) is None


def test_arguments_that_cannot_be_refuse_the_operation():
    """A variable that is too big for its argument is refused before anything runs, and says where."""
    _, operation = column_and_operation("one of each")

    with pytest.raises(Refused) as refused:
        operation.variables({"number": 2**31})

    assert [error.message for error in refused.value.errors] == [
        "Variable '$number' has invalid value: Int cannot represent non 32-bit signed integer value: 2147483648"
    ]
