"""Bytes on the wire for an app that keeps the procedure guides of the sample practice: ``python -m bench.wire``.

The first visit, two when nothing changed, and one when a guide was corrected. The requests are those of
``examples/offline``: stored documents by GET, over one connection, with a browser's usual headers and the entity tags
that it has. Counted are heads and bodies as HTTP/1.1 has them, before TLS.
"""

import hashlib
import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import httpx

from bench import report
from bench.dataset import ROOT, SAMPLE, caveat_command
from bench.serve import DEFAULTS, HOST, caveat

SYNC = (ROOT / "examples" / "offline" / "src" / "operations" / "guides.graphql").read_text(encoding="utf-8")
GUIDE = (ROOT / "bench" / "operations" / "guide.graphql").read_text(encoding="utf-8")
CODINGS = ("br", "zstd", "gzip")
CHANGED = "procedure/carpal-tunnel-release.en.md"
PAGE = 20
HEARD = 1.0
"""Seconds after which a server has heard of a release of another process."""
BROWSER = {
    "host": "api.practice.example",
    "accept": "application/graphql-response+json",
    "accept-language": "en-GB,en;q=0.9",
    "origin": "https://guides.practice.example",
    "referer": "https://guides.practice.example/",
    "user-agent": "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36",
}


@dataclass
class App:
    """An app on a device: what it has stored, and what went over the wire since it was last asked."""

    client: httpx.Client
    coding: str
    next: str = "0"
    tags: dict[str, str] = field(default_factory=dict)
    requests: int = 0
    sent: int = 0
    received: int = 0

    def sync(self) -> None:
        """Bring the copy up to date."""
        more = True
        while more:
            response = self._get(SYNC, {"locale": "en", "after": self.next, "first": PAGE})
            if response.status_code == httpx.codes.NOT_MODIFIED:
                return
            page = response.json()["data"]["changes"]
            self.next, more = page["next"], page["pageInfo"]["hasNextPage"]

    def open(self, slug: str) -> None:
        """Ask for one guide, as an app that keeps no copy does."""
        self._get(GUIDE, {"slug": slug})

    def counted(self) -> list[str]:
        """The requests, and the bytes there and back, since it was last asked."""
        found = [f"{self.requests}", f"{self.sent:,}", f"{self.received:,}"]
        self.requests = self.sent = self.received = 0
        return found

    def _get(self, document: str, variables: dict[str, object]) -> httpx.Response:
        path = f"/graphql/{_id(document)}?variables={quote(json.dumps(variables, separators=(',', ':')))}"
        headers = BROWSER | {"accept-encoding": self.coding}
        if path in self.tags:
            headers["if-none-match"] = self.tags[path]
        with self.client.stream("GET", path, headers=headers) as response:
            body = b"".join(response.iter_raw())
            sent = response.request
        self.requests += 1
        self.sent += len(f"GET {path} HTTP/1.1\r\n\r\n") + _size(sent.headers)
        self.received += len(f"HTTP/1.1 {response.status_code} {response.reason_phrase}\r\n\r\n") + len(body)
        self.received += _size(response.headers)
        self.tags[path] = response.headers["etag"]
        return httpx.Response(response.status_code, headers=response.headers, content=body)


def _size(headers: httpx.Headers) -> int:
    return sum(len(name) + len(value) + len(": \r\n") for name, value in headers.raw)


def _id(document: str) -> str:
    return hashlib.sha256(document.encode()).hexdigest()


def _filled(folder: Path) -> str:
    """A database with the sample practice and the documents of the app; its URL."""
    url = f"sqlite://{folder / 'caveat.db'}"
    manifest = folder / "manifest.json"
    manifest.write_text(json.dumps({_id(text): text for text in (SYNC, GUIDE)}))
    shutil.copytree(SAMPLE, folder / "content")
    caveat_command(url, "migrate")
    caveat_command(url, "import", str(folder / "content"), "--format", "markdown")
    caveat_command(url, "operations", "push", str(manifest), "--client", "anonymous")
    return url


def _corrected(folder: Path, url: str, round_: int) -> None:
    """Correct a sentence of one guide, and publish it."""
    path = folder / "content" / CHANGED
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("\nsummary: ", f"\nsummary: Edition {round_}. ", 1), encoding="utf-8")
    caveat_command(url, "import", str(folder / "content"), "--format", "markdown")


def rows(coding: str, round_: int, folder: Path, url: str) -> Iterator[list[str]]:
    """What each visit takes, with a copy and without."""
    with caveat(DEFAULTS, url) as server, httpx.Client(base_url=f"http://{HOST}:{server.port}") as client:
        copy, reader = App(client, coding), App(client, coding)
        for visit in ("first visit", "return visit", "next return visit", "visit after one change"):
            if visit == "visit after one change":
                _corrected(folder, url, round_)
                time.sleep(HEARD)
            copy.sync()
            reader.open("knee-replacement")
            yield [f"{visit}, {coding}", *copy.counted(), *reader.counted()]


def main() -> None:
    """Measure with each coding."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = _filled(folder)
        found = [row for place, coding in enumerate(CODINGS) for row in rows(coding, place, folder, url)]
    titles = ["", "sync: requests", "sent", "received", "one guide: requests", "sent", "received"]
    print(report.table(titles, found))


if __name__ == "__main__":
    main()
