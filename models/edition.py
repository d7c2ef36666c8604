"""Editions: one wording of a node in one locale."""

from typing import Any
from uuid import UUID

import uuid_utils.compat
from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from models.fields import StructuredField
from models.node import Kind, Node
from models.values import Seo


class Edition(Model):
    """One wording of a node in one locale: what all kinds of content have.

    ``since`` and ``until`` are revisions. Both null: a draft; ``since`` set, ``until`` null: live; both set: past.
    """

    id = fields.UUIDField(primary_key=True, default=uuid_utils.compat.uuid7)
    node_id: UUID
    node: fields.ForeignKeyRelation[Node] = fields.ForeignKeyField(
        "models.Node", related_name="editions", on_delete=fields.RESTRICT
    )
    kind = fields.CharEnumField(Kind, max_length=16)
    locale = fields.CharField(max_length=35)  # RFC 5646, 4.4.1: longest tag a buffer should expect
    version = fields.IntField()
    since = fields.BigIntField(null=True)
    until = fields.BigIntField(null=True)
    publish_at = fields.DatetimeField(null=True)
    slug = fields.CharField(max_length=200)
    title = fields.CharField(max_length=500)
    title_key = fields.BinaryField()  # bytes, because both databases order bytes alike
    summary = fields.TextField(default="")
    seo: Any = StructuredField(Seo, default=Seo)
    published_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()
    created_at = fields.DatetimeField()
    created_by = fields.CharField(max_length=200)
    digest = fields.CharField(max_length=64)  # sha256 of what was saved: saving the same again changes nothing

    class Meta:
        table = "edition"
        constraints = (
            CheckConstraint(name="edition_state", check="until IS NULL OR (since IS NOT NULL AND until > since)"),
            CheckConstraint(name="edition_schedule", check="publish_at IS NULL OR since IS NULL"),
        )


class Part(Model):
    """What one kind of content has beyond the edition: one row an edition."""

    edition_id: UUID
    edition: fields.OneToOneRelation[Edition] = fields.OneToOneField(
        "models.Edition", primary_key=True, on_delete=fields.CASCADE
    )

    class Meta:
        abstract = True
