"""Clients and their tokens: what is made, changed and ended, and what is refused."""

import asyncio
import logging
import sys
from asyncio.subprocess import PIPE
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from errors import BadRequest, NotFound
from loaders.clients import PREFIX, client_ever, clients, digest
from loaders.graph import CHANNEL
from models import Client, DisclaimerPolicy, Document, GraphHead, Token
from publishing.client_settings import checked
from publishing.clients import create, listed, revoke, rotate, update

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FAR = datetime(2999, 1, 1, tzinfo=UTC)
NO_ORIGIN = (
    " is no origin: write https://HOST or https://HOST:PORT without a path, or * for any."
    " Plain http is for localhost only; a name in another script goes in its xn-- form."
)
BAD_ORIGINS = (
    "clinic.example", "https://", "https://clinic.example/", "https://clinic.example/path", "https://a@clinic.example",
    "https://clinic.example?x", "http://clinic.example", "https://clinic.example:port", "https://clinic.example:99999",
    "ftp://clinic.example", "https://*.clinic.example", "null", "https://klínik.example", "https://clinic .example",
    "https://a,b", "https://[::1", "http://192.0.2.1",
)  # fmt: skip
BAD_SETTINGS = {
    "an unknown scope": (
        {"scopes": ["content:read", "content:all"]},
        "Unknown scopes: content:all. There are content:read, content:preview, content:history.",
    ),
    "no budget at all": ({"budget": 0}, "The budget is 0, and must be a number of fields a minute: 1 or more."),
    "a budget too large": (
        {"budget": 2**60},
        f"The budget is {2**60}, and must be a number of fields a minute: 1 or more.",
    ),
    "a physician who is none": ({"physicians": ["topic/knee"]}, "No physicians: topic/knee."),
    "an unknown physician": (
        {"physicians": ["nobody", "physician/none"]},
        "There are no physicians nobody, physician/none. Name them by slug, as ana-example, or by id.",
    ),
}
BAD_NAMES = ("", "Clinic", "a b", "-a", "a-", "a--b", "a/b", "é", "x" * 101, "a\n")

# A child that makes a client when it is told to, and says how that went.
CHILD = """
import asyncio, sys
from errors import BadRequest
from publishing.clients import create
from publishing.database import opened

async def main():
    async with opened(sys.argv[1]):
        print("ready", flush=True)
        sys.stdin.readline()
        try:
            await create("clinic", {})
            print("made")
        except BadRequest as error:
            print(error)

asyncio.run(main())
"""


async def access():
    """The number of changes that serving processes have to notice."""
    return (await GraphHead.get()).access


async def test_a_new_client_may_read_and_has_a_token(db, clock):
    """The token is the only one that finds it; of the token its hash and its end are kept."""
    token = await create("clinic", {}, clock=clock)

    (stored,) = await Token.all()
    known = (await clients(db)).of(token)
    assert token.startswith(PREFIX)
    assert (stored.hash, stored.hint, stored.expires_at) == (digest(token), token[-6:], None)
    assert (known.name, known.audience.scopes, known.origins) == ("clinic", {"content:read"}, frozenset())
    assert (known.audience.policy, known.budget, known.public) == (DisclaimerPolicy.ATTACH, None, False)
    assert await access() == 1


async def test_a_token_is_in_no_table_and_no_log(db, caplog):
    """Every value of the tables, and every line that is logged at the finest level: neither has it."""
    with caplog.at_level(logging.DEBUG):
        tokens = [await create("clinic", {}), (await rotate("clinic", grace=DAY))[0]]

    rows = [await model.all().values() for model in (Client, Token, Document, GraphHead)]
    assert len(rows[1]) == 2
    assert caplog.text != ""
    assert [token for token in tokens if token in repr(rows) or token in caplog.text] == []


@pytest.mark.parametrize("name", BAD_NAMES)
async def test_a_name_that_cannot_be_is_refused(db, name):
    """Names stand in logs, metrics and commands: lower-case words, joined by single signs."""
    with pytest.raises(BadRequest, match="is no name of a client: use up to 100 lower-case letters and digits"):
        await create(name, {})


@pytest.mark.parametrize(("given", "sentence"), BAD_SETTINGS.values(), ids=BAD_SETTINGS)
async def test_a_setting_that_cannot_be_is_refused(make, given, sentence):
    """The sentence names what is wrong; no client is made, and nobody is told of a change."""
    await make.live("topic/knee")

    with pytest.raises((BadRequest, NotFound)) as refused:
        await create("clinic", given)

    assert str(refused.value) == sentence
    assert await Client.filter(name="clinic").exists() is False
    assert await access() == 0


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("origin", BAD_ORIGINS)
async def test_what_is_no_origin_is_refused(db, origin):
    """An origin is compared whole with what browsers send, so nothing else can be one."""
    with pytest.raises(BadRequest) as refused:
        await checked({"origins": [origin]})

    assert str(refused.value) == repr(origin) + NO_ORIGIN


