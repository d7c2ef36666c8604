"""A folder of Markdown files with YAML front matter: ``<type>/<slug>.<locale>.md``, one file an edition."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import yaml

from models import PARTS, Kind
from publishing.entry import Entry

FRONT = re.compile(r"\A\ufeff?---\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)(.*)\Z", re.DOTALL | re.MULTILINE)
NAME = re.compile(r"(?P<key>[^.]+)\.(?P<locale>[A-Za-z0-9-]+)\.md")
MAIN = {Kind.ARTICLE: "body", Kind.PROCEDURE: "overview", Kind.PHYSICIAN: "bio", Kind.DISCLAIMER: "body"}
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(path: Path, kind: Kind | None = None) -> Iterator[Entry]:
    """The editions of a folder, type by type."""
    if kind is None and not path.is_dir():
        yield Entry(path.name, {}, "is not a folder of Markdown files")
    for each in PARTS if kind is None else [kind]:
        for file in sorted((path / each.value).glob("*.md")):
            yield _entry(file, path, each)
    if kind is None:
        yield from _strays(path)


def _strays(path: Path) -> Iterator[Entry]:
    """Markdown files that stand where no type of content lives: nothing is passed over in silence."""
    known = {kind.value for kind in PARTS}
    for file in sorted(path.rglob("*.md")):
        relative = file.relative_to(path)
        if relative.name != "README.md" and (len(relative.parts) != 2 or relative.parts[0] not in known):
            yield Entry(str(relative), {}, f"is not in a folder named {', '.join(sorted(known))}")


def _entry(file: Path, root: Path, kind: Kind) -> Entry:
    place = f"{file.relative_to(root)}:1"
    name = NAME.fullmatch(file.name)
    if name is None:
        return Entry(place, {}, "the name of the file must be <slug>.<locale>.md")
    try:
        match = FRONT.match(file.read_text(encoding="utf-8"))
        if match is None:
            return Entry(place, {}, "has no front matter between two lines of ---")
        front = yaml.load(match[1], Loader=Loader)  # noqa: S506 - a safe loader
    except UnicodeDecodeError:
        return Entry(place, {}, "is not UTF-8")
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date that is none, without its line
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 1
        return Entry(f"{file.relative_to(root)}:{line}", {}, f"front matter: {getattr(error, 'problem', error)}")
    if not isinstance(front, dict):
        return Entry(place, {}, "the front matter is not a mapping")
    return _record(place, kind, name["key"], name["locale"], front, match[2].strip())


def _record(place: str, kind: Kind, key: str, locale: str, front: dict[Any, Any], text: str) -> Entry:
    data: dict[str, Any] = {"slug": key, **{str(k): _zoned(v) for k, v in front.items()}}
    data |= {"type": kind.value, "key": key, "locale": locale}
    if text:
        if kind not in MAIN:
            return Entry(place, data, f"a {kind.value} has no text under the front matter")
        if MAIN[kind] in front:
            return Entry(place, data, f"{MAIN[kind]} stands in the front matter and under it")
        data[MAIN[kind]] = text
    return Entry(place, data)


def _zoned(value: Any) -> Any:
    """YAML gives a timestamp written with Z no zone in some versions: it is UTC."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return value.isoformat()
    return value
