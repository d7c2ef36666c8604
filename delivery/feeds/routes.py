"""The addresses of feeds and sitemaps."""

from starlette.routing import Route

from delivery.feeds.feed import ATOM, JSON, atom, json_feed
from delivery.feeds.sitemap import XML, index, part
from delivery.pages import Pages

ROUTES = [
    Route("/feed.atom", Pages(ATOM, atom)),
    Route("/feed.json", Pages(JSON, json_feed)),
    Route("/sitemap.xml", Pages(XML, index)),
    Route("/sitemap/{kind}-{number}.xml", Pages(XML, part)),
]
