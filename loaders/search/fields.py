"""What of content is searched: its names, its headings, its text. Read off rows, drafts and stored editions alike."""

import dataclasses
from collections.abc import Iterator
from enum import Enum
from typing import Any

from models import PARTS, Kind
from models.fields import StructuredField
from models.rich_text import RichText

SEARCHED: tuple[Kind, ...] = tuple(kind for kind in PARTS if kind is not Kind.DISCLAIMER)
"""The kinds of content that searching finds."""
MORE: dict[Kind, tuple[str, ...]] = {
    Kind.PROCEDURE: ("anesthesia", "recovery", "risks", "when_to_seek_help", "faqs", "body_locations"),
    Kind.PHYSICIAN: (
        "short_bio", "education", "hospital_affiliations", "locations", "memberships", "awards",
        "board_certifications",
    ),
}  # fmt: skip
"""The columns whose words are found, beside the summary and rich text."""
SILENT = frozenset({"anchor", "url", "telephone", "hours", "blocks", "html", "markdown", "references"})
"""What of structured values has no words for readers."""


def _columns(kind: Kind) -> tuple[str, ...]:
    fields = PARTS[kind]._meta.fields_map.items()
    rich = (name for name, field in fields if isinstance(field, StructuredField) and field.bears_text)
    return ("summary", *rich, *MORE.get(kind, ()))


TEXTS = {kind: _columns(kind) for kind in SEARCHED}
"""All columns whose words are found, in the order in which they are shown."""


def names(kind: Kind, bearer: Any) -> list[str]:
    """By what else the content is known, beside its title."""
    if kind is Kind.PHYSICIAN:
        parts = [bearer.given_name, bearer.family_name]
        return [*filter(None, parts), " ".join(filter(None, parts))]
    return [*filter(None, [getattr(bearer, "alternative_title", None)]), *getattr(bearer, "alternate_names", ())]


def headings(kind: Kind, bearer: Any) -> list[str]:
    """What stands above its text: headings; of a physician the specialties."""
    if kind is Kind.PHYSICIAN:
        return [*filter(None, [bearer.job_title]), *(each.name for each in bearer.specialties), *bearer.subspecialties]
    sections = [each.heading for each in getattr(bearer, "sections", ())]
    return sections + [each.text for rich in _rich(kind, bearer) for each in rich.table_of_contents]


def aspects(bearer: Any) -> list[str]:
    """The health aspects that its sections are about."""
    return [str(each.aspect.value) for each in getattr(bearer, "sections", ()) if each.aspect is not None]


def texts(kind: Kind, bearer: Any) -> Iterator[tuple[str, str]]:
    """Its text by columns, in pieces that belong together."""
    for column in TEXTS[kind]:
        yield from ((column, text) for text in _strings(getattr(bearer, column)) if text)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, RichText):
        yield from value.text.split("\n")
    elif isinstance(value, str) and not isinstance(value, Enum):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            if field.name not in SILENT:
                yield from _strings(getattr(value, field.name))


def _rich(kind: Kind, bearer: Any) -> Iterator[RichText]:
    for column in TEXTS[kind]:
        value = getattr(bearer, column)
        values = value if isinstance(value, list) else [value]
        yield from (
            found for each in values for found in (each, getattr(each, "body", None)) if type(found) is RichText
        )
