"""Saving: records become drafts, a batch at a time, in a number of statements that does not depend on its size."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import uuid_utils.compat

from errors import Problem
from models import PARTS, Edition, Kind, Link, Node, Part, Reference
from publishing import search_index
from publishing.record import COMPUTED, Record, Status
from publishing.rules import title_key
from publishing.settle import Declared, Outcome, Saving, rich_texts, saving_for, settled_outcome
from publishing.transaction import Transaction, writing
from settings import Settings

Clock = Callable[[], datetime]
TWIN = "names a node that another record has written already"


def utc_now() -> datetime:
    """The clock of this process."""
    return datetime.now(UTC)


async def save(
    records: Sequence[Record],
    settings: Settings,
    *,
    who: str,
    strict: bool = False,
    declared: Declared | None = None,
    clock: Clock = utc_now,
) -> list[Outcome]:
    """Save each record as the draft of its node and locale; one outcome a record, in their order.

    What is wrong with a record keeps that record out, and no other. A record that says what the live edition says
    already, or the draft, changes nothing. References in text to nodes that do not exist are warnings; problems
    with ``strict``. ``declared`` names nodes that are about to be saved: links may lead to them already.
    """
    async with writing() as transaction:
        saving = await saving_for(records, settings, declared or {})
        outcomes = [settled_outcome(record, saving, strict) for record in records]
        _refuse_twins(outcomes)
        await _keep_unchanged(outcomes)
        await _write([o for o in outcomes if o.changed], saving, who, clock(), transaction)
    return outcomes


def _refuse_twins(outcomes: Iterable[Outcome]) -> None:
    """Two records of one batch for the same node and locale: the second is refused."""
    seen: set[tuple[str, str]] = set()
    for outcome in outcomes:
        key = (outcome.node, outcome.record.locale)
        if key in seen and outcome.changed:
            outcome.changed = False
            outcome.problems.append(Problem("slug", TWIN))
        seen.add(key)


async def _keep_unchanged(outcomes: Sequence[Outcome]) -> None:
    """Mark the records that the graph says already: the live edition what shall be live, else the draft."""
    nodes = [o.node for o in outcomes if o.changed]
    columns = ("id", "node_id", "locale", "since", "digest", "publish_at")
    current: dict[tuple[str, str, bool], Edition] = {}
    for edition in await Edition.filter(node_id__in=nodes, until=None).only(*columns):
        current[str(edition.node_id), edition.locale, edition.since is None] = edition
    for outcome in outcomes:
        if not outcome.changed:
            continue
        place = (outcome.node, outcome.record.locale)
        live, draft = current.get((*place, False)), current.get((*place, True))
        wanted = [live, draft] if outcome.record.status is Status.LIVE or draft is None else [draft]
        for known in wanted:
            if known is None or known.digest != outcome.digest:
                continue
            if known.since is not None or known.publish_at == outcome.record.publish_at:
                outcome.changed, outcome.edition, outcome.draft = False, str(known.id), known.since is None
                break


async def _write(
    outcomes: Sequence[Outcome], saving: Saving, who: str, now: datetime, transaction: Transaction
) -> None:
    if not outcomes:
        return
    await _make_nodes(outcomes, saving)
    nodes = list({o.node for o in outcomes})
    drafts = {(str(e.node_id), e.locale): e for e in await Edition.filter(node_id__in=nodes, since=None)}
    versions = await _versions(nodes)
    replaced = [drafts[key].id for o in outcomes if (key := (o.node, o.record.locale)) in drafts]
    if replaced:
        await Edition.filter(id__in=replaced).delete()
    editions, parts, links, references = [], list[Part](), list[Link](), list[Reference]()
    for outcome in outcomes:
        key = (outcome.node, outcome.record.locale)
        outcome.draft = True
        outcome.edition = str(drafts[key].id) if key in drafts else str(uuid_utils.compat.uuid7())
        editions.append(_edition(outcome, versions.get(key, 0) + 1, who, now))
        parts.append(_part(outcome))
        links += _links(outcome)
        references += _references(outcome)
    await Edition.bulk_create(editions, batch_size=500)
    for kind, model in PARTS.items():
        chosen = [part for part, o in zip(parts, outcomes, strict=True) if o.record.type is kind]
        if chosen:
            await model.bulk_create(chosen, batch_size=200)
    if links:
        await Link.bulk_create(links, batch_size=500)
    if references:
        await Reference.bulk_create(references, batch_size=500)
    bearers = [SimpleNamespace(title=o.record.title, summary=o.record.summary, **o.record.part) for o in outcomes]
    await search_index.index(await search_index.sources(editions, bearers), transaction)


async def _make_nodes(outcomes: Sequence[Outcome], saving: Saving) -> None:
    """Insert the nodes that are new: the records' own, and declared ones that links already lead to."""
    kinds = dict(saving.nodes.values())
    wanted = {o.node: o.record.type for o in outcomes}
    wanted |= {t: kinds[t] for o in outcomes for link in o.record.links if (t := link.target)}
    wanted |= {d: Kind.DISCLAIMER for o in outcomes if (d := getattr(o.record, "disclaimer", None))}
    known = {str(id) for id in await Node.filter(id__in=list(wanted)).values_list("id", flat=True)}
    fresh = [Node(id=id, kind=kind) for id, kind in wanted.items() if id not in known]
    if fresh:
        await Node.bulk_create(fresh)


