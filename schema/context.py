"""What one operation carries: where it reads, what it may see, and its loaders."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from strawberry.dataloader import DataLoader

from loaders.database import Database
from loaders.perspective import Audience, Perspective, Reading
from settings import Settings


@dataclass
class Context:
    """The context of one operation. The perspective is set once, before anything is resolved."""

    database: Database
    settings: Settings
    audience: Audience
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    perspective: Perspective | None = None
    _loaders: dict[tuple[Any, str], DataLoader[Any, Any]] = field(default_factory=dict)

    @property
    def reading(self) -> Reading:
        """What loaders take beside their keys."""
        assert self.perspective is not None
        return Reading(self.database, self.perspective)

    def loader(self, load: Any, arguments: Mapping[str, Any]) -> DataLoader[Any, Any]:
        """The DataLoader for a batch function with some arguments: one an operation."""
        key = (load, repr(sorted(arguments.items())))
        if key not in self._loaders:

            async def load_all(parents: list[Any]) -> Any:
                return await load(parents, self, **arguments)

            self._loaders[key] = DataLoader(load_fn=load_all)
        return self._loaders[key]
