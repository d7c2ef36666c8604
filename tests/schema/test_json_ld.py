"""JSON-LD documents: what they say. That they are valid is tested beside the vocabulary, in ``vocabulary/``."""

import hashlib

import pytest


async def document(api, kind, slug):
    """The document of a page."""
    return (await api(f'{{ {kind}(slug: "{slug}") {{ jsonLd }} }}'))[kind]["jsonLd"]


async def test_an_article_carries_its_disclaimer_as_usage_info(api, make):
    """The page bears review and disclaimer, its main entity the article."""
    await make.live("physician/ana", title="Ana Example")
    reviewed = {"lastReviewedOn": "2026-02-01", "medicalReviewers": [{"target": "ana", "credential": "MD"}]}
    await make.live("article/back-pain", title="Back pain", **reviewed)

    found = await document(api, "article", "back-pain")

    assert found["usageInfo"]["text"] == "Ask your physician."
    assert found == found | {
        "@type": "MedicalWebPage",
        "lastReviewed": "2026-02-01",
        "reviewedBy": [
            {
                "@type": "Person",
                "name": "Ana Example",
                "url": "https://site.example/en/physician/ana",
                "hasCredential": {"@type": "EducationalOccupationalCredential", "name": "MD"},
            }
        ],
    }
    assert (found["mainEntity"]["@type"], found["mainEntity"]["headline"]) == ("Article", "Back pain")


@pytest.mark.parametrize("kind", ["article", "procedure", "physician"])
async def test_a_disclaimer_comes_with_what_proves_it(api, make, kind):
    """The wording, its version, and the hash of locale, title and text."""
    await make.live(f"{kind}/page")

    usage = (await document(api, kind, "page"))["usageInfo"]

    wording = "en\nHouse rules\nAsk your physician."
    assert usage == {
        "@type": "CreativeWork",
        "name": "House rules",
        "text": "Ask your physician.",
        "url": "https://site.example/en/disclaimer/house",
        "version": 1,
        "identifier": {
            "@type": "PropertyValue",
            "propertyID": "SHA-256",
            "value": hashlib.sha256(wording.encode()).hexdigest(),
        },
    }


async def test_the_article_tells_its_rights_and_sources(api, make):
    """Licence, credit, origin, correction and sections stand in the article."""
    await make.live(
        "article/back-pain",
        license="All rights reserved",
        creditText="Example Practice",
        sourceUrl="https://example.org/first",
        correction="A dose was wrong.",
        sections=[{"heading": "When to call", "body": "Soon.", "aspect": "SEE_DOCTOR"}],
    )

    entity = (await document(api, "article", "back-pain"))["mainEntity"]

    assert entity == entity | {
        "license": {"@type": "CreativeWork", "name": "All rights reserved"},
        "creditText": "Example Practice",
        "isBasedOn": "https://example.org/first",
        "correction": "A dose was wrong.",
        "usageInfo": "https://site.example/en/disclaimer/house",
        "hasPart": [
            {
                "@type": "HealthTopicContent",
                "headline": "When to call",
                "hasHealthAspect": "https://schema.org/SeeDoctorHealthAspect",
                "url": "https://site.example/en/article/back-pain#when-to-call",
            }
        ],
    }


async def test_links_are_told_by_what_they_mean(api, make):
    """Topics and covered procedures are what a page is about; related reading is told by its URLs, each once."""
    await make.live("topic/spine", scheme="BODY_REGION")
    await make.live("procedure/fusion", procedureType="SURGICAL")
    links = [
        {"kind": "RELATED", "target": "procedure/fusion"},
        {"kind": "NEXT_STEP", "target": "procedure/fusion"},
        {"kind": "SEE_ALSO", "url": "https://example.org/more", "label": "More"},
    ]
    await make.live("article/back-pain", topics=["spine"], procedures=["fusion"], links=links)

    found = await document(api, "article", "back-pain")

    assert found["about"] == [
        {"@type": "AnatomicalStructure", "name": "Spine", "url": "https://site.example/en/topic/spine"},
        {"@type": "SurgicalProcedure", "name": "Fusion", "url": "https://site.example/en/procedure/fusion"},
    ]
    assert found["relatedLink"] == ["https://site.example/en/procedure/fusion", "https://example.org/more"]


async def test_a_step_that_has_its_day_is_not_told_without_it(api, make):
    """schema.org has no place for the day: such a step would say something else."""
    steps = [{"text": "Stop your blood thinner.", "daysBefore": 7}, {"text": "Bring a list of your medicines."}]
    await make.live("procedure/scope", preparation={"body": "Rest *well*.", "steps": steps})

    entity = (await document(api, "procedure", "scope"))["mainEntity"]

    assert entity["preparation"] == ["Rest well.", "Bring a list of your medicines."]


