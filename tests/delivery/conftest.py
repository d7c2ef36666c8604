"""The real server in a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from cache import Cache
from delivery.graphql import GraphQLApp
from loaders.graph import Graph
from server import application

ROOT = Path(__file__).parents[2]


@dataclass
class Server:
    """A running server."""

    process: subprocess.Popen[bytes]
    client: httpx.Client
    log_path: Path

    def ask(self, query: str, **variables: Any) -> Any:
        """The answer to an operation."""
        return self.client.post("/graphql", json={"query": query, "variables": variables}).json()

    def needs(self, revision: int) -> None:
        """From now on, ask for answers at a revision or later."""
        self.client.headers["caveat-min-revision"] = str(revision)

    def stop(self) -> int:
        """Tell the server to stop; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)

    @property
    def log(self) -> str:
        """What the server wrote."""
        return self.log_path.read_text()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start(settings, tmp_path) -> Iterator[Start]:
    """Starts ``python server.py`` on the test's database; what it writes goes to a file."""
    started: list[subprocess.Popen[bytes]] = []

    def run(port: int, **environment: str) -> subprocess.Popen[bytes]:
        known = {"CAVEAT_DATABASE_URL": settings.database_url, "CAVEAT_PUBLISH_INTERVAL": "0.2", "PORT": str(port)}
        known["CAVEAT_DRAIN_SECONDS"] = "0"
        with (tmp_path / "log").open("wb") as log:
            command = [sys.executable, "server.py"]
            process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **known, **environment}, stderr=log)
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def serve(start, make, tmp_path) -> Iterator[Callable[..., Server]]:
    """Starts a server, and waits until it answers."""
    with ExitStack() as clients:

        def run(**environment: str) -> Server:
            port = free_port()
            process = start(port, **environment)
            client = clients.enter_context(httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30))
            for _ in range(300):
                with suppress(httpx.ConnectError):
                    client.get("/healthz")
                    break
                assert process.poll() is None, (tmp_path / "log").read_text()
                time.sleep(0.05)
            return Server(process, client, tmp_path / "log")

        yield run


@pytest.fixture
def server(serve, unlimited) -> Server:
    """A server that answers, and refuses nothing for its size."""
    return serve(**{f"CAVEAT_{name.upper()}": str(value) for name, value in unlimited.items()})


@pytest.fixture
def port() -> int:
    """A port that nobody listens on."""
    return free_port()


@dataclass
class Web:
    """The HTTP edge in this process, and a client of it. Its graph moves on when it is told to."""

    app: GraphQLApp
    client: httpx.AsyncClient

    @property
    def graph(self) -> Graph:
        """What it serves from."""
        return self.app.answering.graph

    async def post(self, query: str | None = None, *, token: str = "", **members: Any) -> httpx.Response:
        """The response to an operation; what begins with ``http_`` is a header, the rest stands in the body."""
        given = {name: members.pop(name) for name in [*members] if name.startswith("http_")}
        headers = {name.removeprefix("http_").replace("_", "-"): value for name, value in given.items()}
        if token:
            headers["authorization"] = f"Bearer {token}"
        body = members if query is None else {"query": query, **members}
        return await self.client.post("/graphql", json=body, headers=headers)


@pytest.fixture
async def web(db, settings) -> AsyncIterator[Callable[..., Any]]:
    """Opens the edge on the test's database, under settings."""
    async with AsyncExitStack() as stack:

        async def run(**changes: Any) -> Web:
            app = application(settings.model_copy(update=changes))
            graph = Graph(db, 0, Cache(10_000_000))
            await graph.advance()
            app.graphql.answering.serve_from(graph)
            transport = httpx.ASGITransport(app, client=("192.0.2.1", 1))
            client = await stack.enter_async_context(
                httpx.AsyncClient(transport=transport, base_url="http://caveat.example")
            )
            return Web(app.graphql, client)

        yield run
