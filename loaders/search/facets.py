"""Facets: how many hits have which kind, topic, author, genre and locale."""

from collections import Counter
from collections.abc import Sequence

from loaders.perspective import Reading
from loaders.search.hits import LINKS, Facet, Hit, Hits, Search

MOST = 50
"""How many values of a facet are told, the most frequent ones."""


async def facets(
    found: Hits, search: Search, by: Sequence[Facet], reading: Reading
) -> dict[Facet, list[tuple[str, int]]]:
    """How many hits have each value of some facets, the most frequent first. A facet's own filter is left out."""
    counted: dict[Facet, Counter[str]] = {}
    for facet in dict.fromkeys(by):
        others = [place for place, (each, _) in enumerate(search.narrowed) if each is not facet]
        among = [hit for hit in found.all if all(hit.fits[place] for place in others)]
        counted[facet] = await _count(facet, among, reading)
    return {facet: sorted(each.items(), key=lambda item: (-item[1], item[0]))[:MOST] for facet, each in counted.items()}


async def _count(facet: Facet, among: Sequence[Hit], reading: Reading) -> Counter[str]:
    if facet is Facet.KIND:
        return Counter(hit.kind for hit in among)
    if facet is Facet.LOCALE:
        return Counter(hit.locale for hit in among)
    ids = [hit.edition for hit in among]
    if facet is Facet.GENRE:
        lines = await reading.fetch(
            "SELECT genre, count(*) FROM article WHERE edition_id IN :hits GROUP BY genre", hits=ids
        )
    else:
        lines = await reading.fetch(
            "SELECT t.node_id, count(DISTINCT l.source_id) FROM link l JOIN edition t ON t.node_id = l.target_id"
            f" WHERE l.source_id IN :hits AND l.kind = :kind AND {reading.perspective.visible('t')} GROUP BY t.node_id",
            hits=ids,
            kind=LINKS[facet].value,
        )
    return Counter({str(value): int(count) for value, count in lines})
