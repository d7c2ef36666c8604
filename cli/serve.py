"""Commands that need the whole server: serve, schema."""

from pathlib import Path
from typing import Annotated

import typer

import server
from schema.build import sdl
from settings import Settings


def serve() -> None:
    """Serve the graph at CAVEAT_HOST and CAVEAT_PORT."""
    server.serve(Settings())


def schema(
    output: Annotated[Path | None, typer.Option(help="The file to write; standard output where absent.")] = None,
) -> None:
    """Print the GraphQL schema in the schema definition language."""
    if output is None:
        typer.echo(sdl(), nl=False)
    else:
        output.write_text(sdl(), encoding="utf-8")


COMMANDS = (serve, schema)
