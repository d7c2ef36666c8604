"""Traces for OpenTelemetry: each record becomes a span, where the environment names a collector.

The variables are OpenTelemetry's own: ``OTEL_EXPORTER_OTLP_ENDPOINT`` and its family. The packages are those of the
extra ``tracing``; without them the log says so, and the server serves on.
"""

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from delivery.records import Served, Sink

try:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
    from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.trace import SpanKind, Status, StatusCode
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    INSTALLED = True
except ImportError:
    INSTALLED = False

logger = logging.getLogger("caveat")
ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
MILLION = 1_000_000


def wanted() -> bool:
    """Whether the environment names a collector of traces, and nothing in it turns them off."""
    off = os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true" or os.environ.get("OTEL_TRACES_EXPORTER") == "none"
    return not off and any(os.environ.get(name) for name in ENDPOINTS)


@contextmanager
def traced() -> Iterator[list[Sink]]:
    """What sends records to the collector: one sink, or none. What is left is sent at the end."""
    if not wanted():
        yield []
    elif not INSTALLED:
        logger.warning("Traces are not sent: that needs the packages of the extra, pip install 'caveat[tracing]'.")
        yield []
    else:
        sink, end = spans(BatchSpanProcessor(OTLPSpanExporter()))
        try:
            yield [sink]
        finally:
            end()


def spans(processor: "SpanProcessor") -> tuple[Sink, Callable[[], None]]:
    """A sink that makes spans and gives them to a processor, and what ends it."""
    resource = Resource({SERVICE_NAME: "caveat"}).merge(OTELResourceDetector().detect())
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(processor)
    tracer, propagator = provider.get_tracer("caveat"), TraceContextTextMapPropagator()

    def write(batch: Sequence[Served]) -> None:
        for served in batch:
            parent = propagator.extract({"traceparent": (served.traceparent or b"").decode("latin-1")})
            span = tracer.start_span(
                f"{served.method} {served.route}",
                parent,
                SpanKind.SERVER,
                _attributes(served),
                start_time=_nanoseconds(served.at - served.seconds),
            )
            if served.status >= 500:
                span.set_status(Status(StatusCode.ERROR))
            span.end(_nanoseconds(served.at))

    return write, provider.shutdown


def _nanoseconds(seconds: float) -> int:
    """A time in nanoseconds, true to the microsecond, as far as a float goes."""
    return round(seconds * MILLION) * 1_000


def _attributes(served: Served) -> dict[str, str | int]:
    """What the semantic conventions of HTTP and GraphQL name, and beside it what is ours."""
    attributes: dict[str, str | int | None] = {
        "http.request.method": served.method,
        "http.route": served.route,
        "http.response.status_code": served.status,
        "http.response.body.size": served.bytes,
        "graphql.operation.name": served.operation and served.operation[:100],
        "error.type": served.code,
        "caveat.client": served.client,
        "caveat.cost": served.cost,
        "caveat.cache": served.cache,
        "caveat.document": served.document,
        "caveat.id": served.id,
    }
    return {name: value for name, value in attributes.items() if value is not None}
