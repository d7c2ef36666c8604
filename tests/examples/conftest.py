"""The examples, served on free ports, and a browser to look at them."""

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

ROOT = Path(__file__).parents[2]
WEB = ROOT / "examples" / "web"
CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
)


@dataclass
class Examples:
    """The running examples: their addresses, the database behind them, and the ids of the site's operations."""

    api: str
    web: str
    partner: str
    database: str
    ids: set[str]


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
    installed = shutil.which("npm") and (WEB / "node_modules" / ".package-lock.json").exists()
    if os.environ.get("CI") != "true" and not installed:
        pytest.skip("make examples installs the packages of examples/web, where npm is on PATH")
    folder = tmp_path_factory.mktemp("examples")
    api, web, partner = free_ports(3)
    database = f"sqlite://{folder / 'examples.db'}"
    flags = [f"--api-port={api}", f"--web-port={web}", f"--partner-port={partner}", f"--database={database}"]
    command = [sys.executable, "examples/serve.py", *flags, f"--built={folder / 'dist'}"]
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
    ids = set(json.loads((WEB / "src" / "generated" / "persisted-documents.json").read_text()))
    addresses = (f"http://127.0.0.1:{api}", f"http://localhost:{web}", f"http://localhost:{partner}")
    yield Examples(*addresses, database, ids)
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
    """Somebody who reads in a browser: opens pages, and notes what was asked and what went wrong."""

    browser: Browser
    site: str
    pages: list[Page] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def opens(self, path: str, *, width: int = 1280, scheme: str = "light") -> Page:
        """A page of the site, in a browser that knows nothing yet."""
        page = self.browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
        page.set_default_timeout(10_000)
        page.on("request", lambda request: self.requests.append(request))
        page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.pages.append(page)
        page.goto(self.site + path)
        page.wait_for_selector("h1")
        return page


@pytest.fixture
def reader(browser, examples) -> Iterator[Reader]:
    """A reader of the web site, in whose console nothing may stand at the end."""
    reader = Reader(browser, examples.web)
    yield reader
    for page in reader.pages:
        page.close()
    assert reader.complaints == []
