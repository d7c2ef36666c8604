"""Promises 1 and 2, by walking the schema at random: nothing leaves without its disclaimer, nothing hidden leaves."""

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import (
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from loaders.perspective import Audience
from loaders.rows import global_id
from schema.build import schema
from schema.execution import Executions

SCHEMA = schema._schema
WALKS = int(os.environ.get("CAVEAT_WALKS", "100"))  # on each database; more, and other ones, where it is set
FEW = "CAVEAT_WALKS" not in os.environ
DEEPEST = 5
LARGEST = 60  # fields of an operation
# What is always selected, so that every object which a walk meets says what it is.
ALWAYS = {"RichText": "text", "LinkEdge": "note", "Article": "title summary disclaimer { text }"}
ALWAYS |= dict.fromkeys(["Procedure", "Physician", "Topic", "Disclaimer"], "title summary")
NODES = ("topics", "authors", "medicalReviewers", "procedures", "performedBy", "broader", "ids")

# Words that stand in texts which only some may read, and nowhere else.
DRAFT, PAST, REFUSED = "zzdraft", "zzpast", "zzrefused"
SCOPES = ["content:preview", "content:history"]


class Walk:
    """An operation that is made up while it goes; what it selects is drawn from hypothesis."""

    def __init__(self, draw: Any, known: dict[str, list[str]], without: set[str]) -> None:
        self.draw, self.known, self.without = draw, known, without
        self.fields = 0

    def pick(self, options: Any) -> Any:
        return self.draw(st.sampled_from(list(options)))

    def selection(self, type_: GraphQLNamedType, depth: int) -> str:
        """What is selected of a type; an article always says its name and its disclaimer."""
        if is_abstract_type(type_):
            types = {
                "Article": SCHEMA.get_type("Article"),
                **{t.name: t for t in self.some(SCHEMA.get_possible_types(type_))},
            }
            parts = (f"... on {name} {self.selection(t, depth - 1)}" for name, t in types.items())
            return f"{{ __typename {' '.join(parts)} }}"
        assert isinstance(type_, GraphQLObjectType)
        fields = [self.field(name, field, depth) for name, field in self.some(self.ahead(type_, depth))]
        return f"{{ __typename {ALWAYS.get(type_.name, '')} {' '.join(fields)} }}"

    def some(self, options: Any) -> Any:
        ordered = list(options)
        return (
            self.draw(st.lists(st.sampled_from(ordered), min_size=min(2, len(ordered)), max_size=6, unique_by=str))
            if ordered
            else []
        )

    def ahead(self, type_: GraphQLObjectType, depth: int) -> Iterator[tuple[str, GraphQLField]]:
        """The fields that may still be selected: deep ones only where there is depth and room left."""
        for name, field in type_.fields.items():
            leaf = is_leaf_type(get_named_type(field.type))
            if (leaf or (depth > 0 and self.fields < LARGEST)) and name not in self.without:
                yield name, field

    def field(self, name: str, field: GraphQLField, depth: int) -> str:
        self.fields += 1
        alias, type_ = f"f{self.fields}", get_named_type(field.type)
        cheap = type_.name.endswith(("Connection", "Edge"))
        inner = "" if is_leaf_type(type_) else self.selection(type_, depth - (not cheap))
        return f"{alias}: {name}{self.arguments(name, field)} {inner}"

    def arguments(self, name: str, field: GraphQLField) -> str:
        """Arguments that a client could give, the slugs and ids of hidden nodes among them."""
        if "by" in field.args:
            return "(by: [KIND, TOPIC, AUTHOR, GENRE, LOCALE])"
        given: dict[str, Any] = {}
        if "slug" in field.args:
            way = self.pick(("slug", "id"))
            given[way] = self.pick(self.known["slugs" if way == "slug" else "ids"])
        elif "first" in field.args:
            given[self.pick([each for each in ("first", "last") if each in field.args])] = self.pick((1, 2))
        elif "id" in field.args:
            given["id"] = self.pick(self.known["ids"])
        elif "ids" in field.args:
            given["ids"] = self.some(self.known["ids"])
        elif "url" in field.args:
            given["url"] = f"/{self.pick(('en', 'es'))}/{self.pick(self.known['references'])}"
        if name == "changes":
            given["after"] = self.pick((0, 1, 9))
        if {"query", "prefix"} & field.args.keys():
            given |= {each: self.pick(self.known["words"]) for each in ("query", "prefix") if each in field.args}
        if "filter" in field.args and self.draw(st.booleans()):
            names = [each for each in NODES if each in get_named_type(field.args["filter"].type).fields]
            given["filter"] = {self.pick(names): [self.pick(self.known["ids"])]}
        return f"({', '.join(f'{name}: {literal(value)}' for name, value in given.items())})" if given else ""


def literal(value: Any) -> str:
    """A value as GraphQL writes it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {literal(each)}" for name, each in value.items()) + "}"
    return json.dumps(value)


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in an answer."""
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects(each)


async def live(make: Any, reference: str, title: str, *locales: str, **fields: Any) -> Any:
    """Something live in some locales; in others it is there only as a draft."""
    for locale in ("en", "es"):
        word = title if locale in locales else f"{title} {DRAFT}"
        made = await make.draft(reference, locale, title=word, summary=word, **fields)
        if locale in locales:
            await make.publish(made)
    return made


@pytest.fixture
async def known(make, clock) -> dict[str, list[str]]:
    """A graph with content in every state, whose parts all lead to one another; its slugs, ids and moments."""
    nodes = []
    await make.live("disclaimer/house", "es", title="Normas", text="Pregunte.")
    topics = ["knee", "hidden", "gone"]
    nodes.append(await live(make, "topic/knee", "Knee", "en", "es"))
    nodes.append(await make.draft("topic/hidden", title=DRAFT, broader=["knee"]))
    nodes.append(gone := await make.live("topic/gone", title=PAST, topics=["knee"], broader=["knee"]))
    nodes.append(await live(make, "physician/ana", "Ana", "en", "es", topics=topics))
    nodes.append(
        await live(make, "physician/bo", REFUSED, "en", shortBio=REFUSED, topics=topics, syndicationConsent=False)
    )
    people = ["ana", "bo"]
    nodes.append(
        await live(make, "procedure/scope", "Scope", "en", performedBy=people, topics=topics, medicalReviewers=people)
    )
    to = ["topic/hidden", "topic/gone", "physician/bo", "procedure/scope", "topic/knee", "disclaimer/house"]
    text = " ".join(f"See [it](caveat:{reference})." for reference in to)
    links = [{"kind": "RELATED", "target": reference, "heading": "More"} for reference in to]
    links.append({"kind": "SEE_ALSO", "url": "https://example.org/", "label": "Elsewhere"})
    roles = {
        "authors": people,
        "editors": ["bo"],
        "medicalReviewers": people,
        "procedures": ["scope"],
        "topics": topics,
    }
    said = {**roles, "links": links, "body": text, "sections": [{"heading": "More", "body": text}]}
    await make.live("article/changed-before", title=PAST, summary=PAST, **said)
    nodes.append(await live(make, "article/both", "Both", "en", "es", **said))
    nodes.append(await live(make, "article/english", "English", "en", **said))
    nodes.append(left := await make.live("article/left", title=PAST, **said))
    nodes.append(await make.draft("article/new", title=DRAFT, **said))
    at = {"status": "scheduled", "publishAt": "2030-01-01T00:00:00Z"}
    nodes.append(await make.draft("article/soon", title=DRAFT, **said, **at))
    moments = [clock.advance(hours=1).isoformat()]
    changed = await make.draft("article/changed-before", title="Changed", **said)
    nodes.append(await make.live("article/changed", title="Changed", id=changed.node, **said))
    ahead = {**said, "body": DRAFT, "links": [*links, {"kind": "NEXT_STEP", "target": "topic/knee", "note": DRAFT}]}
    await make.draft("article/both", title=DRAFT, alternativeTitle=DRAFT, **ahead)
    await make.withdraw(left, gone)
    moments.append(clock.advance(hours=1).isoformat())
    references = [f"{node.record.type.value}/{node.record.slug}" for node in nodes]
    return {
        "ids": [global_id(node.record.type.value.capitalize(), node.node) for node in nodes],
        "slugs": [*dict.fromkeys(node.record.slug for node in nodes), "changed-before", "house"],
        "references": references,
        "words": [
            "knee",
            "english",
            "both more",
            "scope",
            "ana",
            "zzdrat",
            "zzpas",
            "zzrefuse",
            "zzrefuzed",
            "zz",
            "se",
        ],
        "moments": [*moments, "2020-01-01T00:00:00Z"],
    }


@st.composite
def asked(draw: Any) -> tuple[Audience, dict[str, Any]]:
    """An audience, and a perspective that it may ask for."""
    scopes = frozenset({"content:read", *draw(st.sets(st.sampled_from(SCOPES)))})
    audience = Audience(scopes=scopes, partner=draw(st.booleans()))
    directive: dict[str, Any] = {"locale": draw(st.sampled_from(["en", "es"]))}
    if draw(st.booleans()):
        directive["fallback"] = draw(st.sampled_from([[], ["en"], ["es"]]))
    ways = [way for way, scope in [("preview", SCOPES[0]), ("asOf", SCOPES[1])] if scope in scopes]
    way = draw(st.sampled_from([None, *ways]))
    return audience, directive | ({} if way is None else {way: True})


@settings(
    max_examples=WALKS,
    deadline=None,
    database=None,
    derandomize=FEW,
    phases=[Phase.generate] if FEW else list(Phase),  # to shrink a failure takes minutes (2026-11)
    suppress_health_check=list(HealthCheck),
)
@given(asked=asked(), data=st.data())
async def test_no_walk_finds_an_article_without_its_disclaimer_or_what_it_may_not_see(
    api, known, unlimited, asked, data
):
    """Whatever an audience selects, there is no error, no bare article and no word that is not for it."""
    audience, directive = asked
    if "asOf" in directive:
        directive = directive | {"asOf": data.draw(st.sampled_from(known["moments"]))}
    without = set() if "content:history" in audience.scopes else {"history"}
    without |= {"search", "suggest"} if "asOf" in directive else set()
    without |= {"changes"} if {"asOf", "preview"} & directive.keys() else set()
    walk = Walk(data.draw, known, without)
    head = f"query @inContext({literal(directive)[1:-1]}) "
    operation = head + walk.selection(SCHEMA.query_type, DEEPEST)
    api.audience = audience
    api.executions = Executions(api.settings.model_copy(update=unlimited))

    answer = await api(operation)

    articles = [each for each in objects(answer) if each.get("__typename") == "Article"]
    assert [each for each in articles if not each["disclaimer"]["text"]] == []
    hidden = {DRAFT: "preview" not in directive, PAST: "asOf" not in directive, REFUSED: audience.partner}
    assert [word for word, is_hidden in hidden.items() if is_hidden and word in json.dumps(answer)] == []


async def test_the_walked_graph_has_all_that_must_be_hidden(api, known):
    """The words that the walk looks for are there for those who may see them: the walk can fail."""
    everything = (
        "{ articles { nodes { title links { nodes { ... on Content { title } } } } } physicians { nodes { title } } }"
    )
    heads = ["query @inContext(preview: true) ", f'query @inContext(asOf: "{known["moments"][0]}") ', "query "]

    found = [json.dumps(await api(head + everything)) for head in heads]

    assert [[word in text for word in (DRAFT, PAST, REFUSED)] for text in found] == [
        [True, False, True],
        [False, True, True],
        [False, False, True],
    ]