async def _versions(nodes: Sequence[str]) -> dict[tuple[str, str], int]:
    """The newest published version of each node and locale."""
    published = Edition.filter(node_id__in=nodes, since__not_isnull=True)
    found: dict[tuple[str, str], int] = {}
    for node, locale, version in await published.values_list("node_id", "locale", "version"):
        found[str(node), locale] = max(version, found.get((str(node), locale), 0))
    return found


def _edition(outcome: Outcome, version: int, who: str, now: datetime) -> Edition:
    """A draft's times: ``created_at`` is now; the others too, but for what the record itself gives."""
    record = outcome.record
    return Edition(
        id=outcome.edition,
        node_id=outcome.node,
        kind=record.type,
        locale=record.locale,
        version=version,
        publish_at=record.publish_at,
        slug=record.slug,
        title=record.title,
        title_key=title_key(record),
        summary=record.summary,
        seo=record.seo,
        published_at=record.published_at or now,
        updated_at=record.updated_at or now,
        created_at=now,
        created_by=who,
        digest=outcome.digest,
    )


def _part(outcome: Outcome) -> Part:
    record = outcome.record
    values = record.part
    if "disclaimer" in type(record).model_fields:
        values["disclaimer_id"] = getattr(record, "disclaimer")  # noqa: B009 - a field that only some kinds have
    computed = {name: COMPUTE[name](record) for name in COMPUTED & PARTS[record.type]._meta.db_fields & COMPUTE.keys()}
    return PARTS[record.type](edition_id=outcome.edition, **values, **computed)


def _content_hash(record: Any) -> str:
    """What proves a disclaimer's wording: sha256 of locale, title and text, a line each."""
    return hashlib.sha256("\n".join([record.locale, record.title, record.text]).encode()).hexdigest()


COMPUTE: dict[str, Callable[[Any], Any]] = {
    "word_count": lambda record: record.body.word_count + sum(s.body.word_count for s in record.sections),
    "content_hash": _content_hash,
}


def _links(outcome: Outcome) -> list[Link]:
    return [
        Link(source_id=outcome.edition, position=place, target_id=link.target, **link.model_dump(exclude={"target"}))
        for place, link in enumerate(outcome.record.links)
    ]


def _references(outcome: Outcome) -> list[Reference]:
    named = dict.fromkeys(id for text in rich_texts(outcome.record) for id in text.references)
    return [Reference(source_id=outcome.edition, target_id=id) for id in named]
