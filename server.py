"""The ASGI application: routes, lifespan, middleware. ``python server.py`` serves."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from delivery.graphql import GraphQLApp
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


def serve(settings: Settings) -> None:
    """Serve until the process is told to stop; requests that run are finished first."""
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
    serve(Settings())
