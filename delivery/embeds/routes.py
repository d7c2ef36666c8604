"""The addresses of embeds."""

from starlette.routing import Route

from delivery.embeds.embed import HTML, fragment, refused_fragment, refused_whole, whole
from delivery.embeds.files import builder, file, script
from delivery.embeds.oembed import JSON, oembed
from delivery.pages import Pages

_whole, _fragment = Pages(HTML, whole, refused_whole), Pages(HTML, fragment, refused_fragment)

ROUTES = [
    Route("/embed", Pages(HTML, builder)),
    Route("/embed/{kind}/{slug}.html", _fragment),
    Route("/embed/{kind}/{slug}", _whole),
    Route("/embed/{token}/{kind}/{slug}.html", _fragment),
    Route("/embed/{token}/{kind}/{slug}", _whole),
    Route("/embed.js", Pages(HTML, script)),
    Route("/embed/{name}", Pages(HTML, file)),
    Route("/oembed", Pages(JSON, oembed)),
]
