"""API clients and their tokens: who asks, and what the operator allows them."""

from typing import Any

from tortoise import fields
from tortoise.models import Model
from uuid_utils.compat import uuid7

from models.values import Words

ANONYMOUS = "anonymous"
"""The name of the client that requests without a token are of. The migration makes it, and it is never revoked."""


class DisclaimerPolicy(Words):
    """What becomes of an operation that selects an article without its disclaimer."""

    ATTACH = "ATTACH", "The answer carries the disclaimers that the operation did not select."
    REQUIRE = "REQUIRE", "The operation is refused."


class Client(Model):
    """An API client. Null means no limit: for its physicians, and for its budget."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    name = fields.CharField(max_length=100, unique=True)
    scopes: Any = fields.JSONField(default=list)
    origins: Any = fields.JSONField(default=list)
    policy = fields.CharEnumField(DisclaimerPolicy, max_length=16, default=DisclaimerPolicy.ATTACH)
    partner = fields.BooleanField(default=False)
    public = fields.BooleanField(default=False)
    introspection = fields.BooleanField(default=False)
    documents_only = fields.BooleanField(default=False)
    physicians: Any = fields.JSONField(null=True)
    budget = fields.BigIntField(null=True)
    created_at = fields.DatetimeField()
    revoked_at = fields.DatetimeField(null=True)

    class Meta:
        table = "client"


class Token(Model):
    """A token of a client, as its hash: the token itself is nowhere. ``hint`` is its end, to tell tokens apart."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    client: fields.ForeignKeyRelation[Client] = fields.ForeignKeyField(
        "models.Client", related_name="tokens", on_delete=fields.CASCADE
    )
    hash = fields.CharField(max_length=64, unique=True)
    hint = fields.CharField(max_length=8)
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField(null=True)

    class Meta:
        table = "token"
