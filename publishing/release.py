"""Releases: publishing, withdrawing and erasing, each in one short transaction that makes one revision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from errors import Invalid, NotFound, Problem
from models import PARTS, Action, Edition, Kind, Link, Part, Publication, Reference
from models.fields import StructuredField
from models.values import Seo
from publishing import search_index, suggestions
from publishing.consequences import graph_problems
from publishing.directory import is_id
from publishing.rules import missing_to_publish
from publishing.save import Clock, utc_now
from publishing.transaction import Transaction, writing
from settings import Settings


@dataclass(frozen=True)
class Withdrawal:
    """What to withdraw: a node in a locale, and why."""

    node: str
    locale: str
    reason: str | None = None


async def release(
    settings: Settings,
    *,
    publish: Sequence[str] = (),
    withdraw: Sequence[Withdrawal] = (),
    who: str,
    clock: Clock = utc_now,
) -> int:
    """Publish drafts (by edition id) and withdraw live nodes together; returns the new revision.

    Raises NotFound for what is no draft or not live, Invalid with every rule that is broken: with those that the
    graph would break only where no slug is taken, because no two live editions can be there to be looked at.
    """
    if not publish and not withdraw:
        raise Invalid([Problem("publish", "there is nothing to publish or withdraw")])
    async with writing(advance=True) as transaction:
        drafts = await _drafts(publish)
        leaving = await _live([(w.node, w.locale) for w in withdraw])
        if missing := [w for w in withdraw if (w.node, w.locale) not in leaving]:
            raise NotFound("Not live: " + ", ".join(f"{w.node} ({w.locale})" for w in missing))
        problems = [*_both(drafts, leaving), *await _incomplete(drafts)]
        time = await _time(clock())
        closed = await _close(drafts, leaving, transaction)
        if taken := await _taken_slugs(transaction, [str(d.id) for d in drafts]):
            raise Invalid(problems + taken)
        await _open(drafts, transaction, time)
        problems += await graph_problems(transaction, settings, [str(d.id) for d in drafts], list(leaving))
        if problems:
            raise Invalid(problems)
        await search_index.move(drafts, closed, transaction)
        await suggestions.move(drafts, closed, transaction)
        await _log(drafts, withdraw, leaving, transaction.revision, time, who)
    return transaction.revision


async def schedule(edition: str, at: datetime | None) -> None:
    """Have a draft published when ``at`` has come; None takes it off the schedule. Raises NotFound."""
    async with writing():
        if not is_id(edition) or not await Edition.filter(id=edition, since=None).update(publish_at=at):
            raise NotFound(f"There is no draft {edition}.")


async def publish_due(settings: Settings, *, clock: Clock = utc_now) -> tuple[list[int], list[Invalid]]:
    """Publish the scheduled drafts that are due, each once, whichever process asks.

    Returns the revisions made, and what kept a draft back: it stays scheduled, and holds back no other.
    """
    if not await Edition.exists(since=None, publish_at__lte=clock()):
        return [], []
    async with writing():  # whoever waited for the lock finds nothing left to do
        due = Edition.filter(since=None, publish_at__lte=clock()).order_by("publish_at", "id")
        ids = [str(id) for id in await due.values_list("id", flat=True)]
        if not ids:
            return [], []
        try:
            return [await release(settings, publish=ids, who="schedule", clock=clock)], []
        except Invalid:
            return await _publish_each(ids, settings, clock)


async def _publish_each(ids: Sequence[str], settings: Settings, clock: Clock) -> tuple[list[int], list[Invalid]]:
    """Publish drafts in releases of their own: those that can be."""
    revisions, refused = list[int](), list[Invalid]()
    for id in ids:
        try:
            revisions.append(await release(settings, publish=[id], who="schedule", clock=clock))
        except Invalid as error:
            refused.append(error)
    return revisions, refused


async def erase(node: str, *, who: str, reason: str | None = None, clock: Clock = utc_now) -> int:
    """Blank the text of a node's past editions, in every locale; returns the new revision.

    Links to nodes stay without their words; links to external pages go: they are nothing but words and an address.
    Slugs stay, so that old addresses still lead to the node. Raises NotFound where there is no past edition.
    """
    async with writing(advance=True) as transaction:
        past = await Edition.filter(node_id=node, until__not_isnull=True).order_by("locale") if is_id(node) else []
        if not past:
            raise NotFound(f"{node} has no past editions.")
        ids = [edition.id for edition in past]
        await Edition.filter(id__in=ids).update(title="", title_key=b"", summary="", seo=Seo(), digest="")
        model = PARTS[past[0].kind]
        await model.filter(edition_id__in=ids).update(**_blank(model))
        await search_index.forget(ids)
        links = Link.filter(source_id__in=ids)
        await links.filter(target_id=None).delete()
        await links.update(heading=None, note=None, role=None, credential=None)
        await Reference.filter(source_id__in=ids).delete()
        time = await _time(clock())
        locales = dict.fromkeys(edition.locale for edition in past)
        await Publication.bulk_create(
            Publication(
                revision=transaction.revision, position=place, time=time, who=who, action=Action.ERASED,
                node_id=node, kind=past[0].kind, locale=locale, reason=reason,
            )
            for place, locale in enumerate(locales)
        )  # fmt: skip
    return transaction.revision


def _blank(model: type[Part]) -> dict[str, object]:
    """The values of a table's text columns when they are erased: empty where they cannot be null."""
    blank: dict[str, object] = {}
    for name, field in model._meta.fields_map.items():
        if isinstance(field, StructuredField):
            blank[name] = None if field.null else field.default()
        elif field.field_type is str and not hasattr(field, "enum_type") and not name.endswith("_id"):
            blank[name] = None if field.null else ""
    return blank


