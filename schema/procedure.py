"""Procedure guides."""

from datetime import date
from typing import Annotated

import strawberry

from models import Kind, LinkKind
from models.procedure import Preparation as StoredPreparation
from schema.connection import Connection
from schema.content import Content
from schema.disclaimer import Disclaimer, disclaimer_field
from schema.link import linked_nodes, linking_nodes
from schema.review import ReviewState, review_field
from schema.rich_text import RichText
from schema.suggestions import suggestions_field
from schema.values import (
    CareSetting,
    Citation,
    Code,
    ProcedureType,
    Question,
    Range,
    RecoveryPhase,
    Risk,
    WhenToSeekHelp,
    value_type,
)

Preparation = value_type(StoredPreparation)
Articles = Connection[Annotated["Article", strawberry.lazy("schema.article")]]  # noqa: F821


@strawberry.type(description="A guide to a procedure.")
class Procedure(Content):
    disclaimer: Disclaimer = disclaimer_field("The disclaimer, in the locale that the guide was served in.")
    alternate_names: list[str] = strawberry.field(description="Other names of the procedure.")
    codes: list[Code] = strawberry.field(description="Codes of the procedure in terminologies.")
    procedure_type: ProcedureType | None = strawberry.field(description="How the procedure is done.")
    body_locations: list[str] = strawberry.field(description="Where on the body it is done.")
    overview: RichText = strawberry.field(description="What the procedure is.")
    indications: RichText = strawberry.field(description="When the procedure is considered.")
    contraindications: RichText = strawberry.field(description="When the procedure should not be done.")
    preparation: Preparation = strawberry.field(description="How to prepare.")
    how_performed: RichText = strawberry.field(description="What happens during the procedure.")
    anesthesia: str | None = strawberry.field(description="Which anesthesia is used.")
    duration_minutes: Range | None = strawberry.field(description="How long the procedure takes, in minutes.")
    hospital_stay_days: Range | None = strawberry.field(description="How long patients stay in hospital, in days.")
    setting: CareSetting | None = strawberry.field(description="Where the procedure takes place.")
    recovery: list[RecoveryPhase] = strawberry.field(description="The phases of recovery, in their order.")
    followup: RichText = strawberry.field(description="What follows after the procedure.")
    risks: list[Risk] = strawberry.field(description="What can go wrong.")
    alternatives: RichText = strawberry.field(description="What can be done instead.")
    expected_outcome: RichText = strawberry.field(description="What most patients can expect.")
    when_to_seek_help: WhenToSeekHelp = strawberry.field(description="When to seek help afterwards, by how fast.")
    faqs: list[Question] = strawberry.field(description="Questions that patients ask often.")
    last_reviewed_on: date | None = strawberry.field(description="The day of the last medical review.")
    review_due_on: date | None = strawberry.field(description="The day by which the next medical review is due.")
    review_state: ReviewState = review_field("How the guide stands with its medical review on the perspective's date.")
    citations: list[Citation] = strawberry.field(description="The works that the guide rests on.")
    license: str | None = strawberry.field(description="The licence under which the guide may be used.")
    credit_text: str | None = strawberry.field(description="The words of credit that must stand with the guide.")
    source_url: str | None = strawberry.field(description="Where the guide was first published.")
    performed_by: list[Annotated["Physician", strawberry.lazy("schema.physician")]] = linked_nodes(  # noqa: F821
        LinkKind.PERFORMED_BY, Kind.PHYSICIAN, "The physicians who perform the procedure."
    )
    medical_reviewers: list[Annotated["Physician", strawberry.lazy("schema.physician")]] = linked_nodes(  # noqa: F821
        LinkKind.REVIEWED_BY,
        Kind.PHYSICIAN,
        "The physicians who reviewed the guide; role and credential stand on the edges of links.",
    )
    articles: Articles = linking_nodes(
        LinkKind.COVERS, Kind.ARTICLE, Articles, "The articles about the procedure, the newest first."
    )
    suggestions: list[Content] = suggestions_field("guide")
