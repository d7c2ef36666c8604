"""Selections of our own in the operations of clients: added to the text, and taken out of the answer again."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graphql import DocumentNode, FieldNode, InlineFragmentNode, OperationDefinitionNode, parse

from engine.selected import Occurrence, Selected

RESERVED = "caveat_"
"""What the aliases of our own selections begin with. Clients may not use such."""
Row = dict[str, Any]
Found = dict[str, list[Occurrence]]
"""Fields of the client's at one place, by response key."""
Aliases = tuple[str, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Ours:
    """A selection of ours, as it stands within braces, and the aliases of its fields."""

    selection: InlineFragmentNode
    aliases: Aliases


def ours(type_: str, **fields: str) -> Ours:
    """A selection on a type: alias, without what all of ours begin with -> field, with what is beneath it.

    It has no location: errors never point to it.
    """
    aliased = {f"{RESERVED}{alias}": field for alias, field in fields.items()}
    text = " ".join(f"{alias}: {field}" for alias, field in aliased.items())
    definition = parse(f"{{ ... on {type_} {{ {text} }} }}", no_location=True).definitions[0]
    assert isinstance(definition, OperationDefinitionNode)
    (selection,) = definition.selection_set.selections
    assert isinstance(selection, InlineFragmentNode)
    return Ours(selection, tuple(aliased))


class Addition:
    """Selections of ours for one purpose, by the types that bear them, and the fields that they are wanted for."""

    def __init__(self, ours: Mapping[str, Ours], wanted: Mapping[Selected, Found]) -> None:
        self._ours = ours
        self._wanted = wanted
        self.places = {
            (id(way.bearer), each.type.name): ours[each.type.name].selection
            for each, found in wanted.items()
            for ways in found.values()
            for way in ways
        }
        """The braces that get one: ``id()`` of the field that they are of, and the type -> what they get."""

    def beside(self, selected: Selected) -> tuple[Aliases, frozenset[str]] | None:
        """Which aliases of ours are among what is selected, and the keys that want them; None where none is there."""
        name = selected.type.name
        if not any((id(way.node), name) in self.places for way in selected.ways):
            return None
        return self._ours[name].aliases, frozenset(self._wanted.get(selected, ()))


def reserved(document: DocumentNode) -> Iterator[FieldNode]:
    """The fields with an alias that is ours, in the order of the text."""
    ahead: list[Any] = [*reversed(document.definitions)]
    while ahead:
        node = ahead.pop()
        if isinstance(node, FieldNode) and node.alias is not None and node.alias.value.startswith(RESERVED):
            yield node
        braces = getattr(node, "selection_set", None)
        ahead += reversed(braces.selections) if braces else ()


def added(document: DocumentNode, additions: Sequence[Addition]) -> DocumentNode:
    """The document with selections of ours at the end of the braces that are to have them.

    All else is the client's, locations included: what changed is copied.
    """
    wanted: dict[int, tuple[InlineFragmentNode, ...]] = defaultdict(tuple)
    for addition in additions:
        for (field, _), selection in addition.places.items():
            wanted[field] += (selection,)
    return replace(document, definitions=tuple(_added(each, wanted) for each in document.definitions))


def _added(node: Any, wanted: Mapping[int, tuple[InlineFragmentNode, ...]]) -> Any:
    braces = getattr(node, "selection_set", None)
    if braces is None:
        return node
    selections = tuple(_added(each, wanted) for each in braces.selections)
    if id(node) in wanted:
        selections += wanted[id(node)]
    elif all(new is old for new, old in zip(selections, braces.selections, strict=True)):
        return node
    return replace(node, selection_set=replace(braces, selections=selections))


@dataclass(frozen=True, eq=False, slots=True)
class Branch:
    """Where in an answer our selections stand: a tree of response keys, of those alone that lead to one.

    ``ours`` has the aliases of our own fields that stand together here, with the response keys of the fields that they
    were added for.
    """

    ours: tuple[tuple[Aliases, frozenset[str]], ...]
    beneath: tuple[tuple[str, "Branch"], ...]


class Branches:
    """Makes the branch for what is selected at one place of the answer, of whatever types, each once.

    ``width`` grows with each branch and what leads on from it: what they take.
    """

    def __init__(self, additions: Sequence[Addition]) -> None:
        self.width = 0
        self._additions = additions
        self._known: dict[tuple[int, ...], Branch | None] = {}

    def of(self, place: list[Selected]) -> Branch | None:
        """The branch; None where there is nothing of ours."""
        key = tuple(map(id, place))
        if key not in self._known:
            self._known[key] = self._made(place)
        return self._known[key]

    def _made(self, place: list[Selected]) -> Branch | None:
        ours = self._ours(place)
        beneath = []
        for key in dict.fromkeys(key for each in place for key in each.beneath):
            further = dict.fromkeys(inner for each in place for inner in each.beneath.get(key, ()))
            branch = self.of(list(further))
            if branch is not None:
                beneath.append((key, branch))
        if not ours and not beneath:
            return None
        self.width += 1 + len(beneath) + sum(map(len, ours.values()))
        return Branch(tuple(ours.items()), tuple(beneath))

    def _ours(self, place: list[Selected]) -> dict[Aliases, frozenset[str]]:
        found: dict[Aliases, frozenset[str]] = {}
        for addition in self._additions:
            for aliases, keys in filter(None, map(addition.beside, place)):
                found[aliases] = found.get(aliases, frozenset()) | keys
        return found


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
    for aliases, wanted_by in branch.ours:
        here = {alias: row.pop(alias) for alias in aliases if alias in row}
        if here and not wanted_by.isdisjoint(row):
            taken.append(here)
    for key, further in branch.beneath:
        if key in row:
            row[key] = taken_out(row[key], further, taken)
    return row
