"""What an operation costs: the fields that the stock executor would resolve, at the most."""

from typing import Any

import pytest
from graphql import GraphQLSchema, OperationDefinitionNode, build_schema, parse

from engine.plan import Operation
from engine.price import ASSUMED, UNASKED

SDL = """
interface Node { id: ID related(first: Int, last: Int): Connection }
type Article implements Node { id: ID related(first: Int, last: Int): Connection topics: [Topic] title: String }
type Topic implements Node { id: ID related(first: Int, last: Int): Connection }
type Connection { nodes: [Node] edges: [Edge] total: Int }
type Edge { note: String node: Node }
type Query { article: Article nodes(ids: [ID!]): [Node] articles(first: Int, last: Int): Connection words: [[String]] }
"""
PRICES: dict[str, tuple[str, dict[str, Any], int]] = {
    "one field": ("{ __typename }", {}, 1),
    "an object and its fields": ("{ article { id title } }", {}, 3),
    "an alias costs as much as the field": ("{ a: article { id } b: article { id } }", {}, 4),
    "a fragment that is spread twice costs once": (
        "{ article { ...A ...A } } fragment A on Article { id title }",
        {},
        3,
    ),
    "a list that nobody asked a size of": ("{ article { topics { id } } }", {}, 1 + 1 + ASSUMED),
    "as many as there are keys": ('{ nodes(ids: ["a", "b", "c"]) { id } }', {}, 4),
    "as many as there are keys in a variable": (
        "query ($ids: [ID!]) { nodes(ids: $ids) { id } }",
        {"ids": ["a"] * 7},
        8,
    ),
    "a page of its size": ("{ articles(first: 3) { nodes { id } } }", {}, 1 + 1 + 3),
    "a page of a size in a variable": ("query ($n: Int) { articles(first: $n) { nodes { id } } }", {"n": 5}, 7),
    "the larger of two sizes": ("{ articles(first: 3, last: 5) { nodes { id } } }", {}, 7),
    "a page of no size": ("{ articles { nodes { id } total } }", {}, 1 + 2 + UNASKED),
    "edges and what they lead to": ("{ articles(first: 4) { edges { note node { id } } } }", {}, 1 + 1 + 4 * 3),
    "pages of pages": (
        "{ articles(first: 4) { nodes { related(first: 5) { nodes { id } } } } }",
        {},
        1 + 1 + 4 * (1 + 1 + 5),
    ),
    "the dearest of the types": (
        "{ nodes(ids: []) { id ... on Article { topics { id } } } }",
        {},
        1 + ASSUMED * (1 + 1 + ASSUMED),
    ),
    "what is skipped costs nothing": (
        "query ($a: Boolean!) { article @skip(if: $a) { id } __typename }",
        {"a": True},
        1,
    ),
    "lists of lists of leaves cost the one field": ("{ words }", {}, 1),
}


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    """Articles, topics, and pages of them."""
    return build_schema(SDL)


@pytest.mark.parametrize("name", PRICES)
def test_an_operation_costs_the_fields_that_it_may_ask_for(name, schema):
    """The price follows from the text and from the variables that say how much is wanted."""
    text, given, price = PRICES[name]
    document = parse(text)
    definition = document.definitions[0]
    assert isinstance(definition, OperationDefinitionNode)
    operation = Operation(schema, document, definition)
    variables = operation.variables(given)

    assert operation.plan(variables).price(variables) == price
    assert operation.plan(variables).price(variables) == price  # from what is kept
