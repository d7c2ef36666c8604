"""Saving: what becomes a draft, what is left alone, and what is refused by name."""

import pytest

from errors import Invalid
from models import Article, Edition, Link, Node, Publication
from publishing.record import parse
from publishing.save import save


async def editions(**condition):
    """(title, version, since, until) of the editions that meet a condition, the oldest first."""
    chosen = Edition.filter(**condition).order_by("created_at")
    return await chosen.values_list("title", "version", "since", "until")


async def test_a_saved_record_is_a_draft(make):
    """Saving makes the node, one draft of version 1, its part and its links, and nothing live."""
    house = await Edition.get(slug="house")

    outcome = await make.draft("article/back", links=[{"kind": "RELATED", "target": "disclaimer/house"}])

    assert (outcome.changed, outcome.draft, outcome.problems) == (True, True, [])
    assert await editions(slug="back") == [("Back", 1, None, None)]
    assert (await Node.get(id=outcome.node)).kind == "article"
    assert (await Article.get(edition_id=outcome.edition)).disclaimer_id == house.node_id
    assert await Link.all().values_list("kind", "position", "target_id") == [("RELATED", 0, house.node_id)]


async def test_saving_a_draft_again_changes_nothing(make):
    """The same record gives the same edition, marked as unchanged."""
    first = await make.draft("article/back", body="One.")

    again = await make.draft("article/back", body="One.")

    assert (again.changed, again.edition, again.node) == (False, first.edition, first.node)
    assert await editions(slug="back") == [("Back", 1, None, None)]


async def test_saving_what_is_live_changes_nothing(make):
    """A record that says what the live edition says makes no draft."""
    live = await make.live("article/back", body="One.")

    again = await make.draft("article/back", body="One.")

    assert (again.changed, again.draft, again.edition) == (False, False, live.edition)
    assert await editions(slug="back") == [("Back", 1, 2, None)]


async def test_saving_replaces_the_draft(make):
    """There is one draft of a node and locale: the newest wording, with its own links and no others."""
    first = await make.draft("article/back", links=[{"kind": "RELATED", "target": "disclaimer/house"}])

    second = await make.draft("article/back", title="New back")

    assert (second.changed, second.edition) == (True, first.edition)
    assert await editions(slug="back") == [("New back", 1, None, None)]
    assert await Link.all().count() == 0
    assert await Article.all().count() == 1


async def test_a_draft_beside_a_live_edition_shows_the_next_version(make):
    """The live edition stays as it is; the draft bears the version that it would be published with."""
    await make.live("article/back")

    await make.draft("article/back", title="New back")

    assert await editions(slug="back") == [("Back", 1, 2, None), ("New back", 2, None, None)]


async def test_each_locale_has_a_draft_of_its_own(make):
    """The same slug in another locale names the same node; versions are counted by locale."""
    english = await make.live("article/back")

    spanish = await make.draft("article/back", locale="es", title="Espalda")

    assert spanish.node == english.node
    assert await editions(slug="back", locale="es") == [("Espalda", 1, None, None)]


async def test_an_id_names_the_node_whose_slug_changes(make):
    """A record with the node's id saves an edition of that node under another slug."""
    first = await make.live("article/back")

    second = await make.draft("article/spine", id=first.node)

    assert second.node == first.node
    assert await editions(node_id=first.node) == [("Back", 1, 2, None), ("Spine", 2, None, None)]


async def test_one_wrong_record_keeps_out_no_other(make, settings):
    """A batch saves what is right; each outcome stands at the place of its record."""
    records = [make.record("article/one"), make.record("article/two", disclaimer="none"), make.record("article/three")]

    outcomes = await save(records, settings, who="test")

    assert [outcome.problems for outcome in outcomes] == [[], ["disclaimer: there is no disclaimer/none"], []]
    assert sorted(await Edition.filter(kind="article").values_list("slug", flat=True)) == ["one", "three"]


async def test_the_second_record_for_a_node_and_locale_is_refused(make, settings):
    """Two records of one batch for the same draft: the first is saved, the second says why it is not."""
    records = [make.record("article/back", title="One"), make.record("article/back", title="Two")]

    first, second = await save(records, settings, who="test")

    assert (first.problems, second.changed) == ([], False)
    assert second.problems == ["slug: names a node that another record has written already"]
    assert await editions(slug="back") == [("One", 1, None, None)]


