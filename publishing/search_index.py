"""The index of the search: written in the transaction that writes the graph, so that both are always of one revision.

Drafts have documents too, for previews; the statistics are those of what is live. Documents of what is live no more
stay for some releases: processes that have not heard of the newest still search the one before.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from loaders.search.fields import SEARCHED
from models import PARTS, Edition, Kind, Link, LinkKind, SearchDocument, SearchName, SearchTerm, SearchWord
from publishing import suggestions
from publishing.search_documents import Counts, Source, changes, document, search_names
from publishing.transaction import Transaction, writing

KEPT = 100
"""Releases for which a document outlives its edition: a process hears of each within a second."""
BATCH = 200


async def index(sources: Sequence[Source], transaction: Transaction) -> None:
    """Write the documents of some editions anew."""
    sources = [each for each in sources if each.kind in SEARCHED]
    if not sources:
        return
    ids = [each.edition for each in sources]
    known = await SearchDocument.filter(edition_id__in=ids)
    if known:
        await forget(ids)
    documents = [document(each) for each in sources]
    await SearchDocument.bulk_create(documents, batch_size=100)
    await SearchName.bulk_create([name for each in sources for name in search_names(each)], batch_size=500)
    await _count(_counted(documents), _counted(known), transaction)


async def move(opened: Sequence[Edition], closed: Sequence[str], transaction: Transaction) -> None:
    """Follow a release: what it made live is counted, what it ended is not any more."""
    ended = await SearchDocument.filter(edition_id__in=list(closed)) if closed else []
    if ended:
        await SearchDocument.filter(id__in=[d.id for d in ended]).update(counted=False, until=transaction.revision)
    ids = [str(each.id) for each in opened if each.kind in SEARCHED]
    found = await SearchDocument.filter(edition_id__in=ids, counted=False) if ids else []
    if found:
        await SearchDocument.filter(id__in=[each.id for each in found]).update(counted=True)
    await _count(found, _counted(ended), transaction)
    missing = {*ids} - {str(each.edition_id) for each in found}
    again = missing.union(await _physicians([*ids, *closed], transaction))
    await index(await _sources(sorted(again)), transaction)
    await _forget_ended(transaction)


async def _forget_ended(transaction: Transaction) -> None:
    """Take away what nobody reads any more."""
    old = await SearchDocument.filter(until__lte=transaction.revision - KEPT).values_list("edition_id", flat=True)
    if old:
        await forget(old)


async def forget(editions: Sequence[Any]) -> None:
    """Take away what is known of some editions."""
    await SearchDocument.filter(edition_id__in=list(editions)).delete()
    await SearchName.filter(edition_id__in=list(editions)).delete()


async def rebuild() -> int:
    """Write the whole index anew, in one transaction: reading goes on, publishing waits. How many documents it has."""
    total = 0
    async with writing() as transaction:
        for model in (SearchDocument, SearchName, SearchTerm, SearchWord):
            await model.all().delete()
        editions = await Edition.filter(until=None, kind__in=SEARCHED).order_by("id").values_list("id", flat=True)
        ids = iter([str(id) for id in editions])
        while batch := list(islice(ids, BATCH)):
            await index(await _sources(batch), transaction)
            total += len(batch)
        await suggestions.rebuild(transaction)
    return total


async def is_missing() -> bool:
    """Whether something that is searched has no document: the database was made by an earlier version."""
    return await Edition.filter(until=None, kind__in=SEARCHED, search_document__id__isnull=True).exists()


async def sources(editions: Sequence[Edition], bearers: Iterable[Any]) -> list[Source]:
    """Some editions with what bears their columns, as sources of documents."""
    pairs = list(zip(editions, bearers, strict=True))
    performed = await _performed([str(each.node_id) for each in editions if each.kind is Kind.PHYSICIAN])
    return [
        Source(
            str(edition.id),
            edition.kind,
            edition.locale,
            bearer,
            edition.since is not None,
            performed[str(edition.node_id), edition.locale],
        )
        for edition, bearer in pairs
    ]


async def _sources(ids: Sequence[str]) -> list[Source]:
    """The same for editions that are stored."""
    editions = [each for each in await Edition.filter(id__in=list(ids)) if each.kind in SEARCHED] if ids else []
    parts: dict[Any, Any] = {}
    for kind in {each.kind for each in editions}:
        chosen = [each.id for each in editions if each.kind is kind]
        parts |= {part.edition_id: part for part in await PARTS[kind].filter(edition_id__in=chosen)}
    return await sources(editions, [_Bearer(each, parts[each.id]) for each in editions])


class _Bearer:
    """The columns of an edition and of its part, as one."""

    def __init__(self, edition: Edition, part: Any) -> None:
        self.title, self.summary = edition.title, edition.summary
        self._part = part

    def __getattr__(self, name: str) -> Any:
        return getattr(self._part, name)


async def _performed(physicians: Sequence[str]) -> dict[tuple[str, str], list[str]]:
    """The titles of the live procedures that physicians perform, by node and locale."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    if physicians:
        links = Link.filter(
            target_id__in=list(physicians), kind=LinkKind.PERFORMED_BY,
            source__since__not_isnull=True, source__until=None,
        ).order_by("source_id", "position")  # fmt: skip
        for node, locale, title in await links.values_list("target_id", "source__locale", "source__title"):
            found[str(node), locale].append(title)
    return found


