"""The app of examples/offline, as a patient uses it in Chromium, with a network and without."""

import itertools
import json
import os
import re
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from examples.serve import Site, serve

ROOT = Path(__file__).parents[2]
AXE = ROOT / "examples" / "web" / "node_modules" / "axe-core" / "axe.min.js"
CONTENT = """query All($locale: String!) @inContext(locale: $locale) {
  procedures(first: 100) { nodes { id title disclaimer { text placement } } }
}"""
LOST = "Failed to load resource: (net::|the server responded with a status of (429|400))"
"""What Chromium says of requests without an answer, or with an error."""

WORKER = "navigator.serviceWorker.ready.then(() => true)"
"""Waits until the app itself is on the device."""

pytestmark = pytest.mark.xdist_group("examples")  # they are built and served once


@pytest.fixture
def patient(reader, examples) -> Any:
    """A reader of the app."""
    reader.site, reader.tolerated = examples.offline, LOST
    return reader


def guides(examples: Any, locale: str = "en") -> list[dict[str, Any]]:
    """The guides, as the API lists them."""
    asked = httpx.post(f"{examples.api}/graphql", json={"query": CONTENT, "variables": {"locale": locale}})
    return asked.json()["data"]["procedures"]["nodes"]


def titles(page: Page) -> set[str]:
    """The guides that the app lists."""
    return set(page.locator(".card h2").all_inner_texts())


def words(text: str) -> str:
    """A text without its white space."""
    return " ".join(text.split())


def asked(patient: Any, examples: Any) -> list[dict[str, Any]]:
    """The variables of what was asked of the API, in their order."""
    return [variables(each.url) for each in patient.requests if each.url.startswith(examples.api)]


def variables(url: str) -> dict[str, Any]:
    """The variables of an operation that is asked by GET."""
    return json.loads(httpx.URL(url).params["variables"])


def synced(page: Page) -> None:
    """Wait until the app has nothing more to ask."""
    expect(page.locator("#freshness")).to_contain_text(re.compile("Up to date as of|Al día a fecha de"))
    expect(page.locator("#activity")).to_have_text("")


def opens(page: Page, title: str) -> None:
    """Go from the list to a guide."""
    page.get_by_role("link", name=title, exact=True).click()
    expect(page.get_by_role("heading", level=1, name=title)).to_be_focused()


@pytest.mark.parametrize("locale", ["en", "es"])
def test_a_first_visit_brings_all_guides(patient, examples, locale):
    """One stored operation, asked by GET without a token, brings what the API lists, in the reader's language."""
    page = patient.opens(f"/{locale}")
    synced(page)

    assert titles(page) == {each["title"] for each in guides(examples, locale)}
    assert page.get_attribute("html", "lang") == locale
    assert asked(patient, examples) == [{"locale": locale, "after": "0", "first": 20}]
    request = next(each for each in patient.requests if each.url.startswith(examples.api))
    assert request.method == "GET"
    assert httpx.URL(request.url).path.rpartition("/")[2] in examples.ids
    assert "authorization" not in request.headers


@pytest.mark.parametrize("locale", ["en", "es"])
def test_each_guide_opens_without_a_network(patient, examples, locale):
    """Nothing is served any more, and the app starts all the same: each guide, its disclaimer, and how fresh it is."""
    server = serve(examples.app, 0, Site)
    patient.site = f"http://localhost:{server.server_address[1]}"
    page = patient.opens(f"/{locale}")
    synced(page)
    page.evaluate(WORKER)
    nodes = guides(examples, locale)

    server.shutdown()
    server.server_close()
    page.context.set_offline(True)
    for node in nodes:
        page.goto(f"{patient.site}/{locale}/guide/{httpx.URL(path=node['id']).raw_path.decode()}")
        expect(page.get_by_role("heading", level=1)).to_have_text(node["title"])
        assert words(page.inner_text(".disclaimer")).endswith(words(node["disclaimer"]["text"]))
        expect(page.locator("#freshness")).to_contain_text("Up to date as of" if locale == "en" else "Al día")
        expect(page.locator("#activity")).to_contain_text("No connection" if locale == "en" else "Sin conexión")
    page.goto(f"{patient.site}/")

    expect(page.locator(".card")).to_have_count(len(nodes))
    assert len(nodes) >= 5


def test_a_return_visit_costs_nothing(patient, examples):
    """Where nothing changed, the same address is asked again, and answered 304 without a body."""
    page = patient.opens("/en")
    synced(page)
    page.reload()
    synced(page)

    with page.expect_response(lambda each: each.url.startswith(examples.api)) as found:
        page.get_by_role("button", name="Check now").click()
    synced(page)

    assert [each["after"] for each in asked(patient, examples)[1:]] == [asked(patient, examples)[-1]["after"]] * 2
    assert found.value.json()["data"]["changes"]["nodes"] == []
    assert found.value.request.sizes()["responseBodySize"] == 0


