"""What Tortoise cannot declare: partial unique indexes, the indexes of lists, and triggers.

Not atomic, because Tortoise splits the SQL of an atomic migration on SQLite at every semicolon (1.1.9), and a
trigger has one inside. Each statement may run twice, so that a migration that was cut off can be run again.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops

from migrations._dialect import RunDialectSQL

LIVE = "since IS NOT NULL AND until IS NULL"
INDEXES = [
    # What the database refuses.
    "CREATE UNIQUE INDEX IF NOT EXISTS one_draft ON edition (node_id, locale) WHERE since IS NULL",
    f"CREATE UNIQUE INDEX IF NOT EXISTS one_live ON edition (node_id, locale) WHERE {LIVE}",
    f"CREATE UNIQUE INDEX IF NOT EXISTS one_slug ON edition (kind, locale, slug) WHERE {LIVE}",
    "CREATE UNIQUE INDEX IF NOT EXISTS one_version ON edition (node_id, locale, version) WHERE since IS NOT NULL",
    "CREATE UNIQUE INDEX IF NOT EXISTS one_position ON link (source_id, position)",
    "CREATE UNIQUE INDEX IF NOT EXISTS one_entry ON publication (revision, position)",
    # What reading needs: lists in each order, with all that visibility asks for in the index itself.
    "CREATE INDEX IF NOT EXISTS by_published ON edition (kind, published_at, node_id, locale, since, until)",
    "CREATE INDEX IF NOT EXISTS by_updated ON edition (kind, updated_at, node_id, locale, since, until)",
    "CREATE INDEX IF NOT EXISTS by_title ON edition (kind, title_key, node_id, locale, since, until)",
    "CREATE INDEX IF NOT EXISTS by_slug ON edition (kind, slug, locale)",
    "CREATE INDEX IF NOT EXISTS by_node ON edition (node_id, locale, since, until)",
    "CREATE INDEX IF NOT EXISTS by_since ON edition (since)",
    "CREATE INDEX IF NOT EXISTS by_schedule ON edition (publish_at) WHERE publish_at IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS link_by_target ON link (target_id, kind)",
    "CREATE INDEX IF NOT EXISTS publication_by_time ON publication (time, revision)",
    "CREATE INDEX IF NOT EXISTS publication_by_node ON publication (node_id, locale)",
    "CREATE INDEX IF NOT EXISTS publication_by_edition ON publication (edition_id)",
    "CREATE INDEX IF NOT EXISTS article_by_disclaimer ON article (disclaimer_id)",
    "CREATE INDEX IF NOT EXISTS article_by_genre ON article (genre)",
    "CREATE INDEX IF NOT EXISTS article_by_audience ON article (audience)",
    "CREATE INDEX IF NOT EXISTS article_by_review ON article (last_reviewed_on)",
    "CREATE INDEX IF NOT EXISTS article_by_due ON article (review_due_on)",
    "CREATE INDEX IF NOT EXISTS procedure_by_disclaimer ON procedure (disclaimer_id)",
    "CREATE INDEX IF NOT EXISTS procedure_by_type ON procedure (procedure_type)",
    "CREATE INDEX IF NOT EXISTS procedure_by_setting ON procedure (setting)",
    "CREATE INDEX IF NOT EXISTS procedure_by_review ON procedure (last_reviewed_on)",
    "CREATE INDEX IF NOT EXISTS procedure_by_due ON procedure (review_due_on)",
    "CREATE INDEX IF NOT EXISTS physician_by_disclaimer ON physician (disclaimer_id)",
    "CREATE INDEX IF NOT EXISTS physician_by_accepting ON physician (accepting_new_patients)",
    "CREATE INDEX IF NOT EXISTS physician_by_npi ON physician (npi)",
    "CREATE INDEX IF NOT EXISTS topic_by_scheme ON topic (scheme)",
]
HEAD = "INSERT INTO graph_head (id, revision) VALUES (1, 0) ON CONFLICT (id) DO NOTHING"
DISCLAIMED = ("article", "procedure", "physician")


def sqlite_trigger(table: str, event: str) -> str:
    """A trigger that refuses a disclaimer that is a node of another kind."""
    return f"""
        CREATE TRIGGER IF NOT EXISTS {table}_disclaimer_{event.split()[0].lower()} BEFORE {event} ON {table}
        WHEN (SELECT kind FROM node WHERE id = NEW.disclaimer_id) <> 'disclaimer'
        BEGIN SELECT RAISE(ABORT, 'disclaimer_id must name a disclaimer'); END"""


def postgres_trigger(table: str) -> str:
    """The same for PostgreSQL, which keeps the rule in a function."""
    return f"""
        CREATE OR REPLACE TRIGGER {table}_disclaimer BEFORE INSERT OR UPDATE OF disclaimer_id ON {table}
        FOR EACH ROW EXECUTE FUNCTION refuse_other_kinds()"""


POSTGRES_FUNCTION = """
    CREATE OR REPLACE FUNCTION refuse_other_kinds() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (SELECT kind FROM node WHERE id = NEW.disclaimer_id) <> 'disclaimer' THEN
            RAISE EXCEPTION 'disclaimer_id must name a disclaimer' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$"""


class Migration(migrations.Migration):
    dependencies = [("models", "0001_initial")]
    atomic = False

    operations = [
        ops.RunSQL(INDEXES),
        ops.RunSQL(HEAD),
        RunDialectSQL(
            {
                "sqlite": [
                    sqlite_trigger(table, event)
                    for table in DISCLAIMED
                    for event in ("INSERT", "UPDATE OF disclaimer_id")
                ],
                "postgres": [POSTGRES_FUNCTION, *map(postgres_trigger, DISCLAIMED)],
            }
        ),
    ]
