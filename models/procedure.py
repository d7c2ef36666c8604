"""Procedure guides."""

from typing import Any

from tortoise import fields

from models.edition import Part
from models.fields import RichTextField, StructuredField, listed
from models.node import Node
from models.rich_text import RichText
from models.values import Citation, Code, Question, Range, Words, described, value


class ProcedureType(Words):
    """How a procedure is done."""

    SURGICAL = "SURGICAL", "By surgery."
    PERCUTANEOUS = "PERCUTANEOUS", "Through the skin, by a needle or catheter."
    NONINVASIVE = "NONINVASIVE", "Without breaking the skin."
    DIAGNOSTIC = "DIAGNOSTIC", "To find out what is wrong."
    THERAPEUTIC = "THERAPEUTIC", "To treat, by none of the other ways."


class CareSetting(Words):
    """Where a procedure takes place."""

    INPATIENT = "INPATIENT", "In hospital, with a stay overnight."
    OUTPATIENT = "OUTPATIENT", "In hospital or a surgery centre, home on the same day."
    OFFICE = "OFFICE", "In the doctor's office."


@value
class PreparationStep:
    """Something to do before a procedure."""

    text: str = described("What to do, as plain text.")
    days_before: int | None = described("How many days before the procedure; 0 is the day itself.", default=None)


@value
class Preparation:
    """How to prepare for a procedure."""

    body: RichText = described("How to prepare, as text.", default=RichText)
    steps: list[PreparationStep] = described("What to do, step by step.", default=list)


@value
class RecoveryPhase:
    """A phase of recovery after a procedure."""

    title: str = described("What the phase is called.")
    from_day: int = described("The first day of the phase; the day of the procedure is day 0.")
    to_day: int | None = described("The last day of the phase; null when it has no set end.", default=None)
    text: str = described("What to expect, as plain text.", default="")
    milestones: list[str] = described("What most patients can do by the end of the phase.", default=list)
    restrictions: list[str] = described("What patients must not do yet.", default=list)


@value
class Risk:
    """Something that can go wrong."""

    text: str = described("What can go wrong, as plain text.")
    frequency: str | None = described("How often it happens, in words or figures.", default=None)
    serious: bool = described("Whether it can cause lasting harm or death.", default=False)


@value
class WhenToSeekHelp:
    """When to seek help after a procedure, by how fast (aspects of the NHS MedicalHelp pattern)."""

    routine: str | None = described("When to call at the next opportunity.", default=None)
    urgent: str | None = described("When to call on the same day.", default=None)
    emergency: str | None = described("When to call the emergency services at once.", default=None)


class Procedure(Part):
    """What a procedure guide has beyond the edition."""

    disclaimer: fields.ForeignKeyRelation[Node] = fields.ForeignKeyField(
        "models.Node", related_name="disclaimed_procedures", on_delete=fields.RESTRICT
    )
    alternate_names: Any = listed(str)
    codes: Any = listed(Code)
    procedure_type = fields.CharEnumField(ProcedureType, max_length=16, null=True)
    body_locations: Any = listed(str)
    overview: Any = RichTextField()
    indications: Any = RichTextField()
    contraindications: Any = RichTextField()
    preparation: Any = StructuredField(Preparation, default=Preparation)
    how_performed: Any = RichTextField()
    anesthesia = fields.TextField(null=True)
    duration_minutes: Any = StructuredField(Range, null=True)
    hospital_stay_days: Any = StructuredField(Range, null=True)
    setting = fields.CharEnumField(CareSetting, max_length=16, null=True)
    recovery: Any = listed(RecoveryPhase)
    followup: Any = RichTextField()
    risks: Any = listed(Risk)
    alternatives: Any = RichTextField()
    expected_outcome: Any = RichTextField()
    when_to_seek_help: Any = StructuredField(WhenToSeekHelp, default=WhenToSeekHelp)
    faqs: Any = listed(Question)
    last_reviewed_on = fields.DateField(null=True)
    review_due_on = fields.DateField(null=True)
    citations: Any = listed(Citation)
    license = fields.TextField(null=True)
    credit_text = fields.TextField(null=True)
    source_url = fields.TextField(null=True)

    class Meta:
        table = "procedure"
