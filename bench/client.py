"""The load where there is no wrk: keeps some connections busy with the bodies of a file, in turn.

``python -m bench.client HOST PORT PATH FILE CONNECTIONS SECONDS`` writes the same line of JSON as ``wrk.lua``. It takes
more of a core than wrk, so that the fastest answers look slower than they are: compare runs of the same client.
"""

import asyncio
import itertools
import json
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

import uvloop

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
END = b"\r\n\r\n"


@dataclass
class Tally:
    """What has come back so far. Latencies are in seconds."""

    latencies: list[float] = field(default_factory=list)
    received: int = 0
    failed: int = 0


class Connection(asyncio.Protocol):
    """Sends a request, waits for the whole answer, and sends the next."""

    def __init__(self, requests: Iterator[bytes], tally: Tally) -> None:
        self._requests, self._tally = requests, tally
        self._head, self._missing, self._sent = b"", 0, 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's are no subclass
        self._send()

    def data_received(self, data: bytes) -> None:
        """Count what came; after the last byte of an answer, send the next request."""
        self._tally.received += len(data)
        if self._missing:
            self._missing -= len(data)
        else:
            self._head += data
            if END not in self._head:
                return
            self._missing = self._length() - len(self._head)
            self._head = b""
        if self._missing == 0:
            self._tally.latencies.append(time.perf_counter() - self._sent)
            self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        """Count a connection that the server closed: it is kept alive until the end."""
        self._tally.failed += 1

    def _length(self) -> int:
        """The length of the whole answer, by its head."""
        head, _, _ = self._head.partition(END)
        length = LENGTH.search(head)
        assert length, "an answer without content-length cannot be measured"
        self._tally.failed += not head.startswith(b"HTTP/1.1 200")
        return len(head) + len(END) + int(length[1])

    def _send(self) -> None:
        self._sent = time.perf_counter()
        self._transport.write(next(self._requests))


async def load(host: str, port: int, path: str, bodies: list[bytes], connections: int, seconds: float) -> Tally:
    """Keep the connections busy for some seconds."""
    head = f"POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/json\r\nContent-Length: "
    requests = [head.encode() + str(len(body)).encode() + END + body for body in bodies]
    turn, tally = itertools.cycle(requests), Tally()
    loop = asyncio.get_running_loop()
    for _ in range(connections):
        await loop.create_connection(lambda: Connection(turn, tally), host, port)
    await asyncio.sleep(seconds)
    return replace(tally, latencies=list(tally.latencies))  # what comes while the connections close does not count


def main(host: str, port: str, path: str, file: str, connections: str, seconds: str) -> None:
    """Run the load, and write what came of it."""
    bodies = Path(file).read_bytes().splitlines()
    started = time.perf_counter()
    tally = uvloop.run(load(host, int(port), path, bodies, int(connections), float(seconds)))
    lasted, ordered = time.perf_counter() - started, sorted(tally.latencies) or [0.0]
    shares = {name: ordered[int(share * len(ordered))] * 1000 for name, share in [("p50_ms", 0.5), ("p99_ms", 0.99)]}
    counts = {"requests": len(tally.latencies), "seconds": lasted, "received": tally.received, "failed": tally.failed}
    print(json.dumps(counts | shares))


if __name__ == "__main__":
    main(*sys.argv[1:])
