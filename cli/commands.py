"""The commands of ``caveat``, and the modules in which they stand. A module is loaded when one of its commands is
wanted: the server and the GraphQL schema take half a second that most commands do not need (2026-11).
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

Command = Callable[..., None]

MODULES: dict[str, tuple[str, ...]] = {
    "cli.serve": ("serve", "schema"),
    "cli.operate": ("migrate", "reindex", "reseal", "settings"),
    "cli.content": ("import", "export"),
    "cli.bundle": ("bundle",),
    "cli.publish": ("publish", "schedule", "withdraw", "erase"),
    "cli.receipts": ("receipts",),
    "cli.reference": ("reference",),
}
"""The commands that stand alone: module -> names."""
GROUPS = {name: f"cli.{name}" for name in ("clients", "operations", "synonyms", "webhooks")}
"""The groups of commands, as ``caveat clients list``: name -> module."""
MODULE_OF = {name: module for module, names in MODULES.items() for name in names} | GROUPS


def commands(name: str) -> dict[str, Command]:
    """The command of a name, or all commands of a group, by the names that they are called by."""
    module: Any = import_module(MODULE_OF[name])
    found = {named(command): command for command in module.COMMANDS}
    return found if name in GROUPS else {name: found[name]}


def named(command: Command) -> str:
    """What a command is called by: its function's name, as words are joined on the command line."""
    return command.__name__.rstrip("_").replace("_", "-")


def about(group: str) -> str:
    """What a group of commands is for: the first line of its module."""
    return (import_module(GROUPS[group]).__doc__ or "").partition("\n")[0]
