"""The caches in front of the database: what is asked again costs little, and what may not be kept is not."""

import asyncio
import gzip
import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import brotli
import orjson
import pytest
from zstandard import ZstdDecompressor

from cache import Cache
from delivery.answering import Answering
from delivery.graphql import GraphQLApp
from engine.counters import executions
from loaders.graph import Graph
from models import ANONYMOUS
from publishing.clients import update

DECODE = {None: bytes, "gzip": gzip.decompress, "br": brotli.decompress, "zstd": ZstdDecompressor().decompress}
QUERY = "query Page($first: Int) { articles(first: $first) { nodes { title disclaimer { text } topics { title } } } }"


@dataclass
class Edge:
    """The HTTP edge without a server around it: what goes in and out is ASGI."""

    app: GraphQLApp
    headers: list[tuple[bytes, bytes]] = field(default_factory=lambda: [(b"content-type", b"application/json")])

    @property
    def answering(self) -> Answering:
        """What answers behind it."""
        return self.app.answering

    async def __call__(self, body: Any, **headers: str) -> tuple[dict[str, str], Any]:
        """The headers and the JSON of the answer."""
        sent: list[dict[str, Any]] = []
        given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        text = body if isinstance(body, bytes) else orjson.dumps(body)

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": text, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        scope = {"method": "POST", "path": "/graphql", "query_string": b"", "headers": [*self.headers, *given]}
        await self.app(scope, receive, send)
        found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return found, orjson.loads(DECODE[found.get("content-encoding")](sent[1]["body"]))


@pytest.fixture
async def edge(db, make, settings):
    """The edge before a graph with an article, all caches on; anyone may read everything."""
    await make.live("topic/knee")
    await make.live("article/pain", topics=["knee"])
    await update(ANONYMOUS, {"scopes": ["content:read", "content:preview"]})
    app = GraphQLApp(settings)
    graph = Graph(db, 3, Cache(10_000_000))
    await graph.advance()
    app.answering.serve_from(graph)
    return Edge(app)


async def test_what_is_asked_again_is_answered_from_the_response_cache(edge, db):
    """The second answer costs no statement, however the JSON around the operation is written; a release ends it."""
    ask = {"query": QUERY, "variables": {"first": 2}}
    first = await edge(ask)
    before, ran = db.statements, executions["engine"]

    again = await edge(ask)
    spaced = await edge(orjson.dumps(dict(reversed(ask.items())), option=orjson.OPT_INDENT_2))

    assert first == again == spaced
    assert first[0]["caveat-revision"] == "3"
    assert (db.statements, executions["engine"]) == (before, ran)
    assert edge.answering.answers.hits == 2


async def test_a_new_revision_makes_old_answers_unreachable(edge, make):
    """After a release the same request is executed anew; rows that did not change come from the graph cache."""
    ask = {"query": QUERY}
    await edge(ask)
    await make.live("article/ache")
    ran = executions["engine"]

    stale = await edge(ask)
    await edge.answering.graph.advance()
    fresh = await edge(ask)

    assert len(stale[1]["data"]["articles"]["nodes"]) == 1
    assert len(fresh[1]["data"]["articles"]["nodes"]) == 2
    assert (stale[0]["caveat-revision"], fresh[0]["caveat-revision"]) == ("3", "4")
    assert executions["engine"] == ran + 1


async def test_a_release_while_an_operation_is_read_leaves_no_old_answer_behind(edge, make, settings):
    """The answer is of the revision that it began at, says so, and is not there for those who ask afterwards."""
    ask = {"query": "{ articles { nodes { title disclaimer { text } } } }"}
    async with edge.answering.executions.operations.reading:  # nobody is read meanwhile
        waiting = asyncio.create_task(edge(ask))
        await asyncio.sleep(0.05)
        await make.live("article/ache")
        await edge.answering.graph.advance()

    begun, after = await waiting, await edge(ask)

    assert [
        (headers["caveat-revision"], len(body["data"]["articles"]["nodes"])) for headers, body in (begun, after)
    ] == [
        ("3", 1),
        ("4", 2),
    ]


async def test_the_cache_counts_what_clients_make_it_keep(edge):
    """Long texts and variables that nobody declared do not make keys longer than the cache says."""
    answers = edge.answering.answers
    text = "{ revision } # " + "x" * 50_000

    for number in range(50):
        await edge({"query": text, "variables": {"unused": number}})

    assert len(answers) == 1
    assert answers.size < 10_000
    assert edge.answering.questions.size < edge.answering.questions.limit


