"""Runs graphql-core's own tests twice, against its own executor and against the engine, and compares test by test.

The tests are those of the source distribution of the very version that is installed. ``exceptions.toml`` lists the
tests that come out differently, each with its reason; the list may only shrink.
"""

import json
import os
import subprocess
import sys
import tarfile
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[2]
FOLDER = Path(sys.prefix) / "conformance"
FEWEST_TESTS, FEWEST_EXECUTIONS = 1_000, 300
# Every test that executes operations, but for the benchmarks.
TESTS = [
    "execution", "test_docs.py", "test_graphql.py", "test_star_wars_introspection.py", "test_star_wars_query.py",
    "test_user_registry.py", "pyutils/test_description.py", "type/test_custom_scalars.py", "type/test_enum.py",
    "type/test_introspection.py", "utilities/test_build_ast_schema.py", "utilities/test_build_client_schema.py",
    "utilities/test_extend_schema.py", "utilities/test_introspection_from_schema.py",
]  # fmt: skip
OPTIONS = ["asyncio_mode=strict", "python_classes=PyTest*", "timeout=100"]  # as graphql-core's own settings have them


def main() -> int:
    """Run, compare, and say what differs; 1 where something does that should not, or where too little ran."""
    sources = downloaded(version("graphql-core"))
    stock, engine = outcomes(sources, "stock"), outcomes(sources, "engine")
    exceptions = tomllib.loads((HERE / "exceptions.toml").read_text())
    agreeing, problems = compared(stock["outcomes"], engine["outcomes"], exceptions)
    answered = engine["executions"].get("engine", 0)
    if len(stock["outcomes"]) < FEWEST_TESTS:
        problems.append(f"{len(stock['outcomes'])} tests were collected, of {FEWEST_TESTS} at the least")
    if answered < FEWEST_EXECUTIONS:
        problems.append(f"the engine answered {answered} executions, of {FEWEST_EXECUTIONS} at the least")
    fallbacks = sum(engine["executions"].values()) - answered
    print(f"The engine answered {answered} executions and left {fallbacks} to the stock executor.")
    print(f"{len(exceptions)} tests are excepted, see exceptions.toml.")
    print(*(f"{each}\n" for each in problems), sep="", end="")
    print(f"{agreeing} passed, {len(problems)} failed")
    return 1 if problems else 0


def downloaded(release: str) -> Path:
    """The root of graphql-core's sources, downloaded once."""
    root = FOLDER / f"graphql_core-{release}"
    if not root.exists():
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        wanted = ["--no-binary", "graphql-core", "--dest", str(FOLDER), f"graphql-core=={release}"]
        subprocess.run([*pip, *wanted], check=True)
        with tarfile.open(f"{root}.tar.gz") as archive:
            archive.extractall(FOLDER, filter="data")
    return root


def outcomes(sources: Path, executor: str) -> dict[str, Any]:
    """How each test came out with an executor, and what the engine's counters say."""
    report = FOLDER / f"{executor}.json"
    report.unlink(missing_ok=True)
    settings = [part for option in OPTIONS for part in ("-o", option)]
    plugin = ["-p", "plugin", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", "."]
    environment = {
        "PYTHONPATH": os.pathsep.join(map(str, (HERE, CHECKOUT))),
        "CAVEAT_CONFORMANCE": executor,
        "CAVEAT_CONFORMANCE_REPORT": str(report),
    }
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *plugin, *settings, *(f"tests/{each}" for each in TESTS)],
        cwd=sources,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode > 1 or not report.exists():  # tests may fail, what runs them may not
        sys.exit(run.stdout + run.stderr)
    found: dict[str, Any] = json.loads(report.read_text())
    return found


def compared(stock: dict[str, str], engine: dict[str, str], reasons: dict[str, str]) -> tuple[int, list[str]]:
    """How many tests come out the same, and what is wrong with the others, a line each."""
    tests = stock.keys() | engine.keys()
    differing = {test for test in tests if stock.get(test) != engine.get(test)}
    unexpected = [f"{test}: {stock.get(test)}, with the engine {engine.get(test)}" for test in differing - set(reasons)]
    stale = [f"{test}: comes out the same now, strike it from exceptions.toml" for test in set(reasons) - differing]
    return len(tests) - len(differing), sorted(unexpected + stale)


if __name__ == "__main__":
    sys.exit(main())
