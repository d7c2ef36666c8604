"""How embeds look: light and dark, right to left, wide and narrow, on paper, and to axe-core; with screenshots."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PARTNER = ROOT / "examples" / "partner"
EMBEDS = {
    "summary": '<caveat-physician slug="ana-example"></caveat-physician>',
    "full": '<caveat-physician slug="ana-example" detail="full" style="height:auto"></caveat-physician>',
    "article": '<caveat-article slug="understanding-knee-osteoarthritis"></caveat-article>',
    "teaser": '<caveat-article slug="back-on-the-trail" detail="summary"></caveat-article>',
    "procedure": '<caveat-procedure slug="knee-replacement" style="height:auto"></caveat-procedure>',
    "spanish": '<caveat-procedure slug="knee-replacement" locale="es"></caveat-procedure>',
    "arabic": '<caveat-physician slug="amal-mithal" locale="ar"></caveat-physician>',
    "light": '<caveat-physician slug="marcus-specimen" light></caveat-physician>',
    "notice": '<caveat-physician slug="nobody"></caveat-physician>',
}
PAGES = [
    "physician/ana-example",
    "physician/ana-example?detail=full",
    "article/living-with-spinal-stenosis",
    "procedure/hip-replacement?accent=ffd400",
    "physician/amal-mithal?locale=ar",
]
READABLE = """selector => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
  const root = document.querySelector("caveat-physician").shadowRoot;
  const luminance = (color) => {
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const linear = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map((value) =>
      value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const {color, backgroundColor} = getComputedStyle(root.querySelector(selector));
  const [one, other] = [luminance(color), luminance(backgroundColor)].sort((a, b) => b - a);
  return (one + 0.05) / (other + 0.05);
}"""

pytestmark = pytest.mark.xdist_group("embeds")  # the practice is served once


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", EMBEDS)
def test_everybody_can_read_a_component(visits, violations, tmp_path, name, scheme):
    """axe-core finds nothing wrong with it at three widths, and it is no wider than its place."""
    for width in (320, 480, 900):
        waits = ".gone" if name == "notice" else ".caveat .footer"
        head = "<style>:root { color-scheme: light dark }</style>"
        page = visits.read(EMBEDS[name], head=head, waits=waits, width=width, scheme=scheme)

        page.screenshot(path=tmp_path / f"{name}-{scheme}-{width}.png", full_page=True)

        assert violations(page) == {}
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.eval_on_selector(".caveat-frame", "e => e.scrollWidth <= e.clientWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_everybody_can_read_a_page(visits, violations, tmp_path, path, scheme):
    """axe-core finds nothing wrong with the page for an iframe, which has no script."""
    for width, height in ((480, 480), (900, 640)):
        page = visits.blank(width=width, scheme=scheme)
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{visits.practice.url}/embed/{path}")

        page.screenshot(path=tmp_path / f"page-{scheme}-{width}.png")

        assert violations(page) == {}
        page.locator(".disclaimer").scroll_into_view_if_needed()
        assert page.is_visible(".disclaimer")


def test_the_page_of_a_notice_is_readable(visits, violations):
    """The polite page in the place of one that is not there has nothing wrong."""
    page = visits.blank()

    page.goto(f"{visits.practice.url}/embed/physician/nobody")

    assert page.is_visible(".gone")
    assert violations(page) == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_the_partners_page(visits, violations, tmp_path, scheme):
    """The example of a partner: three bios, three looks, each with what cannot be taken off; axe-core finds nothing."""
    visits.serve("/style.css", (PARTNER / "style.css").read_text(), **{"content-type": "text/css"})
    html = (PARTNER / "index.html").read_text().replace("http://127.0.0.1:8000", visits.practice.url)
    for width in (400, 1200):
        page = visits.blank(width=width, scheme=scheme)
        page.goto(visits.serve("/", html))
        page.wait_for_selector(".ours .disclaimer")
        page.locator("iframe").scroll_into_view_if_needed()
        page.frame_locator("iframe").locator(".disclaimer").wait_for()

        page.screenshot(path=tmp_path / f"partner-{scheme}-{width}.png", full_page=True)

        assert violations(page) == {}
        assert page.eval_on_selector(".ours .title", "e => getComputedStyle(e).fontStyle") == "italic"
        assert page.locator(".disclaimer, .attribution, .reviewed").count() == 6


def test_it_follows_the_scheme_unless_told(visits):
    """Dark where the reader's device is, light or dark where ``theme`` says so, at once."""
    page = visits.read(EMBEDS["summary"], scheme="dark")
    background = "e => getComputedStyle(e).backgroundColor"
    assert page.eval_on_selector(".caveat", background) == "rgb(23, 33, 44)"

    page.evaluate("document.querySelector('caveat-physician').setAttribute('theme', 'light')")

    assert page.eval_on_selector(".caveat", background) == "rgb(255, 255, 255)"


def test_it_runs_from_right_to_left(visits):
    """In Arabic everything begins on the right, also on a page that runs the other way."""
    page = visits.read(EMBEDS["arabic"])

    assert page.get_attribute(".caveat", "dir") == "rtl"
    assert page.locator(".initials").bounding_box()["x"] > page.locator(".title").bounding_box()["x"]
    style = "e => { const s = getComputedStyle(e); return [s.borderRightWidth, s.borderLeftWidth, s.direction] }"
    assert page.eval_on_selector(".disclaimer", style) == ["4px", "0px", "rtl"]


@pytest.mark.parametrize("color", ["#fff", "#000", "#0080ff", "#777", "#e00000", "#00ff00", "#808000", "transparent"])
def test_no_colour_of_the_page_makes_it_unreadable(visits, color):
    """The disclaimer and what stands on the accent have a contrast of 4.5 at least (WCAG 2.2 AA), on any colour."""
    head = (
        f"<style>caveat-physician {{ --caveat-background: {color}; --caveat-text: {color}; --caveat-accent: {color} }}"
    )

    page = visits.read(EMBEDS["summary"], head=f"{head}</style>")

    assert page.evaluate(READABLE, ".disclaimer") >= 4.5
    assert page.evaluate(READABLE, ".footer") >= 4.5 or color == "transparent"
    if color != "transparent":
        assert page.evaluate(READABLE, ".action") >= 4.5


def test_all_of_it_is_printed(visits):
    """On paper nothing is cut off, and the address of the page on the publisher's site can be read."""
    page = visits.read(EMBEDS["article"])

    page.emulate_media(media="print")

    assert page.eval_on_selector("caveat-article", "e => e.offsetHeight") > 900
    after = page.eval_on_selector(".attribution a", "e => getComputedStyle(e, '::after').content")
    assert "http" in after or "attr(href)" in after


def test_it_can_be_as_high_as_its_content(visits):
    """``height: auto`` in the page's stylesheet: nothing scrolls inside."""
    page = visits.read(EMBEDS["article"], head="<style>caveat-article { height: auto }</style>")

    assert page.eval_on_selector(".caveat-frame", "e => e.scrollHeight <= e.clientHeight + 1")
    assert page.get_attribute(".caveat-frame", "tabindex") is None
