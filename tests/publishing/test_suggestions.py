"""Suggestions, as publishing finds them: what is alike, and from which revision to which."""

import itertools
import logging

import pytest

from models import Edition, SearchSubject, Suggestion
from publishing import search_index, suggestions
from publishing.release import erase

KNEE = "The meniscus of the knee tears when the joint twists. A torn meniscus swells, and the knee locks."
STAIRS = "Stairs hurt where the meniscus of a knee is torn, until the joint is rested and the swelling is gone."
SLEEP = "Sleep comes easier in a dark, quiet bedroom, at the same hour each night, without a screen."
BEDROOM = "A quiet bedroom without a screen helps children to sleep through the night."


@pytest.fixture
async def bodies(make):
    """Makes live articles of one wording each, together."""

    async def publish(**texts):
        drafts = [await make.draft(f"article/{slug}", body=text) for slug, text in texts.items()]
        await make.publish(*drafts)
        return dict(zip(texts, drafts, strict=True))

    return publish


async def suggested(revision=10**9):
    """What is suggested at a revision: slugs, the most alike first, for the slug and version of each edition."""
    slugs = dict(await Edition.all().values_list("node_id", "slug"))
    found = {}
    for row in await Suggestion.filter(since__lte=revision).order_by("-score").prefetch_related("source"):
        if row.until is None or row.until > revision:
            found.setdefault(f"{row.source.slug} {row.source.version}", []).append(slugs[row.target_id])
    return found


async def test_what_is_alike_is_suggested_to_each_other(bodies):
    """What was live before gets what comes later, and the other way round; the unlike gets nothing."""
    await bodies(tear=KNEE, sleep=SLEEP)

    await bodies(stairs=STAIRS)

    assert await suggested() == {"tear 1": ["stairs"], "stairs 1": ["tear"]}


async def test_what_is_published_together_is_found(bodies):
    """A first import in one release finds its own content alike."""
    await bodies(tear=KNEE, stairs=STAIRS, sleep=SLEEP, bedroom=BEDROOM)

    assert await suggested() == {
        "tear 1": ["stairs"], "stairs 1": ["tear"], "sleep 1": ["bedroom"], "bedroom 1": ["sleep"],
    }  # fmt: skip


async def test_what_an_editor_links_to_is_not_suggested(make, bodies):
    """A link of whatever kind takes the place of the suggestion, in the direction that it has."""
    await bodies(tear=KNEE)

    await make.live("article/stairs", body=STAIRS, links=[{"kind": "NEXT_STEP", "target": "article/tear"}])

    assert await suggested() == {"tear 1": ["stairs"]}


async def test_topics_and_shared_links_make_alike(make):
    """Two that share a topic, a link, or a procedure are alike, whatever their words."""
    await make.publish(*[await make.draft(f"topic/{slug}") for slug in ("knees", "nights", "days")])
    await make.live("procedure/arthroscopy", overview="Keyhole surgery.")
    await make.publish(
        await make.draft("article/one", body="Alder.", topics=["knees"]),
        await make.draft("article/two", body="Birch.", topics=["knees"]),
        await make.draft("article/three", body="Cedar.", links=[{"kind": "RELATED", "target": "topic/nights"}]),
        await make.draft("article/four", body="Dogwood.", links=[{"kind": "SEE_ALSO", "target": "topic/nights"}]),
        await make.draft("article/five", body="Elm.", procedures=["arthroscopy"]),
        await make.draft("article/six", body="Fir.", topics=["days"]),
    )

    assert await suggested() == {
        "one 1": ["two"], "two 1": ["one"], "three 1": ["four"], "four 1": ["three"], "arthroscopy 1": ["five"],
    }  # fmt: skip


async def test_who_wrote_it_makes_nothing_alike(make):
    """Two articles of one author and one reviewer may be about anything."""
    await make.live("physician/mara-lindqvist")
    people = {"authors": ["mara-lindqvist"], "medicalReviewers": ["mara-lindqvist"]}

    await make.publish(
        await make.draft("article/tear", body=KNEE, **people), await make.draft("article/sleep", body=SLEEP, **people)
    )

    assert await suggested() == {}


