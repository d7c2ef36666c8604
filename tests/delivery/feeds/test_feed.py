"""Feeds: what stands in them, for whom, and what nobody can take off."""

import re
from typing import Any
from urllib.parse import urlencode

import graphql
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from delivery.embeds.embed import OPERATIONS as EMBEDS
from delivery.feeds.feed import OPERATIONS
from delivery.tags import ALL, node_tag
from loaders.rows import node_id
from models import ANONYMOUS
from publishing.clients import update
from publishing.release import erase

WORDING = "Ask your physician."
FORMS = ["atom", "json"]
TYPES = ["article", "procedure", "physician"]


@pytest.fixture
async def practice(make):
    """A page of each type, reviewed, about a topic; the article is by a physician who consents, and in Spanish too."""
    await make.live("disclaimer/house", locale="es", title="Reglas")
    await make.live("topic/knee", title="Knee", summary="All about knees.")
    of = {"topics": ["knee"], "lastReviewedOn": "2026-02-01"}
    await make.live("physician/ana", title="Dr. Ana Example", bio="All of it.", lastVerifiedOn="2026-02-01", **BIO)
    await make.live("article/knees", title="Knees", summary="In short.", body="All of it.", authors=["ana"], **of)
    await make.live("article/knees", locale="es", title="Rodillas", body="Todo.", lastReviewedOn="2026-02-01")
    await make.live("procedure/hip", title="Hip", overview="All of it.", **of)
    return make


BIO = {"topics": ["knee"], "jobTitle": "Orthopedic surgeon"}


def kept(html: str) -> dict[str, bool]:
    """What of an entry cannot be taken off: whether it is there."""
    return {
        "disclaimer": bool(re.search(rf'class="disclaimer".*{WORDING}', html, re.DOTALL)),
        "attribution": bool(re.search(r'class="attribution".*<a href="https://site.example/e[ns]/\w+/\w+">', html)),
        "review": bool(re.search(r'class="reviewed".*<time datetime="2026-02-01">[^<]*2026</time>', html, re.DOTALL)),
    }


KEPT = {"disclaimer": True, "attribution": True, "review": True}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("type", TYPES)
async def test_every_entry_has_what_cannot_be_taken_off(web, practice, read, form, type):
    """Disclaimer, attribution and day of review are in the content, and the receipt names the wording."""
    edge = await web()
    (house,) = (await edge.post('{ disclaimer(slug: "house") { contentHash } }')).json()["data"].values()

    feed = read(await edge.client.get(f"/feed.{form}?type={type}"))

    (entry,) = feed.entries
    assert kept(entry.html) == KEPT
    assert "All of it." in entry.html
    assert entry.receipt == ("house", 1, house["contentHash"])


async def test_both_forms_say_the_same(web, practice, read):
    """Atom and JSON Feed are two ways to write one feed."""
    edge = await web(public_url="https://content.example", site_name="The Practice")

    for asked in ("type=article", "type=physician&topic=knee", "type=procedure", "type=article&locale=es"):
        atom, json = [read(await edge.client.get(f"/feed.{form}?{asked}")) for form in FORMS]
        assert (atom.title, atom.home, atom.language, atom.entries) == (
            json.title,
            json.home,
            json.language,
            json.entries,
        )
        assert atom.url.replace(".atom", ".json") == json.url


async def test_a_feed_tells_of_itself_and_of_its_entries(web, practice, read):
    """Who publishes what where; of a page its title, page, moments, authors, topics and summary."""
    edge = await web(public_url="https://content.example", site_name="The Practice")

    feed = read(await edge.client.get("/feed.atom"))

    (entry,) = feed.entries
    assert (feed.title, feed.url) == ("The Practice · Articles", "https://content.example/feed.atom")
    assert (feed.home, feed.language) == ("https://site.example", "en")
    assert (entry.title, entry.url) == ("Knees", "https://site.example/en/article/knees")
    assert (entry.authors, entry.topics, entry.summary) == (("Dr. Ana Example",), ("Knee",), "In short.")
    assert entry.language == "en"


async def test_an_entry_leads_to_the_page_that_search_engines_should_keep(web, make, read):
    """That is the canonical URL, where an editor set one."""
    await make.live("article/knees", seo={"canonicalUrl": "https://elsewhere.example/knees"})
    edge = await web()

    feed = read(await edge.client.get("/feed.json"))

    assert [entry.url for entry in feed.entries] == ["https://elsewhere.example/knees"]


