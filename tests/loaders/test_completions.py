"""Completions: whose names begin as somebody types, in which order, and how much is looked at."""

from datetime import date

import pytest

from cache import Cache
from loaders.head import revision
from loaders.perspective import Audience, Perspective, Reading
from loaders.search import completions as module
from loaders.search.completions import completions
from models import Kind

KNEES = ["Knee", "Kneecap", "Knee pain", "Knee arthroscopy", "Sore knee", "Pain in the knee"]
JOINTS = [each for each in KNEES if each != "Kneecap"]
PREFIXES = {
    "a beginning": ("kne", KNEES),
    "a word": ("knee", KNEES),
    "a whole word": ("knee ", JOINTS),
    "a word and a hyphen": ("Knee-", JOINTS),
    "a letter": ("P", ["Pain in the knee", "Knee pain"]),
    "another case": ("KNEE P", ["Knee pain"]),
    "an accent": ("knée  pá", ["Knee pain"]),
    "an apostrophe that is not over": ("knee'", KNEES),
    "a stop word at first": ("pain in", ["Pain in the knee"]),
    "a stop word that no name begins with": ("the", []),
    "nothing": ("", []),
    "blanks": (" \t", []),
    "signs": ("%_*\"'()", []),
    "SQL": ("' OR 1=1 --", []),
    "NUL": ("knee\0", JOINTS),
    "half of a surrogate pair": ("kneecap\ud800", ["Kneecap"]),
    "right-to-left text": ("ركبة", []),
    "a word longer than words": ("k" * 200, []),
}  # fmt: skip


@pytest.fixture
def ask(db):
    """Asks for completions at the head; gives their texts."""

    async def texts(prefix, kinds=None, size=10, locales=("en",), cache=None, **sees):
        seen = Perspective(await revision(db), date(2026, 3, 1), locales, **sees)
        return [each.text for each in await completions(prefix, kinds, size, Reading(db, seen, cache))]

    return texts


async def published(make, *references, **fields):
    """Live content with what its reference says as title."""
    await make.publish(*[await make.draft(each, **fields) for each in references])


@pytest.mark.parametrize("case", PREFIXES)
async def test_names_begin_as_it_was_typed(make, ask, case):
    """Names that begin so, then those of which a later word does, short ones first; never an error."""
    prefix, expected = PREFIXES[case]
    drafts = [await make.draft(f"article/a{n}", title=title) for n, title in enumerate(reversed(KNEES))]
    await make.publish(*drafts)

    assert await ask(prefix) == expected


async def test_each_node_comes_once_by_its_best_name(make, db, ask):
    """A condition with four names that begin alike is one completion, the shortest of them."""
    names = ["Knock knee", "Knock knees", "Genu valgum", "Knocked knees"]
    await make.live("topic/knock", title="Knock-knee deformity", alternateNames=names)

    assert await ask("knock") == ["Knock knee"]
    assert await ask("genu") == ["Genu valgum"]
    assert await ask("knee") == ["Knock knee"]


async def test_kinds_narrow_and_say_whose_name_it_is(make, db, ask):
    """Physicians by any part of their name; procedures and topics by theirs; no disclaimers."""
    await make.live("physician/sprint", title="Dr. Ana Sprint", familyName="Sprint")
    await published(make, "procedure/splint", "topic/spleen", "article/sprain", "disclaimer/spoken")
    perspective = Perspective(await revision(db), date(2026, 3, 1), ("en",))
    found = await completions("sp", None, 10, Reading(db, perspective))

    assert [(each.text, each.kind) for each in found] == [
        ("Spleen", Kind.TOPIC),
        ("Splint", Kind.PROCEDURE),
        ("Sprain", Kind.ARTICLE),
        ("Sprint", Kind.PHYSICIAN),
    ]
    assert await ask("sp", (Kind.PHYSICIAN, Kind.TOPIC)) == ["Spleen", "Sprint"]
    assert await ask("dr ana", (Kind.PHYSICIAN,)) == ["Dr. Ana Sprint"]
    assert await ask("sp", (), 10) == await ask("sp", (Kind.DISCLAIMER,)) == []
    assert await ask("sp", size=2) == ["Spleen", "Splint"]


async def test_only_what_may_be_seen_is_completed(make, ask):
    """Drafts are for previews; what is withdrawn or renamed is gone; a partner sees who consented."""
    gone = await make.live("article/gone", title="Hip gone")
    await make.live("article/renamed", title="Hip before")
    await make.live("article/renamed", title="Hip after")
    await make.live("physician/hippo", familyName="Hip consenting")
    await make.live("physician/hippa", familyName="Hip hiding", syndicationConsent=False)
    await make.draft("article/draft", title="Hip draft")
    await make.withdraw(gone)

    assert await ask("hip ") == ["Hip after", "Hip hiding", "Hip consenting"]
    assert await ask("hip ", preview=True) == ["Hip after", "Hip draft", "Hip hiding", "Hip consenting"]
    assert await ask("hip ", audience=Audience(partner=True)) == ["Hip after", "Hip consenting"]


async def test_each_node_is_completed_in_the_first_locale_that_it_is_in(make, ask):
    """A name of a locale that the node is not served in is not offered."""
    await make.live("topic/knee", title="Joint")
    await make.live("topic/knee", "es", title="Jota")
    await make.live("topic/jaw", title="Jaw")

    assert await ask("j", locales=("es", "en")) == ["Jaw", "Jota"]
    assert await ask("j", locales=("es",)) == ["Jota"]
    assert await ask("j", locales=("en",)) == ["Jaw", "Joint"]


async def test_it_is_one_statement_and_kept(make, db, ask):
    """Whatever there is, one statement; the same words at the same revision, none but the head's."""
    cache = Cache(1_000_000)
    await published(make, "topic/knee", "topic/kneecap")
    counts = []

    for prefix in ("knee", "KNEE", "the knee", "", "knee"):
        before = db.statements
        await ask(prefix, cache=cache)
        counts.append(db.statements - before - 1)
    await make.live("topic/knees")

    assert counts == [1, 0, 1, 0, 0]
    assert await ask("knee", cache=cache) == ["Knee", "Knees", "Kneecap"]


async def test_however_many_names_begin_so_few_are_looked_at(make, db, ask, monkeypatch):
    """Names that begin so are not crowded out by those of which a later word does."""
    monkeypatch.setattr(module, "MOST_WHOLE", 2)
    monkeypatch.setattr(module, "MOST_LATER", 2)
    await published(
        make, "topic/a-knee", "topic/b-knee", "topic/c-knee", "topic/knee-x", "topic/knee-y", "topic/knee-z"
    )

    assert await ask("knee") == ["Knee x", "Knee y", "A knee", "B knee"]


async def test_a_kind_is_not_crowded_out_by_another(make, ask, monkeypatch):
    """However many articles begin so, the physician who does is found among physicians."""
    monkeypatch.setattr(module, "MOST_WHOLE", 2)
    await published(make, "article/ana-a", "article/ana-b", "article/ana-c")
    await make.live("physician/ana-z", familyName="Zed")

    assert await ask("ana", (Kind.PHYSICIAN,)) == ["Ana z"]
    assert await ask("ana") == ["Ana a", "Ana b", "Ana z"]


async def test_of_a_long_prefix_as_much_counts_as_keys_have(make, ask):
    """Characters, not bytes: letters of other scripts count as much as ours."""
    name = " ".join(["боль"] * 39)
    await make.live("topic/pain", title=name)

    assert await ask(name) == [name]
    assert await ask(f"{name} и") == []
