"""Releases: what becomes live together, and what the log says of it."""

from datetime import UTC, datetime, timedelta

import pytest

from errors import Invalid, NotFound
from models import Edition, GraphHead, Publication
from publishing.release import Withdrawal, release

NOBODY = "01890000-0000-7000-8000-000000000000"


async def log(*columns):
    """Some columns of the log, in its order."""
    return await Publication.all().order_by("revision", "position").values_list(*columns)


async def editions(slug, *columns):
    """Some columns of the editions that bear a slug, the oldest first."""
    return await Edition.filter(slug=slug).order_by("created_at").values_list(*columns)


async def test_a_release_makes_one_revision_of_all_its_parts(make):
    """What is published and withdrawn together has one revision, numbered positions and one time."""
    old = await make.live("topic/old")
    one, two = await make.draft("topic/one"), await make.draft("topic/two")
    editions = [one.edition, two.edition]

    revision = await release(
        make.settings, publish=editions, withdraw=[Withdrawal(old.node, "en", "stale")], who="ed", clock=make.clock
    )

    entries = await log("revision", "position", "who", "action", "node_id", "edition_id", "kind", "locale", "reason")
    assert [(*entry[:4], *map(str, entry[4:6]), *entry[6:]) for entry in entries[2:]] == [
        (revision, 0, "ed", "PUBLISHED", one.node, one.edition, "topic", "en", None),
        (revision, 1, "ed", "PUBLISHED", two.node, two.edition, "topic", "en", None),
        (revision, 2, "ed", "WITHDRAWN", old.node, old.edition, "topic", "en", "stale"),
    ]
    assert len({time for (time,) in (await log("time"))[2:]}) == 1


async def test_revisions_grow_by_one(make):
    """The log has every revision from the first to the head; a refused release leaves no gap."""
    for number in range(3):
        await make.live(f"topic/number-{number}")
        with pytest.raises(NotFound):
            await release(make.settings, publish=[NOBODY], who="test")

    assert await log("revision", "position") == [(1, 0), (2, 0), (3, 0), (4, 0)]
    assert (await GraphHead.get()).revision == 4


async def test_editions_follow_each_other(make):
    """Versions count 1, 2, 3; each edition ends with the revision in which the next begins; then it is withdrawn."""
    for title in ("First", "Second", "Third"):
        last = await make.live("topic/spine", title=title)
    await make.withdraw(last)

    assert await editions("spine", "title", "version", "since", "until") == [
        ("First", 1, 2, 3),
        ("Second", 2, 3, 4),
        ("Third", 3, 4, 5),
    ]


async def test_a_node_that_comes_back_goes_on_counting(make):
    """After a withdrawal the next edition has the next version, and nothing is live between."""
    last = await make.live("topic/spine", title="First")
    await make.withdraw(last)

    await make.live("topic/spine", title="Second")

    assert await editions("spine", "version", "since", "until") == [(1, 2, 3), (2, 4, None)]


async def test_the_first_publication_is_remembered(make, clock):
    """``published_at`` is the time of the first publication in the locale, ``updated_at`` that of the newest."""
    await make.live("topic/spine", title="First")
    first = clock.now
    clock.advance(days=1)
    await make.live("topic/spine", title="Second")
    second = clock.now

    times = await editions("spine", "published_at", "updated_at")

    assert times == [(first, first), (first, second)]


async def test_times_that_a_record_gives_are_kept(make):
    """Content that comes from elsewhere keeps the times that it had there."""
    first, newest = datetime(2020, 1, 1, tzinfo=UTC), datetime(2021, 1, 1, tzinfo=UTC)

    await make.live("topic/spine", publishedAt=first.isoformat(), updatedAt=newest.isoformat())

    assert await editions("spine", "published_at", "updated_at") == [(first, newest)]


async def test_time_never_runs_backwards(make, clock):
    """A release after the clock was put back has the time of the release before."""
    await make.live("topic/one")
    clock.advance(days=-30)
    await make.live("topic/two")

    (_, first), (_, second) = (await log("revision", "time"))[1:]
    assert first == second
    assert second - clock.now > timedelta(days=29)


async def test_the_same_draft_named_twice_is_published_once(make):
    """A draft that is named twice has one entry in the log."""
    draft = await make.draft("topic/spine")

    await make.publish(draft, draft)

    assert await editions("spine", "version", "since", "until") == [(1, 2, None)]
    assert len(await log("revision")) == 2


async def test_two_nodes_swap_their_slugs_in_one_release(make):
    """What would be refused one after the other is possible together."""
    one, two = await make.live("topic/one"), await make.live("topic/two")
    drafts = [await make.draft("topic/two", id=one.node), await make.draft("topic/one", id=two.node)]

    revision = await make.publish(*drafts)

    live = await Edition.filter(kind="topic", until=None).values_list("slug", "node_id", "since")
    assert sorted((slug, str(node), since) for slug, node, since in live) == [
        ("one", two.node, revision),
        ("two", one.node, revision),
    ]


async def test_a_slug_passes_on_when_its_bearer_is_withdrawn(make):
    """A node may take, in the same release, the slug of one that leaves."""
    old, new = await make.live("topic/spine"), await make.live("topic/back")
    draft = await make.draft("topic/spine", id=new.node)

    await release(make.settings, publish=[draft.edition], withdraw=[Withdrawal(old.node, "en")], who="test")

    assert await Edition.filter(slug="spine", until=None).values_list("node_id", flat=True) == [draft_node(new)]


def draft_node(outcome):
    """The node of an outcome, as the database gives it."""
    from uuid import UUID

    return UUID(outcome.node)


@pytest.mark.parametrize("edition", [NOBODY, "no-id"])
async def test_what_is_no_draft_cannot_be_published(make, edition):
    """An edition that does not exist is named, whatever it is called."""
    with pytest.raises(NotFound) as refused:
        await release(make.settings, publish=[edition], who="test")

    assert str(refused.value) == f"Not a draft: {edition}"


async def test_a_live_edition_cannot_be_published_again(make):
    """A published edition never changes: it is not a draft any more."""
    live = await make.live("topic/spine")

    with pytest.raises(NotFound) as refused:
        await make.publish(live)

    assert str(refused.value) == f"Not a draft: {live.edition}"


@pytest.mark.parametrize("node", [NOBODY, "no-id"])
async def test_what_is_not_live_cannot_be_withdrawn(make, node):
    """A node that is not live in the locale is named, with the locale."""
    with pytest.raises(NotFound) as refused:
        await release(make.settings, withdraw=[Withdrawal(node, "en")], who="test")

    assert str(refused.value) == f"Not live: {node} (en)"


async def test_an_empty_release_is_refused(make):
    """There is no revision without a publication."""
    with pytest.raises(Invalid) as refused:
        await release(make.settings, who="test")

    assert str(refused.value) == "publish: there is nothing to publish or withdraw"


async def test_publishing_and_withdrawing_the_same_place_is_refused(make):
    """A release cannot make a node live and take it away in the same locale."""
    live = await make.live("topic/spine")
    draft = await make.draft("topic/spine", title="New")

    with pytest.raises(Invalid) as refused:
        await release(make.settings, publish=[draft.edition], withdraw=[Withdrawal(live.node, "en")], who="test")

    assert str(refused.value) == "topic/spine (en): withdraw: the node is published in the same release"
    assert len(await log("revision")) == 2
