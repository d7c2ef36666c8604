"""``caveat bundle``: what is in a bundle, that it is signed, and that the app's sync goes on from it."""

import asyncio
import gzip
import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from cli.bundle import OPERATION, Order, _replacing
from cli.signing import key_of
from cli.snapshot import Reader, Wanted, audience
from errors import BadRequest, DisclaimerRequired, NotFound, TooExpensive
from models import DisclaimerPolicy, Kind
from publishing.clients import create

ONCE = pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # each command starts a process: once is enough
SYNC = OPERATION.read_text(encoding="utf-8")
SITE = {"CAVEAT_SITE_URL": "https://site.example"}
ALL = Wanted((), (), None)


def pem(key, encryption=None):
    """A private key as openssl writes it."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption or NoEncryption())


@pytest.fixture
def key(tmp_path):
    """The file with a private key."""
    path = tmp_path / "keys" / "bundle.key"
    path.parent.mkdir()
    path.write_bytes(pem(Ed25519PrivateKey.generate()))
    return path


@pytest.fixture
def out(tmp_path):
    """The folder that bundles are written to."""
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


@pytest.fixture
def bundled(caveat, key, out):
    """The path of a bundle that the command wrote."""

    def write(*options, name="a.caveat"):
        ran = caveat("bundle", *options, "--output", str(out / name), CAVEAT_BUNDLE_KEY=str(key), **SITE)
        assert (ran.returncode, ran.stderr) == (0, "")
        return out / name

    return write


def lines(path):
    """The header of a bundle, and its changes."""
    header, *changes = map(json.loads, gzip.decompress(path.read_bytes()).splitlines())
    return header, changes


@pytest.fixture
async def practice(make):
    """Guides, in Spanish too, an article, physicians, of whom one did not consent, topics, and drafts of two."""
    made = {
        "spine": await make.live("topic/spine"),
        "ana": await make.live("physician/ana"),
        "ben": await make.live("physician/ben", syndicationConsent=False),
        "casa": await make.live("disclaimer/house", locale="es", title="Reglas"),
        "hip": await make.live("procedure/hip", topics=["spine"], performedBy=["ana", "ben"]),
        "knee": await make.live("procedure/knee", overview="See [hip](caveat:procedure/hip)."),
        "rodilla": await make.live("procedure/rodilla", locale="es", title="Rodilla"),
        "story": await make.live("article/story", topics=["spine"]),
    }
    await make.draft("procedure/secret", title="Unpublished words")
    await make.draft("procedure/hip", title="Unpublished words", topics=["spine"])
    return made


@pytest.fixture
def app(api):
    """The door as an app without a token has it, which asks for disclaimers."""
    return api.as_(policy=DisclaimerPolicy.REQUIRE)


async def synced(door, after, **variables):
    """The pages of a sync, from a position on."""
    pages = []
    while not pages or pages[-1]["pageInfo"]["hasNextPage"]:
        pages.append((await door(SYNC, after=after, **{"first": 2} | variables))["changes"])
        after = pages[-1]["next"]
    return pages


def changes_of(pages):
    """All changes of some pages."""
    return [change for page in pages for change in page["nodes"]]


async def test_a_bundle_is_what_a_sync_from_nothing_gives(bundled, practice, app):
    """Line for line, and the header says with what to go on."""
    header, changes = lines(bundled("--kinds", "procedure", "--locale", "es"))

    pages = await synced(app, 0, kinds=["PROCEDURE"], locale="es")
    assert changes == changes_of(pages)
    assert sorted(each["node"]["title"] for each in changes) == ["Hip", "Knee", "Rodilla"]
    assert {each["node"]["disclaimer"]["text"] for each in changes} == {"Ask your physician."}
    assert header == {
        "bundle": 1, "revision": 9, "next": "9", "scope": pages[0]["scope"], "locale": "es", "kinds": ["PROCEDURE"],
        "topics": [], "time": max(each["time"] for each in changes_of(await synced(app, 0))), "count": 3,
        "document": hashlib.sha256(SYNC.encode()).hexdigest(),
    }  # fmt: skip


async def test_a_sync_goes_on_from_a_bundle(bundled, practice, app, make):
    """Withdrawn, renamed, new, and with a disclaimer that changed: the copy becomes what a new one would be."""
    header, changes = lines(bundled())
    await make.withdraw(practice["knee"], reason="Out of date.")
    await make.live("procedure/hip", title="Another hip")
    await make.live("disclaimer/house", title="House rules", text="Ask your physician first.")
    await make.live("procedure/late")

    later = await synced(app, header["next"])
    copy = {each["nodeId"]: each["node"] for each in [*changes, *changes_of(later)] if each["node"]}
    gone = [each for each in changes_of(later) if each["tombstone"]]

    assert [each["tombstone"] for each in gone] == [{"because": "WITHDRAWN", "reason": "Out of date."}]
    del copy[gone[0]["nodeId"]]
    assert copy == {each["nodeId"]: each["node"] for each in changes_of(await synced(app, 0))}
    assert {page["scope"] for page in later} == {header["scope"]}
    assert "Ask your physician." not in json.dumps([each.get("disclaimer") for each in copy.values()])


@ONCE
async def test_a_bundle_is_signed(bundled, practice, key):
    """By the private key, over the bytes of the file; a byte that changes is noticed."""
    path = bundled()
    content, signature = path.read_bytes(), path.with_name("a.caveat.sig").read_bytes()
    public = key_of(str(key)).public_key()

    public.verify(signature, content)
    for place in (0, len(content) // 2, len(content) - 1):
        spoilt = bytearray(content)
        spoilt[place] ^= 1
        with pytest.raises(InvalidSignature):
            public.verify(signature, bytes(spoilt))


@ONCE
@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not there")
async def test_openssl_makes_the_key_and_verifies(caveat, practice, tmp_path, out):
    """As the guide says; the fingerprint is that of the public key."""

    def openssl(*arguments):
        return subprocess.run(["openssl", *arguments], cwd=tmp_path, capture_output=True, text=True, check=False)

    openssl("genpkey", "-algorithm", "ed25519", "-out", "bundle.key")
    openssl("pkey", "-in", "bundle.key", "-pubout", "-out", "public.pem")
    openssl("pkey", "-in", "bundle.key", "-pubout", "-outform", "DER", "-out", "public.der")
    told = caveat("bundle", "--key", str(tmp_path / "bundle.key"), "--output", str(out / "a.caveat"))
    verify = ("pkeyutl", "-verify", "-pubin", "-inkey", "public.pem", "-rawin", "-sigfile", "out/a.caveat.sig", "-in")
    fingerprint = openssl("dgst", "-sha256", "-r", "public.der").stdout.split()[0]

    assert openssl(*verify, "out/a.caveat").returncode == 0
    assert openssl(*verify, "public.pem").returncode != 0
    assert told.stdout.splitlines() == [
        f"{out / 'a.caveat'}: 7 nodes at revision 9, {(out / 'a.caveat').stat().st_size} bytes",
        f"{out / 'a.caveat'}.sig: signed with the key whose public half has SHA-256 {fingerprint}",
    ]


async def test_the_same_graph_gives_the_same_bytes(bundled, practice):
    """Signature included. The head of the gzip file is ten bytes, whatever the file is called, and whenever."""
    first, second = bundled("--kinds", "procedure", name="a.caveat"), bundled("--kinds", "procedure", name="b.caveat")

    assert first.read_bytes() == second.read_bytes()
    assert first.with_name("a.caveat.sig").read_bytes() == second.with_name("b.caveat.sig").read_bytes()
    assert first.read_bytes()[:10].hex() == "1f8b08000000000002ff"


async def test_the_limits_of_a_client_hold(bundled, practice, api):
    """Who did not consent is not in a partner's bundle, nor are drafts, whatever the client may."""
    await create("partner-site", {"partner": True, "scopes": ["content:read", "content:preview"]})
    header, changes = lines(bundled("--client", "partner-site"))
    whole, _ = lines(bundled(name="b.caveat"))

    told = json.dumps(changes)
    assert ("Ana" in told, "Ben" in told, "Unpublished" in told) == (True, False, False)
    assert (header["count"], whole["count"]) == (6, 7)
    assert header["scope"] == (await api.as_(partner=True)(SYNC, after=0))["changes"]["scope"] != whole["scope"]


