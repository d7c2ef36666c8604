"""Synonyms: names that mean the same to whoever searches."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from errors import BadRequest
from publishing import synonyms
from publishing.database import opened
from publishing.synonyms import Group
from settings import Settings

Locale = Annotated[str, typer.Option(help="The locale in which they mean the same, as en.")]


def list_(locale: Annotated[str | None, typer.Option(help="Only those of this locale.")] = None) -> None:
    """List the synonyms, one group a line, as import reads them."""

    async def run() -> list[Group]:
        settings = Settings()
        async with opened(settings.database_url):
            return await synonyms.listed(settings, locale)

    typer.echo(synonyms.written(asyncio.run(run())), nl=False)


def add(
    names: Annotated[list[str], typer.Argument(help='The names, two or more: "slipped disc" "herniated disc".')],
    locale: Locale,
) -> None:
    """Have names mean the same. What one of them means already, the others mean too.

    Servers search with them within a second.
    """
    given = Group(locale, tuple(" ".join(name.split()) for name in names))
    count = asyncio.run(_add([given]))
    typer.echo(f"{', '.join(given.names)} mean the same now." if count else "They mean the same already.")


def remove(name: Annotated[str, typer.Argument(help="The name.")], locale: Locale) -> None:
    """Have a name mean nothing but itself. A name that would be left alone goes too."""

    async def run() -> list[str]:
        async with opened(Settings().database_url):
            return await synonyms.remove(locale, name)

    left = asyncio.run(run())
    typer.echo(f"{name} is removed. Left of its group: {', '.join(left) or 'nothing'}.")


def import_(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="A text file: a group a line, names between commas.")
    ],
    locale: Annotated[
        str | None, typer.Option(help="The locale of groups that stand under no [locale]; by default the site's first.")
    ] = None,
) -> None:
    """Add the synonyms of a file: one group a line, names separated by commas, # for comments, [es] above those of es.

    All of it or nothing; what is there already stays as it is, so that a file can be imported again.
    """
    try:
        text = file.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise BadRequest(f"{file} is not UTF-8. Save it as UTF-8 text.") from None
    groups = synonyms.read(text, locale or Settings().default_locale)
    count = asyncio.run(_add(groups))
    typer.echo(f"{len(groups)} groups; names that are new or joined others: {count}.")


async def _add(groups: list[Group]) -> int:
    settings = Settings()
    async with opened(settings.database_url):
        return await synonyms.add(groups, settings)


COMMANDS = (list_, add, remove, import_)
