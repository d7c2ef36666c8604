"""The benchmark's commands: ``python -m bench.run corpus`` and ``python -m bench.run scale``; --help says more."""

import json
import os
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from bench import dataset, goals, report
from bench.figures import Run
from bench.measure import Effort, everything_served, graphs, layers
from bench.serve import DEFAULTS, LAYERS, VARIANTS

OPERATIONS = "page,article,bio,guide"
ALL = ",".join(VARIANTS)
FLOORLESS = ",".join(variant.name for variant in LAYERS)
Seconds = Annotated[int, typer.Option(min=1, help="How long each measurement takes.")]
Rounds = Annotated[int, typer.Option(min=1, help="How often each measurement is taken; the median is reported.")]
Connections = Annotated[int, typer.Option(min=1, help="How many connections ask at once.")]
Operations = Annotated[str, typer.Option(help="Which operations, separated by commas.")]
Variants = Annotated[str, typer.Option(help="Which variants, separated by commas.")]
Database = Annotated[str, typer.Option(help="sqlite or postgres.")]
app = typer.Typer(help="What a request costs, layer by layer.", no_args_is_help=True, pretty_exceptions_enable=False)


@app.command()
def corpus(
    seconds: Seconds = 3,
    rounds: Rounds = 3,
    connections: Connections = 8,
    operations: Operations = OPERATIONS,
    variants: Variants = ALL,
    database: Database = "sqlite",
    memory: Annotated[bool, typer.Option(help="Also serve every article once, and see what a worker holds.")] = True,
) -> None:
    """Every layer on the corpus: throughput, latency, the ratios between them, and peak memory."""
    names, labels = chosen(operations, OPERATIONS), chosen(variants, ALL)
    effort, loaded = Effort(seconds, rounds, connections), os.getloadavg()
    with ExitStack() as stack:
        data = dataset.corpus(stack.enter_context(dataset.opened(chosen(database, "sqlite,postgres")[0])))
        run = layers([VARIANTS[label] for label in labels], data, names, effort)
        peak = everything_served(DEFAULTS, data) if memory else None
    found = [*goals.of_layers(run.results), *goals.of_memory(peak)]
    show(report.legend(), *(report.layers(run.results, name, run.answer_bytes[name]) for name in names))
    show(report.memory(run.peak_mb | {"corpus served, caches at their defaults": peak}), report.goals(found))
    kept = plain(run) | {"corpus_served_peak_mb": peak, "goals": [asdict(each) for each in found]}
    keep(f"corpus-{database}", kept | {"effort": asdict(effort), "load_average_before": loaded})


@app.command()
def scale(
    counts: Annotated[str, typer.Option(help="How many articles, separated by commas.")] = "1000,100000",
    seconds: Seconds = 3,
    rounds: Rounds = 3,
    connections: Connections = 8,
    operations: Operations = OPERATIONS,
    variants: Variants = FLOORLESS,
    database: Database = "sqlite",
) -> None:
    """How every figure changes with the number of articles. Making the larger databases takes minutes, once."""
    names, labels = chosen(operations, OPERATIONS), chosen(variants, FLOORLESS)
    effort, loaded = Effort(seconds, rounds, connections), os.getloadavg()
    with ExitStack() as stack:
        databases = stack.enter_context(dataset.opened(chosen(database, "sqlite,postgres")[0]))
        datasets = [dataset.scale(databases, count) for count in sorted(int(count) for count in counts.split(","))]
        runs = {label: graphs(VARIANTS[label], datasets, names, effort) for label in labels}
    results = {label: run.results for label, run in runs.items()}
    found = goals.of_scale(results, [data.name for data in datasets])
    peaks = {f"{label}, {graph}": peak for label, run in runs.items() for graph, peak in run.peak_mb.items()}
    show(report.legend(), *(report.scale(results, name) for name in names), report.memory(peaks), report.goals(found))
    kept = {"variants": {label: plain(run) for label, run in runs.items()}, "goals": [asdict(each) for each in found]}
    keep(f"scale-{database}", kept | {"effort": asdict(effort), "load_average_before": loaded})


def show(*parts: str) -> None:
    """Print the parts of a report."""
    for part in parts:
        typer.echo(part)


def plain(run: Run) -> dict[str, Any]:
    """A run for JSON."""
    return {"results": report.plain(run.results), "answer_bytes": run.answer_bytes, "peak_mb": run.peak_mb}


def chosen(given: str, known: str) -> list[str]:
    """The names in a list with commas. Raises BadParameter for one that is not known."""
    names = [name.strip() for name in given.split(",") if name.strip()]
    if not names or not set(names) <= set(known.split(",")):
        raise typer.BadParameter(f"{given!r}: choose from {known}")
    return [name for name in known.split(",") if name in names]


def keep(name: str, result: dict[str, Any]) -> None:
    """Write a result as JSON, and say where."""
    now = datetime.now(UTC)
    path = dataset.RESULTS / f"{name}-{now:%Y%m%dT%H%M%SZ}.json"
    path.write_text(json.dumps({"at": now.isoformat(), "machine": report.machine(), **result}, indent=2) + "\n")
    typer.echo(f"Written to {path.relative_to(dataset.ROOT)}.")


if __name__ == "__main__":
    app()
