"""The sample practice, served once a module; a page of somebody else's; and a browser to look at it."""

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[3]
AXE = ROOT / "embeds" / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
)
ARABIC = {
    "disclaimer/physician-bio.ar.md": """---
title: عن صفحات أطبائنا
status: live
kind: BIO
placement: AFTER_CONTENT
effectiveFrom: 2025-01-01
text: هذه الصفحة لا تعد بنتيجة معينة.
---
هذه الصفحة لا تعد بنتيجة معينة، وقراءتها لا تجعلكم من مرضى العيادة.
""",
    "physician/amal-mithal.ar.md": """---
title: د. أمل مثال
status: live
disclaimer: physician-bio
givenName: أمل
familyName: مثال
jobTitle: طبيبة طب طبيعي
languages: [ar, en]
acceptingNewPatients: true
appointmentUrl: https://harbour-lane.example/appointments/amal-mithal
shortBio: تساعد الدكتورة أمل مثال من يعانون آلام الظهر على الحركة والعمل والنوم براحة أكبر.
syndicationConsent: true
lastVerifiedOn: 2026-11-03
---
تعمل الدكتورة أمل مثال في ميناء لا وجود له إلا في هذه العينة.
""",
}


@dataclass
class Practice:
    """The sample practice behind a running server."""

    url: str
    environment: dict[str, str]
    log_path: Path

    def caveat(self, *arguments: str) -> str:
        """Run a command on its database; what it writes."""
        command = [sys.executable, "-m", "cli.main", *arguments]
        run = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stdout + run.stderr
        return run.stdout

    def publish(self, folder: Path, documents: dict[str, str]) -> None:
        """Publish documents, and wait until the server knows them."""
        for name, text in documents.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        before = self.revision
        self.caveat("import", str(folder), "--format", "markdown")
        while self.revision == before:
            time.sleep(0.05)

    @property
    def revision(self) -> int:
        """The revision that it serves."""
        return int(httpx.get(f"{self.url}/graphql", params={"query": "{ revision }"}).json()["data"]["revision"])


@pytest.fixture(scope="module")
def practice(tmp_path_factory) -> Iterator[Practice]:
    """The sample practice on a port of its own, in English, Spanish and a little Arabic."""
    folder = tmp_path_factory.mktemp("practice")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    known = {
        "CAVEAT_DATABASE_URL": f"sqlite://{folder / 'caveat.db'}",
        "CAVEAT_LOCALES": "en,es:en,ar:en",
        "CAVEAT_PUBLIC_URL": url,
        "CAVEAT_SITE_NAME": "Harbour Lane Orthopaedics",
        "CAVEAT_DRAIN_SECONDS": "0",
        "PORT": str(port),
    }
    practice = Practice(url, {**os.environ, **known}, folder / "log")
    practice.caveat("migrate")
    practice.caveat("import", str(ROOT / "content"), "--format", "markdown")
    with practice.log_path.open("wb") as log:
        process = subprocess.Popen([sys.executable, "server.py"], cwd=ROOT, env=practice.environment, stderr=log)
    for _ in range(300):
        with suppress(httpx.ConnectError):
            httpx.get(f"{url}/healthz")
            break
        time.sleep(0.05)
    practice.publish(folder / "arabic", ARABIC)
    yield practice
    process.kill()
    process.wait()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, without a window."""
    chromium = shutil.which("chromium")
    if chromium is None and os.environ.get("CI") != "true":
        pytest.skip("chromium is not on PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS.split())
        yield browser
        browser.close()


class Foreign(BaseHTTPRequestHandler):
    """Answers with the pages of a site, by path."""

    def __init__(self, pages: dict[str, tuple[bytes, dict[str, str]]], *given: Any) -> None:
        self.pages = pages
        super().__init__(*given)

    def do_GET(self) -> None:
        """Send a page."""
        body, headers = self.pages.get(self.path, (b"", {}))
        self.send_response(200 if self.path in self.pages else 404)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Write nothing."""


@dataclass
class Visits:
    """Pages of somebody else's, on an origin of theirs, and who reads them."""

    origin: str
    pages: dict[str, tuple[bytes, dict[str, str]]]
    browser: Browser
    practice: Practice
    opened: list[Page] = field(default_factory=list)

    def html(self, body: str, head: str = "", lang: str = "en") -> str:
        """A page that loads the components, with a heading, so that it is a page as any other."""
        return (
            f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>A page</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
            f'<script type="module" src="{self.practice.url}/embed.js"></script>{head}</head>'
            f"<body><main><h1>A page</h1>{body}</main></body></html>"
        )

    def blank(self, width: int = 900, scheme: Any = "light", **options: Any) -> Page:
        """A reader with nothing open yet."""
        context = self.browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **options)
        page = context.new_page()
        page.set_default_timeout(20_000)
        self.opened.append(page)
        return page

    def serve(self, path: str, html: str, **headers: str) -> str:
        """Put a page on the origin; its address."""
        self.pages[path] = html.encode(), {"content-type": "text/html; charset=utf-8", **headers}
        return self.origin + path

    def read(
        self, body: str, *, head: str = "", waits: str = ".caveat .footer", lang: str = "en", **reader: Any
    ) -> Page:
        """What a reader sees of a page with a body, when its embeds are there."""
        page = self.blank(**reader)
        page.goto(self.serve("/", self.html(body, head)))
        page.wait_for_selector(waits)
        return page


@pytest.fixture
def visits(browser, practice) -> Iterator[Visits]:
    """A site of somebody else's, without a page yet."""
    pages: dict[str, tuple[bytes, dict[str, str]]] = {}
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Foreign, pages)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        visits = Visits(f"http://localhost:{server.server_port}", pages, browser, practice)
        yield visits
        for page in visits.opened:
            page.context.close()
        server.shutdown()


@pytest.fixture(scope="session")
def violations() -> Callable[[Page], dict[str, Any]]:
    """What axe-core finds wrong with a page: rules, and what breaks them."""
    if not AXE.exists() and os.environ.get("CI") != "true":
        pytest.skip("npm ci in embeds installs axe-core")
    script = AXE.read_text()

    def run(page: Page) -> dict[str, Any]:
        page.evaluate(script)
        found = page.evaluate("axe.run(document, {iframes: false})")
        return {rule["id"]: [node["html"] for node in rule["nodes"]] for rule in found["violations"]}

    return run
