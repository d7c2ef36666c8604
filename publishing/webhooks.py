"""Webhooks: endpoints added, removed, and set back. Serving processes notice within two seconds.

Secrets are kept, because what is posted is signed with them; they are returned once, to be shown.
"""

import base64
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from errors import BadRequest, NotFound
from models import Action, DeadLetter, GraphHead, Webhook, WebhookShape
from publishing.save import Clock, utc_now
from settings import Settings

LONGEST_URL = 2_000
PRINTABLE = re.compile(r"[!-~]+")
CDN_PATHS = {
    WebhookShape.FASTLY: ("/service/SERVICE/purge", re.compile(r"/service/[A-Za-z0-9]+/purge")),
    WebhookShape.CLOUDFLARE: (
        "/client/v4/zones/ZONE/purge_cache",
        re.compile(r"/client/v4/zones/[A-Za-z0-9]+/purge_cache"),
    ),
}
ACTIONS = tuple(action.value.lower() for action in Action)


@dataclass(frozen=True)
class Listed:
    """An endpoint as it is listed: with its dead letters, the oldest first, and the newest revision of the graph."""

    webhook: Webhook
    dead: Sequence[DeadLetter]
    head: int


async def add(
    url: str,
    settings: Settings,
    *,
    shape: WebhookShape = WebhookShape.STANDARD,
    events: Sequence[str] = ACTIONS,
    key: str | None = None,
    clock: Clock = utc_now,
) -> Webhook:
    """Add an endpoint, which gets every release from now on; ``key`` is its CDN's. Raises BadRequest."""
    checked_url(url, shape, private=settings.webhook_private)
    actions = _actions(events, shape)
    if await Webhook.exists(url=url):
        raise BadRequest(f"{url} is added already. `caveat webhooks list` shows how it stands.")
    return await Webhook.create(
        url=url,
        shape=shape,
        secret=new_secret() if shape is WebhookShape.STANDARD else _key(key),
        actions=actions,
        created_at=clock(),
        revision=(await GraphHead.get(id=1)).revision,
    )


def new_secret() -> str:
    """A signing secret of 256 random bits, as Standard Webhooks writes it."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


async def remove(url: str) -> None:
    """Forget an endpoint, and what it did not get. Raises NotFound."""
    webhook = await known(url)
    await Webhook.filter(id=webhook.id).delete()


async def replay(url: str, *, start: int | None = None, dead: bool = False) -> int:
    """Have an endpoint tried at once: from where it is, from a revision on, or with its dead letters once more.

    One that was disabled is so no longer. Returns how many revisions or dead letters it will get at the most. Raises
    BadRequest and NotFound.
    """
    webhook = await known(url)
    if dead and start is not None:
        raise BadRequest("Replay from a revision, or the dead letters: not both at once.")
    head = (await GraphHead.get(id=1)).revision
    if start is not None and not 1 <= start <= head:
        raise BadRequest(f"There is no revision {start}: there are those from 1 to {head}.")
    revision = webhook.revision if start is None else start - 1
    moved = {} if start is None else {"revision": revision}
    chosen = Webhook.filter(id=webhook.id)
    await chosen.update(disabled_at=None, next_at=None, attempts=0, **moved)
    return await DeadLetter.filter(webhook_id=webhook.id).update(queued=True) if dead else head - revision


async def listed() -> list[Listed]:
    """Every endpoint by its URL: three statements."""
    webhooks = await Webhook.all().order_by("url")
    letters = await DeadLetter.all().order_by("revision")
    head = (await GraphHead.get(id=1)).revision
    return [Listed(each, [dead for dead in letters if dead.webhook_id == each.id], head) for each in webhooks]


async def known(url: str) -> Webhook:
    """The endpoint of a URL. Raises NotFound."""
    webhook = await Webhook.get_or_none(url=url)
    if webhook is None:
        raise NotFound(f"There is no webhook {url[:LONGEST_URL]}. `caveat webhooks list` shows those there are.")
    return webhook


def checked_url(url: str, shape: WebhookShape, *, private: bool) -> None:
    """Raises BadRequest for a URL that nothing could, or should, be posted to."""
    parts = _parts(url)
    if parts.scheme != "https" and not (private and parts.scheme == "http"):
        raise BadRequest("A webhook must be https. CAVEAT_WEBHOOK_PRIVATE=true allows http, for intranets and tests.")
    if "@" in parts.netloc or parts.fragment:
        raise BadRequest("The URL of a webhook has no user or password, and no fragment: it is signed, that is enough.")
    if shape in CDN_PATHS and not CDN_PATHS[shape][1].fullmatch(parts.path):
        raise BadRequest(f"The path of a {shape.value} purge is {CDN_PATHS[shape][0]}, and not {parts.path[:200]!r}.")


def _parts(url: str) -> SplitResult:
    wrong = BadRequest(
        f"{url[:200]!r} is no URL that can be posted to: write https://HOST/PATH in up to {LONGEST_URL} plain"
        " characters; a name in another script goes in its xn-- form."
    )
    if not PRINTABLE.fullmatch(url) or len(url) > LONGEST_URL:
        raise wrong
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise wrong from None
    if not parts.hostname or port == 0:
        raise wrong
    return parts


def _actions(events: Sequence[str], shape: WebhookShape) -> list[str]:
    unknown = [each for each in events if each not in ACTIONS]
    if unknown or not events:
        raise BadRequest(f"Unknown events: {', '.join(unknown) or 'none'}. There are {', '.join(ACTIONS)}.")
    if shape is not WebhookShape.STANDARD and set(events) != set(ACTIONS):
        raise BadRequest("A CDN is told of every release, or it would go on showing what has changed.")
    return [action.value for action in Action if action.value.lower() in events]


def _key(key: str | None) -> str:
    """The key of a CDN, as it can stand in a header."""
    if not key or len(key) > 500 or not PRINTABLE.fullmatch(key):
        raise BadRequest("The CDN's key is needed, as one word of plain characters: write it to standard input.")
    return key
