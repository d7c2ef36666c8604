"""Links as edges, forwards and backwards, and the shortcuts that read the same table."""

import pytest

EDGES = """query ($slug: String!, $kinds: [LinkKind!], $first: Int, $after: String, $last: Int, $before: String) {
  article(slug: $slug) {
    links(kinds: $kinds, first: $first, after: $after, last: $last, before: $before) {
      totalCount
      pageInfo { hasNextPage hasPreviousPage endCursor startCursor }
      edges {
        kind heading note role credential position cursor
        node { __typename ... on Content { title } ... on ExternalPage { url label } }
      }
    }
  }
}"""


@pytest.fixture
async def linked(make):
    """An article with a link of every sort, one of them to a draft and one to what was withdrawn."""
    await make.live("physician/ana", title="Ana")
    await make.live("topic/knee", title="Knee")
    await make.draft("article/soon", title="Soon")
    gone = await make.live("article/gone", title="Gone")
    reviewer = {"target": "ana", "role": "Medical reviewer", "credential": "MD"}
    links = [
        {"kind": "RELATED", "target": "article/soon", "heading": "More"},
        {"kind": "RELATED", "target": "article/gone"},
        {"kind": "SEE_ALSO", "url": "https://example.org/", "label": "Elsewhere", "heading": "More", "note": "Why."},
        {"kind": "RELATED", "target": "disclaimer/house"},
    ]
    await make.live(
        "article/pain", title="Pain", authors=["ana"], medicalReviewers=[reviewer], topics=["knee"], links=links
    )
    await make.withdraw(gone)


async def edges(api, **asked) -> list[dict]:
    """The edges of the article, without their cursors."""
    found = (await api(EDGES, slug="pain", **asked))["article"]["links"]["edges"]
    return [{name: value for name, value in edge.items() if name != "cursor"} for edge in found]


def edge(kind: str, position: int, node: dict, **said: str) -> dict:
    """An edge as it is answered."""
    empty = dict.fromkeys(("heading", "note", "role", "credential"))
    return {"kind": kind, "position": position, "node": node, **empty, **said}


ANA, KNEE = {"__typename": "Physician", "title": "Ana"}, {"__typename": "Topic", "title": "Knee"}
HOUSE = {"__typename": "Disclaimer", "title": "House rules"}
PAGE = {"__typename": "ExternalPage", "url": "https://example.org/", "label": "Elsewhere"}


async def test_links_come_in_the_editors_order_with_all_that_they_say(api, linked):
    """Kind, heading, note, role, credential and position stand on the edge; invisible targets are not there."""
    assert await edges(api) == [
        edge("AUTHORED_BY", 0, ANA),
        edge("REVIEWED_BY", 1, ANA, role="Medical reviewer", credential="MD"),
        edge("ABOUT", 2, KNEE),
        edge("SEE_ALSO", 5, PAGE, heading="More", note="Why."),
        edge("RELATED", 6, HOUSE),
    ]


async def test_links_are_narrowed_by_kind(api, linked):
    """Only the kinds that are asked for are listed and counted; none where the list is empty."""
    related = edge("RELATED", 6, HOUSE)

    assert await edges(api, kinds=["RELATED"]) == [related]
    assert await edges(api, kinds=["RELATED", "SEE_ALSO"]) == [
        edge("SEE_ALSO", 5, PAGE, heading="More", note="Why."),
        related,
    ]
    counts = [
        (await api(EDGES, slug="pain", kinds=kinds))["article"]["links"]["totalCount"]
        for kinds in (None, ["RELATED"], ["PREREQUISITE"], [])
    ]
    assert counts == [5, 1, 0, 0]


async def test_a_link_appears_when_its_target_goes_live(api, make, linked):
    """An edge to a draft is not there, neither in the list nor in the total, until the draft is published."""
    before = (await api(EDGES, slug="pain", kinds=["RELATED"]))["article"]["links"]["totalCount"]

    await make.live("article/soon", title="Now")

    soon = edge("RELATED", 3, {"__typename": "Article", "title": "Now"}, heading="More")
    assert before == 1
    assert await edges(api, kinds=["RELATED"]) == [soon, edge("RELATED", 6, HOUSE)]


