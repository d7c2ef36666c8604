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
from engine.operations import Operations
from engine.plan import Operation, Plan
from engine.run import Run
from engine.stock import StockExecutor, StockRuns, stock_executor
from errors import CaveatError, TooExpensive
from loaders.perspective import Perspective
from schema.build import schema
from schema.context import Context
from schema.directives import perspective, perspective_arguments, require
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
        self.operations = Operations(schema._schema, limit, settings.max_tokens)
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
        operation = await self.operations.get(text, name)
        given = dict(variables or {})
        values = operation.variables(given)
        context.perspective = await perspective(perspective_arguments(operation, values), context)
        try:
            plan = operation.plan(values)
            asked = plan.asked(values)
            cost = plan.price(values)
        except GraphQLError as error:
            raise Refused([error]) from None
        except RecursionError:
            raise TooExpensive("The operation is nested too deeply.") from None
        for scope in plan.requires:
            require(context, scope, "a field of the operation")
        if cost > self._max_cost:
            raise TooExpensive(
                f"The operation asks for up to {cost} fields, and may ask for {self._max_cost}."
                " Ask for smaller pages (first, last), or for fewer fields in them."
            )
        return Prepared(operation, plan, asked, values, given, context, cost)

    async def run(self, prepared: Prepared) -> ExecutionResult:
        """The result of an operation that may run: the engine's, or the stock executor's. Raises Busy."""
        operation = prepared.operation
        why = operation.unfit if self._engine else "engine off"
        if why is None:
            try:
                run = Run(prepared.plan, prepared.asked, prepared.context, None, prepared.stock, prepared.context.key)
                data = await executed(run)
            except CaveatError:
                raise  # ours, and said to the client as it is: to run again would not help
            except Exception as error:
                why = reason(error)
                operation.fell()
            else:
                executions["engine"] += 1
                return ExecutionResult(data, None)
        executions[why] += 1
        return await self._stock_runs(prepared.stock())
