"""``caveat publish``, ``schedule``, ``withdraw`` and ``erase``: what they say, and their exit codes."""

import pytest

from models import Publication

pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # each command starts a process: once is enough


async def test_a_node_is_published_scheduled_withdrawn_and_erased(make, caveat):
    """Each command changes one thing, says the revision, and puts into the log who did it and why."""
    await make.draft("topic/knee")

    ran = [
        caveat("publish", "topic/knee", "--who", "ed"),
        caveat("withdraw", "topic/knee", "--reason", "Stale.", "--who", "ed"),
        caveat("erase", "topic/knee", "--who", "counsel"),
    ]

    assert [(each.returncode, each.stdout) for each in ran] == [(0, f"Revision {n}.\n") for n in (2, 3, 4)]
    log = await Publication.filter(revision__gt=1).order_by("revision").values_list("action", "who", "reason")
    assert log == [("PUBLISHED", "ed", None), ("WITHDRAWN", "ed", "Stale."), ("ERASED", "counsel", None)]


async def test_what_is_due_is_published_and_what_cannot_be_is_told(make, caveat):
    """``publish --due`` publishes what it can; exit code 1 where a draft was kept back."""
    await make.draft("topic/knee")
    await make.draft("article/bad", body="", status="scheduled", publishAt="2026-01-01T00:00:00Z")

    caveat("schedule", "topic/knee", "2026-01-01T00:00:00")
    due = caveat("publish", "--due")
    again = caveat("publish", "--due")

    kept = "kept back: article/bad (en): body: is required to publish\n"
    assert (due.returncode, due.stdout, due.stderr) == (1, "Revisions: 2.\n", kept)
    assert (again.returncode, again.stdout, again.stderr) == (1, "Nothing was due.\n", kept)


async def test_what_cannot_be_done_is_one_sentence(make, caveat):
    """No traceback: the code and a sentence that names the thing."""
    await make.draft("article/bad", body="")

    refused = {
        arguments: caveat(*arguments.split())
        for arguments in (
            "publish",
            "publish topic/none",
            "publish article/bad",
            "erase article/bad",
        )
    }

    assert {ran.returncode for ran in refused.values()} == {1}
    said = {arguments: ran.stderr for arguments, ran in refused.items()}
    node = said["erase article/bad"].split()[2]
    assert said == {
        "publish": "caveat: BAD_REQUEST: Name nodes to publish, or use --due, not both.\n",
        "publish topic/none": "caveat: NOT_FOUND: There is no node topic/none."
        " Name it as kind/slug, for example article/back-pain.\n",
        "publish article/bad": "caveat: INVALID: article/bad (en): body: is required to publish\n",
        "erase article/bad": f"caveat: NOT_FOUND: {node} has no past editions.\n",
    }
