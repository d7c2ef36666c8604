"""Importing: in whole or in part, again, on trial, and with everything or nothing."""

import orjson
import pytest

from models import Edition, GraphHead, Link, Node, Publication
from publishing.importing import BATCH, FORMATS, import_content


def topic(slug, **fields):
    """A topic's line."""
    return {
        "type": "topic",
        "slug": slug,
        "locale": "en",
        "title": slug,
        "scheme": "CONDITION",
        "status": "live",
    } | fields


GOOD = [topic("knee"), topic("hip", status="draft"), topic("spine")]
BAD = topic("bad", scheme="PLANET")


@pytest.fixture
def imported(db, settings, tmp_path):
    """A function that imports lines, and gives the report."""

    async def run(lines, **options):
        path = tmp_path / "bundle.ndjson"
        path.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in lines))
        return await import_content(path, FORMATS["bundle"], settings, who="test", **options)

    return run


async def state():
    """Every edition, node and entry of the log, and the head."""
    editions = await Edition.all().order_by("id").values()
    return editions, await Node.all().count(), await Publication.all().count(), (await GraphHead.get()).revision


async def test_a_batch_is_one_release(imported):
    """What is live in a batch is published together; a draft stays a draft."""
    report = await imported(GOOD)

    assert str(report) == "2 published, 1 saved as drafts, 0 unchanged, 0 refused, 0 warnings"
    assert await Publication.all().values_list("revision", "position") == [(1, 0), (1, 1)]
    assert report.revision == 1


async def test_importing_again_publishes_nothing(imported):
    """The same lines a second time change no row."""
    await imported(GOOD)
    before = await state()

    report = await imported(GOOD)

    assert str(report) == "0 published, 0 saved as drafts, 3 unchanged, 0 refused, 0 warnings"
    assert (await state(), report.revision) == (before, None)


async def test_importing_again_publishes_what_changed(imported):
    """One line that says something new makes one edition."""
    await imported(GOOD)

    report = await imported([*GOOD[:2], topic("spine", title="The spine")])

    assert str(report) == "1 published, 0 saved as drafts, 2 unchanged, 0 refused, 0 warnings"
    assert (await Edition.get(slug="spine", until=None)).version == 2


async def test_a_dry_run_says_what_would_change_and_changes_nothing(imported):
    """The report is that of an import, and the database is as it was, down to the head."""
    await imported(GOOD)
    before = await state()

    trial = await imported([topic("spine", title="The spine"), topic("new"), GOOD[0], BAD], dry_run=True)

    assert str(trial) == "2 published, 0 saved as drafts, 1 unchanged, 1 refused, 0 warnings"
    assert (await state(), trial.revision) == (before, None)


async def test_strict_takes_all_or_nothing(imported):
    """One bad line keeps every other out; without it all go in."""
    before = await state()

    refused = await imported([*GOOD, BAD], strict=True)
    between = await state()
    taken = await imported(GOOD, strict=True)

    words = "scheme: input should be 'SPECIALTY', 'CONDITION', 'BODY_REGION', 'TREATMENT' or 'AUDIENCE'"
    assert (refused.problems, refused.revision) == ([f"bundle.ndjson:4: {words}"], None)
    assert between == before
    assert (taken.published, taken.drafts, taken.problems, taken.revision) == (2, 1, [], 1)


async def test_strict_makes_a_dangling_reference_a_problem(make, imported):
    """What is a warning otherwise keeps everything out."""
    body = "See [it](caveat:topic/none)."
    lines = [{**topic("back"), "type": "article", "disclaimer": "house", "body": body}, *GOOD]
    del lines[0]["scheme"]

    strict, lenient = await imported(lines, strict=True), await imported(lines)

    sentence = "bundle.ndjson:1: text: refers to caveat:topic/none, which does not exist"
    assert (strict.problems, strict.warnings, strict.revision) == ([sentence], [], None)
    assert (lenient.problems, lenient.warnings, lenient.published) == ([], [sentence], 3)


async def test_what_a_release_refuses_holds_back_no_other(make, imported):
    """Of a batch, what breaks a rule of the graph is reported with its place, and the rest is published."""
    lines = [{**topic("back"), "type": "procedure", "disclaimer": "house"}, *GOOD]
    del lines[0]["scheme"]

    report = await imported(lines)

    assert report.problems == ["bundle.ndjson:1: procedure/back (en): overview: is required to publish"]
    assert (report.published, report.drafts) == (2, 1)
    assert (await Edition.get(slug="back")).since is None


async def test_batches_lead_to_each_other(imported):
    """Links go forwards over the ends of batches, each of which is a release."""
    count = 2 * BATCH + 10
    lines = [
        topic(f"n-{number}", links=[{"kind": "RELATED", "target": f"topic/n-{(number + 1) % count}"}])
        for number in range(count)
    ]

    report = await imported(lines)

    assert (report.problems, report.published, report.revision) == ([], count, 3)
    assert await Node.all().count() == count


async def test_progress_ends_with_the_last_entry(imported):
    """Whoever watches hears of every batch, and at the end that all is done."""
    heard = []

    await imported([*GOOD, BAD], progress=lambda done, total: heard.append((done, total)))

    assert heard[-1] == (4, 4)


async def test_a_node_is_named_once_in_a_whole_import(imported):
    """The second line for a node and locale is refused, also when it stands in another batch."""
    lines = [topic("knee"), *(topic(f"n-{number}") for number in range(BATCH)), topic("knee", title="Again")]

    report = await imported(lines)

    assert report.problems == [f"bundle.ndjson:{BATCH + 2}: slug: names a node that another record has written already"]
    assert (await Edition.get(slug="knee")).title == "knee"


async def test_a_link_to_a_refused_record_is_made_good_by_importing_again(imported):
    """What links to a record that is not taken goes in; its edge shows nothing until the record is mended."""
    lines = [topic("knee", broader="bad"), BAD]

    first = await imported(lines)
    second = await imported([lines[0], topic("bad")])

    target = await Edition.get(slug="bad")
    assert (first.published, len(first.problems)) == (1, 1)
    assert (second.published, second.problems) == (2, [])
    assert await Link.filter(source__slug="knee", source__until=None).values_list("target_id") == [(target.node_id,)]
