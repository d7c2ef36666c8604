"""Servers to measure: one process each, on a core of their own, with the layers of their variant on or off."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.cores import SERVER, on
from bench.dataset import ROOT

HOST = "127.0.0.1"
SECONDS_TO_START = 60.0
TICKS = os.sysconf("SC_CLK_TCK")
OFF = "0"


@dataclass(frozen=True)
class Variant:
    """A way to answer: a floor, or the server with some layers off."""

    name: str
    title: str
    floor: bool = False
    settings: tuple[tuple[str, str], ...] = ()


def _layers(name: str, title: str, **settings: str) -> Variant:
    return Variant(name, title, settings=tuple((f"CAVEAT_{key.upper()}", value) for key, value in settings.items()))


DEFAULTS = _layers("defaults", "caches at their defaults")
FLOORS = [Variant("raw", "raw ASGI constant", floor=True), Variant("starlette", "Starlette constant", floor=True)]
LAYERS = [
    _layers("response-cache", "response cache", engine="on"),
    _layers("graph-cache", "engine, graph cache warm", engine="on", response_cache_mb=OFF),
    _layers("engine", "engine, caches off", engine="on", response_cache_mb=OFF, graph_cache_mb=OFF),
    _layers("stock-graph-cache", "stock, graph cache warm", engine="off", response_cache_mb=OFF),
    _layers("stock", "stock, caches off", engine="off", response_cache_mb=OFF, graph_cache_mb=OFF),
]
VARIANTS = {variant.name: variant for variant in [*FLOORS, *LAYERS]}


@dataclass(frozen=True)
class Server:
    """A server that runs."""

    variant: Variant
    port: int
    pid: int

    def path(self, operation: str) -> str:
        """Where an operation is posted to."""
        return f"/{operation}" if self.variant.floor else "/graphql"

    def cpu_seconds(self) -> float | None:
        """The time that the process has had on a core, in all its threads; None where the system does not tell."""
        stat = Path(f"/proc/{self.pid}/stat")
        if not stat.exists():
            return None
        user, system = stat.read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / TICKS

    def peak_mb(self) -> float | None:
        """The most memory that the process has held, in MB (10^6 bytes); None where the system does not tell."""
        status = Path(f"/proc/{self.pid}/status")
        lines = status.read_text().splitlines() if status.exists() else []
        peaks = [int(line.split()[1]) for line in lines if line.startswith("VmHWM:")]
        return round(peaks[0] * 1024 / 1e6, 1) if peaks else None


@contextmanager
def caveat(variant: Variant, database_url: str) -> Iterator[Server]:
    """The server with a variant's layers, on a database."""
    environment = {"CAVEAT_DATABASE_URL": database_url, **dict(variant.settings)}
    with _running(variant, [sys.executable, "server.py"], environment) as server:
        yield server


@contextmanager
def floor(variant: Variant, answers: Path) -> Iterator[Server]:
    """A floor that gives the answers of a file."""
    command = [sys.executable, "-m", "bench.floors", variant.name, str(answers)]
    with _running(variant, command, {}) as server:
        yield server


@contextmanager
def _running(variant: Variant, command: list[str], environment: Mapping[str, str]) -> Iterator[Server]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("CAVEAT_")}
    port = _free_port()
    with tempfile.TemporaryFile("w+") as log:
        full = {**kept, **environment, "HOST": HOST, "PORT": str(port)}
        with on(SERVER):
            process = subprocess.Popen(command, cwd=ROOT, env=full, stdout=log, stderr=log)  # noqa: S603
        try:
            _wait(process, port)
            yield Server(variant, port, process.pid)
        except BaseException:
            log.seek(0)
            sys.stderr.writelines(line for line in log if not line.startswith("INFO"))
            raise
        finally:
            _stop(process)


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as listening:
        return int(listening.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until the server listens. Raises SystemExit when it ended, or took too long."""
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SystemExit(f"The server ended with code {process.returncode} before it listened.")
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("The server did not listen in time.")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
