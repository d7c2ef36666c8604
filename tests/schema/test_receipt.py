"""Receipts: an answer to a partner names its revision, and the disclaimers of what is in it, from both executors."""

import re
from typing import Any

import orjson
import pytest
from graphql import OperationDefinitionNode, parse, validate
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from cache import Cache
from delivery.answers import shown
from engine.own import RESERVED
from loaders.perspective import Audience
from loaders.rows import global_id
from models import DisclaimerPolicy
from schema.build import schema
from schema.context import Context
from schema.execution import Executions
from schema.policy import TERMS, terms_of
from schema.receipt import BEARERS, NAMES_IT
from tests.schema.test_covered import GENERATED, OPERATIONS, Covering
from tests.schema.test_engine import EVERYTHING

SCHEMA = schema._schema
PARTNER = Audience(scopes=EVERYTHING, partner=True)
NAMES = "{ articles(orderBy: TITLE_ASC) { nodes { title } } }"


@pytest.fixture(params=[True, False], ids=["engine", "stock"])
def partner(request, api):
    """The front door for a partner with each executor, on a graph cache."""
    door = api.as_(scopes=EVERYTHING, partner=True)
    door.executions = Executions(api.settings.model_copy(update={"engine": request.param}))
    door.graph = Cache(10_000_000)
    return door


@pytest.fixture
async def practice(make):
    """Articles under two disclaimers, a guide under a third, a bio under a fourth. The global ids by reference."""
    made = {}
    for name in ("trial", "guide", "bio"):
        made[name] = await make.live(f"disclaimer/{name}", title=name.capitalize(), text=f"The {name}.")
    made["house"] = await make.live("disclaimer/house", title="House", text="The house.")
    made["topic"] = await make.live("topic/knee", title="Knee")
    made["ana"] = await make.live("physician/ana", title="Ana", disclaimer="bio")
    made["scope"] = await make.live("procedure/scope", title="Scope", disclaimer="guide", performedBy=["ana"])
    for slug, disclaimer in {"a": "house", "b": "trial", "c": "house"}.items():
        links = [{"kind": "COVERS", "target": "procedure/scope"}, {"kind": "RELATED", "target": "topic/knee"}]
        made[slug] = await make.live(
            f"article/{slug}", title=f"Knee {slug}", disclaimer=disclaimer, authors=["ana"], links=links
        )
    kinds = {"topic": "Topic", "ana": "Physician", "scope": "Procedure"} | dict.fromkeys("abc", "Article")
    return {name: global_id(kinds.get(name, "Disclaimer"), each.node) for name, each in made.items()}


def names(door: Any, practice: Any) -> list[str]:
    """The disclaimers of the last answer's receipt, by their slugs."""
    slugs = {id: slug for slug, id in practice.items()}
    return [slugs[each["id"]] for each in door.extensions["receipt"]["disclaimers"]]


async def test_a_receipt_has_the_revision_and_each_edition_once(partner, practice, api):
    """In the order of the answer, as a client would read them; the data is as it was asked for."""
    told = "disclaimers { nodes { slug id locale version contentHash } }"
    known = {each.pop("slug"): each for each in (await api(f"{{ {told} }}"))["disclaimers"]["nodes"]}
    revision = (await api("{ revision }"))["revision"]

    data = await partner(NAMES)

    assert data == {"articles": {"nodes": [{"title": f"Knee {slug}"} for slug in "abc"]}}
    assert partner.extensions["receipt"] == {"revision": revision, "disclaimers": [known["house"], known["trial"]]}
    assert list(partner.extensions["receipt"]["disclaimers"][0]) == ["id", "locale", "version", "contentHash"]
    assert known["house"]["version"] == 2


# An operation -> the disclaimers that its receipt names, by slug.
RECEIPTS = {
    "{ revision }": [],
    "{ articles { nodes { __typename id slug locale url } } }": [],
    '{ article(slug: "nothing") { title } }': [],
    "{ topics { nodes { title } } disclaimers { nodes { text } } }": [],
    '{ article(slug: "b") { title disclaimer { text } } }': ["trial"],
    '{ article(slug: "b") { slug disclaimer { text } } }': ["trial"],
    '{ procedure(slug: "scope") { title } }': ["guide"],
    '{ physician(slug: "ana") { name } }': ["bio"],
    '{ procedure(slug: "scope") { slug performedBy { shortBio } } }': ["guide", "bio"],
    '{ article(slug: "b") { title procedures { slug } authors { id } } }': ["trial"],
    '{ article(slug: "b") { authors { title } procedures { x: overview { text } } } }': ["trial", "bio", "guide"],
    '{ article(slug: "b") { links { nodes { ... on Content { title } } } } }': ["trial", "bio", "guide"],
    '{ topic(slug: "knee") { linkedFrom { nodes { __typename ... on Article { id } } } } }': [],
    '{ content(url: "/en/physician/ana") { title } }': ["bio"],
    '{ search(query: "scope", kinds: [PROCEDURE]) { edges { score node { id } } } }': [],
    '{ search(query: "scope", kinds: [PROCEDURE]) { edges { node { title } } } }': ["guide"],
    '{ search(query: "scope", kinds: [PROCEDURE]) { edges { highlights { field } } } }': ["guide"],
    '{ search(query: "scope", kinds: [PROCEDURE]) { nodes { slug disclaimer: seo { title } } } }': ["guide"],
    '{ suggest(prefix: "knee") { kind } }': [],
    '{ suggest(prefix: "knee b") { text } }': ["trial"],
    '{ suggest(prefix: "scope") { text } }': [],
    '{ articles { nodes { slug ... @include(if: false) { title } } } }': [],
    '{ a: article(slug: "b") { ...F } b: article(slug: "a") { slug } } fragment F on Content { title }': ["trial"],
}  # fmt: skip