async def test_topics_narrow_a_bundle(bundled, practice, app):
    """They are given by slug, and the header has them by the ids that the sync needs."""
    header, changes = lines(bundled("--kinds", "procedure,article", "--topics", "spine"))

    assert sorted(each["node"]["slug"] for each in changes) == ["hip", "story"]
    assert header["kinds"] == ["ARTICLE", "PROCEDURE"]
    page = (await app(SYNC, after=header["next"], kinds=header["kinds"], topics=header["topics"]))["changes"]
    assert (page["scope"], page["nodes"]) == (header["scope"], [])


async def test_the_operation_of_an_app_decides(bundled, practice, tmp_path):
    """What it selects is what the lines have; kinds and locale may stand in it."""
    mine = tmp_path / "sync.graphql"
    mine.write_text(
        """query Guides($after: Revision!, $first: Int!) @inContext(locale: "es") { __typename
          changes(after: $after, first: $first, kinds: [PROCEDURE]) { ...Page } }
        fragment Page on ChangeConnection { nodes { nodeId node { ... on Procedure { title disclaimer { text } } } }
          next scope complete }"""
    )
    header, changes = lines(bundled("--operation", str(mine)))
    again, _ = lines(bundled("--operation", str(mine), "--kinds", "procedure", "--locale", "es", name="b.caveat"))

    assert (header["locale"], header["kinds"], header["count"]) == ("es", ["PROCEDURE"], 3)
    assert {"title": "Rodilla", "disclaimer": {"text": "Ask your physician."}} in [each["node"] for each in changes]
    assert again == header


