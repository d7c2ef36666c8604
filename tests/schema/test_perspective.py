"""What ``@inContext`` decides: the locale, its fallbacks, the moment."""

import pytest

TITLES = """query Titles($locale: String, $fallback: [String!]) @inContext(locale: $locale, fallback: $fallback) {
  articles(orderBy: TITLE_ASC) { totalCount nodes { title locale } }
}"""


@pytest.fixture
async def bilingual(make):
    """An article in both languages of the site, and one in each alone."""
    await make.live("disclaimer/house", "es", title="Normas")
    await make.live("article/both", title="Both")
    await make.live("article/both", "es", title="Ambos", slug="both")
    await make.live("article/english", title="English only")
    await make.live("article/espanol", "es", title="Solo en español")


def listed(*served: tuple[str, str]) -> dict:
    """The answer to ``TITLES``: title and locale of each article."""
    nodes = [{"title": title, "locale": locale} for title, locale in served]
    return {"articles": {"totalCount": len(nodes), "nodes": nodes}}


async def test_the_default_locale_is_served_where_none_is_asked_for(api, bilingual):
    """Without a directive the site's default locale is read, and English has no fallback."""
    answer = await api("{ articles(orderBy: TITLE_ASC) { totalCount nodes { title locale } } }")

    assert answer == listed(("Both", "en"), ("English only", "en"))


async def test_a_node_counts_once_in_the_first_locale_that_has_it(api, bilingual):
    """Spanish falls back to English, and what both have is served in Spanish, once."""
    answer = await api(TITLES, locale="es")

    assert answer == listed(("Ambos", "es"), ("English only", "en"), ("Solo en español", "es"))


async def test_an_empty_fallback_turns_the_fallbacks_off(api, bilingual):
    """``fallback: []`` shows what the locale itself has, and nothing else."""
    answer = await api(TITLES, locale="es", fallback=[])

    assert answer == listed(("Ambos", "es"), ("Solo en español", "es"))


async def test_a_fallback_of_the_operation_replaces_that_of_the_site(api, bilingual):
    """English falls back to Spanish where the operation says so, and prefers English."""
    answer = await api(TITLES, locale="en", fallback=["es"])

    assert answer == listed(("Both", "en"), ("English only", "en"), ("Solo en español", "es"))


async def test_a_locale_twice_is_a_locale_once(api, bilingual):
    """A fallback that repeats the locale changes nothing."""
    answer = await api(TITLES, locale="es", fallback=["es", "es", "en", "en"])

    assert answer == await api(TITLES, locale="es")


async def test_relations_are_read_in_the_same_locales(api, make):
    """Authors and topics are served in the locale of the operation where they have it, in a fallback elsewhere."""
    await make.live("disclaimer/house", "es", title="Normas")
    for reference, locale, title in [
        ("physician/ana", "en", "Ana"),
        ("physician/ana", "es", "Doña Ana"),
        ("topic/knee", "en", "Knee"),
    ]:
        await make.live(reference, locale, title=title)
    await make.live("article/pain", "es", title="Dolor", authors=["ana"], topics=["knee"])

    answer = await api(
        '{ article(slug: "pain") { authors { title locale } topics { title locale } } }'.replace(
            "{", 'query @inContext(locale: "es") {', 1
        )
    )

    authors, topics = [{"title": "Doña Ana", "locale": "es"}], [{"title": "Knee", "locale": "en"}]
    assert answer == {"article": {"authors": authors, "topics": topics}}


async def test_a_perspective_that_cannot_be_is_refused(api, make):
    """Unknown locales, future, ambiguous and impossible moments, and a preview of the past are BAD_REQUEST."""
    given = [
        'locale: "fr"',
        'locale: "es", fallback: ["en", "fr"]',
        'asOf: "2030-01-01T00:00:00Z"',
        'asOf: "2026-03-01T08:00:00"',
        'asOf: "2026-03-01T00:00:00Z", preview: true',
        'asOf: "0001-01-01T00:00:00+14:00"',
    ]

    codes = [await api.codes(f"query @inContext({arguments}) {{ revision }}") for arguments in given]

    assert codes == [["BAD_REQUEST"]] * 6


async def test_a_refusal_names_the_locales_that_there_are(api, make):
    """Whoever asks for an unknown locale reads which ones the site has."""
    result = await api.execute('query @inContext(locale: "fr") { revision }')

    assert [error.message for error in result.errors] == ["'fr' is not a locale of this site; it has en, es."]
    assert result.data is None


async def test_each_scope_is_needed_for_what_it_opens(api, make):
    """Without the scope the answer is FORBIDDEN; with that scope, and reading, there is one."""
    operations = {
        "query @inContext(preview: true) { revision }": "content:preview",
        'query @inContext(asOf: "2026-03-01T08:00:00Z") { revision }': "content:history",
        '{ disclaimer(slug: "house") { history { version } } }': "content:history",
        "{ revision }": "content:read",
    }
    everything = frozenset({"content:read", "content:preview", "content:history"})

    for operation, scope in operations.items():
        assert await api.as_(scopes=everything - {scope}).codes(operation) == ["FORBIDDEN"]
        assert await api.as_(scopes=frozenset({"content:read", scope})).codes(operation) == []


async def test_the_arguments_of_the_directive_may_be_variables(api, make):
    """A variable that is not given leaves the default; null too."""
    query = "query ($at: DateTime, $locale: String, $preview: Boolean! = false)"
    query += " @inContext(asOf: $at, locale: $locale, preview: $preview) { revision }"

    assert await api(query) == {"revision": 1}
    assert await api(query, at=None, locale=None) == {"revision": 1}
    assert await api(query, at="2020-01-01T00:00:00Z") == {"revision": 0}


async def test_a_moment_is_the_same_whatever_its_offset(api, make, clock):
    """The same instant, written in three zones, is the same revision and the same day."""
    await make.live("article/pain", lastReviewedOn="2026-01-01", reviewDueOn="2026-03-01")
    clock.now = clock.now.replace(hour=23, minute=30)
    await make.live("topic/late")
    clock.advance(days=1)
    query = 'query ($at: DateTime) @inContext(asOf: $at) { revision article(slug: "pain") { reviewState } }'

    moments = ["2026-03-01T20:00:00Z", "2026-03-02T06:00:00+10:00", "2026-03-01T10:00:00-10:00"]
    answers = [await api(query, at=moment) for moment in moments]

    assert answers == [{"revision": 2, "article": {"reviewState": "DUE"}}] * 3
