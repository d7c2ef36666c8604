"""JSON-LD documents are valid by the vocabulary of schema.org 30.0."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models.article import Genre, HealthAspect, Readership
from models.disclaimer import DisclaimerKind
from models.link import EXTERNAL
from models.physician import EducationKind
from models.procedure import ProcedureType
from models.topic import TopicScheme
from publishing.importing import FORMATS, import_content
from schema.json_ld.physician import SPECIALTIES

PRACTICE = Path(__file__).parents[3] / "content"
KINDS = ("articles", "procedures", "physicians", "topics")
PAGE = "query($after: String) {{ {0}(first: 100, after: $after) {{ nodes {{ jsonLd slug }} }} }}"
CODES = [{"system": "Example codes", "value": "EX-1"}, {"system": "Other codes", "value": "7"}]
WORK = {
    "title": "A study",
    "authors": ["A. Writer", "B. Writer"],
    "publisher": "Journal of Examples",
    "year": 2024,
    "url": "https://example.org/study",
    "doi": "10.5555/example",
    "evidenceLevel": "B",
}
RIGHTS = {
    "license": "https://example.org/licence",
    "creditText": "Example Practice",
    "sourceUrl": "https://example.org/a",
}
REVIEW = {
    "lastReviewedOn": "2026-02-01",
    "reviewDueOn": "2027-02-01",
    "medicalReviewers": [{"target": "ana", "role": "Reviewer", "credential": "MD"}],
}
PHYSICIAN: dict[str, Any] = {
    "givenName": "Ana",
    "honorificPrefix": "Dr.",
    "honorificSuffix": "MD",
    "pronouns": "she/her",
    "jobTitle": "Surgeon",
    "npi": "1234567893",
    "specialties": [
        {"name": "Spine surgery", "medicalSpecialty": name} for name in (*sorted(SPECIALTIES), "Spines", None)
    ],
    "subspecialties": ["Scoliosis"],
    "boardCertifications": [
        {"board": "Board of Examples", "specialty": "Surgery", "since": "2012-07-01", "until": "2032-06-30"},
        {"board": "Board of Samples", "verifiedOn": "2026-01-01", "url": "https://example.org/boards/ana"},
    ],
    "licenses": [{"jurisdiction": "Example State", "number": "1", "until": "2028-03-31"}],
    "education": [
        {"institution": "Sample University", "kind": kind, "degree": "MD", "year": 2004} for kind in EducationKind
    ],
    "hospitalAffiliations": ["Sample Hospital"],
    "locations": [
        {
            "name": "Clinic",
            "address": "1 Example Street",
            "telephone": "+1 555 0100",
            "hours": ["Mo-Fr 08:00-17:00"],
            "geo": {"latitude": 40.5, "longitude": -45},
        }
    ],
    "languages": ["en", "es"],
    "acceptingNewPatients": False,
    "appointmentUrl": "https://example.org/appointments",
    "telephone": "+1 555 0101",
    "memberships": ["Academy of Examples"],
    "awards": ["Teacher of the year"],
    "publications": [WORK],
    "sameAs": ["https://example.org/ana"],
    "disclosures": [{"organization": "Example Devices", "kind": "CONSULTANT"}],
    "lastVerifiedOn": "2026-02-01",
}


@pytest.fixture
async def everything(make):
    """Content of every kind with everything in it: each value of each enum, each kind of link."""
    for kind in DisclaimerKind:
        limits = {"effectiveUntil": "2027-01-01", "publisher": "Example Practice", "jurisdictions": ["US"]}
        await make.live(f"disclaimer/{kind.value.lower().replace('_', '-')}", kind=kind, **limits)
    for scheme in TopicScheme:
        slug = scheme.value.lower().replace("_", "-")
        broader = {} if scheme is TopicScheme.SPECIALTY else {"broader": ["specialty"]}
        await make.live(f"topic/{slug}", scheme=scheme, alternateNames=["Other"], codes=CODES, **broader)
    topics = {"topics": ["specialty", "condition", "body-region", "treatment", "audience"]}
    links = [{"kind": kind, "target": "topic/condition"} for kind in sorted(EXTERNAL)]
    pages = [{"kind": "RELATED", "url": "https://example.org/more", "label": "More"}]
    shared = {"summary": "In short.", "links": links + pages, **topics}
    await make.live("physician/ana", title="Ana Example", **PHYSICIAN, **shared)
    for kind in (*ProcedureType, None):
        await make.live(f"procedure/{(kind or 'OTHER').lower()}", **procedure(kind), **shared)
    for number, genre in enumerate(Genre):
        await make.live(f"article/a{number}", **article(genre, list(Readership)[number % len(Readership)]), **shared)


def procedure(kind: ProcedureType | None) -> dict[str, Any]:
    """The fields of a guide."""
    texts = ("indications", "contraindications", "howPerformed", "followup", "alternatives", "expectedOutcome")
    return {
        **dict.fromkeys(texts, "Some *text*."),
        "procedureType": kind,
        "alternateNames": ["Other"],
        "codes": CODES,
        "bodyLocations": ["Knee", "Hip"],
        "preparation": {"body": "Rest.", "steps": [{"text": "Fast.", "daysBefore": 0}, {"text": "Bring a list."}]},
        "recovery": [{"title": "First days", "fromDay": 0, "toDay": 3, "text": "Walk."}],
        "risks": [{"text": "Infection", "frequency": "rare", "serious": True}],
        "faqs": [{"question": "Does it hurt?", "answer": "A little."}],
        "performedBy": ["ana"],
        "citations": [WORK],
        **RIGHTS,
        **REVIEW,
    }


def article(genre: Genre, audience: Readership) -> dict[str, Any]:
    """The fields of an article."""
    aspects = [{"heading": aspect, "body": "Text.", "aspect": aspect} for aspect in HealthAspect]
    return {
        "genre": genre,
        "audience": audience,
        "alternativeTitle": "A second title",
        "alternateNames": ["Other"],
        "sections": [*aspects, {"heading": "More", "body": "Text."}],
        "authors": ["ana"],
        "editors": ["ana"],
        "procedures": ["surgical", "other"],
        "citations": [WORK, {"title": "A book"}],
        "copyrightHolder": "Example Practice",
        "correction": "A dose was wrong.",
        "changeNote": "Corrected.",
        **RIGHTS,
        **({"license": "Public domain"} if genre is Genre.NEWS else {}),
        **REVIEW,
    }


async def documents(api) -> list[dict[str, Any]]:
    """The documents of all content, disclaimers with them."""
    found = [node["jsonLd"] for kind in KINDS for node in (await api(PAGE.format(kind)))[kind]["nodes"]]
    own = "{ articles { nodes { disclaimer { jsonLd } } } physicians { nodes { disclaimer { jsonLd } } } }"
    bearers = await api(own)
    return found + [node["disclaimer"]["jsonLd"] for each in bearers.values() for node in each["nodes"]]


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a document."""
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects(each)


