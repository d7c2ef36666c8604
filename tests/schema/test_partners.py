"""Partner sites: physicians who did not consent are not in their graph at all."""

import base64

import pytest

GRAPH = """query ($id: ID!, $ids: [ID!], $locale: String) @inContext(locale: $locale) {
  node(id: $id) { id }
  nodes(ids: [$id]) { id }
  physician(slug: "bo") { id }
  content(url: "/en/physician/bo") { id }
  physicians { totalCount nodes { title } }
  filtered: articles(filter: {authors: $ids}) { totalCount nodes { title } }
  article(slug: "pain") {
    authors { title }
    medicalReviewers { title }
    links(kinds: [AUTHORED_BY, REVIEWED_BY, SEE_ALSO]) { totalCount nodes { ... on Content { title } } }
    body { html references { title } blocks { spans { text url } } }
  }
  procedure(slug: "scope") { performedBy { title } }
  topic(slug: "knee") { content { totalCount nodes { title } } linkedFrom { totalCount } }
}"""


@pytest.fixture
async def bo(make):
    """Ana, who consents in both locales, and Bo, who does not in one; what they wrote; Bo's node."""
    await make.live("disclaimer/house", "es")
    await make.live("topic/knee", title="Knee")
    for locale in ("en", "es"):
        await make.live("physician/ana", locale, title="Ana", topics=["knee"])
    bo = await make.live("physician/bo", title="Bo", topics=["knee"])
    await make.live("physician/bo", "es", title="Bo", topics=["knee"], syndicationConsent=False)
    await make.live("procedure/scope", title="Scope", performedBy=["bo", "ana"])
    for locale in ("en", "es"):
        roles = {"authors": ["ana", "bo"], "medicalReviewers": ["bo"]}
        links = [{"kind": "SEE_ALSO", "target": "physician/bo"}]
        await make.live(
            "article/pain", locale, title="Pain", body="Ask [Bo](caveat:physician/bo).", links=links, **roles
        )
    return bo.node


def gid(node: str) -> str:
    """The global id of a physician."""
    return base64.b64encode(f"Physician:{node}".encode()).decode()


WITHOUT = {
    "node": None,
    "nodes": [None],
    "physician": None,
    "content": None,
    "physicians": {"totalCount": 1, "nodes": [{"title": "Ana"}]},
    "filtered": {"totalCount": 0, "nodes": []},
    "article": {
        "authors": [{"title": "Ana"}],
        "medicalReviewers": [],
        "links": {"totalCount": 1, "nodes": [{"title": "Ana"}]},
        "body": {
            "html": "<p>Ask Bo.</p>\n",
            "references": [],
            "blocks": [{"spans": [{"text": text, "url": None} for text in ("Ask ", "Bo", ".")]}],
        },
    },
    "procedure": {"performedBy": [{"title": "Ana"}]},
    "topic": {"content": {"totalCount": 1, "nodes": [{"title": "Ana"}]}, "linkedFrom": {"totalCount": 1}},
}


async def test_without_consent_a_physician_is_not_in_a_partners_graph(api, bo):
    """Not as node, byline, link, hit, reference or count; one refusal in any locale is enough for all."""
    partner = api.as_(partner=True)

    answers = [await partner(GRAPH, id=gid(bo), ids=[gid(bo)], locale=locale) for locale in ("en", "es")]

    assert answers == [WITHOUT, WITHOUT]


async def test_a_partner_shows_only_its_own_physicians(api, make, bo):
    """A list of physicians hides all others from the partner, whether they consent or not."""
    await make.live("physician/bo", "es", title="Bo")
    ana = (await api('{ physician(slug: "ana") { id } }'))["physician"]["id"]
    own = frozenset({base64.b64decode(ana).decode().partition(":")[2]})

    answer = await api.as_(partner=True, physicians=own)(GRAPH, id=gid(bo), ids=[gid(bo)])
    nobody = await api.as_(physicians=frozenset())(
        "{ physicians { totalCount } articles { nodes { authors { id } } } }"
    )

    assert answer == WITHOUT
    assert nobody == {"physicians": {"totalCount": 0}, "articles": {"nodes": [{"authors": []}]}}


async def test_the_sites_own_readers_see_every_physician(api, bo):
    """Consent is about partners: for everybody else the physician is there."""
    answer = await api(GRAPH, id=gid(bo), ids=[gid(bo)])

    assert answer["physician"] == answer["node"] == answer["content"] == {"id": gid(bo)}
    assert answer["physicians"]["totalCount"] == 2
    assert answer["filtered"] == {"totalCount": 1, "nodes": [{"title": "Pain"}]}
    assert answer["article"]["links"]["totalCount"] == 4
    assert answer["topic"]["content"]["totalCount"] == 2


async def test_consent_is_that_of_the_perspective(api, make, bo, clock):
    """Consent that is given makes the physician appear, and a past moment keeps its own answer."""
    before = clock.advance(days=1)
    await make.live("physician/bo", "es", title="Bo")
    clock.advance(days=1)
    partner = api.as_(partner=True, scopes=frozenset({"content:read", "content:history", "content:preview"}))
    query = "query ($at: DateTime, $preview: Boolean!) @inContext(asOf: $at, preview: $preview)"
    query += " { physicians { totalCount } }"

    await make.draft("physician/bo", title="Bo", syndicationConsent=False)
    answers = [
        await partner(query, at=at, preview=p) for at, p in [(before.isoformat(), False), (None, False), (None, True)]
    ]

    assert answers == [{"physicians": {"totalCount": total}} for total in (1, 2, 1)]
