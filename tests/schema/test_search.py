"""Searching, as clients ask: what is found, in which order, under which perspective, and how it is shown."""

import base64

import pytest

from loaders.search.fields import SEARCHED
from schema.search_kind import SearchKind

SEARCH = """query Search(
  $text: String!, $kinds: [SearchKind!], $filter: SearchFilter, $first: Int, $after: String, $last: Int, $before: String
) {
  search(query: $text, kinds: $kinds, filter: $filter, first: $first, after: $after, last: $last, before: $before) {
    totalCount didYouMean nodes { slug } edges { cursor }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}"""
FACETS = """query Facets($text: String!, $kinds: [SearchKind!], $filter: SearchFilter) {
  search(query: $text, kinds: $kinds, filter: $filter) {
    totalCount facets(by: [KIND, TOPIC, AUTHOR, GENRE, LOCALE]) { by values { label count } }
  }
}"""


def gid(outcome) -> str:
    """The global id of a saved record's node."""
    return base64.b64encode(f"{outcome.record.type.value.capitalize()}:{outcome.node}".encode()).decode()


@pytest.fixture
def found(api):
    """Asks, and gives the slugs of what was found, in their order."""

    async def ask(text, door=api, **variables):
        answer = await door(SEARCH, text=text, **variables)
        return [node["slug"] for node in answer["search"]["nodes"]]

    return ask


@pytest.fixture
async def practice(make):
    """Articles, a procedure, physicians and topics of an invented practice; what they are called."""
    return {
        "knee": await make.live("topic/knee", title="Knee", alternateNames=["Patella"]),
        "ana": await make.live(
            "physician/ana", title="Dr. Ana Beispiel", familyName="Beispiel", givenName="Ana",
            specialties=[{"name": "Sports medicine"}],
        ),
        "disc": await make.live(
            "article/herniated-disc", title="Herniated disc", alternateNames=["Slipped disc"], genre="CONDITION",
            sections=[
                {"heading": "Symptoms", "aspect": "SYMPTOMS", "body": "A dull ache that moves down one leg."},
                {"heading": "Treatment", "aspect": "TREATMENTS", "body": "Most people get well without surgery."},
            ],
        ),
        "knees": await make.live(
            "article/sore-knees", title="Sore knees", genre="RECOVERY", topics=["knee"], authors=["ana"],
            body="A sore knee after a long walk settles within days. Rest the knee, then move it gently.",
        ),
        "walk": await make.live(
            "article/walking", title="Walking", body="Walking is good for the knee, for the heart and for sleep."
        ),
        "scope": await make.live(
            "procedure/arthroscopy", title="Arthroscopy of the knee", alternateNames=["Keyhole surgery"],
            performedBy=["ana"], topics=["knee"], overview="A small camera looks into the joint.",
        ),
    }  # fmt: skip


# What people type -> the slug of what they mean.
MEANT = {
    "What are the symptoms of a slipped disc?": "herniated-disc",
    "slipped disk": "herniated-disc",
    "HERNIATED DISCS": "herniated-disc",
    "herniatde disc": "herniated-disc",
    "sore knee": "sore-knees",
    "keyhole surgery": "arthroscopy",
    "patella": "knee",
    "beispiel": "ana",
    "dr ana": "ana",
    "beisp": "ana",
    "sports medicine": "ana",
    "who does arthroscopies?": "arthroscopy",
    "Hello, since Sunday my father has had an ache that moves down one leg. He is worried and would like to know what"
    " it could be, and whether he should see somebody soon. He is 71 and takes no pills.": "herniated-disc",
}


@pytest.mark.parametrize(("query", "slug"), MEANT.items(), ids=[query[:30] for query in MEANT])
async def test_what_people_mean_comes_first(found, practice, query, slug):
    """In their own words, misspelt, inflected, in whole sentences and in letters."""
    slugs = await found(query)

    assert slugs[:1] == [slug]


async def test_titles_come_before_texts(found, practice):
    """Whose name it is goes before who only speaks of it."""
    slugs = await found("knee")

    assert slugs.index("sore-knees") < slugs.index("walking")
    assert {"knee", "arthroscopy"} <= {*slugs}


async def test_physicians_are_found_by_what_they_perform(found, practice, make):
    """Procedures that are published later count too, and those that are withdrawn do not."""
    assert "ana" in await found("arthroscopy", kinds=["PHYSICIAN"])
    late = await make.live("procedure/cast", title="Plaster cast", performedBy=["ana"])

    assert await found("plaster", kinds=["PHYSICIAN"]) == ["ana"]
    await make.withdraw(late)
    assert await found("plaster", kinds=["PHYSICIAN"]) == []


