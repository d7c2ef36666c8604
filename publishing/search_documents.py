"""Documents of the search: what an edition says, as terms, with the names that it can be found by."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import Any

from loaders.search import fields
from loaders.search.candidates import BAR, kind_term
from loaders.search.language import Language, language, words
from loaders.search.profile import packed
from models import Kind, SearchDocument, SearchName

MOST_OF_NAMES, MOST_OF_HEADINGS, MOST_OF_TEXT = 10_000, 30_000, 160_000
"""Characters of words that are indexed: a long book chapter. Four bytes each, they fit a ``tsvector``: less than 1 MB.
"""
MOST_NAMES, MOST_STARTS = 50, 8
"""How many names of a node, and words of a name, are indexed."""
LONGEST_NAME, LONGEST_KEY, LONGEST_TERMS = 500, 200, 500


@dataclass(frozen=True)
class Source:
    """An edition to be indexed. ``bearer`` has its columns; ``also`` has what it is to be found by beside them."""

    edition: str
    kind: Kind
    locale: str
    bearer: Any
    live: bool = False
    also: Sequence[str] = ()


def document(source: Source) -> SearchDocument:
    """The document of an edition."""
    kind, bearer, spoken = source.kind, source.bearer, language(source.locale)
    title = words(bearer.title)
    names = _cut(fields.names(kind, bearer)[:MOST_NAMES], MOST_OF_NAMES)
    headings = _cut([*fields.headings(kind, bearer), *source.also], MOST_OF_HEADINGS)
    body = _cut((text for _, text in fields.texts(kind, bearer)), MOST_OF_TEXT)
    name_terms = [spoken.name(each) for each in names]
    heading_terms = list(spoken.terms(chain.from_iterable(headings)))
    title_terms, body_terms = spoken.name(title), [list(spoken.terms(each)) for each in body]
    return SearchDocument(
        edition_id=source.edition,
        locale=source.locale,
        title=" ".join(title_terms),
        names=BAR.join(" ".join(each) for each in name_terms if each),
        headings=" ".join([*heading_terms, kind_term(kind)]),
        body=" ".join(chain.from_iterable(body_terms)),
        words=" ".join(sorted({*title, *chain.from_iterable([*names, *headings, *body])} - spoken.silent)),
        aspects=" ".join(sorted(set(fields.aspects(bearer)))),
        profile=packed(title_terms, chain.from_iterable(name_terms), heading_terms, body_terms),
        counted=source.live,
    )


def _cut(texts: Iterable[str], most: int) -> list[list[str]]:
    """The words of each text, as far as they are indexed: ``most`` characters of all."""
    kept = list[list[str]]()
    for text in texts:
        known = words(text[:most])
        lengths = list(accumulate(map(len, known)))
        kept.append(known[: bisect_right(lengths, most)])
        if len(text) > most or len(kept[-1]) < len(known):
            break
        most -= lengths[-1] if lengths else 0
    return kept


def search_names(source: Source) -> list[SearchName]:
    """The title and names of an edition, as typing finds them: the title's first, and those that begin whole."""
    given = [source.bearer.title, *fields.names(source.kind, source.bearer)[:MOST_NAMES]]
    spoken, found = language(source.locale), dict[bytes, SearchName]()
    for entry in sorted((start for name in given for start in _starts(name, source, spoken)), key=lambda s: s.place):
        found.setdefault(entry.key, entry)
    return list(found.values())


def _starts(name: str, source: Source, spoken: Language) -> Iterator[SearchName]:
    name = name[:LONGEST_NAME]
    known = words(name)
    terms = " ".join(spoken.name(known))
    for place, word in enumerate(known[:MOST_STARTS]):
        if place == 0 or word not in spoken.silent:
            yield SearchName(
                edition_id=source.edition,
                kind=source.kind,
                locale=source.locale,
                name=name,
                key=" ".join(known[place:])[:LONGEST_KEY].encode(),
                terms=terms if place == 0 and 0 < len(terms) <= LONGEST_TERMS else None,
                place=place,
            )


@dataclass(frozen=True)
class Counts:
    """How many documents of a locale have each term, have it in a name, and have each word; or by how many more."""

    terms: Counter[str]
    named: Counter[str]
    words: Counter[str]


def changes(added: Iterable[SearchDocument], taken: Iterable[SearchDocument]) -> dict[str, Counts]:
    """What the statistics of each locale gain by some documents, and lose by others; the empty term is in all."""
    found: dict[str, Counts] = {}
    for each, sign in chain(((each, 1) for each in added), ((each, -1) for each in taken)):
        here = found.setdefault(each.locale, Counts(Counter(), Counter(), Counter()))
        named = {*each.title.split(), *each.names.split()} - {BAR.strip()}
        here.terms.update(dict.fromkeys({"", *named, *each.headings.split(), *each.body.split()}, sign))
        here.named.update(dict.fromkeys(named, sign))
        here.words.update(dict.fromkeys(each.words.split(), sign))
    return found
