"""Topics."""

from typing import Any

from tortoise import fields

from models.edition import Part
from models.fields import listed
from models.values import Code, Words


class TopicScheme(Words):
    """The scheme that a topic belongs to."""

    SPECIALTY = "SPECIALTY", "A field of medicine."
    CONDITION = "CONDITION", "A disease, injury or symptom."
    BODY_REGION = "BODY_REGION", "A part of the body."
    TREATMENT = "TREATMENT", "A treatment, or a group of them."
    AUDIENCE = "AUDIENCE", "A group of readers."


class Topic(Part):
    """What a topic has beyond the edition."""

    scheme = fields.CharEnumField(TopicScheme, max_length=16)
    alternate_names: Any = listed(str)
    codes: Any = listed(Code)

    class Meta:
        table = "topic"