async def test_a_preview_is_kept_nowhere(edge, db, make):
    """A preview says no-store, reads the database each time, and sees the draft that was just saved."""
    ask = {"query": "query @inContext(preview: true) { articles { nodes { title disclaimer { text } } } }"}
    first = await edge(ask)
    before = db.statements

    await make.draft("article/pain", title="Draft")
    second = await edge(ask)

    assert first[0]["cache-control"] == second[0]["cache-control"] == "no-store"
    assert second[1]["data"]["articles"]["nodes"][0]["title"] == "Draft"
    assert db.statements > before
    assert len(edge.answering.answers) == len(edge.answering.graph.cache) == 0


async def test_what_was_refused_or_failed_is_not_kept(edge):
    """An answer with errors is made anew each time."""
    answers = [await edge({"query": "{ articles(first: 1000) { totalCount } }"}) for _ in range(2)]

    assert [answer[1]["errors"][0]["extensions"]["code"] for answer in answers] == ["BAD_REQUEST"] * 2
    assert len(edge.answering.answers) == 0


async def test_a_hundred_equal_requests_at_once_execute_once(edge):
    """One of them makes the answer, and the others wait for it."""
    ran = executions["engine"]

    answers = await asyncio.gather(*(edge({"query": QUERY}) for _ in range(100)))

    assert executions["engine"] == ran + 1
    assert all(answer == answers[0] for answer in answers)


async def test_an_answer_is_compressed_once_for_each_coding(edge, make):
    """A long answer comes in the coding that the client likes best; a short one, or where it takes none, as it is."""
    await make.live("article/long", body="Long. " * 2000)
    await edge.answering.graph.advance()
    ask = {"query": '{ article(slug: "long") { body { html } disclaimer { text } } }'}
    wishes = {
        "gzip": "gzip",
        "gzip, deflate, br, zstd": "zstd",
        "br;q=1, zstd;q=0.5": "br",
        "deflate": None,
        "*": "zstd",
    }

    plain = await edge(ask)
    coded = {wish: await edge(ask, accept_encoding=wish) for wish in [*wishes, *wishes]}
    short = await edge({"query": "{ revision }"}, accept_encoding="gzip")

    assert {wish: answer[0].get("content-encoding") for wish, answer in coded.items()} == wishes
    assert all(answer[1] == plain[1] for answer in coded.values())
    assert "content-encoding" not in short[0]
    assert {answer[0]["vary"] for answer in coded.values()} == {plain[0]["vary"]}


async def called(edge: Edge, ask: Any) -> Counter[str]:
    """The modules whose functions a request calls, and how often its JSON is read."""
    modules: Counter[str] = Counter()

    def note(frame: Any, event: str, argument: Any) -> None:
        if event == "call":
            modules[".".join(frame.f_globals.get("__name__", "").split(".")[:2])] += 1
        elif event == "c_call" and argument is orjson.loads:
            modules["orjson.loads"] += 1

    body = orjson.dumps(ask)
    sys.setprofile(note)
    try:
        await edge(body)
    finally:
        sys.setprofile(None)
    modules["orjson.loads"] -= 1  # the test reads the answer
    return modules


async def test_the_hot_path_touches_nothing_that_was_done_once(edge):
    """A known operation reads its JSON once, or from the response cache never; no parser, no ORM, no threads."""
    ask = {"query": QUERY, "variables": {"first": 2}}
    await edge(ask)
    cached = await called(edge, ask)
    edge.answering.answers = None
    await edge(ask)
    executed = await called(edge, ask)

    assert (cached["orjson.loads"], executed["orjson.loads"]) == (0, 1)
    rooms = {name.partition(".")[0] for name in executed}
    assert rooms & {"strawberry", "tortoise", "asyncpg", "concurrent", "threading"} == set()
    assert executed.keys() & {"graphql.language", "graphql.validation", "graphql.utilities", "graphql.type"} == set()
    assert {name.partition(".")[0] for name in cached} <= {
        "delivery",
        "cache",
        "tests",
        "orjson",
        "test_caches",
        "loaders",
    }
    assert sum(cached.values()) < 35
