"""The load: wrk where it is on PATH, otherwise the bundled client; either on a core of its own, in rounds."""

import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench.answers import Sizes
from bench.cores import LOAD, on
from bench.dataset import ROOT
from bench.operation import Operation
from bench.serve import HOST, Server

WRK = shutil.which("wrk")
LONGEST = 60.0  # seconds
CLIENT = "wrk" if WRK else "bundled Python client"


@dataclass(frozen=True)
class Load:
    """What came of one stretch of load, and the time that the server had on its core meanwhile."""

    requests: int
    seconds: float
    received: int
    failed: int
    p50_ms: float
    p99_ms: float
    cpu_seconds: float | None = None

    @property
    def per_second(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds

    @property
    def cpu_us(self) -> float | None:
        """The server's time on its core a request, in microseconds: what others on the machine do changes it little."""
        return None if self.cpu_seconds is None else self.cpu_seconds / self.requests * 1e6

    @property
    def core(self) -> float | None:
        """The share of its core that the server had."""
        return None if self.cpu_seconds is None else self.cpu_seconds / self.seconds


def put(server: Server, operation: Operation, sizes: Sizes, connections: int, seconds: float) -> Load:
    """Ask a server for an operation, as fast as it answers; longer where not one answer came in time.

    Raises SystemExit when an answer is not as expected.
    """
    with tempfile.NamedTemporaryFile() as file, on(LOAD):
        file.write(b"\n".join(operation.bodies))
        file.flush()
        command, before = (
            _command(server.port, server.path(operation.name), Path(file.name), connections, seconds),
            server.cpu_seconds(),
        )
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode or not done.stdout.strip():
        raise SystemExit(f"The load failed: {done.stdout}{done.stderr}")
    after = server.cpu_seconds()
    spent = None if before is None or after is None else after - before
    load = Load(**json.loads(done.stdout.splitlines()[-1]), cpu_seconds=spent)
    if not load.requests and not load.failed and seconds < LONGEST:
        return put(server, operation, sizes, connections, 2 * seconds)
    _check(load, server, operation, sizes, connections)
    return load


def _command(port: int, path: str, bodies: Path, connections: int, seconds: float) -> list[str]:
    if WRK is None:
        place = [HOST, str(port), path, str(bodies), str(connections), str(seconds)]
        return [sys.executable, "-m", "bench.client", *place]
    script = str(Path(__file__).parent / "wrk.lua")
    options = ["-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "10s", "--latency", "-s", script]
    return [WRK, *options, f"http://{HOST}:{port}{path}", "--", str(bodies)]


def _check(load: Load, server: Server, operation: Operation, sizes: Sizes, connections: int) -> None:
    """The bytes that came in all tell whether an answer was of another size, as one with errors is.

    More may have come: parts of answers that were not finished. Less is what answers may differ by that came before
    their turn; for an operation whose answers are all of one size, nothing.
    """
    where = f"{server.variant.title}, {operation.name}"
    if load.failed or not load.requests:
        raise SystemExit(f"{where}: {load.failed} of {load.requests} requests failed.")
    expected, largest, smallest = sizes.in_all(load.requests), max(sizes.wire), min(sizes.wire)
    early = (connections + 1) * (largest - smallest)  # wrk takes a first turn of its own
    if not expected - early <= load.received <= expected + early + connections * largest:
        raise SystemExit(f"{where}: {load.requests} answers had {load.received} bytes in all, and not {expected}.")
