"""The connections of a server: how many there may be, which of them take too long, and how they end when it stops."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import Protocol, cast

from uvicorn.server import ServerState

from settings import Settings

EVERY_SECONDS = 1.0
"""How often all connections are looked at, so that no request pays for a timer (2026-11)."""
SLACK = 10
"""One connection in so many more than there may be is taken, to be told that there are too many."""
PER_HEADER = 4
"""Bytes of a header beside its name and its value."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a client may send, in bytes and seconds. ``framing`` is all of a request but its body."""

    headers: int
    header_bytes: int
    target: int
    framing: int
    head_seconds: float
    request_seconds: float
    send_seconds: float
    keep_alive_seconds: float

    @classmethod
    def of(cls, settings: Settings) -> "Limits":
        """The limits that the settings give."""
        headers, header_bytes, target = settings.max_headers, settings.max_headers_kb, settings.max_target_kb
        return cls(
            headers=headers,
            header_bytes=header_bytes * 1_000,
            target=target * 1_000,
            framing=(target + header_bytes) * 1_000 + headers * PER_HEADER,
            head_seconds=settings.head_seconds,
            request_seconds=settings.request_seconds,
            send_seconds=settings.send_seconds,
            keep_alive_seconds=settings.keep_alive_seconds,
        )


class Watched(Protocol):
    """A connection, as all of them are looked at: since when its client has its turn, and what can be done to it."""

    since: float
    surplus: bool

    @property
    def waiting(self) -> bool:
        """Whether it is the client's turn."""
        ...

    def cut(self, why: str) -> None:
        """Close the connection now."""
        ...

    def look(self, now: float) -> None:
        """Cut the connection where the client takes too long."""
        ...

    def drain(self) -> None:
        """Let the answer to what runs say that the connection ends with it."""
        ...


class Connections:
    """All connections of a process. ``cut`` counts those that were ended, by the reason or the HTTP status."""

    def __init__(self, settings: Settings) -> None:
        self.limits = Limits.of(settings)
        self.most = settings.max_connections
        self.draining = False
        self.cut: Counter[str] = Counter()
        self.state = ServerState()

    @property
    def open(self) -> int:
        """How many connections are open."""
        return len(self.state.connections)

    @property
    def running(self) -> int:
        """How many requests are being answered."""
        return len(self.state.tasks)

    def admit(self, newcomer: Watched) -> bool:
        """Whether a connection may be opened. It takes the place of one that waits for its client, where all are taken.

        The oldest go first, a tenth of them at once. Where none waits, the newcomer is surplus.
        """
        if self.open < self.most:
            return True
        waiting = [each for each in self._each() if each.waiting and not each.surplus]
        for each in sorted(waiting, key=lambda each: each.since)[: self.most // SLACK + 1]:
            each.cut("crowded")
        newcomer.surplus = self.open >= self.most
        return self.open <= self.most + self.most // SLACK

    def _each(self) -> list[Watched]:
        return cast(list[Watched], list(self.state.connections))

    async def watch(self) -> None:
        """Look at all connections each second, for as long as the server runs."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            for each in self._each():
                each.look(loop.time())

    def drain(self) -> None:
        """From now on every answer says that its connection ends with it."""
        self.draining = True
        for each in self._each():
            each.drain()
