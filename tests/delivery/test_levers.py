"""What no client may do: keep others from being answered by asking for the worst that it can think of."""

import itertools
import threading
import time
from collections import Counter
from typing import Any

import httpx
from tortoise import connections

GOOD = '{ article(slug: "a1") { title disclaimer { text } links { nodes { ... on Content { title } } } } }'
FALLS = '{ article(slug: "broken") { title genre } articles(first: 15) { nodes { title links { totalCount } } } }'
FIELDS = "nodes { ... on Content { title url summary } ... on Article { disclaimer { text } genre } }"
OTHERS = '(first: 15, filter: {not: {slugs: ["broken"]}})'
WIDE = f"{{ articles{OTHERS} {{ nodes {{ links(first: 20) {{ {FIELDS} }} }} }} }}"
TOO_WIDE = f"{{ articles(first: 100) {{ nodes {{ linkedFrom(first: 100) {{ {FIELDS} }} }} }} }}"
DEEP = "__typename"
for _ in range(55):
    DEEP = f"topics {{ content(first: 1) {{ nodes {{ {DEEP} }} }} }}"


def worst(number: int) -> list[str]:
    """Operations that take the server long: falling, wide, too wide, too deep, and texts that it never saw."""
    unseen = " ".join(["topics { content { nodes { __typename } } }"] * 150)
    deep, new = (
        f"{{ articles {{ nodes {{ {DEEP} }} }} }}",
        f"{{ a{number}: articles{OTHERS} {{ nodes {{ {unseen} }} }} }}",
    )
    return [FALLS, WIDE, TOO_WIDE, deep, new]


async def test_good_requests_are_answered_beside_the_worst(serve, make, url):
    """Four clients send the worst without a pause; whoever asks for an article gets it, each time and soon."""
    places = range(20)
    for number in places:
        await make.live(f"article/a{number}")
    for number in places:
        others = [{"kind": "RELATED", "target": f"article/a{each}"} for each in places if each != number]
        await make.live(f"article/a{number}", links=others)
    broken = await make.live("article/broken", title="Broken")
    script = f"UPDATE article SET genre = 'NONSENSE' WHERE edition_id = '{broken.edition}'"
    await connections.get(url.partition(":")[0]).execute_script(script)
    server = serve(CAVEAT_RESPONSE_CACHE_MB="0")
    answered: Counter[Any] = Counter()
    done, numbers = threading.Event(), itertools.count()

    def attack() -> None:
        with httpx.Client(base_url=server.client.base_url, timeout=60) as client:
            while not done.is_set():
                for operation in worst(next(numbers)):
                    errors = client.post("/graphql", json={"query": operation}).json().get("errors", [{}])
                    answered[errors[0].get("extensions", {}).get("code")] += 1

    attacking = [threading.Thread(target=attack) for _ in range(4)]
    for thread in attacking:
        thread.start()
    spans: list[float] = []
    while len(spans) < 40 or (sum(answered.values()) < 100 and len(spans) < 2000):
        since = time.monotonic()
        answer = server.ask(GOOD)
        spans.append(time.monotonic() - since)
        assert len(answer["data"]["article"]["links"]["nodes"]) == 19
    done.set()
    for thread in attacking:
        thread.join()
    metrics = dict(line.rsplit(" ", 1) for line in server.client.get("/metrics").text.splitlines() if line[0] != "#")

    assert max(spans) < 5, sorted(spans)
    assert {"INTERNAL", "TOO_EXPENSIVE", None} <= answered.keys() <= {"INTERNAL", "TOO_EXPENSIVE", "BUSY", None}
    assert 'caveat_executions_total{by="fell twice"}' in metrics
    assert float(metrics['caveat_executions_total{by="ValueError"}']) <= 8  # two, and those under way meanwhile
