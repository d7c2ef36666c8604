"""Promise 3: the engine's answer equals the stock executor's, byte for byte, whatever is asked."""

import asyncio
import os
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInterfaceType,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from cache import Cache
from delivery.answers import shown
from engine.counters import executions
from loaders.database import reading
from loaders.perspective import Audience
from loaders.rows import global_id
from publishing.database import opened
from publishing.importing import FORMATS, import_content
from schema.build import schema
from schema.context import Context
from schema.execution import Executions
from settings import Settings

ROOT = Path(__file__).parents[2]
OPERATIONS = int(os.environ.get("CAVEAT_OPERATIONS", "1000"))  # on each database
SCHEMA = schema._schema
LARGEST, DEEPEST = 25, 5
EVERYTHING = frozenset({"content:read", "content:preview", "content:history"})


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def practice(request, tmp_path_factory, unlimited):
    """The settings of a site that holds the sample practice; any cost is borne."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("practice") / "caveat.db"
        path.write_bytes(request.getfixturevalue("migrated_sqlite").read_bytes())
        url = f"sqlite://{path}?synchronous=OFF"
    else:
        server, name = request.getfixturevalue("postgres"), f"practice_{os.getpid()}"
        server.psql(f"CREATE DATABASE {name} TEMPLATE migrated")
        url = str(server.get_uri(name)).replace("postgresql://", "postgres://")
    settings = Settings(database_url=url, stock_seconds=600, **unlimited)

    async def load() -> None:
        async with opened(url):
            report = await import_content(ROOT / "content", FORMATS["markdown"], settings, who="test")
            assert report.problems == []

    asyncio.run(load())
    return settings


@dataclass
class Doors:
    """The three ways to execute: the engine, the engine on a graph cache, and the stock executor."""

    database: Any
    settings: Settings
    known: dict[str, list[str]]
    graph: Cache[Any] = field(default_factory=lambda: Cache(50_000_000))

    def __post_init__(self) -> None:
        self.engine = Executions(self.settings)
        self.stock = Executions(self.settings.model_copy(update={"engine": False}))

    async def answer(self, door: Executions, operation: str, variables: Any, graph: Cache[Any] | None) -> bytes:
        """The answer, as it goes over the wire."""
        context = Context(self.database, self.settings, Audience(scopes=EVERYTHING), graph=graph)
        result = await door(operation, variables, context)
        return orjson.dumps({"data": result.data, "errors": [shown(error) for error in result.errors or []]})


@pytest.fixture
async def doors(practice):
    """The doors to the sample practice, and the slugs and ids in it."""
    async with opened(practice.database_url), reading(practice.database_url) as database:
        lines = await database.fetch("SELECT kind, node_id, slug FROM edition ORDER BY slug", {})
        ids = [global_id(kind.capitalize(), str(node)) for kind, node, _ in lines]
        unknown = global_id("Nothing", str(UUID(int=7)))
        known = {"slug": [slug for *_, slug in lines] + ["nothing"], "id": [*ids, unknown]}
        yield Doors(database, practice, known)


WORDS = ["knee", "What helps against pain?", "Ana", "physcial therapy", "re", "rodilla", "nothing of the kind"]


class Writer:
    """Writes a random operation: fields, aliases, arguments, variables, fragments and directives."""

    def __init__(self, seed: int, known: dict[str, list[str]]) -> None:
        self.rng = random.Random(seed)
        self.known = known
        self.fields = 0
        self.variables: dict[str, tuple[str, Any]] = {}
        self.fragments: list[str] = []

    def operation(self) -> tuple[str, dict[str, Any]]:
        """The text and its variables."""
        body = self.selection(SCHEMA.query_type, DEEPEST)
        head = self.rng.choice(["", "", '@inContext(locale: "es")', "@inContext(preview: true)"])
        declared = ", ".join(f"${name}: {type_}" for name, (type_, _) in self.variables.items())
        text = f"query Q{f'({declared})' if declared else ''} {head} {body} {' '.join(self.fragments)}"
        return text, {name: value for name, (_, value) in self.variables.items()}

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def selection(self, type_: Any, depth: int) -> str:
        """A selection set on a type, never empty."""
        parts = ["__typename"] if self.chance(0.4) or is_abstract_type(type_) else []
        fields = list(getattr(type_, "fields", {}).items())
        usable = [(n, f) for n, f in fields if is_leaf_type(get_named_type(f.type)) or self.may_descend(depth)]
        self.rng.shuffle(usable)
        parts += [self.named(name, f, depth) for name, f in usable[: self.rng.randint(1, 4)]]
        if is_abstract_type(type_) and depth:
            possible = list(SCHEMA.get_possible_types(type_))
            interfaces = [i for p in possible for i in p.interfaces]
            parts += [self.fragment(on, depth - 1) for on in self.rng.sample(possible + interfaces, 2)]
        elif depth and self.chance(0.2):
            parts.append(self.fragment(self.rng.choice([type_, *getattr(type_, "interfaces", ())]), depth - 1))
        self.rng.shuffle(parts)
        return "{ " + " ".join(parts or ["__typename"]) + " }"

    def may_descend(self, depth: int) -> bool:
        return depth > 0 and self.fields < LARGEST

    def fragment(self, type_: Any, depth: int) -> str:
        """An inline or a named fragment on a type."""
        body = self.selection(type_, depth)
        if self.chance(0.6):
            return f"... on {type_.name} {self.directive()} {body}"
        name = f"F{len(self.fragments)}"
        self.fragments.append(f"fragment {name} on {type_.name} {body}")
        return f"...{name} {self.directive()}"

    def named(self, name: str, field: GraphQLField, depth: int) -> str:
        """A field, under an alias of its own so that none conflict."""
        self.fields += 1
        type_, alias = get_named_type(field.type), f"f{self.fields}"
        cheap = type_.name.endswith(("Connection", "Edge"))
        inner = "" if is_leaf_type(type_) else self.selection(type_, depth - (not cheap))
        return f"{alias}: {name}{self.arguments(field)} {self.directive()} {inner}"

    def directive(self) -> str:
        """Nothing, or @skip and @include with a literal or a variable."""
        if not self.chance(0.15):
            return ""
        value = self.rng.choice(["true", "false", "$"])
        value = self.variable("Boolean!", self.chance(0.5)) if value == "$" else value
        return f"@{self.rng.choice(['skip', 'include'])}(if: {value})"

    def variable(self, type_: str, value: Any) -> str:
        name = f"v{len(self.variables)}"
        self.variables[name] = (type_, value)
        return f"${name}"

    def arguments(self, field: GraphQLField) -> str:
        """Arguments that a client could give, most of them good."""
        chosen = [name for name, a in field.args.items() if is_non_null_type(a.type) and name != "orderBy"]
        if {"slug", "id"} <= field.args.keys():
            chosen = [self.rng.choice(["slug", "id"])]
        chosen += [n for n in ("kinds", "orderBy", "filter") if n in field.args and self.chance(0.3)]
        sizes = [name for name in ("first", "last") if name in field.args]
        chosen += [self.rng.choice(sizes)] if sizes else []
        given = [f"{name}: {self.value(name, field.args[name].type)}" for name in chosen]
        return f"({', '.join(given)})" if given else ""

    def value(self, name: str, type_: Any) -> str:
        """A value for an argument: a literal, or a variable of the same type."""
        named, value = get_named_type(type_), self.plain(name, type_)
        if self.chance(0.4):
            return self.variable(str(type_), value)
        if isinstance(named, GraphQLEnumType):
            return f"[{', '.join(value)}]" if isinstance(value, list) else value
        if isinstance(value, dict):
            return "{" + ", ".join(f"{k}: {orjson.dumps(v).decode()}" for k, v in value.items()) + "}"
        return orjson.dumps(value).decode()

    def plain(self, name: str, type_: Any) -> Any:
        named = get_named_type(type_)
        if isinstance(named, GraphQLEnumType):
            one = self.rng.choice(list(named.values))
            return [one] if is_list_type(get_nullable_type(type_)) else one
        if named.name == "Revision":
            return self.rng.choice([0, 0, 1, "2"])
        if name in ("query", "prefix"):
            return self.rng.choice(self.known.get("words", WORDS))
        if name == "filter" and "slugs" not in named.fields:
            return self.rng.choice([{}, {"topics": self.some("id")}, {"authors": self.some("id")}])
        if name == "filter":
            return self.rng.choice([{}, {"slugs": self.some("slug")}, {"ids": self.some("id")[:1]}])
        if name in ("first", "last"):
            return self.rng.choice([0, 1, 2, 3, 3, 5, 101 if self.chance(0.05) else 2])
        if name == "ids":
            return self.some("id")
        return f"/en/article/{self.rng.choice(self.known['slug'])}" if name == "url" else self.some(name)[0]

    def some(self, name: str) -> list[str]:
        return self.rng.sample(self.known["slug" if name in ("slug", "slugs") else "id"], 3)


@hypothesis_settings(
    max_examples=OPERATIONS,
    deadline=None,
    database=None,
    derandomize=OPERATIONS <= 1000,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(seed=st.integers(0, 2**48))
async def test_the_engine_answers_as_the_stock_executor_does(doors, seed):
    """Any operation gives the same bytes from the engine, from the engine on a warm graph cache, and from stock."""
    operation, variables = Writer(seed, doors.known).operation()

    engine = await doors.answer(doors.engine, operation, variables, None)
    first = await doors.answer(doors.engine, operation, variables, doors.graph)
    again = await doors.answer(doors.engine, operation, variables, doors.graph)
    stock = await doors.answer(doors.stock, operation, variables, None)

    assert engine == stock, operation
    assert first == stock, operation
    assert again == stock, operation


async def test_the_operations_are_answered_by_the_engine(doors):
    """The comparison means something: of a hundred operations none falls back, and nearly all have data."""
    before, empty = executions.copy(), 0

    for seed in range(100):
        operation, variables = Writer(seed, doors.known).operation()
        empty += b'"data":null' in await doors.answer(doors.engine, operation, variables, None)

    assert executions - before == {"engine": 100 - empty}
    assert empty < 20


def test_the_writer_writes_what_it_says():
    """Fragments on interfaces and unions, aliases, variables and directives all come, and come often."""
    texts = [Writer(seed, {"slug": ["a", "b", "c"], "id": ["d", "e", "f"]}).operation()[0] for seed in range(200)]

    interfaces = [name for name, type_ in SCHEMA.type_map.items() if isinstance(type_, GraphQLInterfaceType)]
    for word in (
        "@skip",
        "@include",
        "fragment F",
        "$v",
        "edges",
        "linkedFrom",
        *(f"on {name}" for name in interfaces),
    ):
        assert sum(word in text for text in texts) > 5, word
