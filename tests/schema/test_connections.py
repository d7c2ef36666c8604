"""Lists and their pages: every order, both directions, every cursor."""

import base64
import itertools
from collections.abc import Callable
from typing import Any

import orjson
import pytest

PAGE = """query ($orderBy: ContentOrder!, $first: Int, $after: String, $last: Int, $before: String) {
  articles(orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
    totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { id title publishedAt updatedAt } }
  }
}"""
ORDERS: dict[str, tuple[Callable[[Any], Any], bool]] = {
    "PUBLISHED_AT_DESC": (lambda node: node["publishedAt"], True),
    "PUBLISHED_AT_ASC": (lambda node: node["publishedAt"], False),
    "UPDATED_AT_DESC": (lambda node: node["updatedAt"], True),
    "UPDATED_AT_ASC": (lambda node: node["updatedAt"], False),
    "TITLE_ASC": (lambda node: node["title"].casefold().replace("é", "e"), False),
    "TITLE_DESC": (lambda node: node["title"].casefold().replace("é", "e"), True),
}
TITLES = ["Knee", "knee", "Ache", "Éclair", "Eclair", "Zoster", "Knee", "back", "Back", "ache 2", "Ache 10"]


@pytest.fixture
async def many(make):
    """Eleven articles with equal titles among them, all but three published at the same moment."""
    drafts = [await make.draft(f"article/a{number}", title=title) for number, title in enumerate(TITLES)]
    await make.publish(*drafts[:8])
    for draft in drafts[8:]:
        await make.publish(draft)
    await make.live("article/a2", title="Ache", summary="Changed.")
    await make.live("article/a3", title="Éclair", summary="Changed.")


def by(node: Any, order: str) -> tuple[Any, str]:
    """What a node sorts by: the order's key, then the node's id."""
    return ORDERS[order][0](node), base64.b64decode(node["id"]).decode()


async def walked(api: Any, order: str, size: int, *, backward: bool = False) -> list[Any]:
    """All edges of the list, page by page."""
    found: list[Any] = []
    asked = {"last": size} if backward else {"first": size}
    for _ in itertools.count():
        page = (await api(PAGE, orderBy=order, **asked))["articles"]
        found = page["edges"] + found if backward else found + page["edges"]
        info = page["pageInfo"]
        if not info["hasPreviousPage" if backward else "hasNextPage"]:
            break
        asked |= {"before": info["startCursor"]} if backward else {"after": info["endCursor"]}
    return found


@pytest.mark.parametrize("order", ORDERS)
async def test_paging_in_either_direction_is_the_list_sorted(api, many, order):
    """Whatever the size of the pages and the ties between keys, all pages together are one slow sort."""
    whole = (await api(PAGE, orderBy="TITLE_ASC", first=100))["articles"]["edges"]
    nodes = sorted((edge["node"] for edge in whole), key=lambda node: by(node, order), reverse=ORDERS[order][1])

    ways = [(size, backward) for size in (1, 4, 11, 100) for backward in (False, True)]
    walks = [await walked(api, order, size, backward=backward) for size, backward in ways]

    assert [edge["node"] for edge in walks[0]] == nodes
    assert walks == [walks[0]] * len(ways)
    assert len({edge["cursor"] for edge in walks[0]}) == len(TITLES)


async def test_between_two_cursors_stands_what_is_between_them(api, many):
    """after and before together leave the entries between, read from the start or from the end."""
    edges = await walked(api, "TITLE_ASC", 100)
    after, before = edges[2]["cursor"], edges[8]["cursor"]

    first = (await api(PAGE, orderBy="TITLE_ASC", after=after, before=before, first=3))["articles"]
    last = (await api(PAGE, orderBy="TITLE_ASC", after=after, before=before, last=3))["articles"]
    all_ = (await api(PAGE, orderBy="TITLE_ASC", after=after, before=before))["articles"]

    assert (first["edges"], last["edges"], all_["edges"]) == (edges[3:6], edges[5:8], edges[3:8])
    assert (first["pageInfo"]["hasNextPage"], last["pageInfo"]["hasPreviousPage"]) == (True, True)
    assert all_["pageInfo"]["hasNextPage"] is False


