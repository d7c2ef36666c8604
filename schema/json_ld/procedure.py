"""Procedure guides: a medical web page whose main entity is the procedure."""

from loaders.rows import Row
from models import LinkKind
from models.procedure import Preparation, ProcedureType
from schema.json_ld.page import Page
from schema.json_ld.terms import Document, citations, licence, medical_codes, member

TYPES = {
    ProcedureType.SURGICAL: "SurgicalProcedure",
    ProcedureType.THERAPEUTIC: "TherapeuticProcedure",
    ProcedureType.DIAGNOSTIC: "DiagnosticProcedure",
}
WAYS = {ProcedureType.NONINVASIVE: "NoninvasiveProcedure", ProcedureType.PERCUTANEOUS: "PercutaneousProcedure"}


def procedure_type(row: Row) -> str:
    """The type that a procedure is of."""
    return TYPES.get(row.procedure_type, "MedicalProcedure")


def procedure(page: Page) -> Document:
    """The page of a guide. schema.org 30.0 has no indications, and contraindications of therapies alone."""
    row = page.row
    return {
        "@type": "MedicalWebPage",
        "lastReviewed": row.last_reviewed_on and row.last_reviewed_on.isoformat(),
        "reviewedBy": page.people(LinkKind.REVIEWED_BY),
        "mentions": page.people(LinkKind.PERFORMED_BY),
        "citation": citations(row.citations),
        "license": licence(row.license),
        "creditText": row.credit_text,
        "isBasedOn": row.source_url,
        "hasPart": _faq(row),
        "mainEntity": {
            "@type": procedure_type(row),
            "name": row.title,
            "alternateName": row.alternate_names,
            "description": row.overview.text,
            "procedureType": member(WAYS.get(row.procedure_type)),
            "bodyLocation": row.body_locations,
            "preparation": _preparation(row.preparation),
            "howPerformed": row.how_performed.text,
            "followup": row.followup.text,
            "adverseOutcome": _risks(row),
            "code": medical_codes(row.codes),
        },
    }


def _preparation(preparation: Preparation) -> list[str]:
    """How to prepare. A step that has its day is left out: without it, it would say something else."""
    steps = [each.text for each in preparation.steps if each.days_before is None]
    return list(filter(None, [preparation.body.text, *steps]))


def _risks(row: Row) -> list[Document]:
    """What can go wrong, which schema.org knows of therapeutic procedures alone."""
    if row.procedure_type is not ProcedureType.THERAPEUTIC:
        return []
    return [{"@type": "MedicalEntity", "name": each.text} for each in row.risks]


def _faq(row: Row) -> Document | None:
    questions = [
        {
            "@type": "Question",
            "name": each.question,
            "acceptedAnswer": {"@type": "Answer", "text": each.answer},
        }
        for each in row.faqs
    ]
    return {"@type": "FAQPage", "mainEntity": questions} if questions else None
