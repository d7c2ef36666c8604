"""Fixtures of the engine's tests: an operation executed by graphql-core's own executor and by the engine."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from inspect import isawaitable
from typing import Any

import orjson
import pytest
from graphql import ExecutionResult, GraphQLSchema, execute, parse

from engine.counters import executions
from engine.executor import GraphQLCoreExecutor


@dataclass
class Both:
    """Executes operations twice, and wants the same answer, byte by byte. ``why`` tells who answered the last one."""

    why: list[str] = field(default_factory=list)

    def __call__(self, schema: GraphQLSchema, text: str, root: Any = None, /, **variables: Any) -> dict[str, Any]:
        """The answer of an operation that waits for nothing."""
        return self._compared(
            execute(schema, parse(text), root, variable_values=variables),
            execute(schema, parse(text), root, variable_values=variables, executor_class=GraphQLCoreExecutor),
        )

    async def later(self, schema: GraphQLSchema, text: str, root: Any = None, /, **variables: Any) -> dict[str, Any]:
        """The answer of an operation that may wait; the engine gives it at once where the stock executor does."""
        stock = execute(schema, parse(text), root, variable_values=variables)
        engine = execute(schema, parse(text), root, variable_values=variables, executor_class=GraphQLCoreExecutor)
        waits = isawaitable(stock), isawaitable(engine)
        answer = self._compared(await stock if waits[0] else stock, await engine if waits[1] else engine)
        assert waits[0] == waits[1] or self.why != ["engine"]
        return answer

    def _compared(self, stock: ExecutionResult, engine: ExecutionResult) -> dict[str, Any]:
        self.why = [why for why, number in executions.items() for _ in range(number)]
        executions.clear()
        assert as_json(engine) == as_json(stock)
        return orjson.loads(as_json(engine))


def as_json(result: ExecutionResult) -> bytes:
    """An answer as clients get it."""
    return orjson.dumps(result.formatted)


@pytest.fixture
def both() -> Iterator[Both]:
    """Both executors; the counters of executions start at nothing."""
    executions.clear()
    yield Both()
    executions.clear()
