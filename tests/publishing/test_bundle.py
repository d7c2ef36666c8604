"""Bundles: what is exported can be imported, and is then exported as the same bytes."""

import gzip

import orjson
import pytest
import pytest_asyncio
from tortoise import connections

from errors import Invalid
from models import Edition
from publishing.bundle import export
from publishing.importing import FORMATS, import_content
from publishing.release import publish_due

TABLES = ("publication", "link", "article", "procedure", "physician", "topic", "disclaimer", "edition", "node")


async def exported() -> bytes:
    """The bundle of the whole graph."""
    return b"".join([line async for line in export()])


async def imported(path, content, settings, **options):
    """The report of an import of a bundle that is written to a path."""
    path.write_bytes(content)
    return await import_content(path, FORMATS["bundle"], settings, who="test", **options)


async def emptied() -> None:
    """Empty the database, down to the head of the graph."""
    (connection,) = connections.all()
    for table in TABLES:
        await connection.execute_query(f"DELETE FROM {table}")
    await connection.execute_query("UPDATE graph_head SET revision = 0")


@pytest_asyncio.fixture
async def everything(make):
    """A graph of all types, in two locales: live, draft, scheduled, with links, sections and nested rich text."""
    await make.live("disclaimer/house", locale="es", body="*Pregunte.*")
    await make.live("topic/body")
    await make.live("topic/knee", broader="body", codes=[{"system": "S", "value": "1"}])
    await make.live("physician/ana", specialties=[{"name": "Knees"}], seo={"title": "Ana"}, acceptingNewPatients=True)
    nested = {"body": "See [it](caveat:topic/knee).", "steps": [{"text": "Walk.", "daysBefore": 3}]}
    await make.live("procedure/knee", preparation=nested, durationMinutes={"min": 1, "max": 2}, performedBy=["ana"])
    sections = [{"heading": "Why?", "aspect": "CAUSES", "body": "Ask [Ana](caveat:physician/ana)."}] * 2
    page = {"kind": "SEE_ALSO", "url": "https://example.org/", "label": "Page", "heading": "More", "note": "Good."}
    review = [{"target": "ana", "role": "Reviewer", "credential": "MD"}]
    for title in ("First", "Second"):
        await make.live("article/back", title=title, sections=sections, links=[page], medicalReviewers=review)
    await make.live("article/back", locale="es", title="Espalda", authors=["ana"], summary="Corto")
    await make.draft("article/back", title="Third", authors=["ana"])
    await make.draft("article/new", status="scheduled", publishAt="2030-01-01T00:00:00Z")
    return make


async def test_export_import_export_gives_the_same_bytes(everything, settings, tmp_path):
    """Through an empty database and back, not a byte changes; past editions are not part of a bundle."""
    first = await exported()
    await emptied()

    report = await imported(tmp_path / "bundle.ndjson", first, settings)

    assert (report.problems, report.warnings) == ([], [])
    assert (report.published, report.drafts, report.unchanged) == (8, 2, 0)
    assert await exported() == first


async def test_importing_a_bundle_again_changes_nothing(everything, settings, tmp_path):
    """In the database that it comes from, a bundle is unchanged, live and draft."""
    before = await Edition.all().order_by("id").values()

    report = await imported(tmp_path / "bundle.ndjson", await exported(), settings)

    assert str(report) == "0 published, 0 saved as drafts, 10 unchanged, 0 refused, 0 warnings"
    assert await Edition.all().order_by("id").values() == before


async def test_a_bundle_may_be_compressed(everything, settings, tmp_path):
    """A gzip file is a bundle too, whatever it is called."""
    first = await exported()
    await emptied()

    await imported(tmp_path / "bundle.ndjson", gzip.compress(first), settings)

    assert await exported() == first