BAD_NPI = "is not an NPI: ten digits whose check digit is right (Luhn with the prefix 80840)"
BAD_URL = "'javascript:alert(1)' is not a web address (http or https)"
REFUSED = {
    "a wrong NPI check digit": ("physician/ana", {"npi": "1234567890"}, f"npi: '1234567890' {BAD_NPI}"),
    "an NPI of nine digits": ("physician/ana", {"npi": "123456789"}, f"npi: '123456789' {BAD_NPI}"),
    "a script as appointment URL": (
        "physician/ana",
        {"appointmentUrl": "javascript:alert(1)"},
        f"appointmentUrl: {BAD_URL}",
    ),
    "a script as profile": ("physician/ana", {"sameAs": ["javascript:alert(1)"]}, f"sameAs.0: {BAD_URL}"),
    "a script as source": ("article/back", {"sourceUrl": "javascript:alert(1)"}, f"sourceUrl: {BAD_URL}"),
    "a script as canonical URL": (
        "article/back",
        {"seo": {"canonicalUrl": "javascript:alert(1)"}},
        f"seo.canonicalUrl: {BAD_URL}",
    ),
    "a script as citation": (
        "article/back",
        {"citations": [{"title": "A", "url": "javascript:alert(1)"}]},
        f"citations.0.url: {BAD_URL}",
    ),
    "a script as board certificate": (
        "physician/ana",
        {"boardCertifications": [{"board": "B", "url": "javascript:alert(1)"}]},
        f"boardCertifications.0.url: {BAD_URL}",
    ),
    "a script as link": (
        "article/back",
        {"links": [{"kind": "RELATED", "url": "javascript:alert(1)", "label": "A"}]},
        f"links.0: {BAD_URL}",
    ),
    "an unknown link target": (
        "article/back",
        {"links": [{"kind": "RELATED", "target": "topic/none"}]},
        "links.0: there is no node 'topic/none'",
    ),
    "a link kind for other types": (
        "topic/spine",
        {"links": [{"kind": "AUTHORED_BY", "target": "disclaimer/house"}]},
        "links.0: AUTHORED_BY cannot lead from topic to disclaimer",
    ),
    "an author who is an external page": (
        "article/back",
        {"links": [{"kind": "AUTHORED_BY", "url": "https://example.org/", "label": "A"}]},
        "links.0: a link of kind AUTHORED_BY leads to a node, not to an external page",
    ),
    "a link to itself": (
        "topic/spine",
        {"broader": "spine"},
        "links.0: BROADER leads from topic to itself",
    ),
    "an unknown locale": (
        "article/back",
        {"locale": "fr"},
        "locale: 'fr' is not a locale of the site (CAVEAT_LOCALES: en, es)",
    ),
    "an unknown disclaimer": ("article/back", {"disclaimer": "none"}, "disclaimer: there is no disclaimer/none"),
    "a disclaimer of another kind": (
        "article/back",
        {"disclaimer": "topic/knee"},
        "disclaimer: topic/knee is a topic, not a disclaimer",
    ),
    "a review due before the last": (
        "article/back",
        {"lastReviewedOn": "2026-03-02", "reviewDueOn": "2026-03-01"},
        "reviewDueOn: 2026-03-01 is before the last review on 2026-03-02",
    ),
    "a disclaimer that ends before it begins": (
        "disclaimer/old",
        {"effectiveUntil": "2025-01-01"},
        "effectiveUntil: 2025-01-01 is before effectiveFrom, 2026-01-01",
    ),
}


@pytest.mark.parametrize(("reference", "fields", "problem"), REFUSED.values(), ids=REFUSED)
async def test_a_rule_names_the_field_and_the_thing(make, reference, fields, problem):
    """A record that breaks a rule is not saved; the one problem says which field, and what is wrong with it."""
    await make.live("topic/knee")
    before = await Node.all().count()

    outcome = await make.draft(reference, **fields)

    assert outcome.problems == [problem]
    assert (outcome.edition, outcome.changed, await Node.all().count()) == (None, False, before)


