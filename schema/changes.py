"""Delta sync: what changed since a copy was made, a page at a time, all pages at one revision."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

import strawberry

from engine.batched import batched
from engine.plan import Plan
from engine.selection import Way
from errors import BadRequest
from loaders.change import Change as Found
from loaders.change import Extent
from loaders.changes import changes
from loaders.filters import LONGEST
from loaders.paging import DEFAULT, MOST
from loaders.position import Position
from loaders.rows import node_id
from models import Kind
from schema.change import Change, ChangeRoot, ContentKind
from schema.connection import Once, PageInfo
from schema.context import Context

COST = 500
"""What asking for changes costs beside their fields: some searches."""
SYNCS = 5
"""How often an operation may ask for changes."""
Page = tuple[list[Found], bool]


@dataclass(frozen=True)
class Asked:
    """What a sync asks for: of what, from where on, how many changes."""

    extent: Extent
    start: Position
    size: int


@dataclass(frozen=True, eq=False)
class Syncing:
    """The root of a page of changes, which is read once if at all."""

    asked: Asked
    context: Context
    once: Once[Page]

    @cached_property
    def scope(self) -> str:
        """What the copy is of: each cursor of the page is signed for it."""
        return self.asked.extent.scope(self.context.reading.perspective, self.context.secret)

    async def page(self) -> Page:
        """The changes, and whether more follow."""
        (page,) = (await self.once.found()).values()
        return page

    async def edges(self) -> list["Entry"]:
        """The changes, each with its cursor."""
        found, _ = await self.page()
        return [Entry(await self.cursor(place), ChangeRoot(change)) for place, change in enumerate(found)]

    async def cursor(self, place: int) -> str:
        """The position behind a change of the page."""
        found, more = await self.page()
        return self._behind(found[place] if more or place < len(found) - 1 else None)

    async def next(self) -> str:
        """The position behind the page."""
        found, more = await self.page()
        return self._behind(found[-1] if more else None)

    def _behind(self, change: Found | None) -> str:
        """The position behind a change, or behind all of them."""
        seen, after = self.context.reading.perspective, self.asked.start.after
        if change is None:
            return str(Position(seen.revision))
        position = Position(after, (seen.revision, seen.date), change.key)
        return str(position.sealed(self.context.secret, self.scope))


@dataclass(frozen=True, slots=True)
class Entry:
    """The root of an edge."""

    cursor: str
    node: ChangeRoot


def syncs(plan: Plan, asked: Sequence[Any]) -> list[Asked]:
    """What an operation asks of ``changes``, from the prepared arguments of its columns.

    Raises BadRequest where it asks too often, or goes on with a sync and asks for something else: only what is told by
    the sync is read at its revision.
    """
    columns = [each for each in plan.root.columns if each.way is not Way.TYPENAME]
    found = [asked[each.place][0] for each in columns if each.batch is not None and each.batch.load is _load]
    if len(found) > SYNCS:
        raise BadRequest(f"An operation may ask for changes {SYNCS} times, and does so {len(found)} times.")
    if len(found) < len(columns) and any(each.start.pin is not None for each in found):
        raise BadRequest("An operation that goes on with a sync asks for changes alone: ask for the rest apart.")
    return found


def _prepare(
    after: Annotated[
        Position,
        strawberry.argument(
            description="Where the copy stands: 0 where there is none yet, else what next was, as it was received."
        ),
    ],
    kinds: Annotated[
        list[ContentKind] | None,
        strawberry.argument(description="The kinds of content in the copy; all of them where it is null."),
    ] = None,
    topics: Annotated[
        list[strawberry.ID] | None,
        strawberry.argument(description="Topics, by their global ids: the copy has what is about one of them."),
    ] = None,
    first: Annotated[
        int | None, strawberry.argument(description=f"How many changes, from 1 to {MOST}; {DEFAULT} where it is null.")
    ] = DEFAULT,
) -> Asked:
    size = DEFAULT if first is None else first
    if not 1 <= size <= MOST:
        raise BadRequest(f"first must be from 1 to {MOST}, and is {size}.")
    for name, given in (("kinds", kinds), ("topics", topics)):
        if given is not None and not 0 < len(given) <= LONGEST:
            raise BadRequest(f"{name} takes from 1 to {LONGEST} entries, and got {len(given)}: null stands for all.")
    chosen = set(Kind if kinds is None else kinds)
    about = {node_id(each)[1] for each in topics or ()}
    return Asked(Extent(tuple(sorted(chosen)), tuple(sorted(about))), after, size)


async def _load(roots: Sequence[Any], context: Context, asked: Asked) -> list[Syncing]:
    async def read(parents: Sequence[None]) -> list[Page]:
        return [await changes(asked.extent, asked.start, asked.size, context.reading)] * len(parents)

    return [Syncing(asked, context, Once([None], read))] * len(roots)


async def _edges(roots: Sequence[Syncing], _context: Context) -> list[list[Entry]]:
    return [await root.edges() for root in roots]


async def _nodes(roots: Sequence[Syncing], _context: Context) -> list[list[ChangeRoot]]:
    return [[ChangeRoot(each) for each in (await root.page())[0]] for root in roots]


async def _page_infos(roots: Sequence[Syncing], _context: Context) -> list[PageInfo]:
    return [await _page_info(root) for root in roots]


async def _page_info(root: Syncing) -> PageInfo:
    """What is known of releases since the first page follows too, so that nobody stops at what is old already."""
    found, more = await root.page()
    seen = root.context.reading.perspective.revision
    return PageInfo(
        has_next_page=more or seen < root.context.newest,
        has_previous_page=root.asked.start.told is not None,
        start_cursor=await root.cursor(0) if found else None,
        end_cursor=await root.next(),
    )


async def _nexts(roots: Sequence[Syncing], _context: Context) -> list[str]:
    return [await root.next() for root in roots]


async def _completions(roots: Sequence[Syncing], _context: Context) -> list[bool]:
    return [not (await root.page())[1] for root in roots]


def _revisions(roots: Sequence[Syncing], context: Context) -> list[int]:
    return [context.reading.perspective.revision] * len(roots)


def _scopes(roots: Sequence[Syncing], _context: Context) -> list[str]:
    return [root.scope for root in roots]


@strawberry.type(description="An entry of a ChangeConnection.")
class ChangeEdge:
    cursor: str = strawberry.field(description="The position behind the change: a Revision, to be passed as after.")
    node: Change = strawberry.field(description="The change.")


@strawberry.type(
    description="What changed since a copy was made, a node once each, in no order that means anything. Its pages are"
    " read at one revision, that of the first, up to the one that is complete."
)
class ChangeConnection:
    edges: list[ChangeEdge] = batched(returns=list[ChangeEdge], description="The changes of this page.")(_edges)
    nodes: list[Change] = batched(returns=list[Change], description="The changes of this page, without cursors.")(
        _nodes
    )
    page_info: PageInfo = batched(
        returns=PageInfo,
        description="Where this page stands in the whole. It has a next page while the copy is behind the newest"
        " revision; endCursor is next, on an empty page too.",
    )(_page_infos)
    next: Position = batched(
        returns=Position,
        description="Where the copy stands when this page is applied to it: to be kept with it, and passed as after, at"
        " once while pageInfo has a next page, else at the next sync. Between pages it holds for a day after the next"
        " release.",
    )(_nexts)
    revision: int = batched(returns=int, description="The revision that the page is read at.")(_revisions)
    complete: bool = batched(
        returns=bool, description="Whether the copy equals the graph at revision when this page is applied to it."
    )(_completions)
    scope: str = batched(
        returns=str,
        description="What the copy is of: the kinds, topics and locales, and what the client may see. A copy with"
        " another scope is to be dropped, and synced from 0.",
    )(_scopes)


changes_field: Any = batched(
    returns=ChangeConnection,
    prepare=_prepare,
    cost=COST,
    description="What a copy of the graph, or of a part of it, must be told to equal it again: what was published and"
    " withdrawn, and what is shown otherwise because of its disclaimer, what it links to (one step), or what its text"
    " refers to. From 0 it tells everything: a snapshot. It answers of what is published, up to now: asOf and preview"
    " are refused.",
)(_load)
