"""Connections (Relay Cursor Connections). What nobody selects is not read: neither the page nor the total."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any, Generic, TypeVar

import strawberry

from engine.batched import batched
from loaders import editions, links, listings
from loaders.links import Links
from loaders.listings import Listing
from loaders.paging import Page, Window
from loaders.perspective import Reading
from loaders.rows import Row
from models import Kind
from schema.context import Context

T = TypeVar("T")
Read = Callable[[Sequence[Any]], Awaitable[Sequence[T]]]

First = Annotated[int | None, strawberry.argument(description="How many entries from the start, up to 100.")]
After = Annotated[str | None, strawberry.argument(description="Start after the entry with this cursor.")]
Last = Annotated[int | None, strawberry.argument(description="How many entries from the end, up to 100.")]
Before = Annotated[str | None, strawberry.argument(description="End before the entry with this cursor.")]


class Source:
    """The connections of one field, for all its parents: their pages and totals, each read once if at all."""

    def __init__(self, parents: Sequence[Any], pages: Read[Page[Any]], counts: Read[int]) -> None:
        self.pages = Once(parents, pages)
        self.totals = Once(parents, counts)
        self._parents = parents

    def handles(self) -> list["Handle"]:
        """The connection of each parent. The source does not know them: a cycle is work for the collector."""
        return [Handle(self, parent) for parent in self._parents]


class Once(Generic[T]):
    """What is read of some parents: all at once, when it is first asked for."""

    def __init__(self, parents: Sequence[Any], read: Read[T]) -> None:
        self._parents = parents
        self._read = read
        self._found: asyncio.Future[dict[Any, T]] | None = None

    async def found(self) -> dict[Any, T]:
        """What was read, by parent."""
        if self._found is None:
            self._found = asyncio.get_running_loop().create_future()
            try:
                asked = list(dict.fromkeys(self._parents))
                self._found.set_result(dict(zip(asked, await self._read(asked), strict=True)))
            except BaseException as error:
                self._found.set_exception(error)
        return await self._found


@dataclass(frozen=True, eq=False, slots=True)
class Handle:
    """The root of a connection: where it is read, and the parent that it is asked for."""

    source: Source
    parent: Any


@dataclass(frozen=True, eq=False, slots=True)
class Entry:
    """The root of an edge: an entry of a page."""

    page: Page[Any]
    place: int

    @property
    def cursor(self) -> str:
        """The cursor of the entry."""
        return self.page.cursor(self.place)

    @property
    def node(self) -> Any:
        """What stands at the entry."""
        return self.page.entries[self.place]


def list_source(listing: Listing, asked: Window, parents: Sequence[Any], reading: Reading) -> Source:
    """The source of a list, which is the same for whatever parent: the root."""

    async def pages(parents: Sequence[Any]) -> list[Page[Row]]:
        return [await listings.listed(listing, asked, reading)] * len(parents)

    async def counts(parents: Sequence[Any]) -> list[int]:
        return [await listings.counted(listing, reading)] * len(parents)

    return Source(parents, pages, counts)


def link_source(which: Links, asked: Window, parents: Sequence[str], reading: Reading) -> Source:
    """The source of links, whose parents are ids: of editions, or backwards of nodes."""
    pages = partial(links.linked, which, asked=asked, reading=reading)
    return Source(parents, pages, partial(links.counted, which, reading=reading))


def row_source(which: Links, asked: Window, parents: Sequence[str], kind: Kind | None, reading: Reading) -> Source:
    """The source of the editions, of one kind or of any, at the other ends of links."""

    async def pages(parents: Sequence[str]) -> list[Page[Row]]:
        found: list[Page[Any]] = await links.linked(which, parents, asked, reading)
        ids = [link.edition for page in found for link in page.entries]
        rows: Iterator[Any] = iter(await editions.by_edition(ids, reading, *([kind] if kind else [])))
        return [replace(page, entries=[next(rows) for _ in page.entries]) for page in found]

    return Source(parents, pages, partial(links.counted, which, reading=reading))


async def pages_of(handles: Sequence[Handle]) -> list[Page[Any]]:
    """The page of each connection."""
    return await _read_of(handles, [handle.source.pages for handle in handles])


async def page_infos(handles: Sequence[Handle], _context: Context) -> list["PageInfo"]:
    """The page information of each connection."""
    return [page_info(page) for page in await pages_of(handles)]


def page_info(page: Page[Any]) -> "PageInfo":
    """Where a page stands in the whole."""
    return PageInfo(
        has_next_page=page.has_next,
        has_previous_page=page.has_previous,
        start_cursor=page.cursor(0) if page.entries else None,
        end_cursor=page.cursor(-1) if page.entries else None,
    )


async def totals(handles: Sequence[Handle], _context: Context) -> list[int]:
    """The total of each connection."""
    return await _read_of(handles, [handle.source.totals for handle in handles])


async def _read_of(handles: Sequence[Handle], sources: Sequence[Once[T]]) -> list[T]:
    """What was read of each handle's parent."""
    found = {source: await source.found() for source in dict.fromkeys(sources)}
    return [found[source][handle.parent] for handle, source in zip(handles, sources, strict=True)]


async def _entries(handles: Sequence[Handle], _context: Context) -> list[list[Entry]]:
    return [[Entry(page, place) for place in range(len(page.entries))] for page in await pages_of(handles)]


async def _nodes(handles: Sequence[Handle], _context: Context) -> list[list[Any]]:
    return [page.entries for page in await pages_of(handles)]


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
