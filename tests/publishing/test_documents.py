"""Trusted documents: what a manifest may hold, what becomes of the documents that it lacks, what a schema breaks."""

import hashlib
import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import settings as bounded
from hypothesis import strategies as st

from cli.operations import terms
from errors import BadRequest, Invalid, NotFound
from loaders.clients import document
from models import Client, DisclaimerPolicy, Document, GraphHead
from publishing import manifest
from publishing.clients import create, revoke, update
from publishing.documents import Broken, Judge, broken, documents, push, schema_of
from schema.build import schema, sdl

ARTICLES = "query Articles { articles(first: 2) { nodes { id disclaimer { text } } } }"
TOPICS = 'query Topics @inContext(locale: "es") {\n  topics {\n    nodes { title }\n  }\n}'
ALIASES = " ".join(f"a{n}: __typename" for n in range(101))
SHAPES = "The manifest has none of the known shapes: Apollo's persisted query manifest (version 1), Relay's"


def sha256(text):
    """The id that Apollo's tools give a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def apollo(*texts, **fields):
    """A manifest as Apollo's tools write it."""
    operations = [{"id": sha256(text), "name": "N", "type": "query", "body": text} for text in texts]
    manifest = {"format": "apollo-persisted-query-manifest", "version": 1, "operations": operations}
    return json.dumps(manifest | fields).encode()


def plain(**texts):
    """A manifest as Relay and GraphQL Code Generator write it."""
    return json.dumps(texts).encode()


MANIFESTS = {
    "apollo": (apollo(ARTICLES, TOPICS), {sha256(ARTICLES), sha256(TOPICS)}),
    "relay": (
        plain(**{hashlib.md5(text.encode()).hexdigest(): text for text in (ARTICLES, TOPICS)}),
        {hashlib.md5(text.encode()).hexdigest() for text in (ARTICLES, TOPICS)},
    ),
    "codegen": (
        plain(**{hashlib.sha1(text.encode()).hexdigest(): text for text in (ARTICLES, TOPICS)}),
        {hashlib.sha1(text.encode()).hexdigest() for text in (ARTICLES, TOPICS)},
    ),
    "ids with their algorithm": (
        plain(**{f"sha256:{sha256(text)}": text for text in (ARTICLES, TOPICS)}),
        {sha256(ARTICLES), sha256(TOPICS)},
    ),
}
NO_MANIFESTS = {
    "no JSON": (b"{", "The manifest is no JSON: "),
    "no UTF-8": (b'{"a": "\xff"}', "The manifest is no JSON: "),
    "half a surrogate pair": (b'{"a": "\\ud800"}', "The manifest is no JSON: "),
    "a list": (b"[]", SHAPES),
    "a number": (b"1", SHAPES),
    "texts that are none": (b'{"a": 1}', SHAPES),
    "another format": (apollo(ARTICLES, format="other"), SHAPES),
    "another version": (apollo(ARTICLES, version=2), SHAPES),
    "operations that are none": (apollo(operations=["{ a }"]), SHAPES),
    "operations without a body": (apollo(operations=[{"id": "a"}]), SHAPES),
    "nothing in it": (b"{}", "The manifest has 0 documents, and may have 1 to 5000."),
    "too many": (plain(**{str(n): "{ a }" for n in range(5001)}), "The manifest has 5001 documents, and may have"),
    "too many bytes": (b" " * 20_000_001, "The manifest has 20000001 bytes, and may have 20000000."),
}
BAD_DOCUMENTS = {
    "an id that is not of its text": ("0" * 64, ARTICLES, "(Articles): is not the SHA-256 of its text"),
    "no grammar": ("a", "query A {", "(A): Syntax Error: Expected Name, found <EOF>. (1:10)"),
    "an unknown field": ("a", "{\n  nope\n}", ": Cannot query field 'nope' on type 'Query'."),
    "an unknown argument": ("a", "{ topics(size: 1) { nodes { id } } }", ": Unknown argument 'size' on field"),
    "a mutation": ("a", "mutation M { a }", "(M): The mutation operation is not supported by the schema. (1:1)"),
    "a subscription": ("a", "subscription S { a }", "(S): The subscription operation is not supported"),
    "fragments alone": ("a", "fragment F on Topic { id }", ": Fragment 'F' is never used. (1:1)"),
    "a question for the schema": ("a", "{ __schema { types { name } } }", ": asks for the schema, which is not open"),
    "too many aliases": (
        "a",
        "{" + "".join(f"a{n}: __typename " for n in range(101)) + "}",
        ": The operation has 101 ",
    ),
    "too many tokens": ("a", "{" + "a " * 2000 + "}", ": The operation has more than 2000 tokens"),
    "too many characters": ("a", "{ __typename } #" + "x" * 100_000, ": has 100016 characters, and may have 100000"),
    "a character that no database stores": ("a", "{ __typename } # \0", ": has a NUL character, which cannot"),
    "an id that is none": ("a b", ARTICLES, "'a b': is no id: 1 to 200 letters, digits and signs of ASCII"),
    "an empty id": ("", ARTICLES, "'': is no id: "),
    "nothing at all": ("a", "", ": Syntax Error: Unexpected <EOF>. (1:1)"),
}