async def test_origins_are_kept_as_browsers_send_them(db):
    """In lower case, without the scheme's own port, each once; plain http on this machine only."""
    given = ["HTTPS://Clinic.example:443", "https://clinic.example", "https://clinic.example:8443"]
    local = ["http://localhost:3000", "http://127.0.0.1", "http://[::1]:80", "http://app.localhost"]

    kept = await checked({"origins": [*given, *local, "*"]})

    local[2] = "http://[::1]"
    assert kept == {"origins": sorted(["*", "https://clinic.example", "https://clinic.example:8443", *local])}


async def test_physicians_are_kept_as_nodes(make, db):
    """By slug, by kind and slug, or by id: the node stays the same when its slug changes."""
    ana, ben = await make.live("physician/ana"), await make.live("physician/ben")

    token = await create("partner", {"physicians": ["ana", "physician/ana", ben.node], "partner": True})

    audience = (await clients(db)).of(token).audience
    assert (audience.physicians, audience.partner) == ({ana.node, ben.node}, True)


async def test_a_partner_that_is_public_may_only_read(db):
    """Its token is no secret: neither a new client nor a change can give it more, and the sentence says what to do."""
    sentence = (
        "A partner that is public may have the scope content:read only, not content:history: anyone can read its token."
        " Leave them out (--scopes content:read), or keep the token a secret (--no-public)."
    )
    reading, more = ["content:read"], ["content:history", "content:read"]
    await create("secret", {"partner": True, "scopes": more})
    await create("site", {"public": True, "scopes": more})
    await create("open", {"partner": True, "public": True})
    refused = [
        create("bio", {"partner": True, "public": True, "scopes": more}),
        update("secret", {"public": True}),
        update("site", {"partner": True}),
        update("open", {"scopes": more}),
    ]
    before = await Client.all().order_by("name").values()

    for attempt in refused:
        with pytest.raises(BadRequest) as error:
            await attempt
        assert str(error.value) == sentence

    assert await Client.all().order_by("name").values() == before
    assert await update("secret", {"public": True, "scopes": reading})
    assert await update("site", {"partner": True, "scopes": []})
    assert await update("open", {"public": False, "scopes": more})


async def test_a_public_partner_from_before_only_reads(db):
    """A row with more scopes than it may have reads what is published; other settings of it can be changed."""
    token = await create("bio", {"partner": True, "public": True})
    await Client.filter(name="bio").update(scopes=["content:history", "content:preview", "content:read"])

    assert await update("bio", {"budget": 9})

    known = (await clients(db)).of(token)
    assert (known.audience.scopes, known.budget) == ({"content:read"}, 9)
    with pytest.raises(BadRequest, match="not content:history, content:preview"):
        await update("bio", {"partner": True})


async def test_a_client_is_known_when_it_is_gone(db, clock):
    """With its settings, when it was made, and when revoked; one that never was is not."""
    made = clock.now
    await create("clinic", {"partner": True}, clock=clock)
    await revoke("clinic", clock=clock)

    client, created, revoked = await client_ever("clinic", db)

    assert (client.name, client.audience.partner) == ("clinic", True)
    assert made < created < revoked <= clock.now
    assert await client_ever("nobody\0", db) is None
    assert (await client_ever("anonymous", db))[2] is None


async def test_an_update_changes_what_is_named_and_nothing_else(make):
    """What is so already changes nothing, and nobody is told."""
    await make.live("physician/ana")
    await create("clinic", {"budget": 9, "physicians": ["ana"], "origins": ["https://a.example"], "public": True})
    before = await Client.filter(name="clinic").values()

    changed = await update("clinic", {"budget": None, "origins": [], "policy": DisclaimerPolicy.REQUIRE})
    again = await update("clinic", {"budget": None, "origins": []})

    assert (changed, again, await access()) == (True, False, 2)
    differing = {"budget": None, "origins": [], "policy": DisclaimerPolicy.REQUIRE}
    assert await Client.filter(name="clinic").values() == [before[0] | differing]


async def test_anonymous_is_changed_like_any_other(db):
    """Whoever sends no token is a client too, whose settings the operator chooses."""
    await update("anonymous", {"scopes": [], "introspection": False})

    audience = (await clients(db)).anonymous.audience
    assert (audience.scopes, audience.introspection) == (frozenset(), False)


async def test_a_rotation_leaves_the_old_tokens_for_the_grace(db):
    """They end when it is over, or sooner by themselves; with no grace they are gone at once."""
    first = await create("clinic", {}, expires=FAR)
    second, others = await rotate("clinic", grace=DAY)
    third, more = await rotate("clinic", grace=2 * DAY)

    known = await clients(db)
    assert (others, more) == (1, 2)
    assert [known.of(token).name for token in (first, second, third)] == ["clinic"] * 3
    ends = {token.hint: token.expires_at for token in await Token.all()}
    now = datetime.now(UTC)
    assert timedelta() < ends[first[-6:]] - now < DAY < ends[second[-6:]] - now < 2 * DAY
    assert ends[third[-6:]] is None

    last, left = await rotate("clinic", grace=timedelta(), expires=FAR)
    known = await clients(db)
    assert left == 0
    assert [known.of(token) and known.of(token).name for token in (first, second, third, last)] == [
        *3 * [None],
        "clinic",
    ]
    assert await Token.all().values_list("hint", "expires_at") == [(last[-6:], FAR)]


