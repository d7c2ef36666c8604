"""Suggestions, as they are read: beside the links of editors, under the perspective of the operation."""

import pytest

from cache import Cache

KNEE = "The meniscus of the knee tears when the joint twists. A torn meniscus swells, and the knee locks."
SLEEP = "Sleep comes easier in a dark, quiet bedroom, at the same hour each night, without a screen."
PAGE = """query Page($first: Int, $at: DateTime, $draft: Boolean = false) @inContext(asOf: $at, preview: $draft) {
  article(slug: "tear") { suggestions(first: $first) { __typename slug } }
}"""


@pytest.fixture
async def knees(make):
    """An article on knees, articles a to g and a guide that are like it, and one on sleep, all published at once."""
    drafts = [await make.draft(f"article/{slug}", body=f"{KNEE} {slug}") for slug in ("tear", *"abcdefg")]
    guide = await make.draft("procedure/guide", overview=KNEE)
    sleep = await make.draft("article/sleep", body=SLEEP)
    await make.publish(*drafts, guide, sleep)
    return {draft.record.slug: draft for draft in [*drafts, guide, sleep]}


async def slugs(api, **variables):
    """The slugs of what is suggested to the article, sorted."""
    found = (await api(PAGE, **variables))["article"]["suggestions"]
    return sorted(each["slug"] for each in found)


async def test_five_are_suggested_unless_a_number_is_asked_for(api, knees):
    """Five without a number or with null, none with 0; all that there are, of both types, with 20."""
    plain = (await api('{ article(slug: "tear") { suggestions { slug } } }'))["article"]["suggestions"]
    everything = (await api(PAGE, first=20))["article"]["suggestions"]

    assert len(plain) == len(await slugs(api, first=None)) == 5
    assert await slugs(api, first=0) == []
    assert sorted(each["slug"] for each in everything) == [*"abcdefg", "guide"]
    assert {each["__typename"] for each in everything} == {"Article", "Procedure"}


async def test_a_guide_has_suggestions(api, knees):
    """Procedures suggest as articles do."""
    data = await api('{ procedure(slug: "guide") { suggestions(first: 20) { slug } } }')

    assert sorted(each["slug"] for each in data["procedure"]["suggestions"]) == [*"abcdefg", "tear"]


@pytest.mark.parametrize("first", [-1, 21, 2**31 - 1])
async def test_other_numbers_are_refused(api, knees, first):
    """A number below 0 or above 20 is a bad request, before anything is read."""
    assert await api.codes(PAGE, first=first) == ["BAD_REQUEST"]


async def test_the_most_alike_comes_first(api, make):
    """The order is that of the likeness."""
    texts = {"tear": KNEE, "some": f"{KNEE} Stairs hurt, and so do long walks.", "same": KNEE}
    texts |= dict.fromkeys(("sleep", "night", "rest"), SLEEP)
    await make.publish(
        *[await make.draft(f"article/{slug}", title="A guide", body=text) for slug, text in texts.items()]
    )

    found = (await api(PAGE, first=20))["article"]["suggestions"]

    assert [each["slug"] for each in found] == ["same", "some"]


async def test_links_and_suggestions_are_never_mixed_up(api, make, knees):
    """What an editor links to stands in links alone, and what is computed in suggestions alone."""
    await make.live("article/tear", body=KNEE, links=[{"kind": "RELATED", "target": f"article/{s}"} for s in "abc"])

    page = "{ links { nodes { ... on Content { slug } } } suggestions(first: 20) { slug } }"
    article = (await api(f'{{ article(slug: "tear") {page} }}'))["article"]

    assert [each["slug"] for each in article["links"]["nodes"]] == ["a", "b", "c"]
    assert sorted(each["slug"] for each in article["suggestions"]) == [*"defg", "guide"]


async def test_what_is_withdrawn_is_not_suggested(api, make, knees, clock):
    """It vanishes with its withdrawal, and is there still for those who read the moment before."""
    before = clock.advance(minutes=1)

    await make.withdraw(*[knees[slug] for slug in "abcdef"])
    clock.advance(minutes=1)

    assert await slugs(api, first=20) == ["g", "guide"]
    assert await slugs(api, first=20, at=before.isoformat()) == [*"abcdefg", "guide"]


async def test_a_moment_has_the_suggestions_of_its_time(api, make, knees, clock):
    """What was published later is not known yet; what became unlike later is there."""
    before = clock.advance(minutes=1)
    await make.live("article/later", body=KNEE)
    await make.live("article/a", body=SLEEP)
    clock.advance(minutes=1)

    assert await slugs(api, first=20) == [*"bcdefg", "guide", "later"]
    assert await slugs(api, first=20, at=before.isoformat()) == [*"abcdefg", "guide"]


async def test_a_draft_shows_what_its_live_wording_has(api, make, knees):
    """In a preview, what the draft itself links to is left out; drafts of others are none that is suggested."""
    await make.draft("article/unpublished", body=KNEE)
    await make.draft("article/tear", body=KNEE, links=[{"kind": "RELATED", "target": "article/a"}])

    assert await slugs(api, first=20, draft=True) == [*"bcdefg", "guide"]
    assert await slugs(api, first=20) == [*"abcdefg", "guide"]


async def test_suggestions_come_in_the_locale_of_the_reader(api, make):
    """A suggestion is a node: who reads Spanish gets it in Spanish where it is live in it, else in English."""
    await make.live("disclaimer/house", "es", title="Reglas")
    await make.publish(*[await make.draft(f"article/{slug}", body=KNEE) for slug in ("tear", "both", "one")])
    await make.live("article/both", "es", body="Otro texto.")

    page = '{ article(slug: "tear") { locale suggestions { slug locale } } }'
    article = (await api(f'query Page @inContext(locale: "es") {page}'))["article"]

    assert article["locale"] == "en"
    assert sorted((each["slug"], each["locale"]) for each in article["suggestions"]) == [("both", "es"), ("one", "en")]


async def test_suggested_articles_bring_their_disclaimers(api, knees):
    """An article that is suggested is an article: its title does not leave without the disclaimer."""
    await api('{ procedure(slug: "guide") { suggestions(first: 2) { title } } }')

    told = api.extensions["disclaimers"]
    assert [each["title"] for each in told] == ["House rules"]
    assert len(told[0]["ids"]) == 2


@pytest.mark.parametrize("kept", [False, True], ids=["no cache", "graph cache"])
async def test_many_articles_cost_what_one_costs(api, knees, kept):
    """The statements of an operation do not depend on the number of parents; from the graph cache there is none."""
    api.graph = Cache(10_000_000) if kept else None
    page = "articles(first: %d, orderBy: TITLE_ASC) { nodes { slug suggestions(first: 3) { __typename slug } } }"
    costs = []
    for size in (1, 9):
        data = await api(f"{{ {page % size} }}")
        costs.append(api.statements)
    await api(f"{{ {page % 9} }}")
    again = api.statements

    # The revision, the list, its disclaimers, what is suggested, and the rows of that.
    assert costs == ([5, 4] if kept else [5, 5])
    assert again == (1 if kept else 5)
    assert [len(each["suggestions"]) for each in data["articles"]["nodes"]] == [3] * 7 + [0, 3]
