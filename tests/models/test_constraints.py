"""What the database itself refuses, and what it finds by an index: the same on SQLite and on PostgreSQL."""

import re

import pytest
from tortoise import Tortoise, connections
from tortoise.exceptions import IntegrityError, OperationalError
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.operations import AlterModelOptions
from tortoise.transactions import in_transaction

from models import Node
from publishing.database import tortoise_config

# The one table of the rules and indexes that must exist: table, what it is, name or columns.
RULES = """
article          foreign key     disclaimer_id -> node RESTRICT
article          foreign key     edition_id -> edition CASCADE
article          index           article_by_audience
article          index           article_by_disclaimer
article          index           article_by_due
article          index           article_by_genre
article          index           article_by_review
article          primary key     edition_id
article          trigger         article_disclaimer
client           primary key     id
dead_letter      foreign key     webhook_id -> webhook CASCADE
dead_letter      primary key     id
disclaimer       foreign key     edition_id -> edition CASCADE
disclaimer       primary key     edition_id
document         foreign key     client_id -> client CASCADE
document         primary key     id
edition          check           edition_schedule
edition          check           edition_state
edition          foreign key     node_id -> node RESTRICT
edition          index           by_kind
edition          index           by_node
edition          index           by_published
edition          index           by_since
edition          index           by_slug
edition          index           by_title
edition          index           by_updated
edition          partial index   by_schedule
edition          partial index   by_until
edition          partial unique  one_draft
edition          partial unique  one_live
edition          partial unique  one_slug
edition          partial unique  one_version
edition          primary key     id
graph_head       check           graph_head_single
graph_head       primary key     id
link             check           link_target
link             foreign key     source_id -> edition CASCADE
link             foreign key     target_id -> node RESTRICT
link             index           link_by_target
link             primary key     id
link             unique          one_position
node             primary key     id
physician        foreign key     disclaimer_id -> node RESTRICT
physician        foreign key     edition_id -> edition CASCADE
physician        index           physician_by_accepting
physician        index           physician_by_disclaimer
physician        index           physician_by_npi
physician        primary key     edition_id
physician        trigger         physician_disclaimer
procedure        foreign key     disclaimer_id -> node RESTRICT
procedure        foreign key     edition_id -> edition CASCADE
procedure        index           procedure_by_disclaimer
procedure        index           procedure_by_due
procedure        index           procedure_by_review
procedure        index           procedure_by_setting
procedure        index           procedure_by_type
procedure        primary key     edition_id
procedure        trigger         procedure_disclaimer
publication      check           publication_numbers
publication      foreign key     edition_id -> edition RESTRICT
publication      foreign key     node_id -> node RESTRICT
publication      index           publication_by_edition
publication      index           publication_by_node
publication      index           publication_by_time
publication      primary key     id
publication      unique          one_entry
reference        foreign key     source_id -> edition CASCADE
reference        index           reference_by_target
reference        primary key     id
reference        unique          one_reference
search_document  foreign key     edition_id -> edition CASCADE
search_document  partial index   search_document_until
search_document  primary key     id
search_name      foreign key     edition_id -> edition CASCADE
search_name      index           search_name_edition
search_name      partial index   search_name_later
search_name      partial index   search_name_terms
search_name      partial index   search_name_whole
search_name      primary key     id
search_subject   foreign key     edition_id -> edition CASCADE
search_subject   index           search_subject_bearers
search_subject   primary key     id
search_subject   unique          one_subject
search_term      primary key     id
search_term      unique          one_term
search_word      index           search_word_backwards
search_word      primary key     id
search_word      unique          one_word
suggestion       foreign key     source_id -> edition CASCADE
suggestion       foreign key     target_id -> node CASCADE
suggestion       index           suggestion_target
suggestion       primary key     id
suggestion       unique          one_suggestion
synonym          index           synonym_group
synonym          primary key     id
synonym          unique          one_synonym
token            foreign key     client_id -> client CASCADE
token            primary key     id
topic            foreign key     edition_id -> edition CASCADE
topic            index           topic_by_scheme
topic            primary key     edition_id
webhook          primary key     id
"""
# What one of the two has beside them, to find terms by.
NATIVE = {
    "sqlite": """
search_document  trigger         search_document_deleted
search_document  trigger         search_document_written
search_text      virtual table   fts5
""",
    "postgres": """
search_document  generated       all_terms tsvector
search_document  generated       named_terms tsvector
search_document  index           search_document_all
search_document  index           search_document_named
""",
}

