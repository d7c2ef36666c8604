"""Each release goes to each endpoint: signed, in order, at least once, and nothing waits for an endpoint but itself."""

from datetime import timedelta

import orjson
import pytest
from standardwebhooks import Webhook as Standard

from delivery.tags import existence_tag, kind_tag, node_tag
from loaders.rows import global_id
from models import DeadLetter, Webhook
from publishing.release import erase
from publishing.save import utc_now
from publishing.webhooks import replay


async def test_a_release_is_posted_signed_and_says_what_changed(make, hook, receiver, turn):
    """The library of Standard Webhooks verifies it, and the whole of it is what the log says; who did it is not."""
    webhook = await hook()
    knee, hip = await make.live("topic/knee"), await make.draft("topic/hip")
    turn.deliverer(utc_now)
    await turn()
    await make.withdraw(knee, reason="Out of date.")
    await make.publish(hip)
    await erase(knee.node, who="counsel", reason="At the request of Pat Example")
    await turn()

    said = [Standard(webhook.secret).verify(each.body, each.headers) for each in receiver.received]

    def release(revision, outcome, action, *, slug, version, reason=None):
        entry = {
            "action": action,
            "kind": "topic",
            "id": global_id("Topic", outcome.node),
            "locale": "en",
            "slug": slug,
            "url": f"https://site.example/en/topic/{slug}" if slug else None,
            "version": version,
            "reason": reason,
        }
        tags = ["revision", node_tag(outcome.node), kind_tag("topic"), existence_tag("topic")]
        return {"revision": revision, "publications": [entry], "truncated": False, "more": 0, "tags": tags}

    assert [each["data"] for each in said] == [
        release(2, knee, "PUBLISHED", slug="knee", version=1),
        release(3, knee, "WITHDRAWN", slug="knee", version=1, reason="Out of date."),
        release(4, hip, "PUBLISHED", slug="hip", version=1),
        release(5, knee, "ERASED", slug=None, version=None),
    ]
    assert {each["type"] for each in said} == {"release.published"}
    assert said[0]["timestamp"].startswith("2026-03-01T09:00:")
    assert [each.id for each in receiver.received] == [f"{webhook.id.hex}-{n}" for n in (2, 3, 4, 5)]


async def test_an_endpoint_gets_what_it_asked_for(make, hook, receiver, turn):
    """Of a release only what the endpoint is told of; releases without it are passed over, in one step."""
    await hook(events=["withdrawn"])
    live = [await make.live(f"topic/number-{n}") for n in range(3)]
    await make.withdraw(live[0])
    await make.live("topic/last")

    await turn()

    assert receiver.revisions() == [5]
    assert (await Webhook.get()).revision == 6


async def test_releases_come_in_order_and_once(make, hook, receiver, turn):
    """Whatever happened before the endpoint was added is not told."""
    await make.live("topic/before")
    await hook()
    for number in range(5):
        await make.live(f"topic/number-{number}")

    await turn()
    await turn()

    assert receiver.revisions() == [3, 4, 5, 6, 7]


async def test_a_failing_endpoint_is_left_alone_longer_each_time(make, hook, receiver, turn, clock):
    """Five seconds, then five minutes, give or take a fifth; no later release overtakes the one that failed."""
    await hook()
    receiver.answers["/hook"] = [(500, {}), (302, {"location": receiver.url("/other")})]
    await make.live("topic/one")
    await make.live("topic/two")

    waits = []
    for _ in range(2):
        await turn()
        await turn()
        webhook = await Webhook.get()
        waits.append((webhook.next_at - webhook.last_failure_at).total_seconds())
        clock.now = webhook.next_at
    await turn()

    assert 4 <= waits[0] <= 6
    assert 240 <= waits[1] <= 360
    assert receiver.revisions() == [2, 2, 2, 3]
    assert receiver.revisions("/other") == []
    webhook = await Webhook.get()
    assert (webhook.revision, webhook.attempts, webhook.next_at) == (3, 0, None)


ASKED = {
    "seconds": ("3600", timedelta(hours=1)),
    "a date": ("Sun, 01 Mar 2126 09:00:00 GMT", timedelta(days=1)),
    "too long": ("99999999999999", timedelta(days=1)),
    "shorter than our own wait": ("0", timedelta(seconds=4)),
    "nonsense": ("soon", timedelta(seconds=4)),
}


