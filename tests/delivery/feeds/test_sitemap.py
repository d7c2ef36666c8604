"""Sitemaps: which pages they list, for search engines that read them strictly."""

import re
import xml.etree.ElementTree as ET
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from delivery.feeds.documents import xml
from delivery.feeds.sitemap import KINDS, nodes_a_part
from delivery.tags import ALL
from loaders import sitemap
from loaders.perspective import Audience, Perspective, Reading
from models import ANONYMOUS, Edition, Kind
from publishing.clients import update
from publishing.release import erase
from settings import Settings

S, X = "{http://www.sitemaps.org/schemas/sitemap/0.9}", "{http://www.w3.org/1999/xhtml}"
PATTERNS = {kind: f"https://site.example/{{locale}}/{kind.value}/{{slug}}" for kind in KINDS}
SITE = "https://site.example"


def index_of(answer: Any) -> dict[str, str]:
    """An index (siteindex.xsd): the address of each part, with its moment."""
    root = read(answer, "sitemapindex")
    parts = list(root)
    assert 0 < len(parts) <= 50_000
    for each in parts:
        assert [child.tag for child in each] == [f"{S}loc", f"{S}lastmod"]
    return {checked_url(each[0].text): moment(each[1].text) for each in parts}


def part_of(answer: Any) -> dict[str, tuple[str, dict[str, str]]]:
    """A part (sitemap.xsd): the moment of each page, and its alternates by language."""
    root = read(answer, "urlset")
    assert 0 < len(root) <= 50_000
    found = {}
    for each in root:
        (loc, lastmod, *links) = each
        assert [loc.tag, lastmod.tag, *{link.tag for link in links}] == [f"{S}loc", f"{S}lastmod", f"{X}link"]
        assert {link.get("rel") for link in links} == {"alternate"}
        alternates = {link.get("hreflang"): checked_url(link.get("href")) for link in links}
        assert len(alternates) == len(links)
        assert loc.text in alternates.values()
        found[checked_url(loc.text)] = moment(lastmod.text), alternates
    assert len(found) == len(root)
    for url, (_, alternates) in found.items():  # alternates must name each other
        assert all(found[other][1] == alternates for other in alternates.values()), url
    return found


def read(answer: Any, root: str) -> ET.Element:
    """A file of a sitemap, by its root element."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/xml; charset=utf-8"
    assert len(answer.content) <= 50_000_000
    found = ET.fromstring(answer.content)
    assert found.tag == S + root
    return found


def checked_url(url: str) -> str:
    """An absolute URL, escaped, shorter than sitemaps.org allows."""
    assert urlsplit(url).scheme in ("http", "https")
    assert urlsplit(url).netloc
    assert re.fullmatch(r"[\w.~:/?#\[\]@!$&'()*+,;=%-]{1,2047}", url, re.ASCII), url
    return url


def moment(text: str) -> str:
    """A moment of W3C Datetime."""
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", text)
    datetime.fromisoformat(text)
    return text


async def listed(edge) -> dict[str, tuple[str, dict[str, str]]]:
    """All pages of the whole sitemap: each part is read, and its newest moment is the one in the index."""
    pages: dict[str, tuple[str, dict[str, str]]] = {}
    for url, newest in index_of(await edge.client.get("/sitemap.xml")).items():
        part = part_of(await edge.client.get(urlsplit(url).path))
        assert max(lastmod for lastmod, _ in part.values()) == newest
        assert not pages.keys() & part.keys()
        pages |= part
    return pages


@pytest.fixture
async def site(make):
    """A page of each kind, one of them in Spanish too."""
    await make.live("disclaimer/house", locale="es")
    await make.live("topic/knee")
    await make.live("physician/ana")
    await make.live("procedure/hip")
    await make.live("article/knees")
    await make.live("article/rodillas", locale="es", id=await node_of("article", "knees"))
    return make


async def node_of(kind: str, slug: str) -> str:
    """The node of what is live under a slug."""
    return str((await Edition.get(kind=kind, slug=slug, until=None, since__not_isnull=True)).node_id)


async def test_every_page_of_the_site_is_listed_in_every_locale(web, site):
    """With when its wording was published, and with all its locales; disclaimers are no pages that people search."""
    edge = await web(public_url="https://content.example")

    index = index_of(await edge.client.get("/sitemap.xml"))
    pages = await listed(edge)

    kinds = ("article", "physician", "procedure", "topic")
    assert [*index] == [f"https://content.example/sitemap/{kind}-1.xml" for kind in kinds]
    english, spanish = f"{SITE}/en/article/knees", f"{SITE}/es/article/rodillas"
    both = {"en": english, "es": spanish, "x-default": english}
    assert {url: alternates for url, (_, alternates) in pages.items()} == {
        english: both,
        spanish: both,
        **{
            url: {"en": url, "x-default": url}
            for url in (f"{SITE}/en/physician/ana", f"{SITE}/en/procedure/hip", f"{SITE}/en/topic/knee")
        },
    }
    asked = "query ($locale: String) @inContext(locale: $locale) {"
    asked += ' article(slug: "knees") { updatedAt disclaimer { text } } }'
    for locale, url in (("en", english), ("es", spanish)):
        answer = (await edge.post(asked, variables={"locale": locale})).json()
        assert pages[url][0] == answer["data"]["article"]["updatedAt"][:19] + "+00:00"
    assert pages[spanish][0] > pages[english][0]


async def test_a_page_that_is_not_in_the_default_locale_has_no_default(web, site):
    """There is no page then that all others could be led to."""
    await site.live("article/solo", locale="es")
    edge = await web()

    pages = await listed(edge)

    assert pages[f"{SITE}/es/article/solo"][1] == {"es": f"{SITE}/es/article/solo"}


SEO: list[tuple[dict[str, str], bool]] = [
    ({}, True),
    ({"title": "Own"}, True),
    ({"robots": "index,follow"}, True),
    ({"robots": "max-image-preview:none"}, True),
    ({"robots": "noindex"}, False),
    ({"robots": "NoIndex, nofollow"}, False),
    ({"robots": "nofollow , noindex"}, False),
    ({"robots": "none"}, False),
    ({"canonicalUrl": "https://site.example/en/article/page-8"}, True),
    ({"canonicalUrl": "https://elsewhere.example/page-9"}, False),
    ({"canonicalUrl": "https://site.example/en/article/other"}, False),
]


async def test_what_search_engines_should_not_keep_is_not_listed(web, site):
    """Neither by the robots directive, nor by a canonical URL that is another's; nor is it an alternate."""
    for number, (seo, _) in enumerate(SEO):
        page = await site.live(f"article/page-{number}", seo=seo)
        await site.live(f"article/pagina-{number}", locale="es", id=page.node)
    edge = await web()

    pages = await listed(edge)

    wanted = [there for _, there in SEO]
    assert [f"{SITE}/en/article/page-{number}" in pages for number in range(len(SEO))] == wanted
    spanish = [pages[f"{SITE}/es/article/pagina-{number}"][1] for number in range(len(SEO))]
    assert ["en" in alternates for alternates in spanish] == wanted