async def test_a_page_says_where_it_stands(api, many):
    """The cursors of the ends, whether more follows, and the total of the whole list."""
    edges = await walked(api, "TITLE_ASC", 100)

    page = (await api(PAGE, orderBy="TITLE_ASC", first=3))["articles"]
    empty = (await api(PAGE, orderBy="TITLE_ASC", first=3, after=edges[-1]["cursor"]))["articles"]

    ends = {"startCursor": edges[0]["cursor"], "endCursor": edges[2]["cursor"]}
    assert page == {
        "totalCount": 11,
        "pageInfo": {"hasNextPage": True, "hasPreviousPage": False, **ends},
        "edges": edges[:3],
    }
    info = {"hasNextPage": False, "hasPreviousPage": True, "startCursor": None, "endCursor": None}
    assert empty == {"totalCount": 11, "pageInfo": info, "edges": []}


async def test_a_page_of_none_says_whether_there_is_more(api, many):
    """first: 0 and last: 0 are empty pages of a list that goes on."""
    none = {"startCursor": None, "endCursor": None}

    first = (await api(PAGE, orderBy="TITLE_ASC", first=0))["articles"]
    last = (await api(PAGE, orderBy="TITLE_ASC", last=0))["articles"]

    ahead, behind = {"hasNextPage": True, "hasPreviousPage": False}, {"hasNextPage": False, "hasPreviousPage": True}
    assert first == {"totalCount": 11, "pageInfo": {**ahead, **none}, "edges": []}
    assert last == {"totalCount": 11, "pageInfo": {**behind, **none}, "edges": []}


async def test_sizes_that_cannot_be_are_refused(api, make):
    """first with last, and sizes beyond 0 to 100, are BAD_REQUEST in lists and in links."""
    sizes = ["first: 1, last: 1", "first: 101", "last: 101", "first: -1", "last: -1", "first: 0, last: 0"]
    fields = ["articles(%s) { totalCount }", 'disclaimer(slug: "house") { links(%s) { totalCount } }']

    codes = [await api.codes(f"{{ {field % size} }}") for field in fields for size in sizes]

    assert codes == [["BAD_REQUEST"]] * 12


def forged(*parts: Any) -> str:
    """A cursor that we did not make."""
    return base64.urlsafe_b64encode(orjson.dumps(list(parts))).decode()


def reforged(cursor: str, *keys: Any) -> str:
    """A cursor of the same list with other keys."""
    return forged(orjson.loads(base64.urlsafe_b64decode(cursor))[0], *keys)


async def test_a_cursor_of_another_list_order_or_filter_is_refused(api, many):
    """A cursor belongs to the type, the order and the filter that it was made with; a size may change."""
    page = await api("{ articles { pageInfo { endCursor } } topics { pageInfo { endCursor } } }")
    cursor = page["articles"]["pageInfo"]["endCursor"]
    query = "query ($c: String) { %s { totalCount pageInfo { endCursor } } }"

    others = [
        "articles(after: $c, orderBy: PUBLISHED_AT_ASC)",
        "articles(before: $c, orderBy: TITLE_ASC)",
        'articles(after: $c, filter: {slugs: ["a1"]})',
        "topics(after: $c)",
    ]
    codes = [await api.codes(query % other, c=cursor) for other in others]

    assert codes == [["BAD_CURSOR"]] * 4
    same = ["articles(after: $c)", "articles(last: 3, before: $c)", "articles(after: $c, filter: {slugs: null})"]
    assert [await api.codes(query % each, c=cursor) for each in same] == [[]] * 3


async def test_what_is_no_cursor_is_refused(api, make):
    """Garbage, and our own cursors with something else in them, are BAD_CURSOR on both databases."""
    await make.live("article/pain")
    cursor = (await api("{ articles { pageInfo { endCursor } } }"))["articles"]["pageInfo"]["endCursor"]
    query = "query ($c: String) { articles(%s: $c) { nodes { title } } }"
    id, time = "018f0000-0000-7000-8000-000000000001", {"t": "2026-03-01T09:00:00+00:00"}

    garbage = ["", "x", "ü", "%%%", "\0", "bnVsbA==", "NQ==", "e30=", forged(), forged("from:*", 1)]
    keys = [(), (time,), (time, "x"), (1, id), (time, id, 1), ({"t": 5}, id), ({"b": "eA=="}, id), ("x" * 9, id)]
    extremes = [({"t": "0001-01-01T00:00:00+23:59"}, id), (time, {"t": 1}), (time, None), ([], [])]
    cursors = [*garbage, *(reforged(cursor, *each) for each in keys + extremes)]
    codes = [await api.codes(query % way, c=each) for way in ("after", "before") for each in cursors]

    assert codes == [["BAD_CURSOR"]] * len(codes)


