"""How well and fast the search finds what is known to be there: ``python -m bench.search_eval``; --help says more."""

import gc
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer
import uvloop

from bench import dataset, report
from bench.goals import Found
from bench.run import chosen, keep, show
from bench.search_engines import Engine, Measured, measure, plain, search
from bench.search_questions import HALVES, SETS, Asked, Document, asked, documents
from server import COLLECT

PLAIN, DATABASES = "plain FTS5", "sqlite,postgres"
WARM_UP = 100
QUALITY = {"MRR@10": "mrr", "recall@10": "recall", "NDCG@10": "ndcg"}
HEAD = ["questions", *QUALITY, "MRR ÷ plain", "empty", "p50 ms", "p99 ms", "p99 CPU ms"]
OVER_PLAIN, RECALL, EVEN, MOST_MS, MOST_SLOWER = 1.15, {"synonym": 0.9, "typo": 0.85}, 0.95, 30, 4
Questions = Mapping[str, Sequence[Asked]]
Results = dict[str, dict[str, Measured]]  # engine -> set of questions -> what it gave
app = typer.Typer(pretty_exceptions_enable=False)


@app.command()
def evaluate(
    half: Annotated[str, typer.Option(help="Which half of the articles: tuned or reported.")] = "reported",
    questions: Annotated[int, typer.Option(min=1, help="How many questions a set.")] = 1500,
    seed: Annotated[int, typer.Option(help="Which questions are drawn, and which errors are made.")] = 1,
    database: Annotated[str, typer.Option(help="sqlite, postgres, or both with a comma.")] = DATABASES,
    scale: Annotated[int, typer.Option(help="Also measure the corpus grown to so many articles, say 100000.")] = 0,
    examples: Annotated[int, typer.Option(min=0, help="How many missed and slow questions a set to print.")] = 0,
) -> None:
    """Ask the search what the corpus answers, on both databases, beside a plain FTS5; and compare it with the goals."""
    half, loaded = chosen(half, ",".join(HALVES))[0], os.getloadavg()
    corpus = documents(dataset.found())
    if scale and scale <= len(corpus):
        raise typer.BadParameter(f"--scale must be more than the {len(corpus):,} articles of the corpus")
    sets = asked(corpus, half, questions, seed)
    warm = asked(corpus, next(each for each in HALVES if each != half), WARM_UP, seed)
    results = {PLAIN: uvloop.run(_baseline(corpus, sets, warm))}
    for name in chosen(database, DATABASES):
        results |= _measured(name, scale, len(corpus), sets, warm)
    show(*(_table(results, each) for each in SETS))
    found = _goals(results, scale)
    show(_goal_table(found) if half == "reported" else "The goals are for the half that nothing was tuned on.\n")
    show(*_examples(results, examples))
    kept = {"half": half, "seed": seed, "scale": scale, "results": _plain(results)}
    keep(f"search-{half}", kept | {"goals": [asdict(each) for each in found], "load_average_before": loaded})


async def _baseline(corpus: Sequence[Document], sets: Questions, warm: Questions) -> dict[str, Measured]:
    return await _answered(PLAIN, plain(corpus), sets, warm)


def _measured(name: str, scale: int, size: int, sets: Questions, warm: Questions) -> Results:
    """What the search gives on a database with the corpus and, where a scale is given, on one that has grown to it."""
    with dataset.opened(name) as databases:
        urls = {name: dataset.corpus(databases).url}
        if scale:
            urls[_grown(name, scale)] = dataset.grown(databases, scale - size).url
        return {label: uvloop.run(_searched(label, url, sets, warm)) for label, url in urls.items()}


def _grown(name: str, scale: int) -> str:
    return f"{name}, {scale:,} articles"


async def _searched(label: str, url: str, sets: Questions, warm: Questions) -> dict[str, Measured]:
    async with search(url) as engine:
        return await _answered(label, engine, sets, warm)


async def _answered(label: str, engine: Engine, sets: Questions, warm: Questions) -> dict[str, Measured]:
    """What each set gives, after the questions to warm up with. Collections are as rare as in the server."""
    for questions in warm.values():
        await measure(engine, questions)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT)
    found = {}
    for name, questions in sets.items():
        before = time.monotonic()
        found[name] = await measure(engine, questions)
        took = time.monotonic() - before
        typer.echo(f"{label}: {len(questions):,} questions of the set {name} in {took:.0f} s", err=True)
    return found


