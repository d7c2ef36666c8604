"""Nodes: things with an identity that outlives their text."""

from enum import StrEnum

import uuid_utils.compat
from tortoise import fields
from tortoise.models import Model


class Kind(StrEnum):
    """The kinds of nodes; the value is the word that references, URLs and folders use."""

    ARTICLE = "article"
    PROCEDURE = "procedure"
    PHYSICIAN = "physician"
    TOPIC = "topic"
    DISCLAIMER = "disclaimer"


class Node(Model):
    """An identity. Everything that can be read of it is in its editions."""

    id = fields.UUIDField(primary_key=True, default=uuid_utils.compat.uuid7)
    kind = fields.CharEnumField(Kind, max_length=16)

    class Meta:
        table = "node"