@pytest.mark.parametrize(
    ("placement", "confirmed", "order"),
    [
        ("BEFORE_CONTENT", False, ["disclaimer", "content"]),
        ("AFTER_CONTENT", False, ["content", "disclaimer"]),
        ("BOTH", False, ["disclaimer", "content", "disclaimer"]),
        ("AFTER_CONTENT", True, ["disclaimer", "content"]),
    ],
)
async def test_a_disclaimer_stands_where_its_placement_says(web, make, read, placement, confirmed, order):
    """Before the content, behind it, or both; before it where readers must confirm it."""
    await make.live("disclaimer/own", placement=placement, acknowledgementRequired=confirmed)
    await make.live("article/knees", disclaimer="own")
    edge = await web()

    (entry,) = read(await edge.client.get("/feed.atom")).entries

    assert re.findall(r'class="(disclaimer|content)"', entry.html) == order


async def test_the_newest_thirty_stand_in_the_order_of_their_first_publication(web, make, read):
    """A page that is published again is changed, not new."""
    for number in range(32):
        await make.live(f"article/page-{number}")
    again = await make.live("article/page-5", title="Changed")
    edge = await web()

    answer = await edge.client.get("/feed.atom")

    entries = read(answer).entries
    assert [each.url.rpartition("-")[2] for each in entries] == [str(number) for number in range(31, 1, -1)]
    changed = next(each for each in entries if each.title == "Changed")
    assert changed.published < entries[0].published < changed.updated
    assert f"</title>\n<updated>{changed.updated}</updated>\n<author>" in answer.text
    assert again.problems == []


async def test_ids_stay_whatever_changes(web, practice, read):
    """Titles, slugs, wordings, the site's address and the server's; each locale has an id of its own."""
    edge = await web()
    (before,) = read(await edge.client.get("/feed.atom")).entries
    (spanish,) = read(await edge.client.get("/feed.atom?locale=es")).entries
    (node,) = (await edge.post('{ article(slug: "knees") { id disclaimer { text } } }')).json()["data"].values()
    await practice.live("article/knees-renamed", title="Renamed", id=node_id(node["id"])[1])
    moved = await web(site_url="https://moved.example", public_url="https://content.example")

    (after,) = read(await moved.client.get("/feed.json")).entries

    assert after.id == before.id
    assert after.url != before.url
    assert spanish.id != before.id


async def test_only_what_is_live_in_the_locale_is_in_a_feed(web, practice, read):
    """Neither drafts, nor what was withdrawn or erased, nor other locales, nor a physician who does not consent."""
    await practice.draft("article/draft", body="A secret.")
    withdrawn = await practice.live("article/withdrawn", body="A secret.")
    await practice.withdraw(withdrawn)
    erased = await practice.live("article/erased", body="A secret.")
    await practice.withdraw(erased)
    await erase(erased.node, who="counsel")
    await practice.draft("article/knees", body="A secret.", title="Knees, to come")
    await practice.live("physician/shy", syndicationConsent=False, bio="A secret.")
    await practice.live("article/shy", authors=["shy"])
    edge = await web()

    asked = [f"/feed.{form}?type={type}" for form in FORMS for type in TYPES]
    answers = [await edge.client.get(each) for each in asked]
    spanish = [read(await edge.client.get(f"/feed.{form}?locale=es")) for form in FORMS]

    found = [[entry.title for entry in read(answer).entries] for answer in answers]
    assert found == [["Shy", "Knees"], ["Hip"], ["Dr. Ana Example"]] * 2
    assert not any("secret" in answer.text or "to come" in answer.text for answer in answers)
    assert not any("physician/shy" in answer.text for answer in answers)
    assert [[entry.title for entry in feed.entries] for feed in spanish] == [["Rodillas"]] * 2


async def test_a_feed_of_a_topic_has_what_is_about_it(web, practice, read):
    """By its slug, of now or of before; the feed stays the same one when the topic is renamed."""
    await practice.live("article/other")
    edge = await web()
    before = await edge.client.get("/feed.atom?topic=knee")
    (node,) = (await edge.post('{ topic(slug: "knee") { id } }')).json()["data"].values()
    await practice.live("topic/knees", title="The knee", id=node_id(node["id"])[1])
    await edge.graph.advance()

    after = await edge.client.get("/feed.atom?topic=knee")

    feeds = read(before), read(after)
    assert [[entry.title for entry in feed.entries] for feed in feeds] == [["Knees"]] * 2
    assert [feed.title for feed in feeds] == ["site.example · Knee · Articles", "site.example · The knee · Articles"]
    assert [feed.home.rpartition("/")[2] for feed in feeds] == ["knee", "knees"]
    assert feeds[1].url.endswith("/feed.atom?topic=knees")
    assert before.text.split("</id>")[0] == after.text.split("</id>")[0]


