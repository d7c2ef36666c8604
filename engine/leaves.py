"""Leaf values as columns: scalars and enums, made ready for JSON a whole column at a time."""

from collections.abc import Callable
from enum import Enum
from typing import Any

from graphql import GraphQLBoolean, GraphQLEnumType, GraphQLID, GraphQLLeafType, GraphQLString, Undefined

Column = list[Any]
AS_THEY_ARE: dict[Any, type] = {GraphQLString: str, GraphQLID: str, GraphQLBoolean: bool}


def serializer(leaf: GraphQLLeafType) -> Callable[[Column], Column]:
    """A function that serializes a column of values of a leaf type; null stays null.

    It raises what the type's ``coerce_output_value`` raises. Strings among strings are passed through unseen.
    """
    one = _one(leaf)

    def any_values(values: Column) -> Column:
        return [None if value is None or value is Undefined else one(value) for value in values]

    if leaf in AS_THEY_ARE:
        plain = {AS_THEY_ARE[leaf], type(None)}

        def plain_values(values: Column) -> Column:
            return values if plain.issuperset(map(type, values)) else any_values(values)

        return plain_values
    if isinstance(leaf, GraphQLEnumType):
        return _members(any_values, one)
    return any_values


def _one(leaf: GraphQLLeafType) -> Callable[[Any], Any]:
    """What serializes one value, and raises TypeError where a value becomes none (GraphQL spec, 6.4.3)."""

    def serialize(value: Any) -> Any:
        if isinstance(value, Exception):
            raise value
        serialized = leaf.coerce_output_value(value)
        if serialized is None or serialized is Undefined:
            raise TypeError(f"{leaf.name} made nothing of a value.")
        return serialized

    return serialize


def _members(any_values: Callable[[Column], Column], one: Callable[[Any], Any]) -> Callable[[Column], Column]:
    """Members of Python's enums are told apart by identity: to hash one is a Python call. What was seen is kept."""
    names: dict[int, str | None] = {id(None): None}
    seen: list[Any] = []

    def enum_values(values: Column) -> Column:
        try:
            return [names[id(value)] for value in values]
        except KeyError:
            for member in values:
                if isinstance(member, Enum) and id(member) not in names:
                    names[id(member)] = one(member)
                    seen.append(member)
            return any_values(values)

    return enum_values
