"""The executors that put the engine in the place of the stock ones: of Strawberry's, and of graphql-core's."""

import asyncio
import types
from collections.abc import Coroutine, Generator
from typing import Any

from graphql import DocumentNode, ExecutionResult
from graphql.execution.incremental import IncrementalExecutor
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from engine.arguments import Refused
from engine.columns import executed
from engine.counters import executions
from engine.plan import Operation, Unplanned
from engine.run import Run


class _BreadthFirst(IncrementalExecutor):
    """Runs an operation breadth-first; whatever is not as hoped is dropped, and the stock executor runs it anew."""

    def execute_operation(self, serially: bool | None = None) -> Any:
        operation = Operation(self.schema, DocumentNode(definitions=self._definitions()), self.operation)
        unfit = operation.unfit or self._unfit(serially)
        if unfit:
            executions[unfit] += 1
            return super().execute_operation(serially)
        return driven(self._attempt(operation, serially))

    def _definitions(self) -> tuple[Any, ...]:
        return (self.operation, *self.fragment_definitions.values())

    def _unfit(self, serially: bool | None) -> str | None:
        """What was asked of this execution that the engine does not do."""
        asked = {
            "serially": serially,
            "abort signal": self.abort_signal,
            "hooks": self.hooks,
            "middleware": self.middleware_manager and self.middleware_manager.middlewares,
        }
        return next((name for name, value in asked.items() if value), None)

    async def _attempt(self, operation: Operation, serially: bool | None) -> Any:
        try:
            plan = operation.plan(self.variable_values)
            run = Run(plan, plan.asked(self.variable_values), self.context_value, self.root_value, lambda: self)
            data = await executed(run)
        except Refused as error:
            return ExecutionResult(None, error.errors)
        except Exception as error:
            executions[reason(error)] += 1
        else:
            executions["engine"] += 1
            return ExecutionResult(data, None)
        result = super().execute_operation(serially)
        if not self.is_awaitable(result):
            return result
        await asyncio.sleep(0)  # an awaitable for an awaitable, even where it never waits
        return await result


class GraphQLCoreExecutor(_BreadthFirst):
    """Stands in for graphql-core's own executor: ``execute(…, executor_class=GraphQLCoreExecutor)``."""


class StrawberryExecutor(_BreadthFirst, StrawberryGraphQLCoreExecutionContext):
    """Stands in for Strawberry's: ``strawberry.Schema(…, execution_context_class=StrawberryExecutor)``."""


def reason(error: Exception) -> str:
    """Why the engine gave up, in a word or two that a counter can bear: never a message, which may be anything."""
    return str(error) if isinstance(error, Unplanned) else type(error).__name__


def driven(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """The result of a coroutine that never waits; for one that does, an awaitable of it."""
    try:
        waits_for = coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    return _resumed(coroutine, waits_for)


async def _resumed(coroutine: Coroutine[Any, Any, Any], waits_for: Any) -> Any:
    return await _rest(coroutine, waits_for)


@types.coroutine
def _rest(coroutine: Coroutine[Any, Any, Any], waits_for: Any) -> Generator[Any, Any, Any]:
    """What is left of a coroutine that was started already and waits for something."""
    while True:
        try:
            sent = yield waits_for
        except BaseException as error:
            go_on: Any = coroutine.throw
            given: Any = error
        else:
            go_on, given = coroutine.send, sent
        try:
            waits_for = go_on(given)
        except StopIteration as stop:
            return stop.value
