"""The graph cache: what is kept, what is not, and how many bytes it takes."""

import asyncio
import gc
import re
import tracemalloc

import pytest

from cache import Cache
from engine.selection import Selection
from loaders.search.hits import Facet, Search

TEXT = "A sentence with *some* words, and a [link](https://example.org/). " * 40
WHOLE = """{ articles(first: 40) { nodes { title url publishedAt
  sections { heading body { html blocks { spans { text } } } }
  body { html text blocks { kind spans { text marks } } } disclaimer { text } topics { title } } } }"""
SLUG = "query ($slug: String!) { article(slug: $slug) { title body { html } topics { title } } }"


@pytest.fixture
async def articles(make):
    """Forty articles of some length."""
    await make.live("topic/knee")
    sections = [{"heading": f"Part {n}", "body": TEXT} for n in range(3)]
    drafts = [await make.draft(f"article/a{n}", body=TEXT, sections=sections, topics=["knee"]) for n in range(40)]
    await make.publish(*drafts)


async def test_what_was_read_is_not_read_again(api, articles):
    """A second operation over the same content costs the statement for the head, and so does another one."""
    api.graph = Cache(50_000_000)
    await api(WHOLE)
    cold = api.statements

    await api(WHOLE)
    warm = api.statements
    await api("{ articles(first: 100) { nodes { summary disclaimer { title } } } }")

    assert cold > 4
    assert warm == 1
    assert api.statements == 3  # rows in less detail are kept apart


async def test_each_perspective_finds_its_own(api, make, articles):
    """A partner, another locale and a past moment read other things from the same cache."""
    api.graph = Cache(50_000_000)
    await make.live("physician/ana", syndicationConsent=False)
    query = "{ physicians { totalCount nodes { title } } }"

    everyone = await api(query)
    partner = api.as_(partner=True)
    partner.graph = api.graph
    past = await api('query @inContext(asOf: "2026-03-01T09:00:02Z") ' + query)

    assert everyone["physicians"]["totalCount"] == 1
    assert (await partner(query))["physicians"] == past["physicians"] == {"totalCount": 0, "nodes": []}
    assert (await api(query)) == everyone


async def test_it_takes_no_more_bytes_than_it_says(api, articles):
    """Rows, decoded texts and what was completed: Python allocates no more for them than the cache counts."""
    await api(WHOLE)
    await api(SLUG, slug="a1")
    api.graph = Cache(100_000_000)
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]

    await api(WHOLE)
    for number in range(40):
        await api(SLUG, slug=f"a{number}")
    gc.collect()
    taken = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()

    assert api.graph.size > 1_000_000
    assert taken < api.graph.size


async def test_it_stays_below_its_limit(api, articles):
    """A cache that is too small for the content still answers, and is never larger than it may be."""
    api.graph = Cache(400_000)
    sizes = []

    for number in [*range(40), *range(40)]:
        answer = await api(SLUG, slug=f"a{number}")
        sizes.append(api.graph.size)
        assert answer["article"]["title"] == f"A{number}"

    assert max(sizes) <= 400_000
    assert api.graph.evictions > 0


async def test_rows_do_not_hold_on_to_the_plans_that_read_them(api, articles):
    """Each article is read by an operation of its own; when the operations are forgotten, so are their selections."""
    api.graph = Cache(50_000_000)
    await api("{ articles(first: 40) { nodes { title } } }")

    for number in range(40):
        await api(f'{{ article(slug: "a{number}") {{ name{number}: title disclaimer {{ text }} }} }}')
    await api("{ revision }")
    api.executions.operations.cache.clear()

    for _ in range(100):  # a thread that read an operation may need a moment to let go of it
        if not _names_selected():
            break
        await asyncio.sleep(0.05)
    assert _names_selected() == []


def _names_selected() -> list[str]:
    """The aliases of this test that something still holds; other tests of the process may hold plans of their own."""
    gc.collect()
    left = [each for each in gc.get_objects() if type(each) is Selection]
    return [column.key for each in left for column in each.columns if re.fullmatch(r"name\d+", column.key)]


async def test_what_a_row_no_longer_keeps_is_no_longer_counted(api, articles):
    """A hundred operations over the same rows, each of its own: rows keep what some completed, and count these."""
    api.graph = Cache(50_000_000)
    operations = [f"{{ articles(first: 40) {{ nodes {{ name{n:03}: title }} }} }}" for n in range(100)]

    sizes = []
    for operation in operations:
        await api(operation)
        sizes.append(api.graph.size)

    assert sizes[10:] == [sizes[10]] * 90


async def test_a_search_is_kept_under_a_short_key(api, articles, make):
    """What was found is not looked for again at that revision; long questions take no room that is not counted."""
    api.graph = Cache(50_000_000)
    query = "query ($text: String!) { search(query: $text) { totalCount edges { score node { slug } } } }"
    before = await api(query, text="sentence")

    again = await api(query, text="sentence")
    warm = api.statements
    await make.live("article/another", body="A sentence more.")
    after = await api(query, text="sentence")

    assert before == again
    assert warm == 1
    assert after["search"]["totalCount"] == before["search"]["totalCount"] + 1
    assert {len(Search(text).key) for text in ("", "x" * 9_000, "\ud800" * 20_000)} == {64}
    assert Search("a").key != Search("b").key != Search("b", ((Facet.KIND, ("topic",)),)).key
