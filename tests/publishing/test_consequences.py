"""What a release is refused for: each rule between nodes, with the thing that breaks it by its name."""

import pytest

from errors import Invalid
from models import Edition, GraphHead, Publication
from publishing.release import Withdrawal, release


async def graph():
    """The state of every edition, the head and the length of the log: what a refused release must not change."""
    columns = ("id", "title", "version", "since", "until", "publish_at", "published_at", "updated_at")
    editions = await Edition.all().order_by("id").values_list(*columns)
    return editions, (await GraphHead.get()).revision, await Publication.all().count()


async def refusal(settings, publish=(), withdraw=()):
    """The problems of a release that must be refused, and must change nothing."""
    before = await graph()
    leaving = [Withdrawal(outcome.node, outcome.record.locale) for outcome in withdraw]
    with pytest.raises(Invalid) as refused:
        await release(settings, publish=[outcome.edition for outcome in publish], withdraw=leaving, who="test")
    assert await graph() == before
    return refused.value.problems


@pytest.mark.parametrize("kind", ["article", "procedure", "physician"])
async def test_content_needs_its_disclaimer_live_in_its_locale(make, settings, kind):
    """The disclaimer is live in English; content in Spanish that names it is refused, and says so."""
    draft = await make.draft(f"{kind}/espalda", locale="es")

    problems = await refusal(settings, publish=[draft])

    assert problems == [f"{kind}/espalda (es): disclaimer: disclaimer/house is not live in es"]
    assert [problem.edition for problem in problems] == [draft.edition]


async def test_content_may_be_published_with_its_disclaimer(make):
    """A disclaimer that becomes live in the same release is live enough."""
    house = await make.draft("disclaimer/house", locale="es")
    article = await make.draft("article/espalda", locale="es")

    revision = await make.publish(article, house)

    assert await Edition.filter(locale="es", since=revision).count() == 2


@pytest.mark.parametrize("kind", ["article", "procedure", "physician"])
async def test_a_disclaimer_in_use_cannot_be_withdrawn(make, settings, kind):
    """Live content that uses the disclaimer keeps it, and is named."""
    rules = await make.live("disclaimer/rules")
    await make.live(f"{kind}/back", disclaimer="rules")
    await make.live(f"{kind}/hip", disclaimer="rules")

    problems = await refusal(settings, withdraw=[rules])

    sentence = "disclaimer: disclaimer/rules is not live in en"
    assert problems == [f"{kind}/back (en): {sentence}", f"{kind}/hip (en): {sentence}"]


async def test_a_disclaimer_leaves_with_what_uses_it(make):
    """Withdrawn together, nothing is without its disclaimer at any revision."""
    rules = await make.live("disclaimer/rules")
    article = await make.live("article/back", disclaimer="rules")

    revision = await make.withdraw(rules, article)

    assert await Edition.filter(until=revision).count() == 2


async def test_a_disclaimer_of_drafts_and_other_locales_can_be_withdrawn(make):
    """Only live content of the same locale holds a disclaimer."""
    rules = await make.live("disclaimer/rules")
    await make.live("disclaimer/rules", locale="es")
    await make.live("article/espalda", locale="es", disclaimer="rules")
    await make.draft("article/back", disclaimer="rules")

    revision = await make.withdraw(rules)

    assert await Edition.filter(until=revision).values_list("slug", "locale") == [("rules", "en")]


async def test_the_last_live_author_cannot_be_withdrawn(make, settings):
    """A live article of whose authors none would be left is named."""
    ana = await make.live("physician/ana")
    await make.live("article/back", authors=["ana"])

    problems = await refusal(settings, withdraw=[ana])

    assert problems == ["article/back (en): authors: its last live author would be withdrawn"]


async def test_an_author_can_be_withdrawn_while_another_is_live(make):
    """Of two authors, either may leave; a draft holds nobody."""
    ana, _ = await make.live("physician/ana"), await make.live("physician/bo")
    await make.live("article/back", authors=["ana", "bo"])
    await make.draft("article/hip", authors=["ana"])

    revision = await make.withdraw(ana)

    assert await Edition.filter(until=revision).values_list("slug", flat=True) == ["ana"]


async def test_two_authors_cannot_leave_together(make, settings):
    """Both at once would leave the article without an author."""
    ana, bo = await make.live("physician/ana"), await make.live("physician/bo")
    await make.live("article/back", authors=["ana", "bo"])

    problems = await refusal(settings, withdraw=[ana, bo])

    assert problems == ["article/back (en): authors: its last live author would be withdrawn"]


async def test_an_author_is_seen_in_a_fallback(make, settings):
    """A Spanish article shows its author in English; so the English bio is held, the Spanish one is not."""
    await make.live("disclaimer/house", locale="es")
    english, spanish = await make.live("physician/ana"), await make.live("physician/ana", locale="es")
    await make.live("article/espalda", locale="es", authors=["ana"])

    await make.withdraw(spanish)
    problems = await refusal(settings, withdraw=[english])

    assert problems == ["article/espalda (es): authors: its last live author would be withdrawn"]


