"""Executing operations: what every door goes through. A known text goes straight to the engine."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import ExecutionResult, GraphQLError
from graphql.execution.values import VariableValues

from engine.arguments import Refused
from engine.columns import executed
from engine.counters import executions
from engine.executor import reason
from engine.limits import Limits
from engine.operations import Operations
from engine.own import cut_short, taken_out
from engine.plan import Operation, Plan
from engine.run import Run
from engine.stock import StockExecutor, StockRuns, stock_executor
from errors import BadRequest, CaveatError, IntrospectionDisabled, TooExpensive
from loaders.perspective import Perspective
from schema.attached import listed
from schema.build import schema
from schema.changes import syncs
from schema.context import Context
from schema.directives import entitle, perspective, perspective_arguments
from schema.pinned import pinned
from schema.policy import terms_of
from schema.receipt import receipt
from settings import Settings


@dataclass(eq=False, slots=True)
class Prepared:
    """An operation that may run: everything that can be refused was looked at. Its context has the perspective."""

    operation: Operation
    plan: Plan
    asked: list[Any]
    variables: VariableValues
    given: Mapping[str, Any]
    context: Context
    cost: int
    _stock: list[StockExecutor] = field(default_factory=list)

    @property
    def perspective(self) -> Perspective:
        """The perspective that it sees."""
        assert self.context.perspective is not None
        return self.context.perspective

    def stock(self) -> StockExecutor:
        """The stock executor for it."""
        if not self._stock:
            self._stock.append(stock_executor(self.operation, self.given, self.context))
        return self._stock[0]


class Executions:
    """Executes operations of our schema under some settings."""

    def __init__(self, settings: Settings) -> None:
        limit = settings.operation_cache_mb * 1_000_000
        self.operations = Operations(schema._schema, limit, Limits.of(settings))
        self._engine = settings.engine
        self._max_cost = settings.max_cost
        self._stock_runs = StockRuns(settings.stock_runs, settings.stock_seconds)

    async def __call__(
        self, text: str, variables: Mapping[str, Any] | None, context: Context, name: str | None = None
    ) -> ExecutionResult:
        """The result of an operation. What is refused is an error without data: nothing ran."""
        try:
            return await self.run(await self.prepare(text, variables, context, name))
        except Refused as error:
            return ExecutionResult(None, error.errors)
        except CaveatError as error:
            return ExecutionResult(None, [GraphQLError(str(error), original_error=error, extensions=error.extensions)])

    async def prepare(
        self, text: str, variables: Mapping[str, Any] | None, context: Context, name: str | None = None
    ) -> Prepared:
        """The operation, checked against the schema, the audience and the limits. Raises Refused and CaveatError."""
        operation = await self.operations.get(text, name, terms_of(context.audience))
        if operation.introspects and not context.audience.introspection:
            raise IntrospectionDisabled("The schema is not open to this client: ask the operator for schema.graphql.")
        given = dict(variables or {})
        values = operation.variables(given)
        seen = perspective_arguments(operation, values)
        context.perspective = await perspective(seen, context)
        try:
            plan = operation.plan(values)
            asked = plan.asked(values)
            cost = plan.price(values)
        except GraphQLError as error:
            raise Refused([error]) from None
        except RecursionError:
            raise BadRequest("The operation is nested too deeply.") from None
        for word in plan.requires:
            entitle(word, seen, context)
        if cost > self._max_cost:
            raise TooExpensive(
                f"The operation asks for up to {cost} fields, and may ask for {self._max_cost}."
                " Ask for smaller pages (first, last), or for fewer fields in them.",
                limit="cost",
                found=cost,
                allowed=self._max_cost,
            )
        if syncing := syncs(plan, asked):
            context.perspective = await pinned(context.perspective, syncing, seen, context)
        return Prepared(operation, plan, asked, values, given, context, cost)

    async def run(self, prepared: Prepared) -> ExecutionResult:
        """The result of an operation that may run: the engine's, or the stock executor's. Raises Busy."""
        operation = prepared.operation
        why = operation.unfit if self._engine else "engine off"
        if why is None:
            try:
                context = prepared.context
                run = Run(prepared.plan, prepared.asked, context, None, prepared.stock, context.key, context.met)
                data = await executed(run)
            except CaveatError:
                raise  # ours, and said to the client as it is: to run again would not help
            except Exception as error:
                why = reason(error)
                operation.fell()
            else:
                executions["engine"] += 1
                return _told(prepared, data)
        prepared.context.met = None  # what the stock executor meets nobody notes
        executions[why] += 1
        result = await self._stock_runs(prepared.stock())
        return _told(prepared, result.data, result.errors)


def _told(prepared: Prepared, data: Any, errors: list[GraphQLError] | None = None) -> ExecutionResult:
    """The result as the client's own text has it.

    The disclaimers that it lacks stand in its extensions, and a partner's receipt.
    """
    taken: list[dict[str, Any]] = []
    if prepared.operation.ours is not None:
        for error in errors or ():
            error.path = cut_short(error.path) if error.path else error.path
        data = taken_out(data, prepared.operation.ours, taken)
    extensions: dict[str, Any] = {}
    if disclaimers := listed(taken):
        extensions["disclaimers"] = disclaimers
    if prepared.context.audience.partner:
        extensions["receipt"] = receipt(prepared.perspective.revision, taken)
    return ExecutionResult(data, errors, extensions or None)
