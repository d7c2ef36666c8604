"""Plain resolvers: called for each parent, as graphql-core calls them, and awaited together."""

import asyncio
from functools import cache
from types import GeneratorType
from typing import Any

from graphql.pyutils import gather_with_cancel

from engine.plan import Unplanned
from engine.run import Run
from engine.selection import Column, Values


async def resolved(column: Column, parents: Values, run: Run) -> Values:
    """What the resolver of a column says of each parent. Raises what it raised."""
    arguments = run.asked[column.place] or {}
    if isinstance(arguments, Exception):
        raise arguments
    resolve, told = column.field.resolve or run.stock().field_resolver, info(column, run)
    values: Values = []
    try:
        for parent in parents:
            values.append(resolve(parent, told, **arguments))
    except Exception:
        leave(values)
        raise
    return await awaited(values, run)


async def awaited(values: Values, run: Run) -> Values:
    """The values, those that are awaitable awaited together, each in a task of its own."""
    places = [place for place, value in enumerate(values) if may_wait(type(value)) and run.stock().is_awaitable(value)]
    if not places:
        return values
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        leave([values[place] for place in places])
        raise Unplanned("no event loop") from None
    try:
        await asyncio.sleep(0)  # what has awaitables is an awaitable itself, even where they are done already
    except BaseException:
        leave([values[place] for place in places])
        raise
    found = await gather_with_cancel(*(values[place] for place in places))
    for place, value in zip(places, found, strict=True):
        values[place] = value
    return values


def leave(values: Values) -> None:
    """Close the coroutines among some values: nobody is going to await them."""
    for value in values:
        if asyncio.iscoroutine(value):
            value.close()


def may_wait(kind: Any) -> bool:
    """Whether objects of a class may be awaitable."""
    return hasattr(kind, "__await__") or kind is GeneratorType


def info(column: Column, run: Run) -> Any:
    """What resolvers are told, once a column: it has no path, and who asks for one goes to the stock executor."""
    nowhere: Any = None
    told = run.stock().build_resolve_info(column.field, column.nodes, column.parent_type, nowhere)
    kind: Any = type(told)
    pathless = _pathless(kind)(*told)
    pathless._run = run
    return pathless


@cache
def _pathless(kind: Any) -> Any:
    def path(told: Any) -> Any:
        told._run.strayed = "path"
        raise Unplanned("path")

    return type(kind.__name__, (kind,), {"path": property(path)})
