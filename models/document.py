"""Trusted documents: the operations of a client, stored before they are asked for."""

from tortoise import fields
from tortoise.models import Model
from uuid_utils.compat import uuid7

from models.client import Client


class Document(Model):
    """A document of a client, by the hash (or other id) that the client's tools gave it.

    ``expires_at`` is null while the document is in the client's newest manifest.
    """

    id = fields.UUIDField(primary_key=True, default=uuid7)
    client: fields.ForeignKeyRelation[Client] = fields.ForeignKeyField(
        "models.Client", related_name="documents", on_delete=fields.CASCADE
    )
    hash = fields.CharField(max_length=200)
    name = fields.CharField(max_length=200, null=True)
    text = fields.TextField()
    pushed_at = fields.DatetimeField()
    expires_at = fields.DatetimeField(null=True)

    class Meta:
        table = "document"
        unique_together = (("client", "hash"),)
