"""Webhooks: where each release is posted to, and how the endpoints stand."""

import asyncio
import sys
import time
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any

import orjson
import typer

from delivery.webhooks.events import trial_event
from delivery.webhooks.sending import Reply, Sender
from delivery.webhooks.shapes import requests
from models import Webhook, WebhookShape
from publishing import webhooks
from publishing.database import opened
from publishing.save import utc_now
from publishing.webhooks import ACTIONS, Listed
from settings import Settings

Shape = StrEnum("Shape", [(shape.name, shape.value) for shape in WebhookShape])  # type: ignore[misc]
SHOWN = 10
"""Dead letters that are listed one by one."""

Url = Annotated[str, typer.Argument(help="The endpoint's URL.")]


def add(
    url: Url,
    shape: Annotated[
        Shape, typer.Option(help="What it is posted: standard, or a CDN's purge, fastly or cloudflare.")
    ] = Shape("standard"),
    events: Annotated[
        str, typer.Option(help="What it is told of: published,withdrawn,erased. A CDN is told of all.")
    ] = ",".join(ACTIONS),
) -> None:
    """Add an endpoint: it gets every release from now on.

    Its signing secret is printed on standard output, once. The key of a CDN is read from standard input.
    """
    chosen = WebhookShape(shape.value)
    key = None if chosen is WebhookShape.STANDARD else _key(chosen)
    wanted = [each.strip() for each in events.split(",") if each.strip()]

    async def run() -> Webhook:
        settings = Settings()
        async with opened(settings.database_url):
            return await webhooks.add(url, settings, shape=chosen, events=wanted, key=key)

    made = asyncio.run(run())
    typer.echo(f"{url} is added; it gets what is released after revision {made.revision}.", err=True)
    if chosen is WebhookShape.STANDARD:
        typer.echo("This is its signing secret, shown this once:", err=True)
        sys.stderr.flush()
        typer.echo(made.secret)
    typer.echo(f"See what it answers: caveat webhooks test {url}", err=True)


def _key(shape: WebhookShape) -> str:
    """The key of a CDN: asked for on a terminal, without showing it; otherwise the first line of what is piped in."""
    if sys.stdin.isatty():
        return str(typer.prompt(f"API key of {shape.value.capitalize()}", hide_input=True, err=True))
    return sys.stdin.readline().strip()


def list_(json: Annotated[bool, typer.Option(help="Print JSON, for scripts.")] = False) -> None:
    """List the endpoints: the revision each has, how it answers, and what it never took. Secrets are not shown."""

    async def run() -> Sequence[Listed]:
        async with opened(Settings().database_url):
            return await webhooks.listed()

    found = asyncio.run(run())
    if json:
        typer.echo(orjson.dumps([_record(each) for each in found], option=orjson.OPT_INDENT_2).decode())
        return
    for each in found:
        typer.echo("\n    ".join(_lines(each)))


def test(url: Url) -> None:
    """Post a test event to an endpoint now, from here, and say what it answers; a CDN purges a tag of no answer."""
    taken = asyncio.run(_test(url))
    if not taken:
        raise typer.Exit(1)


async def _test(url: str) -> bool:
    settings = Settings()
    async with opened(settings.database_url):
        webhook = await webhooks.known(url)
    now = utc_now()
    (request,) = requests(webhook, trial_event(webhook.id, now), now)
    sender, started = Sender(settings), time.monotonic()
    reply = await sender.send(request)
    await sender.aclose()
    typer.echo(f"{reply} after {time.monotonic() - started:.2f} s.")
    if reply.body:
        typer.echo(_readable(reply))
    return reply.taken


def replay(
    url: Url,
    from_: Annotated[int | None, typer.Option("--from", help="The first revision to post again.")] = None,
    dead: Annotated[bool, typer.Option(help="Post the dead letters once more.")] = False,
) -> None:
    """Have an endpoint tried at once: from where it stands, from a revision on, or with its dead letters.

    One that was disabled because it answered 410 is posted to again.
    """

    async def run() -> int:
        async with opened(Settings().database_url):
            return await webhooks.replay(url, start=from_, dead=dead)

    count = asyncio.run(run())
    typer.echo(f"{url} will get {count} {'dead letters' if dead else 'revisions'} from the running servers.")


def remove(url: Url) -> None:
    """Remove an endpoint for good, with its secret and its dead letters."""

    async def run() -> None:
        async with opened(Settings().database_url):
            await webhooks.remove(url)

    asyncio.run(run())
    typer.echo(f"{url} is removed.")


def _record(listed: Listed) -> dict[str, Any]:
    """An endpoint as JSON."""
    webhook = listed.webhook
    return {
        "url": webhook.url,
        "shape": webhook.shape.value,
        "events": [action.lower() for action in webhook.actions],
        "revision": webhook.revision,
        "head": listed.head,
        "failures": webhook.attempts,
        "nextAt": webhook.next_at,
        "lastSuccessAt": webhook.last_success_at,
        "lastFailureAt": webhook.last_failure_at,
        "lastProblem": webhook.last_problem,
        "disabledAt": webhook.disabled_at,
        "deadLetters": [{"revision": dead.revision, "problem": dead.problem} for dead in listed.dead],
    }


def _lines(listed: Listed) -> list[str]:
    """An endpoint for people: a line of its own, and a line for whatever else there is to say."""
    webhook, dead = listed.webhook, listed.dead
    lines = [f"{webhook.url}  {webhook.shape.value}  {_state(webhook)}"]
    lines.append(f"revision {webhook.revision} of {listed.head}; told of {', '.join(webhook.actions).lower()}")
    if webhook.last_success_at:
        lines.append(f"last success {webhook.last_success_at:%Y-%m-%d %H:%M:%S} UTC")
    if webhook.last_failure_at:
        lines.append(f"last failure {webhook.last_failure_at:%Y-%m-%d %H:%M:%S} UTC: {webhook.last_problem}")
    if dead:
        more = f" and {len(dead) - SHOWN} more" if len(dead) > SHOWN else ""
        lines.append(f"dead letters: {', '.join(f'{each.revision} ({each.problem})' for each in dead[:SHOWN])}{more}")
    return lines


def _state(webhook: Webhook) -> str:
    if webhook.disabled_at:
        return f"disabled since {webhook.disabled_at:%Y-%m-%d %H:%M} UTC"
    if webhook.attempts and webhook.next_at:
        return f"failed {webhook.attempts} times, tried again at {webhook.next_at:%Y-%m-%d %H:%M:%S} UTC"
    return "ok"


def _readable(reply: Reply) -> str:
    """The beginning of an answer without what would drive a terminal."""
    text = reply.body.decode("utf-8", "replace")
    return "".join(each if each.isprintable() or each == "\n" else "\ufffd" for each in text)


COMMANDS = (add, list_, test, replay, remove)