async def test_a_locale_that_the_site_has_no_more_is_not_listed(db, site):
    """What is live in it stays in the database, and has no page."""
    (head,) = await db.fetch("SELECT revision FROM graph_head", {})
    reading = Reading(db, Perspective(head[0], datetime(2026, 3, 2).date(), ("es",)))

    parts = await sitemap.parts(PATTERNS, 100, reading)

    assert [[p.slug for each in await sitemap.pages(part, PATTERNS, reading) for p in each] for part in parts] == [
        ["rodillas"]
    ]


async def test_only_what_is_live_is_listed(web, site):
    """Neither drafts, nor what was withdrawn or erased, nor a slug of before."""
    await site.draft("article/draft")
    withdrawn = await site.live("article/withdrawn")
    await site.withdraw(withdrawn)
    erased = await site.live("article/erased")
    await site.withdraw(erased)
    await erase(erased.node, who="counsel")
    await site.live("article/knees-now", id=await node_of("article", "knees"))
    edge = await web()

    pages = await listed(edge)

    assert sorted(url.removeprefix(SITE) for url in pages if "/article/" in url) == [
        "/en/article/knees-now",
        "/es/article/rodillas",
    ]


async def test_what_the_anonymous_client_may_not_see_is_not_listed(web, site):
    """Physicians beyond those that it may show; nothing at all where it may not read."""
    await site.live("physician/ben")
    await update(ANONYMOUS, {"physicians": ["ben"]})
    edge = await web()

    pages = await listed(edge)
    await update(ANONYMOUS, {"scopes": []})
    await edge.graph.advance()
    closed = [await edge.client.get(path) for path in ("/sitemap.xml", "/sitemap/article-1.xml")]

    assert [url for url in pages if "/physician/" in url] == [f"{SITE}/en/physician/ben"]
    assert [answer.json()["errors"][0]["extensions"]["code"] for answer in closed] == ["FORBIDDEN"] * 2


async def test_urls_are_escaped(web, make):
    """As sitemaps.org wants it, whatever the patterns of the site have in them."""
    await make.live("article/knees")
    edge = await web(url_patterns={"article": "/{locale}/artículos?a=1&s={slug}"})

    pages = await listed(edge)

    assert [*pages] == [f"{SITE}/en/art%C3%ADculos?a=1&s=knees"]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
