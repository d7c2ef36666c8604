"""Attached disclaimers, at the front door: what an answer carries beside its data, from both executors."""

import gc
import tracemalloc

import pytest
from tortoise import connections

from cache import Cache
from loaders.perspective import Audience
from loaders.rows import global_id
from models import DisclaimerPolicy
from schema.execution import Executions
from schema.policy import terms_of

NOBODY = global_id("Nothing", "01890000-0000-7000-8000-000000000001")
PAGE = "{ articles(orderBy: TITLE_ASC) { nodes { title } } }"


@pytest.fixture(params=[True, False], ids=["engine", "stock"])
def door(request, api):
    """The front door with each executor, on a graph cache."""
    api.executions = Executions(api.settings.model_copy(update={"engine": request.param}))
    api.graph = Cache(10_000_000)
    return api


@pytest.fixture
async def articles(make):
    """Three articles: two under the house's disclaimer, and one between them under another. Their ids by slug."""
    await make.live("disclaimer/trial", title="Trials", text="Not approved yet.", placement="BEFORE_CONTENT")
    made = [
        await make.live("article/a", title="A"),
        await make.live("article/b", title="B", disclaimer="trial"),
        await make.live("article/c", title="C", links=[{"kind": "RELATED", "target": "article/b"}]),
    ]
    return {each.record.slug: global_id("Article", each.node) for each in made}


async def disclaimers(api):
    """The disclaimers, as a client reads them: by slug, without what only extensions have."""
    nodes = "disclaimers { nodes { slug id version title text contentHash placement } }"
    return {node.pop("slug"): node for node in (await api(f"{{ {nodes} }}"))["disclaimers"]["nodes"]}


async def test_the_answer_carries_what_was_not_selected(door, articles):
    """Each edition once, whole, with the ids of its articles, in the order of the answer; the data is as asked."""
    told = await disclaimers(door)

    data = await door(PAGE)

    house = {"ids": [articles["a"], articles["c"]], **told["house"]}
    trial = {"ids": [articles["b"]], **told["trial"]}
    assert data == {"articles": {"nodes": [{"title": "A"}, {"title": "B"}, {"title": "C"}]}}
    assert door.extensions == {"disclaimers": [house, trial]}
    assert trial["text"] == "Not approved yet."
    assert (trial["placement"], trial["version"]) == ("BEFORE_CONTENT", 1)
    assert list(house) == ["ids", "id", "version", "title", "text", "contentHash", "placement"]


@pytest.mark.parametrize(
    "operation",
    [
        "{ articles { nodes { title disclaimer { text } } } }",
        "{ articles { nodes { id slug locale url } } }",
        "{ physicians { nodes { title } } }",
        '{ article(slug: "nothing") { title } }',
        "{ articles(first: 0) { nodes { title } } }",
    ],
)
async def test_where_nothing_lacks_there_is_no_extension(door, articles, operation):
    """What was selected, what needs none and what is not there leave the answer as it is."""
    await door(operation)

    assert door.extensions is None


async def test_every_article_of_an_answer_is_listed_once(door, articles):
    """The same article in several places, among nodes of other types, is one id; what covers itself is none."""
    data = await door(
        """query ($ids: [ID!]!) {
          nodes(ids: $ids) { __typename ... on Content { title } }
          a: article(slug: "a") { title disclaimer { text } }
          c: article(slug: "c") { slug links { nodes { ... on Content { title } } } }
        }""",
        ids=[articles["b"], NOBODY, (await disclaimers(door))["house"]["id"], articles["b"]],
    )

    article = {"__typename": "Article", "title": "B"}
    assert data["nodes"] == [article, None, {"__typename": "Disclaimer", "title": "House rules"}, article]
    assert data["c"] == {"slug": "c", "links": {"nodes": [{"title": "B"}]}}
    assert [each["ids"] for each in door.extensions["disclaimers"]] == [[articles["b"]], [articles["c"]]]


async def test_content_that_is_left_out_needs_no_disclaimer(door, articles):
    """Only the articles whose content is in this answer are listed, whatever the text may select."""
    query = 'query ($a: Boolean!) { article(slug: "a") { slug ... @include(if: $a) { title } } }'

    assert await door(query, a=False) == {"article": {"slug": "a"}}
    assert door.extensions is None
    assert await door(query, a=True) == {"article": {"slug": "a", "title": "A"}}
    assert [each["ids"] for each in door.extensions["disclaimers"]] == [[articles["a"]]]


async def test_what_is_taken_out_stays_in_rows_that_are_shared(door, articles):
    """The second answer shares rows with the first, and has the same disclaimers."""
    first = (await door(PAGE), door.extensions)

    assert (await door(PAGE), door.extensions) == first


async def test_disclaimers_come_in_the_locale_of_their_articles(door, articles, make):
    """An article in two locales needs two editions of one disclaimer: both are there."""
    await make.live("disclaimer/house", "es", title="Normas", text="Pregunte.")
    await make.live("article/a", "es", title="A es")

    data = await door('query @inContext(locale: "es") { article(slug: "a") { title } }')

    assert data == {"article": {"title": "A es"}}
    assert [each["text"] for each in door.extensions["disclaimers"]] == ["Pregunte."]


