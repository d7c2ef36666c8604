"""Searching: hits as a connection, with highlights, facets, and what people may have meant."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import strawberry

from engine.batched import batched
from loaders import editions
from loaders.paging import Page, Window, window
from loaders.rows import Row, node_id
from loaders.search import facets as counting
from loaders.search.hits import KEYS, LINKS, Facet, Hit, Hits, Search, hits
from schema.connection import After, Before, First, Last, Once, PageInfo, page_info
from schema.content import Content
from schema.context import Below, Context
from schema.directives import PRESENT
from schema.search_edge import Found, SearchEdge, rows_of
from schema.search_kind import SearchKind
from schema.values import Genre, enum_type

COST = 200
"""What a search costs beside its fields: it takes the time of so many."""


@dataclass(frozen=True, eq=False)
class Searching:
    """The root of a search: what is asked, and what was found, read once if at all."""

    search: Search
    window: Window
    once: Once[Hits]

    async def found(self) -> Hits:
        """All that was found."""
        (found,) = (await self.once.found()).values()
        return found

    async def page(self) -> Page[Hit]:
        """What was found, as far as the window shows it."""
        return (await self.found()).page(self.window)

    async def entries(self) -> list[Found]:
        """The hits of the page, each with what it was found by."""
        page, terms = await self.page(), (await self.found()).terms
        return [Found(page, place, terms.get(hit.locale, frozenset())) for place, hit in enumerate(page.entries)]


@strawberry.type(description="How many hits have a value.")
class FacetValue:
    value: str = strawberry.field(
        description="The value, as filters take it: a global id of a topic or physician, or a word."
    )
    label: str = strawberry.field(description="The value for readers: a title or name, or the word itself.")
    count: int = strawberry.field(description="How many hits have it.")


FACETS = enum_type(Facet, "SearchFacet")


@strawberry.type(description="How many hits have each value of a facet, without the facet's own filter.")
class FacetCounts:
    by: FACETS = strawberry.field(description="The facet.")
    values: list[FacetValue] = strawberry.field(description="The values, the most frequent first, up to 50.")


def _by(by: Annotated[list[FACETS], strawberry.argument(description="The facets to count by.")]) -> list[Facet]:
    return list(dict.fromkeys(by))


async def _facets(roots: Sequence[Searching], context: Context, by: list[Facet]) -> list[list[FacetCounts]]:
    return [await _facets_of(each, by, context) for each in roots]


async def _facets_of(root: Searching, by: list[Facet], context: Context) -> list[FacetCounts]:
    counted = await counting.facets(await root.found(), root.search, by, context.reading)
    ids = [value for facet in LINKS for value, _ in counted.get(facet, ())]
    named: dict[str, tuple[str, str]] = {}
    if ids:
        rows = await editions.by_node(ids, context.reading_of(frozenset({"title"})))
        named = {row.node_id: (row.id, row.title) for row in rows if row is not None}
    return [FacetCounts(by=facet, values=[_value(facet, each, named) for each in counted[facet]]) for facet in by]


def _value(facet: Facet, counted: tuple[str, int], named: dict[str, tuple[str, str]]) -> FacetValue:
    value, count = counted
    if facet is Facet.KIND:
        value = value.upper()
    id, label = named.get(value, (value, value))
    return FacetValue(value=id, label=label, count=count)


async def _edges(roots: Sequence[Searching], _context: Context) -> list[list[Found]]:
    return [await each.entries() for each in roots]


async def _nodes(roots: Sequence[Searching], context: Context, below: Below = None) -> list[list[Row]]:
    edges = await _edges(roots, context)
    rows = iter(await rows_of([each for page in edges for each in page], context, below))
    return [[next(rows) for _ in page] for page in edges]


async def _page_infos(roots: Sequence[Searching], _context: Context) -> list[PageInfo]:
    return [page_info(await each.page()) for each in roots]


async def _totals(roots: Sequence[Searching], _context: Context) -> list[int]:
    return [len((await each.found()).passing) for each in roots]


async def _meant(roots: Sequence[Searching], _context: Context) -> list[str | None]:
    return [(await each.found()).did_you_mean for each in roots]


@strawberry.type(description="What a search found, the best first, a page at a time.")
class SearchConnection:
    edges: list[SearchEdge] = batched(returns=list[SearchEdge], description="The hits of this page.")(_edges)
    nodes: list[Content] = batched(returns=list[Content], description="The content of this page's hits.")(_nodes)
    page_info: PageInfo = batched(returns=PageInfo, description="Where this page stands in the whole.")(_page_infos)
    total_count: int = batched(returns=int, description="How many hits there are.")(_totals)
    facets: list[FacetCounts] = batched(
        returns=list[FacetCounts],
        prepare=_by,
        description="How many hits have which topic, author, and so on. Each facet respects the filters of the others.",
    )(_facets)
    did_you_mean: str | None = batched(
        returns=str | None,
        description="The question with misspelt words corrected, as it was answered; null where none was found.",
    )(_meant)


@strawberry.input(description="Narrows a search. All fields that are set must hold.")
class SearchFilter:
    topics: list[strawberry.ID] | None = strawberry.field(default=None, description="Is about one of these topics.")
    authors: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Was written by one of these physicians."
    )
    genres: list[Genre] | None = strawberry.field(default=None, description="Is an article of one of these genres.")
    locales: list[str] | None = strawberry.field(default=None, description="Is served in one of these locales.")


def _narrowed(filter: SearchFilter) -> dict[Facet, Any]:
    """What a filter lets through of each facet; None where it lets everything through."""
    return {
        Facet.TOPIC: filter.topics and [node_id(each)[1] for each in filter.topics],
        Facet.AUTHOR: filter.authors and [node_id(each)[1] for each in filter.authors],
        Facet.GENRE: filter.genres and [each.value for each in filter.genres],
        Facet.LOCALE: filter.locales,
    }


def _prepare(
    query: Annotated[str, strawberry.argument(description="The question, in the reader's own words.")],
    kinds: Annotated[
        list[SearchKind] | None, strawberry.argument(description="What to find; everything where it is null.")
    ] = None,
    filter: Annotated[SearchFilter | None, strawberry.argument(description="What to narrow the search by.")] = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> tuple[Search, Window]:
    narrowed: dict[Facet, Any] = {
        Facet.KIND: kinds and [each.value.value for each in kinds],
        **({} if filter is None else _narrowed(filter)),
    }
    search = Search(query, tuple((facet, tuple(each)) for facet, each in narrowed.items() if each is not None))
    return search, window(search.tag, KEYS, first, after, last, before)


async def _search(roots: Sequence[Any], context: Context, asked: tuple[Search, Window]) -> list[Searching]:
    search, seen = asked

    async def read(_: Sequence[Any]) -> list[Hits]:
        return [await hits(search, context.reading)]

    return [Searching(search, seen, Once([None], read))] * len(roots)


search_field = batched(
    returns=SearchConnection,
    prepare=_prepare,
    requires=PRESENT,
    cost=COST,
    description="Content that answers a question, the best first: articles, procedures, physicians and topics. It"
    " answers of the present: asOf is refused.",
)(_search)
