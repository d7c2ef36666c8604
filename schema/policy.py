"""The disclaimer policy: article content leaves with its disclaimer, or not at all (DESIGN.md, section 6).

Whether it does is seen in the text of the operation, once, and holds for all values of its variables.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from graphql import DocumentNode, GraphQLError, GraphQLSchema, OperationDefinitionNode

from engine.arguments import Refused, request_error
from engine.own import RESERVED, Addition, Branches, Found, added, reserved
from engine.plan import Operation
from engine.selected import Conditions, Selected, Survey
from errors import DisclaimerRequired, ReservedAlias
from loaders.perspective import Audience
from models import DisclaimerPolicy
from schema.attached import ATTACHED
from schema.receipt import NAMED, borne

ARTICLE, NODE, DISCLAIMER = "Article", "node", "disclaimer"
NO_CONTENT = {
    ARTICLE: frozenset({"__typename", "id", "slug", "locale", "url", DISCLAIMER}),
    "SearchEdge": frozenset({"__typename", "cursor", "score", "fallback", NODE, DISCLAIMER}),
    "Completion": frozenset({"__typename", "kind", NODE, DISCLAIMER}),
}
"""The types that have article content -> their fields that are none. All others are, those to come included."""
WORDINGS = (("text",), ("body", "html"), ("body", "text"), ("body", "blocks", "spans", "text"))
"""The fields of a disclaimer that have its words, by their paths."""
MOST_NAMED = 20  # of an operation that is refused


@dataclass(frozen=True, eq=False)
class Terms:
    """On what terms the operations of an audience are read.

    These are its disclaimer policy, whether errors may suggest, and whether it is a partner, which gets receipts.
    """

    policy: DisclaimerPolicy
    suggests: bool
    partner: bool = False

    def operation(
        self, schema: GraphQLSchema, document: DocumentNode, definition: OperationDefinitionNode
    ) -> tuple[Operation, int]:
        """The operation; with REQUIRE a complete one, with ATTACH completed. Raises Refused and TooExpensive.

        What is added stands in the braces that have the content, wherever these are used.
        """
        ours = [request_error(_reserved(node.alias.value), node) for node in reserved(document) if node.alias]
        if ours:
            raise Refused(ours[:MOST_NAMED])
        survey = Survey(schema, document, definition)
        bare = {each: found for each in survey.objects if (found := _bare(each))}
        if bare and self.policy is DisclaimerPolicy.REQUIRE:
            raise Refused([_required(each, found) for each, found in list(bare.items())[:MOST_NAMED]])
        named = {each: found for each in survey.objects if (found := borne(each))} if self.partner else {}
        additions = [Addition(*each) for each in ((ATTACHED, bare), (NAMED, named)) if each[1]]
        if not additions:
            return Operation(schema, document, definition, suggests=self.suggests), 0
        branches = Branches(additions)
        branch = branches.of([survey.root])
        completed = added(document, additions)
        own = completed.definitions[next(i for i, each in enumerate(document.definitions) if each is definition)]
        assert isinstance(own, OperationDefinitionNode)
        return Operation(schema, completed, own, ours=branch, suggests=self.suggests), branches.width


TERMS = {each: Terms(*each) for each in product(DisclaimerPolicy, (True, False), (True, False))}
"""The terms by (policy, suggests, partner): one object each, which keys of caches are told apart by."""


def terms_of(audience: Audience) -> Terms:
    """The terms for an audience."""
    return TERMS[audience.policy, audience.introspection, audience.partner]


def _bare(selected: Selected) -> Found:
    """The content of articles that may leave without its disclaimer, by response key.

    A disclaimer covers what is only there under the same conditions, or more.
    """
    if selected.type.name not in NO_CONTENT:
        return {}
    covers = set(_covers(selected))
    found = {}
    for key, ways in selected.fields.items():
        if ways[0].name not in NO_CONTENT[selected.type.name]:
            found[key] = [way for way in ways if not any(cover <= way.conditions for cover in covers)]
    return {key: ways for key, ways in found.items() if ways}


def _covers(bearer: Selected) -> Iterator[Conditions]:
    """The conditions under which an article's disclaimer is there, in words: beside its content, or in its node."""
    for path in WORDINGS:
        yield from _reached(bearer, (DISCLAIMER, *path))
    if bearer.type.name != ARTICLE:
        for key, ways in bearer.fields.items():
            if ways[0].name == NODE:
                for each in bearer.beneath[key]:
                    yield from _covers(each) if each.type.name == ARTICLE else ()


def _reached(selected: Selected, path: Sequence[str]) -> Iterator[Conditions]:
    """The conditions under which fields by some names, one beneath the other, are there."""
    name, *further = path
    for key, ways in selected.fields.items():
        if ways[0].name != name:
            continue
        if not further:
            yield from (way.conditions for way in ways)
        for each in selected.beneath.get(key, ()) if further else ():
            yield from _reached(each, further)


def _reserved(alias: str) -> ReservedAlias:
    return ReservedAlias(
        f"The alias {alias[:100]} is not yours: those that begin with {RESERVED} are the server's own."
    )


def _required(selected: Selected, bare: Found) -> GraphQLError:
    """What REQUIRE says of an article that lacks its disclaimer: where it is, and what to add."""
    bearer = next(iter(bare.values()))[0].bearer
    assert bearer is not None  # an article is never the root
    names = ", ".join(dict.fromkeys(ways[0].name for ways in bare.values()))
    error = DisclaimerRequired(
        f"{'.'.join(selected.path)} selects article content ({names}) without its disclaimer. Add disclaimer {{ text }}"
        " to the article there, under no @skip or @include that the content does not bear."
    )
    return request_error(error, bearer)
