"""Records: what is saved, exported and imported. Their fields are read off the models, and named in camelCase."""

import dataclasses
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, create_model, model_validator
from pydantic.alias_generators import to_camel
from tortoise import fields

from errors import Invalid, Problem
from loaders.database import storable
from models import PARTS, Kind, LinkKind
from models.fields import StructuredField
from models.link import SHORTCUTS
from models.rich_text import RichText
from models.values import Seo

COMPUTED = {"edition_id", "word_count", "content_hash"}
ID = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class Status(StrEnum):
    """What becomes of a record when it is imported."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    LIVE = "live"


class LinkRecord(BaseModel):
    """A link as it is written: to a node (``kind/slug`` or its id), or to an external page."""

    model_config = ConfigDict(extra="forbid")

    kind: LinkKind
    target: str | None = None
    url: str | None = None
    label: str | None = None
    heading: str | None = None
    note: str | None = None
    role: str | None = None
    credential: str | None = None

    @model_validator(mode="after")
    def _one_target(self) -> "LinkRecord":
        if (self.target is None) == (self.url is None):
            raise ValueError("give exactly one of target and url")
        if (self.url is None) != (self.label is None):
            raise ValueError("an external page has a url and a label, a node has neither")
        return self


class Record(BaseModel):
    """One edition as it is written: what all kinds have. The model of a kind adds the columns of its table."""

    model_config = ConfigDict(
        extra="forbid", alias_generator=to_camel, populate_by_name=True, str_strip_whitespace=True
    )

    type: Kind
    id: Annotated[str, Field(pattern=ID)] | None = None
    key: str | None = None
    locale: str
    slug: Annotated[str, Field(pattern=SLUG, max_length=200)]
    status: Status = Status.DRAFT
    publish_at: AwareDatetime | None = None
    published_at: AwareDatetime | None = None
    updated_at: AwareDatetime | None = None
    title: Annotated[str, Field(min_length=1, max_length=500)]
    summary: str = ""
    seo: Seo = Seo()
    links: list[LinkRecord] = []

    @model_validator(mode="after")
    def _schedule(self) -> "Record":
        if (self.status is Status.SCHEDULED) != (self.publish_at is not None):
            raise ValueError("publishAt goes with status: scheduled, and only with it")
        return self

    @property
    def name(self) -> str:
        """How messages name the record."""
        return f"{self.type.value}/{self.slug} ({self.locale})"

    @property
    def part(self) -> dict[str, Any]:
        """The values of the columns of the kind's own table, without the disclaimer and what is computed."""
        return {name: getattr(self, name) for name in part_columns(self.type) if name != "disclaimer"}


@cache
def part_columns(kind: Kind) -> dict[str, fields.Field[Any]]:
    """The columns of a kind's table that are written: name -> Tortoise field; the disclaimer by its relation."""
    meta = PARTS[kind]._meta
    columns = {n: meta.fields_map[n] for n in meta.fields_db_projection if n not in COMPUTED and n != "disclaimer_id"}
    return columns | ({"disclaimer": meta.fields_map["disclaimer"]} if "disclaimer" in meta.fields_map else {})


@cache
def record_model(kind: Kind) -> type[Record]:
    """The model of a kind's records."""
    definitions: dict[str, Any] = {name: _definition(name, field) for name, field in part_columns(kind).items()}
    return create_model(f"{kind.value.capitalize()}Record", __base__=Record, **definitions)


def _definition(name: str, field: fields.Field[Any]) -> tuple[Any, Any]:
    """The type and default of a record's field, from the column."""
    if name == "disclaimer":
        return (str | None, None)
    shape: Any = getattr(field, "enum_type", None) or field.field_type
    if isinstance(field, StructuredField):
        shape = field.shape
    elif isinstance(field, fields.CharField) and not hasattr(field, "enum_type"):
        shape = Annotated[str, Field(max_length=field.max_length)]
    if field.null:
        shape = shape | None
    required = field.default is None and not field.null
    default: Any = Field(... if required else field.default)
    if callable(field.default):
        default = Field(default_factory=field.default)
    if name == "disclaimer_kind":
        default = Field(..., alias="kind")
    return (shape, default)


def parse(data: Mapping[str, Any]) -> Record:
    """The record that some data describes. Raises Invalid, which names every field that is wrong."""
    kind = kind_of(data)
    try:
        return record_model(kind).model_validate(_storable(_expanded(data)))
    except ValidationError as error:
        raise Invalid([_problem(each) for each in error.errors()], _subject(data)) from None
    except RecursionError:  # YAML can hold itself
        raise Invalid([Problem("record", "is nested too deeply")], _subject(data)) from None


def kind_of(data: Mapping[str, Any]) -> Kind:
    """The kind of content that some data describes. Raises Invalid, which names those that there are."""
    try:
        return Kind(data.get("type", ""))
    except ValueError:
        known = ", ".join(kind.value for kind in Kind)
        sentence = f"must be one of {known}, and is {data.get('type')!r}"
        raise Invalid([Problem("type", sentence)], _subject(data)) from None


def _subject(data: Mapping[str, Any]) -> str:
    return "/".join(str(data[k]) for k in ("type", "slug") if isinstance(data.get(k), str))


def _problem(error: Any) -> Problem:
    place = ".".join(str(part) for part in error["loc"]) or "record"
    if error["type"] in ("extra_forbidden", "unexpected_keyword_argument"):
        return Problem(place, "is not a field of this type; see docs/guides/markdown.md for those that are")
    sentence = error["msg"].removeprefix("Value error, ")
    return Problem(place, sentence[0].lower() + sentence[1:])


def _expanded(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data with its shortcuts (``authors: [ana]``) written as links, before the other links."""
    plain = dict(data)
    links: list[Any] = []
    for (kind, field), link in SHORTCUTS.items():
        if kind == plain.get("type") and field in plain:
            prefix = {"broader": "topic", "topics": "topic", "procedures": "procedure"}.get(field, "physician")
            given = plain.pop(field) or []
            for entry in given if isinstance(given, list) else [given]:
                edge = dict(entry) if isinstance(entry, Mapping) else {"target": str(entry)}
                target = str(edge.get("target", ""))
                edge["target"] = target if "/" in target else f"{prefix}/{target}"
                links.append({"kind": link.value, **edge})
    others = plain.get("links") or []
    if links and isinstance(others, list):
        plain["links"] = links + others
    return plain


def _storable(value: Any) -> Any:
    """Strings without what no database stores: NUL, and halves of surrogate pairs."""
    if isinstance(value, Mapping):
        return {key: _storable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_storable(item) for item in value]
    return storable(value)


def map_rich_text(value: Any, change: Callable[[RichText], RichText]) -> Any:
    """A value with every rich text in it replaced."""
    if isinstance(value, RichText):
        return change(value)
    if isinstance(value, list):
        return [map_rich_text(item, change) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changed = {f.name: map_rich_text(getattr(value, f.name), change) for f in dataclasses.fields(value)}
        return dataclasses.replace(value, **changed)
    return value
