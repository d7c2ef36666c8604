"""Plain resolvers: called for each parent, as graphql-core calls them, and awaited together."""

import asyncio
from functools import cache
from types import GeneratorType
from typing import TYPE_CHECKING, Any

from graphql.pyutils import gather_with_cancel, is_awaitable

from engine.plan import Unplanned
from engine.selection import Column, Values

if TYPE_CHECKING:
    from engine.run import Run


async def resolved(column: Column, parents: Values, run: "Run") -> Values:
    """What the resolver of a column says of each parent. Raises what it raised."""
    arguments = run.asked[column.place] or {}
    if isinstance(arguments, Exception):
        raise arguments
    resolve, told = column.field.resolve or run.stock().field_resolver, info(column, run)
    return await awaited([resolve(parent, told, **arguments) for parent in parents])


async def awaited(values: Values) -> Values:
    """The values, those that are awaitable awaited together, each in a task of its own."""
    places = [place for place, value in enumerate(values) if may_wait(type(value)) and is_awaitable(value)]
    if not places:
        return values
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        for place in places:
            getattr(values[place], "close", int)()
        raise Unplanned("no event loop") from None
    await asyncio.sleep(0)  # what has awaitables is an awaitable itself, even where they are done already
    found = await gather_with_cancel(*(values[place] for place in places))
    for place, value in zip(places, found, strict=True):
        values[place] = value
    return values


def may_wait(kind: Any) -> bool:
    """Whether objects of a class may be awaitable."""
    return hasattr(kind, "__await__") or kind is GeneratorType


def info(column: Column, run: "Run") -> Any:
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
