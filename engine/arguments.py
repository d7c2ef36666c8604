"""The arguments of fields: coerced as graphql-core does it, prepared as the field declares it."""

from collections.abc import Sequence
from typing import Any

from graphql import FieldNode, GraphQLError, VariableNode, Visitor, visit
from graphql.execution.values import VariableValues, get_argument_values
from strawberry.types.arguments import convert_arguments

from engine.selection import Column
from errors import CaveatError


class Refused(Exception):
    """The arguments of an operation cannot be: a request error, before anything runs."""

    def __init__(self, errors: Sequence[GraphQLError]) -> None:
        super().__init__(*[error.message for error in errors])
        self.errors = list(errors)


def prepared(column: Column, variables: VariableValues, schema: Any) -> Any:
    """What the resolver of a column is called with, or the batch function beside parents and context.

    Raises Refused for a batched field, whose arguments are checked before anything runs; for others GraphQLError.
    """
    node = column.nodes[0]
    if column.batch is None:
        return get_argument_values(column.field, node, variables)
    if column.batch.prepare is None:
        return ()
    strawberry_schema = schema._strawberry_schema
    try:
        given = get_argument_values(column.field, node, variables)
    except GraphQLError as error:
        raise Refused([request_error(error, node)]) from None
    declared = column.field.extensions["strawberry-definition"].arguments
    registry = strawberry_schema.schema_converter.scalar_registry
    return prepare(column, convert_arguments(given, declared, registry, strawberry_schema.config))


def prepare(column: Column, given: dict[str, Any]) -> tuple[Any]:
    """What a batched field makes of its arguments. Raises Refused."""
    assert column.batch is not None
    assert column.batch.prepare is not None
    try:
        return (column.batch.prepare(**given),)
    except (CaveatError, GraphQLError) as error:
        raise Refused([request_error(error, column.nodes[0])]) from None


def request_error(error: Exception, node: FieldNode | None = None) -> GraphQLError:
    """A request error: it says where in the operation, and has no path, because nothing ran."""
    extensions = error.extensions if isinstance(error, CaveatError | GraphQLError) else None
    original = error if isinstance(error, CaveatError) else None
    return GraphQLError(str(getattr(error, "message", error)), node, original_error=original, extensions=extensions)


class _Variables(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        self.names.append(node.name.value)


def variables_in(*nodes: Any) -> list[str]:
    """The names of the variables that stand in some nodes."""
    visitor = _Variables()
    for node in nodes:
        visit(node, visitor)
    return visitor.names
