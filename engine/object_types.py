"""Which object types some objects are of: told by their Python classes, or asked one by one."""

from typing import Any

from engine.plan import Unplanned
from engine.resolvers import info, leave, may_wait
from engine.run import Run
from engine.selection import Column, Objects, Selection, Values


def grouped(objects: Objects, members: Values, column: Column, run: Run) -> list[tuple[Selection, Values]]:
    """The members by the selections of their types. Raises Unplanned where a type is none of the possible ones."""
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
    """The selection for all objects of a class: one that names its type, or where there is but one type."""
    if issubclass(kind, Exception) or may_wait(kind):
        raise Unplanned(kind.__name__)
    named = objects.selections.get(getattr(kind, "typename", ""))
    if named is None and not hasattr(objects.type, "resolve_type") and objects.type.is_type_of is None:
        (named,) = objects.selections.values()
    return named


def _of_object(member: Any, objects: Objects, column: Column, run: Run) -> Selection:
    """The selection for one object, which is asked for its type as the stock executor asks."""
    told, name = info(column, run), objects.type.name
    if hasattr(objects.type, "resolve_type"):
        name = (objects.type.resolve_type or run.stock().type_resolver)(member, told, objects.type)
    selection = objects.selections.get(name) if isinstance(name, str) else None
    if selection is None:
        leave([name])
        raise Unplanned("unknown type")
    is_of_type = selection.type.is_type_of is None or selection.type.is_type_of(member, told)
    if is_of_type is not True:
        leave([is_of_type])
        raise Unplanned("another type")
    return selection
