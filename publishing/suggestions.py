"""Suggestions: the content that is most like an edition, found when one of the two is published.

Both get each other. A row holds from one revision to another, so that what is suggested at a revision never changes.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from loaders.suggestions import MOST
from models import Edition, SearchSubject
from publishing import subjects
from publishing.transaction import Transaction

KEPT = MOST
"""Suggestions of an edition: as many as may be asked for."""
LOOKED_AT = 30
"""Editions like one that are looked at: some of them it links to already."""
LEAST = 150_000
"""What two editions must share to be alike, of a million for the same text."""
BATCH = 200
"""Editions whose suggestions are found together where all are found anew."""
Scores = dict[str, int]


class Found(NamedTuple):
    """A node that may be suggested to an edition, from a revision on."""

    source: str
    target: str
    score: int
    since: int


class Held(NamedTuple):
    """A suggestion that holds. ``renewed``: its target is of the release, and was found anew if it still is alike."""

    id: int
    source: str
    target: str
    score: int
    renewed: bool


async def move(opened: Sequence[Edition], closed: Sequence[str], transaction: Transaction) -> None:
    """Follow a release: what it made live and what is like it are suggested to each other.

    The search index must have followed already. The number of statements is the same for every release.
    """
    await subjects.forget(closed, transaction)
    alike = [each for each in opened if each.kind in subjects.KINDS]
    if not alike:
        return
    ids = [str(each.id) for each in alike]
    await subjects.write(ids, transaction)
    found = await _found(ids, transaction)
    held = await _held([each.source for each in found], alike, transaction)
    await _replace(held, found, transaction)


async def rebuild(transaction: Transaction) -> None:
    """Find everything anew for what is live. What past editions suggested stays."""
    await SearchSubject.all().delete()
    await transaction.fetch("DELETE FROM suggestion WHERE source_id IN (SELECT id FROM edition WHERE until IS NULL)")
    live = Edition.filter(since__not_isnull=True, until=None, kind__in=subjects.KINDS).order_by("id")
    ids = [str(id) for id in await live.values_list("id", flat=True)]
    batches = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
    for batch in batches:
        await subjects.write(batch, transaction)
    for batch in batches:
        sources = set(batch)
        await _replace([], [each for each in await _found(batch, transaction) if each.source in sources], transaction)


async def _found(editions: Sequence[str], transaction: Transaction) -> list[Found]:
    """What some editions and others that are like them may suggest to each other: what is not linked already."""
    alike = await _alike(editions, transaction)
    met = list({*alike, *(other for near in alike.values() for other, _ in near)})
    rows = await transaction.fetch("SELECT id, node_id, since FROM edition WHERE id IN :met", met=met)
    known = {str(id): (str(node), int(since)) for id, node, since in rows}
    links = await transaction.fetch(
        "SELECT source_id, target_id FROM link WHERE source_id IN :met AND target_id IN :nodes",
        met=met,
        nodes=list({node for node, _ in known.values()}),
    )
    linked = {(str(source), str(target)) for source, target in links}
    found = set()
    for edition, near in alike.items():
        for other, score in near:
            since = max(known[edition][1], known[other][1])
            for source, target in ((edition, known[other][0]), (other, known[edition][0])):
                if (source, target) not in linked:
                    found.add(Found(source, target, score // 1000, since))
    return sorted(found)


async def _alike(editions: Sequence[str], transaction: Transaction) -> dict[str, list[tuple[str, int]]]:
    """The editions that are most like some others, by these, with what they share.

    It is summed here: SQLite takes three times as long to group by two ids (0.35 s for 200 editions, 2026-11).
    """
    lines = await transaction.fetch(
        "SELECT g.locale, g.subject, CAST(g.edition_id AS text), g.weight FROM (SELECT DISTINCT locale, subject"
        " FROM search_subject WHERE edition_id IN :editions AND weight > 0) AS f"
        " JOIN search_subject g ON g.locale = f.locale AND g.subject = f.subject WHERE g.weight > 0",
        editions=list(editions),
    )
    bearers: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    for locale, subject, edition, weight in lines:
        bearers[locale, subject].append((edition, weight))
    shared: dict[str, Scores] = {edition: defaultdict(int) for edition in editions}
    for each in bearers.values():
        for one, weight in each:
            if one in shared:
                _add(shared[one], each, weight)
    return {edition: _nearest(edition, scores) for edition, scores in shared.items()}


def _add(scores: Scores, bearers: Iterable[tuple[str, int]], weight: int) -> None:
    for other, other_weight in bearers:
        scores[other] += weight * other_weight


def _nearest(edition: str, scores: Scores) -> list[tuple[str, int]]:
    scores.pop(edition, None)
    near = [(-score, other) for other, score in scores.items() if score >= LEAST]
    return [(other, -score) for score, other in sorted(near)[:LOOKED_AT]]


async def _held(sources: Iterable[str], opened: Sequence[Edition], transaction: Transaction) -> list[Held]:
    """What is suggested now to some editions, and of what was opened to any."""
    lines = await transaction.fetch(
        "SELECT s.id, s.source_id, s.target_id, s.score, e.locale FROM suggestion s JOIN edition e"
        " ON e.id = s.source_id AND e.until IS NULL WHERE s.until IS NULL"
        " AND (s.source_id IN :sources OR s.target_id IN :targets)",
        sources=list(dict.fromkeys(sources)),
        targets=[str(each.node_id) for each in opened],
    )
    renewed = {(str(each.node_id), each.locale) for each in opened}
    return [
        Held(id, str(source), str(target), score, (str(target), locale) in renewed)
        for id, source, target, score, locale in lines
    ]


async def _replace(held: Sequence[Held], found: Sequence[Found], transaction: Transaction) -> None:
    """Have the best hold, of what holds and what was found: what is not among them ends, what is new begins."""
    best = _best([*found, *(each for each in held if not each.renewed)])
    kept = {(each.source, each.target, each.score): each.id for each in held}
    ended = sorted(id for what, id in kept.items() if what not in best)
    if ended:
        await transaction.fetch(
            "UPDATE suggestion SET until = :revision WHERE id IN :ended", revision=transaction.revision, ended=ended
        )
    new = best.difference(kept)
    await transaction.execute_many(
        "INSERT INTO suggestion (source_id, target_id, score, since) VALUES ({}, {}, {}, {})",
        [[each.source, each.target, each.score, each.since] for each in found if each[:3] in new],
    )


def _best(candidates: Iterable[Found | Held]) -> set[tuple[str, str, int]]:
    """The best of each source, as source, target and score."""
    by_source: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for each in candidates:
        by_source[each.source].append((-each.score, each.target))
    return {
        (source, target, -score) for source, targets in by_source.items() for score, target in sorted(targets)[:KEPT]
    }
