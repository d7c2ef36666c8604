"""A connection: uvicorn's HTTP protocol, with bounds on what a client may send before anything of it is answered.

What breaks a bound is answered with a status, in JSON, and the connection ends. A request that is read in one piece,
as nearly all are, costs some comparisons more; time is looked at by ``delivery/connections.py``, each second.
"""

from asyncio import AbstractEventLoop, Transport
from itertools import chain
from typing import Any

import httptools
from uvicorn._types import ASGI3Application
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from delivery.answers import AT_ONCE, PLAIN, as_lines, refusal
from delivery.connections import PER_HEADER, Connections
from errors import BadRequest, Busy, CaveatError

BETWEEN, HEAD, BODY, ENDING = range(4)
"""Where a connection is: between requests, in the head of one, in its body; or it is read no more."""
MOST_QUEUED = 100
"""Requests that may wait behind the one that runs: no client is known to send more than some at once."""
LINGER = 2.0
"""Seconds for a client to read why it is cut off, while what it sends is thrown away (RFC 9112, 9.6)."""


class TargetTooLong(BadRequest):
    """The address that is asked for has more bytes than the server takes."""

    status = 414


class HeadersTooLarge(BadRequest):
    """The headers of a request are more, or have more bytes, than the server takes."""

    status = 431


class TooSlow(BadRequest):
    """The request did not come in time."""

    status = 408


class VersionNotSupported(BadRequest):
    """The request is of another HTTP than 1.1 and 1.0."""

    status = 505