async def test_parts_have_every_page_once(db, make, size):
    """Whatever their size: runs of nodes in the order of their ids, and no more nodes than that in any."""
    await make.live("disclaimer/house", locale="es")
    for number in range(5):
        await make.live(f"article/page-{number}")
        if number % 2:
            await make.live(f"article/pagina-{number}", locale="es", id=await node_of("article", f"page-{number}"))
    await make.live("article/hidden", seo={"robots": "noindex"})
    await make.live("topic/knee")
    (head,) = await db.fetch("SELECT revision FROM graph_head", {})
    reading = Reading(db, Perspective(head[0], datetime(2026, 3, 2).date(), ("en", "es"), audience=Audience()))

    parts = await sitemap.parts(PATTERNS, size, reading)
    found = [await sitemap.pages(part, PATTERNS, reading) for part in parts]

    articles = [nodes for part, nodes in zip(parts, found, strict=True) if part.kind is Kind.ARTICLE]
    slugs = [[[page.slug for page in pages] for pages in nodes] for nodes in articles]
    every = [[f"page-{n}", f"pagina-{n}"] if n % 2 else [f"page-{n}"] for n in range(5)]
    assert slugs == [every[start : start + size] for start in range(0, 5, size)]
    assert [part.number for part in parts] == [*range(1, len(articles) + 1), 1]
    assert [part.updated_at for part in parts] == [max(p.updated_at for pages in n for p in pages) for n in found]


@pytest.mark.parametrize("locales", [1, 2, 5, 12, 40, 200])
def test_a_part_stays_within_what_search_engines_read(locales):
    """50,000 URLs and 50 MB, with every page in every locale, under the longest slugs and locales that there are."""
    tags = [f"en-{'a' * 8}-{'b' * 8}-{'c' * 8}-{number:04}" for number in range(locales)]
    settings = Settings(locales=",".join(tags), site_url=f"https://{'long.' * 20}example")
    urls = {tag: settings.url("physician", tag, "s" * 200) for tag in tags}
    pages = [(url, "2026-03-01T09:00:00+00:00") for url in urls.values()]

    bytes = len(xml("part.xml", nodes=[(pages, [*urls.items(), ("x-default", urls[tags[0]])])]))

    nodes = nodes_a_part(settings)
    assert nodes >= 1
    assert nodes * locales <= 50_000
    assert nodes * bytes <= 50_000_000


async def test_sitemaps_are_kept_until_the_graph_moves(web, site):
    """An entity tag spares the bytes, the response cache the statements; the next revision has the new pages."""
    edge = await web()
    for path in ("/sitemap.xml", "/sitemap/article-1.xml"):
        first = await edge.client.get(path)
        statements = edge.graph.database.statements

        again = await edge.client.get(path)
        spared = await edge.client.get(path, headers={"if-none-match": first.headers["etag"]})
        head = await edge.client.head(path)

        assert (again.content, edge.graph.database.statements) == (first.content, statements)
        assert (spared.status_code, spared.content) == (304, b"")
        assert (head.content, head.headers["etag"]) == (b"", first.headers["etag"])
        assert first.headers["cache-control"] == "public, max-age=60, stale-while-revalidate=60"
    await site.live("article/more")
    await edge.graph.advance()
    assert f"{SITE}/en/article/more" in await listed(edge)


async def test_the_number_of_statements_does_not_depend_on_the_number_of_pages(web, site):
    """One for the index, one for each part that is asked for."""
    found = []
    for more in (0, 12):
        for number in range(more):
            await site.live(f"article/page-{number}")
        edge = await web()
        before = edge.graph.database.statements
        await edge.client.get("/sitemap.xml")
        await edge.client.get("/sitemap/article-1.xml")
        found.append(edge.graph.database.statements - before)

    assert found == [2, 2]


async def test_sitemaps_bear_the_tags_that_a_release_purges(web, site):
    """Those of the kinds whose pages they list, however the CDN wants them told apart."""
    fastly, cloudflare = await web(tags_header="Surrogate-Key"), await web(tags_header="Cache-Tag")

    part = await fastly.client.get("/sitemap/article-1.xml")
    index = await cloudflare.client.get("/sitemap.xml")

    assert part.headers["surrogate-key"] == f"{ALL} k-article"
    assert index.headers["cache-tag"] == f"{ALL},k-article,k-procedure,k-physician,k-topic"


@pytest.mark.parametrize(
    "path",
    [f"/sitemap/{each}.xml" for each in ("article-2", "article-01", "article-x", "disclaimer-1", f"x-{'9' * 5_000}")],
    ids=lambda path: path[:25],
)
async def test_a_part_that_there_is_not_is_not_found(web, site, path):
    """And the answer says which there are."""
    edge = await web()

    answer = await edge.client.get(path)

    message = "The sitemap has no such part. /sitemap.xml lists those that there are."
    assert answer.status_code == 404
    assert answer.json() == {"errors": [{"message": message, "extensions": {"code": "NOT_FOUND"}}]}


async def test_a_site_without_pages_has_no_sitemap(web, make):
    """An index without parts would be none: its schema wants one at least."""
    edge = await web()

    answer = await edge.client.get("/sitemap.xml")

    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (404, "NOT_FOUND")


async def test_sitemaps_count_on_the_budget_of_those_who_have_no_token(web, site):
    """What is kept costs the same: whoever spent it is asked to come again later."""
    await update(ANONYMOUS, {"budget": 2_500})
    edge = await web()

    answers = [await edge.client.get("/sitemap.xml") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    assert answers[2].headers["retry-after"]
