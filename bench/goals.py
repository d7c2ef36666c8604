"""The goals, and how far a run meets them."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.figures import Results


@dataclass(frozen=True)
class Goal:
    """How many times the requests of one variant another should answer, for an operation."""

    operation: str
    variant: str
    base: str
    least: float
    aim: float | None = None


@dataclass(frozen=True)
class Found:
    """A figure beside its goal; ``by_cpu`` is the same ratio by the servers' time on their core."""

    what: str
    figure: float
    goal: str
    met: bool
    by_cpu: float | None = None


GOALS = [
    Goal("page", "response-cache", "raw", 0.6),
    Goal("page", "graph-cache", "stock-graph-cache", 30),
    Goal("page", "graph-cache", "starlette", 0.18, aim=0.22),
    Goal("article", "graph-cache", "starlette", 0.4),
    Goal("bio", "graph-cache", "starlette", 0.4),
    Goal("page", "engine", "stock", 4, aim=10),
]
AT_SCALE = ("article", "graph-cache", 0.9)
MOST_MB = 350.0


def of_layers(results: Results) -> list[Found]:
    """The goals between variants, as far as both were measured."""
    measured = [goal for goal in GOALS if {goal.variant, goal.base} <= results.keys()]
    return [_ratio(goal, results) for goal in measured if goal.operation in results[goal.variant]]


def _ratio(goal: Goal, results: Results) -> Found:
    mine, base = results[goal.variant][goal.operation], results[goal.base][goal.operation]
    figure = mine.over(base)
    wanted = f"≥ {goal.least:g}" + (f", aim {goal.aim:g}" if goal.aim else "")
    return Found(
        f"{goal.operation}: {goal.variant} ÷ {goal.base}", figure, wanted, figure >= goal.least, mine.cheaper(base)
    )


def of_memory(peak_mb: float | None) -> list[Found]:
    """The goal for the memory of a worker that has served every article; nothing where it is not known."""
    if peak_mb is None:
        return []
    return [
        Found("MB of a worker, corpus served, caches at their defaults", peak_mb, f"≤ {MOST_MB:g}", peak_mb <= MOST_MB)
    ]


def of_scale(by_variant: dict[str, Results], graphs: Sequence[str]) -> list[Found]:
    """The goal for the largest graph over the smallest, if its variant and operation were measured."""
    operation, variant, least = AT_SCALE
    if operation not in by_variant.get(variant, {}).get(graphs[0], {}):
        return []
    small, large = (by_variant[variant][graph][operation] for graph in (graphs[0], graphs[-1]))
    figure, what = large.over(small), f"{operation}, {variant}: {graphs[-1]} ÷ {graphs[0]}"
    return [Found(what, figure, f"≥ {least:g}", figure >= least, large.cheaper(small))]
