"""Connections (Relay Cursor Connections). What nobody selects is not read: neither the page nor the total."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

import strawberry

from loaders import editions, links, listings
from loaders.links import Edge as Link
from loaders.links import Links
from loaders.listings import Listing
from loaders.paging import Page, Window
from loaders.rows import Row
from models import Kind
from schema.batched import batched
from schema.context import Context

T = TypeVar("T")

First = Annotated[int | None, strawberry.argument(description="How many entries from the start, up to 100.")]
After = Annotated[str | None, strawberry.argument(description="Start after the entry with this cursor.")]
Last = Annotated[int | None, strawberry.argument(description="How many entries from the end, up to 100.")]
Before = Annotated[str | None, strawberry.argument(description="End before the entry with this cursor.")]


@dataclass(frozen=True)
class Source:
    """Where the connections of one field get their pages and totals: for all their parents at once."""

    pages: Callable[[Sequence[Any]], Awaitable[list[Page[Any]]]]
    counts: Callable[[Sequence[Any]], Awaitable[list[int]]]


@dataclass(frozen=True, eq=False)
class Handle:
    """The root of a connection: a source, and the parent that it is asked for."""

    source: Source
    parent: Any = None


@dataclass(frozen=True, eq=False)
class Entry:
    """The root of an edge."""

    cursor: str
    node: Any


def list_source(listing: Listing, asked: Window, context: Context) -> Source:
    """The source of a list, which has no parent."""

    async def pages(parents: Sequence[Any]) -> list[Page[Row]]:
        return [await listings.listed(listing, asked, context.reading)] * len(parents)

    async def counts(parents: Sequence[Any]) -> list[int]:
        return [await listings.counted(listing, context.reading)] * len(parents)

    return Source(pages, counts)


def link_source(which: Links, asked: Window, context: Context) -> Source:
    """The source of links, whose parents are editions, or backwards nodes."""

    async def pages(parents: Sequence[Any]) -> list[Page[Link]]:
        return await links.linked(which, parents, asked, context.reading)

    async def counts(parents: Sequence[Any]) -> list[int]:
        return await links.counted(which, parents, context.reading)

    return Source(pages, counts)


def row_source(source: Source, kind: Kind | None, context: Context) -> Source:
    """The source of the editions, of one kind or of any, at the other ends of a source's links."""

    async def pages(parents: Sequence[Any]) -> list[Page[Row]]:
        found = await source.pages(parents)
        ids = [link.edition for page in found for link in page.entries]
        rows: Iterator[Any] = iter(await editions.by_edition(ids, context.reading, *([kind] if kind else [])))
        return [Page([next(rows) for _ in p.entries], p.cursors, p.has_next, p.has_previous) for p in found]

    return Source(pages, source.counts)


async def by_source(handles: Sequence[Handle], ask: Callable[[Source, list[Any]], Awaitable[list[Any]]]) -> list[Any]:
    """What each handle's source answers, asked once a source."""
    found: dict[Handle, Any] = {}
    for source in dict.fromkeys(handle.source for handle in handles):
        asked = [handle for handle in handles if handle.source is source]
        found |= zip(asked, await ask(source, [handle.parent for handle in asked]), strict=True)
    return [found[handle] for handle in handles]


async def _pages(handles: Sequence[Handle], _context: Context) -> list[Page[Any]]:
    return await by_source(handles, lambda source, parents: source.pages(parents))


async def pages_of(handles: Sequence[Handle], context: Context) -> list[Page[Any]]:
    """The page of each connection, read once, whichever of its fields are selected."""
    return await context.loader(_pages, {}).load_many(handles)


async def page_infos(handles: Sequence[Handle], context: Context) -> list["PageInfo"]:
    """The page information of each connection."""
    return [
        PageInfo(
            has_next_page=page.has_next,
            has_previous_page=page.has_previous,
            start_cursor=page.cursors[0] if page.cursors else None,
            end_cursor=page.cursors[-1] if page.cursors else None,
        )
        for page in await pages_of(handles, context)
    ]


async def totals(handles: Sequence[Handle], _context: Context) -> list[int]:
    """The total of each connection."""
    return await by_source(handles, lambda source, parents: source.counts(parents))


async def _entries(handles: Sequence[Handle], context: Context) -> list[list[Entry]]:
    pages = await pages_of(handles, context)
    return [[Entry(cursor, node) for cursor, node in zip(p.cursors, p.entries, strict=True)] for p in pages]


async def _nodes(handles: Sequence[Handle], context: Context) -> list[list[Any]]:
    return [page.entries for page in await pages_of(handles, context)]


@strawberry.type(description="Where a page of a connection stands in the whole.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether entries follow this page.")
    has_previous_page: bool = strawberry.field(description="Whether entries precede this page.")
    start_cursor: str | None = strawberry.field(description="The cursor of the first entry; null on an empty page.")
    end_cursor: str | None = strawberry.field(description="The cursor of the last entry; null on an empty page.")


@strawberry.type(description="An entry of a connection.")
class Edge(Generic[T]):
    cursor: str = strawberry.field(description="The cursor of the entry, for after and before.")
    node: T = strawberry.field(description="The content at this entry.")


@strawberry.type(description="A list of content, a page at a time.")
class Connection(Generic[T]):
    edges: list[Edge[T]] = batched(returns=list[Edge[T]], description="The entries of this page.")(_entries)
    nodes: list[T] = batched(returns=list[T], description="The content of this page, without cursors.")(_nodes)
    page_info: PageInfo = batched(returns=PageInfo, description="Where this page stands in the whole.")(page_infos)
    total_count: int = batched(returns=int, description="How many entries the whole list has.")(totals)
