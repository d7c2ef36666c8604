"""Selections of our own in the operations of clients: added to the text, and taken out of the answer again."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from graphql import DocumentNode, FieldNode, OperationDefinitionNode, SelectionNode, parse

from engine.selected import Selected

RESERVED = "caveat_"
"""What the aliases of our own selections begin with. Clients may not use such."""
Row = dict[str, Any]
Wanted = Callable[[Selected], frozenset[str] | None]
"""The response keys of a selection that want ours beside them; None where ours is not selected."""


def selection_of_ours(text: str) -> SelectionNode:
    """A selection, as it stands within braces. It has no location: errors never point to it."""
    definition = parse(f"{{ {text} }}", no_location=True).definitions[0]
    assert isinstance(definition, OperationDefinitionNode)
    return definition.selection_set.selections[0]


def reserved(document: DocumentNode) -> Iterator[FieldNode]:
    """The fields with an alias that is ours, in the order of the text."""
    ahead: list[Any] = [*reversed(document.definitions)]
    while ahead:
        node = ahead.pop()
        if isinstance(node, FieldNode) and node.alias is not None and node.alias.value.startswith(RESERVED):
            yield node
        braces = getattr(node, "selection_set", None)
        ahead += reversed(braces.selections) if braces else ()


def added(document: DocumentNode, ours: Mapping[int, SelectionNode]) -> DocumentNode:
    """The document with selections of ours at the end of the braces of some fields, by the ``id()`` of the field.

    All else is the client's, locations included: what changed is copied.
    """
    return replace(document, definitions=tuple(_added(each, ours) for each in document.definitions))


def _added(node: Any, ours: Mapping[int, SelectionNode]) -> Any:
    braces = getattr(node, "selection_set", None)
    if braces is None:
        return node
    selections = tuple(_added(each, ours) for each in braces.selections)
    if id(node) in ours:
        selections += (ours[id(node)],)
    elif all(new is old for new, old in zip(selections, braces.selections, strict=True)):
        return node
    return replace(node, selection_set=replace(braces, selections=selections))


@dataclass(frozen=True, eq=False, slots=True)
class Branch:
    """Where in an answer our selections stand: a tree of response keys, of those alone that lead to one.

    ``wanted_by`` has the response keys of the fields that ours was added for; None where none is here. ``aliases`` are
    those of our own fields.
    """

    wanted_by: frozenset[str] | None
    beneath: tuple[tuple[str, "Branch"], ...]
    aliases: tuple[str, ...]


class Branches:
    """Makes the branch for what is selected at one place of the answer, of whatever types, each once.

    ``width`` grows with each branch and what leads on from it: what they take.
    """

    def __init__(self, wanted: Wanted, aliases: Iterable[str]) -> None:
        self.width = 0
        self._wanted = wanted
        self._aliases = tuple(aliases)
        self._known: dict[tuple[int, ...], Branch | None] = {}

    def of(self, place: list[Selected]) -> Branch | None:
        """The branch; None where there is nothing of ours."""
        key = tuple(map(id, place))
        if key not in self._known:
            self._known[key] = self._made(place)
        return self._known[key]

    def _made(self, place: list[Selected]) -> Branch | None:
        wanted = [keys for each in place if (keys := self._wanted(each)) is not None]
        beneath = []
        for key in dict.fromkeys(key for each in place for key in each.beneath):
            further = dict.fromkeys(inner for each in place for inner in each.beneath.get(key, ()))
            branch = self.of(list(further))
            if branch is not None:
                beneath.append((key, branch))
        if not wanted and not beneath:
            return None
        self.width += 1 + len(beneath) + sum(map(len, wanted))
        return Branch(frozenset().union(*wanted) if wanted else None, tuple(beneath), self._aliases)


def cut_short(path: list[str | int]) -> list[str | int]:
    """The path of an error, up to the object that a selection of ours belongs to."""
    ours = (place for place, key in enumerate(path) if isinstance(key, str) and key.startswith(RESERVED))
    return path[: next(ours, len(path))]


def taken_out(value: Any, branch: Branch, taken: list[Row]) -> Any:
    """A value of the answer without what is ours, which ``taken`` gets, in the order of the answer.

    Rows are shared with other answers (``engine/memo.py``): those that change are copied, and no others.
    """
    if type(value) is list:
        return [taken_out(each, branch, taken) for each in value]
    if value is None:
        return None
    row = value.copy()
    if branch.wanted_by is not None:
        ours = {alias: row.pop(alias) for alias in branch.aliases if alias in row}
        if ours and not branch.wanted_by.isdisjoint(row):
            taken.append(ours)
    for key, further in branch.beneath:
        if key in row:
            row[key] = taken_out(row[key], further, taken)
    return row
