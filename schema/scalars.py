"""The scalars for days and moments, described in our own words."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from strawberry.schema.types.base_scalars import DateDefinition, DateTimeDefinition
from strawberry.types.scalar import ScalarDefinition

SCALARS: Mapping[object, ScalarDefinition] = {
    date: replace(DateDefinition, description="A day as ISO 8601 writes it, for example 2026-03-01."),
    datetime: replace(
        DateTimeDefinition,
        description="A moment as ISO 8601 writes it, with its offset from UTC, for example 2026-03-01T09:00:00Z.",
    ),
}