@pytest.fixture
def judge(settings):
    """The judge by the schema that is served."""
    return Judge(schema._schema, settings)


@pytest.fixture
async def client(db):
    """The client ``app``."""
    await create("app", {})
    return await Client.get(name="app")


async def access():
    """The number of changes that serving processes have to notice."""
    return (await GraphHead.get()).access


@pytest.mark.parametrize(("given", "ids"), MANIFESTS.values(), ids=MANIFESTS)
async def test_a_manifest_of_each_tool_is_read(client, db, clock, judge, settings, given, ids):
    """Its documents are found by the ids that the tool gave them, as they were written."""
    pushed = await push("app", given, judge, settings, clock=clock)

    assert str(pushed) == "2 added, 0 revived, 0 unchanged, 0 to end, 0 deleted"
    assert {each.hash for each in await documents("app", clock=clock)} == ids
    assert [each.name for each in await documents("app", clock=clock)] == ["Articles", "Topics"]
    assert {await document(str(client.id), id, clock(), db) for id in ids} == {ARTICLES, TOPICS}


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("given", "sentence"), NO_MANIFESTS.values(), ids=NO_MANIFESTS)
async def test_what_is_no_manifest_is_refused(client, judge, settings, given, sentence):
    """One sentence says what was looked for."""
    with pytest.raises(BadRequest) as refused:
        await push("app", given, judge, settings)

    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize(("id", "text", "sentence"), BAD_DOCUMENTS.values(), ids=BAD_DOCUMENTS)
async def test_a_document_that_cannot_be_is_refused(client, judge, settings, id, text, sentence):
    """The problem names the document; nothing of the manifest is stored, the good ones included."""
    with pytest.raises(Invalid) as refused:
        await push("app", plain(**{id: text, "good": TOPICS}), judge, settings)

    assert any(sentence in problem for problem in refused.value.problems), refused.value.problems
    assert await Document.all().count() == 0


async def test_all_problems_are_reported_at_once(client, judge, settings):
    """Two errors of one document and one of another: three problems, each with its place."""
    with pytest.raises(Invalid) as refused:
        await push("app", plain(a="{ topics { nodes { x y } } }", b="{"), judge, settings)

    assert refused.value.problems == [
        "a: Cannot query field 'x' on type 'Topic'. (1:20)",
        "a: Cannot query field 'y' on type 'Topic'. (1:22)",
        "b: Syntax Error: Expected Name, found <EOF>. (1:2)",
    ]


async def test_a_mutation_that_a_schema_has_is_refused_too(client, settings):
    """Trusted documents are asked for by GET and cached: only queries can be."""
    judge = Judge(schema_of(b"type Query { a: Int } type Mutation { a: Int }"), settings)

    with pytest.raises(Invalid) as refused:
        await push("app", plain(m="mutation M { a }", q="{ a }"), judge, settings)

    assert refused.value.problems == ["m (M): is a mutation: only queries can be trusted documents"]


