"""A hit of a search: its score, its highlights, and the disclaimer that these need."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import strawberry

from engine.batched import batched
from errors import BadRequest
from loaders import editions
from loaders.paging import Page
from loaders.rows import Row
from loaders.search import highlights as marking
from loaders.search.hits import MICRO, Hit
from schema.content import Content
from schema.context import Below, Context
from schema.disclaimer import Disclaimer

MOST_FRAGMENTS = 5


@dataclass(frozen=True, eq=False, slots=True)
class Found:
    """The root of a hit: an entry of a page, and the terms that it was found by."""

    page: Page[Hit]
    place: int
    terms: frozenset[str]

    @property
    def hit(self) -> Hit:
        """The hit."""
        return self.page.entries[self.place]

    @property
    def score(self) -> float:
        """How well it answers the question."""
        return self.hit.score / MICRO

    @property
    def cursor(self) -> str:
        """The cursor of the hit."""
        return self.page.cursor(self.place)


async def rows_of(found: Sequence[Found], context: Context, below: Below = None) -> list[Row]:
    """The row of each hit."""
    rows: Any = await editions.by_edition([each.hit.edition for each in found], context.reading_of(below))
    return list(rows)


def _fallbacks(found: Sequence[Found], context: Context) -> list[bool]:
    return [each.hit.locale != context.reading.perspective.locales[0] for each in found]


async def _disclaimers(found: Sequence[Found], context: Context, below: Below = None) -> list[Row | None]:
    rows = await rows_of(found, context, frozenset({"disclaimer"}))
    return await editions.disclaimers_of(rows, context.reading_of(below))


@strawberry.type(description="A part of a text, counted in Unicode code points.")
class TextRange:
    start: int = strawberry.field(description="The place of its first character, counted from 0.")
    end: int = strawberry.field(description="The place behind its last character.")


@strawberry.type(description="A piece of a text in which words of the question stand.")
class Fragment:
    text: str = strawberry.field(description="The piece as plain text.")
    marks: list[TextRange] = strawberry.field(description="Where the words of the question stand in the piece.")
    html: str = strawberry.field(description="The piece as HTML, with the words of the question in <mark>.")


@strawberry.type(description="Where the words of the question stand in one field of a hit.")
class Highlight:
    field: str = strawberry.field(description="The name of the field, as in the graph: title, body, or sections.")
    fragments: list[Fragment] = strawberry.field(
        description="Pieces of the field, those with the most words of the question first."
    )


def _fragments(
    fragments: Annotated[int, strawberry.argument(description="How many fragments of a field, 1 to 5.")] = 2,
) -> int:
    if not 1 <= fragments <= MOST_FRAGMENTS:
        raise BadRequest(f"fragments must be from 1 to {MOST_FRAGMENTS}, and is {fragments}.")
    return fragments


async def _highlights(found: Sequence[Found], context: Context, most: int) -> list[list[marking.Highlight]]:
    rows = await rows_of(found, context)
    return [marking.highlights(row, each.terms, most) for row, each in zip(rows, found, strict=True)]


@strawberry.type(description="A hit of a search.")
class SearchEdge:
    cursor: str = strawberry.field(description="The cursor of the hit, for after.")
    score: float = strawberry.field(
        description="How well the hit answers the question. Scores of different questions cannot be compared."
    )
    fallback: bool = batched(
        returns=bool, description="Whether the hit is served in another locale than the operation asks for first."
    )(_fallbacks)
    highlights: list[Highlight] = batched(
        returns=list[Highlight],
        prepare=_fragments,
        description="Where the words of the question stand. Of an article this is article content: it needs the"
        " disclaimer, here or in the node.",
    )(_highlights)
    disclaimer: Disclaimer | None = batched(
        returns=Disclaimer | None,
        description="The disclaimer that the hit's content must be shown with; null where it needs none.",
    )(_disclaimers)
    node: Content = batched(returns=Content, description="The content that was found.")(rows_of)