@pytest.fixture
async def reader(db, settings):
    """Reads as the command does."""
    return Reader(db, settings, await audience("anonymous", db))


async def read(reader, text=SYNC, wanted=ALL):
    """All pages of a snapshot."""
    return [page async for page in reader.pages(text, wanted)]


async def test_pages_are_as_large_as_they_may_cost(practice, db, settings, reader):
    """A limit makes them smaller, and what is in them stays the same; one that allows none is told."""
    small = settings.model_copy(update={"max_cost": 2500})
    none = settings.model_copy(update={"max_cost": 50})
    (whole,) = await read(reader)
    pages = await read(Reader(db, small, await audience("anonymous", db)))

    assert len(pages) > 1
    assert [node for page in pages for node in page.nodes] == whole.nodes
    with pytest.raises(TooExpensive):
        await read(Reader(db, none, await audience("anonymous", db)))


async def test_what_is_published_meanwhile_is_not_in_it(practice, make, db, settings, clock):
    """All pages are of the revision of the first."""
    clock.now = datetime.now(UTC)
    small = settings.model_copy(update={"max_cost": 2500})
    titles, revisions = [], set()
    async for page in Reader(db, small, await audience("anonymous", db)).pages(SYNC, ALL):
        await make.live("procedure/hip", title=f"Another hip {len(titles)}")
        titles += [each["node"]["title"] for each in page.nodes]
        revisions.add(page.perspective.revision)

    assert (len(titles), "Hip" in titles, revisions) == (7, True, {9})
    assert page.next == "9"


