"""Ranking: how well a document answers a question. Tuned on one half of the corpus, measured on the other."""

from collections.abc import Callable, Mapping, Sequence

from loaders.search.candidates import BAR, Candidate
from loaders.search.language import words
from loaders.search.question import Question, Synonym

COVERED = 0.8
"""What it is worth that the question has a name of the document in it, of all that the question is worth."""
OF_NAME, BY_NAME = 0.6, 0.95
"""How much of that is for the name (the rest is for the question), and what names but the title make of it."""
AS_TYPED = 0.07
SYNONYM = 0.6
"""What it is worth that a document has what means the same as the question's words, and not these."""
HEADING, IN_HEADING, ASPECT, NEAR = 1.0, 0.3, 1.5, 0.3
"""What it is worth that a heading has an aspect's word, or (a part) another; that a section is about the aspect; that
two words are neighbours."""
CLOSELY = 150
"""How many documents are looked at closely, at 25 µs each (2026-11)."""
USUAL_IDF = 3.5
"""How telling a term is taken to be that is in a name and not in the question."""


def _points(question: Question, document: Candidate) -> float:
    """What a document gains by the terms that are in it."""
    impact = document.profile.impact
    return sum([term.worth * impact(term.key) for term in question.terms.values()])


def _score(question: Question, document: Candidate, total: float) -> float:
    """How well a document answers a question of its locale; 0 is not at all."""
    impact, headings = document.profile.impact, sorted(set(document.headings.split()))
    said = {term.term: term.worth * impact(term.key) for term in question.terms.values()}
    points = sum(said.values())
    for heading in headings:
        if (term := question.terms.get(heading)) is not None:
            points += HEADING if term.aspect else IN_HEADING * term.worth
    points += max([_by_synonym(each, said, impact) for each in question.synonyms], default=0.0)
    points += NEAR * sum(map(impact, question.near))
    points += COVERED * _covered(question, document, total) ** 2 * total
    if question.aspects and not question.aspects.isdisjoint(document.aspects.split()):
        points += ASPECT
    return points


def _by_synonym(synonym: Synonym, said: Mapping[str, float], impact: Callable[[int], float]) -> float:
    """What a document gains by a phrase that means the same as one that it has not, or says less of."""
    gained = SYNONYM * synonym.worth - sum(said[term] for term in synonym.phrase)
    return gained * min(map(impact, synonym.keys)) if gained > 0 else 0.0


def _covered(question: Question, document: Candidate, total: float) -> float:
    """How well the best of its names is covered by the question."""
    best = 0.0
    for place, name in enumerate([document.title, *document.names.split(BAR)]):
        known = [question.terms.get(term) for term in name.split()]
        found = sum(each.worth for each in known if each is not None)
        if not found:
            continue
        whole = sum(USUAL_IDF if each is None else each.known.idf for each in known)
        covered = OF_NAME * found / whole + (1 - OF_NAME) * found / total
        if place == 0:
            covered += AS_TYPED if f" {' '.join(words(document.plain_title))} " in question.typed else 0.0
        else:
            covered *= BY_NAME
        best = max(best, covered)
    return best


def ranked(asked: Sequence[Question], documents: Sequence[Candidate]) -> list[tuple[float, Candidate]]:
    """The documents with their scores, the best first; of equals, by the ids of their nodes.

    Those that gain the most by their terms alone are looked at closely.
    """
    by_locale = {each.locale: each for each in asked}
    totals = {each.locale: sum(term.worth for term in each.terms.values()) for each in asked}
    scored = [(_points(by_locale[each.locale], each), each) for each in documents if each.locale in by_locale]
    scored.sort(key=_order)
    for place, (_, each) in enumerate(scored[:CLOSELY]):
        scored[place] = _score(by_locale[each.locale], each, totals[each.locale]), each
    return sorted(scored, key=_order)


def _order(scored: tuple[float, Candidate]) -> tuple[float, str]:
    return -scored[0], str(scored[1].node)
