"""What each database needs to find terms in documents: FTS5, or tsvector and GIN.

Not atomic, because Tortoise splits the SQL of an atomic migration on SQLite at every semicolon (1.1.9), and a
trigger has one inside. Each statement may run twice, so that a migration that was cut off can be run again.
``caveat migrate`` fills the index afterwards.
"""

from tortoise import migrations

from migrations._dialect import RunDialectSQL

FIELDS = "title, names, headings, body"
OLD = ", ".join(f"old.{name}" for name in FIELDS.split(", "))
NEW = OLD.replace("old.", "new.")
SQLITE = [
    # The terms are words already: the tokenizer only has to tell them apart. FTS5's other one, unicode61, takes some at
    # letters apart that Unicode got after its version 6.1, and then refuses to look for them.
    f"CREATE VIRTUAL TABLE IF NOT EXISTS search_text USING fts5({FIELDS}, content='search_document',"
    " content_rowid='id', tokenize=ascii, detail=column, columnsize=0)",
    f"""
    CREATE TRIGGER IF NOT EXISTS search_document_written AFTER INSERT ON search_document
    BEGIN INSERT INTO search_text (rowid, {FIELDS}) VALUES (new.id, {NEW}); END""",
    f"""
    CREATE TRIGGER IF NOT EXISTS search_document_deleted AFTER DELETE ON search_document
    BEGIN INSERT INTO search_text (search_text, rowid, {FIELDS}) VALUES ('delete', old.id, {OLD}); END""",
]
NAMED, ALL = "title || ' ' || names", "title || ' ' || names || ' ' || headings || ' ' || body"
POSTGRES = [
    # No parser of PostgreSQL's: it would take the terms apart as the server's locale has it.
    f"ALTER TABLE search_document ADD COLUMN IF NOT EXISTS {column} tsvector GENERATED ALWAYS AS"
    f" (array_to_tsvector(array_remove(string_to_array({terms}, ' '), ''))) STORED"
    for column, terms in (("named_terms", NAMED), ("all_terms", ALL))
]
POSTGRES += [
    # Room for the row that a release writes when it counts a draft: beside the old one it needs no new entries of GIN.
    "ALTER TABLE search_document SET (fillfactor = 50)",
]
POSTGRES += [
    f"CREATE INDEX IF NOT EXISTS search_document_{each} ON search_document USING gin ({each}_terms)"
    for each in ("named", "all")
]


class Migration(migrations.Migration):
    dependencies = [("models", "0005_search")]
    atomic = False

    operations = [RunDialectSQL({"sqlite": SQLITE, "postgres": POSTGRES})]
