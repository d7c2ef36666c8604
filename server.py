"""The ASGI application: routes, lifespan, middleware. ``python server.py`` serves."""

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from delivery.graphql import GraphQLApp
from errors import sentences
from loaders.database import reading
from publishing.database import opened
from publishing.release import publish_due
from settings import Settings

logger = logging.getLogger("caveat")


async def healthz(_request: Request) -> JSONResponse:
    """Whether the process answers."""
    return JSONResponse({"status": "ok"})


routes = [
    Route("/graphql", GraphQLApp(), methods=["GET", "POST"]),
    Route("/healthz", healthz),
]
middleware: list[Middleware] = []


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """The database, open for writing and for reading, and the task that publishes what is due."""
    settings: Settings = app.state.settings
    async with opened(settings.database_url), reading(settings.database_url) as app.state.database:
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


def application(settings: Settings | None = None) -> Starlette:
    """The application for some settings; by default for those of the environment."""
    app = Starlette(routes=routes, middleware=middleware, lifespan=lifespan)
    app.state.settings = settings or Settings()
    return app


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