GOOD = (
    "query Q($after: Revision!, $first: Int) { changes(after: $after, first: $first) { nodes { nodeId } next scope } }"
)
WRONG = {
    "no after": (
        GOOD.replace("$after: Revision!, ", "").replace("$after", "0"),
        "The operation lacks the variable $after: declare it, and pass it on to changes.",
    ),
    "no first": (
        GOOD.replace(", $first: Int", "").replace("$first", "9"),
        "The operation lacks the variable $first: declare it, and pass it on to changes.",
    ),
    "no changes": (
        "query Q($after: Revision!, $first: Int) { articles(first: $first) { totalCount }"
        " changes(after: $after) @skip(if: true) { next } }",
        "The operation must ask for changes once, and does so 0 times.",
    ),
    "twice": (
        GOOD[:-1] + "b: changes(after: $after) { next } }",
        "The operation must ask for changes once, and does so 2 times.",
    ),
    "something else": (
        GOOD[:-1] + "articles(first: 1) { totalCount } }",
        "The operation must have changes alone at its root, and has changes, articles.",
    ),
    "an alias": (
        GOOD.replace("changes(", "sync: changes("),
        "The operation must have changes alone at its root, and has sync.",
    ),
    "too little": (
        GOOD.replace("nodes { nodeId } next scope", "changed: nodes { nodeId } next"),
        "The operation lacks nodes, scope in changes. Select it there, without an alias.",
    ),
    "no GraphQL": ("{", "The operation cannot be run: Syntax Error: Expected Name, found <EOF>."),
    "another schema": (
        GOOD.replace("nodeId", "id"),
        "The operation cannot be run: Cannot query field 'id' on type 'Change'.",
    ),
    "two operations": (
        GOOD + " query R { __typename }",
        "The operation cannot be run: Must provide operation name if query contains multiple operations.",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_an_operation_that_cannot_be_is_told_why(practice, reader, wrong):
    """By name, before anything is written."""
    text, sentence = WRONG[wrong]

    with pytest.raises(BadRequest) as refused:
        await read(reader, text)

    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("kinds", replace(ALL, kinds=[Kind.TOPIC])),
        ("locale", replace(ALL, locale="es")),
        ("topics", replace(ALL, topics=["VG9waWM6MDE5MDAwMDAtMDAwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDAw"])),
    ],
)
async def test_an_option_needs_its_variable(practice, reader, name, wanted):
    """An operation that does not ask for what an option names would make a bundle of something else."""
    with pytest.raises(BadRequest) as refused:
        await read(reader, GOOD, wanted)

    assert str(refused.value) == (
        f"The operation does not ask for the {name} that --{name} names: give it a variable ${name}."
    )


async def test_articles_have_their_disclaimers(practice, reader):
    """Whatever the policy of the client is: nothing can be attached to a line."""
    with pytest.raises(DisclaimerRequired, match=r"changes\.nodes\.node selects article content \(title\)"):
        await read(reader, GOOD.replace("nodeId", "node { ... on Article { title } }"))


async def test_who_and_what_is_not_there_is_told(practice, reader, db):
    """Clients and topics."""
    with pytest.raises(NotFound, match="There is no client nobody"):
        await audience("nobody", db)
    with pytest.raises(NotFound, match="There is no topic 'none'"):
        await reader.topics(["none"], None)


KEYS = {
    "missing": (None, "The file with the key cannot be read: No such file or directory. Name a file, never the key."),
    "empty": (b"", "The file has no private key in PEM. Make one: openssl genpkey -algorithm ed25519 -out bundle.key."),
    "public": (
        Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        "The file has no private key in PEM. Make one: openssl genpkey -algorithm ed25519 -out bundle.key.",
    ),
    "encrypted": (
        pem(Ed25519PrivateKey.generate(), BestAvailableEncryption(b"word")),
        "The key is encrypted. Give one that is not, from where secrets are kept.",
    ),
    "another": (
        pem(X25519PrivateKey.generate()),
        "The key is not one of Ed25519. Make one: openssl genpkey -algorithm ed25519 -out bundle.key.",
    ),
}


@pytest.mark.parametrize("wrong", KEYS)
def test_a_key_that_cannot_be_is_told_why(tmp_path, wrong):
    """In a sentence that shows nothing of it."""
    content, sentence = KEYS[wrong]
    path = tmp_path / "x.key"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(BadRequest) as refused:
        key_of(str(path))

    assert str(refused.value) == sentence


