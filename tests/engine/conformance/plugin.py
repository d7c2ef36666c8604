"""A pytest plugin for graphql-core's own tests: our executor in the place of the default one, and what it did."""

import json
import os
import sys
from pathlib import Path

import graphql.execution  # noqa: F401 - its module `execute` is hidden by the function of that name

from engine.counters import executions
from engine.executor import GraphQLCoreExecutor

outcomes: dict[str, str] = {}

if os.environ.get("CAVEAT_CONFORMANCE") == "engine":
    sys.modules["graphql.execution.execute"].IncrementalExecutor = GraphQLCoreExecutor


def pytest_runtest_logreport(report):
    """How each test came out: what failed in its setup or teardown failed."""
    if report.when == "call" or report.outcome != "passed":
        outcomes[report.nodeid] = "failed" if outcomes.get(report.nodeid) == "failed" else report.outcome


def pytest_terminal_summary(terminalreporter):
    """How often the engine answered, and why it did not."""
    terminalreporter.write_line(f"executions: {dict(executions.most_common())}")


def pytest_sessionfinish():
    """Write both down for ``run.py``, where it said to."""
    if path := os.environ.get("CAVEAT_CONFORMANCE_REPORT"):
        Path(path).write_text(json.dumps({"outcomes": outcomes, "executions": executions}))
