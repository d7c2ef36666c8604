"""API clients with their tokens and trusted documents; the client of those without a token."""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops
from uuid_utils.compat import uuid7

from models.client import DisclaimerPolicy

ANONYMOUS = """
    INSERT INTO client (id, name, scopes, origins, policy, partner, public, introspection, documents_only, created_at)
    VALUES ('00000000-0000-7000-8000-000000000000', 'anonymous', '["content:read"]', '["*"]', 'ATTACH',
            false, true, true, false, '2026-01-01 00:00:00+00:00')
    ON CONFLICT (name) DO NOTHING"""


def _key():
    return fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True)


def _of_client(related_name):
    return fields.ForeignKeyField(
        "models.Client",
        source_field="client_id",
        db_constraint=True,
        to_field="id",
        related_name=related_name,
        on_delete=OnDelete.CASCADE,
    )


class Migration(migrations.Migration):
    dependencies = [("models", "0002_guards")]

    operations = [
        ops.CreateModel(
            name="Client",
            fields=[
                ("id", _key()),
                ("name", fields.CharField(unique=True, max_length=100)),
                ("scopes", fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
                ("origins", fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
                (
                    "policy",
                    fields.CharEnumField(default=DisclaimerPolicy.ATTACH, enum_type=DisclaimerPolicy, max_length=16),
                ),
                ("partner", fields.BooleanField(default=False)),
                ("public", fields.BooleanField(default=False)),
                ("introspection", fields.BooleanField(default=False)),
                ("documents_only", fields.BooleanField(default=False)),
                ("physicians", fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)),
                ("budget", fields.BigIntField(null=True)),
                ("created_at", fields.DatetimeField()),
                ("revoked_at", fields.DatetimeField(null=True)),
            ],
            options={"table": "client", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Token",
            fields=[
                ("id", _key()),
                ("client", _of_client("tokens")),
                ("hash", fields.CharField(unique=True, max_length=64)),
                ("hint", fields.CharField(max_length=8)),
                ("created_at", fields.DatetimeField()),
                ("expires_at", fields.DatetimeField(null=True)),
            ],
            options={"table": "token", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Document",
            fields=[
                ("id", _key()),
                ("client", _of_client("documents")),
                ("hash", fields.CharField(max_length=200)),
                ("name", fields.CharField(null=True, max_length=200)),
                ("text", fields.TextField(unique=False)),
                ("pushed_at", fields.DatetimeField()),
                ("expires_at", fields.DatetimeField(null=True)),
            ],
            options={
                "table": "document",
                "app": "models",
                "unique_together": (("client", "hash"),),
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.AddField(model_name="GraphHead", name="access", field=fields.BigIntField(default=0, db_default=0)),
        ops.RunSQL([ANONYMOUS]),
    ]
