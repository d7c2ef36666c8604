"""GraphQL over HTTP: what is answered to requests that are well and badly formed, in each media type."""

import json

import httpx
import pytest

from loaders.rows import global_id

NEW = "application/graphql-response+json"
OLD = "application/json"
QUERY = "{ revision }"
IDS = [global_id("Article", "01890000-0000-7000-8000-000000000001")] * 100
DEEP = "links(first: 100) { nodes { ... on Content { " * 6 + "title" + " } } }" * 6
DEEP = f"{{ nodes(ids: {json.dumps(IDS)}) {{ ... on Content {{ {DEEP} }} }} }}"
NESTED = json.loads("[" * 300 + "]" * 300)
# What is asked, the status for application/graphql-response+json and for application/json, and the code.
OPERATIONS = {
    "a syntax error": ({"query": "{"}, 400, 200, "GRAPHQL_VALIDATION_FAILED"),
    "an unknown field": ({"query": "{ nothing }"}, 400, 200, "GRAPHQL_VALIDATION_FAILED"),
    "a variable that is missing": ({"query": "query ($n: Int!) { articles(first: $n) { totalCount } }"}, 400, 200,
                                   "GRAPHQL_VALIDATION_FAILED"),
    "a variable of the wrong type": ({"query": "query ($n: Int) { articles(first: $n) { totalCount } }",
                                      "variables": {"n": "x"}}, 400, 200, "GRAPHQL_VALIDATION_FAILED"),
    "two operations and no name": ({"query": "query A { revision } query B { revision }"}, 400, 200,
                                   "GRAPHQL_VALIDATION_FAILED"),
    "an operation that is not there": ({"query": "query A { revision }", "operationName": "B"}, 400, 200,
                                       "GRAPHQL_VALIDATION_FAILED"),
    "arguments that cannot be": ({"query": "{ articles(first: 1000) { totalCount } }"}, 400, 200, "BAD_REQUEST"),
    "a cursor that is none": ({"query": '{ articles(after: "x") { totalCount } }'}, 400, 200, "BAD_CURSOR"),
    "a scope that is lacking": ({"query": "query @inContext(preview: true) { revision }"}, 403, 200, "FORBIDDEN"),
    "variables in three hundred lists": ({"query": QUERY, "variables": {"x": NESTED}}, 400, 200, "BAD_REQUEST"),
    "a cost beyond numbers": ({"query": DEEP}, 400, 200, "TOO_EXPENSIVE"),
    "a document that is not there": ({"documentId": "sha256:abc"}, 404, 404, "DOCUMENT_NOT_FOUND"),
    "variables that are too long": ({"query": QUERY, "variables": {"x": "y" * 200_000}}, 400, 200, "TOO_EXPENSIVE"),
}  # fmt: skip
BODIES = {
    "nothing": b"",
    "no JSON": b"{",
    "null": b"null",
    "a string": b'"x"',
    "a number": b"1",
    "no query": b"{}",
    "an empty query": b'{"query": ""}',
    "a query that is no string": b'{"query": 1}',
    "a name that is no string": b'{"query": "{ revision }", "operationName": []}',
    "variables that are a list": b'{"query": "{ revision }", "variables": []}',
    "extensions that are a string": b'{"query": "{ revision }", "extensions": "x"}',
    "a document that is no string": b'{"documentId": 7}',
    "a query and a document": b'{"query": "{ revision }", "documentId": "x"}',
    "a hash that is none": b'{"extensions": {"persistedQuery": {"version": 1}}}',
    "another version of hashes": b'{"extensions": {"persistedQuery": {"version": 2, "sha256Hash": "x"}}}',
    "no UTF-8": b'{"query": "{ \xff }"}',
    "half a surrogate pair": b'{"query": "{ revision }", "variables": {"x": "\\ud800"}}',
    "fifty thousand lists": b"[" * 50_000,
    "a number of five thousand digits": b'{"query": "{ revision }", "variables": {"x": ' + b"9" * 5_000 + b"}}",
    "an id of a thousand characters": b'{"documentId": "' + b"x" * 1_000 + b'"}',
    "an array of nothing": b"[]",
    "an array": b'[{"query": "{ revision }"}]',
}


def told(answer: httpx.Response) -> tuple[int, str, str]:
    """Status, media type and code of an answer with errors."""
    (error,) = answer.json()["errors"]
    return answer.status_code, answer.headers["content-type"].partition(";")[0], error["extensions"]["code"]


@pytest.mark.parametrize(("asked", "new", "old", "code"), OPERATIONS.values(), ids=OPERATIONS)
async def test_what_is_wrong_with_an_operation_is_told_in_the_body_and_by_the_new_status(web, asked, new, old, code):
    """No data where nothing ran; those who take plain JSON get 200, as GraphQL clients of old expect."""
    edge = await web()

    answers = [await edge.post(http_accept=accept, **asked) for accept in (NEW, OLD)]

    assert [told(answer) for answer in answers] == [(new, NEW, code), (old, OLD, code)]
    assert all("data" not in answer.json() for answer in answers)


