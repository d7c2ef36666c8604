"""One request and what is known of its answer so far: filled in on the way, and told to the records at the end."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from delivery.answers import SECURITY, Answer, Headers
from delivery.budgets import Account
from delivery.negotiation import JSON
from delivery.records import Served
from loaders.clients import ApiClient

ANYONE = (b"access-control-allow-origin", b"*")
EXPOSED = (b"access-control-expose-headers", b"caveat-revision, etag, ratelimit, ratelimit-policy, retry-after")
"""What of an answer's headers scripts in a browser may read."""
VARY = b"accept, accept-encoding, authorization, caveat-cost, caveat-dry-run, caveat-min-revision"
NO_STORE = (b"cache-control", b"no-store")


@dataclass(slots=True)
class Exchange:
    """A request. ``fetched`` says that it came by GET or HEAD; ``cache`` what the response cache did for it."""

    headers: Mapping[bytes, bytes]
    fetched: bool
    client: ApiClient
    media: bytes = JSON
    address: str = ""
    cost: int = 0
    cache: str = "refused"
    operation: str | None = None
    document: str | None = None
    account: Account | None = None
    began: float = field(default_factory=time.perf_counter)

    @property
    def dry(self) -> bool:
        """Whether only the cost is asked for."""
        return self.headers.get(b"caveat-dry-run") == b"1"

    def told(
        self,
        revision: int,
        cache_control: tuple[bytes, bytes] = NO_STORE,
        *,
        vary: bytes = VARY,
        security: Headers = SECURITY,
    ) -> Headers:
        """The headers of an answer that are the same for all who get it. ``vary`` names the headers that it heeds."""
        client = self.client
        headers = [
            (b"content-type", self.media),
            (b"caveat-revision", b"%d" % revision),
            cache_control,
            (b"vary", vary if client.open else vary + b", origin"),
            *security,
        ]
        if client.open and self.fetched:  # CDNs keep it for pages and others alike
            headers += [ANYONE, EXPOSED]
        return headers

    def own(self) -> Headers:
        """The headers that are for this request alone: for the page that asks, and how the budget stands."""
        origin = self.headers.get(b"origin")
        headers: list[tuple[bytes, bytes]] = []
        if origin is not None:
            if not self.client.open:
                if self.client.allows(origin):
                    headers += [(b"access-control-allow-origin", origin), EXPOSED]
            elif not self.fetched:
                headers += [ANYONE, EXPOSED]
        if self.account is not None:
            headers += self.account.headers()
        return headers

    def served(self, answer: Answer, method: str, status: int, size: int) -> Served:
        """What is recorded of the request, now that it is answered."""
        return Served(
            time.time(),
            time.perf_counter() - self.began,
            method,
            status,
            self.operation,
            self.client.name,
            self.cost,
            self.cache,
            size,
            answer.code,
            self.document,
            self.headers.get(b"traceparent"),
            answer.failure,
        )
