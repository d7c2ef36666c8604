"""``<caveat-physician>`` and the like on somebody else's page, as readers see it in Chromium."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
BIO = '<caveat-physician slug="ana-example"></caveat-physician>'
UNDER = "<p id='under'>What stands under it.</p>"
PROMISED = (".disclaimer", ".attribution", ".reviewed")
SHIFTS = """new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shifts = (window.shifts ?? 0) + entry.value;
}).observe({type: "layout-shift", buffered: true});"""
EVENTS = """window.told = [];
for (const name of ["caveat-load", "caveat-error"]) document.addEventListener(name, ({type, target, detail}) =>
  window.told.push([type, target.localName, detail]));"""
HOSTILE = {
    "gone": "display: none; content: none; content-visibility: hidden",
    "invisible": "visibility: hidden; opacity: 0; filter: opacity(0)",
    "away": "position: fixed; inset: -999rem auto auto -999rem; margin: -999rem; translate: -999rem; float: left",
    "moved": "transform: translateX(-999rem); offset: path('M 0 0 L 9999 9999') 100%; rotate: y 90deg; order: -1",
    "nothing": "block-size: 0; inline-size: 0; max-height: 0; overflow: clip; padding: 0 999rem; clip-path: inset(50%)",
    "tiny": "font-size: 1px; line-height: 0; letter-spacing: -1em; text-indent: -999rem; scale: 0; zoom: 0.01",
    "pale": "color: transparent; -webkit-text-fill-color: transparent; background: #fff; mix-blend-mode: screen",
    "colours": "--_ink: transparent; --_paper: #fff; --_shade: #fff; --caveat-text: #fff; --_small: 0; --_font: none",
    "animated": "animation: gone 1ms forwards; transition: all 99s 99s; mask: linear-gradient(#0000, #0000)",
}
"""What a page may try on every part of a card, each rule as it is, and as an important one."""
SEEN = """(part) => {
  const style = getComputedStyle(part), box = part.getBoundingClientRect();
  part.scrollIntoView({block: "center", behavior: "instant"});
  const {left, top, width, height} = part.getBoundingClientRect();
  const at = part.getRootNode().elementFromPoint(left + Math.min(width / 2, 30), top + height / 2);
  return {
    size: parseFloat(style.fontSize) >= 14 && box.width > 90 && box.height > 18,
    style: [style.visibility, style.opacity, style.clipPath, style.transform, style.animationName, style.filter],
    color: style.color === style.webkitTextFillColor && style.color,
    inside: left >= 0 && left + width <= innerWidth && top >= 0 && top + height <= innerHeight,
    hit: part.contains(at),
  };
}"""

pytestmark = pytest.mark.xdist_group("embeds")  # the practice is served once


def promised(page) -> dict[str, str]:
    """What cannot be taken off, as the reader sees it."""
    return {name: page.inner_text(name) for name in PROMISED}


def test_a_bio_comes_with_what_cannot_be_taken_off(visits):
    """One line of HTML shows the bio, its disclaimer, whose it is with a link, and when it was reviewed."""
    page = visits.read(BIO, head=f"<script>{EVENTS}</script>")

    assert page.inner_text(".title") == "Dr. Ana Example"
    seen = promised(page)
    assert "does not promise a particular result" in seen[".disclaimer"]
    assert seen[".attribution"] == "From Harbour Lane Orthopaedics"
    assert page.get_attribute(".attribution a", "href") == "https://harbour-lane.example/physicians/ana-example"
    assert seen[".reviewed"] == "Last reviewed: September 14, 2026"
    [[event, name, told]] = page.evaluate("told")
    assert (event, name, told["disclaimer"], told["version"]) == ("caveat-load", "caveat-physician", "physician-bio", 1)
    assert told["revision"] == visits.practice.revision
    assert len(told["hash"]) == 64


@pytest.mark.parametrize("rules", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_rule_of_the_page_hides_them(visits, rules):
    """A page that may style every part of the card hides neither disclaimer nor attribution nor the date of review."""
    parts = ("card", "header", "title", "disclaimer", "footer", "attribution", "reviewed")
    hostile = "".join(f"caveat-physician::part({part}) {{ {rules} }}" for part in parts)
    cover = (
        "::part(content)::after, ::part(header)::before { content: ''; position: fixed; inset: 0; background: #fff }"
    )
    head = f"<style>@keyframes gone {{ to {{ opacity: 0 }} }} {hostile} {cover}</style>"

    page = visits.read(BIO, head=head)

    for name in PROMISED:
        seen = page.eval_on_selector(name, SEEN)
        assert seen["style"] == ["visible", "1", "none", "none", "none", "none"], name
        assert (seen["size"], seen["inside"], seen["hit"]) == (True, True, True), name
        assert seen["color"].startswith("color(srgb-linear 0.0"), name


def test_no_piece_of_a_card_is_cut_off(visits):
    """The page says how high the element is, and not which piece of it is to be seen: the rest is scrolled to."""
    rules = "height: auto; max-height: 200px; overflow: hidden; clip-path: inset(0 0 50% 0)"

    page = visits.read(BIO, head=f"<style>caveat-physician {{ {rules} }}</style>")

    assert page.locator("caveat-physician").bounding_box()["height"] == 200
    assert all(page.eval_on_selector(name, SEEN)["hit"] for name in PROMISED)
    assert page.eval_on_selector("caveat-physician", "e => getComputedStyle(e).clipPath") == "none"


def test_what_the_page_says_of_its_text_stays_outside(visits):
    """Colours, sizes and spacing that the embed would inherit do not reach it."""
    around = "color: #fff; font-size: 0; line-height: 0; letter-spacing: -1em; text-indent: -99rem; word-spacing: -9em"

    page = visits.read(f'<div style="{around}">{BIO}</div>')

    styles = page.eval_on_selector(
        ".summary", "e => { const s = getComputedStyle(e); return [s.fontSize, s.letterSpacing, s.textIndent] }"
    )
    assert styles == ["17px", "normal", "0px"]
    assert all(page.eval_on_selector(name, SEEN)["hit"] for name in PROMISED)


@pytest.mark.parametrize("width", [320, 480, 900])
@pytest.mark.parametrize("kind", ["physician", "article", "procedure"])
def test_nothing_on_the_page_moves(visits, kind, width):
    """The element has its space when it is defined, and keeps it whatever comes; with a height, from the start."""
    slug = {"physician": "ana-example", "article": "living-with-spinal-stenosis", "procedure": "hip-replacement"}[kind]
    line = f'<caveat-{kind} slug="{slug}" style="display:block;height:30rem"></caveat-{kind}>'
    page = visits.read(line + UNDER, head=f"<script>{SHIFTS}</script>", width=width)
    page.wait_for_timeout(300)  # shifts are told some frames later
    assert page.evaluate("window.shifts ?? 0") == 0

    page.evaluate(f"document.querySelector('caveat-{kind}').removeAttribute('style')")
    place = page.eval_on_selector("#under", "e => e.getBoundingClientRect().top")
    for change in (
        "setAttribute('slug', 'nobody')",
        f"setAttribute('slug', '{slug}')",
        "setAttribute('detail', 'full')",
    ):
        page.evaluate(f"document.querySelector('caveat-{kind}').{change}")
        page.wait_for_selector(".caveat-frame:not([aria-busy])")
        assert page.eval_on_selector("#under", "e => e.getBoundingClientRect().top") == place


def test_a_reader_leaves_no_trace(visits):
    """No cookies and no storage; requests only to the API, without credentials or referrer, and none is preflighted."""
    asked = []
    page = visits.blank()
    page.on("request", lambda request: asked.append(request))

    page.goto(visits.serve("/", visits.html(BIO)))
    page.wait_for_selector(".caveat .footer")

    assert page.context.cookies() == []
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    assert page.evaluate("indexedDB.databases().then(all => all.length)") == 0
    away = [request for request in asked if not request.url.startswith((visits.origin, "data:"))]
    base = visits.practice.url
    assert [each.url for each in away] == [f"{base}/embed.js", f"{base}/embed/physician/ana-example.html"]
    assert "referer" not in away[1].all_headers()
    assert '"method":"OPTIONS"' not in visits.practice.log_path.read_text()


def test_what_is_not_there_says_so_politely(visits):
    """An unknown slug shows the server's notice, and the page is told."""
    page = visits.read(BIO.replace("ana-example", "nobody"), head=f"<script>{EVENTS}</script>", waits=".gone")

    assert page.inner_text(".gone") == "This page is not available at the moment."
    assert page.inner_text(".attribution") == "Harbour Lane Orthopaedics"
    assert page.evaluate("told") == [["caveat-error", "caveat-physician", {"status": 404}]]


