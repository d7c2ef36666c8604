"""Delta sync: what a copy is told, from a snapshot on, and what is refused."""

import base64
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from loaders.position import PATIENCE
from models import DisclaimerPolicy
from publishing.database import reseal

CHANGES = """query Sync($after: Revision!, $kinds: [ContentKind!], $topics: [ID!], $first: Int, $locale: String,
  $fallback: [String!]) @inContext(locale: $locale, fallback: $fallback) {
  changes(after: $after, kinds: $kinds, topics: $topics, first: $first) {
    next revision complete scope pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node {
      action nodeId kind revision time tombstone { because reason }
      causes { relation nodeId kind revision node { title } }
      node { id title slug url
        ... on Article { body { html } disclaimer { text } links { nodes { ... on Content { title } } } }
        ... on Procedure { overview { html } disclaimer { text } performedBy { title } medicalReviewers { title } }
        ... on Physician { disclaimer { text } } } } } } }"""
LISTS = """query Lists($locale: String, $fallback: [String!]) @inContext(locale: $locale, fallback: $fallback) {
  articles(first: 100) { nodes { id title slug } } procedures(first: 100) { nodes { id title slug } }
  physicians(first: 100) { nodes { id title slug } } topics(first: 100) { nodes { id title slug } }
  disclaimers(first: 100) { nodes { id title slug } } }"""


def gid(outcome) -> str:
    """The global id of a saved record's node."""
    return base64.b64encode(f"{outcome.record.type.value.capitalize()}:{outcome.node}".encode()).decode()


def told(page):
    """The changes of a page by the slug of their nodes, or by the id of what is gone."""
    changes = [edge["node"] for edge in page["edges"]]
    return {each["node"]["slug"] if each["node"] else each["nodeId"]: each for each in changes}


@pytest.fixture
def changed(api):
    """One page of changes."""

    async def ask(after, door=api, **variables):
        return (await door(CHANGES, after=after, **{"first": 100} | variables))["changes"]

    return ask


class Copy:
    """A copy of the graph, as a device keeps it."""

    def __init__(self, changed, **variables):
        self.changed, self.variables = changed, variables
        self.nodes, self.next, self.page = {}, 0, None

    async def step(self, **variables):
        """Apply one page."""
        self.page = await self.changed(self.next, **self.variables | variables)
        for change in (edge["node"] for edge in self.page["edges"]):
            if change["action"] == "PUBLISHED":
                self.nodes[change["nodeId"]] = {name: change["node"][name] for name in ("id", "title", "slug")}
            else:
                del self.nodes[change["nodeId"]]
        self.next = self.page["next"]

    async def sync(self, **variables):
        """Apply pages until there are no more."""
        await self.step(**variables)
        while self.page["pageInfo"]["hasNextPage"]:
            await self.step(**variables)


async def listed(api, **variables):
    """All nodes, as lists have them."""
    return {node["id"]: node for page in (await api(LISTS, **variables)).values() for node in page["nodes"]}


@pytest.fixture
async def practice(make):
    """A disclaimer, two physicians, a topic, three guides and two articles that lean on one another."""
    return {
        "spine": await make.live("topic/spine"),
        "ana": await make.live("physician/ana"),
        "ben": await make.live("physician/ben"),
        "hip": await make.live("procedure/hip", topics=["spine"]),
        "knee": await make.live("procedure/knee", performedBy=["ana"], overview="See [hip](caveat:procedure/hip)."),
        "back": await make.live("procedure/back", medicalReviewers=["ben"]),
        "story": await make.live("article/story", body="Told by [Ana](caveat:physician/ana)."),
        "news": await make.live(
            "article/news", links=[{"kind": "RELATED", "target": "article/story"}], topics=["spine"]
        ),
    }


@pytest.mark.parametrize("size", [1, 2, 3, 100])
async def test_from_nothing_it_is_a_snapshot(changed, practice, api, size):
    """Pages of any size give each node once, and nothing else: no tombstone, no cause."""
    copy, seen = Copy(changed), []
    await copy.step(first=size)
    seen += copy.page["edges"]
    while copy.page["pageInfo"]["hasNextPage"]:
        assert not copy.page["complete"]
        await copy.step(first=size)
        seen += copy.page["edges"]

    assert copy.nodes == await listed(api)
    assert len(seen) == len(copy.nodes) == 9
    assert {(edge["node"]["action"], len(edge["node"]["causes"])) for edge in seen} == {("PUBLISHED", 0)}
    assert (copy.page["complete"], copy.next, copy.page["revision"]) == (True, "9", 9)


