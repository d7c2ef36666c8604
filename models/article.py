"""Articles."""

from typing import Any

from tortoise import fields

from models.edition import Part
from models.fields import RichTextField, listed
from models.node import Node
from models.rich_text import RichText
from models.values import Citation, Words, described, value


class Genre(Words):
    """What an article is, to its readers."""

    CONDITION = "CONDITION", "About a disease, injury or symptom."
    TREATMENT = "TREATMENT", "About a treatment."
    RECOVERY = "RECOVERY", "About getting well again."
    PREVENTION = "PREVENTION", "About staying well."
    NEWS = "NEWS", "News of the practice or of medicine."
    FAQ = "FAQ", "Answers to questions that are asked often."
    PATIENT_STORY = "PATIENT_STORY", "What a patient lived through."
    OTHER = "OTHER", "None of the others."


class Readership(Words):
    """For whom content is written."""

    PATIENT = "PATIENT", "For patients."
    CAREGIVER = "CAREGIVER", "For those who care for a patient."
    CLINICIAN = "CLINICIAN", "For health professionals."


class HealthAspect(Words):
    """The aspect of a health topic that a section is about (schema.org HealthAspectEnumeration)."""

    OVERVIEW = "OVERVIEW", "What it is."
    TYPES = "TYPES", "Its types."
    CAUSES = "CAUSES", "What causes it."
    SYMPTOMS = "SYMPTOMS", "Its signs and symptoms."
    STAGES = "STAGES", "Its stages."
    SCREENING = "SCREENING", "How it is found and diagnosed."
    SEE_DOCTOR = "SEE_DOCTOR", "When to see a doctor."
    TREATMENTS = "TREATMENTS", "How it is treated."
    HOW_IT_WORKS = "HOW_IT_WORKS", "How a treatment works."
    EFFECTIVENESS = "EFFECTIVENESS", "How well a treatment works."
    BENEFITS = "BENEFITS", "The benefits of a treatment."
    SIDE_EFFECTS = "SIDE_EFFECTS", "The side effects of a treatment."
    SAFETY = "SAFETY", "What to look out for."
    RISKS_OR_COMPLICATIONS = "RISKS_OR_COMPLICATIONS", "Risks and complications, and who is at risk."
    PROGNOSIS = "PROGNOSIS", "What to expect, and how common it is."
    LIVING_WITH = "LIVING_WITH", "How to live with it."
    SELF_CARE = "SELF_CARE", "What patients can do themselves."
    PREVENTION = "PREVENTION", "How to prevent it."
    PREGNANCY = "PREGNANCY", "What matters in pregnancy."
    MISCONCEPTIONS = "MISCONCEPTIONS", "What is often misunderstood."
    PATIENT_EXPERIENCE = "PATIENT_EXPERIENCE", "What patients report."
    GETTING_ACCESS = "GETTING_ACCESS", "How to get it, and who helps."
    USAGE_OR_SCHEDULE = "USAGE_OR_SCHEDULE", "How and when to use it."
    RELATED_TOPICS = "RELATED_TOPICS", "Related topics and research."


@value
class Section:
    """A part of an article under a heading of its own."""

    heading: str = described("The heading.")
    body: RichText = described("The text of the section.", default=RichText)
    aspect: HealthAspect | None = described("The aspect of the topic that the section is about.", default=None)
    anchor: str = described(
        "The stable anchor of the section, without #; by default made from the heading.", default=""
    )


class Article(Part):
    """What an article has beyond the edition."""

    disclaimer: fields.ForeignKeyRelation[Node] = fields.ForeignKeyField(
        "models.Node", related_name="disclaimed_articles", on_delete=fields.RESTRICT
    )
    alternative_title = fields.CharField(max_length=500, null=True)
    alternate_names: Any = listed(str)
    genre = fields.CharEnumField(Genre, max_length=16, default=Genre.OTHER)
    audience = fields.CharEnumField(Readership, max_length=16, default=Readership.PATIENT)
    body: Any = RichTextField()
    sections: Any = listed(Section)
    word_count = fields.IntField(default=0)
    last_reviewed_on = fields.DateField(null=True)
    review_due_on = fields.DateField(null=True)
    citations: Any = listed(Citation)
    license = fields.TextField(null=True)
    copyright_holder = fields.TextField(null=True)
    credit_text = fields.TextField(null=True)
    source_url = fields.TextField(null=True)
    change_note = fields.TextField(null=True)
    correction = fields.TextField(null=True)

    class Meta:
        table = "article"