async def test_what_is_no_cursor_of_links_is_refused(api, make):
    """The same for links, forwards and backwards, whose keys are numbers, moments and ids."""
    query = 'query ($c: String) { disclaimer(slug: "house") { %s(after: $c) { nodes { __typename } } } }'
    id, time = "018f0000-0000-7000-8000-000000000001", {"t": "2026-03-01T09:00:00+00:00"}

    forwards = [forged("from:*", *keys) for keys in [(), ("x",), (2**40,), (-1,), (1, 2), (1.5,), (None,)]]
    backwards = [forged("to:*", *keys) for keys in [(), (1,), (time, id), (time, id, "x"), (time, id, 2**40)]]
    codes = [await api.codes(query % "links", c=each) for each in forwards]
    codes += [await api.codes(query % "linkedFrom", c=each) for each in backwards]

    assert codes == [["BAD_CURSOR"]] * len(codes)


async def test_only_what_is_selected_is_read(api, make):
    """One statement for the revision, one for a page whatever is selected of it, one for a total."""
    costs = {
        "__typename": 1,
        "totalCount": 2,
        "nodes { title }": 2,
        "nodes { title } edges { cursor node { slug } } pageInfo { endCursor }": 2,
        "nodes { title } totalCount": 3,
    }

    found = {selection: await api(f"{{ articles {{ {selection} }} }}") and api.statements for selection in costs}

    assert found == costs


async def test_deep_pages_cost_what_the_first_one_costs(api, many):
    """A page far into the list takes as many statements as the first."""
    first = await api(PAGE, orderBy="TITLE_ASC", first=2)
    cost = api.statements
    edges = await walked(api, "TITLE_ASC", 100)

    await api(PAGE, orderBy="TITLE_ASC", first=2, after=edges[8]["cursor"])

    assert first["articles"]["edges"] == edges[:2]
    assert api.statements == cost


async def test_a_page_stays_where_it_was_when_the_list_grows(api, make):
    """What is published between two pages neither repeats an entry nor loses one."""
    for name in "bdf":
        await make.live(f"article/{name}", title=name)
    first = (await api(PAGE, orderBy="TITLE_ASC", first=2))["articles"]

    await make.live("article/a", title="a")
    second = (await api(PAGE, orderBy="TITLE_ASC", first=2, after=first["pageInfo"]["endCursor"]))["articles"]

    assert [edge["node"]["title"] for edge in first["edges"]] == ["b", "d"]
    assert [edge["node"]["title"] for edge in second["edges"]] == ["f"]


async def test_every_type_has_a_list_and_a_field(api, make):
    """Each type's list and its field for one give the same node."""
    kinds = ("article", "procedure", "physician", "topic", "disclaimer")
    for kind in kinds[:-1]:
        await make.live(f"{kind}/house", title="House rules")

    fields = (f'{kind}(slug: "house") {{ id title }} {kind}s {{ totalCount nodes {{ id title }} }}' for kind in kinds)
    answer = await api(f"{{ {' '.join(fields)} }}")

    for kind in kinds:
        assert answer[kind]["title"] == "House rules"
        assert answer[f"{kind}s"] == {"totalCount": 1, "nodes": [answer[kind]]}


async def test_physicians_sort_by_family_name(api, make):
    """Title order of physicians goes by family and given name, not by the name as displayed."""
    people = [("Ana Zapata", "Zapata", "Ana"), ("Zoe Abel", "Abel", "Zoe"), ("Bo Abel", "Ábel", "Bo")]
    for title, family, given in people:
        await make.live(f"physician/{given.lower()}", title=title, familyName=family, givenName=given)

    answer = await api("{ physicians(orderBy: TITLE_ASC) { nodes { name } } }")

    assert answer == {"physicians": {"nodes": [{"name": "Bo Abel"}, {"name": "Zoe Abel"}, {"name": "Ana Zapata"}]}}
