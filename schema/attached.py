"""Attached disclaimers: what is added beside article content that lacks its own, and how the answer tells it."""

from collections.abc import Iterable
from typing import Any

from engine.own import RESERVED, selection_of_ours

FIELDS = ("id", "version", "title", "text", "contentHash", "placement")
ID, WORDING = f"{RESERVED}id", f"{RESERVED}disclaimer"
ATTACHED = selection_of_ours(f"... on Article {{ {ID}: id {WORDING}: disclaimer {{ {' '.join(FIELDS)} }} }}")


def listed(taken: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """``extensions.disclaimers``: each edition of a disclaimer once, with the ids of the articles that need it.

    ``taken`` is what was taken out of an answer, in its order.
    """
    editions: dict[int, tuple[Any, ...]] = {}
    found: dict[tuple[Any, ...], dict[str, None]] = {}
    for each in taken:
        wording = each[WORDING]
        edition = editions.get(id(wording))  # the engine completes a disclaimer once: most are the same object
        if edition is None:
            edition = editions[id(wording)] = tuple(wording.values())
        found.setdefault(edition, {})[each[ID]] = None
    return [{"ids": list(ids), **dict(zip(FIELDS, edition, strict=True))} for edition, ids in found.items()]