UNREADABLE = {
    "an unknown field": (
        {"colour": "red"},
        "article/back: colour: is not a field of this type; see docs/guides/markdown.md for those that are",
    ),
    "an unknown field inside": (
        {"citations": [{"title": "A", "colour": "red"}]},
        "article/back: citations.0.colour: is not a field of this type; see docs/guides/markdown.md for those that are",
    ),
    "a schedule without a time": (
        {"status": "scheduled"},
        "article/back: record: publishAt goes with status: scheduled, and only with it",
    ),
    "a link to nothing": (
        {"links": [{"kind": "RELATED"}]},
        "article/back: links.0: give exactly one of target and url",
    ),
    "a page without a label": (
        {"links": [{"kind": "RELATED", "url": "https://example.org/"}]},
        "article/back: links.0: an external page has a url and a label, a node has neither",
    ),
    "links that are no list": ({"links": "topic/knee"}, "article/back: links: input should be a valid list"),
    "links that are no list, beside a shortcut": (
        {"topics": ["knee"], "links": 5},
        "article/back: links: input should be a valid list",
    ),
    "an id that is none": (
        {"id": "back"},
        r"article/back: id: string should match pattern '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'",
    ),
}


@pytest.mark.parametrize(("fields", "message"), UNREADABLE.values(), ids=UNREADABLE)
def test_data_that_is_no_record_says_which_field(fields, message):
    """What cannot be read as a record raises Invalid, which names the record, the field and what is wrong."""
    data = {"type": "article", "slug": "back", "locale": "en", "title": "Back", **fields}

    with pytest.raises(Invalid) as refused:
        parse(data)

    assert str(refused.value) == message


def test_every_wrong_field_is_named():
    """All that is wrong with a record is said at once."""
    with pytest.raises(Invalid) as refused:
        parse({"type": "topic", "slug": "Not a slug", "locale": "en", "scheme": "PLANET"})

    assert [problem.field for problem in refused.value.problems] == ["slug", "title", "scheme"]


def test_an_unknown_type_names_those_that_there_are():
    """A type that does not exist is answered with the list of types."""
    with pytest.raises(Invalid) as refused:
        parse({"type": "recipe", "slug": "soup"})

    kinds = "article, procedure, physician, topic, disclaimer"
    assert str(refused.value) == f"recipe/soup: type: must be one of {kinds}, and is 'recipe'"


async def test_content_without_a_disclaimer_needs_one(make, settings):
    """Where neither the record nor the site names a disclaimer, the record is refused."""
    bare = settings.model_copy(update={"default_disclaimers": {}})

    (outcome,) = await save([make.record("article/back", disclaimer=None)], bare, who="test")

    required = "is required: name one, or set the site's default for the kind (CAVEAT_DEFAULT_DISCLAIMERS)"
    assert outcome.problems == [f"disclaimer: {required}"]


async def test_content_without_a_disclaimer_gets_the_sites(make, settings):
    """Where the record names none, the site's default for the kind is taken."""
    house = await Edition.get(slug="house")
    site = settings.model_copy(update={"default_disclaimers": {"article": "house"}})

    (outcome,) = await save([make.record("article/back", disclaimer=None)], site, who="test")

    assert (await Article.get(edition_id=outcome.edition)).disclaimer_id == house.node_id


DANGLING = "text: refers to caveat:procedure/none, which does not exist"


@pytest.mark.parametrize(
    "fields",
    [
        {"body": "See [this](caveat:procedure/none)."},
        {"sections": [{"heading": "More", "body": "See [this](caveat:procedure/none)."}]},
    ],
    ids=["in the body", "in a section"],
)
async def test_a_dangling_reference_is_a_warning_or_with_strict_a_problem(make, settings, fields):
    """Text may refer to what does not exist yet, and says so; with strict it may not."""
    record = make.record("article/back", **fields)

    (strict,) = await save([record], settings, who="test", strict=True)
    (lenient,) = await save([record], settings, who="test")

    assert (strict.problems, strict.warnings, strict.edition) == ([DANGLING], [], None)
    assert (lenient.problems, lenient.warnings) == ([], [DANGLING])
    assert lenient.edition is not None


async def test_a_reference_is_kept_as_the_nodes_id(make):
    """Text refers to a node by its id, so that the node may change its slug."""
    knee = await make.live("procedure/knee")

    outcome = await make.draft("article/back", body="See [the knee](caveat:procedure/knee).")

    body = (await Article.get(edition_id=outcome.edition)).body
    assert body.markdown == f"See [the knee](caveat:{knee.node})."
    assert body.references == [knee.node]


async def test_saving_writes_no_log(make):
    """Drafts are not published: the log has the disclaimer's release and nothing else."""
    await make.draft("article/back")

    assert await Publication.all().values_list("revision", "position") == [(1, 0)]