async def test_pages_are_of_one_revision_and_the_last_leads_on(changed, make, practice, api):
    """What is released between pages is told after them: nothing is missed, nothing stands between two revisions."""
    before, copy = await listed(api), Copy(changed)
    await copy.step(first=3)
    await make.live("procedure/hip", title="Another hip")
    await make.withdraw(practice["ana"], practice["knee"], practice["story"], reason="Wrong.")
    await make.live("article/late")
    while not copy.page["complete"]:
        await copy.step(first=3)

    assert copy.nodes == before
    assert (copy.page["revision"], copy.next, copy.page["pageInfo"]["hasNextPage"]) == (9, "9", True)
    await copy.sync(first=2)
    assert copy.nodes == await listed(api)


async def test_a_node_is_told_once_as_it_is_now(changed, make, practice):
    """However often it was published; what came and went in between is not told at all."""
    await make.live("procedure/hip", title="Second")
    await make.live("procedure/hips", title="Third", id=practice["hip"].node)
    passing = await make.live("article/passing")
    await make.withdraw(passing)

    page = await changed(9)

    assert [name for name, each in told(page).items() if not each["causes"]] == ["hips"]
    assert (told(page)["hips"]["node"]["title"], told(page)["hips"]["revision"]) == ("Third", 11)
    assert told(page)["hips"]["time"] == "2026-03-01T09:00:22+00:00"


# What is released -> what is told of: slug -> the causes, as (relation, title or None where it is gone).
CAUSES = {
    "disclaimer/house": {
        "house": [],
        **{name: [("DISCLAIMER", "New")] for name in ("ana", "ben", "hip")},
        "story": [("DISCLAIMER", "New"), ("REFERENCE", "Ana")],
        "knee": [("DISCLAIMER", "New"), ("LINK", "Ana"), ("REFERENCE", "Hip")],
        "back": [("DISCLAIMER", "New"), ("LINK", "Ben")],
        "news": [("DISCLAIMER", "New"), ("LINK", "Story")],
    },
    "physician/ben": {"ben": [], "back": [("LINK", "New")]},
    "physician/ana": {"ana": [], "knee": [("LINK", "New")], "story": [("REFERENCE", "New")]},
    "procedure/hip": {"hip": [], "knee": [("REFERENCE", "New")]},
    "article/story": {"story": [], "news": [("LINK", "New")]},
    "topic/spine": {"spine": [], "hip": [("LINK", "New")], "news": [("LINK", "New")]},
    "procedure/back": {"back": []},
}


@pytest.mark.parametrize("reference", CAUSES)
async def test_dependants_are_told_with_what_caused_it(changed, make, practice, reference):
    """Whatever shows the node that changed is told too: by its disclaimer, a link of its own, or its text."""
    fields = {"topics": ["spine"]} if reference == "procedure/hip" else {}
    fields |= {"medicalReviewers": ["ben"]} if reference == "procedure/back" else {}
    fields |= {"body": "Told by [Ana](caveat:physician/ana)."} if reference == "article/story" else {}
    await make.live(reference, title="New", **fields)

    page = await changed(9)

    found = {
        name: [(cause["relation"], cause["node"]["title"]) for cause in each["causes"]]
        for name, each in told(page).items()
    }
    assert found == CAUSES[reference]
    assert {each["revision"] for each in told(page).values()} == {10}


async def test_what_goes_takes_links_and_references_with_it(changed, make, practice):
    """The tombstone has the reason; what leant on the node is told, and shows it no more; the cause has no node."""
    await make.withdraw(practice["hip"], practice["ben"], reason="Out of date.")

    page = told(await changed(9))

    gone = {name: each["tombstone"] for name, each in page.items() if each["action"] == "WITHDRAWN"}
    words = {"because": "WITHDRAWN", "reason": "Out of date."}
    assert gone == {gid(practice["hip"]): words, gid(practice["ben"]): words}
    assert page["knee"]["node"]["overview"]["html"] == "<p>See hip.</p>\n"
    assert page["back"]["node"]["medicalReviewers"] == []
    assert [(cause["nodeId"], cause["node"]) for cause in page["back"]["causes"]] == [(gid(practice["ben"]), None)]


