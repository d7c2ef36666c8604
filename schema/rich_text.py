"""Rich text as it is served: references become links to what the perspective sees, or plain words."""

from collections.abc import Sequence
from dataclasses import replace

import strawberry

from engine.batched import batched
from loaders import editions
from loaders.rows import Row
from models.references import serve
from models.rich_text import Block as StoredBlock
from models.rich_text import Heading as StoredHeading
from models.rich_text import RichText as StoredText
from models.rich_text import Span as StoredSpan
from schema.content import Content, page_url
from schema.context import NO_TEXT, Below, Context
from schema.values import OWN_TYPES, BlockType, MarkType, value_type

Heading = value_type(StoredHeading)
Texts = Sequence[StoredText]


@strawberry.type(description="A run of text with one set of marks.")
class Span:
    text: str = strawberry.field(description="The text.")
    marks: list[MarkType] = strawberry.field(description="How the text is set apart.")
    url: str | None = strawberry.field(
        description="Where the text links to: an address, or the page of the node that it refers to."
    )


@strawberry.type(
    description="A block of rich text. The blocks are a flat list in reading order; parent makes it a tree."
)
class Block:
    kind: BlockType = strawberry.field(description="What the block is.")
    parent: int | None = strawberry.field(
        description="The place of the enclosing block in the list, counted from 0; null at the top."
    )
    level: int | None = strawberry.field(description="The level of a heading, 1 to 6.")
    ordered: bool | None = strawberry.field(description="Whether a list is numbered.")
    anchor: str | None = strawberry.field(description="The anchor of a heading or footnote, without #.")
    spans: list[Span] = strawberry.field(description="The text of the block, in runs.")


async def visible(texts: Texts, context: Context, below: Below = NO_TEXT) -> dict[str, Row]:
    """The nodes that some texts refer to, as far as the perspective sees them, by their ids: one statement."""
    ids = list(dict.fromkeys(id for text in texts for id in text.references))
    if not ids:
        return {}
    rows = await editions.by_node(ids, context.reading_of(below))
    if context.met is not None:
        context.met += rows
    return {row.node_id: row for row in rows if row is not None}


async def _urls(texts: Texts, context: Context) -> dict[str, str]:
    return {id: page_url(row, context) for id, row in (await visible(texts, context)).items()}


async def _html(texts: Texts, context: Context) -> list[str]:
    urls = await _urls(texts, context)
    return [serve(text.html, urls) for text in texts]


async def _blocks(texts: Texts, context: Context) -> list[list[StoredBlock]]:
    urls = await _urls(texts, context)

    def span(stored: StoredSpan) -> StoredSpan:
        return replace(stored, url=urls.get(stored.node)) if stored.node else stored

    return [[replace(block, spans=[span(s) for s in block.spans]) for block in text.blocks] for text in texts]


async def _references(texts: Texts, context: Context, below: Below = None) -> list[list[Row]]:
    rows = await visible(texts, context, below)
    return [[rows[id] for id in text.references if id in rows] for text in texts]


@strawberry.type(description="Rich text, in every form that a client may want.")
class RichText:
    html: str = batched(
        returns=str, description="Sanitised HTML. References to nodes link to their pages, where they can be seen."
    )(_html)
    text: str = strawberry.field(description="The plain text.")
    blocks: list[Block] = batched(returns=list[Block], description="The text as a tree of blocks, for native apps.")(
        _blocks
    )
    table_of_contents: list[Heading] = strawberry.field(description="The headings of the text, with their anchors.")
    word_count: int = strawberry.field(description="How many words the text has.")
    references: list[Content] = batched(
        returns=list[Content], description="The nodes that the text refers to and that can be seen, each once."
    )(_references)


OWN_TYPES[StoredText] = RichText
