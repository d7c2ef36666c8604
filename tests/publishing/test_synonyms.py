"""Synonyms: what means the same, how groups grow together, and what is refused."""

import random
from datetime import date

import pytest

from errors import Invalid, NotFound
from loaders.perspective import Perspective, Reading
from loaders.search.hits import Search, hits
from models import GraphHead
from models.search import Synonym
from publishing.synonyms import Group, add, listed, read, remove, written

DISC = Group("en", ("slipped disc", "herniated disc"))
TEXT = """\
[en]
Herniated disc, prolapsed disc, slipped disc
Runner's knee, patellofemoral pain
[es]
hernia discal, disco herniado
"""
BAD = {
    "an unknown locale": (
        Group("fr", ("un", "deux")),
        "names: 'fr' is not a locale of this site; it has en, es",
    ),
    "one name": (
        Group("en", ("knee",)),
        "names: a group needs two names that search tells apart, and this is 'knee'",
    ),
    "names of the same terms": (
        Group("en", ("slipped disc", "Slipped discs", "the slipped disc")),
        "names: a group needs two names that search tells apart, and this is"
        " 'slipped disc', 'Slipped discs', 'the slipped disc'",
    ),
    "no name": (
        Group("en", (), "line 7"),
        "line 7: a group needs two names that search tells apart, and this is nothing",
    ),
    "stop words only": (
        Group("en", ("knee", "what is the")),
        "names: 'what is the' has no word that search looks for: it consists of stop words or signs",
    ),
    "signs only": (
        Group("en", ("knee", "?!")),
        "names: '?!' has no word that search looks for: it consists of stop words or signs",
    ),
    "a name too long": (
        Group("en", ("knee", "x " * 101)),
        f"names: '{'x ' * 20}'… is longer than 200 characters",
    ),
    "a comma": (
        Group("en", ("knee", "disc, slipped")),
        "names: 'disc, slipped' has a comma, a # or a control character, which no name can have",
    ),
    "a NUL": (
        Group("en", ("knee", "a\0joint")),
        "names: 'a\\x00joint' has a comma, a # or a control character, which no name can have",
    ),
    "half of a surrogate pair": (
        Group("en", ("knee", "joint \ud800")),
        "names: 'joint \\ud800' has a comma, a # or a control character, which no name can have",
    ),
}


async def head():
    """The head of the graph: the revision, and the number of the newest change that is none of content."""
    row = await GraphHead.get(id=1)
    return row.revision, row.access


async def names(settings):
    """The names of all groups."""
    return [group.names for group in await listed(settings)]


async def found(db, text):
    """The titles of the hits of a search at the head."""
    revision, _ = await head()
    reading = Reading(db, Perspective(revision, date(2026, 3, 1), ("en",)))
    editions = [hit.edition for hit in (await hits(Search(text), reading)).passing]
    lines = await db.fetch("SELECT title FROM edition WHERE id IN :ids ORDER BY title", {"ids": editions})
    return [title for (title,) in lines]


async def test_a_search_finds_what_is_called_otherwise(make, db, settings):
    """What has none of the words of a question is found by their synonym, until editors take it back."""
    await make.live("article/golf", title="Golf", body="A disc slipped out of the hand.")
    await make.live("article/spine", title="Spinal prolapse", body="It presses on a nerve.")

    before = await found(db, "slipped disc")
    await add([Group("en", ("slipped disc", "spinal prolapse"))], settings)
    during = await found(db, "slipped disc")
    await remove("en", "Slipped disc")

    assert (before, during) == (["Golf"], ["Golf", "Spinal prolapse"])
    assert await found(db, "slipped disc") == before


async def test_a_change_is_noticed_and_makes_no_revision(make, settings):
    """The log stays without a gap; what changes nothing is not noticed either."""
    revision, access = await head()

    added = await add([DISC], settings)
    after_adding = await head()
    again = await add([Group("en", ("Slipped discs", "a herniated disc"))], settings)
    after_again = await head()
    await remove("en", "slipped disc")

    assert (added, again) == (2, 0)
    assert after_adding == after_again == (revision, access + 1)
    assert await head() == (revision, access + 2)
    assert await names(settings) == []


async def test_names_join_the_group_of_one_that_is_in_one(db, settings):
    """Whoever is like a friend is like all of their friends; the same words of another locale are other words."""
    await add([DISC, Group("es", ("slipped disc", "hernia discal"))], settings)

    count = await add([Group("en", ("prolapsed disc", "slipped disc"))], settings)

    assert count == 1
    assert await names(settings) == [
        ("herniated disc", "prolapsed disc", "slipped disc"),
        ("hernia discal", "slipped disc"),
    ]


