"""Promise 1, by operations made at random: whatever is asked, and however, no article leaves without its disclaimer."""

import itertools
import os
import random
import re
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from graphql import OperationDefinitionNode, get_named_type, is_abstract_type, parse, validate
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from delivery.answers import shown
from engine.arguments import Refused
from engine.compile import _beneath
from engine.selection import Selection
from loaders.perspective import Audience
from loaders.rows import global_id
from models import DisclaimerPolicy
from schema.build import schema
from schema.context import Context
from schema.execution import Executions
from schema.policy import NO_CONTENT, TERMS
from tests.schema.test_engine import EVERYTHING, Writer

SCHEMA = schema._schema
OPERATIONS = int(os.environ.get("CAVEAT_OPERATIONS", "200"))  # on each database
TEXTS = int(os.environ.get("CAVEAT_OPERATIONS", "600"))
GENERATED = {
    "deadline": None,
    "database": None,
    "derandomize": "CAVEAT_OPERATIONS" not in os.environ,
    "phases": [Phase.generate],
    "suppress_health_check": list(HealthCheck),
}
# Fields that lead to articles, and to their disclaimers, with the arguments that they need; others would add nothing.
NOBODY = global_id("Nothing", "01890000-0000-7000-8000-000000000001")
BY_ID = f'(id: "{NOBODY}")'
ROOTS = {
    "article": BY_ID, "articles": "", "node": BY_ID, "physicians": "", "content": '(url: "/")',
    "search": '(query: "x")', "suggest": '(prefix: "x")', "changes": "(after: 0)",
}  # fmt: skip
FIELDS = {
    "Query": list(ROOTS),
    "Article": ["title", "slug", "body", "authors", "links", "disclaimer", "disclaimer"],
    "Physician": ["title", "articles", "disclaimer"],
    "Content": ["title", "url"],
    "Node": ["id"],
    "Disclaimer": ["text", "text", "title", "body", "linkedFrom"],
    "RichText": ["html", "wordCount", "references"],
    "Connection": ["nodes", "edges"],
    "Edge": ["node"],
    "SearchEdge": ["node", "highlights", "disclaimer", "score"],
    "Highlight": ["field"],
    "Completion": ["node", "text", "disclaimer", "kind"],
    "Change": ["node", "node", "causes", "kind"],
    "ChangeCause": ["node", "revision"],
    "LinkTarget": [],
}
NARROWER = {
    "Node": ["Article", "Content", "Physician"],
    "Content": ["Article", "Article", "Node", "Disclaimer"],
    "LinkTarget": ["Article", "Content", "Disclaimer"],
    "Article": ["Content", "Node", "Article"],
    "Query": ["Query"],
}