# Each gives rows of (table, what it is, name or columns).
SQLITE = """
SELECT t.name, 'primary key', c.name FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table' AND c.pk
UNION SELECT t.name, 'foreign key', f."from" || ' -> ' || f."table" || ' ' || f.on_delete
    FROM sqlite_master t, pragma_foreign_key_list(t.name) f WHERE t.type = 'table'
UNION SELECT t.name, CASE WHEN i.partial THEN 'partial ' ELSE '' END || CASE WHEN i."unique" THEN 'unique'
    ELSE 'index' END, i.name FROM sqlite_master t, pragma_index_list(t.name) i WHERE t.type = 'table' AND i.origin = 'c'
UNION SELECT tbl_name, 'trigger', replace(replace(name, '_insert', ''), '_update', '') FROM sqlite_master
    WHERE type = 'trigger' GROUP BY 1, 3 HAVING count(*) = 2 OR tbl_name = 'search_document'
UNION SELECT name, 'virtual table', substr(sql, instr(sql, 'USING ') + 6, 4) FROM sqlite_master
    WHERE sql LIKE 'CREATE VIRTUAL TABLE%'
UNION SELECT name, 'check', sql FROM sqlite_master WHERE type = 'table' AND sql LIKE '% CHECK %'
"""
POSTGRES = """
SELECT conrelid::regclass::text, CASE contype WHEN 'c' THEN 'check' WHEN 'f' THEN 'foreign key' ELSE 'primary key' END,
    CASE contype WHEN 'c' THEN conname ELSE pg_get_constraintdef(oid) END
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'f', 'p')
UNION SELECT indrelid::regclass::text, CASE WHEN indpred IS NULL THEN '' ELSE 'partial ' END ||
    CASE WHEN indisunique THEN 'unique' ELSE 'index' END, indexrelid::regclass::text
    FROM pg_index JOIN pg_indexes ON indexname = indexrelid::regclass::text AND schemaname = 'public'
    WHERE NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u'))
UNION SELECT tgrelid::regclass::text, 'trigger', tgname FROM pg_trigger WHERE NOT tgisinternal
UNION SELECT table_name, 'generated', column_name || ' ' || data_type FROM information_schema.columns
    WHERE table_schema = 'public' AND is_generated = 'ALWAYS'
"""
OWN = ("tortoise", "search_text_")  # tables that Tortoise and FTS5 keep for themselves
DEFINED = re.compile(r'^(?:PRIMARY KEY \("?(\w+)"?\)|FOREIGN KEY \((\w+)\) REFERENCES (\w+)\(\w+\) ON DELETE (\w+))$')


def words(table: str, what: str, name: str) -> list[str]:
    """A row of the catalogue as lines of the table above: definitions in SQL are cut down to their names."""
    names = [name]
    if what == "check" and " " in name:
        names = re.findall(r'CONSTRAINT "(\w+)" CHECK', name)
    elif found := DEFINED.match(name):
        names = [found[1] or f"{found[2]} -> {found[3]} {found[4]}"]
    return [f"{table:<17}{what:<16}{each}" for each in names]


async def catalogue() -> list[str]:
    """What the database says of itself."""
    (connection,) = connections.all()
    sql = SQLITE if connection.capabilities.dialect == "sqlite" else POSTGRES
    rows = [tuple(row) for row in (await connection.execute_query(sql))[1]]
    lines = {line for row in rows if not row[0].startswith(OWN) for line in words(*row)}
    return sorted(lines)


