"""Who refers to whom in a text: written with the text, read out of older databases, gone with what is erased."""

from importlib import import_module

import pytest
from tortoise import connections

from models import Reference
from publishing.release import erase

SEE = "See [this](caveat:topic/knee), [that](caveat:topic/hip) and [this again](caveat:topic/knee)."
# Every column that has rich text -> fields that put a text there.
TEXTS = {
    "article/body": {"body": SEE},
    "article/sections": {"sections": [{"heading": "One", "body": "Nothing."}, {"heading": "Two", "body": SEE}]},
    "disclaimer/body": {"body": SEE},
    "physician/bio": {"bio": SEE},
    "procedure/preparation": {"preparation": {"body": SEE}},
    **{
        f"procedure/{name}": {name: SEE}
        for name in (
            "overview", "indications", "contraindications", "howPerformed", "followup", "alternatives",
            "expectedOutcome",
        )
    },
}  # fmt: skip


async def known() -> set[tuple[str, str]]:
    """All references: the edition, and the node."""
    return {
        (str(source), str(target)) for source, target in await Reference.all().values_list("source_id", "target_id")
    }


@pytest.fixture
async def topics(make):
    """The nodes that texts refer to."""
    return {(await make.live(f"topic/{name}")).node for name in ("knee", "hip")}


@pytest.mark.parametrize("place", TEXTS)
async def test_references_are_kept_wherever_they_stand(make, topics, place):
    """Each node once; a draft that replaces another has its own."""
    kind = place.partition("/")[0]
    await make.draft(f"{kind}/one", title="Replaced", **TEXTS[place])
    draft = await make.draft(f"{kind}/one", **TEXTS[place])

    assert await known() == {(draft.edition, topic) for topic in topics}


async def test_the_references_of_older_databases_are_read_out_of_their_texts(make, topics, settings):
    """The migration finds the same as saving does, in every column."""
    for place, fields in TEXTS.items():
        await make.live(f"{place.partition('/')[0]}/{place.partition('/')[2].lower()}", **fields)
    written = await known()
    await Reference.all().delete()
    migration = import_module("migrations.0007_changes")
    statements = migration.SQLITE if settings.database_url.startswith("sqlite") else migration.POSTGRES

    for statement in statements * 2:  # a migration that was cut off is run again
        await connections.all()[0].execute_script(statement)

    assert len(written) == 2 * len(TEXTS)
    assert await known() == written


async def test_what_is_erased_refers_to_nothing(make, topics):
    """Past editions lose their references with their text; the live one keeps its own."""
    await make.live("article/one", body=SEE)
    again = await make.live("article/one", title="Again", body=SEE)

    await erase(again.node, who="test", clock=make.clock)

    assert await known() == {(again.edition, topic) for topic in topics}
