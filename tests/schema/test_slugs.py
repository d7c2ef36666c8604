"""Slugs, present and past."""

TITLE = (
    "query ($slug: String, $locale: String) @inContext(locale: $locale) { article(slug: $slug) { title slug locale } }"
)


async def found(api, slug: str, locale: str | None = None) -> tuple[str, str, str] | None:
    """What a slug leads to: title, slug and locale."""
    article = (await api(TITLE, slug=slug, locale=locale))["article"]
    return article and tuple(article.values())


async def test_a_past_slug_leads_to_the_node_that_bore_it(api, make):
    """A renamed page is found under all its names, and says which one it has now."""
    pain = await make.live("article/pain", title="First")
    await make.live("article/ache", title="Second", id=pain.node)
    await make.live("article/soreness", title="Third", id=pain.node)

    answers = [await found(api, slug) for slug in ("pain", "ache", "soreness")]

    assert answers == [("Third", "soreness", "en")] * 3


async def test_a_slug_belongs_to_the_node_that_bears_it_now(api, make):
    """A slug that another node took leads to that one, not to the one that bore it before."""
    pain = await make.live("article/pain", title="Old")
    await make.live("article/ache", title="Old", id=pain.node)
    await make.live("article/pain", title="New")

    assert await found(api, "pain") == ("New", "pain", "en")
    assert await found(api, "ache") == ("Old", "ache", "en")


async def test_a_slug_leads_to_the_node_that_bore_it_last(api, make):
    """Of two nodes that gave a slug up, the later one has it."""
    first = await make.live("article/pain", title="First")
    await make.live("article/first", title="First", id=first.node)
    second = await make.live("article/pain", title="Second")
    await make.live("article/second", title="Second", id=second.node)

    assert await found(api, "pain") == ("Second", "second", "en")


async def test_a_withdrawn_node_is_not_found(api, make):
    """Neither its last slug nor its past ones lead to a node that was withdrawn."""
    pain = await make.live("article/pain")
    ache = await make.live("article/ache", id=pain.node)
    await make.withdraw(ache)

    assert [await found(api, slug) for slug in ("pain", "ache")] == [None, None]


async def test_a_slug_of_a_withdrawn_node_leads_back_to_who_bore_it_before(api, make):
    """Where the node that bore a slug last is gone, the one before it has it again."""
    old = await make.live("article/pain", title="Old")
    await make.live("article/ache", title="Old", id=old.node)
    new = await make.live("article/pain", title="New")
    await make.withdraw(new)

    assert await found(api, "pain") == ("Old", "ache", "en")


async def test_slugs_are_looked_up_locale_by_locale(api, make):
    """Where two nodes bear a slug in two locales, the first locale of the perspective decides."""
    await make.live("disclaimer/house", "es")
    colon = await make.live("article/large-bowel", title="Large bowel")
    await make.live("article/colon", "es", title="Intestino", id=colon.node)
    await make.live("article/colon", title="Punctuation", id="018f0000-0000-7000-8000-000000000001")

    answers = [await found(api, "colon", locale) for locale in ("en", "es")]

    assert answers == [("Punctuation", "colon", "en"), ("Intestino", "colon", "es")]


async def test_a_past_slug_of_the_first_locale_goes_before_a_present_one_of_a_fallback(api, make):
    """A locale is asked for present and past slugs before its fallbacks are."""
    await make.live("disclaimer/house", "es")
    spanish = await make.live("article/uno", "es", title="Uno")
    await make.live("article/dos", "es", title="Dos", id=spanish.node)
    await make.live("article/uno", title="Card game", id="018f0000-0000-7000-8000-000000000001")

    assert await found(api, "uno", "es") == ("Dos", "dos", "es")


async def test_a_slug_names_one_node_a_type(api, make):
    """An article and a topic of the same slug do not meet."""
    await make.live("topic/pain", title="The topic")

    assert await found(api, "pain") is None
    assert await api('{ topic(slug: "pain") { title } }') == {"topic": {"title": "The topic"}}


async def test_what_no_slug_can_be_is_not_found(api, make):
    """Empty text, NUL and half a surrogate pair are slugs of nothing, on both databases."""
    answers = [await found(api, slug) for slug in ("", "\0", "a\0b", "\ud800", "x" * 10_000)]

    assert answers == [None] * 5
