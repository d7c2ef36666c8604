"""Wrong input cannot hurt a running server: it is refused as such, costs nothing that lasts, and delays nobody."""

import gzip
import http.client
import json
import os
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from errors import CaveatError
from publishing.clients import create
from settings import SCOPES
from tests.delivery.wrong_input import NO_REQUESTS, REQUESTS, Wrong

SECONDS = float(os.environ.get("CAVEAT_WRONG_INPUT_SECONDS", "4"))
THREADS = 3
ROUND = 20  # examples that one thread makes up from one seed
# Words of Python, of its libraries and of our own insides, which no answer may show.
LEAKS = re.compile(
    r"Traceback|codec|padding|object at 0x|<class|<function|NoneType|isoformat|[a-z](Error|Exception)\b|[Ii]nvalid literal"
    r"|hexadecimal|unhashable|serializable|dateutil|strawberry|asyncpg|sqlite|tortoise|orjson|\.py\b|StrEnum|is out of range"
)
MEDIA = {"application/json", "application/graphql-response+json"}
SMALL = {
    "CAVEAT_RESPONSE_CACHE_MB": "2",
    "CAVEAT_OPERATION_CACHE_MB": "2",
    "CAVEAT_GRAPH_CACHE_MB": "1",
    "CAVEAT_AUTOMATIC_DOCUMENTS_MB": "1",
    "CAVEAT_MAX_BATCH": "3",
    "CAVEAT_TAGS_HEADER": "Surrogate-Key",
    "CAVEAT_LOCALES": "en,es:en",
    "CAVEAT_SITE_URL": "https://site.example",
    "CAVEAT_LOG_FORMAT": "json",
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

    def close(self) -> None:
        """Close the connection."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def told(answer: Answer) -> Any:
    """The JSON of an answer."""
    body = gzip.decompress(answer.body) if answer.headers.get("content-encoding") == "gzip" else answer.body
    return json.loads(body.decode("utf-8"))


def check(request: Wrong, answer: Answer) -> None:
    """Fails where an answer is not as answers to wrong input are."""
    assert answer.status < 500, answer
    if request.method == "HEAD" or answer.status in (204, 304):
        assert answer.body == b""
        return
    media = answer.headers["content-type"].partition(";")[0]
    asked = dict(request.headers).get(b"accept", b"").decode("latin-1")
    assert media == asked if asked in MEDIA and request.target.startswith(b"/graphql") else media in MEDIA, answer
    if answer.headers.get("content-encoding") in ("br", "zstd"):
        return
    text = told(answer)
    for each in text if isinstance(text, list) else [text]:
        for error in each.get("errors", ()):
            assert error["extensions"]["code"] in CODES, error
            assert not LEAKS.search(error["message"]), error
            assert "path" not in error, error


@dataclass
class Thrown:
    """What was thrown at a server: how many requests, what came back, and what went wrong."""

    statuses: Counter[int] = field(default_factory=Counter)
    rounds: int = 0
    failures: list[BaseException] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


def throw(server: Any, tokens: list[str], seeds: Iterator[int], until: Any) -> Thrown:
    """Throw wrong input from several threads, a round after the other, for as long as ``until`` is false."""
    thrown = Thrown()

    def run() -> None:
        wire = Wire(server.client.base_url)
        try:
            while not until(thrown) and not thrown.failures:
                with thrown.lock:
                    thrown.rounds += 1
                    number = next(seeds)
                one_round(wire, tokens, number, thrown)
        except BaseException as error:
            error.add_note(f"seed {number}")
            thrown.failures.append(error)
        finally:
            wire.close()

    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
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
            with thrown.lock:
                thrown.statuses[answer.status] += 1

    thrower()


@pytest.fixture
async def tokens(make) -> list[str]:
    """No token, and that of a client that may see everything; there is content of each type."""
    for kind in ("topic", "physician", "procedure", "article"):
        for locale in ("en", "es"):
            if locale == "es" and kind != "topic":
                continue
            await make.live(f"{kind}/pain", locale, title=f"Pain {kind}")
    return ["", await create("editor", {"scopes": SCOPES})]


def test_probe(serve, tokens):
    server = serve(**SMALL)
    began = time.monotonic()
    seen = {}
    real = check

    def collect(request, answer):
        try:
            real(request, answer)
        except Exception as e:
            import traceback

            key = (
                type(e).__name__,
                re.sub(r"[0-9a-f]{16}|'[^']*'|\"[^\"]*\"", "", str(e))[:150] if not isinstance(e, KeyError) else str(e),
            )
            if key not in seen and len(seen) < 25:
                seen[key] = 1
                print("FAIL", key[0], str(e)[:700], "\n   ", repr(request)[:700])

    globals()["check"] = collect
    thrown = throw(
        server, tokens, count(int(os.environ.get("SEED", "1"))), lambda _: time.monotonic() > began + SECONDS
    )
    print(thrown.statuses, thrown.rounds, sum(thrown.statuses.values()))
    print("\n".join(l for l in server.log.splitlines() if "Traceback" in l)[:6000])
    if thrown.failures:
        raise thrown.failures[0]
