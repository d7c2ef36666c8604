"""Bundles: NDJSON, one edition a line, live and draft, as records. What is exported can be imported again."""

import gzip
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import orjson

from models import PARTS, Edition, Kind, Link
from models.rich_text import RichText
from publishing.entry import Entry
from publishing.record import LinkRecord, Status, map_rich_text, part_columns, record_model

BATCH = 200


def lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The numbered lines of a file, which may be compressed (gzip)."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    with gzip.open(path) if packed else path.open("rb") as file:
        yield from enumerate(file, start=1)


def read(path: Path, kind: Kind | None = None) -> Iterator[Entry]:
    """The records of a bundle."""
    for number, line in lines(path):
        if not line.strip():
            continue
        place = f"{path.name}:{number}"
        try:
            data = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            data = {}
            problem: str | None = f"is not JSON: {error}"
        else:
            problem = None if isinstance(data, dict) else "is not a JSON object"
        if problem is not None:
            if kind is None:
                yield Entry(place, {}, problem)
        elif kind is None or data.get("type") == kind.value:
            yield Entry(place, data)


async def export() -> AsyncIterator[bytes]:
    """Every live and every draft edition as a line of a bundle, in an order that depends on the content alone."""
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
    links: dict[Any, list[Link]] = {}
    for link in await Link.filter(source_id__in=ids).order_by("position"):
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