@pytest.mark.parametrize("operation", RECEIPTS)
async def test_a_receipt_names_the_disclaimer_of_what_is_in_the_answer(partner, practice, operation):
    """Of articles, guides and bios whose content is there, whether the disclaimer was selected or not."""
    plain = Executions(partner.settings)
    other = Context(partner.database, partner.settings, Audience(scopes=EVERYTHING), partner.clock)

    data = await partner(operation)

    assert names(partner, practice) == RECEIPTS[operation]
    assert data == (await plain(operation, None, other)).data


async def test_a_key_may_be_the_content_of_one_type_only(partner, practice):
    """``x`` is the slug of an article and the name of a bio: only the bio is in the receipt."""
    operation = """query ($ids: [ID!]!, $more: Boolean!) { nodes(ids: $ids) {
      ... on Article { x: slug title @include(if: $more) } ... on Physician { x: name }
    } }"""
    ids = [practice["b"], practice["ana"]]

    assert await partner(operation, ids=ids, more=False) == {"nodes": [{"x": "b"}, {"x": "Ana"}]}
    assert names(partner, practice) == ["bio"]
    await partner(operation, ids=ids, more=True)
    assert names(partner, practice) == ["trial", "bio"]


async def test_the_policies_are_as_they_were(partner, practice, api):
    """ATTACH lists what an article lacks, as for anybody; REQUIRE refuses what lacks it, and has receipts else."""
    await api(NAMES)
    await partner(NAMES)
    attached = partner.extensions["disclaimers"]

    strict = partner.as_(partner=True, policy=DisclaimerPolicy.REQUIRE)
    strict.executions = partner.executions

    assert attached == api.extensions["disclaimers"]
    assert list(partner.extensions) == ["disclaimers", "receipt"]
    assert await strict.codes(NAMES) == ["DISCLAIMER_REQUIRED"]
    assert strict.extensions is None
    await strict("{ physicians { nodes { title } } articles(first: 1) { nodes { title disclaimer { text } } } }")
    assert list(strict.extensions) == ["receipt"]
    assert names(strict, practice)[0] == "bio"


async def test_a_receipt_is_of_the_perspective(partner, practice, make, clock):
    """A past moment has its own revision and wording, another locale its own edition, a hidden bio none."""
    before = clock.now
    await make.live("disclaimer/bio", title="Bio", text="Another.")
    await make.live("disclaimer/bio", "es", title="Bio", text="Otro.")
    await make.live("physician/ana", "es", title="Ana", disclaimer="bio")
    text = '{ physician(slug: "ana") { title } }'
    versions = []

    for context in ("", f'@inContext(asOf: "{before.isoformat()}")', '@inContext(locale: "es")'):
        await partner(f"query {context} {text}")
        (named,) = partner.extensions["receipt"]["disclaimers"]
        versions.append((named["locale"], named["version"], partner.extensions["receipt"]["revision"]))
    await make.live("physician/ana", title="Ana", disclaimer="bio", syndicationConsent=False)

    head = versions[0][2]
    assert versions == [("en", 2, head), ("en", 1, head - 3), ("es", 1, head)]
    assert await partner(text) == {"physician": None}
    assert partner.extensions == {"receipt": {"revision": head + 1, "disclaimers": []}}


async def test_a_receipt_is_one_statement_at_each_place(api, make):
    """However many disclaimers there are; and five fields for each of what bears one."""
    for number in range(12):
        await make.live(f"disclaimer/d{number}", text=f"Text {number}.")
        await make.live(f"procedure/p{number}", disclaimer=f"d{number}")
    partner, sent = api.as_(partner=True), {}

    for door in (api, partner):
        for size in (1, 12):
            await door(f"{{ procedures(first: {size}) {{ nodes {{ title }} }} }}")
            sent[door.audience.partner, size] = door.statements
    partner.executions = Executions(api.settings.model_copy(update={"max_cost": 20}))

    assert sent == {(False, 1): 2, (False, 12): 2, (True, 1): 3, (True, 12): 3}
    assert await partner.codes("{ procedures(first: 3) { nodes { title } } }") == []
    assert await partner.codes("{ procedures(first: 4) { nodes { title } } }") == ["TOO_EXPENSIVE"]


