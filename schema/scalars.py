"""The scalars for days and moments, described in our own words."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import lru_cache

from strawberry.schema.types.base_scalars import DateDefinition, DateTimeDefinition
from strawberry.types.scalar import ScalarDefinition


@lru_cache(8192)
def _in_utc(moment: datetime) -> str:
    return moment.isoformat()


def written(moment: datetime) -> str:
    """A moment as ISO 8601 writes it. Those of the database are in UTC, and the same ones come again and again."""
    return _in_utc(moment) if moment.tzinfo is UTC else moment.isoformat()  # equal moments elsewhere are written apart


SCALARS: Mapping[object, ScalarDefinition] = {
    date: replace(DateDefinition, description="A day as ISO 8601 writes it, for example 2026-03-01."),
    datetime: replace(
        DateTimeDefinition,
        serialize=written,
        description="A moment as ISO 8601 writes it, with its offset from UTC, for example 2026-03-01T09:00:00Z.",
    ),
}
