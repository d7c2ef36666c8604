"""Erasing: the only thing that ever changes a published row."""

import pytest

from errors import NotFound
from models import PARTS, Edition, Kind, Link, Publication
from models.fields import StructuredField
from publishing.release import erase

EVERYTHING = {
    "article": {
        "alternativeTitle": "SECRET",
        "alternateNames": ["SECRET"],
        "body": "SECRET",
        "sections": [{"heading": "SECRET", "body": "SECRET"}],
        "citations": [{"title": "SECRET"}],
        "license": "SECRET",
        "copyrightHolder": "SECRET",
        "creditText": "SECRET",
        "sourceUrl": "https://example.org/SECRET",
        "changeNote": "SECRET",
        "correction": "SECRET",
    },
    "procedure": {
        "overview": "SECRET",
        "anesthesia": "SECRET",
        "preparation": {"body": "SECRET", "steps": [{"text": "SECRET"}]},
        "recovery": [{"title": "SECRET", "fromDay": 0}],
        "whenToSeekHelp": {"urgent": "SECRET"},
        "durationMinutes": {"min": 1, "max": 2},
    },
    "physician": {
        "familyName": "SECRET",
        "givenName": "SECRET",
        "shortBio": "SECRET",
        "bio": "SECRET",
        "telephone": "SECRET",
        "npi": "1234567893",
        "licenses": [{"jurisdiction": "SECRET"}],
        "locations": [{"name": "SECRET", "address": "SECRET"}],
    },
    "topic": {"alternateNames": ["SECRET"], "codes": [{"system": "SECRET", "value": "SECRET"}]},
    "disclaimer": {"text": "SECRET", "body": "SECRET", "publisher": "SECRET", "jurisdictions": ["US"]},
}
COMMON = {
    "summary": "SECRET",
    "seo": {"title": "SECRET", "description": "SECRET", "canonicalUrl": "https://example.org/SECRET"},
    "links": [
        {"kind": "RELATED", "target": "disclaimer/house", "heading": "SECRET", "note": "SECRET"},
        {"kind": "SEE_ALSO", "url": "https://example.org/SECRET", "label": "SECRET"},
    ],
}


async def words(edition):
    """Every word of an edition: of its row, its part and its links, as the database has them."""
    (row,) = await Edition.filter(id=edition).values()
    (part,) = await PARTS[row["kind"]].filter(edition_id=edition).values()
    links = await Link.filter(source_id=edition).values()
    return f"{row} {part} {links}"


@pytest.mark.parametrize("kind", list(Kind))
async def test_no_word_of_a_past_edition_is_left(make, kind):
    """Whatever the type, row, part, JSON and links of the past edition are blank; the live edition is as it was."""
    reference = f"{kind.value}/erased"
    past = await make.live(reference, title="SECRET", **EVERYTHING[kind.value], **COMMON)
    live = await make.live(reference, title="Live", **{**EVERYTHING[kind.value], **COMMON, "summary": "SECRET too"})
    before = await words(live.edition)

    await erase(past.node, who="counsel")

    assert "SECRET" in before
    assert "SECRET" not in await words(past.edition)
    assert "1234567893" not in await words(past.edition)
    assert await words(live.edition) == before


@pytest.mark.parametrize("kind", list(Kind))
async def test_an_erased_part_has_the_values_of_an_empty_one(make, kind):
    """Structured columns are what they are by default, so that reading them still works."""
    reference = f"{kind.value}/erased"
    past = await make.live(reference, title="Old", **EVERYTHING[kind.value])
    await make.live(reference, title="New")

    await erase(past.node, who="counsel")

    part = await PARTS[kind].get(edition_id=past.edition)
    structured = {name: field for name, field in part._meta.fields_map.items() if isinstance(field, StructuredField)}
    assert {name: getattr(part, name) for name in structured} == {
        name: None if field.null else field.default() for name, field in structured.items()
    }


async def test_erasing_is_logged_and_makes_a_revision(make):
    """One entry a locale, with who and why, and no edition; the head moves on by one."""
    for locale in ("en", "es"):
        for title in ("Old", "New"):
            past = await make.live("topic/spine", locale=locale, title=title)

    revision = await erase(past.node, who="counsel", reason="A request.")

    entries = (
        await Publication.filter(revision=revision)
        .order_by("position")
        .values_list("position", "action", "who", "reason", "kind", "locale", "edition_id")
    )
    assert revision == 6
    assert entries == [
        (0, "ERASED", "counsel", "A request.", "topic", "en", None),
        (1, "ERASED", "counsel", "A request.", "topic", "es", None),
    ]


async def test_slugs_and_states_stay(make):
    """Old addresses still lead to the node: slug, version and revisions of what was erased are as they were."""
    past = await make.live("topic/old", title="Old")
    await make.live("topic/new", id=past.node, title="New")
    columns = ("slug", "version", "since", "until", "published_at")
    before = await Edition.filter(node_id=past.node).order_by("since").values_list(*columns)

    await erase(past.node, who="counsel")

    assert await Edition.filter(node_id=past.node).order_by("since").values_list(*columns) == before


async def test_what_was_erased_can_be_said_again(make):
    """A record with the words of an erased edition is new, not unchanged."""
    past = await make.live("topic/spine", title="Old")
    await make.live("topic/spine", title="New")
    await erase(past.node, who="counsel")

    again = await make.live("topic/spine", title="Old")

    assert again.changed
    assert (await Edition.get(id=again.edition)).version == 3


async def test_a_withdrawn_node_can_be_erased(make):
    """Nothing of it is live, and its last wording is past."""
    gone = await make.live("topic/spine", title="SECRET")
    await make.withdraw(gone)

    await erase(gone.node, who="counsel")

    assert (await Edition.get(id=gone.edition)).title == ""


@pytest.mark.parametrize("node", ["live", "no-id"])
async def test_where_nothing_is_past_nothing_is_erased(make, node):
    """A node without past editions, or an unknown one, is refused; no revision is used up."""
    live = await make.live("topic/spine")
    named = live.node if node == "live" else node

    with pytest.raises(NotFound) as refused:
        await erase(named, who="counsel")

    assert str(refused.value) == f"{named} has no past editions."
    assert await Publication.all().count() == 2
