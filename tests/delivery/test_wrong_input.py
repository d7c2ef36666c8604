"""Wrong input cannot hurt a running server: it is refused as such, costs nothing that lasts, and delays nobody."""

import gc
import json
import math
import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import given, seed
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.graphql import nodes
from schemathesis.specs.openapi.checks import negative_data_rejection, response_schema_conformance

from delivery.records import records
from publishing.clients import create
from settings import SCOPES
from tests.delivery.throwing import GENERATED, ROUND, THREADS, Answer, check, throw
from tests.delivery.wrong_documents import BODIES, DOCUMENTS
from tests.delivery.wrong_input import Wrong

# Where it is judged: CAVEAT_WRONG_INPUT_SECONDS=30. What a failure names as its seed is the whole of its round.
SECONDS = float(os.environ.get("CAVEAT_WRONG_INPUT_SECONDS", "4"))
SEED = int(os.environ.get("CAVEAT_WRONG_INPUT_SEED", "1"))
GROWTH = 8_000_000
"""Bytes that the process may grow by: Python's allocator keeps some (2026-11)."""
RSS, FILES = "process_resident_memory_bytes", "process_open_fds"
CHECKS = [not_a_server_error, response_schema_conformance, negative_data_rejection]
GOOD_QUERY = "query Good($slug: String) { article(slug: $slug) { title disclaimer { text } } }"
GOOD_ANSWER = {"data": {"article": {"title": "Pain", "disclaimer": {"text": "Ask your physician."}}}}
SMALL = {
    "CAVEAT_RESPONSE_CACHE_MB": "2",
    "CAVEAT_OPERATION_CACHE_MB": "2",
    "CAVEAT_GRAPH_CACHE_MB": "1",
    "CAVEAT_AUTOMATIC_DOCUMENTS_MB": "1",
    "CAVEAT_MAX_BATCH": "3",
    "CAVEAT_TAGS_HEADER": "Surrogate-Key",
    "CAVEAT_LOCALES": "en,es:en",
    "CAVEAT_SITE_URL": "https://site.example",
    "CAVEAT_LOG_FORMAT": "json",
}

schemathesis.graphql.scalar("Revision", st.one_of(st.integers(0, 9).map(nodes.Int), st.text().map(nodes.String)))


@dataclass
class Good:
    """A client that asks what is right, again and again: the same, and what was never asked before."""

    client: httpx.Client
    answered: int = 0
    failed: list[Any] = field(default_factory=list)

    def run(self, done: threading.Event) -> None:
        """Ask until it is done."""
        while not done.is_set():
            for query in (GOOD_QUERY, f"{GOOD_QUERY} # {self.answered}"):
                try:
                    answer = self.client.post("/graphql", json={"query": query, "variables": {"slug": "pain"}})
                    if (answer.status_code, answer.json()) != (200, GOOD_ANSWER):
                        self.failed.append(answer.text)
                except Exception as error:
                    self.failed.append(error)
                self.answered += 1


@contextmanager
def good_requests(server: Any) -> Iterator[Good]:
    """Good requests, all the time, from a thread and a connection of their own."""
    done = threading.Event()
    with httpx.Client(base_url=server.client.base_url, timeout=30) as client:
        good = Good(client)
        thread = threading.Thread(target=good.run, args=(done,))
        thread.start()
        try:
            yield good
        finally:
            done.set()
            thread.join()


def held(server: Any) -> dict[str, float]:
    """What a server holds when nobody asks, this question apart: by the names of its metrics."""
    end = time.monotonic() + 30
    while True:
        families = text_string_to_metric_families(server.client.get("/metrics").text)
        samples = [each for family in families for each in family.samples]
        found = {" ".join((each.name, *each.labels.values())): each.value for each in samples}
        if found["caveat_connections"] == 1 or time.monotonic() > end:
            return found
        time.sleep(0.1)


@pytest.fixture
async def tokens(make) -> list[str]:
    """No token, and that of a client that may see everything; there is content of each type."""
    for kind in ("topic", "physician", "procedure", "article"):
        await make.live(f"{kind}/pain", title="Pain")
    return ["", await create("editor", {"scopes": SCOPES})]


def test_wrong_input_hurts_nobody(serve, tokens):
    """All of it is refused as the client's own mistake, a good request beside it is answered, and nothing is left.

    Caches fill and Python takes its memory first, with two thirds of the time; then as much again as half of that.
    """
    server = serve(**SMALL)
    with good_requests(server) as good:
        first = throw(server, tokens, SEED, seconds=SECONDS * 2 / 3)
    before = held(server)
    with good_requests(server) as more:
        then = throw(server, tokens, SEED + first.rounds, rounds=math.ceil(first.rounds / 2))
    after = held(server)
    print(dict(first.statuses + then.statuses), [good.answered, more.answered], before[RSS], after[RSS])

    assert good.failed + more.failed == []
    assert good.answered > 0
    assert more.answered > 0
    assert min(sum(each.statuses.values()) for each in (first, then)) > ROUND * THREADS
    assert after["caveat_requests_running"] == 1
    assert after[FILES] - before[FILES] < 10  # the pool of PostgreSQL may have grown
    assert after[RSS] - before[RSS] < GROWTH, (before, after)
    assert server.stop() == 0
    assert "Traceback" not in server.log
    assert '"level":"error"' not in server.log


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["fits", "does not fit"])
def test_schemathesis_finds_no_failure_of_the_server(serve, tokens, mode):
    """Whatever fits the schema, and whatever does not, is answered or refused: its checks know the difference."""
    server = serve(**SMALL)
    url = str(server.client.base_url.join("/graphql"))
    headers = {"authorization": f"Bearer {tokens[1]}"}
    asked = Counter()

    @seed(SEED)
    @hypothesis_settings(GENERATED, max_examples=max(3, int(SECONDS * 2)))
    @given(st.data())
    def asking(operation: Any, data: st.DataObject) -> None:
        case = data.draw(operation.as_strategy(generation_mode=mode))
        answer = case.call_and_validate(headers=headers, checks=CHECKS)
        check(Wrong(), Answer(answer.status_code, {"content-type": "application/json"}, answer.content))
        asked[operation.label] += 1

    for found in schemathesis.graphql.from_url(url).get_all_operations():
        if mode is GenerationMode.POSITIVE or found.ok().definition.raw.args:
            asking(found.ok())

    assert len(asked) >= 13
    assert server.stop() == 0
    assert "Traceback" not in server.log


async def test_what_is_refused_is_forgotten(web):
    """After the same wrong input three times more, no more objects are there than before."""
    edge = await web(max_batch=3)
    bodies = [*BODIES, *(json.dumps({"query": text}).encode() for text in DOCUMENTS)]
    headers = {"content-type": "application/json", "accept-encoding": "identity"}

    async def ask_all() -> int:
        for body in bodies:
            answer = await edge.client.post("/graphql", content=body, headers=headers)
            check(Wrong(body), Answer(answer.status_code, dict(answer.headers), answer.content))
        records.take()
        gc.collect()
        return len(gc.get_objects())

    await ask_all()
    before = await ask_all()
    for _ in range(2):
        await ask_all()
    grown = await ask_all() - before

    assert grown < len(bodies), f"{grown} objects are left of {3 * len(bodies)} requests"
