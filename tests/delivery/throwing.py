"""Throws wrong input at a running server, from several threads, and looks at each answer."""

import gzip
import http.client
import json
import math
import re
import socket
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import brotli
import httpx
import zstandard
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from errors import CaveatError
from tests.delivery.wrong_input import NO_REQUESTS, REQUESTS, Wrong

THREADS = 3
ROUND = 20
"""Examples that one thread makes up from one seed."""
LEAKS = re.compile(
    r"Traceback|codec|padding|object at 0x|<class|<function|NoneType|isoformat|[a-z](Error|Exception)\b"
    r"|[Ii]nvalid literal|hexadecimal|unhashable|serializable|is out of range|StrEnum|\.py\b"
    r"|dateutil|strawberry|asyncpg|sqlite|tortoise|orjson"
)
"""Words of Python, of its libraries and of our own insides, which no answer may show."""
MEDIA = {"application/json", "application/graphql-response+json"}
DECODED = {
    "identity": bytes,
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
}
GENERATED = hypothesis_settings(
    max_examples=ROUND,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def codes(family: type[CaveatError] = CaveatError) -> set[str]:
    """The codes that errors of clients may have."""
    return {family.code}.union(*map(codes, family.__subclasses__()))


CODES = codes() - {"CAVEAT"} | {"GRAPHQL_VALIDATION_FAILED"}


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


class Wire:
    """A connection that sends bytes as they are, and is opened again when it was closed."""

    def __init__(self, url: httpx.URL) -> None:
        self._address = (url.host, url.port)
        self._socket: socket.socket | None = None

    def ask(self, request: Wrong) -> Answer:
        """The answer to a whole request."""
        if self._socket is None:
            self._socket = socket.create_connection(self._address, timeout=30)
        with suppress(ConnectionError):  # it may answer, and close, before it has read all
            self._socket.sendall(request.sent())
        response = http.client.HTTPResponse(self._socket, method=request.method)
        try:
            response.begin()
            body = response.read()
            answer = Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, body)
        except Exception:
            self.close()
            raise
        if response.will_close:
            self.close()
        return answer

    def try_(self, garbage: bytes) -> Answer | None:
        """The answer to what is no whole request, if there is one before the client goes away."""
        with socket.create_connection(self._address, timeout=0.05) as connection, suppress(OSError):
            connection.sendall(garbage)
            response = http.client.HTTPResponse(connection)
            with suppress(http.client.HTTPException):
                response.begin()
                return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        return None

    def close(self) -> None:
        """Close the connection."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def told(answer: Answer) -> Any:
    """The JSON of an answer."""
    decoded = DECODED[answer.headers.get("content-encoding", "identity")](answer.body)
    return json.loads(decoded.decode("utf-8"))


def check(request: Wrong, answer: Answer) -> None:
    """Fails where an answer is not as answers to wrong input are."""
    assert answer.status < 500, answer
    if request.method == "HEAD" or answer.status in (204, 304):
        assert answer.body == b""
        return
    media = answer.headers["content-type"].partition(";")[0]
    asked = dict(request.headers).get(b"accept", b"").decode("latin-1")
    assert media == asked if asked in MEDIA and request.target.startswith(b"/graphql") else media in MEDIA, answer
    text = told(answer)
    for each in text if isinstance(text, list) else [text]:
        for error in each.get("errors", ()):
            assert error["extensions"]["code"] in CODES, error
            leaks = LEAKS.search(error["message"])  # unless the client's own words are quoted
            assert leaks is None or leaks[0].encode() in request.body + request.target, error
            assert "path" not in error, error


@dataclass
class Thrown:
    """What was thrown at a server: in how many rounds, what came back, and what went wrong."""

    rounds: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    failures: list[BaseException] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def began(self, most: float) -> int | None:
        """The number of the next round; None where there were enough, or one went wrong."""
        with self.lock:
            if self.failures or self.rounds >= most:
                return None
            self.rounds += 1
            return self.rounds

    def answered(self, answer: Answer) -> None:
        """Count an answer."""
        with self.lock:
            self.statuses[answer.status] += 1


def throw(server: Any, tokens: list[str], first: int, *, seconds: float = math.inf, rounds: float = math.inf) -> Thrown:
    """Throw wrong input from several threads: the rounds of the seeds from ``first`` on."""
    thrown, end = Thrown(), time.monotonic() + seconds

    def run() -> None:
        wire = Wire(server.client.base_url)
        while time.monotonic() < end and (number := thrown.began(rounds)) is not None:
            try:
                one_round(wire, tokens, first + number, thrown)
            except BaseException as error:
                error.add_note(f"CAVEAT_WRONG_INPUT_SEED={first + number}")
                thrown.failures.append(error)
        wire.close()

    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    if thrown.failures:
        raise thrown.failures[0]
    return thrown


def one_round(wire: Wire, tokens: list[str], number: int, thrown: Thrown) -> None:
    """Throw what hypothesis makes of a seed, and each once more with a body that is spoilt."""

    @seed(number)
    @GENERATED
    @given(REQUESTS, st.sampled_from(tokens), st.integers(0, 2**32))
    def thrower(request: Wrong, token: str, spoiling: int) -> None:
        for each in (request, request.spoilt(spoiling)):
            answer = wire.ask(each.by(token))
            check(each, answer)
            thrown.answered(answer)

    @seed(number)
    @GENERATED
    @given(st.lists(NO_REQUESTS, max_size=1))
    def stammerer(garbage: list[bytes]) -> None:
        for each in garbage:
            answer = wire.try_(each)
            if answer is not None:
                check(Wrong(), answer)
                thrown.answered(answer)

    thrower()
    stammerer()
