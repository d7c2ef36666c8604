"""What an operator may set of a client: each value checked, and brought to the form in which it is stored."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from errors import BadRequest, NotFound
from loaders.clients import READING
from models import Kind
from publishing.directory import is_id, resolve
from settings import SCOPES

NAME = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*")
LONGEST_NAME = 100
LARGEST_BUDGET = 10**15 - 1  # the largest integer of a structured header field (RFC 9651, 3.3.1)
ANYWHERE = "*"
HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\]")
PORTS = {"https": 443, "http": 80}


def checked_name(name: str) -> str:
    """The name of a new client. Raises BadRequest."""
    if not NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        raise BadRequest(
            f"{name[:LONGEST_NAME]!r} is no name of a client: use up to {LONGEST_NAME} lower-case letters and digits,"
            " with single dots, dashes or underscores between them, for example clinic-website."
        )
    return name


async def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """The given settings as they are stored, by the names of the model's columns. Raises BadRequest and NotFound."""
    return {name: await CHECKS[name](value) if name in CHECKS else value for name, value in given.items()}


def refuse_open_secrets(settings: Mapping[str, Any]) -> None:
    """Raises BadRequest where settings that stand together would let a public token do more than read as a partner."""
    more = [scope for scope in settings["scopes"] if scope not in READING]
    if more and settings["partner"] and settings["public"]:
        raise BadRequest(
            f"A partner that is public may have the scope {', '.join(READING)} only, not {', '.join(more)}: anyone can"
            f" read its token. Leave them out (--scopes {','.join(READING)}), or keep the token a secret (--no-public)."
        )


async def _scopes(given: Sequence[str]) -> list[str]:
    unknown = [scope for scope in given if scope not in SCOPES]
    if unknown:
        raise BadRequest(f"Unknown scopes: {', '.join(unknown)}. There are {', '.join(SCOPES)}.")
    return sorted(set(given))


async def _origins(given: Sequence[str]) -> list[str]:
    return sorted({_origin(each) for each in given})


def _origin(given: str) -> str:
    """An origin as browsers send it: in lower case, without the scheme's own port (RFC 6454, 6.2)."""
    if given == ANYWHERE:
        return given
    wrong = BadRequest(
        f"{given!r} is no origin: write https://HOST or https://HOST:PORT without a path, or {ANYWHERE} for any."
        " Plain http is for localhost only; a name in another script goes in its xn-- form."
    )
    try:
        parts = urlsplit(given.lower())
        port = parts.port
    except ValueError:
        raise wrong from None
    host = parts.netloc if port is None else parts.netloc.rpartition(":")[0]
    if parts.scheme not in PORTS or not HOST.fullmatch(host) or given.lower() != f"{parts.scheme}://{parts.netloc}":
        raise wrong
    if parts.scheme == "http" and not _local(host.strip("[]")):
        raise wrong
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, PORTS[parts.scheme]) else "")


def _local(host: str) -> bool:
    """Whether a host is this machine: there browsers trust plain http as well (W3C Secure Contexts, 3.1)."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


async def _physicians(given: Sequence[str] | None) -> list[str] | None:
    if given is None:
        return None
    references = {each: each if is_id(each) or "/" in each else f"{Kind.PHYSICIAN}/{each}" for each in given}
    found = await resolve(references.values())
    unknown = [each for each, reference in references.items() if reference not in found]
    if unknown:
        raise NotFound(f"There are no physicians {', '.join(unknown)}. Name them by slug, as ana-example, or by id.")
    others = [each for each, reference in references.items() if found[reference][1] is not Kind.PHYSICIAN]
    if others:
        raise BadRequest(f"No physicians: {', '.join(others)}.")
    return sorted({found[reference][0] for reference in references.values()})


async def _budget(given: int | None) -> int | None:
    if given is not None and not 0 < given <= LARGEST_BUDGET:
        raise BadRequest(f"The budget is {given}, and must be a number of fields a minute: 1 or more.")
    return given


CHECKS: dict[str, Callable[[Any], Awaitable[Any]]] = {
    "scopes": _scopes,
    "origins": _origins,
    "physicians": _physicians,
    "budget": _budget,
}
