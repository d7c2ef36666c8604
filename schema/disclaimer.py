"""Disclaimers, and how content comes by its own."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from html import escape
from typing import Annotated, Any

import strawberry

from engine.batched import batched
from loaders import editions
from loaders.rows import Row
from models.rich_text import Block, BlockKind, Span
from models.rich_text import RichText as StoredText
from schema.content import Content
from schema.context import Below, Context
from schema.rich_text import RichText
from schema.values import DisclaimerKind, Placement


def _kinds(rows: Sequence[Row], _context: Context) -> list[Any]:
    return [row.disclaimer_kind for row in rows]


def _bodies(rows: Sequence[Row], _context: Context) -> list[StoredText]:
    """Rich text that always has the words: whoever selects it has selected the disclaimer."""
    return [row.body if row.body.text.strip() else _paragraphs(row.text) for row in rows]


@lru_cache(256)
def _paragraphs(text: str) -> StoredText:
    """Plain text as rich text."""
    paragraphs = [each.strip() for each in text.split("\n\n") if each.strip()]
    return StoredText(
        html="".join(f"<p>{escape(each)}</p>\n" for each in paragraphs),
        text=text,
        blocks=[Block(kind=BlockKind.PARAGRAPH, spans=[Span(text=each)]) for each in paragraphs],
        word_count=len(text.split()),
    )


@strawberry.type(description="A disclaimer: what readers must know beside the content.")
class Disclaimer(Content):
    text: str = strawberry.field(description="The disclaimer as plain text.")
    body: RichText = batched(
        returns=RichText,
        description="The disclaimer as rich text; its plain text in paragraphs where only that is set.",
    )(_bodies)
    effective_from: date = strawberry.field(description="The first day on which the disclaimer holds.")
    effective_until: date | None = strawberry.field(description="The last day on which the disclaimer holds.")
    placement: Placement = strawberry.field(description="Where the disclaimer must stand.")
    jurisdictions: list[str] = strawberry.field(description="Where it holds, as ISO 3166 codes; everywhere when empty.")
    acknowledgement_required: bool = strawberry.field(
        description="Whether readers must confirm that they have read it."
    )
    content_hash: str = strawberry.field(description="The SHA-256 of locale, title and text, a line each, in hex.")
    publisher: str | None = strawberry.field(description="Who publishes the disclaimer.")
    version: int = strawberry.field(description="The number of the edition of the disclaimer.")
    kind: DisclaimerKind = batched(returns=DisclaimerKind, description="What the disclaimer is for.")(_kinds)


async def disclaimers_of(rows: Sequence[Row], context: Context, below: Below = None) -> list[Row | None]:
    """The disclaimer of each row, in the locale that the row was served in, at the same revision."""
    return await editions.disclaimers_of(rows, context.reading_of(below))


def disclaimer_field(description: str) -> Any:
    """The field of content that bears a disclaimer."""
    lazy = Annotated["Disclaimer", strawberry.lazy("schema.disclaimer")]
    return batched(returns=lazy, description=description)(disclaimers_of)