async def test_what_comes_brings_links_and_references_with_it(changed, make, practice):
    """A node that was linked before it was there is a cause when it comes."""
    made = await make.draft("procedure/later")
    await make.live("article/ahead", body="See [this](caveat:procedure/later).", procedures=["later"])
    before = (await changed(0))["revision"]
    await make.publish(made)

    page = told(await changed(before))

    assert [cause["relation"] for cause in page["ahead"]["causes"]] == ["LINK", "REFERENCE"]
    assert 'href="https://site.example/en/procedure/later"' in page["ahead"]["node"]["body"]["html"]


async def test_a_better_locale_that_comes_or_goes_changes_the_node(changed, make, practice, api):
    """A Spanish copy with English fallback is told of both; without fallback only of what is Spanish."""
    spanish = {"locale": "es"}
    await make.live("disclaimer/house", "es", title="Reglas")
    start = (await changed(0, **spanish))["revision"]
    hip = await make.live("procedure/hip", "es", title="Cadera")
    came = told(await changed(start, **spanish))
    middle = start + 1
    await make.withdraw(hip)
    went, strict = told(await changed(middle, **spanish)), told(await changed(middle, **spanish, fallback=[]))

    assert (came["hip"]["node"]["title"], went["hip"]["node"]["title"]) == ("Cadera", "Hip")
    assert [each["relation"] for each in went["knee"]["causes"]] == ["REFERENCE"]
    assert (went["hip"]["revision"], went["hip"]["action"]) == (middle + 1, "PUBLISHED")
    assert {name: each["action"] for name, each in strict.items()} == {gid(hip): "WITHDRAWN"}
    assert told(await changed(start)) == {}


async def test_consent_that_ends_hides_a_physician(changed, make, practice, api):
    """A partner's copy loses the physician, and what leant on it is told; no words of an editor stand there."""
    partner = api.as_(partner=True)
    await make.live("physician/ana", syndicationConsent=False)

    page = told(await changed(9, partner))

    assert page[gid(practice["ana"])]["tombstone"] == {"because": "HIDDEN", "reason": None}
    assert page["knee"]["node"]["performedBy"] == []
    assert [each["nodeId"] for each in page["knee"]["causes"]] == [gid(practice["ana"])]
    assert told(await changed(9))["ana"]["action"] == "PUBLISHED"


async def test_a_tombstone_says_what_took_the_node_away_last(changed, make, practice, api):
    """A reason of an earlier withdrawal, or of one in another locale, is not that of what hides a physician now."""
    partner, spanish = api.as_(partner=True), {"locale": "es"}
    await make.live("disclaimer/house", "es")
    await make.live("physician/ben", "es")
    start = (await changed(0, partner, **spanish))["revision"]
    await make.withdraw(practice["ana"], practice["ben"], reason="Typo in the phone number.")
    await make.live("physician/ana", syndicationConsent=False)
    await make.live("physician/ben", "es", syndicationConsent=False)

    page = told(await changed(start, partner, **spanish))

    hidden = {"because": "HIDDEN", "reason": None}
    assert [page[gid(practice[name])]["tombstone"] for name in ("ana", "ben")] == [hidden, hidden]


async def test_the_reason_is_that_of_the_locale_in_the_copy(changed, make, practice):
    """Where a node goes in all its locales, each with a reason of its own."""
    await make.live("disclaimer/house", "es")
    spanish = await make.live("procedure/hip", "es")
    start = (await changed(0))["revision"]
    await make.withdraw(spanish, reason="Out of date.")
    await make.withdraw(practice["hip"], reason="In English.")

    both = [told(await changed(start, locale=locale))[gid(spanish)]["tombstone"] for locale in ("es", "en")]

    assert [each["reason"] for each in both] == ["Out of date.", "In English."]
    assert {each["because"] for each in both} == {"WITHDRAWN"}


async def test_who_was_never_seen_is_never_told_of(changed, make, practice, api):
    """Neither as a change, nor as a cause: not to a partner who may not show the physician, not of drafts."""
    limited = api.as_(partner=True, physicians=frozenset({practice["ben"].node}))
    await make.live("physician/ana", title="Renamed")
    await make.draft("procedure/hip", title="A draft")

    assert told(await changed(9, limited)) == {}
    assert not [each for each in told(await changed(0, limited)).values() if each["nodeId"] == gid(practice["ana"])]


