"""The MedQuAD corpus (NDJSON): conditions and the rest as articles, procedures as procedures, types as topics.

Licence and credit go into the fields of each article, and each gets a disclaimer that its text is test content.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from models import Kind
from publishing.bundle import lines
from publishing.entry import Entry

LOCALE = "en"
LICENSE = "https://creativecommons.org/licenses/by/4.0/"
CREDIT = "MedQuAD, Asma Ben Abacha and Dina Demner-Fushman, U.S. National Library of Medicine (CC BY 4.0)"
DISCLAIMER: dict[str, Any] = {
    "type": "disclaimer",
    "slug": "test-content",
    "locale": LOCALE,
    "status": "live",
    "kind": "MEDICAL_INFORMATION",
    "title": "Test content",
    "text": "This text was collected in 2016 and 2017 and is provided as software test content only. It is not current"
    " medical guidance. Ask a physician about any question that concerns your health.",
    "effectiveFrom": "2017-01-01",
    "placement": "BOTH",
    "publisher": "Caveat",
}
# Section type of the corpus -> aspect of the topic (schema.org HealthAspectEnumeration)
ASPECTS = {
    "information": "OVERVIEW",
    "symptoms": "SYMPTOMS",
    "causes": "CAUSES",
    "inheritance": "CAUSES",
    "genetic changes": "CAUSES",
    "treatment": "TREATMENTS",
    "exams and tests": "SCREENING",
    "outlook": "PROGNOSIS",
    "frequency": "PROGNOSIS",
    "prevention": "PREVENTION",
    "complications": "RISKS_OR_COMPLICATIONS",
    "susceptibility": "RISKS_OR_COMPLICATIONS",
    "stages": "STAGES",
    "considerations": "SAFETY",
    "research": "RELATED_TOPICS",
    "support groups": "GETTING_ACCESS",
}
MARKUP = re.compile(r"([\\`*_<>\[\]#|~&])")


class Section(BaseModel):
    """A section of a document."""

    type: str
    heading: str
    body: str


class SemanticType(BaseModel):
    """What a document is about (UMLS)."""

    name: str
    tui: str | None = None


class Related(BaseModel):
    """Another document that a document has to do with."""

    id: str
    reason: str | None = None


class Document(BaseModel):
    """A line of the corpus, as far as it is read."""

    id: str
    slug: str
    kind: str
    title: str
    category: str
    sections: list[Section]
    source: str | None = None
    source_name: str | None = None
    url: str | None = None
    credit: str | None = None
    synonyms: list[str] = []
    semantic_types: list[SemanticType] = []
    related: list[Related] = []


def read(path: Path, kind: Kind | None = None) -> Iterator[Entry]:
    """The records of the corpus: its disclaimer, the topics, the procedures, the articles."""
    if kind in (None, Kind.DISCLAIMER):
        yield Entry("disclaimer", DISCLAIMER)
    if kind in (None, Kind.TOPIC):
        yield from _topics(path)
    if kind in (None, Kind.PROCEDURE, Kind.ARTICLE):
        yield from _documents(path, kind)


def _documents(path: Path, kind: Kind | None) -> Iterator[Entry]:
    references = {row.id: _reference(row) for _, row, _ in _rows(path) if row is not None}
    for place, row, problem in _rows(path):
        if row is None:
            if kind is None:
                yield Entry(place, {}, problem)
        elif kind is None or _kind(row) is kind:
            yield Entry(place, _record(row, references))


def _rows(path: Path) -> Iterator[tuple[str, Document | None, str | None]]:
    """(place, document, None), or (place, None, what is wrong with it)."""
    for number, line in lines(path):
        place = f"{path.name}:{number}"
        try:
            yield place, Document.model_validate_json(line), None
        except ValidationError as error:
            first = error.errors()[0]
            where = "".join(f"{part}: " for part in [".".join(map(str, first["loc"]))] if part)
            yield place, None, f"is not a document of the corpus: {where}{first['msg'].lower()}"


def _kind(row: Document) -> Kind:
    return Kind.PROCEDURE if row.kind == "procedure" else Kind.ARTICLE


def _reference(row: Document) -> str:
    return f"{_kind(row).value}/{slugify(row.slug)}"


def slugify(text: str) -> str:
    """A slug for some words."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "untitled"


def _topics(path: Path) -> Iterator[Entry]:
    """Categories and semantic types, each once."""
    seen: set[str] = set()
    for place, row, _ in _rows(path):
        for name, scheme, code in _topic_names(row) if row else ():
            slug = slugify(name)
            if slug not in seen:
                seen.add(slug)
                data = {"type": "topic", "slug": slug, "locale": LOCALE, "status": "live", "title": name}
                codes = [{"system": "UMLS semantic type", "value": code}] if code else []
                yield Entry(place, {**data, "scheme": scheme, "codes": codes})


def _topic_names(row: Document) -> Iterator[tuple[str, str, str | None]]:
    yield row.category, "SPECIALTY", None
    for each in row.semantic_types:
        yield each.name, "CONDITION", each.tui


def _record(row: Document, references: Mapping[str, str]) -> dict[str, Any]:
    data: dict[str, Any] = {
        "type": _kind(row).value,
        "slug": slugify(row.slug),
        "locale": LOCALE,
        "status": "live",
        "title": row.title,
        "alternateNames": row.synonyms,
        "disclaimer": "test-content",
        "license": LICENSE,
        "creditText": ". ".join(filter(None, [row.source_name or row.source, row.credit, CREDIT])),
        "sourceUrl": row.url,
        "topics": [f"topic/{slugify(name)}" for name, _, _ in _topic_names(row)],
        "links": [
            {"kind": "RELATED", "target": references[related.id], "note": related.reason}
            for related in row.related
            if related.id in references
        ],
    }
    return data | (_guide(row) if _kind(row) is Kind.PROCEDURE else _article(row))


def _article(row: Document) -> dict[str, Any]:
    sections = [{"heading": s.heading, "aspect": ASPECTS.get(s.type), "body": escaped(s.body)} for s in row.sections]
    return {"genre": "CONDITION" if row.kind == "condition" else "OTHER", "sections": sections}


def _guide(row: Document) -> dict[str, Any]:
    """A procedure: what says what it is comes first, the rest follows under its headings."""
    overview = [escaped(s.body) for s in row.sections if s.type == "information"]
    outcome = [escaped(s.body) for s in row.sections if s.type == "outlook"]
    rest = [s for s in row.sections if s.type not in ("information", "outlook")]
    overview += [f"## {escaped(s.heading)}\n\n{escaped(s.body)}" for s in rest]
    return {"overview": "\n\n".join(overview), "expectedOutcome": "\n\n".join(outcome)}


def escaped(text: str) -> str:
    """Plain text with list marks as CommonMark that shows the same text."""
    return "\n".join(MARKUP.sub(r"\\\1", line.strip()) for line in text.split("\n"))