def test_the_app_can_be_installed(patient, examples):
    """Chromium finds nothing that stands in the way, and the manifest's icons are what it says."""
    page = patient.opens("/en")
    page.evaluate(WORKER)
    chromium = page.context.new_cdp_session(page)

    manifest = chromium.send("Page.getAppManifest")
    hindrances = chromium.send("Page.getInstallabilityErrors")

    assert manifest["errors"] == []
    # A context of Playwright's is an incognito window, where nothing can be installed: else there is no reason.
    assert [each["errorId"] for each in hindrances["installabilityErrors"]] == ["in-incognito"]
    for icon in json.loads(manifest["data"])["icons"]:
        answer = httpx.get(examples.offline + icon["src"])
        assert answer.headers["content-type"] == icon["type"]
        if icon["type"] == "image/png":
            width, height = struct.unpack(">II", answer.content[16:24])
            assert icon["sizes"] == f"{width}x{height}"
    page.reload()
    assert page.evaluate("() => navigator.serviceWorker.controller.scriptURL") == f"{examples.offline}/sw.js"


def test_the_worker_keeps_the_app_and_nothing_else(patient, examples):
    """Every built file is on the device, and no answer of the API."""
    page = patient.opens("/en")
    synced(page)
    page.evaluate(WORKER)

    kept = page.evaluate(
        "async () => Promise.all((await caches.keys()).map(async (name) => [name,"
        " (await (await caches.open(name)).keys()).map((each) => each.url)]))"
    )

    built = {f"/{each.relative_to(examples.app)}" for each in examples.app.rglob("*") if each.is_file()}
    [(name, urls)] = kept
    assert re.fullmatch(r"shell-[0-9a-f]{12}", name)
    assert {url.removeprefix(examples.offline) for url in urls} == built - {"/sw.js", "/index.html"} | {"/"}


def test_a_lost_connection_goes_on_where_it_was(patient, examples):
    """What came of a sync that was cut is not shown yet, and not asked for again."""
    page = patient.opens("/en")
    synced(page)
    on_the_way(page, examples, {1: lambda route: route.abort()})

    page.goto(f"{patient.site}/es")
    expect(page.locator("#activity")).to_contain_text("Sin conexión")
    expect(page.locator(".card")).to_have_count(0)
    page.get_by_role("button", name="Comprobar ahora").click()
    synced(page)

    first, second, again, *others = afters(patient, examples, "es")
    assert first == "0"
    assert second == again
    assert len({first, second, *others}) == 2 + len(others)
    assert titles(page) == {each["title"] for each in guides(examples, "es")}


@pytest.mark.parametrize("trouble", ["too old", "another scope"])
def test_a_copy_that_cannot_be_gone_on_with_is_begun_anew(patient, examples, trouble):
    """Where a sync was begun too long ago, or what comes belongs to another copy, the first page is asked again."""
    page = patient.opens("/en")
    synced(page)
    on_the_way(page, examples, {1: refused(400, "BAD_CURSOR") if trouble == "too old" else rescoped})

    page.goto(f"{patient.site}/es")
    synced(page)

    first, _, again, *_ = afters(patient, examples, "es")
    assert (first, again) == ("0", "0")
    assert titles(page) == {each["title"] for each in guides(examples, "es")}


def test_a_busy_api_is_left_alone_for_as_long_as_it_says(patient, examples):
    """The app says that it waits; the button changes nothing about that; then it asks again by itself."""
    page = patient.opens("/en")
    synced(page)
    on_the_way(page, examples, {0: refused(429, "BUDGET_SPENT", {"Retry-After": "2"})})

    page.goto(f"{patient.site}/es")
    expect(page.locator("#activity")).to_contain_text("La próxima comprobación será en 2 segundos.")
    page.get_by_role("button", name="Comprobar ahora").click()
    waited = afters(patient, examples, "es")
    synced(page)

    assert waited == ["0"]
    assert titles(page) == {each["title"] for each in guides(examples, "es")}


def test_two_tabs_take_turns(patient, examples):
    """What one tab brought, the other shows, and asks only for what came after it."""
    page = patient.opens("/en")
    synced(page)
    on_the_way(page, examples, {})
    other = page.context.new_page()
    other.on("request", lambda request: patient.requests.append(request))

    for tab in (page, other):
        tab.goto(f"{patient.site}/es", wait_until="commit")
    for tab in (page, other):
        synced(tab)

    found = afters(patient, examples, "es")
    assert len(found) == len(set(found))  # tabs that ran at once would both have begun at 0
    assert titles(page) == titles(other) == {each["title"] for each in guides(examples, "es")}