async def test_two_groups_that_are_joined_become_one(db, settings):
    """So do groups that are joined in one call, whatever their order."""
    await add([Group("en", ("a1", "a2")), Group("en", ("b1", "b2"))], settings)

    count = await add([Group("en", ("c1", "c2")), Group("en", ("c2", "a1")), Group("en", ("a2", "b2"))], settings)

    assert count in (4, 6)  # the two new ones, and those of the groups that were not kept
    assert await names(settings) == [("a1", "a2", "b1", "b2", "c1", "c2")]


async def test_groups_are_what_is_connected(db, settings):
    """Whatever editors add, compared with a slow and obvious model: sets that are united as long as any two meet."""
    chance, model = random.Random(7), []
    for _ in range(25):
        some = [[f"name{chance.randrange(25)}" for _ in range(chance.choice((2, 2, 3)))] for _ in range(2)]
        some = [each for each in some if len({*each}) > 1]

        await add([Group("en", tuple(each)) for each in some], settings)
        for each in map(set, some):
            touching = [group for group in model if group & each]
            model = [group for group in model if not group & each] + [each.union(*touching)]

        assert sorted(map(set, await names(settings)), key=min) == sorted(model, key=min)


@pytest.mark.parametrize("case", BAD)
async def test_what_cannot_be_searched_for_is_refused(db, settings, case):
    """The error says where, what and why; nothing of what was given is stored."""
    group, sentence = BAD[case]

    with pytest.raises(Invalid) as refused:
        await add([DISC, group], settings)

    assert str(refused.value) == sentence
    assert await Synonym.all().count() == 0


async def test_everything_that_is_wrong_is_said(db, settings):
    """A file with two errors is corrected once, not twice."""
    with pytest.raises(Invalid) as refused:
        await add(read("knee\n\n[fr]\nun, deux\n[en]\na, the\n", "en"), settings)

    assert [problem.partition(":")[0] for problem in refused.value.problems] == ["line 1", "line 4", "line 6", "line 6"]


async def test_a_group_that_swallows_everything_is_refused(db, settings):
    """A word that stands in every line would make all lines mean the same."""
    lines = [Group("en", ("pain", f"ache{number}")) for number in range(30)]

    with pytest.raises(Invalid, match="31 would be one group, more than 30; as terms, some of them are 'pain', "):
        await add(lines, settings)

    assert await add(lines[:-1], settings) == 30


async def test_a_name_is_removed(db, settings):
    """However it is written; the one that would be left alone goes with it."""
    await add([Group("en", ("Slipped disc", "Herniated disc", "Prolapsed disc"))], settings)

    left = await remove("en", "the slipped  discs")
    none = await remove("en", "herniated disc")

    assert left == ["Herniated disc", "Prolapsed disc"]
    assert (none, await names(settings)) == ([], [])


@pytest.mark.parametrize(("locale", "name"), [("es", "slipped disc"), ("en", "knee"), ("en", "the"), ("\ud800", "x")])
async def test_what_is_not_there_is_not_removed(db, settings, locale, name):
    """The error says where to look."""
    await add([DISC], settings)

    with pytest.raises(NotFound, match=r"is no synonym in the locale .* `caveat synonyms list` shows"):
        await remove(locale, name)

    assert await names(settings) == [("herniated disc", "slipped disc")]


async def test_synonyms_go_round_as_text(db, settings):
    """What is listed reads as what was added; adding it again changes nothing."""
    groups = read(TEXT, "en")
    count = await add(groups, settings)

    text = written(await listed(settings))
    again = await add(read(text, "es"), settings)

    assert (count, again) == (7, 0)
    assert [group.names for group in read(text, "en")] == await names(settings)
    assert {frozenset(group.names) for group in read(text, "en")} == {frozenset(group.names) for group in groups}
    assert written(await listed(settings, "es")) == "[es]\ndisco herniado, hernia discal\n"


def test_a_text_is_read_a_line_a_group():
    """Comments, blank lines and blanks are nothing; lines before a locale are of the one that was named."""
    text = "# Of the spine\n slipped  disc ,herniated disc,  # as people say\n\n\t\n[ es ]\r\nuno, dos\n[en], knee\n"

    assert read(text, "en") == [
        Group("en", ("slipped disc", "herniated disc"), "line 2"),
        Group("es", ("uno", "dos"), "line 6"),
        Group("es", ("[en]", "knee"), "line 7"),
    ]


async def test_an_unknown_locale_has_no_list(db, settings):
    """A typing error is told apart from a locale without synonyms."""
    with pytest.raises(Invalid, match="locale: 'fr' is not a locale of this site; it has en, es"):
        await listed(settings, "fr")

    assert await listed(settings, "es") == []


async def test_words_that_stand_nowhere_are_found_by_their_synonym(make, db, settings):
    """The case that editors add synonyms for: readers' words that no document has."""
    await make.live("article/disc", title="Herniated disc")
    before = await found(db, "lumbar sciatica trouble")
    await add([Group("en", ("herniated disc", "lumbar sciatica"))], settings)

    assert (before, await found(db, "lumbar sciatica trouble")) == ([], ["Herniated disc"])
