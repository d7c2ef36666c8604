"""What an operation may select, whatever the values of its variables: objects, with the conditions of their fields."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from graphql import (
    BooleanValueNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_abstract_type,
    is_object_type,
)

from errors import TooExpensive

Conditions = frozenset[tuple[str, bool]]
"""The values that some variables must have: those of every @skip and @include on the way."""
MOST_SELECTIONS = 50_000
"""How many selections are looked at: fragments in fragments, under ever other conditions, would have no end."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A field as the text has it, where it stands in the braces of ``bearer``, None at the root."""

    node: FieldNode
    conditions: Conditions
    bearer: FieldNode | None

    @property
    def name(self) -> str:
        """The name of the field."""
        return self.node.name.value


@dataclass(eq=False, slots=True)
class Selected:
    """The objects of one type at one place of the answer, and at all others that are selected in the same way.

    The fields of one response key are merged, from wherever they come (GraphQL spec, 5.3.2): ``fields`` has all of
    them, ``beneath`` what may be selected of their objects. ``ways`` are the fields that lead here.
    """

    type: GraphQLObjectType
    path: tuple[str, ...]
    ways: list[Occurrence]
    fields: dict[str, list[Occurrence]] = field(default_factory=dict)
    beneath: dict[str, list["Selected"]] = field(default_factory=dict)


class Survey:
    """All that an operation of a valid document may select. Raises TooExpensive.

    ``objects`` has everything selected, ``root`` first. A part that stands in the text is looked at once for each
    type and for each set of conditions that it may be reached under.
    """

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, definition: OperationDefinitionNode) -> None:
        self._schema = schema
        self._fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        self._known: dict[tuple[object, ...], Selected] = {}
        self._looked_at = 0
        root = schema.get_root_type(definition.operation)
        assert root is not None  # a valid operation has one
        self.root = Selected(root, (), [])
        self._collect(self.root, definition.selection_set, frozenset(), None, {})
        self._descend(self.root)

    @property
    def objects(self) -> Iterator[Selected]:
        """Everything that is selected, the root first."""
        yield self.root
        yield from self._known.values()

    def _selected(self, type_: GraphQLObjectType, ways: list[Occurrence], path: tuple[str, ...]) -> Selected:
        key = (type_.name, *((id(way.node), way.conditions) for way in ways))
        if key not in self._known:
            self._known[key] = selected = Selected(type_, path, ways)
            seen: dict[str, list[Conditions]] = {}
            for way in ways:
                assert way.node.selection_set is not None
                self._collect(selected, way.node.selection_set, way.conditions, way.node, seen)
            self._descend(selected)
        return self._known[key]

    def _collect(
        self,
        selected: Selected,
        braces: SelectionSetNode,
        conditions: Conditions,
        bearer: FieldNode | None,
        seen: dict[str, list[Conditions]],
    ) -> None:
        """Add the fields in some braces. ``seen`` has the fragments that were added, and under which conditions."""
        for selection in braces.selections:
            self._look()
            borne = _borne(selection, conditions)
            if borne is None:
                continue
            if isinstance(selection, FieldNode):
                key = (selection.alias or selection.name).value
                selected.fields.setdefault(key, []).append(Occurrence(selection, borne, bearer))
                continue
            fragment = self._fragment(selection, borne, seen)
            if fragment is not None and self._applies(fragment, selected.type):
                self._collect(selected, fragment.selection_set, borne, bearer, seen)

    def _fragment(
        self, selection: SelectionNode, conditions: Conditions, seen: dict[str, list[Conditions]]
    ) -> InlineFragmentNode | FragmentDefinitionNode | None:
        """The fragment that a selection is or names; None where nothing new comes of it."""
        if isinstance(selection, InlineFragmentNode):
            return selection
        assert isinstance(selection, FragmentSpreadNode)
        before = seen.setdefault(selection.name.value, [])
        if any(each <= conditions for each in before):
            return None
        before.append(conditions)
        return self._fragments[selection.name.value]

    def _descend(self, selected: Selected) -> None:
        for key, ways in selected.fields.items():
            found = self._schema.get_field(selected.type, ways[0].name)
            assert found is not None  # the document is valid
            inner = get_named_type(found.type)
            types = self._schema.get_possible_types(inner) if is_abstract_type(inner) else [inner]
            known = [each for each in types if is_object_type(each) and not each.name.startswith("__")]
            if known:
                selected.beneath[key] = [self._selected(each, ways, (*selected.path, key)) for each in known]

    def _applies(self, fragment: InlineFragmentNode | FragmentDefinitionNode, type_: GraphQLObjectType) -> bool:
        if fragment.type_condition is None or fragment.type_condition.name.value == type_.name:
            return True
        named = self._schema.get_type(fragment.type_condition.name.value)
        return is_abstract_type(named) and self._schema.is_sub_type(named, type_)

    def _look(self) -> None:
        self._looked_at += 1
        if self._looked_at > MOST_SELECTIONS:
            raise TooExpensive(
                f"The operation has more than {MOST_SELECTIONS} selections, each fragment counted wherever it is used"
                " under other conditions: use fewer conditions, or send several requests.",
                limit="selections",
                found=self._looked_at,
                allowed=MOST_SELECTIONS,
            )


def _borne(selection: SelectionNode, conditions: Conditions) -> Conditions | None:
    """The conditions with those that a selection bears itself; None where it never is in the answer."""
    for directive in selection.directives or ():
        if directive.name.value not in ("skip", "include"):
            continue
        wanted = directive.name.value == "include"
        (argument,) = directive.arguments or ()
        value = argument.value
        if isinstance(value, VariableNode):
            if (value.name.value, not wanted) in conditions:
                return None
            conditions |= {(value.name.value, wanted)}
        elif isinstance(value, BooleanValueNode) and value.value is not wanted:
            return None
    return conditions
