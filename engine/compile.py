"""Compiling: from the fields that graphql-core collects to selections of columns."""

from collections.abc import Iterable
from operator import attrgetter
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)
from graphql.execution.collect_fields import FieldDetails, FragmentDetails, collect_fields, collect_subfields
from graphql.execution.values import VariableValues

from engine.arguments import variables_in
from engine.batched import BATCH
from engine.leaves import serializer
from engine.rows import zipper
from engine.selection import Column, Objects, Selection, Shape, Way


class Compiler:
    """Compiles the selections of one operation, for one set of values of the variables in @skip and @include.

    Fields are collected by graphql-core itself, so fragments and conditions mean what they mean there. The same
    fields of the same type are compiled once, however many ways lead to them: the work is bounded by the document.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: dict[str, FragmentDetails],
        variables: VariableValues,
    ) -> None:
        self.columns: list[Column] = []
        self._schema = schema
        self._operation = operation
        self._fragments = fragments
        self._variables = variables
        self._selections: dict[tuple[str, tuple[int, ...]], Selection] = {}

    def root(self) -> Selection:
        """The selection of the operation itself."""
        type_ = self._schema.query_type
        assert type_ is not None
        grouped = collect_fields(self._schema, self._fragments, self._variables, type_, self._operation)[0]
        selection = Selection(type_)
        self._fill(selection, grouped)
        return selection

    def _fill(self, selection: Selection, grouped: dict[str, list[FieldDetails]]) -> None:
        for key, details in grouped.items():
            field = self._schema.get_field(selection.type, details[0].node.name.value)
            if field is not None:
                selection.columns.append(self._column(key, field, selection.type, details))
        selection.steady = all(column.steady for column in selection.columns)
        selection.later = [place for place, column in enumerate(selection.columns) if column.later]
        selection.rows = zipper([column.key for column in selection.columns])

    def _column(self, key: str, field: GraphQLField, parent: GraphQLObjectType, details: list[FieldDetails]) -> Column:
        shape = self._shape(field.type, details)
        nodes = [detail.node for detail in details]
        column = Column(key, Way.RESOLVER, field, nodes, parent, shape, len(self.columns))
        column.below = frozenset(_names(shape))
        _find_way(column)
        waits = column.way is Way.RESOLVER or (column.batch is not None and column.batch.waits)
        column.later = waits or any(selection.later for selection in _beneath(shape))
        column.variables = variables_in(*nodes[0].arguments or ())
        varies = column.way is Way.RESOLVER or bool(column.variables)
        column.steady = not varies and all(selection.steady for selection in _beneath(shape))
        self.columns.append(column)
        return column

    def _shape(self, type_: Any, details: list[FieldDetails]) -> Shape:
        nullable = not is_non_null_type(type_)
        inner = type_ if nullable else type_.of_type
        if is_list_type(inner):
            return Shape(nullable, items=self._shape(inner.of_type, details))
        if is_leaf_type(inner):
            return Shape(nullable, leaf=serializer(inner))
        types = self._schema.get_possible_types(inner) if is_abstract_type(inner) else [inner]
        selections = {each.name: self._selection(each, details) for each in types}
        return Shape(nullable, objects=Objects(inner, selections))

    def _selection(self, type_: GraphQLObjectType, details: list[FieldDetails]) -> Selection:
        known = type_.name, tuple(id(detail.node) for detail in details)
        if known not in self._selections:
            self._selections[known] = selection = Selection(type_)
            arguments = (self._schema, self._fragments, self._variables, self._operation, type_, details)
            self._fill(selection, collect_subfields(*arguments)[0])
        return self._selections[known]


def _find_way(column: Column) -> None:
    """How the column is got: at best as attributes, or by one call for all parents."""
    name = column.nodes[0].name.value
    declared = (column.field.extensions or {}).get("strawberry-definition")
    batch = getattr(declared, "metadata", {}).get(BATCH)
    if name == "__typename":
        column.way = Way.TYPENAME
    elif batch is not None:
        column.way, column.batch = Way.BATCH, batch
    elif declared is not None and declared.is_basic_field and getattr(column.field.resolve, "_is_default", False):
        column.way, column.get = Way.ATTRIBUTE, attrgetter(declared.python_name)


def _beneath(shape: Shape) -> Iterable[Selection]:
    """The selections beneath a shape."""
    while shape.items is not None:
        shape = shape.items
    return shape.objects.selections.values() if shape.objects is not None else ()


def _names(shape: Shape) -> Iterable[str]:
    """The names of all fields that are selected beneath a shape."""
    for selection in _beneath(shape):
        for column in selection.columns:
            yield column.nodes[0].name.value
            yield from column.below
