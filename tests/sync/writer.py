"""The process that publishes: ``writer.py URL`` takes an order a line, as JSON, and answers each with a line of JSON.

An order names an act and a seed: what is written, renamed, linked, withdrawn or erased is drawn from it.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from errors import CaveatError, Invalid
from models import Edition
from publishing.clients import create, update
from publishing.database import opened
from publishing.record import parse
from publishing.release import Withdrawal, erase, release
from publishing.save import save
from settings import Settings

Place = tuple[str, str]
"""A node and a locale."""
WHO = "writer"
WORDS = ("ankle", "brace", "cast", "drain")
LOCALES = ("en", "es")
BASE: dict[str, dict[str, Any]] = {
    "disclaimer": {"kind": "MEDICAL_INFORMATION", "effectiveFrom": "2026-01-01", "placement": "BOTH", "text": "Ask."},
    "topic": {"scheme": "CONDITION"},
    "physician": {"familyName": "Example", "shortBio": "A bio.", "bio": "A bio.", "syndicationConsent": True},
    "procedure": {"overview": "An overview."},
    "article": {"body": "A body."},
}
SIZES = {"disclaimer": 2, "topic": 3, "physician": 3, "procedure": 4, "article": 4}
TEXTS = {"disclaimer": ["body"], "physician": ["bio"], "procedure": ["overview", "followup"], "article": ["body"]}
LINKS = {
    "article": {"AUTHORED_BY": "physician", "REVIEWED_BY": "physician", "COVERS": "procedure", "ABOUT": "topic"},
    "procedure": {"PERFORMED_BY": "physician", "REVIEWED_BY": "physician", "ABOUT": "topic"},
    "physician": {"ABOUT": "topic"},
    "topic": {"ABOUT": "topic"},
    "disclaimer": {"ABOUT": "topic"},
}
DISCLAIMED = ("physician", "procedure", "article")


class Editor:
    """Does at random what editors do. What the graph refuses stays a draft."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.nodes: dict[str, list[str]] = {kind: [] for kind in SIZES}
        self.drafts: dict[Place, str] = {}
        self.random = Random(0)

    async def begin(self) -> dict[str, Any]:
        """Publish every node once, disclaimers in both languages; the nodes."""
        for kind, size in SIZES.items():
            for number in range(size):
                self.nodes[kind].append("")
                for locale in ("en", "es") if kind == "disclaimer" else ("en",):
                    await self._save(kind, number, locale, self._disclaimed(kind))
        await release(self.settings, publish=[*self.drafts.values()], who=WHO)
        self.drafts.clear()
        return {"nodes": self.nodes}

    async def write(self) -> dict[str, Any]:
        """Save some drafts, which nobody may see yet."""
        for _ in range(self.random.randint(1, 3)):
            kind, number, locale = self._somewhere()
            await self._save(kind, number, locale, self._fields(kind, number))
        return {}

    async def release(self) -> dict[str, Any]:
        """Publish some drafts, or withdraw something live, or both at once."""
        if self.random.random() < 0.8:
            await self.write()
        chosen = {place: edition for place, edition in self.drafts.items() if self.random.random() < 0.7}
        leaving = [each for each in await self._leaving() if (each.node, each.locale) not in chosen]
        self.drafts = {place: edition for place, edition in self.drafts.items() if place not in chosen}
        try:
            return {"revision": await self._release([*chosen.values()], leaving)}
        except Invalid:
            return {"revisions": [await self._release([each], []) for each in chosen.values()]}

    async def _release(self, publish: list[str], leaving: list[Withdrawal]) -> int:
        return await release(self.settings, publish=publish, withdraw=leaving, who=WHO)

    async def _leaving(self) -> list[Withdrawal]:
        """Few of what is live."""
        live = Edition.filter(since__not_isnull=True, until=None).order_by("id")
        places = [(str(node), locale) for node, locale in await live.values_list("node_id", "locale")]
        chosen = self.random.sample(places, min(len(places), self.random.choice([0, 0, 1, 2])))
        return [Withdrawal(*place, self.random.choice([None, "Wrong.", "Old."])) for place in chosen]

    async def schedule(self) -> dict[str, Any]:
        """Save a draft that the server is to publish by itself in a moment."""
        due = (datetime.now(UTC) + timedelta(seconds=self.random.random() / 2)).isoformat()
        kind, number, locale = self._somewhere()
        fields = self._fields(kind, number) | {"status": "scheduled", "publishAt": due}
        self.drafts.pop(await self._save(kind, number, locale, fields), None)
        return {}

    async def erase(self) -> dict[str, Any]:
        """Erase the past of a node."""
        past = Edition.filter(until__not_isnull=True).order_by("id")
        nodes = sorted({str(node) for node in await past.values_list("node_id", flat=True)})
        return {"revision": await erase(self.random.choice(nodes), who=WHO) if nodes else None}

    async def client(self, name: str, fields: dict[str, Any]) -> dict[str, Any]:
        """Make an API client."""
        return {"token": await create(name, fields)}

    async def limit(self, name: str, fields: dict[str, Any]) -> dict[str, Any]:
        """Change what an API client may show."""
        return {"differs": await update(name, fields)}

    def _somewhere(self) -> tuple[str, int, str]:
        kind = self.random.choice([*SIZES, "procedure", "article", "physician"])
        return kind, self.random.randrange(SIZES[kind]), self.random.choice(LOCALES)

    async def _save(self, kind: str, number: int, locale: str, fields: dict[str, Any]) -> Place:
        known = {"id": id} if (id := self.nodes[kind][number]) else {}
        data = {"type": kind, "slug": f"{kind}-{number}", "locale": locale, "title": kind} | BASE[kind] | known | fields
        (outcome,) = await save([parse(data)], self.settings, who=WHO)
        assert outcome.problems == [], outcome.problems
        self.nodes[kind][number] = outcome.node
        if outcome.draft:
            self.drafts[outcome.node, locale] = outcome.edition or ""
        return outcome.node, locale

    def _disclaimed(self, kind: str) -> dict[str, str]:
        return {"disclaimer": self.random.choice(self.nodes["disclaimer"])} if kind in DISCLAIMED else {}

    def _fields(self, kind: str, number: int) -> dict[str, Any]:
        """What a new wording says. Slugs are of few, so that some are taken, and some were another node's."""
        slug = self.random.choice(
            [f"{kind}-{number}"] * 5 + [f"{kind}-{first}-{then}" for first in WORDS for then in WORDS]
        )
        fields: dict[str, Any] = {"title": self._words(2), "summary": self._words(1), "slug": slug}
        fields |= {name: self._text() for name in TEXTS.get(kind, ())}
        fields["links"] = self._links(kind, number)
        fields |= self._disclaimed(kind)
        if kind == "article":
            fields["sections"] = [{"heading": self._words(1), "body": self._text()}]
        if kind == "physician":
            fields["syndicationConsent"] = self.random.random() < 0.7
        if kind == "disclaimer":
            fields["text"] = f"Ask about {self._words(1)}."
        return fields

    def _words(self, count: int) -> str:
        return " ".join(self.random.choices(WORDS, k=count))

    def _text(self) -> str:
        """A text that refers to few nodes, or to none."""
        references = [f"[{self._words(1)}](caveat:{self._any()})" for _ in range(self.random.choice([0, 0, 1, 2]))]
        return " ".join(["About", self._words(1), *references])

    def _links(self, kind: str, number: int) -> list[dict[str, str]]:
        """Few links of each kind that there is."""
        few = [0, 0, 1, 2]
        links = [
            {"kind": link, "target": target}
            for link, other in LINKS[kind].items()
            for target in self.random.sample(self.nodes[other], self.random.choice(few))
        ]
        if kind == "topic":  # a parent of a lower number: a circle would be refused
            links += [
                {"kind": "BROADER", "target": each} for each in self.nodes["topic"][: self.random.randint(0, number)]
            ]
        links += [self._link() for _ in range(self.random.choice(few))]
        return [each for each in links if each.get("target") != self.nodes[kind][number]]  # refused: to itself

    def _link(self) -> dict[str, str]:
        """A link to anything, or to a page elsewhere."""
        link = {"kind": self.random.choice(["RELATED", "SEE_ALSO"]), "note": self._words(1), "heading": self._words(1)}
        if self.random.random() < 0.2:
            return link | {"url": f"https://example.org/{self._words(1)}", "label": self._words(1)}
        return link | {"target": self._any()}

    def _any(self) -> str:
        return self.random.choice(self.nodes[self.random.choice([*SIZES])])


async def answer(order: dict[str, Any], editor: Editor) -> dict[str, Any]:
    """Do what an order says; what the graph refuses is told."""
    editor.random = Random(order.get("seed"))
    act: Callable[..., Awaitable[dict[str, Any]]] = getattr(editor, order["act"])
    try:
        return await act(**order.get("given", {}))
    except CaveatError as error:
        return {"refused": str(error)}


async def main() -> None:
    """Answer until the input ends."""
    settings = Settings(database_url=sys.argv[1], locales="en,es:en", site_url="https://site.example")
    async with opened(settings.database_url):
        editor = Editor(settings)
        for line in sys.stdin:
            print(json.dumps(await answer(json.loads(line), editor)), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
