"""The ``caveat`` command, put together from its groups. Errors that are safe to show end it with a sentence."""

import logging

import typer

from cli import content, operate, publish, reference
from errors import sentences

app = typer.Typer(
    name="caveat",
    help="A headless content API for medical publishers.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for group in (operate, content, publish, reference):
    for command in group.COMMANDS:
        app.command(name=command.__name__.rstrip("_").replace("_", "-"))(command)


def main() -> None:
    """Run the command."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("tortoise").setLevel(logging.WARNING)
    with sentences():
        app()


if __name__ == "__main__":
    main()
