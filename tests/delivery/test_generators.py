"""Schema and operations by the rules of Apollo iOS and Apollo Kotlin; and that the rules find what they are to find."""

import json
import re
from pathlib import Path

import pytest
from graphql import GraphQLError, parse, validate

from schema.build import schema
from tests.delivery.generators import NAMESPACE, SelectionSets, aliased, escaped, files, problems, refused, scalars

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs" / "clients"
EXAMPLES = [path.read_text() for path in sorted((ROOT / "examples" / "operations").rglob("*.graphql"))]
SCHEMA = schema._schema
WRONG = {
    "{ revision }": "An operation has no name.",
    "query Q($self: ID!) { node(id: $self) { id } }": "$self is reserved.",
    "query Q { revision __typename: revision }": "__typename is no alias.",
    'query Q { search(query: "") { edges { highlights { fragments { text } } } } }': "fragments needs an alias.",
    "query Q { Guides: procedures { totalCount } }": "Guides is capitalized.",
    "query Q { ... { revision } }": "An inline fragment has no type.",
    "query Guides { revision } query guides { revision }": "Guides is taken. guides is taken.",
    "query Article { revision }": "Article is taken.",
    f"query {NAMESPACE} {{ revision }}": f"{NAMESPACE} is taken.",
    "query Q { procedures { nodes { id } node: pageInfo { endCursor } } }": "node, nodes become the type Node.",
    "query Q { error: procedures { totalCount } }": "error become the type Error.",
    "query Q { procedures { ...Page } } fragment Page on ProcedureConnection { page: pageInfo { endCursor } }": (
        "page become the type Page."
    ),
    'query Q { node(id: "") { ... on Article { it: title } ... on Topic { it: summary } } }': (
        "it means summary and title."
    ),
    "query Q { nothing }": "Cannot query field 'nothing' on type 'Query'.",
}


def test_the_operations_suit_both_generators():
    """They are valid, all together, and each has its fragments."""
    assert problems(SCHEMA, parse("\n".join(EXAMPLES))) == []


@pytest.mark.parametrize(("text", "told"), WRONG.items(), ids=range(len(WRONG)))
def test_each_rule_finds_what_it_is_to_find(text, told):
    """An operation that one of the generators would refuse is refused here, in words."""
    assert " ".join(problems(SCHEMA, parse(text))) == told


class Disclaimers(SelectionSets):
    """Where anything of an article, a guide or a physician is asked for, the disclaimer is too."""

    def judge(self, fields, fragments, node):
        for name in ("Article", "Procedure", "Physician"):
            kinds = {name, *(each.name for each in SCHEMA.type_map[name].interfaces)}
            asked = {field.name.value for field, parent in fields if parent.name in kinds}
            if asked & {"title", "name", "summary", "shortBio", "body", "overview"} and "disclaimer" not in asked:
                self.report_error(GraphQLError(f"{name} has no disclaimer.", node))


def test_nothing_is_asked_for_without_its_disclaimer():
    """In the files, and in the modules of Relay."""
    modules = [path.read_text() for path in (ROOT / "examples" / "operations" / "relay").glob("*.ts")]
    tagged = [text for module in modules for text in re.findall(r"graphql`(.*?)`", module, re.DOTALL)]

    files_alone = validate(SCHEMA, parse("\n".join(EXAMPLES)), [Disclaimers])
    relay = validate(SCHEMA, parse("\n".join(tagged)), [Disclaimers])
    wrong = validate(SCHEMA, parse("{ procedures { nodes { title } } }"), [Disclaimers])

    assert (files_alone, relay) == ([], [])
    assert [error.message for error in wrong] == ["Procedure has no disclaimer."]


def test_the_schema_suits_both_generators():
    """No name is refused, nor is one a word of Swift or Kotlin; one field needs an alias, as docs and examples say."""
    assert refused(SCHEMA) == []
    assert escaped(SCHEMA) == []
    assert aliased(SCHEMA) == ["Highlight.fragments"]
    assert "`Highlight.fragments`" in (DOCS / "README.md").read_text()
    assert any("excerpts: fragments {" in text for text in EXAMPLES)


def test_each_page_says_what_becomes_of_each_scalar():
    """A scalar that the schema gets is one that each generator has to be told of."""
    typescript, relay = files("graphql-code-generator.md")["codegen.ts"], files("relay.md")["relay.config.json"]
    kotlin = files("apollo-kotlin.md")["build.gradle.kts"]

    known = scalars(SCHEMA)

    assert set(re.findall(r"(\w+): '", re.search(r"scalars: {(.*)}", typescript)[1])) == known
    assert set(json.loads(relay)["customScalarTypes"]) == known
    assert set(re.findall(r'mapScalarToKotlin\w+\("(\w+)"\)', kotlin)) == known
    assert all(f"`{name}`" in (DOCS / "README.md").read_text() for name in known)


def test_apollo_ios_takes_its_configuration():
    """It refuses keys that it does not know, and a manifest without all three of its own."""
    config = json.loads(files("apollo-ios.md")["apollo-codegen-config.json"])
    paths = [*config["input"]["schemaSearchPaths"], *config["input"]["operationSearchPaths"]]

    assert config["schemaNamespace"] == NAMESPACE
    assert set(config) == {"schemaNamespace", "input", "output", "operationManifest", "options"}
    assert set(config["input"]) == {"schemaSearchPaths", "operationSearchPaths"}
    assert set(config["output"]) == {"schemaTypes", "operations", "testMocks"}
    assert set(config["output"]["schemaTypes"]) == {"path", "moduleType"}
    assert set(config["operationManifest"]) == {"path", "version", "generateManifestOnCodeGeneration"}
    assert all("." in path and not path.endswith(".") for path in paths)


@pytest.mark.parametrize("page", ["apollo-ios.md", "apollo-kotlin.md"])
def test_the_loops_read_what_the_operation_asks_for(page):
    """The fields of a change and of its connection that the examples read are in the operation of the examples."""
    text = (ROOT / "examples" / "operations" / "GuideSync.graphql").read_text()
    asked = set(re.findall(r"\w+", text.split("{", 1)[1]))

    code = (DOCS / page).read_text()
    read = re.findall(r"\b(?:page|change|changes)\??\.(\w+)", code)

    assert set(read) >= {"nodes", "next", "scope", "complete", "pageInfo", "nodeId", "guide", "tombstone"}
    assert set(read) <= asked


def test_the_cache_is_keyed_by_what_nodes_have():
    """The type that the pages of Apollo extend is there, and its key is a field of it."""
    for page, title in (("apollo-ios.md", "graphql/cache.graphqls"), ("apollo-kotlin.md", "graphql/extra.graphqls")):
        name, field = re.search(
            r'extend interface (\w+) @typePolicy\(keyFields: "(\w+)"\)', files(page)[title]
        ).groups()

        assert field in SCHEMA.type_map[name].fields
