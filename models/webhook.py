"""Webhooks: where each release is posted to, how far each endpoint has come, and what it never took."""

from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.models import Model
from uuid_utils.compat import uuid7

from models.values import Words


class WebhookShape(Words):
    """What an endpoint is posted."""

    STANDARD = "standard", "The release as JSON, signed as Standard Webhooks."
    FASTLY = "fastly", "A purge of surrogate keys."
    CLOUDFLARE = "cloudflare", "A purge of cache tags."


class Webhook(Model):
    """An endpoint. ``revision`` is the newest release that it is done with: posted, or given up.

    ``secret`` signs what is posted, or is the key of the CDN. ``attempts`` failed since the endpoint last took
    something; it is left alone until ``next_at``. One process posts to it at a time: the holder of the lease.
    """

    id = fields.UUIDField(primary_key=True, default=uuid7)
    url = fields.CharField(max_length=2000, unique=True)
    shape = fields.CharEnumField(WebhookShape, max_length=16)
    secret = fields.CharField(max_length=500)
    actions: Any = fields.JSONField(default=list)
    created_at = fields.DatetimeField()
    revision = fields.BigIntField()
    attempts = fields.IntField(default=0)
    next_at = fields.DatetimeField(null=True)
    last_success_at = fields.DatetimeField(null=True)
    last_failure_at = fields.DatetimeField(null=True)
    last_problem = fields.CharField(max_length=200, null=True)
    disabled_at = fields.DatetimeField(null=True)
    lease_holder = fields.CharField(max_length=32, null=True)
    lease_until = fields.DatetimeField(null=True)

    class Meta:
        table = "webhook"


class DeadLetter(Model):
    """A release that an endpoint did not take in all its attempts. ``queued`` ones are posted again."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    webhook_id: UUID
    webhook: fields.ForeignKeyRelation[Webhook] = fields.ForeignKeyField(
        "models.Webhook", related_name="dead_letters", on_delete=fields.CASCADE
    )
    revision = fields.BigIntField()
    problem = fields.CharField(max_length=200)
    given_up_at = fields.DatetimeField()
    queued = fields.BooleanField(default=False)

    class Meta:
        table = "dead_letter"
        unique_together = (("webhook", "revision"),)
