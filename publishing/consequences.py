"""What a release would break elsewhere in the graph. Asked inside its transaction, after its changes."""

from collections import defaultdict
from collections.abc import Sequence

from errors import Problem
from models import Edition, Kind
from publishing.transaction import Transaction
from settings import Settings

LIVE = "{0}.since IS NOT NULL AND {0}.until IS NULL"
DISCLAIMED = (Kind.ARTICLE, Kind.PROCEDURE, Kind.PHYSICIAN)


async def graph_problems(
    transaction: Transaction, settings: Settings, published: list[str], withdrawn: Sequence[tuple[str, str]]
) -> list[Problem]:
    """Every rule between nodes that the graph breaks now, because of what was published or withdrawn."""
    gone = [node for node, _ in withdrawn]
    problems = [p for kind in DISCLAIMED for p in await _undisclaimed(transaction, kind, published, gone)]
    if gone:
        problems += await _authorless(transaction, settings, withdrawn)
    if published:
        problems += await _cycles(transaction, published)
    return problems


async def _undisclaimed(transaction: Transaction, kind: Kind, published: list[str], gone: list[str]) -> list[Problem]:
    """Live content of a kind whose disclaimer is not live in its locale."""
    rows = await transaction.fetch(
        f"SELECT e.id, e.kind, e.slug, e.locale, x.disclaimer_id FROM edition e JOIN {kind} x ON x.edition_id = e.id"
        f" WHERE (e.id IN :published OR x.disclaimer_id IN :gone) AND {LIVE.format('e')} AND NOT EXISTS (SELECT 1"
        f" FROM edition d WHERE d.node_id = x.disclaimer_id AND d.locale = e.locale AND {LIVE.format('d')})"
        " ORDER BY e.slug, e.locale",
        published=published,
        gone=gone,
    )
    slugs = await _slugs(str(row[4]) for row in rows) if rows else {}
    return [
        Problem.of(
            str(edition),
            f"{kind}/{slug} ({locale})",
            Problem("disclaimer", f"disclaimer/{slugs.get(str(disclaimer), disclaimer)} is not live in {locale}"),
        )
        for edition, kind, slug, locale, disclaimer in rows
    ]


async def _slugs(nodes: object) -> dict[str, str]:
    """A slug of each node, the newest."""
    editions = Edition.filter(node_id__in=list(nodes)).order_by("created_at")  # type: ignore[call-overload]
    return {str(node): slug for node, slug in await editions.values_list("node_id", "slug")}


async def _authorless(
    transaction: Transaction, settings: Settings, withdrawn: Sequence[tuple[str, str]]
) -> list[Problem]:
    """Live articles that one of the withdrawn wrote, and of whose authors none can be seen in their locale now.

    An author is seen in the article's locale, or in one of its fallbacks.
    """
    rows = await transaction.fetch(
        "SELECT e.id, e.slug, e.locale, a.target_id, p.locale FROM link l JOIN edition e ON e.id = l.source_id"
        " JOIN link a ON a.source_id = e.id AND a.kind = 'AUTHORED_BY'"
        f" LEFT JOIN edition p ON p.node_id = a.target_id AND {LIVE.format('p')}"
        f" WHERE l.target_id IN :gone AND l.kind = 'AUTHORED_BY' AND {LIVE.format('e')} ORDER BY e.slug, e.locale",
        gone=[node for node, _ in withdrawn],
    )
    authors: dict[tuple[str, str, str], set[tuple[str, str]]] = defaultdict(set)
    for edition, slug, locale, author, seen in rows:
        authors[str(edition), slug, locale].add((str(author), seen))
    problems = []
    for (edition, slug, locale), known in authors.items():
        locales = {locale, *settings.fallbacks.get(locale, ())}
        concerned = any(node in {a for a, _ in known} and gone in locales for node, gone in withdrawn)
        if concerned and not any(seen in locales for _, seen in known):
            sentence = "its last live author would be withdrawn"
            problems.append(Problem.of(edition, f"article/{slug} ({locale})", Problem("authors", sentence)))
    return problems


async def _cycles(transaction: Transaction, published: list[str]) -> list[Problem]:
    """Topics just published that are, by way of broader topics, broader than themselves."""
    changed = await transaction.fetch(
        "SELECT e.id, e.node_id, e.slug, e.locale FROM edition e WHERE e.id IN :published AND e.kind = 'topic'",
        published=published,
    )
    if not changed:
        return []
    edges = await transaction.fetch(
        f"SELECT e.node_id, l.target_id FROM link l JOIN edition e ON e.id = l.source_id"
        f" WHERE l.kind = 'BROADER' AND {LIVE.format('e')}"
    )
    broader: dict[str, set[str]] = defaultdict(set)
    for narrow, broad in edges:
        broader[str(narrow)].add(str(broad))
    return [
        Problem.of(str(id), f"topic/{slug} ({locale})", Problem("broader", "a topic would be broader than itself"))
        for id, node, slug, locale in changed
        if _reaches(str(node), broader)
    ]


def _reaches(start: str, broader: dict[str, set[str]]) -> bool:
    """Whether the way up from a topic comes back to it."""
    seen: set[str] = set()
    ahead = set(broader[start])
    while ahead:
        if start in ahead:
            return True
        seen |= ahead
        ahead = {next_ for topic in ahead for next_ in broader.get(topic, ())} - seen
    return False
