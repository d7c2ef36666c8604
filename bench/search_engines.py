"""What answers the questions: the search on either database, and a plain FTS5; and what a set of questions gave."""

import re
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from math import log2
from statistics import fmean

from bench.search_questions import Asked, Document
from loaders.database import reading
from loaders.paging import Window
from loaders.perspective import Perspective, Reading
from loaders.search.hits import Search, hits
from publishing.medquad import LOCALE

FIRST = 10
Find = Callable[[str], Awaitable[list[str]]]
"""From a question to the ids of the first ten that were found."""


@dataclass(frozen=True)
class Engine:
    """Something that answers questions, and the id that each document has in its answers, by reference."""

    find: Find
    ids: Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """A question, the place of its document among the first ten (None: not there), and what it took.

    ``cpu_ms`` is this process's part: all of it on SQLite, what PostgreSQL does left out.
    """

    asked: Asked
    place: int | None
    empty: bool
    ms: float
    cpu_ms: float


@dataclass(frozen=True)
class Measured:
    """What a set of questions gave on an engine."""

    answers: Sequence[Answer]

    @property
    def mrr(self) -> float:
        """The mean of 1 ÷ place."""
        return fmean(1 / each.place if each.place else 0 for each in self.answers)

    @property
    def recall(self) -> float:
        """The part of the questions whose document is among the first ten."""
        return fmean(each.place is not None for each in self.answers)

    @property
    def ndcg(self) -> float:
        """The mean of the gain. One document is right, so the best gain is 1."""
        return fmean(1 / log2(1 + each.place) if each.place else 0 for each in self.answers)

    @property
    def empty(self) -> float:
        """The part of the questions for which nothing was found."""
        return fmean(each.empty for each in self.answers)

    @property
    def p50_ms(self) -> float:
        return _below(0.5, [each.ms for each in self.answers])

    @property
    def p99_ms(self) -> float:
        return _below(0.99, [each.ms for each in self.answers])

    @property
    def p99_cpu_ms(self) -> float:
        return _below(0.99, [each.cpu_ms for each in self.answers])


def _below(part: float, times: list[float]) -> float:
    """The time that a part of the times is not above."""
    return sorted(times)[min(int(part * len(times)), len(times) - 1)]


async def measure(engine: Engine, questions: Sequence[Asked]) -> Measured:
    """Ask one question after the other. A question about a document that the engine does not have is a KeyError."""
    return Measured([await _answer(engine, each) for each in questions])


async def _answer(engine: Engine, asked: Asked) -> Answer:
    before, cpu_before = time.perf_counter(), time.process_time()
    found = await engine.find(asked.text)
    ms, cpu_ms = (time.perf_counter() - before) * 1000, (time.process_time() - cpu_before) * 1000
    right = engine.ids[asked.reference]
    return Answer(asked, found.index(right) + 1 if right in found else None, not found, ms, cpu_ms)


@asynccontextmanager
async def search(url: str) -> AsyncIterator[Engine]:
    """The search of the site on a database, without a cache, as an anonymous reader of the newest revision has it."""
    async with reading(url) as database:
        ((revision,),) = await database.fetch("SELECT revision FROM graph_head", {})
        live = "SELECT kind, slug, node_id FROM edition WHERE since IS NOT NULL AND until IS NULL AND locale = :locale"
        editions = await database.fetch(live, {"locale": LOCALE})
        perspective = Perspective(revision, datetime.now(UTC).date(), (LOCALE,))

        async def find(text: str) -> list[str]:
            found = await hits(Search(text), Reading(database, perspective))
            return [hit.node for hit in found.page(Window(FIRST)).entries]

        yield Engine(find, {f"{kind}/{slug}": str(node) for kind, slug, node in editions})


def plain(corpus: Sequence[Document]) -> Engine:
    """The baseline: SQLite's FTS5 as it comes, which is given the words of a question with OR between them."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE plain USING fts5(reference UNINDEXED, title, names, headings, text)")
    connection.executemany("INSERT INTO plain VALUES (?, ?, ?, ?, ?)", map(_columns, corpus))

    async def find(text: str) -> list[str]:
        words = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", text))
        sql = f"SELECT reference FROM plain WHERE plain MATCH ? ORDER BY bm25(plain) LIMIT {FIRST}"
        return [reference for (reference,) in connection.execute(sql, [words])]

    return Engine(find, {document.reference: document.reference for document in corpus})


def _columns(document: Document) -> tuple[str, ...]:
    headings = "\n".join(section.heading for section in document.sections)
    texts = "\n\n".join(section.body for section in document.sections)
    return document.reference, document.title, "\n".join(document.synonyms), headings, texts
