"""Where a copy of the graph stands: after a revision, or on the way to one, between the pages of a sync.

What stands between pages names the revision that all of them are read at. It is signed: the past is for those who may
see it, and nobody else can name a revision to read.
"""

import base64
import binascii
import hmac
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

import orjson

from errors import BadCursor, RevisionNotReached
from loaders.database import Database, moment
from models import Kind

Key = tuple[str, str]
"""What nodes are told in the order of: kind and id."""
Pin = tuple[int, date]
"""The revision and the day that the pages of a sync are read at."""
PATIENCE = timedelta(days=1)
"""For how long the pages of a sync can be asked for after their revision is no longer the newest."""
LARGEST = 2**53 - 1
"""The largest revision that a copy can name: JSON's readers differ beyond it (RFC 8259, 6)."""


@dataclass(frozen=True, slots=True)
class Position:
    """All up to the revision ``after``; and of what changed from there to the pin, all up to the node ``told``.

    A copy between syncs has ``after`` alone. ``seal`` is the signature of the rest.
    """

    after: int
    pin: Pin | None = None
    told: Key | None = None
    seal: str = ""

    def __str__(self) -> str:
        if self.pin is None or self.told is None:
            return str(self.after)
        packed = orjson.dumps([self.after, *self.pin, *self.told, self.seal])
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")

    def sealed(self, secret: str, scope: str) -> "Position":
        """The same, signed for a scope: for one list, in the locales and within the limits that it was read in."""
        signed = orjson.dumps([scope, self.after, self.pin, self.told])
        return replace(self, seal=hmac.digest(secret.encode(), signed, "sha256").hex()[:32])

    def check(self, secret: str, scope: str) -> None:
        """Raises BadCursor where the signature is not that of the scope."""
        if not hmac.compare_digest(self.seal.encode(), self.sealed(secret, scope).seal.encode()):
            raise BadCursor(
                f"The cursor belongs to other kinds, topics or locales, or to another client. {_again(self.after)}"
            )


def position_of(given: object) -> Position:
    """The position that a client passes back: a whole number, or a text as ``str`` wrote it. Raises BadCursor."""
    if isinstance(given, int) and not isinstance(given, bool) and 0 <= given <= LARGEST:
        return Position(given)
    if isinstance(given, str) and given.isascii() and len(given) <= 400:
        if given.isdigit() and int(given) <= LARGEST:
            return Position(int(given))
        try:
            after, at, day, kind, node, seal = orjson.loads(base64.urlsafe_b64decode(given + "=" * (-len(given) % 4)))
            if type(after) is type(at) is int and 0 <= after <= at <= LARGEST and isinstance(seal, str):
                return Position(after, (at, date.fromisoformat(day)), (Kind(kind).value, str(UUID(node))), seal)
        except (ValueError, TypeError, AttributeError, binascii.Error):
            pass
    raise BadCursor("A Revision is 0 for an empty copy, or what changes gave as next, passed on as it was received.")


async def secret(database: Database) -> str:
    """What positions are signed with."""
    lines = await database.fetch("SELECT seal FROM graph_head", {})
    return str(lines[0][0])


async def check_time(position: Position, head: int, now: datetime, database: Database) -> None:
    """Raises RevisionNotReached for a position beyond the head, BadCursor for one that cannot be gone on with any more.

    That is one whose revision is long superseded, or had what was erased since.
    """
    at = position.pin[0] if position.pin else position.after
    wanted = max(position.after, at)
    if wanted > head:
        raise RevisionNotReached(
            f"Revision {wanted} is not there yet: the graph is at {head}. Ask again in a moment; where that does not"
            " help, the graph was restored from a backup: start again from 0."
        )
    if position.pin is None or at == head:
        return
    lines = await database.fetch(
        "SELECT min(time), max(CASE WHEN action = 'ERASED' THEN 1 ELSE 0 END) FROM publication"
        " WHERE revision > :at AND revision <= :head",
        {"at": at, "head": head},
    )
    superseded, erased = lines[0]
    if moment(superseded) < now - PATIENCE:
        raise BadCursor(f"The sync was begun too long ago to be gone on with. {_again(position.after)}")
    if erased:
        raise BadCursor(f"Something was erased since the sync was begun. {_again(position.after)}")


def _again(after: int) -> str:
    return f"Start again from 0 with an empty copy, or from {after} with the copy as it was before this sync."
