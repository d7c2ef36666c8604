"""The root of the graph."""

from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from typing import Annotated, Any, cast
from urllib.parse import SplitResult, urlsplit

import strawberry

from engine.batched import batched
from errors import BadRequest
from loaders import editions
from loaders.filters import check
from loaders.listings import Listing
from loaders.paging import Window, window
from loaders.perspective import Reading
from loaders.rows import Row, node_id
from models import PARTS, Kind
from schema.article import Article
from schema.changes import ChangeConnection, changes_field
from schema.completion import Completion, suggest_field
from schema.connection import After, Before, Connection, First, Handle, Last, list_source
from schema.content import Content, Node
from schema.context import Below, Context
from schema.disclaimer import Disclaimer
from schema.filters import (
    PLURALS,
    ArticleFilter,
    ContentOrder,
    DisclaimerFilter,
    PhysicianFilter,
    ProcedureFilter,
    TopicFilter,
    plain,
)
from schema.physician import Physician
from schema.procedure import Procedure
from schema.search import SearchConnection, search_field
from schema.topic import Topic

# The second of the two registries of content types: kind -> GraphQL type and the filter of its lists.
TYPES: dict[Kind, tuple[Any, Any]] = {
    Kind.ARTICLE: (Article, ArticleFilter),
    Kind.PROCEDURE: (Procedure, ProcedureFilter),
    Kind.PHYSICIAN: (Physician, PhysicianFilter),
    Kind.TOPIC: (Topic, TopicFilter),
    Kind.DISCLAIMER: (Disclaimer, DisclaimerFilter),
}
MOST_NODES = 100


Roots = Sequence[Any]
Id = tuple[str, str]
Slug = Annotated[str | None, strawberry.argument(description="The slug, present or past.")]
GlobalId = Annotated[strawberry.ID | None, strawberry.argument(description="The global id.")]


def _one(kind: Kind) -> Any:
    """The field for one node of a kind, by slug or id."""

    def prepare(slug: Slug = None, id: GlobalId = None) -> str | Id:
        if slug is not None and id is None:
            return slug
        if slug is None and id is not None:
            return node_id(id)
        raise BadRequest(f"{kind.value} takes exactly one of slug and id.")

    async def load(roots: Roots, context: Context, asked: str | Id, below: Below = None) -> list[Any]:
        reading = context.reading_of(below)
        if isinstance(asked, str):
            return await editions.by_slug(kind, [asked], reading) * len(roots)
        (row,) = await _rows([asked], reading)
        return [row if row is not None and row.kind is kind else None] * len(roots)

    description = f"The {kind.value} with a slug or a global id, exactly one of the two; null where there is none."
    return batched(returns=TYPES[kind][0] | None, description=description, prepare=prepare)(load)


@cache
def _listing(kind: Kind, order: str, descending: bool) -> Listing:
    return Listing(kind, order, descending)


def _narrowed(kind: Kind, order: str, descending: bool, filter: Any) -> Listing:
    listing = Listing(kind, order, descending, plain(filter))
    check(kind, listing.filter)
    return listing


