"""What a sitemap lists: the pages of a site that search engines should keep, in every locale, a part at a time.

A part is a run of nodes of one kind in the order of their ids. Ids grow with time, so that what is new stands in the
last part, and the others stay as they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from loaders.database import moment
from loaders.perspective import Reading
from models import Kind

Patterns = Mapping[Kind, str]
"""The URLs of pages by kind, with {locale} and {slug} in them. What has another canonical URL is listed elsewhere."""


@dataclass(frozen=True, slots=True)
class Part:
    """A run of nodes, from the first to the last, with the newest moment of what it lists. Numbers begin with 1."""

    kind: Kind
    number: int
    first: str
    last: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a node in a locale."""

    locale: str
    slug: str
    updated_at: datetime


async def parts(patterns: Patterns, size: int, reading: Reading) -> list[Part]:
    """All parts with up to ``size`` nodes each, in the locales of the perspective: one statement."""

    async def load(_: list[Any]) -> list[list[Part]]:
        lines = await reading.fetch(
            "SELECT kind, part, min(CAST(node_id AS text)), max(CAST(node_id AS text)), max(updated_at) FROM ("
            " SELECT e.kind, e.node_id, e.updated_at,"
            " (dense_rank() OVER (PARTITION BY e.kind ORDER BY e.node_id) - 1) / :size AS part"
            f" FROM edition e WHERE {_listed('{0}.kind IN :kinds', reading)}"
            ") numbered GROUP BY kind, part ORDER BY kind, part",
            **_params(patterns, reading),
            size=size,
            kinds=[kind.value for kind in patterns],
        )
        return [[Part(Kind(kind), part + 1, str(a), str(b), moment(newest)) for kind, part, a, b, newest in lines]]

    (found,) = await reading.kept(("sitemap", size, *patterns.items()), ["parts"], load)
    return list(found)


WITHIN = "{0}.kind = :kind AND {0}.node_id >= :first AND {0}.node_id <= :last"
"""The condition that an edition is of a part."""


async def pages(part: Part, patterns: Patterns, reading: Reading) -> list[list[Page]]:
    """The pages of each node in a part, in the order of the perspective's locales: one statement."""
    lines = await reading.fetch(
        "SELECT e.node_id, e.locale, e.slug, e.updated_at FROM edition e"
        f" WHERE {_listed(WITHIN, reading)} ORDER BY e.node_id",
        **_params(patterns, reading),
        kind=part.kind.value,
        first=part.first,
        last=part.last,
    )
    order = {locale: place for place, locale in enumerate(reading.perspective.locales)}
    return [
        sorted(
            (Page(locale, slug, moment(time)) for _, locale, slug, time in each), key=lambda page: order[page.locale]
        )
        for _, each in groupby(lines, key=lambda line: line[0])
    ]


def _listed(within: str, reading: Reading) -> str:
    """What every page fulfils: its node is visible, it is shown itself, and no editor keeps it from search engines.

    ``within`` is what narrows editions of the node, whichever is the one to be seen. It stands twice, for its speed.
    """
    perspective = reading.perspective
    visible = f"SELECT v.node_id FROM edition v WHERE {within.format('v')} AND {perspective.visible('v')}"
    return (
        f"{within.format('e')} AND {perspective.shown('e')} AND e.locale IN :locales AND e.node_id IN ({visible})"
        f" AND {_robots('noindex')} AND {_robots('none')}"
        f" AND (e.seo ->> 'canonicalUrl' IS NULL OR e.seo ->> 'canonicalUrl' = {_own_url()})"
    )


def _robots(word: str) -> str:
    """The condition that a word is not among the robots directives of an edition (they are told apart by commas)."""
    return f"',' || replace(lower(coalesce(e.seo ->> 'robots', '')), ' ', '') || ',' NOT LIKE '%,{word},%'"


def _own_url() -> str:
    """The URL of an edition's page."""
    patterns = " ".join(f"WHEN '{kind.value}' THEN :url_{kind.value}" for kind in Kind)
    return f"replace(replace(CASE e.kind {patterns} ELSE '' END, '{{locale}}', e.locale), '{{slug}}', e.slug)"


def _params(patterns: Patterns, reading: Reading) -> dict[str, Any]:
    urls = {f"url_{kind.value}": patterns.get(kind, "") for kind in Kind}
    return {**urls, "locales": list(reading.perspective.locales)}
