"""A release as it is told to others: what the log says of it, and the site shows or has shown. Never who did it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from delivery.tags import ALL, REVISION, existence_tag, kind_tag, node_tag
from loaders.database import Database, moment
from loaders.rows import global_id
from models import Action, Kind
from settings import Settings

LISTED = 100
"""Publications that an event lists: some 30 kB. Of a larger release it says how many more there are."""
TAGGED = 1_000
"""Publications whose tags are purged one by one. A larger release purges everything."""
TEST_TAG = "caveat-test"
"""A tag that no answer bears: purging it tests a CDN, and purges nothing."""

ENTRIES = """
SELECT p.action, p.kind, p.node_id, p.locale, p.reason, p.time, e.slug, e.version, before.slug
FROM publication p LEFT JOIN edition e ON e.id = p.edition_id
LEFT JOIN edition before ON before.node_id = p.node_id AND before.locale = p.locale AND before.until = p.revision
WHERE p.revision = :revision AND p.action IN :actions ORDER BY p.position LIMIT :most"""


@dataclass(frozen=True)
class Event:
    """What happened, under an id that stays the same however often it is posted, and the tags that it purges."""

    id: str
    type: str
    timestamp: datetime
    data: dict[str, Any]
    tags: Sequence[str]


def trial_event(webhook: UUID, now: datetime) -> Event:
    """An event of nothing, to see what an endpoint answers."""
    return Event(f"{webhook.hex}-test-{now:%Y%m%d%H%M%S}", "caveat.test", now, {}, [TEST_TAG])


async def next_revision(actions: Sequence[str], after: int, head: int, database: Database) -> int | None:
    """The first revision after another, up to the head, with one of some actions; None where there is none."""
    lines = await database.fetch(
        "SELECT min(revision) FROM publication WHERE revision > :after AND revision <= :head AND action IN :actions",
        {"after": after, "head": head, "actions": list(actions)},
    )
    return None if lines[0][0] is None else int(lines[0][0])


async def release_event(
    webhook: UUID, actions: Sequence[str], revision: int, settings: Settings, database: Database
) -> Event:
    """The event of a release, with the publications of some actions: two statements."""
    asked = {"revision": revision, "actions": list(actions)}
    lines = await database.fetch(ENTRIES, asked | {"most": TAGGED})
    total = await database.fetch(
        "SELECT count(*) FROM publication WHERE revision = :revision AND action IN :actions", asked
    )
    count = int(total[0][0])
    data = {
        "revision": revision,
        "publications": [_publication(line, settings) for line in lines[:LISTED]],
        "truncated": count > LISTED,
        "more": max(count - LISTED, 0),
        "tags": tags(lines) if count <= LISTED else [ALL],
    }
    return Event(
        f"{webhook.hex}-{revision}",
        "release.published",
        moment(lines[0][5]),
        data,
        tags(lines) if count <= TAGGED else [ALL],
    )


def tags(lines: Sequence[Sequence[Any]]) -> list[str]:
    """The tags of what changed, each once: of the nodes, of their kinds, and of kinds of which one came or went."""
    nodes = [node_tag(str(node)) for _, _, node, *_ in lines]
    kinds = [kind_tag(kind) for _, kind, *_ in lines]
    moved = [existence_tag(line[1]) for line in lines if _moved(line)]
    return list(dict.fromkeys([REVISION, *nodes, *kinds, *moved]))


def _moved(line: Sequence[Any]) -> bool:
    """Whether a node came, went, or has another page now. A physician's consent, which may change, is the like."""
    action, kind, *_, slug, _, before = line
    return bool(action != Action.PUBLISHED or kind == Kind.PHYSICIAN or slug != before)


def _publication(line: Sequence[Any], settings: Settings) -> dict[str, Any]:
    """An entry of the log. Why something was withdrawn is told; why it was erased may be about a person."""
    action, kind, node, locale, reason, _, slug, version, _ = line
    return {
        "action": action,
        "kind": kind,
        "id": global_id(kind.capitalize(), str(node)),
        "locale": locale,
        "slug": slug,
        "url": None if slug is None else settings.url(kind, locale, slug),
        "version": version,
        "reason": reason if action == Action.WITHDRAWN.value else None,
    }
