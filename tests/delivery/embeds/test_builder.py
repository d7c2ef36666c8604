"""The builder page at ``/embed``: pick, see, change, copy; and what was copied works on another's page."""

import httpx
import pytest

LINE = "#line"
TEXT = "e => e.shadowRoot.textContent"

pytestmark = pytest.mark.xdist_group("embeds")  # the practice is served once


@pytest.fixture
def builder(visits):
    """The page, with the first physician in sight; nothing went wrong in it."""
    page = visits.blank(width=1280)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{visits.practice.url}/embed")
    page.wait_for_selector("#preview .disclaimer")
    yield page
    assert said == []


def pick(page, typed: str, title: str) -> None:
    """Choose what has a title, with keys alone."""
    page.focus("#search")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(typed)
    page.wait_for_selector(f"#found >> text={title}")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#preview .title:has-text('{title}')")


def choose(page, name: str, value: str) -> None:
    """Choose one of a few, as a click on its label does."""
    page.locator(f"[name={name}][value={value}]").check(force=True)


def test_someone_picks_a_physician_and_copies_the_line(visits, builder):
    """With keys alone; the line, on a page of another origin, shows what the builder showed."""
    builder.context.grant_permissions(["clipboard-read", "clipboard-write"])

    pick(builder, "spec", "Dr. Marcus Specimen")
    builder.focus("#copy")
    builder.keyboard.press("Enter")
    builder.wait_for_selector("text=Copied.")
    copied = builder.evaluate("navigator.clipboard.readText()")

    assert copied == (
        f'<script type="module" src="{visits.practice.url}/embed.js"></script><caveat-physician'
        ' slug="marcus-specimen" style="display:block;height:560px"></caveat-physician>'
    )
    page = visits.blank()
    page.goto(visits.serve("/", f"<!doctype html><title>A page</title>{copied}"))
    page.wait_for_selector(".disclaimer")
    shown = builder.eval_on_selector("#preview caveat-physician", TEXT)
    assert page.eval_on_selector("caveat-physician", TEXT) == shown


def test_each_choice_is_in_the_line_and_in_sight(builder):
    """What differs from the defaults, and nothing else, stands in the line; the embed shows it at once."""
    for name, value in {"theme": "dark", "detail": "full", "locale": "es", "heading": "3"}.items():
        builder.select_option(f"#{name}", value)
    for name, value in {"accent": "#8a4b14", "radius": "4", "width": "420", "height": "610"}.items():
        builder.fill(f"#{name}", value)
    builder.select_option("#font", label="Georgia, with serifs")

    assert builder.inner_text(LINE).partition("</script>")[2] == (
        '<caveat-physician slug="ana-example" locale="es" detail="full" heading="3" theme="dark"'
        ' style="display:block;height:610px;max-width:420px;--caveat-accent:#8a4b14;--caveat-radius:4px;'
        "--caveat-font:Georgia, 'Times New Roman', serif\"></caveat-physician>"
    )
    builder.wait_for_selector("#preview h3.title:has-text('Dra. Ana Example')")
    box = builder.locator("#preview caveat-physician").bounding_box()
    assert (box["width"], box["height"]) == (420, 610)
    color = "e => getComputedStyle(e).backgroundColor"
    assert builder.eval_on_selector("#preview .initials", color) == "rgb(138, 75, 20)"
    assert builder.is_visible("#preview .disclaimer")


def test_the_content_may_stand_in_the_pages_own_dom(builder):
    """The line says so, and the preview does so."""
    builder.check("[name=light]")

    assert 'slug="ana-example" light style' in builder.inner_text(LINE)
    builder.wait_for_selector("#preview > caveat-physician > .caveat-frame > .caveat")


@pytest.mark.parametrize(
    ("kind", "typed", "title"), [("article", "home", "home"), ("procedure", "hip", "Hip replacement")]
)
def test_articles_and_procedures_too(visits, builder, kind, typed, title):
    """Choosing a kind shows the first of it; typing finds others."""
    choose(builder, "kind", kind)
    builder.wait_for_selector(f"#preview caveat-{kind} .disclaimer")

    pick(builder, typed, title)

    assert f"<caveat-{kind} slug=" in builder.inner_text(LINE)


def test_the_other_forms_have_addresses_that_answer(visits, builder):
    """An iframe, an include for servers, and oEmbed: each with the look that it can have."""
    builder.fill("#accent", "#8a4b14")
    builder.select_option("#theme", "dark")
    choose(builder, "form", "iframe")
    iframe = builder.inner_text(LINE)
    builder.wait_for_selector("#preview iframe")
    choose(builder, "form", "include")
    include = builder.inner_text(LINE)
    choose(builder, "form", "oembed")
    oembed = builder.inner_text(LINE)

    base = visits.practice.url
    assert f'src="{base}/embed/physician/ana-example?theme=dark&amp;accent=8a4b14" title="Dr. Ana Example"' in iframe
    assert include == f'<esi:include src="{base}/embed/physician/ana-example.html"/>'
    assert httpx.get(include.split('"')[1]).status_code == 200
    assert httpx.get(oembed).json()["title"] == "Dr. Ana Example"
    page = visits.blank()
    page.goto(visits.serve("/", f"<!doctype html><title>A page</title>{iframe}"))
    page.frame_locator("iframe").locator(".disclaimer").wait_for()


def test_a_partners_token_shows_what_the_partner_may_show(visits, builder):
    """Only these physicians are found, and the token is in the line; a wrong one is said to be wrong."""
    token = visits.practice.caveat(
        "clients", "create", "club", "--partner", "--public", "--origins", "*", "--physicians", "priya-sample"
    ).strip()

    builder.fill("#token", token)
    builder.locator("#token").blur()

    builder.wait_for_selector("#preview .title:has-text('Dr. Priya Sample')")
    assert f'<caveat-physician slug="priya-sample" token="{token}"' in builder.inner_text(LINE)
    assert builder.inner_text("#search-told") == "1 found"


def test_who_does_not_consent_is_not_offered(builder):
    """The builder finds no physician whom partners may not show."""
    builder.focus("#search")
    builder.keyboard.press("ControlOrMeta+a")
    builder.keyboard.type("lena")

    builder.wait_for_selector("text=Nothing found that can be embedded")


def test_it_copies_without_the_clipboard_api(builder):
    """Where a page may not write to the clipboard, the line is selected, and copied as of old."""
    builder.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")

    builder.click("#copy")

    builder.wait_for_selector("#copied:not(:empty)")
    assert builder.evaluate("getSelection().toString()") == builder.inner_text(LINE)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it(visits, violations, tmp_path, scheme):
    """axe-core finds nothing wrong, in either scheme, with the list open or closed, on a wide page or a narrow one."""
    for width in (1280, 360):
        page = visits.blank(width=width, scheme=scheme)
        page.goto(f"{visits.practice.url}/embed")
        page.wait_for_selector("#preview .disclaimer")
        page.screenshot(path=tmp_path / f"builder-{scheme}-{width}.png", full_page=True)
        assert violations(page) == {}
        page.click("#search")
        page.wait_for_selector("#found li")
        assert violations(page) == {}
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
