"""Who may post to an endpoint, and what is written of it afterwards: nothing that is no longer so."""

from datetime import timedelta

import pytest

from delivery.webhooks.outbox import MARGIN, Letter, Outbox
from delivery.webhooks.sending import Reply
from models import DeadLetter, Webhook
from publishing.webhooks import remove, replay


@pytest.fixture
def outbox(make, clock):
    """The outbox of a process; another's where it is given another name."""
    return lambda name="one": Outbox(name, 10.0, 3, clock)


async def test_an_endpoint_that_is_free_and_due_can_be_taken(hook, outbox, clock):
    """By one process, which may take it again; by another when the lease has lapsed."""
    webhook = await hook()

    assert (await outbox("one").take(webhook.id)).lease_holder == "one"
    assert await outbox("two").take(webhook.id) is None
    assert (await outbox("one").take(webhook.id)).lease_holder == "one"
    clock.now += timedelta(seconds=10) + MARGIN
    assert (await outbox("two").take(webhook.id)).lease_holder == "two"


async def test_an_endpoint_that_wants_nothing_now_cannot_be_taken(hook, outbox, clock):
    """It is to be left alone for a while, is disabled, or is no longer there."""
    webhook = await hook()
    one = Webhook.filter(id=webhook.id)

    await one.update(next_at=clock.now + timedelta(minutes=1))
    early = await outbox().take(webhook.id)
    await one.update(next_at=None, disabled_at=clock.now)
    disabled = await outbox().take(webhook.id)
    await remove(webhook.url)
    removed = await outbox().take(webhook.id)

    assert [early, disabled, removed] == [None, None, None]


WRITES = {
    "a success": lambda box, webhook: box.taken(webhook, Letter(2)),
    "a failure": lambda box, webhook: box.refused(webhook, Letter(2), Reply(500)),
    "an end": lambda box, webhook: box.refused(webhook, Letter(2), Reply(410)),
    "giving free": lambda box, webhook: box.leave(webhook, 2),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize("attempts", [0, 2], ids=["once", "for the last time"])
async def test_what_was_moved_meanwhile_is_not_overwritten(make, hook, outbox, write, attempts):
    """A replay while a post ran stands, whatever became of the post."""
    await make.live("topic/one")
    webhook = await hook()
    await Webhook.filter(id=webhook.id).update(attempts=attempts)
    taken = await outbox().take(webhook.id)
    await replay(webhook.url, start=1)

    await write(outbox(), taken)

    left = await Webhook.get()
    assert (left.revision, left.attempts, left.next_at, left.disabled_at) == (0, 0, None, None)
    assert await outbox().renew(taken) is False
    assert await DeadLetter.all().count() == 0


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
async def test_who_lost_the_lease_writes_nothing(make, hook, outbox, clock, write):
    """The endpoint is another's, who posts the same and writes what became of that."""
    webhook = await hook()
    taken = await outbox("one").take(webhook.id)
    clock.advance(minutes=1)
    await outbox("two").take(webhook.id)
    before = await Webhook.all().values()

    await write(outbox("one"), taken)

    assert await outbox("one").renew(taken) is False
    assert await Webhook.all().values() == before


async def test_a_release_that_is_taken_after_all_is_no_dead_letter(hook, outbox, clock):
    """Posted again with a replay of the log, for example."""
    webhook = await hook()
    await DeadLetter.create(webhook_id=webhook.id, revision=2, problem="HTTP 500", given_up_at=clock())

    await outbox().taken(await outbox().take(webhook.id), Letter(2))

    assert await DeadLetter.all().count() == 0
    left = await Webhook.get()
    assert (left.revision, left.lease_holder, left.lease_until) == (2, None, None)