async def test_the_catalogue_has_every_rule_and_no_other(db):
    """After all migrations each database has the constraints, indexes and triggers of the table, to the last one."""
    (connection,) = connections.all()

    both = f"{RULES}{NATIVE[connection.capabilities.dialect]}"
    assert await catalogue() == sorted(filter(None, both.splitlines()))


async def test_no_change_of_the_models_lacks_a_migration(db):
    """Tortoise's own detector finds nothing but options, which make no difference to the database."""
    config = tortoise_config("sqlite://:memory:")

    writers = await MigrationAutodetector(Tortoise.apps, config["apps"]).changes()

    changes = [operation for writer in writers for operation in writer.operations]
    assert [change for change in changes if not isinstance(change, AlterModelOptions)] == []


UNKNOWN = "01890000-0000-7000-8000-000000000000"
TOPIC = "(SELECT id FROM node WHERE kind = 'topic')"
PAST = "slug = 'back' AND until IS NOT NULL"
LIVE = "slug = 'back' AND since IS NOT NULL AND until IS NULL"
DRAFT = "slug = 'back' AND since IS NULL"
ENTRY = "revision, position, time, who, action, node_id, kind, locale"

# What is tried -> the statement, and what the refusal names on SQLite and on PostgreSQL.
BROKEN = {
    "a second draft of a node and locale": (
        f"UPDATE edition SET since = NULL, until = NULL WHERE {PAST}",
        "edition.node_id, edition.locale|one_draft",
    ),
    "a second live edition of a node and locale": (
        f"UPDATE edition SET until = NULL, slug = 'other' WHERE {PAST}",
        "edition.node_id, edition.locale|one_live",
    ),
    "a second live slug of a kind and locale": (
        "UPDATE edition SET slug = 'house' WHERE slug = 'rules'",
        "edition.kind, edition.locale, edition.slug|one_slug",
    ),
    "the same version twice": (
        f"UPDATE edition SET version = 2 WHERE {PAST}",
        "edition.node_id, edition.locale, edition.version|one_version",
    ),
    "an end without a beginning": (f"UPDATE edition SET until = 9 WHERE {DRAFT}", "edition_state"),
    "an end before the beginning": (f"UPDATE edition SET until = since WHERE {LIVE}", "edition_state"),
    "a schedule on a live edition": (
        f"UPDATE edition SET publish_at = '2026-01-01 00:00:00+00:00' WHERE {LIVE}",
        "edition_schedule",
    ),
    "a schedule on a past edition": (
        f"UPDATE edition SET publish_at = '2026-01-01 00:00:00+00:00' WHERE {PAST}",
        "edition_schedule",
    ),
    "an edition of no node": (
        f"UPDATE edition SET node_id = '{UNKNOWN}' WHERE {LIVE}",
        "FOREIGN KEY|edition_node_id_fkey",
    ),
    "a link to a node and a page": (
        "UPDATE link SET url = 'https://example.org/', label = 'A' WHERE position = 0",
        "link_target",
    ),
    "a link to neither": ("UPDATE link SET target_id = NULL WHERE position = 0", "link_target"),
    "a page without a label": ("UPDATE link SET label = NULL WHERE position = 1", "link_target"),
    "a label without a page": ("UPDATE link SET label = 'A' WHERE position = 0", "link_target"),
    "two links at one position": (
        "UPDATE link SET position = 0 WHERE position = 1",
        "link.source_id, link.position|one_position",
    ),
    "a link to a node that does not exist": (
        f"UPDATE link SET target_id = '{UNKNOWN}' WHERE position = 0",
        "FOREIGN KEY|link_target_id_fkey",
    ),
    "a link of no edition": (
        f"UPDATE link SET source_id = '{UNKNOWN}' WHERE position = 0",
        "FOREIGN KEY|link_source_id_fkey",
    ),
    "deleting a node that a link leads to": (f"DELETE FROM node WHERE id = {TOPIC}", "FOREIGN KEY|_fkey"),
    "deleting what the log names": (f"DELETE FROM edition WHERE {PAST}", "FOREIGN KEY|publication_edition_id_fkey"),
    "a second head": ("INSERT INTO graph_head (id, revision) VALUES (2, 0)", "graph_head_single"),
    "a second first head": ("INSERT INTO graph_head (id, revision) VALUES (1, 0)", "graph_head.id|graph_head_pkey"),
    "a second entry at a place of the log": (
        f"INSERT INTO publication ({ENTRY}) SELECT {ENTRY} FROM publication WHERE revision = 1",
        "publication.revision, publication.position|one_entry",
    ),
    "a revision that is none": ("UPDATE publication SET revision = 0 WHERE revision = 1", "publication_numbers"),
    "a position that is none": ("UPDATE publication SET position = -1 WHERE revision = 1", "publication_numbers"),
}


