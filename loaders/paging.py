"""Windows and cursors of connections (Relay Cursor Connections): keyset, never offsets."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

import orjson

from errors import BadCursor, BadRequest

T = TypeVar("T")
Keys = tuple[Any, ...]
MOST = 100
DEFAULT = 20


@dataclass(frozen=True)
class Window:
    """A part of a list: ``size`` entries forward from its start, or backward from its end, between two keys."""

    size: int
    backward: bool = False
    after: tuple[Any, ...] | None = None
    before: tuple[Any, ...] | None = None


@dataclass(frozen=True)
class Page(Generic[T]):
    """What stands in a window, in the order of the list, with the keys that order each entry."""

    entries: list[T]
    tag: str
    keys: list[Keys]
    has_next: bool
    has_previous: bool

    def cursor(self, place: int) -> str:
        """The cursor of an entry. It is made when it is asked for: most are not."""
        return cursor(self.tag, *self.keys[place])


def window(
    tag: str, keys: Sequence[type], first: int | None, after: str | None, last: int | None, before: str | None
) -> Window:
    """The window that a connection's arguments ask for.

    ``tag`` says which list, order and filter it is, ``keys`` what orders it: types of bytes, datetime, int, UUID.
    Raises BadRequest for sizes that cannot be, BadCursor for a cursor of another list.
    """
    if first is not None and last is not None:
        raise BadRequest("Use first or last, not both.")
    name, size = ("last", last) if last is not None else ("first", DEFAULT if first is None else first)
    if not 0 <= size <= MOST:
        raise BadRequest(f"{name} must be from 0 to {MOST}, and is {size}.")
    return Window(size, last is not None, _keys(tag, keys, after), _keys(tag, keys, before))


def cursor(tag: str, *keys: Any) -> str:
    """An opaque cursor: the keys that order an entry, and the list that they belong to."""
    packed = [{"b": base64.b64encode(k).decode()} if isinstance(k, bytes) else _plain(k) for k in keys]
    return base64.urlsafe_b64encode(orjson.dumps([tag, *packed])).decode()


def _plain(key: Any) -> Any:
    return {"t": key.isoformat()} if isinstance(key, datetime) else key


def _keys(tag: str, types: Sequence[type], text: str | None) -> tuple[Any, ...] | None:
    if text is None:
        return None
    try:
        owner, *keys = orjson.loads(base64.urlsafe_b64decode(text.encode()))
        if owner == tag:
            return tuple(_unpacked(key, kind) for key, kind in zip(keys, types, strict=True))
    except (ValueError, TypeError, KeyError, OverflowError):
        raise BadCursor("The cursor is not one of ours. Pass a cursor as it was received.") from None
    raise BadCursor("The cursor belongs to another list, order or filter. Start again without a cursor.")


def _unpacked(key: Any, kind: type) -> Any:
    """A key as the database takes it. Raises ValueError, TypeError, KeyError or OverflowError for any other."""
    if kind is datetime:
        return datetime.fromisoformat(key["t"]).astimezone(UTC)
    if kind is bytes:
        return base64.b64decode(key["b"])
    if kind is UUID:
        return str(UUID(str(key)))
    if not isinstance(key, int) or not 0 <= key < 2**31:
        raise ValueError(key)
    return key


def page(rows: list[T], keys: list[Keys], tag: str, asked: Window) -> Page[T]:
    """The page for rows that were read in the direction of the window, one more than its size where there is one."""
    more = len(rows) > asked.size
    rows, keys = rows[: asked.size], keys[: asked.size]
    if asked.backward:
        rows, keys = rows[::-1], keys[::-1]
    has_next, has_previous = more, asked.after is not None
    if asked.backward:
        has_next, has_previous = asked.before is not None, more
    return Page(rows, tag, keys, has_next, has_previous)