async def test_attached_disclaimers_are_one_statement(api, make):
    """However many articles and disclaimers there are, they cost one statement more than an answer without content."""
    for number in range(12):
        await make.live(f"disclaimer/d{number}", text=f"Text {number}.")
        await make.live(f"article/a{number}", disclaimer=f"d{number}")

    sent = {}
    for field in ("slug", "title", "title disclaimer { text }"):
        for size in (1, 12):
            await api(f"{{ articles(first: {size}) {{ nodes {{ {field} }} }} }}")
            sent[field, size] = api.statements

    assert sent == {
        ("slug", 1): 2,
        ("slug", 12): 2,
        ("title", 1): 3,
        ("title", 12): 3,
        ("title disclaimer { text }", 1): 3,
        ("title disclaimer { text }", 12): 3,
    }


async def test_require_refuses_before_anything_runs(door, articles):
    """The operation is refused by its text, whoever asked it before; a complete one is answered."""
    strict = door.as_(policy=DisclaimerPolicy.REQUIRE)
    strict.executions = door.executions
    await door(PAGE)

    assert await strict.codes(PAGE) == ["DISCLAIMER_REQUIRED"]
    assert strict.statements == 0
    assert await strict.codes(PAGE) == ["DISCLAIMER_REQUIRED"]
    assert await strict("{ articles(last: 1) { nodes { slug disclaimer { text } } } }")
    assert await door.codes(PAGE) == []


async def test_aliases_of_ours_are_refused_at_the_door(api):
    """With a code of their own, before anything runs."""
    assert await api.codes("{ articles { nodes { caveat_id: title } } }") == ["RESERVED_ALIAS"]
    assert api.statements == 0


async def test_what_is_attached_costs_as_if_it_were_selected(api, articles):
    """The limit holds for all that is read: eight fields for each article."""
    limited = api.settings.model_copy(update={"max_cost": 20})
    api.executions = Executions(limited)

    assert await api.codes("{ articles(first: 2) { nodes { title } } }") == []
    assert await api.codes("{ articles(first: 3) { nodes { title } } }") == ["TOO_EXPENSIVE"]
    assert await api.codes("{ articles(first: 3) { nodes { title disclaimer { text } } } }") == []


async def test_errors_point_into_the_clients_own_text(door, articles):
    """Where an argument is wrong is told by the lines of the text that was sent."""
    result = await door.execute("{\n  articles {\n    nodes { title links(first: 1000) { totalCount } }\n  }\n}")

    (error,) = result.errors
    assert error.formatted["locations"] == [{"line": 3, "column": 19}]


async def test_an_article_whose_disclaimer_is_gone_does_not_leave(door, articles):
    """No release does that; should it be so, there is an error at the article, and no article."""
    (connection,) = connections.all()
    await connection.execute_query("DELETE FROM disclaimer")

    result = await door.execute("{ articles(first: 1) { nodes { title } } }")

    assert result.data is None
    assert [error.path for error in result.errors] == [["articles", "nodes", 0]]


async def test_rich_text_of_a_disclaimer_always_has_its_words(door, make):
    """Who selects only the rich text of a disclaimer has its words too, where it has only plain text."""
    await make.live("disclaimer/plain", text="Ask <twice>.\n\nThen *decide*.")
    await make.live("article/a", disclaimer="plain")

    data = await door("{ articles { nodes { title disclaimer { body { html text wordCount blocks { kind } } } } } }")

    body = {
        "html": "<p>Ask &lt;twice&gt;.</p>\n<p>Then *decide*.</p>\n",
        "text": "Ask <twice>.\n\nThen *decide*.",
        "wordCount": 4,
        "blocks": [{"kind": "PARAGRAPH"}] * 2,
    }
    assert data == {"articles": {"nodes": [{"title": "A", "disclaimer": {"body": body}}]}}
    assert door.extensions is None


async def test_json_ld_has_its_disclaimer_and_is_content_all_the_same(door, articles):
    """The document bears the disclaimer as usageInfo; the answer that has it carries it too."""
    data = await door('{ article(slug: "b") { jsonLd } }')

    assert data["article"]["jsonLd"]["usageInfo"]["text"] == "Not approved yet."
    assert [each["text"] for each in door.extensions["disclaimers"]] == ["Not approved yet."]


@pytest.mark.parametrize("partner", [False, True])
async def test_completed_operations_take_what_the_cache_says(api, partner):
    """The bytes that are held for operations which were completed are no more than are counted; receipts too."""
    known, terms = api.executions.operations, terms_of(Audience(partner=partner))
    text = "query Q%d { articles { nodes { title links { nodes { ... on Content { title } } } } } %s }"
    more = " ".join(f"r{n}: topics {{ nodes {{ content {{ nodes {{ title }} }} }} }}" for n in range(9))

    async def read(number: int) -> None:
        operation = await known.get(text % (number, more), None, terms)
        operation.plan(operation.variables({}))

    await read(0)
    gc.collect()
    tracemalloc.start()
    before, size = tracemalloc.get_traced_memory()[0], known.cache.size
    for number in range(1, 40):
        await read(number)
    gc.collect()
    held = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()

    assert held <= known.cache.size - size
