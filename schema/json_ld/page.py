"""A page: a row with what its document needs beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from loaders.links import Edge
from loaders.rows import Row
from models import LinkKind
from models.topic import TopicScheme
from schema.json_ld.terms import Document
from settings import Settings

THINGS = {
    TopicScheme.SPECIALTY: "DefinedTerm",  # a MedicalSpecialty is one of a closed list
    TopicScheme.CONDITION: "MedicalCondition",
    TopicScheme.BODY_REGION: "AnatomicalStructure",
    TopicScheme.TREATMENT: "TherapeuticProcedure",
    TopicScheme.AUDIENCE: "PeopleAudience",
}
"""What the topics of a scheme are."""


@dataclass(frozen=True)
class Page:
    """A row, its disclaimer, and its links in their order, each with the row that it leads to where it leads to one."""

    row: Row
    settings: Settings
    disclaimer: Row | None
    links: Sequence[tuple[Edge, Row | None]]

    @property
    def url(self) -> str:
        """The URL of the page."""
        return self.url_of(self.row)

    def url_of(self, row: Row) -> str:
        """The URL of the page of another row."""
        return self.settings.url(row.kind, row.locale, row.slug)

    def linked(self, kind: LinkKind) -> list[Row]:
        """The rows that links of one kind lead to."""
        return [row for edge, row in self.links if edge.kind is kind and row is not None]

    def people(self, kind: LinkKind) -> list[Document]:
        """The physicians that links of one kind lead to."""
        return [self._person(row, edge) for edge, row in self.links if edge.kind is kind and row is not None]

    def _person(self, row: Row, edge: Edge) -> Document:
        """A physician as another page names one: with the credential held at the time."""
        held = {"@type": "EducationalOccupationalCredential", "name": edge.credential}
        return {
            "@type": "Person",
            "name": row.title,
            "jobTitle": row.job_title,
            "url": self.url_of(row),
            "hasCredential": held if edge.credential else None,
        }

    def topics(self) -> list[Document]:
        """The topics that the page is about."""
        return [
            {"@type": THINGS[row.scheme], "name": row.title, "url": self.url_of(row)}
            for row in self.linked(LinkKind.ABOUT)
        ]

    def related(self, kinds: frozenset[LinkKind]) -> list[str]:
        """The URLs that links of some kinds lead to, each once, in their order."""
        urls = [edge.url if row is None else self.url_of(row) for edge, row in self.links if edge.kind in kinds]
        return list(dict.fromkeys(filter(None, urls)))
