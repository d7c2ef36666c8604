"""Clients at the door: tokens, scopes, origins, and what of a client is part of every cache key."""

from datetime import UTC, datetime, timedelta

import pytest

from delivery.access import Addresses
from models import ANONYMOUS, DisclaimerPolicy
from publishing.clients import create, revoke, rotate, update

QUERY = "{ articles { nodes { title disclaimer { text } } } }"
PREVIEW = "query @inContext(preview: true) { revision }"
INTROSPECTION = "{ __schema { queryType { name } } }"
PAGE = {"origin": "https://clinic.example", "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors"}


def code(answer):
    """The code of an answer's first error; None where it has none."""
    return answer.json().get("errors", [{"extensions": {"code": None}}])[0]["extensions"]["code"]


async def test_a_token_is_its_client(web):
    """Its scopes are the client's; without a token they are those of the anonymous client."""
    token = await create("editor", {"scopes": ["content:read", "content:preview"]})
    edge = await web()

    answers = [await edge.post(PREVIEW, token=each) for each in (token, "", token[:-1], f"{token}x")]

    assert [(answer.status_code, code(answer)) for answer in answers] == [
        (200, None),
        (200, "FORBIDDEN"),
        (401, "UNAUTHENTICATED"),
        (401, "UNAUTHENTICATED"),
    ]


async def test_tokens_end_when_they_are_revoked_replaced_or_expire(web):
    """A serving process follows: the next look at the head is enough."""
    soon = datetime.now(UTC) + timedelta(seconds=30)
    revoked, expiring, old = [
        await create("revoked", {}),
        await create("expiring", {}, expires=soon),
        await create("rotated", {}),
    ]
    edge = await web()
    before = [(await edge.post(QUERY, token=each)).status_code for each in (revoked, expiring, old)]

    await revoke("revoked")
    new, _ = await rotate("rotated", grace=timedelta())

    await edge.graph.advance()
    after = [(await edge.post(QUERY, token=each)).status_code for each in (revoked, expiring, old, new)]

    assert before == [200] * 3
    assert after == [401, 200, 401, 200]


async def test_whoever_takes_the_anonymous_scopes_away_closes_the_door(web):
    """Then nothing is read without a token, and the answer says which scope it needs."""
    await update(ANONYMOUS, {"scopes": []})
    token = await create("site", {})
    edge = await web()

    assert code(await edge.post(QUERY)) == "FORBIDDEN"
    assert code(await edge.post(QUERY, token=token)) is None


