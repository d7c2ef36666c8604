"""The scalars for days, moments and positions: read strictly, and described in our own words."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import lru_cache

from graphql import GraphQLError
from strawberry.schema.types.base_scalars import DateDefinition, DateTimeDefinition
from strawberry.types.scalar import ScalarDefinition

from errors import BadCursor
from loaders.position import Position, position_of


@lru_cache(8192)
def _in_utc(moment: datetime) -> str:
    return moment.isoformat()


def written(moment: datetime) -> str:
    """A moment as ISO 8601 writes it. Those of the database are in UTC, and the same ones come again and again."""
    return _in_utc(moment) if moment.tzinfo is UTC else moment.isoformat()  # equal moments elsewhere are written apart


def _reader(form: str, read: Callable[[str], date], called: str) -> Callable[[object], date]:
    """Reads what has a form, and means something; all else is a request error, which says nothing of Python's own."""
    pattern = re.compile(form, re.ASCII)

    def reader(given: object) -> date:
        if isinstance(given, str) and pattern.fullmatch(given):
            with suppress(ValueError, OverflowError):
                return read(given)
        raise GraphQLError(f"A {called}.")

    return reader


def _position(given: object) -> Position:
    try:
        return position_of(given)
    except BadCursor as error:
        raise GraphQLError(str(error), extensions=error.extensions) from None


DAY = r"\d{4}-\d\d-\d\d"
MOMENT = DAY + r"T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?"
SCALARS: Mapping[object, ScalarDefinition] = {
    date: replace(
        DateDefinition,
        parse_value=_reader(DAY, date.fromisoformat, "Date is a day as ISO 8601 writes it, for example 2026-03-01"),
        description="A day as ISO 8601 writes it, for example 2026-03-01.",
    ),
    datetime: replace(
        DateTimeDefinition,
        serialize=written,
        parse_value=_reader(
            MOMENT,
            datetime.fromisoformat,
            "DateTime is a moment as ISO 8601 writes it, for example 2026-03-01T09:00:00Z",
        ),
        description="A moment as ISO 8601 writes it, with its offset from UTC, for example 2026-03-01T09:00:00Z.",
    ),
    Position: ScalarDefinition(
        name="Revision",
        description="Where a copy of the graph stands: the whole number of a revision, or between the pages of a sync a"
        " text that is to be passed back as it was received. It comes as a string; a number is taken too.",
        specified_by_url=None,
        serialize=str,
        parse_value=_position,
        parse_literal=None,
    ),
}