def on_the_way(page: Page, examples: Any, troubles: dict[int, Callable[[Route], None]]) -> None:
    """Make the pages of a sync small, and have troubles with some requests, by their number."""
    count = itertools.count()

    def handle(route: Route) -> None:
        url = httpx.URL(route.request.url)
        small = url.copy_set_param("variables", json.dumps(variables(str(url)) | {"first": 2}))
        troubles.get(next(count), lambda route: route.continue_(url=str(small)))(route)

    page.context.route(f"{examples.api}/**", handle)


def refused(status: int, code: str, headers: dict[str, str] | None = None) -> Callable[[Route], None]:
    """An answer of the API that refuses, with a code."""
    readable = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "retry-after", **(headers or {})}
    error = {"message": "Not now.", "extensions": {"code": code}}
    return lambda route: route.fulfill(status=status, headers=readable, json={"errors": [error]})


def rescoped(route: Route) -> None:
    """An answer to somebody with other rights."""
    answer = route.fetch()
    told = answer.json()
    told["data"]["changes"]["scope"] = "another"
    route.fulfill(response=answer, json=told)


def afters(patient: Any, examples: Any, locale: str) -> list[str]:
    """From where on the changes of a locale were asked, one by one."""
    return [each["after"] for each in asked(patient, examples) if each["locale"] == locale]


def test_a_browser_that_keeps_nothing_is_told_so(patient, examples):
    """Where the browser refuses storage, the app says what to do, and stays empty."""
    context = patient.browser.new_context()
    context.add_init_script("IDBFactory.prototype.open = () => { throw new DOMException('', 'InvalidStateError') }")
    page = context.new_page()
    page.goto(f"{examples.offline}/en")

    expect(page.locator("#main")).to_contain_text("This browser lets the app keep nothing")
    context.close()


