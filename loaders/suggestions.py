"""Suggestions for many editions at once: what is like them, as it was found when they were published."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from loaders import editions
from loaders.perspective import Reading
from loaders.rows import Row

MOST = 20
"""How many are kept of each edition (``publishing/suggestions.py``), and may be asked for."""


async def suggested(ids: Sequence[str], first: int, reading: Reading) -> list[list[Row]]:
    """The visible rows of what is most like each edition, the most alike first, but what it links to."""
    found = await reading.kept(("suggestions", first), ids, partial(_suggested, first, reading))
    rows = iter(await editions.by_edition([id for each in found for id in each], reading))
    return [[row for _ in each if (row := next(rows)) is not None] for each in found]


async def _suggested(first: int, reading: Reading, ids: list[str]) -> list[list[str]]:
    """The same as ids of editions. A draft has what its published wording has, but what the draft itself links to."""
    published = replace(reading.perspective, preview=False)
    lines = await reading.fetch(
        "SELECT * FROM (SELECT e.id AS source, t.id AS target,"
        " row_number() OVER (PARTITION BY e.id ORDER BY s.score DESC, s.target_id) AS place"
        f" FROM edition e JOIN edition p ON p.node_id = e.node_id AND p.locale = e.locale AND {published.shown('p')}"
        f" JOIN suggestion s ON s.source_id = p.id AND {published.shown('s')}"
        f" JOIN edition t ON t.node_id = s.target_id AND {reading.perspective.visible('t')} WHERE e.id IN :ids"
        " AND NOT EXISTS (SELECT 1 FROM link l WHERE l.source_id = e.id"
        " AND CASE WHEN l.target_id = s.target_id THEN 1 END = 1)"
        ") AS ranked WHERE place <= :first ORDER BY source, place",
        ids=ids,
        first=first,
    )
    found: dict[str, list[str]] = defaultdict(list)
    for source, target, _ in lines:
        found[str(source)].append(str(target))
    return [found[id] for id in ids]
