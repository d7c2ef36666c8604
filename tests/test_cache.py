"""Caches bounded by bytes."""

import asyncio
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from cache import ENTRY, MISSING, Cache, weight

KEYS = st.integers(0, 8)
SCOPES = st.sampled_from([None, "a", "b"])
WEIGHTS = st.integers(0, 2_500)
LIMIT = 4_000


class Compared(RuleBasedStateMachine):
    """A cache beside a dict that forgets nothing: what the cache has is what the dict has."""

    def __init__(self) -> None:
        super().__init__()
        self.cache: Cache[int] = Cache(LIMIT)
        self.put_last: dict[Any, int] = {}
        self.numbers = 0
        self.asked = 0
        self.evicted = 0
        self.grown = 0

    @rule(key=KEYS, scope=SCOPES, takes=WEIGHTS)
    def put(self, key: int, scope: Any, takes: int) -> None:
        """What fits into half of the limit is kept, and what does not changes nothing."""
        self.numbers += 1
        self.cache.put(key, self.numbers, takes, scope=scope)
        if takes + ENTRY <= LIMIT // 2:
            self.put_last[scope, key] = self.numbers

    @rule(key=KEYS, scope=SCOPES)
    def put_what_is_too_old(self, key: int, scope: Any) -> None:
        """A value of another epoch is not kept."""
        self.cache.put(key, -1, 0, scope=scope, epoch=self.cache.epoch - 1)

    @rule(key=KEYS, scope=SCOPES)
    def get(self, key: int, scope: Any) -> None:
        """There is what was put last, or nothing."""
        found = self.cache.get(key, scope)
        self.asked += 1
        assert found is MISSING or found == self.put_last[scope, key]

    @rule(key=KEYS, scope=SCOPES, takes=WEIGHTS)
    def grow(self, key: int, scope: Any, takes: int) -> None:
        """A value may take more than was said."""
        self.cache.grow(key, takes, scope)
        self.grown += takes

    @rule()
    def clear(self) -> None:
        """Nothing is left, and another epoch begins."""
        epoch = self.cache.epoch
        self.cache.clear()
        self.put_last.clear()
        assert (len(self.cache), self.cache.size, self.cache.epoch) == (0, 0, epoch + 1)

    @invariant()
    def the_limit_holds(self) -> None:
        """Entries take no fewer bytes than their number says, and beyond the limit no more than one of the largest."""
        assert len(self.cache) * ENTRY <= self.cache.size <= LIMIT

    @invariant()
    def the_counters_only_grow(self) -> None:
        """Each question was a hit or a miss."""
        assert self.cache.hits + self.cache.misses == self.asked
        assert self.cache.evictions >= self.evicted
        self.evicted = self.cache.evictions


Compared.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestAnyUseOfACache = Compared.TestCase


def test_what_is_asked_for_stays_and_the_rest_goes():
    """Of many entries that pass through, the one that is asked for again and again is there to the end."""
    cache: Cache[int] = Cache(20 * ENTRY)
    cache.put("asked", 1, 0)

    for number in range(200):
        cache.put(number, number, 0)
        assert cache.get("asked") == 1

    assert cache.get(0) is MISSING
    assert cache.evictions > 150
    assert cache.size <= cache.limit


@pytest.mark.parametrize(("weights", "growth"), [((1_481, 0, 1_620), 0), ((100, 1_900, 0), 5_000)])
def test_a_cache_never_takes_more_than_its_limit(weights, growth):
    """However large the entries are beside the limit, and however much one of them grows."""
    cache: Cache[int] = Cache(LIMIT)

    for number, takes in enumerate(weights):
        cache.put(number, number, takes)
    cache.grow(0, growth)

    assert cache.size <= LIMIT


def test_none_is_a_value_too():
    """A value of None is a hit, and what was never put is a miss."""
    cache: Cache[Any] = Cache(10_000)
    cache.put("nothing", None, 0)

    assert (cache.get("nothing"), cache.get("other")) == (None, MISSING)
    assert (cache.hits, cache.misses) == (1, 1)


class Maker:
    """Makes values, after a while, and counts how often."""

    def __init__(self, *, fails: int = 0) -> None:
        self.calls = 0
        self.fails = fails
        self.keys: list[list[Any]] = []

    async def __call__(self) -> str:
        self.calls += 1
        number = self.calls
        await asyncio.sleep(0.001)
        if number <= self.fails:
            raise ValueError("No.")
        return f"made {number}"

    async def load(self, keys: list[Any]) -> list[str]:
        self.keys.append(keys)
        await self()
        return [f"value of {key}" for key in keys]


async def test_a_hundred_who_ask_at_once_make_it_once():
    """One makes the value, and the others wait for it."""
    cache, make = Cache[str](10_000), Maker()

    found = await asyncio.gather(*(cache.flight("key", make, len) for _ in range(100)))

    assert found == ["made 1"] * 100
    assert make.calls == 1
    assert await cache.flight("key", make, len) == "made 1"


