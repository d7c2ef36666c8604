"""Receipts: which wordings of which disclaimers an answer to a partner was to be shown with."""

from collections.abc import Iterable
from typing import Any

from engine.own import Found, ours
from engine.selected import Selected

FIELDS = ("id", "locale", "version", "contentHash")
NAMES_IT = frozenset({"__typename", "id", "slug", "locale", "url"})
"""The fields that say which content it is, and nothing of it."""
BEARERS = {
    **dict.fromkeys(("Article", "Procedure", "Physician"), NAMES_IT),
    "SearchEdge": frozenset({"__typename", "cursor", "score", "fallback", "node"}),
    "Completion": frozenset({"__typename", "kind", "node"}),
}
"""The types that bear a disclaimer -> their fields that are no content. A disclaimer that is selected is in the answer,
so it is content here."""
RECEIPT = "receipt"
NAMED = {name: ours(name, **{f"{RECEIPT}_{name}": f"disclaimer {{ {' '.join(FIELDS)} }}"}) for name in BEARERS}
"""The type that bears a disclaimer -> what is added beside its content. Each has an alias of its own: at one place of
an answer, a key may be the content of one type, and the slug of another."""
ALIASES = frozenset(alias for each in NAMED.values() for alias in each.aliases)


def borne(selected: Selected) -> Found:
    """The content at one place that bears a disclaimer, by response key."""
    free = BEARERS.get(selected.type.name)
    return {} if free is None else {key: ways for key, ways in selected.fields.items() if ways[0].name not in free}


def receipt(revision: int, taken: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """``extensions.receipt``: the revision of an answer, and each edition of a disclaimer in it once, in its order.

    ``taken`` is what was taken out of the answer. A hit of something that bears no disclaimer has none there.
    """
    named = (edition for each in taken for alias, edition in each.items() if alias in ALIASES and edition)
    editions = {tuple(edition.values()): None for edition in named}
    return {"revision": revision, "disclaimers": [dict(zip(FIELDS, each, strict=True)) for each in editions]}
