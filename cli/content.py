"""Commands that move content in and out: import, export."""

import asyncio
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from models import Edition
from publishing.bundle import export as exported
from publishing.database import opened
from publishing.importing import FORMATS, Report, import_content
from publishing.importing import Progress as Told
from settings import Settings

Format = StrEnum("Format", {name.upper(): name for name in FORMATS})  # type: ignore[misc]
EVERY_SECONDS = 5.0


def import_(
    path: Annotated[Path, typer.Argument(exists=True, help="A folder of Markdown files, or an NDJSON file.")],
    format: Annotated[Format, typer.Option(help="What stands at the path.")] = Format("markdown"),
    strict: Annotated[bool, typer.Option(help="Take all or nothing; warnings count as errors.")] = False,
    dry_run: Annotated[bool, typer.Option(help="Say what would change, and change nothing.")] = False,
    if_empty: Annotated[bool, typer.Option(help="Do nothing where the graph has content.")] = False,
    who: Annotated[str, typer.Option(help="Who publishes, for the log.")] = "import",
) -> None:
    """Import content. What is wrong is reported with its file and line; the exit code is 1 where anything was."""
    report = asyncio.run(_import(path, str(format), strict, dry_run, if_empty, who))
    if report is None:
        typer.echo("The graph has content; nothing was imported.")
        return
    for problem in report.problems:
        typer.echo(f"error: {problem}", err=True)
    for warning in report.warnings:
        typer.echo(f"warning: {warning}", err=True)
    undone = dry_run or (strict and bool(report.problems))
    typer.echo(f"{'Nothing was changed. Otherwise: ' if undone else ''}{report}.")
    if report.problems:
        raise typer.Exit(1)


async def _import(path: Path, format: str, strict: bool, dry_run: bool, if_empty: bool, who: str) -> Report | None:
    settings = Settings()
    async with opened(settings.database_url):
        if if_empty and await Edition.exists():
            return None
        with progress() as told:
            return await import_content(
                path, FORMATS[format], settings, who=who, strict=strict, dry_run=dry_run, progress=told
            )


@contextmanager
def progress() -> Iterator[Told]:
    """How far an import is: a bar on a terminal, otherwise a plain line every few seconds."""
    if not sys.stderr.isatty():
        yield _plain_lines()
        return
    columns = (TextColumn("importing"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, transient=True) as bar:
        task = bar.add_task("import")
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _plain_lines() -> Told:
    last = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= EVERY_SECONDS:
            last = time.monotonic()
            typer.echo(f"importing: {done} of {total}", err=True)

    return tell


def export(
    output: Annotated[Path | None, typer.Option(help="The file to write; standard output where absent.")] = None,
) -> None:
    """Write every live and draft edition as an NDJSON bundle, which import reads."""
    asyncio.run(_export(output))


async def _export(output: Path | None) -> None:
    async with opened(Settings().database_url):
        if output is None:
            async for line in exported():
                sys.stdout.buffer.write(line)
            return
        with output.open("wb") as file:
            async for line in exported():
                file.write(line)


COMMANDS = (import_, export)
