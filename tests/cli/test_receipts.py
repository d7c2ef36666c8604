"""``caveat receipts``: what the command says of a day, of a moment, and of what cannot be told."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from cli.receipts import window
from errors import BadRequest
from publishing.clients import create, revoke
from publishing.release import erase

ONCE = pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # each command starts a process: once is enough
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
LIMITS = "It is told by the limits that the client has now: clients have no history."
WINDOWS = {
    "2026-03-01": (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)),
    "2026-03-02": (datetime(2026, 3, 2, tzinfo=UTC), NOW),
    "0001-01-01": (datetime(1, 1, 1, tzinfo=UTC), datetime(1, 1, 2, tzinfo=UTC)),
    "2026-03-02T12:00": (NOW, NOW),
    "2026-03-02T14:00+02:00": (NOW, NOW),
    "2026-03-02 12:00:00Z": (NOW, NOW),
}
NO_WINDOWS = {
    "2026-03-03": "--on 2026-03-03 is in the future: nothing was served yet.",
    "9999-12-31": "--on 9999-12-31 is in the future: nothing was served yet.",
    "2026-03-02T12:01": "--on 2026-03-02T12:01 is in the future: nothing was served yet.",
    "yesterday": "--on 'yesterday' is no time: write a day, as 2026-03-01, or a moment, as 2026-03-01T09:30.",
    "0001-01-01T00:00+09:00": "--on '0001-01-01T00:00+09:00' is no time: write a day, as 2026-03-01, or a moment, as"
    " 2026-03-01T09:30.",
}


@pytest.fixture
async def served(make, clock):
    """A partner, and a day on which the wording of a bio's disclaimer changes; 9:00 to 9:00:08 on 1 March 2026."""
    await create("partner-site", {"partner": True}, clock=clock)
    bio = await make.live("disclaimer/bio", title="Bios", text="A bio is no advice.", kind="BIO")
    await make.live("physician/ana", disclaimer="bio")
    await make.live("disclaimer/bio", title="Bios", text=f"A bio is no advice.\n\n{'Ask again. ' * 30}", kind="BIO")
    return bio.node


@pytest.mark.parametrize("on", WINDOWS)
def test_a_day_or_a_moment_is_looked_at(on):
    """A day ends at midnight, or now; a moment is itself. All in UTC, unless it says otherwise."""
    assert window(on, NOW) == WINDOWS[on]


@pytest.mark.parametrize("on", NO_WINDOWS)
def test_what_is_no_time_of_the_past_is_refused(on):
    """By a sentence that says how to write one."""
    with pytest.raises(BadRequest) as refused:
        window(on, NOW)

    assert str(refused.value) == NO_WINDOWS[on]


async def test_a_day_is_told_as_json(caveat, served, clock):
    """Each span of each edition: who bore it, when, its words and their hash. Nothing that was asked is looked at."""
    told = caveat("receipts", "partner-site", "--on", "2026-03-01", "--json")

    first, second = json.loads(told.stdout)["disclaimers"]
    assert json.loads(told.stdout) | {"disclaimers": []} == {
        "client": "partner-site",
        "partner": True,
        "from": "2026-03-01T09:00:03+00:00",
        "to": "2026-03-02T00:00:00+00:00",
        "notes": ["The client partner-site was made at 2026-03-01 09:00:03 UTC: it was served nothing before.", LIMITS],
        "disclaimers": [],
    }
    assert first | {"id": None, "contentHash": None} == {
        "id": None, "slug": "bio", "locale": "en", "version": 1, "kind": "BIO",
        "from": {"revision": 3, "time": "2026-03-01T09:00:08+00:00"},
        "to": {"revision": 3, "time": "2026-03-01T09:00:10+00:00"},
        "physicians": 1, "procedures": 0, "articles": 0,
        "since": "2026-03-01T09:00:06+00:00", "until": "2026-03-01T09:00:10+00:00", "erasedAt": None,
        "title": "Bios", "contentHash": None, "text": "A bio is no advice.",
    }  # fmt: skip
    assert (second["version"], second["from"], second["until"]) == (2, first["to"] | {"revision": 4}, None)
    assert (second["id"], len(second["contentHash"])) == (first["id"], 64)
    assert second["contentHash"] != first["contentHash"]


@ONCE
async def test_a_day_is_told_to_people(caveat, served):
    """A few lines for each span; a long wording is cut short, unless somebody asks for all of it."""
    short = caveat("receipts", "partner-site", "--on", "2026-03-01").stdout
    whole = caveat("receipts", "partner-site", "--on", "2026-03-01", "--text").stdout

    lines = short.splitlines()
    assert lines[0] == "partner-site  2026-03-01 09:00:03 UTC to 2026-03-02 00:00:00 UTC"
    assert lines[3:7] == [
        "bio (en) version 1  BIO  Bios",
        "    served from revision 3, 2026-03-01 09:00:08 UTC, to revision 3, 2026-03-01 09:00:10 UTC",
        "    borne by 1 physician",
        "    live since 2026-03-01 09:00:06 UTC, until 2026-03-01 09:00:10 UTC",
    ]
    assert lines[7].startswith("    SHA-256 ")
    assert lines[8:10] == ["    A bio is no advice.", "bio (en) version 2  BIO  Bios"]
    assert lines[12] == "    live since 2026-03-01 09:00:10 UTC, still live"
    assert lines[14].startswith("    A bio is no advice. Ask again. ")
    assert lines[14].endswith(" …")
    assert len(lines[14]) <= 164
    assert whole.splitlines()[14:] == ["    A bio is no advice.", f"    {' '.join(['Ask again.'] * 30)}"]


