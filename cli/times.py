"""Times as they are written on the command line: spans, and moments."""

import re
from datetime import UTC, datetime, timedelta

from errors import BadRequest

SPAN = re.compile(r"(\d{1,4})([mhdw])", re.ASCII)
UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def span(text: str) -> timedelta:
    """A span of time, as 30m, 24h, 90d or 2w. Raises BadRequest."""
    found = SPAN.fullmatch(text)
    if found is None:
        raise BadRequest(f"{text!r} is no span of time: write a number and m, h, d or w, as 24h or 90d.")
    return timedelta(**{UNITS[found[2]]: int(found[1])})


def moment(text: str | None, now: datetime) -> datetime | None:
    """A moment: a span from now, or a date or time, in UTC unless it says otherwise. Raises BadRequest."""
    if text is None:
        return None
    if SPAN.fullmatch(text):
        return now + span(text)
    try:
        found = datetime.fromisoformat(text)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadRequest(f"{text!r} is no time: write a span from now, as 90d, or a date, as 2027-01-31.") from None
