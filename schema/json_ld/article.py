"""Articles: a medical web page whose main entity is the article."""

from models import LinkKind
from models.article import HealthAspect, Readership, Section
from schema.json_ld.page import Page
from schema.json_ld.procedure import procedure_type
from schema.json_ld.terms import Document, citations, licence, member, organization

AUDIENCES = {Readership.PATIENT: "Patient", Readership.CAREGIVER: "Caregiver", Readership.CLINICIAN: "Clinician"}


def article(page: Page) -> Document:
    """The page of an article. The text itself is left out: it would double the answer, and no reader needs it here."""
    row = page.row
    covered = [
        {"@type": procedure_type(each), "name": each.title, "url": page.url_of(each)}
        for each in page.linked(LinkKind.COVERS)
    ]
    return {
        "@type": "MedicalWebPage",
        "about": page.topics() + covered,
        "lastReviewed": row.last_reviewed_on and row.last_reviewed_on.isoformat(),
        "reviewedBy": page.people(LinkKind.REVIEWED_BY),
        "mainEntity": {
            "@type": "Article",
            "headline": row.title,
            "alternativeHeadline": row.alternative_title,
            "alternateName": row.alternate_names,
            "genre": row.genre.value,
            "author": page.people(LinkKind.AUTHORED_BY),
            "editor": page.people(LinkKind.EDITED_BY),
            "datePublished": row.published_at.isoformat(),
            "dateModified": row.updated_at.isoformat(),
            "wordCount": row.word_count,
            "audience": {"@type": "MedicalAudience", "audienceType": AUDIENCES[row.audience]},
            "hasPart": [_section(each, page) for each in row.sections],
            "citation": citations(row.citations),
            "license": licence(row.license),
            "copyrightHolder": organization(row.copyright_holder),
            "creditText": row.credit_text,
            "isBasedOn": row.source_url,
            "correction": row.correction,
            "usageInfo": page.disclaimer and page.url_of(page.disclaimer),
        },
    }


def _section(section: Section, page: Page) -> Document:
    return {
        "@type": "HealthTopicContent" if section.aspect else "WebContent",
        "headline": section.heading,
        "hasHealthAspect": section.aspect and member(_aspect(section.aspect)),
        "url": f"{page.url}#{section.anchor}",
    }


def _aspect(aspect: HealthAspect) -> str:
    """The member of HealthAspectEnumeration: SEE_DOCTOR is SeeDoctorHealthAspect."""
    return "".join(word.capitalize() for word in aspect.value.split("_")) + "HealthAspect"
