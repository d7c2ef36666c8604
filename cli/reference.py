"""The reference pages, written from the code itself: settings, commands, errors."""

import inspect
from pathlib import Path
from typing import Annotated

import typer

import errors
from cli import operate
from cli.commands import MODULE_OF, Command, commands
from settings import Settings


def settings_page() -> str:
    """The page of settings."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=True)
        rows.append(f"| `{operate.variable(name)}` | `{operate.shown(name, default)}` | {field.description} |")
    head = "| variable | default | meaning |\n| --- | --- | --- |\n"
    return _page("Settings", "Settings come from the environment; `caveat settings` lists them.", head + _lines(rows))


def commands_page() -> str:
    """The page of commands."""
    sections = [
        f"## caveat {name if each == name else f'{name} {each}'}\n\n{inspect.getdoc(command)}\n{_options(command)}"
        for name in MODULE_OF
        for each, command in commands(name).items()
    ]
    return _page("Commands", "The `caveat` command stands in the virtual environment.", "\n".join(sections))


def _options(command: Command) -> str:
    """The arguments and options of a command, a line each."""
    rows = []
    for parameter in inspect.signature(command).parameters.values():
        note = next(each for each in parameter.annotation.__metadata__ if hasattr(each, "help"))
        rows.append(f"| {_named(parameter, note)} | {note.help} |")
    return f"\n| argument | meaning |\n| --- | --- |\n{_lines(rows)}" if rows else ""


def _named(parameter: inspect.Parameter, note: object) -> str:
    """How an argument or option is written; one that can be on, off or left alone has two names."""
    dashed = parameter.name.strip("_").replace("_", "-")
    if type(note).__name__ == "ArgumentInfo":
        return f"`{dashed.upper()}`"
    switch = parameter.annotation.__origin__ == bool | None
    return f"`--{dashed}`, `--no-{dashed}`" if switch else f"`--{dashed}`"


def errors_page() -> str:
    """The page of errors."""
    family = [each for each in vars(errors).values() if inspect.isclass(each) and issubclass(each, errors.CaveatError)]
    rows = [f"| `{e.code}` | {e.status} | {inspect.getdoc(e)} |" for e in family if e is not errors.CaveatError]
    rows += [
        "| `GRAPHQL_VALIDATION_FAILED` | 400 | The operation does not fit the schema; the message says where. |",
        "| `INTERNAL` | 500 | Something went wrong on the server's side; its log says what. |",
    ]
    head = "| code | HTTP status | meaning |\n| --- | --- | --- |\n"
    intro = (
        "Every error carries `extensions.code`. Codes are stable, messages are for people. Over `application/json`"
        " a GraphQL answer has the status 200 even where it bears errors."
    )
    return _page("Errors", intro, head + _lines(rows))


def _page(title: str, intro: str, body: str) -> str:
    return f"# {title}\n\n{intro}\n\n{body}"


def _lines(rows: list[str]) -> str:
    return "".join(f"{row}\n" for row in rows)


PAGES = {"settings.md": settings_page, "commands.md": commands_page, "errors.md": errors_page}


def reference(
    folder: Annotated[Path, typer.Argument(help="The folder to write to.")] = Path("docs/reference"),
) -> None:
    """Write the reference pages of settings, commands and errors."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (folder / name).write_text(page(), encoding="utf-8")


COMMANDS = (reference,)
