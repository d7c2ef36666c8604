"""The answers: each asked for once, checked for errors, and compared between the variants byte by byte."""

import hashlib
import http.client
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from bench.operation import Operation
from bench.serve import HOST, Server


@dataclass(frozen=True)
class Answer:
    """One answer. ``wire`` is its size with its head."""

    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def wire(self) -> int:
        return len("HTTP/1.1 200 OK\r\n\r\n") + sum(len(n) + len(v) + 4 for n, v in self.headers) + len(self.body)


@dataclass(frozen=True)
class Sizes:
    """The sizes of a server's answers to the bodies of an operation, in their order."""

    wire: tuple[int, ...]

    def in_all(self, requests: int) -> int:
        """The bytes of so many answers."""
        turns, rest = divmod(requests, len(self.wire))
        return turns * sum(self.wire) + sum(self.wire[:rest])


def ask(server: Server, operation: Operation) -> list[Answer]:
    """The answers to an operation's bodies. Raises SystemExit for one with errors."""
    connection = http.client.HTTPConnection(HOST, server.port, timeout=60)
    try:
        return [_ask(connection, server, operation, body) for body in operation.bodies]
    finally:
        connection.close()


def _ask(connection: http.client.HTTPConnection, server: Server, operation: Operation, body: bytes) -> Answer:
    connection.request("POST", server.path(operation.name), body, {"Content-Type": "application/json"})
    response = connection.getresponse()
    content = response.read()
    answer = json.loads(content) if response.status == 200 else {}
    if not answer.get("data") or answer.get("errors") or None in answer["data"].values():
        where = f"{server.variant.title}, {operation.name}: status {response.status}"
        raise SystemExit(f"{where}, {content[:2000].decode(errors='replace')}, asked with {body[-200:].decode()}")
    return Answer(tuple(response.getheaders()), content)


def same(servers: Sequence[Server], operation: Operation) -> tuple[Answer, dict[str, Sizes]]:
    """Ask every server everything. Returns the answer of average size, and each variant's sizes.

    Raises SystemExit when two variants answer with different bytes.
    """
    sizes: dict[str, Sizes] = {}
    first: list[Answer] = []
    digests: list[bytes] = []
    for server in servers:
        answers = ask(server, operation)
        sizes[server.variant.name] = Sizes(tuple(answer.wire for answer in answers))
        found = [hashlib.sha256(answer.body).digest() for answer in answers]
        if not first:
            first, digests = answers, found
        elif found != digests:
            raise SystemExit(_difference(servers[0], server, operation, first, answers))
    average = mean(len(answer.body) for answer in first)
    return min(first, key=lambda answer: abs(len(answer.body) - average)), sizes


def of_floor(floor: Server, operation: Operation, answer: Answer) -> Sizes:
    """The size of a floor's answer. Raises SystemExit when it is not that of the real one, or its head differs."""
    (found,) = ask(floor, Operation(operation.name, operation.bodies[:1]))
    if found.body != answer.body or abs(found.wire - answer.wire) > 16:
        raise SystemExit(f"{operation.name}: {floor.variant.title} sends {found.wire} bytes, and not {answer.wire}.")
    return Sizes((found.wire,))


def _difference(
    one: Server, other: Server, operation: Operation, expected: Sequence[Answer], found: Sequence[Answer]
) -> str:
    place = next(i for i, (a, b) in enumerate(zip(expected, found, strict=True)) if a.body != b.body)
    a, b = expected[place].body, found[place].body
    at = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    shown = f"{a[max(0, at - 60) : at + 60]!r} and {b[max(0, at - 60) : at + 60]!r}"
    return f"{operation.name}: {one.variant.title} and {other.variant.title} differ at byte {at}: {shown}"


def save(answers: Mapping[str, Answer], path: Path) -> Path:
    """Write the answers that the floors give, by the paths they give them at; returns the path of the file."""
    written = {
        f"/{operation}": {
            "headers": {name: value for name, value in answer.headers if name.lower() != "date"},
            "body": answer.body.decode(),
        }
        for operation, answer in answers.items()
    }
    path.write_text(json.dumps(written, ensure_ascii=False), encoding="utf-8")
    return path
