"""What a client was being served: the wording of each disclaimer, on a date."""

import asyncio
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any

import orjson
import typer

from errors import BadRequest, NotFound
from loaders import head
from loaders import receipts as loading
from loaders.clients import READING, ApiClient, client_ever
from loaders.database import Database, reading
from loaders.receipts import BEARERS, Span, Wording
from publishing.database import opened
from publishing.save import utc_now
from settings import Settings

DAY = timedelta(days=1)
SHORT = 160
"""How many characters of a wording the table shows unless somebody asks for all."""
ALSO = {
    "content:history": "With content:history it could ask for the wording of earlier moments too.",
    "content:preview": "With content:preview it could see drafts, of which nothing is told here.",
}


@dataclass(frozen=True)
class Receipts:
    """What a client was being served from a moment to another, with what one has to know of it."""

    client: ApiClient
    start: datetime
    end: datetime
    notes: Sequence[str]
    served: Sequence[tuple[Span, Wording]]


def receipts(
    client: Annotated[str, typer.Argument(help="The client's name, as partner-site.")],
    on: Annotated[str, typer.Option(help="A day, as 2026-03-01 (UTC), or a moment, as 2026-03-01T09:30.")],
    locale: Annotated[str | None, typer.Option(help="Only content that is served in this locale.")] = None,
    text: Annotated[bool, typer.Option(help="Show each wording whole.")] = False,
    json: Annotated[bool, typer.Option(help="Print JSON, for scripts.")] = False,
) -> None:
    """Say which wording of which disclaimer a client was being served, on a day or at a moment.

    It is told from the publication log and the editions, by the limits that the client has now. Nothing that the client
    asked is looked at.
    """
    start, end = window(on, utc_now())

    async def run() -> Receipts:
        settings = Settings()
        async with opened(settings.database_url), reading(settings.database_url) as database:
            locales = await _locales(locale, settings, database)
            return await _receipts(client, start, end, locales, database)

    told = asyncio.run(run())
    if json:
        typer.echo(orjson.dumps(_record(told), option=orjson.OPT_INDENT_2).decode())
        return
    for lines in (_head(told), *(_lines(*each, text) for each in told.served)):
        typer.echo("\n    ".join(lines))


def window(on: str, now: datetime) -> tuple[datetime, datetime]:
    """From when until when: a day as far as it is over, or a moment twice. Raises BadRequest."""
    try:
        start = datetime.combine(date.fromisoformat(on), time.min, UTC)
        end = now if now - start < DAY else start + DAY
    except ValueError:
        start = end = _moment(on)
    if start > now:
        raise BadRequest(f"--on {on} is in the future: nothing was served yet.")
    return start, end


def _moment(on: str) -> datetime:
    try:
        found = datetime.fromisoformat(on)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadRequest(
            f"--on {on[:60]!r} is no time: write a day, as 2026-03-01, or a moment, as 2026-03-01T09:30."
        ) from None


async def _locales(asked: str | None, settings: Settings, database: Database) -> Sequence[str]:
    """The locales to look at: the one that is asked for, or all that there ever were. Raises BadRequest."""
    known = await loading.locales(database)
    if asked is not None and asked not in (*known, *settings.fallbacks):
        raise BadRequest(f"{asked!r} is not a locale of this site; it has {', '.join(known or settings.fallbacks)}.")
    return known if asked is None else [asked]


async def _receipts(name: str, start: datetime, end: datetime, locales: Sequence[str], database: Database) -> Receipts:
    known = await client_ever(name, database)
    if known is None:
        raise NotFound(f"There is no client {name[:100]}. `caveat clients list` shows those there are.")
    client, made, revoked = known
    notes = _lived(client, made, revoked, start, end)
    if made > end or (revoked is not None and revoked <= start):
        return Receipts(client, start, end, notes, [])
    start, end = max(start, made), end if revoked is None else min(end, revoked)
    spans = await loading.spans(start, end, client.audience, locales, database)
    wordings = await loading.wordings([each.edition for each in spans], database)
    if not spans:
        notes.append(await _nothing(end, database))
    notes += _limits(client, revoked)
    return Receipts(client, start, end, notes, [(each, wordings[each.edition]) for each in spans])


