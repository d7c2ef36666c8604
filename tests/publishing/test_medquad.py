"""The MedQuAD corpus: its shape, on invented rows."""

import gzip

import orjson
import pytest

from models import Article, Edition, Link, Procedure
from publishing.importing import FORMATS, import_content


def row(number, kind="condition", **fields):
    """A document in the corpus's shape, with invented words."""
    return {
        "id": f"medquad:Invented:{number}",
        "slug": f"invented-{number}",
        "kind": kind,
        "title": f"Invented {number}",
        "source": "Invented",
        "source_name": "The Invented Institute",
        "url": f"https://example.org/{number}",
        "credit": None,
        "category": "Disease",
        "semantic_types": [{"tui": "T000", "name": "Made-up Finding"}],
        "semantic_group": "Disorders",
        "cuis": [],
        "synonyms": ["Imagined"],
        "sections": [
            {"type": "information", "heading": "Overview", "question": "What?", "body": "First *this*.\n- one\n- two"},
            {"type": "outlook", "heading": "Outlook", "question": "Then?", "body": "All is well."},
        ],
        "words": 9,
        "related": [],
        **fields,
    }


async def imported(path, rows, settings, **options):
    """The report of an import of some documents."""
    path.write_bytes(gzip.compress(b"".join(orjson.dumps(each) + b"\n" for each in rows)))
    return await import_content(path, FORMATS["medquad"], settings, who="test", **options)


async def test_a_condition_is_an_article_of_sections(db, settings, tmp_path):
    """Sections keep heading, aspect and the words as they stand; licence, credit and source go into their fields."""
    report = await imported(tmp_path / "corpus.gz", [row(1, credit="Thanks to nobody")], settings)

    article = await Article.get(edition__slug="invented-1")
    disclaimer = await Edition.get(node_id=article.disclaimer_id)
    assert (str(report), disclaimer.slug) == (
        "4 published, 0 saved as drafts, 0 unchanged, 0 refused, 0 warnings",
        "test-content",
    )
    assert [(s.heading, s.aspect, s.body.text) for s in article.sections] == [
        ("Overview", "OVERVIEW", "First *this*.\n\none\ntwo"),
        ("Outlook", "PROGNOSIS", "All is well."),
    ]
    assert (article.genre, article.alternate_names, article.license, article.source_url) == (
        "CONDITION",
        ["Imagined"],
        "https://creativecommons.org/licenses/by/4.0/",
        "https://example.org/1",
    )
    assert article.credit_text.startswith("The Invented Institute. Thanks to nobody. MedQuAD, ")


async def test_a_procedure_is_a_procedure(db, settings, tmp_path):
    """What it is becomes the overview, the outlook the expected outcome, the rest follows under headings."""
    more = [{"type": "symptoms", "heading": "Signs", "question": "?", "body": "None."}]
    document = row(1, kind="procedure", sections=row(1)["sections"] + more)

    await imported(tmp_path / "corpus.gz", [document], settings)

    procedure = await Procedure.get(edition__slug="invented-1")
    assert [heading.text for heading in procedure.overview.table_of_contents] == ["Signs"]
    assert procedure.expected_outcome.text == "All is well."


async def test_semantic_types_and_categories_are_topics(db, settings, tmp_path):
    """Each is a topic once, and what it stands on links to it."""
    await imported(tmp_path / "corpus.gz", [row(1), row(2)], settings)

    topics = await Edition.filter(kind="topic").order_by("slug").values_list("slug", "title")
    assert topics == [("disease", "Disease"), ("made-up-finding", "Made-up Finding")]
    assert await Link.filter(kind="ABOUT").count() == 4


async def test_related_documents_are_links_forwards_and_backwards(db, settings, tmp_path):
    """A relation to a later document, to an earlier one and to a procedure arrives; one to nothing is left out."""
    ids = ["medquad:Invented:2", "medquad:Invented:3", "medquad:Invented:99"]
    related = [{"id": id, "reason": "mentioned"} for id in ids]
    rows = [row(1, related=related), row(2, related=[{"id": "medquad:Invented:1", "reason": "title"}])]

    report = await imported(tmp_path / "corpus.gz", [*rows, row(3, kind="procedure")], settings)

    links = Link.filter(kind="RELATED").order_by("source__slug", "position")
    nodes = dict(await Edition.all().values_list("node_id", "slug"))
    found = await links.values_list("source__slug", "target_id", "note")
    assert report.problems == []
    assert [(source, nodes[target], note) for source, target, note in found] == [
        ("invented-1", "invented-2", "mentioned"),
        ("invented-1", "invented-3", "mentioned"),
        ("invented-2", "invented-1", "title"),
    ]


def without(name):
    """A document that lacks a field."""
    return {key: value for key, value in row(2).items() if key != name}


BAD = {
    "no object": ([], "is not a document of the corpus: input should be an object"),
    "a field that is missing": (without("sections"), "is not a document of the corpus: sections: field required"),
    "a section that is none": (
        row(2, sections=["text"]),
        "is not a document of the corpus: sections.0: input should be an object",
    ),
    "a section without a body": (
        row(2, sections=[{"type": "outlook", "heading": "A"}]),
        "is not a document of the corpus: sections.0.body: field required",
    ),
    "a slug that is none": (row(2, slug=None), "is not a document of the corpus: slug: input should be a valid string"),
    "a category that is none": (
        row(2, category=None),
        "is not a document of the corpus: category: input should be a valid string",
    ),
    "a relation that is none": (row(2, related=[{}]), "is not a document of the corpus: related.0.id: field required"),
    "a source that is no address": (row(2, url="javascript:alert(1)"), "sourceUrl: 'javascript:alert(1)' is not a web"),
    "no sections": (row(2, sections=[]), "article/invented-2 (en): body: is required to publish"),
}


@pytest.mark.parametrize(("bad", "problem"), BAD.values(), ids=BAD)
async def test_a_bad_document_is_reported_and_the_rest_goes_in(db, settings, tmp_path, bad, problem):
    """The one problem names file, line and reason; the other documents are live."""
    report = await imported(tmp_path / "corpus.gz", [row(1), bad, row(3)], settings)

    live = await Edition.filter(kind="article", since__not_isnull=True).values_list("slug", flat=True)
    assert [each[: len(problem) + 13] for each in report.problems] == [f"corpus.gz:2: {problem}"]
    assert sorted(live) == ["invented-1", "invented-3"]
