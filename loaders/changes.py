"""What copies must be told: pages of snapshots and of what changed since, and why something was withdrawn."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from loaders.change import Change, Extent
from loaders.comparison import compared
from loaders.perspective import Reading
from loaders.position import Key, Position
from models import Action, Kind

NIL = "00000000-0000-0000-0000-000000000000"
"""The id before all others (RFC 9562, 5.9)."""


async def changes(extent: Extent, start: Position, size: int, reading: Reading) -> tuple[list[Change], bool]:
    """A page of what changed since a position, in the order of kinds and ids, and whether more follows.

    The number of statements is the same for every page; what changed is found once, where there is a graph cache.
    """
    if start.after == 0:

        async def load(_: list[Any]) -> list[list[Change]]:
            return [await _snapshot(extent, start.told, size + 1, reading)]

        (found,) = await reading.kept(("snapshot", extent), [(start.told, size)], load)
    else:

        async def load(_: list[Any]) -> list[list[Change]]:
            return [await compared(extent, start.after, reading)]

        (found,) = await reading.kept(("changes", extent), [start.after], load)
        first = bisect_right(found, start.told, key=lambda each: each.key) if start.told else 0
        found = found[first : first + size + 1]
    return found[:size], len(found) > size


async def _snapshot(extent: Extent, told: Key | None, most: int, reading: Reading) -> list[Change]:
    """All that there is, beyond a node. CASE keeps SQLite from going through each kind from its start."""
    params: dict[str, Any] = {}
    within = extent.within(params, reading)
    kind, node = told or (min(extent.kinds).value, NIL)
    lines = await reading.fetch(
        "SELECT e.node_id, e.id, e.kind, e.since FROM edition e WHERE (e.kind, e.node_id) > (:kind, :node)"
        f" AND CASE WHEN {within} THEN 1 END = 1 AND {reading.perspective.visible('e')}"
        " ORDER BY e.kind, e.node_id LIMIT :most",
        kind=kind,
        node=node,
        most=most,
        **params,
    )
    return [Change(str(node), Kind(kind), since, str(edition)) for node, edition, kind, since in lines]


async def withdrawals(gone: Sequence[Change], reading: Reading) -> list[tuple[bool, str | None]]:
    """Whether each node that left a copy was withdrawn, and the reason that was given in the copy's locale.

    What is still live in a locale of the perspective was not: something hides it.
    """
    lines = await reading.fetch(
        "SELECT node_id, locale, action, reason FROM publication WHERE node_id IN :nodes AND action <> :erased"
        " AND revision <= :revision AND locale IN :locales ORDER BY revision, position",
        nodes=[change.node for change in gone],
        erased=Action.ERASED.value,
        locales=list(reading.perspective.locales),
    )
    newest: dict[str, dict[str, tuple[str, str | None]]] = {}
    for node, locale, action, reason in lines:
        newest.setdefault(str(node), {})[locale] = (action, reason)
    return [_withdrawal(newest[change.node], change.locale) for change in gone]


def _withdrawal(newest: dict[str, tuple[str, str | None]], locale: str | None) -> tuple[bool, str | None]:
    """What the newest entries of the log say of a node, by locale."""
    if any(action == Action.PUBLISHED.value for action, _ in newest.values()):
        return False, None
    return True, newest[locale or ""][1]
