"""Embeds: what their pages and fragments have, for whom, and what nobody can take off."""

import re
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tortoise import connections

from delivery.tags import node_tag
from loaders.rows import node_id
from models import ANONYMOUS
from publishing.clients import create, update

WORDING = "Ask your physician."


@pytest.fixture
async def practice(make):
    """Three pages with a review, two of them by a physician who consents."""
    await make.live("physician/ana", title="Dr. Ana Example", lastVerifiedOn="2026-02-01", bio="Ana's *whole* bio.")
    reviewed = {"lastReviewedOn": "2026-02-01", "authors": ["ana"]}
    await make.live("article/knees", title="Knees", body="All of it.\n\n## Further\n\nMore.", **reviewed)
    await make.live("procedure/hip", title="Hip", overview="All of it.", lastReviewedOn="2026-02-01")
    return make


def kept(html: str, site: str = "https://site.example") -> dict[str, bool]:
    """What of an embed cannot be taken off: whether it is there."""
    return {
        "disclaimer": bool(re.search(r'class="disclaimer".*' + WORDING, html, re.DOTALL)),
        "attribution": bool(re.search(rf'class="attribution".*<a href="{site}/en/\w+/\w+">', html)),
        "review": bool(re.search(r'<time datetime="2026-02-01">February 1, 2026</time>', html)),
    }


ALL = {"disclaimer": True, "attribution": True, "review": True}


@pytest.mark.parametrize(("kind", "slug"), [("physician", "ana"), ("article", "knees"), ("procedure", "hip")])
async def test_every_form_of_an_embed_has_what_cannot_be_taken_off(web, practice, kind, slug):
    """Disclaimer, attribution and day of review, on pages and in fragments; a fragment is the card of the page."""
    edge = await web()

    page = await edge.client.get(f"/embed/{kind}/{slug}")
    fragment = await edge.client.get(f"/embed/{kind}/{slug}.html?heading=1")

    assert (page.status_code, fragment.status_code) == (200, 200)
    assert kept(page.text) == kept(fragment.text) == ALL
    assert fragment.text in page.text
    assert page.text.startswith("<!doctype html>")
    assert fragment.text.startswith("<article")


async def test_an_embed_names_what_was_served(web, practice):
    """Revision, disclaimer, its version and the hash of its wording, in the HTML and in a header."""
    edge = await web()
    asked = '{ disclaimer(slug: "house") { version contentHash } }'
    (house,) = (await edge.post(asked)).json()["data"].values()

    answer = await edge.client.get("/embed/physician/ana.html")

    assert (
        f'data-revision="{edge.graph.revision}"\n data-disclaimer="house" data-disclaimer-version="1"'
        f' data-disclaimer-hash="{house["contentHash"]}"' in answer.text
    )
    assert answer.headers["caveat-revision"] == str(edge.graph.revision)
    assert answer.headers["caveat-disclaimer"] == f'"house";locale=en;version=1;sha256={house["contentHash"]}'


async def test_a_physician_who_withdraws_consent_is_gone_at_the_next_revision(web, practice):
    """The embed has a polite empty state in its place, and says nothing of the physician."""
    edge = await web()
    before = await edge.client.get("/embed/physician/ana")
    await practice.live("physician/ana", title="Dr. Ana Example", syndicationConsent=False)
    await edge.graph.advance()

    after = [await edge.client.get(f"/embed/physician/{slug}") for slug in ("ana", "nobody")]
    byline = await edge.client.get("/embed/article/knees.html")

    assert before.status_code == 200
    assert [each.status_code for each in after] == [404, 404]
    assert after[0].text == after[1].text
    assert "This page is not available at the moment." in after[0].text
    assert "Ana" not in after[0].text + byline.text


async def test_a_disclaimer_stands_where_its_placement_says(web, make):
    """Before the content, behind it, or both; where readers must confirm it, the content is closed until they do."""
    for placement in ("BEFORE_CONTENT", "AFTER_CONTENT", "BOTH"):
        slug = placement.lower().replace("_", "-")
        await make.live(f"disclaimer/{slug}", placement=placement, title="A notice")
        await make.live(f"article/{slug}", disclaimer=slug, body="Body.")
    await make.live("disclaimer/confirm", acknowledgementRequired=True, title="A notice")
    await make.live("article/confirm", disclaimer="confirm", body="Body.")
    edge = await web()

    async def order(slug: str) -> list[str]:
        html = (await edge.client.get(f"/embed/article/{slug}.html")).text
        return re.findall(r'class="disclaimer"|<details|class="content"', html)

    notice, content = 'class="disclaimer"', 'class="content"'
    assert await order("before-content") == [notice, content]
    assert await order("after-content") == [content, notice]
    assert await order("both") == [notice, content, notice]
    assert await order("confirm") == [notice, "<details", content]


