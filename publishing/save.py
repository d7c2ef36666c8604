"""Saving: records become drafts, a batch at a time, in a number of statements that does not depend on its size."""

import dataclasses
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

import uuid_utils.compat

from errors import Problem
from models import PARTS, Edition, Kind, Link, Node, Part
from models.article import Section
from models.rich_text import RichText
from publishing.blocks import slug_of
from publishing.directory import is_id, resolve
from publishing.record import COMPUTED, LinkRecord, Record, Status, map_rich_text
from publishing.rich_text import references, render
from publishing.rules import link_problem, record_problems, title_key
from publishing.transaction import writing
from settings import Settings

Clock = Callable[[], datetime]
Declared = Mapping[str, tuple[str, Kind]]
UNSAVED = {"status", "publish_at", "published_at", "updated_at", "key", "id"}  # not part of the wording


def utc_now() -> datetime:
    """The clock of this process."""
    return datetime.now(UTC)


@dataclass
class Outcome:
    """What became of a record: the edition that now holds it, or the problems that kept it out."""

    record: Record
    node: str = ""
    edition: str | None = None
    changed: bool = False
    draft: bool = False
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Saving:
    """What a batch knows of the graph: which node each reference names."""

    settings: Settings
    nodes: Mapping[str, tuple[str, Kind]]
    own: Mapping[str, tuple[str, Kind]]


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
    async with writing():
        saving = await _saving(records, settings, declared or {})
        outcomes = [_outcome(record, saving, strict) for record in records]
        _refuse_twins(outcomes)
        await _keep_unchanged(outcomes)
        await _write([o for o in outcomes if o.changed], saving, who, clock())
    return outcomes


async def _saving(records: Sequence[Record], settings: Settings, declared: Declared) -> Saving:
    own = await resolve((name for r in records for name in _own_names(r)), own=True)
    for record in records:
        if not any(name in own or name in declared for name in _own_names(record)):
            fresh = record.id if record.id and is_id(record.id) else str(uuid_utils.compat.uuid7())
            own |= dict.fromkeys(_own_names(record), (fresh, record.type))
    asked = {reference for record in records for reference in _references(record, settings)}
    return Saving(settings, {**await resolve(asked - own.keys() - declared.keys()), **own, **declared}, own)


def _own_names(record: Record) -> list[str]:
    """The references that name the record's own node, the surest first."""
    names = [record.id] if record.id else [f"{record.type.value}/{record.key or record.slug}"]
    return names if record.id or not record.key else [*names, f"{record.type.value}/{record.slug}"]


def _references(record: Record, settings: Settings) -> Iterator[str]:
    yield from (link.target for link in record.links if link.target)
    if (disclaimer := _disclaimer(record, settings)) is not None:
        yield disclaimer
    for text in _rich_texts(record):
        yield from references(text.markdown)


def _disclaimer(record: Record, settings: Settings) -> str | None:
    """The reference to the record's disclaimer, or to the site's default for its kind."""
    name = getattr(record, "disclaimer", None) or settings.default_disclaimers.get(record.type.value)
    if name is None or "disclaimer" not in type(record).model_fields:
        return None
    return name if "/" in name or is_id(name) else f"disclaimer/{name}"


def _rich_texts(record: Record) -> list[RichText]:
    found: list[RichText] = []
    for value in record.part.values():
        map_rich_text(value, lambda text: found.append(text) or text)  # type: ignore[func-returns-value]
    return found


def _outcome(record: Record, saving: Saving, strict: bool) -> Outcome:
    """The record checked, its references turned into ids, its text rendered."""
    own = next(saving.nodes[name] for name in _own_names(record) if name in saving.nodes)
    outcome = Outcome(record, own[0], problems=record_problems(record, saving.settings.fallbacks))
    if own[1] is not record.type:
        outcome.problems.append(Problem("id", f"names a node that is a {own[1].value}, not a {record.type.value}"))
    _check_disclaimer(outcome, saving)
    for place, link in enumerate(record.links):
        target = saving.nodes.get(link.target or "")
        if problem := link_problem(link, f"links.{place}", record.type, own[0], target):
            outcome.problems.append(problem)
    ids = {name: node for name, (node, _) in saving.nodes.items()}
    missing = {name for text in _rich_texts(record) for name in references(text.markdown)} - ids.keys()
    dangling = [Problem("text", f"refers to caveat:{name}, which does not exist") for name in sorted(missing)]
    (outcome.problems if strict else outcome.warnings).extend(dangling)
    if not outcome.problems:
        outcome.record = _settled(record, saving, ids)
        outcome.changed = True
    return outcome


