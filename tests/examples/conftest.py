"""The examples, served on free ports, and a browser to look at them."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

ROOT = Path(__file__).parents[2]
SITES = [ROOT / "examples" / name for name in ("web", "offline")]
CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
)


@dataclass
class Examples:
    """The running examples: their addresses, the database, the ids of all operations, and the files of the app."""

    api: str
    web: str
    partner: str
    offline: str
    database: str
    ids: set[str]
    app: Path


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on, all different."""
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [listener.getsockname()[1] for listener in listeners]
    for listener in listeners:
        listener.close()
    return ports


@pytest.fixture(scope="module")
def examples(tmp_path_factory) -> Iterator[Examples]:
    """The examples as ``make examples`` serves them, with a database and a built site of their own."""
    installed = all((site / "node_modules" / ".package-lock.json").exists() for site in SITES)
    if os.environ.get("CI") != "true" and not (shutil.which("npm") and installed):
        pytest.skip("make examples installs the packages of examples/web and examples/offline, where npm is on PATH")
    folder = tmp_path_factory.mktemp("examples")
    api, web, partner, offline = free_ports(4)
    database = f"sqlite://{folder / 'examples.db'}"
    ports = [f"--api-port={api}", f"--web-port={web}", f"--partner-port={partner}", f"--offline-port={offline}"]
    places = [f"--database={database}", f"--built={folder / 'web'}", f"--offline-built={folder / 'app'}"]
    command = [sys.executable, "examples/serve.py", *ports, *places]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True)
    assert process.stdout is not None
    written = []
    for line in process.stdout:
        written.append(line)
        if line.startswith("Web site"):
            break
    else:
        pytest.fail("".join(written) + (folder / "log").read_text())
    manifests = [site / "src" / "generated" / "persisted-documents.json" for site in SITES]
    ids = {id for manifest in manifests for id in json.loads(manifest.read_text())}
    addresses = (f"http://127.0.0.1:{api}", *(f"http://localhost:{port}" for port in (web, partner, offline)))
    yield Examples(*addresses, database, ids, folder / "app")
    process.terminate()
    process.communicate(timeout=30)
    assert process.returncode == 0


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    if CHROMIUM is None and os.environ.get("CI") != "true":
        pytest.skip("chromium is not on PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield browser
        browser.close()


@dataclass
class Reader:
    """Somebody who reads in a browser: opens pages, and notes what was asked and what went wrong.

    ``tolerated``: what Chromium may say in the console, as a regular expression.
    """

    browser: Browser
    site: str
    tolerated: str = "(?!)"
    pages: list[Page] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def opens(self, path: str, *, width: int = 1280, scheme: str = "light") -> Page:
        """A page of the site, in a browser that knows nothing yet."""
        size = {"width": width, "height": 900}
        context = self.browser.new_context(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("request", lambda request: self.requests.append(request))
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.pages.append(page)
        page.goto(self.site + path)
        page.wait_for_selector("h1")
        return page

    def _heard(self, message: ConsoleMessage) -> None:
        """Note what a page complains of."""
        if message.type == "error" and not re.match(self.tolerated, message.text):
            self.complaints.append(message.text)


@pytest.fixture
def reader(browser, examples) -> Iterator[Reader]:
    """A reader of the web site, in whose console nothing may stand at the end."""
    reader = Reader(browser, examples.web)
    yield reader
    for page in reader.pages:
        page.context.close()
    assert reader.complaints == []
