"""Rich text as it is served: references follow the perspective."""

import pytest

BODY = """query ($preview: Boolean!, $locale: String) @inContext(preview: $preview, locale: $locale) {
  article(slug: "pain") {
    body {
      html text wordCount
      blocks { kind spans { text url marks } }
      references { __typename title }
    }
  }
}"""
TEXT = (
    "Ask [Ana](caveat:physician/ana) about [the **guide**](caveat:procedure/scope) on [a page](https://example.org/)."
)


def span(text: str, url: str | None = None, *marks: str) -> dict:
    """A span of a block."""
    return {"text": text, "url": url, "marks": list(marks)}


@pytest.fixture
async def pain(make):
    """An article that refers to a physician, who is live, and to a procedure, which is a draft."""
    await make.live("physician/ana", title="Ana")
    await make.draft("procedure/scope", title="Scope")
    return await make.live("article/pain", body=TEXT)


async def test_a_reference_is_a_link_where_its_target_is_seen_and_plain_words_elsewhere(api, pain):
    """HTML, blocks and the list of references agree on what can be seen."""
    body = (await api(BODY, preview=False))["article"]["body"]

    ana, page = "https://site.example/en/physician/ana", "https://example.org/"
    spans = [span("Ask "), span("Ana", ana), span(" about the "), span("guide", None, "STRONG"), span(" on ")]
    assert body["html"].startswith(
        f'<p>Ask <a href="{ana}">Ana</a> about the <strong>guide</strong> on <a href="{page}"'
    )
    assert "caveat:" not in body["html"]
    assert (body["text"], body["wordCount"]) == ("Ask Ana about the guide on a page.", 8)
    served = [each for each in body["blocks"][0]["spans"] if each["text"] != "."]
    assert "".join(each["text"] for each in body["blocks"][0]["spans"]) == body["text"]
    assert [each for each in served if each["url"]] == [span("Ana", ana), span("a page", page)]
    assert spans[3] in served
    assert body["references"] == [{"__typename": "Physician", "title": "Ana"}]


async def test_a_preview_links_to_drafts(api, pain):
    """In a preview the draft is a link and a reference, too."""
    body = (await api(BODY, preview=True))["article"]["body"]

    scope = "https://site.example/en/procedure/scope"
    assert f'<a href="{scope}">the <strong>guide</strong></a>' in body["html"]
    assert [each for each in body["blocks"][0]["spans"] if each["url"] == scope] == [
        span("the ", scope),
        span("guide", scope, "STRONG"),
    ]
    assert [each["title"] for each in body["references"]] == ["Ana", "Scope"]


async def test_a_reference_leads_to_the_page_in_the_locale_that_it_is_served_in(api, make, pain):
    """The link follows the target's locale and slug in the perspective, and its renames."""
    await make.live("disclaimer/house", "es")
    ana = await make.live("physician/ana", title="Ana", summary="Changed.")
    await make.live("physician/dona-ana", "es", title="Doña Ana", id=ana.node)
    await make.live("article/pain", "es", body=f"Pregunte a [Ana](caveat:{ana.node}).", id=pain.node)
    await make.live("physician/ana-bell", title="Ana Bell", id=ana.node)

    answers = [(await api(BODY, preview=False, locale=locale))["article"]["body"] for locale in ("en", "es")]

    assert 'href="https://site.example/en/physician/ana-bell"' in answers[0]["html"]
    assert answers[1]["html"] == '<p>Pregunte a <a href="https://site.example/es/physician/dona-ana">Ana</a>.</p>\n'
    assert answers[1]["references"] == [{"__typename": "Physician", "title": "Doña Ana"}]


async def test_references_of_many_texts_are_one_statement(api, make):
    """The revision, the page, its disclaimers, and the references of all bodies, then of all sections, together."""
    await make.live("topic/knee")
    for number in range(4):
        section = {"heading": "More", "body": "On the [knee](caveat:topic/knee)."}
        await make.live(f"article/a{number}", body="On the [knee](caveat:topic/knee).", sections=[section] * 2)

    answer = await api("{ articles { nodes { body { html } sections { anchor body { html } } disclaimer { text } } } }")

    html = {"html": '<p>On the <a href="https://site.example/en/topic/knee">knee</a>.</p>\n'}
    sections = [{"anchor": anchor, "body": html} for anchor in ("more", "more-2")]
    disclaimer = {"disclaimer": {"text": "Ask your physician."}}
    assert answer == {"articles": {"nodes": [{"body": html, "sections": sections, **disclaimer}] * 4}}
    assert api.statements <= 5


async def test_a_withdrawn_target_is_plain_words(api, make):
    """A reference to what was withdrawn leaves its words."""
    knee = await make.live("topic/knee", title="Knee")
    await make.live("article/pain", body="On the [knee](caveat:topic/knee).")
    await make.withdraw(knee)

    body = (await api(BODY, preview=False))["article"]["body"]

    blocks = [{"kind": "PARAGRAPH", "spans": [span("On the "), span("knee"), span(".")]}]
    assert (body["html"], body["blocks"], body["references"]) == ("<p>On the knee.</p>\n", blocks, [])
