"""Receipts: which wordings of which disclaimers an audience was being served, told from the log and the editions."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from loaders import head
from loaders.database import Database, moment
from loaders.perspective import Audience, Perspective, Reading
from loaders.rows import global_id
from models import PARTS, Kind

BEARERS = tuple(kind for kind in Kind if "disclaimer" in PARTS[kind]._meta.fk_fields)
"""The kinds of content that bear a disclaimer."""
PAGE = 1000
Bearers = Mapping[Kind, int]


@dataclass(frozen=True)
class Span:
    """From when until when an edition of a disclaimer was borne: revisions, both included, and moments.

    It ends with the revision that comes ``last``, at the moment of the next one or where one stopped looking.
    ``bearers`` has how much content of each kind bore it: the most at any of these revisions.
    """

    edition: str
    first: int
    last: int
    start: datetime
    end: datetime
    bearers: Bearers

    def on(self, revision: int, bearers: Bearers) -> "Span":
        """The same with one revision more."""
        kinds = {*self.bearers, *bearers}
        most = {kind: max(self.bearers.get(kind, 0), bearers.get(kind, 0)) for kind in kinds}
        return replace(self, last=revision, bearers=most)


@dataclass(frozen=True)
class Wording:
    """An edition of a disclaimer that was published: ``since`` when it was live, ``until`` when; None while it is.

    What is ``erased`` has no words any more, and no hash of them: only when that was.
    """

    id: str
    slug: str
    title: str
    locale: str
    version: int
    kind: str
    content_hash: str
    text: str
    since: datetime
    until: datetime | None
    erased: datetime | None


async def locales(database: Database) -> list[str]:
    """The locales in which anything was ever published."""
    lines = await database.fetch("SELECT DISTINCT locale FROM edition WHERE since IS NOT NULL ORDER BY locale", {})
    return [str(locale) for (locale,) in lines]


async def spans(
    start: datetime, end: datetime, audience: Audience, locales: Sequence[str], database: Database
) -> list[Span]:
    """Every span of every edition that the audience's content bore from ``start`` up to ``end``, which is left out.

    Content counts in the locale that it is served in, whichever locale one would have to ask for. Where the two are
    the same moment, the spans are of that moment. A statement for each revision and locale; of all the revisions no
    more is held than the spans.
    """
    under_way: dict[str, Span] = {}
    over: list[Span] = []
    async for revision, time in _revisions(start, end, database):
        found = await _borne(revision, time, audience, locales, database)
        over += [replace(under_way.pop(edition), end=time) for edition in under_way.keys() - found.keys()]
        for edition, bearers in found.items():
            known = under_way.get(edition) or Span(edition, revision, revision, time, end, bearers)
            under_way[edition] = known.on(revision, bearers)
    return sorted([*over, *under_way.values()], key=lambda each: (each.first, each.last, each.edition))


async def _revisions(start: datetime, end: datetime, database: Database) -> AsyncIterator[tuple[int, datetime]]:
    """The revision that was the head at the start, and those that followed before the end, each with its moment."""
    revision = await head.revision_at(start, database)
    yield revision, start
    lines = await database.fetch("SELECT coalesce(max(revision), 0) FROM publication WHERE time < :end", {"end": end})
    last = int(lines[0][0])
    while lines := await database.fetch(
        "SELECT revision, time FROM publication WHERE position = 0 AND revision > :after AND revision <= :last"
        " ORDER BY revision LIMIT :most",
        {"after": revision, "last": last, "most": PAGE},
    ):
        for revision, time in lines:  # the last one is where the next page begins
            yield int(revision), moment(time)


async def _borne(
    revision: int, time: datetime, audience: Audience, locales: Sequence[str], database: Database
) -> dict[str, dict[Kind, int]]:
    """The editions of disclaimers that content of an audience bears at a revision, with how much of each kind does."""
    found: dict[str, dict[Kind, int]] = {}
    for locale in locales:
        reading = Reading(database, Perspective(revision, time.date(), (locale,), audience=audience))
        for edition, kind, count in await reading.fetch(_counting(reading.perspective)):
            found.setdefault(str(edition), {})[Kind(kind)] = int(count)
    return found


def _counting(perspective: Perspective) -> str:
    """The statement that counts: the disclaimer is the one of the content's locale, as everywhere."""
    parts = " ".join(f"LEFT JOIN {kind} ON {kind}.edition_id = e.id" for kind in BEARERS)
    borne = ", ".join(f"{kind}.disclaimer_id" for kind in BEARERS)
    return (
        f"SELECT d.id, e.kind, count(*) FROM edition e {parts} JOIN edition d ON d.node_id = coalesce({borne})"
        f" AND d.locale = e.locale AND {perspective.shown('d')} WHERE {perspective.visible('e')} GROUP BY d.id, e.kind"
    )


async def wordings(editions: Sequence[str], database: Database) -> dict[str, Wording]:
    """What some editions of disclaimers say, by their ids. Erasing is told from the log: the words alone are gone."""
    lines = await database.fetch(
        "SELECT e.id, e.node_id, e.slug, e.title, e.locale, e.version, d.disclaimer_kind, d.content_hash, d.text,"
        " (SELECT p.time FROM publication p WHERE p.revision = e.since AND p.position = 0),"
        " (SELECT p.time FROM publication p WHERE p.revision = e.until AND p.position = 0),"
        " (SELECT min(p.time) FROM publication p WHERE p.node_id = e.node_id AND p.locale = e.locale"
        " AND p.action = 'ERASED' AND p.revision > e.until)"
        " FROM edition e JOIN disclaimer d ON d.edition_id = e.id WHERE e.id IN :editions",
        {"editions": list(dict.fromkeys(editions))},
    )
    return {
        str(edition): Wording(global_id("Disclaimer", str(node)), *told, *map(moment, times))
        for edition, node, *told, since, until, erased in lines
        for times in [(since, until, erased)]
    }
