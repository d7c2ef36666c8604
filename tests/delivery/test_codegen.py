"""Apps in other languages: their generators take our schema and operations, and what they generate is served.

Apollo iOS and Apollo Kotlin generate on machines of their own: here their rules stand in for them (generators.py).
"""

import asyncio
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.delivery.generators import files

ROOT = Path(__file__).parents[2]
OPERATIONS = ROOT / "examples" / "operations"
HARNESS = ROOT / "tests" / "clients" / "codegen"
CODEGEN = ROOT / "examples" / "offline" / "node_modules"  # GraphQL Code Generator and Vite, as apps have them
CLIENTS = ROOT / "tests" / "clients" / "node_modules"  # the rest
NODE = shutil.which("node")
VARIABLES: dict[str, dict[str, Any]] = {
    "GuideSync": {"after": "0", "first": 3},
    "GuidePage": {"slug": "knee-replacement"},
    "ArticlePage": {"slug": "considering-lumbar-fusion"},
    "PhysicianList": {"first": 2},
    "ContentSearch": {"words": "knee pain", "first": 10},
    "GuideScreenQuery": {"slug": "knee-replacement"},
    "PhysicianDirectoryQuery": {},
    "PhysicianDirectoryPageQuery": {"count": 2},
    "SearchScreenQuery": {"words": "knee pain", "first": 10},
    "SyncGuidesQuery": {"after": "0", "first": 3},
}

pytestmark = [
    pytest.mark.skipif(
        os.environ.get("CI") != "true"
        and not (NODE and all((modules / ".package-lock.json").exists() for modules in (CODEGEN, CLIENTS))),
        reason="make packages installs the generators, where npm (Node.js 20 or newer) is on PATH",
    ),
    pytest.mark.xdist_group("codegen"),  # the apps are built once
]


