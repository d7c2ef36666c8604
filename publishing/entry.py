"""Entries: what the readers of files hand to the importer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from models import Kind


@dataclass(frozen=True)
class Entry:
    """One record of a file: where it stands, and its data, or what is wrong with it."""

    place: str
    data: Mapping[str, Any]
    problem: str | None = None


class Reader(Protocol):
    """A format: yields the entries at a path, all of them or those of one kind. It may be asked several times."""

    def __call__(self, path: Path, kind: Kind | None = None) -> Iterator[Entry]: ...
