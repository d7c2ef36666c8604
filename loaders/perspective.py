"""Perspectives: what an operation sees. Every condition of visibility is written here, and nowhere else."""

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import count
from typing import Any

from cache import Cache
from loaders.database import Database, storable
from loaders.rows import Detail
from models import DisclaimerPolicy, Kind

Load = Callable[[list[Any]], Awaitable[Sequence[Any]]]


@dataclass(frozen=True)
class Audience:
    """Who is asking, as far as it can change an answer.

    A partner sees physicians who consented to syndication; ``physicians`` are the ids of the nodes that it may
    show, all where it is None. ``documents`` is the id of the client whose trusted documents are all that may be
    asked; None where anything may.
    """

    scopes: frozenset[str] = frozenset({"content:read"})
    partner: bool = False
    physicians: frozenset[str] | None = None
    policy: DisclaimerPolicy = DisclaimerPolicy.ATTACH
    introspection: bool = True
    documents: str | None = None

    def __hash__(self) -> int:
        return hash(self.name)

    @cached_property
    def name(self) -> str:
        """The audience class, as a part of cache keys: the same for audiences that get the same answers."""
        physicians = None if self.physicians is None else sorted(self.physicians)
        asked = self.policy.value, self.introspection, self.documents
        return repr((sorted(self.scopes), self.partner, physicians, *asked))


@dataclass(frozen=True)
class Perspective:
    """A revision, a date, locales in the order of preference, drafts or not, and the audience's limits."""

    revision: int
    date: date
    locales: tuple[str, ...]
    preview: bool = False
    audience: Audience = field(default_factory=Audience)
    serial: int = field(default_factory=count().__next__, compare=False)
    """A number that no other perspective of this process has."""

    def shown(self, edition: str) -> str:
        """The condition that an edition (the alias of its table) is the one of its node and locale to be seen."""
        live = f"{edition}.since <= :revision AND ({edition}.until IS NULL OR {edition}.until > :revision)"
        if not self.preview:
            return f"({live})"
        draft = f"SELECT 1 FROM edition {edition}_d WHERE {_twin(edition, 'd')} AND {edition}_d.since IS NULL"
        return f"({edition}.since IS NULL OR ({live}) AND NOT EXISTS ({draft}))"

    def visible(self, edition: str) -> str:
        """The condition that an edition is the one of its node to be seen: shown, first locale, audience."""
        return " AND ".join([self.shown(edition), self._first_locale(edition), *self._allowed(edition)])

    @cached_property
    def params(self) -> Mapping[str, Any]:
        """The parameters of the conditions."""
        named = {f"locale_{place}": locale for place, locale in enumerate(self.locales)}
        return {
            "revision": self.revision,
            "physicians": sorted(self.audience.physicians or ()),
            **named,
        }

    @cached_property
    def scope(self) -> tuple[Hashable, ...]:
        """All that can change what loaders find, the date apart: no condition asks for it."""
        return self.revision, self.locales, self.preview, self.audience.partner, self.audience.physicians

    def _first_locale(self, edition: str) -> str:
        choices = [f"{edition}.locale = :locale_0"]
        for place in range(1, len(self.locales)):
            better = ", ".join(f":locale_{i}" for i in range(place))
            rival = f"{edition}_b"
            choices.append(
                f"{edition}.locale = :locale_{place} AND NOT EXISTS (SELECT 1 FROM edition {rival} WHERE"
                f" {rival}.node_id = {edition}.node_id AND {rival}.locale IN ({better}) AND {self.shown(rival)})"
            )
        return f"({' OR '.join(choices)})"

    def _allowed(self, edition: str) -> Sequence[str]:
        """Consent belongs to the person: one edition in any locale without it hides the physician."""
        conditions = []
        if self.audience.partner:
            refusal = f"{edition}_c"
            conditions.append(
                f"({edition}.kind <> '{Kind.PHYSICIAN}' OR NOT EXISTS (SELECT 1 FROM edition {refusal}"
                f" JOIN physician {refusal}p ON {refusal}p.edition_id = {refusal}.id"
                f" WHERE {refusal}.node_id = {edition}.node_id AND {self.shown(refusal)}"
                f" AND NOT {refusal}p.syndication_consent))"
            )
        if self.audience.physicians is not None:
            conditions.append(f"({edition}.kind <> '{Kind.PHYSICIAN}' OR {edition}.node_id IN :physicians)")
        return conditions


def _twin(edition: str, suffix: str) -> str:
    """The condition that two editions are of the same node and locale."""
    twin = f"{edition}_{suffix}"
    return f"{twin}.node_id = {edition}.node_id AND {twin}.locale = {edition}.locale"


@dataclass(frozen=True)
class Reading:
    """What every loader takes beside its keys: where to read, what may be seen, and what was read before.

    ``cache`` is None where nothing may be kept: without a graph cache, and in previews. ``detail`` says how much rows
    must have.
    """

    database: Database
    perspective: Perspective
    cache: Cache[Any] | None = None
    detail: Detail = Detail.ALL

    async def kept(self, what: Hashable, keys: Sequence[Any], load: Load, *, everywhere: bool = False) -> list[Any]:
        """The values for some keys: those that are in the graph cache, and what ``load`` makes of the others.

        ``what`` names the loader and its arguments; what it finds is the same in every perspective where
        ``everywhere`` says so. Keys are loaded once each; no key, no statement.
        """
        if self.cache is None:
            asked = list(dict.fromkeys(keys))
            found = dict(zip(asked, await load(asked) if asked else (), strict=True))
            return [found[key] for key in keys]
        return await self.cache.batch(what if everywhere else (what, self.perspective.scope), keys, load)

    async def fetch(self, sql: str, **params: Any) -> Sequence[Sequence[Any]]:
        """The rows of one statement, whose conditions of visibility are the perspective's."""
        given = {name: storable(value) for name, value in params.items()}
        return await self.database.fetch(sql, {**self.perspective.params, **given})
