"""What the engine answers is what graphql-core answers, byte by byte."""

from datetime import date
from enum import Enum
from typing import Any

import pytest
from graphql import GraphQLSchema, build_schema, get_introspection_query
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SDL = """
interface Named { name: String! }
interface Aged { age: Int }
enum Colour { RED GREEN }
scalar Day
type Cat implements Named & Aged { name: String!, age: Int, lives(of: Int = 9): Int, colour: Colour, friend: Named,
  kittens: [Cat!], born: Day }
type Dog implements Named & Aged { name: String!, age: Int, barks: Boolean, friend: Named, weight: Float }
union Pet = Cat | Dog
input Span { from: Day!, to: Day, colours: [Colour!] = [RED] }
type Query {
  hello: String
  nothing: String
  id: ID
  cat: Cat
  nobody: Cat
  pets: [Pet!]!
  pet(name: String!): Pet
  named: [Named]
  aged: [Aged!]
  colours: [Colour]
  days: [Day!]!
  empty: [Cat!]!
  lists: [[Int]]
  filled: [[Int!]!]!
  noList: [Int]
  manyCats: [[Cat]]
  echo(text: String = "none", number: Int, ratio: Float, sure: Boolean, id: ID, colour: Colour, colours: [Colour!],
    day: Day, span: Span, lists: [[Int]]): String
}
"""


class Colour(Enum):
    """Colours of cats."""

    RED = "red"
    GREEN = "green"


class Aged:
    """A value that is told by its class: ``is_type_of``."""

    def __init__(self, kind: str, age: int | None) -> None:
        self.kind, self.age = kind, age


def hospital() -> GraphQLSchema:
    """A schema of everything that GraphQL has, on plain graphql-core."""
    schema = build_schema(SDL)
    types: dict[str, Any] = schema.type_map
    types["Day"].coerce_output_value = date.isoformat
    types["Day"].coerce_input_value = types["Day"].parse_value = date.fromisoformat
    for name, value in types["Colour"].values.items():
        value.value = Colour[name]
    types["Named"].resolve_type = lambda value, _info, _type: value["__typename"]
    for name in ("Cat", "Dog"):
        types[name].is_type_of = lambda value, _info, name=name: (
            name == (value.kind if isinstance(value, Aged) else value["__typename"])
        )
    types["Cat"].fields["lives"].resolve = lambda cat, _info, of: of - len(cat["name"])
    return schema


TOM: dict[str, Any] = {"__typename": "Cat", "name": "Tom", "age": 3, "colour": Colour.RED, "born": date(2026, 1, 2)}
REX: dict[str, Any] = {"__typename": "Dog", "name": "Rex", "age": None, "barks": True, "friend": TOM, "weight": 7.5}
TOM |= {"friend": REX, "kittens": [{**TOM, "name": "Kit", "kittens": []}, {**TOM, "name": "Kat", "colour": None}]}
DATA: dict[str, Any] = {
    "hello": "Hello",
    "nothing": None,
    "id": 7,
    "cat": TOM,
    "nobody": None,
    "pets": [TOM, REX, TOM],
    "named": (REX, None, TOM),
    "aged": [Aged("Dog", 2), Aged("Cat", None), Aged("Dog", 4)],
    "colours": [Colour.GREEN, None, Colour.RED, Colour.GREEN],
    "days": [date(2026, 3, 1), date(2024, 2, 29)],
    "empty": [],
    "lists": [[1, None, 2], None, [], [3]],
    "filled": [[1], [2, 3]],
    "noList": None,
    "manyCats": [[TOM, None], None, [TOM, TOM["kittens"][0]]],
}


def _echo(_info: Any, **given: Any) -> str:
    return repr(given)


def now() -> dict[str, Any]:
    """A root value that has everything at once."""
    found = {name: lambda _info, name=name: DATA[name] for name in DATA}
    return found | {"echo": _echo, "pet": lambda _info, name: {"Tom": TOM, "Rex": REX}.get(name)}