async def test_two_texts_of_one_id_are_refused(client, judge, settings):
    """An id means one text: in a manifest, and for as long as the client has it."""
    operations = [{"id": "a", "body": ARTICLES}, {"id": "a", "body": TOPICS}]
    problems = []
    with pytest.raises(Invalid) as refused:
        await push("app", apollo(operations=operations), judge, settings)
    problems += refused.value.problems

    await push("app", plain(a=ARTICLES), judge, settings)
    with pytest.raises(Invalid) as refused:
        await push("app", plain(a=TOPICS, b=ARTICLES), judge, settings)
    problems += refused.value.problems

    assert problems == [
        "a: has two texts",
        "a (Topics): stands for another text already: give the new text an id of its own",
    ]
    assert await Document.all().values_list("hash", "text") == [("a", ARTICLES)]


async def test_what_a_manifest_lacks_lives_on_for_a_while(client, db, judge, settings, clock):
    """It is valid until ``document_days`` are over, then found no more, and deleted at the next push."""
    await push("app", apollo(ARTICLES, TOPICS), judge, settings, clock=clock)

    pushed = await push("app", apollo(TOPICS), judge, settings, clock=clock)

    assert str(pushed) == "0 added, 0 revived, 1 unchanged, 1 to end, 0 deleted"
    (ending,) = await Document.filter(hash=sha256(ARTICLES))
    assert ending.expires_at == clock.now + timedelta(days=90)
    assert await document(str(client.id), ending.hash, clock.advance(days=89), db) == ARTICLES
    assert await document(str(client.id), ending.hash, clock.advance(days=2), db) is None
    assert [each.hash for each in await documents("app", clock=clock)] == [sha256(TOPICS)]
    last = await push("app", apollo(TOPICS), judge, settings, clock=clock)
    assert str(last) == "0 added, 0 revived, 1 unchanged, 0 to end, 1 deleted"
    assert await Document.all().count() == 1


async def test_a_document_that_is_pushed_again_lives_on(client, judge, settings, clock):
    """In time it is revived; when it is over, it is made anew."""
    await push("app", apollo(ARTICLES, TOPICS), judge, settings, clock=clock)
    await push("app", apollo(TOPICS), judge, settings, clock=clock)
    clock.advance(days=89)

    revived = await push("app", apollo(ARTICLES, TOPICS), judge, settings, clock=clock)
    await push("app", apollo(TOPICS), judge, settings, clock=clock)
    clock.advance(days=91)
    anew = await push("app", apollo(ARTICLES, TOPICS), judge, settings, clock=clock)

    assert str(revived) == "0 added, 1 revived, 1 unchanged, 0 to end, 0 deleted"
    assert str(anew) == "1 added, 0 revived, 1 unchanged, 0 to end, 1 deleted"
    assert await Document.filter(expires_at=None).count() == 2


async def test_pushing_the_same_again_changes_nothing(client, judge, settings, clock):
    """Not a row, and no process has to look: a pipeline may push at every build."""
    await push("app", apollo(ARTICLES, TOPICS), judge, settings, clock=clock)
    await push("app", apollo(TOPICS), judge, settings, clock=clock)
    before = await Document.all().order_by("id").values(), await access()

    pushed = await push("app", apollo(TOPICS), judge, settings, clock=clock)

    assert str(pushed) == "0 added, 0 revived, 1 unchanged, 0 to end, 0 deleted"
    assert (await Document.all().order_by("id").values(), await access()) == before


async def test_each_push_that_changes_something_is_noticed(client, judge, settings):
    """One change for each push, however many documents."""
    before = await access()

    await push("app", apollo(ARTICLES, TOPICS), judge, settings)
    await push("app", apollo(TOPICS), judge, settings)

    assert await access() - before == 2


