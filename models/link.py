"""Links: typed, ordered, directed edges from an edition to a node, or to an external page; and references in text."""

from uuid import UUID

import uuid_utils.compat
from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from models.edition import Edition
from models.node import Kind, Node
from models.values import Words


class LinkKind(Words):
    """What a link says of its target."""

    AUTHORED_BY = "AUTHORED_BY", "The article was written by the physician."
    REVIEWED_BY = "REVIEWED_BY", "The content was medically reviewed by the physician."
    EDITED_BY = "EDITED_BY", "The article was edited by the physician."
    PERFORMED_BY = "PERFORMED_BY", "The procedure is performed by the physician."
    COVERS = "COVERS", "The article is about the procedure."
    ABOUT = "ABOUT", "The content is about the topic."
    BROADER = "BROADER", "The topic is a part of the other, broader topic."
    RELATED = "RELATED", "The target is related reading."
    SEE_ALSO = "SEE_ALSO", "The target is worth a look."
    NEXT_STEP = "NEXT_STEP", "The target is what comes next for the reader."
    PREREQUISITE = "PREREQUISITE", "The target should be read first."


ANY = frozenset(Kind)
PHYSICIAN = frozenset({Kind.PHYSICIAN})

# kind of link -> kinds of node it may come from, kinds of node it may go to
ALLOWED: dict[LinkKind, tuple[frozenset[Kind], frozenset[Kind]]] = {
    LinkKind.AUTHORED_BY: (frozenset({Kind.ARTICLE}), PHYSICIAN),
    LinkKind.REVIEWED_BY: (frozenset({Kind.ARTICLE, Kind.PROCEDURE}), PHYSICIAN),
    LinkKind.EDITED_BY: (frozenset({Kind.ARTICLE}), PHYSICIAN),
    LinkKind.PERFORMED_BY: (frozenset({Kind.PROCEDURE}), PHYSICIAN),
    LinkKind.COVERS: (frozenset({Kind.ARTICLE}), frozenset({Kind.PROCEDURE})),
    LinkKind.ABOUT: (ANY, frozenset({Kind.TOPIC})),
    LinkKind.BROADER: (frozenset({Kind.TOPIC}), frozenset({Kind.TOPIC})),
    LinkKind.RELATED: (ANY, ANY),
    LinkKind.SEE_ALSO: (ANY, ANY),
    LinkKind.NEXT_STEP: (ANY, ANY),
    LinkKind.PREREQUISITE: (ANY, ANY),
}
EXTERNAL = frozenset({LinkKind.RELATED, LinkKind.SEE_ALSO, LinkKind.NEXT_STEP, LinkKind.PREREQUISITE})

# (kind of node, name of the field) -> the link kind behind it: in files, and in the GraphQL types
SHORTCUTS: dict[tuple[Kind, str], LinkKind] = {
    (Kind.ARTICLE, "authors"): LinkKind.AUTHORED_BY,
    (Kind.ARTICLE, "editors"): LinkKind.EDITED_BY,
    (Kind.ARTICLE, "medicalReviewers"): LinkKind.REVIEWED_BY,
    (Kind.ARTICLE, "procedures"): LinkKind.COVERS,
    (Kind.PROCEDURE, "medicalReviewers"): LinkKind.REVIEWED_BY,
    (Kind.PROCEDURE, "performedBy"): LinkKind.PERFORMED_BY,
    (Kind.TOPIC, "broader"): LinkKind.BROADER,
    **{(kind, "topics"): LinkKind.ABOUT for kind in Kind},
}


class Link(Model):
    """A typed, ordered, directed edge from an edition to a node, or to an external page."""

    id = fields.UUIDField(primary_key=True, default=uuid_utils.compat.uuid7)
    source_id: UUID
    target_id: UUID | None
    source: fields.ForeignKeyRelation[Edition] = fields.ForeignKeyField(
        "models.Edition", related_name="links", on_delete=fields.CASCADE
    )
    kind = fields.CharEnumField(LinkKind, max_length=16)
    position = fields.IntField()
    target: fields.ForeignKeyNullableRelation[Node] = fields.ForeignKeyField(
        "models.Node", related_name="linked_from", null=True, on_delete=fields.RESTRICT
    )
    url = fields.TextField(null=True)
    label = fields.TextField(null=True)
    heading = fields.TextField(null=True)
    note = fields.TextField(null=True)
    role = fields.TextField(null=True)
    credential = fields.TextField(null=True)

    class Meta:
        table = "link"
        constraints = (
            CheckConstraint(
                name="link_target",
                check="(target_id IS NOT NULL AND url IS NULL AND label IS NULL)"
                " OR (target_id IS NULL AND url IS NOT NULL AND label IS NOT NULL)",
            ),
        )


class Reference(Model):
    """That an edition's text refers to a node, however often: who must know when the node's page moves or goes.

    The node may not be there: the words of the text stay, and lead nowhere.
    """

    id = fields.BigIntField(primary_key=True, generated=True)
    source_id: UUID
    source: fields.ForeignKeyRelation[Edition] = fields.ForeignKeyField(
        "models.Edition", related_name="references", on_delete=fields.CASCADE
    )
    target_id = fields.UUIDField()

    class Meta:
        table = "reference"
