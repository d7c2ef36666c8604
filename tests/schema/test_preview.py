"""Previews: drafts in the place of what is live, wherever an operation looks."""

import pytest

PAGE = """query Page($preview: Boolean!) @inContext(preview: $preview) {
  article(slug: "pain") { title edition { version revision publishedAt supersededAt } body { html } }
  articles(orderBy: TITLE_ASC) { totalCount nodes { title } }
  topics(orderBy: TITLE_ASC) {
    totalCount
    nodes {
      title
      content(first: 10) { totalCount nodes { title } }
      linkedFrom { totalCount nodes { ... on Content { title } } }
    }
  }
}"""


@pytest.fixture
async def drafted(make):
    """A live article with a draft ahead of it, and an article and a topic that are drafts."""
    await make.live("topic/knee", title="Knee")
    await make.live("article/pain", title="Pain", topics=["knee"], body="See [this](caveat:topic/knee).")
    await make.draft("topic/hip", title="Hip draft")
    await make.draft("article/pain", title="Pain draft", topics=["hip"], body="See [that](caveat:topic/hip).")
    await make.draft("article/new", title="New draft", topics=["knee"])


def titled(*titles: str) -> dict:
    """A connection of nodes with titles."""
    return {"totalCount": len(titles), "nodes": [{"title": title} for title in titles]}


def topic(title: str, *content: str) -> dict:
    """A topic with what is about it."""
    return {"title": title, "content": titled(*content), "linkedFrom": titled(*content)}


async def test_without_preview_no_draft_is_seen_anywhere(api, drafted):
    """The page, its list, its relations, their counts and the way back show what is live."""
    page = await api(PAGE, preview=False)

    assert page["article"]["title"] == "Pain"
    assert page["article"]["body"] == {"html": '<p>See <a href="https://site.example/en/topic/knee">this</a>.</p>\n'}
    assert page["articles"] == titled("Pain")
    assert page["topics"] == {"totalCount": 1, "nodes": [topic("Knee", "Pain")]}


async def test_with_preview_drafts_stand_in_the_place_of_what_is_live(api, drafted):
    """The draft is the page, with its own links and references; what it no longer says is gone."""
    page = await api(PAGE, preview=True)

    edition = {"version": 2, "revision": None, "publishedAt": None, "supersededAt": None}
    html = '<p>See <a href="https://site.example/en/topic/hip">that</a>.</p>\n'
    assert page["article"] == {"title": "Pain draft", "edition": edition, "body": {"html": html}}
    assert page["articles"] == titled("New draft", "Pain draft")
    nodes = [topic("Hip draft", "Pain draft"), topic("Knee", "New draft")]
    assert page["topics"] == {"totalCount": 2, "nodes": nodes}


@pytest.mark.parametrize(("preview", "titles"), [(False, ["Pain"]), (True, [])])
async def test_filters_read_what_the_perspective_sees(api, drafted, preview, titles):
    """A filter by a topic matches the live edition's links, or in a preview those of the draft."""
    knee = (await api('{ topic(slug: "knee") { id } }'))["topic"]["id"]
    query = "query ($preview: Boolean!, $topics: [ID!]) @inContext(preview: $preview) {"
    query += ' articles(filter: {topics: $topics, slugs: ["pain"]}) { totalCount nodes { title } } }'

    assert await api(query, preview=preview, topics=[knee]) == {"articles": titled(*titles)}


async def test_a_filter_by_a_draft_topic_matches_nothing_without_preview(api, drafted):
    """A topic that cannot be seen narrows a list to nothing, even for those who know its id."""
    hip = (await api('query @inContext(preview: true) { topic(slug: "hip") { id } }'))["topic"]["id"]
    query = "query ($preview: Boolean!, $topics: [ID!]) @inContext(preview: $preview) {"
    query += " articles(filter: {topics: $topics}) { totalCount nodes { title } } }"

    assert await api(query, preview=False, topics=[hip]) == {"articles": titled()}
    assert await api(query, preview=True, topics=[hip]) == {"articles": titled("Pain draft")}


async def test_the_slug_of_a_draft_is_found_in_previews_alone(api, make):
    """A draft under a new slug is found by both slugs in a preview, and by the live one otherwise."""
    pain = await make.live("article/pain", title="Pain")
    await make.draft("article/ache", title="Ache draft", id=pain.node)
    query = "query ($preview: Boolean!) @inContext(preview: $preview) {"
    query += ' old: article(slug: "pain") { title } new: article(slug: "ache") { title } }'

    assert await api(query, preview=False) == {"old": {"title": "Pain"}, "new": None}
    assert await api(query, preview=True) == {"old": {"title": "Ache draft"}, "new": {"title": "Ache draft"}}


async def test_a_draft_in_another_locale_does_not_hide_what_is_live(api, make):
    """A Spanish draft is the Spanish preview; the English page stays as it is."""
    await make.live("disclaimer/house", "es")
    await make.live("article/pain", title="Pain")
    await make.draft("article/pain", "es", title="Dolor")
    query = "query ($locale: String, $preview: Boolean!) @inContext(locale: $locale, preview: $preview) {"
    query += ' article(slug: "pain") { title translations { locale } } }'

    asked = [("en", False), ("en", True), ("es", False), ("es", True)]
    answers = [(await api(query, locale=locale, preview=preview))["article"] for locale, preview in asked]

    one, two = [{"locale": "en"}], [{"locale": "en"}, {"locale": "es"}]
    assert answers == [
        {"title": "Pain", "translations": one},
        {"title": "Pain", "translations": two},
        {"title": "Pain", "translations": one},
        {"title": "Dolor", "translations": two},
    ]


async def test_a_scheduled_draft_is_a_draft_until_it_is_published(api, make):
    """What is scheduled cannot be seen without a preview, even after its time, before somebody publishes it."""
    await make.draft("article/soon", title="Soon", status="scheduled", publishAt="2026-03-01T09:00:00Z")
    query = 'query ($preview: Boolean!) @inContext(preview: $preview) { article(slug: "soon") { title } }'

    assert await api(query, preview=False) == {"article": None}
    assert await api(query, preview=True) == {"article": {"title": "Soon"}}


async def test_a_draft_is_shown_with_a_disclaimer_of_another_locale(api, make):
    """A draft whose disclaimer is not translated yet is previewed with the wording that there is."""
    await make.draft("article/dolor", "es", title="Dolor")
    query = 'query @inContext(locale: "es", preview: true) {'
    query += ' article(slug: "dolor") { title disclaimer { title locale } } }'

    disclaimer = {"title": "House rules", "locale": "en"}
    assert await api(query) == {"article": {"title": "Dolor", "disclaimer": disclaimer}}


async def test_a_draft_is_shown_with_a_disclaimer_that_was_withdrawn(api, make):
    """A draft whose disclaimer is no longer live is previewed with its last wording."""
    old = await make.live("disclaimer/old", title="Old rules")
    await make.draft("article/pain", disclaimer="old")
    await make.withdraw(old)
    query = 'query @inContext(preview: true) { article(slug: "pain") { disclaimer { title } } }'

    assert await api(query) == {"article": {"disclaimer": {"title": "Old rules"}}}


async def test_what_was_withdrawn_is_not_in_a_preview(api, make):
    """A preview shows drafts and what is live: a withdrawn node without a draft is neither."""
    pain = await make.live("article/pain")
    await make.withdraw(pain)
    query = 'query @inContext(preview: true) { article(slug: "pain") { title } articles { totalCount } }'

    assert await api(query) == {"article": None, "articles": {"totalCount": 0}}
