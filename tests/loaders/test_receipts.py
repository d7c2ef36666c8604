"""Receipts of the past: what was served when, compared with the graph itself as it was at every revision."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest

from loaders import receipts as module
from loaders.head import revision
from loaders.perspective import Audience
from loaders.receipts import locales, spans, wordings
from models import Kind
from publishing.release import erase

DAY = timedelta(days=1)
START = datetime(2026, 3, 1, 9, tzinfo=UTC)
HISTORY = frozenset({"content:read", "content:history"})
EVERYTHING = """query ($locale: String!, $at: DateTime!) @inContext(locale: $locale, fallback: [], asOf: $at) {
  article: articles(first: 100) { nodes { ...F disclaimer { ...D } } }
  procedure: procedures(first: 100) { nodes { ...F disclaimer { ...D } } }
  physician: physicians(first: 100) { nodes { ...F disclaimer { ...D } } }
}
fragment F on Content { title }
fragment D on Disclaimer { id locale version slug contentHash text title kind edition { revision publishedAt } }"""


@pytest.fixture
async def year(make, clock):
    """A practice that changes all day long: wordings, consent, locales, several releases a day. Moments of its days."""
    moments = [clock.now]
    await make.live("disclaimer/house", "es", title="Normas", text="Pregunte.")
    bio = await make.live("disclaimer/bio", title="Bios", text="A bio.", kind="BIO")
    ana, bo = await make.live("physician/ana", disclaimer="bio"), await make.live("physician/bo", disclaimer="bio")
    await make.live("article/pain")
    moments.append(clock.advance(days=1))
    await make.live("article/pain", "es")
    await make.live("procedure/scope", "es")
    await make.live("disclaimer/house", title="House rules", text="Ask twice.")
    await make.live("physician/ana", disclaimer="bio", syndicationConsent=False)
    await make.live("physician/bo", disclaimer="bio", syndicationConsent=False)
    moments.append(clock.advance(hours=2))
    await make.live("disclaimer/bio", title="Bios", text="Another bio.", kind="BIO")
    await make.live("physician/bo", disclaimer="bio")
    await make.publish(*[await make.draft(f"article/a{n}", disclaimer="bio") for n in range(3)])
    both = [
        await make.draft("disclaimer/house", text="Ask thrice."),
        await make.draft("article/a1", disclaimer="house"),
    ]
    await make.publish(*both)
    moments.append(clock.advance(days=1))
    await make.withdraw(bo)
    await make.live("article/a0", disclaimer="house", title="Moved")
    await make.live("physician/ana", disclaimer="house")
    return {"moments": [*moments, clock.advance(hours=1)], "ana": ana.node, "bo": bo.node, "bio": bio.node}


async def slowly(api, audience, db):
    """For each revision: the editions of disclaimers that anything bears, with the number of what does, by kind."""
    door = api.as_(scopes=HISTORY, partner=audience.partner, physicians=audience.physicians)
    times = await db.fetch("SELECT revision, time FROM publication WHERE position = 0 ORDER BY revision", {})
    found = {}
    for number, time in times:
        at = datetime.fromisoformat(time) if isinstance(time, str) else time
        counts = defaultdict(lambda: defaultdict(int))
        for locale in ("en", "es"):
            data = await door(EVERYTHING, locale=locale, at=at.isoformat())
            for kind, each in data.items():
                for node in each["nodes"]:
                    named = node["disclaimer"]
                    counts[named["id"], named["locale"], named["version"]][Kind(kind)] += 1
            receipt = (door.extensions or {}).get("receipt")
            if audience.partner:
                named = {(each["id"], each["locale"], each["version"]) for each in receipt["disclaimers"]}
                assert (receipt["revision"], named) == (number, {key for key in counts if key[1] == locale})
        found[number] = at, {key: dict(kinds) for key, kinds in counts.items()}
    return found


def expected(seen, start, end):
    """The spans of every edition from a moment to another, the obvious way: a line for each revision, then merged."""
    before = max((number for number, (time, _) in seen.items() if time <= start), default=0)
    within = [number for number, (time, _) in seen.items() if start < time < end]
    looked_at = [each for each in (before, *within) if each]
    found = []
    for key in {key for number in looked_at for key in seen[number][1]}:
        run = []
        for number in [*looked_at, None]:
            if number is not None and key in seen[number][1]:
                run.append(number)
            elif run:
                kinds = [seen[each][1][key] for each in run]
                most = {kind: max(each.get(kind, 0) for each in kinds) for each in kinds for kind in each}
                until = end if number is None else seen[number][0]
                found.append((key, run[0], run[-1], max(start, seen[run[0]][0]), until, most))
                run = []
    return sorted(found, key=repr)


@pytest.mark.parametrize("who", ["everybody", "a partner", "a partner with a list", "nobody's"])
async def test_what_was_served_is_what_the_graph_had_at_every_revision(api, db, year, who, monkeypatch):
    """For whole days, for parts of them and for single moments: as if one asked the graph as of each revision."""
    monkeypatch.setattr(module, "PAGE", 3)
    audience = {
        "everybody": Audience(),
        "a partner": Audience(partner=True),
        "a partner with a list": Audience(partner=True, physicians=frozenset({year["ana"]})),
        "nobody's": Audience(physicians=frozenset()),
    }[who]
    seen = await slowly(api, audience, db)
    midnight = START.replace(hour=0)
    windows = [(midnight + n * DAY, midnight + (n + 1) * DAY) for n in range(-1, 4)]
    windows += [(midnight, midnight + 9 * DAY)] + [(each, each) for each in year["moments"]]
    windows += [(time, time) for time, _ in seen.values()] + [(midnight, seen[7][0]), (seen[3][0], seen[9][0])]

    for start, end in windows:
        found = await spans(start, end, audience, ["en", "es"], db)
        told = await wordings([each.edition for each in found], db)
        keys = {id: (each.id, each.locale, each.version) for id, each in told.items()}
        lines = [(keys[s.edition], s.first, s.last, s.start, s.end, dict(s.bearers)) for s in found]
        assert sorted(lines, key=repr) == expected(seen, start, end), (start, end)

    assert len(seen) > 15
    assert await locales(db) == ["en", "es"]


async def test_a_wording_is_the_one_that_the_graph_had(api, db, year):
    """Its name, its words and their hash are those that an answer of that moment has."""
    moment = year["moments"][2]
    door = api.as_(scopes=HISTORY, partner=True)

    (found,) = await spans(moment, moment, Audience(partner=True), ["es"], db)
    data = await door(EVERYTHING, locale="es", at=moment.isoformat())

    told = (await wordings([found.edition], db))[found.edition]
    known = data["article"]["nodes"][0]["disclaimer"]
    shown = {"id": told.id, "locale": told.locale, "version": told.version, "slug": told.slug, "text": told.text}
    shown |= {"title": told.title, "contentHash": told.content_hash, "kind": told.kind}
    assert shown | {"edition": known["edition"]} == known
    assert told.since.isoformat() == known["edition"]["publishedAt"]


async def test_an_edition_tells_since_when_and_until_when_it_was_live(db, year):
    """By the log; one that is live still has no end."""
    found = await spans(START, START + 9 * DAY, Audience(), ["en"], db)

    told = sorted(
        (await wordings([each.edition for each in found], db)).values(), key=lambda each: (each.slug, each.version)
    )

    assert [(each.slug, each.version, each.kind) for each in told] == [
        ("bio", 1, "BIO"), ("bio", 2, "BIO"),
        ("house", 1, "MEDICAL_INFORMATION"), ("house", 2, "MEDICAL_INFORMATION"), ("house", 3, "MEDICAL_INFORMATION"),
    ]  # fmt: skip
    assert [told[0].until, told[2].until, told[3].until] == [told[1].since, told[3].since, told[4].since]
    assert [told[1].until, told[4].until] == [None, None]
    assert [each.erased for each in told] == [None] * 5


async def test_what_is_erased_is_said_to_be(db, year, clock):
    """The words and the hash are gone, the spans are not; what is live was not erased."""
    window = START, clock.now
    before = await spans(*window, Audience(partner=True), ["en"], db)

    await erase(year["bio"], who="test", clock=clock)

    assert await spans(*window, Audience(partner=True), ["en"], db) == before
    told = (await wordings([each.edition for each in before], db)).values()
    erased = [each for each in told if each.erased]
    assert [(each.slug, each.version, each.title, each.text, each.content_hash) for each in erased] == [
        ("bio", 1, "", "", "")
    ]
    assert erased[0].erased == clock.now


async def test_a_day_costs_one_statement_for_each_revision_and_locale(db, year):
    """And four that find the revisions, however much is published, however many editions there are."""
    before, head = db.statements, await revision(db)

    await spans(START - DAY, START + 9 * DAY, Audience(partner=True), ["en", "es"], db)

    assert db.statements - before == 1 + 4 + 2 * (head + 1)
