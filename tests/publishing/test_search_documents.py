"""Documents of the search: any text can be indexed, and names are found by any of their words."""

import time

import pytest
from tortoise import connections

from loaders.search.language import LONGEST_WORD
from models import SearchDocument, SearchName, SearchTerm

MIXED = "سلام עולם 診断 देवनागरी à̂̃ ﷺ ℡ infla\u00admación \u202eright"


HUGE = {
    "long text": {"body": "Knee pain comes and goes. " * 19_000},
    "no spaces": {"body": "膝" * 500_000},
    "all different": {"body": " ".join(chr(0x4E00 + i % 20_000) * 39 + chr(0x4E00 + i // 9) for i in range(12_000))},
    "long words": {"title": "a" * 500, "body": " ".join(chr(97 + i % 26) * 1000 for i in range(200))},
    "many names": {"alternateNames": [f"Name {i} of the knee" for i in range(10_000)]},
    "long names": {"alternateNames": ["膝 " * 50_000 + str(i) for i in range(10)]},
    "many headings": {"body": "".join(f"## Heading {i} \U00020000{i}\n\n" for i in range(5_000))},
    "expanding": {"title": "ﷺ" * 400, "body": " ".join(f"{'㌀' * 40}{i}" for i in range(4_000))},
    "strange": {"title": f"{MIXED}\0\ud800", "alternateNames": ["\udfff", "' \" \\ : & | ! * ( ) <->", "", " "]},
    "new letters": {"title": "ᦰ a\U0001e900b ꟸ", "body": "".join(map(chr, range(0x19B0, 0x19CA)))},
}


async def found(term):
    """How many documents the database's own index finds by a term."""
    (connection,) = connections.all()
    sql = "SELECT count(*) FROM search_document WHERE all_terms @@ CAST($1 AS tsquery)"
    if connection.capabilities.dialect == "sqlite":
        sql, term = "SELECT count(*) FROM search_text WHERE search_text MATCH ?", f'"{term}"'
    return (await connection.execute_query(sql, [term]))[1][0][0]


@pytest.mark.parametrize("name", HUGE)
async def test_any_text_can_be_indexed(make, name):
    """It is published in some seconds, whatever it is, found by its words, and gone when it is replaced."""
    began = time.process_time()

    await make.live("article/knees", **HUGE[name])
    (document,) = await SearchDocument.all()

    assert time.process_time() - began < 10
    terms = {*document.title.split(), *document.names.split(), *document.headings.split(), *document.body.split()}
    assert max(map(len, terms)) <= LONGEST_WORD
    assert sum(len(each.encode()) for each in terms) < 2**20
    assert {await found(each) for each in sorted(terms - {"|"})[:: len(terms) // 20 + 1]} == {1}
    await make.live("article/knees", body="Knees.")
    known = SearchTerm.exclude(term__startswith="0").order_by("term")
    assert await known.values_list("term", "documents") == [("", 1), ("knee", 1)]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_no_letter_ends_a_word(db):
    """Whatever is a letter or a digit for Python is one for SQLite. What is not splits a term, and that is refused."""
    (connection,) = connections.all()
    letters = "".join(each for each in map(chr, range(128, 0x110000)) if each.isalnum())

    found = await connection.execute_query("SELECT 1 FROM search_text WHERE search_text MATCH ?", [f'"{letters}"'])

    assert found == (0, [])


async def test_a_title_is_found_before_what_else_it_is_called(make):
    """A name stands once for each beginning: that of a whole name before that of a later word, a title's first."""
    names = ["Lumbar stenosis", "Stenosis", "spinal STENOSIS", "The canal"]

    await make.live("article/canal", title="Spinal stenosis", alternateNames=names)

    entries = await SearchName.all().order_by("place", "id").values_list("name", "key", "terms", "place")
    assert entries == [
        ("Spinal stenosis", b"spinal stenosis", "spinal stenosi", 0),
        ("Lumbar stenosis", b"lumbar stenosis", "lumbar stenosi", 0),
        ("Stenosis", b"stenosis", "stenosi", 0),
        ("The canal", b"the canal", "canal", 0),
        ("The canal", b"canal", None, 1),
    ]
