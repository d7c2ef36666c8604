"""Two Tortoise fields: structured JSON, and rich text."""

import dataclasses
from typing import Any, get_args, get_type_hints

from pydantic import TypeAdapter
from tortoise import fields

from models.rich_text import RichText


class StructuredField(fields.JSONField[Any]):
    """A JSON column whose value is a dataclass, or a list of them, checked on the way in and on the way out.

    In Python the value is what ``shape`` says; in the database it is JSON with camelCase keys, defaults left out.
    """

    def __init__(self, shape: Any, **kwargs: Any) -> None:
        self.shape = shape
        self.adapter: TypeAdapter[Any] = TypeAdapter(shape)
        super().__init__(encoder=self.dump, decoder=self.adapter.validate_json, **kwargs)

    @property
    def bears_text(self) -> bool:
        """Whether rich text is in the value: such a column is most of its row, and is read where it is asked for."""
        return _bears_text(self.shape)

    def dump(self, value: Any) -> str:
        """The JSON text that is stored for a value."""
        return self.adapter.dump_json(value, by_alias=True, exclude_defaults=True).decode()

    def to_db_value(self, value: Any, instance: Any) -> str | None:
        return None if value is None else self.dump(value)

    def to_python_value(self, value: Any) -> Any:
        return self.adapter.validate_json(value) if isinstance(value, str | bytes) else value


def _bears_text(shape: Any) -> bool:
    if dataclasses.is_dataclass(shape):
        return shape is RichText or any(map(_bears_text, get_type_hints(shape).values()))
    return any(map(_bears_text, get_args(shape)))


class RichTextField(StructuredField):
    """Rich text; without a value it is empty, not null."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(RichText, **{"default": RichText} | kwargs)


def listed(shape: Any) -> StructuredField:
    """A column that holds a list of ``shape``; without a value it is empty, not null."""
    return StructuredField(list[shape], default=list)
