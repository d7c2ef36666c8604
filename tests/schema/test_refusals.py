"""What is refused before anything runs: introspection that is closed, operations that are none of ours."""

import pytest

from loaders.perspective import Audience
from schema.context import Context

INTROSPECTION = {
    "the schema": "{ __schema { types { name } } }",
    "a type": '{ a: __type(name: "Article") { name } }',
    "in fragments": "{ ...F } fragment F on Query { ... { ...G } } fragment G on Query { __schema { __typename } }",
    "beside content": "{ topics { nodes { title } } __schema { __typename } }",
}


@pytest.fixture
def closed(api):
    """The front door for those to whom the schema is closed."""
    return api.as_(introspection=False)


@pytest.mark.parametrize("name", INTROSPECTION)
async def test_a_closed_schema_is_not_told(name, api, closed):
    """Who may not ask for the schema is refused wherever it stands, before anything is read; others are answered."""
    assert await closed.codes(INTROSPECTION[name]) == ["INTROSPECTION_DISABLED"]
    assert closed.statements == 0
    assert await api.codes(INTROSPECTION[name]) == []


@pytest.mark.parametrize(
    "text",
    [
        "{ __typename topics { __typename } }",
        "query A { revision } ",
        "{ topics { nodes { title } } } ",
    ],
)
async def test_a_closed_schema_answers_all_else(closed, text):
    """Type names in answers are data."""
    assert await closed.codes(text) == []


# a wrong text, its variables, and what is said to those who may see what there is
GUESSES = {
    "a field": ("{ artcles { nodes { title } } }", {}, "Did you mean"),
    "an argument": ("{ articles(frist: 1) { nodes { id } } }", {}, "Did you mean"),
    "a type": ("{ ... on Qery { revision } }", {}, "Did you mean"),
    "an enum value": ("{ articles(orderBy: TITLE_AS) { nodes { id } } }", {}, "Did you mean"),
    "a fragment's field": ("{ nodes(ids: []) { title } }", {}, "Did you mean to use an inline fragment"),
    "a variable": (
        "query ($by: ContentOrder!) { articles(orderBy: $by) { nodes { id } } }",
        {"by": "TITLE_AS"},
        "Did you mean",
    ),
    "a variable's field": (
        "query ($f: ArticleFilter) { articles(filter: $f) { nodes { id } } }",
        {"f": {"genre": "FAQ"}},
        "Did you mean",
    ),
}


@pytest.mark.parametrize("name", GUESSES)
async def test_a_closed_schema_is_not_to_be_guessed(name, api, closed):
    """Errors name what there is to those alone who may see it, whoever asked first."""
    text, variables, hint = GUESSES[name]
    said = {}
    for door in (api, closed, api, closed):
        result = await door.execute(text, **variables)
        said.setdefault(door.audience.introspection, []).append(result.errors[0].message)

    assert [hint in message for message in said[True]] == [True, True]
    assert [hint in message for message in said[False]] == [False, False]


NONE_OF_OURS = {
    "mutation { x }": "The mutation operation is not supported by the schema.",
    "mutation { __typename }": "The mutation operation is not supported by the schema.",
    "subscription { x }": "The subscription operation is not supported by the schema.",
    "subscription { __typename }": "The subscription operation is not supported by the schema.",
    "query A { revision } query B { revision }": "Must provide operation name if query contains multiple operations.",
    "query A { revision } mutation B { x }": "The mutation operation is not supported by the schema.",
    "type T { f: Int }": "The 'T' definition is not executable.",
}


@pytest.mark.parametrize("text", NONE_OF_OURS)
@pytest.mark.parametrize("audience", [Audience(), Audience(introspection=False)], ids=["open", "closed"])
async def test_what_is_no_query_is_refused(text, audience, api):
    """It is an error of the request: no data, not even null fields, and no statement."""
    api.audience = audience

    result = await api.execute(text)

    assert (result.data, api.statements) == (None, 0)
    assert [error.message for error in result.errors] == [NONE_OF_OURS[text]]
    assert [error.path for error in result.errors] == [None]


async def test_only_the_operation_that_is_asked_for_must_be_open(db, settings, api):
    """Of a text with several operations the others do not matter."""
    text = "query A { revision } query B { __schema { __typename } }"
    context = Context(db, settings, Audience(introspection=False), api.clock)

    results = [await api.executions(text, {}, context, name) for name in "AB"]

    assert [result.data is None for result in results] == [False, True]
    assert results[1].errors[0].extensions == {"code": "INTROSPECTION_DISABLED"}
