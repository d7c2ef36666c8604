"""oEmbed, as its consumers ask."""

import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from publishing.clients import create

PAGE = "https://site.example/en/physician/ana"


class Discovery(HTMLParser):
    """A consumer's way to the answer: the page's links to oEmbed, by their types."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "link" and given.get("rel") == "alternate":
            self.links[given["type"]] = given["href"]


def frame(html: str) -> dict[str, str | None]:
    """The attributes of the frame in an answer."""
    found: list[dict[str, str | None]] = []

    class Frames(HTMLParser):
        def handle_starttag(self, tag, attrs):
            found.append(dict(attrs))

    Frames().feed(html)
    (only,) = found
    return only


@pytest.fixture
async def bio(make):
    """A physician who consents."""
    await make.live("physician/ana", title='Dr. Ana "Example" & Co\x0b')


async def test_a_page_of_the_site_is_told_as_a_rich_embed(web, bio):
    """All that oEmbed 1.0 asks of the type rich; the frame leads to a page with the disclaimer."""
    edge = await web(public_url="https://content.example", site_name="The Practice")

    answer = await edge.client.get("/oembed", params={"url": PAGE})

    told = answer.json()
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    inside = frame(told.pop("html"))
    assert told == {
        "type": "rich",
        "version": "1.0",
        "title": 'Dr. Ana "Example" & Co',
        "provider_name": "The Practice",
        "provider_url": "https://site.example",
        "cache_age": 60,
        "width": 480,
        "height": 560,
    }
    assert inside["src"] == "https://content.example/embed/physician/ana?locale=en"
    assert inside["title"] == 'Dr. Ana "Example" & Co'
    page = await edge.client.get(urlsplit(inside["src"] or "").path)
    assert "Ask your physician." in page.text


async def test_json_and_xml_say_the_same(web, bio):
    """Element by element."""
    edge = await web()

    json, xml = [await edge.client.get("/oembed", params={"url": PAGE, "format": each}) for each in ("json", "xml")]

    elements = {each.tag: each.text for each in ET.fromstring(xml.content)}
    assert elements == {name: str(value) for name, value in json.json().items()}
    assert xml.headers["content-type"] == "text/xml; charset=utf-8"


async def test_consumers_find_it_from_an_embed_and_a_partner_stays_a_partner(web, bio):
    """By the links in the page's head; its token is in the address of the frame again."""
    token = await create("partner", {"partner": True, "public": True, "origins": ["https://partner.example"]})
    edge = await web(public_url="http://caveat.example")

    page = await edge.client.get(f"/embed/{token}/physician/ana")
    links = Discovery(page.text).links
    told = [(await edge.client.get(each)) for each in links.values()]

    assert sorted(links) == ["application/json+oembed", "text/xml+oembed"]
    assert [each.status_code for each in told] == [200, 200]
    assert frame(told[0].json()["html"])["src"] == f"http://caveat.example/embed/{token}/physician/ana?locale=en"


@pytest.mark.parametrize(
    ("given", "size"),
    [({}, (480, 560)), ({"maxwidth": "300"}, (300, 560)), ({"maxwidth": "9" * 30, "maxheight": "250"}, (480, 250))],
)
async def test_the_frame_is_no_larger_than_asked(web, bio, given, size):
    """maxwidth and maxheight are honoured, in the answer and in its HTML."""
    edge = await web()

    told = (await edge.client.get("/oembed", params={"url": PAGE, **given})).json()

    assert (told["width"], told["height"]) == size
    assert (frame(told["html"])["width"], frame(told["html"])["height"]) == tuple(map(str, size))


async def test_addresses_of_other_patterns_are_known(web, bio):
    """The site's own pattern, with the default locale where it has none."""
    edge = await web(url_patterns={"physician": "/team/{slug}"})

    found = await edge.client.get("/oembed", params={"url": "https://site.example/team/ana?from=list#top"})
    other = await edge.client.get("/oembed", params={"url": PAGE})

    assert (found.status_code, other.status_code) == (200, 404)


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ({}, 400, "BAD_REQUEST"),
        ({"url": "https://elsewhere.example/en/physician/ana"}, 404, "NOT_FOUND"),
        ({"url": "https://site.example/en/physician/nobody"}, 404, "NOT_FOUND"),
        ({"url": "https://site.example/en/topic/ana"}, 404, "NOT_FOUND"),
        ({"url": "https://site.example/xx/physician/ana"}, 404, "NOT_FOUND"),
        ({"url": PAGE, "maxwidth": "10"}, 400, "BAD_REQUEST"),
        ({"url": PAGE, "maxheight": "-1"}, 400, "BAD_REQUEST"),
        ({"url": PAGE, "format": "yaml"}, 501, "BAD_REQUEST"),
        ({"url": "http://caveat.example/embed/caveat_none/physician/ana"}, 401, "UNAUTHENTICATED"),
    ],
)
async def test_what_cannot_be_embedded_is_refused(web, bio, given, status, code):
    """With the status that oEmbed gives it, and the reason."""
    edge = await web(public_url="http://caveat.example")

    answer = await edge.client.get("/oembed", params=given)

    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (status, code)
