"""The graph after one revision compared with the graph at another: what must be told to a copy of the first.

What releases touched in between is read at both ends, in the same perspective. Then what is beside it is looked up
backwards: a node is shown otherwise when its disclaimer is worded otherwise, or something that it links to or that its
text refers to came, went, moved, or has another wording or disclaimer.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from errors import BadCursor
from loaders.change import Cause, Change, Extent, Relation
from loaders.perspective import Reading
from loaders.receipts import BEARERS
from models import Kind

MOST = 10_000
"""Lines that a comparison reads at once. Whoever must be told of more is better off with a snapshot."""
Causes = dict[str, dict[Cause, None]]


@dataclass(frozen=True, slots=True)
class Seen:
    """The visible edition of a node, and whether it is a part of the copy."""

    node: str
    edition: str
    kind: Kind
    locale: str
    since: int
    inside: bool


@dataclass(frozen=True)
class Touched:
    """What editions began or ended in: kinds of nodes, and the newest revisions by node, by edition, by wording."""

    kinds: dict[str, Kind] = field(default_factory=dict)
    newest: dict[str, int] = field(default_factory=dict)
    ended: dict[str, int] = field(default_factory=dict)
    disclaimers: dict[tuple[str, str], int] = field(default_factory=dict)


async def compared(extent: Extent, after: int, reading: Reading) -> list[Change]:
    """Every change since a revision, in the order of their keys: six statements, or none where there can be none.

    With topics there is one more. Raises BadCursor where the two revisions are too far apart.
    """
    if after == reading.perspective.revision:
        return []
    comparison = Comparison(extent, after, reading)
    touched = await comparison.touched()
    was, now = await comparison.seen(touched.kinds, before=True), await comparison.seen(touched.kinds)
    own = {node: revision for node in touched.kinds if (revision := _moved(node, was, now, touched, after))}
    causes, beside = await comparison.beside(own, touched)
    now |= {node: seen for node, seen in beside.items() if node not in own}
    if extent.topics:  # whose coming and going moves content in and out
        was |= await comparison.seen([node for node in beside if node not in own], before=True)
    kinds = touched.kinds | {node: seen.kind for node, seen in beside.items()}
    return sorted(_told(own, causes, was, now, kinds), key=lambda each: each.key)


def _moved(node: str, was: Mapping[str, Seen], now: Mapping[str, Seen], touched: Touched, after: int) -> int | None:
    """When a node became what it is: its edition began, the one before ended, or something hid it. None: it did not."""
    before, seen = was.get(node), now.get(node)
    if (before and before.edition) == (seen and seen.edition):
        return None
    began = seen.since if seen is not None and seen.since > after else 0
    ended = touched.ended.get(before.edition, 0) if before is not None else 0
    return max(began, ended) or touched.newest[node]


class Comparison:
    """The statements of a comparison. The conditions of both ends are the perspective's."""

    def __init__(self, extent: Extent, after: int, reading: Reading) -> None:
        self._extent = extent
        self._after = after
        self._now = reading
        self._before = replace(reading, perspective=replace(reading.perspective, revision=after))

    async def touched(self) -> Touched:
        """What the releases in between touched, in whatever locale."""
        lines = await self._fetch(
            " UNION ".join(
                f"SELECT e.id, e.node_id, e.kind, e.locale, e.since, e.until FROM edition e"
                f" WHERE e.{column} > :after AND e.{column} <= :revision"
                for column in ("since", "until")
            ),
            {},
        )
        touched, head = Touched(), self._now.perspective.revision
        for edition, id, kind, locale, *revisions in lines:
            node, newest = str(id), max(each for each in revisions if each is not None and each <= head)
            touched.kinds[node] = Kind(kind)
            touched.newest[node] = max(newest, touched.newest.get(node, 0))
            if revisions[1] is not None and revisions[1] <= head:
                touched.ended[str(edition)] = revisions[1]
            if kind == Kind.DISCLAIMER:
                touched.disclaimers[node, locale] = max(newest, touched.disclaimers.get((node, locale), 0))
        return touched

    async def seen(self, nodes: Iterable[str], *, before: bool = False) -> dict[str, Seen]:
        """What is visible of some nodes, now or before."""
        reading = self._before if before else self._now
        params: dict[str, Any] = {"nodes": list(nodes)}
        sql = (
            f"SELECT {self._columns(params, reading)} FROM edition e"
            f" WHERE e.node_id IN :nodes AND {reading.perspective.visible('e')}"
        )
        return {seen.node: seen for seen in map(_seen, await reading.fetch(sql, **params))}

    async def beside(self, own: Mapping[str, int], touched: Touched) -> tuple[Causes, dict[str, Seen]]:
        """What is shown otherwise because of what moved by itself: why, and what is visible of it."""
        causes: Causes = defaultdict(dict)
        found: dict[str, Seen] = {}
        shown, kinds = dict(own), dict(touched.kinds)
        for seen, cause in await self._disclaimed(touched.disclaimers):
            causes[seen.node][cause] = None
            found[seen.node], kinds[seen.node] = seen, seen.kind
            shown[seen.node] = max(shown.get(seen.node, 0), cause.revision)
        for seen, relation, target in await self._leaning(list(shown)):
            causes[seen.node][Cause(relation, target, kinds[target], shown[target])] = None
            found[seen.node] = seen
        return causes, found

    async def _disclaimed(self, disclaimers: Mapping[tuple[str, str], int]) -> list[tuple[Seen, Cause]]:
        """The content whose disclaimer, in the locale of the content, is worded otherwise."""
        params: dict[str, Any] = {"disclaimers": list(dict.fromkeys(node for node, _ in disclaimers))}
        columns = self._columns(params, self._now)
        lines = await self._fetch(
            " UNION ALL ".join(
                f"SELECT {columns}, x.disclaimer_id FROM {kind} x JOIN edition e ON e.id = x.edition_id"
                f" WHERE x.disclaimer_id IN :disclaimers AND {self._older()}"
                for kind in BEARERS
            ),
            params,
        )
        pairs = [(_seen(line), str(disclaimer)) for *line, disclaimer in lines]
        return [
            (seen, Cause(Relation.DISCLAIMER, disclaimer, Kind.DISCLAIMER, revision))
            for seen, disclaimer in pairs
            if (revision := disclaimers.get((disclaimer, seen.locale))) is not None
        ]

    async def _leaning(self, shown: list[str]) -> list[tuple[Seen, Relation, str]]:
        """The content that links to what is shown otherwise, or whose text refers to it."""
        params: dict[str, Any] = {"shown": shown}
        columns = self._columns(params, self._now)
        lines = await self._fetch(
            " UNION ALL ".join(
                f"SELECT {columns}, '{relation.value}', x.target_id FROM {table} x JOIN edition e ON e.id = x.source_id"
                f" WHERE x.target_id IN :shown AND {self._older()}"
                for relation, table in ((Relation.LINK, "link"), (Relation.REFERENCE, "reference"))
            ),
            params,
        )
        return [(_seen(line), Relation(relation), str(target)) for *line, relation, target in lines]

    def _columns(self, params: dict[str, Any], reading: Reading) -> str:
        """What ``_seen`` makes its object of."""
        inside = f"CASE WHEN {self._extent.within(params, reading)} THEN 1 ELSE 0 END"
        return f"e.node_id, e.id, e.kind, e.locale, e.since, {inside}"

    def _older(self) -> str:
        """The condition that an edition is visible, and was not published itself in between."""
        return f"e.since <= :after AND {self._now.perspective.visible('e')}"

    async def _fetch(self, sql: str, params: dict[str, Any]) -> Sequence[Sequence[Any]]:
        """The lines of a statement. Raises BadCursor where there are too many."""
        limited = f"{sql} LIMIT :most"
        lines = await self._now.fetch(limited, **params, after=self._after, most=MOST + 1)
        if len(lines) > MOST:
            raise BadCursor(
                f"Too much changed since revision {self._after} to be told: start again from 0 with an empty copy."
            )
        return lines


def _seen(line: Sequence[Any]) -> Seen:
    node, edition, kind, locale, since, inside = line
    return Seen(str(node), str(edition), Kind(kind), locale, since, bool(inside))


def _told(
    own: Mapping[str, int], causes: Causes, was: Mapping[str, Seen], now: Mapping[str, Seen], kinds: Mapping[str, Kind]
) -> Iterable[Change]:
    """What a copy must be told: of all that is in it now, and of what was in it and is not any more."""
    for node in {**own, **causes}:
        seen, before = now.get(node), was.get(node)
        told = tuple(causes.get(node, ()))
        revision = max([own.get(node, 0), *(cause.revision for cause in told)])
        if seen is not None and seen.inside:
            yield Change(node, kinds[node], revision, seen.edition, causes=told)
        elif before is not None and before.inside:
            yield Change(node, kinds[node], revision, None, before.locale, outside=seen is not None, causes=told)