@pytest.mark.parametrize("accept", [NEW, OLD])
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
async def test_what_is_no_graphql_request_is_a_bad_request(web, body, accept):
    """In either media type: 400, a code, and a sentence."""
    edge = await web()

    answer = await edge.client.post(
        "/graphql", content=body, headers={"content-type": "application/json", "accept": accept}
    )

    assert told(answer) == (400, accept, "BAD_REQUEST")


async def test_what_http_has_a_status_for_gets_it(web):
    """406, 415, 413, 405 and 401, each with the header that belongs to it, and the body in JSON."""
    edge = await web()
    client, json = edge.client, {"content-type": "application/json"}
    body = b'{"query": "{ revision }"}'

    answers = [
        await client.post("/graphql", content=body, headers={**json, "accept": "text/html"}),
        await client.post("/graphql", content=body, headers={"content-type": "text/plain"}),
        await client.post("/graphql", content=body, headers={"content-type": "application/json; charset=utf-16"}),
        await client.post("/graphql", content=b"\x1f\x8b", headers={**json, "content-encoding": "gzip"}),
        await client.post("/graphql", content=b" " * 1_000_001, headers=json),
        await client.put("/graphql", content=body, headers=json),
        await client.get("/graphql", params={"query": QUERY}, headers={"authorization": "Bearer caveat_x"}),
        await client.get("/graphql", params={"query": QUERY}, headers={"authorization": "Basic eDp5"}),
    ]

    assert [answer.status_code for answer in answers] == [406, 415, 415, 415, 413, 405, 401, 401]
    assert answers[5].headers["allow"] == "GET, HEAD, POST, OPTIONS"
    assert answers[6].headers["www-authenticate"] == 'Bearer realm="caveat", error="invalid_token"'
    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}
    assert all(len(answer.json()["errors"]) == 1 for answer in answers)


async def test_a_method_that_is_none_of_graphqls_is_told_in_the_media_type_that_is_asked_for(web):
    """405 comes before 406, and in JSON where nothing better is acceptable."""
    edge = await web()

    answers = [await edge.client.put("/graphql", headers={"accept": accept}) for accept in (NEW, OLD, "text/html")]

    assert [told(answer) for answer in answers] == [(405, media, "BAD_REQUEST") for media in (NEW, OLD, OLD)]


async def test_get_asks_the_same_as_post_and_head_the_same_without_the_body(web, make):
    """Parameters stand for members of the body; a parameter too many, or one that is no JSON, is told."""
    await make.live("article/pain", title="Schmerz – dolor")
    edge = await web()
    query = "query A($slug: String) { article(slug: $slug) { title disclaimer { text } } } query B { revision }"
    asked = {"query": query, "operationName": "A", "variables": '{"slug": "pain"}', "extensions": "{}"}

    got = await edge.client.get("/graphql", params=asked)
    head = await edge.client.head("/graphql", params=asked)
    posted = await edge.post(query, operationName="A", variables={"slug": "pain"})
    wrong = [
        await edge.client.get("/graphql"),
        await edge.client.get("/graphql", params={"query": ""}),
        await edge.client.get("/graphql", params={"query": QUERY, "variables": "{"}),
        await edge.client.get("/graphql", params={"query": QUERY, "variables": "[]"}),
        await edge.client.get("/graphql", params={"query": QUERY, "extensions": "1"}),
        await edge.client.get("/graphql?query=%FF"),
        await edge.client.get("/graphql?" + "x=y&" * 50),
    ]

    assert got.json()["data"]["article"]["title"] == "Schmerz – dolor"
    assert got.content == posted.content
    assert (head.status_code, head.content, head.headers) == (200, b"", got.headers)
    assert [told(answer)[::2] for answer in wrong] == [(400, "BAD_REQUEST")] * len(wrong)


async def test_every_answer_says_how_browsers_must_treat_it(web):
    """The type is not to be guessed, nothing is to be framed or run, and the server does not name itself."""
    edge = await web()

    answers = [await edge.post(QUERY), await edge.post("{"), await edge.client.put("/graphql")]

    for answer in answers:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert "server" not in answer.headers


async def test_batches_are_bounded_and_each_of_their_operations_stands_alone(web):
    """Where three are allowed, three are answered in their order, the wrong ones among them too; four are not."""
    edge = await web(max_batch=3)
    operations = [{"query": QUERY}, {"query": "{"}, {"documentId": "x"}]

    three = await edge.client.post("/graphql", json=operations)
    four = await edge.client.post("/graphql", json=[*operations, {"query": QUERY}])

    first, *others = three.json()
    assert (three.status_code, first) == (200, {"data": {"revision": 0}})
    assert [each["errors"][0]["extensions"]["code"] for each in others] == [
        "GRAPHQL_VALIDATION_FAILED",
        "DOCUMENT_NOT_FOUND",
    ]
    assert told(four)[::2] == (400, "BAD_REQUEST")
