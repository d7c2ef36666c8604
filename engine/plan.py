"""Plans: an operation compiled for breadth-first execution, and what its variables make of it."""

import time
from collections.abc import Callable
from functools import cached_property
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
)
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.values import VariableValues, get_variable_values

from engine.arguments import Refused, prepare, prepared, variables_in
from engine.compile import Compiler
from engine.own import Branch
from engine.price import price, size_of, sizes_of
from engine.selection import Selection, Way
from engine.shortcuts import arguments_shortcut, variables_shortcut

MOST_PLANS = 16  # of one operation: @skip and @include have few values
MOST_PRICES = 256
FALLS = 2
REST_SECONDS = 60.0
NO_VARIABLES = VariableValues({}, {})


class Unplanned(Exception):
    """The engine cannot go on; the stock executor takes over. ``str()`` is the reason, in a word or two."""


class Plan:
    """The columns of an operation. Arguments that name no variable are prepared once, when it is compiled.

    Raises Refused where such arguments cannot be.
    """

    def __init__(self, operation: "Operation", variables: VariableValues) -> None:
        compiler = Compiler(operation.schema, operation.definition, operation.fragments, variables)
        self._operation = operation
        self.root: Selection = compiler.root()
        self.columns = compiler.columns
        self.requires = frozenset(c.batch.requires for c in self.columns if c.batch and c.batch.requires)
        self._constant: list[Any] = [None] * len(self.columns)
        self._open: list[Any] = []
        for column in self.columns:
            if column.variables:
                shortcut = arguments_shortcut(column) if column.batch and column.batch.prepare else None
                self._open.append((column, shortcut))
            elif column.way is Way.BATCH or column.field.args:
                self._constant[column.place] = self._prepared(column, NO_VARIABLES)
        self._sizing = sorted({name for column, _ in self._open for name in variables_in(*sizes_of(column))})
        self._prices: dict[tuple[Any, ...], int] = {}

    def asked(self, variables: VariableValues) -> list[Any]:
        """The prepared arguments of each column. Raises Refused."""
        if not self._open:
            return self._constant
        asked = self._constant.copy()
        for column, shortcut in self._open:
            given = shortcut(variables.coerced) if shortcut else None
            asked[column.place] = self._prepared(column, variables) if given is None else prepare(column, given)
        return asked

    def price(self, variables: VariableValues) -> int:
        """How many fields the stock executor would resolve."""
        sizes = tuple(size_of(variables.coerced.get(name)) for name in self._sizing)
        if sizes not in self._prices:
            if len(self._prices) >= MOST_PRICES:
                self._prices.clear()
            self._prices[sizes] = price(self.root, variables)
        return self._prices[sizes]

    def _prepared(self, column: Any, variables: VariableValues) -> Any:
        """Prepared arguments; for a plain resolver's that cannot be, the error, raised when the column is got."""
        try:
            return prepared(column, variables, self._operation.schema)
        except GraphQLError as error:
            return error


class Operation:
    """An operation of a valid document, with the plans for it: one for each set of values of its conditions.

    ``planned`` is told of each plan that is kept. ``ours`` says where in the answer selections of our own stand.
    ``suggests`` says whether errors may name what there is (``Did you mean …?``).
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        definition: OperationDefinitionNode,
        *,
        ours: Branch | None = None,
        suggests: bool = True,
    ) -> None:
        self.schema = schema
        self.document = document
        self.definition = definition
        self.ours = ours
        self.suggests = suggests
        self.fragments = {
            each.name.value: FragmentDetails(each)
            for each in document.definitions
            if isinstance(each, FragmentDefinitionNode)
        }
        self.planned: Callable[[Plan], None] = _untold
        self._falls = 0
        self._stock_until = 0.0
        directives = _directives(document)
        self._conditions = sorted(set(variables_in(*(d for d in directives if d.name.value in ("skip", "include")))))
        self._plans: dict[tuple[Any, ...], Plan] = {}
        self._shortcut = variables_shortcut(schema, definition.variable_definitions or ())
        self._unfit = _unfit(self, directives)

    @property
    def name(self) -> str | None:
        """The name of the operation, where it has one."""
        return self.definition.name.value if self.definition.name else None

    @cached_property
    def introspects(self) -> bool:
        """Whether the schema itself is asked for, anywhere: introspection is there at the root alone."""
        ahead: list[Any] = [self.definition]
        seen: set[str] = set()
        while ahead:
            for selection in ahead.pop().selection_set.selections:
                if isinstance(selection, FragmentSpreadNode):
                    name = selection.name.value
                    ahead += [] if name in seen else [self.fragments[name].definition]
                    seen.add(name)
                elif not isinstance(selection, FieldNode):
                    ahead.append(selection)
                elif selection.name.value in ("__schema", "__type"):
                    return True
        return False

    @property
    def unfit(self) -> str | None:
        """Why the engine does not take the operation, known before anything runs; None where it does."""
        if self._stock_until and time.monotonic() < self._stock_until:
            return "fell twice"
        return self._unfit

    def fell(self) -> None:
        """Note a fallback: after every second one, the stock executor runs the operation at once for a while."""
        self._falls += 1
        if self._falls % FALLS == 0:
            self._stock_until = time.monotonic() + REST_SECONDS

    def variables(self, given: dict[str, Any]) -> VariableValues:
        """The coerced variables. Raises Refused."""
        values = self._shortcut(given) or get_variable_values(
            self.schema, self.definition.variable_definitions or (), given, 50, hide_suggestions=not self.suggests
        )
        if isinstance(values, list):
            raise Refused(values)
        return values

    def plan(self, variables: VariableValues) -> Plan:
        """The plan for some variables. Raises Refused for arguments that cannot be, GraphQLError for conditions."""
        conditions = tuple(variables.coerced.get(name) for name in self._conditions)
        plan = self._plans.get(conditions)
        if plan is None:
            plan = Plan(self, variables)
            if len(self._plans) < MOST_PLANS:
                self._plans[conditions] = plan
                self.planned(plan)
        return plan


def _untold(_plan: Plan) -> None:
    """Nobody counts what the plan takes."""


def _unfit(operation: Operation, directives: list[Any]) -> str | None:
    """What the engine does not do, that is in the operation."""
    kind: OperationType = operation.definition.operation
    if kind is not OperationType.QUERY:
        return str(kind.value)
    if operation.schema.query_type is None:
        return "no query type"
    if incremental := {d.name.value for d in directives} & {"defer", "stream"}:
        return str(incremental.pop())
    if any(f.definition.variable_definitions for f in operation.fragments.values()):
        return "fragment variables"
    return None


def _directives(document: DocumentNode) -> list[Any]:
    """Every directive in a document."""
    found: list[Any] = []
    ahead: list[Any] = [document]
    while ahead:
        node = ahead.pop()
        found += getattr(node, "directives", None) or ()
        ahead += getattr(node, "definitions", None) or ()
        selections = getattr(node, "selection_set", None)
        ahead += selections.selections if selections else ()
    return found
