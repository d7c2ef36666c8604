"""Editions: versions, their times, translations and what search engines are told."""

from datetime import datetime

from publishing.release import erase

HISTORY = """query ($at: DateTime) @inContext(asOf: $at) {
  article(slug: "pain") {
    edition { version locale revision publishedAt supersededAt }
    history { version locale revision publishedAt supersededAt }
  }
}"""


def edition(version: int, revision: int, start: datetime, end: datetime | None, locale: str = "en") -> dict:
    """An edition as it is answered."""
    times = {"publishedAt": start.isoformat(), "supersededAt": end and end.isoformat()}
    return {"version": version, "locale": locale, "revision": revision, **times}


async def released(make, *outcomes) -> tuple[int, datetime]:
    """Publish drafts; the revision and its time, which is when the clock was last read."""
    return await make.publish(*outcomes), make.clock.now


async def test_every_wording_has_its_times(api, make):
    """The history is every published wording in all locales, the newest first, with when each was live."""
    await make.live("disclaimer/house", "es")
    first = await released(make, await make.draft("article/pain", title="First"))
    spanish = await released(make, await make.draft("article/pain", "es", title="Uno"))
    second = await released(make, await make.draft("article/pain", title="Second"))
    await make.draft("article/pain", title="Third")

    article = (await api(HISTORY))["article"]

    now = edition(2, *second, None)
    past = edition(1, *first, second[1])
    assert article == {"edition": now, "history": [now, edition(1, *spanish, None, "es"), past]}


async def test_a_past_moment_does_not_know_what_came_later(api, make, clock):
    """At a revision before the next wording, an edition is not superseded yet, and has no successor."""
    first = await released(make, await make.draft("article/pain", title="First"))
    between = clock.advance(hours=1)
    await released(make, await make.draft("article/pain", title="Second"))

    article = (await api(HISTORY, at=between.isoformat()))["article"]

    only = edition(1, *first, None)
    assert article == {"edition": only, "history": [only]}


async def test_a_node_that_comes_back_keeps_its_versions_and_its_first_day(api, make):
    """Withdrawn and published again, the version goes on, and publishedAt is that of the first time."""
    first = await released(make, pain := await make.draft("article/pain", title="First"))
    gone = await make.withdraw(pain), make.clock.now
    second = await released(make, await make.draft("article/pain", title="Second"))

    article = (await api(HISTORY.replace("edition {", "publishedAt updatedAt edition {", 1)))["article"]

    now = edition(2, *second, None)
    assert article == {
        "publishedAt": first[1].isoformat(),
        "updatedAt": second[1].isoformat(),
        "edition": now,
        "history": [now, edition(1, *first, gone[1])],
    }


async def test_histories_of_many_articles_are_one_statement_each(api, make):
    """The revision, the page, the editions of all, the times of their revisions, and the attached disclaimer."""
    for number in range(4):
        await make.live(f"article/a{number}", title="First")
        await make.live(f"article/a{number}", title="Second")

    answer = await api("{ articles { nodes { history { version publishedAt } } } }")

    versions = [[each["version"] for each in node["history"]] for node in answer["articles"]["nodes"]]
    assert versions == [[2, 1]] * 4
    assert api.statements == 5


async def test_translations_are_the_locales_that_can_be_seen_in_the_sites_order(api, make):
    """Every live locale with its page, the default first, whatever locale is read."""
    await make.live("disclaimer/house", "es")
    pain = await make.live("article/dolor", "es", title="Dolor")
    await make.live("article/pain", title="Pain", id=pain.node)
    query = 'query @inContext(locale: "es") { article(slug: "dolor") { locale translations { locale slug url } } }'

    answer = await api(query)

    pages = [("en", "pain"), ("es", "dolor")]
    translations = [{"locale": to, "slug": s, "url": f"https://site.example/{to}/article/{s}"} for to, s in pages]
    assert answer == {"article": {"locale": "es", "translations": translations}}


async def test_search_engines_are_told_the_editors_words_or_the_contents_own(api, make):
    """What is not set for search engines is taken from the page."""
    seo = {"title": "T", "description": "D", "canonicalUrl": "https://example.org/pain", "robots": "noindex"}
    await make.live("article/a", title="A", summary="About A.")
    await make.live("article/b", title="B", seo=seo)

    answer = await api("{ articles(orderBy: TITLE_ASC) { nodes { seo { title description canonicalUrl robots } } } }")

    url = "https://site.example/en/article/a"
    own = {"title": "A", "description": "About A.", "canonicalUrl": url, "robots": "index,follow"}
    assert answer == {"articles": {"nodes": [{"seo": own}, {"seo": seo}]}}


async def test_an_erased_wording_keeps_its_place_in_the_history(api, make, settings, clock):
    """After an erasure the history has its times still, and the past moment an empty page under its disclaimer."""
    pain = await make.live("article/pain", title="First")
    between = clock.advance(hours=1)
    await make.live("article/pain", title="Second")
    await erase(pain.node, who="test", clock=clock)
    page = (
        "query ($at: DateTime) @inContext(asOf: $at) { articles { nodes { title body { html } disclaimer { text } } } }"
    )

    answer = await api(page, at=between.isoformat())
    history = (await api(HISTORY))["article"]["history"]

    empty = {"title": "", "body": {"html": ""}, "disclaimer": {"text": "Ask your physician."}}
    assert answer == {"articles": {"nodes": [empty]}}
    assert [each["version"] for each in history] == [2, 1]
