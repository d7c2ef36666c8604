"""The operations that are measured, as clients send them: a text, and one set of variables or many in turn."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

FOLDER = Path(__file__).parent / "operations"
PHYSICIAN, PROCEDURE = "bela-sample", "knee-replacement"
IN_TURN = 500


@dataclass(frozen=True)
class Operation:
    """An operation with the bodies of its requests, which are sent in turn."""

    name: str
    bodies: tuple[bytes, ...]


def operations(slugs: Sequence[str]) -> list[Operation]:
    """All four, for a graph whose articles have these slugs."""
    return [
        _operation("page", [{"first": 20}]),
        _operation("article", [{"slug": slug} for slug in spread(slugs, IN_TURN)]),
        _operation("bio", [{"slug": PHYSICIAN}]),
        _operation("guide", [{"slug": PROCEDURE}]),
    ]


def every_article(slugs: Sequence[str]) -> Operation:
    """Each article once, by its slug."""
    return _operation("article", [{"slug": slug} for slug in slugs])


def spread(slugs: Sequence[str], count: int) -> list[str]:
    """So many of the slugs, at even distances; all of them where there are fewer."""
    count = min(count, len(slugs))
    return [slugs[place * len(slugs) // count] for place in range(count)]


def _operation(name: str, variables: Sequence[dict[str, Any]]) -> Operation:
    query = (FOLDER / f"{name}.graphql").read_text(encoding="utf-8")
    return Operation(name, tuple(orjson.dumps({"query": query, "variables": each}) for each in variables))
