"""The fields for search engines: the editor's words, or else the content's own."""

import pytest

KINDS = ("article", "procedure", "physician", "topic", "disclaimer")


async def seo(api, kind, slug, context=""):
    """What search engines are told of a page."""
    query = f'query {context} {{ {kind}(slug: "{slug}") {{ seo {{ title description canonicalUrl robots }} }} }}'
    return (await api(query))[kind]["seo"]


@pytest.mark.parametrize("kind", KINDS)
async def test_content_speaks_for_itself_where_the_editor_set_nothing(api, make, kind):
    """Title, summary and URL of the page; every page may be indexed."""
    await make.live(f"{kind}/page", title="A page", summary="What it is about.")

    assert await seo(api, kind, "page") == {
        "title": "A page",
        "description": "What it is about.",
        "canonicalUrl": f"https://site.example/en/{kind}/page",
        "robots": "index,follow",
    }


@pytest.mark.parametrize("kind", KINDS)
async def test_the_editor_has_the_last_word(api, make, kind):
    """What is set is what search engines are told, unchanged."""
    own = {
        "title": "For searchers",
        "description": "In other words.",
        "canonicalUrl": "https://example.org/elsewhere",
        "robots": "noindex",
    }
    await make.live(f"{kind}/page", title="A page", summary="What it is about.", seo=own)

    assert await seo(api, kind, "page") == own


async def test_each_field_falls_back_alone(api, make):
    """One field of the editor's takes nothing from the others."""
    await make.live("topic/knee", title="Knee", summary="A joint.", seo={"title": "The knee, explained"})

    assert await seo(api, "topic", "knee") == {
        "title": "The knee, explained",
        "description": "A joint.",
        "canonicalUrl": "https://site.example/en/topic/knee",
        "robots": "index,follow",
    }


async def test_the_canonical_page_is_that_of_the_locale_that_is_served(api, make):
    """Spanish has a page of its own; where English stands in for it, the English page is the one to keep."""
    english = await make.live("topic/knee", title="Knee")
    await make.live("topic/hip", title="Hip")
    await make.live("topic/rodilla", "es", title="Rodilla", id=english.node)

    spanish = '@inContext(locale: "es", fallback: ["en"])'
    own, instead = [await seo(api, "topic", slug, spanish) for slug in ("rodilla", "hip")]

    assert (own["title"], own["canonicalUrl"]) == ("Rodilla", "https://site.example/es/topic/rodilla")
    assert (instead["title"], instead["canonicalUrl"]) == ("Hip", "https://site.example/en/topic/hip")


async def test_a_list_of_pages_costs_no_more_for_it(api, make):
    """What search engines are told needs no statement of its own: the revision and the list."""
    for number in range(3):
        await make.live(f"topic/t{number}")

    await api("{ topics { nodes { seo { title description canonicalUrl robots } } } }")

    assert api.statements == 2