async def test_a_copy_of_topics_loses_what_is_not_about_them(changed, make, practice):
    """When the content gets other topics, and when the topic goes; it comes back with the topic."""
    about = {"topics": [gid(practice["spine"])], "kinds": ["PROCEDURE", "ARTICLE"]}
    assert set(told(await changed(0, **about))) == {"hip", "news"}
    await make.live("procedure/hip")
    left = told(await changed(9, **about))
    await make.withdraw(practice["spine"])
    gone = told(await changed(10, **about))
    await make.live("topic/spine")
    back = told(await changed(11, **about))

    assert {name: each["tombstone"]["because"] for name, each in left.items()} == {gid(practice["hip"]): "OUT_OF_SCOPE"}
    assert {name: each["tombstone"]["because"] for name, each in gone.items()} == {
        gid(practice["news"]): "OUT_OF_SCOPE"
    }
    assert {name: each["action"] for name, each in back.items()} == {"news": "PUBLISHED"}


async def test_kinds_narrow_what_is_told_and_not_what_causes_it(changed, make, practice):
    """A copy of guides is told of a guide whose physician changed, and not of the physician."""
    await make.live("physician/ana", title="New")

    assert set(told(await changed(9, kinds=["PROCEDURE"]))) == {"knee"}


async def test_nothing_new_is_told_in_few_words_and_statements(changed, make, practice, api):
    """The same position again, one statement for the secret beside that for the head."""
    page = await changed(9)

    assert (page["edges"], page["next"], page["complete"], page["pageInfo"]["hasNextPage"]) == ([], "9", True, False)
    assert api.statements == 2


async def test_statements_do_not_depend_on_how_much_changed(changed, make, practice, api):
    """Neither those of a snapshot, nor those of a delta."""
    sent = {}
    for round_ in range(2):
        for number in range(1 + 20 * round_):
            await make.live(
                f"article/more-{number}",
                title=f"Round {round_}",
                authors=["ana"],
                links=[{"kind": "SEE_ALSO", "target": "procedure/hip"}],
            )
        for after in ("0", "9"):
            await changed(after)
            sent[after, round_] = api.statements

    assert sent["0", 0] == sent["0", 1]
    assert sent["9", 0] == sent["9", 1]


async def test_the_stock_executor_gives_the_same(changed, make, practice, api, door, settings):
    """Byte for byte, as for every operation."""
    stock = door(api.database, settings.model_copy(update={"engine": False}), api.clock)
    await make.live("disclaimer/house", title="New")
    await make.withdraw(practice["hip"])

    for after in (0, 9, 10):
        for first in (2, 100):
            assert await changed(after, stock, first=first) == await changed(after, first=first)


async def test_edges_lead_on_from_wherever_one_stopped(changed, make, practice):
    """Each cursor is a position: what follows it is what followed the edge."""
    await make.live("disclaimer/house", title="New")
    whole = await changed(9)
    names = list(told(whole))

    for place, edge in enumerate(whole["edges"]):
        assert list(told(await changed(edge["cursor"]))) == names[place + 1 :]
    assert whole["pageInfo"]["startCursor"] == whole["edges"][0]["cursor"]
    assert whole["pageInfo"]["endCursor"] == whole["edges"][-1]["cursor"] == whole["next"] == "10"


async def test_several_parts_of_the_graph_in_one_operation(api, make, practice):
    """Each goes on from its own position; those of one sync are read at its revision."""
    query = """query Two($a: Revision!, $b: Revision!) {
      guides: changes(after: $a, kinds: [PROCEDURE], first: 1) { next revision nodes { nodeId } }
      others: changes(after: $b, kinds: [PHYSICIAN], first: 1) { next revision nodes { nodeId } } }"""
    first = await api(query, a=0, b=0)
    await make.live("physician/cleo")
    second = await api(query, a=first["guides"]["next"], b=first["others"]["next"])
    mixed = await api.execute(query, a=first["guides"]["next"], b=(await api(query, a=0, b=0))["others"]["next"])

    assert (second["guides"]["revision"], second["others"]["revision"], second["others"]["next"]) == (9, 9, "9")
    assert [error.message for error in mixed.errors] == ["The positions of an operation's changes must be of one sync."]