def _check_disclaimer(outcome: Outcome, saving: Saving) -> None:
    record = outcome.record
    if "disclaimer" not in type(record).model_fields:
        return
    reference = _disclaimer(record, saving.settings)
    if reference is None:
        sentence = "is required: name one, or set the site's default for the kind (CAVEAT_DEFAULT_DISCLAIMERS)"
        outcome.problems.append(Problem("disclaimer", sentence))
    elif reference not in saving.nodes:
        outcome.problems.append(Problem("disclaimer", f"there is no {reference}"))
    elif saving.nodes[reference][1] is not Kind.DISCLAIMER:
        kind = saving.nodes[reference][1].value
        outcome.problems.append(Problem("disclaimer", f"{reference} is a {kind}, not a disclaimer"))


def _settled(record: Record, saving: Saving, ids: Mapping[str, str]) -> Record:
    """The record with ids for references, and with its rich text rendered."""
    changed: dict[str, Any] = {
        name: map_rich_text(value, lambda text: render(text.markdown, ids)) for name, value in record.part.items()
    }
    if sections := changed.get("sections"):
        changed["sections"] = _anchored(sections)
    if "disclaimer" in type(record).model_fields:
        changed["disclaimer"] = ids[_disclaimer(record, saving.settings) or ""]
    changed["links"] = [_settled_link(link, ids) for link in record.links]
    return record.model_copy(update=changed)


def _settled_link(link: LinkRecord, ids: Mapping[str, str]) -> LinkRecord:
    return link.model_copy(update={"target": ids[link.target]}) if link.target else link


def _anchored(sections: Sequence[Section]) -> list[Section]:
    """The sections, each with an anchor that no other has: the given one, or one made from its heading."""
    taken: set[str] = set()
    anchored: list[Section] = []
    for section in sections:
        wanted = section.anchor or slug_of(section.heading) or "section"
        numbered = (wanted if number == 1 else f"{wanted}-{number}" for number in count(1))
        taken.add(free := next(name for name in numbered if name not in taken))
        anchored.append(dataclasses.replace(section, anchor=free))
    return anchored


def wording(record: Record) -> str:
    """What a settled record says, as JSON, with its rich text as Markdown."""
    plain = {name: map_rich_text(v, lambda text: RichText(markdown=text.markdown)) for name, v in record.part.items()}
    return record.model_copy(update=plain).model_dump_json(by_alias=True, exclude=UNSAVED, exclude_defaults=True)


def _digest(record: Record) -> str:
    return hashlib.sha256(wording(record).encode()).hexdigest()


def _refuse_twins(outcomes: Iterable[Outcome]) -> None:
    """Two records of one batch for the same node and locale: the second is refused."""
    seen: set[tuple[str, str]] = set()
    for outcome in outcomes:
        key = (outcome.node, outcome.record.locale)
        if key in seen and outcome.changed:
            outcome.changed = False
            outcome.problems.append(Problem("slug", "names a node that another record of this batch has written"))
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
        digest, place = _digest(outcome.record), (outcome.node, outcome.record.locale)
        live, draft = current.get((*place, False)), current.get((*place, True))
        wanted = [live, draft] if outcome.record.status is Status.LIVE or draft is None else [draft]
        for known in wanted:
            same = known is not None and known.digest == digest
            if same and known is not None and known.publish_at == outcome.record.publish_at:
                outcome.changed, outcome.edition, outcome.draft = False, str(known.id), known.since is None
                break


async def _write(outcomes: Sequence[Outcome], saving: Saving, who: str, now: datetime) -> None:
    if not outcomes:
        return
    await _make_nodes(outcomes, saving)
    nodes = list({o.node for o in outcomes})
    drafts = {(str(e.node_id), e.locale): e for e in await Edition.filter(node_id__in=nodes, since=None)}
    versions = await _versions(nodes)
    replaced = [drafts[key].id for o in outcomes if (key := (o.node, o.record.locale)) in drafts]
    if replaced:
        await Edition.filter(id__in=replaced).delete()
    editions, parts, links = [], list[Part](), list[Link]()
    for outcome in outcomes:
        key = (outcome.node, outcome.record.locale)
        outcome.draft = True
        outcome.edition = str(drafts[key].id) if key in drafts else str(uuid_utils.compat.uuid7())
        editions.append(_edition(outcome, versions.get(key, 0) + 1, who, now))
        parts.append(_part(outcome))
        links += _links(outcome)
    await Edition.bulk_create(editions, batch_size=500)
    for kind, model in PARTS.items():
        chosen = [part for part, o in zip(parts, outcomes, strict=True) if o.record.type is kind]
        if chosen:
            await model.bulk_create(chosen, batch_size=200)
    if links:
        await Link.bulk_create(links, batch_size=500)


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
        digest=_digest(record),
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