class Connection(HttpToolsProtocol):
    """A connection. uvicorn makes one of ``partial(Connection, connections)`` for each that it accepts."""

    def __init__(
        self,
        connections: Connections,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        connections.state = server_state
        self._all = connections
        self.surplus = False
        self._limits = connections.limits
        self._extensions: dict[str, dict[object, object]] = {AT_ONCE: {"write": self._write_at_once}}
        self.part = BETWEEN
        self.since = 0.0  # when the part began, by the loop's clock
        self._stuck = 0  # how many looks in a row found that the client does not read
        self._fed = 0  # bytes of the part that are not of a body, but for the piece that is read now
        self._piece = 0  # bytes of that piece
        self._moved = False  # whether the part has changed within the piece

    @property
    def running(self) -> bool:
        """Whether a request is being answered."""
        return self.cycle is not None and not self.cycle.response_complete

    @property
    def waiting(self) -> bool:
        """Whether it is the client's turn, so that closing it loses no request that came in full."""
        return not self.running or (self.part is BODY and not self.pipeline)

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        admitted = self._all.admit(self)
        self.since = self.loop.time()
        super().connection_made(transport)
        if not admitted:
            transport.abort()

    def data_received(self, data: bytes) -> None:
        if self.part is ENDING:
            return
        if self.part is BETWEEN:
            self.part, self.since = HEAD, self.loop.time()
            self._fed, self._moved = 0, False
        self._piece = len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:  # not to ours: HTTP/1.1 goes on (RFC 9110, 7.8)
            if rest := data[upgrade.args[0] or len(data) :]:
                self.data_received(rest)
            return
        except httptools.HttpParserError as error:
            cause = error.__context__
            self.refuse(
                cause if isinstance(cause, CaveatError) else BadRequest("The request is not well-formed HTTP/1.1.")
            )
            return
        self._fed = 0 if self._moved else self._fed + self._piece
        self._moved = False
        if self._fed > self._limits.framing:
            self.refuse(HeadersTooLarge(f"The request has more than {self._limits.framing} bytes beside its body."))

    def on_url(self, url: bytes) -> None:
        if self.part is BETWEEN:  # right behind another, in one piece with it
            self.part, self.since = HEAD, self.loop.time()
        self.url += url
        if len(self.url) > self._limits.target:
            raise TargetTooLong(f"The address has more than {self._limits.target} bytes. Ask by POST.")

    def on_headers_complete(self) -> None:
        self._check_head()
        super().on_headers_complete()
        self.headers = []  # for trailers, which are never merged into the headers (RFC 9110, 6.5.1)
        self.part, self._moved = BODY, True
        if self._all.draining:
            self.cycle.keep_alive = False

    def _check_head(self) -> None:
        """Raises what refuses a request for its head."""
        limits, headers = self._limits, self.headers
        if self.surplus:
            raise Busy("The server has too many connections. Ask again in a moment.")
        large = self._fed + self._piece > limits.header_bytes and _size(headers) > limits.header_bytes
        if large or len(headers) > limits.headers:
            raise HeadersTooLarge(
                f"A request may have {limits.headers} headers, of {limits.header_bytes} bytes together."
            )
        version = self.parser.get_http_version()
        if version not in ("1.1", "1.0"):
            raise VersionNotSupported("The server speaks HTTP/1.1.")
        named = dict(headers)
        if (b"host" not in named and version == "1.1") or (len(named) < len(headers) and _hosts(headers) > 1):
            raise BadRequest("The request needs one header Host.")
        if len(self.pipeline) >= MOST_QUEUED:
            raise Busy(f"More than {MOST_QUEUED} requests wait on one connection.")

    def on_body(self, body: bytes) -> None:
        self._piece -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self.part, self._moved = BETWEEN, True
        super().on_message_complete()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._turn = cycle
        cycle.scope["extensions"] = self._extensions
        super()._start_asgi_task(cycle, app)

    def _write_at_once(self, status: int, head: bytes, body: bytes) -> bool:
        """What the extension ``AT_ONCE`` does. It cannot while the client does not read."""
        cycle = self._turn
        if cycle.disconnected:
            return True
        if self.flow.write_paused:
            return False
        cycle.response_started = cycle.response_complete = True
        end = b"\r\n" if cycle.keep_alive else b"connection: close\r\n\r\n"
        head = b"".join([STATUS_LINE[status], as_lines(cycle.default_headers), head, end])
        self.transport.writelines((head, body))
        cycle.message_event.set()
        if not cycle.keep_alive:
            self.transport.close()
        self.on_response_complete()
        return True

    def on_response_complete(self) -> None:
        """What uvicorn does, but for the timer that it sets: ``look`` ends connections that are used no more."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            cycle, app = self.pipeline.pop()
            self._start_asgi_task(cycle, app)
        elif self.part is BETWEEN:
            self.since = self.loop.time()

    def refuse(self, error: CaveatError) -> None:
        """Answer a request that is not let in, and end the connection. Earlier ones on it are answered first."""
        self._all.cut[str(error.status)] += 1
        cycle, in_body = self.cycle, self.part is BODY
        self.part, self.since = ENDING, self.loop.time()
        if self.running and not in_body:
            cycle.keep_alive = False
            return
        if in_body:
            self._end(cycle)
        if in_body and (self.pipeline or cycle.response_started):
            self.transport.close()
            return
        self.transport.write(self._refusal(error))
        if self.transport.can_write_eof():
            self.transport.write_eof()
        else:
            self.transport.close()

    def _end(self, cycle: RequestResponseCycle) -> None:
        """Tell the application that no more of a request comes, as if the client had gone."""
        cycle.disconnected = True
        cycle.message_event.set()

    def _refusal(self, error: CaveatError) -> bytes:
        body = refusal(error, ()).body
        headers = [
            *self.server_state.default_headers,
            *PLAIN,
            *([(b"retry-after", b"1")] if error.status == Busy.status else []),
            (b"content-length", b"%d" % len(body)),
            (b"connection", b"close"),
        ]
        return b"".join([STATUS_LINE[error.status], as_lines(headers), b"\r\n", body])

    def look(self, now: float) -> None:
        """Cut the connection where the client takes too long: to begin, to send, or to read."""
        limits, age = self._limits, now - self.since
        unread = self.transport.is_closing() or self.flow.write_paused
        self._stuck = self._stuck + 1 if unread else 0
        if self._stuck > limits.send_seconds:
            self.cut("unread")
        if unread or self.flow.read_paused:
            return
        if self.part is HEAD and age > limits.head_seconds:
            self.refuse(TooSlow(f"The head of the request took more than {limits.head_seconds:g} seconds to come."))
        elif self.part is BODY and self.running and age > limits.request_seconds:
            self.refuse(TooSlow(f"The request took more than {limits.request_seconds:g} seconds to come."))
        elif self.part is BODY and not self.running and age > LINGER:  # answered before it was read
            self.cut("unwanted body")
        elif self.part is BETWEEN and self.cycle is None:
            if age > (LINGER if self._all.draining else limits.head_seconds):
                self.cut("silent")
        elif self.part is BETWEEN and not self.running and age > limits.keep_alive_seconds:
            self.transport.close()
        elif self.part is ENDING and age > LINGER and (not self.running or self.cycle.disconnected):
            self.transport.abort()

    def cut(self, why: str) -> None:
        """Close the connection now, without a word."""
        self._all.cut[why] += 1
        self.connections.discard(self)
        self.transport.abort()

    def drain(self) -> None:
        """Let the answer to what runs say that the connection ends with it."""
        if self.running and not self.cycle.response_started:
            self.cycle.keep_alive = False

    def shutdown(self) -> None:
        """End the connection when the server stops; one on which a request comes, or never came, ends after it."""
        if self.running or (self.part is BETWEEN and self.cycle is not None):
            super().shutdown()


def _hosts(headers: list[tuple[bytes, bytes]]) -> int:
    return [name for name, _ in headers].count(b"host")


def _size(headers: list[tuple[bytes, bytes]]) -> int:
    """The bytes of headers as they came."""
    return sum(map(len, chain.from_iterable(headers))) + PER_HEADER * len(headers)
