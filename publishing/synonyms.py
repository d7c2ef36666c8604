"""Editors' synonyms: groups of names that mean the same in a locale. Serving processes notice each change.

A change makes no revision: every revision of the log has publications, and synonyms are no content. It is noticed as
changes of clients are, by the number that ``granting`` advances.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from uuid_utils.compat import uuid7

from errors import Invalid, NotFound, Problem
from loaders.search.language import language, words
from models.search import Synonym
from publishing.transaction import granting, writing
from settings import Settings

LONGEST = 200
"""Characters of a name, and of its terms."""
MOST = 30
"""Names of a group: one word that stands in every line of a file would make all of them one group."""
HEADING = re.compile(r"\[([^\[\],]*)\]")
Place = tuple[str, str]
"""A locale, and a name as terms: what a name is known by."""


@dataclass(frozen=True)
class Group:
    """Names that mean the same in a locale. ``place`` says in errors where they were written."""

    locale: str
    names: tuple[str, ...]
    place: str = "names"


def read(text: str, locale: str) -> list[Group]:
    """The groups of a text, one a line, its names separated by commas; what follows a # is a comment.

    A line that is a locale in brackets, as [es], begins the groups of that locale; those before are of ``locale``.
    """
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        said = line.partition("#")[0].strip()
        heading = HEADING.fullmatch(said)
        if heading:
            locale = heading[1].strip()
        elif said:
            names = tuple(name for each in said.split(",") if (name := " ".join(each.split())))
            found.append(Group(locale, names, f"line {number}"))
    return found


def written(groups: Iterable[Group]) -> str:
    """Groups as a text that ``read`` reads."""
    lines, locale = list[str](), None
    for each in groups:
        if each.locale != locale:
            locale = each.locale
            lines.append(f"[{locale}]")
        lines.append(", ".join(each.names))
    return "".join(f"{line}\n" for line in lines)


async def listed(settings: Settings, locale: str | None = None) -> list[Group]:
    """The groups of a locale, or of all, by locale and name. Raises Invalid."""
    if locale is not None and (problem := _unknown(locale, "locale", settings)):
        raise Invalid([problem])
    found: dict[tuple[str, UUID], list[str]] = defaultdict(list)
    chosen = Synonym.all() if locale is None else Synonym.filter(locale=locale)
    for each in sorted(await chosen, key=lambda synonym: (synonym.name.casefold(), synonym.name)):
        found[each.locale, each.group_id].append(each.name)
    groups = [Group(locale, tuple(names)) for (locale, _), names in found.items()]
    return sorted(groups, key=lambda group: group.locale)  # stable: groups stay in the order of their first names


async def add(groups: Sequence[Group], settings: Settings) -> int:
    """Have the names of each group mean the same, and what they meant already; returns how many names that changed.

    All of it or nothing. Raises Invalid with everything that is wrong.
    """
    given = _checked(groups, settings)
    async with writing():
        locales = list({group.locale for group in groups})
        known = {(each.locale, each.terms): each for each in await Synonym.filter(locale__in=locales)}
        joined = _joined(given, known)
        new = [
            Synonym(group_id=joined[place], locale=place[0], name=name, terms=place[1])
            for place, name in {place: name for named in reversed(given) for place, name in named.items()}.items()
            if place not in known
        ]
        moved = [each for place, each in known.items() if joined[place] != each.group_id]
        for each in moved:
            each.group_id = joined[each.locale, each.terms]
        if new or moved:
            async with granting():
                await Synonym.bulk_create(new, batch_size=500)
                await Synonym.bulk_update(moved, fields=["group_id"], batch_size=100)
    return len(new) + len(moved)


async def remove(locale: str, name: str) -> list[str]:
    """Have a name mean nothing else any more; returns the names that are left of its group. Raises NotFound.

    A name that would be left alone goes too.
    """
    async with writing():
        found = await Synonym.get_or_none(locale=locale, terms=_terms(locale, name)) if locale.isascii() else None
        if found is None:
            raise NotFound(
                f"{name[:LONGEST]!r} is no synonym in the locale {locale[:35]!r}. `caveat synonyms list` shows those"
                " there are."
            )
        left = [each for each in await Synonym.filter(group_id=found.group_id).order_by("name") if each.id != found.id]
        gone = [found, *left] if len(left) == 1 else [found]
        async with granting():
            await Synonym.filter(id__in=[each.id for each in gone]).delete()
    return [each.name for each in left if each not in gone]


def _checked(groups: Sequence[Group], settings: Settings) -> list[dict[Place, str]]:
    """The names of each group by what they are known by, the first where several are the same."""
    problems, found = list[Problem](), []
    for group in groups:
        wrong = [problem for name in group.names if (problem := _problem(name, group))]
        if unknown := _unknown(group.locale, group.place, settings):
            wrong = [unknown]
        named = {(group.locale, _terms(group.locale, name)): name for name in reversed(group.names)}
        if not wrong and len(named) < 2:
            told = ", ".join(map(repr, group.names)) or "nothing"
            wrong = [Problem(group.place, f"a group needs two names that search tells apart, and this is {told}")]
        problems += wrong
        found.append(dict(reversed(named.items())))
    if problems:
        raise Invalid(problems)
    return found


def _unknown(locale: str, place: str, settings: Settings) -> Problem | None:
    if locale in settings.fallbacks:
        return None
    return Problem(place, f"{locale[:35]!r} is not a locale of this site; it has {', '.join(settings.fallbacks)}")


def _problem(name: str, group: Group) -> Problem | None:
    """What is wrong with a name."""
    shown = repr(name[:40])
    if len(name) > LONGEST or len(_terms(group.locale, name)) > LONGEST:
        return Problem(group.place, f"{shown}… is longer than {LONGEST} characters")
    if not name.isprintable() or {",", "#"} & {*name}:
        return Problem(group.place, f"{shown} has a comma, a # or a control character, which no name can have")
    if not _terms(group.locale, name):
        return Problem(group.place, f"{shown} has no word that search looks for: it consists of stop words or signs")
    return None


def _terms(locale: str, name: str) -> str:
    return " ".join(language(locale).terms(words(name)))


def _joined(given: Iterable[Mapping[Place, str]], known: Mapping[Place, Synonym]) -> dict[Place, UUID]:
    """The group of each name when those that are given mean the same. Raises Invalid where one grows too large."""
    joined = {place: each.group_id for place, each in known.items()}
    members: dict[UUID, list[Place]] = defaultdict(list)
    for place, group in joined.items():
        members[group].append(place)
    for named in given:
        groups = dict.fromkeys(joined[place] for place in named if place in joined)
        into = min(groups, default=uuid7())
        together = [*(place for group in groups for place in members.pop(group)), *named]
        members[into] = list(dict.fromkeys(together))
        joined |= dict.fromkeys(members[into], into)
    if large := [places for places in members.values() if len(places) > MOST]:
        raise Invalid([_too_large(places) for places in large])
    return joined


def _too_large(places: Sequence[Place]) -> Problem:
    some = ", ".join(repr(terms) for _, terms in places[:5])
    return Problem("names", f"{len(places)} would be one group, more than {MOST}; as terms, some of them are {some}")
