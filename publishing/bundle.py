"""Bundles: NDJSON, one edition a line, live and draft, as records. What is exported can be imported again."""

import gzip
import zlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import orjson

from errors import Invalid, Problem
from models import PARTS, Edition, Kind, Link
from models.rich_text import RichText
from publishing.entry import Entry
from publishing.record import LinkRecord, Status, kind_of, map_rich_text, part_columns, record_model

BATCH = 200


def lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The numbered lines of a file, which may be compressed (gzip). Raises Invalid for one that cannot be read."""
    number = 0
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        with gzip.open(path) if packed else path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                yield number, line
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        raise Invalid([Problem(f"{path.name}:{number + 1}", f"cannot be read: {reason}")]) from None


def read(path: Path, kind: Kind | None = None) -> Iterator[Entry]:
    """The records of a bundle."""
    for number, line in lines(path):
        if not line.strip():
            continue
        entry = _entry(f"{path.name}:{number}", line.strip())
        if kind is None or (entry.problem is None and entry.data["type"] == kind.value):
            yield entry


def _entry(place: str, line: bytes) -> Entry:
    try:
        data = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return Entry(place, {}, f"is not JSON: {error}")
    if not isinstance(data, dict):
        return Entry(place, {}, "is not a JSON object")
    try:
        kind_of(data)
    except Invalid as error:
        return Entry(place, data, error.problems[0])
    return Entry(place, data)


async def export() -> AsyncIterator[bytes]:
    """Every live and every draft edition as a line of a bundle, in an order that depends on the content alone.

    Links to nodes that have no line, because they were withdrawn, are left out: an import would refuse them.
    """
    for kind in PARTS:
        last: tuple[str, str, bool] | None = None
        while editions := await _next_editions(kind, last):
            for line in await _lines(kind, editions):
                yield line
            final = editions[-1]
            last = (str(final.node_id), final.locale, final.since is None)


async def _next_editions(kind: Kind, last: tuple[str, str, bool] | None) -> list[Edition]:
    """The next editions after the last, by node, locale, and live before draft."""
    query = Edition.filter(kind=kind, until=None)
    if last is not None:
        query = query.filter(node_id__gte=last[0])
    found = await query.order_by("node_id", "locale", "id").limit(BATCH + 8)
    ordered = sorted(found, key=_place)
    return [edition for edition in ordered if last is None or _place(edition) > last][:BATCH]


def _place(edition: Edition) -> tuple[str, str, bool]:
    return (str(edition.node_id), edition.locale, edition.since is None)


async def _lines(kind: Kind, editions: list[Edition]) -> list[bytes]:
    ids = [edition.id for edition in editions]
    parts = {part.edition_id: part for part in await PARTS[kind].filter(edition_id__in=ids)}
    found = await Link.filter(source_id__in=ids).order_by("position")
    targets = {link.target_id for link in found if link.target_id}
    present = set(await Edition.filter(node_id__in=list(targets), until=None).values_list("node_id", flat=True))
    links: dict[Any, list[Link]] = {}
    for link in found:
        if link.target_id is None or link.target_id in present:
            links.setdefault(link.source_id, []).append(link)
    return [_line(kind, edition, parts[edition.id], links.get(edition.id, [])) for edition in editions]


def _line(kind: Kind, edition: Edition, part: Any, links: list[Link]) -> bytes:
    """An edition as the record that saves it. Times are those that readers see; a draft's are its own."""
    values = {name: _written(name, part) for name in part_columns(kind)}
    live = edition.since is not None
    status = Status.LIVE if live else Status.SCHEDULED if edition.publish_at else Status.DRAFT
    record = record_model(kind).model_construct(
        type=kind,
        id=str(edition.node_id),
        locale=edition.locale,
        slug=edition.slug,
        status=status,
        publish_at=edition.publish_at,
        published_at=edition.published_at if live else None,
        updated_at=edition.updated_at if live else None,
        title=edition.title,
        summary=edition.summary,
        seo=edition.seo,
        links=[_link(link) for link in links],
        **values,
    )
    return record.model_dump_json(by_alias=True, exclude_defaults=True).encode() + b"\n"


def _written(name: str, part: Any) -> Any:
    if name == "disclaimer":
        return str(part.disclaimer_id)
    return map_rich_text(getattr(part, name), lambda text: RichText(markdown=text.markdown))


def _link(link: Link) -> LinkRecord:
    """A link as it is written."""
    names = ("kind", "url", "label", "heading", "note", "role", "credential")
    target = None if link.target_id is None else str(link.target_id)
    return LinkRecord(target=target, **{name: getattr(link, name) for name in names})
