"""The vocabulary of schema.org, and what is wrong with a document by it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

FILE = Path(__file__).parent / "schemaorg-30.0.jsonld"
DATE = r"\d{4}-\d\d-\d\d"
# data type -> what its values look like as JSON strings; numbers and booleans are no strings in JSON
FORMS = {
    "Date": re.compile(rf"{DATE}|\d{{4}}"),  # ISO 8601; a year alone is a date of less precision
    "DateTime": re.compile(rf"{DATE}T\d\d:\d\d:\d\d(\.\d+)?(\+\d\d:\d\d|Z)"),
    "URL": re.compile(r"https?://[^\s/]+(/\S*)?"),
    "Text": re.compile(r".+", re.DOTALL),
}


def names(value: Any) -> frozenset[str]:
    """The names in one value of the file, or in a list of them: "schema:Thing", or {"@id": "schema:Thing"}."""
    each = value if isinstance(value, list) else [value]
    ids = (one["@id"] if isinstance(one, dict) else one for one in each)
    return frozenset(id.removeprefix("schema:") for id in ids)


def listed(value: Any) -> list[Any]:
    """The value, or the values, as a list."""
    return value if isinstance(value, list) else [value]


@dataclass
class Vocabulary:
    """Entries of the vocabulary by their names."""

    entries: dict[str, dict[str, Any]]

    def lineage(self, types: frozenset[str]) -> frozenset[str]:
        """Types with all that they inherit from."""
        parents = [names(self.entries[each].get("rdfs:subClassOf", [])) for each in types if each in self.entries]
        return types.union(*(self.lineage(each) for each in parents if each))

    def is_type(self, name: Any) -> bool:
        """Whether a name is that of a type."""
        return name in self.entries and "rdfs:Class" in names(self.entries[name]["@type"])

    def members(self, enumeration: str) -> frozenset[str]:
        """The members of an enumeration."""
        return frozenset(name for name, entry in self.entries.items() if enumeration in names(entry["@type"]))

    def problems(self, document: dict[str, Any]) -> list[str]:
        """What is wrong with a document."""
        context = [] if document.get("@context") == "https://schema.org" else ["@context"]
        return [*context, *self._wrong_object({k: v for k, v in document.items() if k != "@context"}, "")]

    def _wrong_object(self, thing: dict[str, Any], place: str) -> Iterator[str]:
        types = listed(thing.get("@type"))
        unknown = [each for each in types if not self.is_type(each)]
        if unknown:
            yield f"{place}@type {unknown} is unknown"
            return
        lineage = self.lineage(frozenset(types))
        for name, value in thing.items():
            if name != "@type":
                yield from self._wrong_property(lineage, name, value, f"{place}{name}")

    def _wrong_property(self, lineage: frozenset[str], name: str, value: Any, place: str) -> Iterator[str]:
        entry = self.entries.get(name, {})
        if not lineage & names(entry.get("schema:domainIncludes", [])):
            yield f"{place} is no property of {sorted(lineage)[0]}"
            return
        if "schema:supersededBy" in entry:
            yield f"{place} is superseded"
        for each in listed(value):
            yield from self._wrong_value(names(entry["schema:rangeIncludes"]), each, place)
        if value == []:
            yield f"{place} is empty"

    def _wrong_value(self, expected: frozenset[str], value: Any, place: str) -> Iterator[str]:
        """A value must be of a type that the property expects: text is text only where it says so."""
        if isinstance(value, dict):
            if not self.lineage(frozenset(map(str, listed(value.get("@type"))))) & expected:
                yield f"{place} may not be {value.get('@type')}"
            yield from self._wrong_object(value, f"{place}.")
        elif not any(self._is(value, each) for each in expected):
            yield f"{place} may not be {value!r}"

    def _is(self, value: Any, expected: str) -> bool:
        if isinstance(value, bool | None):
            return isinstance(value, bool) and expected == "Boolean"
        if isinstance(value, int | float):
            kind = frozenset({"Integer" if isinstance(value, int) else "Float"})
            return expected in self.lineage(kind)
        if expected in FORMS:
            return FORMS[expected].fullmatch(value) is not None
        name = value.removeprefix("https://schema.org/")
        return name != value and expected in self.lineage(names(self.entries.get(name, {}).get("@type", [])))


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    """The vocabulary."""
    graph = json.loads(FILE.read_text())["@graph"]
    return Vocabulary({entry["@id"].removeprefix("schema:"): entry for entry in graph})