async def test_links_page_in_both_directions(api, linked):
    """Pages forwards and backwards put together are the whole list, and say what is before and after."""
    whole = (await api(EDGES, slug="pain"))["article"]["links"]["edges"]

    first = (await api(EDGES, slug="pain", first=2))["article"]["links"]
    second = (await api(EDGES, slug="pain", first=2, after=first["pageInfo"]["endCursor"]))["article"]["links"]
    last = (await api(EDGES, slug="pain", last=2))["article"]["links"]
    middle = (await api(EDGES, slug="pain", last=2, before=last["pageInfo"]["startCursor"]))["article"]["links"]

    assert [first["edges"], second["edges"]] == [whole[:2], whole[2:4]]
    assert [middle["edges"], last["edges"]] == [whole[1:3], whole[3:]]
    assert [page["pageInfo"]["hasNextPage"] for page in (first, second)] == [True, True]
    assert [page["pageInfo"]["hasPreviousPage"] for page in (middle, last)] == [True, True]


async def test_each_parent_has_its_own_page_of_links(api, make):
    """The first two links of each article, and how many there are, read for all articles at once."""
    for name in ("t1", "t2", "t3"):
        await make.live(f"topic/{name}", title=name)
    await make.live("article/a", title="A", topics=["t1", "t2", "t3"])
    await make.live("article/b", title="B", topics=["t3"])
    await make.live("article/c", title="C")

    answer = await api(
        "{ articles(orderBy: TITLE_ASC) { nodes { f: links(first: 2) { totalCount nodes { ... on Topic { title } } }"
        " l: links(last: 2) { nodes { ... on Topic { title } } } } } }"
    )

    def named(*names: str) -> list[dict]:
        return [{"title": name} for name in names]

    assert answer["articles"]["nodes"] == [
        {"f": {"totalCount": 3, "nodes": named("t1", "t2")}, "l": {"nodes": named("t2", "t3")}},
        {"f": {"totalCount": 1, "nodes": named("t3")}, "l": {"nodes": named("t3")}},
        {"f": {"totalCount": 0, "nodes": []}, "l": {"nodes": []}},
    ]


BACK = """query ($kinds: [LinkKind!], $first: Int, $after: String, $last: Int, $before: String) {
  topic(slug: "knee") {
    linkedFrom(kinds: $kinds, first: $first, after: $after, last: $last, before: $before) {
      totalCount
      pageInfo { startCursor endCursor }
      edges { kind position note node { ... on Content { title } } }
    }
  }
}"""


@pytest.fixture
async def about(make):
    """Five pages about a topic, one of which links to it twice; a draft and a withdrawn one."""
    await make.live("topic/knee", title="Knee")
    for name in ("a", "b", "c"):
        links = [{"kind": "SEE_ALSO", "target": "topic/knee", "note": "Twice."}] if name == "b" else []
        await make.live(f"article/{name}", title=name, topics=["knee"], links=links)
    await make.live("procedure/p", title="p", topics=["knee"])
    await make.draft("article/draft", title="draft", topics=["knee"])
    await make.withdraw(await make.live("article/gone", title="gone", topics=["knee"]))


def source(title: str, kind: str = "ABOUT", position: int = 0, note: str | None = None) -> dict:
    """A link as it is seen from its target."""
    return {"kind": kind, "position": position, "note": note, "node": {"title": title}}


async def test_linked_from_is_the_newest_first(api, about):
    """The way back shows each link with its source, of what can be seen alone."""
    twice = source("b", "SEE_ALSO", 1, "Twice.")

    back = (await api(BACK))["topic"]["linkedFrom"]
    see_also = (await api(BACK, kinds=["SEE_ALSO"]))["topic"]["linkedFrom"]

    assert back["edges"] == [source("p"), source("c"), twice, source("b"), source("a")]
    assert (back["totalCount"], see_also["totalCount"], see_also["edges"]) == (5, 1, [twice])


async def test_linked_from_pages_in_both_directions(api, about):
    """Pages of two, forwards and backwards, put together are the whole."""
    whole = (await api(BACK))["topic"]["linkedFrom"]["edges"]

    first = (await api(BACK, first=2))["topic"]["linkedFrom"]
    second = (await api(BACK, first=2, after=first["pageInfo"]["endCursor"]))["topic"]["linkedFrom"]
    last = (await api(BACK, last=2))["topic"]["linkedFrom"]
    middle = (await api(BACK, last=2, before=last["pageInfo"]["startCursor"]))["topic"]["linkedFrom"]

    assert [first["edges"], second["edges"]] == [whole[:2], whole[2:4]]
    assert [middle["edges"], last["edges"]] == [whole[1:3], whole[3:]]