async def refusal(*statements: str) -> str:
    """What the database says to the last of some statements, which it must refuse."""
    async with in_transaction() as connection:
        for statement in statements[:-1]:
            await connection.execute_query(statement)
        with pytest.raises((IntegrityError, OperationalError)) as refused:
            await connection.execute_query(statements[-1])
        await connection.rollback()
    return str(refused.value)


@pytest.mark.parametrize(("statement", "named"), BROKEN.values(), ids=BROKEN)
async def test_the_database_refuses(make, statement, named):
    """Raw SQL, past all of our code, cannot break a rule."""
    await make.live("topic/knee")
    await make.live("disclaimer/rules")
    page = {"kind": "SEE_ALSO", "url": "https://example.org/", "label": "A page"}
    for title in ("Past", "Live"):
        await make.live("article/back", title=title)
    await make.draft("article/back", title="Draft", links=[{"kind": "ABOUT", "target": "topic/knee"}, page])

    assert re.search(named, await refusal(statement))


OTHER_KIND = "disclaimer_id must name a disclaimer"
NEW = f"INSERT INTO node (id, kind) VALUES ('{UNKNOWN}', 'disclaimer')"
# What is tried with the disclaimer of content -> the statements, the last of which is refused.
DISCLAIMED = {
    "no disclaimer": (["UPDATE {0} SET disclaimer_id = NULL"], "NOT NULL|not-null"),
    "a disclaimer that does not exist": ([f"UPDATE {{0}} SET disclaimer_id = '{UNKNOWN}'"], "FOREIGN KEY|_fkey"),
    "a disclaimer of another kind": ([f"UPDATE {{0}} SET disclaimer_id = {TOPIC}"], OTHER_KIND),
    "a new row with a disclaimer of another kind": (
        [
            "CREATE TEMPORARY TABLE copied AS SELECT * FROM {0}",
            "DELETE FROM {0}",
            f"UPDATE copied SET disclaimer_id = {TOPIC}",
            "INSERT INTO {0} SELECT * FROM copied",
        ],
        OTHER_KIND,
    ),
    "deleting a disclaimer in use": (
        [NEW, f"UPDATE {{0}} SET disclaimer_id = '{UNKNOWN}'", f"DELETE FROM node WHERE id = '{UNKNOWN}'"],
        "FOREIGN KEY|{0}_disclaimer_id_fkey",
    ),
}


@pytest.mark.parametrize("kind", ["article", "procedure", "physician"])
@pytest.mark.parametrize(("statements", "named"), DISCLAIMED.values(), ids=DISCLAIMED)
async def test_the_database_holds_every_disclaimer(make, kind, statements, named):
    """No row of content is ever without a disclaimer that is one."""
    await make.live("topic/knee")
    await make.live(f"{kind}/back")

    said = await refusal(*(statement.format(kind) for statement in statements))

    assert re.search(named.format(kind), said)
    assert await Node.filter(id=UNKNOWN).count() == 0