def node(modules: Path, command: str, cwd: Path, **environment: str) -> str:
    """What a command of a package wrote; it must go well."""
    words = command.split()
    program = [str(modules / ".bin" / words[0]), *words[1:]] if words[0] != "node" else words
    run = subprocess.run(
        program, cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True, check=False, timeout=120
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def project(folder: Path, page: str, modules: Path) -> Path:
    """A project as a page of the docs has it, with our schema and operations in it."""
    shutil.copytree(HARNESS, folder)
    shutil.copytree(OPERATIONS, folder / "operations", ignore=shutil.ignore_patterns("relay"))
    shutil.copy(ROOT / "schema.graphql", folder)
    (folder / "node_modules").symlink_to(modules)
    for name, text in files(page).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.fixture(scope="module")
def typescript(tmp_path_factory) -> Path:
    """An app as graphql-code-generator.md has it: generated, type-checked and bundled."""
    folder = project(tmp_path_factory.mktemp("apps") / "typescript", "graphql-code-generator.md", CODEGEN)
    (folder / "screens.ts").unlink()
    node(CODEGEN, "graphql-codegen --silent", folder)
    node(CODEGEN, "tsc", folder)
    node(CODEGEN, "vite build --ssr guides.ts --outDir built --logLevel warn", folder)
    return folder


@pytest.fixture(scope="module")
def relay(tmp_path_factory) -> Path:
    """An app as relay.md has it: generated, type-checked and bundled. It has Apollo's manifest too."""
    folder = project(tmp_path_factory.mktemp("apps") / "relay", "relay.md", CLIENTS)
    shutil.copytree(OPERATIONS / "relay", folder / "src", dirs_exist_ok=True)
    (folder / "guides.ts").unlink()
    (folder / "screens.ts").rename(folder / "src" / "screens.ts")
    (folder / "src" / "generated").mkdir()
    (folder / "generated").mkdir()
    (folder / "persisted_queries.json").write_text("{}")
    node(CLIENTS, "relay-compiler --noWatchman --output quiet-with-errors", folder)
    node(CLIENTS, "generate-persisted-query-manifest", folder)
    node(CLIENTS, "tsc", folder)
    node(CODEGEN, "vite build --ssr src/screens.ts --outDir built --logLevel warn", folder)
    return folder


@pytest.fixture
def practice(caveat, serve) -> str:
    """The URL of a server with the sample practice."""
    caveat("import", str(ROOT / "content"), "--format", "markdown").check_returncode()
    return str(serve().client.base_url.join("/graphql"))


@pytest.fixture
def app(caveat) -> Callable[[str, Path], str]:
    """Makes a client as the docs have apps do, which may ask the operations of a manifest alone; gives its token."""

    def run(name: str, manifest: Path) -> str:
        flags = ("--documents-only", "--public", "--policy", "REQUIRE")
        token = caveat("clients", "create", name, *flags).stdout.strip()
        pushed = caveat("operations", "push", str(manifest), "--client", name)
        assert pushed.returncode == 0, pushed.stderr
        return token

    return run


def documents(manifest: Path) -> dict[str, str]:
    """The ids of the operations in a manifest, by their names."""
    content = json.loads(manifest.read_text())
    if "operations" in content:
        return {operation["name"]: operation["id"] for operation in content["operations"]}
    return {match[1]: id for id, text in content.items() for match in re.finditer(r"query (\w+)", text)}


def names(folder: Path, pattern: str) -> set[str]:
    """The names of the operations in the examples."""
    return {name for path in folder.glob(pattern) for name in re.findall(r"^ *query (\w+)", path.read_text(), re.M)}


def test_each_generator_makes_a_manifest_of_all_operations(typescript, relay):
    """GraphQL Code Generator and Apollo's from the files; Relay from its modules, and the next pages of lists."""
    plain, tagged = names(OPERATIONS, "*.graphql"), names(OPERATIONS / "relay", "*.ts")

    assert set(documents(typescript / "generated" / "persisted-documents.json")) == plain
    assert set(documents(relay / "generated" / "apollo.json")) == plain
    assert set(documents(relay / "persisted_queries.json")) == tagged | {"PhysicianDirectoryPageQuery"}
    assert plain | tagged | {"PhysicianDirectoryPageQuery"} == set(VARIABLES)


def asked(url: str, token: str, id: str, name: str, **headers: str) -> httpx.Response:
    """The response to a stored operation, asked by its id with GET."""
    parameters = {"variables": json.dumps({"locale": "en", **VARIABLES[name]})}
    known = {"authorization": f"Bearer {token}", "accept": "application/graphql-response+json"}
    return httpx.get(f"{url}/{id}", params=parameters, headers=known | headers, timeout=30)


async def test_answers_have_the_types_that_were_generated(typescript, app, practice):
    """TypeScript reads each answer as what GraphQL Code Generator says of it; unchanged, it is a 304 the next time."""
    manifest = typescript / "generated" / "persisted-documents.json"
    token = app("app", manifest)

    answers, again = {}, set()
    for name, id in documents(manifest).items():
        response = asked(practice, token, id, name)
        assert "errors" not in response.json(), response.text
        answers[name] = response.json()["data"]
        again.add(asked(practice, token, id, name, **{"if-none-match": response.headers["etag"]}).status_code)

    lines = [f"export const its{name}: types.{name}Query = {json.dumps(data)}\n" for name, data in answers.items()]
    written = typescript / "answers.ts"
    written.write_text("import type * as types from './generated/graphql'\n" + "".join(lines))
    node(CODEGEN, "tsc", typescript)
    written.write_text(written.read_text().replace('"locale": "en"', '"locale": 7'))
    with pytest.raises(AssertionError, match="TS2322"):
        node(CODEGEN, "tsc", typescript)
    written.unlink()
    assert again == {304}
    assert all(str(value) not in ("None", "[]") for data in answers.values() for value in data.values())


async def test_apollo_ios_and_apollo_kotlin_are_answered(relay, app, practice):
    """What they send: the id among the extensions, by GET, an Accept of theirs, and what library they are."""
    manifest = relay / "generated" / "apollo.json"
    token = app("app", manifest)
    library = {"name": "apollo-ios", "version": "2.0.0"}
    accept = "multipart/mixed;deferSpec=20220824,application/graphql-response+json,application/json"

    def sent(name: str, id: str, **variables: str) -> httpx.Response:
        members = {
            "variables": {"locale": "en", **VARIABLES[name], **variables},
            "extensions": {"persistedQuery": {"version": 1, "sha256Hash": id}, "clientLibrary": library},
        }
        parameters = {"operationName": name, **{key: json.dumps(value) for key, value in members.items()}}
        return httpx.get(practice, params=parameters, headers={"authorization": f"Bearer {token}", "accept": accept})

    answers = {name: sent(name, id) for name, id in documents(manifest).items()}
    wrong = sent("GuideSync", documents(manifest)["GuideSync"], after="spoiled")
    behind = sent("GuideSync", documents(manifest)["GuideSync"], after="999")

    assert {name: answer.json().get("errors") for name, answer in answers.items()} == dict.fromkeys(answers)
    assert {answer.headers["content-type"].split(";")[0] for answer in (*answers.values(), wrong, behind)} == {
        "application/graphql-response+json"
    }
    assert (wrong.status_code, wrong.json()["errors"][0]["extensions"]["code"]) == (400, "BAD_CURSOR")
    assert (behind.status_code, behind.headers["retry-after"]) == (503, "1")


async def test_relay_finds_in_the_answers_all_that_its_artifacts_read(relay, app, practice):
    """Screens, a search, a list that grows, and all pages of a sync; with nothing that Relay would warn of."""
    token = app("app", relay / "persisted_queries.json")
    variables = {name: {"locale": "en", **each} for name, each in VARIABLES.items()}

    told = node(
        CLIENTS,
        "node built/screens.mjs",
        relay,
        CAVEAT_URL=practice,
        CAVEAT_TOKEN=token,
        CAVEAT_VARIABLES=json.dumps(variables),
    )

    assert json.loads(told) == {
        "status": dict.fromkeys(documents(relay / "persisted_queries.json"), "available"),
        "kept": len(list((ROOT / "content" / "procedure").glob("*.en.md"))),
        "complaints": [],
    }


@pytest.fixture
def device(typescript) -> Iterator[Callable[..., Callable[[str], Any]]]:
    """Starts the app of graphql-code-generator.md. Told a locale it syncs, and tells what its copy is then."""
    running: list[subprocess.Popen[str]] = []

    def start(url: str, token: str) -> Callable[[str], Any]:
        known = {**os.environ, "CAVEAT_URL": url, "CAVEAT_TOKEN": token}
        command = [NODE or "node", "built/guides.mjs"]
        process = subprocess.Popen(
            command, cwd=typescript, env=known, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        running.append(process)

        def sync(locale: str) -> Any:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(f"{locale}\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        return sync

    yield start
    for process in running:
        process.kill()
        process.communicate()


async def test_the_copy_of_the_docs_becomes_right_again(typescript, app, device, make, serve):
    """A snapshot of several pages; a change, a new disclaimer and a withdrawal with its reason; and nothing at all."""
    guides = [await make.live(f"procedure/guide-{n}") for n in range(45)]
    token, server = app("app", typescript / "generated" / "persisted-documents.json"), serve()
    sync = device(str(server.client.base_url.join("/graphql")), token)

    first = sync("en")
    await make.live("disclaimer/house", title="New rules")
    await make.live("procedure/guide-1", title="Changed")
    server.needs(await make.withdraw(guides[2], reason="Replaced by a newer guide."))
    server.ask("{ revision }")
    second = sync("en")
    third = sync("en")

    titles = {guide["slug"]: guide["title"] for guide in second["guides"]}
    assert first["gone"] == []
    assert {guide["notice"] for guide in first["guides"]} == {"House rules"}
    assert len(first["guides"]) == 45
    assert {guide["notice"] for guide in second["guides"]} == {"New rules"}
    assert second["gone"] == [{"because": "WITHDRAWN", "reason": "Replaced by a newer guide."}]
    assert (len(titles), titles["guide-1"]) == (44, "Changed")
    assert third == second


async def test_a_copy_survives_what_can_go_wrong(typescript, app, device, make, serve, caveat):
    """A cursor that is refused, a server that is behind, and a client that may see something else from now on."""
    await make.live("procedure/hip")
    token, server = app("app", typescript / "generated" / "persisted-documents.json"), serve()
    sync = device(str(server.client.base_url.join("/graphql")), token)

    first = sync("en")
    refused = sync("en r1-spoiled")
    behind = sync("en 999")
    caveat("clients", "update", "app", "--physicians", "none").check_returncode()
    other = behind
    for _ in range(100):  # servers take over a change of a client within a second
        if (other := sync("en 2"))["scope"] != first["scope"]:
            break
        await asyncio.sleep(0.05)

    assert first["guides"] == [{"slug": "hip", "title": "Hip", "notice": "House rules"}]
    assert refused == first
    assert behind == first | {"problem": "REVISION_NOT_REACHED"}
    assert other == first | {"scope": other["scope"]}
    assert other["scope"] != first["scope"]