async def test_documents_of_full_content_are_valid(api, everything, vocabulary):
    """Every type, property and value is one that schema.org 30.0 has there."""
    found = await documents(api)

    assert {str(each["mainEntity"]["@type"]) for each in found} >= {
        "Article",
        "SurgicalProcedure",
        "TherapeuticProcedure",
        "DiagnosticProcedure",
        "MedicalProcedure",
        "['Person', 'IndividualPhysician']",
        "MedicalCondition",
        "CreativeWork",
    }
    assert [problem for each in found for problem in vocabulary.problems(each)] == []


async def test_documents_of_every_disclaimer_are_valid(api, everything, vocabulary):
    """Disclaimers of all kinds have valid pages."""
    slugs = [kind.value.lower().replace("_", "-") for kind in DisclaimerKind]
    found = [
        (await api("query($slug: String) { disclaimer(slug: $slug) { jsonLd } }", slug=slug))["disclaimer"]["jsonLd"]
        for slug in slugs
    ]

    assert [problem for each in found for problem in vocabulary.problems(each)] == []
    assert [each["mainEntity"]["genre"] for each in found] == [kind.value for kind in DisclaimerKind]


async def test_documents_of_the_least_content_are_valid(api, make, vocabulary):
    """What is not set leaves nothing empty behind."""
    for reference in ("topic/knee", "physician/ana", "procedure/scope", "article/pain"):
        await make.live(reference)

    found = await documents(api)

    assert len(found) == 6
    assert [problem for each in found for problem in vocabulary.problems(each)] == []


