"""Values that are no ids, cursors, moments, days, locales or addresses, at the front door, with both executors."""

import pytest
from graphql import parse, validate
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from delivery.answers import shown
from schema.build import schema
from schema.execution import Executions
from tests.delivery.wrong_input import ADDRESSES, CURSORS, IDS, LOCALES, MOMENTS, literal

TEXTS = st.sampled_from([*IDS, *CURSORS, *MOMENTS, *LOCALES, *ADDRESSES]) | st.text(max_size=30)
REFUSALS = {"BAD_REQUEST", "BAD_CURSOR", "GRAPHQL_VALIDATION_FAILED"}
ASKED = {
    "ID!": ["node(id: $v) { id }", "article(id: $v) { id }", "nodes(ids: [$v]) { id }"],
    "String!": ["articles(after: $v) { totalCount }", "content(url: $v) { id }", "article(slug: $v) { id }"],
    "DateTime!": ["articles(filter: {publishedAt: {from: $v}}) { nodes { id } }"],
    "Date!": ["articles(filter: {reviewDueOn: {before: $v}}) { nodes { id } }"],
}
CONTEXTS = {"String!": ["locale: $v", "fallback: [$v]"], "DateTime!": ["asOf: $v"]}
OPERATIONS = [
    *((type_, "", field) for type_, fields in ASKED.items() for field in fields),
    *((type_, f"@inContext({context})", "revision") for type_, each in CONTEXTS.items() for context in each),
]


def test_the_operations_are_valid_but_for_their_values():
    """Else the values would not be looked at."""
    wrong = [
        validate(schema._schema, parse(f"query Q($v: {type_}) {context} {{ {field} }}"))
        for type_, context, field in OPERATIONS
    ]

    assert wrong == [[]] * len(OPERATIONS)


@pytest.fixture(params=[True, False], ids=["engine", "stock"])
async def door(request, api, make):
    """The front door with each executor; there is an article."""
    await make.live("article/pain")
    api.executions = Executions(api.settings.model_copy(update={"engine": request.param}))
    return api


@settings(max_examples=60, deadline=None, database=None, derandomize=True, suppress_health_check=[*HealthCheck])
@given(TEXTS)
@example("9999-12-31T24:00:00Z")
@example("2026-02-30")
@example("\ud800")
async def test_any_text_is_answered_or_refused_in_the_clients_own_terms(door, text):
    """As a variable and in the text of the operation, wherever such a value may stand: nothing of ours ever fails."""
    for type_, context, field in OPERATIONS:
        by_variable = f"query Q($v: {type_}) {context} {{ {field} }}"
        in_the_text = f"query Q {context} {{ {field} }}".replace("$v", literal(text))
        results = [await door.execute(by_variable, v=text), await door.execute(in_the_text)]

        for result in results:
            errors = [shown(error) for error in result.errors or ()]
            assert {error["extensions"]["code"] for error in errors} <= REFUSALS, (errors, text)
            assert not errors or (result.data is None and all("path" not in error for error in errors))