async def test_errors_have_a_receipt_where_something_ran(partner, practice):
    """What is refused has none: it is of no revision."""
    assert await partner.codes("{ nothing }") == ["None"]
    assert partner.extensions is None
    assert await partner.codes('{ articles(after: "x") { nodes { title } } }') == ["BAD_CURSOR"]
    assert partner.extensions is None


@pytest.mark.parametrize("policy", DisclaimerPolicy)
def test_others_pay_nothing_for_receipts(policy):
    """Their operations are run as they were sent, whatever bears a disclaimer in them; partners' are completed."""
    document = parse("{ articles { nodes { title disclaimer { text } } } physicians { nodes { title } } }")
    assert validate(SCHEMA, document) == []
    (definition,) = document.definitions
    assert isinstance(definition, OperationDefinitionNode)

    plain, _ = TERMS[policy, True, False].operation(SCHEMA, document, definition)
    partners, _ = TERMS[policy, True, True].operation(SCHEMA, document, definition)

    assert (plain.document, plain.ours) == (document, None)
    assert partners.ours is not None
    assert terms_of(Audience(policy=policy, partner=True)) is TERMS[policy, True, True]


def test_every_type_that_bears_a_disclaimer_is_in_the_table():
    """A type that is new and bears one is found here; what is no content is a field of the type."""
    bearing = {name for name, each in SCHEMA.type_map.items() if "disclaimer" in getattr(each, "fields", {})}

    assert bearing - {"Query"} == set(BEARERS)
    assert [
        name for name, free in BEARERS.items() if free - SCHEMA.get_type(name).fields.keys() != {"__typename"}
    ] == []
    assert {"__typename", "id", "slug", "locale", "url"} == NAMES_IT


@pytest.fixture
async def marked(make):
    """Articles, guides and bios that lead to one another, each with a mark in its texts and a disclaimer of its own.

    What others say of them has no mark: the names of bios, and the titles that completions give of guides.
    """
    slugs, ids, disclaimers = ["nothing"], [], {}
    for n in range(3):
        for kind, letter in (("physician", "h"), ("procedure", "p"), ("article", "a")):
            word, mark = f"zq{letter}{n}x", f"{letter}{n}"
            noted = await make.live(f"disclaimer/of-{mark}", title=f"Of {mark}", text=f"Terms of {n}.")
            texts: dict[str, Any] = {"summary": word, "seo": {"title": word, "description": word}}
            texts |= {"physician": {"shortBio": word, "bio": word, "awards": [word]},
                      "procedure": {"overview": word, "risks": [{"text": word}],
                                    "performedBy": [f"h{n}"]},
                      "article": {"title": word, "body": word, "authors": [f"h{n}"], "procedures": [f"p{n}"]},
                     }[kind]  # fmt: skip
            links = [{"kind": "RELATED", "target": f"article/a{n - 1}"}] if n else []
            made = await make.live(f"{kind}/{mark}", **texts, links=links, disclaimer=f"of-{mark}")
            slugs.append(mark)
            ids.append(global_id(kind.capitalize(), made.node))
            disclaimers[mark] = global_id("Disclaimer", noted.node)
    return {"slug": slugs, "id": ids, "words": ["zqa1x", "zqp2x", "zqh0x", "zqa", "nothing"], "marks": disclaimers}


async def answered(api: Any, engine: bool, text: str, variables: Any) -> bytes:
    """The answer to a partner, as it goes over the wire."""
    settings = api.settings.model_copy(update={"engine": engine, "max_cost": 10**12, "stock_seconds": 60})
    context = Context(api.database, settings, PARTNER, api.clock)
    result = await Executions(settings)(text, variables, context)
    errors = [shown(error) for error in result.errors or []]
    return orjson.dumps({"data": result.data, "errors": errors, "extensions": result.extensions or {}})


@hypothesis_settings(max_examples=OPERATIONS, **GENERATED)
@given(seed=st.integers(0, 2**48))
async def test_whatever_is_asked_the_receipt_names_the_disclaimer_of_all_content(api, marked, seed):
    """Both executors give the same bytes; whatever text is in them, its disclaimer is in the receipt."""
    text, variables = Covering(seed, marked).operation()

    answer, again = [await answered(api, engine, text, variables) for engine in (True, False)]

    assert answer == again, text
    assert RESERVED.encode() not in answer
    told = orjson.loads(answer)
    receipt = told["extensions"].get("receipt")
    assert receipt is not None or told["data"] is None, text
    named = {each["id"] for each in receipt["disclaimers"]} if receipt else set()
    seen = set(re.findall(rb"zq([ahp]\d)x", orjson.dumps(told["data"])))
    assert {marked["marks"][mark.decode()] for mark in seen} <= named, text


async def test_the_answers_are_worth_a_receipt(api, marked):
    """Of two hundred answers many have content of each kind, and many have a receipt that names something."""
    found, named = set[str](), 0
    for seed in range(200):
        told = await answered(api, True, *Covering(seed, marked).operation())
        found |= set(re.findall(r"zq([ahp]\d)x", told.decode()))
        named += b'"receipt"' in told and b'"disclaimers":[{"id"' in told

    assert {mark[0] for mark in found} == {"a", "h", "p"}
    assert named > 40
