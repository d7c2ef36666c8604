"""A document's profile: how much each term, and each pair of neighbours, says of it. Written once, read at each search.

A profile is numbers in ascending order, four bytes each: the CRC-32 of a term, or of two terms that stand side by side
in whatever order; and behind them as many bytes: impacts from 1 to 255. A look takes 0.5 µs (2026-11).
"""

import struct
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain, pairwise
from zlib import crc32

Keys = Sequence[int]

SATURATION, LEAST_OF_LENGTH = 0.6, 0.5
"""BM25's k1 and 1 - b, tuned on one half of the corpus (bench/search_eval.py)."""
USUAL_TITLE, USUAL_BODY = 4, 350
"""How many terms these have as a rule. Fixed, so that no document changes when others come."""
TITLE, NAMES, HEADINGS, BODY = 12.0, 4.0, 3.0, 1.0
"""What a term in a field weighs."""
KEY = 4
MOST = 255


def packed(title: Sequence[str], names: Iterable[str], headings: Iterable[str], body: Sequence[Sequence[str]]) -> bytes:
    """The profile of a document whose fields are these terms; the body comes in paragraphs.

    Impacts are BM25's over all fields, weighted (BM25F): w / (k1 + w), of 255.
    """
    per_title = TITLE / (LEAST_OF_LENGTH + (1 - LEAST_OF_LENGTH) * max(len(title), 1) / USUAL_TITLE)
    per_body = BODY / (LEAST_OF_LENGTH + (1 - LEAST_OF_LENGTH) * sum(map(len, body)) / USUAL_BODY)
    all_of_body = chain.from_iterable(body)
    weights: dict[str, float] = defaultdict(float)
    for each, weight in ((title, per_title), (set(names), NAMES), (set(headings), HEADINGS), (all_of_body, per_body)):
        for term, times in Counter(each).items():
            weights[term] += times * weight
    neighbours = {two for each in (title, *body) for two in pairwise(each) if two[0] != two[1]}
    impacts = {pair(*two): MOST for two in neighbours}
    impacts |= {key(term): _impact(weight) for term, weight in weights.items()}
    numbers = sorted(impacts)
    return struct.pack(f"={len(numbers)}I", *numbers) + bytes(map(impacts.__getitem__, numbers))


def _impact(weight: float) -> int:
    return max(1, round(MOST * weight / (SATURATION + weight)))


def key(term: str) -> int:
    """What a term is looked up by."""
    return crc32(term.encode())


def pair(one: str, other: str) -> int:
    """What two neighbours are looked up by."""
    return key(f"{one} {other}" if one < other else f"{other} {one}")


class Profile:
    """A profile, as it is read."""

    __slots__ = ("_impacts", "_keys", "_size")

    def __init__(self, packed: bytes) -> None:
        self._size = len(packed) // (KEY + 1)
        view = memoryview(packed)
        self._keys: Keys = view[: KEY * self._size].cast("I")
        self._impacts = view[KEY * self._size :]

    def impact(self, key: int) -> float:
        """How much what has a key says of the document: from 0, where it is not in it, to 1."""
        place = bisect_left(self._keys, key)
        return self._impacts[place] / MOST if place < self._size and self._keys[place] == key else 0.0
