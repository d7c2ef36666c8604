"""What operators see of a running server: whether it is ready, what it did, and its log."""

import json
import time
from collections.abc import Callable

import pytest
from prometheus_client.parser import text_string_to_metric_families
from tortoise import connections

from delivery.connections import Connections
from delivery.health import Readiness
from loaders.graph import Graph

SECRET = "tell-nobody"
SECURITY = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
}


def metrics(server) -> dict[tuple[str, ...], float]:
    """The values of all metrics, by name and labels."""
    families = text_string_to_metric_families(server.client.get("/metrics").text)
    return {(sample.name, *sample.labels.values()): sample.value for family in families for sample in family.samples}


def until(true: Callable[[], bool]) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def lines(server) -> list[dict]:
    """The lines of the log that tell of requests."""
    return [entry for entry in map(json.loads, server.log.splitlines()) if entry["logger"] == "caveat.requests"]


def test_each_request_leaves_one_line_and_nothing_personal(serve):
    """The line names the operation, the client, the cost, the cache and the time; no text, variable or token."""
    server = serve(CAVEAT_LOG_FORMAT="json")
    query = f'query Page($s: String) {{ article(slug: $s) {{ title }} other: article(slug: "{SECRET}") {{ title }} }}'

    body = {"query": query, "variables": {"s": SECRET}}
    headers = {"user-agent": SECRET, "x-forwarded-for": SECRET, "traceparent": f"00-{'a' * 32}-{'b' * 16}-01"}
    for _ in range(2):
        assert server.client.post("/graphql", json=body, headers=headers).status_code == 200
    server.client.post("/graphql", json=body, headers={"authorization": f"Bearer {SECRET}"})
    assert server.stop() == 0

    first, second, refused = lines(server)
    assert first["cost"] > 0
    assert {name: first[name] for name in ("operation", "client", "cache", "status", "trace")} == {
        "operation": "Page",
        "client": "anonymous",
        "cache": "miss",
        "status": 200,
        "trace": "a" * 32,
    }
    assert second["cache"] == "hit"
    assert (refused["status"], refused["code"]) == (401, "UNAUTHENTICATED")
    assert SECRET not in server.log
    assert "127.0.0.1" not in "".join(json.dumps(line) for line in (first, second, refused))


def test_lines_for_requests_can_be_turned_off(serve):
    """The metrics count all the same."""
    server = serve(CAVEAT_LOG_REQUESTS="0")

    server.ask("query Page { revision }")
    until(lambda: ("caveat_requests_total", "anonymous", "200") in metrics(server))
    server.stop()

    assert "caveat.requests" not in server.log


def test_metrics_tell_of_requests_caches_and_connections(server):
    """Prometheus can read them, and they add up."""
    for _ in range(3):
        server.ask("query Page { revision }")
    server.ask("{ nothing }")
    until(lambda: ("caveat_answers_total", "refused") in metrics(server))
    found = metrics(server)

    assert found["caveat_request_seconds_count", "Page"] == 3
    assert (found["caveat_answers_total", "miss"], found["caveat_answers_total", "hit"]) == (1, 2)
    assert found["caveat_errors_total", "GRAPHQL_VALIDATION_FAILED"] == 1
    assert found["caveat_executions_total", "engine"] == 1
    assert found["caveat_cost_total", "anonymous"] >= 3
    assert (found[("caveat_revision",)], found[("caveat_revision_lag",)]) == (1, 0)
    assert (found[("caveat_connections",)], found[("caveat_records_dropped_total",)]) == (1, 0)
    assert found["caveat_cache_hits_total", "response"] == 2


async def test_a_server_whose_database_fails_is_not_ready(server, url):
    """The checks that fail are named, and nothing internal is; when it is whole again, the server is ready."""
    connection = connections.get(url.partition(":")[0])
    fine = {"database": "ok", "migrations": "ok", "follower": "ok", "lag": "ok"}
    assert server.client.get("/readyz").json() == {"status": "ready", "checks": fine}

    await connection.execute_script("ALTER TABLE graph_head RENAME TO lost")
    until(lambda: server.client.get("/readyz").status_code == 503)
    broken = server.client.get("/readyz")
    await connection.execute_script("ALTER TABLE lost RENAME TO graph_head")
    until(lambda: server.client.get("/readyz").status_code == 200)

    assert broken.status_code == 503
    assert broken.json() == {"status": "not ready", "checks": fine | {"database": "failed", "lag": "failed"}}
    assert server.client.get("/healthz").json() == {"status": "ok"}


async def test_a_server_that_does_not_follow_the_log_is_not_ready(db, settings, make):
    """A head that nobody looks at, and a log that is ahead, are told; so are migrations that are gone."""
    behind = Graph(db, 0, None)
    readiness = Readiness(Connections(settings))
    await readiness.begin(behind)
    kind = settings.database_url.partition(":")[0]
    await connections.get(kind).execute_script("DELETE FROM tortoise_migrations WHERE name LIKE '0002%'")

    outcome = await readiness(behind)

    assert outcome == {"database": "ok", "migrations": "some are gone", "follower": "stuck", "lag": "behind the log"}


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_every_answer_is_safe_for_browsers_and_errors_are_json(server):
    """Addresses that there are not and methods that do not fit are told in JSON; no answer names the server."""
    asked = {("GET", "/healthz"): 200, ("GET", "/readyz"): 200, ("GET", "/metrics"): 200, ("GET", "/graphql/"): 404}
    asked |= {("GET", "/nothing"): 404, ("GET", "/healthz/"): 404, ("DELETE", "/healthz"): 405, ("GET", "//x"): 404}
    asked[("GET", "/graphql/")] = server.client.get("/graphql/").status_code  # GraphQL's own to say

    answers = {each: server.client.request(*each) for each in asked}

    assert {each: answer.status_code for each, answer in answers.items()} == asked
    assert all(SECURITY.items() <= dict(answer.headers).items() for answer in answers.values())
    assert not any("server" in answer.headers for answer in answers.values())
    assert answers["GET", "/nothing"].json()["errors"][0]["extensions"] == {"code": "NOT_FOUND"}
    assert answers["DELETE", "/healthz"].json()["errors"][0]["extensions"] == {"code": "BAD_REQUEST"}
    assert answers["DELETE", "/healthz"].headers["allow"] in ("GET, HEAD", "HEAD, GET")