@ONCE
async def test_a_moment_has_the_wording_of_that_moment(caveat, served):
    """Nine seconds past nine the first wording was live, and from the tenth on the second."""
    told = [
        json.loads(caveat("receipts", "partner-site", "--on", f"2026-03-01T09:00:{second}", "--json").stdout)
        for second in ("07", "09", "10")
    ]

    assert [[each["version"] for each in one["disclaimers"]] for one in told] == [[], [1], [2]]
    assert told[0]["notes"] == ["No content that it may show bore a disclaimer.", LIMITS]
    assert told[1]["from"] == told[1]["to"] == told[1]["disclaimers"][0]["from"]["time"] == "2026-03-01T09:00:09+00:00"


@ONCE
async def test_what_was_erased_is_said_to_be(caveat, served, clock):
    """When, in the place of words that are gone; their hash is gone with them."""
    await erase(served, who="test", clock=clock)

    people = caveat("receipts", "partner-site", "--on", "2026-03-01", "--text").stdout.splitlines()
    first, second = json.loads(caveat("receipts", "partner-site", "--on", "2026-03-01", "--json").stdout)["disclaimers"]

    assert (people[3], people[7]) == (
        "bio (en) version 1  BIO",
        "    The wording was erased at 2026-03-01 09:00:11 UTC.",
    )
    assert (first["title"], first["contentHash"], first["text"]) == (None, None, None)
    assert (first["erasedAt"], second["erasedAt"]) == ("2026-03-01T09:00:11+00:00", None)


@ONCE
async def test_a_client_is_served_from_when_it_is_made_until_it_is_revoked(caveat, served, clock):
    """Before and after there is a sentence, and nothing else; in between a day is cut where it has to be."""
    clock.advance(days=2)
    await revoke("partner-site", clock=clock)
    days = ("2026-02-28", "2026-03-03", "2026-03-04")
    before, last, after = [caveat("receipts", "partner-site", "--on", day) for day in days]

    made = "The client partner-site was made at 2026-03-01 09:00:03 UTC: it was served nothing before."
    gone = "The client partner-site was revoked at 2026-03-03 09:00:11 UTC: it was served nothing after."
    then = "It is told by the limits that the client had when it was revoked: clients have no history."
    assert before.stdout == f"partner-site  2026-02-28 00:00:00 UTC to 2026-03-01 00:00:00 UTC\n    {made}\n"
    assert last.stdout.startswith(
        f"partner-site  2026-03-03 00:00:00 UTC to 2026-03-03 09:00:11 UTC\n    {gone}\n    {then}\nbio (en) version 2"
    )
    assert after.stdout == f"partner-site  2026-03-04 00:00:00 UTC to 2026-03-05 00:00:00 UTC\n    {gone}\n"


@ONCE
async def test_who_is_no_partner_is_told_of_too(caveat, served, clock):
    """With what one has to know of its answers; before the first revision nothing was served to anybody."""
    await create("desk", {"scopes": ["content:history", "content:preview"]}, clock=clock)

    early = caveat("receipts", "anonymous", "--on", "2026-02-01").stdout
    desk = caveat("receipts", "desk", "--on", "2026-03-01", "--locale", "es").stdout

    notes = [
        "Nothing was published yet, so nothing was served.",
        LIMITS,
        "It is no partner: its answers bear no receipt, and its embeds leave out who did not consent.",
    ]
    assert [line.strip() for line in early.splitlines()[1:]] == notes
    assert [line.strip() for line in desk.splitlines()[2:]] == [
        "No content that it may show bore a disclaimer.",
        *notes[1:],
        "It may not read at all: it lacks the scope content:read. What it would be served is told.",
        "With content:history it could ask for the wording of earlier moments too.",
        "With content:preview it could see drafts, of which nothing is told here.",
    ]


@ONCE
def test_what_cannot_be_told_is_one_sentence(caveat):
    """The code and a sentence; nothing on standard output."""
    refused = {
        "nobody --on 2026-03-01": "NOT_FOUND: There is no client nobody. `caveat clients list` shows those there are.",
        "anonymous --on 2999-01-01": "BAD_REQUEST: --on 2999-01-01 is in the future: nothing was served yet.",
        "anonymous --on soon": "BAD_REQUEST: --on 'soon' is no time: write a day, as 2026-03-01, or a moment, as",
        "anonymous --on 2026-03-01 --locale fr": "BAD_REQUEST: 'fr' is not a locale of this site; it has en, es.",
    }

    ran = {arguments: caveat("receipts", *arguments.split()) for arguments in refused}

    assert {(each.returncode, each.stdout) for each in ran.values()} == {(1, "")}
    said = {arguments: each.stderr.removeprefix("caveat: ") for arguments, each in ran.items()}
    assert [arguments for arguments, start in refused.items() if not said[arguments].startswith(start)] == []


async def test_the_wording_is_the_one_of_the_contents_locale(caveat, make, clock):
    """Of content in two locales each has its own, and ``--locale`` narrows to one."""
    await create("partner-site", {"partner": True}, clock=clock)
    await make.live("disclaimer/house", "es", title="Normas", text="Pregunte a su médico.")
    for locale in ("en", "es"):
        await make.live("article/pain", locale)
    day = ("--on", clock.advance(seconds=1).isoformat(), "--json")

    both = json.loads(caveat("receipts", "partner-site", *day).stdout)["disclaimers"]
    spanish = json.loads(caveat("receipts", "partner-site", "--locale", "es", *day).stdout)["disclaimers"]

    assert [(each["locale"], each["text"]) for each in both] == [
        ("en", "Ask your physician."),
        ("es", "Pregunte a su médico."),
    ]
    assert spanish == both[1:]
    assert timedelta() == datetime.fromisoformat(both[0]["to"]["time"]) - clock.now
