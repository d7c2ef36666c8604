"""Rows: what the loaders hand out. One flat, immutable object an edition, with the columns of its two tables."""

import base64
import sys
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date, datetime
from enum import Enum
from functools import cache
from operator import attrgetter
from typing import Any, ClassVar
from uuid import UUID

import orjson
from tortoise import fields
from tortoise.models import Model

from cache import weight
from engine.memo import Keeper
from errors import BadRequest
from loaders.database import Dialect
from models import PARTS, Edition, Kind
from models.fields import StructuredField

IN_MEMORY = 4
"""Bytes that dicts and strings take in memory for each byte of their JSON (2026-11)."""


Setter = tuple[int, Callable[[Any, Any], None], "Decoder | None"]


class Detail(Enum):
    """How much of an edition a row has: what all content has, all but the rich text, or all."""

    EDITION = 1
    LIGHT = 2
    ALL = 3


Decoder = Callable[[Any], Any]


class Row(Keeper):
    """An edition as it is read. Attributes are the columns of ``edition`` and of the table of its kind.

    ``id`` is the global id of the node, ``node_id`` and ``edition_id`` are UUIDs as text. Structured columns are
    decoded when they are first asked for; ``grown`` is told by how many bytes. What detail it has is its shape's.
    ``url`` is that of its page, once it was asked for.
    """

    __slots__ = ("grown", "id", "url")
    id: str
    url: str | None
    grown: Callable[[int], None] | None
    typename: ClassVar[str] = ""

    def weight(self) -> int:
        """About how many bytes the row takes."""
        slots = (getattr(self, name, None) for name in type(self).__slots__)
        return sys.getsizeof(self) + sum(map(weight, slots)) + sys.getsizeof(self.id)

    def remember(self, key: Hashable, completed: Any) -> Any:
        """Keep what was completed of the row, counted as if none of it were the row's own."""
        oldest = super().remember(key, completed)
        if self.grown is not None:
            less = 0 if oldest is None else len(orjson.dumps(oldest))
            self.grown((len(orjson.dumps(completed)) - less) * IN_MEMORY)
        return oldest

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"{type(self).__name__} has no column {name!r}")


def global_id(typename: str, node_id: str) -> str:
    """An opaque global id (Relay: Global Object Identification)."""
    return base64.b64encode(f"{typename}:{node_id}".encode()).decode()


def _lazy(name: str, decode: Decoder) -> property:
    slot = f"_{name}"
    raw = attrgetter(slot)

    def get(row: Row) -> Any:
        value = raw(row)
        if isinstance(value, str):
            raw_weight, value = sys.getsizeof(value), decode(value)
            setattr(row, slot, value)
            if row.grown is not None:
                row.grown(weight(value) - raw_weight)
        return value

    return property(get)


def _columns(model: type[Model]) -> dict[str, fields.Field[Any]]:
    """Database column -> field, in the order of the model; keys of the row's own tables are renamed."""
    meta = model._meta
    return {meta.fields_db_projection[name]: meta.fields_map[name] for name in meta.fields_db_projection}


def _decoder(column: fields.Field[Any], dialect: Dialect) -> Decoder | None:
    if isinstance(column, fields.CharField) and (enum := getattr(column, "enum_type", None)):
        return enum  # type: ignore[no-any-return]
    if dialect == "postgres":
        return str if isinstance(column, fields.UUIDField) else None
    table: list[tuple[type, Decoder]] = [
        (fields.DatetimeField, datetime.fromisoformat),
        (fields.DateField, date.fromisoformat),
        (fields.BooleanField, bool),
    ]
    return next((decode for kind, decode in table if isinstance(column, kind)), None)


