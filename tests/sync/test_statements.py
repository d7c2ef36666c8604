"""Promise 4 for delta sync: a page sends as many statements, however much there is, and however much of it changed."""

import pytest

from loaders.rows import global_id
from tests.sync.device import SYNC

SIZES = (4, 30)
PROCEDURES = {"kinds": ["PROCEDURE"], "first": 100}


async def guides(make, size):
    """Guides that lean on physicians, on a topic and on each other, some of them published anew."""
    physicians = [await make.draft(f"physician/p{number}", title=f"Round {size}") for number in range(size)]
    await make.publish(*physicians, await make.draft("topic/knee", title=f"Round {size}"))
    drafts = [
        await make.draft(
            f"procedure/g{number}",
            title=f"Round {size}",
            overview=f"See [another](caveat:procedure/g{(number or size) - 1}).",
            links=[{"kind": "RELATED", "target": f"physician/p{number}"}],
            performedBy=[f"p{number}"],
            topics=["knee"],
        )
        for number in range(size)
    ]
    await make.publish(*drafts)
    return drafts


@pytest.fixture
def api(db, settings, unlimited, clock, door):
    """The schema's front door, which refuses nothing for its size."""
    return door(db, settings.model_copy(update=unlimited), clock)


async def test_a_page_of_a_large_change_costs_what_a_page_of_a_small_one_costs(make, api):
    """A snapshot, dependants of all kinds, tombstones, and a page in the middle, for any client and topic."""
    sent = {}
    for size in SIZES:
        made = await guides(make, size)
        since = (await api("{ revision }"))["revision"]
        await make.live("disclaimer/house", title=f"Round {size}")
        await make.publish(*[await make.draft(f"physician/p{number}", title="Again") for number in range(size)])
        await make.withdraw(*made[size // 2 :], reason="Out of date.")
        about = {"topics": [global_id("Topic", (await make.draft("topic/knee")).node)]}
        partner = api.as_(partner=True)
        middle = (await api(SYNC, after=since, **PROCEDURES | {"first": 1}))["changes"]["next"]
        asked = {
            "snapshot": (api, 0, {}),
            "change": (api, since, {}),
            "topic": (api, since, about),
            "fallback": (api, since, {"locale": "es"}),
            "partner": (partner, since, {}),
            "middle": (api, middle, {}),
        }
        for name, (door, after, variables) in asked.items():
            page = (await door(SYNC, after=after, **PROCEDURES | variables))["changes"]
            sent[name, size] = door.statements
            told = [change["action"] for change in page["nodes"]]
            gone = 0 if name == "snapshot" else size - size // 2
            assert (len(told) - told.count("PUBLISHED"), told.count("PUBLISHED") > 0) == (gone, True), name

    assert {name: sent[name, SIZES[0]] for name in asked} == {name: sent[name, SIZES[1]] for name in asked}