@ONCE
def test_a_key_itself_is_never_shown(caveat, key, out):
    """Where it stands in the place of its file, on the command line or in the environment."""
    text = key.read_text()
    argument = caveat("bundle", "--key", text)
    variable = caveat("bundle", CAVEAT_BUNDLE_KEY=text)
    one_line = caveat("settings", CAVEAT_BUNDLE_KEY=text.replace("\n", ""))

    assert [each.returncode for each in (argument, variable, one_line)] == [1, 2, 2]
    secret = text.splitlines()[1]
    assert not [each for each in (argument, variable, one_line) if secret in each.stdout + each.stderr]
    assert variable.stderr == one_line.stderr == (
        "caveat: CAVEAT_BUNDLE_KEY: Value error, must be the path of a file, and never the key itself\n"
    )  # fmt: skip


OPTIONS = {
    "kinds": (
        ["--kinds", "procedure,recipe"],
        "BAD_REQUEST: --kinds: 'recipe' is not a valid Kind. The kinds are article, procedure, physician, topic,"
        " disclaimer.",
    ),
    "locale": (["--locale", "de"], "BAD_REQUEST: 'de' is not a locale of this site; it has en, es."),
    "operation": (["--operation", "none.gql"], "BAD_REQUEST: none.gql cannot be read: No such file or directory."),
    "nothing there": (
        ["--kinds", "physician"],
        "BAD_REQUEST: The bundle would be empty: there is nothing that the client may see of what it asks for.",
    ),
    "folder": (["--output", "none/a.caveat"], "BAD_REQUEST: The bundle cannot be written: No such file or directory."),
    "no key": (
        ["--key", ""],
        "BAD_REQUEST: A bundle is signed: name the file with the key, by --key or CAVEAT_BUNDLE_KEY"
        " (openssl genpkey -algorithm ed25519 -out bundle.key).",
    ),
}  # fmt: skip


@ONCE
@pytest.mark.parametrize("wrong", OPTIONS)
async def test_an_option_that_cannot_be_is_told_why(caveat, make, key, out, wrong):
    """In one sentence; nothing is written."""
    options, sentence = OPTIONS[wrong]

    ran = caveat("bundle", "--output", str(out / "a.caveat"), *options, CAVEAT_BUNDLE_KEY=str(key))

    assert (ran.returncode, ran.stderr, ran.stdout) == (1, f"caveat: {sentence}\n", "")
    assert list(out.iterdir()) == []


@ONCE
async def test_a_bundle_that_fails_leaves_the_old_one(bundled, make, key, out, settings):
    """The disk is full, half way: the old files are there, and nothing else."""
    await make.live("procedure/hip")
    bundled()
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    await make.live("procedure/hip", overview="Words. " * 50_000)

    ran = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "cli.main", "bundle", "--output", str(out / "a.caveat"), "--key", str(key)],
        env={**os.environ, "CAVEAT_DATABASE_URL": settings.database_url},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)),
        capture_output=True,
        text=True,
    )

    assert (ran.returncode, ran.stderr) == (1, "caveat: BAD_REQUEST: The bundle cannot be written: File too large.\n")
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_a_file_is_replaced_at_once_or_not_at_all(out):
    """Until it is whole, the old one stands in its place; where something fails, what was written is gone."""
    path = out / "a.caveat"
    with _replacing(path) as partial:
        partial.write_text("old")
        assert not path.exists()
    with suppress(OSError), _replacing(path) as partial:
        partial.write_text("new")
        raise OSError("The disk is full.")

    assert {each.name: each.read_text() for each in out.iterdir()} == {"a.caveat": "old"}


def test_the_name_says_what_is_in_it(out):
    """Kinds, topics, client, locale and revision, in the folder where the command runs."""
    header = {"locale": "es", "revision": 42}
    order = Order((Kind.PROCEDURE,), None, (), "anonymous", "", None)

    assert str(order.path(header)) == "procedure.es.42.caveat"
    assert str(replace(order, kinds=(), topics=("spine", "hip"), client="app").path(header)) == (
        "all.spine.hip.app.es.42.caveat"
    )
    assert replace(order, output=out / "a").path(header) == out / "a"