async def test_a_new_wording_is_compared_anew(bodies):
    """What it was like before loses it; what it is like now gets it; the past keeps what it had."""
    await bodies(tear=KNEE, sleep=SLEEP)
    await bodies(other=STAIRS)

    await bodies(other=BEDROOM)

    assert await suggested(3) == {"tear 1": ["other"], "other 1": ["tear"]}
    assert await suggested() == {"other 1": ["tear"], "sleep 1": ["other"], "other 2": ["sleep"]}


async def test_a_wording_that_stays_alike_changes_no_row(bodies):
    """Where nothing of the likeness changed, the row of the other edition still holds."""
    await bodies(tear=KNEE)
    made = await bodies(stairs=STAIRS)
    (before,) = await Suggestion.filter(target_id=made["stairs"].node)

    await bodies(stairs=STAIRS.replace("hurt", "*hurt*"))

    assert await Suggestion.filter(target_id=made["stairs"].node, until=None).values_list("id", flat=True) == [
        before.id
    ]


async def test_the_best_stay(make, bodies, monkeypatch):
    """Beyond what is kept, the more alike push out the less alike, from their revision on."""
    monkeypatch.setattr(suggestions, "KEPT", 1)
    await bodies(tear=KNEE)
    await bodies(stairs=STAIRS)

    await bodies(again=KNEE)

    assert (await suggested(3))["tear 1"] == ["stairs"]
    assert (await suggested(4))["tear 1"] == ["again"]


async def test_locales_are_apart(make):
    """Words of one language say nothing of another: an edition gets what is of its own locale."""
    await make.live("disclaimer/house", "es", title="Reglas")
    await make.publish(await make.draft("article/tear", body=KNEE), await make.draft("article/stairs", "es", body=KNEE))

    assert await suggested() == {}


async def test_nothing_is_left_of_what_was_erased(make, bodies):
    """Past editions have no terms: those of the first wording went with it."""
    made = await bodies(tear=KNEE)
    await bodies(tear=SLEEP)

    await erase(made["tear"].node, who="test")

    terms = await SearchSubject.all().values_list("subject", flat=True)
    assert "meniscus" not in terms
    assert "bedroom" in terms


async def test_a_rebuilt_index_suggests_the_same(bodies):
    """Reindexing finds what publishing found, for the same revisions; what past editions suggested stays."""
    await bodies(tear=KNEE, other=STAIRS, sleep=SLEEP)
    await bodies(other=BEDROOM)
    await bodies(stairs=STAIRS)
    before = {revision: await suggested(revision) for revision in (3, 4)}

    await search_index.rebuild()

    assert {revision: await suggested(revision) for revision in (3, 4)} == before
    assert await suggested() == before[4]


async def test_what_many_share_tells_nothing(make, bodies, monkeypatch):
    """A subject of more editions than may share one is counted, and finds nothing."""
    monkeypatch.setattr("publishing.subjects.COMMON", 2)

    await bodies(one=KNEE, two=KNEE, three=KNEE)

    assert await suggested() == {}


async def test_a_release_of_many_sends_as_many_statements_as_one_of_two(bodies, caplog):
    """The number of statements does not depend on the number of editions, nor on what is there already."""
    texts = itertools.cycle([KNEE, SLEEP])
    sent = []
    for name, size in (("before", 4), ("some", 2), ("many", 30)):
        caplog.clear()
        with caplog.at_level(logging.DEBUG, "tortoise.db_client"):
            await bodies(**{f"{name}{n}": next(texts) for n in range(size)})
        logged = [record.getMessage() for record in caplog.records if record.name == "tortoise.db_client"]
        sent.append([line for line in logged if "suggestion" in line or "search_subject" in line])

    assert len(sent[1]) == len(sent[2]) > 0