async def test_those_who_ask_for_different_things_do_not_wait_for_each_other():
    """Each key is made of its own, all at once."""
    cache, make = Cache[str](10_000), Maker()

    await asyncio.gather(*(cache.flight(key, make, len) for key in range(5)))

    assert make.calls == 5


async def test_a_maker_that_fails_lets_the_others_make_it():
    """Who asked first gets the error; those who waited have a value of their own, and the next one finds one."""
    cache, make = Cache[str](10_000), Maker(fails=1)

    found = await asyncio.gather(*(cache.flight("key", make, len) for _ in range(3)), return_exceptions=True)

    assert isinstance(found[0], ValueError)
    assert all(isinstance(each, str) for each in found[1:])
    assert (await cache.flight("key", make, len)).startswith("made")


async def test_a_maker_that_is_cancelled_holds_nobody_up():
    """The client that asked first goes away: who waits for its value makes it itself."""
    cache, make = Cache[str](10_000), Maker()
    first = asyncio.create_task(cache.flight("key", make, len))
    second = asyncio.create_task(cache.flight("key", make, len))
    await asyncio.sleep(0)

    first.cancel()

    assert await second == "made 2"
    assert first.cancelled()


async def test_one_who_waits_and_goes_away_takes_nothing_along():
    """A client that waited for another's value and is cancelled leaves the maker alone."""
    cache, make = Cache[str](10_000), Maker()
    first = asyncio.create_task(cache.flight("key", make, len))
    second = asyncio.create_task(cache.flight("key", make, len))
    await asyncio.sleep(0)

    second.cancel()

    assert await first == "made 1"
    assert cache.get("key") == "made 1"


async def test_what_is_not_to_be_kept_is_made_again():
    """A value that has no weight is given to who asked and forgotten."""
    cache, make = Cache[str](10_000), Maker()

    assert [await cache.flight("key", make, lambda _: None) for _ in range(2)] == ["made 1", "made 2"]
    assert len(cache) == 0


async def test_what_was_under_way_when_all_was_forgotten_is_not_kept():
    """A value that was begun before ``clear`` may be of before: it is given, and not kept."""
    cache, make = Cache[str](10_000), Maker()
    flight = asyncio.create_task(cache.flight("key", make, len))
    batch = asyncio.create_task(cache.batch("scope", ["a"], make.load))
    await asyncio.sleep(0)

    cache.clear()

    assert (await flight).startswith("made")
    assert await batch == ["value of a"]
    assert len(cache) == 0


async def test_a_batch_gives_values_in_the_order_of_the_keys():
    """Keys may repeat; what is there already is not loaded again."""
    cache, make = Cache[str](10_000), Maker()
    await cache.batch("scope", ["b"], make.load)

    found = await cache.batch("scope", ["a", "b", "a", "c"], make.load)

    assert found == [f"value of {key}" for key in "abac"]
    assert make.keys == [["b"], ["a", "c"]]
    assert await cache.batch("scope", ["c", "a"], make.load) == ["value of c", "value of a"]
    assert make.calls == 2


async def test_scopes_do_not_share():
    """The same key in another scope is another value."""
    cache, make = Cache[str](10_000), Maker()

    await cache.batch("one", ["a"], make.load)
    await cache.batch("two", ["a"], make.load)

    assert make.keys == [["a"], ["a"]]


async def test_batches_that_overlap_load_each_key_once():
    """A second batch waits for the keys that the first one loads, and loads the others."""
    cache, make = Cache[str](10_000), Maker()

    found = await asyncio.gather(
        cache.batch("scope", ["a", "b"], make.load), cache.batch("scope", ["b", "c"], make.load)
    )

    assert found == [["value of a", "value of b"], ["value of b", "value of c"]]
    assert make.keys == [["a", "b"], ["c"]]


async def test_a_batch_that_fails_lets_the_others_load():
    """Whoever waited for a batch that failed loads its keys itself; nobody waits forever."""
    cache, make = Cache[str](10_000), Maker(fails=1)

    found = await asyncio.gather(
        *(cache.batch("scope", ["a", "b"], make.load) for _ in range(2)), return_exceptions=True
    )

    assert isinstance(found[0], ValueError)
    assert found[1] == ["value of a", "value of b"]


@pytest.mark.parametrize("number", [3, 20])
async def test_many_batches_that_wait_for_the_same_one_load_together(number):
    """All who waited for a batch find its values, and load nothing."""
    cache, make = Cache[str](50_000), Maker()

    await asyncio.gather(*(cache.batch("scope", ["a", "b"], make.load) for _ in range(number)))

    assert make.keys == [["a", "b"]]


def test_what_a_value_takes_is_what_it_holds():
    """Containers take what is in them, and an object may say what it takes itself."""

    class Known:
        def weight(self) -> int:
            return 1_000_000

    assert weight(None) == weight(True) == 0
    assert weight(["a" * 1000] * 3) > 3000
    assert weight({"key": ("a" * 1000,)}) > 1000
    assert weight([Known()]) > 1_000_000
