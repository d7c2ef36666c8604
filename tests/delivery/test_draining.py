"""Stopping under load: what was accepted is answered."""

import signal
import socket
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest

pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
BODY = b'{"query": "{ revision articles { totalCount } }"}'
REQUEST = b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (
    len(BODY),
    BODY,
)


@dataclass
class Crowd:
    """Clients that ask without a pause until nobody listens. ``lost`` are requests that were not answered."""

    port: int
    told: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)

    def keep_alive(self) -> None:
        """Ask on one connection until an answer says that it ends, then on the next."""
        while connection := self._connected():
            with connection:
                while self._asked(connection) == "goes on":
                    pass

    def fresh(self) -> None:
        """Ask on a connection of its own each time."""
        while connection := self._connected():
            with connection:
                self._asked(connection)

    def _connected(self) -> socket.socket | None:
        try:
            return socket.create_connection(("127.0.0.1", self.port), timeout=20)
        except (ConnectionRefusedError, ConnectionResetError):  # nobody listens
            return None

    def _asked(self, connection: socket.socket) -> str:
        received = b""
        try:
            connection.sendall(REQUEST)
            while not received.endswith(b"}}}"):
                piece = connection.recv(65536)
                if not piece:
                    raise ConnectionError("closed")
                received += piece
        except OSError as error:
            self.lost.append(f"{error!r} after {received!r}")
            return "lost"
        outcome = "ends" if b"connection: close" in received else "goes on"
        self.told[outcome] += 1
        return outcome


def _while_stopping(server: Any, crowd: Crowd, *, before: float) -> int:
    threads = [threading.Thread(target=ask) for ask in [crowd.keep_alive] * 4 + [crowd.fresh] * 4]
    for thread in threads:
        thread.start()
    time.sleep(before)
    code = server.stop()
    for thread in threads:
        thread.join(timeout=30)
    return code


def test_no_request_is_lost_when_the_server_stops(serve):
    """Eight clients ask until nobody listens any more: each request on a connection that was made is answered."""
    server = serve(CAVEAT_DRAIN_SECONDS="1")
    crowd = Crowd(server.client.base_url.port)

    code = _while_stopping(server, crowd, before=1.0)

    assert (code, crowd.lost) == (0, [])
    assert crowd.told["goes on"] > 100
    assert crowd.told["ends"] >= 4  # every connection that was kept was told
    assert "Traceback" not in server.log


def test_the_balancer_is_told_before_the_server_stops(serve):
    """While it drains, the server is not ready, answers all the same, and says that the connection ends."""
    server = serve(CAVEAT_DRAIN_SECONDS="3")
    ready = server.client.get("/readyz")

    with socket.create_connection(("127.0.0.1", server.client.base_url.port), timeout=20) as half:
        half.sendall(REQUEST[:30])
        server.process.send_signal(signal.SIGTERM)
        while (after := server.client.get("/readyz")).status_code == 200:
            time.sleep(0.05)
        asked = server.client.post("/graphql", json={"query": "{ revision }"})
        half.sendall(REQUEST[30:])
        finished = half.recv(65536)

    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    assert (after.status_code, after.json()) == (503, {"status": "not ready", "checks": {"server": "stopping"}})
    assert asked.json() == {"data": {"revision": 1}}
    assert {answer.headers["connection"] for answer in (after, asked)} == {"close"}
    assert "connection" not in ready.headers
    assert finished.startswith(b"HTTP/1.1 200")
    assert server.process.wait(timeout=30) == 0
