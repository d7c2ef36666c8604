"""Caches bounded by bytes: what is asked for again stays, and what is not goes first. Every hit is one dict lookup.

Two generations (Appel 1989 called them so, for garbage): an entry is born young; when the young fill half of the
limit, the old are dropped and the young become old; an old entry that is asked for is young again.
"""

import asyncio
import dataclasses
import sys
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from enum import Enum
from itertools import chain
from typing import Any, Generic, TypeVar

V = TypeVar("V")
ENTRY = 400
"""Bytes that an entry takes beside its value: the key, its tuple and its places in two dicts (2026-11)."""


class _Missing:
    """Stands for what is not in a cache: None may well be."""


MISSING: Any = _Missing()


class Cache(Generic[V]):
    """Values by key, up to ``limit`` bytes of them, as whoever puts them says. The counters only grow."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.hits = self.misses = self.evictions = 0
        self.epoch = 0
        self._young: dict[Hashable, V] = {}
        self._old: dict[Hashable, V] = {}
        self._weights: dict[Hashable, int] = {}
        self._young_bytes = self._old_bytes = 0
        self._flights: dict[Hashable, asyncio.Future[None]] = {}

    @property
    def size(self) -> int:
        """The bytes that all entries take."""
        return self._young_bytes + self._old_bytes

    def __len__(self) -> int:
        return len(self._weights)

    def get(self, key: Hashable) -> V:
        """The value for a key, or MISSING."""
        value: V = self._young.get(key, MISSING)
        if value is MISSING:
            value = self._revived(key)
        if value is MISSING:
            self.misses += 1
        else:
            self.hits += 1
        return value

    def _revived(self, key: Hashable) -> V:
        value: V = self._old.pop(key, MISSING)
        if value is not MISSING:
            weight = self._weights[key]
            self._old_bytes -= weight
            self._young_bytes += weight
            self._young[key] = value
            self._make_room()
        return value

    def put(self, key: Hashable, value: V, weight: int, epoch: int | None = None) -> None:
        """Keep a value that takes some bytes. One that takes more than half of the limit is not kept.

        Nor is one that was made in an earlier ``epoch``: what ``clear`` was called for may be in it.
        """
        if weight + ENTRY > self.limit // 2 or epoch not in (None, self.epoch):
            return
        self.drop(key)
        self._young[key] = value
        self._weights[key] = weight + ENTRY
        self._young_bytes += weight + ENTRY
        self._make_room()

    def grow(self, key: Hashable, weight: int) -> None:
        """Say that a value takes more bytes than it did when it was put."""
        if key in self._weights:
            self._weights[key] += weight
            if key in self._young:
                self._young_bytes += weight
                self._make_room()
            else:
                self._old_bytes += weight

    def drop(self, key: Hashable) -> None:
        """Forget a key."""
        weight = self._weights.pop(key, None)
        if weight is None:
            return
        if self._young.pop(key, MISSING) is not MISSING:
            self._young_bytes -= weight
        else:
            del self._old[key]
            self._old_bytes -= weight

    def clear(self) -> None:
        """Forget everything, and what is being made now."""
        self.epoch += 1
        self._young, self._old, self._weights = {}, {}, {}
        self._young_bytes = self._old_bytes = 0

    def _make_room(self) -> None:
        if self._young_bytes > self.limit // 2:
            self.evictions += len(self._old)
            for key in self._old:
                del self._weights[key]
            self._old, self._young = self._young, {}
            self._old_bytes, self._young_bytes = self._young_bytes, 0

    async def flight(self, key: Hashable, make: Callable[[], Awaitable[V]], weigh: Callable[[V], int | None]) -> V:
        """The value for a key; of those who ask for what is not there, one makes it and the others wait.

        ``weigh`` gives None for a value that is not to be kept.
        """
        while (value := self.get(key)) is MISSING:
            under_way = self._flights.get(key)
            if under_way is None:
                return await self._make(key, make, weigh)
            await asyncio.shield(under_way)
            if key not in self._weights:  # it failed, or was too large to be kept
                return await make()
        return value

    async def _make(self, key: Hashable, make: Callable[[], Awaitable[V]], weigh: Callable[[V], int | None]) -> V:
        self._flights[key] = landed = asyncio.get_running_loop().create_future()
        epoch = self.epoch
        try:
            value = await make()
            takes = weigh(value)
            if takes is not None:
                self.put(key, value, takes, epoch)
            return value
        finally:
            del self._flights[key]
            landed.set_result(None)

    async def batch(
        self, scope: Hashable, keys: Sequence[Any], load: Callable[[list[Any]], Awaitable[Sequence[V]]]
    ) -> list[V]:
        """The values for some keys of a scope; those that are missing are loaded together, by one of those who ask."""
        found = [self.get((scope, key)) for key in keys]
        if MISSING not in found:
            return found
        missing = list(dict.fromkeys(key for key, value in zip(keys, found, strict=True) if value is MISSING))
        under_way = {self._flights[scope, key] for key in missing if (scope, key) in self._flights}
        if under_way:
            await asyncio.wait([asyncio.shield(each) for each in under_way])
        values = {key: self._peek((scope, key)) for key in missing} if under_way else {}
        left = [key for key in missing if values.get(key, MISSING) is MISSING]
        if left:
            values |= zip(left, await self._load(scope, left, load), strict=True)
        return [values[key] if value is MISSING else value for key, value in zip(keys, found, strict=True)]

    def _peek(self, key: Hashable) -> V:
        value: V = self._young.get(key, MISSING)
        return self._old.get(key, MISSING) if value is MISSING else value

    async def _load(self, scope: Hashable, keys: list[Any], load: Callable[..., Awaitable[Sequence[V]]]) -> Sequence[V]:
        landed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        flights = {(scope, key): landed for key in keys}
        self._flights |= flights
        epoch = self.epoch
        try:
            values = await load(keys)
            for key, value in zip(keys, values, strict=True):
                self.put((scope, key), value, weight(value), epoch)
            return values
        finally:
            for flight in flights:
                if self._flights.get(flight) is landed:
                    del self._flights[flight]
            landed.set_result(None)


def weight(value: Any) -> int:
    """About how many bytes a value takes, with all that it holds. An object may say so itself: ``weight()``."""
    if value is None or isinstance(value, bool | Enum | type):
        return 0
    own: Callable[[], int] | None = getattr(value, "weight", None)
    if own is not None:
        return own()
    return sys.getsizeof(value) + sum(map(weight, _parts(value)))


def _parts(value: Any) -> Iterable[Any]:
    """What a value holds."""
    if isinstance(value, dict):
        return chain.from_iterable(value.items())
    if isinstance(value, list | tuple | set | frozenset):
        return value
    if dataclasses.is_dataclass(value):
        return (getattr(value, field.name) for field in dataclasses.fields(value))
    return ()
