"""Nodes: things with an identity that outlives their text."""

import uuid_utils.compat
from tortoise import fields
from tortoise.models import Model

from models.values import Words


class Kind(Words):
    """A kind of content."""  # the value is the word that references, URLs and folders use

    ARTICLE = "article", "An article."
    PROCEDURE = "procedure", "A procedure guide."
    PHYSICIAN = "physician", "A physician."
    TOPIC = "topic", "A topic: a condition, a body part, or the like."
    DISCLAIMER = "disclaimer", "A disclaimer."

    __str__ = str.__str__


class Node(Model):
    """An identity. Everything that can be read of it is in its editions."""

    id = fields.UUIDField(primary_key=True, default=uuid_utils.compat.uuid7)
    kind = fields.CharEnumField(Kind, max_length=16)

    class Meta:
        table = "node"
