"""Two processes, one that publishes at random, one that is asked by devices at random: every copy equals its graph.

``CAVEAT_WALKS`` sets how many walks are made on each database, at random; by default few, always the same.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import httpx
import orjson
import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from loaders.database import reading
from loaders.perspective import Audience
from loaders.rows import global_id
from publishing.database import opened
from schema.context import Context
from schema.execution import Executions
from tests.delivery.sync.device import CONTENT, Device, Wants

ROOT = Path(__file__).parents[3]
WALKS = int(os.environ.get("CAVEAT_WALKS", "10"))
STEPS = 250
KINDS = {"article": 3, "procedure": 3, "physician": 3, "topic": 2, "disclaimer": 2}
"""How many nodes there are of each kind."""
LISTS = {kind: f"{kind}s(first: 100, filter: $filter_{kind}) {{ nodes {{ ...All }} }}" for kind in KINDS}
GRAPH = (
    "query Graph($locale: String, $fallback: [String!], "
    + ", ".join(f"$filter_{kind}: {kind.capitalize()}Filter" for kind in KINDS)
    + ") @inContext(locale: $locale, fallback: $fallback) {"
    + " ".join(LISTS.values())
    + "}"
    + CONTENT
)
LEAST: dict[str, dict[str, Any]] = {
    "disclaimer": {"kind": "MEDICAL_INFORMATION", "effectiveFrom": "2026-01-01", "placement": "AFTER_CONTENT"},
    "topic": {"scheme": "CONDITION"},
    "physician": {"familyName": "Example", "shortBio": "A bio."},
    "procedure": {},
    "article": {},
}
LINKS = {
    "article": ["AUTHORED_BY", "REVIEWED_BY", "COVERS", "ABOUT", "RELATED", "NEXT_STEP"],
    "procedure": ["PERFORMED_BY", "REVIEWED_BY", "ABOUT", "RELATED", "SEE_ALSO"],
    "physician": ["ABOUT", "RELATED"],
    "topic": ["RELATED"],
    "disclaimer": ["SEE_ALSO"],
}
TARGETS = {
    "AUTHORED_BY": "physician", "REVIEWED_BY": "physician", "PERFORMED_BY": "physician", "COVERS": "procedure",
    "ABOUT": "topic",
}  # fmt: skip
ANY = "/graphql?query={revision}"
TEXT = {"article": "body", "procedure": "overview", "physician": "bio"}


@dataclass
class Site:
    """The two processes, an independent reader, and what was published so far: ids by kind and number."""

    writer: subprocess.Popen[str]
    client: httpx.Client
    settings: Any
    runner: asyncio.Runner
    database: Any
    executions: Executions
    nodes: dict[tuple[str, int], str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    waiting: list[list[tuple[str, int]]] = field(default_factory=list)
    steps: int = 0

    def send(self, command: dict[str, Any], names: list[tuple[str, int]] | None = None) -> None:
        """Give the writer a command, without waiting for what comes of it."""
        assert self.writer.stdin is not None
        self.writer.stdin.write(json.dumps(command) + "\n")
        self.writer.stdin.flush()
        self.waiting.append(names or [])

    def hear(self) -> Any:
        """What came of all commands: the answer to the last one."""
        answer: Any = None
        assert self.writer.stdout is not None
        while self.waiting:
            line = self.writer.stdout.readline()
            assert line, "the writer ended"
            answer = json.loads(line)
            self.nodes |= dict(zip(self.waiting.pop(0), answer.get("nodes", []), strict=False))
        return answer

    def audience(self, wants: Wants) -> Audience:
        """The audience of a device, for reading as it would."""
        ana = frozenset({self.nodes["physician", 0]})
        return {
            "anonymous": Audience(),
            "partner": Audience(partner=True),
            "limited": Audience(physicians=ana),
        }[wants.audience]

    def graph(self, wants: Wants, revision: int) -> dict[str, Any]:
        """What a device should have of the graph at a revision, read through lists."""
        filters = {f"filter_{kind}": {"topics": list(wants.topics)} if wants.topics else None for kind in KINDS}
        context = Context(self.database, self.settings, self.audience(wants), revision=revision)
        asked = wants.variables | filters
        result = self.runner.run(self.executions(GRAPH, {k: v for k, v in asked.items() if k != "kinds"}, context))
        assert result.errors is None, result.errors
        data = orjson.loads(orjson.dumps(result.data))
        return {node["id"]: node for kind in wants.kinds for node in data[f"{kind.lower()}s"]["nodes"]}


def record(kind: str, number: int, locale: str, fields: dict[str, Any], site: Site) -> dict[str, Any]:
    """A record of a node: of one that is there already, or of a new one."""
    known = {"id": site.nodes[kind, number]} if (kind, number) in site.nodes else {}
    base = {"type": kind, "slug": f"{kind}-{number}", "locale": locale, "title": f"{kind} {number}"}
    return base | LEAST[kind] | known | fields


def started(site: Site) -> None:
    """What all else needs: disclaimers, topics and physicians, in both languages."""
    for kind, locales in (("disclaimer", ("en", "es")), ("topic", ("en",)), ("physician", ("en",))):
        for locale in locales:
            for number in range(KINDS[kind]):
                fields: dict[str, Any] = {"text": "Ask."} if kind == "disclaimer" else {}
                if kind == "physician":
                    fields = {"bio": "A bio.", "syndicationConsent": True, "disclaimer": site.nodes["disclaimer", 0]}
                made = record(kind, number, locale, fields, site)
                site.send({"records": [made], "withdraw": []}, [(kind, number)])
                answer = site.hear()
                assert "refused" not in answer, answer
    partner = {"partner": True, "public": True}
    limited = {"physicians": [site.nodes["physician", 0]]}
    for name, client in (("partner", partner), ("limited", limited)):
        site.send({"client": name, "fields": client})
        site.tokens[name] = site.hear()["token"]


WORDS = ("one", "two", "three", "four")
LOCALES = ("en", "en", "es")
seeds = st.integers(0, 2**32)
"""From what a step is drawn: what is there already decides too, so that hypothesis cannot draw it itself."""
sizes = st.integers(1, 7)


class Walk(RuleBasedStateMachine):
    """What may happen, in any order."""

    site: Site

    def __init__(self) -> None:
        super().__init__()
        self.devices: list[Device] = []
        self.past: list[Device] = []

    def chance(self, seed: int) -> Random:
        """What decides in a step: no two steps of a test are the same."""
        self.site.steps += 1
        return Random(f"{seed} {self.site.steps}")

    # The first process.

    def fields(self, chance: Random, kind: str) -> dict[str, Any]:
        """What a record says: words, links, references and a disclaimer."""
        word, nodes = chance.choice(WORDS), sorted(self.site.nodes.values())
        said: dict[str, Any] = {"title": f"{kind} {word}", "summary": chance.choice(WORDS)}
        if chance.random() < 0.25:
            said["slug"] = f"{kind}-{word}-{chance.randrange(6)}"
        links = [self.link(chance, kind) for _ in range(chance.randrange(4))]
        said["links"] = [link for link in links if link is not None]
        if kind in TEXT:
            referred = chance.sample(nodes, chance.randrange(3))
            said[TEXT[kind]] = " ".join([f"Text {word}.", *(f"[see](caveat:{id})" for id in referred)])
            said["disclaimer"] = self.site.nodes["disclaimer", chance.randrange(2)]
        if kind == "physician":
            said["syndicationConsent"] = chance.random() < 0.7
        if kind == "disclaimer":
            said["text"] = f"Ask {word}."
        return said

    def link(self, chance: Random, kind: str) -> dict[str, Any] | None:
        """A link to something that is there, or to a page."""
        link = chance.choice(LINKS[kind])
        wanted = TARGETS.get(link)
        targets = [id for (other, _), id in sorted(self.site.nodes.items()) if wanted in (None, other)]
        if wanted is None and chance.random() < 0.2:
            return {"kind": link, "url": "https://example.org/page", "label": chance.choice(WORDS)}
        return {"kind": link, "target": chance.choice(targets), "note": chance.choice(WORDS)} if targets else None

    def records(self, chance: Random, most: int) -> dict[tuple[str, int], dict[str, Any]]:
        """Records by the names of their nodes."""
        names = [(kind, chance.randrange(KINDS[kind])) for kind in chance.choices(list(KINDS), (3, 3, 2, 2, 2), k=most)]
        return {
            (kind, number): record(kind, number, chance.choice(LOCALES), self.fields(chance, kind), self.site)
            for kind, number in names
        }

    @rule(seed=seeds, count=st.integers(1, 3), waits=st.booleans())
    def publish(self, seed: int, count: int, waits: bool) -> None:
        """Some nodes are published together; devices may be asking meanwhile."""
        chance = self.chance(seed)
        chosen = self.records(chance, count)
        self.site.send({"records": list(chosen.values()), "withdraw": []}, list(chosen))
        if waits or any("id" not in each for each in chosen.values()):
            self.site.hear()

    @rule(seed=seeds)
    def save(self, seed: int) -> None:
        """A draft is saved, which nobody may see."""
        chance = self.chance(seed)
        chosen = self.records(chance, 1)
        drafts = [each | {"title": "A draft"} for each in chosen.values()]
        self.site.send({"draft": True, "records": drafts}, list(chosen))
        self.site.hear()

    @rule(seed=seeds, waits=st.booleans(), reason=st.sampled_from([None, "Wrong."]))
    def withdraw(self, seed: int, waits: bool, reason: str | None) -> None:
        """Sometimes a node is withdrawn in a language, where it is live there and nothing needs it."""
        chance = self.chance(seed)
        if chance.random() < 0.5:
            return
        id = chance.choice(sorted(self.site.nodes.values()))
        self.site.send({"records": [], "withdraw": [[id, chance.choice(LOCALES), reason]]})
        if waits:
            self.site.hear()

    @rule(seed=seeds)
    def erase(self, seed: int) -> None:
        """Seldom the past of a node is erased: a copy of an older graph would then have words that the graph lost."""
        chance = self.chance(seed)
        if chance.random() < 0.8:
            return
        for device in self.devices:
            while device.pinned is not None:
                self.bring(device, 50)
        self.site.send({"erase": chance.choice(sorted(self.site.nodes.values()))})
        head = self.site.hear().get("revision", 0)
        assert self.site.client.get(ANY, headers={"caveat-min-revision": str(head)}).is_success

    # The second process, and those who ask it.

    @initialize(seed=seeds)
    def begin(self, seed: int) -> None:
        """Somebody has a device."""
        chance = self.chance(seed)
        self.devices = [self.bought(chance)]

    @rule(seed=seeds)
    def buy(self, seed: int) -> None:
        """Somebody gets a device."""
        chance = self.chance(seed)
        self.devices = [*self.devices[-3:], self.bought(chance)]

    def bought(self, chance: Random) -> Device:
        """A device that has nothing."""
        kinds = chance.choice([tuple(KINDS), ("procedure",), ("article", "physician"), ("topic", "article")])
        locale, fallback = chance.choice([("en", None), ("es", None), ("es", ())])
        topics = chance.choice([(), (), (0,), (0, 1)])
        audience = chance.choice(["anonymous", "anonymous", "partner", "limited"])
        about = tuple(global_id("Topic", self.site.nodes["topic", number]) for number in topics)
        upper = tuple(kind.upper() for kind in kinds)
        return Device(Wants(upper, locale, fallback, about, self.site.tokens.get(audience, ""), audience))

    @rule(seed=seeds, first=sizes)
    def step(self, seed: int, first: int) -> None:
        """A device brings one page."""
        chance = self.chance(seed)
        self.bring(chance.choice(self.devices), first)

    @rule(seed=seeds, first=sizes)
    def lose(self, seed: int, first: int) -> None:
        """A device asks for a page, and loses the answer."""
        chance = self.chance(seed)
        chance.choice(self.devices).ask(self.site.client, first)

    @rule(seed=seeds, first=sizes)
    def repeat(self, seed: int, first: int) -> None:
        """A device that is on its way asks for a page twice, and applies it twice."""
        chance = self.chance(seed)
        device = chance.choice(self.devices)
        before = device.again()
        self.bring(device, first)
        if not before.next.isdigit():
            before.apply(before.ask(self.site.client, first))
            assert (before.copy, before.next) == (device.copy, device.next)

    @rule(seed=seeds, first=sizes)
    def finish(self, seed: int, first: int) -> None:
        """A device brings all pages."""
        chance = self.chance(seed)
        device = chance.choice(self.devices)
        while self.bring(device, first):
            pass

    @rule(seed=seeds)
    def come_back(self, seed: int) -> None:
        """A device comes back that was away since some time that it was complete."""
        chance = self.chance(seed)
        if self.past:
            self.devices = [*self.devices[-3:], chance.choice(self.past).again()]

    def bring(self, device: Device, first: int) -> bool:
        """Bring a page to a device. A copy that is complete equals its graph. Whether there is more."""
        page = device.ask(self.site.client, first)
        device.apply(page)
        if page["complete"]:
            graph = self.site.graph(device.wants, page["revision"])
            differing = {id: (device.copy.get(id), graph.get(id)) for id in {*device.copy, *graph}}
            assert {id: each for id, each in differing.items() if each[0] != each[1]} == {}, page["revision"]
            self.past = [*self.past[-20:], device.again()]
        return bool(page["pageInfo"]["hasNextPage"])

    def teardown(self) -> None:
        """In the end, each device is brought up to date, with nobody publishing any more."""
        self.site.hear()
        for device in [*self.devices, *self.past[:3]]:
            while self.bring(device, 50):
                pass


@pytest.fixture
def site(settings, start, port, unlimited) -> Iterator[Site]:
    """Both processes on the test's database, and the reader in this one."""
    start(
        port,
        CAVEAT_LOCALES=settings.locales,
        CAVEAT_SITE_URL=settings.site_url,
        **{f"CAVEAT_{name.upper()}": str(most) for name, most in unlimited.items()},
    )
    command = [sys.executable, "-m", "tests.delivery.sync.writer", settings.database_url]
    with (
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client,
        asyncio.Runner() as runner,
    ):
        wait(lambda: client.get("/healthz").is_success)
        stack = AsyncExitStack()
        runner.run(stack.enter_async_context(opened(settings.database_url)))
        database = runner.run(stack.enter_async_context(reading(settings.database_url)))
        settings = settings.model_copy(update=unlimited)
        site = Site(writer, client, settings, runner, database, Executions(settings))
        started(site)
        for token in site.tokens.values():
            wait(lambda token=token: client.get(ANY, headers={"authorization": f"Bearer {token}"}).is_success)
        yield site
        runner.run(stack.aclose())


def wait(until: Callable[[], bool]) -> None:
    """Wait until the server does what it is to do."""
    for _ in range(300):
        with suppress(httpx.ConnectError):
            if until():
                return
        time.sleep(0.05)
    pytest.fail("The server takes too long.")


def test_every_copy_equals_the_graph_that_it_claims_to_be(site):
    """Whatever is published, withdrawn, renamed and erased, and however devices ask, lose and come back."""
    machine = type("WalkHere", (Walk,), {"site": site})
    given = hypothesis_settings(
        max_examples=WALKS,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        derandomize="CAVEAT_WALKS" not in os.environ,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )

    run_state_machine_as_test(machine, settings=given)
