"""Nodes by their global ids, and by the URLs of their pages."""

import base64
from uuid import UUID

import pytest


def gid(typename: str, node: str) -> str:
    """A global id, as this version writes it."""
    return base64.b64encode(f"{typename}:{node}".encode()).decode()


@pytest.fixture
async def pain(make):
    """A live article."""
    return await make.live("article/pain", title="Pain")


async def test_a_node_is_found_by_its_id(api, pain):
    """node, article and nodes give the same thing for an id."""
    id = (await api('{ article(slug: "pain") { id } }'))["article"]["id"]
    query = """query ($id: ID!) {
      node(id: $id) { __typename id } article(id: $id) { __typename id } nodes(ids: [$id, $id]) { __typename id }
    }"""

    one = {"__typename": "Article", "id": id}
    assert await api(query, id=id) == {"node": one, "article": one, "nodes": [one, one]}


async def test_an_unknown_id_is_null_and_takes_nothing_away(api, pain):
    """What leads to nothing gives null, beside an answer for the others."""
    unknown = [gid("Article", str(UUID(int=7))), gid("Nothing", str(UUID(int=7)))]
    known = gid("Article", pain.node)
    query = "query ($id: ID!, $known: ID!) {"
    query += " node(id: $id) { id } article(id: $id) { id } nodes(ids: [$id, $known]) { id } }"

    answers = [await api(query, id=id, known=known) for id in unknown]

    assert answers == [{"node": None, "article": None, "nodes": [None, {"id": known}]}] * 2


@pytest.mark.parametrize("asked", ["node(id: $id) { id }", "nodes(ids: [$id]) { id }", "article(id: $id) { id }"])
async def test_what_is_no_id_is_refused(api, asked):
    """It is a mistake of the client's own, and told as such: null would look like content that is gone."""
    malformed = ["", "%%%", "ü", "\0", "QXJ0aWNsZTo=", "A" * 5_000, "QQ", base64.b64encode(b"\xff\xfe").decode()]
    malformed.append(gid("Article", "not-a-uuid"))

    codes = [await api.codes(f"query ($id: ID!) {{ {asked} }}", id=id) for id in malformed]

    assert codes == [["BAD_REQUEST"]] * 9


async def test_an_id_of_another_type_is_null(api, pain):
    """An article's id is no physician, and its UUID under another type's name is nothing."""
    query = "query ($id: ID!, $wrong: ID!) { physician(id: $id) { id } node(id: $wrong) { id } }"

    answer = await api(query, id=gid("Article", pain.node), wrong=gid("Topic", pain.node))

    assert answer == {"physician": None, "node": None}


async def test_a_withdrawn_node_and_a_draft_are_null(api, make, pain):
    """An id that leads to nothing visible gives null."""
    draft = await make.draft("article/new")
    await make.withdraw(pain)
    ids = [gid("Article", outcome.node) for outcome in (pain, draft)]

    assert await api("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids) == {"nodes": [None, None]}


async def test_one_node_takes_exactly_one_of_slug_and_id(api, pain):
    """Neither and both are BAD_REQUEST."""
    given = ["", '(slug: "pain", id: "x")', "(slug: null)"]

    codes = [await api.codes(f"{{ article{arguments} {{ title }} }}") for arguments in given]

    assert codes == [["BAD_REQUEST"]] * 3


async def test_nodes_takes_up_to_a_hundred_ids(api, pain):
    """A hundred ids are answered with one statement, a hundred and one refused."""
    query, id = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename } }", gid("Article", pain.node)

    answer = await api(query, ids=[id] * 100)

    assert answer == {"nodes": [{"__typename": "Article"}] * 100}
    assert api.statements == 2
    assert await api.codes(query, ids=[id] * 101) == ["BAD_REQUEST"]


CONTENT = "query ($url: String!, $locale: String) @inContext(locale: $locale) { content(url: $url) { title locale } }"


async def test_content_is_found_by_the_url_of_its_page(api, make):
    """A full URL and its path lead to the content, under its present and its past slug."""
    old = await make.live("article/old-pain", title="Old")
    await make.live("article/pain", title="Pain", id=old.node)
    urls = [
        "https://site.example/en/article/pain",
        "http://SITE.example/en/article/pain?utm_source=x#top",
        "//site.example/en/article/pain",
        "/en/article/pain",
        "/en/article/old-pain",
    ]

    answers = [await api(CONTENT, url=url) for url in urls]

    assert answers == [{"content": {"title": "Pain", "locale": "en"}}] * 5


async def test_a_url_that_is_none_of_the_sites_pages_is_null(api, pain):
    """Foreign hosts, unknown locales and other paths lead to nothing."""
    hosts = ["other.example", "site.example.evil.example", "site.example:8443", "site.example@evil.example"]
    urls = [f"https://{host}/en/article/pain" for host in hosts]
    urls += ["/fr/article/pain", "/en/topic/pain", "/en/article/", "/en/article/pain/more", "/", "//x/en"]

    answers = [await api(CONTENT, url=url) for url in urls]

    assert answers == [{"content": None}] * 10


async def test_what_is_no_url_is_refused(api, make):
    """Neither a URL of the web nor a path: the client made it wrongly, and is told so."""
    urls = [
        "",
        "http://[",
        "//[",
        "\0",
        "/en/\0",
        "pain",
        "ftp://site.example/en/article/pain",
        "https://x:y/",
        "http:///x",
    ]

    assert [await api.codes(CONTENT, url=url) for url in urls] == [["BAD_REQUEST"]] * 9


async def test_the_locale_of_a_url_says_whose_slug_it_is(api, make):
    """Where two nodes bear one slug in two locales, the URL decides which is meant; the perspective how it is read."""
    await make.live("disclaimer/house", "es")
    bowel = await make.live("article/bowel", title="Bowel")
    await make.live("article/colon", "es", title="Intestino", id=bowel.node)
    await make.live("article/colon", title="Punctuation", id="018f0000-0000-7000-8000-000000000001")
    urls, locales = ("/en/article/colon", "/es/article/colon"), ("en", "es")

    answers = [(await api(CONTENT, url=url, locale=locale))["content"] for url in urls for locale in locales]

    assert answers == [
        {"title": "Punctuation", "locale": "en"},
        {"title": "Punctuation", "locale": "en"},
        {"title": "Bowel", "locale": "en"},
        {"title": "Intestino", "locale": "es"},
    ]


async def test_content_is_found_under_the_sites_own_paths(api, make):
    """Patterns without a locale or a kind in them are told apart by what they lead to."""
    patterns = {"article": "/{slug}", "topic": "/{slug}", "procedure": "/guides/{locale}/{slug}.html"}
    api.settings = api.settings.model_copy(update={"url_patterns": patterns})
    await make.live("topic/knee", title="Knee")
    await make.live("article/pain", title="Pain")
    await make.live("procedure/scope", title="Scope")

    urls = ["/knee", "/pain", "/guides/en/scope.html"]
    answers = [(await api(CONTENT, url=url))["content"]["title"] for url in urls]

    assert answers == ["Knee", "Pain", "Scope"]
