"""Subjects: what each live article and procedure is about, so that others like it are found by one join.

A subject is a telling term of the text, a node that is linked to, or the node itself, which others may link to. What
is not live any more has none: nothing is left behind of what is erased.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from math import hypot, sqrt

from loaders.search import statistics
from loaders.search.profile import Profile, key
from loaders.search.statistics import Known, Place
from models import Kind, LinkKind
from publishing.transaction import Transaction

KINDS = (Kind.ARTICLE, Kind.PROCEDURE)
"""The kinds of content that have subjects, and that are suggested."""
WHOLE, LINKED = 1000, 700
"""What the text of an edition weighs, and what all its links weigh."""
MOST_TERMS, MOST_LINKS, LOOKED_AT = 12, 12, 64
"""How many terms and links of an edition are kept, and how many terms are looked at."""
COMMON = 200
"""Editions that may share a subject before it tells nothing: what a release costs does not grow with the graph."""
STRENGTHS = {
    LinkKind.ABOUT: 1.0, LinkKind.COVERS: 1.0, LinkKind.RELATED: 0.7, LinkKind.SEE_ALSO: 0.5, LinkKind.NEXT_STEP: 0.7,
    LinkKind.PREREQUISITE: 0.7, LinkKind.PERFORMED_BY: 0.3,
}  # fmt: skip
"""How much links say of a subject. Who wrote and who reviewed say nothing of it."""
Weights = dict[str, float]


@dataclass(frozen=True)
class _Told:
    """An edition, with the impact of each of its terms, and the strength of its strongest link to each node."""

    edition: str
    node: str
    locale: str
    terms: Weights
    nodes: Weights


async def write(editions: Sequence[str], transaction: Transaction) -> None:
    """Write the subjects of live editions that have none yet; those of other kinds get none."""
    told = await _told(editions, transaction)
    known = await statistics.known([(each.locale, term) for each in told for term in ("", *each.terms)], transaction)
    chosen = [_terms(each, known) for each in told]
    subjects = [
        (each.locale, name)
        for each, terms in zip(told, chosen, strict=True)
        for name in (*terms, *each.nodes, each.node)
    ]
    bearers = await _bearers(subjects, transaction)
    rows = []
    for each, terms in zip(told, chosen, strict=True):
        weights = {each.node: float(LINKED), **_nodes(each, bearers, known), **_scaled(terms, WHOLE)}
        rows += [
            [each.edition, each.locale, name, 0 if bearers[each.locale, name] > COMMON else round(weight)]
            for name, weight in weights.items()
        ]
    await transaction.execute_many(
        "INSERT INTO search_subject (edition_id, locale, subject, weight) VALUES ({}, {}, {}, {})", rows
    )


async def forget(editions: Sequence[str], transaction: Transaction) -> None:
    """Take the subjects of editions away."""
    if editions:
        await transaction.fetch("DELETE FROM search_subject WHERE edition_id IN :editions", editions=list(editions))


async def _told(editions: Sequence[str], transaction: Transaction) -> list[_Told]:
    documents = await transaction.fetch(
        "SELECT e.id, e.node_id, e.locale, d.title, d.names, d.headings, d.body, d.profile FROM edition e"
        " JOIN search_document d ON d.edition_id = e.id WHERE e.id IN :editions AND e.kind IN :kinds",
        editions=list(editions),
        kinds=[kind.value for kind in KINDS],
    )
    links = await transaction.fetch(
        "SELECT l.source_id, l.target_id, l.kind FROM link l WHERE l.source_id IN :editions AND l.kind IN :kinds"
        " AND l.target_id IS NOT NULL ORDER BY l.source_id, l.position",
        editions=list(editions),
        kinds=[kind.value for kind in STRENGTHS],
    )
    nodes: dict[str, Weights] = {}
    for source, target, kind in links:
        found = nodes.setdefault(str(source), {})
        found[str(target)] = max(STRENGTHS[LinkKind(kind)], found.get(str(target), 0.0))
    return [
        _Told(str(edition), str(node), locale, _impacts(texts, Profile(profile)), nodes.get(str(edition), {}))
        for edition, node, locale, *texts, profile in documents
    ]


def _impacts(texts: Iterable[str], profile: Profile) -> Weights:
    terms = {term for text in texts for term in text.split() if not term.isdigit()} - {"|"}
    return _most({term: profile.impact(key(term)) for term in terms}, LOOKED_AT)


def _terms(told: _Told, known: Mapping[Place, Known]) -> Weights:
    """The most telling terms. Roots keep a word that no other text has from being all that there is."""
    telling = {
        term: impact * sqrt(known[told.locale, term].idf)
        for term, impact in told.terms.items()
        if term and (told.locale, term) in known
    }
    return _most(telling, MOST_TERMS)


def _nodes(told: _Told, bearers: Mapping[Place, int], known: Mapping[Place, Known]) -> Weights:
    """The nodes that are linked to: what few link to tells more."""
    of = known[told.locale, ""].of
    telling = {
        node: strength * Known(min(bearers[told.locale, node], of), of=of).idf for node, strength in told.nodes.items()
    }
    return _scaled(_most(telling, MOST_LINKS), LINKED)


def _most(weights: Weights, number: int) -> Weights:
    chosen = nlargest(number, ((weight, name) for name, weight in weights.items()))
    return {name: weight for weight, name in chosen}


def _scaled(weights: Weights, whole: float) -> Weights:
    """The weights as a vector of a given length: long texts and many links count no more than short ones and few."""
    length = hypot(*weights.values())
    return {name: whole * weight / length for name, weight in weights.items()} if length else {}


async def _bearers(subjects: Sequence[Place], transaction: Transaction) -> Counter[Place]:
    """How many live editions have each subject: those that have it already, and these."""
    lines = await transaction.fetch(
        "SELECT locale, subject, count(*) FROM search_subject WHERE locale IN :locales AND subject IN :subjects"
        " GROUP BY locale, subject",
        locales=list(dict.fromkeys(locale for locale, _ in subjects)),
        subjects=list(dict.fromkeys(subject for _, subject in subjects)),
    )
    return Counter(subjects) + Counter({(locale, subject): int(number) for locale, subject, number in lines})
