"""Records of requests: one line each, nothing personal in it, and bounded however many come and whatever is in them."""

import asyncio
import io
import json
import logging
import sys

import pytest

from delivery.logs import REQUESTS, JsonLines, RequestLines
from delivery.metrics import MOST_OPERATIONS, Tallies
from delivery.records import Records, Served, written
from settings import Settings

HOSTILE = 'Page\n{"level": "info"}\x1b[31m\x00\ud800' + "x" * 5_000


def served(**fields) -> Served:
    """A record of a request for an operation, in 2 ms."""
    return Served(**({"at": 1_790_000_000.25, "seconds": 0.002, "method": "POST", "status": 200} | fields))


class Terminal(io.StringIO):
    """A stream that people look at."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def test_a_record_is_a_line_of_json():
    """What there is to say of a request is in it, and what there is not is left out."""
    stream = io.StringIO()

    full = served(operation="Page", client="app", cost=12, cache="hit", bytes=345, code="BUSY", document="ab", id="7")
    traceparent = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    log = RequestLines(Settings(), stream)
    log.add([full, served(traceparent=traceparent)])
    log.add([served(traceparent=b"-x-")])
    log.flush()

    common = {"time": "2026-09-21T14:13:20.250000Z", "level": "info", "logger": REQUESTS, "method": "POST"}
    common |= {"status": 200, "client": "anonymous", "cost": None, "cache": "off", "bytes": 0, "seconds": 0.002}
    given = {"client": "app", "operation": "Page", "cost": 12, "cache": "hit", "bytes": 345}
    given |= {"code": "BUSY", "document": "ab", "id": "7"}
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert lines == [common | given, common | {"trace": "4bf92f3577b34da6a3ce929d0e0e4736"}, common | {"trace": None}]


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_no_name_breaks_its_line(stream):
    """Line ends, escapes for terminals and halves of surrogate pairs stay inside; a long name is cut."""
    written_to = stream()

    log = RequestLines(Settings(), written_to)
    log.add([served(operation=HOSTILE), served(document=HOSTILE)])
    log.flush()

    lines = written_to.getvalue().split("\n")
    assert len(lines) == 3
    assert all(line.isprintable() and len(line) < 500 for line in lines)


def test_the_log_is_json_with_tracebacks_as_a_field():
    """A failure is one line too, so that whatever collects the log keeps it together."""
    record = logging.LogRecord("caveat", logging.ERROR, "", 0, "failed: %s", (HOSTILE,), None)
    try:
        raise ValueError("why")
    except ValueError:
        record.exc_info = sys.exc_info()

    line = JsonLines().format(record)

    entry = json.loads(line)
    assert line.isprintable()
    assert (entry["level"], entry["logger"], entry["message"]) == ("error", "caveat", f"failed: {HOSTILE}")
    assert entry["traceback"].endswith("ValueError: why")


async def test_records_are_written_in_the_order_they_came_and_all_at_the_end():
    """What came before the end is written, and flushed; what fails takes nothing from the others."""
    records, seen, flushed = Records(), [], []

    def fails(_some) -> None:
        raise OSError("no space left")

    def flush() -> None:
        flushed.append(len(seen))
        raise OSError("no space left")

    async with written(records, [fails, seen.extend], flush):
        for number in range(1_000):
            records.append(served(cost=number))
            if number == 500:
                await asyncio.sleep(0.3)

    assert [each.cost for each in seen] == list(range(1_000))
    assert records.take() == []
    assert len(flushed) > 1
    assert flushed[-1] == 1_000


def test_a_flood_of_records_is_dropped_and_counted():
    """Memory is bounded where writing does not keep up."""
    records = Records(most=3)

    for number in range(10):
        records.append(served(cost=number))

    assert [each.cost for each in records.take()] == [0, 1, 2]
    assert records.dropped == 7


def test_metrics_are_bounded_in_the_names_that_clients_choose():
    """Names beyond a number are counted together; a request that failed makes no name known."""
    tallies = Tallies()

    tallies.count([served(operation=f"Wrong{n}", code="BAD_REQUEST", status=400) for n in range(500)])
    tallies.count([served(operation="Page", seconds=0.3, cost=5)])
    tallies.count([served(operation=f"Page{n}") for n in range(500)] + [served(), served(operation="Page")])

    families = {family.name: family for family in tallies.collect()}
    labels = {sample.labels["operation"] for sample in families["caveat_request_seconds"].samples}
    values = {
        (sample.name, *sample.labels.values()): sample.value for each in families.values() for sample in each.samples
    }
    assert labels == {"Page", *(f"Page{n}" for n in range(MOST_OPERATIONS - 1)), "other", "unnamed"}
    assert values["caveat_requests_total", "400", "anonymous"] == 500
    assert values["caveat_requests_total", "200", "anonymous"] == 503
    assert values["caveat_errors_total", "BAD_REQUEST"] == 500
    assert values["caveat_cost_total", "anonymous"] == 5
    assert values["caveat_request_seconds_bucket", "Page", "0.25"] == 1
    assert values["caveat_request_seconds_bucket", "Page", "+Inf"] == 2
    assert values["caveat_request_seconds_count", "Page"] == 2
    assert values["caveat_request_seconds_sum", "Page"] == pytest.approx(0.302)