async def test_only_the_sync_is_read_at_its_revision(api, changed, make, practice):
    """A position opens no other door to the past: whatever else is asked beside it refuses the operation."""
    middle = (await changed(0, first=1))["next"]
    await make.withdraw(practice["news"])
    for other in ('article(slug: "news") { slug }', "revision", 'suggest(prefix: "n") { text }'):
        asked = f'{{ __typename changes(after: "{middle}") {{ next }} {other} }}'
        result = await api.execute(asked)
        assert [error.extensions["code"] for error in result.errors] == ["BAD_REQUEST"], other
        assert "asks for changes alone" in result.errors[0].message

    assert await api.codes(f'{{ a: changes(after: "{middle}") {{ next }} b: changes(after: "10") {{ next }} }}') == [
        "BAD_REQUEST"
    ]
    assert await api.codes("{" + " ".join(f"c{n}: changes(after: {n}) {{ next }}" for n in range(6)) + "}") == [
        "BAD_REQUEST"
    ]
    await api(f'{{ __typename changes(after: "{middle}") {{ next }} }}')
    await api('{ revision changes(after: 9) { next } article(slug: "story") { slug } }')


async def test_whoever_must_be_told_too_much_takes_a_snapshot(changed, make, practice, api, monkeypatch):
    """The comparison ends where it would take more than a snapshot does; nothing is told by halves."""
    monkeypatch.setattr("loaders.comparison.MOST", 4)
    await make.live("physician/ana", title="New")
    assert set(told(await changed(9))) == {"ana", "knee", "story"}
    await make.live("disclaimer/house", title="New")

    result = await api.execute(CHANGES, after=9)

    assert [error.message for error in result.errors] == [
        "Too much changed since revision 9 to be told: start again from 0 with an empty copy."
    ]


async def test_a_restored_backup_is_a_graph_of_its_own(changed, practice, api):
    """Its copies have another scope, and what was begun before cannot be gone on with."""
    before = await changed(0, first=1)
    await reseal()

    assert (await changed(0))["scope"] != before["scope"]
    assert await api.codes(CHANGES, after=before["next"]) == ["BAD_CURSOR"]


async def test_positions_belong_to_one_copy(changed, make, practice, api):
    """Another kind, topic, locale or client: the position is refused, and says where to start again."""
    middle = (await changed(9, first=1) if await make.live("disclaimer/house", title="New") else {})["next"]
    others = [
        {"kinds": ["ARTICLE"]}, {"topics": [gid(practice["spine"])]}, {"locale": "es"}, {"fallback": ["es"]},
        {"door": api.as_(partner=True)}, {"door": api.as_(physicians=frozenset())},
    ]  # fmt: skip

    for other in others:
        door = other.pop("door", api)
        result = await door.execute(CHANGES, after=middle, **other)
        assert [error.extensions["code"] for error in result.errors] == ["BAD_CURSOR"], other
        assert "from 0 with an empty copy, or from 9 with the copy as it was before" in result.errors[0].message


async def test_a_position_cannot_be_forged(changed, make, practice, api):
    """Whatever is changed in it, the answer is an error: nobody reads the past by naming it."""
    middle = (await changed(0, first=1))["next"]
    plain = base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)).decode()
    assert plain.startswith('[0,9,"2026-03-01"')
    forged = [
        plain.replace("[0,9,", f"[{after},{at},", 1) for after in range(3) for at in range(12) if (after, at) != (0, 9)
    ]
    forged += [plain.replace("2026-03-01", "2026-03-02"), plain[:-3] + '"]', plain.replace('"]', '0"]')]
    forged += [plain[:-3] + 'é"]', plain.replace("article", "topic"), plain.replace("article", "é")]
    forged += [plain.replace("[0,9", each) for each in ("[0,null", "[false,9", '["0",9', "[0,9.0", "[0,[9]", "[0,9,9")]

    assert plain not in forged
    for text in forged:
        code = await api.codes(CHANGES, after=base64.urlsafe_b64encode(text.encode()).decode())
        assert code in (["BAD_CURSOR"], ["REVISION_NOT_REACHED"]), text


