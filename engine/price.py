"""What an operation costs at the stock executor: how many fields it would resolve there, from the sizes asked for."""

from typing import Any

from graphql import ArgumentNode
from graphql.execution.values import VariableValues, get_argument_values

from engine.selection import Column, Selection, Shape

ASSUMED = 5
"""The length of a list that nobody can ask a size of."""
UNASKED = 20
"""The size of a page that nobody asked a size of."""
SIZES = ("first", "last")
SIZED = frozenset({"edges", "nodes"})  # the lists that a size is meant for (Relay Cursor Connections)


def price(selection: Selection, variables: VariableValues) -> int:
    """The number of fields that one object of a selection makes the stock executor resolve, at the most."""
    return _Prices(variables).of(selection, None)


def sizes_of(column: Column) -> list[ArgumentNode]:
    """The arguments of a column that decide how long its list is: sizes, or where there are none lists of keys."""
    sized = _takes_sizes(column)
    return [each for each in column.nodes[0].arguments or () if not sized or each.name.value in SIZES]


def _takes_sizes(column: Column) -> bool:
    return any(name in column.field.args for name in SIZES)


def size_of(value: Any) -> Any:
    """What the value of such an argument says of the length."""
    return len(value) if isinstance(value, list) else value if isinstance(value, int) else None


def _own(column: Column) -> int:
    """What a field costs without what is beneath it."""
    return 1 + (column.batch.cost if column.batch is not None else 0)


class _Prices:
    def __init__(self, variables: VariableValues) -> None:
        self._variables = variables
        self._known: dict[tuple[int, int | None], int] = {}

    def of(self, selection: Selection, size: int | None) -> int:
        known = id(selection), size
        if known not in self._known:
            self._known[known] = sum(_own(column) + self._beneath(column, size) for column in selection.columns)
        return self._known[known]

    def _beneath(self, column: Column, size: int | None) -> int:
        asked = self._asked(column)
        inherited = size if column.nodes[0].name.value in SIZED else None
        length, shape = 1, column.shape
        while shape.items is not None:
            length *= asked or inherited or ASSUMED
            shape = shape.items
        return length * self._dearest(shape, asked if length == 1 else None)

    def _dearest(self, shape: Shape, size: int | None) -> int:
        if shape.objects is None:
            return 0
        return max((self.of(each, size) for each in shape.objects.selections.values()), default=0)

    def _asked(self, column: Column) -> int | None:
        """The size that the arguments of a field name: of its connection, or of a list of keys; None without one."""
        if not column.field.args:
            return None
        given: dict[str, Any] = get_argument_values(column.field, column.nodes[0], self._variables)
        lists = [len(value) for value in given.values() if isinstance(value, list)]
        if not _takes_sizes(column):
            return max(lists, default=None)
        named = [given[name] for name in SIZES if isinstance(given.get(name), int)]
        return max(named, default=UNASKED)
