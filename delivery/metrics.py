"""What the engine and the caches did, in the text format of Prometheus."""

from collections.abc import Iterator

from cache import Cache
from delivery.answering import Answering
from engine.counters import executions

EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"


def exposition(app: Answering) -> str:
    """All counters: how operations were executed, and what each cache did and holds."""
    caches = {
        "graph": app.graph.cache,
        "response": app.answers,
        "question": app.questions,
        "operation": app.executions.operations.cache,
    }
    lines = ["# TYPE caveat_executions_total counter"]
    lines += [f'caveat_executions_total{{by="{by}"}} {count}' for by, count in sorted(executions.items())]
    lines.append("# TYPE caveat_revision gauge")
    lines.append(f"caveat_revision {app.graph.revision}")
    for measure in ("hits", "misses", "evictions"):
        lines.append(f"# TYPE caveat_cache_{measure}_total counter")
        lines += _each(caches, f"{measure}_total", measure)
    for measure in ("size", "limit"):
        lines.append(f"# TYPE caveat_cache_{measure}_bytes gauge")
        lines += _each(caches, f"{measure}_bytes", measure)
    return "\n".join(lines) + "\n"


def _each(caches: dict[str, Cache | None], name: str, measure: str) -> Iterator[str]:  # type: ignore[type-arg]
    for which, cache in caches.items():
        if cache is not None:
            yield f'caveat_cache_{name}{{cache="{which}"}} {getattr(cache, measure)}'