def test_a_mistyped_address_leads_to_a_page(patient, examples):
    """Also where it is no address at all."""
    page = patient.opens("/en/guide/%")
    synced(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("This guide is not on this device")


def test_a_guide_is_found_and_leads_to_others(patient, examples):
    """A word without accents or capitals finds it; a link to a guide stays in the app, others lead to the web."""
    page = patient.opens("/en")
    synced(page)

    page.get_by_role("searchbox", name="Find a guide").fill("tka")
    expect(page.locator(".card:visible")).to_have_count(1)
    opens(page, "Knee replacement")
    web = page.locator(f"#guide a[href^='{examples.web}']").first
    assert web.get_attribute("target") == "_blank"
    assert "opens on the web" in web.inner_text()
    page.locator("#guide a", has_text="knee arthroscopy").click()

    expect(page.get_by_role("heading", level=1, name="Knee arthroscopy")).to_be_focused()
    assert len([each for each in patient.requests if each.resource_type == "document"]) == 1


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_screens_are_accessible_and_fit(patient, tmp_path, width, scheme):
    """On a desk and on a phone, in light and dark: axe-core finds nothing, and nothing runs out of the page."""
    page = patient.opens("/en", width=width, scheme=scheme)
    synced(page)
    found = looked_at(page, tmp_path / "list.png")

    opens(page, "Knee replacement")
    found += looked_at(page, tmp_path / "guide.png")
    page.goto(f"{patient.site}/en/guide/none")
    page.get_by_role("heading", name="This guide is not on this device").wait_for()

    assert found + looked_at(page, tmp_path / "none.png") == []


def looked_at(page: Page, path: Path) -> list[Any]:
    """What axe-core finds on a page, and whether it is too wide; a picture of it is kept."""
    page.evaluate("document.fonts.ready.then(() => true)")
    page.screenshot(path=path, full_page=True)
    page.evaluate(AXE.read_text())
    result = page.evaluate("axe.run({ resultTypes: ['violations'] })")
    assert len(result["passes"]) > 15
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [(each["id"], str([node["target"] for node in each["nodes"]])) for each in result["violations"]] + wide * [
        path
    ]


def test_a_new_reviewer_changes_the_guides_that_name_them(patient, examples, tmp_path):
    """When the network is back, one small answer has those guides alone; the one that is open says so."""
    page = patient.opens("/en")
    synced(page)
    opens(page, "Knee replacement")
    page.context.set_offline(True)

    publish(
        examples, tmp_path, "physician/marcus-specimen.en.md", {"Dr. Marcus Specimen": "Dr. Marcus Specimen-Sample"}
    )
    told = online(page, examples)

    named = {"Carpal tunnel release", "Knee arthroscopy", "Knee replacement"}
    assert {each["node"]["title"] for each in told["nodes"]} == named
    expect(page.locator("#activity")).to_have_text("This guide has just been updated.")
    expect(page.locator(".review")).to_contain_text("Medically reviewed by Dr. Marcus Specimen-Sample, DO")
    expect(page.locator(".changed")).to_contain_text("(the details of a physician).")


def test_a_new_disclaimer_is_to_be_read_before_the_guide(patient, examples, tmp_path):
    """Its wording, its places and that it must be acknowledged arrive; nothing of a guide is in the page until then."""
    page = patient.opens("/en")
    synced(page)
    opens(page, "Hip replacement")
    page.context.set_offline(True)

    edits = {"general terms": "plain words", "AFTER_CONTENT": "BOTH", "Required: false": "Required: true"}
    publish(examples, tmp_path, "disclaimer/medical-information.en.md", edits)
    told = online(page, examples)
    button = page.get_by_role("button", name="I have read this. Show the guide")
    expect(page.locator(".disclaimer")).to_contain_text("in plain words")
    hidden = page.locator("#guide .rich, #guide .facts, #guide .part").count()
    button.click()
    page.locator("#guide .facts").wait_for()

    assert hidden == 0
    assert {each["node"]["title"] for each in told["nodes"]} == {each["title"] for each in guides(examples)}
    assert page.locator("#guide > .disclaimer").count() == 2
    assert page.locator("#guide > :is(.disclaimer, .facts, .rich, .part)").first.get_attribute("role") == "note"
    page.context.set_offline(True)
    page.goto(f"{patient.site}/en")
    opens(page, "Knee replacement")
    expect(page.locator("#guide > .disclaimer")).to_have_count(2)  # read is read, in whatever guide it stands


def test_a_withdrawn_guide_is_taken_away_with_its_reason(patient, examples, tmp_path):
    """Also from who has it open. The notice stays without a network, until it is dismissed."""
    page = patient.opens("/en", width=390)
    synced(page)
    page.evaluate(WORKER)
    opens(page, "Lumbar spinal fusion")
    page.context.set_offline(True)

    caveat(examples, "withdraw", "procedure/lumbar-spinal-fusion", "--reason", "The implant was recalled.")
    told = online(page, examples)

    gone = page.get_by_role("heading", level=1, name="No longer available: Lumbar spinal fusion.")
    expect(gone).to_be_focused()
    assert [each["tombstone"] for each in told["nodes"] if each["node"] is None] == [
        {"because": "WITHDRAWN", "reason": "The implant was recalled."}
    ]
    assert looked_at(page, tmp_path / "gone.png") == []
    page.context.set_offline(True)
    page.goto(f"{patient.site}/en")
    expect(page.locator(".notice")).to_contain_text(
        "No longer available: Lumbar spinal fusion. Reason: The implant was recalled."
    )
    assert titles(page) == {each["title"] for each in guides(examples)}
    assert "Lumbar spinal fusion" not in titles(page)
    page.get_by_role("button", name="Dismiss the notice about Lumbar spinal fusion").click()
    expect(page.locator(".notice")).to_have_count(0)
    page.reload()
    expect(page.locator(".card")).to_have_count(len(guides(examples)))
    assert page.locator(".notice").count() == 0


def online(page: Page, examples: Any) -> dict[str, Any]:
    """Bring the network back; the changes in the one answer that follows."""
    answers: list[Any] = []
    page.on("response", lambda each: answers.append(each) if each.url.startswith(examples.api) else None)
    with page.expect_response(lambda each: each.url.startswith(examples.api)):
        page.context.set_offline(False)
    expect(page.locator("#activity")).not_to_contain_text(re.compile("No connection|Checking"))
    (answer,) = answers
    return answer.json()["data"]["changes"]


def publish(examples: Any, folder: Path, path: str, edits: dict[str, str]) -> None:
    """Publish a file of the sample practice, with some words replaced."""
    text = (ROOT / "content" / path).read_text()
    for old, new in edits.items():
        assert old in text
        text = text.replace(old, new)
    (folder / path).parent.mkdir()
    (folder / path).write_text(text)
    caveat(examples, "import", str(folder), "--format", "markdown")


def caveat(examples: Any, *arguments: str) -> None:
    """Run a command that publishes, and wait until the server knows."""
    before = revision(examples)
    environment = {**os.environ, "CAVEAT_DATABASE_URL": examples.database}
    subprocess.run([sys.executable, "-m", "cli.main", *arguments], cwd=ROOT, env=environment, check=True)
    for _ in range(100):
        if revision(examples) > before:
            return
        time.sleep(0.1)
    pytest.fail(f"{arguments} changed nothing")


def revision(examples: Any) -> int:
    """The newest revision that the server knows."""
    query = {"query": "{ topics(first: 1) { nodes { title } } }"}
    return int(httpx.post(f"{examples.api}/graphql", json=query).headers["caveat-revision"])