async def test_a_partner_sees_its_physicians_and_no_others(web, practice):
    """By the token in the path; a token that is a secret, or none, is refused and says so."""
    await practice.live("physician/ben", title="Dr. Ben Specimen")
    public = await create("partner", {"partner": True, "public": True, "origins": ["*"], "physicians": ["ana"]})
    secret = await create("app", {})
    edge = await web()

    async def asked(token: str, slug: str) -> tuple[int, str]:
        answer = await edge.client.get(f"/embed/{token}/physician/{slug}.html")
        return answer.status_code, "".join(re.findall(r'class="why"[^>]*>([A-Z_]+):', answer.text))

    assert await asked(public, "ana") == (200, "")
    assert await asked(public, "ben") == (404, "")
    assert await asked(secret, "ana") == (403, "FORBIDDEN")
    assert await asked("caveat_none", "ana") == (401, "UNAUTHENTICATED")


async def test_a_token_in_the_path_reads_as_a_partner_at_head_and_no_more(web, practice):
    """Whatever else its client may: drafts and physicians without consent are not in its embeds."""
    everything = {"public": True, "origins": ["*"], "scopes": ["content:read", "content:preview", "content:history"]}
    token = await create("website", everything)
    await practice.live("physician/shy", syndicationConsent=False)
    await practice.draft("article/draft")
    edge = await web()

    answers = [await edge.client.get(f"/embed/{token}/{each}") for each in ("physician/shy", "article/draft")]

    assert [each.status_code for each in answers] == [404, 404]


async def test_origins_are_enforced_where_browsers_tell_them(web, practice):
    """By frame-ancestors for pages, by CORS for fragments; a fetch from elsewhere is refused."""
    origins = ["https://partner.example", "https://www.partner.example"]
    token = await create("partner", {"partner": True, "public": True, "origins": origins})
    edge = await web()

    page = await edge.client.get(f"/embed/{token}/physician/ana")
    own, other = [
        await edge.client.get(
            f"/embed/{token}/physician/ana.html", headers={"origin": origin, "sec-fetch-mode": "cors"}
        )
        for origin in (origins[0], "https://elsewhere.example")
    ]
    anyone = await edge.client.get("/embed/physician/ana")

    assert page.headers["content-security-policy"].endswith(f"frame-ancestors {' '.join(origins)}")
    assert anyone.headers["content-security-policy"].endswith("frame-ancestors *")
    assert (own.status_code, own.headers["access-control-allow-origin"]) == (200, origins[0])
    assert (other.status_code, "access-control-allow-origin" in other.headers) == (403, False)
    assert own.headers["vary"] == "accept-encoding, origin"


async def test_whoever_closes_the_anonymous_door_closes_that_of_embeds(web, practice):
    """Without the scope content:read nothing is shown without a token."""
    await update(ANONYMOUS, {"scopes": []})
    edge = await web()

    answer = await edge.client.get("/embed/physician/ana.html")

    assert (answer.status_code, "Ana" in answer.text) == (403, False)


async def test_the_budget_of_a_token_counts_for_each_address(web, practice):
    """What is kept costs the same; whoever spent it gets a polite refusal, and another address is served."""
    token = await create("partner", {"partner": True, "public": True, "origins": ["*"], "budget": 250})
    edge = await web(trusted_proxies=("192.0.2.0/24",))

    async def asked(address: str) -> tuple[int, str | None]:
        headers = {"x-forwarded-for": address}
        answer = await edge.client.get(f"/embed/{token}/physician/ana.html", headers=headers)
        return answer.status_code, answer.headers.get("retry-after")

    answers = [await asked("198.51.100.1") for _ in range(4)]
    other = await asked("198.51.100.2")

    assert [status for status, _ in answers] == [200, 200, 429, 429]
    assert answers[2][1] is not None
    assert other[0] == 200


