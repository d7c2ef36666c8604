"""The processes of a walk: one that publishes, two that serve; and a reader of the same database in this one."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from loaders.database import reading
from publishing.database import opened
from tests.delivery import conftest as delivery
from tests.sync.device import Network
from tests.sync.graph import Graph

ROOT = Path(__file__).parents[2]
start = delivery.start


@dataclass
class Writer:
    """The process that publishes. ``waiting`` is the number of orders that it has not answered yet."""

    process: subprocess.Popen[str]
    waiting: int = 0
    answers: list[dict[str, Any]] = field(default_factory=list)

    def send(self, act: str, seed: int = 0, **given: Any) -> None:
        """Give an order, and do not wait for what comes of it."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"act": act, "seed": seed, "given": given}) + "\n")
        self.process.stdin.flush()
        self.waiting += 1

    def hear(self) -> dict[str, Any]:
        """Wait until all orders are done; the answer to the last."""
        assert self.process.stdout is not None
        while self.waiting:
            line = self.process.stdout.readline()
            assert line, "the writer ended"
            self.answers.append(json.loads(line))
            self.waiting -= 1
        return self.answers[-1]

    def do(self, act: str, seed: int = 0, **given: Any) -> dict[str, Any]:
        """Give an order, and wait; the answer."""
        self.send(act, seed, **given)
        return self.hear()


@dataclass
class Site:
    """All processes of a walk, and the ids of the nodes by kind."""

    writer: Writer
    network: Network
    graph: Graph
    nodes: dict[str, list[str]]


@pytest.fixture
def servers(settings, unlimited, start) -> Iterator[list[httpx.Client]]:
    """Ways to two servers on the test's database, which refuse nothing for its size."""
    limits = {f"CAVEAT_{name.upper()}": str(most) for name, most in unlimited.items()}
    known = {"CAVEAT_LOCALES": settings.locales, "CAVEAT_SITE_URL": settings.site_url}
    ports = [delivery.free_port() for _ in range(2)]
    with ExitStack() as stack:
        for port in ports:
            start(port, **known, **limits)
        yield [stack.enter_context(httpx.Client(base_url=f"http://127.0.0.1:{each}", timeout=30)) for each in ports]


@pytest.fixture
def writer(settings) -> Iterator[Writer]:
    """The process that publishes, which has nothing published yet."""
    command = [sys.executable, "-m", "tests.sync.writer", settings.database_url]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Writer(process)
        process.stdin.close()


@pytest.fixture
def site(settings, unlimited, servers, writer) -> Iterator[Site]:
    """A site where each node was published once, and which two partners may read."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        try:
            runner.run(stack.enter_async_context(opened(settings.database_url)))
            database = runner.run(stack.enter_async_context(reading(settings.database_url)))
            nodes = writer.do("begin")["nodes"]
            network = Network(servers, _clients(writer, nodes))
            network.begin()
            yield Site(writer, network, Graph(runner, database, settings.model_copy(update=unlimited)), nodes)
        finally:
            runner.run(stack.aclose())


def _clients(writer: Writer, nodes: dict[str, list[str]]) -> dict[str, str]:
    """Clients of two partners, of which one may show one physician; their tokens by name."""
    fields = {"partner": {"partner": True}, "limited": {"partner": True, "physicians": nodes["physician"][:1]}}
    return {name: writer.do("client", name=name, fields=given)["token"] for name, given in fields.items()}
