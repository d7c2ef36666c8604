"""What changed in a part of the graph between two revisions: what came, went, or is shown otherwise, a node once each.

A node is shown otherwise when something beside it moved: its disclaimer, what it links to, or what its text refers to.
What a node is beside is read from its visible edition; both ends of the time are read in the same perspective.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from loaders.filters import linked
from loaders.perspective import Perspective, Reading
from loaders.position import Key, Position
from loaders.receipts import BEARERS
from models import Action, Kind, LinkKind
from models.values import Words

NIL = "00000000-0000-0000-0000-000000000000"
"""The id before all others (RFC 9562, 5.9)."""


class Relation(Words):
    """How a node is beside another that changed."""

    DISCLAIMER = "DISCLAIMER", "The other is its disclaimer."
    LINK = "LINK", "It links to the other, of which the wording or the disclaimer changed, or which came or went."
    REFERENCE = "REFERENCE", "Its text refers to the other, which changed, came or went."


@dataclass(frozen=True)
class Extent:
    """What a copy is of: nodes of some kinds, and about some topics (ids of nodes), where there are any."""

    kinds: tuple[Kind, ...]
    topics: tuple[str, ...] = ()

    def scope(self, perspective: Perspective) -> str:
        """What tells copies apart: the same for equal extents in equal locales and within equal limits."""
        _, *seen = perspective.scope
        limits = [sorted(each) if isinstance(each, frozenset) else each for each in seen]
        return sha256(repr((sorted(self.kinds), sorted(self.topics), limits)).encode()).hexdigest()[:16]

    def within(self, params: dict[str, Any], reading: Reading) -> str:
        """The condition that an edition (``e``) that is visible is a part of the copy."""
        params["kinds"] = [kind.value for kind in self.kinds]
        about = linked(LinkKind.ABOUT)(self.topics, params, reading.perspective) if self.topics else "1 = 1"
        return f"e.kind IN :kinds AND {about}"


@dataclass(frozen=True, slots=True)
class Cause:
    """A node that changed at a revision, and by it another."""

    relation: Relation
    node: str
    kind: Kind
    revision: int


@dataclass(frozen=True, slots=True)
class Change:
    """A node that changed, at a revision: the edition of it that is visible now, None where it left the copy.

    ``outside``: it is visible all the same.
    """

    node: str
    kind: Kind
    revision: int
    edition: str | None
    outside: bool = False
    causes: tuple[Cause, ...] = ()


@dataclass(frozen=True, slots=True)
class _Seen:
    """The visible edition of a node, and whether it is a part of the copy."""

    node: str
    edition: str
    kind: Kind
    since: int
    inside: bool


@dataclass(frozen=True)
class _Touched:
    """What editions began or ended in: kinds of nodes, and the newest revisions by node, by edition, by wording."""

    kinds: dict[str, Kind] = field(default_factory=dict)
    newest: dict[str, int] = field(default_factory=dict)
    ended: dict[str, int] = field(default_factory=dict)
    disclaimers: dict[tuple[str, str], int] = field(default_factory=dict)

    def moved(self, was: _Seen | None, now: _Seen | None, node: str, after: int) -> int:
        """When a node became what it is now: its edition began, the one before it ended, or something hid it."""
        began = now.since if now is not None and now.since > after else 0
        ended = self.ended.get(was.edition, 0) if was is not None else 0
        return max(began, ended) or self.newest[node]


async def changes(extent: Extent, start: Position, size: int, reading: Reading) -> tuple[list[Change], bool]:
    """A page of what changed since a position, in the order of kinds and ids, and whether more follows.

    The number of statements is the same for every page: one of a snapshot, seven of what changed since; those of a page
    that goes on are in the graph cache.
    """
    if start.after == 0:

        async def load(_: list[Any]) -> list[list[Change]]:
            return [await _snapshot(extent, start.told, size + 1, reading)]

        (found,) = await reading.kept(("snapshot", extent), [(start.told, size)], load)
    else:

        async def load(_: list[Any]) -> list[list[Change]]:
            return [await _Comparison(extent, start.after, reading).changes()]

        (found,) = await reading.kept(("changes", extent), [start.after], load)
        first = bisect_right(found, start.told, key=_key) if start.told else 0
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


def _key(change: Change) -> Key:
    return change.kind.value, change.node


class _Comparison:
    """The graph as it was after a revision, against the graph as it is."""

    def __init__(self, extent: Extent, after: int, reading: Reading) -> None:
        self._extent = extent
        self._after = after
        self._now = reading
        self._before = replace(reading, perspective=replace(reading.perspective, revision=after))

    async def changes(self) -> list[Change]:
        """Every change, in the order of kinds and ids; no statement where there can be none."""
        if self._after == self._now.perspective.revision:
            return []
        touched = await self._touched()
        was, now = await self._seen(touched.kinds, self._before), await self._seen(touched.kinds, self._now)
        own = {
            node: touched.moved(was.get(node), now.get(node), node, self._after)
            for node in touched.kinds
            if _edition(was.get(node)) != _edition(now.get(node))
        }
        causes: dict[str, dict[Cause, None]] = defaultdict(dict)
        beside: dict[str, _Seen] = {}
        kinds, shown = dict(touched.kinds), dict(own)  # what is shown otherwise, disclaimers included
        for seen, cause in await self._disclaimed(touched.disclaimers):
            causes[seen.node][cause] = None
            beside[seen.node], kinds[seen.node] = seen, seen.kind
            shown[seen.node] = max(shown.get(seen.node, 0), cause.revision)
        for seen, relation, target in await self._dependants(list(shown), list(own)):
            revision = own[target] if relation is Relation.REFERENCE else shown[target]
            causes[seen.node][Cause(relation, target, kinds[target], revision)] = None
            beside[seen.node], kinds[seen.node] = seen, seen.kind
        stayed = {node: seen for node, seen in beside.items() if node not in own}
        left = [node for node, seen in stayed.items() if not seen.inside] if self._extent.topics else []
        was |= await self._seen(left, self._before)
        now |= stayed
        return sorted(_told(own, causes, was, now, kinds), key=_key)

    async def _touched(self) -> _Touched:
        """What the releases in between touched, in whatever locale."""
        lines = await self._now.fetch(
            " UNION ".join(
                f"SELECT e.id, e.node_id, e.kind, e.locale, e.since, e.until FROM edition e"
                f" WHERE e.{column} > :after AND e.{column} <= :revision"
                for column in ("since", "until")
            ),
            after=self._after,
        )
        touched, head = _Touched(), self._now.perspective.revision
        for edition, node, kind, locale, *revisions in lines:
            name, newest = str(node), max(each for each in revisions if each is not None and each <= head)
            touched.kinds[name] = Kind(kind)
            touched.newest[name] = max(newest, touched.newest.get(name, 0))
            if revisions[1] is not None and revisions[1] <= head:
                touched.ended[str(edition)] = revisions[1]
            if kind == Kind.DISCLAIMER:
                touched.disclaimers[name, locale] = max(newest, touched.disclaimers.get((name, locale), 0))
        return touched

    async def _seen(self, nodes: Iterable[str], reading: Reading) -> dict[str, _Seen]:
        """What is visible of some nodes."""
        params: dict[str, Any] = {}
        lines = await reading.fetch(
            f"SELECT {self._columns(params, reading)} FROM edition e"
            f" WHERE e.node_id IN :nodes AND {reading.perspective.visible('e')}",
            nodes=list(nodes),
            **params,
        )
        return {seen.node: seen for seen in map(_seen, lines)}

    def _columns(self, params: dict[str, Any], reading: Reading) -> str:
        """What ``_seen`` makes its object of."""
        return f"e.node_id, e.id, e.kind, e.since, CASE WHEN {self._extent.within(params, reading)} THEN 1 ELSE 0 END"

    async def _disclaimed(self, disclaimers: Mapping[tuple[str, str], int]) -> list[tuple[_Seen, Cause]]:
        """The visible content, older than all that, whose disclaimer in its locale is worded otherwise now."""
        params: dict[str, Any] = {}
        columns, visible = self._columns(params, self._now), self._now.perspective.visible("e")
        lines = await self._now.fetch(
            " UNION ALL ".join(
                f"SELECT {columns}, e.locale, x.disclaimer_id FROM {kind} x JOIN edition e ON e.id = x.edition_id"
                f" WHERE x.disclaimer_id IN :disclaimers AND e.since <= :after AND {visible}"
                for kind in BEARERS
            ),
            disclaimers=list(dict.fromkeys(node for node, _ in disclaimers)),
            after=self._after,
            **params,
        )
        return [
            (_seen(line), Cause(Relation.DISCLAIMER, str(disclaimer), Kind.DISCLAIMER, revision))
            for *line, locale, disclaimer in lines
            if (revision := disclaimers.get((str(disclaimer), locale))) is not None
        ]

    async def _dependants(self, shown: list[str], moved: list[str]) -> list[tuple[_Seen, Relation, str]]:
        """The visible content, older than all that, that links to what is shown otherwise, or refers to what moved."""
        params: dict[str, Any] = {}
        columns, visible = self._columns(params, self._now), self._now.perspective.visible("e")
        lines = await self._now.fetch(
            f"SELECT {columns}, '{Relation.LINK.value}', x.target_id FROM link x JOIN edition e ON e.id = x.source_id"
            f" WHERE x.target_id IN :shown AND e.since <= :after AND {visible} UNION ALL "
            f"SELECT {columns}, '{Relation.REFERENCE.value}', x.target_id FROM reference x"
            f" JOIN edition e ON e.id = x.source_id WHERE x.target_id IN :moved AND e.since <= :after AND {visible}",
            after=self._after,
            shown=shown,
            moved=moved,
            **params,
        )
        return [(_seen(line), Relation(relation), str(target)) for *line, relation, target in lines]


def _seen(line: Sequence[Any]) -> _Seen:
    node, edition, kind, since, inside = line
    return _Seen(str(node), str(edition), Kind(kind), since, bool(inside))


def _edition(seen: _Seen | None) -> str | None:
    return None if seen is None else seen.edition


def _told(
    own: Mapping[str, int],
    causes: Mapping[str, Mapping[Cause, None]],
    was: Mapping[str, _Seen],
    now: Mapping[str, _Seen],
    kinds: Mapping[str, Kind],
) -> Iterable[Change]:
    """What a copy must be told: of all that is in it now, and of what was in it and is not any more."""
    for node in {**own, **causes}:
        seen, before = now.get(node), was.get(node)
        inside = seen is not None and seen.inside
        if not inside and (before is None or not before.inside):
            continue
        found = tuple(causes.get(node, ()))
        revision = max([own.get(node, 0), *(cause.revision for cause in found)])
        edition = seen.edition if seen is not None and inside else None
        yield Change(node, kinds[node], revision, edition, seen is not None and not inside, found)


async def withdrawals(nodes: Sequence[str], after: int, reading: Reading) -> list[tuple[bool, str | None]]:
    """Whether each node was withdrawn since a revision, in a locale of the perspective, and the newest reason."""
    lines = await reading.fetch(
        "SELECT node_id, reason FROM publication WHERE node_id IN :nodes AND action = :withdrawn"
        " AND revision > :after AND revision <= :revision AND locale IN :locales ORDER BY revision",
        nodes=list(nodes),
        withdrawn=Action.WITHDRAWN.value,
        after=after,
        locales=list(reading.perspective.locales),
    )
    found = {str(node): (True, reason) for node, reason in lines}
    return [found.get(node, (False, None)) for node in nodes]