def _table(results: Results, name: str) -> str:
    """A set of questions: what each engine gave."""
    base = results[PLAIN][name].mrr
    rows = [[label, *_cells(of[name], base)] for label, of in results.items()]
    return report.table([f"**{name}**: {SETS[name]}", *HEAD], rows)


def _cells(measured: Measured, base: float) -> list[str]:
    quality = [f"{getattr(measured, field):.4f}" for field in QUALITY.values()]
    times = [f"{each:.1f}" for each in (measured.p50_ms, measured.p99_ms, measured.p99_cpu_ms)]
    return [f"{len(measured.answers):,}", *quality, report.ratio(measured.mrr / base), f"{measured.empty:.2%}", *times]


def _goals(results: Results, scale: int) -> list[Found]:
    """The goals of the search, as far as what they are about was measured."""
    of = {name: results[name] for name in DATABASES.split(",") if name in results}
    base = results[PLAIN]["section"].mrr
    return [
        *(_least(f"section, MRR@10: {name} ÷ {PLAIN}", of[name]["section"].mrr / base, OVER_PLAIN) for name in of),
        *(_least(f"{kind}, recall@10: {name}", of[name][kind].recall, RECALL[kind]) for kind in RECALL for name in of),
        *(_most(f"empty answers: {name}", _empty(of[name]), 0) for name in of),
        *_even(of),
        *(_most(f"p99 ms of the slowest set: {name}", _slowest(of[name]), MOST_MS) for name in of),
        *(_most(*_slower(results, name, scale), MOST_SLOWER) for name in of if scale),
    ]


def _least(what: str, figure: float, goal: float) -> Found:
    return Found(what, figure, f"≥ {goal:g}", figure >= goal)


def _most(what: str, figure: float, goal: float) -> Found:
    return Found(what, figure, f"≤ {goal:g}", figure <= goal)


def _empty(of: Mapping[str, Measured]) -> int:
    return sum(answer.empty for measured in of.values() for answer in measured.answers)


def _even(of: Mapping[str, Mapping[str, Measured]]) -> Iterator[Found]:
    """The measure that PostgreSQL is furthest behind SQLite in."""
    if len(of) < 2:
        return
    ratios = {
        f"{kind}, {label}": getattr(of["postgres"][kind], field) / getattr(of["sqlite"][kind], field)
        for kind in SETS
        for label, field in QUALITY.items()
    }
    worst = min(ratios, key=ratios.__getitem__)
    yield _least(f"postgres ÷ sqlite, lowest of {len(ratios)} measures ({worst})", ratios[worst], EVEN)


def _slowest(of: Mapping[str, Measured]) -> float:
    return max(measured.p99_ms for measured in of.values())


def _slower(results: Results, name: str, scale: int) -> tuple[str, float]:
    label = _grown(name, scale)
    return f"p99 of the slowest set: {label} ÷ the corpus", _slowest(results[label]) / _slowest(results[name])


def _goal_table(found: Sequence[Found]) -> str:
    rows = [[each.what, f"{each.figure:.4g}", each.goal, "yes" if each.met else "**no**"] for each in found]
    return report.table(["goal", "found", "wanted", "met"], rows)


def _examples(results: Results, count: int) -> Iterator[str]:
    """For each engine and set, the first questions that were missed and those that took longest."""
    for label, of in results.items():
        for name, measured in of.items() if count else ():
            missed = [answer for answer in measured.answers if answer.place is None][:count]
            slow = sorted(measured.answers, key=lambda answer: -answer.ms)[:count]
            rows = [[answer.asked.text, answer.asked.reference, f"{answer.ms:.1f}"] for answer in missed]
            yield report.table([f"**{label}, {name}**: missed", "looked for", "ms"], rows)
            rows = [[answer.asked.text, str(answer.place or ""), f"{answer.ms:.1f}"] for answer in slow]
            yield report.table([f"**{label}, {name}**: slowest", "place", "ms"], rows)


def _plain(results: Results) -> dict[str, Any]:
    """Results for JSON: sets by engine."""
    figures = [*QUALITY.values(), "empty", "p50_ms", "p99_ms", "p99_cpu_ms"]
    return {
        label: {
            name: {"questions": len(measured.answers), **{each: getattr(measured, each) for each in figures}}
            for name, measured in of.items()
        }
        for label, of in results.items()
    }


if __name__ == "__main__":
    app()
