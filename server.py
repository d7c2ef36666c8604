"""The ASGI application: routes, lifespan, middleware. ``python server.py`` serves."""

import asyncio
import gc
import logging
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from cache import Cache
from delivery.connections import Connections
from delivery.draining import Server
from delivery.embeds import routes as embeds
from delivery.feeds import routes as feeds
from delivery.graphql import PATH, GraphQLApp
from delivery.health import Readiness
from delivery.logs import RequestLines, to_log
from delivery.metrics import Metrics
from delivery.records import records, written
from delivery.safety import HANDLERS, secured
from delivery.tracing import traced
from delivery.webhooks.delivering import deliver
from errors import sentences
from loaders.database import reading
from loaders.graph import followed
from publishing.database import opened
from publishing.release import publish_due
from settings import Settings

logger = logging.getLogger("caveat")
COLLECT = (50_000, 20, 50)
"""Objects made before a collection: an answer of 35 kB makes some thousand, of which no cycle is left (2026-11)."""


async def healthz(_request: Request) -> JSONResponse:
    """Whether the process answers."""
    return JSONResponse({"status": "ok"})


async def readyz(request: Request) -> JSONResponse:
    """Whether the process should be sent requests, and which check says that it should not."""
    checks = await request.app.readiness(request.app.graphql.answering.graph)
    ready = set(checks.values()) == {"ok"}
    return JSONResponse({"status": "ready" if ready else "not ready", "checks": checks}, 200 if ready else 503)


async def metrics(request: Request) -> Response:
    """What the server did and holds, as Prometheus reads it."""
    text, media_type = await request.app.metrics.exposition(request.headers.get("accept", ""))
    return Response(text, media_type=media_type)


routes = [
    Route("/healthz", healthz),
    Route("/readyz", readyz),
    Route("/metrics", metrics),
    *embeds.ROUTES,
    *feeds.ROUTES,
]
middleware: list[Middleware] = []


class Application(Starlette):
    """Starlette's application, with ``/graphql`` in front of it: routing and middleware would cost it 20 µs."""

    def __init__(self, settings: Settings) -> None:
        self.graphql = GraphQLApp(settings)
        self.connections = Connections(settings)
        self.readiness = Readiness(self.connections)
        self.metrics = Metrics(self.graphql.answering, self.connections)
        super().__init__(routes=routes, middleware=middleware, exception_handlers=HANDLERS, lifespan=lifespan)
        self.router.redirect_slashes = False  # a redirect would go to whatever the header Host says
        self.state.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (scope["path"] == PATH or scope["path"].startswith(f"{PATH}/")):
            await self.graphql(scope, receive, send)
        else:
            await super().__call__(scope, receive, secured(send))


@asynccontextmanager
async def lifespan(app: "Application") -> AsyncIterator[None]:
    """What writes the records of requests; the database; the task that publishes what is due."""
    settings: Settings = app.state.settings
    with traced() as traces:
        lines = RequestLines(settings, sys.stderr)
        sinks = [app.metrics.tallies.count, *([lines.add] if settings.log_requests else []), *traces]
        async with written(records, sinks, lines.flush), _serving(app, settings):
            yield


@asynccontextmanager
async def _serving(app: "Application", settings: Settings) -> AsyncIterator[None]:
    url, megabytes = settings.database_url, settings.graph_cache_mb
    cache: Cache[Any] | None = Cache(megabytes * 1_000_000) if megabytes else None
    async with opened(url), reading(url) as database, followed(database, url, cache) as graph:
        app.graphql.answering.serve_from(graph)
        await app.readiness.begin(graph)
        gc.freeze()  # code and schema stay: no collection looks at them again
        gc.set_threshold(*COLLECT)
        tasks = [asyncio.create_task(each) for each in (_publish_when_due(settings), deliver(settings, graph))]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, app.graphql.answering.budgets.close(), return_exceptions=True)


async def _publish_when_due(settings: Settings) -> None:
    """Publish scheduled drafts for as long as the server runs. What fails is tried again at the next turn."""
    while True:
        try:
            revisions, refused = await publish_due(settings)
        except Exception:
            logger.exception("publishing what is due failed")
        else:
            for revision in revisions:
                logger.info("published what was due: revision %d", revision)
            for problem in refused:
                logger.warning("a scheduled draft was kept back: %s", problem)
        await asyncio.sleep(settings.publish_interval)


def application(settings: Settings | None = None) -> Application:
    """The application for some settings; by default for those of the environment."""
    return Application(settings or Settings())


async def _check(settings: Settings) -> None:
    async with opened(settings.database_url):
        pass


def serve(settings: Settings) -> None:
    """Serve until the process is told to stop; what was accepted is answered first. Raises NotReady."""
    to_log(settings, sys.stderr)
    asyncio.run(_check(settings))  # before uvicorn, which would show a traceback
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # uvicorn sends itself the signal again when it is done
    app = application(settings)
    server = Server(
        app.connections,
        settings.drain_seconds,
        app,
        host=settings.host,
        port=settings.port,
        timeout_graceful_shutdown=settings.shutdown_seconds,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # whom to believe about addresses is CAVEAT_TRUSTED_PROXIES to say
        ws="none",
    )
    with suppress(KeyboardInterrupt):
        server.run()


if __name__ == "__main__":
    with sentences():
        serve(Settings())