async def test_what_is_asked_for_comes_before_who_does_much_of_it(found, practice, make):
    """A physician who performs three procedures on the knee is not a better answer than the one that is named."""
    for title in ("Knee replacement", "Knee brace fitting", "Knee injection"):
        slug = title.lower().replace(" ", "-")
        await make.live(f"procedure/{slug}", title=title, performedBy=["ana"])

    assert (await found("knee replacement"))[0] == "knee-replacement"


async def test_highlights_of_what_is_no_article_bring_no_disclaimer(api, practice):
    """Nothing is attached where nothing is needed."""
    found = await api('{ search(query: "patella", kinds: [TOPIC]) { edges { highlights { field } } } }')
    topic = api.extensions

    await api('{ search(query: "sore", kinds: [ARTICLE]) { edges { highlights { field } } } }')
    (attached,) = api.extensions["disclaimers"]

    assert found["search"]["edges"] == [{"highlights": [{"field": "title"}, {"field": "alternateNames"}]}]
    assert (topic, attached["text"]) == (None, "Ask your physician.")


async def test_neighbours_count(found, make):
    """Of two texts with the same words, the one comes first that has them side by side."""
    filler = "Many people ask about this. "
    await make.live(
        "article/apart", title="First", body=f"The shoulder is wide. {filler} It can feel cold as it is frozen."
    )
    await make.live(
        "article/near", title="Other", body=f"The cold is wide. {filler} It can feel as a frozen shoulder is."
    )

    assert await found("frozen shoulder") == ["near", "apart"]


async def test_spelling_is_corrected_and_said(api, practice):
    """The answer is that of the corrected question, and says which that is."""
    wrong = (await api(SEARCH, text="What is a Slippd disc?"))["search"]
    right = (await api(SEARCH, text="What is a slipped disc?"))["search"]

    assert wrong["didYouMean"] == "What is a slipped disc?"
    assert right["didYouMean"] is None
    assert wrong["nodes"] == right["nodes"] != []


async def test_editors_synonyms_are_found(found, practice, make):
    """What is called otherwise elsewhere in the graph is found by that name in every text."""
    await make.live("article/sciatica", title="Sciatica", body="A herniated disc may press on a nerve.")

    assert "sciatica" in await found("slipped disc")


async def test_drafts_are_found_in_previews_alone(found, api, practice, make):
    """A draft is found by its new words with a preview, and its live edition by the old words without."""
    await make.draft("article/walking", title="Strolling", body="Strolling is good for sleep.")
    await make.draft("article/new", title="Strolling in snow")
    preview = SEARCH.replace("\n) {\n", "\n) @inContext(preview: true) {\n", 1)

    assert await found("strolling") == []
    assert await found("walking", kinds=["ARTICLE"]) != []
    seen = await api(preview, text="strolling")
    assert {node["slug"] for node in seen["search"]["nodes"]} == {"walking", "new"}
    old = await api(preview, text="heart")
    assert old["search"]["nodes"] == []
    assert await api.as_(scopes=frozenset({"content:read"})).codes(preview, text="strolling") == ["FORBIDDEN"]


async def test_what_is_withdrawn_is_gone(found, practice, make):
    """At the same revision, and what takes its place is there."""
    await make.withdraw(practice["walk"])

    assert "walking" not in await found("walking")
    await make.live("article/herniated-disc", title="Bulging disc", body="Another wording.")
    assert await found("bulging") == ["herniated-disc"]
    assert await found("leg") == []


async def test_locales_and_fallbacks(api, practice, make):
    """In the first locale of the perspective each node is found once, in its language; a fallback is marked."""
    await make.live("disclaimer/house", "es")
    await make.live("article/sore-knees", "es", title="Rodillas doloridas", body="Descanse las rodillas.")
    query = """query ($text: String!) @inContext(locale: "es") {
      search(query: $text) { edges { fallback node { slug locale } } }
    }"""

    spanish = await api(query, text="rodilla dolorida")
    english = await api(query, text="sore knee")

    assert spanish["search"]["edges"] == [{"fallback": False, "node": {"slug": "sore-knees", "locale": "es"}}]
    slugs = {edge["node"]["slug"]: edge["fallback"] for edge in english["search"]["edges"]}
    assert "sore-knees" not in slugs
    assert slugs["walking"] is True