async def test_a_feed_without_entries_is_valid_and_says_no_time_of_its_own(web, make, read):
    """The same bytes at any time: readers would take another moment for news."""
    edge = await web()

    answers = [await edge.client.get(f"/feed.{form}?type=procedure&locale=es") for form in FORMS]

    assert [read(answer).entries for answer in answers] == [(), ()]
    assert "<updated>1970-01-01T00:00:00+00:00</updated>" in answers[0].text


async def test_nothing_in_the_content_breaks_a_feed(web, make, read):
    """Markup in titles, characters that XML has none for, footnotes: read back as they are, or left out."""
    title = 'Knees & <b>"hips"</b> ]]> \x0b\ufffe\U0001f9b5'
    await make.live("topic/odd", title=title)
    await make.live("article/odd", title=title, summary=title, topics=["odd"], body="A\x0c note.[^1]\n\n[^1]: Note.")
    edge = await web()

    for form, wanted in (("atom", re.sub("[\x0b\ufffe]", "", title)), ("json", title)):
        (entry,) = read(await edge.client.get(f"/feed.{form}?topic=odd")).entries
        assert (entry.title, entry.summary, entry.topics) == (wanted, wanted, (wanted,))
        assert 'href="https://site.example/en/article/odd#fn:1"' in entry.html


async def test_rights_stand_in_their_places(web, make):
    """Holder and licence of an article; the words of credit are in its content."""
    await make.live("article/knees", license="CC BY 4.0", copyrightHolder="The Practice", creditText="With thanks.")
    edge = await web()

    atom, json = [await edge.client.get(f"/feed.{form}") for form in FORMS]

    assert "<rights>© The Practice. CC BY 4.0</rights>" in atom.text
    assert json.json()["items"][0]["_caveat"]["rights"] == "© The Practice. CC BY 4.0"
    assert "With thanks." in json.json()["items"][0]["content_html"]


async def test_feeds_are_kept_until_the_graph_moves(web, practice, read):
    """An entity tag spares the bytes, the response cache the statements; the next revision has another feed."""
    edge = await web()
    asked = "/feed.atom?topic=knee"
    first = await edge.client.get(asked)
    statements = edge.graph.database.statements

    again = await edge.client.get(asked)
    spared = await edge.client.get(asked, headers={"if-none-match": first.headers["etag"]})
    head = await edge.client.head(asked)
    unread = edge.graph.database.statements - statements
    await practice.live("article/hips", topics=["knee"])
    await edge.graph.advance()
    moved = await edge.client.get(asked, headers={"if-none-match": first.headers["etag"]})

    assert (again.content, unread) == (first.content, 0)
    assert (spared.status_code, spared.content) == (304, b"")
    assert (head.content, head.headers["etag"]) == (b"", first.headers["etag"])
    assert (moved.status_code, [entry.title for entry in read(moved).entries]) == (200, ["Hips", "Knees"])
    assert first.headers["cache-control"] == "public, max-age=60, stale-while-revalidate=60"
    assert first.headers["content-type"] == "application/atom+xml; charset=utf-8"


async def test_each_parameter_has_a_feed_of_its_own(web, practice):
    """Nothing that was kept for one is given for another; what is the default may be left out."""
    edge = await web()
    asked = ["", "?type=physician", "?topic=knee", "?locale=es", "?type=procedure&topic=knee"]

    bodies = {each: (await edge.client.get(f"/feed.json{each}")).json()["feed_url"] for each in asked}
    usual = await edge.client.get("/feed.json?type=article&locale=en")

    assert bodies == {each: f"http://127.0.0.1:8000/feed.json{each}" for each in asked}
    assert usual.content == (await edge.client.get("/feed.json")).content


async def test_feeds_bear_the_tags_that_a_release_purges(web, practice):
    """That of their type, because what is new comes into them, and that of their topic, which they name."""
    edge = await web(tags_header="Surrogate-Key")
    (topic,) = (await edge.post('{ topic(slug: "knee") { id } }')).json()["data"].values()

    answer = await edge.client.get("/feed.atom?topic=knee")

    assert {ALL, "k-article", node_tag(node_id(topic["id"])[1])} <= set(answer.headers["surrogate-key"].split())


@pytest.mark.parametrize("type", TYPES)
async def test_the_number_of_statements_does_not_depend_on_the_number_of_entries(web, make, type):
    """One entry and twelve take the same."""
    found = []
    await make.live("topic/knee")
    await make.live("physician/ana", topics=["knee"])
    for slugs in (["first"], [f"page-{number}" for number in range(11)]):
        for slug in slugs:
            links = {} if type == "physician" else {"medicalReviewers": ["ana"]}
            await make.live(f"{type}/{slug}", topics=["knee"], **links)
        edge = await web()
        before = edge.graph.database.statements
        await edge.client.get(f"/feed.atom?type={type}&topic=knee")
        found.append(edge.graph.database.statements - before)

    assert found[0] == found[1] <= 12


