"""What copies are of, and what they are told: extents, changes, and what caused them."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from loaders.filters import linked
from loaders.perspective import Perspective, Reading
from loaders.position import Key
from models import Kind, LinkKind
from models.values import Words


class Relation(Words):
    """How a node is beside another that changed."""

    DISCLAIMER = "DISCLAIMER", "The other is its disclaimer."
    LINK = "LINK", "It links to the other, of which the wording or the disclaimer changed, or which came or went."
    REFERENCE = "REFERENCE", "Its text refers to the other, which changed, came or went."


@dataclass(frozen=True)
class Extent:
    """What a copy is of: nodes of some kinds, and about some topics (ids of nodes), where there are any."""

    kinds: tuple[Kind, ...]
    topics: tuple[str, ...] = ()

    def scope(self, perspective: Perspective, secret: str) -> str:
        """What tells copies apart: the same for equal extents, locales and limits, of one database."""
        _, *seen = perspective.scope
        limits = [sorted(each) if isinstance(each, frozenset) else each for each in seen]
        return sha256(repr((secret, self.kinds, self.topics, limits)).encode()).hexdigest()[:16]

    def within(self, params: dict[str, Any], reading: Reading) -> str:
        """The condition that an edition (``e``) that is visible is a part of the copy."""
        params["kinds"] = [kind.value for kind in self.kinds]
        about = linked(LinkKind.ABOUT)(self.topics, params, reading.perspective) if self.topics else "1 = 1"
        return f"e.kind IN :kinds AND {about}"


@dataclass(frozen=True, slots=True)
class Cause:
    """A node that changed at a revision, and by it another."""

    relation: Relation
    node: str
    kind: Kind
    revision: int


@dataclass(frozen=True, slots=True)
class Change:
    """A node that changed, at a revision: the edition of it that is visible now, None where it left the copy.

    Of what left, ``locale`` is the one that the copy has it in; ``outside``: it is visible all the same.
    """

    node: str
    kind: Kind
    revision: int
    edition: str | None
    locale: str | None = None
    outside: bool = False
    causes: tuple[Cause, ...] = ()

    @property
    def key(self) -> Key:
        """What changes are told in the order of."""
        return self.kind.value, self.node
