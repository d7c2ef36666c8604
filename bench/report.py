"""What is printed and kept: Markdown tables, and the figures as they go into JSON."""

import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.figures import Figures, Results
from bench.goals import Found
from bench.load import CLIENT
from bench.serve import VARIANTS

BASES = ["raw", "starlette", "stock-graph-cache", "stock"]
FIGURES = ["requests/s", "p50 ms", "p99 ms", "CPU µs", "core"]
PACKAGES = ["graphql-core", "strawberry-graphql", "starlette", "uvicorn", "uvloop", "httptools", "orjson"]
Peaks = Mapping[str, float | None]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; the first column is words, the others are figures."""
    rule = ["---", *("---:" for _ in head[1:])]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in [head, rule, *rows])


def ratio(value: float | None) -> str:
    """A ratio in three digits or so; nothing where it is not known."""
    if value is None:
        return ""
    return f"{value:.3f}" if value < 1 else f"{value:.2f}" if value < 10 else f"{value:,.1f}"


def legend() -> str:
    """What the variants are called in the tables, and what they are."""
    return "\n".join(f"- {variant.name}: {variant.title}" for variant in VARIANTS.values()) + "\n"


def layers(results: Results, operation: str, size: int) -> str:
    """One operation: the figures of each variant, and its requests a second over those of the bases."""
    bases = [base for base in BASES if base in results]
    head = [f"**{operation}**, {size / 1000:.1f} kB", *FIGURES, *(f"÷ {base}" for base in bases)]
    rows = [
        [label, *_cells(of[operation]), *(ratio(of[operation].over(results[base][operation])) for base in bases)]
        for label, of in results.items()
    ]
    return table(head, rows)


def _cells(figures: Figures) -> list[str]:
    cpu, core = figures.cpu_us, figures.core
    spent = ["", ""] if cpu is None or core is None else [f"{cpu:,.0f}", f"{core:.0%}"]
    return [f"{figures.per_second:,.0f}", f"{figures.p50_ms:.2f}", f"{figures.p99_ms:.2f}", *spent]


def scale(by_variant: Mapping[str, Results], operation: str) -> str:
    """One operation: the figures of each variant on each graph, and how they compare with the smallest."""
    head = [f"**{operation}**", "graph", *FIGURES, "÷ smallest", "by CPU"]
    rows = []
    for label, results in by_variant.items():
        smallest = next(iter(results.values()))[operation]
        for graph, of in results.items():
            compared = [ratio(of[operation].over(smallest)), ratio(of[operation].cheaper(smallest))]
            rows.append([label, graph, *_cells(of[operation]), *compared])
    return table(head, rows)


def goals(found: Sequence[Found]) -> str:
    """The figures that have a goal, each beside its goal; a sentence where none was measured."""
    if not found:
        return "No two variants were measured that have a goal between them.\n"
    rows = [
        [each.what, ratio(each.figure), ratio(each.by_cpu), each.goal, "yes" if each.met else "**no**"]
        for each in found
    ]
    return table(["goal", "found", "by CPU", "wanted", "met"], rows)


def memory(peaks: Peaks) -> str:
    """The peak memory of each server, after all operations."""
    return table(["peak memory", "MB"], [[label, f"{peak:,.0f}"] for label, peak in peaks.items() if peak])


def plain(results: Results) -> dict[str, Any]:
    """Results for JSON: operations by subject, each with its medians and its rounds."""
    return {
        label: {
            name: {
                "requests_per_second": figures.per_second,
                "p50_ms": figures.p50_ms,
                "p99_ms": figures.p99_ms,
                "cpu_us": figures.cpu_us,
                "core": figures.core,
                "rounds": [asdict(load) for load in figures.loads],
            }
            for name, figures in of.items()
        }
        for label, of in results.items()
    }


def machine() -> dict[str, Any]:
    """What the figures were measured with."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return {
        "processor": models[0] if models else platform.processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "load": CLIENT,
        "packages": {name: version(name) for name in PACKAGES},
    }
