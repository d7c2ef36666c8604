"""The index of the search: documents, the statistics of their words, names, suggestions, and editors' synonyms."""

from typing import Any

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops
from uuid_utils.compat import uuid7

from models.node import Kind

INDEXES = [
    "CREATE UNIQUE INDEX IF NOT EXISTS one_term ON search_term (locale, term)",
    "CREATE UNIQUE INDEX IF NOT EXISTS one_word ON search_word (locale, word)",
    "CREATE INDEX IF NOT EXISTS search_word_backwards ON search_word (locale, backwards)",
    "CREATE INDEX IF NOT EXISTS search_document_until ON search_document (until) WHERE until IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS search_name_whole ON search_name (locale, kind, key, id) WHERE place = 0",
    "CREATE INDEX IF NOT EXISTS search_name_later ON search_name (locale, kind, key, id) WHERE place > 0",
    "CREATE INDEX IF NOT EXISTS search_name_terms ON search_name (locale, terms) WHERE terms IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS search_name_edition ON search_name (edition_id)",
    "CREATE UNIQUE INDEX IF NOT EXISTS one_subject ON search_subject (edition_id, subject)",
    "CREATE INDEX IF NOT EXISTS search_subject_bearers ON search_subject (locale, subject, edition_id, weight)",
    "CREATE UNIQUE INDEX IF NOT EXISTS one_synonym ON synonym (locale, terms)",
    "CREATE INDEX IF NOT EXISTS synonym_group ON synonym (group_id)",
    "CREATE UNIQUE INDEX IF NOT EXISTS one_suggestion ON suggestion (source_id, target_id, since)",
    "CREATE INDEX IF NOT EXISTS suggestion_target ON suggestion (target_id)",
]


def _id() -> Any:
    return fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)


def _of(model: str, column: str, name: str, field: Any = fields.ForeignKeyField) -> Any:
    return field(
        f"models.{model}",
        source_field=column,
        db_constraint=True,
        to_field="id",
        related_name=name,
        on_delete=OnDelete.CASCADE,
    )


def _table(name: str, table: str, columns: list[tuple[str, Any]]) -> Any:
    options = {"table": table, "app": "models", "pk_attr": "id"}
    return ops.CreateModel(name=name, fields=columns, options=options, bases=["Model"])


class Migration(migrations.Migration):
    dependencies = [("models", "0004_webhooks")]

    operations = [
        _table(
            "SearchDocument",
            "search_document",
            [
                ("id", _id()),
                ("edition", _of("Edition", "edition_id", "search_document", fields.OneToOneField)),
                ("locale", fields.CharField(max_length=35)),
                *((name, fields.TextField()) for name in ("title", "names", "headings", "aspects")),
                ("profile", fields.BinaryField()),
                ("counted", fields.BooleanField(default=False)),
                ("until", fields.BigIntField(null=True)),
                *((name, fields.TextField()) for name in ("body", "words")),  # last: what is ranked by stands before
            ],
        ),
        _table(
            "SearchName",
            "search_name",
            [
                ("id", _id()),
                ("edition", _of("Edition", "edition_id", "search_names")),
                ("kind", fields.CharEnumField(enum_type=Kind, max_length=16)),
                ("locale", fields.CharField(max_length=35)),
                ("name", fields.CharField(max_length=500)),
                ("key", fields.BinaryField()),
                ("terms", fields.CharField(null=True, max_length=500)),
                ("place", fields.IntField()),
            ],
        ),
        _table(
            "SearchSubject",
            "search_subject",
            [
                ("id", _id()),
                ("edition", _of("Edition", "edition_id", "search_subjects")),
                ("locale", fields.CharField(max_length=35)),
                ("subject", fields.CharField(max_length=40)),
                ("weight", fields.IntField()),
            ],
        ),
        _table(
            "SearchTerm",
            "search_term",
            [
                ("id", _id()),
                ("locale", fields.CharField(max_length=35)),
                ("term", fields.CharField(max_length=40)),
                ("documents", fields.IntField()),
                ("named", fields.IntField()),
            ],
        ),
        _table(
            "SearchWord",
            "search_word",
            [
                ("id", _id()),
                ("locale", fields.CharField(max_length=35)),
                ("word", fields.BinaryField()),
                ("backwards", fields.BinaryField()),
                ("documents", fields.IntField()),
            ],
        ),
        _table(
            "Suggestion",
            "suggestion",
            [
                ("id", _id()),
                ("source", _of("Edition", "source_id", "suggestions")),
                ("target", _of("Node", "target_id", "suggested_by")),
                ("score", fields.IntField()),
                ("since", fields.BigIntField()),
                ("until", fields.BigIntField(null=True)),
            ],
        ),
        _table(
            "Synonym",
            "synonym",
            [
                ("id", fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True)),
                ("group_id", fields.UUIDField()),
                ("locale", fields.CharField(max_length=35)),
                ("name", fields.CharField(max_length=200)),
                ("terms", fields.CharField(max_length=200)),
            ],
        ),
        ops.RunSQL(INDEXES),
    ]
