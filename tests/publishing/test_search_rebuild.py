"""The index as a whole: what was written bit by bit is what a rebuild writes, and rebuilding stops nobody."""

import asyncio
import random

import pytest
from tortoise import connections

from loaders.database import reading
from loaders.search.fields import SEARCHED
from models import Edition, SearchDocument, SearchName, SearchTerm, SearchWord
from publishing import search_index
from publishing.release import Withdrawal, erase, release
from publishing.transaction import writing

WORDS = ("Knees", "Rodillas", "Ánkle", "the", "discs", "disc", "pains", "Hernia's")


async def stored():
    """All that the index has: documents of what is not past, their names, and the statistics."""
    documents = await SearchDocument.filter(until=None).values_list(
        "edition_id", "locale", "title", "names", "headings", "body", "words", "aspects", "profile", "counted"
    )
    names = await SearchName.filter(edition__until=None).values_list(
        "edition_id", "locale", "kind", "name", "key", "terms", "place"
    )
    terms = await SearchTerm.all().values_list("locale", "term", "documents", "named")
    words = await SearchWord.all().values_list("locale", "word", "backwards", "documents")
    return [sorted(map(str, each)) for each in (documents, names, terms, words)]


async def intact():
    """Have SQLite compare its index with the documents; it raises. PostgreSQL computes its own from them."""
    (connection,) = connections.all()
    if connection.capabilities.dialect == "sqlite":
        await connection.execute_query("INSERT INTO search_text (search_text, rank) VALUES ('integrity-check', 1)")


class Anyone:
    """Does at random what editors do. A word more or less makes an edition another one."""

    def __init__(self, make, seed):
        self.make, self.random = make, random.Random(seed)
        self.drafts, self.live = {}, {}

    async def save(self):
        kind, locale = self.random.choice(["article", "procedure", "physician", "topic"]), self._locale()
        slug = f"{kind}/{self.random.choice(['one', 'two'])}"
        fields = {"title": self._words(2), "summary": self._words(5)}
        if kind in ("article", "procedure", "topic"):
            fields["alternateNames"] = [self._words(2)]
        if kind == "article":
            fields["sections"] = [{"heading": self._words(1), "aspect": "SYMPTOMS", "body": f"## {self._words(3)}"}]
        if kind == "procedure":
            fields["links"] = [{"kind": "PERFORMED_BY", "target": f"physician/{each}"} for each in ("one", "two")]
            fields["links"] = self.random.sample(fields["links"], self.random.randint(0, 2))
        outcome = await self.make.draft(slug, locale, **fields)
        if outcome.draft:
            self.drafts[outcome.node, locale] = outcome

    async def release(self):
        chosen = [key for key in self.drafts if self.random.random() < 0.6]
        leaving = [key for key in self.live if key not in chosen and self.random.random() < 0.2]
        if not (chosen or leaving):
            return
        editions = [self.drafts[key].edition for key in chosen]
        withdraw = [Withdrawal(*key) for key in leaving]
        await release(self.make.settings, publish=editions, withdraw=withdraw, who="test", clock=self.make.clock)
        self.live = {key: each for key, each in self.live.items() if key not in leaving}
        self.live |= {key: self.drafts.pop(key) for key in chosen}

    async def erase(self):
        past = await Edition.filter(until__not_isnull=True).order_by("id").values_list("node_id", flat=True)
        if past:
            await erase(str(self.random.choice(past)), who="test", clock=self.make.clock)

    async def act(self):
        await self.random.choice([self.save] * 4 + [self.release] * 3 + [self.erase])()

    def _locale(self):
        return self.random.choice(["en", "es"])

    def _words(self, number):
        return " ".join(self.random.choices(WORDS, k=number))


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_was_done_the_index_is_what_a_rebuild_writes(make, seed, monkeypatch):
    """Fifty saves, releases, withdrawals and erasures in any order: documents, names and statistics are the same."""
    monkeypatch.setattr(search_index, "KEPT", 3)
    await make.live("disclaimer/house", "es", text="Pregunte.")
    for slug in ("physician/one", "physician/two"):
        await make.draft(slug)
    anyone = Anyone(make, seed)
    for _ in range(50):
        await anyone.act()
    kept = await stored()
    await intact()

    number = await search_index.rebuild()

    assert await stored() == kept
    assert number == await SearchDocument.all().count() == await Edition.filter(until=None, kind__in=SEARCHED).count()
    await intact()


async def test_reading_goes_on_while_the_index_is_rebuilt(make, settings):
    """Whoever reads on another connection finds the old index until the new one is there, and never an empty one."""
    await make.live("article/knees", title="Knees", body="The patella.")
    await SearchTerm.filter(term="patella").update(documents=7)
    asked = "SELECT d.id, t.documents FROM search_document d JOIN search_term t ON t.term = 'patella'"
    async with reading(settings.database_url) as elsewhere:
        ((old, _),) = await elsewhere.fetch(asked, {})
        async with writing():
            await search_index.rebuild()
            during = [tuple(row) for row in await elsewhere.fetch(asked, {})]
        after = [tuple(row) for row in await elsewhere.fetch(asked, {})]

    assert during == [(old, 7)]
    assert [number for _, number in after] == [1]


async def test_caveat_reindex_rebuilds_the_index(make, caveat):
    """It says how many editions were indexed, drafts among them; what was wrong is right again."""
    await make.live("article/knees", title="Knees", body="The patella.")
    await make.draft("topic/spine")
    right = await stored()
    await SearchDocument.all().delete()
    await SearchTerm.all().update(documents=40)

    ran = await asyncio.to_thread(caveat, "reindex")

    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "Indexed 2 editions.\n", "")
    assert await stored() == right


async def test_caveat_migrate_fills_the_index_of_an_earlier_version(make, caveat):
    """Content that was there before the index is found after it; a migration that was cut off is made up for."""
    await make.live("article/knees", title="Knees", body="The patella.")
    await make.draft("topic/spine")
    right = await stored()
    await as_before_the_index()

    ran = await asyncio.to_thread(caveat, "migrate")

    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == "Applied 0005_search, 0006_search_terms.\n"
    assert await stored() == right
    await SearchDocument.filter(counted=False).delete()
    assert (await asyncio.to_thread(caveat, "migrate")).stdout == "The database is up to date.\n"
    assert await stored() == right


async def as_before_the_index():
    """Make the database one that has had no migrations of the search."""
    (connection,) = connections.all()
    sqlite = connection.capabilities.dialect == "sqlite"
    tables = ["search_document", "search_name", "search_term", "search_word", "search_subject", "suggestion", "synonym"]
    for table in [*(["search_text"] if sqlite else []), *tables]:
        await connection.execute_query(f"DROP TABLE {table}")
    await connection.execute_query("DELETE FROM tortoise_migrations WHERE name LIKE '%_search%'")


async def test_a_release_that_fails_leaves_the_index_as_it_was(make):
    """Documents, names and statistics share the transaction of the graph."""
    ana = await make.live("physician/ana", title="Ana")
    draft = await make.draft("procedure/fusion", links=[{"kind": "PERFORMED_BY", "target": "physician/ana"}])
    before = await stored()

    async def fail():
        async with writing():
            await make.publish(draft)
            await make.withdraw(ana)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()

    assert await stored() == before
    await intact()
