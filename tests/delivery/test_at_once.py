"""Answers that our connections write in one piece: the same bytes as by ASGI's messages, and nothing left behind."""

import asyncio
import gc
from collections.abc import AsyncIterator
from functools import partial

import pytest
from uvicorn import Config
from uvicorn.server import ServerState

from delivery.answers import AT_ONCE
from delivery.connections import Connections
from delivery.protocol import Connection

pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # none of this reaches the database
QUERY = b'{"query": "{ revision }"}'
POST = b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 25\r\n%b\r\n" + QUERY
GET = b"GET /graphql?query={revision} HTTP/1.1\r\nHost: x\r\nOrigin: https://example.org\r\n%b\r\n"


@pytest.fixture
async def talk(web, settings) -> AsyncIterator[object]:
    """Sends bytes on a connection of its own; what came back when so many answers had ended, or the server closed."""
    app = (await web()).app
    offered: list[bool] = []

    async def plain(scope, receive, send) -> None:
        scope["extensions"] = {}
        await app(scope, receive, send)

    async def watched(scope, receive, send) -> None:
        offered.append(AT_ONCE in scope["extensions"])
        await app(scope, receive, send)

    async def run(sent: bytes, *, at_once: bool, times: int = 1) -> bytes:
        config = Config(watched if at_once else plain, lifespan="off", server_header=False, date_header=False)
        config.load()
        connections = Connections(settings)
        made = partial(Connection, connections, config, ServerState(), {})
        async with await asyncio.get_running_loop().create_server(made, "127.0.0.1", 0) as server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            for _ in range(times - 1):
                writer.write(sent % b"")
                await reader.readuntil(b"}}")
            writer.write(sent % b"Connection: close\r\n")
            received = await reader.read()
            writer.close()
        return received

    yield run
    assert all(offered)


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(POST, id="post"),
        pytest.param(GET, id="get"),
        pytest.param(GET.replace(b"GET", b"HEAD", 1), id="head"),
        pytest.param(GET.replace(b"%b", b"If-None-Match: *\r\n%b"), id="not modified"),
        pytest.param(GET.replace(b"HTTP/1.1", b"HTTP/1.0"), id="http 1.0"),
        pytest.param(POST.replace(b"POST", b"OPTIONS"), id="options"),
        pytest.param(GET.replace(b"{revision}", b"{nothing}"), id="refused"),
        pytest.param((POST % b"") + POST, id="pipelined"),
    ],
)
async def test_one_piece_has_the_same_bytes(talk, sent):
    """Whatever is asked however, the status line, the headers and the body do not tell which way they came."""
    plain, at_once = [await talk(sent, at_once=way) for way in (False, True)]

    assert at_once == plain
    assert at_once.startswith(b"HTTP/1.1 ")
    assert b"connection: close\r\n" in at_once


async def test_requests_leave_nothing_to_collect(talk):
    """No cycle of references stays behind a request: collecting them would hold up others for milliseconds."""
    await talk(POST, at_once=True, times=5)
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        await talk(POST, at_once=True, times=5)
        gc.collect()
        few = len(gc.garbage)
        gc.garbage.clear()
        await talk(POST, at_once=True, times=105)
        gc.collect()
        many = len(gc.garbage)
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()

    assert many < few + 100  # of a connection something may stay, of a request nothing
