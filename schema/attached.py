"""Attached disclaimers: what is added beside article content that lacks its own, and how the answer tells it."""

from collections.abc import Iterable
from typing import Any

from engine.own import RESERVED, ours

FIELDS = ("id", "version", "title", "text", "contentHash", "placement")
ID, WORDING = f"{RESERVED}id", f"{RESERVED}disclaimer"

ATTACHED = {
    name: ours(name, id=id, disclaimer=f"disclaimer {{ {' '.join(FIELDS)} }}")
    for name, id in (("Article", "id"), ("SearchEdge", "node { id }"), ("Completion", "node { id }"))
}
"""The type that has article content -> what is added beside it."""


def listed(taken: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """``extensions.disclaimers``: each edition of a disclaimer once, with the ids of the articles that need it.

    ``taken`` is what was taken out of an answer, in its order.
    """
    editions: dict[int, tuple[Any, ...]] = {}
    found: dict[tuple[Any, ...], dict[str, None]] = {}
    for each in taken:
        wording = each.get(WORDING)
        if wording is None:  # a hit that is no article, or what was added for another purpose
            continue
        edition = editions.get(id(wording))  # the engine completes a disclaimer once: most are the same object
        if edition is None:
            edition = editions[id(wording)] = tuple(wording.values())
        named = each[ID]
        found.setdefault(edition, {})[named if isinstance(named, str) else named["id"]] = None
    return [{"ids": list(ids), **dict(zip(FIELDS, edition, strict=True))} for edition, ids in found.items()]
