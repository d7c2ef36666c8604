"""Scheduled drafts: published when they are due, once, whoever asks."""

import asyncio
from datetime import UTC, datetime

import pytest

from errors import NotFound
from models import Edition, Publication
from publishing.release import publish_due, schedule

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def state(slug):
    """(since, publish_at) of the one edition that bears a slug."""
    edition = await Edition.get(slug=slug)
    return edition.since, edition.publish_at


async def test_a_scheduled_draft_is_published_when_it_is_due(make, settings, clock):
    """Before its time nothing happens; then it is live, and off the schedule; then nothing happens again."""
    draft = await make.draft("topic/spine")
    await schedule(draft.edition, NOON)

    early = await publish_due(settings, clock=clock)
    before = await state("spine")
    clock.advance(hours=4)
    due = await publish_due(settings, clock=clock)
    again = await publish_due(settings, clock=clock)

    assert (early, before) == (([], []), (None, NOON))
    assert (due, again) == (([2], []), ([], []))
    assert await state("spine") == (2, None)


async def test_a_record_can_bring_its_schedule(make, settings, clock):
    """A record with ``status: scheduled`` is a draft with a time."""
    await make.draft("topic/spine", status="scheduled", publishAt=NOON.isoformat())
    clock.advance(hours=4)

    await publish_due(settings, clock=clock)

    assert await state("spine") == (2, None)


async def test_what_was_published_is_not_scheduled_again(make, settings, clock):
    """Saving the scheduled record again after its publication changes nothing, and publishes nothing."""
    fields = {"status": "scheduled", "publishAt": NOON.isoformat()}
    await make.draft("topic/spine", **fields)
    clock.advance(hours=4)
    await publish_due(settings, clock=clock)

    again = await make.draft("topic/spine", **fields)

    assert (again.changed, again.draft) == (False, False)
    assert await publish_due(settings, clock=clock) == ([], [])


async def test_a_draft_comes_off_the_schedule(make, settings, clock):
    """Scheduled for no time, it stays a draft."""
    draft = await make.draft("topic/spine", status="scheduled", publishAt=NOON.isoformat())
    clock.advance(hours=4)

    await schedule(draft.edition, None)

    assert await publish_due(settings, clock=clock) == ([], [])
    assert await state("spine") == (None, None)


async def test_what_is_due_together_is_published_together(make, settings, clock):
    """Two drafts that need each other are one release."""
    await make.draft("disclaimer/casa", locale="es", status="scheduled", publishAt=NOON.isoformat())
    fields = {"disclaimer": "casa", "status": "scheduled", "publishAt": "2026-03-01T11:00:00Z"}
    await make.draft("article/espalda", locale="es", **fields)
    clock.advance(hours=4)

    assert await publish_due(settings, clock=clock) == ([2], [])
    assert await Publication.filter(revision=2).values_list("who", flat=True) == ["schedule", "schedule"]


async def test_a_draft_that_cannot_be_published_holds_back_no_other(make, settings, clock):
    """It stays scheduled and says why; the others are live; it is tried again, and goes when it can."""
    for reference, fields in {"article/bad": {"body": ""}, "topic/good": {}, "topic/fine": {}}.items():
        await make.draft(reference, status="scheduled", publishAt=NOON.isoformat(), **fields)
    clock.advance(hours=4)

    revisions, (refused,) = await publish_due(settings, clock=clock)

    assert (revisions, str(refused)) == ([2, 3], "article/bad (en): body: is required to publish")
    assert [await state("bad"), await state("good"), await state("fine")] == [(None, NOON), (2, None), (3, None)]
    await make.draft("article/bad", body="Now.", status="scheduled", publishAt=NOON.isoformat())
    assert await publish_due(settings, clock=clock) == ([4], [])


async def test_a_lone_draft_that_cannot_be_published_makes_no_revision(make, settings, clock):
    """Nothing is published, nothing is logged, and the revision is not used up."""
    await make.draft("article/bad", body="", status="scheduled", publishAt=NOON.isoformat())
    clock.advance(hours=4)

    revisions, (refused,) = await publish_due(settings, clock=clock)
    await make.live("topic/next")

    assert (revisions, str(refused)) == ([], "article/bad (en): body: is required to publish")
    assert await state("next") == (2, None)


async def test_only_a_draft_can_be_scheduled(make):
    """What is live already, or unknown, has no draft of that id."""
    live = await make.live("topic/spine")

    for edition in (live.edition, live.node, "no-id"):
        with pytest.raises(NotFound) as refused:
            await schedule(edition, NOON)
        assert str(refused.value) == f"There is no draft {edition}."


async def test_two_tasks_publish_what_is_due_once(make, settings, clock):
    """In one process, two that look at the same time make one release."""
    await make.draft("topic/spine", status="scheduled", publishAt=NOON.isoformat())
    clock.advance(hours=4)

    answers = await asyncio.gather(publish_due(settings, clock=clock), publish_due(settings, clock=clock))

    assert sorted(answers) == [([], []), ([2], [])]
