"""Promise 4: the number of SQL statements of an operation depends on the operation alone."""

import pytest

# operation -> its statements: one for the revision, one for each list, relation, total and kind of text in it, and one
# for the disclaimers that are attached, at each place where articles are selected without theirs.
OPERATIONS: dict[str, int] = {
    "{ articles(first: $n) { nodes { title url seo { title } sections { heading } } } }": 3,
    "{ articles(first: $n) { totalCount nodes { title disclaimer { title text version } } } }": 4,
    "{ articles(first: $n) { nodes { authors { title } } } }": 5,
    "{ articles(first: $n) { nodes { authors { title disclaimer { text } } topics { title } } } }": 8,
    "{ articles(first: $n) { nodes { links(first: 3) { totalCount edges { kind node { __typename } } } } } }": 6,
    "{ articles(first: $n) { nodes { linkedFrom(first: 3) { nodes { __typename ... on Article { title } } } } } }": 6,
    "{ articles(first: $n) { nodes { body { html blocks { kind } references { title } } } } }": 6,
    "{ articles(first: $n) { nodes { sections { body { html } } body { html } } } }": 5,
    "{ articles(first: $n) { nodes { edition { publishedAt } translations { url } } } }": 5,
    "{ articles(first: $n) { nodes { history { version publishedAt } } } }": 5,
    "{ physicians(first: $n) { nodes { articles(first: 2) { totalCount nodes { title disclaimer { text } } } } } }": 6,
    "{ topics(first: $n) { nodes { content(first: 2) { nodes { __typename title } } narrower { totalCount } } } }": 6,
    "{ articles(first: $n) { nodes { authors { articles(first: 2) { nodes { authors { title } } } } } } }": 10,
    # "How it is judged", of the issue that asked for the graph, twice: as asked, and with all that stands beside it.
    "{ articles(first: $n) { totalCount nodes { title disclaimer { title text version } authors { name }"
    " links(first: 5) { edges { kind node { __typename } } } } } }": 8,
    "{ articles(first: $n) { nodes { title disclaimer { text } authors { name } topics { title }"
    " links(first: 10) { totalCount edges { kind heading node { __typename ... on Content { title } } } } } } }": 11,
}


@pytest.fixture
async def fifty(make):
    """Fifty articles, physicians and topics, each linked to its neighbours; every article has two wordings."""
    await make.publish(*[await make.draft(f"topic/t{n}", title=f"Topic {n}") for n in range(50)])
    await make.publish(*[await make.draft(f"physician/p{n}", title=f"Physician {n}") for n in range(50)])
    for wording in ("One.", "Two."):
        records = []
        for n in range(50):
            near = (n + 1) % 50
            text = f"On [it](caveat:topic/t{n}) and [her](caveat:physician/p{near})."
            links = [
                {"kind": "RELATED", "target": f"physician/p{near}"},
                {"kind": "SEE_ALSO", "target": "disclaimer/house"},
            ]
            if records or wording == "Two.":
                links.append({"kind": "RELATED", "target": f"article/a{n - 1 if n else 49}"})
            relations = {"authors": [f"p{n}", f"p{near}"], "topics": [f"t{n}", f"t{near}"], "links": links}
            sections = [{"heading": "More", "body": text}]
            records.append(
                await make.draft(f"article/a{n}", summary=wording, body=text, sections=sections, **relations)
            )
        await make.publish(*records)


async def test_a_page_of_fifty_costs_what_a_page_of_two_costs(api, fifty):
    """Each operation of the table sends as many statements as the table says, for 1, 2 and 50 objects alike."""
    found = {}
    for operation, cost in OPERATIONS.items():
        for size in (1, 2, 50):
            await api(operation.replace("$n", str(size)))
            found[operation, size] = (api.statements, cost)

    assert {key: sent for key, (sent, cost) in found.items() if sent != cost} == {}


async def test_an_empty_graph_costs_no_more(api, make):
    """Where there is nothing, no operation sends more statements than where there is much."""
    costs = {}
    for operation in OPERATIONS:
        await api(operation.replace("$n", "50"))
        costs[operation] = api.statements

    assert all(costs[operation] <= OPERATIONS[operation] for operation in OPERATIONS)
