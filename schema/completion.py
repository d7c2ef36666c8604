"""Completing what somebody types: the names of content that begin so."""

from collections.abc import Sequence
from typing import Annotated, Any, cast

import strawberry

from engine.batched import batched
from errors import BadRequest
from loaders import editions
from loaders.rows import Row
from loaders.search.completions import Completion as Found
from loaders.search.completions import completions
from models import Kind
from schema.content import Content
from schema.context import Below, Context
from schema.directives import PRESENT
from schema.disclaimer import Disclaimer
from schema.search_kind import SearchKind

USUAL, MOST = 10, 20
"""How many completions there are unless somebody asks for another number, and how many at the most."""
LONGEST = 200
COST = 50
"""What completing costs beside its fields: it takes the time of so many."""
Asked = tuple[str, tuple[Kind, ...] | None, int]


def _kinds(found: Sequence[Found], _context: Context) -> list[Any]:
    return [SearchKind(each.kind) for each in found]


async def _nodes(found: Sequence[Found], context: Context, below: Below = None) -> list[Row | None]:
    return await editions.by_edition([each.edition for each in found], context.reading_of(below))


async def _disclaimers(found: Sequence[Found], context: Context, below: Below = None) -> list[Row | None]:
    """The disclaimers of the articles among them: two statements, however many there are."""
    ids = [each.edition for each in found if each.kind is Kind.ARTICLE]
    articles = iter(await editions.by_edition(ids, context.reading_of(frozenset({"disclaimer"})), Kind.ARTICLE))
    rows = [next(articles) if each.kind is Kind.ARTICLE else None for each in found]
    return await editions.disclaimers_of(rows, context.reading_of(below))


@strawberry.type(description="A name of content that begins as somebody types.")
class Completion:
    text: str = strawberry.field(
        description="The title or other name as it is written. Of an article this is article content: it needs the"
        " disclaimer, here or in the node."
    )
    kind: SearchKind = batched(returns=SearchKind, description="What kind of content has the name.")(_kinds)
    node: Content = batched(returns=Content, description="The content that has the name.")(_nodes)
    disclaimer: Disclaimer | None = batched(
        returns=Disclaimer | None,
        description="The disclaimer of the article that has the name; null where it is no article's.",
    )(_disclaimers)


def _prepare(
    prefix: Annotated[
        str,
        strawberry.argument(description="What was typed, up to 200 characters. Behind a space the last word is whole."),
    ],
    kinds: Annotated[
        list[SearchKind] | None, strawberry.argument(description="Whose names; those of everything where it is null.")
    ] = None,
    first: Annotated[int | None, strawberry.argument(description="How many completions, 1 to 20.")] = USUAL,
) -> Asked:
    size = USUAL if first is None else first
    if not 1 <= size <= MOST:
        raise BadRequest(f"first must be from 1 to {MOST}, and is {size}.")
    if len(prefix) > LONGEST:
        raise BadRequest(f"prefix takes up to {LONGEST} characters, and got {len(prefix)}.")
    return prefix, None if kinds is None else tuple(cast(Kind, each.value) for each in kinds), size


async def _completions(roots: Sequence[Any], context: Context, asked: Asked) -> list[list[Found]]:
    prefix, kinds, size = asked
    return [await completions(prefix, kinds, size, context.reading)] * len(roots)


suggest_field = batched(
    returns=list[Completion],
    prepare=_prepare,
    requires=PRESENT,
    cost=COST,
    description="Titles, names of physicians, topics and other names that begin with what was typed, each node once:"
    " those that begin so themselves first, then those of which a later word does; short ones first. It answers of the"
    " present: asOf is refused.",
)(_completions)
