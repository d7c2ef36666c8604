"""What the server did, for Prometheus: requests, caches, executions, connections.

Counts of requests come from their records, a batch at a time; all else is read when it is asked for.
"""

import asyncio
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from operator import attrgetter

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from cache import Cache
from delivery.answering import Answering
from delivery.connections import Connections
from delivery.records import Served, records
from engine.counters import executions
from loaders import head

BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
MOST_OPERATIONS, MOST_CLIENTS = 100, 1_000
"""Names that are counted apart; Prometheus keeps a series for each, and clients choose the names of operations."""
PATIENCE = 1.0
"""Seconds that the database has to say what the newest revision is."""


class Names:
    """Names that are counted apart, up to a number of them; the rest is ``other``."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: set[str] = set()

    def label(self, name: str | None, *, new: bool = True) -> str:
        """The label for a name. ``new`` says whether it may become one that is counted apart."""
        if name is None:
            return "unnamed"
        if name not in self._known:
            if not new or len(self._known) >= self._most or len(name) > 100:
                return "other"
            self._known.add(name)
        return name


class Tallies(Collector):
    """What records say, added up. Names of operations become known by answers without an error only."""

    def __init__(self) -> None:
        self._operations, self._clients = Names(MOST_OPERATIONS), Names(MOST_CLIENTS)
        self._requests: Counter[tuple[str, ...]] = Counter()
        self._costs: Counter[str] = Counter()
        self._caches: Counter[str] = Counter()
        self._errors: Counter[str | None] = Counter()
        self._spans: dict[str, list[int]] = {}
        self._seconds: dict[str, float] = {}

    def count(self, batch: Sequence[Served]) -> None:
        """Add a batch of records."""
        self._caches.update(Counter(map(attrgetter("cache"), batch)))
        self._errors.update(Counter(map(attrgetter("code"), batch)))
        for (status, client), count in Counter(map(attrgetter("status", "client"), batch)).items():
            self._requests[str(status), self._clients.label(client)] += count
        for served in batch:
            if served.cost:
                self._costs[self._clients.label(served.client)] += served.cost
            operation = self._operations.label(served.operation, new=served.code is None)
            spans = self._spans.get(operation)
            if spans is None:
                spans = self._spans[operation] = [0] * (len(BUCKETS) + 1)
            spans[bisect_left(BUCKETS, served.seconds)] += 1
            self._seconds[operation] = self._seconds.get(operation, 0.0) + served.seconds

    def collect(self) -> Iterator[Metric]:
        """The families of these metrics, as Prometheus's client asks for them."""
        yield _counter("requests", "Requests answered.", ("status", "client"), self._requests)
        errors = {code: count for code, count in self._errors.items() if code is not None}
        yield _by("cost", "What requests asked for, in fields.", "client", self._costs)
        yield _by("answers", "What the response cache did for requests.", "cache", self._caches)
        yield _by("errors", "Requests answered with an error, by its code.", "code", errors)
        spans = HistogramMetricFamily("caveat_request_seconds", "How long answers took.", labels=("operation",))
        for operation, counts in sorted(self._spans.items()):
            names = [*map(str, BUCKETS), "+Inf"]
            buckets = list(zip(names, accumulate(counts), strict=True))
            spans.add_metric((operation,), buckets, self._seconds[operation])
        yield spans


class State(Collector):
    """What the process holds and does, read when it is asked for."""

    def __init__(self, answering: Answering, connections: Connections) -> None:
        self._answering, self._connections = answering, connections
        self.newest: int | None = None

    def collect(self) -> Iterator[Metric]:
        """The families of these metrics, as Prometheus's client asks for them."""
        revision = self._answering.graph.revision
        yield _by("executions", "Operations by what answered them, or why the engine did not.", "by", executions)
        yield GaugeMetricFamily("caveat_revision", "The revision that answers are of.", revision)
        if self.newest is not None:
            lag = max(self.newest - revision, 0)
            yield GaugeMetricFamily("caveat_revision_lag", "Revisions that the log is ahead of answers.", lag)
        yield from self._of_caches()
        budgets = GaugeMetricFamily("caveat_budget", "What a client may cost in a minute.", labels=("client",))
        for client in self._answering.graph.clients.all:
            if client.budget is not None:
                budgets.add_metric((client.name,), client.budget)
        yield budgets
        alone: dict[tuple[str, ...], int] = {(): self._answering.budgets.alone}
        yield _counter("budgets_alone", "Times that the shared budgets could not be reached.", (), alone)
        yield GaugeMetricFamily("caveat_connections", "Open connections.", self._connections.open)
        yield GaugeMetricFamily("caveat_requests_running", "Requests being answered.", self._connections.running)
        yield _by("connections_cut", "Connections that the server ended, by why.", "reason", self._connections.cut)
        yield _counter("records_dropped", "Requests that left no record.", (), {(): records.dropped})

    def _of_caches(self) -> Iterator[Metric]:
        for measure in ("hits", "misses", "evictions"):
            counts = {name: getattr(cache, measure) for name, cache in self._caches().items()}
            yield _by(f"cache_{measure}", f"The {measure} of a cache.", "cache", counts)
        for measure in ("size", "limit"):
            family = GaugeMetricFamily(f"caveat_cache_{measure}_bytes", f"The {measure} of a cache.", labels=("cache",))
            for name, cache in self._caches().items():
                family.add_metric((name,), getattr(cache, measure))
            yield family

    def _caches(self) -> dict[str, Cache]:  # type: ignore[type-arg]
        answering = self._answering
        caches = {
            "graph": answering.graph.cache,
            "response": answering.answers,
            "question": answering.questions,
            "operation": answering.executions.operations.cache,
            "trusted document": answering.documents.trusted,
            "automatic document": answering.documents.automatic,
        }
        return {name: cache for name, cache in caches.items() if cache is not None}


class Metrics:
    """All metrics of a server, in a registry of their own."""

    def __init__(self, answering: Answering, connections: Connections) -> None:
        self.tallies = Tallies()
        self._answering = answering
        self._state = State(answering, connections)
        self._registry = CollectorRegistry()
        for collector in (self.tallies, self._state):
            self._registry.register(collector)
        ProcessCollector(registry=self._registry)

    async def exposition(self, accept: str) -> tuple[bytes, str]:
        """All metrics in a format that is accepted, and its media type."""
        self._state.newest = await self._newest()
        encode, media_type = choose_encoder(accept)
        return encode(self._registry), media_type

    async def _newest(self) -> int | None:
        """The newest revision of the log; None where the database does not say."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await head.revision(self._answering.graph.database)
        except Exception:
            return None


def _counter(name: str, help: str, labels: Sequence[str], counts: Mapping[tuple[str, ...], int]) -> CounterMetricFamily:
    family = CounterMetricFamily(f"caveat_{name}", help, labels=labels)
    for values, count in sorted(counts.items()):
        family.add_metric(values, count)
    return family


def _by(name: str, help: str, label: str, counts: Mapping[str, int]) -> CounterMetricFamily:
    return _counter(name, help, (label,), {(value,): count for value, count in counts.items()})
