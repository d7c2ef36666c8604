"""JSON-LD documents."""


async def test_an_article_carries_its_disclaimer_as_usage_info(api, make):
    """The page bears review and disclaimer, its main entity the article."""
    await make.live("physician/ana", title="Ana Example")
    reviewed = {"lastReviewedOn": "2026-02-01", "medicalReviewers": ["ana"]}
    await make.live("article/back-pain", title="Back pain", **reviewed)

    document = (await api('{ article(slug: "back-pain") { jsonLd } }'))["article"]["jsonLd"]

    assert document["usageInfo"]["text"] == "Ask your physician."
    assert document == document | {
        "@type": "MedicalWebPage",
        "lastReviewed": "2026-02-01",
        "reviewedBy": [{"@type": "Person", "name": "Ana Example", "url": "https://site.example/en/physician/ana"}],
    }
    assert (document["mainEntity"]["@type"], document["mainEntity"]["headline"]) == ("Article", "Back pain")


async def test_documents_of_every_type_cost_the_same_number_of_statements(api, make):
    """One document or many: head, list, disclaimers, and the links of four kinds."""
    for number in range(3):
        await make.live(f"procedure/guide-{number}", codes=[{"system": "Example codes", "value": "1"}])

    counts = []
    for first in (1, 3):
        await api("query($n: Int) { procedures(first: $n) { nodes { jsonLd } } }", n=first)
        counts.append(api.statements)

    assert counts == [7, 7]


async def test_a_document_knows_no_null(api, make):
    """What is not set is not there: schema.org has no null."""
    await make.live("topic/knees")

    document = (await api('{ topic(slug: "knees") { jsonLd } }'))["topic"]["jsonLd"]

    assert sorted(document) == [
        "@context",
        "@type",
        "dateModified",
        "datePublished",
        "inLanguage",
        "mainEntity",
        "name",
        "url",
    ]
