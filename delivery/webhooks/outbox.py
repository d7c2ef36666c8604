"""How far each endpoint is, and which process may post to it: one UPDATE before each post, and one after it.

Nothing is held while a request runs: on SQLite the writer's lock is taken for milliseconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from tortoise.expressions import Q
from tortoise.transactions import in_transaction

from delivery.webhooks.backoff import wait
from delivery.webhooks.sending import Reply
from loaders.database import Database
from models import DeadLetter, Webhook, WebhookShape
from publishing.save import Clock

MARGIN = timedelta(seconds=20)
"""How much longer than a post a lease is: clocks of several machines may differ by this much."""

WAITING = """
SELECT w.id, w.shape FROM webhook w
WHERE w.disabled_at IS NULL AND (w.next_at IS NULL OR w.next_at <= :now)
    AND (w.lease_until IS NULL OR w.lease_until <= :now OR w.lease_holder = :holder)
    AND (w.revision < :head OR EXISTS (SELECT 1 FROM dead_letter d WHERE d.webhook_id = w.id AND d.queued))"""


@dataclass(frozen=True)
class Letter:
    """A release to be posted: the next of the log, or one that was given up and is to be tried again."""

    revision: int
    dead: bool = False


@dataclass(frozen=True)
class Outbox:
    """The endpoints as one process works on them. ``seconds`` is how long a post may take."""

    holder: str
    seconds: float
    most_attempts: int
    clock: Clock

    async def waiting(self, head: int, database: Database) -> Sequence[tuple[UUID, WebhookShape]]:
        """The endpoints that have something to get, now, and that no other process is posting to."""
        lines = await database.fetch(WAITING, {"now": self.clock(), "holder": self.holder, "head": head})
        return [(UUID(str(id)), WebhookShape(shape)) for id, shape in lines]

    async def take(self, id: UUID) -> Webhook | None:
        """The endpoint, leased; None where it is another's, disabled, removed, or to be left alone for now."""
        now = self.clock()
        free = Q(lease_until=None) | Q(lease_until__lte=now) | Q(lease_holder=self.holder)
        due = Q(next_at=None) | Q(next_at__lte=now)
        chosen = Webhook.filter(free, due, id=id, disabled_at=None)
        if not await chosen.update(lease_holder=self.holder, lease_until=now + self._lease):
            return None
        return await Webhook.get_or_none(id=id, lease_holder=self.holder)

    async def renew(self, webhook: Webhook) -> bool:
        """Lease an endpoint for another post; whether it is ours still."""
        held = Webhook.filter(id=webhook.id, lease_holder=self.holder, revision=webhook.revision, disabled_at=None)
        return bool(await held.update(lease_until=self.clock() + self._lease))

    async def leave(self, webhook: Webhook, revision: int | None = None) -> None:
        """Give an endpoint free; with ``revision`` it is done with what lies before, which it did not want."""
        await self._settle(webhook, revision=webhook.revision if revision is None else revision)

    async def leave_all(self) -> None:
        """Give free whatever this process has leased."""
        await Webhook.filter(lease_holder=self.holder).update(lease_holder=None, lease_until=None)

    async def taken(self, webhook: Webhook, letter: Letter) -> None:
        """The endpoint has a release."""
        revision = webhook.revision if letter.dead else letter.revision
        await self._settle(webhook, revision=revision, attempts=0, next_at=None, last_success_at=self.clock())
        await DeadLetter.filter(webhook_id=webhook.id, revision=letter.revision).delete()

    async def refused(self, webhook: Webhook, letter: Letter, reply: Reply) -> None:
        """The endpoint did not take a release: it is left alone for a while, disabled, or the release is given up."""
        now, attempts = self.clock(), webhook.attempts + 1
        failed = {"last_failure_at": now, "last_problem": str(reply)[:200]}
        if reply.gone:
            await self._settle(webhook, disabled_at=now, attempts=attempts, **failed)
        elif letter.dead:
            await self._settle(webhook, next_at=now + wait(1, reply.retry_after), **failed)
            await DeadLetter.filter(webhook_id=webhook.id, revision=letter.revision).update(
                queued=False, problem=str(reply)[:200]
            )
        elif attempts < self.most_attempts:
            await self._settle(webhook, attempts=attempts, next_at=now + wait(attempts, reply.retry_after), **failed)
        else:
            await self._give_up(webhook, letter, reply, failed)

    async def _give_up(self, webhook: Webhook, letter: Letter, reply: Reply, failed: dict[str, object]) -> None:
        """The release goes to the dead letters, and the endpoint goes on with the next."""
        async with in_transaction():
            if await self._settle(webhook, revision=letter.revision, attempts=0, next_at=None, **failed):
                await DeadLetter.filter(webhook_id=webhook.id, revision=letter.revision).delete()
                await DeadLetter.create(
                    webhook_id=webhook.id, revision=letter.revision, problem=str(reply)[:200], given_up_at=self.clock()
                )

    async def _settle(self, webhook: Webhook, **values: object) -> bool:
        """Write how an endpoint stands and give it free, unless it was taken from us or moved meanwhile."""
        held = Webhook.filter(id=webhook.id, lease_holder=self.holder, revision=webhook.revision)
        return bool(await held.update(lease_holder=None, lease_until=None, **values))

    @property
    def _lease(self) -> timedelta:
        return timedelta(seconds=self.seconds) + MARGIN
