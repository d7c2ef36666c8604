"""Markdown files: what is read from them, and how what is wrong is reported with file and line."""

import pytest

from models import Article, Edition, Link, Procedure
from publishing.importing import FORMATS, import_content

HOUSE = """---
title: House rules
status: live
kind: MEDICAL_INFORMATION
text: Ask your physician.
effectiveFrom: 2026-01-01
placement: AFTER_CONTENT
---
"""
TOPIC = "---\ntitle: Knee\nstatus: live\nscheme: BODY_REGION\n---\n"
ARTICLE = """---
title: Walking
status: live
disclaimer: house
topics: [knee]
{more}
---
Walk with [a friend](caveat:article/talking).
"""
FILES = {"disclaimer/house.en.md": HOUSE, "topic/knee.en.md": TOPIC}


@pytest.fixture
def folder(tmp_path):
    """A function that writes files into a folder, beside a disclaimer and a topic, and gives the folder."""

    def write(**files):
        for name, text in {**FILES, **files}.items():
            path = tmp_path / "content" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp_path / "content"

    return write


async def imported(path, settings, **options):
    """The report of an import of a folder."""
    return await import_content(path, FORMATS["markdown"], settings, who="test", **options)


async def test_files_become_editions(db, settings, folder):
    """Front matter gives the fields, the text under it the body, shortcuts and links the links in their order."""
    more = "links: [{kind: SEE_ALSO, url: 'https://example.org/', label: A page}]"
    path = folder(**{"article/walking.en.md": ARTICLE.format(more=more)})

    report = await imported(path, settings)

    (article,) = await Article.all().prefetch_related("edition")
    assert (report.published, report.problems) == (3, [])
    assert (article.edition.slug, article.edition.title, article.edition.locale) == ("walking", "Walking", "en")
    assert article.body.text == "Walk with a friend."
    assert await Link.all().order_by("position").values_list("kind", "label") == [
        ("ABOUT", None),
        ("SEE_ALSO", "A page"),
    ]
    assert report.warnings == ["article/walking.en.md:1: text: refers to caveat:article/talking, which does not exist"]


async def test_files_of_one_name_are_one_node(db, settings, folder):
    """The file's name joins locales, whatever slug the front matter gives for addresses."""
    spanish = TOPIC.replace("title: Knee", "title: Rodilla\nslug: rodilla")
    path = folder(**{"topic/knee.es.md": spanish})

    await imported(path, settings)

    found = await Edition.filter(kind="topic").order_by("locale").values_list("locale", "slug", "node_id")
    assert [entry[:2] for entry in found] == [("en", "knee"), ("es", "rodilla")]
    assert found[0][2] == found[1][2]


async def test_a_file_may_lead_to_a_later_one(db, settings, folder):
    """Links and references go forwards as well as backwards, in one import."""
    files = {
        "article/a.en.md": ARTICLE.format(more="links: [{kind: NEXT_STEP, target: article/talking}]"),
        "article/talking.en.md": ARTICLE.format(more="").replace("talking", "a"),
    }

    report = await imported(folder(**files), settings)

    assert (report.published, report.problems, report.warnings) == (4, [], [])


