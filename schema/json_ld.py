"""JSON-LD: pages as schema.org 30.0 describes them. Their disclaimer goes with them as ``usageInfo``."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from loaders import editions
from loaders.rows import Row
from models import Kind, LinkKind
from models.article import Readership
from models.procedure import ProcedureType
from schema.context import Context

Document = dict[str, Any]
LINKED_FIELDS = frozenset({"text", "jobTitle"})
"""What documents say of the nodes beside their own, as fields that a query would select."""
LINKED = (LinkKind.AUTHORED_BY, LinkKind.EDITED_BY, LinkKind.REVIEWED_BY, LinkKind.ABOUT)
PROCEDURES = {
    ProcedureType.SURGICAL: "SurgicalProcedure",
    ProcedureType.THERAPEUTIC: "TherapeuticProcedure",
    ProcedureType.DIAGNOSTIC: "DiagnosticProcedure",
}
WAYS = {ProcedureType.NONINVASIVE: "NoninvasiveProcedure", ProcedureType.PERCUTANEOUS: "PercutaneousProcedure"}
AUDIENCES = {Readership.PATIENT: "Patient", Readership.CAREGIVER: "Caregiver", Readership.CLINICIAN: "Clinician"}


@dataclass(frozen=True)
class Page:
    """A row with what its document needs beside it."""

    row: Row
    url: str
    disclaimer: Row | None
    linked: Mapping[LinkKind, Sequence[Row]]


async def documents(rows: Sequence[Row], context: Context) -> list[Document]:
    """The JSON-LD document of each row. As many statements for one row as for a hundred."""
    bearers = [row for row in rows if hasattr(row, "disclaimer_id")]
    keys = [(row.disclaimer_id, row.locale) for row in bearers]
    found = await editions.disclaimers(keys, context.reading_of(LINKED_FIELDS)) if keys else []
    disclaimers = dict(zip(bearers, found, strict=True))
    linked = [await _linked(kind, rows, context) for kind in LINKED]
    return [
        _document(
            Page(
                row,
                context.settings.url(row.kind, row.locale, row.slug),
                disclaimers.get(row),
                {kind: found[place] for kind, found in zip(LINKED, linked, strict=True)},
            ),
            context,
        )
        for place, row in enumerate(rows)
    ]


async def _linked(kind: LinkKind, rows: Sequence[Row], context: Context) -> list[list[Row]]:
    target = Kind.TOPIC if kind is LinkKind.ABOUT else Kind.PHYSICIAN
    ids = [row.edition_id for row in rows]
    return await editions.linked_rows(kind, target, ids, context.reading_of(LINKED_FIELDS))


def _document(page: Page, context: Context) -> Document:
    row = page.row
    document: Document = _filled(
        {
            "@context": "https://schema.org",
            **PAGES[row.kind](page),
            "url": page.url,
            "name": row.title,
            "description": row.summary,
            "inLanguage": row.locale,
            "datePublished": row.published_at.isoformat(),
            "dateModified": row.updated_at.isoformat(),
            "usageInfo": page.disclaimer and _disclaimer(page.disclaimer),
            "lastReviewed": _date(getattr(row, "last_reviewed_on", None)),
            "reviewedBy": [_person(each, context) for each in page.linked[LinkKind.REVIEWED_BY]],
            "author": [_person(each, context) for each in page.linked[LinkKind.AUTHORED_BY]],
            "editor": [_person(each, context) for each in page.linked[LinkKind.EDITED_BY]],
            "about": [{"@type": "Thing", "name": topic.title} for topic in page.linked[LinkKind.ABOUT]],
        }
    )
    return document


def _filled(value: Any) -> Any:
    """The value without what is null or empty: schema.org knows no null."""
    if isinstance(value, dict):
        filled = {key: _filled(each) for key, each in value.items()}
        return {key: each for key, each in filled.items() if each not in (None, "", [], {})}
    return [_filled(each) for each in value] if isinstance(value, list) else value


def _date(day: Any) -> str | None:
    return day.isoformat() if day else None


def _disclaimer(row: Row) -> Document:
    """A disclaimer, whole: its wording and what proves it."""
    return {
        "@type": "CreativeWork",
        "name": row.title,
        "text": row.text,
        "version": str(row.version),
        "identifier": {"@type": "PropertyValue", "propertyID": "SHA-256", "value": row.content_hash},
        "publisher": row.publisher and {"@type": "Organization", "name": row.publisher},
    }


def _person(row: Row, context: Context) -> Document:
    """A physician, where another page names one."""
    url = context.settings.url(row.kind, row.locale, row.slug)
    return {"@type": "Person", "name": row.title, "jobTitle": row.job_title, "url": url}


def _citations(row: Row) -> list[Document]:
    return [
        {
            "@type": "CreativeWork",
            "name": each.title,
            "author": [{"@type": "Person", "name": name} for name in each.authors],
            "publisher": each.publisher and {"@type": "Organization", "name": each.publisher},
            "datePublished": each.year and str(each.year),
            "url": each.url,
            "identifier": each.doi and {"@type": "PropertyValue", "propertyID": "doi", "value": each.doi},
        }
        for each in row.citations
    ]


def _article(page: Page) -> Document:
    row = page.row
    return {
        "@type": "MedicalWebPage",
        "license": row.license,
        "creditText": row.credit_text,
        "copyrightHolder": row.copyright_holder and {"@type": "Organization", "name": row.copyright_holder},
        "mainEntity": {
            "@type": "Article",
            "headline": row.title,
            "alternativeHeadline": row.alternative_title,
            "alternateName": row.alternate_names,
            "genre": row.genre.value,
            "wordCount": row.word_count,
            "audience": {"@type": "MedicalAudience", "audienceType": AUDIENCES[row.audience]},
            "citation": _citations(row),
            "correction": row.correction,
        },
    }


def _procedure(page: Page) -> Document:
    row = page.row
    way = WAYS.get(row.procedure_type)
    return {
        "@type": "MedicalWebPage",
        "license": row.license,
        "creditText": row.credit_text,
        "citation": _citations(row),
        "mainEntity": {
            "@type": PROCEDURES.get(row.procedure_type, "MedicalProcedure"),
            "name": row.title,
            "alternateName": row.alternate_names,
            "description": row.overview.text,
            "procedureType": way and f"https://schema.org/{way}",
            "bodyLocation": row.body_locations,
            "preparation": row.preparation.body.text,
            "howPerformed": row.how_performed.text,
            "followup": row.followup.text,
            "code": _codes(row),
        },
    }


def _codes(row: Row) -> list[Document]:
    return [{"@type": "MedicalCode", "codingSystem": each.system, "codeValue": each.value} for each in row.codes]


def _physician(page: Page) -> Document:
    row = page.row
    return {
        "@type": "ProfilePage",
        "mainEntity": {
            "@type": ["Person", "IndividualPhysician"],
            "name": row.title,
            "givenName": row.given_name,
            "familyName": row.family_name,
            "honorificPrefix": row.honorific_prefix,
            "honorificSuffix": row.honorific_suffix,
            "jobTitle": row.job_title,
            "description": row.short_bio,
            "usNPI": row.npi,
            "medicalSpecialty": [each.medical_specialty for each in row.specialties if each.medical_specialty],
            "knowsLanguage": row.languages,
            "alumniOf": [{"@type": "Organization", "name": each.institution} for each in row.education],
            "hospitalAffiliation": [{"@type": "Hospital", "name": name} for name in row.hospital_affiliations],
            "memberOf": [{"@type": "Organization", "name": name} for name in row.memberships],
            "award": row.awards,
            "isAcceptingNewPatients": row.accepting_new_patients,
            "telephone": row.telephone,
            "sameAs": row.same_as,
        },
    }


def _topic(page: Page) -> Document:
    row = page.row
    term = {"@type": "MedicalEntity", "name": row.title, "alternateName": row.alternate_names, "code": _codes(row)}
    return {"@type": "CollectionPage", "mainEntity": term}


def _legal(page: Page) -> Document:
    return {"@type": "WebPage", "mainEntity": _disclaimer(page.row)}


PAGES: dict[Kind, Callable[[Page], Document]] = {
    Kind.ARTICLE: _article,
    Kind.PROCEDURE: _procedure,
    Kind.PHYSICIAN: _physician,
    Kind.TOPIC: _topic,
    Kind.DISCLAIMER: _legal,
}
