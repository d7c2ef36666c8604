"""Traces: each record becomes a span with its own times, under the span that the client told of."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from delivery.records import Served
from delivery.tracing import spans, traced

ROOT = Path(__file__).parents[2]
TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
SAMPLED, UNSAMPLED = f"00-{TRACE}-{PARENT}-01".encode(), f"00-{TRACE}-{PARENT}-00".encode()


def served(**fields) -> Served:
    """A record of a request for an operation, in 2 ms."""
    return Served(**({"at": 1_790_000_000.25, "seconds": 0.002, "method": "POST", "status": 200} | fields))


@pytest.fixture
def collector(monkeypatch) -> Iterator[list[ExportTraceServiceRequest]]:
    """What a collector on this machine was sent over OTLP/HTTP; the environment names it."""
    received: list[ExportTraceServiceRequest] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            received.append(ExportTraceServiceRequest.FromString(body))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
        yield received
        server.shutdown()
        thread.join()


def test_a_record_becomes_a_span():
    """It has the times of the record, the attributes of the conventions, and the client's span above it."""
    exporter = InMemorySpanExporter()
    write, end = spans(SimpleSpanProcessor(exporter))

    write([served(operation="Page", client="app", cost=7, cache="hit", bytes=9, traceparent=SAMPLED)])
    write([served(status=503, code="BUSY", traceparent=b"nonsense \xff"), served(traceparent=UNSAMPLED)])
    end()

    under, own = exporter.get_finished_spans()  # what the client does not sample is not sent
    assert (under.name, under.kind) == ("POST /graphql", SpanKind.SERVER)
    assert f"{under.context.trace_id:032x} {under.parent.span_id:016x}" == f"{TRACE} {PARENT}"
    assert under.start_time == 1_790_000_000_248_000_000
    assert under.end_time == 1_790_000_000_250_000_000
    assert dict(under.attributes) == {
        "http.request.method": "POST",
        "http.route": "/graphql",
        "http.response.status_code": 200,
        "http.response.body.size": 9,
        "graphql.operation.name": "Page",
        "caveat.client": "app",
        "caveat.cost": 7,
        "caveat.cache": "hit",
    }
    assert (own.parent, own.status.status_code, own.attributes["error.type"]) == (None, StatusCode.ERROR, "BUSY")


def test_spans_are_sent_to_the_collector_that_the_environment_names(collector):
    """Over OTLP, by the name ``caveat``, all of them when the server stops."""
    with traced() as sinks:
        for sink in sinks:
            sink([served(operation=f"Page{number}") for number in range(100)])

    resources = [resource for request in collector for resource in request.resource_spans]
    sent = [span for resource in resources for scope in resource.scope_spans for span in scope.spans]
    names = {each.value.string_value for each in resources[0].resource.attributes if each.key == "service.name"}
    operations = [each.value.string_value for span in sent for each in span.attributes if "operation" in each.key]
    assert names == {"caveat"}
    assert operations == [f"Page{number}" for number in range(100)]


def test_a_server_is_traced(collector, serve):
    """A request to the server arrives at the collector."""
    server = serve()

    server.client.post("/graphql", json={"query": "query Page { revision }"}, headers={"traceparent": SAMPLED.decode()})
    server.stop()

    (span,) = [
        span
        for request in collector
        for resource in request.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]
    assert (span.trace_id.hex(), span.parent_span_id.hex()) == (TRACE, PARENT)
    assert {each.key: each.value.string_value for each in span.attributes}["graphql.operation.name"] == "Page"


@pytest.mark.parametrize("off", ["OTEL_SDK_DISABLED=true", "OTEL_TRACES_EXPORTER=none", "OTEL_EXPORTER_OTLP_ENDPOINT="])
def test_traces_are_off_unless_they_are_configured(collector, monkeypatch, off):
    """The environment turns them off as it does in other programs."""
    monkeypatch.setenv(*off.split("="))

    with traced() as sinks:
        assert sinks == []


def test_without_the_packages_a_sentence_says_what_is_missing():
    """The server serves on."""
    script = (
        "import sys, os, logging; sys.modules['opentelemetry'] = None; logging.basicConfig(format='%(message)s')\n"
        "os.environ['OTEL_EXPORTER_OTLP_ENDPOINT'] = 'http://127.0.0.1:1'\n"
        "from delivery.tracing import traced\n"
        "with traced() as sinks: print(sinks)"
    )

    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)

    assert run.stdout == "[]\n"
    assert run.stderr == "Traces are not sent: that needs the packages of the extra, pip install 'caveat[tracing]'.\n"