async def test_embeds_are_kept_until_the_graph_moves(web, practice):
    """An entity tag spares the bytes, the response cache the statements; the next revision has another page."""
    edge = await web()
    first = await edge.client.get("/embed/article/knees")
    statements = edge.graph.database.statements

    again = await edge.client.get("/embed/article/knees")
    spared = await edge.client.get("/embed/article/knees", headers={"if-none-match": first.headers["etag"]})
    head = await edge.client.head("/embed/article/knees")
    unread = edge.graph.database.statements - statements
    await practice.live("article/knees", title="Knees, again")
    await edge.graph.advance()
    moved = await edge.client.get("/embed/article/knees", headers={"if-none-match": first.headers["etag"]})

    assert (again.content, unread) == (first.content, 0)
    assert (spared.status_code, spared.content) == (304, b"")
    assert (head.content, head.headers["etag"]) == (b"", first.headers["etag"])
    assert (moved.status_code, "Knees, again" in moved.text) == (200, True)
    assert first.headers["cache-control"] == "public, max-age=60, stale-while-revalidate=60"


async def test_embeds_bear_the_tags_that_a_release_purges(web, practice):
    """Those of the bio and of its disclaimer, so that a CDN drops what changed, and no more."""
    edge = await web(tags_header="Surrogate-Key")
    nodes = '{ physician(slug: "ana") { id disclaimer { id } } }'
    ana = (await edge.post(nodes)).json()["data"]["physician"]

    answer = await edge.client.get("/embed/physician/ana.html")

    wanted = {node_tag(node_id(each)[1]) for each in (ana["id"], ana["disclaimer"]["id"])}
    assert wanted <= set(answer.headers["surrogate-key"].split())


async def test_headings_stand_beneath_the_title_of_the_card(web, practice):
    """A page gives the level of the title that fits its own; those of the content follow."""
    edge = await web()

    html = (await edge.client.get("/embed/article/knees.html?heading=4")).text

    assert re.findall(r"<h(\d)[^>]*>", html) == ["4", "5"]


async def test_wrong_requests_are_told_what_is_wrong(web, practice):
    """Parameters and values that mean nothing, kinds that are not embedded, methods."""
    edge = await web()

    async def refused(path: str) -> tuple[int, str]:
        answer = await edge.client.get(path)
        (why,) = re.findall(r'class="why"[^>]*>([^<]*)</p>', answer.text)
        return answer.status_code, why.replace("&#39;", "'")

    assert await refused("/embed/article/knees.html?disclaimer=off") == (
        400,
        "BAD_REQUEST: There is no parameter 'disclaimer' here; there are locale, detail, heading.",
    )
    assert await refused("/embed/article/knees?theme=pink") == (
        400,
        "BAD_REQUEST: theme must be one of auto, light, dark, and is 'pink'.",
    )
    assert await refused("/embed/article/knees?accent=red;}") == (
        400,
        "BAD_REQUEST: accent must be a colour of six hexadecimal digits, as 0b6e69, and is 'red;}'.",
    )
    assert (await refused("/embed/article/knees?locale=fr"))[1].startswith("BAD_REQUEST: 'fr' is not a locale")
    assert (await refused("/embed/topic/knees"))[0] == 404
    assert (await edge.client.post("/embed/article/knees")).status_code == 405


NAMES = ["locale", "detail", "heading", "theme", "accent", "disclaimer", "part", "class", "style", "fields", "preview"]
VALUES = ["en", "es", "summary", "full", "1", "5", "light", "dark", "000000", "none", "off", "false", "0", "", "<!--"]
HEADERS = ["accept", "accept-language", "caveat-min-revision", "authorization", "cookie", "range", "origin", "purpose"]
words = st.text(max_size=8)
known = st.fixed_dictionaries(
    {},
    optional={
        "locale": st.sampled_from(["en", "es"]),
        "detail": st.sampled_from(["summary", "full"]),
        "heading": st.sampled_from(["1", "2", "3", "4", "5"]),
    },
)
parameters = known | st.dictionaries(st.sampled_from(NAMES) | words, st.sampled_from(VALUES) | words)
headers = st.dictionaries(
    st.sampled_from(HEADERS),
    st.sampled_from(["*/*", "application/json", "text/plain", "bytes=0-40", "https://evil.example", "Bearer x"]),
)


