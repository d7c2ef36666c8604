"""What one operation carries: where it reads, what it may see, and its loaders."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any

from pydantic.alias_generators import to_camel
from strawberry.dataloader import DataLoader

from cache import Cache
from engine.batched import Batch
from loaders.database import Database
from loaders.perspective import Audience, Perspective, Reading
from loaders.rows import Detail, heavy_columns
from settings import Settings

Below = frozenset[str] | None
"""The names of the fields selected beneath a field; None where they are not known."""
NO_TEXT: Below = frozenset()


@cache
def _with_text() -> frozenset[str]:
    """The fields that need a row's rich text: those that show it, and JSON-LD."""
    return frozenset(map(to_camel, heavy_columns())) | {"jsonLd"}


# Fields that are there for all content: read from the edition alone, or loaded by its ids.
OF_EDITIONS = frozenset(
    "__typename id slug title summary locale publishedAt updatedAt url seo edition translations links linkedFrom topics"  # noqa: SIM905
    " description canonicalUrl robots label version revision supersededAt"
    " edges nodes node pageInfo totalCount cursor heading note position".split()
)


@lru_cache(1024)
def _detail(below: frozenset[str]) -> Detail:
    """How much rows must have for the fields beneath them."""
    if below <= OF_EDITIONS:
        return Detail.EDITION
    return Detail.LIGHT if _with_text().isdisjoint(below) else Detail.ALL


@dataclass
class Context:
    """The context of one operation. The perspective is set once, before anything is resolved.

    ``revision`` is the head, where it is known already; ``graph`` the graph cache, where there is one. ``met`` gets
    what the answer is made of, where somebody wants to know. Where ``changes`` is asked, ``secret`` is what positions
    are signed with, and ``newest`` the head, whatever revision is read.
    """

    database: Database
    settings: Settings
    audience: Audience
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    perspective: Perspective | None = None
    revision: int | None = None
    graph: Cache[Any] | None = None
    met: list[Any] | None = None
    secret: str = ""
    newest: int = 0
    _readings: dict[Detail, Reading] = field(default_factory=dict)
    _loaders: dict[tuple[Any, str], DataLoader[Any, Any]] = field(default_factory=dict)

    @property
    def key(self) -> int | None:
        """What stands for all that decides what batch functions find; None where nothing of it may be kept."""
        assert self.perspective is not None
        kept = self.graph is not None and self.met is None and not self.perspective.preview
        return self.perspective.serial if kept else None

    @property
    def reading(self) -> Reading:
        """What loaders take beside their keys. Rows come whole."""
        return self.reading_of(None)

    def reading_of(self, below: Below) -> Reading:
        """The same; rows come with no more than the fields beneath need."""
        detail = Detail.ALL if below is None else _detail(below)
        if detail not in self._readings:
            assert self.perspective is not None
            cache = None if self.perspective.preview else self.graph
            self._readings[detail] = Reading(self.database, self.perspective, cache, detail)
        return self._readings[detail]

    def loader(self, batch: Batch, arguments: Mapping[str, Any]) -> DataLoader[Any, Any]:
        """The DataLoader for a batched field with some arguments: one an operation."""
        key = (batch, repr(sorted(arguments.items())))
        if key not in self._loaders:
            asked = [] if batch.prepare is None else [batch.prepare(**arguments)]

            async def load_all(parents: list[Any]) -> Any:
                return await batch.load(parents, self, *asked)

            self._loaders[key] = DataLoader(load_fn=load_all)
        return self._loaders[key]