def _lived(client: ApiClient, made: datetime, revoked: datetime | None, start: datetime, end: datetime) -> list[str]:
    """What is to be said where a client was not there from the start to the end."""
    notes = []
    if made > start:
        notes.append(f"The client {client.name} was made at {_at(made)}: it was served nothing before.")
    if revoked is not None and revoked <= end:
        notes.append(f"The client {client.name} was revoked at {_at(revoked)}: it was served nothing after.")
    return notes


async def _nothing(end: datetime, database: Database) -> str:
    """Why nothing was served."""
    if await head.revision_at(end, database) == 0:
        return "Nothing was published yet, so nothing was served."
    return "No content that it may show bore a disclaimer."


def _limits(client: ApiClient, revoked: datetime | None) -> list[str]:
    """By which limits it is told what was served."""
    when = "has now" if revoked is None else "had when it was revoked"
    notes = [f"It is told by the limits that the client {when}: clients have no history."]
    scopes = client.audience.scopes
    if not client.audience.partner:
        notes.append("It is no partner: its answers bear no receipt, and its embeds leave out who did not consent.")
    if scopes.isdisjoint(READING):
        notes.append(f"It may not read at all: it lacks the scope {READING[0]}. What it would be served is told.")
    return notes + [sentence for scope, sentence in ALSO.items() if scope in scopes]


def _record(told: Receipts) -> dict[str, Any]:
    """Receipts as JSON."""
    return {
        "client": told.client.name,
        "partner": told.client.audience.partner,
        "from": told.start,
        "to": told.end,
        "notes": told.notes,
        "disclaimers": [_span(*each) for each in told.served],
    }


def _span(span: Span, wording: Wording) -> dict[str, Any]:
    return {
        "id": wording.id,
        "slug": wording.slug,
        "locale": wording.locale,
        "version": wording.version,
        "kind": wording.kind,
        "from": {"revision": span.first, "time": span.start},
        "to": {"revision": span.last, "time": span.end},
        **{f"{kind}s": span.bearers.get(kind, 0) for kind in BEARERS},
        "since": wording.since,
        "until": wording.until,
        "erasedAt": wording.erased,
        "title": None if wording.erased else wording.title,
        "contentHash": None if wording.erased else wording.content_hash,
        "text": None if wording.erased else wording.text,
    }


def _head(told: Receipts) -> list[str]:
    """The first lines for people: who, when, and what one has to know."""
    until = "" if told.end == told.start else f" to {_at(told.end)}"
    return [f"{told.client.name}  {_at(told.start)}{until}", *told.notes]


def _lines(span: Span, wording: Wording, whole: bool) -> list[str]:
    """A span for people: a line of its own, and what else there is to say."""
    title = [] if wording.erased else [wording.title]
    most = [f"{count} {kind}{'' if count == 1 else 's'}" for kind in BEARERS if (count := span.bearers.get(kind, 0))]
    until = "still live" if wording.until is None else f"until {_at(wording.until)}"
    served = f"served from revision {span.first}, {_at(span.start)}"
    return [
        "  ".join([f"{wording.slug} ({wording.locale}) version {wording.version}", wording.kind, *title]),
        served if span.start == span.end else f"{served}, to revision {span.last}, {_at(span.end)}",
        f"borne by {', '.join(most)}",
        f"live since {_at(wording.since)}, {until}",
        *_words(wording, whole),
    ]


def _words(wording: Wording, whole: bool) -> list[str]:
    if wording.erased is not None:
        return [f"The wording was erased at {_at(wording.erased)}."]
    text = wording.text if whole else textwrap.shorten(wording.text, SHORT, placeholder=" …")
    return [f"SHA-256 {wording.content_hash}", *filter(None, map(str.strip, text.splitlines()))]


def _at(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


COMMANDS = (receipts,)
