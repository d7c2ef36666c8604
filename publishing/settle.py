"""Settling: a record checked against the graph, its references turned into ids, its text rendered."""

import dataclasses
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from typing import Any

import uuid_utils.compat

from errors import Problem
from models import Edition, Kind
from models.article import Section
from models.rich_text import RichText
from publishing.blocks import slug_of
from publishing.directory import is_id, resolve
from publishing.record import LinkRecord, Record, map_rich_text
from publishing.rich_text import references, render
from publishing.rules import link_problem, record_problems
from settings import Settings

Declared = Mapping[str, tuple[str, Kind]]
UNSAVED = {"status", "publish_at", "published_at", "updated_at", "key", "id"}  # not part of the wording


@dataclass
class Outcome:
    """What became of a record: the edition that now holds it, or the problems that kept it out."""

    record: Record
    node: str = ""
    edition: str | None = None
    digest: str = ""
    changed: bool = False
    draft: bool = False
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Saving:
    """What a batch knows of the graph: which node each reference names."""

    settings: Settings
    nodes: Mapping[str, tuple[str, Kind]]
    worded: frozenset[str]  # the disclaimers that have an edition, or get one in this batch

    @cached_property
    def ids(self) -> dict[str, str]:
        """Reference -> node id: once a batch, since an import declares thousands."""
        return {name: node for name, (node, _) in self.nodes.items()}


async def saving_for(records: Sequence[Record], settings: Settings, declared: Declared) -> Saving:
    """What a batch of records needs to know. Records of nodes that are new get ids."""
    own = await resolve((name for r in records for name in _own_names(r)), own=True)
    for record in records:
        if not any(name in own or name in declared for name in _own_names(record)):
            fresh = record.id if record.id and is_id(record.id) else str(uuid_utils.compat.uuid7())
            own |= dict.fromkeys(_own_names(record), (fresh, record.type))
    asked = {reference for record in records for reference in _references(record, settings)}
    nodes = {**await resolve(asked - own.keys() - declared.keys()), **own, **declared}
    return Saving(settings, nodes, await _worded(records, nodes))


async def _worded(records: Sequence[Record], nodes: Mapping[str, tuple[str, Kind]]) -> frozenset[str]:
    """The disclaimers among some nodes that have an edition, or get one: what is declared may have been refused."""
    coming = {nodes[name][0] for r in records if r.type is Kind.DISCLAIMER for name in _own_names(r) if name in nodes}
    known = list({node for node, kind in nodes.values() if kind is Kind.DISCLAIMER})
    found = await Edition.filter(node_id__in=known).distinct().values_list("node_id", flat=True) if known else []
    return frozenset(coming | {str(node) for node in found})


def _own_names(record: Record) -> list[str]:
    """The references that name the record's own node, the surest first."""
    names = [record.id] if record.id else [f"{record.type.value}/{record.key or record.slug}"]
    return names if record.id or not record.key else [*names, f"{record.type.value}/{record.slug}"]


def _references(record: Record, settings: Settings) -> Iterator[str]:
    yield from (link.target for link in record.links if link.target)
    if (disclaimer := _disclaimer(record, settings)) is not None:
        yield disclaimer
    for text in rich_texts(record):
        yield from references(text.markdown)


def _disclaimer(record: Record, settings: Settings) -> str | None:
    """The reference to the record's disclaimer, or to the site's default for its kind."""
    name = getattr(record, "disclaimer", None) or settings.default_disclaimers.get(record.type.value)
    if name is None or "disclaimer" not in type(record).model_fields:
        return None
    return name if "/" in name or is_id(name) else f"disclaimer/{name}"


def rich_texts(record: Record) -> list[RichText]:
    """Every rich text of a record, in the order of its columns."""
    found: list[RichText] = []
    for value in record.part.values():
        map_rich_text(value, lambda text: found.append(text) or text)  # type: ignore[func-returns-value]
    return found


def settled_outcome(record: Record, saving: Saving, strict: bool) -> Outcome:
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
    missing = {name for text in rich_texts(record) for name in references(text.markdown)} - saving.ids.keys()
    dangling = [Problem("text", f"refers to caveat:{name}, which does not exist") for name in sorted(missing)]
    (outcome.problems if strict else outcome.warnings).extend(dangling)
    if not outcome.problems:
        outcome.record = _settled(record, saving)
        outcome.digest = digest(outcome.record)
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
    elif saving.nodes[reference][0] not in saving.worded:
        outcome.problems.append(Problem("disclaimer", f"{reference} has no wording: it was itself refused"))


def _settled(record: Record, saving: Saving) -> Record:
    """The record with ids for references, and with its rich text rendered."""
    changed: dict[str, Any] = {
        name: map_rich_text(value, lambda text: render(text.markdown, saving.ids))
        for name, value in record.part.items()
    }
    if sections := changed.get("sections"):
        changed["sections"] = _anchored(sections)
    if "disclaimer" in type(record).model_fields:
        changed["disclaimer"] = saving.ids[_disclaimer(record, saving.settings) or ""]
    changed["links"] = [_settled_link(link, saving.ids) for link in record.links]
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


def digest(record: Record) -> str:
    """What tells whether a settled record says anything new: sha256 of its wording, in hex."""
    return hashlib.sha256(wording(record).encode()).hexdigest()
