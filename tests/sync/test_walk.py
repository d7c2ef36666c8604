"""Two processes, one that publishes at random, one that devices ask at random: every copy equals its graph.

Devices have a page lost, stop on the way, come back after a year, and lose what their client may not show any more;
they ask two servers, by GET and by POST. ``CAVEAT_WALKS`` sets how many walks are made on each database, at random.
"""

import os
from collections import Counter
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from loaders.perspective import Audience
from loaders.rows import global_id
from tests.conftest import EVERYTHING
from tests.sync.conftest import Site
from tests.sync.device import Device, Wants

FEW = "CAVEAT_WALKS" not in os.environ
WALKS = int(os.environ.get("CAVEAT_WALKS", "4"))
STEPS = 50
ALL = ("ARTICLE", "PROCEDURE", "PHYSICIAN", "TOPIC", "DISCLAIMER")
KINDS = [ALL, ALL, ("PROCEDURE",), ("PROCEDURE", "ARTICLE"), ("PHYSICIAN", "TOPIC")]
LOCALES: list[tuple[str, tuple[str, ...] | None]] = [("en", None), ("es", None), ("es", ()), ("en", ("es",))]
CLIENTS = [None, None, "partner", "partner", "limited"]
LARGEST = 2**32
seeds = st.integers(0, LARGEST)


class Walk(RuleBasedStateMachine):
    """What may happen, in any order. ``met`` counts what did, in all walks on a database."""

    site: Site
    met: Counter[str]
    limited: frozenset[str]

    def __init__(self) -> None:
        super().__init__()
        self.devices: list[Device] = []
        self.past: list[Device] = []
        self.steps = 0

    def chance(self, seed: int) -> Random:
        """What a step does at random: the same seed does something else at each step."""
        self.steps += 1
        return Random(f"{seed} {self.steps}")

    # What is published, and who asks meanwhile. Hypothesis leaves rules out of walks: each has something of both.

    @initialize(seed=seeds)
    def begin(self, seed: int) -> None:
        """Some have a device."""
        for _ in range(3):
            self.buy(self.chance(seed))

    @rule(seed=seeds, releases=st.integers(0, 2), asked=st.integers(1, 5))
    def publish(self, seed: int, releases: int, asked: int) -> None:
        """Something is released, or only written; then devices ask."""
        chance = self.chance(seed)
        for _ in range(releases):
            self.site.writer.do(chance.choice(["release", "release", "write"]), chance.randrange(LARGEST))
        self.ask(chance, asked)

    @rule(seed=seeds, releases=st.integers(2, 5), asked=st.integers(1, 5))
    def hurry(self, seed: int, releases: int, asked: int) -> None:
        """Much is released, some of it by a server on schedule, while devices ask."""
        chance = self.chance(seed)
        for _ in range(releases):
            self.site.writer.send(chance.choice(["release", "release", "schedule"]), chance.randrange(LARGEST))
        self.ask(chance, asked)

    @rule(seed=seeds, count=st.integers(1, 4))
    def come_back(self, seed: int, count: int) -> None:
        """Devices come back that were away since they were complete; they bring all pages, or some of them only."""
        chance = self.chance(seed)
        self.site.writer.send("release", chance.randrange(LARGEST))
        for past in chance.sample(self.past, min(count, len(self.past))):
            device = past.again()
            self.devices = [*self.devices[-3:], device]
            while chance.random() < 0.95 and self.bring(device, chance.randint(1, 7), chance):
                pass

    @rule(seed=seeds, act=st.sampled_from(["buy", "buy", "buy", "erase", "limit"]))
    def seldom(self, seed: int, act: str) -> None:
        """A device is bought, the past of a node is erased, or a client may show other physicians."""
        chance = self.chance(seed)
        getattr(self, act)(chance)
        self.ask(chance, 2)

    def erase(self, chance: Random) -> None:
        """Erase the past of a node."""
        self.site.writer.do("erase", chance.randrange(LARGEST))

    def limit(self, chance: Random) -> None:
        """Change what a client may show, until all servers know."""
        shown = sorted(chance.sample(self.site.nodes["physician"], chance.randrange(3)))
        if self.site.writer.do("limit", name="limited", fields={"physicians": shown})["differs"]:
            type(self).limited = frozenset(shown)
            self.site.network.know("limited")

    def ask(self, chance: Random, times: int) -> None:
        """Devices ask, in the ways that there are."""
        ways = [self.step, self.step, self.finish, self.finish, self.lose, self.forget]
        for _ in range(times):
            chance.choice(ways)(chance)

    def buy(self, chance: Random) -> None:
        """Somebody gets a device, which has nothing."""
        topics = chance.sample(self.site.nodes["topic"], chance.choice([0, 0, 1, 1, 2]))
        about = tuple(global_id("Topic", each) for each in topics)
        wants = Wants(chance.choice(KINDS), about, *chance.choice(LOCALES), chance.choice(CLIENTS))
        self.devices = [*self.devices[-3:], Device(wants)]

    def step(self, chance: Random) -> None:
        """A device brings one page."""
        self.bring(chance.choice(self.devices), chance.randint(1, 7), chance)

    def finish(self, chance: Random) -> None:
        """A device brings all pages, of any size each."""
        device = chance.choice(self.devices)
        while self.bring(device, chance.randint(1, 7), chance):
            pass

    def lose(self, chance: Random) -> None:
        """A device asks, and the connection is lost."""
        device = chance.choice(self.devices)
        self.site.network.lose(device.wants, device.next, chance.randint(1, 7), chance)

    def forget(self, chance: Random) -> None:
        """A device applies a page, and is switched off before it has noted where it stands: it asks for it again."""
        device, first = chance.choice(self.devices), chance.randint(1, 7)
        before, pinned = device.again(), device.pinned
        self.bring(device, first, chance)
        if pinned is not None and device.scope == before.scope:
            self.bring(before, first, chance)
            assert self.site.graph.erased(pinned) or (before.copy, before.next) == (device.copy, device.next)

    # What must hold.

    def bring(self, device: Device, first: int, chance: Random) -> bool:
        """Bring a page to a device; whether there is more. A copy that is not the client's any more is dropped."""
        answer = self.site.network.page(device.wants, device.next, first, chance)
        if "errors" in answer:
            assert [each["extensions"]["code"] for each in answer["errors"]] == ["BAD_CURSOR"]
            return self.begin_again(device, chance)
        page = answer["data"]["changes"]
        if device.scope not in (None, page["scope"]):
            assert device.wants.client == "limited"
            self.met["dropped"] += 1
            device.drop()
            return True
        since = device.since
        told = device.apply(page)
        if told is not None:
            self.compare(device, since, told)
        return bool(page["pageInfo"]["hasNextPage"])

    def begin_again(self, device: Device, chance: Random) -> bool:
        """A sync whose end is lost, by limits or what was erased, begins again: from 0, or from the copy before."""
        assert device.pinned is not None
        assert device.wants.client == "limited" or self.site.graph.erased(device.pinned)
        self.met["again"] += 1
        if chance.random() < 0.5:
            device.drop()
        device.go_back()
        return True

    def compare(self, device: Device, since: int, told: dict[str, dict[str, Any]]) -> None:
        """A copy that is complete equals the graph at its revision; and what the sync told was so."""
        graph = self.site.graph
        expected = graph.copy(device.wants, self.audience(device.wants), device.since)
        self.look_at_tombstones(device, told)
        if graph.erased(device.since):  # the graph is not any more what it was: the copy is right at the next sync
            self.met["erased"] += 1
            return
        wrong = {id for id in {*device.copy, *expected} if device.copy.get(id) != expected.get(id)}
        assert not wrong, story(device, since, wrong, expected, told)
        assert {each["time"] for each in told.values()} == {graph.time(each["revision"]) for each in told.values()}
        self.met["complete"] += 1
        self.met["later"] += bool(told) and since > 0
        self.met.update(cause["relation"] for each in told.values() for cause in each["causes"])
        self.past = [*self.past[-20:], device.again()]

    def look_at_tombstones(self, device: Device, told: dict[str, dict[str, Any]]) -> None:
        """Each says why the device may not show the node; withdrawn is what nobody may, as its locale was told why."""
        graph, wants, at = self.site.graph, device.wants, device.since
        gone = {id: change["tombstone"] for id, change in told.items() if change["action"] == "WITHDRAWN"}
        seen = graph.seen(gone, wants, self.audience(wants), at) if gone else set()
        public = graph.seen(gone, wants, Audience(scopes=EVERYTHING), at) if gone else set()
        for id, tombstone in gone.items():
            because = "OUT_OF_SCOPE" if id in seen else "HIDDEN" if id in public else "WITHDRAWN"
            reason = graph.reason(id, told[id]["was"]["locale"], at) if because == "WITHDRAWN" else None
            assert tombstone == {"because": because, "reason": reason}, told[id]
            self.met[because] += 1

    def audience(self, wants: Wants) -> Audience:
        """The audience of a device, which may read the past."""
        shown = self.limited if wants.client == "limited" else None
        return Audience(scopes=EVERYTHING, partner=wants.client is not None, physicians=shown)

    def teardown(self) -> None:
        """In the end each device is brought up to date; what it asks again then tells it nothing."""
        self.site.writer.hear()
        chance = Random(0)
        for device in [*self.devices, *(each.again() for each in self.past[:3])]:
            while self.bring(device, 20, chance):
                pass
            before = device.again()
            self.bring(device, 20, chance)
            assert device.next != before.next or device.copy == before.copy


