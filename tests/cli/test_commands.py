"""The table of commands, and how times are written on the command line."""

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest

from cli.commands import GROUPS, MODULES, commands, named
from cli.times import moment, span
from errors import BadRequest

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
MOMENTS = {
    "90d": NOW + timedelta(days=90),
    "2w": NOW + timedelta(days=14),
    "30m": NOW + timedelta(minutes=30),
    "2027-01-31": datetime(2027, 1, 31, tzinfo=UTC),
    "2027-01-31T10:00": datetime(2027, 1, 31, 10, tzinfo=UTC),
    "2027-01-31T10:00:00+02:00": datetime(2027, 1, 31, 8, tzinfo=UTC),
}
NO_SPANS = ("", "24", "h", "-1h", "1.5h", "24 h", "99999d", "\u0661d", "24h\n")


def test_every_command_stands_in_the_table():
    """A command that is written and not listed would not be found."""
    written = {module: [named(each) for each in import_module(module).COMMANDS] for module in MODULES}

    assert {module: list(names) for module, names in MODULES.items()} == written
    assert [name for name in GROUPS if commands(name) == {}] == []


@pytest.mark.parametrize("text", MOMENTS)
def test_a_moment_is_a_span_from_now_or_a_time(text):
    """In UTC, unless it says otherwise."""
    assert moment(text, NOW) == MOMENTS[text]


@pytest.mark.parametrize("text", NO_SPANS)
def test_what_is_no_time_is_refused(text):
    """By a sentence that shows how to write it."""
    with pytest.raises(BadRequest, match=r"is no span of time: write a number and m, h, d or w"):
        span(text)
    with pytest.raises(BadRequest, match=r"is no time: write a span from now, as 90d, or a date"):
        moment(text, NOW)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_help_lists_every_command(caveat):
    """The table has them all, and each is made from its module; an unknown one gives exit code 2."""
    top, group, unknown = caveat("--help"), caveat("clients", "--help"), caveat("clients", "none")

    assert [name for names in MODULES.values() for name in names if f" {name} " not in top.stdout] == []
    assert [name for name in GROUPS if f" {name} " not in top.stdout] == []
    assert [name for name in ("create", "list", "update", "rotate", "revoke") if f" {name} " not in group.stdout] == []
    assert unknown.returncode == 2
