"""Cache tags: whatever a release changes is purged by it, and as little else as can be."""

import uuid
from collections.abc import Sequence

import pytest

from delivery.tags import ALL, node_tag
from delivery.webhooks.events import release_event
from publishing.release import Withdrawal, release

D = "disclaimer { text }"
OPERATIONS = [
    f'{{ article(slug: "pain") {{ title {D} authors {{ title }} links {{ nodes {{ ... on Content {{ url }} }} }} }} }}',
    f'{{ article(slug: "pain") {{ title {D} links {{ totalCount }} linkedFrom {{ totalCount }} }} }}',
    f'{{ article(slug: "pain") {{ body {{ html }} {D} }} }}',
    f'{{ article(slug: "pain") {{ body {{ references {{ title }} }} {D} }} }}',
    f'{{ article(slug: "pain") {{ translations {{ locale slug }} topics {{ summary }} {D} }} }}',
    f'{{ article(slug: "pain") {{ jsonLd {D} }} }}',
    f'{{ article(slug: "new") {{ title {D} }} }}',
    '{ content(url: "https://site.example/en/article/new") { title } }',
    f"{{ articles(orderBy: TITLE_ASC) {{ totalCount nodes {{ title {D} }} }} }}",
    "{ physicians { totalCount } }",
    '{ physician(slug: "ana") { title articles { totalCount } } }',
    '{ topic(slug: "knee") { title content { nodes { title } } } }',
    f'query @inContext(locale: "es") {{ article(slug: "pain") {{ locale title {D} }} }}',
    '{ search(query: "pain") { totalCount nodes { id slug } } }',
    '{ search(query: "sore knees", kinds: [PHYSICIAN, TOPIC]) { edges { score highlights { fragments { html } } } } }',
    '{ suggest(prefix: "a") { kind node { slug } } }',
    f'{{ article(slug: "ache") {{ slug suggestions {{ ... on Article {{ title {D} }} }} {D} }} }}',
    "{ revision }",
    "{ changes(after: 6) { next nodes { kind node { title } } } }",
    "{ changes(after: 0, kinds: [TOPIC]) { nodes { node { title } } } }",
]
CHANGES = {
    "the article is reworded": ["article/pain", {"title": "Reworded"}],
    "an author is renamed": ["physician/ana", {"title": "Renamed"}],
    "an author moves": ["physician/ana", {"slug": "ana-moved"}],
    "a topic is reworded": ["topic/knee", {"summary": "Reworded."}],
    "the disclaimer is reworded": ["disclaimer/house", {"text": "Reworded."}],
    "what the text refers to moves": ["article/ache", {"slug": "ache-moved"}],
    "what a link leads to appears": ["article/later", {}],
    "an article appears that links here": ["article/new", {"links": [{"kind": "RELATED", "target": "article/pain"}]}],
    "a translation appears": ["article/pain", {"locale": "es", "title": "Dolor"}],
    "a physician appears": ["physician/bela", {}],
}


@pytest.fixture
async def site(make):
    """An article with an author, a topic, a link to a draft, and a text that refers to another article."""
    await make.live("disclaimer/house", locale="es")
    await make.live("topic/knee")
    await make.live("physician/ana")
    await make.live("article/ache", topics=["knee"])
    await make.draft("article/later")
    return await make.live("article/pain", **PAIN)


PAIN = {
    "authors": ["ana"],
    "topics": ["knee"],
    "body": "As [ache](caveat:article/ache) and [later](caveat:article/later).",
    "links": [{"kind": "RELATED", "target": "article/later"}],
}


async def answers(edge) -> list[tuple[bytes, set[str]]]:
    """The body and the tags of each operation."""
    got = [await edge.client.get("/graphql", params={"query": operation}) for operation in OPERATIONS]
    return [(answer.content, set(answer.headers["surrogate-key"].split(" "))) for answer in got]


async def purged(edge, settings) -> set[str]:
    """The tags that the newest release purges."""
    await edge.graph.advance()
    everything = ("PUBLISHED", "WITHDRAWN", "ERASED")
    event = await release_event(uuid.uuid4(), everything, edge.graph.revision, settings, edge.graph.database)
    return set(event.tags)


def missed(before: Sequence[tuple[bytes, set[str]]], after: Sequence[tuple[bytes, set[str]]], tags: set[str]):
    """The operations whose answer is another now, and was not purged."""
    changes = zip(OPERATIONS, before, after, strict=True)
    return [query for query, (old, its), (new, _) in changes if old != new and its.isdisjoint(tags)]


@pytest.mark.parametrize(("node", "fields"), CHANGES.values(), ids=CHANGES)
async def test_what_a_publication_changes_is_purged_by_it(web, make, site, settings, node, fields):
    """Each answer that differs after it bears a tag that it purges; at least one answer differs."""
    edge = await web(tags_header="Surrogate-Key")
    before = await answers(edge)

    kept = PAIN if node == "article/pain" else {"topics": ["knee"]} if node == "article/ache" else {}
    await make.live(node, **(kept | fields))
    tags = await purged(edge, settings)
    after = await answers(edge)

    assert missed(before, after, tags) == []
    assert before[:-1] != after[:-1]


async def test_what_is_withdrawn_is_purged(web, make, site, settings):
    """From its own page, from lists, and from the pages that linked to it."""
    edge = await web(tags_header="Surrogate-Key")
    before = await answers(edge)
    ache = [each for each in before if b"Ache" in each[0]]

    (node,) = await ids_of(edge, "ache")
    await release(settings, withdraw=[Withdrawal(node, "en", None)], who="test", clock=make.clock)
    tags = await purged(edge, settings)

    assert missed(before, await answers(edge), tags) == []
    assert len(ache) > 1


async def ids_of(edge, *slugs: str) -> list[str]:
    """The ids of some articles' nodes."""
    lines = await edge.graph.database.fetch(
        "SELECT DISTINCT node_id FROM edition WHERE kind = 'article' AND slug IN :slugs", {"slugs": list(slugs)}
    )
    return [str(line[0]) for line in lines]


async def test_a_page_is_not_purged_for_what_it_does_not_show(web, make, site, settings):
    """Rewording an article leaves the page of another, with its author and its links, where it is."""
    edge = await web(tags_header="Surrogate-Key")
    page = (await answers(edge))[0][1]

    await make.live("article/ache", summary="Reworded.", topics=["knee"])

    assert page.isdisjoint(await purged(edge, settings))
    assert node_tag(site.node) in page
    assert ALL in page


async def test_the_header_is_bounded(web, make):
    """Where the nodes are too many, their kinds stand for them; those who ask by POST, past any CDN, get none."""
    drafts = [await make.draft(f"article/a{number:03}", topics=[]) for number in range(150)]
    for start in range(0, 150, 50):
        await make.publish(*drafts[start : start + 50])
    edge = await web(tags_header="Cache-Tag")
    nodes = f"nodes {{ title {D} }}"
    query = f"{{ articles(first: 100, orderBy: TITLE_ASC) {{ {nodes} }} b: articles(first: 100) {{ {nodes} }} }}"

    few = await edge.client.get("/graphql", params={"query": f"{{ articles {{ {nodes} }} }}"})
    many = await edge.client.get("/graphql", params={"query": query})
    by_post = await edge.post(query)

    assert few.headers["cache-tag"].count(",n-") == 21
    assert few.headers["cache-tag"].startswith("caveat,e-disclaimer,k-article,n-")
    assert many.headers["cache-tag"] == "caveat,k-article,k-disclaimer"
    assert "cache-tag" not in by_post.headers
