"""The disclaimer policy, as it is read in the text of an operation: what is covered, and what is not."""

from typing import Any

import pytest
from graphql import GraphQLError, OperationDefinitionNode, parse, print_ast, validate

from engine.arguments import Refused
from engine.own import RESERVED
from engine.selected import MOST_SELECTIONS
from errors import DisclaimerRequired, ReservedAlias
from models import DisclaimerPolicy
from schema.build import schema
from schema.policy import NO_CONTENT, TERMS

SCHEMA = schema._schema
ATTACH, REQUIRE = (TERMS[policy, True, False] for policy in (DisclaimerPolicy.ATTACH, DisclaimerPolicy.REQUIRE))
WITH = "disclaimer { text }"


def read(terms: Any, text: str) -> Any:
    """The operation of a valid text."""
    document = parse(text)
    assert validate(SCHEMA, document) == []
    definition = next(each for each in document.definitions if isinstance(each, OperationDefinitionNode))
    return terms.operation(SCHEMA, document, definition)[0]


def refused(terms: Any, text: str) -> list[GraphQLError]:
    """The errors that a text is refused with; none where it is not."""
    try:
        read(terms, text)
    except Refused as error:
        return error.errors
    return []


# name -> an operation, and where it lacks a disclaimer.
CASES: dict[str, tuple[str, list[str]]] = {
    # what content is
    "a title": ("{ article(id: 1) { title } }", ["article"]),
    "a title with the disclaimer": (f"{{ article(id: 1) {{ title {WITH} }} }}", []),
    "what is no content": ("{ articles { nodes { __typename id slug locale url } } }", []),
    "JSON-LD": ("{ articles { nodes { jsonLd } } }", ["articles.nodes"]),
    "the edition": ("{ articles { nodes { edition { version } } } }", ["articles.nodes"]),
    "the history": ("{ articles { nodes { history { version } } } }", ["articles.nodes"]),
    "a number": ("{ articles { nodes { readingTimeMinutes } } }", ["articles.nodes"]),
    "links": ("{ articles { nodes { links { totalCount } } } }", ["articles.nodes"]),
    "a procedure": ("{ procedures { nodes { title } } }", []),
    "only the disclaimer's name": ("{ articles { nodes { slug disclaimer { title } } } }", []),
    # what covers it
    "the disclaimer's name": ("{ article(id: 1) { title disclaimer { title version } } }", ["article"]),
    "rich text": ("{ article(id: 1) { title disclaimer { body { html } } } }", []),
    "plain text of rich text": ("{ article(id: 1) { title disclaimer { body { text } } } }", []),
    "blocks with spans": ("{ article(id: 1) { title disclaimer { body { blocks { spans { text } } } } } }", []),
    "blocks without words": ("{ article(id: 1) { title disclaimer { body { blocks { kind } } } } }", ["article"]),
    "a number of words": ("{ article(id: 1) { title disclaimer { body { wordCount } } } }", ["article"]),
    "aliases": ("{ article(id: 1) { title a: disclaimer { t: text } } }", []),
    "an alias that looks like it": ("{ article(id: 1) { disclaimer: title } }", ["article"]),
    "another object's": (f"{{ article(id: 1) {{ title authors {{ {WITH} }} }} }}", ["article"]),
    "another place's": (f"{{ article(id: 1) {{ title }} b: article(id: 1) {{ {WITH} }} }}", ["article"]),
    # merged fields
    "the same field twice": (f"{{ articles {{ nodes {{ title }} }} articles {{ nodes {{ {WITH} }} }} }}", []),
    "parts of the disclaimer": (
        "{ article(id: 1) { title disclaimer { version } } article(id: 1) { disclaimer { text } } }",
        [],
    ),
    "nodes and edges": (
        f"{{ articles {{ nodes {{ {WITH} }} edges {{ node {{ title }} }} }} }}",
        ["articles.edges.node"],
    ),
    # what is taken from articles elsewhere
    "a hit": ('{ search(query: "x") { edges { score cursor fallback node { id } } totalCount } }', []),
    "highlights": ('{ search(query: "x") { edges { highlights { field } } } }', ["search.edges"]),
    "highlights with the disclaimer": (f'{{ search(query: "x") {{ edges {{ highlights {{ field }} {WITH} }} }} }}', []),
    "highlights with the article's": (
        f'{{ search(query: "x") {{ edges {{ highlights {{ field }} node {{ ... on Article {{ {WITH} }} }} }} }} }}',
        [],
    ),
    "highlights with another's": (
        f'{{ search(query: "x") {{ edges {{ highlights {{ field }} node {{ ... on Procedure {{ {WITH} }} }} }} }} }}',
        ["search.edges"],
    ),
    "highlights with the article's, at times": (
        '{ search(query: "x") { edges { highlights { field }'
        f" node {{ ... on Article @include(if: $a) {{ {WITH} }} }} }} }} }}",
        ["search.edges"],
    ),
    "a completion": ('{ suggest(prefix: "x") { kind node { id } } }', []),
    "a completion's text": ('{ suggest(prefix: "x") { text } }', ["suggest"]),
    "a completion with the disclaimer": (f'{{ suggest(prefix: "x") {{ text {WITH} }} }}', []),
    "suggestions": (f"{{ article(id: 1) {{ {WITH} suggestions {{ title }} }} }}", ["article.suggestions"]),
    # fragments
    "an inline fragment": (f"{{ article(id: 1) {{ title ... {{ {WITH} }} }} }}", []),
    "on an interface": (f"{{ article(id: 1) {{ ... on Content {{ title }} ... on Node {{ id }} {WITH} }} }}", []),
    "a named fragment": (f"{{ article(id: 1) {{ ...F {WITH} }} }} fragment F on Content {{ title }}", []),
    "a named one without": ("{ article(id: 1) { ...F } } fragment F on Content { title }", ["article"]),
    "used with and without": (
        f"{{ a: article(id: 1) {{ ...F {WITH} }} b: article(id: 1) {{ ...F }} }} fragment F on Content {{ title }}",
        ["b"],
    ),
    "fragments in fragments": (
        f"{{ article(id: 1) {{ ...F }} }} fragment F on Article {{ title ...G }} fragment G on Article {{ {WITH} }}",
        [],
    ),
    "a list in a fragment": (
        f"{{ a: topics {{ ...F nodes {{ content {{ nodes {{ ... on Article {{ {WITH} }} }} }} }} }}"
        " b: topics { ...F } }"
        " fragment F on TopicConnection { nodes { content { nodes { title } } } }",
        ["b.nodes.content.nodes"],
    ),
    # interfaces and unions
    "a node": ("{ node(id: 1) { ... on Content { title } } }", ["node"]),
    "a node, of articles": (f"{{ node(id: 1) {{ ... on Content {{ title }} ... on Article {{ {WITH} }} }} }}", []),
    "a node that is no article": ("{ node(id: 1) { ... on Physician { title } } }", []),
    "nodes": ("{ nodes(ids: []) { id ... on Content { summary } } }", ["nodes"]),
    "content by URL": ('{ content(url: "/") { title } }', ["content"]),
    "what links lead to": (
        "{ topics { nodes { links { edges { heading note node { ... on Article { title } } } } } } }",
        ["topics.nodes.links.edges.node"],
    ),
    "a link's words": ("{ topics { nodes { links { edges { heading note node { __typename } } } } } }", []),
    "what a text refers to": (
        "{ physicians { nodes { bio { references { title } } } } }",
        ["physicians.nodes.bio.references"],
    ),
    "a physician's articles": (
        "{ physicians { nodes { articles { nodes { title } } } } }",
        ["physicians.nodes.articles.nodes"],
    ),
    "articles of an article": (
        f"{{ article(id: 1) {{ {WITH} linkedFrom {{ nodes {{ ... on Article {{ title }} }} }} }} }}",
        ["article.linkedFrom.nodes"],
    ),
    "through its disclaimer": (
        f"{{ article(id: 1) {{ title {WITH}"
        " disclaimer { linkedFrom { nodes { ... on Content { title } } } } } }",
        ["article.disclaimer.linkedFrom.nodes"],
    ),
    # conditions
    "a disclaimer that may be left out": (
        f"{{ article(id: 1) {{ title ... @include(if: $a) {{ {WITH} }} }} }}",
        ["article"],
    ),
    "@skip on it": ("{ article(id: 1) { title disclaimer @skip(if: $a) { text } } }", ["article"]),
    "@include on its text": ("{ article(id: 1) { title disclaimer { text @include(if: $a) } } }", ["article"]),
    "the same condition": ("{ article(id: 1) { title @include(if: $a) disclaimer @include(if: $a) { text } } }", []),
    "more conditions on the content": (
        "{ article(id: 1) { ... @include(if: $a) { title @skip(if: $b) } disclaimer @include(if: $a) { text } } }",
        [],
    ),
    "the opposite condition": (
        "{ article(id: 1) { title @include(if: $a) disclaimer @skip(if: $a) { text } } }",
        ["article"],
    ),
    "another condition": (
        "{ article(id: 1) { title @include(if: $a) disclaimer @include(if: $b) { text } } }",
        ["article"],
    ),
    "a condition on both": (f"{{ article(id: 1) @include(if: $a) {{ title {WITH} }} }}", []),
    "a condition above, and again": (
        "{ article(id: 1) @include(if: $a) { title disclaimer @include(if: $a) { text } } }",
        [],
    ),
    "literals": ("{ article(id: 1) { title disclaimer @include(if: true) @skip(if: false) { text } } }", []),
    "a disclaimer that is never there": (
        "{ article(id: 1) { title disclaimer @include(if: false) { text } } }",
        ["article"],
    ),
    "content that is never there": ("{ article(id: 1) { slug title @skip(if: true) } }", []),
    "content under what excludes itself": ("{ article(id: 1) { slug title @skip(if: $a) @include(if: $a) } }", []),
    "content in a fragment that may be there": (
        "{ article(id: 1) { slug ...F @include(if: $a) } } fragment F on Article { title }",
        ["article"],
    ),
    "both in that fragment": (
        f"{{ article(id: 1) {{ slug ...F @include(if: $a) }} }} fragment F on Article {{ title {WITH} }}",
        [],
    ),
    "content in several places": (
        "{ article(id: 1) { title @include(if: $a) ... @skip(if: $b) { title }"
        " disclaimer @include(if: $a) { text } } }",
        ["article"],
    ),
    "the list may be there twice": (
        f"{{ articles {{ nodes {{ title }} }} articles @include(if: $a) {{ nodes {{ {WITH} }} }} }}",
        ["articles.nodes"],
    ),
    "the content's list may be there": (
        f"{{ articles @include(if: $a) {{ nodes {{ title }} }} articles {{ nodes {{ {WITH} }} }} }}",
        [],
    ),
    "a fragment under two conditions": (
        "{ article(id: 1) { ...F @include(if: $a) ...F @include(if: $b) disclaimer @include(if: $a) { text } } }"
        " fragment F on Article { title }",
        ["article"],
    ),
}