def test_consent_that_is_withdrawn_takes_a_bio_away(visits, tmp_path):
    """A physician who withdraws consent is gone when the page is loaded again."""
    page = visits.read(BIO.replace("ana-example", "tomas-placeholder"))
    assert page.inner_text(".title") == "Dr. Tomás Placeholder"
    documents = {}
    for path in (ROOT / "content" / "physician").glob("tomas-placeholder.*.md"):
        documents[f"physician/{path.name}"] = path.read_text().replace("Consent: true", "Consent: false")

    visits.practice.publish(tmp_path, documents)
    again = visits.read(BIO.replace("ana-example", "tomas-placeholder"), waits=".gone")  # with a cache of its own

    assert "Tomás" not in again.inner_text(".caveat")


def test_keys_reach_all_of_a_card(visits):
    """Where the card is longer than its frame, the frame takes the focus, has a name, and scrolls; links come next."""
    page = visits.read(f'<a href="#">Before</a>{BIO.replace("><", " detail=full><")}<a href="#">After</a>')
    focused = "document.querySelector('caveat-physician').shadowRoot.activeElement?.className"

    page.focus("text=Before")
    page.keyboard.press("Tab")
    assert page.evaluate(focused).startswith("caveat-frame")
    assert page.get_attribute(".caveat-frame", "aria-label") == "Dr. Ana Example"
    page.keyboard.press("End")
    page.wait_for_function("document.querySelector('caveat-physician').shadowRoot.querySelector('div').scrollTop > 100")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "After":
            break
    assert page.evaluate("document.activeElement.textContent") == "After"


