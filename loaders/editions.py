"""Editions by id, by node, by slug; disclaimers; translations and past wordings. One statement a batch."""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from loaders import links
from loaders.database import moment
from loaders.perspective import Reading
from loaders.rows import Row, shape
from models import Kind, LinkKind

Rows = Sequence[Row | None]


async def by_edition(ids: Sequence[str], reading: Reading, *kinds: Kind) -> list[Row | None]:
    """The rows of editions that a perspective has let through already: listings and links name them."""

    async def load(missing: list[str]) -> Rows:
        form = shape(reading.database.dialect, *kinds, detail=reading.detail)
        lines = await reading.fetch(f"SELECT {form.columns} FROM {form.tables} WHERE e.id IN :ids", ids=missing)
        found = {row.edition_id: row for row in form.rows(lines)}
        return [_held(found.get(id), reading) for id in missing]

    return await reading.kept(_rows_of(reading), ids, load, everywhere=True)


def _rows_of(reading: Reading) -> Hashable:
    """The scope of rows in the graph cache: a published edition is the same in every perspective."""
    return reading.detail


def _held(row: Row | None, reading: Reading) -> Row | None:
    """The row, which tells the graph cache when it grows."""
    if row is not None and reading.cache is not None:
        row.memo = {}
        row.grown = partial(reading.cache.grow, row.edition_id, scope=_rows_of(reading))
    return row


async def kept_rows(what: tuple[Hashable, ...], keys: Sequence[Any], reading: Reading, load: Any) -> list[Row | None]:
    """The rows that ``load`` finds for some keys. The graph cache keeps ids of editions by key, and rows by id."""
    cache = reading.cache
    if cache is None:
        return await reading.kept(what, keys, load)

    async def load_ids(missing: list[Any]) -> list[str | None]:
        epoch = cache.epoch
        rows = await load(missing)
        keep(rows, reading, epoch)
        return [None if row is None else row.edition_id for row in rows]

    ids = await reading.kept(what, keys, load_ids)
    found = iter(await by_edition([id for id in ids if id is not None], reading))
    return [None if id is None else next(found) for id in ids]


def keep(rows: Rows, reading: Reading, epoch: int) -> None:
    """Put rows that were read since an epoch in the graph cache, where there is one."""
    if reading.cache is not None:
        for row in rows:
            if row is not None:
                held, scope = _held(row, reading), _rows_of(reading)
                reading.cache.put(row.edition_id, held, row.weight(), scope=scope, epoch=epoch)


async def by_node(ids: Sequence[str], reading: Reading, *kinds: Kind) -> list[Row | None]:
    """The visible edition of each node; None where the perspective sees none."""

    async def load(missing: list[str]) -> Rows:
        form = shape(reading.database.dialect, *kinds, detail=reading.detail)
        lines = await reading.fetch(
            f"SELECT {form.columns} FROM {form.tables} WHERE e.node_id IN :ids AND {reading.perspective.visible('e')}",
            ids=missing,
        )
        found = {row.node_id: row for row in form.rows(lines)}
        return [found.get(id) for id in missing]

    return await kept_rows(("by node", *kinds), ids, reading, load)


async def by_slug(
    kind: Kind, slugs: Sequence[str], reading: Reading, locales: Sequence[str] | None = None
) -> list[Row | None]:
    """The visible edition of the node that each slug names, in ``locales`` or else those of the perspective.

    Locale by locale, in their order: the edition that bears the slug now, else the one that bore it last. The
    node must be visible itself; otherwise the next candidate is tried.
    """
    within = tuple(reading.perspective.locales if locales is None else locales)
    load = partial(_bearers, kind, within, reading)
    return await kept_rows(("by slug", kind, within), slugs, reading, load)


async def _bearers(kind: Kind, locales: tuple[str, ...], reading: Reading, slugs: list[str]) -> Rows:
    shown = reading.perspective.shown("e")
    drafts = " OR e.since IS NULL" if reading.perspective.preview else ""
    candidates = await reading.fetch(
        f"SELECT e.slug, e.node_id, e.locale, CASE WHEN {shown} THEN 1 ELSE 0 END, coalesce(e.since, 0)"
        " FROM edition e WHERE e.kind = :kind AND e.slug IN :slugs AND e.locale IN :asked"
        f" AND (e.since <= :revision{drafts})",
        kind=kind.value,
        slugs=slugs,
        asked=list(dict.fromkeys(locales)),
    )
    order = {locale: place for place, locale in enumerate(locales)}
    ranked = sorted(candidates, key=lambda c: (order[c[2]], -c[3], -c[4], str(c[1])))
    bearers: dict[str, list[str]] = defaultdict(list)
    for slug, node, *_ in ranked:
        bearers[slug].append(str(node))
    nodes = list(dict.fromkeys(node for slug in slugs for node in bearers[slug]))
    rows = dict(zip(nodes, await by_node(nodes, reading, kind), strict=True))
    return [next((row for node in bearers[slug] if (row := rows[node])), None) for slug in slugs]


