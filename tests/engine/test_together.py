"""Coroutines that wait together in one task."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest

from engine.together import together


async def now(value: Any) -> Any:
    """A coroutine that never waits."""
    return value


async def after(turns: int, value: Any) -> Any:
    """One that lets others go first."""
    for _ in range(turns):
        await asyncio.sleep(0)
    return value


class Told:
    """Coroutines that wait, and note down that they were cancelled."""

    def __init__(self) -> None:
        self.names: list[str] = []

    async def waits(self, name: str, turns: int = 0) -> None:
        await after(turns, None)
        try:
            await asyncio.sleep(0.5)
        except asyncio.CancelledError:
            self.names.append(name)
            raise


async def fails(turns: int = 0, message: str = "No.") -> None:
    """A coroutine that raises."""
    await after(turns, None)
    raise ValueError(message)


@pytest.mark.parametrize("number", [0, 1, 2, 9])
async def test_results_come_in_the_order_of_the_coroutines(number):
    """Whoever is done first, the results stand in the order that was asked."""
    coroutines = [after((number - place) % 4, place) for place in range(number)]

    assert await together(coroutines) == list(range(number))


async def test_what_waits_and_what_does_not_go_together():
    """Results that were there at once, after a turn of the loop and after some time."""
    assert await together([now("a"), asyncio.sleep(0.001, "b"), after(1, "c")]) == ["a", "b", "c"]


async def test_waits_overlap():
    """Five that wait 50 ms each wait 50 ms."""
    before = time.perf_counter()

    await together([asyncio.sleep(0.05, place) for place in range(5)])

    assert time.perf_counter() - before < 0.2


async def test_what_never_waits_takes_no_turn_of_the_loop():
    """Nobody else comes between where no coroutine waits."""
    turns: list[str] = []
    asyncio.get_running_loop().call_soon(turns.append, "another")

    await together([now(1), now(2)])

    assert turns == []


async def test_a_whole_tree_waits_in_the_task_of_the_caller():
    """Coroutines that wait together within coroutines that do: all in one task, and their waits overlap."""
    tasks: set[Any] = set()

    async def leaf() -> None:
        tasks.add(asyncio.current_task())
        await asyncio.sleep(0.02)
        tasks.add(asyncio.current_task())

    async def branch() -> None:
        await together([leaf() for _ in range(3)])

    before = time.perf_counter()
    await together([branch(), together([branch(), leaf()])])

    assert tasks == {asyncio.current_task()}
    assert time.perf_counter() - before < 0.15


async def test_one_that_can_go_on_does_not_wait_for_the_others():
    """A chain of short waits is not held up by one long wait."""
    ended: list[str] = []

    async def chain() -> None:
        for _ in range(5):
            await asyncio.sleep(0.002)
        ended.append("chain")

    async def long() -> None:
        await asyncio.sleep(0.1)
        ended.append("long")

    await together([long(), chain()])

    assert ended == ["chain", "long"]


async def test_two_may_wait_for_the_same_future():
    """A future that two coroutines await gives both its result."""
    future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(0.001, future.set_result, "same")

    async def waits() -> str:
        return await future

    assert await together([waits(), waits(), waits()]) == ["same"] * 3


async def test_events_and_locks_work_as_in_tasks():
    """One sets what another waits for."""
    event, lock = asyncio.Event(), asyncio.Lock()

    async def sets() -> str:
        async with lock:
            await asyncio.sleep(0.001)
            event.set()
        return "set"

    async def waits() -> str:
        async with asyncio.timeout(5):
            await event.wait()
        async with lock:
            return "waited"

    assert await together([waits(), sets()]) == ["waited", "set"]


FAILING: dict[str, Callable[[Told], list[Any]]] = {
    "after the others began": lambda told: [told.waits("a"), told.waits("b"), fails()],
    "a turn later": lambda told: [told.waits("a"), fails(1), told.waits("b")],
    "when another is done": lambda told: [now(1), told.waits("a"), fails(3), told.waits("b")],
    "one of two that fail": lambda told: [told.waits("a"), told.waits("b"), fails(2), fails(2, "Too late.")],
}
UNTOLD: dict[str, Callable[[Told], list[Any]]] = {
    "before the others began": lambda told: [fails(), told.waits("a"), told.waits("b")],
    "while another gave way": lambda told: [told.waits("a", 1), told.waits("b"), fails()],
    "in the turn of another": lambda told: [told.waits("b"), fails(1), told.waits("a", 2)],
}


@pytest.mark.parametrize("made", [pytest.param(made, id=name) for name, made in (FAILING | UNTOLD).items()])
async def test_the_error_of_one_cancels_the_others(made):
    """The first error is raised when all others were told and are gone."""
    told = Told()

    with pytest.raises(ValueError, match="No\\."):
        async with asyncio.timeout(0.1):
            await together(made(told))

    assert set(told.names) <= {"a", "b"}


async def test_the_others_put_their_things_in_order_before_the_error_is_raised():
    """One that is cancelled may wait in its ``finally``."""
    ended: list[str] = []

    async def tidy() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.001)
            ended.append("tidy")

    with pytest.raises(ValueError, match="No"):
        await together([tidy(), fails(1)])

    assert ended == ["tidy"]


async def test_who_cancels_the_caller_cancels_all():
    """A task that waits for several and is cancelled: each is told, and the task ends as cancelled."""
    told = Told()
    task = asyncio.create_task(together([told.waits("a"), together([told.waits("b"), told.waits("c")])]))
    await asyncio.sleep(0.001)

    task.cancel()
    await asyncio.wait([task])

    assert task.cancelled()
    assert sorted(told.names) == ["a", "b", "c"]


async def test_who_cancels_the_caller_is_heard_though_one_was_cancelled_already():
    """One of the coroutines was cancelled by somebody else, and another takes its time to end."""
    told = Told()

    async def ends_late() -> None:
        try:
            await asyncio.sleep(0.5)
        finally:
            await told.waits("late")

    future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(together([asyncio.wait_for(future, 9), ends_late()]))
    await asyncio.sleep(0.001)
    future.cancel()
    await asyncio.sleep(0.001)

    task.cancel()
    await asyncio.wait([task], timeout=0.1)

    assert task.cancelled()
    assert told.names == ["late"]


async def test_a_timeout_reaches_all():
    """``asyncio.timeout`` around them all, as the stock runs have it."""
    told = Told()

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await together([told.waits("a"), told.waits("b")])

    assert told.names == ["a", "b"]
