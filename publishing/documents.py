"""Trusted documents: pushed by manifests, listed, and checked against a schema.

A document that is not in the newest manifest stays valid for a while, for apps that were not updated yet.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    assert_valid_schema,
    build_schema,
    parse,
    validate,
)
from tortoise.expressions import Q

from engine.arguments import Refused
from engine.limits import Limits, read
from engine.operations import PLAIN, RULES, Terms
from errors import BadRequest, CaveatError, Invalid, Problem
from models import Client, Document
from publishing import manifest
from publishing.clients import active
from publishing.manifest import Entry
from publishing.save import Clock, utc_now
from publishing.transaction import granting, writing
from settings import Settings

NO_OPERATION = "has no operation"
INTROSPECTS = "asks for the schema, which is not open to this client"
TermsOf = Callable[[Client], Terms]
"""On what terms the operations of a client are read."""


@dataclass(frozen=True)
class Pushed:
    """What a push did: numbers of documents."""

    added: int
    revived: int
    ended: int
    unchanged: int
    deleted: int

    def __str__(self) -> str:
        return (
            f"{self.added} added, {self.revived} revived, {self.unchanged} unchanged,"
            f" {self.ended} to end, {self.deleted} deleted"
        )


@dataclass(frozen=True)
class Broken:
    """A stored document that a schema refuses."""

    client: str
    name: str | None
    id: str
    error: str


class Judge:
    """Says what is wrong with documents: in themselves, else by a schema, else on the terms of their client."""

    def __init__(self, schema: GraphQLSchema, settings: Settings, terms: TermsOf = lambda _: PLAIN) -> None:
        self._schema = schema
        self._limits = Limits.of(settings)
        self._terms = terms

    def problems(self, text: str, client: Client) -> list[str]:
        """What is wrong with a text, each in a sentence with its place."""
        try:
            document = read(text, self._limits)
            errors = validate(self._schema, document, RULES)
            return [_placed(error) for error in errors] or self._refused(document, client)
        except GraphQLError as error:
            return [_placed(error)]
        except CaveatError as error:
            return [str(error)]
        except RecursionError:
            return ["is nested too deeply"]

    def _refused(self, document: DocumentNode, client: Client) -> list[str]:
        """What would refuse the operations of a valid document whenever they are asked."""
        operations = _operations(document)
        others = {each.operation.value for each in operations if each.operation is not OperationType.QUERY}
        if others or not operations:
            return [f"is a {each}: only queries can be trusted documents" for each in sorted(others)] or [NO_OPERATION]
        problems: list[str] = []
        for definition in operations:
            try:
                operation, _ = self._terms(client).operation(self._schema, document, definition)
                if operation.introspects and not client.introspection:
                    problems.append(INTROSPECTS)
            except Refused as error:
                problems += [_placed(each) for each in error.errors]
            except CaveatError as error:
                problems.append(str(error))
        return problems


def _placed(error: GraphQLError) -> str:
    """An error with its first place, on one line."""
    message = " ".join(error.message.split())
    return f"{message} ({error.locations[0].line}:{error.locations[0].column})" if error.locations else message


def _operations(document: DocumentNode) -> list[OperationDefinitionNode]:
    return [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]


async def push(name: str, given: bytes, judge: Judge, settings: Settings, *, clock: Clock = utc_now) -> Pushed:
    """Make the documents of a manifest those of a client. Raises Invalid, BadRequest and NotFound, and changes nothing.

    Those that the manifest lacks end after ``document_days``; one that is pushed again lives on.
    """
    client = await active(name)
    entries, problems = manifest.read(given)
    for entry in entries:
        problems += [Problem(entry.label, sentence) for sentence in judge.problems(entry.text, client)]
    if problems:
        raise Invalid(problems)
    async with writing():
        client = await active(name)
        stored = await Document.filter(client_id=client.id)
        return await _replace(client, entries, stored, clock(), timedelta(days=settings.document_days))


async def _replace(
    client: Client, entries: Sequence[Entry], stored: Sequence[Document], now: datetime, rest: timedelta
) -> Pushed:
    over = [document for document in stored if document.expires_at is not None and document.expires_at <= now]
    gone = {document.id for document in over}
    known = {document.hash: document for document in stored if document.id not in gone}
    _refuse_other_texts(entries, known)
    wanted = {entry.id for entry in entries}
    added = [_document(client, entry, now) for entry in entries if entry.id not in known]
    revived = [known[id].id for id in wanted & known.keys() if known[id].expires_at is not None]
    ended = [document.id for id, document in known.items() if id not in wanted and document.expires_at is None]
    if added or revived or ended or over:
        async with granting():
            await Document.filter(id__in=gone).delete()
            await Document.filter(id__in=revived).update(expires_at=None, pushed_at=now)
            await Document.filter(id__in=ended).update(expires_at=now + rest)
            await Document.bulk_create(added, batch_size=500)
    unchanged = len(entries) - len(added) - len(revived)
    return Pushed(len(added), len(revived), len(ended), unchanged, len(over))


def _refuse_other_texts(entries: Sequence[Entry], known: dict[str, Document]) -> None:
    """An id means one text for as long as it is valid: apps that are out there ask by it."""
    other = "stands for another text already: give the new text an id of its own"
    problems = [Problem(e.label, other) for e in entries if e.id in known and known[e.id].text != e.text]
    if problems:
        raise Invalid(problems)


def _document(client: Client, entry: Entry, now: datetime) -> Document:
    names = [each.name.value for each in _operations(parse(entry.text)) if each.name]
    name = ", ".join(names)[:200] or None
    return Document(client=client, hash=entry.id, name=name, text=entry.text, pushed_at=now)


async def documents(name: str, *, clock: Clock = utc_now) -> list[Document]:
    """The valid documents of a client, by their names. Raises BadRequest and NotFound."""
    client = await active(name)
    return await Document.filter(_valid(clock()), client_id=client.id).order_by("name", "hash")


async def broken(judge: Judge, *, clock: Clock = utc_now) -> tuple[int, list[Broken]]:
    """How many valid documents there are of all clients, and what is wrong with those that a schema refuses."""
    count, found = 0, list[Broken]()
    for client in await Client.filter(revoked_at=None).order_by("name"):
        for document in await Document.filter(_valid(clock()), client_id=client.id).order_by("name", "hash"):
            count += 1
            errors = judge.problems(document.text, client)
            found += [Broken(client.name, document.name, document.hash, error) for error in errors]
    return count, found


def _valid(now: datetime) -> Any:
    return Q(expires_at=None) | Q(expires_at__gt=now)


def schema_of(sdl: bytes) -> GraphQLSchema:
    """A schema from its definition language. Raises BadRequest."""
    try:
        schema = build_schema(sdl.decode())
        assert_valid_schema(schema)
    except GraphQLError as error:
        raise BadRequest(f"The file is no GraphQL schema: {_placed(error)}") from None
    except (TypeError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequest(f"The file is no GraphQL schema: {error}") from None
    return schema
