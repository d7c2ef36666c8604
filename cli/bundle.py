"""Bundles: a signed, compressed snapshot for shipping inside an app, from which its sync goes on."""

import asyncio
import gzip
import hashlib
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Annotated, Any

import orjson
import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cli.signing import fingerprint, key_of, signature
from cli.snapshot import Page, Reader, Wanted, audience
from errors import BadRequest
from loaders import editions
from loaders.database import reading
from loaders.perspective import Reading
from models import ANONYMOUS, Kind
from publishing.database import opened
from settings import Settings

FORMAT = 1
"""The number of the form of bundles. An app refuses one that it does not know."""
OPERATION = Path(__file__).with_name("bundle.graphql")
"""The operation of apps that send none of their own."""
ENDING, SIGNATURE = "caveat", ".sig"
"""Not .gz: Android's asset packager unpacks such files, and web servers declare them to be encoded (2026-11)."""
LEVEL = 9
"""Of compression: a bundle is written once, and loaded by every device."""


@dataclass(frozen=True)
class Order:
    """What bundle is to be written: of what, for whom, by which operation, and where."""

    kinds: tuple[Kind, ...]
    locale: str | None
    topics: tuple[str, ...]
    client: str
    text: str
    output: Path | None

    def path(self, header: dict[str, Any]) -> Path:
        """Where to write: by default a name that says what is in it."""
        kinds = "-".join(kind.value for kind in self.kinds) or "all"
        client = [] if self.client == ANONYMOUS else [self.client]
        parts = [kinds, *self.topics, *client, header["locale"], str(header["revision"])]
        return self.output or Path(".".join([*parts, ENDING]))


def bundle(
    kinds: Annotated[
        str | None, typer.Option(help="The kinds of content: procedure,article,…; all where absent.")
    ] = None,
    locale: Annotated[str | None, typer.Option(help="The locale; the site's default where absent.")] = None,
    topics: Annotated[str | None, typer.Option(help="Only what is about one of these topics, by their slugs.")] = None,
    client: Annotated[str, typer.Option(help="The client that the app asks as: its limits hold.")] = ANONYMOUS,
    operation: Annotated[
        Path, typer.Option(help="The app's own sync operation, a GraphQL file.", show_default=False)
    ] = OPERATION,
    key: Annotated[
        str | None, typer.Option(help="The file with the private key; by default that of CAVEAT_BUNDLE_KEY.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="The file to write; by default named as procedure.es.42.caveat.")
    ] = None,
) -> None:
    """Write a signed, compressed snapshot for shipping inside an app, from which changes(after:) goes on.

    The signature goes to a file beside it, whose name ends with .sig.
    """
    settings = Settings()
    signer = key_of(settings.bundle_key if key is None else key)
    order = Order(_kinds(kinds), locale, _listed(topics), client, _text(operation), output)
    path, header = asyncio.run(_bundle(order, signer, settings))
    typer.echo(f"{path}: {header['count']} nodes at revision {header['revision']}, {path.stat().st_size} bytes")
    typer.echo(f"{path}{SIGNATURE}: signed with the key whose public half has SHA-256 {fingerprint(signer)}")


def _listed(given: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.strip() for each in (given or "").split(",") if each.strip()))


def _kinds(given: str | None) -> tuple[Kind, ...]:
    try:
        return tuple(sorted(Kind(each) for each in _listed(given)))
    except ValueError as error:
        raise BadRequest(f"--kinds: {error}. The kinds are {', '.join(Kind)}.") from None


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except OSError as error:
        raise BadRequest(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise BadRequest(f"{path} is not UTF-8.") from None


async def _bundle(order: Order, signer: Ed25519PrivateKey, settings: Settings) -> tuple[Path, dict[str, Any]]:
    """Write the bundle; returns where it is, and its header. Raises BadRequest, and what refuses the operation."""
    folder = Path() if order.output is None else order.output.parent
    async with opened(settings.database_url), reading(settings.database_url) as database:
        reader = Reader(database, settings, await audience(order.client, database))
        wanted = Wanted(order.kinds, await reader.topics(order.topics, order.locale), order.locale)
        with _sentences(), tempfile.TemporaryFile(dir=folder) as lines:  # has no name: nothing of it can be left behind
            count, page = await _gathered(reader.pages(order.text, wanted), lines)
            (time,) = await editions.release_times([page.perspective.revision], Reading(database, page.perspective))
            header = _header(page, count, time, order.text)
            path = order.path(header)
            _write(path, header, lines, signer)
    return path, header


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BadRequest(f"The bundle cannot be written: {error.strerror}.") from None


async def _gathered(pages: AsyncIterator[Page], lines: IO[bytes]) -> tuple[int, Page]:
    """Write the changes of all pages, a line each; returns how many they are, and the last page. Raises BadRequest."""
    count = 0
    async for page in pages:
        lines.writelines(orjson.dumps(each, option=orjson.OPT_APPEND_NEWLINE) for each in page.nodes)
        count += len(page.nodes)
    if count == 0:
        raise BadRequest("The bundle would be empty: there is nothing that the client may see of what it asks for.")
    return count, page


def _header(page: Page, count: int, time: datetime | None, text: str) -> dict[str, Any]:
    """The first line: what is in the bundle, and with what to go on. ``document`` is the operation's SHA-256."""
    return {
        "bundle": FORMAT,
        "revision": page.perspective.revision,
        "next": page.next,
        "scope": page.scope,
        "locale": page.perspective.locales[0],
        "kinds": [kind.value.upper() for kind in page.kinds],
        "topics": page.topics,
        "time": time,
        "count": count,
        "document": hashlib.sha256(text.encode()).hexdigest(),
    }


def _write(path: Path, header: dict[str, Any], lines: IO[bytes], signer: Ed25519PrivateKey) -> None:
    """Write a bundle and its signature, of which each takes the place of the one before at once."""
    lines.seek(0)
    with _replacing(path.with_name(path.name + SIGNATURE)) as signed, _replacing(path) as whole:
        with whole.open("wb") as file, gzip.GzipFile("", "wb", LEVEL, file, mtime=0) as packed:
            packed.write(orjson.dumps(header, option=orjson.OPT_APPEND_NEWLINE))
            shutil.copyfileobj(lines, packed)
        signed.write_bytes(signature(whole, signer))


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """A path beside another, whose file takes the other's place at the end. Where something fails, it is gone."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


COMMANDS = (bundle,)
