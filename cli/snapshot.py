"""A snapshot: all that an app's copy has at first, read by a sync operation, a page at a time, at one revision."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from engine.arguments import Refused
from errors import BadRequest, CaveatError, NotFound, TooExpensive
from loaders.clients import clients
from loaders.database import Database
from loaders.paging import MOST
from loaders.perspective import Audience, Perspective
from loaders.position import position_of
from loaders.rows import global_id
from models import DisclaimerPolicy, Kind
from schema.changes import Asked, syncs
from schema.context import Context
from schema.execution import Executions, Prepared
from schema.policy import terms_of
from settings import Settings

NEEDED = ("after", "first")
"""The variables that every sync operation has."""
SELECTED = ("nodes", "next", "scope")
"""What it selects of ``changes`` at the least."""
TOPIC = (
    """query BundleTopic($slug: String!, $locale: String) @inContext(locale: $locale) { topic(slug: $slug) { id } }"""
)


@dataclass(frozen=True)
class Wanted:
    """Of what a snapshot shall be: kinds and topics (global ids), all of them where they are none; and the locale."""

    kinds: Sequence[Kind]
    topics: Sequence[str]
    locale: str | None


@dataclass(frozen=True)
class Page:
    """Changes, as the operation has them, and ``next``. ``kinds`` and ``topics`` are what it asked for."""

    nodes: Sequence[Any]
    next: str
    scope: str
    kinds: Sequence[Kind]
    topics: Sequence[str]
    perspective: Perspective

    @property
    def last(self) -> bool:
        """Whether the copy is complete with it."""
        return position_of(self.next).pin is None


class Reader:
    """Reads as a client does, by operations, in this process. What lacks disclaimers is refused."""

    def __init__(self, database: Database, settings: Settings, audience: Audience) -> None:
        self._database = database
        self._settings = settings
        self._audience = audience
        self._executions = Executions(settings)

    async def topics(self, slugs: Sequence[str], locale: str | None) -> list[str]:
        """The global ids of topics. Raises NotFound."""
        found = []
        for slug in slugs:
            prepared = await self._prepared(TOPIC, {"slug": slug, "locale": locale})
            topic = (await self._ran(prepared))["topic"]
            if topic is None:
                raise NotFound(f"There is no topic {slug[:100]!r}.")
            found.append(str(topic["id"]))
        return found

    async def pages(self, text: str, wanted: Wanted) -> AsyncIterator[Page]:
        """The pages of a snapshot by a sync operation. Raises what refuses it, and BadRequest for one that is none."""
        variables = await self._variables(text, wanted)
        variables |= {"after": "0", "first": MOST}
        while True:
            prepared = await self._affordable(text, variables)
            asked = _syncing(prepared, wanted)
            page = _page(await self._ran(prepared), asked, prepared.perspective)
            yield page
            if page.last:
                return
            variables["after"] = page.next

    async def _variables(self, text: str, wanted: Wanted) -> dict[str, Any]:
        """The values of the variables that an operation has. Raises BadRequest for one that lacks what it needs."""
        with _ours():
            operation = await self._executions.operations.get(text, None, terms_of(self._audience))
        has = {each.variable.name.value for each in operation.definition.variable_definitions or ()}
        for name in NEEDED:
            if name not in has:
                raise BadRequest(f"The operation lacks the variable ${name}: declare it, and pass it on to changes.")
        values = {
            "locale": wanted.locale or self._settings.default_locale,
            "kinds": [kind.value.upper() for kind in wanted.kinds] or None,
            "topics": list(wanted.topics) or None,
        }
        return {name: value for name, value in values.items() if name in has and value is not None}

    async def _affordable(self, text: str, variables: dict[str, Any]) -> Prepared:
        """The operation for a page that is no larger than its cost allows: ``first`` is halved until it fits."""
        while True:
            try:
                return await self._prepared(text, variables)
            except TooExpensive as error:
                if error.figures["limit"] != "cost" or variables["first"] == 1:
                    raise
                variables["first"] //= 2

    async def _prepared(self, text: str, variables: dict[str, Any]) -> Prepared:
        context = Context(self._database, self._settings, self._audience)
        with _ours():
            return await self._executions.prepare(text, variables, context)

    async def _ran(self, prepared: Prepared) -> dict[str, Any]:
        result = await self._executions.run(prepared)
        for error in result.errors or ():
            raise error
        return result.data or {}


async def audience(name: str, database: Database) -> Audience:
    """The audience of a client, which must ask for disclaimers. Raises NotFound."""
    for client in (await clients(database)).all:
        if client.name == name:
            return replace(client.audience, policy=DisclaimerPolicy.REQUIRE)
    raise NotFound(f"There is no client {name[:100]}. `caveat clients list` shows those there are.")


@contextmanager
def _ours() -> Iterator[None]:
    """Makes an error of ours of what refuses an operation."""
    try:
        yield
    except Refused as refused:
        for error in refused.errors:
            if isinstance(error.original_error, CaveatError):
                raise error.original_error from None
        raise BadRequest(f"The operation cannot be run: {' '.join(map(str, refused.args))}") from None


def _syncing(prepared: Prepared, wanted: Wanted) -> Asked:
    """What an operation asks of ``changes``. Raises BadRequest unless it asks once, and for what is wanted."""
    asked = syncs(prepared.plan, prepared.asked)
    if len(asked) != 1:
        raise BadRequest(f"The operation must ask for changes once, and does so {len(asked)} times.")
    extent, locale = asked[0].extent, prepared.perspective.locales[0]
    met = {
        "kinds": not wanted.kinds or set(wanted.kinds) == set(extent.kinds),
        "topics": not wanted.topics or set(wanted.topics) == set(_topics(extent.topics)),
        "locale": wanted.locale in (None, locale),
    }
    for name in (name for name, fits in met.items() if not fits):
        raise BadRequest(f"The operation does not ask for the {name} that --{name} names: give it a variable ${name}.")
    return asked[0]


def _page(data: dict[str, Any], asked: Asked, perspective: Perspective) -> Page:
    """The page in the data of an operation. Raises BadRequest where it is not alone there, or lacks what it needs."""
    if data.keys() - {"__typename"} != {"changes"}:
        raise BadRequest(f"The operation must have changes alone at its root, and has {', '.join(data)}.")
    changes = data["changes"]
    missing = [name for name in SELECTED if name not in changes]
    if missing:
        raise BadRequest(f"The operation lacks {', '.join(missing)} in changes. Select it there, without an alias.")
    extent = asked.extent
    return Page(changes["nodes"], changes["next"], changes["scope"], extent.kinds, _topics(extent.topics), perspective)


def _topics(nodes: Sequence[str]) -> list[str]:
    """The global ids of topics."""
    return [global_id("Topic", node) for node in nodes]