BAD = {
    "bad YAML": (
        "article/bad.en.md",
        "---\ntitle: Bad\nsummary: one: two\ngenre: OTHER\n---\n",
        "article/bad.en.md:3: front matter: mapping values are not allowed in this context",
    ),
    "a day that is none": (
        "article/bad.en.md",
        "---\ntitle: Bad\nlastReviewedOn: 2026-02-30\n---\n",
        "article/bad.en.md:1: front matter: day is out of range for month",
    ),
    "an unknown key": (
        "article/bad.en.md",
        ARTICLE.format(more="colour: red"),
        "article/bad.en.md:1: colour: is not a field of this type; see docs/guides/markdown.md for those that are",
    ),
    "a name without a locale": (
        "article/bad.md",
        TOPIC,
        "article/bad.md:1: the name of the file must be <slug>.<locale>.md",
    ),
    "an unknown locale": (
        "topic/bad.fr.md",
        TOPIC,
        "topic/bad.fr.md:1: locale: 'fr' is not a locale of the site (CAVEAT_LOCALES: en, es)",
    ),
    "a slug that is none": (
        "topic/Bad.en.md",
        TOPIC,
        "topic/Bad.en.md:1: slug: string should match pattern '^[a-z0-9]+(-[a-z0-9]+)*$'",
    ),
    "no front matter": (
        "article/bad.en.md",
        "Just text.",
        "article/bad.en.md:1: has no front matter between two lines of ---",
    ),
    "front matter that is a list": (
        "article/bad.en.md",
        "---\n- one\n---\n",
        "article/bad.en.md:1: the front matter is not a mapping",
    ),
    "front matter that holds itself": (
        "article/bad.en.md",
        "---\ntitle: &a [*a]\n---\n",
        "article/bad.en.md:1: record: is nested too deeply",
    ),
    "another encoding": (
        "article/bad.en.md",
        "---\ntitle: K\xe4se\n---\n".encode("latin-1"),
        "article/bad.en.md:1: is not UTF-8",
    ),
    "text under a topic": (
        "topic/bad.en.md",
        TOPIC + "Text.",
        "topic/bad.en.md:1: a topic has no text under the front matter",
    ),
    "a body twice": (
        "article/bad.en.md",
        ARTICLE.format(more="body: Again."),
        "article/bad.en.md:1: body stands in the front matter and under it",
    ),
    "an unknown folder": (
        "recipe/bad.en.md",
        TOPIC,
        "recipe/bad.en.md: is not in a folder named article, disclaimer, physician, procedure, topic",
    ),
    "an unknown author": (
        "article/bad.en.md",
        ARTICLE.format(more="authors: [nobody]"),
        "article/bad.en.md:1: links.0: there is no node 'physician/nobody'",
    ),
    "what is required to publish": (
        "procedure/bad.en.md",
        "---\ntitle: Bad\nstatus: live\ndisclaimer: house\n---\n",
        "procedure/bad.en.md:1: procedure/bad (en): overview: is required to publish",
    ),
}


@pytest.mark.parametrize(("name", "text", "problem"), BAD.values(), ids=BAD)
async def test_a_bad_file_is_reported_and_the_rest_goes_in(db, settings, folder, name, text, problem):
    """The one problem names file, line and reason; the good files are live."""
    path = folder(**{name: text, "topic/spine.en.md": TOPIC})

    report = await imported(path, settings)

    live = await Edition.filter(since__not_isnull=True).values_list("slug", flat=True)
    assert report.problems == [problem]
    assert sorted(live) == ["house", "knee", "spine"]


async def test_every_front_matter_field_goes_through_the_models(db, settings, folder):
    """Nested values, dates inside lists and rich text inside dataclasses arrive as what they are."""
    text = """---
title: Knee replacement
status: live
disclaimer: house
durationMinutes: {min: 60, max: 90}
preparation: {body: "See [this](caveat:topic/knee).", steps: [{text: Walk., daysBefore: 7}]}
citations: [{title: A study, year: 2020, evidenceLevel: A}]
lastReviewedOn: 2026-01-01
---
An overview.
"""

    report = await imported(folder(**{"procedure/knee.en.md": text}), settings)

    (procedure,) = await Procedure.all()
    node = (await Edition.get(kind="topic")).node_id
    assert (report.problems, report.warnings) == ([], [])
    assert (procedure.duration_minutes.max, procedure.preparation.steps[0].days_before) == (90, 7)
    assert procedure.preparation.body.references == [str(node)]
    assert (procedure.citations[0].evidence_level, str(procedure.last_reviewed_on)) == ("A", "2026-01-01")


async def test_a_path_that_is_no_folder_is_a_problem(db, settings, folder):
    """A file given as a folder is not passed over in silence."""
    file = folder() / "topic" / "knee.en.md"

    report = await imported(file, settings)

    assert report.problems == ["knee.en.md: is not a folder of Markdown files"]