class Merging:
    """Writes operations whose fields merge: few names, few aliases, fragments used over and over, many conditions."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.fragments: list[tuple[str, str, str]] = []
        for number in range(self.rng.randint(0, 4)):
            on = self.rng.choice(["Article", "Article", "Content", "Query"])
            self.fragments.append((f"F{number}", on, self.selection(on, 1)))

    def operation(self) -> str:
        """The text; only the fragments and variables that are used are in it."""
        text = self.selection("Query", 3)
        for name, on, body in reversed(self.fragments):
            if f"...{name} " in text:
                text += f" fragment {name} on {on} {body}"
        used = [f"${name}: Boolean!" for name in "abc" if f"${name})" in text]
        return f"query Q{'(' + ', '.join(used) + ')' if used else ''} {text}"

    def selection(self, on: str, depth: int) -> str:
        """A selection set, never empty."""
        parts = [part for _ in range(self.rng.randint(1, 3)) if (part := self.part(on, depth))]
        if on == "Article" and depth and self.rng.random() < 0.5:
            parts.append(f"disclaimer {self.condition()} {{ text {self.condition()} }}")
        return f"{{ {' '.join(parts or ['__typename'])} }}"

    def part(self, on: str, depth: int) -> str:
        """A field or a fragment."""
        fits = [name for name, of, _ in self.fragments if of in (on, *NARROWER.get(on, ()))]
        if fits and self.rng.random() < 0.25:
            return f"...{self.rng.choice(fits)} {self.condition()}"
        if on in NARROWER and depth and self.rng.random() < (0.2 if FIELDS[on] else 1):
            inner = self.rng.choice(NARROWER[on])
            return f"... on {inner} {self.condition()} {self.selection(inner, depth - 1)}"
        return self.field(on, depth)

    def field(self, on: str, depth: int) -> str:
        kind = on if on in FIELDS else next((each for each in ("Connection", "Edge") if on.endswith(each)), on)
        name = self.rng.choice(FIELDS[kind] or ["__typename"])
        if name == "__typename":
            return name
        type_ = get_named_type(SCHEMA.get_field(SCHEMA.get_type(on), name).type)
        inner = ""
        if type_.name in FIELDS or type_.name.endswith(("Connection", "Edge")):
            if depth <= 0:
                return ""
            inner = self.selection(type_.name, depth if kind in ("Connection", "Edge") else depth - 1)
        alias = self.rng.choice(["", "", "", f"x{name}: "])
        return f"{alias}{name}{ROOTS.get(name, '') if on == 'Query' else ''} {self.condition()} {inner}"

    def condition(self) -> str:
        if self.rng.random() < 0.7:
            return ""
        value = self.rng.choice(["$a", "$a", "$b", "$c", "true", "false"])
        return f"@{self.rng.choice(['skip', 'include', 'include'])}(if: {value})"


def read(text: str, policy: DisclaimerPolicy) -> Any:
    """The operation of a text; None where it is refused."""
    document = parse(text)
    assert validate(SCHEMA, document) == [], text
    (definition,) = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    try:
        return TERMS[policy, True, False].operation(SCHEMA, document, definition)[0]
    except Refused:
        return None


def bare(operation: Any) -> Iterator[tuple[dict[str, bool], Selection]]:
    """The articles without a disclaimer, for each choice of the variables: as graphql-core itself collects fields."""
    names = [each.variable.name.value for each in operation.definition.variable_definitions or ()]
    for values in itertools.product([True, False], repeat=len(names)):
        chosen = dict(zip(names, values, strict=True))
        plan = operation.plan(operation.variables(chosen))
        for column in plan.columns:
            for selection in _beneath(column.shape):
                if selection.type.name in NO_CONTENT and not is_covered(selection):
                    yield chosen, selection


def is_covered(bearer: Selection) -> bool:
    """Whether an article, or what is taken from one, has for some values no need of a disclaimer, or has one."""
    has = has_disclaimer(bearer)
    if bearer.type.name != "Article":
        has |= any(has_disclaimer(each) for each in beneath(bearer, "node") if each.type.name == "Article")
    return has or all(named(column) in NO_CONTENT[bearer.type.name] for column in bearer.columns)


def has_disclaimer(bearer: Selection) -> bool:
    """Whether the words of a disclaimer are selected beneath."""
    found = beneath(bearer, "disclaimer")
    has = any(named(column) == "text" for each in found for column in each.columns)
    return has or any(named(c) == "html" for each in found for body in beneath(each, "body") for c in body.columns)


def beneath(selection: Selection, name: str) -> list[Selection]:
    """What is selected beneath the fields of a name."""
    return [each for column in selection.columns if named(column) == name for each in _beneath(column.shape)]


def named(column: Any) -> str:
    return str(column.nodes[0].name.value)


@hypothesis_settings(max_examples=TEXTS, **GENERATED)
@given(seed=st.integers(0, 2**48))
def test_no_value_of_any_variable_leaves_an_article_bare(seed):
    """What ATTACH makes of a text covers every article that is then selected; so does what REQUIRE lets through."""
    text = Merging(seed).operation()

    attached, required = (read(text, policy) for policy in (DisclaimerPolicy.ATTACH, DisclaimerPolicy.REQUIRE))

    assert (required is None) == (attached.ours is not None)
    assert list(bare(attached)) == [], text
    assert required is None or list(bare(required)) == [], text


def test_the_texts_are_worth_reading():
    """Of two hundred, many are refused, many are let through with content, and many would leave articles bare."""
    texts = [Merging(seed).operation() for seed in range(300)]

    plain = [read(text, DisclaimerPolicy.REQUIRE) for text in texts]
    with_content = [text for text, operation in zip(texts, plain, strict=True) if operation and "title" in text]

    assert 100 < sum(operation is None for operation in plain) < 250
    assert len(with_content) > 20
    assert sum("@include(if: $" in text for text in texts) > 100
    assert sum("fragment F" in text for text in texts) > 50
    assert all(is_abstract_type(SCHEMA.get_type(name)) for name in ("Node", "Content", "LinkTarget"))


class Covering(Writer):
    """Writes any operation, and now and then an article's disclaimer in it, under conditions or none."""

    def selection(self, type_: Any, depth: int) -> str:
        written = super().selection(type_, depth)
        if type_.name in NO_CONTENT and self.chance(0.7):
            written = f"{written[:-1]} disclaimer {self.directive()} {{ text }} }}"
        return written


class Doors:
    """The front doors of a site, for clients of both policies, with both executors."""

    def __init__(self, api: Any) -> None:
        self._api = api
        self._executions = {
            engine: Executions(
                api.settings.model_copy(update={"engine": engine, "max_cost": 10**12, "stock_seconds": 60})
            )
            for engine in (True, False)
        }

    async def answer(self, policy: DisclaimerPolicy, engine: bool, text: str, variables: Any) -> bytes:
        """The answer, as it goes over the wire."""
        audience = Audience(scopes=EVERYTHING, policy=policy)
        context = Context(self._api.database, self._api.settings, audience, self._api.clock)
        result = await self._executions[engine](text, variables, context)
        errors = [shown(error) for error in result.errors or []]
        return orjson.dumps({"data": result.data, "errors": errors, "extensions": result.extensions or {}})