class Shape:
    """How rows of some kinds are selected, in one statement, and made, in some detail."""

    def __init__(self, kinds: Sequence[Kind], dialect: Dialect, detail: Detail) -> None:
        self._edition = [(f"e.{c}", *_slot(c, f, dialect)) for c, f in _columns(Edition).items()]
        self._kind_at = [c for c, *_ in self._edition].index("e.kind")
        selected = [column for column, *_ in self._edition]
        self._parts: dict[str, tuple[type[Row], list[Setter]]] = {}
        for kind in kinds:
            columns = _own(kind, detail)
            slots = [(slot, decode) for _, slot, decode in self._edition]
            slots += [None] * (len(selected) - len(slots))  # type: ignore[list-item]  # those of other kinds
            slots += [_slot(c, f, dialect) for c, f in columns]
            selected += [f"{kind}.{column}" for column, _ in columns]
            self._parts[kind] = row_class(kind), _setters(row_class(kind), slots)
        self.columns = ", ".join(selected)
        join = "JOIN" if len(kinds) == 1 else "LEFT JOIN"
        joins = [f"{join} {kind} ON {kind}.edition_id = e.id" for kind in kinds if detail is not Detail.EDITION]
        self.tables = f"edition e {' '.join(joins)}"

    def row(self, values: Sequence[Any]) -> Row:
        """The row for one line of a statement that selected ``columns`` first."""
        cls, setters = self._parts[values[self._kind_at]]
        row = cls.__new__(cls)
        for place, put, decode in setters:
            value = values[place]
            put(row, value if decode is None or value is None else decode(value))
        row.id = global_id(cls.typename, row.node_id)
        row.url = row.grown = row.memo = None
        return row

    def rows(self, lines: Iterable[Sequence[Any]]) -> list[Row]:
        """The rows of a statement."""
        return [self.row(line) for line in lines]


def _setters(cls: type[Row], slots: Sequence[tuple[str, Decoder | None] | None]) -> list[Setter]:
    """For each value of a line that is one of the row's: its place, what keeps it, and what decodes it."""
    known = [(place, *slot) for place, slot in enumerate(slots) if slot is not None]
    return [(place, getattr(cls, name).__set__, decode) for place, name, decode in known]


def _own(kind: Kind, detail: Detail) -> list[tuple[str, fields.Field[Any]]]:
    """The columns of a kind's own table that rows of some detail have."""
    if detail is Detail.EDITION:
        return []
    own = [(c, f) for c, f in _columns(PARTS[kind]).items() if c != "edition_id"]
    return own if detail is Detail.ALL else [(c, f) for c, f in own if not _heavy(f)]


def _slot(column: str, field: fields.Field[Any], dialect: Dialect) -> tuple[str, Decoder | None]:
    """Where a column's value is kept, and how it is decoded at once."""
    if isinstance(field, StructuredField):
        return f"_{column}", None
    return ("edition_id" if column == "id" else column), _decoder(field, dialect)


@cache
def row_class(kind: Kind) -> type[Row]:
    """The class of a kind's rows, made from its models."""
    columns = {**_columns(Edition), **_columns(PARTS[kind])}
    columns.pop("edition_id")
    body: dict[str, Any] = {"__slots__": tuple(_slot(c, f, "sqlite")[0] for c, f in columns.items())}
    for name, field in columns.items():
        if isinstance(field, StructuredField):
            body[name] = _lazy(name, field.adapter.validate_json)
    body["typename"] = kind.value.capitalize()
    return type(f"{body['typename']}Row", (Row,), body)


@cache
def shape(dialect: Dialect, *kinds: Kind, detail: Detail = Detail.ALL) -> Shape:
    """The shape for rows of the given kinds; of every kind where none is given."""
    return Shape(kinds or tuple(PARTS), dialect, detail)


def _heavy(field: fields.Field[Any]) -> bool:
    return isinstance(field, StructuredField) and field.bears_text


@cache
def heavy_columns() -> frozenset[str]:
    """The names of the columns with rich text."""
    return frozenset(c for part in PARTS.values() for c, field in _columns(part).items() if _heavy(field))


def node_id(global_id: str) -> tuple[str, str]:
    """The type name and the node's UUID in a global id. Raises BadRequest where it is no such thing."""
    try:
        typename, _, key = base64.b64decode(global_id, validate=True).decode().partition(":")
        return typename, str(UUID(key))
    except ValueError:
        raise BadRequest(f"{global_id[:60]!r} is not a global id. Pass ids as they were received.") from None
