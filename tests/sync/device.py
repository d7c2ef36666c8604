"""The process that is asked, seen from a device: its copy, the pages that it brings, and a network that loses some."""

import json
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

import httpx

SHOWN = """
fragment Words on Disclaimer { id title text version slug url placement locale }
fragment Step on Content {
  __typename id slug title summary locale url updatedAt edition { version revision }
  ... on Article { disclaimer { ...Words } } ... on Procedure { disclaimer { ...Words } }
  ... on Physician { name shortBio syndicationConsent disclaimer { ...Words } } ... on Disclaimer { text }
}
fragment Text on RichText { html text references { id slug title url } }
fragment Shown on Content {
  ...Step publishedAt seo { title description canonicalUrl } topics { ...Step }
  links(first: 50) {
    totalCount edges { kind heading note position node { ...Step ... on ExternalPage { url label } } }
  }
  ... on Article {
    body { ...Text } sections { heading body { ...Text } }
    authors { ...Step } medicalReviewers { ...Step } procedures { ...Step }
  }
  ... on Procedure {
    overview { ...Text blocks { spans { text url } } } followup { ...Text } performedBy { ...Step }
    medicalReviewers { ...Step }
  }
  ... on Physician { bio { ...Text } }
  ... on Topic { broader { ...Step } }
  ... on Disclaimer { body { ...Text } contentHash }
}"""
"""What devices keep of a node: what is its own, its disclaimer, and one step of links and references."""
SYNC = (
    """query Sync($after: Revision!, $first: Int!, $kinds: [ContentKind!], $topics: [ID!], $locale: String,
  $fallback: [String!]) @inContext(locale: $locale, fallback: $fallback) {
  changes(after: $after, kinds: $kinds, topics: $topics, first: $first) {
    next scope revision complete pageInfo { hasNextPage endCursor }
    nodes {
      action nodeId kind revision time tombstone { because reason }
      causes { relation nodeId kind revision node { id } } node { ...Shown }
    } } }"""
    + SHOWN
)

SCOPE = "{ changes(after: 0, first: 1) { scope } }"


@dataclass(frozen=True)
class Wants:
    """What a device keeps, and the name of the API client that it asks as, None where it is nobody's."""

    kinds: tuple[str, ...]
    topics: tuple[str, ...] = ()
    locale: str = "en"
    fallback: tuple[str, ...] | None = None
    client: str | None = None

    @property
    def variables(self) -> dict[str, Any]:
        """The variables of its operation, but for where it stands."""
        given = {"kinds": list(self.kinds), "topics": list(self.topics) or None, "locale": self.locale}
        return given | ({} if self.fallback is None else {"fallback": list(self.fallback)})


@dataclass
class Network:
    """The ways to the servers: any of them, by GET or by POST; what came by GET is kept with its ETag, as apps do."""

    servers: list[httpx.Client]
    tokens: dict[str, str]
    kept: dict[tuple[Any, ...], tuple[str, bytes]] = field(default_factory=dict)
    scopes: dict[tuple[str, httpx.URL], str] = field(default_factory=dict)

    def request(self, wants: Wants, after: str, first: int, chance: Random) -> tuple[httpx.Client, httpx.Request]:
        """A request for a page, and where to send it."""
        server, headers = chance.choice(self.servers), dict[str, str]()
        if wants.client is not None:
            headers["authorization"] = f"Bearer {self.tokens[wants.client]}"
        variables = wants.variables | {"after": after, "first": first}
        if chance.random() < 0.5:
            return server, server.build_request(
                "POST", "/graphql", json={"query": SYNC, "variables": variables}, headers=headers
            )
        params = {"query": SYNC, "variables": json.dumps(variables)}
        if known := self.kept.get((wants, after, first)):
            headers["if-none-match"] = known[0]
        return server, server.build_request("GET", "/graphql", params=params, headers=headers)

    def page(self, wants: Wants, after: str, first: int, chance: Random) -> dict[str, Any]:
        """The answer with a page of what changed. A server that is behind is asked again in a moment."""
        for _ in range(100):
            server, request = self.request(wants, after, first, chance)
            response = server.send(request)
            if response.status_code != 503:
                break
            assert response.json()["errors"][0]["extensions"]["code"] == "REVISION_NOT_REACHED", response.text
            time.sleep(0.05)
        content = response.content
        if response.status_code == 304:
            content = self.kept[wants, after, first][1]
        elif request.method == "GET" and "etag" in response.headers:
            self.kept[wants, after, first] = response.headers["etag"], content
        answer: dict[str, Any] = json.loads(content)
        return answer

    def begin(self) -> None:
        """Wait until all servers answer all clients."""
        for client in self.tokens:
            self.know(client)

    def know(self, client: str) -> None:
        """Wait until all servers tell a client that its copy is of something else than before."""
        headers = {"authorization": f"Bearer {self.tokens[client]}"}
        for server in self.servers:
            known = self.scopes.get((client, server.base_url))
            for _ in range(600):
                with suppress(httpx.ConnectError):
                    response = server.post("/graphql", json={"query": SCOPE}, headers=headers)
                    scope = response.json()["data"]["changes"]["scope"] if response.is_success else known
                    if scope != known:
                        self.scopes[client, server.base_url] = scope
                        break
                time.sleep(0.05)
            else:
                raise AssertionError(f"{server.base_url} takes too long")

    def lose(self, wants: Wants, after: str, first: int, chance: Random) -> None:
        """Ask for a page, and hang up when the answer begins."""
        server, request = self.request(wants, after, first, chance)
        server.send(request, stream=True).close()


