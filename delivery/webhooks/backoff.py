"""How long a failing endpoint is left alone: the schedule that Standard Webhooks suggests, with jitter."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from random import SystemRandom

WAITS = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]
"""Seconds after the first failure, the second, and so on; from the last on, always a day."""
JITTER = 0.2
LONGEST = timedelta(days=1)
"""The longest wait that an endpoint may ask for."""
_random = SystemRandom()


def wait(attempts: int, retry_after: timedelta | None = None) -> timedelta:
    """How long to wait after so many failures, and at least as long as the endpoint asks, up to a day."""
    seconds = WAITS[min(attempts, len(WAITS)) - 1] * _random.uniform(1 - JITTER, 1 + JITTER)
    asked = min(retry_after or timedelta(), LONGEST)
    return max(timedelta(seconds=seconds), asked)


def asked_wait(header: str | None, now: datetime) -> timedelta | None:
    """The wait that Retry-After asks for, in seconds or until a date (RFC 9110, 10.2.3); None where it is neither."""
    if header is None:
        return None
    if header.isascii() and header.isdigit():
        return timedelta(seconds=min(int(header[:9]), 999_999_999))
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return None
    return (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
