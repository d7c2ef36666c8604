"""What Apollo iOS 2 and Apollo Kotlin 5 ask of operations and of a schema, beyond GraphQL's own rules.

They generate on macOS and in Gradle, which the tests have not, so their rules are written down here: those of Apollo
iOS from ``validationRules.ts``, ``String+SwiftNameEscaping.swift`` and ``SelectionSetValidationContext.swift``, those
of Apollo Kotlin from the checks that ``ApolloCompiler.kt`` makes, as their repositories had them in November 2026.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    NoUnusedFragmentsRule,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationRule,
    VariableDefinitionNode,
    is_composite_type,
    is_interface_type,
    is_scalar_type,
    print_ast,
    specified_rules,
    validate,
)
from graphql.pyutils import snake_to_camel
from graphql.type import get_nullable_type, is_list_type

ROOT = Path(__file__).parents[2]
FILE = re.compile(r'^```\S+ title="([^"]+)"\n(.*?)^```$', re.MULTILINE | re.DOTALL)


def files(page: str) -> dict[str, str]:
    """The files that a page of docs/clients shows, by name."""
    return dict(FILE.findall((ROOT / "docs" / "clients" / page).read_text(encoding="utf-8")))


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


SWIFT = words(
    """associatedtype class deinit enum extension fileprivate func import init inout internal let operator private
    precedencegroup protocol Protocol public rethrows static struct subscript typealias var break case catch continue
    default defer do else fallthrough for guard if in repeat return throw switch where while as false is nil self Self
    super throws true try _"""
)
KOTLIN = words(
    """as break class continue do else false for fun if in interface is null object package return super this throw true
    try typealias typeof val var when while"""
)
SWIFT_TYPES = words(
    """Any DataDict DocumentType Fragments FragmentContainer ParentType Protocol Schema Selection Self String Bool Int
    Int32 Float Double ID Type Error _"""
)
NAMESPACE = "CaveatAPI"
"""What docs/clients/apollo-ios.md calls the Swift namespace."""


def key(field: FieldNode) -> str:
    """The name that a field has in the answer."""
    return (field.alias or field.name).value


class NamedOperations(ValidationRule):
    """Both: a type is made of each operation, so each has a name."""

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> None:
        if node.name is None:
            self.report_error(GraphQLError("An operation has no name.", node))


class ReservedNames(ValidationRule):
    """Apollo iOS: types that it generates have ``__data`` and ``fragments``, and no ``self`` can be passed."""

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        if key(node)[:1].lower() + key(node)[1:] in ("__data", "fragments"):
            self.report_error(GraphQLError(f"{key(node)} needs an alias.", node))
        if node.alias and node.alias.value == "__typename":
            self.report_error(GraphQLError("__typename is no alias.", node))

    def enter_variable_definition(self, node: VariableDefinitionNode, *_: Any) -> None:
        if node.variable.name.value.lower() in ("self", "_"):
            self.report_error(GraphQLError(f"${node.variable.name.value} is reserved.", node))


class LowerCaseFields(ValidationRule):
    """Apollo Kotlin: a field with fields of its own becomes a class of its name, so the field begins in lower case."""

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        first = next((letter for letter in key(node) if letter.isalpha()), "A")
        if node.selection_set and first.isupper():
            self.report_error(GraphQLError(f"{key(node)} is capitalized.", node))


class TypedInlineFragments(ValidationRule):
    """Apollo Kotlin: an inline fragment says of which type it is."""

    def enter_inline_fragment(self, node: InlineFragmentNode, *_: Any) -> None:
        if node.type_condition is None:
            self.report_error(GraphQLError("An inline fragment has no type.", node))


class DistinctNames(ValidationRule):
    """Both: operations and fragments become files and types, where upper and lower case are the same."""

    def enter_document(self, node: DocumentNode, *_: Any) -> None:
        named = [each.name.value for each in node.definitions if getattr(each, "name", None)]
        taken = [NAMESPACE, *self.context.schema.type_map]
        counts = Counter(name.lower() for name in named)
        for name in named:
            if counts[name.lower()] > 1 or name in taken:
                self.report_error(GraphQLError(f"{name} is taken.", node))


class SelectionSets(ValidationRule):
    """A rule about all that is selected in one place, by fragments too."""

    def enter_selection_set(self, node: SelectionSetNode, *_: Any) -> None:
        parent = self.context.get_parent_type()
        if is_composite_type(parent):
            self.judge(list(self.selected(node, parent)), list(self.spread(node)), node)

    def selected(self, node: SelectionSetNode, parent: Any) -> Iterator[tuple[FieldNode, Any]]:
        """The fields, each with the type that it is a field of."""
        for selection in node.selections:
            if isinstance(selection, FieldNode):
                yield selection, parent
            else:
                fragment = self.fragment(selection)
                condition = getattr(fragment, "type_condition", None)
                of = self.context.schema.type_map[condition.name.value] if condition else parent
                yield from self.selected(fragment.selection_set, of)

    def fragment(self, selection: Any) -> InlineFragmentNode | FragmentDefinitionNode:
        """The fragment that a selection spreads or is."""
        if not isinstance(selection, FragmentSpreadNode):
            return selection
        found = self.context.get_fragment(selection.name.value)
        assert found is not None
        return found

    def spread(self, node: SelectionSetNode) -> Iterator[str]:
        """The names of the fragments that are spread."""
        for selection in node.selections:
            if isinstance(selection, FragmentSpreadNode):
                yield selection.name.value
            if not isinstance(selection, FieldNode):
                yield from self.spread(self.fragment(selection).selection_set)

    def judge(self, fields: list[tuple[FieldNode, Any]], fragments: list[str], node: SelectionSetNode) -> None:
        """Report what is wrong with it."""
        raise NotImplementedError


class SwiftTypes(SelectionSets):
    """Apollo iOS: fields with fields become types, named in the singular. No two, nor a fragment, may have one name."""

    def judge(self, fields: list[tuple[FieldNode, Any]], fragments: list[str], node: SelectionSetNode) -> None:
        types = defaultdict(set)
        for field, parent in fields:
            if field.selection_set:
                types[swift_type(field, parent)].add(key(field))
        for name, keys in types.items():
            if len(keys) > 1 or name in fragments or name in SWIFT_TYPES:
                self.report_error(GraphQLError(f"{', '.join(sorted(keys))} become the type {name}.", node))


class OneMeaning(SelectionSets):
    """Apollo Kotlin: a name means one field with one set of arguments, even on types that exclude each other."""

    def judge(self, fields: list[tuple[FieldNode, Any]], fragments: list[str], node: SelectionSetNode) -> None:
        meanings: dict[str, set[str]] = defaultdict(set)
        for field, _ in fields:
            meanings[key(field)].add(field.name.value + "".join(map(print_ast, field.arguments or ())))
        for name, found in meanings.items():
            if len(found) > 1:
                self.report_error(GraphQLError(f"{name} means {' and '.join(sorted(found))}.", node))


def swift_type(field: FieldNode, parent: Any) -> str:
    """The name of the type that Apollo iOS makes of a field: that of a list in the singular."""
    name = key(field)[:1].upper() + key(field)[1:]
    defined: GraphQLField | None = getattr(parent, "fields", {}).get(field.name.value)
    if defined is None or not is_list_type(get_nullable_type(defined.type)):
        return name
    return name[:-3] + "y" if name.endswith("ies") else name.removesuffix("s")


RULES: list[type[ValidationRule]] = [
    NamedOperations,
    ReservedNames,
    LowerCaseFields,
    TypedInlineFragments,
    DistinctNames,
    SwiftTypes,
    OneMeaning,
]


def problems(schema: GraphQLSchema, document: DocumentNode) -> list[str]:
    """What the generators would refuse of some operations, taken together. Unused fragments they let pass."""
    rules = [rule for rule in specified_rules if rule is not NoUnusedFragmentsRule]
    return [error.message for error in validate(schema, document, [*rules, *RULES])]


def refused(schema: GraphQLSchema) -> list[str]:
    """The names of a schema for which no code can be generated."""
    names = Counter(name.lower() for name in schema.type_map)
    values = [value for each in enums(schema) for value in each.values if value in ("UNKNOWN__", "KNOWN__")]
    return [*(name for name in schema.type_map if names[name.lower()] > 1), *values]


def escaped(schema: GraphQLSchema) -> list[str]:
    """The names of a schema that code has to write in backquotes, for they are words of Swift or Kotlin."""
    cases = [snake_to_camel(value.lower(), upper=False) for each in enums(schema) for value in each.values]
    fields: list[str] = []
    for each in schema.type_map.values():
        if isinstance(each, GraphQLObjectType) or is_interface_type(each):
            fields += each.fields
    return sorted(set(cases) & SWIFT | set(fields) & (SWIFT | KOTLIN))


def aliased(schema: GraphQLSchema) -> list[str]:
    """The fields of a schema that Apollo iOS takes under another name only."""
    objects = [each for each in schema.type_map.values() if isinstance(each, GraphQLObjectType)]
    return [f"{each.name}.{field}" for each in objects for field in each.fields if field in ("fragments", "__data")]


def scalars(schema: GraphQLSchema, known: Sequence[str] = ("Int", "Float", "String", "Boolean", "ID")) -> set[str]:
    """The scalars that a generator has to be told of."""
    return {name for name, each in schema.type_map.items() if is_scalar_type(each) and name not in known}


def enums(schema: GraphQLSchema) -> list[GraphQLEnumType]:
    """The enums of a schema itself."""
    return [each for name, each in schema.type_map.items() if isinstance(each, GraphQLEnumType) and name[:2] != "__"]
