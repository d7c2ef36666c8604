"""What the index knows of words: how telling terms are, what misspelt words may mean, and what means the same."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log
from typing import Any, Protocol

from rapidfuzz.distance import OSA

from loaders.perspective import Reading
from models import Kind
from models.article import Genre

SHORTEST = 3
"""Characters from which a word that nobody wrote may be another one misspelt, or the beginning of one."""
TWO_ERRORS = 8
"""Characters from which a word may have two errors."""
MOST_UNKNOWN, MOST_CHOSEN, MOST_NEAR = 8, 3, 500
MOST_SYNONYMS = 60
Place = tuple[str, str]
"""A locale, and a term or word of it."""


@dataclass(frozen=True, slots=True)
class Known:
    """In how many live documents a term stands, and in the names of how many, of how many there are."""

    documents: int = 0
    named: int = 0
    of: int = 0

    @property
    def idf(self) -> float:
        """How telling the term is (BM25's inverse document frequency)."""
        return log(1 + (self.of - self.documents + 0.5) / (self.documents + 0.5))


class Fetches(Protocol):
    """What statistics are read from: a reading, or a transaction that writes."""

    async def fetch(self, sql: str, **params: Any) -> Sequence[Any]:
        """The rows of one statement."""
        ...


async def known(terms: Iterable[Place], source: Fetches) -> dict[Place, Known]:
    """What is known of some terms, and of the empty one, which is that of all documents. Others are left out."""
    asked = list(dict.fromkeys(terms))
    if not asked:
        return {}
    locales = list(dict.fromkeys(locale for locale, _ in asked))
    lines = await source.fetch(
        "SELECT locale, term, documents, named FROM search_term WHERE locale IN :asked AND term IN :terms"
        " AND documents > 0",
        asked=locales,
        terms=["", *dict.fromkeys(term for _, term in asked)],
    )
    totals = {locale: documents for locale, term, documents, _ in lines if term == ""}
    return {(locale, term): Known(documents, named, totals[locale]) for locale, term, documents, named in lines}


async def near(words: Sequence[Place], reading: Reading) -> dict[Place, list[str]]:
    """The words of the index that unknown ones may stand for, the likeliest first.

    One error leaves the first or the second half of a word whole: those that share a half are looked at.
    """
    words = [each for each in words if len(each[1]) >= SHORTEST][:MOST_UNKNOWN]
    if not words:
        return {}
    parts, params = [], dict[str, object]()
    for place, (locale, word) in enumerate(words):
        half, slack = (len(word) - 1) // 2, 2 if len(word) >= TWO_ERRORS else 1
        params[f"locale_of_{place}"] = locale
        params |= {f"least_{place}": len(word.encode()) - slack, f"most_{place}": len(word.encode()) + slack}
        like = f"length(word) BETWEEN :least_{place} AND :most_{place}"
        for name, column, start, more in (
            ("a", "word", word[:half], f" AND {like}"),
            ("b", "backwards", word[::-1][:half], f" AND {like}"),
            ("c", "word", word, ""),
        ):
            params[f"from_{name}_{place}"] = start.encode()
            params[f"to_{name}_{place}"] = start.encode() + b"\xff"
            parts.append(
                f"SELECT * FROM (SELECT {place}, word, documents FROM search_word WHERE locale = :locale_of_{place}"
                f" AND {column} >= :from_{name}_{place} AND {column} < :to_{name}_{place}{more} AND documents > 0"
                f" ORDER BY documents DESC, word LIMIT {MOST_NEAR}) AS {name}_{place}"
            )
    found: dict[Place, dict[str, int]] = defaultdict(dict)
    for place, near_word, documents in await reading.fetch(" UNION ALL ".join(parts), **params):
        found[words[place]][bytes(near_word).decode()] = documents
    return {each: chosen for each in words if (chosen := _chosen(each[1], found[each]))}


def _chosen(word: str, candidates: dict[str, int]) -> list[str]:
    """The candidates that are fewest errors away; else those that begin with the word. Few err in the first letter."""
    most = 2 if len(word) >= TWO_ERRORS else 1
    errors = {each: OSA.distance(word, each, score_cutoff=most) for each in candidates}
    fewest = min(errors.values(), default=most + 1)
    close = [each for each in candidates if errors[each] == fewest <= most]
    chosen = close or [each for each in candidates if each.startswith(word)]
    return sorted(chosen, key=lambda each: (each[0] != word[0], -candidates[each], each))[:MOST_CHOSEN]


async def synonyms(phrases: Iterable[Place], reading: Reading) -> dict[Place, list[str]]:
    """What else some phrases are called, as terms: by editors, and by the names of what is visible."""
    asked = list(dict.fromkeys(phrases))
    if not asked:
        return {}
    lines = await reading.fetch(
        "SELECT s.locale, s.terms, o.terms FROM synonym s JOIN synonym o ON o.group_id = s.group_id"
        " AND o.locale = s.locale AND o.id <> s.id WHERE s.locale IN :asked AND s.terms IN :phrases"
        " UNION SELECT * FROM (SELECT n.locale, n.terms, o.terms FROM search_name n"
        " JOIN edition e ON e.id = n.edition_id JOIN search_name o ON o.edition_id = n.edition_id AND o.place = 0"
        " AND o.terms <> n.terms LEFT JOIN article ON article.edition_id = e.id"
        f" WHERE n.locale IN :asked AND n.terms IN :phrases AND n.place = 0 AND {reading.perspective.visible('e')}"
        f" AND (e.kind IN ('{Kind.TOPIC}', '{Kind.PROCEDURE}') OR article.genre = '{Genre.CONDITION.value}')"
        f" ORDER BY n.id, o.id LIMIT {MOST_SYNONYMS}) AS names",
        asked=list(dict.fromkeys(locale for locale, _ in asked)),
        phrases=list(dict.fromkeys(phrase for _, phrase in asked)),
    )
    found: dict[Place, list[str]] = defaultdict(list)
    for locale, phrase, same in sorted(map(tuple, lines)):
        found[locale, phrase].append(same)
    return found
