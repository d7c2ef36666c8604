"""What models keep as JSON: frozen dataclasses, each field with the description that GraphQL shows."""

import dataclasses
from datetime import date
from enum import Enum
from typing import Any, TypeVar, dataclass_transform

from pydantic import ConfigDict
from pydantic.alias_generators import to_camel

T = TypeVar("T")
CONFIG = ConfigDict(extra="forbid", alias_generator=to_camel, populate_by_name=True)


class Words(str, Enum):
    """An enum whose members carry the description that GraphQL shows: ``NAME = "NAME", "Sentence."``"""

    description: str

    def __new__(cls, value: str, description: str = "") -> "Words":
        member = str.__new__(cls, value)
        member._value_ = value
        member.description = description
        return member


def described(description: str, default: Any = dataclasses.MISSING) -> Any:
    """A dataclass field with its description; a list, or a class, as default is called for each object."""
    metadata = {"description": description}
    if default is list or (isinstance(default, type) and dataclasses.is_dataclass(default)):
        return dataclasses.field(default_factory=default, metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


@dataclass_transform(field_specifiers=(described,), frozen_default=True, kw_only_default=True)
def value(cls: type[T]) -> type[T]:
    """A frozen dataclass, named in camelCase in files, its docstring the description that GraphQL shows."""
    cls.__pydantic_config__ = CONFIG  # type: ignore[attr-defined]
    made = dataclasses.dataclass(frozen=True, kw_only=True)(cls)
    made.__hash__ = object.__hash__  # type: ignore[method-assign]  # lists inside: keyed by identity in batches
    return made


@value
class Code:
    """A code of a terminology, as free text: no code list is shipped."""

    system: str = described("The name or URI of the code system, for example SNOMED CT.")
    value: str = described("The code itself.")


class EvidenceLevel(Words):
    """How strong the evidence of a citation is."""

    A = "A", "Consistent evidence of good quality."
    B = "B", "Inconsistent or limited evidence."
    C = "C", "Consensus, usual practice or expert opinion."


@value
class Citation:
    """A published work that content rests on."""

    title: str = described("The title of the work.")
    authors: list[str] = described("Its authors, as printed.", default=list)
    publisher: str | None = described("The journal or publisher.", default=None)
    year: int | None = described("The year of publication.", default=None)
    url: str | None = described("Where the work can be read.", default=None)
    doi: str | None = described("Its Digital Object Identifier, without a prefix.", default=None)
    evidence_level: EvidenceLevel | None = described("How strong its evidence is.", default=None)


@value
class Question:
    """A question that readers ask often, with its answer."""

    question: str = described("The question, in the reader's words.")
    answer: str = described("The answer, as plain text.")


@value
class Range:
    """A range of whole numbers; both ends belong to it."""

    min: int = described("The least value.")
    max: int = described("The greatest value.")

    def __post_init__(self) -> None:
        if self.min > self.max:
            raise ValueError(f"min {self.min} is greater than max {self.max}")


@value
class Seo:
    """What an editor set for search engines; what is absent is taken from the content."""

    title: str | None = described("The title for search results.", default=None)
    description: str | None = described("The description for search results.", default=None)
    canonical_url: str | None = described("The URL that search engines should keep.", default=None)
    robots: str | None = described("The robots directive, for example noindex.", default=None)


@value
class License:
    """A licence to practise."""

    jurisdiction: str = described("The state or country that granted the licence.")
    number: str | None = described("The number of the licence.", default=None)
    until: date | None = described("The last day on which the licence is valid.", default=None)
