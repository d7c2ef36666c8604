"""``caveat clients``: what the commands say, and their exit codes."""

import json
import re

import pytest

from loaders.clients import clients
from models import Client

pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # each command starts a process: once is enough
TOKEN = re.compile(r"caveat_[A-Za-z0-9_-]{43}\n")


async def test_a_token_is_printed_once_and_alone(caveat, db):
    """A script takes standard output as it is; the words for people are on standard error."""
    made = caveat("clients", "create", "clinic", "--expires", "2999-01-31")
    listed = caveat("clients", "list").stdout + caveat("clients", "list", "--json").stdout

    assert made.returncode == 0
    assert TOKEN.fullmatch(made.stdout)
    token = made.stdout.strip()
    assert made.stderr == (
        "The client clinic is made. This is its token, shown this once. It ends at 2999-01-31 00:00 UTC.\n"
        "Requests carry it as the header: Authorization: Bearer TOKEN\n"
    )
    assert (await clients(db)).of(token).name == "clinic"
    assert token not in listed
    assert f"    token …{token[-6:]}  made " in listed


async def test_every_setting_can_be_given_and_taken_back(caveat, make):
    """``update`` changes what it is told; ``none``, ``all`` and ``unlimited`` clear lists and limits."""
    ana = await make.live("physician/ana")
    given = "--scopes content:read,content:preview --origins https://a.example --policy REQUIRE --budget 500"
    flags = ("--public", "--introspection", "--documents-only", "--physicians", "ana")
    caveat("clients", "create", "app", *given.split(), *flags)
    columns = [name for name in Client._meta.db_fields if name not in ("id", "name", "created_at", "revoked_at")]
    full = await Client.filter(name="app").values(*columns)

    cleared = caveat("clients", "update", "app", "--origins", "none", "--physicians", "all", "--budget", "unlimited")
    less = await Client.filter(name="app").values(*columns)
    caveat("clients", "update", "app", "--partner", "--no-public", "--scopes", "none", "--physicians", "none")
    least = await Client.filter(name="app").values(*columns)

    on = {"partner": False, "public": True, "introspection": True, "documents_only": True, "policy": "REQUIRE"}
    limits = {"origins": ["https://a.example"], "physicians": [ana.node], "budget": 500}
    assert full == [on | limits | {"scopes": ["content:preview", "content:read"]}]
    assert cleared.stdout == "The client app is changed.\n"
    assert less == [full[0] | {"origins": [], "physicians": None, "budget": None}]
    assert least == [less[0] | {"partner": True, "public": False, "scopes": [], "physicians": []}]


def test_clients_are_listed_for_people_and_for_scripts(caveat):
    """A line for each client, indented lines for what else it has; with ``--json`` all of it."""
    caveat("clients", "create", "app", "--origins", "https://a.example,https://b.example", "--partner", "--budget", "9")
    caveat("clients", "create", "old", "--policy", "REQUIRE")
    caveat("clients", "revoke", "old")

    plain = caveat("clients", "list").stdout
    listed = json.loads(caveat("clients", "list", "--json").stdout)

    day = listed[1]["createdAt"][:10]
    app, old = listed[1]["tokens"][0]["hint"], listed[2]["tokens"][0]["hint"]
    assert plain == (
        "anonymous  content:read  ATTACH  public  introspection\n"
        "    origins: *\n"
        "app  content:read  ATTACH  partner\n"
        "    origins: https://a.example, https://b.example\n"
        "    budget: 9 fields a minute\n"
        f"    token …{app}  made {day}, without an end\n"
        "old  content:read  REQUIRE\n"
        f"    revoked on {day}\n"
        f"    token …{old}  made {day}, without an end\n"
    )
    assert listed[0] == {
        "name": "anonymous", "scopes": ["content:read"], "origins": ["*"], "policy": "ATTACH", "partner": False,
        "public": True, "introspection": True, "documentsOnly": False, "physicians": None, "budget": None,
        "documents": 0, "createdAt": "2026-01-01T00:00:00+00:00", "revokedAt": None, "tokens": [],
    }  # fmt: skip


async def test_a_rotated_token_and_the_one_before_it_work_for_the_grace(caveat, db):
    """The new one is printed like the first; the old one can be ended at once by its end."""
    first = caveat("clients", "create", "clinic").stdout.strip()

    rotated = caveat("clients", "rotate", "clinic", "--grace", "2h")
    second = rotated.stdout.strip()
    both = await clients(db)
    revoked = caveat("clients", "revoke", "clinic", f"--token={first[-6:]}")
    one = await clients(db)

    assert rotated.stderr.startswith("The client clinic has a new token; 1 before it work for 2h at the most. This is")
    assert [both.of(token) is not None for token in (first, second)] == [True, True]
    assert revoked.stdout == f"The token …{first[-6:]} of clinic is revoked.\n"
    assert [one.of(token) is not None for token in (first, second)] == [False, True]


def test_what_cannot_be_done_is_one_sentence(caveat):
    """No traceback: the code and a sentence; nothing on standard output."""
    refused = {
        "clients create Clinic": "BAD_REQUEST: 'Clinic' is no name of a client",
        "clients create anonymous": "BAD_REQUEST: There is a client anonymous already.",
        "clients create app --expires soon": "BAD_REQUEST: 'soon' is no time: write a span from now, as 90d, or",
        "clients create app --expires 2020-01-01": "BAD_REQUEST: The token would have ended already, at 2020-01-01",
        "clients create app --expires 0001-01-01T00:00:00+09:00": "BAD_REQUEST: '0001-01-01T00:00:00+09:00' is no time",
        "clients create app --budget many": "BAD_REQUEST: --budget many: write a number of fields, as 100000, or",
        "clients create app --scopes content:write": "BAD_REQUEST: Unknown scopes: content:write. There are",
        "clients update app": "BAD_REQUEST: Say what to change: caveat clients update --help lists the settings.",
        "clients rotate app --grace 1y": "BAD_REQUEST: '1y' is no span of time: write a number and m, h, d or w",
        "clients rotate app": "NOT_FOUND: There is no client app. `caveat clients list` shows those there are.",
        "clients revoke anonymous": "BAD_REQUEST: The client anonymous cannot be revoked. Take its scopes away:",
    }

    ran = {arguments: caveat(*arguments.split()) for arguments in refused}

    assert {(each.returncode, each.stdout) for each in ran.values()} == {(1, "")}
    wrong = {arguments: each.stderr for arguments, each in ran.items() if not each.stderr.startswith("caveat: ")}
    assert wrong == {}
    said = {arguments: ran[arguments].stderr.removeprefix("caveat: ") for arguments in refused}
    assert [arguments for arguments, start in refused.items() if not said[arguments].startswith(start)] == []