def later() -> dict[str, Any]:
    """A root value whose every field waits."""

    def waiting(field: Any) -> Any:
        async def resolve(info: Any, **given: Any) -> Any:
            return field(info, **given)

        return resolve

    return {name: waiting(field) for name, field in now().items()}


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    """The schema of all operations here."""
    return hospital()


ECHO = "$text: String, $number: Int, $colour: Colour, $day: Day, $span: Span"
OPERATIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "keys stand in the order of the selection": ("{ nothing hello id cat { age name } }", {}),
    "a field that is named twice stands where it was first": ("{ hello id hello cat { name } id }", {}),
    "aliases of one field differ in arguments": ('{ a: echo(text: "a") b: echo(text: "b") echo c: hello }', {}),
    "selections of the same field are merged": (
        "{ cat { name } hello cat { age friend { name } friend { __typename } } }",
        {},
    ),
    "named fragments": ("{ cat { ...A } } fragment A on Cat { name ...B } fragment B on Cat { age }", {}),
    "inline fragments": ("{ cat { ... on Cat { name } ... { age } ... on Named { name } } ... on Query { id } }", {}),
    "a fragment that is spread twice": ("{ ...Q cat { name } ...Q } fragment Q on Query { id }", {}),
    "fragments on an interface": (
        "{ named { __typename name ... on Dog { barks weight } ... on Cat { lives } ... on Aged { age } } }",
        {},
    ),
    "fragments on a union": ("{ pets { ... on Named { name } ... on Dog { barks } ... on Cat { colour } } }", {}),
    "a union whose members select nothing": ("{ pets { ... on Dog { barks } } }", {}),
    "a fragment of another type is left out": ('{ pet(name: "Tom") { ... on Dog { barks } } }', {}),
    "@skip and @include in the text": ("{ hello @skip(if: true) id @include(if: true) }", {}),
    "@skip from a variable": ("query ($a: Boolean!) { hello @skip(if: $a) id }", {"a": True}),
    "@include from a variable": ("query ($a: Boolean!) { hello @include(if: $a) id }", {"a": True}),
    "@skip and @include at once": (
        "query ($a: Boolean!, $b: Boolean!) { hello @skip(if: $a) @include(if: $b) id @skip(if: $b) @include(if: $b) }",
        {"a": False, "b": True},
    ),
    "a condition with a default": ("query ($a: Boolean = false) { hello @include(if: $a) id @skip(if: $a) }", {}),
    "conditions on fragments": (
        "query ($a: Boolean!) { ... @include(if: $a) { hello } ...Q @skip(if: $a) } fragment Q on Query { id }",
        {"a": True},
    ),
    "everything is skipped": ("{ cat { name @skip(if: true) } hello @skip(if: true) }", {}),
    "__typename of an object": ("{ cat { __typename kittens { __typename } } }", {}),
    "__typename of an interface": ("{ named { __typename } }", {}),
    "__typename of a union": ("{ pets { __typename } }", {}),
    "__typename of the root, and an alias of it": ("{ __typename kind: __typename }", {}),
    "arguments have defaults": ("{ echo cat { lives seven: lives(of: 7) } }", {}),
    "variables of every kind": (
        f"query ({ECHO}) {{ echo(text: $text, number: $number, day: $day, span: $span, colour: $colour) }}",
        {"text": "ä", "number": 4, "colour": "GREEN", "day": "2026-03-01", "span": {"from": "2026-03-01"}},
    ),
    "a variable of lists": ("query ($lists: [[Int]]) { echo(lists: $lists) }", {"lists": [[1, None], None]}),
    "variables that are not given": (f"query ({ECHO}) {{ echo(text: $text, number: $number, span: $span) }}", {}),
    "variables that are null": (f"query ({ECHO}) {{ echo(text: $text) }}", {"text": None, "number": None}),
    "variables with defaults": ('query ($text: String = "d", $n: Int = 3) { echo(text: $text, number: $n) }', {"n": 5}),
    "a variable within an input object": (
        "query ($day: Day!, $colour: Colour!) { echo(span: {from: $day, colours: [$colour, RED]}) }",
        {"day": "2026-03-01", "colour": "GREEN"},
    ),
    "a single value where a list is wanted": ("{ echo(colours: GREEN, lists: 1) }", {}),
    "numbers of two kinds": ("{ echo(number: 1, ratio: 2, sure: true, id: 12) }", {}),
    "enums in and out": ("query ($c: [Colour!]) { colours echo(colours: $c) cat { colour } }", {"c": ["RED", "GREEN"]}),
    "custom scalars": ('{ days cat { born } echo(day: "2026-03-01") }', {}),
    "an id of a number is a string": ("{ id }", {}),
    "lists of lists with nulls": ("{ lists filled noList }", {}),
    "lists of lists of objects": ("{ manyCats { name kittens { name } } }", {}),
    "lists and items that are null": ("{ named { name } noList nobody { name } nothing }", {}),
    "an empty list": ("{ empty { name friend { name } } }", {}),
    "nested objects": ("{ cat { friend { ... on Dog { friend { ... on Cat { kittens { name } } } } } } }", {}),
    "a type that is told by resolve_type": ("{ named { ... on Cat { name } ... on Dog { weight } } }", {}),
    "a type that is told by is_type_of": ("{ aged { age __typename ... on Cat { aged: age } } }", {}),
    "a type that is told by __typename": ('{ pet(name: "Rex") { __typename ... on Dog { name } } }', {}),
    "introspection of a type": ('{ __type(name: "Cat") { name fields { name type { name ofType { name } } } } }', {}),
    "introspection with aliases": ("{ __schema { q: queryType { name } types { kind name } } hello }", {}),
    "the whole of introspection": (get_introspection_query(specified_by_url=True, directive_is_repeatable=True), {}),
    "one operation of a named kind": ("query Named { hello }", {}),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_engine_answers_as_graphql_core_does(name, schema, both):
    """An operation that waits for nothing: the same bytes, at once, and they are the engine's."""
    text, variables = OPERATIONS[name]

    answer = both(schema, text, now(), **variables)

    assert "errors" not in answer
    assert both.why == ["engine"]


