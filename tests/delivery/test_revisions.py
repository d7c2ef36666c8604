"""Revisions as clients see them: no answer mixes two, none is stale, and a client can ask for what it saw."""

import threading
import time
from typing import Any

import asyncpg
import httpx
import pytest

from models import ANONYMOUS
from publishing.clients import update
from publishing.release import erase

PAGE = """{ revision
  articles(first: 50, orderBy: TITLE_ASC) { totalCount nodes { title summary disclaimer { text } topics { summary } } }
  topic(slug: "knee") { summary content { totalCount nodes { ... on Article { summary } } } } }"""


async def release(make, number: int) -> None:
    """A release that says its number in an article, in its topic and in its disclaimer, and adds an article."""
    word = f"R{number}"
    drafts = [
        await make.draft("disclaimer/house", text=word, title=word),
        await make.draft("topic/knee", summary=word),
        await make.draft("article/first", summary=word, topics=["knee"]),
        await make.draft(f"article/extra-{number}", summary=word, topics=["knee"]),
    ]
    await make.publish(*drafts)


def words(value: Any) -> set[str]:
    """Every number of a release that an answer says of what each release changes."""
    data = value["data"]
    first = next(node for node in data["articles"]["nodes"] if node["title"] == "First")
    said = {data["topic"]["summary"], first["summary"], first["disclaimer"]["text"], first["topics"][0]["summary"]}
    return said | {f"R{data['articles']['totalCount'] - 1}", f"R{data['topic']['content']['totalCount'] - 1}"}


async def test_no_answer_mixes_two_revisions_and_each_names_its_own(server, make):
    """While one process publishes, another is asked without a pause: every answer is of one release, and says which."""
    await release(make, 1)
    server.needs(2)
    answers: list[tuple[str, dict[str, Any]]] = []
    done = threading.Event()

    def ask() -> None:
        with httpx.Client(base_url=server.client.base_url, timeout=30) as client:
            while not done.is_set():
                for query in (PAGE, PAGE + " "):
                    answer = client.post("/graphql", json={"query": query}, headers={"caveat-min-revision": "2"})
                    answers.append((answer.headers["caveat-revision"], answer.json()))

    asking = [threading.Thread(target=ask) for _ in range(3)]
    for thread in asking:
        thread.start()
    for number in range(2, 12):
        await release(make, number)
    server.needs(12)
    last = server.ask(PAGE)
    done.set()
    for thread in asking:
        thread.join()

    mixed = [(header, words(answer)) for header, answer in answers if len(words(answer)) != 1]
    assert mixed == []
    assert {header for header, answer in answers if header != str(answer["data"]["revision"])} == set()
    assert {f"R{int(header) - 1}" for header, _ in answers} == {word for _, answer in answers for word in words(answer)}
    assert words(last) == {"R11"}
    assert len({header for header, _ in answers}) > 3


async def test_another_process_follows_by_itself(server, make):
    """A revision that another process made is served without being asked for, from the caches and past them."""
    await make.live("article/pain", title="Before")
    server.needs(2)
    query = '{ article(slug: "pain") { title } }'
    before = [server.ask(query) for _ in range(2)]
    del server.client.headers["caveat-min-revision"]

    await make.live("article/pain", title="After")
    since = time.monotonic()
    while server.ask(query) == before[0]:
        assert time.monotonic() - since < 10, server.log
        time.sleep(0.02)  # noqa: ASYNC251 - nothing else runs in this loop

    assert [each["data"] for each in before] == [{"article": {"title": "Before"}}] * 2
    assert server.ask(query)["data"] == {"article": {"title": "After"}}


async def test_a_lost_connection_is_made_again(server, make, url):
    """PostgreSQL ends the connection that listens: the poll goes on, and the server listens anew."""
    if url.startswith("sqlite"):
        pytest.skip("only PostgreSQL tells of revisions")
    listening = "SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"
    connection = await asyncpg.connect(url)
    first = await connection.fetchval(listening)

    await connection.execute("SELECT pg_terminate_backend($1)", first)
    await make.live("article/pain", title="After")
    server.needs(2)
    answer = server.ask('{ article(slug: "pain") { title } }')
    since = time.monotonic()
    while (again := await connection.fetchval(listening)) in (None, first):
        assert time.monotonic() - since < 10, server.log
        time.sleep(0.05)  # noqa: ASYNC251 - nothing else runs in this loop
    await connection.close()

    assert first is not None
    assert answer["data"] == {"article": {"title": "After"}}
    assert again != first


async def test_a_revision_that_does_not_come_is_waited_for_no_longer_than_set(server):
    """Caveat-Min-Revision beyond the head is answered 503 with its code; what is no revision is a mistake."""
    bad, far = "soon", "1000000"

    answers = [
        server.client.post("/graphql", json={"query": "{ revision }"}, headers={"caveat-min-revision": wanted})
        for wanted in (bad, far)
    ]

    assert [answer.status_code for answer in answers] == [400, 503]
    codes = [answer.json()["errors"][0]["extensions"]["code"] for answer in answers]
    assert codes == ["BAD_REQUEST", "REVISION_NOT_REACHED"]
    assert [answer.headers["caveat-revision"] for answer in answers] == ["1", "1"]


async def test_what_is_erased_leaves_the_caches(serve, make):
    """A past wording that was read, and so kept, is gone from every answer once it was erased."""
    await update(ANONYMOUS, {"scopes": ["content:read", "content:history"]})
    server = serve()
    old = await make.live("article/pain", title="Secret", body="Secret.")
    moment = make.clock.advance(hours=1).isoformat()
    await make.live("article/pain", title="Public", body="Public.", id=old.node)
    server.needs(3)
    query = '{ article(slug: "pain") { title history { version } } }'
    past = f'query @inContext(asOf: "{moment}") {{ article(slug: "pain") {{ title body {{ text }} }} }}'

    before = [server.ask(past) for _ in range(2)]
    await erase(old.node, who="test", clock=make.clock)
    server.needs(4)
    after = [server.ask(past) for _ in range(2)]

    assert [each["data"] for each in before] == [{"article": {"title": "Secret", "body": {"text": "Secret."}}}] * 2
    assert "Secret" not in str(after)
    assert len(server.ask(query)["data"]["article"]["history"]) == 2
