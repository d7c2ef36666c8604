"""A real HTTP receiver, and the task that posts to it, one turn at a time."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson
import pytest
import pytest_asyncio

from delivery.webhooks.delivering import Deliverer
from loaders.graph import Graph
from models import Webhook
from publishing.webhooks import add


@dataclass
class Received:
    """A request as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        """The id of the message."""
        return self.headers["webhook-id"]

    @property
    def revision(self) -> int:
        """The revision that the message is about."""
        return int(orjson.loads(self.body)["data"]["revision"])


@dataclass
class Receiver:
    """Answers 200, unless a path has other answers: (status, headers), each given once. ``/hang`` never answers."""

    server: ThreadingHTTPServer
    received: list[Received] = field(default_factory=list)
    answers: dict[str, list[tuple[int, dict[str, str]]]] = field(default_factory=dict)
    told: Callable[[], Any] = lambda: None
    body: bytes = b"thanks"
    ended: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str = "/hook", scheme: str = "http", host: str = "127.0.0.1") -> str:
        """The URL of a path."""
        return f"{scheme}://{host}:{self.server.server_address[1]}{path}"

    def revisions(self, path: str = "/hook") -> list[int]:
        """The revisions that came in at a path, in their order."""
        return [each.revision for each in self.received if each.path == path]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver on 127.0.0.1."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            known.received.append(Received(self.path, headers, body))
            known.told()
            if self.path == "/hang":
                known.ended.wait(60)
                return
            waiting = known.answers.get(self.path)
            status, extra = waiting.pop(0) if waiting else (200, {})
            self.send_response(status)
            for name, value in {"content-length": str(len(known.body)), **extra}.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(known.body)

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    known = Receiver(server)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield known
    known.ended.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def settings(settings):
    """Settings with which webhooks may go to this machine, and are given up after three attempts."""
    return settings.model_copy(update={"webhook_private": True, "webhook_attempts": 3, "webhook_seconds": 10.0})


@dataclass
class Turns:
    """The task of a serving process, a turn at a time: look, and wait until nothing more is posted."""

    graph: Graph
    settings: Any
    clock: Callable[[], Any]
    deliverers: list[Deliverer] = field(default_factory=list)

    def deliverer(self, clock: Callable[[], Any] | None = None) -> Deliverer:
        """The task of one more process, whose purges need not wait."""
        made = Deliverer(self.settings, self.graph, clock=clock or self.clock, settle_seconds=0)
        self.deliverers.append(made)
        return made

    async def __call__(self, deliverer: Deliverer | None = None) -> None:
        chosen = deliverer or (self.deliverers[0] if self.deliverers else self.deliverer())
        await self.graph.advance()
        await chosen.look()
        await asyncio.gather(*chosen.working.values())


@pytest_asyncio.fixture
async def turn(make, settings, clock, db) -> AsyncIterator[Turns]:
    """A turn of the task; the clock that it goes by is the test's."""
    turns = Turns(Graph(db, 0, None), settings, clock)
    await turns.graph.advance()
    yield turns
    for deliverer in turns.deliverers:
        await deliverer.stop()


@pytest.fixture
def hook(make, settings, receiver, clock) -> Callable[..., Any]:
    """Adds an endpoint at a path of the receiver."""

    async def added(path: str = "/hook", **given: Any) -> Webhook:
        return await add(receiver.url(path), settings, clock=clock, **given)

    return added


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], Any]:
    """Waits until something is so: threads and other processes make it so."""

    async def wait(met: Callable[[], bool]) -> None:
        while not met():  # noqa: ASYNC110
            await asyncio.sleep(0.02)

    return wait
