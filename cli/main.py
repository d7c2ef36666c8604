"""The ``caveat`` command, put together from its groups. Errors that are safe to show end it with a sentence."""

import logging
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from cli.commands import GROUPS, MODULE_OF, about, commands
from errors import sentences


class Caveat(TyperGroup):
    """The commands of the table in ``cli.commands``, each made when it is wanted."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(MODULE_OF)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name in MODULE_OF and cmd_name not in self.commands:
            self.add_command(made(cmd_name), cmd_name)
        return super().get_command(ctx, cmd_name)


def made(name: str) -> Any:
    """A command, or a group of commands, as Typer runs it."""
    maker = typer.Typer(name=name, pretty_exceptions_enable=False, add_completion=False, no_args_is_help=name in GROUPS)
    if name in GROUPS:
        maker.callback(help=about(name))(lambda: None)  # makes a group of it, even of one command
    for each, command in commands(name).items():
        maker.command(name=each)(command)
    return get_command(maker)


app = typer.Typer(name="caveat", cls=Caveat, no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def caveat() -> None:
    """A headless content API for medical publishers."""


def main() -> None:
    """Run the command."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("tortoise").setLevel(logging.WARNING)
    with sentences():
        app()


if __name__ == "__main__":
    main()
