"""The log: one line an event, on the standard error stream, as JSON or plain.

Whatever a client can put into it stays within its line: JSON escapes control characters, and so does the plain form.
"""

import json
import logging
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TextIO

import orjson

from delivery.records import Served
from settings import Settings

PLAIN = "%(levelname)s %(name)s: %(message)s"
LONGEST_NAME = 100
"""Characters of an operation's name that are kept: clients choose it."""
REQUESTS = "caveat.requests"


class JsonLines(logging.Formatter):
    """Log records as JSON, a line each; a traceback is a field."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return line(entry).decode()


def line(entry: Mapping[str, Any]) -> bytes:
    """An entry as one line of JSON, without its end."""
    try:
        return orjson.dumps(entry, option=orjson.OPT_UTC_Z)
    except TypeError:  # half of a surrogate pair, which is no UTF-8
        return json.dumps(entry, default=str).encode()


def to_log(settings: Settings, stream: TextIO) -> None:
    """Send what this process logs to a stream, as the settings say."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines() if as_json(settings, stream) else logging.Formatter(PLAIN))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for quiet in ("tortoise", "httpx", "opentelemetry"):
        logging.getLogger(quiet).setLevel(logging.WARNING)


def as_json(settings: Settings, stream: TextIO) -> bool:
    """Whether lines are JSON: people sit at terminals, and programs read what goes elsewhere."""
    return settings.log_format == "json" or (settings.log_format == "auto" and not stream.isatty())


WORD = re.compile(r'"[\w.:/+-]*"')


class RequestLines:
    """A line for each request: records are added, and what was added is written at once."""

    def __init__(self, settings: Settings, stream: TextIO) -> None:
        self._line = _json if as_json(settings, stream) else _plain
        self._stream = stream
        self._lines: list[bytes] = []

    def add(self, batch: Sequence[Served]) -> None:
        """Add a batch of records."""
        lines = [b"%b\n" % self._line(served) for served in batch]  # copies: orjson's own bytes hold 3 kB each
        self._lines.append(b"".join(lines))

    def flush(self) -> None:
        """Write what was added. This may block."""
        lines, self._lines = self._lines, []
        self._stream.write(b"".join(lines).decode())
        self._stream.flush()


def _json(served: Served) -> bytes:
    entry: dict[str, Any] = {"time": datetime.fromtimestamp(served.at, UTC), "level": "info", "logger": REQUESTS}
    return line(_fields(served, entry))


def _plain(served: Served) -> bytes:
    fields = " ".join(f"{name}={_word(value)}" for name, value in _fields(served, {}).items())
    return f"INFO {REQUESTS}: {fields}".encode()


def _word(value: Any) -> str:
    """A value as one word; in quotes where it could be taken for more than that."""
    text = json.dumps(value)
    return text[1:-1] if WORD.fullmatch(text) else text


def _fields(served: Served, fields: dict[str, Any]) -> dict[str, Any]:
    """Adds what there is to say of a request; what there is not is left out."""
    fields["method"] = served.method
    fields["status"] = served.status
    fields["client"] = served.client
    fields["cost"] = served.cost
    fields["cache"] = served.cache
    fields["bytes"] = served.bytes
    fields["seconds"] = round(served.seconds, 6)
    if served.operation is not None:
        fields["operation"] = served.operation[:LONGEST_NAME]
    if served.code is not None:
        fields["code"] = served.code
    if served.document is not None:
        fields["document"] = served.document[:LONGEST_NAME]
    if served.traceparent is not None:
        fields["trace"] = trace_id(served.traceparent)
    if served.id is not None:
        fields["id"] = served.id
    return fields


def trace_id(traceparent: bytes) -> str | None:
    """The id of the trace that a header tells of (W3C Trace Context, 3.2.2); None where it tells of none."""
    parts = traceparent.split(b"-")
    if len(parts) < 4 or len(parts[1]) != 32:
        return None
    try:
        return parts[1].decode() if int(parts[1], 16) else None
    except ValueError:
        return None
