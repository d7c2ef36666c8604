"""Variables and arguments of the simplest kinds, coerced without graphql-core's general way, which takes 20 µs each.

A shortcut gives what the general way would give, or None: then that way is to be gone.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from graphql import (
    GRAPHQL_MAX_INT,
    GRAPHQL_MIN_INT,
    GraphQLBoolean,
    GraphQLError,
    GraphQLID,
    GraphQLInt,
    GraphQLSchema,
    GraphQLString,
    VariableDefinitionNode,
    VariableNode,
    get_nullable_type,
    is_non_null_type,
)
from graphql.execution.get_variable_signature import GraphQLVariableSignature, get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource
from strawberry.relay import GlobalID
from strawberry.types.arguments import StrawberryArgument

from engine.selection import Column

SIMPLE: dict[Any, type] = {GraphQLString: str, GraphQLID: str, GraphQLBoolean: bool, GraphQLInt: int}
Coerced = Mapping[str, Any]


def variables_shortcut(
    schema: GraphQLSchema, definitions: Iterable[VariableDefinitionNode]
) -> Callable[[Coerced], VariableValues | None]:
    """A shortcut to the values of variables: strings, ids, booleans and small whole numbers, given as such."""
    known: list[tuple[GraphQLVariableSignature, type | None]] = []
    for definition in definitions:
        signature = get_variable_signature(schema, definition)
        if isinstance(signature, GraphQLError):
            return lambda _: None
        known.append((signature, SIMPLE.get(get_nullable_type(signature.type))))

    def values(given: Coerced) -> VariableValues | None:
        sources, coerced = {}, {}
        for signature, kind in known:
            name = signature.name
            value = given.get(name)
            if not _fits(value, kind):
                return None
            sources[name], coerced[name] = VariableValueSource(signature, value), value
        return VariableValues(sources, coerced)

    return values


def _is_plain(argument: StrawberryArgument) -> bool:
    """Whether Strawberry hands an argument's value on as it is."""
    return not argument.is_maybe and argument.type is not GlobalID


def _fits(value: Any, kind: type | None) -> bool:
    """Whether a value is one of a simple kind as it stands."""
    if kind is int and isinstance(value, int):
        return type(value) is int and GRAPHQL_MIN_INT <= value <= GRAPHQL_MAX_INT
    return type(value) is kind


def arguments_shortcut(column: Column) -> Callable[[Coerced], dict[str, Any] | None] | None:
    """A shortcut to what a batched field is prepared with, where each argument is a variable of a simple type."""
    declared: list[StrawberryArgument] = column.field.extensions["strawberry-definition"].arguments
    if not all(map(_is_plain, declared)):
        return None
    names = dict(zip(column.field.args, (argument.python_name for argument in declared), strict=True))
    pairs: list[tuple[str, str, bool]] = []
    for argument in column.nodes[0].arguments or ():
        type_ = column.field.args[argument.name.value].type
        if not isinstance(argument.value, VariableNode) or get_nullable_type(type_) not in SIMPLE:
            return None
        pairs.append((names[argument.name.value], argument.value.name.value, is_non_null_type(type_)))

    def values(coerced: Coerced) -> dict[str, Any] | None:
        given = {}
        for name, variable, required in pairs:
            if variable not in coerced or (required and coerced[variable] is None):
                return None
            given[name] = coerced[variable]
        return given

    return values