async def test_clients_have_documents_of_their_own(client, db, judge, settings):
    """The same document of two clients is two: one client's push does not end the other's."""
    await create("web", {})
    await push("app", apollo(ARTICLES), judge, settings)

    pushed = await push("web", apollo(ARTICLES, TOPICS), judge, settings)
    await push("web", apollo(TOPICS), judge, settings)

    assert pushed.added == 2
    assert [each.expires_at for each in await documents("app")] == [None]


async def test_what_the_policy_refuses_is_refused_at_the_push(client, settings):
    """What REQUIRE would refuse at every request is a problem like any other; with ATTACH it is none."""
    judge = Judge(schema._schema, settings, terms)
    bare = "query Bare { articles { nodes { title } } }"
    await push("app", plain(a=bare), judge, settings)
    await update("app", {"policy": DisclaimerPolicy.REQUIRE})

    with pytest.raises(Invalid) as refused:
        await push("app", plain(a=bare, b=ARTICLES), judge, settings)

    found = Broken(
        "app",
        "Bare",
        "a",
        "articles.nodes selects article content (title) without its disclaimer. Add disclaimer { text } to the article"
        " there, under no @skip or @include that the content does not bear. (1:25)",
    )
    assert refused.value.problems == [f"a (Bare): {found.error}"]
    assert await broken(judge) == (1, [found])
    assert await broken(Judge(schema_of(sdl().encode()), settings, terms)) == (1, [found])


async def test_an_unknown_or_revoked_client_has_no_documents(client, judge, settings):
    """The sentence says which client it is about."""
    with pytest.raises(NotFound, match="There is no client nobody"):
        await push("nobody", apollo(TOPICS), judge, settings)
    await revoke("app")

    with pytest.raises(BadRequest, match="The client app was revoked on"):
        await push("app", apollo(TOPICS), judge, settings)


async def test_five_thousand_documents_are_pushed_and_ended(client, settings):
    """The largest manifest goes in, and out, in one push each."""
    judge = Judge(schema_of(b"type Query { a: Int }"), settings)

    first = await push("app", plain(**{f"id-{n}": f"query Q{n} {{ a }}" for n in range(5000)}), judge, settings)
    second = await push("app", plain(last="{ a }"), judge, settings)

    assert (first.added, second.ended) == (5000, 5000)
    assert len(await documents("app")) == 5001


async def test_a_schema_that_breaks_documents_is_told_which(client, db, judge, settings, clock):
    """All clients' valid documents are looked at, those that are about to end too; revoked clients' are not."""
    for name in ("gone", "web"):
        await create(name, {})
        await push(name, apollo(TOPICS, ARTICLES), judge, settings, clock=clock)
    await push("web", apollo(ARTICLES), judge, settings, clock=clock)
    await push("app", apollo(ARTICLES), judge, settings, clock=clock)
    await revoke("gone")
    renamed = Judge(schema_of(sdl().replace("  topics(", "  subjects(").encode()), settings)

    error = "Cannot query field 'topics' on type 'Query'. Did you mean 'topic'? (2:3)"
    assert await broken(judge, clock=clock) == (3, [])
    assert await broken(renamed, clock=clock) == (3, [Broken("web", "Topics", sha256(TOPICS), error)])
    clock.advance(days=91)
    assert await broken(renamed, clock=clock) == (2, [])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"# Title", "Syntax Error: Unexpected <EOF>. (1:8)"),
        (b"type A { a: Int }", "Query root type must be provided."),
        (b"type Query { a: None }", "Unknown type 'None'."),
        (b"\xff", "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
    ],
)
def test_what_is_no_schema_is_refused(text, sentence):
    """One sentence, and no traceback."""
    with pytest.raises(BadRequest) as refused:
        schema_of(text)

    assert str(refused.value).startswith(f"The file is no GraphQL schema: {sentence}")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda each: st.lists(each) | st.dictionaries(st.sampled_from(["format", "version", "operations", "id"]), each),
)


@given(json_values | st.binary())
@bounded(max_examples=200, deadline=None)
def test_no_manifest_makes_the_reader_fail(value):
    """Whatever is given is read, or refused by an error of ours."""
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    try:
        entries, _ = manifest.read(raw)
    except BadRequest:
        return
    assert entries != []
