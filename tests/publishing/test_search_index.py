"""The index of the search: always of one revision with the graph, however the graph came about."""

import pytest
from tortoise import connections

from models import SearchDocument, SearchName, SearchTerm, SearchWord
from publishing import search_index
from publishing.release import erase


async def found(term):
    """The titles of the editions whose documents the database's own index finds by a term."""
    (connection,) = connections.all()
    where = "d.all_terms @@ CAST($1 AS tsquery)"
    if connection.capabilities.dialect == "sqlite":
        where = "d.id IN (SELECT rowid FROM search_text WHERE search_text MATCH ?)"
    sql = f"SELECT e.title FROM search_document d JOIN edition e ON e.id = d.edition_id WHERE {where} ORDER BY e.id"
    return [row[0] for row in (await connection.execute_query(sql, [f'"{term}"' if "?" in where else f"'{term}'"]))[1]]


async def documents(*terms):
    """In how many live documents each term stands."""
    known = dict(await SearchTerm.all().values_list("term", "documents"))
    return [known.get(each, 0) for each in terms]


async def headings(*editions):
    """The headings of the documents of some editions, as terms, without the one that names the kind."""
    known = [await SearchDocument.get(edition_id=each.edition) for each in editions]
    return [" ".join(term for term in each.headings.split() if term[0] != "0") for each in known]


async def intact():
    """Whether SQLite's index agrees with the documents; PostgreSQL computes its own from them."""
    (connection,) = connections.all()
    if connection.capabilities.dialect == "sqlite":
        await connection.execute_query("INSERT INTO search_text (search_text, rank) VALUES ('integrity-check', 1)")
    return True


async def test_what_is_published_is_counted_and_what_is_withdrawn_is_not(make):
    """A draft has a document and no part in the statistics; live it has; withdrawn its document waits for its end."""
    draft = await make.draft("article/knees", title="Knees", body="The patella.")
    seen = [await documents("patella", "")]

    await make.publish(draft)
    seen.append(await documents("patella", ""))
    revision = await make.withdraw(draft)
    seen.append(await documents("patella", ""))

    assert seen == [[0, 0], [1, 1], [0, 0]]
    assert await found("patella") == ["Knees"]
    assert await SearchDocument.all().values_list("counted", "until") == [(False, revision)]


async def test_a_replaced_draft_is_not_found_by_its_old_words(make):
    """The database deletes a draft's document with the draft, and its words from the index with the document."""
    await make.draft("article/knees", title="Knees", body="The patella.")

    await make.draft("article/knees", title="Knees", body="The meniscus.")

    assert (await found("patella"), await found("meniscus")) == ([], ["Knees"])
    assert await SearchDocument.all().count() == 1
    assert await intact()


async def test_a_new_edition_takes_the_place_of_the_old_one(make):
    """The words of both are found while some still read the old revision; only the new one's are counted."""
    await make.live("article/knees", title="Knees", body="The patella and the femur.")

    await make.live("article/knees", title="Knees anew", body="The meniscus and the femur.")

    assert (await found("patella"), await found("meniscus")) == (["Knees"], ["Knees anew"])
    assert await documents("patella", "meniscus", "femur", "") == [0, 1, 1, 1]


async def test_what_has_ended_goes_after_some_releases(make, monkeypatch):
    """Documents and names of a past edition are kept for so many releases, and then go, out of the index too."""
    monkeypatch.setattr(search_index, "KEPT", 2)
    knees = await make.live("article/knees", title="Knees", body="The patella.")
    await make.withdraw(knees)
    kept = []

    for number in range(3):
        kept.append((await found("patella"), await SearchName.filter(edition_id=knees.edition).count()))
        await make.live(f"topic/number-{number}")

    assert kept == [(["Knees"], 1), (["Knees"], 1), ([], 0)]
    assert await intact()


async def test_of_what_is_erased_nothing_is_left(make):
    """No document, no name, and none of its words in the statistics; what is live keeps its own."""
    await make.live("article/knees", title="Secret", alternateNames=["Hidden"], body="A private patella.")
    last = await make.live("article/knees", title="Knees", body="A patella.")

    await erase(last.node, who="test")

    assert [await found(each) for each in ("secret", "hidden", "privat", "patella")] == [[], [], [], ["Knees"]]
    assert await SearchWord.all().order_by("word").values_list("word", flat=True) == [b"knees", b"patella"]
    assert await SearchName.all().values_list("name", flat=True) == ["Knees"]


@pytest.mark.parametrize("locale", ["en", "es"])
async def test_physicians_are_found_by_what_they_perform(make, locale):
    """Live or draft, in the procedure's locale: from its publication on, by its newest title, until it is withdrawn."""
    await make.live("disclaimer/house", locale, text="Ask.")
    ana = await make.live("physician/ana", locale, title="Ana")
    eva = await make.draft("physician/eva", locale, title="Eva")
    performed = {"links": [{"kind": "PERFORMED_BY", "target": f"physician/{each}"} for each in ("ana", "eva")]}
    procedure = await make.draft("procedure/repair", locale, title="Discectomy", **performed)
    seen = [await headings(ana, eva)]

    await make.publish(procedure)
    seen.append(await headings(ana, eva))
    await make.live("procedure/repair", locale, title="Laminectomy", **performed)
    seen.append(await headings(ana, eva))
    procedure = await make.live("procedure/repair", locale, title="Laminectomy", links=performed["links"][1:])
    seen.append(await headings(ana, eva))
    await make.withdraw(procedure)
    seen.append(await headings(ana, eva))

    one, two = ("discectomi", "laminectomi") if locale == "en" else ("discectomy", "laminectomy")
    assert seen == [["", ""], [one, one], [two, two], ["", two], ["", ""]]


async def test_a_physician_of_another_locale_does_not_perform_there(make):
    """A procedure in English says nothing of a physician's page in Spanish."""
    await make.live("disclaimer/house", "es", text="Pregunte.")
    english, spanish = await make.live("physician/ana"), await make.live("physician/ana", "es")

    await make.live("procedure/repair", title="Discectomy", links=[{"kind": "PERFORMED_BY", "target": "physician/ana"}])

    assert await headings(english, spanish) == ["discectomi", ""]


async def test_publishing_writes_the_document_that_is_missing(make):
    """A draft that has no document, saved by an earlier version, gets it when it is published."""
    draft = await make.draft("article/knees", body="The patella.")
    await SearchDocument.all().delete()
    await SearchName.all().delete()

    await make.publish(draft)

    assert (await found("patella"), await documents("patella")) == (["Knees"], [1])
    assert await SearchName.all().values_list("key", flat=True) == [b"knees"]