async def test_shortcuts_read_the_same_links(api, make):
    """Every typed shortcut, forwards and backwards."""
    await make.live("physician/ana", title="Ana")
    await make.live("physician/bo", title="Bo")
    await make.live("topic/body", title="Body")
    await make.live("topic/knee", title="Knee", broader=["body"])
    await make.live("procedure/scope", title="Scope", performedBy=["bo"], medicalReviewers=["ana"], topics=["knee"])
    roles = {"authors": ["bo", "ana"], "editors": ["ana"], "medicalReviewers": ["bo"]}
    await make.live("article/pain", title="Pain", procedures=["scope"], topics=["knee", "body"], **roles)

    answer = await api("""{
      article(slug: "pain") {
        authors { title } editors { title } medicalReviewers { title } procedures { title } topics { title }
      }
      procedure(slug: "scope") {
        performedBy { title } medicalReviewers { title } topics { title } articles { nodes { title } totalCount }
      }
      physician(slug: "bo") {
        articles { nodes { title } } reviewedArticles { nodes { title } } procedures { nodes { title } }
      }
      topic(slug: "knee") { broader { title } narrower { totalCount } content { nodes { __typename title } } }
      body: topic(slug: "body") { narrower { nodes { title } } }
    }""")

    pain, scope, ana, bo = {"title": "Pain"}, {"title": "Scope"}, {"title": "Ana"}, {"title": "Bo"}
    knee, body = {"title": "Knee"}, {"title": "Body"}
    assert answer == {
        "article": {
            "authors": [bo, ana], "editors": [ana], "medicalReviewers": [bo], "procedures": [scope],
            "topics": [knee, body],
        },
        "procedure": {
            "performedBy": [bo], "medicalReviewers": [ana], "topics": [knee],
            "articles": {"nodes": [pain], "totalCount": 1},
        },
        "physician": {
            "articles": {"nodes": [pain]}, "reviewedArticles": {"nodes": [pain]}, "procedures": {"nodes": [scope]},
        },
        "topic": {
            "broader": [body], "narrower": {"totalCount": 0},
            "content": {"nodes": [{"__typename": "Article", **pain}, {"__typename": "Procedure", **scope}]},
        },
        "body": {"narrower": {"nodes": [knee]}},
    }  # fmt: skip


async def test_a_node_that_is_linked_twice_is_one_node(api, make):
    """Two links of a kind to one node are two edges, and one node in shortcuts, lists and totals."""
    await make.live("physician/ana", title="Ana")
    roles = [{"target": "ana", "role": "Reviewer"}, {"target": "ana", "role": "Second reviewer"}]
    await make.live("article/pain", title="Pain", medicalReviewers=roles)

    answer = await api("""{
      article(slug: "pain") { medicalReviewers { title } links { totalCount } }
      physician(slug: "ana") { reviewedArticles { totalCount nodes { title } } linkedFrom { totalCount } }
    }""")

    assert answer == {
        "article": {"medicalReviewers": [{"title": "Ana"}], "links": {"totalCount": 2}},
        "physician": {
            "reviewedArticles": {"totalCount": 1, "nodes": [{"title": "Pain"}]},
            "linkedFrom": {"totalCount": 2},
        },
    }


async def test_shortcuts_backwards_page_per_parent(api, make):
    """Each physician has its own page of articles, and its own total, forwards and backwards."""
    await make.live("physician/ana", title="Ana")
    await make.live("physician/bo", title="Bo")
    for name, authors in [("a", ["ana"]), ("b", ["ana", "bo"]), ("c", ["ana"])]:
        await make.live(f"article/{name}", title=name, authors=authors)
    page = "totalCount nodes { title } pageInfo { hasNextPage endCursor }"

    answer = await api(f"{{ physicians(orderBy: PUBLISHED_AT_ASC) {{ nodes {{ articles(first: 2) {{ {page} }} }} }} }}")
    ana, bo = [node["articles"] for node in answer["physicians"]["nodes"]]
    rest = await api(
        'query ($c: String) { physician(slug: "ana") { articles(after: $c) { nodes { title } } } }',
        c=ana["pageInfo"]["endCursor"],
    )

    assert (ana["totalCount"], ana["nodes"]) == (3, [{"title": "c"}, {"title": "b"}])
    assert (bo["totalCount"], bo["nodes"]) == (1, [{"title": "b"}])
    assert (ana["pageInfo"]["hasNextPage"], bo["pageInfo"]["hasNextPage"]) == (True, False)
    assert rest == {"physician": {"articles": {"nodes": [{"title": "a"}]}}}
