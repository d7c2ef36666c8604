"""Stored documents at the door: trusted ones by their id, automatic ones by their hash, and clients with no others."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest

from models import Client, Document
from publishing.clients import create
from publishing.transaction import granting

QUERY = "query Titles($first: Int) { articles(first: $first) { nodes { title disclaimer { text } } } }"
HASH = hashlib.sha256(QUERY.encode()).hexdigest()
OTHER = "{ revision }"
ANSWER = {"data": {"articles": {"nodes": []}}}


def persisted(hash: str = HASH) -> dict[str, object]:
    """What Apollo's clients send beside, or in place of, the text."""
    return {"persistedQuery": {"version": 1, "sha256Hash": hash}}


def code(answer):
    """The code of an answer's first error; None where it has none."""
    return answer.json().get("errors", [{"extensions": {"code": None}}])[0]["extensions"]["code"]


@pytest.fixture
async def app(db) -> str:
    """The token of a client that may ask one document, and no other."""
    token = await create("app", {"documents_only": True})
    await store("app", HASH)
    return token


async def store(client: str, hash: str, expires: datetime | None = None) -> None:
    """Store a document for a client, as ``caveat operations push`` does."""
    async with granting():
        await Document.update_or_create(
            client=await Client.get(name=client),
            hash=hash,
            defaults={"text": QUERY, "pushed_at": datetime.now(UTC), "expires_at": expires},
        )


async def test_a_trusted_document_is_asked_by_its_id(web, app):
    """As documentId with and without the name of the hash, in the path, and as Apollo's clients send it."""
    edge = await web()
    headers = {"authorization": f"Bearer {app}"}

    answers = [
        await edge.post(token=app, documentId=HASH, variables={"first": 2}),
        await edge.post(token=app, documentId=f"sha256:{HASH}"),
        await edge.post(token=app, extensions=persisted()),
        await edge.post(QUERY, token=app, extensions=persisted()),
        await edge.client.get(f"/graphql/{HASH}", params={"variables": '{"first": 2}'}, headers=headers),
        await edge.client.get(f"/graphql/{HASH}", headers=headers),
        await edge.client.get("/graphql", params={"documentId": HASH}, headers=headers),
        await edge.client.post(f"/graphql/{HASH}", json={"variables": {"first": 2}}, headers=headers),
    ]

    assert [answer.json() for answer in answers] == [ANSWER] * len(answers)


async def test_a_client_with_documents_only_gets_nothing_else(web, app):
    """Any other text, hash or id is refused with a sentence that says how documents are added."""
    edge = await web()

    answers = [
        await edge.post(OTHER, token=app),
        await edge.post(QUERY, token=app),
        await edge.post(OTHER, token=app, extensions=persisted(hashlib.sha256(OTHER.encode()).hexdigest())),
        await edge.post(token=app, documentId="x"),
    ]

    assert [code(answer) for answer in answers] == ["DOCUMENTS_ONLY"] * 3 + ["DOCUMENT_NOT_FOUND"]
    assert "caveat operations push" in answers[0].json()["errors"][0]["message"]


async def test_a_document_is_its_clients_own(web, app):
    """Another client, and those without a token, do not find it."""
    other = await create("other", {})
    edge = await web()

    answers = [await edge.post(token=token, documentId=HASH) for token in ("", other)]

    assert [(answer.status_code, code(answer)) for answer in answers] == [(404, "DOCUMENT_NOT_FOUND")] * 2


async def test_an_id_that_no_database_can_store_is_not_found(web):
    """NUL and halves of surrogate pairs lead to no document, on PostgreSQL too, which refuses the first."""
    edge = await web()

    answers = [
        await edge.post(documentId="\0"),
        await edge.post(documentId="a\0b"),
        await edge.client.get("/graphql/%00"),
        await edge.client.get("/graphql/%ED%A0%80"),
    ]

    assert [(answer.status_code, code(answer)) for answer in answers] == [(404, "DOCUMENT_NOT_FOUND")] * 4
    assert code(await edge.post(extensions=persisted("\0"))) == "PERSISTED_QUERY_NOT_FOUND"


async def test_a_document_that_ends_is_not_answered_any_more(web, app):
    """Nor is what was answered before kept for it; one that is there again is answered again."""
    edge = await web()
    now = datetime.now(UTC)
    ask = {"token": app, "documentId": HASH}

    found = [code(await edge.post(**ask))]
    for expires in (now - timedelta(seconds=1), now + timedelta(days=90)):
        await store("app", HASH, expires)
        await edge.graph.advance()
        found.append(code(await edge.post(**ask)))

    assert found == [None, "DOCUMENT_NOT_FOUND", None]


@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
async def test_automatic_persisted_queries_are_as_apollo_has_them(web, accept):
    """Unknown: 200 with Apollo's message and code; with its text it is known; a hash of another text is refused."""
    edge = await web()

    unknown = await edge.post(extensions=persisted(), http_accept=accept)
    wrong = await edge.post(OTHER, extensions=persisted(), http_accept=accept)
    registered = await edge.post(QUERY, extensions=persisted(), http_accept=accept)
    known = await edge.client.get(
        "/graphql",
        params={"extensions": json.dumps(persisted())},
        headers={"accept": accept},
    )

    assert (unknown.status_code, unknown.json()) == (
        200,
        {"errors": [{"message": "PersistedQueryNotFound", "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"}}]},
    )
    assert (code(wrong), wrong.json()["errors"][0]["message"]) == ("BAD_REQUEST", "provided sha does not match query")
    assert registered.json() == known.json() == ANSWER


async def test_where_they_are_off_apollos_clients_are_told_to_send_texts(web):
    """The code that makes them stop."""
    edge = await web(automatic_documents_mb=0)

    answer = await edge.post(QUERY, extensions=persisted())

    assert (answer.status_code, code(answer)) == (200, "PERSISTED_QUERY_NOT_SUPPORTED")


async def test_automatic_documents_take_no_more_room_than_they_may(web):
    """Five thousand texts of a kilobyte, and the server keeps a megabyte of them."""
    edge = await web(automatic_documents_mb=1)

    for number in range(5_000):
        text = f"{{ revision }} # {number:01000}"
        await edge.post(text, extensions=persisted(hashlib.sha256(text.encode()).hexdigest()))

    kept = edge.app.answering.documents.automatic
    assert 0 < len(kept) < 1_000
    assert kept.size <= 1_000_000
