"""Disclaimers."""

from typing import Any

from tortoise import fields

from models.edition import Part
from models.fields import RichTextField, listed
from models.values import Words


class DisclaimerKind(Words):
    """What a disclaimer is for."""

    MEDICAL_INFORMATION = "MEDICAL_INFORMATION", "Content informs and does not replace a physician's advice."
    AUTHOR_OPINION = "AUTHOR_OPINION", "Content is the opinion of its author."
    EMERGENCY = "EMERGENCY", "What to do in an emergency."
    OFF_LABEL = "OFF_LABEL", "Content speaks of a use that no authority has approved."
    ADVERTISING = "ADVERTISING", "Content is advertising, or paid for."
    BIO = "BIO", "What a physician's bio does and does not say."


class Placement(Words):
    """Where a disclaimer must stand."""

    BEFORE_CONTENT = "BEFORE_CONTENT", "Before the content."
    AFTER_CONTENT = "AFTER_CONTENT", "After the content."
    BOTH = "BOTH", "Before and after the content."


class Disclaimer(Part):
    """What a disclaimer has beyond the edition. Its kind is stored under a name of its own beside the node's."""

    disclaimer_kind = fields.CharEnumField(DisclaimerKind, max_length=24)
    text = fields.TextField(default="")
    body: Any = RichTextField()
    effective_from = fields.DateField()
    effective_until = fields.DateField(null=True)
    placement = fields.CharEnumField(Placement, max_length=16)
    jurisdictions: Any = listed(str)
    acknowledgement_required = fields.BooleanField(default=False)
    content_hash = fields.CharField(max_length=64)
    publisher = fields.CharField(max_length=300, null=True)

    class Meta:
        table = "disclaimer"
