"""Highlights: where the words of a question stand in content, in fragments short enough for a list of hits."""

from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import cached_property
from html import escape

from pydantic.alias_generators import to_camel

from loaders.rows import Row
from loaders.search import fields
from loaders.search.language import WORD, Language, language, stem, words
from models import Kind

LONGEST = 200
"""Characters of a fragment."""
MOST = 10
"""Words of the question that are counted for a fragment, at the most."""


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a text: from its first character to before its end, counted from 0 in Unicode code points."""

    start: int
    end: int


@dataclass(frozen=True)
class Fragment:
    """A piece of a text, and where the words of the question stand in it. ``told`` is how many different ones."""

    text: str
    marks: list[Span]
    told: int

    @cached_property
    def html(self) -> str:
        """The piece as HTML, with the words of the question in ``<mark>``."""
        parts, done = [], 0
        for mark in self.marks:
            parts += [escape(self.text[done : mark.start]), f"<mark>{escape(self.text[mark.start : mark.end])}</mark>"]
            done = mark.end
        return "".join([*parts, escape(self.text[done:])])


@dataclass(frozen=True)
class Highlight:
    """What was found in one field, by the field's name in the graph."""

    field: str
    fragments: list[Fragment]


def highlights(row: Row, terms: Set[str], most: int) -> list[Highlight]:
    """Where some terms stand in a row: up to so many fragments of each field, those with the most terms first."""
    marker = _Marker(terms, language(row.locale))
    found: dict[str, list[Fragment]] = {}
    for name, text in _texts(row):
        if (fragment := marker.fragment(text)) is not None:
            found.setdefault(to_camel(name), []).append(fragment)
    return [Highlight(name, sorted(fragments, key=lambda each: -each.told)[:most]) for name, fragments in found.items()]


def _texts(row: Row) -> Iterator[tuple[str, str]]:
    yield "title", row.title
    if row.kind is Kind.PHYSICIAN:
        yield from (("specialties", each) for each in fields.headings(row.kind, row))
    else:
        yield from (("alternate_names", name) for name in fields.names(row.kind, row) if name != row.title)
    yield from fields.texts(row.kind, row)


class _Marker:
    """Finds terms in texts. Each word is stemmed once."""

    def __init__(self, terms: Set[str], spoken: Language) -> None:
        self._terms = terms
        self._spoken = spoken
        self._known: dict[str, str | None] = {}

    def fragment(self, text: str) -> Fragment | None:
        """The part of a text that has the most different terms, cut at words; None where it has none."""
        marks = [(match.span(), term) for match in WORD.finditer(text) if (term := self._term(match[0])) is not None]
        if not marks:
            return None
        start, end = _window(text, marks)
        inside = [(span, term) for span, term in marks if span[0] >= start and span[1] <= end]
        spans = [Span(first - start, last - start) for (first, last), _ in inside]
        return Fragment(text[start:end], spans, len({term for _, term in inside}))

    def _term(self, word: str) -> str | None:
        if word not in self._known:
            found = words(word)
            term = stem(found[0], self._spoken) if found and found[0] not in self._spoken.silent else None
            self._known[word] = term if term in self._terms else None
        return self._known[word]


Marked = tuple[tuple[int, int], str]


def _window(text: str, marks: list[Marked]) -> tuple[int, int]:
    """Where the part of a text begins and ends that has the most different terms, the first of equals."""
    if len(text) <= LONGEST:
        return 0, len(text)
    best, most = 0, 0
    for place, ((start, _), _) in enumerate(marks):
        told = len({term for (_, end), term in marks[place : place + MOST] if end <= start + LONGEST})
        if told > most:
            best, most = start, told
    start = max(0, best - LONGEST // 4)
    start = start if start == 0 else _after_space(text, start, best)
    end = min(len(text), start + LONGEST)
    cut = text.rfind(" ", start, end) if end < len(text) else end
    last = max((e for (s, e), _ in marks if s >= start and e <= start + LONGEST), default=end)
    return start, max(cut, last)


def _after_space(text: str, start: int, before: int) -> int:
    """Where the first word begins that stands whole behind a place."""
    space = text.find(" ", start, before)
    return before if space == -1 else space + 1