async def _physicians(moved: Sequence[str], transaction: Transaction) -> list[str]:
    """The editions of physicians, live or drafts, who perform what was moved: they are found by its title."""
    rows = await transaction.fetch(
        "SELECT DISTINCT p.id FROM edition e CROSS JOIN link l CROSS JOIN edition p WHERE e.id IN :moved"
        " AND l.source_id = e.id AND l.kind = :performed"
        " AND p.node_id = l.target_id AND p.locale = e.locale AND p.until IS NULL",
        moved=list(moved),
        performed=LinkKind.PERFORMED_BY.value,
    )  # CROSS JOIN: SQLite keeps to the order, and does not begin with all links of the kind
    return [str(row[0]) for row in rows]


TERMS = (
    "INSERT INTO search_term (locale, term, documents, named) VALUES ({}, {}, {}, {}) ON CONFLICT (locale, term)"
    " DO UPDATE SET documents = search_term.documents + excluded.documents, named = search_term.named + excluded.named"
)
WORDS = (
    "INSERT INTO search_word (locale, word, backwards, documents) VALUES ({}, {}, {}, {}) ON CONFLICT (locale, word)"
    " DO UPDATE SET documents = search_word.documents + excluded.documents"
)
NO_TERMS = "DELETE FROM search_term WHERE locale = {} AND term = {} AND documents < 1"
NO_WORDS = "DELETE FROM search_word WHERE locale = {} AND word = {} AND documents < 1"


def _counted(documents: Iterable[SearchDocument]) -> list[SearchDocument]:
    return [each for each in documents if each.counted]


async def _count(added: Iterable[SearchDocument], taken: Iterable[SearchDocument], transaction: Transaction) -> None:
    """Add some documents to the statistics, and take others out. Words that are nowhere any more go: of what is erased
    none is left.
    """
    for locale, change in changes(added, taken).items():
        await transaction.execute_many(TERMS, _term_rows(locale, change))
        await transaction.execute_many(WORDS, _word_rows(locale, change))
        await transaction.execute_many(NO_TERMS, [[locale, each] for each, more in change.terms.items() if more < 0])
        await transaction.execute_many(
            NO_WORDS, [[locale, each.encode()] for each, more in change.words.items() if more < 0]
        )


def _term_rows(locale: str, change: Counts) -> list[list[Any]]:
    return [
        [locale, term, more, change.named[term]]
        for term, more in sorted(change.terms.items())
        if more or change.named[term]
    ]


def _word_rows(locale: str, change: Counts) -> list[list[Any]]:
    return [[locale, word.encode(), word[::-1].encode(), more] for word, more in sorted(change.words.items()) if more]
