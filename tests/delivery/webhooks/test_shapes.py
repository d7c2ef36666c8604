"""What a CDN is posted: exactly what its API asks for, in batches that it takes."""

import asyncio
from datetime import UTC, datetime
from itertools import chain
from uuid import uuid4

import orjson

from delivery.tags import existence_tag, kind_tag, node_tag
from delivery.webhooks.delivering import SETTLE_SECONDS, Deliverer
from delivery.webhooks.events import Event
from delivery.webhooks.shapes import requests
from loaders.graph import EVERY_SECONDS
from models import GraphHead, Publication, Webhook, WebhookShape

NOW = datetime(2026, 11, 1, tzinfo=UTC)
FASTLY, CLOUDFLARE = "/service/5kZ1qX/purge", "/client/v4/zones/023e105f4ecef8ad/purge_cache"


def purge(shape: WebhookShape, tags: list[str]):
    """The requests of a purge."""
    webhook = Webhook(id=uuid4(), url="https://cdn.example/purge", shape=shape, secret="key")
    return requests(webhook, Event("id", "release.published", NOW, {}, tags), NOW)


def test_fastly_is_told_256_keys_at_a_time():
    """In the header Surrogate-Key, separated by spaces, with the key in Fastly-Key."""
    tags = [f"n-{number}" for number in range(600)]

    sent = purge(WebhookShape.FASTLY, tags)

    batches = [each.headers["surrogate-key"].split(" ") for each in sent]
    assert [len(batch) for batch in batches] == [256, 256, 88]
    assert list(chain(*batches)) == tags
    assert {(each.headers["fastly-key"], each.headers["accept"], each.body) for each in sent} == {
        ("key", "application/json", b"")
    }


def test_cloudflare_is_told_100_tags_at_a_time():
    """In a JSON body, with the token as bearer."""
    tags = [f"n-{number}" for number in range(250)]

    sent = purge(WebhookShape.CLOUDFLARE, tags)

    bodies = [orjson.loads(each.body) for each in sent]
    assert [list(body) for body in bodies] == [["tags"]] * 3
    assert [len(body["tags"]) for body in bodies] == [100, 100, 50]
    assert list(chain(*(body["tags"] for body in bodies))) == tags
    assert {(each.headers["authorization"], each.headers["content-type"]) for each in sent} == {
        ("Bearer key", "application/json")
    }


async def test_a_release_is_purged_by_the_tags_of_its_nodes_and_their_kinds(make, hook, receiver, turn):
    """Each tag once, however many locales of a node changed; and nothing of the request is missing."""
    await hook(FASTLY, shape=WebhookShape.FASTLY, key="fastly-key")
    await hook(CLOUDFLARE, shape=WebhookShape.CLOUDFLARE, key="cloudflare-token")
    knee = await make.draft("topic/knee")
    rodilla = await make.draft("topic/rodilla", locale="es", id=knee.node)
    physician = await make.draft("physician/ana")
    await make.publish(knee, rodilla, physician)

    await turn()

    assert rodilla.node == knee.node
    kinds = ["topic", "physician"]
    nodes = [node_tag(knee.node), node_tag(physician.node)]
    tags = ["revision", *nodes, *map(kind_tag, kinds), *map(existence_tag, kinds)]
    received = {each.path: each for each in receiver.received}
    fastly, cloudflare = received.pop(FASTLY), received.pop(CLOUDFLARE)
    assert received == {}
    assert (fastly.headers["fastly-key"], fastly.headers["surrogate-key"]) == ("fastly-key", " ".join(tags))
    assert (fastly.headers["content-length"], fastly.body) == ("0", b"")
    assert cloudflare.headers["authorization"] == "Bearer cloudflare-token"
    assert orjson.loads(cloudflare.body) == {"tags": tags}


async def test_a_purge_of_several_requests_is_done_when_all_were_taken(make, hook, receiver, turn, clock):
    """What failed in the middle is begun again: a purge may be repeated."""
    await hook(CLOUDFLARE, shape=WebhookShape.CLOUDFLARE, key="token")
    receiver.answers[CLOUDFLARE] = [(200, {}), (429, {"retry-after": "30"})]
    await make.publish(*[await make.draft(f"topic/number-{n}") for n in range(120)])

    await turn()
    failed = await Webhook.get()
    clock.advance(minutes=1)
    await turn()

    assert [len(orjson.loads(each.body)["tags"]) for each in receiver.received] == [100, 23, 100, 23]
    assert (failed.revision, failed.attempts, failed.last_problem) == (1, 1, "HTTP 429")
    assert (await Webhook.get()).revision == 2


async def test_a_release_of_more_than_a_thousand_purges_everything(make, hook, receiver, turn):
    """One tag that every answer bears, and not a hundred requests."""
    await hook(CLOUDFLARE, shape=WebhookShape.CLOUDFLARE, key="token")
    (entry,) = await Publication.all()
    known = {name: getattr(entry, name) for name in ("time", "who", "action", "node_id", "kind", "edition_id")}
    await Publication.bulk_create(
        [Publication(revision=2, position=n, locale="en", **known) for n in range(1_001)], batch_size=100
    )
    await GraphHead.all().update(revision=2)

    await turn()

    assert [orjson.loads(each.body) for each in receiver.received] == [{"tags": ["caveat"]}]


async def test_a_purge_waits_until_every_process_knows_the_release(make, hook, receiver, turn):
    """A server that did not know it yet would give the CDN the old answer again; other endpoints need not wait."""
    await hook(FASTLY, shape=WebhookShape.FASTLY, key="key")
    await hook()
    patient = Deliverer(turn.settings, turn.graph, clock=turn.clock, settle_seconds=3_600)
    turn.deliverers.append(patient)
    for number in range(5):
        await make.live(f"topic/number-{number}")
    await turn.graph.advance()

    await patient.look()
    await asyncio.wait(patient.working.values(), return_when=asyncio.FIRST_COMPLETED)

    assert [each.path for each in receiver.received] == ["/hook"] * 5
    assert max(EVERY_SECONDS.values()) < SETTLE_SECONDS