WRONG = {
    "type=podcast": (400, "BAD_REQUEST", "type must be one of article, procedure, physician, and is 'podcast'."),
    "type=topic": (400, "BAD_REQUEST", "type must be one of article, procedure, physician, and is 'topic'."),
    "locale=fr": (400, "BAD_REQUEST", "locale must be one of en, es, and is 'fr'."),
    "topic=none": (404, "NOT_FOUND", "There is no topic 'none' in the locale en."),
    "topic=": (404, "NOT_FOUND", "There is no topic '' in the locale en."),
    "topic=knee&locale=es": (404, "NOT_FOUND", "There is no topic 'knee' in the locale es."),
    "size=5": (400, "BAD_REQUEST", "There is no parameter 'size' here; there are type, topic, locale."),
    "type=article&type=article": (400, "BAD_REQUEST", "The address has a parameter twice."),
}


@pytest.mark.parametrize("form", FORMS)
async def test_wrong_requests_are_told_what_is_wrong(web, practice, form):
    """As the rest of the API says it, and not to be kept."""
    edge = await web()

    for asked, (status, code, message) in WRONG.items():
        answer = await edge.client.get(f"/feed.{form}?{asked}")

        assert answer.json() == {"errors": [{"message": message, "extensions": {"code": code}}]}
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/json; charset=utf-8"
        assert answer.headers["cache-control"] == "no-store"


async def test_a_feed_is_read_and_nothing_else(web, practice):
    """Other methods are refused, and named."""
    edge = await web()

    answer = await edge.client.post("/feed.atom")

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


async def test_whoever_closes_the_anonymous_door_closes_feeds(web, practice):
    """Without the scope content:read there is nothing in them, nor is it said which topics there are."""
    await update(ANONYMOUS, {"scopes": []})
    edge = await web()

    answers = [await edge.client.get(f"/feed.{form}?{asked}") for form in FORMS for asked in ("", "topic=knee")]

    assert [answer.json()["errors"][0]["extensions"]["code"] for answer in answers] == ["FORBIDDEN"] * 4


NAMES = ["type", "topic", "locale", "disclaimer", "fields", "preview", "asOf", "callback", "limit"]
VALUES = [*TYPES, "en", "es", "knee", "disclaimer", "none", "off", "false", "0", "30", "", "\0", "<!--", "]]>"]
words = st.text(max_size=8)
usual = {"type": st.sampled_from(TYPES), "topic": st.just("knee"), "locale": st.sampled_from(["en", "es"])}
likely = st.fixed_dictionaries({}, optional=usual)
HEADERS = ["accept", "accept-language", "caveat-min-revision", "authorization", "cookie", "range", "purpose"]
headers = st.dictionaries(
    st.sampled_from(HEADERS), st.sampled_from(["*/*", "application/json", "text/plain", "bytes=0-40", "Bearer x"])
)


async def test_no_parameter_and_no_header_takes_anything_off(web, practice, read):
    """Whatever is asked: a valid feed whose every entry has all that it must, or an error that says why."""
    edge = await web()
    asks: list[Any] = []

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        form=st.sampled_from(FORMS),
        given=likely | st.dictionaries(st.sampled_from(NAMES) | words, st.sampled_from(VALUES) | words),
        sent=headers,
    )
    def anything(form, given, sent):
        asks.append((f"/feed.{form}?{urlencode(given, errors='replace')}", sent))

    anything()
    shown = 0
    for asked, sent in asks:
        answer = await edge.client.get(asked, headers=sent)
        if answer.status_code != 200:
            assert answer.json()["errors"][0]["extensions"]["code"] in ("BAD_REQUEST", "NOT_FOUND"), asked
            continue
        entries = read(answer).entries
        assert [kept(each.html) for each in entries] == [KEPT] * len(entries), asked
        shown += len(entries)
    assert shown > 20


@pytest.mark.parametrize("type", TYPES)
def test_feeds_and_embeds_ask_for_the_same_card(type):
    """An entry is the card of an embed: disclaimer and all come by one fragment, which both operations spread."""
    (embed, card), (feed, same) = (
        graphql.parse(text, no_location=True).definitions for text in (EMBEDS[type], OPERATIONS[type])
    )

    assert card == same
    assert "disclaimer" in [each.name.value for each in card.selection_set.selections]
    assert "...Card" in graphql.print_ast(embed)
    assert "...Card" in graphql.print_ast(feed)