def test_the_last_change_wins(visits):
    """An answer that comes late is not shown in the place of what was asked for since."""
    page = visits.read(BIO)
    held = []
    page.route("**/marcus-specimen.html", lambda route: held.append(route))

    for slug in ("marcus-specimen", "priya-sample"):
        page.evaluate(f"document.querySelector('caveat-physician').setAttribute('slug', '{slug}')")
        page.wait_for_timeout(100)
    page.wait_for_selector("text=Dr. Priya Sample")
    for route in held:
        route.continue_()
    page.wait_for_timeout(300)

    assert page.inner_text(".title") == "Dr. Priya Sample"


def test_it_tries_again_when_it_can(visits):
    """Without a server it says so in the page's language; the button, or being online again, brings the content."""
    page = visits.blank()
    page.route("**/ana-example.html", lambda route: route.abort())
    page.goto(visits.serve("/", visits.html(BIO, lang="es")))
    page.wait_for_selector(".gone")
    assert page.inner_text(".gone") == "Esto no se puede mostrar en este momento."

    page.unroute("**/ana-example.html")
    page.click("text=Intentar de nuevo")

    page.wait_for_selector(".disclaimer")


def test_a_strict_policy_lets_it_in(visits):
    """No inline styles, no eval, and a Trusted Types policy: a page that allows the API alone shows it."""
    api = visits.practice.url
    policy = (
        f"default-src 'none'; script-src {api}; connect-src {api}; img-src data:;"
        " require-trusted-types-for 'script'; trusted-types caveat"
    )
    page = visits.blank()
    said = []
    page.on("console", lambda message: said.append(message.text))

    page.goto(visits.serve("/", visits.html(BIO), **{"content-security-policy": policy}))

    page.wait_for_selector(".disclaimer")
    assert page.eval_on_selector(".initials", "e => getComputedStyle(e).borderRadius") == "50%"
    assert said == []


def test_search_engines_find_it_where_the_page_asks_for_it(visits):
    """``light`` puts the content into the page's own DOM, once, styled as in a shadow tree."""
    page = visits.read(BIO.replace("><", " light><"))

    assert (
        page.evaluate("document.querySelector('caveat-physician > .caveat-frame .disclaimer').textContent.length") > 99
    )
    assert page.evaluate("document.querySelector('caveat-physician').shadowRoot") is None
    assert page.eval_on_selector(".initials", "e => getComputedStyle(e).borderRadius") == "50%"
    assert page.locator(".title").count() == 1
    assert all(page.eval_on_selector(name, SEEN)["hit"] for name in PROMISED)


def test_footnotes_are_reached_within_the_card(visits):
    """Their links lead to them and back, though a page's address leads to nothing in a shadow tree."""
    page = visits.read('<caveat-article slug="living-with-spinal-stenosis"></caveat-article>')
    link = page.locator('a[href^="#"]').first
    note = page.locator(f'[id="{link.get_attribute("href").removeprefix("#")}"]')

    link.click()

    assert note.evaluate("note => note.getRootNode().activeElement === note")
    note.locator('a[href^="#"]').first.click()
    assert "#" not in page.url
