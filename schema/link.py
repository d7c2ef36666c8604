"""Links as edges of connections, and the shortcuts that read the same table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import strawberry

from loaders import editions, links
from loaders.links import Links
from loaders.paging import Page, window
from loaders.rows import Row
from models import Kind, LinkKind
from schema import connection
from schema.batched import batched
from schema.connection import After, Before, First, Handle, Last, PageInfo, link_source, row_source
from schema.context import Context
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


@dataclass(frozen=True, eq=False)
class LinkEntry:
    """The root of the type LinkEdge."""

    cursor: str
    link: links.Edge


async def _other_ends(entries: Sequence[LinkEntry], context: Context) -> list[Any]:
    return await _ends([entry.link for entry in entries], context)


async def _ends(edges: Sequence[links.Edge], context: Context) -> list[Any]:
    """What stands at the other end of each link: a row, or an external page."""
    ids = [edge.edition for edge in edges if edge.edition is not None]
    rows = dict(zip(ids, await editions.by_edition(ids, context.reading), strict=True))
    return [
        External(edge.url or "", edge.label or "") if edge.edition is None else rows[edge.edition] for edge in edges
    ]


@strawberry.type(description="A link: what it says, and what stands at its other end.")
class LinkEdge:
    cursor: str = strawberry.field(description="The cursor of the entry, for after and before.")
    node: LinkTarget = batched(returns=LinkTarget, description="What stands at the other end of the link.")(_other_ends)

    @strawberry.field(description="What the link says of its target.")
    def kind(root: strawberry.Parent[LinkEntry]) -> LinkKindType:  # noqa: N805
        return root.link.kind

    @strawberry.field(description="The group under which the link is shown, for example You may also find helpful.")
    def heading(root: strawberry.Parent[LinkEntry]) -> str | None:  # noqa: N805
        return root.link.heading

    @strawberry.field(description="Why the link is there, in the editor's words.")
    def note(root: strawberry.Parent[LinkEntry]) -> str | None:  # noqa: N805
        return root.link.note

    @strawberry.field(description="In which role the physician acted, for example medical reviewer.")
    def role(root: strawberry.Parent[LinkEntry]) -> str | None:  # noqa: N805
        return root.link.role

    @strawberry.field(description="The credential that the physician held at the time.")
    def credential(root: strawberry.Parent[LinkEntry]) -> str | None:  # noqa: N805
        return root.link.credential

    @strawberry.field(description="The place of the link among all links of its source, counted from 0.")
    def position(root: strawberry.Parent[LinkEntry]) -> int:  # noqa: N805
        return root.link.position


async def _entries(handles: Sequence[Handle], context: Context) -> list[list[LinkEntry]]:
    pages = await connection.pages_of(handles, context)
    return [[LinkEntry(c, link) for c, link in zip(p.cursors, p.entries, strict=True)] for p in pages]


async def _nodes(handles: Sequence[Handle], context: Context) -> list[list[Any]]:
    pages: list[Page[links.Edge]] = await connection.pages_of(handles, context)
    ends = iter(await _ends([link for page in pages for link in page.entries], context))
    return [[next(ends) for _ in page.entries] for page in pages]


@strawberry.type(description="The links of a node, a page at a time.")
class LinkConnection:
    edges: list[LinkEdge] = batched(returns=list[LinkEdge], description="The links of this page.")(_entries)
    nodes: list[LinkTarget] = batched(
        returns=list[LinkTarget], description="What stands at the other ends of this page's links."
    )(_nodes)
    page_info: PageInfo = batched(returns=PageInfo, description="Where this page stands in the whole.")(
        connection.page_infos
    )
    total_count: int = batched(returns=int, description="How many links there are.")(connection.totals)


async def links_from(
    rows: Rows,
    context: Context,
    kinds: Kinds = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> list[Handle]:
    """The links that each edition bears."""
    which = Links(kinds=None if kinds is None else tuple(kinds))
    source = link_source(which, window(which.tag, which.keys, first, after, last, before), context)
    return [Handle(source, row.edition_id) for row in rows]


async def links_to(
    rows: Rows,
    context: Context,
    kinds: Kinds = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> list[Handle]:
    """The links that lead to each node."""
    which = Links(backward=True, kinds=None if kinds is None else tuple(kinds))
    source = link_source(which, window(which.tag, which.keys, first, after, last, before), context)
    return [Handle(source, row.node_id) for row in rows]


def linked_nodes(kind: LinkKind, target: Kind, description: str) -> Any:
    """A field: the nodes that links of one kind lead to, all of them, in the editor's order."""

    async def load(rows: Rows, context: Context) -> list[list[Row]]:
        ids = await links.targets(kind, [row.edition_id for row in rows], context.reading)
        found = iter(await editions.by_edition([id for each in ids for id in each], context.reading, target))
        return [[row for _ in each if (row := next(found)) is not None] for each in ids]

    return batched(returns=list[lazily(target)], description=description)(load)  # type: ignore[misc]


def linking_nodes(kind: LinkKind, source: Kind | None, returns: Any, description: str) -> Any:
    """A field: the content of one kind, or of any, that links to a node, as a connection, the newest first."""
    which = Links(backward=True, kinds=(kind,), sources=None if source is None else (source,), once=True)

    async def load(
        rows: Rows,
        context: Context,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> list[Handle]:
        asked = window(which.tag, which.keys, first, after, last, before)
        found = row_source(link_source(which, asked, context), source, context)
        return [Handle(found, row.node_id) for row in rows]

    return batched(returns=returns, description=description)(load)


def lazily(kind: Kind) -> Any:
    """The GraphQL type of a kind, named before it is defined."""
    name = kind.value.capitalize()
    return Annotated[name, strawberry.lazy(f"schema.{kind.value}")]
