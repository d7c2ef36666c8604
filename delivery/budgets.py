"""Budgets: what a client may cost in a minute, refilled over time, shared by processes where there is a Redis."""

import logging
import time
from dataclasses import dataclass
from math import ceil

from limits import RateLimitItemPerMinute
from limits.aio.storage import RedisStorage, SlidingWindowCounterSupport
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from redis.asyncio import ConnectionPool
from redis.exceptions import RedisError

from delivery.answers import Headers
from errors import BudgetSpent
from loaders.clients import ApiClient

logger = logging.getLogger("caveat")
SECONDS = 60
MOST_KEYS, OTHERS = 100_000, "others"
"""How many addresses have a budget of their own in one minute and process; all others share one."""
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

    def __init__(self, account: Account, cost: int) -> None:
        super().__init__(
            f"The operation costs {max(cost, 1)}, and {account.remaining} of {account.limit} a minute are left."
            f" Ask again in {account.reset} seconds, or for less."
        )
        self.account = account


class Minutes:
    """What each key spent in this minute and in the one before, in this process.

    The expiry task of ``limits``' memory storage passes over all keys at each hit: 23 ms with 100,000 (2026-11).
    """

    def __init__(self) -> None:
        self._minute = 0
        self._before: dict[str, int] = {}
        self._now: dict[str, int] = {}

    def window(self, key: str) -> tuple[str, int, float, int]:
        """The key that counts, what was spent before, the seconds left of this minute, and what was spent in it."""
        minute, passed = divmod(time.time(), SECONDS)
        if minute != self._minute:
            self._before = self._now if minute == self._minute + 1 else {}
            self._minute, self._now = int(minute), {}
        if len(self._now) >= MOST_KEYS and key not in self._now:
            key = OTHERS
        return key, self._before.get(key, 0), SECONDS - passed, self._now.get(key, 0)

    def spend(self, key: str, cost: int) -> None:
        """Note a cost."""
        self._now[key] = self._now.get(key, 0) + cost


class Budgets:
    """The budgets of all clients. A public token is no secret: its budget is each address's own.

    While Redis is away, or takes longer than ``patience`` seconds, each process counts for itself. It looks for Redis
    again once a second.
    """

    def __init__(self, redis_url: str, patience: float = PATIENCE) -> None:
        self.alone = 0
        self._own = Minutes()
        self._shared: SlidingWindowCounterRateLimiter | None = None
        self._away_until = 0.0
        if redis_url:
            url = redis_url.replace("redis+unix:", "unix:")
            self._pool = ConnectionPool.from_url(url, socket_timeout=patience, socket_connect_timeout=patience)
            storage = RedisStorage(redis_url, implementation="redispy", connection_pool=self._pool)  # type: ignore[arg-type]
            self._shared = SlidingWindowCounterRateLimiter(storage)

    async def close(self) -> None:
        """Close the connections to Redis."""
        if self._shared is not None:
            await self._pool.disconnect()

    async def spend(self, client: ApiClient, address: str, cost: int) -> Account | None:
        """Take a cost from a client's budget; None where it has no limit. Raises Spent, and takes nothing then.

        An operation that costs more than the whole budget takes all of it, so that it can run at all. Of a budget that
        is spent not even nothing can be taken.
        """
        if client.budget is None:
            return None
        key = f"{client.id}/{address}" if client.public else client.id
        cost = min(cost, client.budget)
        if self._shared is None or time.monotonic() < self._away_until:
            return self._spent_here(client.budget, key, cost)
        try:
            return await self._spent_there(self._shared, client.budget, key, cost)
        except RedisError as error:
            logger.warning("the shared budgets cannot be reached: %s", type(error).__name__)
            self.alone += 1
            self._away_until = time.monotonic() + 1
            return self._spent_here(client.budget, key, cost)

    def _spent_here(self, limit: int, key: str, cost: int) -> Account:
        key, before, left, now = self._own.window(key)
        account = _account(limit, cost, before, left, now)
        if account.remaining < max(cost, 1):
            raise Spent(account, cost)
        self._own.spend(key, cost)
        return _account(limit, 0, before, left, now + cost)

    async def _spent_there(self, limiter: SlidingWindowCounterRateLimiter, limit: int, key: str, cost: int) -> Account:
        item = RateLimitItemPerMinute(limit)
        paid = cost == 0 or await limiter.hit(item, key, cost=cost)
        assert isinstance(limiter.storage, SlidingWindowCounterSupport)
        before, left, now, now_left = await limiter.storage.get_sliding_window(item.key_for(key), SECONDS)
        account = _account(limit, 0 if paid and cost else cost, before, left if before else now_left % SECONDS, now)
        if not paid or (cost == 0 and account.remaining == 0):
            raise Spent(account, cost)
        return account


def _account(limit: int, wanted: int, before: int, left: float, now: int) -> Account:
    """How a sliding window stands. What was spent in the minute ``before`` counts for less and less of this one.

    ``left`` seconds of this minute remain; the reset is when ``wanted`` is there, or when all is.
    """
    spent = before * left / SECONDS + now
    room = limit - wanted
    if wanted and before and now <= room:
        reset = left - (room - now) * SECONDS / before
    elif wanted and now:
        reset = left + SECONDS - room * SECONDS / now
    else:
        reset = left + (SECONDS if now else 0)
    return Account(limit, max(0, limit - ceil(spent)), max(1, ceil(reset)))
