"""Budgets: what a client may cost in a minute, refilled over time, shared by processes where there is a Redis."""

import logging
from dataclasses import dataclass
from math import ceil

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, SlidingWindowCounterSupport
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.storage import storage_from_string

from delivery.answers import Headers
from errors import BudgetSpent
from loaders.clients import ApiClient

logger = logging.getLogger("caveat")
SECONDS = 60


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
    """The budgets of all clients. A public token is no secret: its budget is each address's own."""

    def __init__(self, redis_url: str) -> None:
        self._own = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._shared = self._own
        if redis_url:
            storage = storage_from_string(f"async+{redis_url}", implementation="redispy")
            self._shared = SlidingWindowCounterRateLimiter(storage)

    async def spend(self, client: ApiClient, address: str, cost: int) -> Account | None:
        """Take a cost from a client's budget; None where it has no limit. Raises Spent, and takes nothing then.

        An operation that costs more than the whole budget takes all of it, so that it can run at all.
        """
        if client.budget is None:
            return None
        item = RateLimitItemPerMinute(client.budget)
        key = f"{client.id}/{address}" if client.public else client.id
        cost = min(cost, client.budget)
        try:
            return await self._spent(self._shared, item, key, cost)
        except BudgetSpent:
            raise
        except Exception as error:  # Redis is away: each process counts for itself until it is back
            logger.warning("the shared budgets cannot be reached: %s", type(error).__name__)
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