async def test_a_second_live_slug_is_refused(make, settings):
    """A slug that another live node of the type bears in the locale is taken, and it is said by whom."""
    first = await make.draft("topic/spine", title="The spine")
    second = await make.draft("topic/back", title="The back")
    moved = await make.draft("topic/spine", id=second.node)
    await make.publish(first)

    problems = await refusal(settings, publish=[moved])

    assert problems == ["topic/spine (en): slug: 'spine' is taken by 'The spine'"]


async def test_two_drafts_of_one_release_cannot_share_a_slug(make, settings):
    """Both are named: neither can have it."""
    first = await make.draft("topic/spine", title="The spine")
    second = await make.draft("topic/back", title="The back")
    moved = await make.draft("topic/spine", id=second.node, title="The back")

    problems = await refusal(settings, publish=[first, moved])

    assert sorted(problems) == [
        "topic/spine (en): slug: 'spine' is taken by 'The back'",
        "topic/spine (en): slug: 'spine' is taken by 'The spine'",
    ]


async def test_the_same_slug_serves_other_types_and_locales(make):
    """One live edition per type, locale and slug: others do not stand in the way."""
    await make.live("topic/knee")
    await make.live("topic/knie", locale="es")

    await make.live("procedure/knee")

    assert await Edition.filter(slug="knee", until=None, since__not_isnull=True).count() == 2


async def test_broader_topics_have_no_cycle(make, settings):
    """The topic that closes the circle is refused, however long the way round."""
    body = await make.live("topic/body")
    await make.live("topic/spine", broader="body")
    await make.live("topic/disc", broader="spine")
    draft = await make.draft("topic/body", broader="disc")

    problems = await refusal(settings, publish=[draft])

    assert draft.node == body.node
    assert problems == ["topic/body (en): broader: a topic would be broader than itself"]


async def test_a_cycle_within_one_release_is_refused(make, settings):
    """Two topics that are each other's broader topic are both named."""
    await make.draft("topic/one")
    two = await make.draft("topic/two", broader="one")
    one = await make.draft("topic/one", broader="two")

    problems = await refusal(settings, publish=[one, two])

    sentence = "broader: a topic would be broader than itself"
    assert sorted(problems) == [f"topic/one (en): {sentence}", f"topic/two (en): {sentence}"]


LACKING = {
    "article": ({"body": ""}, ["body"]),
    "procedure": ({"overview": ""}, ["overview"]),
    "physician": ({"shortBio": "", "bio": "", "familyName": ""}, ["familyName", "shortBio", "bio"]),
    "disclaimer": ({"text": ""}, ["text"]),
}


@pytest.mark.parametrize(("kind", "fields", "lacking"), [(kind, *case) for kind, case in LACKING.items()])
async def test_what_is_required_to_publish_is_named(make, settings, kind, fields, lacking):
    """A draft may lack fields; to publish it, each one that it lacks is named."""
    draft = await make.draft(f"{kind}/draft", **fields)

    problems = await refusal(settings, publish=[draft])

    assert problems == [f"{kind}/draft (en): {field}: is required to publish" for field in lacking]


async def test_an_article_of_sections_needs_no_body(make):
    """An article needs a body or at least one section."""
    article = await make.live("article/back", body="", sections=[{"heading": "One", "body": "Text."}])

    assert await Edition.filter(id=article.edition, since__not_isnull=True).exists()


async def test_every_problem_of_a_release_is_listed(make, settings):
    """Whoever publishes learns of all that is wrong at once: here of four rules broken in one release."""
    ana, rules = await make.live("physician/ana"), await make.live("disclaimer/rules")
    await make.live("article/back", authors=["ana"], disclaimer="rules")
    espalda, empty = await make.draft("article/espalda", locale="es"), await make.draft("article/empty", body="")
    await make.draft("topic/one")
    two = await make.draft("topic/two", broader="one")
    one = await make.draft("topic/one", broader="two")

    problems = await refusal(settings, publish=[espalda, empty, one, two], withdraw=[ana, rules])

    assert sorted(problems) == [
        "article/back (en): authors: its last live author would be withdrawn",
        "article/back (en): disclaimer: disclaimer/rules is not live in en",
        "article/empty (en): body: is required to publish",
        "article/espalda (es): disclaimer: disclaimer/house is not live in es",
        "topic/one (en): broader: a topic would be broader than itself",
        "topic/two (en): broader: a topic would be broader than itself",
    ]


async def test_a_taken_slug_is_listed_with_what_drafts_lack(make, settings):
    """What a draft is wrong in by itself is listed beside the slugs that are taken."""
    await make.live("topic/spine", title="The spine")
    second = await make.draft("topic/back")
    publish = [await make.draft("topic/spine", id=second.node), await make.draft("article/empty", body="")]

    problems = await refusal(settings, publish=publish)

    assert problems == [
        "article/empty (en): body: is required to publish",
        "topic/spine (en): slug: 'spine' is taken by 'The spine'",
    ]
