"""Listings: the visible editions of one kind, filtered and ordered, a window at a time."""

import hashlib
from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from loaders import editions
from loaders.filters import Filter, condition
from loaders.paging import Page, Window, page
from loaders.perspective import Reading
from loaders.rows import Detail, Row, shape
from models import Kind


@dataclass(frozen=True)
class Listing:
    """A list: a kind, an order key (a column of ``edition`` that is NOT NULL and indexed), a direction, a filter."""

    kind: Kind
    order: str
    descending: bool
    filter: Filter = field(default_factory=dict)

    @property
    def keys(self) -> tuple[type, type]:
        """What orders the entries: the types of a cursor's keys."""
        return (bytes if self.order == "title_key" else datetime), UUID

    @cached_property
    def tag(self) -> str:
        """What ties a cursor to this list: the same for equal lists, in every process."""
        return hashlib.sha256(repr(self.key).encode()).hexdigest()[:12]

    @cached_property
    def key(self) -> tuple[Hashable, ...]:
        """What the graph cache knows the list by: all of it, so that no filter can be made to collide."""
        return self.kind.value, self.order, self.descending, _settled(self.filter)


def _settled(value: Any) -> Any:
    """A filter as nested tuples, without what is null."""
    if isinstance(value, dict):
        return tuple((name, _settled(v)) for name, v in sorted(value.items()) if v is not None)
    if isinstance(value, list | tuple):
        return tuple(_settled(v) for v in value)
    return getattr(value, "value", value)


async def listed(listing: Listing, asked: Window, reading: Reading) -> Page[Row]:
    """The page of a list in a window."""
    cache = reading.cache
    if cache is None:
        return await _listed(listing, asked, reading)

    async def load(_: list[Any]) -> list[Page[str]]:
        epoch = cache.epoch
        page: Page[Any] = await _listed(listing, asked, reading)
        editions.keep(page.entries, reading, epoch)
        return [replace(page, entries=[row.edition_id for row in page.entries])]

    (page,) = await reading.kept(("list", listing.key), [asked], load)
    rows: Any = await editions.by_edition(page.entries, reading, listing.kind)
    return replace(page, entries=rows)


async def _listed(listing: Listing, asked: Window, reading: Reading) -> Page[Row]:
    descending = listing.descending != asked.backward
    params: dict[str, Any] = {"kind": listing.kind.value, "size": asked.size + 1}
    conditions = [_where(listing, params, reading)]
    key = f"(e.{listing.order}, e.node_id)"
    for name, bound, follows in (("after", asked.after, True), ("before", asked.before, False)):
        if bound is not None:
            params[f"{name}_key"], params[f"{name}_node"] = bound
            beyond = "<" if listing.descending == follows else ">"
            conditions.append(f"{key} {beyond} (:{name}_key, :{name}_node)")
    bare = reading.detail is Detail.EDITION
    form = shape(
        reading.database.dialect, listing.kind, detail=Detail.LIGHT if bare and listing.filter else reading.detail
    )
    direction = "DESC" if descending else "ASC"
    lines = await reading.fetch(
        f"SELECT {form.columns} FROM {form.tables} WHERE {' AND '.join(conditions)}"
        f" ORDER BY e.{listing.order} {direction}, e.node_id {direction} LIMIT :size",
        **params,
    )
    rows = form.rows(lines)
    return page(rows, [(getattr(row, listing.order), row.node_id) for row in rows], listing.tag, asked)


async def counted(listing: Listing, reading: Reading) -> int:
    """How many entries a list has."""

    async def load(_: list[Any]) -> list[int]:
        params: dict[str, Any] = {"kind": listing.kind.value}
        where = _where(listing, params, reading)
        tables = shape(reading.database.dialect, listing.kind).tables if listing.filter else "edition e"
        return [int((await reading.fetch(f"SELECT count(*) FROM {tables} WHERE {where}", **params))[0][0])]

    (total,) = await reading.kept(("counted list",), [listing.key], load)
    return int(total)


def _where(listing: Listing, params: dict[str, Any], reading: Reading) -> str:
    """What every entry of a list fulfils."""
    narrowed = condition(listing.kind, listing.filter, params, reading.perspective)
    return f"e.kind = :kind AND {reading.perspective.visible('e')} AND ({narrowed})"