async def test_accents_make_no_difference(found, make):
    """Neither in what is written nor in what is typed."""
    await make.live("article/meniere", title="Ménière's disease")

    assert await found("meniere disease") == ["meniere"]
    assert await found("MÉNIÈRE") == ["meniere"]


async def test_the_past_is_not_searched(api, practice):
    """asOf is refused, in the perspective as for suggestions to come."""
    query = '{ search(query: "knee") { totalCount } }'

    past = 'query @inContext(asOf: "2026-03-01T09:00:00Z") ' + query

    assert await api.codes(past) == ["BAD_REQUEST"]


async def test_partners_find_only_who_consents(found, api, practice, make):
    """Who does not consent is no hit, no facet and no count."""
    await make.live("physician/bo", title="Bo Muster", familyName="Muster", syndicationConsent=False)
    await make.live("article/both", title="Elbows", authors=["ana", "bo"])
    partner = api.as_(scopes=frozenset({"content:read"}), partner=True)

    assert await found("muster") == ["bo"]
    assert await found("muster", partner) == []
    facets = (await partner(FACETS, text="elbows"))["search"]["facets"]
    assert next(f["values"] for f in facets if f["by"] == "AUTHOR") == [{"label": "Dr. Ana Beispiel", "count": 1}]


async def test_facets_respect_the_filters_of_the_others(api, practice):
    """A facet is counted as if its own filter were not set, so that another value can be chosen."""
    everything = (await api(FACETS, text="knee"))["search"]
    articles = (await api(FACETS, text="knee", kinds=["ARTICLE"]))["search"]
    about = (await api(FACETS, text="knee", kinds=["ARTICLE"], filter={"topics": [gid(practice["knee"])]}))["search"]

    def values(answer, facet):
        (each,) = (each["values"] for each in answer["facets"] if each["by"] == facet)
        return {value["label"]: value["count"] for value in each}

    assert values(everything, "KIND") == values(articles, "KIND") == {
        "ARTICLE": 2, "PHYSICIAN": 1, "PROCEDURE": 1, "TOPIC": 1,
    }  # fmt: skip
    assert values(articles, "TOPIC") == {"Knee": 1}
    assert values(about, "KIND") == {"ARTICLE": 1, "PROCEDURE": 1}
    assert (everything["totalCount"], articles["totalCount"], about["totalCount"]) == (5, 2, 1)
    assert values(everything, "AUTHOR") == {"Dr. Ana Beispiel": 1}
    assert values(everything, "GENRE") == {"OTHER": 1, "RECOVERY": 1}
    assert values(everything, "LOCALE") == {"en": 5}


async def test_filters_narrow(found, practice):
    """By kind, topic, author, genre and locale, and by all of them."""
    knee, ana = gid(practice["knee"]), gid(practice["ana"])

    assert await found("knee", kinds=["TOPIC"]) == ["knee"]
    assert set(await found("knee", filter={"topics": [knee]})) == {"sore-knees", "arthroscopy"}
    assert await found("knee", filter={"authors": [ana]}) == ["sore-knees"]
    assert await found("knee", filter={"genres": ["RECOVERY"], "topics": [knee]}) == ["sore-knees"]
    assert await found("knee", filter={"locales": ["es"]}) == []
    assert await found("knee", kinds=[]) == []


async def test_pages_join_without_a_gap(api, practice):
    """Page after page gives what one large page gives; a cursor of another search is refused."""
    whole = (await api(SEARCH, text="knee"))["search"]
    slugs, after = [], None
    while True:
        page = (await api(SEARCH, text="knee", first=2, after=after))["search"]
        slugs += page["nodes"]
        assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break

    assert slugs == whole["nodes"]
    assert len(slugs) == whole["totalCount"] == 5
    assert await api.codes(SEARCH, text="disc", after=after) == ["BAD_CURSOR"]
    assert await api.codes(SEARCH, text="knee", first=101) == ["BAD_REQUEST"]


async def test_pages_join_backwards_too(api, practice):
    """From the last hit to the first, as Relay asks for."""
    whole = (await api(SEARCH, text="knee"))["search"]
    slugs, before = [], None
    while True:
        page = (await api(SEARCH, text="knee", last=2, before=before))["search"]
        slugs = page["nodes"] + slugs
        assert page["pageInfo"]["hasNextPage"] is (before is not None)
        before = page["pageInfo"]["startCursor"]
        if not page["pageInfo"]["hasPreviousPage"]:
            break

    assert slugs == whole["nodes"]
    assert (await api(SEARCH, text="knee", last=0))["search"]["nodes"] == []
    assert await api.codes(SEARCH, text="knee", first=1, last=1) == ["BAD_REQUEST"]


