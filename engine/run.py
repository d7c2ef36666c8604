"""Running a plan: one field of all objects at a time, as columns."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import islice
from types import GeneratorType
from typing import Any

from graphql import Undefined
from graphql.execution import Executor
from graphql.pyutils import gather_with_cancel, is_awaitable, is_iterable

from engine.plan import Plan, Unplanned
from engine.selection import Column, Objects, Selection, Shape, Values, Way
from engine.together import together


@dataclass(eq=False, slots=True)
class Run:
    """One execution: the plan, what its arguments became, and what resolvers are given.

    ``stock`` makes the stock executor for the same operation. Plain resolvers get their ``info`` from it.
    """

    plan: Plan
    asked: Values
    context: Any
    root: Any
    stock: Callable[[], Executor[Any]]
    strayed: str | None = None

    async def data(self) -> dict[str, Any]:
        """The data of the answer. Raises Unplanned, or whatever a resolver raised: then it is not to be used."""
        (data,) = await _objects(self.plan.root, [self.root], self)
        if self.strayed:
            raise Unplanned(self.strayed)
        return data


async def _objects(selection: Selection, parents: Values, run: Run) -> list[dict[str, Any]]:
    """The completed objects for some parents, all of one type."""
    columns: list[Any] = [_instant(column, parents) if column.instant else None for column in selection.columns]
    waiting = [place for place, values in enumerate(columns) if values is None]
    if waiting:
        filled = await together([_column(selection.columns[place], parents, run) for place in waiting])
        for place, values in zip(waiting, filled, strict=True):
            columns[place] = values
    keys = selection.keys
    if len(parents) == 1:
        return [{key: column[0] for key, column in zip(keys, columns, strict=True)}]
    if not keys:
        return [{} for _ in parents]
    return [dict(zip(keys, values, strict=True)) for values in zip(*columns, strict=True)]


def _instant(column: Column, parents: Values) -> Values:
    """A leaf column that is read off its parents."""
    if column.way is Way.TYPENAME:
        return [column.parent_type.name] * len(parents)
    assert column.get is not None
    assert column.shape.leaf is not None
    values = column.shape.leaf(list(map(column.get, parents)))
    if not column.shape.nullable and None in values:
        raise Unplanned("null")
    return values


async def _column(column: Column, parents: Values, run: Run) -> Values:
    """Any other column: got, awaited where it must be, completed."""
    return await _completed(column.shape, await _got(column, parents, run), column, run)


async def _got(column: Column, parents: Values, run: Run) -> Values:
    if column.way is Way.ATTRIBUTE:
        assert column.get is not None
        return list(map(column.get, parents))
    batch = column.batch
    if batch is None:
        return await _resolved(column, parents, run)
    below = {"below": column.below} if batch.looks_below else {}
    values = batch.load(parents, run.context, *run.asked[column.place], **below)
    found: Values = await values if batch.waits else values
    if len(found) != len(parents):
        raise Unplanned("wrong number of values")
    return found


async def _resolved(column: Column, parents: Values, run: Run) -> Values:
    """What a plain resolver says of each parent."""
    arguments = run.asked[column.place] or {}
    if isinstance(arguments, Exception):
        raise arguments
    executor = run.stock()
    resolve, info = column.field.resolve or executor.field_resolver, _info(column, executor, run)
    return await _awaited([resolve(parent, info, **arguments) for parent in parents])


async def _awaited(values: Values) -> Values:
    """The values, those that are awaitable awaited together, each in a task of its own."""
    places = [place for place, value in enumerate(values) if _may_wait(type(value)) and is_awaitable(value)]
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


def _may_wait(kind: Any) -> bool:
    return hasattr(kind, "__await__") or kind is GeneratorType


def _info(column: Column, executor: Executor[Any], run: Run) -> Any:
    """What resolvers are told, once a column: it has no path, and who asks for one goes to the stock executor."""
    nowhere: Any = None
    info = executor.build_resolve_info(column.field, column.nodes, column.parent_type, nowhere)
    kind: Any = type(info)
    pathless = _pathless(kind)(*info)
    pathless._run = run
    return pathless


@cache
def _pathless(kind: Any) -> Any:
    def path(info: Any) -> Any:
        info._run.strayed = "path"
        raise Unplanned("path")

    return type(kind.__name__, (kind,), {"path": property(path)})


async def _completed(shape: Shape, values: Values, column: Column, run: Run) -> Values:
    """The values of a column as they stand in the answer (GraphQL spec, 6.4.3 Value Completion)."""
    if shape.leaf is not None:
        found = shape.leaf(values)
    elif shape.items is not None:
        found = await _lists(shape.items, values, column, run)
    else:
        assert shape.objects is not None
        found = await _of_types(shape.objects, values, column, run)
    if not shape.nullable and None in found:
        raise Unplanned("null")
    return found


async def _lists(items: Shape, values: Values, column: Column, run: Run) -> Values:
    """Lists, flattened into one column of items and rebuilt."""
    lists: Values = [each if type(each) is list else _listed(each) for each in values]
    flat = [item for each in lists if each is not None for item in each]
    if column.way is not Way.BATCH:
        flat = await _awaited(flat)
    completed = iter(await _completed(items, flat, column, run))
    return [None if each is None else list(islice(completed, len(each))) for each in lists]


def _listed(value: Any) -> list[Any] | None:
    """A value where a list must be. What can be read but once is left for the stock executor."""
    if value is None or value is Undefined:
        return None
    if isinstance(value, Exception):
        raise value
    if not is_iterable(value) or iter(value) is value:
        raise Unplanned("no list")
    return list(value)


async def _of_types(objects: Objects, values: Values, column: Column, run: Run) -> Values:
    """Objects, split by their types; the same object is completed once."""
    unique = {id(value): value for value in values}
    for nothing in (None, Undefined):
        unique.pop(id(nothing), None)
    members = list(unique.values())
    groups = _groups(objects, members, column, run)
    rows: list[Values] = await together([_objects(selection, group, run) for selection, group in groups])
    if len(groups) == 1 and len(members) == len(values):
        (completed,) = rows
        return completed
    done: dict[int, Any] = {}
    for (_, group), completed in zip(groups, rows, strict=True):
        done.update(zip(map(id, group), completed, strict=True))
    return [done.get(id(value)) for value in values]


def _groups(objects: Objects, members: Values, column: Column, run: Run) -> list[tuple[Selection, Values]]:
    """The members by the selections of their types."""
    by_class = objects.by_class
    kinds = set(map(type, members))
    for kind in kinds - by_class.keys():
        by_class[kind] = _of_class(kind, objects)
    if len(kinds) == 1 and (selection := by_class[kinds.pop()]) is not None:
        return [(selection, members)]
    groups: dict[Selection, Values] = {}
    for member in members:
        selection = by_class[type(member)] or _of_object(member, objects, column, run)
        groups.setdefault(selection, []).append(member)
    return list(groups.items())


def _of_class(kind: type, objects: Objects) -> Selection | None:
    """The selection for all objects of a class, where the class or the type leaves no choice."""
    if issubclass(kind, Exception) or _may_wait(kind):
        raise Unplanned(kind.__name__)
    named = objects.selections.get(getattr(kind, "typename", ""))
    if named is None and not hasattr(objects.type, "resolve_type") and objects.type.is_type_of is None:
        (named,) = objects.selections.values()
    return named


def _of_object(member: Any, objects: Objects, column: Column, run: Run) -> Selection:
    """The selection for one object, which is asked for its type as the stock executor asks."""
    executor = run.stock()
    info = _info(column, executor, run)
    name = objects.type.name
    if hasattr(objects.type, "resolve_type"):
        name = (objects.type.resolve_type or executor.type_resolver)(member, info, objects.type)
    selection = objects.selections.get(name) if isinstance(name, str) else None
    if selection is None:
        raise Unplanned("unknown type")
    if selection.type.is_type_of is not None and selection.type.is_type_of(member, info) is not True:
        raise Unplanned("another type")
    return selection
