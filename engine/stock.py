"""The stock executor, for what the engine gave up on: few at once, and for a limited time."""

import asyncio
import time
from typing import Any

from graphql import ExecutionResult
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from engine.plan import Operation
from errors import Busy


class _OutOfTime(BaseException):
    """Ends a stock run from within. No exception of the usual kind: the executor would take it for a field's."""


class StockExecutor(StrawberryGraphQLCoreExecutionContext):
    """Strawberry's executor, with an end to its patience."""

    deadline = float("inf")

    def execute_field(self, *arguments: Any) -> Any:
        if time.monotonic() > self.deadline:
            raise _OutOfTime
        return super().execute_field(*arguments)


def stock_executor(operation: Operation, variables: Any, context: Any, root: Any = None) -> StockExecutor:
    """The executor for one execution of an operation."""
    executor = StockExecutor.build(
        operation.schema,
        operation.document,
        root,
        context,
        variables,
        operation.name,
    )
    assert isinstance(executor, StockExecutor)  # the variables were coerced before
    return executor


class StockRuns:
    """Where stock runs take their turn: ``number`` at once, ``seconds`` for waiting and running."""

    def __init__(self, number: int, seconds: float) -> None:
        self._turns = asyncio.Semaphore(number)
        self._seconds = seconds

    async def __call__(self, executor: StockExecutor) -> ExecutionResult:
        """The result of a run. Raises Busy."""
        executor.deadline = time.monotonic() + self._seconds
        try:
            async with asyncio.timeout(self._seconds), self._turns:
                result: Any = executor.execute_operation()
                return await result if executor.is_awaitable(result) else result  # type: ignore[no-any-return]
        except (TimeoutError, _OutOfTime):
            raise Busy(
                "The server had no time left for this operation. Ask for less at once, or again later."
            ) from None
