"""Hits: what a search finds, ranked, with its facets. All of it is read at once, and then paged and counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any
from uuid import UUID

from loaders import filters
from loaders.paging import Page, Window, page
from loaders.perspective import Reading
from loaders.search.candidates import Candidate, candidates
from loaders.search.language import WORD, fold, language, stem
from loaders.search.profile import key
from loaders.search.question import LONGEST, Question, questions
from loaders.search.ranking import ranked
from models import LinkKind
from models.values import Words

LEAST = 0.15
"""The part of the best score that a hit must have."""
MICRO = 1_000_000
KEYS = (int, UUID)
"""What orders hits: the types of a cursor's keys."""


class Facet(Words):
    """What hits are counted by."""

    KIND = "KIND", "The kind of content."
    TOPIC = "TOPIC", "The topics that it is about."
    AUTHOR = "AUTHOR", "The physicians who wrote it."
    GENRE = "GENRE", "The genre of an article."
    LOCALE = "LOCALE", "The locale that it is served in."


LINKS = {Facet.TOPIC: LinkKind.ABOUT, Facet.AUTHOR: LinkKind.AUTHORED_BY}
"""The facets whose values are nodes -> the links that lead to them."""
CONDITIONS: dict[Facet, filters.Term] = {
    Facet.KIND: filters.among("e.kind"),
    Facet.GENRE: filters.among("article.genre"),
    Facet.LOCALE: filters.among("e.locale"),
    **{facet: filters.linked(kind) for facet, kind in LINKS.items()},
}


@dataclass(frozen=True)
class Search:
    """What is searched for, among what: for each facet that narrows it, the values that are let through."""

    text: str
    narrowed: tuple[tuple[Facet, tuple[str, ...]], ...] = ()

    @cached_property
    def key(self) -> str:
        """What the graph cache knows the search by: short, however long the text is."""
        return sha256(repr((self.text[:LONGEST], self.narrowed)).encode()).hexdigest()

    @property
    def tag(self) -> str:
        """What ties a cursor to the search."""
        return self.key[:12]


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that was found. ``fits`` says which of the search's filters it passes, in their order."""

    edition: str
    node: str
    kind: str
    locale: str
    score: int
    fits: tuple[bool, ...]


@dataclass(frozen=True)
class Hits:
    """All that was found, the best first, whether it passes the filters or not; and what people may have meant."""

    all: Sequence[Hit]
    tag: str
    did_you_mean: str | None
    terms: dict[str, frozenset[str]]

    @cached_property
    def passing(self) -> list[Hit]:
        """The hits that pass all filters."""
        return [hit for hit in self.all if all(hit.fits)]

    def page(self, asked: Window) -> Page[Hit]:
        """The hits in a window."""
        found = self.passing
        if asked.after is not None:
            found = [hit for hit in found if _place(hit) > _behind(asked.after)]
        if asked.before is not None:
            found = [hit for hit in found if _place(hit) < _behind(asked.before)]
        found = (found[::-1] if asked.backward else found)[: asked.size + 1]
        return page(found, [(hit.score, hit.node) for hit in found], self.tag, asked)


def _place(hit: Hit) -> tuple[int, str]:
    return -hit.score, hit.node


def _behind(keys: tuple[Any, ...]) -> tuple[int, str]:
    score, node = keys
    return -score, node


async def hits(search: Search, reading: Reading) -> Hits:
    """What a search finds."""

    async def load(_: list[Any]) -> list[Hits]:
        return [await _hits(search, reading)]

    found: Hits
    (found,) = await reading.kept(("search",), [search.key], load)
    return found


async def _hits(search: Search, reading: Reading) -> Hits:
    asked = await questions(search.text, reading)
    if not asked:
        return Hits([], search.tag, None, {})
    kinds = dict(search.narrowed).get(Facet.KIND, ())
    params: dict[str, Any] = {}
    conditions = [CONDITIONS[facet](values, params, reading.perspective) for facet, values in search.narrowed]
    documents = await candidates(asked, kinds, conditions, params, reading)
    scored = ranked(asked, documents)
    least = LEAST * max((score for score, _ in scored), default=0.0)
    found = [_hit(score, each) for score, each in scored if score >= least]
    return Hits(found, search.tag, _meant(search.text, asked, documents), {q.locale: q.marked for q in asked})


def _hit(score: float, document: Candidate) -> Hit:
    fits = tuple(map(bool, document.fits))
    return Hit(str(document.edition), str(document.node), document.kind, document.locale, round(score * MICRO), fits)


def _meant(text: str, asked: Sequence[Question], documents: Sequence[Candidate]) -> str | None:
    """The text with misspelt words corrected, as far as the first locale that knows better does; None where none is.

    Only words of documents that were found are told: the index knows words of others, which may not be seen.
    """
    corrected = next((seen for each in asked if (seen := _seen(each, documents))), None)
    if corrected is None:
        return None
    return WORD.sub(lambda match: corrected.get(fold(match[0]), match[0]), text[:LONGEST])


def _seen(asked: Question, documents: Sequence[Candidate]) -> dict[str, str]:
    """The misspelt words whose corrections stand in some documents."""
    spoken, profiles = language(asked.locale), [each.profile for each in documents if each.locale == asked.locale]
    keys = {word: key(stem(near, spoken)) for word, near in asked.corrected.items()}
    return {
        word: near for word, near in asked.corrected.items() if any(profile.impact(keys[word]) for profile in profiles)
    }
