"""The requests that tell an endpoint of an event, in the shape that it takes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import orjson
from standardwebhooks import Webhook as Signer

from delivery.webhooks.events import Event
from models import Webhook, WebhookShape

FASTLY_KEYS = 256
"""Surrogate keys that Fastly purges in one request (API reference: Bulk purge a service)."""
CLOUDFLARE_TAGS = 100
"""Tags that Cloudflare purges in one request, on every plan (API reference: Purge cached content; 30 until 2025)."""
AGENT = "Caveat-Webhooks/1"


@dataclass(frozen=True)
class Request:
    """A POST. Its headers may bear a key: they are never shown."""

    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = b""


def requests(webhook: Webhook, event: Event, now: datetime) -> list[Request]:
    """The requests, to be sent in order; the event is told when all were taken."""
    return list(SHAPES[webhook.shape](webhook, event, now))


def _standard(webhook: Webhook, event: Event, now: datetime) -> Iterator[Request]:
    """One signed request (Standard Webhooks, 1.0.0)."""
    body = orjson.dumps({"type": event.type, "timestamp": event.timestamp, "data": event.data}, option=orjson.OPT_UTC_Z)
    headers = {
        "content-type": "application/json",
        "user-agent": AGENT,
        "webhook-id": event.id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Signer(webhook.secret).sign(event.id, now, body.decode()),
    }
    yield Request(webhook.url, headers, body)


def _fastly(webhook: Webhook, event: Event, _now: datetime) -> Iterator[Request]:
    for keys in _batches(event.tags, FASTLY_KEYS):
        headers = {
            "accept": "application/json",
            "fastly-key": webhook.secret,
            "surrogate-key": " ".join(keys),
            "user-agent": AGENT,
        }
        yield Request(webhook.url, headers)


def _cloudflare(webhook: Webhook, event: Event, _now: datetime) -> Iterator[Request]:
    for tags in _batches(event.tags, CLOUDFLARE_TAGS):
        headers = {
            "authorization": f"Bearer {webhook.secret}",
            "content-type": "application/json",
            "user-agent": AGENT,
        }
        yield Request(webhook.url, headers, orjson.dumps({"tags": tags}))


def _batches(tags: Sequence[str], most: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(tags), most):
        yield tags[start : start + most]


SHAPES: dict[WebhookShape, Callable[[Webhook, Event, datetime], Iterator[Request]]] = {
    WebhookShape.STANDARD: _standard,
    WebhookShape.FASTLY: _fastly,
    WebhookShape.CLOUDFLARE: _cloudflare,
}
PURGES = frozenset({WebhookShape.FASTLY, WebhookShape.CLOUDFLARE})