WRONG = {
    "no position": ("x", "BAD_CURSOR"),
    "negative": (-1, "BAD_CURSOR"),
    "a fraction": (1.5, "BAD_CURSOR"),
    "a list": ([0], "BAD_CURSOR"),
    "true": (True, "BAD_CURSOR"),
    "empty": ("", "BAD_CURSOR"),
    "too large": (2**53, "BAD_CURSOR"),
    "digits of another script": ("٣", "BAD_CURSOR"),
    "an object in base64": ("e30", "BAD_CURSOR"),
    "long": ("9" * 5000, "BAD_CURSOR"),
    "ahead": (10, "REVISION_NOT_REACHED"),
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_what_is_no_position_is_refused(practice, api, wrong):
    """With a code, and without running anything."""
    given, code = WRONG[wrong]

    assert await api.codes(CHANGES, after=given) == [code]


@pytest.mark.parametrize(
    "arguments", ["first: 0", "first: 101", "kinds: []", "topics: []", 'topics: ["x"]', "after: {}", "after: 9.5"]
)
async def test_other_arguments_that_cannot_be_are_refused(practice, api, arguments):
    """Before anything runs."""
    after = "" if "after" in arguments else "after: 9, "

    assert len(await api.codes(f"{{ changes({after}{arguments}) {{ next }} }}")) == 1


async def test_numbers_and_texts_are_the_same_position(practice, api):
    """In variables and in the text of an operation."""
    found = [await api(f"{{ changes(after: {after}) {{ next nodes {{ nodeId }} }} }}") for after in ("8", '"8"')]

    assert found[0] == found[1]
    assert len(found[0]["changes"]["nodes"]) == 1


async def test_a_sync_may_take_a_day(changed, make, practice, api, clock):
    """Its pages can be had for a day after the next release; then it is to be begun again."""
    middle = (await changed(0, first=1))["next"]
    clock.advance(days=400)
    await make.live("article/late")
    clock.advance(seconds=(PATIENCE - timedelta(minutes=1)).total_seconds())
    assert (await changed(middle))["revision"] == 9
    clock.advance(minutes=2)

    result = await api.execute(CHANGES, after=middle)

    assert [error.extensions["code"] for error in result.errors] == ["BAD_CURSOR"]
    assert result.errors[0].message == (
        "The sync was begun too long ago to be gone on with."
        " Start again from 0 with an empty copy, or from 0 with the copy as it was before this sync."
    )


async def test_the_day_is_that_of_the_first_page(api, make, practice, clock):
    """What depends on the date is the same on all pages."""
    query = """query Sync($after: Revision!) { changes(after: $after, first: 1, kinds: [PROCEDURE]) {
      next nodes { node { ... on Procedure { reviewState } } } } }"""
    await make.live("procedure/hip", lastReviewedOn="2026-01-01", reviewDueOn="2026-06-15")
    await make.live("procedure/knee", lastReviewedOn="2026-01-01", reviewDueOn="2026-06-15")
    clock.now = datetime(2026, 3, 16, 23, 59, tzinfo=UTC)
    first = (await api(query, after=9))["changes"]
    clock.advance(days=1)
    second, anew = (await api(query, after=first["next"]))["changes"], (await api(query, after=9))["changes"]

    states = [page["nodes"][0]["node"]["reviewState"] for page in (first, second, anew)]
    assert states == ["CURRENT", "CURRENT", "DUE"]


@pytest.mark.parametrize("directive", ['@inContext(asOf: "2026-03-01T09:00:10Z")', "@inContext(preview: true)"])
async def test_past_moments_and_drafts_are_refused(practice, api, directive):
    """A copy is of what is published, up to now."""
    assert await api.codes(f"query Q {directive} {{ changes(after: 0) {{ next }} }}") == ["BAD_REQUEST"]


async def test_articles_carry_their_disclaimers(practice, api):
    """By the client's policy, as everywhere."""
    query = "{ changes(after: 0) { nodes { node { ... on Article { title } } } } }"
    await api(query)

    assert len(api.extensions["disclaimers"][0]["ids"]) == 2
    assert await api.as_(policy=DisclaimerPolicy.REQUIRE).codes(query) == ["DISCLAIMER_REQUIRED"]


async def test_from_every_revision_to_every_later_one(changed, make, practice, api):
    """A copy of any revision becomes that of any later one."""
    copies = []
    for number in range(6):
        if number % 2:
            await make.withdraw(practice["hip"])
        else:
            practice["hip"] = await make.live("procedure/hip", title=f"Hip {number}", slug=f"hip-{number}")
        copies.append((await listed(api), str((await changed(0, first=1))["revision"])))

    for (nodes, revision), _ in pairwise([*copies, None]):
        copy = Copy(changed)
        copy.nodes, copy.next = dict(nodes), revision
        await copy.sync(first=2)
        assert copy.nodes == copies[-1][0]
