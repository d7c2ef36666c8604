"""A device that keeps a copy by ``changes``, and what it takes for granted of each answer."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

CONTENT = """
fragment Beside on Content {
  __typename id title slug url locale edition { version } ... on Article { disclaimer { ...Words } }
}
fragment Words on Disclaimer { id title text edition { version } locale }
fragment All on Content {
  __typename id slug title summary locale url edition { version revision }
  topics { ...Beside }
  links(first: 50) { edges { kind note node { ...Beside ... on ExternalPage { url } } } }
  ... on Article {
    body { html references { ...Beside } } disclaimer { ...Words } authors { ...Beside name }
    medicalReviewers { ...Beside }
  }
  ... on Procedure {
    overview { html blocks { spans { text url } } } disclaimer { ...Words } performedBy { ...Beside name }
  }
  ... on Physician { name bio { html } disclaimer { ...Words } }
  ... on Topic { broader { ...Beside } }
  ... on Disclaimer { text effectiveFrom body { html } }
}"""
SYNC = (
    """query Sync($after: Revision!, $kinds: [ContentKind!], $topics: [ID!], $first: Int!, $locale: String,
  $fallback: [String!]) @inContext(locale: $locale, fallback: $fallback) {
  changes(after: $after, kinds: $kinds, topics: $topics, first: $first) {
    next complete revision scope pageInfo { hasNextPage endCursor }
    nodes {
      action nodeId kind revision tombstone { because reason } causes { relation nodeId revision } node { ...All }
    } } }"""
    + CONTENT
)


@dataclass(frozen=True)
class Wants:
    """What a device keeps, and as whom it asks: ``token`` is a client's, or empty."""

    kinds: tuple[str, ...]
    locale: str
    fallback: tuple[str, ...] | None = None
    topics: tuple[str, ...] = ()
    token: str = ""
    audience: str = "anonymous"

    @property
    def variables(self) -> dict[str, Any]:
        """The variables of its operation."""
        given = {"kinds": list(self.kinds), "locale": self.locale, "topics": list(self.topics) or None}
        return given | ({} if self.fallback is None else {"fallback": list(self.fallback)})


@dataclass
class Device:
    """A copy, and what belongs to it. ``told`` are the nodes that the sync under way has told of."""

    wants: Wants
    copy: dict[str, Any] = field(default_factory=dict)
    next: str = "0"
    scope: str | None = None
    started: int = 0
    pinned: int | None = None
    told: set[str] = field(default_factory=set)

    def again(self) -> "Device":
        """Another device with the same copy."""
        return Device(self.wants, dict(self.copy), self.next, self.scope, self.started, self.pinned, set(self.told))

    def ask(self, client: httpx.Client, first: int) -> dict[str, Any]:
        """A page of what changed."""
        headers = {"authorization": f"Bearer {self.wants.token}"} if self.wants.token else {}
        variables = self.wants.variables | {"after": self.next, "first": first}
        answer = client.post("/graphql", json={"query": SYNC, "variables": variables}, headers=headers).json()
        assert "errors" not in answer, answer["errors"]
        page: dict[str, Any] = answer["data"]["changes"]
        return page

    def apply(self, page: dict[str, Any]) -> None:
        """Make the copy what a page says; what the page may not be is told by an assertion."""
        assert self.scope in (None, page["scope"])
        assert self.pinned in (None, page["revision"])
        assert page["next"] == page["pageInfo"]["endCursor"]
        assert page["complete"] or page["pageInfo"]["hasNextPage"]
        for change in page["nodes"]:
            self._apply(change)
        self.scope, self.next = page["scope"], page["next"]
        self.pinned = None if page["complete"] else page["revision"]
        if page["complete"]:
            self.started, self.told = page["revision"], set()

    def _apply(self, change: dict[str, Any]) -> None:
        id, node, before = change["nodeId"], change["node"], self.copy.get(change["nodeId"])
        assert id not in self.told, "a node is told twice"
        assert change["revision"] > self.started
        self.told.add(id)
        if change["action"] == "WITHDRAWN":
            assert before is not None, "a tombstone of what the device never had"
            assert (node, change["tombstone"] is None) == (None, False)
            del self.copy[id]
            return
        assert node["id"] == id
        assert change["tombstone"] is None
        if before is not None and _edition(before) == _edition(node):
            assert change["causes"], "the same edition, and nothing that changed beside it"
        self.copy[id] = node


def _edition(node: dict[str, Any]) -> str:
    return json.dumps([node["locale"], node["edition"]])
