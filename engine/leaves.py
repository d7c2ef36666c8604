"""Leaf values as columns: scalars and enums, made ready for JSON a whole column at a time."""

from collections.abc import Callable
from enum import Enum
from types import NoneType
from typing import Any

from graphql import (
    GRAPHQL_MAX_INT,
    GRAPHQL_MIN_INT,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLString,
    Undefined,
)

Column = list[Any]
AS_THEY_ARE: dict[Any, type] = {GraphQLString: str, GraphQLID: str, GraphQLBoolean: bool}
NOTHING = {NoneType, type(Undefined)}


def serializer(leaf: GraphQLLeafType) -> Callable[[Column], Column]:
    """A function that serializes a column of values of a leaf type; null stays null.

    It raises what the type's ``coerce_output_value`` raises. Values that JSON has as they are pass through unseen.
    """
    any_values = _any_values(leaf)
    if isinstance(leaf, GraphQLEnumType):
        return _members(any_values)
    if leaf is GraphQLInt:
        return lambda values: values if _are_small(values) else any_values(values)
    if leaf not in AS_THEY_ARE:
        return any_values
    plain = {AS_THEY_ARE[leaf], NoneType}
    return lambda values: values if plain.issuperset(map(type, values)) else any_values(values)


def _are_small(values: Column) -> bool:
    """Whether all values are whole numbers of 32 bits, as the type Int has them."""
    return {*map(type, values)} == {int} and min(values) >= GRAPHQL_MIN_INT and max(values) <= GRAPHQL_MAX_INT


def _any_values(leaf: GraphQLLeafType) -> Callable[[Column], Column]:
    """Each value by the type itself. Raises TypeError where a value becomes none (GraphQL spec, 6.4.3)."""
    coerce = leaf.coerce_output_value

    def serialize(values: Column) -> Column:
        kinds = {*map(type, values)}
        if kinds & NOTHING:
            some = iter(serialize([value for value in values if type(value) not in NOTHING]))
            return [None if type(value) in NOTHING else next(some) for value in values]
        if any(issubclass(kind, Exception) for kind in kinds):
            raise TypeError("an error in the place of a value")
        serialized = list(map(coerce, values))
        if NOTHING & {*map(type, serialized)}:
            raise TypeError(f"{leaf.name} made nothing of a value")
        return serialized

    return serialize


def _members(any_values: Callable[[Column], Column]) -> Callable[[Column], Column]:
    """Members of Python's enums are told apart by identity: to hash one is a Python call. What was seen is kept."""
    names: dict[int, str | None] = {id(None): None}
    seen: list[Any] = []

    def enum_values(values: Column) -> Column:
        try:
            return [names[id(value)] for value in values]
        except KeyError:
            serialized = any_values(values)
            for member, name in zip(values, serialized, strict=True):
                if isinstance(member, Enum) and id(member) not in names:
                    names[id(member)] = name
                    seen.append(member)
            return serialized

    return enum_values