def _many(kind: Kind) -> Any:
    """The field for the list of a kind."""
    graphql_type, filter_type = TYPES[kind]
    narrowed = Annotated[filter_type | None, strawberry.argument(description="What to narrow the list by.")]

    def prepare(
        filter: narrowed = None,
        order_by: Annotated[ContentOrder, strawberry.argument(description="The order of the list.")] = (
            ContentOrder.PUBLISHED_AT_DESC
        ),
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> tuple[Listing, Window]:
        order, descending = cast(tuple[str, bool], order_by.value)
        listing = _listing(kind, order, descending) if filter is None else _narrowed(kind, order, descending, filter)
        return listing, window(listing.tag, listing.keys, first, after, last, before)

    async def load(roots: Roots, context: Context, asked: tuple[Listing, Window], below: Below = None) -> list[Handle]:
        return list_source(*asked, roots, context.reading_of(below)).handles()

    description = f"The {PLURALS[kind]} that can be seen, the newest first unless ordered otherwise."
    return batched(returns=Connection[graphql_type], description=description, prepare=prepare)(load)


async def _rows(ids: Sequence[Id], reading: Reading) -> list[Row | None]:
    """The visible row for each global id; None for what is unknown or of another type."""
    rows = await editions.by_node([node for _, node in ids], reading)
    return [row if row and row.typename == name else None for row, (name, _) in zip(rows, ids, strict=True)]


def _node_id(id: Annotated[strawberry.ID, strawberry.argument(description="The global id.")]) -> Id:
    return node_id(id)


async def _node(roots: Roots, context: Context, id: Id, below: Below = None) -> list[Any]:
    return await _rows([id], context.reading_of(below)) * len(roots)


def _node_ids(
    ids: Annotated[list[strawberry.ID], strawberry.argument(description="The global ids, up to 100.")],
) -> list[Id]:
    if len(ids) > MOST_NODES:
        raise BadRequest(f"nodes takes up to {MOST_NODES} ids, and got {len(ids)}.")
    return [node_id(id) for id in ids]


async def _nodes(roots: Roots, context: Context, ids: list[Id], below: Below = None) -> list[Any]:
    return [await _rows(ids, context.reading_of(below))] * len(roots)


def _address(url: Annotated[str, strawberry.argument(description="The URL, or its path.")]) -> SplitResult:
    with suppress(ValueError):
        given = urlsplit(url)
        complete = given.scheme in ("http", "https") and given.hostname and given.port != 0
        if url.isprintable() and (complete or url.startswith("/")):
            return given
    raise BadRequest("url must be a URL of http or https, or its path, which begins with a slash.")


async def _content(roots: Roots, context: Context, url: SplitResult, below: Below = None) -> list[Any]:
    reading = context.reading_of(below)
    for (kind, slug), locales in pages_at(url, context).items():
        (row,) = await editions.by_slug(kind, [slug], reading, locales)
        if row is not None:
            return [row] * len(roots)
    return [None] * len(roots)


def _revisions(roots: Roots, context: Context) -> list[int]:
    return [context.reading.perspective.revision] * len(roots)


def pages_at(given: SplitResult, context: Context) -> dict[tuple[Kind, str], list[str]]:
    """The pages that a URL may be: kind and slug, with the locales that it may name. None for another site's URL."""
    site = urlsplit(context.settings.site_url)
    if given.netloc and given.netloc.lower() != site.netloc.lower():
        return {}
    found: dict[tuple[Kind, str], list[str]] = {}
    preferred = context.reading.perspective.locales
    for kind in PARTS:
        for locale in dict.fromkeys((*preferred, *context.settings.fallbacks)):
            before, after = urlsplit(context.settings.url(kind.value, locale, "\0")).path.split("\0")
            slug = given.path.removeprefix(before).removesuffix(after)
            if slug and "/" not in slug and given.path == before + slug + after:
                found.setdefault((kind, slug), []).append(locale)
    return found


@strawberry.type(description="Where every query starts.")
class Query:
    article: Article | None = _one(Kind.ARTICLE)
    articles: Connection[Article] = _many(Kind.ARTICLE)
    procedure: Procedure | None = _one(Kind.PROCEDURE)
    procedures: Connection[Procedure] = _many(Kind.PROCEDURE)
    physician: Physician | None = _one(Kind.PHYSICIAN)
    physicians: Connection[Physician] = _many(Kind.PHYSICIAN)
    topic: Topic | None = _one(Kind.TOPIC)
    topics: Connection[Topic] = _many(Kind.TOPIC)
    disclaimer: Disclaimer | None = _one(Kind.DISCLAIMER)
    disclaimers: Connection[Disclaimer] = _many(Kind.DISCLAIMER)

    node: Node | None = batched(
        returns=Node | None,
        prepare=_node_id,
        description="The node with a global id; null where there is none.",
    )(_node)
    nodes: list[Node | None] = batched(
        returns=list[Node | None],
        prepare=_node_ids,
        description="The nodes with some global ids, in their order; null for each that there is not.",
    )(_nodes)
    content: Content | None = batched(
        returns=Content | None,
        prepare=_address,
        description="The content whose page on the publisher's site has this URL; null where there is none.",
    )(_content)
    search: SearchConnection = search_field
    suggest: list[Completion] = suggest_field
    changes: ChangeConnection = changes_field
    revision: int = batched(returns=int, description="The revision of the graph that the answer was read at.")(
        _revisions
    )
