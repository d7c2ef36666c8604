"""Editions by id, by node, by slug; disclaimers; translations and past wordings. One statement a batch."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from loaders.perspective import Reading
from loaders.rows import Row, shape
from models import Kind

T = TypeVar("T")


async def by_edition(ids: Sequence[str], reading: Reading, *kinds: Kind) -> list[Row | None]:
    """The rows of editions that a perspective has let through already: listings and links name them."""
    if not ids:
        return []
    form = shape(reading.database.dialect, *kinds)
    lines = await reading.fetch(f"SELECT {form.columns} FROM {form.tables} WHERE e.id IN :ids", ids=_unique(ids))
    found = {row.edition_id: row for row in form.rows(lines)}
    return [found.get(id) for id in ids]


async def by_node(ids: Sequence[str], reading: Reading, *kinds: Kind) -> list[Row | None]:
    """The visible edition of each node; None where the perspective sees none."""
    if not ids:
        return []
    form = shape(reading.database.dialect, *kinds)
    lines = await reading.fetch(
        f"SELECT {form.columns} FROM {form.tables} WHERE e.node_id IN :ids AND {reading.perspective.visible('e')}",
        ids=_unique(ids),
    )
    found = {row.node_id: row for row in form.rows(lines)}
    return [found.get(id) for id in ids]


async def by_slug(
    kind: Kind, slugs: Sequence[str], reading: Reading, locales: Sequence[str] | None = None
) -> list[Row | None]:
    """The visible edition of the node that each slug names, in ``locales`` or else those of the perspective.

    Locale by locale, in their order: the edition that bears the slug now, else the one that bore it last. The
    node must be visible itself; otherwise the next candidate is tried.
    """
    locales = reading.perspective.locales if locales is None else locales
    shown = reading.perspective.shown("e")
    drafts = " OR e.since IS NULL" if reading.perspective.preview else ""
    candidates = await reading.fetch(
        f"SELECT e.slug, e.node_id, e.locale, CASE WHEN {shown} THEN 1 ELSE 0 END, coalesce(e.since, 0)"
        " FROM edition e WHERE e.kind = :kind AND e.slug IN :slugs AND e.locale IN :asked"
        f" AND (e.since <= :revision{drafts})",
        kind=kind.value,
        slugs=_unique(slugs),
        asked=_unique(locales),
    )
    order = {locale: place for place, locale in enumerate(locales)}
    ranked = sorted(candidates, key=lambda c: (order[c[2]], -c[3], -c[4], str(c[1])))
    bearers: dict[str, list[str]] = defaultdict(list)
    for slug, node, *_ in ranked:
        bearers[slug].append(str(node))
    nodes = _unique([node for slug in slugs for node in bearers[slug]])
    rows = dict(zip(nodes, await by_node(nodes, reading, kind), strict=True))
    return [next((row for node in bearers[slug] if (row := rows[node])), None) for slug in slugs]


async def disclaimers(keys: Sequence[tuple[str, str]], reading: Reading) -> list[Row | None]:
    """The disclaimer for each (node, locale): its edition in that very locale.

    A draft may be ahead of its disclaimer: a preview falls back to another locale, then to a past wording.
    """
    form = shape(reading.database.dialect, Kind.DISCLAIMER)
    shown = reading.perspective.shown("e")
    limit = "" if reading.perspective.preview else f" AND e.locale IN :wanted AND {shown}"
    lines = await reading.fetch(
        f"SELECT {form.columns}, CASE WHEN {shown} THEN 1 ELSE 0 END FROM {form.tables}"
        f" WHERE e.node_id IN :nodes{limit}",
        nodes=_unique([node for node, _ in keys]),
        wanted=_unique([locale for _, locale in keys]),
    )
    choices: dict[str, list[tuple[int, int, Row]]] = defaultdict(list)
    for line in lines:
        row = form.row(line)
        choices[row.node_id].append((line[-1], row.since or 0, row))

    def best(node: str, locale: str) -> Row | None:
        ranked = sorted(choices[node], key=lambda c: (-c[0], c[2].locale != locale, -c[1]))
        return ranked[0][2] if ranked else None

    chosen = {key: best(*key) for key in set(keys)}
    return [chosen[key] for key in keys]


async def translations(nodes: Sequence[str], reading: Reading) -> list[list[tuple[str, str, str]]]:
    """(locale, slug, kind) of each node's shown editions, in every locale, in no order."""
    lines = await reading.fetch(
        f"SELECT e.node_id, e.locale, e.slug, e.kind FROM edition e WHERE e.node_id IN :nodes"
        f" AND {reading.perspective.shown('e')}",
        nodes=_unique(nodes),
    )
    found: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for node, locale, slug, kind in lines:
        found[str(node)].append((locale, slug, kind))
    return [found[node] for node in nodes]


async def history(nodes: Sequence[str], reading: Reading) -> list[list[Row]]:
    """Every published edition of each node up to the perspective's revision, newest first, in all locales."""
    form = shape(reading.database.dialect)
    lines = await reading.fetch(
        f"SELECT {form.columns} FROM {form.tables} WHERE e.node_id IN :nodes AND e.since <= :revision"
        " ORDER BY e.since DESC, e.locale",
        nodes=_unique(nodes),
    )
    found: dict[str, list[Row]] = defaultdict(list)
    for row in form.rows(lines):
        found[row.node_id].append(row)
    return [found[node] for node in nodes]


async def release_times(revisions: Sequence[int], reading: Reading) -> list[datetime | None]:
    """When each revision was released."""
    lines = await reading.fetch(
        "SELECT revision, time FROM publication WHERE position = 0 AND revision IN :revisions",
        revisions=_unique(revisions),
    )
    found = {r: t if isinstance(t, datetime) else datetime.fromisoformat(t) for r, t in lines}
    return [found.get(revision) for revision in revisions]


def _unique(values: Sequence[T]) -> list[T]:
    return list(dict.fromkeys(values))