@pytest.mark.parametrize("name", OPERATIONS)
async def test_the_engine_answers_as_graphql_core_does_where_it_waits(name, schema, both):
    """The same operations, with resolvers that wait: the same bytes, and the engine's."""
    text, variables = OPERATIONS[name]

    answer = await both.later(schema, text, later(), **variables)

    assert "errors" not in answer
    assert both.why == ["engine"]


NAMED = ["__typename", "name", "friend", "... on Cat { lives colour }", "... on Dog { barks }", "... on Aged { age }"]


@st.composite
def selections(draw: Any, depth: int = 3) -> str:
    """A selection on the interface, with fragments, aliases and conditions, as deep as it may be."""
    parts = draw(st.lists(st.sampled_from(NAMED), min_size=1, max_size=5))
    written = []
    for part in parts:
        if part == "friend":
            beneath = draw(selections(depth - 1)) if depth else "{ name }"
            kinds = draw(st.lists(st.sampled_from(["Cat", "Dog"]), min_size=1))
            written += [f"... on {kind} {{ friend {beneath} }}" for kind in kinds]
        else:
            condition = draw(st.sampled_from(["", "@skip(if: $a)", "@include(if: $b)"]))
            written.append(f"{part} {condition}" if "{" not in part else part.replace(" {", f" {condition} {{", 1))
    return f"{{ {' '.join(written)} }}"


@given(st.lists(selections(), min_size=1, max_size=3), st.booleans(), st.booleans())
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_engine_answers_any_selection_as_graphql_core_does(schema, both, drawn, a, b):
    """Selections at random, merged into one another: the same bytes, whatever they are."""
    fields = " ".join(f"named {each}" for each in drawn)

    answer = both(schema, f"query ($a: Boolean!, $b: Boolean!) {{ __typename {fields} }}", now(), a=a, b=b)

    assert "errors" not in answer
    assert both.why == ["engine"]
