"""The directory: which node a reference names. A reference is ``kind/slug``, or a node's id."""

from collections.abc import Iterable
from uuid import UUID

from models import Edition, Kind, Node


def is_id(reference: str) -> bool:
    """Whether a reference is a node's id."""
    try:
        return str(UUID(reference)) == reference.lower()
    except ValueError:
        return False


async def resolve(references: Iterable[str], *, own: bool = False) -> dict[str, tuple[str, Kind]]:
    """Reference -> (node id, kind), for those that name a node. Two statements, whatever their number.

    A slug names the node that bears it, in any locale, else the one that bore it last. With ``own`` it is the
    slug of something that is being saved: one that a node gave up for another is free to be taken.
    """
    asked = set(references)
    ids = {reference for reference in asked if is_id(reference)}
    slugs = {slug for reference in asked - ids for kind, _, slug in [reference.partition("/")] if slug}
    found = {str(node.id): (str(node.id), node.kind) for node in await Node.filter(id__in=list(ids))} if ids else {}
    if slugs:
        found |= await _bearers(slugs, own)
    return {reference: found[reference] for reference in asked if reference in found}


async def _bearers(slugs: set[str], own: bool) -> dict[str, tuple[str, Kind]]:
    columns = ("kind", "slug", "node_id", "since", "until")
    editions = await Edition.filter(slug__in=list(slugs)).values_list(*columns)
    past_only = [str(node) for _, _, node, _, until in editions if until is not None]
    current = await Edition.filter(node_id__in=past_only, until=None).values_list("node_id", flat=True) if own else []
    taken = {str(node) for node in current}
    best: dict[str, tuple[tuple[bool, int], str, Kind]] = {}
    for kind, slug, node, since, until in editions:
        if own and until is not None and str(node) in taken:
            continue
        rank = (until is None, since or 0)
        reference = f"{kind.value}/{slug}"
        if reference not in best or rank > best[reference][0]:
            best[reference] = (rank, str(node), kind)
    return {reference: (node, kind) for reference, (_, node, kind) in best.items()}
