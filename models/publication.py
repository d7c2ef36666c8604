"""The append-only log, and the head of the graph."""

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from models.edition import Edition
from models.node import Kind, Node
from models.values import Words


class Action(Words):
    """What a publication did."""

    PUBLISHED = "PUBLISHED", "The edition became live."
    WITHDRAWN = "WITHDRAWN", "The node is no longer live in the locale."
    ERASED = "ERASED", "The text of the past editions was erased."


class Publication(Model):
    """An entry of the log. Entries are never changed; revisions have no gap."""

    id = fields.BigIntField(primary_key=True, generated=True)
    revision = fields.BigIntField()
    position = fields.IntField()
    time = fields.DatetimeField()
    who = fields.CharField(max_length=200)
    action = fields.CharEnumField(Action, max_length=16)
    node: fields.ForeignKeyRelation[Node] = fields.ForeignKeyField(
        "models.Node", related_name="publications", on_delete=fields.RESTRICT
    )
    kind = fields.CharEnumField(Kind, max_length=16)
    locale = fields.CharField(max_length=35)
    edition: fields.ForeignKeyNullableRelation[Edition] = fields.ForeignKeyField(
        "models.Edition", related_name="publications", null=True, on_delete=fields.RESTRICT
    )
    reason = fields.TextField(null=True)

    class Meta:
        table = "publication"
        constraints = (CheckConstraint(name="publication_numbers", check="revision > 0 AND position >= 0"),)


class GraphHead(Model):
    """One row: the newest revision. Advancing it is the first statement of a release, and its lock.

    ``access`` grows with every change of clients, tokens and documents, so that processes notice it. ``seal`` is the
    secret that cursors of ``changes`` are signed with.
    """

    id = fields.IntField(primary_key=True)
    revision = fields.BigIntField(default=0)
    access = fields.BigIntField(default=0, db_default=0)
    seal = fields.CharField(max_length=64, default="", db_default="")

    class Meta:
        table = "graph_head"
        constraints = (CheckConstraint(name="graph_head_single", check="id = 1"),)
