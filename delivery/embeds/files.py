"""The files of embeds: the script that pages of others load, and the page where embeds are built."""

from functools import lru_cache

from delivery.answers import Answer, Headers
from delivery.embeds import cards
from delivery.embeds.cards import FOLDER
from delivery.embeds.embed import HTML
from delivery.pages import VARY, Asked
from errors import NotFound
from loaders.clients import NOBODY, ApiClient

ANYONE = ApiClient("", "anyone", NOBODY, frozenset({"*"}), public=True)
"""Who asks for files: nobody is turned away, and nothing is counted."""
LASTING: Headers = ((b"cache-control", b"public, max-age=3600, stale-while-revalidate=86400"), (b"vary", VARY))
NOSNIFF = (b"x-content-type-options", b"nosniff")
FOR_OTHERS: Headers = ((b"access-control-allow-origin", b"*"), (b"cross-origin-resource-policy", b"cross-origin"))
BUILDER = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:;"
    b" frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
TYPES = {"js": b"text/javascript; charset=utf-8", "css": b"text/css; charset=utf-8"}
FILES = {"embed.js": FOR_OTHERS, "builder.js": (), "builder.css": ()}


@lru_cache
def _answer(name: str) -> Answer:
    media = TYPES[name.rpartition(".")[2]]
    body = (FOLDER / "static" / name).read_bytes()
    return Answer(200, body, [(b"content-type", media), NOSNIFF, *LASTING, *FILES[name]], keep=True)


@lru_cache
def _builder(address: str, locales: tuple[str, ...], publisher: str) -> Answer:
    page = cards.environment.get_template("builder.html").render(address=address, locales=locales, publisher=publisher)
    headers = [(b"content-type", HTML), NOSNIFF, *LASTING, (b"content-security-policy", BUILDER)]
    return Answer(200, page.encode(), headers, keep=True)


async def script(asked: Asked) -> Answer:
    """The web components, as pages of others load them."""
    asked.exchange.client = ANYONE
    return _answer("embed.js")


async def file(asked: Asked) -> Answer:
    """A file of the builder's page. Raises NotFound."""
    asked.exchange.client = ANYONE
    name = asked.path["name"]
    if name not in FILES:
        raise NotFound("There is nothing at this address.")
    return _answer(name)


async def builder(asked: Asked) -> Answer:
    """The page where someone picks what to embed, sees it, and copies the line for a page."""
    asked.exchange.client = ANYONE
    settings = asked.settings
    return _builder(settings.address, tuple(settings.fallbacks), settings.publisher)
