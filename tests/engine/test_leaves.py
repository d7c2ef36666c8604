"""Leaf values as columns: what each value of a column becomes is what its type makes of it."""

from datetime import date
from enum import Enum
from typing import Any

import pytest
from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLError,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLScalarType,
    GraphQLString,
    Undefined,
)
from hypothesis import given
from hypothesis import strategies as st

from engine.leaves import serializer


class Colour(Enum):
    """An enum of Python's."""

    RED = "red"
    GREEN = 2


class Word(str):
    """A string, and more than one."""


LEAVES: dict[str, GraphQLLeafType] = {
    "String": GraphQLString,
    "ID": GraphQLID,
    "Boolean": GraphQLBoolean,
    "Int": GraphQLInt,
    "Float": GraphQLFloat,
    "Enum": GraphQLEnumType("Colour", Colour),
    "Enum of strings": GraphQLEnumType("Colour", {"RED": "red", "GREEN": 2, "NOTHING": None}),
    "Day": GraphQLScalarType("Day", coerce_output_value=date.isoformat),
    "Odd": GraphQLScalarType("Odd", coerce_output_value=lambda value: value if value != "a" else None),
}
VALUES = st.one_of(
    st.none(),
    st.just(Undefined),
    st.booleans(),
    st.integers(-(2**31) - 2, 2**31 + 1),
    st.floats(),
    st.text(max_size=3),
    st.sampled_from(
        [*Colour, "a", "red", "RED", Word("word"), 2.0, 10**20, date(2026, 3, 1), ValueError("x"), (1,), [2]]
    ),
)
COLUMNS = st.one_of(
    st.lists(VALUES, max_size=5),
    st.lists(st.text(max_size=3) | st.none(), max_size=5),
    st.lists(st.integers(-(2**31) - 1, 2**31), max_size=5),
    st.lists(st.sampled_from([*Colour, None]), max_size=5),
    st.lists(st.booleans() | st.none(), max_size=5),
    st.lists(st.dates() | st.none(), max_size=5),
)
KEPT = {name: serializer(leaf) for name, leaf in LEAVES.items()}


def one_by_one(leaf: GraphQLLeafType, values: list[Any]) -> list[Any]:
    """Each value completed alone (GraphQL spec, 6.4.3)."""
    found = []
    for value in values:
        if isinstance(value, Exception):
            raise value
        done = None if value is None or value is Undefined else leaf.coerce_output_value(value)
        if done is Undefined or (done is None and value is not None and value is not Undefined):
            raise TypeError("nothing")
        found.append(done)
    return found


def result_of(function: Any, *arguments: Any) -> Any:
    """What a function gives, with the classes of the values, or that it raises."""
    try:
        return [(type(each), repr(each)) for each in function(*arguments)]
    except (TypeError, ValueError, GraphQLError, OverflowError):
        return "an error"


@pytest.mark.parametrize("name", LEAVES)
@given(COLUMNS)
def test_a_column_becomes_what_each_of_its_values_does(name, values):
    """All values serialized by the type, one by one, or an error in both cases; whatever was seen before."""
    expected = result_of(one_by_one, LEAVES[name], values)

    assert result_of(KEPT[name], values) == expected
    assert result_of(serializer(LEAVES[name]), values) == expected


def test_what_json_has_as_it_is_passes_unseen():
    """Strings are not looked at one by one: the column itself is the answer."""
    values = ["a", None, "b"]

    assert serializer(GraphQLString)(values) is values
