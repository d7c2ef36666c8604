"""The process that publishes: takes commands as lines of JSON, and answers each with a line. ``writer.py URL``."""

import asyncio
import json
import sys
from typing import Any

from errors import CaveatError
from publishing.clients import create
from publishing.database import opened
from publishing.record import parse
from publishing.release import Withdrawal, erase, release
from publishing.save import save
from settings import Settings

WHO = "writer"


async def publish(records: list[dict[str, Any]], withdraw: list[list[str]], settings: Settings) -> dict[str, Any]:
    """Save records, and release those that can be, together with withdrawals. The nodes are told in any case."""
    outcomes = await save([parse(each) for each in records], settings, who=WHO)
    nodes = [each.node for each in outcomes]
    editions = [each.edition or "" for each in outcomes if each.draft]
    leaving = [Withdrawal(*each) for each in withdraw]
    try:
        await release(settings, publish=editions, withdraw=leaving, who=WHO)
    except CaveatError as error:
        return {"nodes": nodes, "refused": str(error)}
    return {"nodes": nodes}


async def answer(command: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """Do what a command says."""
    if "client" in command:
        return {"token": await create(command["client"], command["fields"])}
    if "erase" in command:
        try:
            return {"revision": await erase(command["erase"], who=WHO)}
        except CaveatError as error:
            return {"refused": str(error)}
    if command.get("draft"):
        outcomes = await save([parse(each) for each in command["records"]], settings, who=WHO)
        return {"nodes": [each.node for each in outcomes]}
    return await publish(command["records"], command["withdraw"], settings)


async def main() -> None:
    """Answer until the input ends."""
    settings = Settings(database_url=sys.argv[1], locales="en,es:en")
    async with opened(settings.database_url):
        for line in sys.stdin:
            print(json.dumps(await answer(json.loads(line), settings)), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
