"""Webhooks, with what each endpoint has, and the releases that it never took."""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops
from uuid_utils.compat import uuid7

from models.webhook import WebhookShape


def _key():
    return fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True)


class Migration(migrations.Migration):
    dependencies = [("models", "0003_clients")]

    operations = [
        ops.CreateModel(
            name="Webhook",
            fields=[
                ("id", _key()),
                ("url", fields.CharField(unique=True, max_length=2000)),
                ("shape", fields.CharEnumField(enum_type=WebhookShape, max_length=16)),
                ("secret", fields.CharField(max_length=500)),
                ("actions", fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
                ("created_at", fields.DatetimeField()),
                ("revision", fields.BigIntField()),
                ("attempts", fields.IntField(default=0)),
                ("next_at", fields.DatetimeField(null=True)),
                ("last_success_at", fields.DatetimeField(null=True)),
                ("last_failure_at", fields.DatetimeField(null=True)),
                ("last_problem", fields.CharField(null=True, max_length=200)),
                ("disabled_at", fields.DatetimeField(null=True)),
                ("lease_holder", fields.CharField(null=True, max_length=32)),
                ("lease_until", fields.DatetimeField(null=True)),
            ],
            options={"table": "webhook", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="DeadLetter",
            fields=[
                ("id", _key()),
                (
                    "webhook",
                    fields.ForeignKeyField(
                        "models.Webhook",
                        source_field="webhook_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="dead_letters",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("revision", fields.BigIntField()),
                ("problem", fields.CharField(max_length=200)),
                ("given_up_at", fields.DatetimeField()),
                ("queued", fields.BooleanField(default=False)),
            ],
            options={
                "table": "dead_letter",
                "app": "models",
                "unique_together": (("webhook", "revision"),),
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
    ]