async def test_documents_of_the_sample_practice_are_valid(api, settings, db, vocabulary):
    """All of the sample practice, and each bears its disclaimer."""
    await import_content(PRACTICE, FORMATS["markdown"], settings, who="test")

    found = await documents(api)

    assert [problem for each in found for problem in vocabulary.problems(each)] == []
    bearers = [each for each in found if each["@type"] in ("MedicalWebPage", "ProfilePage")]
    assert len(bearers) > 20
    assert [each["url"] for each in bearers if not each.get("usageInfo", {}).get("text")] == []


def test_the_specialties_are_those_of_the_vocabulary(vocabulary):
    """The list of names is the enumeration's."""
    assert vocabulary.members("MedicalSpecialty") == SPECIALTIES


async def test_the_sample_practice_names_specialties_that_exist(api, settings, db):
    """No value in the sample files is a name of our own."""
    await import_content(PRACTICE, FORMATS["markdown"], settings, who="test")

    found = (await api("{ physicians { nodes { specialties { medicalSpecialty } } } }"))["physicians"]["nodes"]

    named = {each["medicalSpecialty"] for node in found for each in node["specialties"]} - {None}
    assert named
    assert named <= SPECIALTIES


async def test_no_object_of_a_document_is_empty_or_null(api, everything):
    """An object says more than its type, and no value is null."""
    found = [each for document in await documents(api) for each in objects(document)]

    assert [each for each in found if not set(each) - {"@type"} or None in each.values()] == []


ARTICLE = {"@type": "Article", "headline": "Pain", "wordCount": 2}


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"@type": "Artikel"}, "@type ['Artikel'] is unknown"),
        ({"@type": "Musculoskeletal"}, "@type ['Musculoskeletal'] is unknown"),
        ({"headline": "Pain"}, "@type [None] is unknown"),
        (ARTICLE | {"lastReviewed": "2026-01-01"}, "lastReviewed is no property of Article"),
        (ARTICLE | {"disclaimer": "Ask."}, "disclaimer is no property of Article"),
        (ARTICLE | {"awards": "One"}, "awards is superseded"),
        (ARTICLE | {"wordCount": "2"}, "wordCount may not be '2'"),
        (ARTICLE | {"headline": None}, "headline may not be None"),
        (ARTICLE | {"author": "Ana"}, "author may not be 'Ana'"),
        (ARTICLE | {"author": []}, "author is empty"),
        (ARTICLE | {"author": {"@type": "AdministrativeArea"}}, "author may not be AdministrativeArea"),
        (ARTICLE | {"author": {"@type": "Person", "usNPI": "1"}}, "author.usNPI is no property of Person"),
        (ARTICLE | {"datePublished": "yesterday"}, "datePublished may not be 'yesterday'"),
        (ARTICLE | {"usageInfo": "Ask."}, "usageInfo may not be 'Ask.'"),
        (
            {"@type": "Physician", "medicalSpecialty": "https://schema.org/Orthopaedic"},
            "medicalSpecialty may not be 'https://schema.org/Orthopaedic'",
        ),
        (
            {"@type": "Physician", "medicalSpecialty": "https://schema.org/NoninvasiveProcedure"},
            "medicalSpecialty may not be 'https://schema.org/NoninvasiveProcedure'",
        ),
    ],
)
def test_a_wrong_document_is_told_from_a_right_one(vocabulary, wrong, problem):
    """The check itself: it finds what is wrong, and names the place."""
    context = {"@context": "https://schema.org"}

    assert vocabulary.problems(context | ARTICLE) == []
    assert vocabulary.problems(context | wrong) == [problem]


def test_a_document_without_its_context_is_wrong(vocabulary):
    """Without its context, JSON is no JSON-LD."""
    assert vocabulary.problems(ARTICLE) == ["@context"]
