"""The log and the editions, compared with a slow and obvious model, over any sequence of what editors do."""

import asyncio
import contextlib
import itertools
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st
from tortoise import connections

from errors import CaveatError
from models import Edition, Publication
from publishing.database import opened
from publishing.record import parse
from publishing.release import Withdrawal, release
from publishing.save import save

SLUGS, LOCALES, TITLES = ("one", "two", "three"), ("en", "es"), ("A", "B", "C")
PLACES = list(itertools.product(SLUGS, LOCALES))
SAVE = st.tuples(st.just("save"), st.sampled_from(PLACES), st.sampled_from(TITLES))
CHOICE = st.sets(st.sampled_from(PLACES), max_size=6)
RELEASE = st.tuples(st.sampled_from(["release", "possible"]), CHOICE, CHOICE)


@dataclass
class Model:
    """The graph as dictionaries: every revision is kept whole."""

    drafts: dict = field(default_factory=dict)
    versions: dict = field(default_factory=dict)
    graphs: list = field(default_factory=lambda: [{}])
    log: list = field(default_factory=list)

    def save(self, place, title):
        """The title becomes the draft, unless that is what is live and there is no draft."""
        if place in self.drafts or self.graphs[-1].get(place, (None,))[0] != title:
            self.drafts[place] = title

    def narrowed(self, step):
        """A release of what it names and is possible; other steps as they are."""
        what, publish, withdraw = step
        if what != "possible":
            return step
        publish = publish & self.drafts.keys()
        return "release", publish, (withdraw & self.graphs[-1].keys()) - publish

    def release(self, publish, withdraw):
        """A new graph, or none where something named is no draft, not live, or both published and withdrawn."""
        live = self.graphs[-1]
        if not (publish or withdraw) or publish - self.drafts.keys() or withdraw - live.keys() or publish & withdraw:
            return
        graph = {place: entry for place, entry in live.items() if place not in withdraw}
        for place in publish:
            self.versions[place] = self.versions.get(place, 0) + 1
            graph[place] = (self.drafts.pop(place), self.versions[place])
        self.graphs.append(graph)
        self.log.append((publish, withdraw))


async def emptied():
    """Empty the database, down to the head of the graph."""
    (connection,) = connections.all()
    for table in ("publication", "topic", "edition", "node"):
        await connection.execute_query(f"DELETE FROM {table}")
    await connection.execute_query("UPDATE graph_head SET revision = 0")


async def do(settings, nodes, step):
    """Do to the database what a step says; what is refused is refused."""
    what, first, second = step
    if what == "save":
        (slug, locale), title = first, second
        data = {"type": "topic", "slug": slug, "locale": locale, "title": title, "scheme": "CONDITION"}
        (outcome,) = await save([parse(data)], settings, who="test")
        nodes[slug] = outcome.node
        return
    drafts = {(e.slug, e.locale): str(e.id) for e in await Edition.filter(since=None)}
    unknown = "01890000-0000-7000-8000-000000000000"
    publish = [drafts.get(place, unknown) for place in sorted(first)]
    withdraw = [Withdrawal(nodes.get(slug, unknown), locale) for slug, locale in sorted(second)]
    with contextlib.suppress(CaveatError):
        await release(settings, publish=publish, withdraw=withdraw, who="test")


async def graph_at(revision):
    """What is live at a revision: since <= revision < until."""
    editions = await Edition.filter(since__lte=revision).values_list("slug", "locale", "title", "version", "until")
    return {
        (slug, locale): (title, version)
        for slug, locale, title, version, until in editions
        if (until or 1e9) > revision
    }


async def log_at(revision):
    """(published, withdrawn) of a revision, of positions that count from 0."""
    entries = (
        await Publication.filter(revision=revision)
        .order_by("position")
        .values_list("position", "action", "edition__slug", "locale")
    )
    assert [entry[0] for entry in entries] == list(range(len(entries)))
    chosen = {
        action: {(slug, locale) for _, a, slug, locale in entries if a == action}
        for action in ("PUBLISHED", "WITHDRAWN")
    }
    return chosen["PUBLISHED"], chosen["WITHDRAWN"]


@pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)
def test_every_revision_is_what_was_released(settings):
    """Whatever editors do: revisions have no gap, and each past moment's graph is exactly what the model says."""

    async def compare(steps):
        model, nodes = Model(), {}
        async with opened(settings.database_url, check=False):
            await emptied()
            for given_step in steps:
                step = model.narrowed(given_step)
                await do(settings, nodes, step)
                getattr(model, step[0])(*step[1:])
            revisions = sorted(set(await Publication.all().values_list("revision", flat=True)))
            drafts = await Edition.filter(since=None).values_list("slug", "locale", "title")

            assert revisions == list(range(1, len(model.graphs)))
            assert {(slug, locale): title for slug, locale, title in drafts} == model.drafts
            assert [await graph_at(revision) for revision in range(len(model.graphs))] == model.graphs
            assert [await log_at(revision) for revision in revisions] == model.log

    @profile(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(SAVE | SAVE | RELEASE, max_size=20))
    def run(steps):
        asyncio.run(compare(steps))

    run()
