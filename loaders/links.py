"""Links, forwards and backwards, for many parents at once. A link whose target cannot be seen is not there."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from typing import Any
from uuid import UUID

from loaders.database import moment
from loaders.paging import Keys, Page, Window, cursor, page
from loaders.perspective import Reading
from models import Kind, LinkKind

KINDS = {kind.value: kind for kind in LinkKind}


@dataclass(frozen=True, slots=True)
class Edge:
    """A link as it is read. ``edition`` is the visible edition at its other end; None for an external page."""

    kind: LinkKind
    position: int
    heading: str | None
    note: str | None
    role: str | None
    credential: str | None
    url: str | None
    label: str | None
    edition: str | None
    tag: str
    keys: Keys

    @property
    def cursor(self) -> str:
        """The cursor of the link, for after and before."""
        return cursor(self.tag, *self.keys)


@dataclass(frozen=True)
class Links:
    """Which links of a parent: forwards from an edition, or backwards to a node; of which kinds; from which.

    ``once`` takes one link of a kind between two nodes, the first: where nodes are listed, not links.
    """

    backward: bool = False
    kinds: tuple[LinkKind, ...] | None = None
    sources: tuple[Kind, ...] | None = None
    once: bool = False

    @property
    def keys(self) -> tuple[type, ...]:
        """What orders the links: the types of a cursor's keys."""
        return (datetime, UUID, int) if self.backward else (int,)

    @cached_property
    def tag(self) -> str:
        """What ties a cursor to these links."""
        kinds = ",".join(sorted(k.value for k in self.kinds)) if self.kinds is not None else "*"
        return f"{'to' if self.backward else 'from'}:{kinds}"


async def linked(links: Links, parents: Sequence[str], asked: Window, reading: Reading) -> list[Page[Edge]]:
    """A page of links for each parent: edition ids forwards, node ids backwards."""
    return await reading.kept(("links", links, asked), parents, partial(_linked, links, asked, reading))


async def _linked(links: Links, asked: Window, reading: Reading, parents: list[str]) -> list[Page[Edge]]:
    order = ["s.published_at", "s.node_id", "l.position"] if links.backward else ["l.position"]
    downward = links.backward != asked.backward
    conditions, params = _conditions(links, parents, reading)
    for name, bound, follows in (("after", asked.after, True), ("before", asked.before, False)):
        if bound is not None:
            params |= {f"{name}_{i}": key for i, key in enumerate(bound)}
            beyond = "<" if links.backward == follows else ">"
            places = ", ".join(f":{name}_{i}" for i in range(len(order)))
            conditions += f" AND ({', '.join(order)}) {beyond} ({places})"
    direction = "DESC" if downward else "ASC"
    far = "s" if links.backward else "t"
    ranked = ", ".join(f"{column} {direction}" for column in order)
    keys = "s.published_at, s.node_id" if links.backward else "0, 0"
    lines = await reading.fetch(
        f"SELECT * FROM (SELECT {_parent(links)} AS parent, l.kind, l.position, l.heading, l.note, l.role,"
        f" l.credential, l.url, l.label, {far}.id AS edition, {keys},"
        f" row_number() OVER (PARTITION BY {_parent(links)} ORDER BY {ranked}) AS place"
        f" FROM {_tables(links, reading)} WHERE {conditions}) AS ranked WHERE place <= :size ORDER BY parent, place",
        size=asked.size + 1,
        **params,
    )
    found: dict[str, list[Edge]] = defaultdict(list)
    for line in lines:
        found[str(line[0])].append(_edge(line, links.backward, links.tag))
    return [page(found[p], [edge.keys for edge in found[p]], links.tag, asked) for p in parents]


async def counted(links: Links, parents: Sequence[str], reading: Reading) -> list[int]:
    """How many links each parent has."""
    return await reading.kept(("counted links", links), parents, partial(_counted, links, reading))


async def _counted(links: Links, reading: Reading, parents: list[str]) -> list[int]:
    conditions, params = _conditions(links, parents, reading)
    parent = _parent(links)
    lines = await reading.fetch(
        f"SELECT {parent}, count(*) FROM {_tables(links, reading)} WHERE {conditions} GROUP BY {parent}", **params
    )
    found = {str(key): int(total) for key, total in lines}
    return [found.get(parent, 0) for parent in parents]


async def targets(kind: LinkKind, editions: Sequence[str], reading: Reading) -> list[list[str]]:
    """The visible editions that each edition's links of one kind lead to, in the order of the links."""
    return await reading.kept(("targets", kind), editions, partial(_targets, kind, reading))


async def _targets(kind: LinkKind, reading: Reading, editions: list[str]) -> list[list[str]]:
    lines = await reading.fetch(
        f"SELECT l.source_id, t.id FROM link l JOIN edition t ON t.node_id = l.target_id"
        f" WHERE l.source_id IN :parents AND l.kind = :kind AND {reading.perspective.visible('t')} AND {FIRST}"
        " ORDER BY l.source_id, l.position",
        parents=editions,
        kind=kind.value,
    )
    found: dict[str, list[str]] = defaultdict(list)
    for source, edition in lines:
        found[str(source)].append(str(edition))
    return [found[edition] for edition in editions]


# CASE keeps the planners from looking among all links to the target: 8,000 for a busy author, for each of them.
FIRST = (
    "NOT EXISTS (SELECT 1 FROM link w WHERE w.source_id = l.source_id AND w.position < l.position"
    " AND CASE WHEN w.target_id = l.target_id AND w.kind = l.kind THEN 1 END = 1)"
)


def _parent(links: Links) -> str:
    return "l.target_id" if links.backward else "l.source_id"


def _tables(links: Links, reading: Reading) -> str:
    if links.backward:
        return "link l JOIN edition s ON s.id = l.source_id"
    return f"link l LEFT JOIN edition t ON t.node_id = l.target_id AND {reading.perspective.visible('t')}"


def _conditions(links: Links, parents: list[str], reading: Reading) -> tuple[str, dict[str, Any]]:
    seen = reading.perspective.visible("s") if links.backward else "(l.url IS NOT NULL OR t.id IS NOT NULL)"
    conditions = f"{_parent(links)} IN :parents AND {seen}"
    params: dict[str, Any] = {"parents": parents}
    if links.kinds is not None:
        conditions += " AND l.kind IN :kinds"
        params["kinds"] = [kind.value for kind in links.kinds]
    if links.sources is not None:
        conditions += " AND s.kind IN :sources"
        params["sources"] = [kind.value for kind in links.sources]
    if links.once:
        conditions += f" AND {FIRST}"
    return conditions, params


def _edge(line: Sequence[Any], backward: bool, tag: str) -> Edge:
    _, kind, position, heading, note, role, credential, url, label, edition, published, node, _ = line
    keys: Keys = (position,)
    if backward:
        keys = (moment(published), str(node), position)
    far = None if edition is None else str(edition)
    return Edge(KINDS[kind], position, heading, note, role, credential, url, label, far, tag, keys)
