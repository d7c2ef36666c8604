"""Suggestions: what is like some content. Computed, and never mixed up with the links that editors chose."""

from collections.abc import Sequence
from typing import Annotated, Any

import strawberry

from engine.batched import batched
from errors import BadRequest
from loaders.rows import Row
from loaders.suggestions import MOST, suggested
from schema.content import Content
from schema.context import Below, Context

USUAL = 5


def _first(
    first: Annotated[
        int | None, strawberry.argument(description=f"How many at the most, up to {MOST}; {USUAL} where it is null.")
    ] = USUAL,
) -> int:
    first = USUAL if first is None else first
    if not 0 <= first <= MOST:
        raise BadRequest(f"first must be from 0 to {MOST}, and is {first}.")
    return first


async def _suggestions(rows: Sequence[Row], context: Context, first: int, below: Below = None) -> list[list[Row]]:
    return await suggested([row.edition_id for row in rows], first, context.reading_of(below))


def suggestions_field(called: str) -> Any:
    """The field of some content, which its description calls by a name."""
    return batched(
        returns=list[Content],
        prepare=_first,
        description=f"Live articles and procedures that are most like the {called}, by topics, links and text, and that"
        " it does not link to. They are computed when content is published, the most alike first; what editors chose"
        " stands in links, and comes before them.",
    )(_suggestions)
