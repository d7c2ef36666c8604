"""Serves the examples on the sample practice, in a database of its own, until Ctrl-C: ``python examples/serve.py``."""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Thread
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[1]
PARTNER, WEB, OFFLINE = (ROOT / "examples" / name for name in ("partner", "web", "offline"))
NAME = "Harbour Lane Orthopaedics"
MANIFEST = Path("src", "generated", "persisted-documents.json")


class Files(SimpleHTTPRequestHandler):
    """The files of a folder."""

    def log_message(self, *_: object) -> None:
        """Write nothing: the log of the API is what one wants to see."""


class Site(Files):
    """A site of one page: an address that is no file gets it, and its script finds the content."""

    def send_head(self) -> Any:
        """Send the head of an answer; the file to send after it."""
        if not Path(self.translate_path(self.path)).is_file():
            self.path = "/index.html"
        return super().send_head()


def serve(folder: Path, port: int, handler: type[Files]) -> ThreadingHTTPServer:
    """Serve a folder, in threads that end with the process. Raises OSError where the port is taken."""
    server = ThreadingHTTPServer(("127.0.0.1", port), partial(handler, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    return server


@contextmanager
def api(url: str, environment: dict[str, str]) -> Iterator[None]:
    """Serve the API in a process of its own; it answers when this is entered."""
    if answers(f"{url}/healthz"):
        sys.exit(f"Another API answers at {url}: stop it, or choose another --api-port.")
    with subprocess.Popen([sys.executable, "server.py"], cwd=ROOT, env=environment) as process:
        try:
            while not answers(f"{url}/readyz"):
                if process.poll() is not None:
                    sys.exit("The API did not start.")
                time.sleep(0.1)
            yield
        finally:
            process.terminate()


def answers(url: str) -> bool:
    """Whether an address answers with success."""
    with suppress(httpx.TransportError):
        return httpx.get(url).is_success
    return False


def build(package: Path, folder: Path, api_url: str) -> None:
    """Build a site for an API into a folder, and the manifest of its operations."""
    npm = partial(subprocess.run, cwd=package, env={**os.environ, "VITE_CAVEAT_URL": api_url}, check=True)
    if not (package / "node_modules" / ".package-lock.json").exists():
        npm(["npm", "ci", "--loglevel=error", "--no-audit", "--no-fund"])
    npm(["npm", "run", "--silent", "build", "--", "--outDir", str(folder), "--emptyOutDir", "--logLevel", "warn"])


def fill(environment: dict[str, str]) -> None:
    """Migrate, import the sample practice, and store the sites' operations: anonymous needs no token, so CDNs help."""
    caveat = partial(subprocess.run, cwd=ROOT, env=environment, check=True)
    command = [sys.executable, "-m", "cli.main"]
    caveat([*command, "migrate"])
    caveat([*command, "import", "content", "--format", "markdown"])
    with NamedTemporaryFile("w", suffix=".json") as manifest:  # one for both: it is all that anonymous has
        json.dump(json.loads((WEB / MANIFEST).read_text()) | json.loads((OFFLINE / MANIFEST).read_text()), manifest)
        manifest.flush()
        caveat([*command, "operations", "push", manifest.name, "--client", "anonymous"])


def options() -> argparse.Namespace:
    """What the command line chooses; of the database, else the environment."""
    parser = argparse.ArgumentParser(formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    for name, port in {"api": 8000, "web": 3000, "partner": 3001, "offline": 3002}.items():
        parser.add_argument(f"--{name}-port", type=int, default=port, help="where it listens")
    database = os.environ.get("EXAMPLES_DATABASE_URL", "sqlite://var/examples.db")
    parser.add_argument("--database", default=database, help="where the content stands")
    parser.add_argument("--built", type=Path, default=WEB / "dist", help="where the built site stands")
    parser.add_argument("--offline-built", type=Path, default=OFFLINE / "dist", help="where the built app stands")
    return parser.parse_args()


def main() -> None:
    """Build, fill and serve, until the process is told to stop."""
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, lambda *_: sys.exit(0))
    chosen = options()
    api_url, site_url = f"http://127.0.0.1:{chosen.api_port}", f"http://localhost:{chosen.web_port}"
    known = {"CAVEAT_DATABASE_URL": chosen.database, "CAVEAT_SITE_URL": site_url, "PORT": str(chosen.api_port)}
    environment = {**os.environ, **known, "CAVEAT_SITE_NAME": NAME}
    build(WEB, chosen.built, api_url)
    build(OFFLINE, chosen.offline_built, api_url)
    fill(environment)
    with api(api_url, environment):
        if PARTNER.exists():
            serve(PARTNER, chosen.partner_port, Files)
            print(f"Partner  http://localhost:{chosen.partner_port}")
        serve(chosen.offline_built, chosen.offline_port, Site)
        print(f"Offline  http://localhost:{chosen.offline_port}")
        serve(chosen.built, chosen.web_port, Site)
        print(f"API      {api_url}/graphql\nWeb site {site_url}", flush=True)
        signal.pause()


if __name__ == "__main__":
    main()
