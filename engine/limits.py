"""Limits on an operation as it is written: how deep, how wide, how often renamed. They come before validation."""

from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    parse,
)

from errors import TooExpensive
from settings import Settings


@dataclass(frozen=True)
class Limits:
    """How much of each an operation may have."""

    tokens: int
    depth: int
    aliases: int
    root_fields: int
    directives: int

    @classmethod
    def of(cls, settings: Settings) -> "Limits":
        """The limits that the settings have."""
        return cls(
            settings.max_tokens,
            settings.max_depth,
            settings.max_aliases,
            settings.max_root_fields,
            settings.max_directives,
        )


@dataclass(frozen=True)
class Measures:
    """How much of each a selection has, with what its fragments bring in."""

    depth: int = 0
    aliases: int = 0
    fields: int = 0


MOST_CHARACTERS = 100_000
"""Of a text: commas and comments are no tokens, and take time to pass over all the same (0.1 s for 1 MB, 2026-11)."""
TOO_MANY_TOKENS = "tokens. Parsing aborted"  # graphql-core says it in a sentence alone
ADVICE = {
    "characters": "characters; leave out comments, send values as variables",
    "tokens": "tokens (names, numbers, punctuation); send values as variables, or several requests",
    "depth": "levels of fields; ask for what lies deeper by its id",
    "aliases": "aliases; ask for lists, or send several requests",
    "root_fields": "fields at the top; send several requests",
    "directives": "directives; leave out fields instead of skipping them",
}


def read(text: str, limits: Limits) -> DocumentNode:
    """The document of a text, within the limits. Raises TooExpensive, and GraphQLError where it is none."""
    _within("characters", len(text), MOST_CHARACTERS)
    try:
        document = parse(text, max_tokens=limits.tokens)
    except GraphQLError as error:
        if TOO_MANY_TOKENS in error.message:
            _within("tokens", limits.tokens + 1, limits.tokens, "more than ")
        raise
    _check(document, limits)
    return document


def _check(document: DocumentNode, limits: Limits) -> None:
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    fragments = {f.name.value: f for f in document.definitions if isinstance(f, FragmentDefinitionNode)}
    measure = _Measuring(fragments)
    _within("directives", sum(_directives(each) for each in document.definitions), limits.directives)
    for operation in operations:
        measures = measure.of(operation.selection_set)
        _within("root_fields", measures.fields, limits.root_fields)
        _within("depth", measures.depth, limits.depth)
        _within("aliases", measures.aliases, limits.aliases)


def _within(limit: str, found: int, allowed: int, about: str = "") -> None:
    if found > allowed:
        what, _, advice = ADVICE[limit].partition("; ")
        message = f"The operation has {about}{allowed if about else found} {what}, and may have {allowed}: {advice}."
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