async def test_a_link_to_what_was_withdrawn_does_not_stop_an_import(make, settings, tmp_path):
    """A node that is not live has no line in a bundle; what links to it goes in all the same."""
    gone = await make.live("topic/gone")
    await make.live("article/back", links=[{"kind": "ABOUT", "target": "topic/gone"}])
    await make.withdraw(gone)
    first = await exported()
    await emptied()

    report = await imported(tmp_path / "bundle.ndjson", first, settings)

    assert (report.problems, report.published) == ([], 2)
    assert await exported() == first


async def test_a_scheduled_draft_is_due_in_the_copy_as_well(everything, settings, clock, tmp_path):
    """A bundle carries the schedule; the copy publishes the draft when its time has come."""
    first = await exported()
    await emptied()
    await imported(tmp_path / "bundle.ndjson", first, settings)
    clock.advance(days=3650)

    _, refused = await publish_due(settings, clock=clock)

    assert refused == []
    assert (await Edition.get(slug="new")).since is not None


async def test_more_editions_than_a_batch_keep_their_order(make, settings, tmp_path):
    """Several batches of lines come out in one order, each edition once."""
    for number in range(420):
        settings_of = {"locale": "es"} if number % 2 else {}
        await make.draft(f"topic/number-{number // 2}", **settings_of)

    lines = [orjson.loads(line) for line in (await exported()).splitlines()]

    topics = [(line["id"], line["locale"]) for line in lines if line["type"] == "topic"]
    assert (len(topics), topics) == (420, sorted(set(topics)))


GOOD = b'{"type":"topic","slug":"knee","locale":"en","title":"Knee","scheme":"CONDITION","status":"live"}\n'
BAD = {
    "no JSON": (b"{", "bundle.ndjson:2: is not JSON: unexpected end of data: line 1 column 2 (char 1)"),
    "no object": (b"[]", "bundle.ndjson:2: is not a JSON object"),
    "no type": (
        b"{}",
        "bundle.ndjson:2: type: must be one of article, procedure, physician, topic, disclaimer, and is None",
    ),
    "an unknown type": (
        b'{"type":"recipe"}',
        "bundle.ndjson:2: type: must be one of article, procedure, physician, topic, disclaimer, and is 'recipe'",
    ),
    "a wrong value": (
        b'{"type":"topic","slug":"a","locale":"en","title":"A","scheme":"PLANET"}',
        "bundle.ndjson:2: scheme: input should be 'SPECIALTY', 'CONDITION', 'BODY_REGION', 'TREATMENT' or 'AUDIENCE'",
    ),
    "the same again": (
        GOOD.strip(),
        "bundle.ndjson:2: slug: names a node that another record has written already",
    ),
}


@pytest.mark.parametrize(("line", "problem"), BAD.values(), ids=BAD)
async def test_a_bad_line_is_reported_and_the_rest_goes_in(db, settings, tmp_path, line, problem):
    """The one problem names file, line and reason; the good lines are live."""
    report = await imported(tmp_path / "bundle.ndjson", GOOD + line + b"\n\n" + GOOD.replace(b"nee", b"now"), settings)

    assert report.problems == [problem]
    assert sorted(await Edition.filter(since__not_isnull=True).values_list("slug", flat=True)) == ["know", "knee"][::-1]


async def test_a_file_that_breaks_off_is_refused(db, settings, tmp_path):
    """Nothing of a compressed file that was cut goes in; it is said where it breaks off."""
    with pytest.raises(Invalid) as refused:
        await imported(tmp_path / "bundle.ndjson", gzip.compress(GOOD)[:-8], settings)

    reason = "Compressed file ended before the end-of-stream marker was reached"
    assert str(refused.value) == f"bundle.ndjson:2: cannot be read: {reason}"
    assert await Edition.all().count() == 0


async def test_a_folder_is_no_bundle(db, settings, tmp_path):
    """A folder given as a file is refused with a sentence."""
    with pytest.raises(Invalid) as refused:
        await import_content(tmp_path, FORMATS["bundle"], settings, who="test")

    assert str(refused.value) == f"{tmp_path.name}:1: cannot be read: Is a directory"
