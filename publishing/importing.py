"""Importing: entries become records, are saved in batches, and released with each batch."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import uuid_utils.compat

from errors import Invalid, Problem
from models import PARTS, Kind
from publishing import bundle, markdown, medquad
from publishing.directory import is_id, resolve
from publishing.entry import Entry, Reader
from publishing.record import Record, Status, parse
from publishing.release import release
from publishing.save import TWIN, save
from publishing.settle import Outcome
from publishing.transaction import writing
from settings import Settings

FORMATS: dict[str, Reader] = {"markdown": markdown.read, "bundle": bundle.read, "medquad": medquad.read}
BATCH = 200
Progress = Callable[[int, int], None]


@dataclass
class Report:
    """What an import did, or with a dry run would do."""

    published: int = 0
    drafts: int = 0
    unchanged: int = 0
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    revision: int | None = None

    def __str__(self) -> str:
        counts = f"{self.published} published, {self.drafts} saved as drafts, {self.unchanged} unchanged"
        return f"{counts}, {len(self.problems)} refused, {len(self.warnings)} warnings"


class _Undone(Exception):
    """Rolls the transaction of a whole import back."""


async def import_content(
    path: Path,
    reader: Reader,
    settings: Settings,
    *,
    who: str,
    strict: bool = False,
    dry_run: bool = False,
    progress: Progress = lambda done, total: None,
) -> Report:
    """Import what stands at a path. Each record that is wrong is reported with its place, and the rest goes in.

    ``strict`` takes all or nothing, and makes warnings problems; ``dry_run`` changes nothing.
    """
    report = Report()
    importing = _Importing(path, reader, settings, who, strict, progress, report)
    if not (strict or dry_run):
        await importing.run()
        return report
    try:
        async with writing():
            await importing.run()
            if dry_run or report.problems:
                raise _Undone
    except _Undone:
        report.revision = None
    return report


@dataclass
class _Importing:
    """One import under way."""

    path: Path
    reader: Reader
    settings: Settings
    who: str
    strict: bool
    progress: Progress
    report: Report
    declared: dict[str, tuple[str, Kind]] = field(default_factory=dict)
    written: set[tuple[str, str, bool]] = field(default_factory=set)
    done: int = 0
    total: int = 0

    async def run(self) -> None:
        """Two passes: who is there, so that links may lead forwards; then the records, disclaimers first."""
        await self._declare()
        for kind in PARTS:
            entries = iter(self.reader(self.path, kind))
            while batch := list(islice(entries, BATCH)):
                await self._batch([entry for entry in batch if entry.problem is None])
                self.done += len(batch)
                self.progress(self.done, self.total)

    async def _declare(self) -> None:
        entries = self.reader(self.path)
        while batch := list(islice(entries, BATCH)):
            self.total += len(batch)
            self.report.problems += [f"{entry.place}: {entry.problem}" for entry in batch if entry.problem]
            names = [list(_names(entry)) for entry in batch if entry.problem is None]
            known = await resolve({name for each in names for name, _ in each}, own=True)
            for each in names:
                owner = next((o for n, _ in each if (o := self.declared.get(n) or known.get(n))), None)
                for name, kind in each:
                    fresh = name if "/" not in name else str(uuid_utils.compat.uuid7())
                    owner = owner or (fresh, kind)
                    self.declared[name] = owner

    async def _batch(self, entries: list[Entry]) -> None:
        parsed: list[tuple[Entry, Record]] = []
        for entry in entries:
            try:
                record = parse(entry.data)
            except Invalid as error:
                self.report.problems += [f"{entry.place}: {problem}" for problem in error.problems]
            else:
                self._take(entry, record, parsed)
        for live in (True, False):  # a node may have both: the draft comes after what is live
            await self._save([each for each in parsed if (each[1].status is Status.LIVE) is live])

    def _take(self, entry: Entry, record: Record, parsed: list[tuple[Entry, Record]]) -> None:
        """Add a record to those that are saved, unless an earlier one is for the same node, locale and state."""
        node, _ = self.declared[next(name for name, _ in _names(entry))]
        written = (node, record.locale, record.status is Status.LIVE)
        if written in self.written:
            self.report.problems.append(f"{entry.place}: {Problem('slug', TWIN)}")
        else:
            self.written.add(written)
            parsed.append((entry, record))

    async def _save(self, parsed: list[tuple[Entry, Record]]) -> None:
        outcomes = await save(
            [record for _, record in parsed],
            self.settings,
            who=self.who,
            strict=self.strict,
            declared=self.declared,
        )
        places = {}
        for (entry, _), outcome in zip(parsed, outcomes, strict=True):
            self.report.problems += [f"{entry.place}: {problem}" for problem in outcome.problems]
            self.report.warnings += [f"{entry.place}: {warning}" for warning in outcome.warnings]
            if outcome.edition:
                places[outcome.edition] = entry.place
        await self._release(outcomes, places)

    async def _release(self, outcomes: list[Outcome], places: dict[str, str]) -> None:
        live = [o.edition for o in outcomes if o.edition and o.draft and o.record.status is Status.LIVE]
        drafts = sum(o.changed for o in outcomes if o.record.status is not Status.LIVE)
        self.report.drafts += drafts
        self.report.unchanged += sum(o.edition is not None for o in outcomes) - len(live) - drafts
        while live:
            try:
                self.report.revision = await release(self.settings, publish=live, who=self.who)
            except Invalid as error:
                blamed = {problem.edition for problem in error.problems}
                self.report.problems += [f"{places.get(p.edition or '', '')}: {p}" for p in error.problems]
                kept = [edition for edition in live if edition not in blamed]
                live = kept if len(kept) < len(live) else []
            else:
                self.report.published += len(live)
                break


def _names(entry: Entry) -> Iterator[tuple[str, Kind]]:
    """The references by which others may name an entry's node."""
    data = entry.data
    try:
        kind = Kind(data.get("type", ""))
    except ValueError:
        return
    if isinstance(data.get("id"), str) and is_id(data["id"]):
        yield data["id"], kind
    for name in ("key", "slug"):
        if isinstance(data.get(name), str):
            yield f"{kind.value}/{data[name]}", kind
