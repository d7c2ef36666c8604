"""``/oembed?url=…``: an embed as consumers of oEmbed 1.0 (oembed.com) ask for it, for pages of the site and of embeds.

The address of an embed page may bear a partner's token: then its answer does too.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson
from markupsafe import Markup

from delivery.access import syndicated
from delivery.answers import Answer
from delivery.embeds import cards
from delivery.embeds.cards import FOLDER
from delivery.embeds.embed import KINDS, OPERATIONS, address, client_of
from delivery.pages import Asked, Found, Rendered
from errors import BadRequest, NotFound
from settings import Settings

JSON, XML = b"application/json; charset=utf-8", b"text/xml; charset=utf-8"
ADDRESSED = (FOLDER / "operations" / "addressed.graphql").read_text()
MEDIA = {"json": JSON, "xml": XML}
SIZES = {"physician": (480, 560), "article": (640, 720), "procedure": (640, 720)}
"""Width and height of the frames, in CSS pixels, where the consumer asks for no less."""
SMALLEST = (200, 200)
FRAME = Markup(
    '<iframe src="{src}" title="{title}" width="{width}" height="{height}" style="border:0" loading="lazy"'
    ' sandbox="allow-popups allow-popups-to-escape-sandbox" referrerpolicy="no-referrer"></iframe>'
)
Page = tuple[str, str | None, str | None, str]
"""A kind, a partner's token, a locale and a slug."""


async def oembed(asked: Asked) -> Answer:
    """The answer for the page that the parameter ``url`` names. Raises BadRequest and NotFound.

    Other parameters than oEmbed's are ignored: consumers send some of their own.
    """
    media = MEDIA.get(asked.parameters.get("format", "json"))
    if media is None:
        raise UnknownFormat(f"format must be one of {', '.join(MEDIA)}.")
    asked.exchange.media = media
    url = asked.parameters.get("url")
    if not url:
        raise BadRequest("oEmbed needs the parameter url: the address of a page that can be embedded.")
    embed = _of_embeds(url, asked.settings)
    token = embed[1] if embed else None
    asked.let_in(syndicated(client_of(token, asked.answering.graph.clients)))
    kind, _, locale, slug = embed or await _of_site(url, asked)
    width, height = (_size(asked, name, place, kind) for place, name in enumerate(("maxwidth", "maxheight")))
    key = token, locale, width, height

    def render(found: Found) -> Rendered:
        if found.data["content"] is None:
            raise NotFound("There is nothing to embed at this url, or not for you.")
        told = _told(kind, token, found.data["content"], (width, height), asked)
        return Rendered(orjson.dumps(told) if media is JSON else _xml(told))

    return await asked.page(OPERATIONS[kind], {"slug": slug, "locale": locale}, key, render)


class UnknownFormat(BadRequest):
    """A format of oEmbed that there is none of (oEmbed 1.0, 2.3.4)."""

    status = 501


async def _of_site(url: str, asked: Asked) -> Page:
    """The page of the site at a URL. Raises BadRequest and NotFound."""
    found = (await asked.data(ADDRESSED, {"url": url}))["content"]
    kind = found["__typename"].lower() if found else ""
    if kind not in KINDS:
        raise NotFound("There is nothing to embed at this url, or not for you.")
    return kind, None, found["locale"], found["slug"]


def _of_embeds(url: str, settings: Settings) -> Page | None:
    """The page that an address of an embed shows; None where it is none."""
    if not url.startswith(f"{settings.address}/embed/"):
        return None
    parts = urlsplit(url)
    names = parts.path.removeprefix("/embed/").removesuffix(".html").split("/")
    if len(names) not in (2, 3) or names[-2] not in KINDS:
        return None
    locale = dict(parse_qsl(parts.query)).get("locale")
    token = names[0] if len(names) == 3 else None
    return names[-2], token, locale if locale in settings.fallbacks else None, names[-1]


def _size(asked: Asked, name: str, place: int, kind: str) -> int:
    """The width or the height of the frame: what is usual, or less where less is asked for. Raises BadRequest."""
    given = asked.parameters.get(name)
    if given is None:
        return SIZES[kind][place]
    if not given.isascii() or not given.isdigit() or int(given[:9]) < SMALLEST[place]:
        raise BadRequest(f"{name} must be a number of pixels, {SMALLEST[place]} or more.")
    return min(int(given[:9]), SIZES[kind][place])


def _told(
    kind: str, token: str | None, content: Mapping[str, Any], size: tuple[int, int], asked: Asked
) -> dict[str, Any]:
    settings, (width, height) = asked.settings, size
    src = address(settings, token, kind, content)
    return {
        "type": "rich",
        "version": "1.0",
        "title": content["title"],
        "provider_name": settings.publisher,
        "provider_url": settings.site_url,
        "cache_age": settings.fresh_seconds,
        "html": FRAME.format(src=src, title=content["title"], width=width, height=height),
        "width": width,
        "height": height,
    }


def _xml(told: Mapping[str, Any]) -> bytes:
    return cards.xml(cards.environment.get_template("oembed.xml"), told=told)
