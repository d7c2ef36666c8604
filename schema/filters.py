"""The filters and orders of lists. What may stand in them is in the tables of ``loaders/filters.py``."""

import dataclasses
from datetime import date, datetime
from enum import Enum
from typing import Any

import strawberry

from loaders.filters import TERMS
from loaders.rows import node_id
from models import Kind
from schema.values import CareSetting, Genre, ProcedureType, Readership, TopicScheme

NODES = {"ids", "topics", "authors", "medical_reviewers", "procedures", "performed_by", "broader"}


@strawberry.input(description="A span of time; a side that is null is open.")
class DateTimeRange:
    from_: datetime | None = strawberry.field(default=None, name="from", description="At this moment or later.")
    before: datetime | None = strawberry.field(default=None, description="Before this moment.")


@strawberry.input(description="A span of days; a side that is null is open.")
class DateRange:
    from_: date | None = strawberry.field(default=None, name="from", description="On this day or later.")
    before: date | None = strawberry.field(default=None, description="Before this day.")


FIELDS: dict[str, tuple[Any, str]] = {
    "ids": (list[strawberry.ID], "The global id is one of these."),
    "slugs": (list[str], "The slug is one of these."),
    "published_at": (DateTimeRange, "First published in this span."),
    "updated_at": (DateTimeRange, "Published in its present wording in this span."),
    "topics": (list[strawberry.ID], "Is about one of these topics."),
    "last_reviewed_on": (DateRange, "Last reviewed in this span."),
    "review_due_on": (DateRange, "The next review is due in this span."),
    "medical_reviewers": (list[strawberry.ID], "Was reviewed by one of these physicians."),
    "genres": (list[Genre], "The genre is one of these."),
    "audiences": (list[Readership], "Written for one of these."),
    "authors": (list[strawberry.ID], "Was written by one of these physicians."),
    "procedures": (list[strawberry.ID], "Is about one of these procedures."),
    "procedure_types": (list[ProcedureType], "Done in one of these ways."),
    "settings": (list[CareSetting], "Takes place in one of these settings."),
    "performed_by": (list[strawberry.ID], "Is performed by one of these physicians."),
    "accepting_new_patients": (bool, "Whether new patients are taken."),
    "npis": (list[str], "The NPI is one of these."),
    "schemes": (list[TopicScheme], "Belongs to one of these schemes."),
    "broader": (list[strawberry.ID], "Is directly below one of these topics."),
}


def _filter_type(kind: Kind) -> Any:
    """The input type for a kind's list, from the table of what it may be narrowed by."""
    name = f"{kind.value.capitalize()}Filter"
    fields: dict[str, tuple[Any, str, str | None]] = {
        each: (FIELDS[each][0] | None, FIELDS[each][1], None) for each in TERMS[kind]
    }
    fields |= {
        "and_": (f"list[{name}] | None", "All of these hold.", "and"),
        "or_": (f"list[{name}] | None", "At least one of these holds.", "or"),
        "not_": (f"{name} | None", "This does not hold.", "not"),
    }
    body: dict[str, Any] = {"__annotations__": {each: hint for each, (hint, _, _) in fields.items()}}
    body |= {
        each: strawberry.field(default=None, description=description, name=graphql_name)
        for each, (_, description, graphql_name) in fields.items()
    }
    body["__module__"] = __name__
    description = f"Narrows a list of {PLURALS[kind]}. All fields that are set must hold."
    return strawberry.input(type(name, (), body), description=description)


PLURALS = {kind: f"{kind.value}s" for kind in Kind}
ArticleFilter = _filter_type(Kind.ARTICLE)
ProcedureFilter = _filter_type(Kind.PROCEDURE)
PhysicianFilter = _filter_type(Kind.PHYSICIAN)
TopicFilter = _filter_type(Kind.TOPIC)
DisclaimerFilter = _filter_type(Kind.DISCLAIMER)


@strawberry.enum(description="The order of a list.")
class ContentOrder(Enum):
    """Column and direction; every key is NOT NULL and indexed."""

    PUBLISHED_AT_DESC = strawberry.enum_value(("published_at", True), description="The newest first.")
    PUBLISHED_AT_ASC = strawberry.enum_value(("published_at", False), description="The oldest first.")
    UPDATED_AT_DESC = strawberry.enum_value(("updated_at", True), description="The last changed first.")
    UPDATED_AT_ASC = strawberry.enum_value(("updated_at", False), description="The last changed last.")
    TITLE_ASC = strawberry.enum_value(("title_key", False), description="By title, from A to Z; physicians by name.")
    TITLE_DESC = strawberry.enum_value(("title_key", True), description="By title, from Z to A; physicians by name.")


def plain(given: Any) -> dict[str, Any]:
    """A filter input as the loaders take it: nested dicts, node ids for global ids, nothing that is null."""
    found: dict[str, Any] = {}
    for field in dataclasses.fields(given):
        value = getattr(given, field.name)
        if value is None:
            continue
        if dataclasses.is_dataclass(value):
            value = plain(value)
        elif field.name in ("and_", "or_"):
            value = [plain(each) for each in value]
        elif field.name in NODES:
            value = [node_id(each)[1] for each in value]
        found[field.name] = value
    return found