def story(device: Device, since: int, wrong: set[str], expected: dict[str, Any], told: dict[str, Any]) -> str:
    """What is to be known of a copy that is wrong."""
    lines = [f"{device.wants} from {since} to {device.since}, {len(told)} told: {len(wrong)} nodes are wrong"]
    for id in sorted(wrong):
        has, should = device.copy.get(id), expected.get(id)
        names = [name for name in has if has[name] != should[name]] if has and should else []
        differ = {name: (has[name], should[name]) for name in names}
        state = "differs" if has and should else "is missing" if should else "should not be there"
        change = {name: each for name, each in told.get(id, {}).items() if name not in ("node", "was")}
        lines.append(f"{(has or should)['url']} {state} {differ}; told: {change or 'no'}")
    return "\n".join(lines)


def test_every_copy_equals_the_graph_that_it_claims_to_be(site):
    """Whatever is released, scheduled and erased, whatever a client may show, and however devices ask."""
    met: Counter[str] = Counter()
    shown = frozenset(site.nodes["physician"][:1])
    machine = type("WalkHere", (Walk,), {"site": site, "met": met, "limited": shown})
    given = hypothesis_settings(
        max_examples=WALKS,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        derandomize=FEW,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )

    run_state_machine_as_test(machine, settings=given)

    assert {"later", "DISCLAIMER", "LINK", "REFERENCE", "WITHDRAWN"} <= met.keys()
