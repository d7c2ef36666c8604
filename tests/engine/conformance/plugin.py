"""A pytest plugin for graphql-core's own tests: our executor in the place of the default one, and what it did."""

import os
import sys

import graphql.execution  # noqa: F401 - its module `execute` is hidden by the function of that name

from engine.counters import executions
from engine.executor import GraphQLCoreExecutor

if os.environ.get("CAVEAT_CONFORMANCE") == "engine":
    sys.modules["graphql.execution.execute"].IncrementalExecutor = GraphQLCoreExecutor


def pytest_terminal_summary(terminalreporter):
    """How often the engine answered, and why it did not."""
    terminalreporter.write_line(f"executions: {dict(executions.most_common())}")
