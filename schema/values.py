"""The GraphQL types of what models keep as JSON, and of their enums: made from the dataclasses themselves."""

import dataclasses
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import strawberry

from models import article, disclaimer, physician, procedure, topic, values
from models.link import LinkKind as LinkKindWords
from models.rich_text import BlockKind, Mark
from models.values import Words


@cache
def enum_type(words: type[Words], name: str | None = None) -> Any:
    """The GraphQL enum of an enum of the models."""
    enum: Any = strawberry.enum(words, name=name, description=(words.__doc__ or "").strip())
    for value in enum.__strawberry_definition__.values:
        value.description = words[value.name].description
    return enum


@cache
def value_type(shape: Any) -> Any:
    """The GraphQL object type of a dataclass of the models, its field descriptions included."""
    hints = get_type_hints(shape)
    fields = {f.name: strawberry.field(description=f.metadata["description"]) for f in dataclasses.fields(shape)}
    annotations = {name: _graphql(hints[name]) for name in fields}
    cls = type(shape.__name__, (), {"__annotations__": annotations, "__module__": __name__, **fields})
    return strawberry.type(cls, description=(shape.__doc__ or "").strip().partition("\n")[0])


def _graphql(hint: Any) -> Any:
    """The annotation of a GraphQL field for that of a dataclass field."""
    from_origin = get_origin(hint)
    if from_origin is list:
        return list[_graphql(get_args(hint)[0])]  # type: ignore[misc]
    if from_origin in (Union, UnionType):
        inner = next(arg for arg in get_args(hint) if arg is not type(None))
        return _graphql(inner) | None
    if isinstance(hint, type) and issubclass(hint, Enum):
        return enum_type(hint)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint) and hint not in OWN_TYPES:
        return value_type(hint)
    return OWN_TYPES.get(hint, hint)


# Dataclasses whose GraphQL type is written by hand, because some of it is loaded: filled where those are.
OWN_TYPES: dict[Any, Any] = {}

Genre = enum_type(article.Genre)
Readership = enum_type(article.Readership)
HealthAspect = enum_type(article.HealthAspect)
ProcedureType = enum_type(procedure.ProcedureType)
CareSetting = enum_type(procedure.CareSetting)
TopicScheme = enum_type(topic.TopicScheme)
DisclaimerKind = enum_type(disclaimer.DisclaimerKind)
Placement = enum_type(disclaimer.Placement)
LinkKind = enum_type(LinkKindWords)
BlockType = enum_type(BlockKind)
MarkType = enum_type(Mark)

Code = value_type(values.Code)
Citation = value_type(values.Citation)
Question = value_type(values.Question)
Range = value_type(values.Range)
License = value_type(values.License)
PreparationStep = value_type(procedure.PreparationStep)
RecoveryPhase = value_type(procedure.RecoveryPhase)
Risk = value_type(procedure.Risk)
WhenToSeekHelp = value_type(procedure.WhenToSeekHelp)
Specialty = value_type(physician.Specialty)
BoardCertification = value_type(physician.BoardCertification)
Education = value_type(physician.Education)
Location = value_type(physician.Location)
Disclosure = value_type(physician.Disclosure)
