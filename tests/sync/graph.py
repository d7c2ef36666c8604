"""The graph as it was, read without ``changes``: by lists, as of the moment of a revision."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from loaders.database import Database, moment
from loaders.perspective import Audience
from loaders.rows import node_id
from models import Kind
from schema.context import Context
from schema.execution import Executions
from settings import Settings
from tests.sync.device import SHOWN, Wants

CONTEXT = "@inContext(locale: $locale, fallback: $fallback, asOf: $asOf)"
HEAD = "$locale: String, $fallback: [String!], $asOf: DateTime"
NODES = f"query Nodes({HEAD}, $ids: [ID!]!) {CONTEXT} {{ nodes(ids: $ids) {{ id }} }}"


@dataclass
class Graph:
    """Reads the database in this process."""

    runner: asyncio.Runner
    database: Database
    settings: Settings

    def __post_init__(self) -> None:
        self.executions = Executions(self.settings)

    def copy(self, wants: Wants, audience: Audience, revision: int) -> dict[str, Any]:
        """What a device should have at a revision, by the ids of nodes."""
        kinds = [Kind[kind].value for kind in wants.kinds]
        filters = "".join(f", ${kind}: {kind.capitalize()}Filter" for kind in kinds)
        lists = " ".join(f"{kind}s(first: 100, filter: ${kind}) {{ nodes {{ ...Shown }} }}" for kind in kinds)
        given = {kind: {"topics": list(wants.topics)} for kind in kinds} if wants.topics else {}
        query = f"query Lists({HEAD}{filters}) {CONTEXT} {{ {lists} }}{SHOWN}"
        data = self._ask(query, wants, audience, revision, given)
        return {node["id"]: node for found in data.values() for node in found["nodes"]}

    def seen(self, ids: Iterable[str], wants: Wants, audience: Audience, revision: int) -> set[str]:
        """Which of some nodes an audience can see at a revision, in the locales of a device."""
        data = self._ask(NODES, wants, audience, revision, {"ids": list(ids)})
        return {node["id"] for node in data["nodes"] if node is not None}

    def reason(self, id: str, locale: str, revision: int) -> str | None:
        """Why a node was withdrawn last in a locale, up to a revision."""
        lines = self._fetch(
            "SELECT reason FROM publication WHERE node_id = :node AND action = 'WITHDRAWN' AND revision <= :revision"
            " AND locale = :locale ORDER BY revision DESC LIMIT 1",
            node=node_id(id)[1],
            revision=revision,
            locale=locale,
        )
        return lines[0][0] if lines else None

    def time(self, revision: int) -> str:
        """When a revision was released."""
        lines = self._fetch("SELECT time FROM publication WHERE revision = :r AND position = 0", r=revision)
        return str(moment(lines[0][0]).isoformat())

    def erased(self, revision: int) -> bool:
        """Whether something was erased later than a revision: then it cannot be read any more as it was."""
        erased = "SELECT count(*) FROM publication WHERE action = 'ERASED' AND revision > :revision"
        return bool(self._fetch(erased, revision=revision)[0][0])

    def _ask(self, query: str, wants: Wants, audience: Audience, revision: int, given: dict[str, Any]) -> Any:
        context = Context(self.database, self.settings, audience)
        named: dict[str, Any] = {"locale": wants.locale, "asOf": self.time(revision)}
        if wants.fallback is not None:
            named["fallback"] = list(wants.fallback)
        result = self.runner.run(self.executions(query, named | given, context))
        assert result.errors is None, result.errors
        return orjson.loads(orjson.dumps(result.data))

    def _fetch(self, sql: str, **params: Any) -> Any:
        return self.runner.run(self.database.fetch(sql, params))