async def test_no_parameter_and_no_header_takes_anything_off(web, practice):
    """Whatever is asked: an answer that has a word of the content has disclaimer, attribution and day of review."""
    edge = await web()
    token = await create("partner", {"partner": True, "public": True, "origins": ["*"]})
    await edge.graph.advance()
    pages = [f"{page}{form}" for page in ("physician/ana", "article/knees", "procedure/hip") for form in ("", ".html")]
    shown = 0

    async def ask(page: str, given: dict[str, str], sent: dict[str, str], way: str) -> Any:
        return await edge.client.request(way, f"/embed/{page}?{urlencode(given, errors='replace')}", headers=sent)

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        page=st.sampled_from(pages),
        partner=st.booleans(),
        given=parameters,
        sent=headers,
        way=st.sampled_from(["GET", "GET", "GET", "POST", "PUT", "OPTIONS"]),
    )
    def never(page, partner, given, sent, way):
        asks.append((f"{token}/{page}" if partner else page, given, sent, way))

    asks: list[Any] = []
    never()
    for each in asks:
        answer = await ask(*each)
        if re.search(r"Ana|Knees|All of it|whole|Hip", answer.text):
            assert (answer.status_code, kept(answer.text)) == (200, ALL), each
            assert WORDING in answer.text
            shown += 1
    assert shown > 20


async def test_where_we_fail_the_page_stays_polite(web, practice, url, caplog):
    """It shows nothing of what happened, which the log has."""
    edge = await web()
    await connections.get(url.partition(":")[0]).execute_script("ALTER TABLE disclaimer RENAME TO lost")

    page = await edge.client.get("/embed/physician/ana")

    assert (page.status_code, 'data-error="INTERNAL"' in page.text) == (500, True)
    assert "Please try again in a moment." in page.text
    assert (page.headers["cache-control"], page.headers["content-type"]) == ("no-store", "text/html; charset=utf-8")
    assert "lost" not in page.text
    assert "a page failed" in caplog.text


async def test_a_page_may_have_several_cards(web, make):
    """Anchors bear the name of their card, of the content as of both notices; links within a card stay in it."""
    note = "A claim.[^1]\n\n[^1]: A note.\n"
    await make.live("disclaimer/noted", title="Noted", body=note, placement="BOTH")
    await make.live("article/knees", disclaimer="noted", body=note)
    edge = await web()

    page = (await edge.client.get("/embed/article/knees")).text

    ids = re.findall(r'id="([^"]+)"', page)
    assert len(ids) == len(set(ids)) == 6
    assert {each.removeprefix("article-knees-") for each in ids} >= {"fn:1", "disclaimer-before-fn:1"}
    assert sorted(re.findall(r'<a target="_self"[^>]* href="#([^"]+)"', page)) == sorted(ids)


async def test_an_embed_keeps_its_locale_for_consumers(web, make):
    """The link to oEmbed leads to the same page in the same locale."""
    await make.live("disclaimer/house", "es", title="Reglas")
    await make.live("physician/ana", "en")
    await make.live("physician/ana", "es", title="Dra. Ana Ejemplo")
    edge = await web(public_url="http://caveat.example")

    page = (await edge.client.get("/embed/physician/ana?locale=es")).text
    (link,) = re.findall(r'json\+oembed" href="([^"]+)"', page)
    told = (await edge.client.get(unescape(link))).json()

    assert told["title"] == "Dra. Ana Ejemplo"
    assert "/embed/physician/ana?locale=es" in told["html"]


async def test_refusals_can_be_read_where_a_partner_may_ask(web, practice):
    """Of a token that ended nobody knows whose it was: every client's pages may show what is said of it."""
    await update(ANONYMOUS, {"origins": ["https://site.example"]})
    await create("partner", {"partner": True, "public": True, "origins": ["https://partner.example"]})
    edge = await web()

    page = await edge.client.get("/embed/caveat_ended/physician/ana")
    origin = {"origin": "https://partner.example"}
    fragment = await edge.client.get("/embed/caveat_ended/physician/ana.html", headers=origin)

    assert (page.status_code, fragment.status_code) == (401, 401)
    assert "frame-ancestors https://partner.example https://site.example" in page.headers["content-security-policy"]
    assert fragment.headers["access-control-allow-origin"] == "https://partner.example"
    assert fragment.headers["cross-origin-resource-policy"] == "cross-origin"
