"""What an operation selects, as columns: the fields of a type with how each is got and completed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import count
from typing import Any

from graphql import FieldNode, GraphQLField, GraphQLObjectType

from engine.batched import Batch
from engine.rows import Zipper, zipper

Values = list[Any]


class Way(Enum):
    """How the values of a column are got from its parents."""

    TYPENAME = 1
    ATTRIBUTE = 2
    BATCH = 3
    RESOLVER = 4


@dataclass(eq=False, slots=True)
class Selection:
    """The fields of one object type, in the order of the answer.

    ``later`` has the places of those that wait. ``steady`` says that an object and the context decide all that is
    beneath: no variable does, and no plain resolver. What objects keep of it they keep under its ``serial``, which no
    other selection ever has, so that they do not hold on to the plan.
    """

    type: GraphQLObjectType
    columns: list["Column"] = field(default_factory=list)
    later: list[int] = field(default_factory=list)
    steady: bool = False
    serial: int = field(default_factory=count().__next__)
    rows: Zipper = field(default_factory=lambda: zipper(()))


@dataclass(eq=False, slots=True)
class Objects:
    """An object, interface or union type: a selection for each object type that a value may be of.

    ``by_class`` has the selection for Python classes that name their type (``typename``), or that only one type can
    be meant by; None for classes whose objects have to be asked one by one.
    """

    type: Any
    selections: Mapping[str, Selection]
    by_class: dict[type, Selection | None] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Shape:
    """An output type: a leaf, a list of another shape, or objects. One of the three is set."""

    nullable: bool
    leaf: Callable[[Values], Values] | None = None
    items: "Shape | None" = None
    objects: Objects | None = None


@dataclass(eq=False, slots=True)
class Column:
    """A field of a selection: how it is got, and what it is completed to.

    ``place`` is its number among all columns of the plan. ``variables`` has the names of those in its arguments,
    ``below`` of the fields selected beneath.
    ``later`` says that it, or something beneath, may have to wait.
    """

    key: str
    way: Way
    field: GraphQLField
    nodes: list[FieldNode]
    parent_type: GraphQLObjectType
    shape: Shape
    place: int
    variables: Sequence[str] = ()
    get: Callable[[Any], Any] | None = None
    batch: Batch | None = None
    below: frozenset[str] = frozenset()
    later: bool = True
    steady: bool = False