async def test_questions_are_a_page_of_their_own_within_the_guide(api, make):
    """Search engines look for a FAQPage."""
    await make.live("procedure/scope", faqs=[{"question": "Does it hurt?", "answer": "A little."}])

    part = (await document(api, "procedure", "scope"))["hasPart"]

    answer = {"@type": "Answer", "text": "A little."}
    question = {"@type": "Question", "name": "Does it hurt?", "acceptedAnswer": answer}
    assert part == {"@type": "FAQPage", "mainEntity": [question]}


async def test_a_specialty_of_our_own_is_told_in_words(api, make):
    """schema.org has no orthopaedics: what is none of its specialties is what the physician knows about."""
    specialties = [
        {"name": "Orthopaedics", "medicalSpecialty": "Orthopaedic"},
        {"name": "Surgery", "medicalSpecialty": "Surgical"},
    ]
    await make.live("physician/ana", specialties=specialties, subspecialties=["Knees"], acceptingNewPatients=False)

    entity = (await document(api, "physician", "ana"))["mainEntity"]

    assert entity == entity | {
        "@type": ["Person", "IndividualPhysician"],
        "medicalSpecialty": ["https://schema.org/Surgical"],
        "knowsAbout": ["Orthopaedics", "Surgery", "Knees"],
        "isAcceptingNewPatients": False,
    }


async def test_a_topic_is_a_part_of_its_broader_topics(api, make):
    """The page of a topic is part of theirs; its codes are medical where it is a medical entity."""
    codes = [{"system": "Example codes", "value": "K-1"}]
    await make.live("topic/surgery", scheme="SPECIALTY", codes=codes)
    await make.live("topic/knee-pain", scheme="CONDITION", codes=codes, broader=["surgery"])

    broad, narrow = [await document(api, "topic", slug) for slug in ("surgery", "knee-pain")]

    number = {"@type": "PropertyValue", "propertyID": "Example codes", "value": "K-1"}
    assert broad["mainEntity"] == {"@type": "DefinedTerm", "name": "Surgery", "identifier": [number]}
    assert narrow["isPartOf"] == [{"@type": "CollectionPage", "name": "Surgery", "url": broad["url"]}]
    code = {"@type": "MedicalCode", "codingSystem": "Example codes", "codeValue": "K-1"}
    assert narrow["mainEntity"] == {"@type": "MedicalCondition", "name": "Knee pain", "code": [code]}


async def test_the_page_of_a_disclaimer_says_when_it_holds(api, make):
    """Its own page has the wording as what it is mainly about, and the period as ISO 8601 has it."""
    await make.live("disclaimer/trial", effectiveFrom="2026-01-01", effectiveUntil="2026-12-31")

    trial, house = [await document(api, "disclaimer", slug) for slug in ("trial", "house")]

    assert (trial["@type"], trial["mainEntity"]["text"]) == ("WebPage", "Ask your physician.")
    assert (trial["mainEntity"]["temporalCoverage"], trial["mainEntity"]["expires"]) == (
        "2026-01-01/2026-12-31",
        "2026-12-31",
    )
    assert house["mainEntity"]["temporalCoverage"] == "2026-01-01/.."


async def test_a_partner_is_told_nothing_of_a_physician_without_consent(api, make):
    """Neither byline nor review, nor any other link names one whom the audience may not see."""
    await make.live("physician/ana", title="Ana Example", syndicationConsent=False)
    people = {name: ["ana"] for name in ("authors", "editors", "medicalReviewers")}
    related = [{"kind": "RELATED", "target": "physician/ana"}]
    await make.live("article/back-pain", **people, links=related)
    partner = api.as_(partner=True, scopes=frozenset({"content:read"}))

    known, hidden = [str(await document(door, "article", "back-pain")) for door in (api, partner)]

    assert known.count("Ana Example") == 3
    assert "ana" not in hidden
    assert "Ana" not in hidden


async def test_documents_of_every_type_cost_the_same_number_of_statements(api, make):
    """One document or many: head, list, disclaimers, links of every kind, and what these lead to."""
    await make.live("physician/ana")
    await make.live("topic/knee")
    for number in range(3):
        relations = {"topics": ["knee"], "performedBy": ["ana"], "medicalReviewers": ["ana"]}
        codes = [{"system": "Example codes", "value": "1"}]
        await make.live(f"procedure/guide-{number}", codes=codes, **relations)

    counts = []
    for first in (1, 3):
        await api("query($n: Int) { procedures(first: $n) { nodes { jsonLd } } }", n=first)
        counts.append(api.statements)

    assert counts == [5, 5]


async def test_a_document_knows_no_null(api, make):
    """What is not set is not there: schema.org has no null."""
    await make.live("topic/knees")

    found = await document(api, "topic", "knees")

    assert list(found) == [
        "@context",
        "@type",
        "url",
        "name",
        "inLanguage",
        "datePublished",
        "dateModified",
        "version",
        "publisher",
        "mainEntity",
    ]