async def test_highlights_show_where_the_words_stand(api, practice):
    """As ranges and as HTML, in the fields' own names, and with escapes where the text has markup."""
    query = """query ($text: String!) { search(query: $text, kinds: [ARTICLE], first: 1) { edges {
      highlights { field fragments { text marks { start end } html } } disclaimer { text }
    } } }"""

    (edge,) = (await api(query, text="sore knee"))["search"]["edges"]

    marked = {h["field"]: [f["html"] for f in h["fragments"]] for h in edge["highlights"]}
    assert marked == {
        "title": ["<mark>Sore</mark> <mark>knees</mark>"],
        "body": [
            "A <mark>sore</mark> <mark>knee</mark> after a long walk settles within days. Rest the <mark>knee</mark>,"
            " then move it gently."
        ],
    }
    title = edge["highlights"][0]["fragments"][0]
    assert [title["text"][m["start"] : m["end"]] for m in title["marks"]] == ["Sore", "knees"]
    assert edge["disclaimer"] == {"text": "Ask your physician."}


async def test_long_texts_are_cut_at_words_and_markup_is_escaped(api, make):
    """A fragment has some two hundred characters, the question's words among them."""
    text = (
        "Nothing is said here of it. " * 40 + "At last the &lt;b&gt; ankle sprain is named. " + "More of nothing. " * 40
    )
    await make.live("article/long", title="Long", body=text)

    query = '{ search(query: "ankle sprain") { edges { highlights { fragments { html text } } disclaimer { text } } } }'
    (edge,) = (await api(query))["search"]["edges"]

    (fragment,) = edge["highlights"][0]["fragments"]
    assert "&lt;b&gt; <mark>ankle</mark> <mark>sprain</mark> is named" in fragment["html"]
    assert len(fragment["text"]) <= 220
    assert f" {fragment['text']} " in f" {text.replace('&lt;', '<').replace('&gt;', '>')}"


async def test_statements_depend_on_the_operation_alone(api, practice, make):
    """Three hits and thirty cost the same."""
    query = """query ($text: String!) { search(query: $text, first: 50) {
      totalCount facets(by: [TOPIC, AUTHOR, GENRE]) { values { label } }
      edges { highlights { field } disclaimer { text } node { title topics { title } } }
    } }"""
    await api(query, text="sore knee")
    before = api.statements
    for number in range(30):
        await make.live(f"article/knee-{number}", title=f"Sore knee {number}", topics=["knee"], authors=["ana"])

    assert len((await api(query, text="sore knee"))["search"]["edges"]) > 30
    assert api.statements == before <= 17


BAD = [
    "", " ", "the and of", "?!*", '"', "'", '"knee', "knee*", "NEAR(knee disc)", "knee AND", "OR", "-knee",
    "title:knee", "^knee", "{title names} : knee", "knee | disc & !", "<->", "knee:*",
    "'; DROP TABLE edition; --", "\\", "%", "_",
    "\0", "kn\0ee", "\ud800", "knee \udfff", "مفصل الركبة", "膝の痛み", "👩‍⚕️ 🦵", "knee " * 2_500, "x" * 10_000,
    "a " * 5_000, "'a' <-> 'b'", ":*", "(", ")", "$1", ":match", "\n\t\r", "\u202eeenk", "e\u0301" * 500,
]  # fmt: skip


@pytest.mark.parametrize("query", BAD, ids=range(len(BAD)))
async def test_bad_questions_get_sensible_answers(api, practice, query):
    """Whatever is typed, the answer is no error, and it is small."""
    answer = await api(SEARCH, text=query)

    assert answer["search"]["totalCount"] <= 5


async def test_the_engine_and_the_stock_executor_agree(api, practice):
    """The answer is the same, whoever executes."""
    query = """query ($text: String!) { search(query: $text) {
      totalCount didYouMean facets(by: [KIND, TOPIC]) { by values { value label count } } pageInfo { endCursor }
      edges { cursor score fallback highlights { field fragments { html } } node { __typename title } }
      nodes { ... on Article { title authors { title } } }
    } }"""
    fast = await api.execute(query, text="sore knees")
    api.executions._engine = False
    slow = await api.execute(query, text="sore knees")

    assert fast.errors is None is slow.errors
    assert fast.data == slow.data
    assert fast.extensions == slow.extensions != {}


def test_every_kind_that_is_searched_can_be_asked_for():
    """The enum of the schema has the kinds that the index has, and no other."""
    assert {each.value for each in SearchKind} == {*SEARCHED}
