"""Candidates: the documents that a question may mean, found by the database's own index, few whatever its size.

Rare terms find all documents that have them. Of common ones that would be thousands: they find the documents that bear
them in a name, or that have several.
"""

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

from loaders.database import Dialect
from loaders.perspective import Reading
from loaders.search.profile import Profile
from loaders.search.question import Question, Term
from loaders.search.statistics import Known
from models import Kind

MOST, MOST_NAMED = 300, 300
"""How many documents are looked at for the words in them, and for those in their names: 10 µs each (2026-11)."""
BAR = " | "
"""What stands between the names of a document."""
FEW = 20
"""How many documents must bear common terms in their names, so that none is looked at for several in its text."""
Clause = tuple[str, ...]
"""Terms of which a document must have all."""


class Group(NamedTuple):
    """Clauses of which a document must fulfil one, in its title and names where it is ``named``; so many are taken."""

    clauses: Sequence[Clause]
    named: bool
    most: int


class Candidate(NamedTuple):
    """A document that a question may mean, its terms as they are stored. ``fits`` says which conditions it fulfils."""

    edition: Any
    node: Any
    kind: str
    locale: str
    title: str
    names: str
    headings: str
    aspects: str
    profile: Profile
    plain_title: str
    fits: Sequence[Any]


def kind_term(kind: str) -> str:
    """The term that every document of a kind has among its headings. Nobody writes it."""
    return f"0{kind}"


def _groups(asked: Sequence[Question], kinds: Sequence[str]) -> list[Group]:
    """What finds candidates. Of kinds that are asked for, and that are few, all are found that have a telling term."""
    found = [_clauses(each) for each in asked]
    few = [kind_term(kind) for kind in kinds if kind != Kind.ARTICLE]
    of_kind = [(kind, term.term) for kind in few for each in asked for term in each.telling]
    return [
        Group([clause for _, named in found for clause in named], True, 2 * MOST_NAMED),
        Group([clause for words, _ in found for clause in words], False, 2 * MOST),
        Group(of_kind, False, MOST),
    ]


def _clauses(question: Question) -> tuple[list[Clause], list[Clause]]:
    """What finds candidates in one locale: by all their words, and by their names alone."""
    everywhere = _rarest(question.telling, lambda known: known.documents, MOST)
    rest = [each for each in question.terms.values() if each not in everywhere]
    in_names = _rarest(rest, lambda known: known.named, MOST_NAMED)
    words: list[Clause] = [(each.term,) for each in everywhere]
    named: list[Clause] = [(each.term,) for each in in_names]
    if question.telling and not everywhere and sum(each.known.named for each in in_names) < FEW:  # too common, all
        by_rarity = sorted(question.telling, key=lambda each: (each.known.documents, each.term))
        words.append(tuple(each.term for each in by_rarity[:3]))
    for each in question.synonyms:
        (named if each.common else words).append(each.same)
    return words, named


def _rarest(terms: Sequence[Term], number: Callable[[Known], int], most: int) -> list[Term]:
    """The rarest of some terms, as long as all that they find are not more than so many documents."""
    ordered = sorted(terms, key=lambda each: (number(each.known), each.term))
    found = accumulate(number(each.known) for each in ordered)
    return [each for each, total in zip(ordered, found, strict=True) if total <= most]


async def candidates(
    asked: Sequence[Question],
    kinds: Sequence[str],
    conditions: Sequence[str],
    params: dict[str, Any],
    reading: Reading,
) -> list[Candidate]:
    """The visible documents that may be meant; of ``kinds`` those too that only speak of it.

    ``conditions`` are those of facets' filters, in SQL.
    """
    groups = [each for each in _groups(asked, kinds) if each.clauses]
    native = NATIVE[reading.database.dialect]
    found = [native(each, f"match_{place}") for place, each in enumerate(groups)]
    fits = "".join(f", CASE WHEN {each} THEN 1 ELSE 0 END" for each in conditions)
    lines = await reading.fetch(
        "SELECT e.id, e.node_id, e.kind, e.locale, d.title, d.names, d.headings, d.aspects, d.profile, e.title"
        f"{fits} FROM ({' UNION '.join(f'SELECT id FROM ({sql}) AS g{n}' for n, (sql, _) in enumerate(found))}) AS f"
        " JOIN search_document d ON d.id = f.id JOIN edition e ON e.id = d.edition_id"
        f" LEFT JOIN article ON article.edition_id = e.id WHERE {reading.perspective.visible('e')} ORDER BY d.id",
        **params,
        **{f"match_{place}": match for place, (_, match) in enumerate(found)},
    )
    return [Candidate._make((*line[:8], Profile(line[8]), line[9], line[10:])) for line in lines]


def _fts5(group: Group, name: str) -> tuple[str, str]:
    """A group as SQLite finds it: a statement with a parameter of that name, and the parameter. The newest go first."""
    every = " OR ".join("(" + " AND ".join(f'"{term}"' for term in each) + ")" for each in group.clauses)
    match = f"{{title names}} : ({every})" if group.named else every
    sql = f"SELECT rowid AS id FROM search_text WHERE search_text MATCH :{name} ORDER BY rowid DESC LIMIT {group.most}"
    return sql, match


def _tsquery(group: Group, name: str) -> tuple[str, str]:
    """The same for PostgreSQL."""
    column = "named_terms" if group.named else "all_terms"
    match = " | ".join("(" + " & ".join(f"'{term}'" for term in each) + ")" for each in group.clauses)
    sql = (
        f"SELECT id FROM search_document WHERE {column} @@ CAST(CAST(:{name} AS text) AS tsquery)"
        f" ORDER BY id DESC LIMIT {group.most}"
    )
    return sql, match


NATIVE: dict[Dialect, Callable[[Group, str], tuple[str, str]]] = {"sqlite": _fts5, "postgres": _tsquery}
