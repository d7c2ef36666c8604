"""Running a plan: one field of all objects at a time, as columns.

A column is got from its parents, awaited where it has to be, and completed (GraphQL spec, 6.4.3): leaves serialized,
lists flattened into one longer column and rebuilt, objects split by type and completed as columns of their own.
What waits for nothing is done at once; what waits, waits together with its neighbours.
"""

from itertools import chain, islice
from typing import Any

from graphql import Undefined
from graphql.pyutils import is_iterable

from engine.memo import kept_of
from engine.object_types import grouped
from engine.plan import Unplanned
from engine.resolvers import awaited, resolved
from engine.run import Run
from engine.selection import Column, Selection, Shape, Values, Way
from engine.together import together

Groups = list[tuple[Selection, Values]]


async def executed(run: Run) -> dict[str, Any]:
    """The data of the answer. Raises Unplanned, or whatever a resolver raised: then it is not to be used."""
    (data,) = await _objects(run.plan.root, [run.root], run)
    if run.strayed:
        raise Unplanned(run.strayed)
    return data


async def _objects(selection: Selection, parents: Values, run: Run) -> list[dict[str, Any]]:
    """The completed objects for some parents, all of one type: those that were kept, and the others."""
    key = (selection.serial, run.context_key) if selection.steady and run.context_key is not None else None
    kept = kept_of(parents, key) if key is not None else None
    if kept is not None and None not in kept:
        return kept
    new = parents if kept is None else [parent for parent, row in zip(parents, kept, strict=True) if row is None]
    rows = await _made(selection, new, run) if selection.later else _made_now(selection, new, run)
    if kept is None:
        return rows
    for parent, row in zip(new, rows, strict=True):
        parent.remember(key, row)
    made = iter(rows)
    return [next(made) if row is None else row for row in kept]


async def _made(selection: Selection, parents: Values, run: Run) -> list[dict[str, Any]]:
    columns: list[Any] = [None if column.later else _now(column, parents, run) for column in selection.columns]
    found = await together([_later(selection.columns[place], parents, run) for place in selection.later])
    for place, values in zip(selection.later, found, strict=True):
        columns[place] = values
    return selection.rows(columns)


def _made_now(selection: Selection, parents: Values, run: Run) -> list[dict[str, Any]]:
    """The same, where no column waits."""
    if not selection.columns:
        return [{} for _ in parents]
    return selection.rows([_now(column, parents, run) for column in selection.columns])


def _now(column: Column, parents: Values, run: Run) -> Values:
    """A column that waits for nothing, got and completed."""
    return _completed_now(column.shape, _counted(_got(column, parents, run), parents), column, run)


async def _later(column: Column, parents: Values, run: Run) -> Values:
    """A column that waits for something, itself or beneath."""
    if column.way is Way.RESOLVER:
        values = await resolved(column, parents, run)
    elif column.batch is not None and column.batch.waits:
        values = _counted(await _got(column, parents, run), parents)
    else:
        values = _got(column, parents, run)
    return await _completed(column.shape, values, column, run)


def _got(column: Column, parents: Values, run: Run) -> Any:
    """The values of a column, or what has to be awaited for them."""
    if column.get is not None:
        return list(map(column.get, parents))
    batch = column.batch
    if batch is None:
        return [column.parent_type.name] * len(parents)
    if batch.looks_below:
        return batch.load(parents, run.context, *run.asked[column.place], below=column.below)
    return batch.load(parents, run.context, *run.asked[column.place])


def _counted(values: Values, parents: Values) -> Values:
    if len(values) != len(parents):
        raise Unplanned("wrong number of values")
    return values


def _completed_now(shape: Shape, values: Values, column: Column, run: Run) -> Values:
    """The values as they stand in the answer, where nothing beneath waits."""
    if shape.leaf is not None:
        return _checked(shape, shape.leaf(values))
    if shape.items is not None:
        lists = _lists(values)
        return _checked(shape, _rebuilt(lists, _completed_now(shape.items, _flat(lists), column, run)))
    members, groups = _split(shape, values, column, run)
    rows = [_made_now(selection, group, run) for selection, group in groups]
    return _checked(shape, _spread(values, members, groups, rows))


async def _completed(shape: Shape, values: Values, column: Column, run: Run) -> Values:
    """The values as they stand in the answer."""
    if shape.leaf is not None:
        return _checked(shape, shape.leaf(values))
    if shape.items is not None:
        lists = _lists(values)
        flat = _flat(lists) if column.way is Way.BATCH else await awaited(_flat(lists), run)
        return _checked(shape, _rebuilt(lists, await _completed(shape.items, flat, column, run)))
    members, groups = _split(shape, values, column, run)
    rows = await together([_objects(selection, group, run) for selection, group in groups])
    return _checked(shape, _spread(values, members, groups, rows))


def _checked(shape: Shape, values: Values) -> Values:
    """The values, none of which is null where the type says so: an error and its path are the stock executor's."""
    if not shape.nullable and None in values:
        raise Unplanned("null")
    return values


def _lists(values: Values) -> list[list[Any] | None]:
    return [value if type(value) is list else _listed(value) for value in values]


def _listed(value: Any) -> list[Any] | None:
    """A value where a list must be. What can be read but once is left for the stock executor."""
    if value is None or value is Undefined:
        return None
    if isinstance(value, Exception):
        raise value
    if hasattr(value, "__aiter__") or not is_iterable(value) or iter(value) is value:
        raise Unplanned("no list")
    return list(value)


def _flat(lists: list[list[Any] | None]) -> Values:
    """One column of all items."""
    if len(lists) == 1:
        return list(lists[0] or ())
    return list(chain.from_iterable(each for each in lists if each is not None))


def _rebuilt(lists: list[list[Any] | None], items: Values) -> Values:
    """The lists again, with other items in the places of the old ones."""
    if len(lists) == 1:
        return [None if lists[0] is None else items]
    completed = iter(items)
    return [None if each is None else list(islice(completed, len(each))) for each in lists]


def _split(shape: Shape, values: Values, column: Column, run: Run) -> tuple[dict[int, Any], Groups]:
    """The objects among some values, each once, by identity and by type."""
    members = dict(zip(map(id, values), values, strict=True))
    for nothing in (None, Undefined):
        members.pop(id(nothing), None)
    if run.met is not None:
        run.met += members.values()
    assert shape.objects is not None
    return members, grouped(shape.objects, list(members.values()), column, run)


def _spread(values: Values, members: dict[int, Any], groups: Groups, rows: list[Values]) -> Values:
    """The completed objects in the places of the values."""
    if len(groups) == 1 and len(members) == len(values):
        return rows[0]
    done: dict[int, Any] = {}
    for (_, group), completed in zip(groups, rows, strict=True):
        done.update(zip(map(id, group), completed, strict=True))
    return list(map(done.get, map(id, values)))
