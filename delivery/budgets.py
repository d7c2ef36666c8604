"""Budgets: what a client may cost in a minute, refilled over time, shared by processes where there is a Redis."""

import logging
import time
from dataclasses import dataclass
from math import ceil

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, RedisStorage, SlidingWindowCounterSupport
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from redis.asyncio import ConnectionPool
from redis.exceptions import RedisError

from delivery.answers import Headers
from errors import BudgetSpent
from loaders.clients import ApiClient

logger = logging.getLogger("caveat")
SECONDS = 60
PATIENCE = 0.25
"""Seconds that Redis has to answer."""


@dataclass(frozen=True, slots=True)
class Account:
    """How a budget stands: the limit, what is left of it, and in how many seconds it is refilled."""

    limit: int
    remaining: int
    reset: int

    def headers(self) -> Headers:
        """The header fields RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers)."""
        return (
            (b"ratelimit-policy", b'"cost";q=%d;w=%d' % (self.limit, SECONDS)),
            (b"ratelimit", b'"cost";r=%d;t=%d' % (self.remaining, self.reset)),
        )


class Spent(BudgetSpent):
    """The same, with how the budget stands."""

    def __init__(self, message: str, account: Account) -> None:
        super().__init__(message)
        self.account = account


class Budgets:
    """The budgets of all clients. A public token is no secret: its budget is each address's own.

    While Redis is away each process counts for itself, and looks for it again once a second.
    """

    def __init__(self, redis_url: str) -> None:
        self._own = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._shared: SlidingWindowCounterRateLimiter | None = None
        self._away_until = 0.0
        if redis_url:
            url = redis_url.replace("redis+unix:", "unix:")
            self._pool = ConnectionPool.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
            storage = RedisStorage(redis_url, implementation="redispy", connection_pool=self._pool)  # type: ignore[arg-type]
            self._shared = SlidingWindowCounterRateLimiter(storage)

    async def close(self) -> None:
        """Close the connections to Redis."""
        if self._shared is not None:
            await self._pool.disconnect()

    async def spend(self, client: ApiClient, address: str, cost: int) -> Account | None:
        """Take a cost from a client's budget; None where it has no limit. Raises Spent, and takes nothing then.

        An operation that costs more than the whole budget takes all of it, so that it can run at all.
        """
        if client.budget is None:
            return None
        item = RateLimitItemPerMinute(client.budget)
        key = f"{client.id}/{address}" if client.public else client.id
        cost = min(cost, client.budget)
        if self._shared is None or time.monotonic() < self._away_until:
            return await self._spent(self._own, item, key, cost)
        try:
            return await self._spent(self._shared, item, key, cost)
        except RedisError as error:
            logger.warning("the shared budgets cannot be reached: %s", type(error).__name__)
            self._away_until = time.monotonic() + 1
            return await self._spent(self._own, item, key, cost)

    async def _spent(
        self, limiter: SlidingWindowCounterRateLimiter, item: RateLimitItemPerMinute, key: str, cost: int
    ) -> Account:
        paid = cost == 0 or await limiter.hit(item, key, cost=cost)
        assert isinstance(limiter.storage, SlidingWindowCounterSupport)
        window = await limiter.storage.get_sliding_window(item.key_for(key), SECONDS)
        account = _account(item.amount, 0 if paid else cost, *window)
        if paid:
            return account
        raise Spent(
            f"The operation costs {cost}, and {account.remaining} of {account.limit} a minute are left."
            f" Ask again in {account.reset} seconds, or for less.",
            account,
        )


def _account(limit: int, wanted: int, before: int, left: float, now: int, now_left: float) -> Account:
    """How a sliding window stands. What was spent in the minute ``before`` counts for less and less of this one.

    ``left`` seconds of this minute remain; the reset is when ``wanted`` is there, or when all is.
    """
    left = left if before else now_left % SECONDS
    spent = before * left / SECONDS + now
    room = limit - wanted
    if wanted and before and now <= room:
        reset = left - (room - now) * SECONDS / before
    elif wanted and now:
        reset = left + SECONDS - room * SECONDS / now
    else:
        reset = left + (SECONDS if now else 0)
    return Account(limit, max(0, limit - ceil(spent)), max(1, ceil(reset)))
