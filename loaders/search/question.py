"""A question: what people typed, as the terms that tell what they want, each with its weight."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import pairwise

from loaders.perspective import Reading
from loaders.search import statistics
from loaders.search.language import WORD, Language, fold, language, stem, words
from loaders.search.profile import key, pair
from loaders.search.statistics import Known, Place

LONGEST = 10_000
"""Characters of a question that are read: a long letter."""
MOST_TERMS, MOST_PHRASE, MOST_SYNONYMS = 24, 5, 12
"""How many terms a question has, the most telling ones; how many a phrase that means the same as others; and how many
such others are looked for."""
SHORT = 8
"""Up to so many terms people chose their words; in longer questions those that name nothing weigh less."""
COMMON, UNKNOWN = 100, 5.0
"""From how many documents what means the same finds those alone that bear it in a name; and what a word is worth that
nobody wrote, and that means the same as another."""
NOWHERE, DRAFTED = Known(), Known(1, 1, 1_000)
"""What is known of terms that stand nowhere, and is taken to be known of those that may stand in drafts alone."""
ASPECT, UNNAMED, UNNAMED_OF_MANY, NUMBER, CORRECTED = 0.5, 0.7, 0.4, 0.2, 0.8
"""What terms weigh that ask for an aspect, stand in no name (in a short question; in a long one; numbers), or were
misspelt."""


@dataclass(frozen=True, slots=True)
class Term:
    """A term that is wanted: how often it is known, what a document gains that is all about it, and whether it asks for
    an aspect alone.
    """

    term: str
    known: Known
    worth: float
    aspect: bool
    key: int


@dataclass(frozen=True, slots=True)
class Synonym:
    """A phrase of the question, as terms, what it is worth, and another that means the same, which ``common`` says many
    documents have.
    """

    phrase: tuple[str, ...]
    worth: float
    same: tuple[str, ...]
    keys: tuple[int, ...]
    common: bool


@dataclass
class Question:
    """What is wanted in one locale: terms, neighbours, aspects, and the words as they were typed, between spaces."""

    locale: str
    terms: dict[str, Term] = field(default_factory=dict)
    near: list[int] = field(default_factory=list)
    aspects: frozenset[str] = frozenset()
    typed: str = ""
    corrected: dict[str, str] = field(default_factory=dict)
    synonyms: list[Synonym] = field(default_factory=list)

    @property
    def telling(self) -> list[Term]:
        """The terms that say what is meant, and not only which aspect of it; all, where there are no such."""
        terms = list(self.terms.values())
        return [each for each in terms if not each.aspect] or terms

    @property
    def marked(self) -> frozenset[str]:
        """The terms that are shown as found: those that are wanted, and those that mean the same."""
        return frozenset({*self.terms, *(term for each in self.synonyms for term in each.same)})


async def questions(text: str, reading: Reading) -> list[Question]:
    """What a text asks in each locale of the perspective. Locales in which it asks nothing are left out."""
    typed, names = words(text[:LONGEST]), _initials(text[:LONGEST])
    said = [_Said.of(locale, typed, names) for locale in reading.perspective.locales]
    known = await statistics.known([place for each in said for place in each.places], reading)
    unknown = [(each.locale, word) for each in said for word in each.misspelt(known)]
    if reading.perspective.preview:  # drafts are not counted, and may have words of their own
        known |= {place: DRAFTED for each in said for place in each.places if place not in known}
    meant = await statistics.near(unknown, reading)
    spoken = {each.locale: each.spoken for each in said}
    fresh = {(locale, stem(word, spoken[locale])) for (locale, _), near in meant.items() for word in near}
    known |= await statistics.known(fresh, reading)
    found = [_question(each, meant, known) for each in said]
    await _add_synonyms(list(zip(found, said, strict=True)), reading)
    return [each for each in found if each.terms or each.synonyms]


@dataclass
class _Said:
    """What was typed, as a language has it: ``stems`` are the terms of the words that tell something, in order."""

    locale: str
    spoken: Language
    typed: Sequence[str]
    stems: dict[str, str]

    @classmethod
    def of(cls, locale: str, typed: Sequence[str], names: Set[str]) -> "_Said":
        spoken = language(locale)
        stems = {word: stem(word, spoken) for word in typed if word not in spoken.silent or word in names}
        if typed and all(term in spoken.aspects for term in stems.values()):
            stems[typed[-1]] = stem(typed[-1], spoken)
        return cls(locale, spoken, typed, stems)

    @property
    def places(self) -> list[Place]:
        """The terms with their locale."""
        return [(self.locale, term) for term in self.stems.values()]

    @property
    def sequence(self) -> list[str]:
        """The terms in the order in which they were typed, as far as they are read."""
        return [self.stems[word] for word in self.typed if word in self.stems][: 2 * MOST_TERMS]

    def misspelt(self, known: Mapping[Place, Known]) -> list[str]:
        """The words that nobody wrote."""
        telling = (word for word in self.stems if word not in self.spoken.silent)
        return [word for word in telling if (self.locale, self.stems[word]) not in known]


def _initials(text: str) -> set[str]:
    """The words in capitals, where not all are: names may be words that say nothing otherwise, as AS and IT."""
    return set() if text.isupper() else {fold(word) for word in WORD.findall(text) if word.isupper() and len(word) > 1}


def _question(said: _Said, others: Mapping[Place, list[str]], known: Mapping[Place, Known]) -> Question:
    """What is wanted in one locale, without synonyms. ``others`` are what misspelt words may mean."""
    found: dict[str, Term] = {}
    meant = {word: near for (locale, word), near in others.items() if locale == said.locale}
    long = len(said.stems) > SHORT
    for word, term in said.stems.items():
        for each, weight in ((term, 1.0), *((stem(near, said.spoken), CORRECTED) for near in meant.get(word, ()))):
            if (said.locale, each) in known:
                aspect = each in said.spoken.aspects
                found.setdefault(each, _term(each, known[said.locale, each], weight, aspect, long))
    telling = sorted(found.values(), key=lambda each: (-each.worth, each.term))[:MOST_TERMS]
    return Question(
        said.locale,
        {each.term: each for each in telling},
        near=list(dict.fromkeys(pair(*two) for two in pairwise(said.sequence) if two[0] != two[1])),
        aspects=frozenset(str(said.spoken.aspects[t].value) for t in said.stems.values() if t in said.spoken.aspects),
        typed=f" {' '.join(said.typed)} ",
        corrected={word: near[0] for word, near in meant.items() if not near[0].startswith(word)},
    )


def _term(term: str, known: Known, weight: float, aspect: bool, long: bool) -> Term:
    if aspect:
        weight *= ASPECT
    elif not known.named:
        weight *= NUMBER if term.isdigit() else UNNAMED_OF_MANY if long else UNNAMED
    return Term(term, known, weight * known.idf, aspect, key(term))


async def _add_synonyms(found: Sequence[tuple[Question, _Said]], reading: Reading) -> None:
    """Add what means the same as a phrase of the question, and has other terms."""
    phrases = [(asked.locale, phrase) for asked, said in found for phrase in _phrases(said.sequence[:MOST_TERMS])]
    same = await statistics.synonyms(phrases, reading)
    known = await statistics.known(
        {(locale, term) for (locale, _), names in same.items() for name in names for term in name.split()}, reading
    )
    for asked, said in found:
        for phrase in _longest([phrase for locale, phrase in same if locale == asked.locale]):
            for name in same[asked.locale, phrase]:
                rarest = min(known.get((asked.locale, term), NOWHERE).documents for term in name.split())
                if rarest and {*name.split()} - asked.terms.keys():
                    asked.synonyms.append(_synonym(phrase, name, asked, rarest > COMMON))
            for word, term in said.stems.items():
                if term in phrase.split():
                    asked.corrected.pop(word, None)
        asked.synonyms = asked.synonyms[:MOST_SYNONYMS]


def _longest(phrases: Sequence[str]) -> list[str]:
    """The phrases that are no parts of others."""
    return [each for each in phrases if not any(f" {each} " in f" {other} " for other in phrases if other != each)]


def _synonym(phrase: str, name: str, asked: Question, common: bool) -> Synonym:
    same, terms = tuple(dict.fromkeys(name.split())), phrase.split()
    worth = sum(asked.terms[term].worth if term in asked.terms else UNKNOWN for term in terms)
    return Synonym(tuple(term for term in terms if term in asked.terms), worth, same, tuple(map(key, same)), common)


def _phrases(terms: Sequence[str]) -> Iterator[str]:
    for start in range(len(terms)):
        for end in range(start + 1, min(start + MOST_PHRASE, len(terms)) + 1):
            yield " ".join(terms[start:end])