async def disclaimers(keys: Sequence[tuple[str, str]], reading: Reading) -> list[Row | None]:
    """The disclaimer for each (node, locale): its edition in that very locale.

    A draft may be ahead of its disclaimer: a preview falls back to another locale, then to a past wording.
    """
    return await kept_rows(("disclaimers",), keys, reading, partial(_disclaimers, reading))


async def disclaimers_of(rows: Rows, reading: Reading) -> list[Row | None]:
    """The disclaimer of each row, in the locale of the row; None for a row, or None, that may have none."""
    bearers = [row if hasattr(row, "disclaimer_id") else None for row in rows]
    found = iter(await disclaimers([(row.disclaimer_id, row.locale) for row in bearers if row is not None], reading))
    return [None if row is None else next(found) for row in bearers]


async def _disclaimers(reading: Reading, keys: list[tuple[str, str]]) -> Rows:
    form = shape(reading.database.dialect, Kind.DISCLAIMER, detail=reading.detail)
    shown = reading.perspective.shown("e")
    limit = "" if reading.perspective.preview else f" AND e.locale IN :wanted AND {shown}"
    lines = await reading.fetch(
        f"SELECT {form.columns}, CASE WHEN {shown} THEN 1 ELSE 0 END FROM {form.tables}"
        f" WHERE e.node_id IN :nodes{limit}",
        nodes=list(dict.fromkeys(node for node, _ in keys)),
        wanted=list(dict.fromkeys(locale for _, locale in keys)),
    )
    choices: dict[str, list[tuple[int, int, Row]]] = defaultdict(list)
    for line in lines:
        row = form.row(line)
        choices[row.node_id].append((line[-1], row.since or 0, row))

    def best(node: str, locale: str) -> Row | None:
        ranked = sorted(choices[node], key=lambda c: (-c[0], c[2].locale != locale, -c[1]))
        return ranked[0][2] if ranked else None

    return [best(*key) for key in keys]


async def translations(nodes: Sequence[str], reading: Reading) -> list[list[tuple[str, str, str]]]:
    """(locale, slug, kind) of each node's shown editions, in every locale, in no order."""

    async def load(missing: list[str]) -> list[list[tuple[str, str, str]]]:
        lines = await reading.fetch(
            f"SELECT e.node_id, e.locale, e.slug, e.kind FROM edition e WHERE e.node_id IN :nodes"
            f" AND {reading.perspective.shown('e')}",
            nodes=missing,
        )
        found: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        for node, locale, slug, kind in lines:
            found[str(node)].append((locale, slug, kind))
        return [found[node] for node in missing]

    return await reading.kept(("translations",), nodes, load)


async def history(nodes: Sequence[str], reading: Reading) -> list[list[Row]]:
    """Every published edition of each node up to the perspective's revision, newest first, in all locales."""
    form = shape(reading.database.dialect)
    lines = await reading.fetch(
        f"SELECT {form.columns} FROM {form.tables} WHERE e.node_id IN :nodes AND e.since <= :revision"
        " ORDER BY e.since DESC, e.locale",
        nodes=list(dict.fromkeys(nodes)),
    )
    found: dict[str, list[Row]] = defaultdict(list)
    for row in form.rows(lines):
        found[row.node_id].append(row)
    return [found[node] for node in nodes]


async def release_times(revisions: Sequence[int], reading: Reading) -> list[datetime | None]:
    """When each revision was released."""

    async def load(missing: list[int]) -> list[datetime | None]:
        lines = await reading.fetch(
            "SELECT revision, time FROM publication WHERE position = 0 AND revision IN :revisions", revisions=missing
        )
        found = {r: moment(t) for r, t in lines}
        return [found.get(revision) for revision in missing]

    return await reading.kept(("release times",), revisions, load)


async def linked_rows(kind: LinkKind, target: Kind, ids: Sequence[str], reading: Reading) -> list[list[Row]]:
    """The visible rows that each edition's links of one kind lead to, all of one kind, in the order of the links."""
    targets = await links.targets(kind, ids, reading)
    found = iter(await by_edition([id for each in targets for id in each], reading, target))
    return [[row for _ in each if (row := next(found)) is not None] for each in targets]
