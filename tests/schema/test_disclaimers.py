"""Disclaimers: in the locale that their content is served in, at the same revision, never null."""

PAGE = """query ($locale: String, $at: DateTime) @inContext(locale: $locale, asOf: $at) {
  articles(orderBy: TITLE_ASC) { nodes { title disclaimer { title text version locale } } }
}"""


async def test_a_disclaimer_is_served_in_the_locale_of_its_content(api, make):
    """A list that falls back for some articles gives each the disclaimer in its own locale."""
    await make.live("disclaimer/house", "es", title="Normas", text="Pregunte.")
    await make.live("article/a", title="A")
    await make.live("article/b", title="B")
    await make.live("article/b", "es", title="B es")

    answer = await api(PAGE, locale="es")

    english = {"title": "House rules", "text": "Ask your physician.", "version": 1, "locale": "en"}
    spanish = {"title": "Normas", "text": "Pregunte.", "version": 1, "locale": "es"}
    nodes = [{"title": "A", "disclaimer": english}, {"title": "B es", "disclaimer": spanish}]
    assert answer == {"articles": {"nodes": nodes}}


async def test_content_and_its_disclaimer_are_of_one_revision(api, make, clock):
    """A new wording of the disclaimer is served from its release on, and not before."""
    await make.live("article/a", title="A")
    before = clock.advance(days=1)
    await make.live("disclaimer/house", title="New rules", text="Ask twice.")
    clock.advance(days=1)

    answers = [(await api(PAGE, at=at))["articles"]["nodes"] for at in (before.isoformat(), None)]

    old = {"title": "House rules", "text": "Ask your physician.", "version": 1, "locale": "en"}
    new = {"title": "New rules", "text": "Ask twice.", "version": 2, "locale": "en"}
    assert answers == [[{"title": "A", "disclaimer": old}], [{"title": "A", "disclaimer": new}]]


async def test_procedures_and_physicians_have_one_too(api, make):
    """Guides and bios come with their disclaimer, in lists and through links."""
    await make.live("physician/ana", title="Ana")
    await make.live("procedure/scope", title="Scope", performedBy=["ana"])

    answer = await api("""{
      procedures { nodes { disclaimer { text } performedBy { disclaimer { text } } } }
      physicians { nodes { disclaimer { text } procedures { nodes { disclaimer { text } } } } }
    }""")

    text = {"disclaimer": {"text": "Ask your physician."}}
    assert answer == {
        "procedures": {"nodes": [{**text, "performedBy": [text]}]},
        "physicians": {"nodes": [{**text, "procedures": {"nodes": [text]}}]},
    }


async def test_disclaimers_of_many_articles_are_one_statement(api, make):
    """However many articles and disclaimers there are: the revision, the page, the disclaimers."""
    for number in range(5):
        await make.live(f"disclaimer/d{number}", text=f"Text {number}.")
        await make.live(f"article/a{number}", disclaimer=f"d{number}")

    answer = await api("{ articles(orderBy: PUBLISHED_AT_ASC) { nodes { disclaimer { text } } } }")

    assert answer == {"articles": {"nodes": [{"disclaimer": {"text": f"Text {n}."}} for n in range(5)]}}
    assert api.statements == 3


async def test_a_disclaimer_has_every_field(api, make):
    """What is saved of a disclaimer is served, the hash that proves its wording included."""
    given = {
        "kind": "OFF_LABEL", "placement": "BOTH", "effectiveUntil": "2027-01-01", "jurisdictions": ["US-CA"],
        "acknowledgementRequired": True, "publisher": "The practice", "body": "*Ask.*",
    }  # fmt: skip
    await make.live("disclaimer/label", title="Label", text="Ask.", **given)

    answer = await api("""{ disclaimer(slug: "label") {
      kind placement effectiveFrom effectiveUntil jurisdictions acknowledgementRequired publisher version contentHash
      body { text }
    } }""")

    # printf 'en\\nLabel\\nAsk.' | sha256sum
    sha = "711a5e4a985dcbe370d1fca4eb6b079142a66d97230c89245d657338cee9aca6"
    served = {"effectiveFrom": "2026-01-01", "version": 1, "contentHash": sha, "body": {"text": "Ask."}}
    assert answer == {"disclaimer": {**given, **served}}