@pytest.fixture
async def marked(make):
    """Five articles that lead to one another; each has its own mark in all its texts, and another in its disclaimer."""
    await make.live("topic/knee")
    await make.live("physician/ana")
    slugs, ids = ["knee", "ana", "nothing"], []
    for n in range(5):
        word = f"zqa{n}x"
        await make.live(f"disclaimer/d{n}", title=f"Terms {n}", text=f"zqd{n}x")
        links = [{"kind": "RELATED", "target": "topic/knee", "note": "A note."}]
        links += [{"kind": "RELATED", "target": f"article/a{n - 1}"}] if n else []
        body = f"# {word}\n\n{word} on [it](caveat:topic/knee){f' and [that](caveat:article/a{n - 1})' if n else ''}."
        texts = dict.fromkeys(["title", "summary", "alternativeTitle", "creditText", "license", "changeNote"], word)
        texts |= {"body": body, "sections": [{"heading": word, "body": body}], "alternateNames": [word]}
        texts |= {"citations": [{"title": word, "authors": [word]}], "seo": {"title": word, "description": word}}
        relations = {"authors": ["ana"], "topics": ["knee"], "links": links, "disclaimer": f"d{n}"}
        made = await make.live(f"article/a{n}", **texts, **relations)
        slugs.append(f"a{n}")
        ids.append(global_id("Article", made.node))
    return {"slug": slugs, "id": [*ids, NOBODY], "words": ["zqa1x", "zqa3x knee", "zqa", "ana", "a note of nothing"]}


def strings(value: Any, around: tuple[dict[str, Any], ...] = ()) -> Iterator[tuple[str, tuple[dict[str, Any], ...]]]:
    """Every string in an answer, with the objects that it stands in, the outermost first."""
    if isinstance(value, str):
        yield value, around
    elif isinstance(value, list):
        for each in value:
            yield from strings(each, around)
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings(each, (*around, value))


def words_of(value: dict[str, Any]) -> str:
    """The words of an object: of the strings in it, and in the objects right beneath, such as rich text."""
    inner = [each for each in value.values() if isinstance(each, dict)]
    return " ".join(each for part in (value, *inner) for each in part.values() if isinstance(each, str))


def left_bare(answer: dict[str, Any], ids: list[str]) -> list[str]:
    """The texts of articles that stand in no object which has the article's disclaimer, and are not listed either."""
    listed = {
        (id, mark)
        for each in answer["extensions"].get("disclaimers", ())
        for id in each["ids"]
        for mark in re.findall(r"zqd(\d)x", each["text"])
    }
    found = []
    for text, around in strings(answer["data"]):
        for n in re.findall(r"zqa(\d)x", text):
            within = (child for each in around[1:] for child in each.values() if isinstance(child, dict))
            if (ids[int(n)], n) not in listed and not any(f"zqd{n}x" in words_of(child) for child in within):
                found.append(text)
    return found


@hypothesis_settings(max_examples=OPERATIONS, **GENERATED)
@given(seed=st.integers(0, 2**48))
async def test_no_answer_has_an_article_without_its_disclaimer(api, marked, seed):
    """Both executors give the same bytes, with ATTACH and with REQUIRE; no article in them is bare."""
    text, variables = Covering(seed, marked).operation()
    doors = Doors(api)

    attached, again = [await doors.answer(DisclaimerPolicy.ATTACH, engine, text, variables) for engine in (True, False)]
    required, too = [await doors.answer(DisclaimerPolicy.REQUIRE, engine, text, variables) for engine in (True, False)]

    assert (attached, required) == (again, too), text
    assert b"caveat_" not in attached + required
    answer, strict = orjson.loads(attached), orjson.loads(required)
    assert left_bare(answer, marked["id"]) == [], text
    codes = {error["extensions"]["code"] for error in strict["errors"]}
    if "DISCLAIMER_REQUIRED" in codes:
        assert (codes, strict["data"]) == ({"DISCLAIMER_REQUIRED"}, None)
    else:
        assert strict == answer, text
        assert answer["extensions"] == {}


async def test_the_answers_are_worth_looking_at(api, marked):
    """Of some hundred answers many carry disclaimers, and without these the articles in them are found bare."""
    doors, carried, found, strict = Doors(api), 0, 0, 0
    for seed in range(280):
        text, variables = Covering(seed, marked).operation()
        answer = orjson.loads(await doors.answer(DisclaimerPolicy.ATTACH, True, text, variables))
        carried += bool(answer["extensions"])
        found += bool(left_bare(answer | {"extensions": {}}, marked["id"]))
        strict += b'"errors":[]' in await doors.answer(DisclaimerPolicy.REQUIRE, True, text, variables)

    assert carried > 40
    assert found > 12
    assert strict > 20
