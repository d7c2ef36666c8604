"""What was completed of an object that never changes: kept by the object itself, for the next operation."""

from collections.abc import Hashable, Sequence
from typing import Any

MOST = 4
"""How many completed selections an object keeps: of as many operations that ask for it again and again."""


class Keeper:
    """An object that never changes, and says so by a ``memo``; None while nothing may be kept.

    The engine keeps there what it completed of the object, under the selection and the key of the context: all that
    is beneath follows from the object and these. What keeps is one dict more an object, shared by the answers.
    """

    __slots__ = ("memo",)
    memo: dict[Hashable, Any] | None

    def remember(self, key: Hashable, completed: Any) -> Any:
        """Keep what was completed; the oldest goes where there is much already, and is returned."""
        if self.memo is None:
            return None
        oldest = self.memo.pop(next(iter(self.memo))) if len(self.memo) >= MOST else None
        self.memo[key] = completed
        return oldest


def kept_of(objects: Sequence[Any], key: Hashable) -> list[Any] | None:
    """What each object kept under a key, None where it has nothing yet; None alone where they do not keep at all."""
    try:
        return [each.memo.get(key) for each in objects]
    except AttributeError:  # no keepers, or such as may not keep
        return None
