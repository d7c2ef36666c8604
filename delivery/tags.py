"""Cache tags: what answers name themselves by to a CDN, and what a release purges there.

Tags are letters, digits and dashes: Fastly separates them by spaces, Cloudflare by commas and without regard to case.

| tag | on answers | purged by |
| --- | --- | --- |
| ``n-…`` | that show a node | each publication of the node |
| ``e-article`` | that lead to nodes of a kind, one by one | one that appears, goes, or moves to another page |
| ``k-article`` | that list nodes of a kind, or count them | each publication of the kind |
| ``revision`` | that say the revision, or what changed | each release |
| ``caveat`` | all | a release that is too large to name its nodes |
"""

from base64 import b32encode
from collections.abc import Iterable, Iterator

from graphql import GraphQLObjectType, get_named_type, is_abstract_type, is_composite_type

from engine.plan import Plan
from engine.selection import Column
from loaders.rows import Row
from loaders.search.fields import SEARCHED
from models import Kind
from schema.build import schema
from schema.link import links_from

ALL = "caveat"
"""The tag of every answer."""
REVISION = "revision"
LONGEST = 4_000
"""Bytes that the header may have: proxies take 8,000 for all headers together. Beyond it, kinds stand for nodes."""
KINDS = {kind.value.capitalize(): kind for kind in Kind}
EVERY_KIND = frozenset(Kind)
CHOSEN = frozenset({"suggest", "suggestions"})
"""Fields whose nodes are chosen among all: any that is published can come to stand in them."""
MOVING = frozenset({"revision", "changes"})
"""Fields of Query that answer otherwise after each release."""
TEXTS = frozenset({"html", "blocks", "references"})


def node_tag(node_id: str) -> str:
    """The tag of answers that show a node, by its UUID: ``n-`` and 26 letters and digits."""
    return "n-" + b32encode(bytes.fromhex(node_id.replace("-", ""))).decode().rstrip("=").lower()


def kind_tag(kind: str) -> str:
    """The tag of answers that any node of a kind could come to stand in: lists, and totals."""
    return f"k-{kind}"


def existence_tag(kind: str) -> str:
    """The tag of answers that lead to nodes of a kind by links or names, of which one may not be there yet."""
    return f"e-{kind}"


def answer_tags(plan: Plan, met: Iterable[object] | None) -> list[str]:
    """The tags of an answer: of what it is made of, and of what could come into it.

    ``met`` is None where it is not known what it is made of: then it may be all that the plan can lead to.
    """
    coming = dict.fromkeys(tag for column in plan.columns for tag in _coming(column))
    if met is not None:
        nodes = dict.fromkeys(node_tag(row.node_id) for row in met if isinstance(row, Row))
        tags = [ALL, *coming, *nodes]
        if len(",".join(tags)) <= LONGEST:
            return tags
    lasting = (tag for tag in coming if tag == REVISION)
    shown = {kind for column in plan.columns for kind in _kinds(column.field.type)} | {Kind.DISCLAIMER}
    texts = any(column.nodes[0].name.value in TEXTS for column in plan.columns)
    return [ALL, *lasting, *(kind_tag(kind) for kind in sorted(EVERY_KIND if texts else shown))]


def _coming(column: Column) -> Iterator[str]:
    """The tags of what could come into a column."""
    name, kinds = column.nodes[0].name.value, _kinds(column.field.type)
    if name == "jsonLd":  # it is made of more than what is met
        yield from map(kind_tag, sorted(EVERY_KIND))
    elif name in TEXTS:
        yield from map(existence_tag, sorted(EVERY_KIND))
    elif name in CHOSEN:
        yield from map(kind_tag, sorted(SEARCHED))
    elif name in MOVING and column.parent_type.name == "Query":
        yield REVISION
    elif column.parent_type.name.endswith(("Connection", "Edge")):
        return  # its connection has them
    elif get_named_type(column.field.type).name.endswith("Connection") and not _bears(column):
        yield from map(kind_tag, sorted(kinds))
    else:
        yield from map(existence_tag, sorted(kinds))


def _bears(column: Column) -> bool:
    """Whether the parents bear the links that lead on from them: then no other node can add one."""
    return column.batch is not None and column.batch.load is links_from


def _kinds(type_: object) -> frozenset[Kind]:
    """The kinds of the nodes that are of a type, or in connections of it."""
    named = get_named_type(type_)  # type: ignore[call-overload]
    if isinstance(named, GraphQLObjectType) and named.name.endswith("Connection"):
        return _kinds(named.fields["nodes"].type)
    if not is_composite_type(named):
        return frozenset()
    types = schema._schema.get_possible_types(named) if is_abstract_type(named) else [named]
    return frozenset(KINDS[each.name] for each in types if each.name in KINDS)
