"""The real server in a process of its own: GraphQL over HTTP, errors, the schedule, starting and stopping."""

import threading
import time
from pathlib import Path
from typing import Any

from tortoise import connections

ROOT = Path(__file__).parents[2]
MIGRATIONS = len(list((ROOT / "migrations").glob("0*.py")))
CODES = "{ articles(first: 1000) { totalCount } }"


async def test_graphql_is_answered_by_post_and_by_get(server, make):
    """Both ways give the same JSON, with variables, an operation's name, and non-ASCII as it is."""
    await make.live("article/pain", title="Schmerz – dolor")
    server.needs(2)
    query = "query A($slug: String) { article(slug: $slug) { title } } query B { revision }"

    asked = {"query": query, "operationName": "A"}
    posted = server.client.post("/graphql", json={**asked, "variables": {"slug": "pain"}})
    got = server.client.get("/graphql", params={**asked, "variables": '{"slug": "pain"}'})

    assert posted.json()["data"] == {"article": {"title": "Schmerz – dolor"}}
    assert (posted.status_code, posted.headers["content-type"]) == (200, "application/json; charset=utf-8")
    assert got.content == posted.content
    assert server.client.get("/healthz").json() == {"status": "ok"}
    assert server.client.get("/nothing").status_code == 404


async def test_clients_mistakes_are_told_with_a_code(server):
    """Each error has a stable code beside a message that says what is wrong, and is not logged as one of ours."""
    operations = {
        "{": "GRAPHQL_VALIDATION_FAILED",
        "{ nothing }": "GRAPHQL_VALIDATION_FAILED",
        "query ($n: Int!) { articles(first: $n) { totalCount } }": "GRAPHQL_VALIDATION_FAILED",
        "{ articles(first: 1000) { totalCount } }": "BAD_REQUEST",
        '{ articles(after: "x") { totalCount } }': "BAD_CURSOR",
        'query @inContext(locale: "xx") { revision }': "BAD_REQUEST",
        "query @inContext(preview: true) { revision }": "FORBIDDEN",
        'query @inContext(asOf: "2026-03-01T00:00:00Z") { revision }': "FORBIDDEN",
    }

    answers = {operation: server.ask(operation)["errors"] for operation in operations}

    assert {operation: error["extensions"]["code"] for operation, (error,) in answers.items()} == operations
    assert answers[CODES][0]["message"] == "first must be from 0 to 100, and is 1000."
    assert "Traceback" not in server.log


async def test_what_is_no_graphql_request_is_told_so_in_json(server):
    """A body that is no JSON, no query, or a list is a 400 with a code."""
    client, json = server.client, {"content-type": "application/json"}
    bodies = [
        b"{",
        b"{}",
        b"[]",
        b'"x"',
        b"null",
        b'{"query": 1}',
        b'{"query": "{ revision }", "variables": []}',
        b"\xff",
    ]

    answers = [client.post("/graphql", content=body, headers=json) for body in bodies]
    answers += [
        client.get("/graphql", params={"query": ""}),
        client.get("/graphql", params={"query": "{ revision }", "variables": "{"}),
    ]

    assert [answer.status_code for answer in answers] == [400] * len(answers)
    assert {answer.json()["errors"][0]["extensions"]["code"] for answer in answers} == {"BAD_REQUEST"}
    assert "Traceback" not in server.log


async def test_our_own_errors_show_nothing_internal_and_are_logged(server, make, url):
    """When the database fails, the client reads a code and a place; the log has the cause."""
    await make.live("article/pain")
    server.needs(2)
    connection = connections.get(url.partition(":")[0])
    await connection.execute_script("ALTER TABLE link RENAME TO lost")

    answer = server.ask("{ articles { nodes { title links { totalCount } } } }")

    (error,) = answer["errors"]
    id = error["extensions"].pop("id")
    assert (error["message"], error["extensions"]) == ("Something went wrong on our side.", {"code": "INTERNAL"})
    assert error["path"] == ["articles", "nodes", 0, "links", "totalCount"]
    assert error.keys() == {"message", "extensions", "path", "locations"}
    assert f"a resolver failed ({id})" in server.log
    assert "link" in server.log.partition("Traceback")[2]


async def test_the_server_publishes_what_is_due(server, make):
    """A scheduled draft goes live by itself; one whose time has not come stays a draft."""
    await make.draft("article/due", title="Due", status="scheduled", publishAt="2026-03-01T00:00:00Z")
    await make.draft("article/later", title="Later", status="scheduled", publishAt="2999-01-01T00:00:00Z")

    until = time.monotonic() + 20
    while (answer := server.ask("{ revision articles { nodes { title } } }"))["data"]["revision"] < 2:
        assert time.monotonic() < until, server.log
        time.sleep(0.1)  # noqa: ASYNC251 - nothing else runs in this loop

    assert answer["data"] == {"revision": 2, "articles": {"nodes": [{"title": "Due"}]}}


async def test_a_server_that_is_told_to_stop_finishes_what_runs(server, make):
    """A request that takes a second is answered in full after SIGTERM, and the process ends with 0."""
    for number in range(10):
        await make.live(f"article/a{number}")
    slow = " ".join(f"a{n}: articles {{ nodes {{ title links {{ totalCount }} }} }}" for n in range(1500))
    server.needs(11)
    answers: list[Any] = []
    asking = threading.Thread(target=lambda: answers.append(server.ask(f"{{ {slow} }}")))

    asking.start()
    time.sleep(0.3)  # noqa: ASYNC251 - the request is on its way
    still_running = asking.is_alive()
    code = server.stop()
    asking.join()

    assert (still_running, code) == (True, 0)
    assert [len(answer["data"]) for answer in answers] == [1500]
    assert "Traceback" not in server.log


async def test_a_port_in_use_is_told_in_a_sentence(start, server, tmp_path):
    """A second server on the same port ends at once, names the port, and shows no traceback."""
    taken = server.client.base_url.port

    code = start(taken).wait(timeout=30)

    log = (tmp_path / "log").read_text()
    assert code != 0
    assert f"{taken}" in log
    assert "in use" in log
    assert "Traceback" not in log


def test_an_unmigrated_database_is_refused_in_a_sentence(start, port, tmp_path):
    """The server says what to type, and ends."""
    process = start(port, CAVEAT_DATABASE_URL=f"sqlite://{tmp_path}/empty.db")

    assert process.wait(timeout=30) == 1
    log = (tmp_path / "log").read_text()
    assert log == f"caveat: NOT_READY: The database lacks {MIGRATIONS} migration(s). Run: caveat migrate\n"


def test_a_wrong_setting_is_refused_in_a_sentence(start, port, tmp_path):
    """A setting that cannot be is named, with what is wrong."""
    process = start(port, CAVEAT_SITE_URL="nowhere")

    assert process.wait(timeout=30) == 2
    log = (tmp_path / "log").read_text()
    assert log == "caveat: CAVEAT_SITE_URL: Value error, must be an http or https URL of a site, without a path\n"