@dataclass
class Device:
    """A copy, and where it stands. ``told`` are the changes of the sync that is under way, by their nodes.

    ``whole`` is the last complete copy, ``since`` its revision; ``pinned`` is the revision of the sync under way.
    """

    wants: Wants
    copy: dict[str, Any] = field(default_factory=dict)
    next: str = "0"
    scope: str | None = None
    since: int = 0
    pinned: int | None = None
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    whole: dict[str, Any] = field(default_factory=dict)

    def again(self) -> "Device":
        """Another device with the same copy."""
        return replace(self, copy=dict(self.copy), told=dict(self.told))

    def drop(self) -> None:
        """Begin from nothing."""
        self.whole, self.since, self.scope = {}, 0, None
        self.go_back()

    def go_back(self) -> None:
        """Begin from the last complete copy."""
        self.copy, self.next, self.pinned, self.told = dict(self.whole), str(self.since), None, {}

    def apply(self, page: dict[str, Any]) -> dict[str, dict[str, Any]] | None:
        """Make the copy what a page says; where it is complete then, all that the sync told."""
        assert self.scope in (None, page["scope"])
        assert self.pinned in (None, page["revision"]), "the pages of a sync are of two revisions"
        assert page["revision"] >= self.since
        assert page["next"] == page["pageInfo"]["endCursor"]
        assert page["complete"] or page["pageInfo"]["hasNextPage"]
        for change in page["nodes"]:
            self._apply(change, page["revision"])
        self.scope, self.next, self.pinned = page["scope"], page["next"], page["revision"]
        if not page["complete"]:
            return None
        told, self.told, self.since, self.pinned = self.told, {}, page["revision"], None
        self.whole = dict(self.copy)
        assert self.next == str(self.since)
        return told

    def _apply(self, change: dict[str, Any], revision: int) -> None:
        id, node, before = change["nodeId"], change["node"], self.copy.get(change["nodeId"])
        assert id not in self.told, "a node is told twice"
        assert change["kind"] in self.wants.kinds
        assert self.since < change["revision"] <= revision
        self._look_at_causes(change, before)
        self.told[id] = change | {"was": before}
        if change["action"] == "PUBLISHED":
            assert (node["id"], change["tombstone"]) == (id, None)
            self.copy[id] = node
        else:
            assert before is not None, "a tombstone of what the device never had"
            assert node is None
            assert change["tombstone"] is not None
            del self.copy[id]

    def _look_at_causes(self, change: dict[str, Any], before: dict[str, Any] | None) -> None:
        """Where the node itself is as it was, something beside it is told to have changed; in a snapshot nothing is."""
        causes, node = change["causes"], change["node"]
        revisions = [cause["revision"] for cause in causes]
        assert all(self.since < each <= change["revision"] for each in revisions)
        if before is not None and node is not None and _edition(before) == _edition(node):
            assert causes, "the same edition, and nothing that changed beside it"
            assert max(revisions) == change["revision"]
        if self.since == 0:
            assert (change["action"], causes) == ("PUBLISHED", [])


def _edition(node: dict[str, Any]) -> tuple[str, int]:
    return node["locale"], node["edition"]["revision"]
