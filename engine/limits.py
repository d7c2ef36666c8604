"""Limits on an operation as it is written: how deep, how wide, how often renamed. They come before validation."""

from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

from errors import TooExpensive


@dataclass(frozen=True)
class Limits:
    """How much of each an operation may have."""

    depth: int
    aliases: int
    root_fields: int
    directives: int


@dataclass(frozen=True)
class Measures:
    """How much of each a selection has, with what its fragments bring in."""

    depth: int = 0
    aliases: int = 0
    fields: int = 0


ADVICE = {
    "depth": "levels of fields; ask for what lies deeper by its id",
    "aliases": "aliases; ask for lists, or send several requests",
    "root_fields": "fields at the top; send several requests",
    "directives": "directives; leave out fields instead of skipping them",
}


def check(document: DocumentNode, limits: Limits) -> None:
    """Refuse a document one of whose operations has more than the limits allow. Raises TooExpensive."""
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    fragments = {f.name.value: f for f in document.definitions if isinstance(f, FragmentDefinitionNode)}
    measure = _Measuring(fragments)
    _within("directives", sum(_directives(each) for each in document.definitions), limits.directives)
    for operation in operations:
        measures = measure.of(operation.selection_set)
        _within("root_fields", measures.fields, limits.root_fields)
        _within("depth", measures.depth, limits.depth)
        _within("aliases", measures.aliases, limits.aliases)


def _within(limit: str, found: int, allowed: int) -> None:
    if found > allowed:
        what, _, advice = ADVICE[limit].partition("; ")
        message = f"The operation has {found} {what}, and may have {allowed}: {advice}."
        raise TooExpensive(message, limit=limit, found=found, allowed=allowed)


class _Measuring:
    """Measures selections; each fragment once, and one that leads back to itself as nothing: validation refuses it."""

    def __init__(self, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._known: dict[str, Measures] = {}

    def of(self, selections: SelectionSetNode | None) -> Measures:
        measured = [self._of_one(each) for each in selections.selections] if selections else []
        return Measures(
            max((each.depth for each in measured), default=0),
            sum(each.aliases for each in measured),
            sum(each.fields for each in measured),
        )

    def _of_one(self, node: SelectionNode) -> Measures:
        if isinstance(node, FragmentSpreadNode):
            return self._of_fragment(node.name.value)
        inner = self.of(getattr(node, "selection_set", None))
        if isinstance(node, FieldNode):
            return Measures(inner.depth + 1, inner.aliases + (node.alias is not None), 1)
        return inner

    def _of_fragment(self, name: str) -> Measures:
        if name not in self._known:
            self._known[name] = Measures()
            fragment = self._fragments.get(name)
            if fragment is not None:
                self._known[name] = self.of(fragment.selection_set)
        return self._known[name]


def _directives(node: Any) -> int:
    """The directives of a definition and of all that it selects."""
    found, ahead = 0, [node]
    while ahead:
        each = ahead.pop()
        found += len(getattr(each, "directives", None) or ())
        ahead += getattr(getattr(each, "selection_set", None), "selections", ())
        ahead += getattr(each, "variable_definitions", None) or ()
    return found
