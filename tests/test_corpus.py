"""Thousands of real articles: the MedQuAD corpus, where it lies beside the checkout."""

import asyncio
import os
from pathlib import Path

import pytest

from loaders.database import reading
from loaders.paging import DEFAULT
from publishing.database import opened
from publishing.importing import FORMATS, import_content
from settings import Settings

CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "corpus.ndjson.gz"
pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not beside the checkout")

LIST = """query($first: Int, $after: String) { articles(first: $first, after: $after) {
  pageInfo { endCursor hasNextPage } totalCount
  nodes { id title disclaimer { text } authors { name } topics { title }
    links(first: 5) { totalCount edges { kind node { __typename ... on Article { id disclaimer { text } } } } } } } }"""
BACK = """query($after: String) { articles(first: 100, after: $after) {
  pageInfo { endCursor hasNextPage }
  nodes { linkedFrom(first: 5) { nodes { ... on Article { id disclaimer { text } } } } } } }"""
TOPIC = """query($topic: ID, $after: String) { topic(id: $topic) { content(first: 100, after: $after) {
  pageInfo { endCursor hasNextPage } nodes { id __typename ... on Article { disclaimer { text } } } } } }"""


@pytest.fixture(
    scope="module",
    params=[
        pytest.param("sqlite", marks=pytest.mark.xdist_group("corpus-sqlite")),
        pytest.param("postgres", marks=pytest.mark.xdist_group("corpus-postgres")),
    ],
)
def corpus_settings(request, tmp_path_factory):
    """The settings of a site that holds the corpus."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("corpus") / "caveat.db"
        path.write_bytes(request.getfixturevalue("migrated_sqlite").read_bytes())
        url = f"sqlite://{path}?synchronous=OFF"
    else:
        server, name = request.getfixturevalue("postgres"), f"corpus_{os.getpid()}"
        server.psql(f"CREATE DATABASE {name} TEMPLATE migrated")
        url = str(server.get_uri(name)).replace("postgresql://", "postgres://")
    settings = Settings(database_url=url)

    async def load():
        async with opened(url):
            return await import_content(CORPUS, FORMATS["medquad"], settings, who="test")

    report = asyncio.run(load())
    assert (report.published, report.problems, report.warnings) == (4214, [], [])
    return settings


@pytest.fixture
async def corpus(corpus_settings, clock, door):
    """The front door to the corpus."""
    async with opened(corpus_settings.database_url), reading(corpus_settings.database_url) as database:
        yield door(database, corpus_settings, clock)


async def pages(corpus, query, place, **variables):
    """Every page of a connection, from the first to the last."""
    after = None
    while True:
        connection = place(await corpus(query, after=after, **variables))
        yield connection
        if not connection["pageInfo"]["hasNextPage"]:
            return
        after = connection["pageInfo"]["endCursor"]


def undisclaimed(nodes):
    """The articles among some nodes that came without a disclaimer."""
    articles = [node for node in nodes if node and "disclaimer" in node]
    return [node["id"] for node in articles if not node["disclaimer"]["text"]]


async def test_the_whole_corpus_goes_in(corpus):
    """All 4,197 documents are live, each with the disclaimer, its licence and credit, and its links."""
    live = "JOIN edition e ON e.id = x.edition_id WHERE e.since IS NOT NULL AND e.until IS NULL"
    length = "json_array_length" if corpus.database.dialect == "sqlite" else "jsonb_array_length"
    counted = {kind: f"SELECT count(*) FROM {kind} x {live}" for kind in ("article", "procedure", "topic")}
    counted["sections"] = f"SELECT sum({length}(sections)) FROM article"
    counted["related"] = "SELECT count(*) FROM link WHERE kind = 'RELATED'"
    counted["disclaimers"] = "SELECT count(DISTINCT disclaimer_id) FROM article"
    counted["uncredited"] = "SELECT count(*) FROM article WHERE license IS NULL OR credit_text NOT LIKE '%MedQuAD%'"

    found = {name: (await corpus.database.fetch(sql, {}))[0][0] for name, sql in counted.items()}

    assert found == {
        "article": 4139,
        "procedure": 58,
        "topic": 16,
        "sections": 14_371,
        "related": 23_993,
        "disclaimers": 1,
        "uncredited": 0,
    }


async def test_a_hundred_articles_cost_as_many_statements_as_two(corpus):
    """Twelve, on both databases: the head, the page, the total, and what hangs on the articles."""
    await corpus(LIST, first=2)
    few = corpus.statements
    await corpus(LIST, first=100)

    assert (few, corpus.statements) == (11, 11)


async def test_every_article_has_its_disclaimer_by_every_list_and_link(corpus):
    """Through the list, the links of each article, what links to it, and the topics: no article comes without."""
    seen, bare = set(), []
    async for page in pages(corpus, LIST, lambda data: data["articles"], first=100):
        seen |= {node["id"] for node in page["nodes"]}
        ends = [edge["node"] for node in page["nodes"] for edge in node["links"]["edges"]]
        bare += undisclaimed([*page["nodes"], *ends])
    async for page in pages(corpus, BACK, lambda data: data["articles"]):
        bare += undisclaimed([source for node in page["nodes"] for source in node["linkedFrom"]["nodes"]])
    topics = (await corpus("{ topics(first: 100) { nodes { id } } }"))["topics"]["nodes"]
    for topic in topics:
        async for page in pages(corpus, TOPIC, lambda data: data["topic"]["content"], topic=topic["id"]):
            bare += undisclaimed(page["nodes"])

    assert (len(seen), bare) == (4139, [])


async def test_deep_pages_cost_what_the_first_ones_cost(corpus):
    """Page 200 takes SQLite no more steps than page 2: a cursor is a key, not an offset."""
    if corpus.database.dialect != "sqlite":
        pytest.skip("only SQLite counts its steps")
    costs, after = [], None
    for _ in range(200):
        steps = [0]
        corpus.database._connection.set_progress_handler(lambda steps=steps: steps.__setitem__(0, steps[0] + 1), 10)
        data = await corpus(
            "query($n: Int, $a: String) { articles(first: $n, after: $a) { nodes { title } pageInfo { endCursor } } }",
            n=DEFAULT,
            a=after,
        )
        corpus.database._connection.set_progress_handler(None, 10)
        costs.append(steps[0])
        after = data["articles"]["pageInfo"]["endCursor"]

    assert costs[199] <= 1.1 * costs[1]
