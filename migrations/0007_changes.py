"""What ``changes`` asks for: who refers to a node in its text, all of a kind, what ended when, and what seals cursors.

The references of editions that are there already are read out of their rich text.
"""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from migrations._dialect import RunDialectSQL

TEXTS = {
    "article": ("body", "sections"),
    "disclaimer": ("body",),
    "physician": ("bio",),
    "procedure": (
        "overview", "indications", "contraindications", "preparation", "how_performed", "followup", "alternatives",
        "expected_outcome",
    ),
}  # fmt: skip
"""The columns with rich text, as they are at this migration."""
INTO = "INSERT INTO reference (source_id, target_id) SELECT DISTINCT"
SQLITE = [
    f"{INTO} p.edition_id, r.value FROM {table} p, json_tree(p.{column}) t, json_each(t.value) r"
    " WHERE t.key = 'references' AND t.type = 'array' ON CONFLICT (source_id, target_id) DO NOTHING"
    for table, columns in TEXTS.items()
    for column in columns
]
POSTGRES = [
    f"{INTO} p.edition_id, CAST(r #>> '{{}}' AS uuid) FROM {table} p,"
    f" jsonb_path_query(p.{column}, '$.**.references[*]') r ON CONFLICT (source_id, target_id) DO NOTHING"
    for table, columns in TEXTS.items()
    for column in columns
]
INDEXES = [
    "CREATE UNIQUE INDEX IF NOT EXISTS one_reference ON reference (source_id, target_id)",
    "CREATE INDEX IF NOT EXISTS reference_by_target ON reference (target_id)",
    "CREATE INDEX IF NOT EXISTS by_kind ON edition (kind, node_id, locale, since, until)",
    "CREATE INDEX IF NOT EXISTS by_until ON edition (until) WHERE until IS NOT NULL",
]
SEAL = {
    "sqlite": ["UPDATE graph_head SET seal = lower(hex(randomblob(32)))"],
    "postgres": ["UPDATE graph_head SET seal = replace(CAST(gen_random_uuid() AS text) || gen_random_uuid(), '-', '')"],
}


class Migration(migrations.Migration):
    dependencies = [("models", "0006_search_terms")]

    operations = [
        ops.CreateModel(
            name="Reference",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "source",
                    fields.ForeignKeyField(
                        "models.Edition",
                        source_field="source_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="references",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("target_id", fields.UUIDField()),
            ],
            options={"table": "reference", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.AddField(
            model_name="GraphHead", name="seal", field=fields.CharField(default="", db_default="", max_length=64)
        ),
        ops.RunSQL(INDEXES),
        RunDialectSQL(SEAL),
        RunDialectSQL({"sqlite": SQLITE, "postgres": POSTGRES}),
    ]
