"""The floors: servers that do nothing but answer, with bodies and headers of the same size as the real answers.

``python -m bench.floors raw ANSWERS`` answers without a framework and without reading the request;
``python -m bench.floors starlette ANSWERS`` reads the request's body in a route. ANSWERS is a JSON file that maps a
path to ``{"headers": {…}, "body": "…"}``. Both run with the flags of ``python server.py``; HOST and PORT say where.
"""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

Answers = Mapping[str, dict[str, Any]]


def raw(answers: Answers) -> ASGIApp:
    """An ASGI application that is a constant."""
    ready = {path: _messages(answer) for path, answer in answers.items()}

    async def app(scope: Scope, _receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            start, body = ready[scope["path"]]
            await send(start)
            await send(body)

    return app


def _messages(answer: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    headers = [(name.encode(), value.encode()) for name, value in answer["headers"].items()]
    start = {"type": "http.response.start", "status": 200, "headers": headers}
    return start, {"type": "http.response.body", "body": answer["body"].encode()}


def starlette(answers: Answers) -> ASGIApp:
    """A Starlette application whose routes read the body and answer with a constant."""
    return Starlette(routes=[_route(path, answer) for path, answer in answers.items()])


def _route(path: str, answer: dict[str, Any]) -> Route:
    body, headers = answer["body"].encode(), answer["headers"]

    async def endpoint(request: Request) -> Response:
        await request.body()
        return Response(body, headers=headers)

    return Route(path, endpoint, methods=["POST"])


FLOORS = {"raw": raw, "starlette": starlette}


def main(floor: str, answers: str) -> None:
    """Serve a floor until the process is told to stop."""
    uvicorn.run(
        FLOORS[floor](json.loads(Path(answers).read_text(encoding="utf-8"))),
        host=os.environ["HOST"],
        port=int(os.environ["PORT"]),
        lifespan="off",
        access_log=False,
        server_header=False,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
