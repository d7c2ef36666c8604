"""A server that stops without dropping a request: it says so first, serves for a while, then takes no more."""

import asyncio
import signal
import socket
from functools import partial
from types import FrameType
from typing import Any

import uvicorn

from delivery.connections import Connections
from delivery.protocol import Connection

TICK = 0.1


class Server(uvicorn.Server):
    """uvicorn's server with our connections.

    Told to stop by SIGTERM, it first fails ``/readyz`` and ends each connection with its next answer, which says so;
    after ``drain_seconds`` the listening sockets close, and what was accepted is answered.
    """

    def __init__(self, connections: Connections, drain_seconds: float, app: Any, **config: Any) -> None:
        super().__init__(uvicorn.Config(app, http=partial(Connection, connections), **config))  # type: ignore[arg-type]
        self._connections = connections
        self._drain_seconds = drain_seconds

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop. Whoever presses Ctrl-C has no balancer in front of the server, and need not wait."""
        if sig == signal.SIGINT:
            self._drain_seconds = 0.0
        super().handle_exit(sig, frame)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._watching = asyncio.create_task(self._connections.watch())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._connections.drain()
        until = asyncio.get_running_loop().time() + self._drain_seconds
        while asyncio.get_running_loop().time() < until and self._drain_seconds:
            await asyncio.sleep(TICK)
            await self.on_tick(0)  # the header Date goes on
        for accepted in self._close():
            await self._serve_on(accepted)
        await super().shutdown(sockets)
        self._watching.cancel()

    def _close(self) -> list[socket.socket]:
        """Stop listening; the connections that clients have made already, and that nobody has taken yet.

        Without them, the system would reset these connections with the requests that are on them.
        """
        listening = [socket.fromfd(s.fileno(), s.family, s.type) for server in self.servers for s in server.sockets]
        for server in self.servers:
            server.close()
        accepted = []
        for each in listening:
            with each:
                each.setblocking(False)
                accepted += _queued(each)
        return accepted

    async def _serve_on(self, accepted: socket.socket) -> None:
        made = partial(Connection, self._connections, self.config, self.server_state, self.lifespan.state)
        await asyncio.get_running_loop().connect_accepted_socket(made, accepted)


def _queued(listening: socket.socket) -> list[socket.socket]:
    accepted = []
    while True:
        try:
            accepted.append(listening.accept()[0])
        except BlockingIOError:
            return accepted