def declared(text: str) -> str:
    """The text, which declares the variables that it uses."""
    used = [f"${name}: Boolean!" for name in "ab" if f"${name}" in text]
    return f"query Q({', '.join(used)}) {text}" if used else text


@pytest.mark.parametrize("name", CASES)
def test_what_lacks_its_disclaimer_is_found(name):
    """REQUIRE refuses exactly the places that the table names, and says what to add."""
    text, places = CASES[name]

    errors = refused(REQUIRE, declared(text))

    assert [error.message.split()[0] for error in errors] == places
    assert all(isinstance(error.original_error, DisclaimerRequired) for error in errors)


@pytest.mark.parametrize("name", CASES)
def test_what_lacks_its_disclaimer_is_completed(name):
    """ATTACH changes what REQUIRE refuses, and nothing else; what it makes of it is valid, and complete."""
    text, places = CASES[name]
    text = declared(text)

    operation = read(ATTACH, text)

    assert (operation.ours is not None) == bool(places)
    assert (print_ast(operation.document) != print_ast(parse(text))) == bool(places)
    completed = print_ast(operation.document)
    assert validate(SCHEMA, parse(completed)) == []
    assert refused(REQUIRE, completed.replace(RESERVED, "theirs_")) == []


def test_a_refusal_names_the_place_and_what_to_add():
    """The message has the path, the fields, and the way out; the location is that of the braces."""
    text = "{\n  pages: articles {\n    nodes { heading: title body { html } slug }\n  }\n}"

    (error,) = refused(REQUIRE, text)

    assert error.message == (
        "pages.nodes selects article content (title, body) without its disclaimer. Add disclaimer { text } to the"
        " article there, under no @skip or @include that the content does not bear."
    )
    assert error.formatted["locations"] == [{"line": 3, "column": 5}]
    assert error.extensions == {"code": "DISCLAIMER_REQUIRED"}


