"""Links as edges of connections, and the shortcuts that read the same table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import strawberry

from engine.batched import batched
from loaders import editions
from loaders.links import Edge, Links
from loaders.paging import Page, Window, window
from loaders.rows import Row
from models import Kind, LinkKind
from schema import connection
from schema.connection import After, Before, First, Handle, Last, PageInfo, link_source, row_source
from schema.context import Below, Context
from schema.values import LinkKind as LinkKindType

Rows = Sequence[Row]
Kinds = Annotated[
    list[LinkKindType] | None,
    strawberry.argument(description="Only links of these kinds; of every kind where it is null."),
]


@strawberry.type(description="A page outside the graph.")
class ExternalPage:
    url: str = strawberry.field(description="The address of the page.")
    label: str = strawberry.field(description="The words that lead to it.")

    @classmethod
    def is_type_of(cls, root: Any, _info: Any) -> bool:
        """Whether a link's other end is an external page."""
        return bool(root.typename == cls.__name__)


@dataclass(frozen=True)
class External:
    """The root of the type ExternalPage. It names its type, as rows do."""

    typename: ClassVar[str] = "ExternalPage"
    url: str
    label: str


LinkTarget = Annotated[
    Annotated["Article", strawberry.lazy("schema.article")]  # noqa: F821
    | Annotated["Procedure", strawberry.lazy("schema.procedure")]  # noqa: F821
    | Annotated["Physician", strawberry.lazy("schema.physician")]  # noqa: F821
    | Annotated["Topic", strawberry.lazy("schema.topic")]  # noqa: F821
    | Annotated["Disclaimer", strawberry.lazy("schema.disclaimer")]  # noqa: F821
    | ExternalPage,
    strawberry.union("LinkTarget", description="What a link leads to, or comes from."),
]


async def _other_ends(edges: Sequence[Edge], context: Context, below: Below = None) -> list[Any]:
    """What stands at the other end of each link: a row, or an external page."""
    ids = [edge.edition for edge in edges if edge.edition is not None]
    rows = iter(await editions.by_edition(ids, context.reading_of(below)))
    return [External(edge.url or "", edge.label or "") if edge.edition is None else next(rows) for edge in edges]


@strawberry.type(description="A link: what it says, and what stands at its other end.")
class LinkEdge:
    cursor: str = strawberry.field(description="The cursor of the entry, for after and before.")
    node: LinkTarget = batched(returns=LinkTarget, description="What stands at the other end of the link.")(_other_ends)
    kind: LinkKindType = strawberry.field(description="What the link says of its target.")
    heading: str | None = strawberry.field(
        description="The group under which the link is shown, for example You may also find helpful."
    )
    note: str | None = strawberry.field(description="Why the link is there, in the editor's words.")
    role: str | None = strawberry.field(description="In which role the physician acted, for example medical reviewer.")
    credential: str | None = strawberry.field(description="The credential that the physician held at the time.")
    position: int = strawberry.field(description="The place of the link among all links of its source, counted from 0.")


async def _edges(handles: Sequence[Handle], _context: Context) -> list[list[Edge]]:
    return [page.entries for page in await connection.pages_of(handles)]


async def _nodes(handles: Sequence[Handle], context: Context, below: Below = None) -> list[list[Any]]:
    pages: list[Page[Edge]] = await connection.pages_of(handles)
    ends = iter(await _other_ends([link for page in pages for link in page.entries], context, below))
    return [[next(ends) for _ in page.entries] for page in pages]


@strawberry.type(description="The links of a node, a page at a time.")
class LinkConnection:
    edges: list[LinkEdge] = batched(returns=list[LinkEdge], description="The links of this page.")(_edges)
    nodes: list[LinkTarget] = batched(
        returns=list[LinkTarget], description="What stands at the other ends of this page's links."
    )(_nodes)
    page_info: PageInfo = batched(returns=PageInfo, description="Where this page stands in the whole.")(
        connection.page_infos
    )
    total_count: int = batched(returns=int, description="How many links there are.")(connection.totals)


@dataclass(frozen=True)
class Asked:
    """Which links a field asks for, and which window of them."""

    which: Links
    window: Window


def _asked(which: Links, first: int | None, after: str | None, last: int | None, before: str | None) -> Asked:
    return Asked(which, window(which.tag, which.keys, first, after, last, before))


def _forward(
    kinds: Kinds = None, first: First = None, after: After = None, last: Last = None, before: Before = None
) -> Asked:
    which = Links(kinds=None if kinds is None else tuple(kinds))
    return _asked(which, first, after, last, before)


def _backward(
    kinds: Kinds = None, first: First = None, after: After = None, last: Last = None, before: Before = None
) -> Asked:
    which = Links(backward=True, kinds=None if kinds is None else tuple(kinds))
    return _asked(which, first, after, last, before)


async def links_from(rows: Rows, context: Context, asked: Asked) -> list[Handle]:
    """The links that some rows bear."""
    return link_source(asked.which, asked.window, [row.edition_id for row in rows], context.reading).handles()


async def _links_to(rows: Rows, context: Context, asked: Asked) -> list[Handle]:
    return link_source(asked.which, asked.window, [row.node_id for row in rows], context.reading).handles()


def link_field(*, backward: bool, description: str) -> Any:
    """A field: the links that content bears, or those that lead to it."""
    load, prepare = (_links_to, _backward) if backward else (links_from, _forward)
    return batched(returns=LinkConnection, description=description, prepare=prepare)(load)


def linked_nodes(kind: LinkKind, target: Kind, description: str) -> Any:
    """A field: the nodes that links of one kind lead to, all of them, in the editor's order."""

    async def load(rows: Rows, context: Context, below: Below = None) -> list[list[Row]]:
        ids = [row.edition_id for row in rows]
        return await editions.linked_rows(kind, target, ids, context.reading_of(below))

    return batched(returns=list[lazily(target)], description=description)(load)  # type: ignore[misc]


def linking_nodes(kind: LinkKind, source: Kind | None, returns: Any, description: str) -> Any:
    """A field: the content of one kind, or of any, that links to a node, as a connection, the newest first."""
    which = Links(backward=True, kinds=(kind,), sources=None if source is None else (source,), once=True)

    def prepare(first: First = None, after: After = None, last: Last = None, before: Before = None) -> Asked:
        return _asked(which, first, after, last, before)

    async def load(rows: Rows, context: Context, asked: Asked, below: Below = None) -> list[Handle]:
        nodes = [row.node_id for row in rows]
        return row_source(which, asked.window, nodes, source, context.reading_of(below)).handles()

    return batched(returns=returns, description=description, prepare=prepare)(load)


def lazily(kind: Kind) -> Any:
    """The GraphQL type of a kind, named before it is defined."""
    name = kind.value.capitalize()
    return Annotated[name, strawberry.lazy(f"schema.{kind.value}")]
