"""How the code is laid out: imports go down the list of rooms, files and functions stay small."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# Imports go down this list only (DESIGN.md, "Rooms"); migrations and models are of one room.
ROOMS = [
    "cli", "server", "delivery", "schema", "publishing", "loaders", "engine", "migrations", "models", "cache",
    "settings", "errors",
]  # fmt: skip
LONGEST_FILE, LONGEST_FUNCTION = 300, 40
GENERATED = {"migrations/0001_initial.py"}


def sources() -> list[Path]:
    """Every file of the rooms."""
    files = [file for room in ROOMS for file in [*(ROOT / room).rglob("*.py"), ROOT / f"{room}.py"]]
    return sorted(file for file in files if file.is_file() and str(file.relative_to(ROOT)) not in GENERATED)


def room(file: Path) -> str:
    """The room of a file."""
    return file.relative_to(ROOT).parts[0].removesuffix(".py")


def imported(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """The first names of everything that a file imports, ``strawberry.lazy("schema.article")`` left out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name.partition(".")[0], node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0], node.lineno


def test_imports_go_down_the_list_of_rooms():
    """Nothing imports a room above its own."""
    upward = [
        f"{file.relative_to(ROOT)}:{line} imports {name}"
        for file in sources()
        for name, line in imported(ast.parse(file.read_text()))
        if name in ROOMS and ROOMS.index(name) < ROOMS.index(room(file))
    ]

    assert upward == []


def test_imports_stand_at_the_top_of_the_file():
    """No function imports: a cycle is broken by strawberry.lazy, or by moving what makes it."""
    inside = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in sources()
        for function in ast.walk(ast.parse(file.read_text()))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert inside == []


def test_models_hold_tables_and_nothing_else():
    """The models know Tortoise, and none of the web or of GraphQL."""
    foreign = {"strawberry", "graphql", "starlette", "uvicorn", "orjson"}
    found = {name for file in sources() if room(file) == "models" for name, _ in imported(ast.parse(file.read_text()))}

    assert found & foreign == set()


def test_files_are_short():
    """A file has 300 lines at the most."""
    long = {str(f.relative_to(ROOT)): n for f in sources() if (n := len(f.read_text().splitlines())) > LONGEST_FILE}

    assert long == {}


def test_functions_are_short():
    """A function has 40 lines at the most, its docstring included."""
    long = {
        f"{file.relative_to(ROOT)}:{node.name}": length
        for file in sources()
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_FUNCTION
    }

    assert long == {}


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "core", "services", "types", "http", "queue", "token"])
def test_no_file_has_a_name_that_says_nothing_or_is_pythons_own(name):
    """A function without a home does not have its name yet; a module named like one of Python's hides it."""
    assert [file for file in sources() if file.stem == name or room(file) == name] == []


def test_public_functions_say_what_they_do():
    """Every module and every public function and class of the rooms has a docstring, the GraphQL types apart."""
    bare = []
    for file in sources():
        tree = ast.parse(file.read_text())
        if ast.get_docstring(tree) is None:
            bare.append(str(file.relative_to(ROOT)))
        for node in tree.body:
            public = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name[0] != "_"
            described = public and any("strawberry" in ast.unparse(each) for each in node.decorator_list)
            described |= room(file) == "migrations"  # Tortoise's form: the module says what it does
            if public and not described and ast.get_docstring(node) is None:
                bare.append(f"{file.relative_to(ROOT)}:{node.name}")

    assert bare == []
