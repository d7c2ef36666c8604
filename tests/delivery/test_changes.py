"""Delta sync over HTTP: what polling costs, and what the response cache does with pages of one sync."""

import json
from datetime import UTC, datetime

import pytest

from publishing.release import erase

SYNC = """query Sync($after: Revision!) { changes(after: $after, kinds: [PROCEDURE], first: 1) {
  next complete pageInfo { hasNextPage }
  nodes { action node { id title ... on Procedure { disclaimer { text } } } } } }"""


@pytest.fixture
def make(make):
    """A maker of content whose clock is the server's: pages of a sync can be had for a day."""
    make.clock.now = datetime.now(UTC)
    return make


def asked(after) -> dict[str, str]:
    """The parameters of a page."""
    return {"query": SYNC, "variables": json.dumps({"after": after})}


async def test_polling_costs_a_header(web, make):
    """304 while nothing was released; then few bytes where it does not concern the copy; no statement for either."""
    await make.live("procedure/hip")
    edge = await web()
    page = await edge.client.get("/graphql", params=asked("2"))
    sent = edge.graph.database.statements

    again = await edge.client.get("/graphql", params=asked("2"), headers={"if-none-match": page.headers["etag"]})
    same = edge.graph.database.statements
    await make.live("topic/knee")
    await edge.graph.advance()
    after = await edge.client.get("/graphql", params=asked("2"), headers={"if-none-match": page.headers["etag"]})

    assert len(page.content) < 200
    assert (again.status_code, again.content, same) == (304, b"", sent)
    assert (after.status_code, after.json()["data"]["changes"]["next"]) == (200, "3")
    assert len(after.content) < 200


async def test_pages_of_a_sync_stay_as_they_are_in_the_response_cache(web, make):
    """Those of an older revision too, which say that more was released since."""
    for name in ("hip", "knee", "back"):
        await make.live(f"procedure/{name}")
    edge = await web()

    async def page(after):
        answer = await edge.client.get("/graphql", params=asked(after))
        return answer.json()["data"]["changes"], answer.headers["caveat-revision"]

    first, _ = await page(0)
    second, _ = await page(first["next"])
    last, _ = await page(second["next"])
    await make.live("procedure/hip", title="New hip")
    await edge.graph.advance()

    assert await page(first["next"]) == (second, "4")
    told, revision = await page(second["next"])
    assert (told["nodes"], told["next"], told["complete"], revision) == (last["nodes"], "4", True, "4")
    assert (last["pageInfo"]["hasNextPage"], told["pageInfo"]["hasNextPage"]) == (False, True)
    assert [each["node"]["title"] for each in (await page("4"))[0]["nodes"]] == ["New hip"]


async def test_what_was_erased_is_in_no_page(web, make):
    """A sync that was begun before cannot be gone on with: its copy would lack words, of disclaimers too."""
    await make.live("procedure/hip")
    knee = await make.live("procedure/knee", title="A name")
    edge = await web()
    first = (await edge.client.get("/graphql", params=asked(0))).json()["data"]["changes"]
    second = await edge.client.get("/graphql", params=asked(first["next"]))
    await make.live("procedure/knee", title="Another")
    await erase(knee.node, who="test", clock=make.clock)
    await edge.graph.advance()

    again = await edge.client.get("/graphql", params=asked(first["next"]))

    assert "A name" in second.text
    assert again.json()["errors"][0]["extensions"]["code"] == "BAD_CURSOR"
    assert again.json()["errors"][0]["message"].startswith("Something was erased since the sync was begun.")


async def test_who_is_ahead_of_this_process_is_told_to_ask_again(web, make):
    """A server beside this one has seen a newer revision: 503, and when to come back."""
    edge = await web()

    answer = await edge.client.get("/graphql", params=asked("9"))

    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (503, "REVISION_NOT_REACHED")
    assert int(answer.headers["retry-after"]) >= 1
