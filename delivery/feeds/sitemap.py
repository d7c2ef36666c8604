"""``/sitemap.xml`` and its parts: the site's pages in every locale, as search engines read them (sitemaps.org, 0.9).

They list pages of the site, which has another address than this server: its robots.txt names the sitemap.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from datetime import UTC, datetime
from urllib.parse import quote

from delivery.answers import Answer
from delivery.feeds.documents import xml
from delivery.pages import Asked
from delivery.tags import ALL, kind_tag
from errors import NotFound
from loaders.perspective import Reading
from loaders.sitemap import Page, Part, pages, parts
from models import Kind
from schema.context import Context
from schema.directives import perspective
from settings import Settings

XML = b"application/xml; charset=utf-8"
KINDS = (Kind.ARTICLE, Kind.PROCEDURE, Kind.PHYSICIAN, Kind.TOPIC)
"""What people search for. Disclaimers stand with the content."""
MOST_NODES = 1_000
"""Nodes in a part: 1 MB in two locales, so that the response cache has room for more than sitemaps."""
MOST_URLS, MOST_BYTES = 50_000, 50_000_000
LINE = 350
"""Bytes of a line without its URL's pattern: what stands around it, a slug and a locale as long as they may be."""
WRITTEN = "%/:?#[]@!$&'()*+,;=~"
"""What URLs have as it is; the rest is percent-encoded, as sitemaps.org wants it."""
Made = Callable[[Reading], Awaitable[bytes]]


async def index(asked: Asked) -> Answer:
    """The index: the address of each part, with the newest moment in it. Raises NotFound."""

    async def make(reading: Reading) -> bytes:
        found = await parts(_patterns(asked.settings), nodes_a_part(asked.settings), reading)
        if not found:  # an index has one part at least, says its schema
            raise NotFound("The site has no pages to list yet.")
        base = f"{asked.settings.address}/sitemap"
        return xml("index.xml", parts=[(f"{base}/{p.kind.value}-{p.number}.xml", _moment(p.updated_at)) for p in found])

    return await _kept(asked, KINDS, make)


async def part(asked: Asked) -> Answer:
    """A part, by kind and number in the path. Raises NotFound."""
    kind = next((each for each in KINDS if each.value == asked.path["kind"]), None)
    number = asked.path["number"]

    async def make(reading: Reading) -> bytes:
        found = await parts(_patterns(asked.settings), nodes_a_part(asked.settings), reading)
        wanted = next((each for each in found if (each.kind, str(each.number)) == (kind, number)), None)
        if wanted is None:
            raise NotFound("The sitemap has no such part. /sitemap.xml lists those that there are.")
        return await _part(wanted, asked.settings, reading)

    return await _kept(asked, [kind] if kind else [], make)


async def _part(part: Part, settings: Settings, reading: Reading) -> bytes:
    def written(nodes: Iterable[list[Page]]) -> Iterator[tuple[list[tuple[str, str]], list[tuple[str, str]]]]:
        for each in nodes:
            urls = {page.locale: _url(settings, part.kind, page.locale, page.slug) for page in each}
            usual = urls.get(settings.default_locale)
            alternates = [*urls.items(), *([("x-default", usual)] if usual else [])]
            yield [(urls[page.locale], _moment(page.updated_at)) for page in each], alternates

    return xml("part.xml", nodes=written(await pages(part, _patterns(settings), reading)))


def nodes_a_part(settings: Settings) -> int:
    """How many nodes a part may have, so that it has 50,000 URLs and 50 MB at the most, with all their alternates."""
    locales = len(settings.fallbacks)
    line = LINE + max(len(_url(settings, kind, "", "")) for kind in KINDS)
    return max(1, min(MOST_NODES, MOST_URLS // locales, MOST_BYTES // (locales * (locales + 3) * line)))


def _patterns(settings: Settings) -> dict[Kind, str]:
    return {kind: settings.url(kind.value, "{locale}", "{slug}") for kind in KINDS}


def _url(settings: Settings, kind: Kind, locale: str, slug: str) -> str:
    return quote(settings.url(kind.value, locale, slug), safe=WRITTEN)


def _moment(given: datetime) -> str:
    """A moment as W3C Datetime has it."""
    return given.astimezone(UTC).isoformat(timespec="seconds")


async def _kept(asked: Asked, kinds: Iterable[Kind], made: Made) -> Answer:
    """The answer from the response cache, or made of what the anonymous client sees in all locales of the site."""
    asked.let_in(asked.answering.graph.clients.anonymous)

    async def make(revision: int) -> bytes:
        return await made(await _reading(asked, revision))

    tags = [ALL, *(kind_tag(kind.value) for kind in kinds)]
    return await asked.made("Sitemap", nodes_a_part(asked.settings), (*sorted(asked.path.items()),), tags, make)


async def _reading(asked: Asked, revision: int) -> Reading:
    """What loaders take. Raises Forbidden where the anonymous client may read nothing."""
    graph, settings = asked.answering.graph, asked.settings
    audience = asked.exchange.client.audience
    context = Context(graph.database, settings, audience, revision=revision, graph=graph.cache)
    context.perspective = await perspective({"fallback": list(settings.fallbacks)}, context)
    return context.reading