async def _drafts(ids: Sequence[str]) -> list[Edition]:
    drafts = {str(draft.id): draft for draft in await Edition.filter(id__in=list(filter(is_id, ids)), since=None)}
    if missing := [id for id in ids if id not in drafts]:
        raise NotFound("Not a draft: " + ", ".join(missing))
    return [drafts[id] for id in dict.fromkeys(ids)]


async def _live(places: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Edition]:
    nodes = list({node for node, _ in places if is_id(node)})
    live = await Edition.filter(node_id__in=nodes, since__not_isnull=True, until=None) if nodes else []
    found = {(str(edition.node_id), edition.locale): edition for edition in live}
    return {place: found[place] for place in places if place in found}


def _both(drafts: Sequence[Edition], leaving: dict[tuple[str, str], Edition]) -> list[Problem]:
    """Drafts of what the same release withdraws: the log could not say which of the two came last."""
    sentence = Problem("withdraw", "the node is published in the same release")
    return [
        Problem.of(str(draft.id), f"{draft.kind.value}/{draft.slug} ({draft.locale})", sentence)
        for draft in drafts
        if (str(draft.node_id), draft.locale) in leaving
    ]


async def _incomplete(drafts: Sequence[Edition]) -> list[Problem]:
    problems: list[Problem] = []
    for kind in Kind:
        chosen = {str(draft.id): draft for draft in drafts if draft.kind is kind}
        for part in await PARTS[kind].filter(edition_id__in=list(chosen)) if chosen else []:
            draft = chosen[str(part.edition_id)]
            name = f"{kind.value}/{draft.slug} ({draft.locale})"
            problems += [Problem.of(str(draft.id), name, problem) for problem in missing_to_publish(kind, part)]
    return problems


async def _time(now: datetime) -> datetime:
    """The time of the release: now, but never before the last one, whatever a clock says."""
    last = await Publication.all().order_by("-revision").first()
    return max(now, last.time) if last else now


async def _close(
    drafts: Sequence[Edition], leaving: dict[tuple[str, str], Edition], transaction: Transaction
) -> list[str]:
    """End what leaves, and what the drafts replace; the ids of all that ends."""
    replaced = await _live([(str(d.node_id), d.locale) for d in drafts])
    closing = [edition.id for edition in {**leaving, **replaced}.values()]
    if closing:
        await Edition.filter(id__in=closing).update(until=transaction.revision)
    return [str(id) for id in closing]


async def _open(drafts: Sequence[Edition], transaction: Transaction, time: datetime) -> None:
    """Make the drafts live."""
    if not drafts:
        return
    earlier = await _first_published([str(d.node_id) for d in drafts])
    for draft in drafts:
        given = draft.published_at if draft.published_at != draft.created_at else time
        draft.published_at, version = earlier.get((str(draft.node_id), draft.locale), (given, 0))
        draft.updated_at = draft.updated_at if draft.updated_at != draft.created_at else time
        draft.version = version + 1
        draft.since, draft.publish_at = transaction.revision, None
    changed = ("since", "publish_at", "version", "published_at", "updated_at")
    await Edition.bulk_update(drafts, fields=changed, batch_size=100)


async def _taken_slugs(transaction: Transaction, drafts: list[str]) -> list[Problem]:
    """The slugs that others bear: what is live, or is about to be."""
    taken = await transaction.fetch(
        "SELECT d.id, d.kind, d.slug, d.locale, o.title FROM edition d JOIN edition o ON o.kind = d.kind"
        " AND o.locale = d.locale AND o.slug = d.slug AND o.node_id <> d.node_id AND o.until IS NULL"
        " WHERE d.id IN :drafts AND (o.since IS NOT NULL OR o.id IN :drafts)",
        drafts=drafts,
    )
    return [
        Problem.of(str(d), f"{kind}/{slug} ({locale})", Problem("slug", f"{slug!r} is taken by {title!r}"))
        for d, kind, slug, locale, title in taken
    ]


async def _first_published(nodes: Sequence[str]) -> dict[tuple[str, str], tuple[datetime, int]]:
    """When each node and locale was first published, and its newest version."""
    found: dict[tuple[str, str], tuple[datetime, int]] = {}
    past = Edition.filter(node_id__in=list(nodes), since__not_isnull=True)
    for node, locale, first, version in await past.values_list("node_id", "locale", "published_at", "version"):
        _, newest = found.get((str(node), locale), (first, 0))
        found[str(node), locale] = (first, max(version, newest))
    return found


async def _log(
    drafts: Sequence[Edition],
    withdraw: Sequence[Withdrawal],
    leaving: dict[tuple[str, str], Edition],
    revision: int,
    time: datetime,
    who: str,
) -> None:
    entries = [(Action.PUBLISHED, draft, None) for draft in drafts]
    entries += [(Action.WITHDRAWN, leaving[w.node, w.locale], w.reason) for w in withdraw]  # type: ignore[misc]
    await Publication.bulk_create(
        Publication(
            revision=revision, position=place, time=time, who=who, action=action,
            node_id=edition.node_id, kind=edition.kind, locale=edition.locale, edition_id=edition.id, reason=reason,
        )
        for place, (action, edition, reason) in enumerate(entries)
    )  # fmt: skip
