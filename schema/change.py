"""A change: what became of a node, since when, and by what; a tombstone where it left the copy."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import strawberry

from engine.batched import batched
from loaders import editions
from loaders.change import Cause, Relation
from loaders.change import Change as Found
from loaders.changes import withdrawals
from loaders.rows import Row, global_id
from models import Kind
from models.values import Words
from schema.content import Content
from schema.context import Below, Context
from schema.values import enum_type


class ActionWords(Words):
    """What became of a node."""

    PUBLISHED = "PUBLISHED", "It came, or is shown otherwise than before: put it in the place of what the copy has."
    WITHDRAWN = "WITHDRAWN", "It is not to be shown any more: take it out of the copy."


class TombstoneWords(Words):
    """Why a node left a copy."""

    WITHDRAWN = "WITHDRAWN", "An editor withdrew it."
    HIDDEN = "HIDDEN", "It is not for this client any more, for example because a physician no longer consents."
    OUT_OF_SCOPE = "OUT_OF_SCOPE", "It can be seen, but is about none of the topics of the copy any more."


ContentKind = enum_type(Kind, "ContentKind")
ChangeAction = enum_type(ActionWords, "ChangeAction")
TombstoneCause = enum_type(TombstoneWords, "TombstoneCause")
ChangeRelation = enum_type(Relation, "ChangeRelation")


@dataclass(frozen=True, slots=True)
class Named:
    """The root of a type that names a node: what the loaders found."""

    found: Found | Cause

    @property
    def node_id(self) -> str:
        """The global id of the node."""
        return global_id(self.found.kind.value.capitalize(), self.found.node)

    @property
    def kind(self) -> Kind:
        """The kind of the node."""
        return self.found.kind

    @property
    def revision(self) -> int:
        """The revision of the change."""
        return self.found.revision


@dataclass(frozen=True, slots=True)
class CauseRoot(Named):
    """The root of the type ChangeCause."""

    found: Cause

    @property
    def relation(self) -> Relation:
        """How the changed node is beside this one."""
        return self.found.relation


@dataclass(frozen=True, slots=True)
class ChangeRoot(Named):
    """The root of the type Change."""

    found: Found

    @property
    def action(self) -> ActionWords:
        """What the client shall do."""
        return ActionWords.WITHDRAWN if self.found.edition is None else ActionWords.PUBLISHED

    @property
    def causes(self) -> list[CauseRoot]:
        """What else changed."""
        return [CauseRoot(cause) for cause in self.found.causes]


@dataclass(frozen=True, slots=True)
class TombstoneRoot:
    """The root of the type Tombstone."""

    because: TombstoneWords
    reason: str | None


async def _times(roots: Sequence[ChangeRoot], context: Context) -> list[datetime | None]:
    return await editions.release_times([root.revision for root in roots], context.reading)


async def _nodes(roots: Sequence[ChangeRoot], context: Context, below: Below = None) -> list[Row | None]:
    ids, kinds = [root.found.edition for root in roots], sorted({root.found.kind for root in roots})
    rows = iter(await editions.by_edition([id for id in ids if id is not None], context.reading_of(below), *kinds))
    return [None if id is None else next(rows) for id in ids]


async def _tombstones(roots: Sequence[ChangeRoot], context: Context) -> list[TombstoneRoot | None]:
    gone = [root for root in roots if root.found.edition is None]
    if not gone:
        return [None] * len(roots)
    found = iter(await withdrawals([root.found for root in gone], context.reading))
    return [_tombstone(root, *next(found)) if root.found.edition is None else None for root in roots]


def _tombstone(root: ChangeRoot, withdrawn: bool, reason: str | None) -> TombstoneRoot:
    if root.found.outside:
        return TombstoneRoot(TombstoneWords.OUT_OF_SCOPE, None)
    return TombstoneRoot(TombstoneWords.WITHDRAWN if withdrawn else TombstoneWords.HIDDEN, reason)


async def _causing(roots: Sequence[CauseRoot], context: Context, below: Below = None) -> list[Row | None]:
    return await editions.by_node([root.found.node for root in roots], context.reading_of(below))


@strawberry.type(description="That a node left a copy, and why.")
class Tombstone:
    because: TombstoneCause = strawberry.field(description="Why it left.")
    reason: str | None = strawberry.field(
        description="Why it was withdrawn, in the editor's words; null where none were given."
    )


@strawberry.type(description="A node that changed, and by it another.")
class ChangeCause:
    relation: ChangeRelation = strawberry.field(description="How the other node is beside this one.")
    node_id: strawberry.ID = strawberry.field(description="The global id of this node.")
    kind: ContentKind = strawberry.field(description="What this node is.")
    revision: int = strawberry.field(description="The newest revision that changed this node.")
    node: Content | None = batched(
        returns=Content | None, description="This node as it is now; null where it cannot be seen any more."
    )(_causing)


@strawberry.type(description="What became of a node: it is to be put into a copy, or to be taken out of it.")
class Change:
    action: ChangeAction = strawberry.field(description="What became of it.")
    node_id: strawberry.ID = strawberry.field(
        description="The global id of the node. It is not called id: caches would take the change for the node."
    )
    kind: ContentKind = strawberry.field(description="What the node is.")
    revision: int = strawberry.field(description="The newest revision that changed it.")
    time: datetime = batched(returns=datetime, description="When that revision was released.")(_times)
    node: Content | None = batched(
        returns=Content | None,
        description="The node as it is at the revision of the connection; null where it is to be taken out.",
    )(_nodes)
    tombstone: Tombstone | None = batched(
        returns=Tombstone | None, description="Why it is to be taken out; null where it is to be put in."
    )(_tombstones)
    causes: list[ChangeCause] = strawberry.field(
        description="What changed beside the node, where it was not published itself: its disclaimer, what it links to"
        " and what its text refers to."
    )
