"""Completions: the names that begin as somebody types, of what may be seen.

Few names are looked at, however many begin so: of one letter's there are tens of thousands.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from loaders.perspective import Reading
from loaders.search.fields import SEARCHED
from loaders.search.language import fold, words
from models import Kind

MOST_WHOLE, MOST_LATER = 150, 75
"""How many names of a kind and locale are looked at that begin so, and how many in which a later word does: the first
ones by their words. Each takes 5 µs (2026-11).
"""
LONGEST = 200
"""Characters of what was typed that are looked at: keys have no more (``publishing/search_documents.py``)."""
APOSTROPHES = "'’"


@dataclass(frozen=True, slots=True)
class Completion:
    """A name as it is written, and whose it is."""

    text: str
    edition: str
    node: str
    kind: Kind


async def completions(prefix: str, kinds: Sequence[Kind] | None, size: int, reading: Reading) -> list[Completion]:
    """Up to ``size`` names that begin with the words of a prefix, of some kinds of content or of all, each node once.

    Names that begin so themselves come before those of which a later word does, then short names before long ones.
    """
    wanted = tuple(each for each in SEARCHED if kinds is None or each in kinds)
    between = _between(prefix)
    if between is None or not wanted:
        return []

    async def load(_: list[Any]) -> list[tuple[Completion, ...]]:
        return [_best(await _names(between, wanted, reading), size)]

    found: Sequence[Completion]
    (found,) = await reading.kept(("completions",), [(between, wanted, size)], load)
    return list(found)


def _between(prefix: str) -> tuple[bytes, bytes] | None:
    """The keys at and before which those of the names stand; None where no word was typed.

    Behind a space, or what else ends a word, the last word is whole: before "!" a key can have nothing but a space.
    """
    typed = " ".join(words(prefix))[:LONGEST].encode()
    last = fold(prefix)[-1:]
    whole = not (last.isalnum() or last in APOSTROPHES)
    return (typed, typed + (b"!" if whole else b"\xff")) if typed else None


async def _names(between: tuple[bytes, bytes], kinds: Sequence[Kind], reading: Reading) -> Iterable[Sequence[Any]]:
    """The names between two keys that may be seen: place, name, and the edition's id, node and kind."""
    arms = [
        f"SELECT * FROM (SELECT edition_id, name, place FROM search_name WHERE locale = :locale_{number}"
        f" AND kind = '{kind}' AND key >= :start AND key < :end AND place {which} ORDER BY key, id LIMIT {most})"
        f" AS {arm}_{kind}_{number}"
        for number in range(len(reading.perspective.locales))
        for kind in kinds
        for arm, which, most in (("whole", "= 0", MOST_WHOLE), ("later", "> 0", MOST_LATER))
    ]
    return await reading.fetch(
        f"SELECT n.place, n.name, e.id, e.node_id, e.kind FROM ({' UNION ALL '.join(arms)}) AS n"
        f" JOIN edition e ON e.id = n.edition_id WHERE {reading.perspective.visible('e')}",
        start=between[0],
        end=between[1],
    )


def _best(names: Iterable[Sequence[Any]], size: int) -> tuple[Completion, ...]:
    """The best name of each node, the best of all first."""
    found: dict[str, Completion] = {}
    for _, name, edition, node, kind in sorted(names, key=_rank):
        if len(found) == size:
            break
        found.setdefault(str(node), Completion(name, str(edition), str(node), Kind(kind)))
    return tuple(found.values())


def _rank(line: Sequence[Any]) -> tuple[bool, int, str, str]:
    place, name, _, node, _ = line
    return place > 0, len(name), name, str(node)
