"""One record a request. Whoever answers only appends it; some times a second what has come together is written.

There is nothing personal in a record: no address, no token, no variables, no text of an operation, no user agent.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial

logger = logging.getLogger("caveat")
EVERY_SECONDS = 0.25
AT_A_TIME = 20
"""Records that are given to the sinks before requests have their turn again, which takes 0.1 ms. A thread for it would
take the interpreter from the loop at system calls, for 5 ms each time: p99 of cached answers was 8 ms (2026-11)."""
Raw = bytes
MOST = 20_000
"""Records that wait to be written, at the most: 4 MB, and more than a process answers in that time (2026-11)."""


@dataclass(slots=True)
class Served:
    """A request: when it was answered (seconds since 1970), how many seconds that took, for whom and how.

    ``cache`` is hit, miss, off or refused; ``code`` that of the first error; ``document`` the hash of a stored
    operation; ``traceparent`` the header as it came (W3C Trace Context); ``id`` that of a failure in the log.
    """

    at: float
    seconds: float
    method: str
    status: int
    operation: str | None = None
    client: str = "anonymous"
    cost: int | None = None
    cache: str = "off"
    bytes: int = 0
    code: str | None = None
    document: str | None = None
    traceparent: Raw | None = None
    id: str | None = None
    route: str = "/graphql"


Sink = Callable[[Sequence[Served]], None]


class Records:
    """Records that wait to be written. What comes when there are too many is dropped, and counted."""

    def __init__(self, most: int = MOST) -> None:
        self.dropped = 0
        self._most = most
        self._waiting: list[Served] = []

    def append(self, served: Served) -> None:
        """Leave a record to be written."""
        if len(self._waiting) < self._most:
            self._waiting.append(served)
        else:
            self.dropped += 1

    def take(self) -> list[Served]:
        """All that wait; from now on they wait no more."""
        taken, self._waiting = self._waiting, []
        return taken


records = Records()
"""The records of this process."""


@asynccontextmanager
async def written(records: Records, sinks: Sequence[Sink], flush: Callable[[], None]) -> AsyncIterator[None]:
    """Give the records to each sink, some times a second, for as long as this is open; and once more at the end.

    Sinks must not block; ``flush`` may, and is called by a thread when the sinks have had all that there was.
    """
    ended = asyncio.Event()
    writing = asyncio.create_task(_write(records, sinks, flush, ended))
    try:
        yield
    finally:
        ended.set()
        await writing


async def _write(records: Records, sinks: Sequence[Sink], flush: Callable[[], None], ended: asyncio.Event) -> None:
    while True:
        with suppress(TimeoutError):
            async with asyncio.timeout(EVERY_SECONDS):
                await ended.wait()
        last = ended.is_set()
        batch = records.take()
        for start in range(0, len(batch), AT_A_TIME):
            for sink in sinks:
                _tried(partial(sink, batch[start : start + AT_A_TIME]))
            await asyncio.sleep(0)
        if batch:
            await asyncio.to_thread(_tried, flush)  # a log that is not read holds up a thread, and nothing else
        if last:
            return


def _tried(write: Callable[[], None]) -> None:
    try:
        write()
    except Exception:
        logger.exception("writing records failed")
