"""The web site of examples/web, as its readers see it in Chromium."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

ROOT = Path(__file__).parents[2]
AXE = ROOT / "examples" / "web" / "node_modules" / "axe-core" / "axe.min.js"
PAGES = {
    "home": "/en",
    "article": "/en/article/considering-lumbar-fusion",
    "sections": "/en/article/understanding-knee-osteoarthritis",
    "procedure": "/en/procedure/knee-replacement",
    "physician": "/en/physician/ana-example",
    "topic": "/en/topic/knee",
    "search": "/en/search?q=herniated+dsc",
    "spanish": "/es/article/antes-de-decidirse-por-una-fusion-lumbar",
    "fallback": "/es/article/back-on-the-trail",
    "missing": "/en/article/there-is-no-such-article",
}
CONTENT = """query All($locale: String!) @inContext(locale: $locale, fallback: []) {
  articles(first: 100) { nodes { url disclaimer { text placement } } }
  procedures(first: 100) { nodes { url disclaimer { text placement } } }
  physicians(first: 100) { nodes { url disclaimer { text placement } } }
}"""

pytestmark = pytest.mark.xdist_group("examples")  # they are built and served once


def words(text: str) -> str:
    """A text without its white space."""
    return " ".join(text.split())


def title(page: Page) -> str:
    """The heading of a page."""
    return page.inner_text("h1")


def test_a_reader_walks_from_page_to_page(reader, examples):
    """Each click shows the next page in place, moves the focus to its heading, and asks a stored operation by GET."""
    page = reader.opens("/en")

    page.click("#articles >> text=Living with spinal stenosis")
    page.wait_for_url("**/en/article/living-with-spinal-stenosis")
    page.click(".authors a")
    page.wait_for_url("**/en/physician/*")
    page.click(".end .card >> text=Lumbar spinal fusion")
    page.wait_for_url("**/en/procedure/lumbar-spinal-fusion")
    expect(page.get_by_role("heading", level=1, name="Lumbar spinal fusion")).to_be_focused()
    page.go_back()
    page.wait_for_selector("h1:has-text('Dr. ')")

    documents = [each for each in reader.requests if each.resource_type == "document"]
    asked = [each for each in reader.requests if each.url.startswith(examples.api)]
    assert len(documents) == 1
    assert len(asked) >= 4
    assert {each.method for each in asked} == {"GET"}
    assert {httpx.URL(each.url).path.rpartition("/")[2] for each in asked} <= examples.ids
    assert not [each.url for each in asked if "query=" in each.url or "authorization" in each.headers]


def test_a_suggestion_is_chosen_by_keyboard(reader):
    """Typing opens a list; arrows go through it, Escape closes it, Enter opens what was chosen."""
    page = reader.opens("/en")
    box = page.get_by_role("combobox")

    box.press_sequentially("knee rep")
    page.wait_for_selector("[role=option]")
    expanded = box.get_attribute("aria-expanded")
    box.press("Escape")
    closed = box.get_attribute("aria-expanded")
    box.press("l")
    page.wait_for_selector("[role=option]")
    box.press("ArrowDown")
    chosen = page.locator(f"#{box.get_attribute('aria-activedescendant')}")

    assert (expanded, closed) == ("true", "false")
    assert chosen.get_attribute("aria-selected") == "true"
    assert words(chosen.inner_text()) == "Knee replacement Procedure"
    box.press("Enter")
    page.wait_for_url("**/en/procedure/knee-replacement")


def test_a_search_corrects_marks_and_narrows(reader):
    """A misspelt word is searched as what it means; hits have marks; a facet narrows, and leads back."""
    page = reader.opens("/en/article/considering-lumbar-fusion")

    page.get_by_role("combobox").fill("carpel tunel")
    page.get_by_role("button", name="Search").click()
    page.wait_for_selector(".corrected")

    assert page.inner_text(".corrected a") == "carpal tunnel"
    assert page.locator(".hit mark").count() > 0
    everything = page.locator(".hit").count()
    page.click(".facets a >> text=Procedure")
    page.wait_for_selector(".facets [aria-current]")
    assert {words(each) for each in page.locator(".hit .eyebrow").all_inner_texts()} == {
        "Procedure · Medical information"
    }
    page.click(".facets [aria-current]")
    expect(page.locator(".facets [aria-current]")).to_have_count(0)
    assert page.locator(".hit").count() == everything


def test_nothing_found_says_what_to_do(reader):
    """A search without hits has words for it."""
    page = reader.opens("/en/search?q=zzzyx")

    assert "Nothing was found" in page.inner_text("main")


def test_the_same_page_in_spanish(reader):
    """The switch leads to the translation, under its own address; labels and dates are Spanish too."""
    page = reader.opens("/en/article/considering-lumbar-fusion")

    page.click("text=Español")
    page.wait_for_url("**/es/article/antes-de-decidirse-por-una-fusion-lumbar")
    page.wait_for_selector("text=Última revisión: 14 de septiembre de 2026")

    assert page.get_attribute("html", "lang") == "es"
    assert title(page) == "Antes de decidirse por una fusión lumbar"
    assert page.inner_text(".disclaimer-title") == "Una opinión personal"


def test_what_is_not_translated_is_shown_as_it_is(reader):
    """An article without a Spanish edition says so, and its text is marked as English."""
    page = reader.opens("/es/article/back-on-the-trail")

    assert page.inner_text(".fallback") == "Esta página solo está disponible en inglés."
    assert page.get_attribute(".content > .text", "lang") == "en"
    assert page.get_attribute("html", "lang") == "es"


def test_a_page_that_does_not_exist(reader):
    """It says so, offers the search, and asks search engines to forget it."""
    page = reader.opens("/en/article/there-is-no-such-article")

    assert title(page) == "This page does not exist"
    assert page.get_by_role("combobox").is_visible()
    assert page.get_attribute("meta[name=robots]", "content") == "noindex"
    assert title(reader.opens("/en/constructor/nobody")) == "This page does not exist"


@pytest.mark.parametrize("locale", ["en", "es"])
def test_every_page_of_content_has_its_disclaimer_in_its_place(reader, examples, locale):
    """On all articles, procedures and physicians, the whole text stands before or after the content, as it must."""
    asked = httpx.post(f"{examples.api}/graphql", json={"query": CONTENT, "variables": {"locale": locale}})
    nodes = [node for kind in asked.json()["data"].values() for node in kind["nodes"]]
    page = reader.opens(f"/{locale}")

    for node in nodes:
        page.goto(node["url"])
        page.wait_for_selector(".disclaimer")
        place = {"BEFORE_CONTENT": ["before"], "AFTER_CONTENT": ["after"], "BOTH": ["before", "after"]}
        found = page.evaluate(PLACES)
        assert [each["place"] for each in found] == place[node["disclaimer"]["placement"]], node["url"]
        assert {words(each["text"]) for each in found} == {words(node["disclaimer"]["text"])}, node["url"]
    assert len(nodes) >= 10


# A disclaimer stands before the content where rich text follows it, and after it where rich text precedes it.
PLACES = """() => [...document.querySelectorAll('.disclaimer')].map((box) => {
  const text = document.querySelector('.text .rich')
  const after = text.compareDocumentPosition(box) & Node.DOCUMENT_POSITION_FOLLOWING
  const paragraphs = [...box.querySelectorAll('p:not(.disclaimer-title)')].map((each) => each.textContent)
  return { place: after ? 'after' : 'before', text: paragraphs.join(' ') }
})"""


@pytest.mark.parametrize("name", ["article", "procedure", "physician", "topic"])
def test_search_engines_are_told_what_the_api_says(reader, name):
    """Title, canonical address, robots, alternates and JSON-LD are there, and gone when the reader has left."""
    page = reader.opens(PAGES[name])

    graph = json.loads(page.inner_text("script[type='application/ld+json']"))
    alternates = page.locator("link[rel=alternate]").evaluate_all("all => all.map((each) => each.hreflang)")
    canonical = page.get_attribute("link[rel=canonical]", "href") or ""

    assert graph["@context"] == "https://schema.org"
    assert page.title().endswith(" | Harbour Lane Orthopaedics")
    assert canonical.startswith("https://harbour-lane.example/" if name == "physician" else reader.site)
    assert "index" in (page.get_attribute("meta[name=robots]", "content") or "")
    assert page.get_attribute("meta[name=description]", "content")
    assert alternates == ["en", "es", "x-default"]
    page.click(".brand")
    page.wait_for_selector(".hero")
    assert page.locator("script[type='application/ld+json'], link[rel=canonical], link[rel=alternate]").count() == 0


def test_a_reader_without_a_network_is_told_so(examples, browser):
    """A page that cannot be loaded says what to do, and comes when the network is back."""
    page = browser.new_page()
    page.goto(f"{examples.web}/en")
    page.wait_for_selector(".hero")

    page.context.set_offline(True)
    page.click("#procedures >> text=Hip replacement")
    page.wait_for_selector(".problem")
    told = title(page)
    page.context.set_offline(False)
    page.get_by_role("link", name="Try again").click()

    page.wait_for_selector("h1:has-text('Hip replacement')")
    assert told == "We cannot load this page"
    page.close()


def test_a_spent_budget_asks_for_patience(examples, browser):
    """Where the API has no budget left, the page says when to try again."""
    set_budget(examples, "1", 429)
    try:
        page = browser.new_page()
        page.goto(f"{examples.web}/en")
        page.wait_for_selector(".problem")

        assert title(page) == "Many people are reading right now"
        assert "Please try again in " in page.inner_text(".problem")
        page.close()
    finally:
        set_budget(examples, "unlimited", 200)


def set_budget(examples: Any, budget: str, status: int) -> None:
    """Give those without a token a budget, and wait until the server knows."""
    command = [sys.executable, "-m", "cli.main", "clients", "update", "anonymous", "--budget", budget]
    environment = {**os.environ, "CAVEAT_DATABASE_URL": examples.database}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    query = {"query": "{ topics(first: 5) { nodes { title } } }"}
    for _ in range(100):
        if httpx.post(f"{examples.api}/graphql", json=query).status_code == status:
            return
        time.sleep(0.1)
    pytest.fail(f"the budget {budget} was not taken over")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_pages_are_accessible_and_fit(reader, tmp_path, width, scheme):
    """On a desk and on a phone, in light and dark: axe-core finds nothing, and nothing runs out of the page."""
    page = reader.opens("/en", width=width, scheme=scheme)
    found = []

    for name, path in PAGES.items():
        page.goto(reader.site + path)
        page.wait_for_selector("h1")
        page.evaluate("document.fonts.ready.then(() => true)")
        page.screenshot(path=tmp_path / f"{name}.png", full_page=True)
        found += [(name, *each) for each in violations(page)]
        found += [(name, "overflow")] if page.evaluate("document.documentElement.scrollWidth > innerWidth") else []

    assert found == []


def test_open_suggestions_are_accessible(reader):
    """The list of suggestions passes axe-core while an option is chosen."""
    page = reader.opens("/en")
    box = page.get_by_role("combobox")
    box.press_sequentially("knee")
    page.wait_for_selector("[role=option]")
    box.press("ArrowDown")

    assert violations(page) == []


def violations(page: Page) -> list[tuple[str, str]]:
    """What axe-core finds on a page: the rule, and the elements."""
    page.evaluate(AXE.read_text())
    result = page.evaluate("axe.run({ resultTypes: ['violations'] })")
    assert len(result["passes"]) > 15
    return [(each["id"], str([node["target"] for node in each["nodes"]])) for each in result["violations"]]
