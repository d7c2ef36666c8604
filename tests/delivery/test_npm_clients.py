"""The server as clients of others see it (npm): graphql-http's audits, Apollo Client, urql and graphql-request."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
CLIENTS = ROOT / "tests" / "clients"
LOCKS = [path for place in ("tests/*", "embeds", "examples/*") for path in ROOT.glob(f"{place}/package-lock.json")]
NPM = shutil.which("npm")
FILES = {f"{path.stem}.js" for path in CLIENTS.glob("*.test.ts")}
MANIFESTS = {"apollo": "apollo.json", "codegen": "persisted-documents.json", "relay": "relay.json"}
NAMES = {
    "web": (),
    "strict": ("--policy", "REQUIRE"),
    "poor": ("--budget", "1"),
    **dict.fromkeys(MANIFESTS, ("--documents-only",)),
}

pytestmark = pytest.mark.skipif(
    os.environ.get("CI") != "true" and not (NPM and (CLIENTS / "node_modules" / ".package-lock.json").exists()),
    reason="make packages installs the npm clients, where npm (Node.js 20 or newer) is on PATH",
)


def npm(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run npm in a folder."""
    assert NPM is not None, "npm (Node.js 20 or newer) is not on PATH"
    return subprocess.run(
        [NPM, "--silent", *arguments],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture(scope="module")
def clients(tmp_path_factory) -> Path:
    """The clients, with code and manifests generated for our schema, and their types checked."""
    folder = tmp_path_factory.mktemp("clients") / "clients"
    shutil.copytree(CLIENTS, folder, ignore=shutil.ignore_patterns("node_modules"))
    shutil.copy(ROOT / "schema.graphql", folder)
    (folder / "node_modules").symlink_to(CLIENTS / "node_modules")

    built = npm("run", "build", cwd=folder)

    assert built.returncode == 0, built.stdout + built.stderr
    return folder


def told(run: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    """What each test of a run told."""
    return [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]


async def test_clients_of_others_are_served(clients, caveat, serve, subtests):
    """They query, page, use persisted and trusted documents, and get typed errors; and all audits pass."""
    caveat("import", str(ROOT / "content"), "--format", "markdown").check_returncode()
    tokens = {name: caveat("clients", "create", name, *flags).stdout.strip() for name, flags in NAMES.items()}
    for name, manifest in MANIFESTS.items():
        pushed = caveat("operations", "push", str(clients / "generated" / manifest), "--client", name)
        assert pushed.returncode == 0, pushed.stderr
    url = str(serve().client.base_url.join("/graphql"))

    run = npm("test", cwd=clients, CAVEAT_URL=url, CAVEAT_TOKENS=json.dumps(tokens))

    tests = told(run)
    for test in tests:
        with subtests.test(f"{Path(test['file']).stem}: {test['name']}"):
            assert test["problem"] is None, test["problem"]
    assert {Path(test["file"]).name for test in tests} == FILES
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("lock", sorted(LOCKS), ids=lambda path: path.parent.name)
def test_locks_name_no_registry(lock):
    """Packages come from whichever registry npm is told to use, and are known by their hashes."""
    packages = json.loads(lock.read_text())["packages"]

    del packages[""]
    assert [name for name, package in packages.items() if "resolved" in package or "integrity" not in package] == []
