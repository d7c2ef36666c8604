"""Measuring: warm up, then rounds in which each subject takes a turn, so that noise on the machine hits all alike."""

import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.answers import Sizes, ask, of_floor, same, save
from bench.dataset import Dataset
from bench.figures import Figures, Results, Run
from bench.load import Load, put
from bench.operation import Operation, every_article, operations
from bench.serve import Server, Variant, caveat, floor

WARM_UP = 1.0  # seconds, after each answer has been asked for once


@dataclass(frozen=True)
class Effort:
    """How long to measure, and how hard to ask."""

    seconds: float
    rounds: int
    connections: int


@dataclass(frozen=True)
class Subject:
    """A server with the operations that it is asked for, and the sizes of its answers by operation."""

    label: str
    server: Server
    operations: Sequence[Operation]
    sizes: Mapping[str, Sizes]


def layers(variants: Sequence[Variant], dataset: Dataset, names: Sequence[str], effort: Effort) -> Run:
    """Variants side by side on one dataset. Raises SystemExit when they do not give the same answers."""
    with ExitStack() as stack:
        asked = _asked(dataset, names)
        real = {v.name: stack.enter_context(caveat(v, dataset.url)) for v in variants if not v.floor}
        if not real:
            raise SystemExit("The floors send the answers of a real variant: choose one beside them.")
        compared = {operation.name: same(list(real.values()), operation) for operation in asked}
        answers = {name: answer for name, (answer, _) in compared.items()}
        found = {label: {name: sizes[label] for name, (_, sizes) in compared.items()} for label in real}
        file = save(answers, Path(stack.enter_context(TemporaryDirectory())) / "answers.json")
        floors = {v.name: stack.enter_context(floor(v, file)) for v in variants if v.floor}
        for label, server in floors.items():
            found[label] = {each.name: of_floor(server, each, answers[each.name]) for each in asked}
        servers = real | floors
        subjects = [Subject(v.name, servers[v.name], asked, found[v.name]) for v in variants]
        return _run(subjects, names, effort, {name: len(answer.body) for name, answer in answers.items()})


def graphs(variant: Variant, datasets: Sequence[Dataset], names: Sequence[str], effort: Effort) -> Run:
    """One variant side by side on several datasets, whose names are the labels of its subjects."""
    with ExitStack() as stack:
        subjects: list[Subject] = []
        answer_bytes: dict[str, int] = {}
        for dataset in datasets:
            server, asked = stack.enter_context(caveat(variant, dataset.url)), _asked(dataset, names)
            compared = {operation.name: same([server], operation) for operation in asked}
            found = {name: sizes[variant.name] for name, (_, sizes) in compared.items()}
            subjects.append(Subject(dataset.name, server, asked, found))
            answer_bytes |= {f"{name}, {dataset.name}": len(answer.body) for name, (answer, _) in compared.items()}
        return _run(subjects, names, effort, answer_bytes)


def everything_served(variant: Variant, dataset: Dataset) -> float | None:
    """The peak memory of a server that has served each article once, in MB."""
    with caveat(variant, dataset.url) as server:
        ask(server, every_article(dataset.slugs))
        return server.peak_mb()


def _asked(dataset: Dataset, names: Sequence[str]) -> list[Operation]:
    return [operation for operation in operations(dataset.slugs) if operation.name in names]


def _run(subjects: Sequence[Subject], names: Sequence[str], effort: Effort, answer_bytes: dict[str, int]) -> Run:
    results = _measured(subjects, names, effort)
    return Run(results, answer_bytes, {subject.label: subject.server.peak_mb() for subject in subjects})


def _measured(subjects: Sequence[Subject], names: Sequence[str], effort: Effort) -> Results:
    """The figures of every subject for every operation."""
    loads: dict[str, dict[str, list[Load]]] = {s.label: {name: [] for name in names} for s in subjects}
    for turn in range(effort.rounds + 1):
        for name in names:
            for subject in subjects:
                load = _load(subject, name, effort, effort.seconds if turn else WARM_UP)
                if turn:
                    loads[subject.label][name].append(load)
                    _tell(f"round {turn} of {effort.rounds}: {name}, {subject.label}: {load.per_second:,.0f}/s")
    return {label: {name: Figures(tuple(each)) for name, each in of.items()} for label, of in loads.items()}


def _load(subject: Subject, name: str, effort: Effort, seconds: float) -> Load:
    operation = next(operation for operation in subject.operations if operation.name == name)
    return put(subject.server, operation, subject.sizes[name], effort.connections, seconds)


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