@pytest.mark.parametrize(("asked", "least"), ASKED.values(), ids=ASKED)
async def test_retry_after_is_honoured_up_to_a_day(make, hook, receiver, turn, asked, least):
    """An endpoint may ask for a longer wait than ours, within bounds."""
    await hook()
    receiver.answers["/hook"] = [(503, {"retry-after": asked})]
    await make.live("topic/one")

    await turn()

    webhook = await Webhook.get()
    assert least <= webhook.next_at - webhook.last_failure_at <= least + timedelta(seconds=2)


async def test_what_is_never_taken_is_a_dead_letter_until_it_is_replayed(make, hook, receiver, turn, clock):
    """After three attempts the endpoint goes on with the next release; the dead letter can be posted again."""
    webhook = await hook()
    receiver.answers["/hook"] = [(500, {})] * 3
    await make.live("topic/one")
    await make.live("topic/two")
    for _ in range(4):
        await turn()
        clock.advance(hours=1)
    dead = await DeadLetter.all().values_list("revision", "problem", "queued")

    receiver.answers["/hook"] = [(400, {})]
    await replay(webhook.url, dead=True)
    await turn()
    still = await DeadLetter.all().values_list("revision", "problem", "queued")
    clock.advance(hours=1)
    await replay(webhook.url, dead=True)
    await turn()

    assert dead == [(2, "HTTP 500", False)]
    assert still == [(2, "HTTP 400", False)]
    assert await DeadLetter.all().count() == 0
    assert receiver.revisions() == [2, 2, 2, 3, 2, 2]
    assert (await Webhook.get()).revision == 3


async def test_an_endpoint_that_is_gone_is_disabled(make, hook, receiver, turn, clock):
    """410 ends it, until an operator replays: then it goes on where it stood."""
    webhook = await hook()
    receiver.answers["/hook"] = [(410, {})]
    await make.live("topic/one")
    await turn()
    clock.advance(days=9)
    await make.live("topic/two")
    await turn()
    before = receiver.revisions()

    await replay(webhook.url)
    await turn()

    assert before == [2]
    assert receiver.revisions() == [2, 2, 3]


async def test_a_replay_posts_again_from_a_revision_on(make, hook, receiver, turn):
    """Under the same ids, so that a receiver that has them drops them."""
    webhook = await hook()
    for number in range(3):
        await make.live(f"topic/number-{number}")
    await turn()

    assert await replay(webhook.url, start=3) == 2
    await turn()

    assert receiver.revisions() == [2, 3, 4, 3, 4]
    assert [each.id for each in receiver.received[1:3]] == [each.id for each in receiver.received[3:]]


async def test_a_hanging_endpoint_holds_up_nobody(make, hook, receiver, turn, until):
    """While one endpoint does not answer, releases go on and the others get them."""
    await hook("/hang")
    await hook()
    deliverer = turn.deliverer()
    await make.live("topic/one")
    await turn.graph.advance()
    await deliverer.look()
    await until(lambda: receiver.revisions("/hang") == [2])

    await make.live("topic/two")
    await turn.graph.advance()
    await until(lambda: len(deliverer.working) == 1)
    await deliverer.look()
    await until(lambda: receiver.revisions() == [2, 3])

    assert receiver.revisions("/hang") == [2]


async def test_a_large_release_is_told_in_part(make, hook, receiver, turn):
    """A hundred publications are listed; of the others the number, and that everything is to be looked at."""
    await hook()
    await make.publish(*[await make.draft(f"topic/number-{n}") for n in range(103)])

    await turn()

    data = orjson.loads(receiver.received[0].body)["data"]
    assert (len(data["publications"]), data["truncated"], data["more"], data["tags"]) == (100, True, 3, ["caveat"])
    assert len(receiver.received[0].body) < 40_000


async def test_secrets_are_in_no_log(make, hook, receiver, turn, caplog):
    """Neither a secret nor the path of an endpoint is logged, at any level, whatever goes wrong."""
    purge = "/service/abc/purge"
    webhook = await hook()
    await hook(purge, shape="fastly", key="fastly-key-0123456789")
    receiver.answers = {"/hook": [(500, {})], purge: [(401, {})]}
    await make.live("topic/one")

    caplog.set_level("DEBUG")
    await turn()

    assert sorted(each.path for each in receiver.received) == ["/hook", purge]
    assert caplog.text.count("at 127.0.0.1: revision 2: HTTP") == 2
    hidden = [webhook.secret, webhook.secret.removeprefix("whsec_"), "fastly-key-0123456789", purge, "/hook", "thanks"]
    assert [each for each in hidden if each in caplog.text] == []