CHANGES = {
    "scopes": {"scopes": ["content:read", "content:history"]},
    "policy": {"policy": DisclaimerPolicy.REQUIRE},
    "partner": {"partner": True},
    "physicians": {"physicians": []},
    "introspection": {"introspection": True},
    "documents": {"documents_only": True},
    "public": {"public": True},
    "origins": {"origins": ["*"]},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_all_of_a_client_that_can_change_an_answer_is_part_of_its_key(web, change):
    """Two clients that are alike share an answer; where one differs in anything that counts, it gets its own."""
    one, twin = await create("one", {}), await create("twin", {})
    other = await create("other", change)
    edge = await web()
    answers = edge.app.answering.answers

    await edge.post(QUERY, token=one)
    kept = len(answers)
    await edge.post(QUERY, token=twin)
    shared = (len(answers), answers.hits)
    await edge.post(QUERY, token=other)

    assert (kept, shared) == (1, (1, 1))
    assert answers.hits == 1
    assert len(answers) == (1 if "documents_only" in change else 2)


async def test_introspection_is_for_those_who_may(web):
    """Others are told that it is off, and get no hints of names that they do not know."""
    edge = await web()
    token = await create("app", {"introspection": False})
    await edge.graph.advance()

    shown = await edge.post(INTROSPECTION)
    hidden = await edge.post(INTROSPECTION, token=token)
    hint = await edge.post("{ article(slug: 1) { titel } }")
    no_hint = await edge.post("{ article(slug: 1) { titel } }", token=token)

    assert shown.json() == {"data": {"__schema": {"queryType": {"name": "Query"}}}}
    assert code(hidden) == "INTROSPECTION_DISABLED"
    assert "Did you mean" in hint.text
    assert "Did you mean" not in no_hint.text


async def test_pages_ask_from_the_origins_that_a_client_allows(web):
    """The answer names the origin; another is refused before anything is looked at, and gets no CORS header."""
    token = await create("embed", {"origins": ["https://clinic.example"], "public": True})
    edge = await web()

    mine = await edge.post(QUERY, token=token, **{f"http_{name}": value for name, value in PAGE.items()})
    other = await edge.post(QUERY, token=token, http_origin="https://other.example")
    no_page = await edge.post(QUERY, token=token)
    anyone = await edge.post(QUERY, http_origin="https://other.example")

    allowed = "access-control-allow-origin"
    assert (mine.status_code, mine.headers[allowed]) == (200, "https://clinic.example")
    assert (other.status_code, code(other)) == (403, "FORBIDDEN")
    assert allowed not in {*other.headers, *no_page.headers}
    assert "origin" in no_page.headers["vary"].split(", ")
    assert (anyone.status_code, anyone.headers[allowed]) == (200, "*")
    assert "origin" not in anyone.headers["vary"].split(", ")


async def test_preflights_are_answered_for_the_origins_that_any_client_allows(web):
    """A preflight bears no token. What it asks for is allowed by name, because * leaves Authorization out."""
    await update(ANONYMOUS, {"origins": ["https://clinic.example"]})
    edge = await web()
    asked = {"access-control-request-method": "POST", "access-control-request-headers": "authorization,content-type"}

    mine, other = [
        await edge.client.options("/graphql", headers={"origin": f"https://{host}", **asked})
        for host in ("clinic.example", "other.example")
    ]

    assert mine.status_code == other.status_code == 204
    assert mine.headers["access-control-allow-origin"] == "https://clinic.example"
    assert mine.headers["access-control-allow-headers"] == "authorization,content-type"
    assert mine.headers["access-control-allow-methods"] == "GET, HEAD, POST, OPTIONS"
    assert [name for name in other.headers if name.startswith("access-control")] == []


async def test_what_a_page_of_another_site_embeds_is_refused(web):
    """An image, script or form of another site gets nothing, whatever it asks; an address typed by hand does."""
    edge = await web()
    embedded = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}
    typed = {"sec-fetch-site": "none", "sec-fetch-mode": "navigate"}

    answers = [
        await edge.client.get("/graphql", params={"query": QUERY}, headers=headers) for headers in (embedded, typed)
    ]

    assert [answer.status_code for answer in answers] == [403, 200]


ADDRESSES = {
    "no proxy is trusted": ((), "192.0.2.1", "198.51.100.7", "192.0.2.1"),
    "the proxy is trusted": (("192.0.2.0/24",), "192.0.2.1", "198.51.100.7", "198.51.100.7"),
    "what the client forged is not believed": (
        ("192.0.2.0/24",),
        "192.0.2.1",
        "10.0.0.1, 198.51.100.7",
        "198.51.100.7",
    ),
    "two proxies": (("192.0.2.0/24",), "192.0.2.1", "198.51.100.7, 192.0.2.9", "198.51.100.7"),
    "another peer than the proxy": (("192.0.2.0/24",), "203.0.113.5", "198.51.100.7", "203.0.113.5"),
    "no header": (("192.0.2.0/24",), "192.0.2.1", "", "192.0.2.1"),
    "nonsense": (("192.0.2.0/24",), "192.0.2.1", "x", "unknown"),
    "an IPv6 network": ((), "2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
    "an IPv4 address in IPv6": ((), "::ffff:192.0.2.1", "", "192.0.2.1"),
}


@pytest.mark.parametrize(("trusted", "peer", "forwarded", "found"), ADDRESSES.values(), ids=ADDRESSES)
def test_the_address_that_counts_is_the_nearest_that_no_trusted_proxy_has(trusted, peer, forwarded, found):
    """Read from the right, as each proxy appends; an IPv6 subscriber has a whole /64."""
    assert Addresses(trusted).of(peer, forwarded.encode()) == found
