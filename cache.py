"""Caches bounded by bytes: what is asked for again stays, and what is not goes first. A hit is a dict lookup.

Two generations, as garbage collectors have them: an entry is born young; when the young take half of the limit, the
old are dropped and the young become old; an old entry that is asked for is young again.
"""

import asyncio
import dataclasses
import sys
from collections import defaultdict
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from enum import Enum
from itertools import chain, repeat
from typing import Any, Generic, TypeVar

V = TypeVar("V")
Scope = Hashable
Load = Callable[[list[Any]], Awaitable[Sequence[V]]]
ENTRY = 400
"""Bytes that an entry takes beside its value: its key, and its places in two dicts (2026-11)."""
ATTRIBUTES = 200
"""Bytes that an object's attributes take, which sys.getsizeof does not count (2026-11)."""


class _Missing:
    """Stands for what is not in a cache: None may well be."""


MISSING: Any = _Missing()


class Cache(Generic[V]):
    """Values by scope and key, up to ``limit`` bytes of them, as whoever puts them says. The counters only grow.

    Of those who ask at once for what is not there, one makes it and the others wait.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.hits = self.misses = self.evictions = 0
        self.epoch = 0
        self._young = _Generation[V]()
        self._old = _Generation[V]()
        self._flights: dict[tuple[Scope, Hashable], asyncio.Future[None]] = {}

    @property
    def size(self) -> int:
        """The bytes that all entries take."""
        return self._young.size + self._old.size

    def __len__(self) -> int:
        return len(self._young) + len(self._old)

    def get(self, key: Hashable, scope: Scope = None) -> V:
        """The value for a key, or MISSING."""
        value = self._peek(scope, key)
        if value is MISSING:
            self.misses += 1
        else:
            self.hits += 1
        return value

    def put(self, key: Hashable, value: V, weight: int, *, scope: Scope = None, epoch: int | None = None) -> None:
        """Keep a value that takes some bytes. One that takes more than half of the limit is not kept.

        Nor is one that was made in an earlier ``epoch``: what ``clear`` was called for may be in it.
        """
        if weight + ENTRY <= self.limit // 2 and epoch in (None, self.epoch):
            self._old.pop(scope, key)
            self._young.put(scope, key, value, weight + ENTRY)
            self._make_room()

    def grow(self, key: Hashable, weight: int, scope: Scope = None) -> None:
        """Say that a value takes more bytes than it did when it was put."""
        if not self._young.grow(scope, key, weight):
            self._old.grow(scope, key, weight)
        self._make_room()

    def clear(self) -> None:
        """Forget everything, and what is being made now."""
        self.epoch += 1
        self._young, self._old = _Generation(), _Generation()

    async def flight(self, key: Hashable, make: Callable[[], Awaitable[V]], weigh: Callable[[V], int | None]) -> V:
        """The value for a key, made where it is missing. ``weigh`` gives None for a value that is not to be kept."""
        while (value := self.get(key)) is MISSING:
            under_way = self._flights.get((None, key))
            if under_way is None:
                return await self._make(key, make, weigh)
            await asyncio.shield(under_way)
            if self._peek(None, key) is MISSING:  # it failed, or was not to be kept
                return await make()
        return value

    async def batch(self, scope: Scope, keys: Sequence[Any], load: Load[V]) -> list[V]:
        """The values for some keys of a scope; those that are missing are loaded together."""
        found: list[Any] = list(map(self._young.of(scope).get, keys, repeat(MISSING)))
        if MISSING not in found:
            self.hits += len(keys)
            return found
        return await self._batch(scope, keys, load)

    async def _batch(self, scope: Scope, keys: Sequence[Any], load: Load[V]) -> list[V]:
        found = {key: self.get(key, scope) for key in dict.fromkeys(keys)}
        missing = [key for key, value in found.items() if value is MISSING]
        under_way = {self._flights[scope, key] for key in missing if (scope, key) in self._flights}
        if under_way:
            await asyncio.wait([asyncio.shield(each) for each in under_way])
            found |= {key: self._peek(scope, key) for key in missing}
            missing = [key for key, value in found.items() if value is MISSING]
        if missing:
            found |= zip(missing, await self._load(scope, missing, load), strict=True)
        return [found[key] for key in keys]

    def _peek(self, scope: Scope, key: Hashable) -> V:
        value = self._young.get(scope, key)
        if value is not MISSING:
            return value
        value, weight = self._old.pop(scope, key)
        if value is not MISSING:
            self._young.put(scope, key, value, weight)
            self._make_room()
        return value

    def _make_room(self) -> None:
        if self._young.size > self.limit // 2:
            self.evictions += len(self._old)
            self._old, self._young = self._young, _Generation()
        if self.size > self.limit:
            self.evictions += len(self._old)
            self._old = _Generation()

    async def _make(self, key: Hashable, make: Callable[[], Awaitable[V]], weigh: Callable[[V], int | None]) -> V:
        epoch, landed = self.epoch, asyncio.get_running_loop().create_future()
        self._flights[None, key] = landed
        try:
            value = await make()
            takes = weigh(value)
            if takes is not None:
                self.put(key, value, takes, epoch=epoch)
            return value
        finally:
            del self._flights[None, key]
            landed.set_result(None)

    async def _load(self, scope: Scope, keys: list[Any], load: Load[V]) -> Sequence[V]:
        epoch, landed = self.epoch, asyncio.get_running_loop().create_future()
        self._flights |= {(scope, key): landed for key in keys}
        try:
            values = await load(keys)
            for key, value in zip(keys, values, strict=True):
                self.put(key, value, weight(value), scope=scope, epoch=epoch)
            return values
        finally:
            for key in keys:
                if self._flights.get((scope, key)) is landed:
                    del self._flights[scope, key]
            landed.set_result(None)


class _Generation(Generic[V]):
    """Some of the entries of a cache: values by scope and key, their weights, and the sum of these."""

    def __init__(self) -> None:
        self.size = 0
        self._values: dict[Scope, dict[Hashable, V]] = {}
        self._weights: dict[Scope, dict[Hashable, int]] = defaultdict(dict)

    def __len__(self) -> int:
        return sum(map(len, self._values.values()))

    def of(self, scope: Scope) -> dict[Hashable, V]:
        """The values of a scope, not to be changed."""
        return self._values.get(scope, {})

    def get(self, scope: Scope, key: Hashable) -> V:
        value: V = self.of(scope).get(key, MISSING)
        return value

    def put(self, scope: Scope, key: Hashable, value: V, weight: int) -> None:
        weights = self._weights[scope]
        self.size += weight - weights.get(key, 0)
        weights[key] = weight
        self._values.setdefault(scope, {})[key] = value

    def pop(self, scope: Scope, key: Hashable) -> tuple[V, int]:
        value: V = self.of(scope).get(key, MISSING)
        if value is MISSING:
            return value, 0
        del self._values[scope][key]
        weight = self._weights[scope].pop(key)
        self.size -= weight
        return value, weight

    def grow(self, scope: Scope, key: Hashable, weight: int) -> bool:
        known = key in self.of(scope)
        if known:
            self._weights[scope][key] += weight
            self.size += weight
        return known


def weight(value: Any) -> int:
    """About how many bytes a value takes, with all that it holds. An object may say so itself: ``weight()``."""
    if value is None or isinstance(value, bool | Enum | type):
        return 0
    own: Callable[[], int] | None = getattr(value, "weight", None)
    if own is not None:
        return own()
    attributes = ATTRIBUTES if hasattr(value, "__dict__") else 0
    return sys.getsizeof(value) + attributes + sum(map(weight, _parts(value)))


def _parts(value: Any) -> Iterable[Any]:
    """What a value holds."""
    if isinstance(value, dict):
        return chain.from_iterable(value.items())
    if isinstance(value, list | tuple | set | frozenset):
        return value
    if dataclasses.is_dataclass(value):
        return (getattr(value, field.name) for field in dataclasses.fields(value))
    return ()
