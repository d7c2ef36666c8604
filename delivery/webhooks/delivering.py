"""The task of a serving process that posts each release to each endpoint. Endpoints wait for none but themselves."""

import asyncio
import logging
from contextlib import suppress
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from delivery.webhooks.events import Event, next_revision, release_event
from delivery.webhooks.outbox import Letter, Outbox
from delivery.webhooks.sending import Reply, Sender
from delivery.webhooks.shapes import PURGES, requests
from loaders.graph import Graph
from models import DeadLetter, Webhook
from publishing.save import Clock, utc_now
from settings import Settings

logger = logging.getLogger("caveat")
POLL_SECONDS = 2.0
"""How often endpoints are looked at where there is no new revision: for those that are due again, or are new."""
SETTLE_SECONDS = 2.0
"""How long a purge waits after a release. Other processes learn of it a second late at most, and would until then
give the CDN the old answer again."""
LEAVE_SECONDS = 2.0


async def deliver(settings: Settings, graph: Graph) -> None:
    """Post releases for as long as the process runs. Without webhooks it serves all the same."""
    if not settings.webhooks:
        return
    try:
        await Deliverer(settings, graph).run()
    except Exception:
        logger.exception("no webhooks are posted from now on")


class Deliverer:
    """Looks who has something to get, and posts it: one task an endpoint, as long as there is something."""

    def __init__(
        self, settings: Settings, graph: Graph, *, clock: Clock = utc_now, settle_seconds: float = SETTLE_SECONDS
    ) -> None:
        self._settings = settings
        self._graph = graph
        self._clock = clock
        self._settle_seconds = settle_seconds
        self._sender = Sender(settings)
        self._outbox = Outbox(uuid4().hex, settings.webhook_seconds, settings.webhook_attempts, clock)
        self.working: dict[UUID, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Look after each release, and every other second. What fails is tried again at the next turn."""
        try:
            while True:
                head = self._graph.revision
                try:
                    await self.look()
                except Exception:
                    logger.exception("looking for webhooks failed")
                await self._graph.reach(head + 1, POLL_SECONDS)
        finally:
            await self.stop()

    async def look(self) -> None:
        """Start a task for each endpoint that has something to get and has none yet."""
        for id, shape in await self._outbox.waiting(self._graph.revision, self._graph.database):
            if id not in self.working:
                pause = self._settle_seconds if shape in PURGES else 0.0
                self.working[id] = asyncio.create_task(self._work(id, pause))

    async def stop(self) -> None:
        """Cut off what runs, and let other processes have it at once."""
        tasks = list(self.working.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._sender.aclose()
        with suppress(Exception):
            async with asyncio.timeout(LEAVE_SECONDS):
                await self._outbox.leave_all()

    async def _work(self, id: UUID, pause: float) -> None:
        """Post to an endpoint what there is for it, and what is released meanwhile."""
        head = -1
        try:
            while self._graph.revision > head:
                head = self._graph.revision
                await asyncio.sleep(pause)
                while await self._next(id, head):
                    pass
        except Exception:
            logger.exception("posting to webhook %s failed", id)
        finally:
            del self.working[id]

    async def _next(self, id: UUID, head: int) -> bool:
        """Post one release to an endpoint; whether it was taken, and there may be more."""
        webhook = await self._outbox.take(id)
        if webhook is None:
            return False
        letter = await self._letter(webhook, head)
        if letter is None:
            await self._outbox.leave(webhook, max(head, webhook.revision))
            return False
        event = await release_event(webhook.id, webhook.actions, letter.revision, self._settings, self._graph.database)
        reply = await self._post(webhook, event)
        if reply is None:
            return False
        if reply.taken:
            await self._outbox.taken(webhook, letter)
        else:
            self._complain(webhook, letter, reply)
            await self._outbox.refused(webhook, letter, reply)
        return reply.taken

    async def _letter(self, webhook: Webhook, head: int) -> Letter | None:
        """What an endpoint gets next: the log in its order, and then what was given up and is to be tried again."""
        revision = await next_revision(webhook.actions, webhook.revision, head, self._graph.database)
        if revision is not None:
            return Letter(revision)
        dead = await DeadLetter.filter(webhook_id=webhook.id, queued=True).order_by("revision").first()
        return Letter(dead.revision, dead=True) if dead else None

    async def _post(self, webhook: Webhook, event: Event) -> Reply | None:
        """The last reply to the requests of an event; None where another process has the endpoint now."""
        first, *rest = requests(webhook, event, self._clock())
        reply = await self._sender.send(first)
        for request in rest:
            if not reply.taken:
                break
            if not await self._outbox.renew(webhook):
                return None
            reply = await self._sender.send(request)
        return reply

    def _complain(self, webhook: Webhook, letter: Letter, reply: Reply) -> None:
        """Log a failure by the endpoint's host: paths and queries of webhooks are often secrets."""
        host = urlsplit(webhook.url).hostname
        left = self._settings.webhook_attempts - webhook.attempts - 1
        if reply.gone:
            then = "the endpoint is disabled"
        elif letter.dead:
            then = "it stays a dead letter"
        else:
            then = f"{left} attempts are left" if left > 0 else "it is a dead letter now"
        logger.warning("webhook %s at %s: revision %d: %s; %s", webhook.id, host, letter.revision, reply, then)