async def test_a_revoked_token_ends_at_once_and_the_others_stay(db):
    """It is named by its end; an end that no token of the client has is refused."""
    first, other = await create("clinic", {}), await create("other", {})
    second, _ = await rotate("clinic", grace=DAY)

    await revoke("clinic", hint=first[-6:])

    known = await clients(db)
    assert [known.of(token) is not None for token in (first, second, other)] == [False, True, True]
    with pytest.raises(NotFound, match=f"clinic has no token that ends in {other[-6:]}"):
        await revoke("clinic", hint=other[-6:])


async def test_a_revoked_client_is_refused_for_good(db, clock):
    """Its tokens find nobody, it cannot be changed, and its name is not given again."""
    token = await create("clinic", {}, clock=clock)

    await revoke("clinic", clock=clock)

    assert (await clients(db)).of(token) is None
    attempts = {
        "The client clinic was revoked on 2026-03-01: make another.": [
            update("clinic", {"budget": 5}), rotate("clinic", grace=DAY), revoke("clinic"),
        ],
        "There was a client clinic, revoked on 2026-03-01: choose another name.": [create("clinic", {})],
    }  # fmt: skip
    for sentence, tried in attempts.items():
        for attempt in tried:
            with pytest.raises(BadRequest) as refused:
                await attempt
            assert str(refused.value) == sentence


async def test_what_anonymous_cannot_have_is_refused(db):
    """It has no token and is never revoked: the sentence says what to do instead."""
    sentences = []
    for attempt in (revoke("anonymous"), rotate("anonymous", grace=DAY)):
        with pytest.raises(BadRequest) as refused:
            await attempt
        sentences.append(str(refused.value))

    assert sentences == [
        "The client anonymous cannot be revoked. Take its scopes away: caveat clients update anonymous --scopes none",
        "The client anonymous has no token: it is whoever sends none.",
    ]


async def test_an_unknown_client_is_not_found(db):
    """The sentence says where the known ones are."""
    for attempt in (update("nobody", {"budget": 5}), rotate("nobody", grace=DAY), revoke("nobody")):
        with pytest.raises(NotFound, match=r"^There is no client nobody\. `caveat clients list` shows"):
            await attempt


async def test_a_token_that_has_ended_already_is_not_made(db, clock):
    """Neither is its client: all or nothing."""
    with pytest.raises(BadRequest, match="The token would have ended already, at 2026-02-28 "):
        await create("clinic", {}, expires=clock.now - DAY, clock=clock)

    assert await Client.all().values_list("name", flat=True) == ["anonymous"]


async def test_an_expired_token_finds_nobody(db, clock):
    """Expiry is looked at when the token is used, not when it is loaded."""
    token = await create("clinic", {}, expires=clock.now + HOUR, clock=clock)

    assert (await clients(db)).of(token) is None


async def test_clients_are_listed_by_name_with_their_tokens(db, clock):
    """The newest token first; the number of documents beside them."""
    first, _ = await create("clinic", {}, clock=clock), await create("app", {}, clock=clock)
    second, _ = await rotate("clinic", grace=DAY, clock=clock)
    clinic = await Client.get(name="clinic")
    await Document.create(client=clinic, hash="a", text="{ a }", pushed_at=clock())

    found = [(each.client.name, [token.hint for token in each.tokens], each.documents) for each in await listed()]

    assert found[:1] + found[2:] == [("anonymous", [], 0), ("clinic", [second[-6:], first[-6:]], 1)]
    assert found[1][0] == "app"


async def test_two_processes_make_one_client(db, settings):
    """Told to make the same name at once, one makes it and the other is refused with a sentence."""
    children = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", CHILD, settings.database_url, stdin=PIPE, stdout=PIPE, stderr=PIPE
        )
        for _ in range(2)
    ]
    for child in children:
        assert await child.stdout.readline() == b"ready\n", (await child.communicate())[1].decode()

    outputs = await asyncio.gather(*(child.communicate(b"go\n") for child in children))

    refused, made = sorted(out.decode() for out, _ in outputs)
    assert made == "made\n"
    assert refused.startswith("There is a client clinic already.")
    assert await Token.all().count() == 1


@pytest.mark.parametrize("url", ["postgres"], indirect=True)
async def test_listening_processes_are_told_of_a_change(db, settings):
    """On PostgreSQL each change is announced when it is committed; what changed nothing is not."""
    told = asyncio.Queue()
    listener = await asyncpg.connect(settings.database_url)
    await listener.add_listener(CHANNEL, lambda *_: told.put_nowait(True))

    await create("clinic", {})
    await update("clinic", {"budget": None})
    await revoke("clinic")
    await asyncio.wait_for(told.get(), 10)
    await asyncio.wait_for(told.get(), 10)
    await listener.execute("SELECT 1")

    assert told.empty()
    await listener.close()
