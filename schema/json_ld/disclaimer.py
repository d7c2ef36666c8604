"""Disclaimers, as the ``usageInfo`` of other pages and as pages of their own."""

from loaders.rows import Row
from schema.json_ld.page import Page
from schema.json_ld.terms import Document, digest, organization


def usage_info(row: Row, page: Page) -> Document:
    """A disclaimer, whole: its wording, and version and hash to prove it."""
    return {
        "@type": "CreativeWork",
        "name": row.title,
        "text": row.text,
        "url": page.url_of(row),
        "version": row.version,
        "identifier": digest(row.content_hash),
        "expires": row.effective_until and row.effective_until.isoformat(),
        "publisher": organization(row.publisher),
    }


def legal(page: Page) -> Document:
    """The page of a disclaimer. The period for which it holds is written as ISO 8601 has it."""
    row = page.row
    until = row.effective_until.isoformat() if row.effective_until else ".."
    period = f"{row.effective_from.isoformat()}/{until}"
    wording = usage_info(row, page) | {"genre": row.disclaimer_kind.value, "temporalCoverage": period}
    return {"@type": "WebPage", "mainEntity": wording}
