"""The contract: ``schema.graphql`` is what the code says, and all of it is described."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from graphql import GraphQLEnumType, is_introspection_type, is_specified_directive, is_specified_scalar_type

from schema.build import schema, sdl

SCHEMA = schema._schema
OURS = [t for t in SCHEMA.type_map.values() if not is_introspection_type(t) and not is_specified_scalar_type(t)]
ARGUMENTS = {
    "first": "How many entries from the start, up to 100.",
    "after": "Start after the entry with this cursor.",
    "last": "How many entries from the end, up to 100.",
    "before": "End before the entry with this cursor.",
}


def described() -> Iterator[tuple[str, Any]]:
    """Everything of ours that can bear a description, with its name: types, fields, arguments, values, directives."""
    for type_ in OURS:
        yield type_.name, type_
        for name, value in (type_.values if isinstance(type_, GraphQLEnumType) else {}).items():
            yield f"{type_.name}.{name}", value
        for name, field in getattr(type_, "fields", {}).items():
            yield f"{type_.name}.{name}", field
            yield from ((f"{type_.name}.{name}({each}:)", arg) for each, arg in getattr(field, "args", {}).items())
    for directive in (each for each in SCHEMA.directives if not is_specified_directive(each)):
        yield f"@{directive.name}", directive
        yield from ((f"@{directive.name}({name}:)", arg) for name, arg in directive.args.items())


def test_the_committed_schema_is_the_one_that_is_served():
    """``make schema`` was run after the last change of the schema."""
    committed = Path(__file__).parents[2] / "schema.graphql"

    assert committed.read_text(encoding="utf-8") == sdl()


def test_everything_is_described_by_a_sentence():
    """Each type, field, argument, enum value, input field and directive says what it is, and ends with a full stop."""
    lacking = {name: it.description for name, it in described() if not (it.description or "").endswith(".")}

    assert lacking == {}


def test_descriptions_are_clean_sentences():
    """They start with a capital or a number, stand in one paragraph, and have no traces of code."""
    texts = {name: it.description for name, it in described()}

    assert {name: text for name, text in texts.items() if text[0].islower() or "\n" in text or "``" in text} == {}


def test_the_arguments_of_connections_say_what_they_do():
    """Strawberry's own descriptions print the text of after for last: ours do not, wherever a connection is.

    Changes go forwards alone, from a revision.
    """
    connections = {
        f"{type_.name}.{name}": {each: arg.description for each, arg in field.args.items() if each in ARGUMENTS}
        for type_ in OURS
        for name, field in getattr(type_, "fields", {}).items()
        if str(getattr(field, "type", "")).endswith("Connection!")
    }

    assert len(connections) > 20
    assert {name for name, arguments in connections.items() if arguments != ARGUMENTS} == {"Query.changes"}


def test_names_keep_to_the_conventions():
    """Types in PascalCase, fields in camelCase, enum values in capitals."""
    names = [name for name, _ in described() if not name.startswith("@") and ":" not in name]
    values = {f"{t.name}.{v}" for t in OURS if isinstance(t, GraphQLEnumType) for v in t.values}

    assert [name for name in names if not name[0].isupper()] == []
    assert [name for name in values if not name.partition(".")[2].isupper()] == []
    assert [
        name for name in {*names} - values if "_" in name or ("." in name and name.partition(".")[2][0].isupper())
    ] == []


def test_every_object_with_an_identity_is_a_node():
    """Whatever has an id is a Node, and whatever is a Node has its page, disclaimer included where it needs one."""
    types = {t.name: t for t in OURS if "id" in getattr(t, "fields", {})}
    nodes = {t.name for t in SCHEMA.get_possible_types(SCHEMA.get_type("Node"))}

    assert types.keys() - {"Node", "Content"} == nodes == {"Article", "Procedure", "Physician", "Topic", "Disclaimer"}
    needing = ("Article", "Procedure", "Physician")
    assert {str(types[name].fields["disclaimer"].type) for name in needing} == {"Disclaimer!"}