@pytest.mark.parametrize("terms", [ATTACH, REQUIRE], ids=["attach", "require"])
def test_aliases_of_ours_are_refused(terms):
    """Wherever they stand: a client could pass a text off as ours, or hide one."""
    text = f"{{ articles {{ nodes {{ {WITH} ...F }} }} }} fragment F on Article {{ {RESERVED}id: title }}"

    (error,) = refused(terms, text)

    assert isinstance(error.original_error, ReservedAlias)
    assert error.message == "The alias caveat_id is not yours: those that begin with caveat_ are the server's own."
    assert error.formatted["locations"] == [{"line": 1, "column": 77}]


def test_no_field_has_a_name_that_begins_as_ours_do():
    """What is taken out of answers is never the client's."""
    fields = [name for type_ in SCHEMA.type_map.values() for name in getattr(type_, "fields", {})]

    assert [name for name in fields if name.startswith(RESERVED)] == []


def test_every_field_of_articles_is_content_but_those_of_the_table():
    """A field that is new is content until somebody says that it is not."""
    article = SCHEMA.get_type("Article")
    bare = {}
    for name in article.fields:
        for inner in ("", "{ __typename }"):
            text = f"{{ articles {{ nodes {{ {name} {inner} }} }} }}"
            if not validate(SCHEMA, parse(text)):
                bare[name] = bool(refused(REQUIRE, text))

    assert bare == {name: name not in NO_CONTENT["Article"] for name in article.fields}
    assert {"id", "slug", "locale", "url", "disclaimer", "__typename"} == NO_CONTENT["Article"]


def test_every_type_with_article_content_has_a_disclaimer_beside_it():
    """What is attached can be selected there, and what is no content is a field of the type."""
    for name, free in NO_CONTENT.items():
        fields = SCHEMA.get_type(name).fields
        assert "disclaimer" in fields
        assert free - fields.keys() == {"__typename"}


def test_fragments_in_ever_more_ways_are_refused():
    """Fragments that use the next one twice, each time under another condition, have no end: there is a limit."""
    depth = 20
    fragments = [
        f"fragment F{n} on Query {{ ...F{n + 1} @include(if: $a{n}) ...F{n + 1} @include(if: $b{n}) }}"
        for n in range(depth)
    ]
    variables = ", ".join(f"${each}{n}: Boolean!" for n in range(depth) for each in "ab")
    text = f"query Q({variables}) {{ ...F0 }} {' '.join(fragments)} fragment F{depth} on Query {{ revision }}"

    with pytest.raises(Exception, match=f"more than {MOST_SELECTIONS} selections") as error:
        read(ATTACH, text)

    assert error.value.extensions["code"] == "TOO_EXPENSIVE"
