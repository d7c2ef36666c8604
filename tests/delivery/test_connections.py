"""What a client may send before anything is answered: bounded in bytes, number and time, and leaving nothing behind."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, BinaryIO

import pytest
from prometheus_client.parser import text_string_to_metric_families

pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # none of this reaches the database
GET = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
QUERY = b'{"query": "{ revision }"}'
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n" % (len(QUERY), QUERY)


@dataclass
class Wire:
    """A connection to a server, byte by byte."""

    socket: socket.socket

    def send(self, *pieces: bytes) -> "Wire":
        """Send some bytes. The server may have closed by then."""
        try:
            for piece in pieces:
                self.socket.sendall(piece)
        except (BrokenPipeError, ConnectionResetError):
            pass
        return self

    def all(self) -> bytes:
        """Everything until the server closes."""
        received = b""
        while piece := self.socket.recv(65536):
            received += piece
        return received

    def answers(self, number: int) -> list[tuple[int, Any]]:
        """The statuses and bodies of so many answers; the connection may go on after them."""
        with self.socket.makefile("rb") as file:
            return [_answer(file) for _ in range(number)]


def _answer(file: BinaryIO) -> tuple[int, Any]:
    status = int(file.readline().split()[1])
    lines = iter(file.readline, b"\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
    return status, json.loads(file.read(int(headers[b"content-length"])))


@pytest.fixture
def connect() -> Iterator[Callable[[Any], Wire]]:
    """Makes connections to a server, and closes them in the end."""
    with ExitStack() as sockets:

        def to(server: Any) -> Wire:
            address = ("127.0.0.1", server.client.base_url.port)
            return Wire(sockets.enter_context(socket.create_connection(address, timeout=20)))

        yield to


def ended(received: bytes) -> tuple[int, str]:
    """The status and the code of the only answer, which must say that the connection ends with it."""
    head, _, body = received.partition(b"\r\n\r\n")
    assert received.count(b"HTTP/1.1 ") == 1, received
    assert b"connection: close" in head
    assert b"x-content-type-options: nosniff" in head
    assert b"server:" not in head
    (error,) = json.loads(body)["errors"]
    return int(head.split()[1]), error["extensions"]["code"]


def numbers(server: Any) -> dict[str, float]:
    """The metrics without labels."""
    families = text_string_to_metric_families(server.client.get("/metrics").text)
    return {sample.name: sample.value for family in families for sample in family.samples if not sample.labels}


def until(true: Callable[[], bool]) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)


TOO_LARGE = {
    "five thousand headers": (
        [b"GET / HTTP/1.1\r\nHost: x\r\n", b"".join(b"X-%d: y\r\n" % n for n in range(5000)), b"\r\n"],
        431,
    ),
    "a header of 40 kB": ([b"GET / HTTP/1.1\r\nHost: x\r\nX: ", b"y" * 40_000, b"\r\n\r\n"], 431),
    "a header without an end": ([b"GET / HTTP/1.1\r\nHost: x\r\nX: ", *[b"y" * 30_000] * 20], 431),
    "an address of 20 kB": ([b"GET /?", b"y" * 20_000, b" HTTP/1.1\r\nHost: x\r\n\r\n"], 414),
    "a trailer without an end": ([POST + CHUNKED + b"X: ", *[b"y" * 30_000] * 20], 431),
    "chunks that are nearly all framing": ([POST, b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n{\r\n" * 60_000], 431),
}
MALFORMED = {
    "no HTTP": b"\x16\x03\x01\x02\x00\x01",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
    "a space before the colon": b"GET / HTTP/1.1\r\nHost : x\r\n\r\n",
    "a header over two lines": b"GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n",
    "lines that end with LF": b"GET / HTTP/1.1\nHost: x\n\n",
    "a length and chunks": POST + b"Content-Length: 4\r\n" + CHUNKED + b"\r\n" + GET,
    "chunks and a length": POST + CHUNKED.replace(b"\r\n\r\n", b"\r\nContent-Length: 4\r\n\r\n", 1) + b"\r\n" + GET,
    "two lengths": POST + b"Content-Length: 4\r\nContent-Length: 40\r\n\r\n" + QUERY,
    "a length with a sign": POST + b"Content-Length: +25\r\n\r\n" + QUERY,
    "another coding than chunks": POST + b"Transfer-Encoding: gzip\r\n\r\n" + QUERY,
    "chunks twice": POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n" + GET,
    "a chunk longer than it says": POST + b"Transfer-Encoding: chunked\r\n\r\n2\r\n" + QUERY + b"\r\n0\r\n\r\n",
}


def test_a_request_that_is_too_large_beside_its_body_is_refused(server, connect):
    """Headers (431) and the address (414) are bounded, in pieces and at once, and so is what frames a body."""
    refused = {name: ended(connect(server).send(*pieces).all()) for name, (pieces, _) in TOO_LARGE.items()}

    assert refused == {name: (status, "BAD_REQUEST") for name, (_, status) in TOO_LARGE.items()}


def test_a_malformed_request_is_refused_and_nothing_after_it_is_read(server, connect):
    """What two servers could read in two ways is answered with 400, in JSON, and with no second answer behind it."""
    refused = {name: ended(connect(server).send(sent).all()) for name, sent in MALFORMED.items()}

    assert refused == dict.fromkeys(MALFORMED, (400, "BAD_REQUEST"))
    assert ended(connect(server).send(b"GET / HTTP/2.0\r\nHost: x\r\n\r\n").all()) == (505, "BAD_REQUEST")
    assert "Traceback" not in server.log


def test_what_http_allows_is_taken(server, connect):
    """Requests one behind another, chunks, a body that waits to be asked for, offers of another protocol, HTTP/1.0."""
    length = b"Content-Length: %d\r\n" % len(QUERY)
    answer = (200, {"data": {"revision": 1}})
    upgrade = GET[:-2] + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n\r\n"
    patient = connect(server).send(POST + length + b"Expect: 100-continue\r\n\r\n")

    assert patient.socket.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert patient.send(QUERY).answers(1) == [answer]
    assert connect(server).send((POST + length + b"\r\n" + QUERY) * 3).answers(3) == [answer] * 3
    assert connect(server).send(POST + CHUNKED + b"\r\n" + GET).answers(2) == [answer, (200, {"status": "ok"})]
    assert connect(server).send(upgrade + GET).send(GET).answers(3) == [(200, {"status": "ok"})] * 3
    assert connect(server).send(b"GET /healthz HTTP/1.0\r\n\r\n").all().endswith(b'{"status":"ok"}')


def test_a_trailer_is_never_a_header(server, connect):
    """A field behind the body is not what the request said at its head: here, a token that there is not."""
    wire = connect(server).send(POST + CHUNKED + b"Authorization: Bearer nobody\r\nHost: y\r\n\r\n")

    assert wire.answers(1) == [(200, {"data": {"revision": 1}})]


def test_earlier_requests_are_answered_before_what_is_refused(server, connect):
    """What stands behind good requests on a connection does not take their answers from them."""
    received = connect(server).send(GET * 3 + b"\x16\x03").all()

    assert received.count(b"HTTP/1.1 200") == received.count(b"HTTP/1.1 ") == 3
    assert connect(server).send(GET * 1000).all().count(b"HTTP/1.1 200") == 101  # one runs, a hundred may wait


def test_whoever_sends_too_slowly_is_cut(serve, connect):
    """Silence, at first or between requests, ends without a word; half of a head and half of a body are told 408."""
    server = serve(CAVEAT_HEAD_SECONDS="0.5", CAVEAT_REQUEST_SECONDS="1", CAVEAT_KEEP_ALIVE_SECONDS="1")
    silent, idle = connect(server), connect(server).send(GET)
    slow = [b"\r\n", b"GET / HTTP/1.1\r\nHost", POST + b"Content-Length: 50\r\n\r\n{", POST + CHUNKED[:-3]]
    wires = [connect(server).send(sent) for sent in slow]

    assert silent.all() == b""
    assert idle.all().count(b"HTTP/1.1 200") == 1
    assert [ended(wire.all()) for wire in wires] == [(408, "BAD_REQUEST")] * 4


def test_slow_and_broken_requests_leave_nothing(serve, connect):
    """After 300 clients that are silent, slow or gone there are as many connections, requests and files as before."""
    server = serve(CAVEAT_HEAD_SECONDS="1", CAVEAT_REQUEST_SECONDS="1")
    counted = ("caveat_connections", "caveat_requests_running", "process_open_fds")
    before = {name: numbers(server)[name] for name in counted}
    begun = [b"", b"GET / HTTP/1.1\r\nHo", POST + b"Content-Length: 50\r\n\r\n{"]

    for number in range(200):
        connect(server).send(begun[number % 3])
    until(lambda: numbers(server)["caveat_connections"] == before["caveat_connections"] + 200)
    for number in range(100):
        connect(server).send(begun[number % 3]).socket.close()
    assert server.ask("{ revision }") == {"data": {"revision": 1}}

    until(lambda: {name: numbers(server)[name] for name in counted} == before)
    assert "Traceback" not in server.log


async def test_whoever_does_not_read_is_cut(serve, make, connect):
    """An answer that nobody takes is not kept for ever."""
    await make.live("article/long", body="word " * 20_000)
    server = serve(CAVEAT_SEND_SECONDS="1")
    server.needs(2)
    fields = " ".join(f'a{n}: article(slug: "long") {{ body {{ html }} disclaimer {{ text }} }}' for n in range(20))
    body = json.dumps({"query": f"{{ {fields} }}"}).encode()
    assert len(server.client.post("/graphql", content=body, headers={"content-type": "application/json"}).content) > 1e6

    connect(server).send((POST + b"Content-Length: %d\r\n\r\n" % len(body) + body) * 20)
    until(lambda: numbers(server)["caveat_requests_running"] > 1)

    until(lambda: numbers(server)["caveat_connections"] == numbers(server)["caveat_requests_running"] == 1)


def test_a_new_connection_takes_the_place_of_one_that_waits(serve, connect):
    """Where all places are taken, the client that kept one without using it for the longest time loses it."""
    server = serve(CAVEAT_MAX_CONNECTIONS="5")
    idle = [connect(server) for _ in range(4)]
    for wire in idle[1:]:
        assert wire.send(GET).answers(1) == [(200, {"status": "ok"})]
    server.client.get("/healthz")

    newcomer = connect(server).send(GET)

    assert newcomer.answers(1) == [(200, {"status": "ok"})]
    assert idle[0].all() == b""
    assert server.client.get("/healthz").status_code == 200


def test_who_comes_while_all_places_are_busy_is_told_so(serve, connect):
    """Requests that run keep their places; whoever comes then gets 503, in JSON, and may come again."""
    server = serve(CAVEAT_MAX_CONNECTIONS="3", CAVEAT_MIN_REVISION_SECONDS="4")
    server.client.close()
    waits = POST + b"Caveat-Min-Revision: 9\r\nContent-Length: %d\r\n\r\n" % len(QUERY) + QUERY
    busy = [connect(server).send(waits) for _ in range(3)]
    time.sleep(0.5)

    late = connect(server).send(GET).all()

    assert ended(late) == (503, "BUSY")
    assert b"retry-after: 1" in late
    assert [wire.answers(1)[0][0] for wire in busy] == [503] * 3  # REVISION_NOT_REACHED, each
    assert connect(server).send(GET).answers(1) == [(200, {"status": "ok"})]
