"""How soon an embed stands on a page of another origin, nothing being kept: ``python -m bench.embed_paint``.

Needs Chromium on PATH, and a server that serves the physician: ``--server http://127.0.0.1:8000 --slug ana-example``.
"""

import argparse
import gzip
import shutil
import statistics
import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"  # noqa: SIM905
    " --disable-component-update --disable-sync".split()
)
PAGE = (
    "<!doctype html><html lang=en><title>A page</title><h1>A page</h1>"
    '<script type="module" src="{server}/embed.js"></script><caveat-physician slug="{slug}"></caveat-physician>'
)
WATCHED = """
    window.paints = {}
    new PerformanceObserver(list => list.getEntries().forEach(each => paints[each.name] ??= each.startTime))
      .observe({ type: 'paint', buffered: true })
    document.addEventListener('caveat-load', () =>
      requestAnimationFrame(() => setTimeout(() => paints.embed = performance.now())))
"""


class OnePage(BaseHTTPRequestHandler):
    """The page of another origin."""

    def __init__(self, page: bytes, *given: Any) -> None:
        self._page = page
        super().__init__(*given)

    def do_GET(self) -> None:
        """Send the page."""
        self.send_response(200)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(self._page)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def paints(browser: Browser, url: str) -> dict[str, float]:
    """Milliseconds from the start of the navigation to the page's first paint and the embed's, nothing being kept."""
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(WATCHED)
    page.goto(url)
    page.wait_for_function("paints.embed && paints['first-contentful-paint']")
    found: dict[str, float] = page.evaluate("paints")
    context.close()
    return found


def main() -> None:
    """Measure, and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--server", default="http://127.0.0.1:8000")
    options.add_argument("--slug", default="ana-example")
    options.add_argument("--times", type=int, default=30)
    given = options.parse_args()
    for path in ("/embed.js", f"/embed/physician/{given.slug}.html"):
        body = httpx.get(given.server + path).raise_for_status().content
        print(f"{path}: {len(body)} bytes, {len(gzip.compress(body, 6))} compressed (gzip 6)")
    page = PAGE.format(server=given.server, slug=given.slug).encode()
    other = ThreadingHTTPServer(("127.0.0.1", 0), partial(OnePage, page))
    threading.Thread(target=other.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM)
        rounds = [paints(browser, f"http://localhost:{other.server_port}/") for _ in range(given.times)]
        browser.close()
    other.shutdown()
    for name in ("first-contentful-paint", "embed"):
        times = sorted(each[name] for each in rounds)
        print(f"{name}: median {statistics.median(times):.0f} ms, slowest {times[-1]:.0f} ms, of {len(times)}")


if __name__ == "__main__":
    main()
