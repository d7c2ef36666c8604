"""The documents of many rows at once, and what those of all kinds have."""

from collections.abc import Callable, Sequence

from loaders import editions, links
from loaders.paging import Window
from loaders.rows import Row
from models import Kind, LinkKind
from models.link import EXTERNAL
from schema.context import Context
from schema.json_ld.article import article
from schema.json_ld.disclaimer import legal, usage_info
from schema.json_ld.page import Page
from schema.json_ld.physician import physician
from schema.json_ld.procedure import procedure
from schema.json_ld.terms import Document, filled
from schema.json_ld.topic import topic

LINKED_FIELDS = frozenset({"text", "jobTitle"})
"""What documents say of the nodes beside their own, as fields that a query would select."""
LINKS = links.Links(kinds=tuple(LinkKind), once=True)
MOST = Window(1000)
"""How many links of a page are told: more than an editor will make."""


async def documents(rows: Sequence[Row], context: Context) -> list[Document]:
    """The JSON-LD document of each row. As many statements for one row as for a hundred: three.

    One finds the disclaimers, one the links of every kind, one what these lead to.
    """
    reading = context.reading_of(LINKED_FIELDS)
    disclaimers = await editions.disclaimers_of(rows, reading)
    pages = await links.linked(LINKS, [row.edition_id for row in rows], MOST, reading)
    edges = [page.entries for page in pages]
    targets = [edge.edition for each in edges for edge in each if edge.edition is not None]
    found = dict(zip(targets, await editions.by_edition(targets, reading), strict=True))
    return [
        _document(Page(row, context.settings, disclaimer, [(edge, found.get(edge.edition or "")) for edge in each]))
        for row, disclaimer, each in zip(rows, disclaimers, edges, strict=True)
    ]


def _document(page: Page) -> Document:
    row, settings, own = page.row, page.settings, PAGES[page.row.kind](page)
    document: Document = filled(
        {
            "@context": "https://schema.org",
            "@type": own["@type"],
            "url": page.url,
            "name": row.title,
            "description": row.summary,
            "inLanguage": row.locale,
            "datePublished": row.published_at.isoformat(),
            "dateModified": row.updated_at.isoformat(),
            "version": row.version,
            "publisher": {"@type": "Organization", "name": settings.publisher, "url": settings.site_url},
            "usageInfo": page.disclaimer and usage_info(page.disclaimer, page),
            "about": page.topics(),
            "relatedLink": page.related(EXTERNAL),
            **own,
        }
    )
    return document


PAGES: dict[Kind, Callable[[Page], Document]] = {
    Kind.ARTICLE: article,
    Kind.PROCEDURE: procedure,
    Kind.PHYSICIAN: physician,
    Kind.TOPIC: topic,
    Kind.DISCLAIMER: legal,
}
"""What only the pages of a kind have: their type, and what they are mainly about."""
