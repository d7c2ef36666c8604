"""What all content has: the interfaces Node and Content, and the fields that they carry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import strawberry
from strawberry.scalars import JSON

from engine.batched import batched
from loaders import editions
from loaders.rows import Row
from models import Kind, LinkKind
from schema import json_ld
from schema.context import Context
from schema.link import LinkConnection, link_field, linked_nodes

Rows = Sequence[Row]


@strawberry.interface(description="An object with a global identity that outlives its text.")
class Node:
    id: strawberry.ID = strawberry.field(
        description="The opaque global id: the same in every locale and at every revision."
    )

    @classmethod
    def is_type_of(cls, root: Any, _info: Any) -> bool:
        """Rows are no instances of these types: they name theirs."""
        return bool(root.typename == cls.__name__)

    @staticmethod
    def resolve_type(root: Any, _info: Any, _type: Any) -> str:
        """The name of the type that a row is of."""
        return str(root.typename)


@strawberry.type(description="A published wording of a node: an edition, with its times.")
class Edition:
    version: int = strawberry.field(
        description="The number of the edition: 1, 2, … per node and locale. A draft has the next."
    )
    locale: str = strawberry.field(description="The locale of the edition (BCP 47).")
    revision: int | None = strawberry.field(description="The revision that made it live; null for a draft.")
    published_at: datetime | None = strawberry.field(description="When it became live; null for a draft.")
    superseded_at: datetime | None = strawberry.field(
        description="When it was replaced or withdrawn, as far as this perspective knows."
    )


@strawberry.type(description="What search engines are told of a page.")
class Seo:
    title: str = strawberry.field(description="The title for search results.")
    description: str = strawberry.field(description="The description for search results.")
    canonical_url: str = strawberry.field(description="The URL that search engines should keep.")
    robots: str = strawberry.field(description="The robots directive.")


@strawberry.type(description="The same content in another locale.")
class Translation:
    locale: str = strawberry.field(description="The locale (BCP 47).")
    slug: str = strawberry.field(description="The slug in that locale.")
    url: str = strawberry.field(description="The URL of the page in that locale.")


@dataclass(frozen=True)
class EditionInfo:
    """The root of the type Edition."""

    version: int
    locale: str
    revision: int | None
    published_at: datetime | None
    superseded_at: datetime | None


async def _edition_infos(rows: Rows, context: Context) -> list[EditionInfo]:
    """What is known of editions at the perspective's revision: what came later is not known yet."""
    head = context.reading.perspective.revision
    ends = [row.until if row.until is not None and row.until <= head else None for row in rows]
    starts = [row.since for row in rows]
    known = sorted({revision for revision in (*starts, *ends) if revision is not None})
    times = dict(zip(known, await editions.release_times(known, context.reading), strict=True))
    return [
        EditionInfo(row.version, row.locale, start, times.get(start), times.get(end))
        for row, start, end in zip(rows, starts, ends, strict=True)
    ]


async def _history(rows: Rows, context: Context) -> list[list[EditionInfo]]:
    past = await editions.history([row.node_id for row in rows], context.reading)
    infos = iter(await _edition_infos([row for each in past for row in each], context))
    return [[next(infos) for _ in each] for each in past]


async def _translations(rows: Rows, context: Context) -> list[list[Translation]]:
    found = await editions.translations([row.node_id for row in rows], context.reading)
    url, order = context.settings.url, {locale: place for place, locale in enumerate(context.settings.fallbacks)}
    return [
        [
            Translation(locale=locale, slug=slug, url=url(kind, locale, slug))
            for locale, slug, kind in sorted(each, key=lambda page: order.get(page[0], len(order)))
            if locale in order
        ]
        for each in found
    ]


def page_url(row: Row, context: Context) -> str:
    """The URL of the page that shows a row. The row keeps it: it is the same for every request."""
    if row.url is None:
        row.url = context.settings.url(row.kind, row.locale, row.slug)
    return row.url


def _urls(rows: Rows, context: Context) -> list[str]:
    return [page_url(row, context) for row in rows]


def _seos(rows: Rows, context: Context) -> list[Seo]:
    return [
        Seo(
            title=row.seo.title or row.title,
            description=row.seo.description or row.summary,
            canonical_url=row.seo.canonical_url or page_url(row, context),
            robots=row.seo.robots or "index,follow",
        )
        for row in rows
    ]


@strawberry.interface(description="A page of content: an article, procedure, physician, topic or disclaimer.")
class Content(Node):
    slug: str = strawberry.field(description="The readable name of the page, unique per type and locale.")
    title: str = strawberry.field(description="The title; of a physician, the name as displayed.")
    summary: str = strawberry.field(description="A sentence or two that stand under the title; empty where unset.")
    locale: str = strawberry.field(description="The locale in which the content was served (BCP 47).")
    published_at: datetime = strawberry.field(
        description="When the node was first published in this locale; of a draft never published, when it was saved."
    )
    updated_at: datetime = strawberry.field(description="When this wording was published, or the draft saved.")
    url: str = batched(returns=str, description="The URL of the page on the publisher's site.")(_urls)
    seo: Seo = batched(
        returns=Seo, description="What search engines are told: the editor's words, or the content's own."
    )(_seos)
    json_ld: JSON = batched(
        returns=JSON, description="The page as schema.org JSON-LD, its disclaimer included as usageInfo."
    )(json_ld.documents)
    edition: Edition = batched(returns=Edition, description="Which wording this is, with its times.")(_edition_infos)
    history: list[Edition] = batched(
        returns=list[Edition],
        requires="content:history",
        description="Every published wording up to this revision, newest first. Needs the scope content:history.",
    )(_history)
    translations: list[Translation] = batched(
        returns=list[Translation],
        description="The locales of the site in which the content is available, with their pages.",
    )(_translations)
    topics: list[Annotated["Topic", strawberry.lazy("schema.topic")]] = linked_nodes(  # noqa: F821
        LinkKind.ABOUT, Kind.TOPIC, "The topics that the content is about, in the editor's order."
    )
    links: LinkConnection = link_field(backward=False, description="What the content links to, in the editor's order.")
    linked_from: LinkConnection = link_field(backward=True, description="What links to the content, the newest first.")
