"""Several processes on one database: they take turns, and one that is killed leaves the graph as it was."""

import asyncio
import random
import signal
import sys
from asyncio.subprocess import PIPE

import pytest

from models import Edition, GraphHead, Publication

# A child opens the database, says that it is ready, waits for a line, and then runs what the test wants of it.
CHILD = """
import asyncio, os, signal, sys
from publishing.database import opened
from publishing.record import parse
from publishing.release import publish_due, release
from publishing.save import save
from settings import Settings

settings = Settings(database_url=sys.argv[1], locales="en,es:en")
given = sys.argv[2:]

def topic(slug):
    return parse({"type": "topic", "slug": slug, "locale": "en", "title": slug, "scheme": "CONDITION"})

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

class Deadly(str):
    __len__ = die

async def work():
    BODY

async def main():
    async with opened(settings.database_url):
        print("ready", flush=True)
        sys.stdin.readline()
        await work()

asyncio.run(main())
"""
PUBLISH_DUE = "print(await publish_due(settings))"
PUBLISH_MANY = """
    for number in range(int(given[1])):
        (outcome,) = await save([topic(f"{given[0]}-{number}")], settings, who=given[0])
        await release(settings, publish=[outcome.edition], who=given[0])
"""
KILLED_WHEN = {
    "before the first change": "await release(settings, publish=given, who='child', clock=die)",
    "after the last change, before the log": "await release(settings, publish=given, who=Deadly('child'))",
}


async def started(url: str, body: str, *arguments: str) -> asyncio.subprocess.Process:
    """A child that is ready to run some code."""
    code = CHILD.replace("BODY", body)
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, url, *arguments, stdin=PIPE, stdout=PIPE, stderr=PIPE
    )
    assert await child.stdout.readline() == b"ready\n", (await child.communicate())[1].decode()
    return child


async def finished(*children: asyncio.subprocess.Process) -> list[tuple[int, str]]:
    """Exit code and output of children that are all told to go at once."""
    outputs = await asyncio.gather(*(child.communicate(b"go\n") for child in children))
    return [
        (child.returncode, out.decode() + err.decode()) for child, (out, err) in zip(children, outputs, strict=True)
    ]


async def graph():
    """Every edition, the head and the log, as the database has them."""
    editions = await Edition.all().order_by("id").values_list("id", "version", "since", "until")
    return editions, (await GraphHead.get()).revision, await Publication.all().values_list("revision", "edition_id")


async def test_two_processes_publish_what_is_due_once(make, settings):
    """Told to start at once, one of them publishes all, the other finds nothing left to do."""
    for number in range(20):
        await make.draft(f"topic/number-{number}", status="scheduled", publishAt="2026-03-01T12:00:00Z")
    children = [await started(settings.database_url, PUBLISH_DUE) for _ in range(2)]

    answers = await finished(*children)

    assert sorted(answers) == [(0, "([2], [])\n"), (0, "([], [])\n")]
    assert await Publication.filter(revision=2).count() == 20


async def test_two_processes_publish_at_once(make, settings):
    """Twenty releases each: all succeed, one after the other, and the revisions have no gap."""
    children = [await started(settings.database_url, PUBLISH_MANY, name, "20") for name in ("one", "two")]

    answers = await finished(*children)

    log = await Publication.all().order_by("revision").values_list("revision", "position", "who")
    assert answers == [(0, ""), (0, "")]
    assert [(revision, position) for revision, position, _ in log] == [(number, 0) for number in range(1, 42)]
    assert sorted(who for _, _, who in log) == ["one"] * 20 + ["test"] + ["two"] * 20
    assert (await GraphHead.get()).revision == 41


@pytest.mark.parametrize("body", KILLED_WHEN.values(), ids=KILLED_WHEN)
async def test_a_release_that_is_killed_leaves_the_old_graph(make, settings, body):
    """SIGKILL inside the transaction: nothing of the release is there, and the next one has the next revision."""
    live = await make.live("topic/spine", title="Old")
    drafts = [await make.draft("topic/spine", title="New"), await make.draft("topic/other")]
    before = await graph()
    child = await started(settings.database_url, body, *(draft.edition for draft in drafts))

    ((code, _),) = await finished(child)

    assert code == -signal.SIGKILL
    assert await graph() == before
    assert await make.publish(*drafts) == 3
    assert (await Edition.get(id=live.edition)).until == 3


async def test_a_process_that_is_killed_at_any_instant_leaves_whole_revisions(make, settings):
    """Killed at random while it publishes: the log ends at the head, and each edition that is live is in it."""
    for attempt in range(2):
        child = await started(settings.database_url, PUBLISH_MANY, f"try-{attempt}", "100000")
        child.stdin.write(b"go\n")
        await asyncio.sleep(0.1 + random.random() / 5)
        child.kill()
        await child.communicate()

    last = await make.live("topic/last")

    editions, head, log = await graph()
    assert sorted(revision for revision, _ in log) == list(range(1, head + 1))
    assert sorted((since, id) for id, _, since, _ in editions if since) == sorted(log)
    assert (await Edition.get(id=last.edition)).since == head
