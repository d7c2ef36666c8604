"""The ASGI application: routes, lifespan, middleware. ``python server.py`` serves."""

import asyncio
import gc
import logging
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from cache import Cache
from delivery.graphql import PATH, GraphQLApp
from delivery.metrics import EXPOSITION, exposition
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


async def metrics(request: Request) -> PlainTextResponse:
    """Counters of the engine and the caches, as Prometheus reads them."""
    return PlainTextResponse(exposition(request.app.graphql.answering), media_type=EXPOSITION)


routes = [
    Route("/healthz", healthz),
    Route("/metrics", metrics),
]
middleware: list[Middleware] = []


class Application(Starlette):
    """Starlette's application, with ``/graphql`` in front of it: routing and middleware would cost it 20 µs."""

    def __init__(self, settings: Settings) -> None:
        self.graphql = GraphQLApp(settings)
        super().__init__(routes=routes, middleware=middleware, lifespan=lifespan)
        self.state.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (scope["path"] == PATH or scope["path"].startswith(f"{PATH}/")):
            await self.graphql(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


@asynccontextmanager
async def lifespan(app: "Application") -> AsyncIterator[None]:
    """The database, open for writing and for reading, and the task that publishes what is due."""
    settings: Settings = app.state.settings
    url, megabytes = settings.database_url, settings.graph_cache_mb
    cache: Cache[Any] | None = Cache(megabytes * 1_000_000) if megabytes else None
    async with opened(url), reading(url) as database, followed(database, url, cache) as graph:
        app.graphql.answering.serve_from(graph)
        gc.freeze()  # code and schema stay: no collection looks at them again
        gc.set_threshold(*COLLECT)
        publisher = asyncio.create_task(_publish_when_due(settings))
        try:
            yield
        finally:
            publisher.cancel()
            with suppress(asyncio.CancelledError):
                await publisher


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
    """Serve until the process is told to stop; requests that run are finished first. Raises NotReady."""
    asyncio.run(_check(settings))  # before uvicorn, which would show a traceback
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # uvicorn sends itself the signal again when it is done
    uvicorn.run(
        application(settings),
        host=settings.host,
        port=settings.port,
        timeout_graceful_shutdown=settings.shutdown_seconds,
        access_log=False,
        server_header=False,
    )


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("tortoise").setLevel(logging.WARNING)
    with sentences():
        serve(Settings())
