"""Physician bios."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import strawberry

from engine.batched import batched
from loaders.rows import Row
from models import Kind, LinkKind
from schema.connection import Connection
from schema.content import Content
from schema.context import Context
from schema.disclaimer import Disclaimer, disclaimer_field
from schema.link import linking_nodes
from schema.rich_text import RichText
from schema.values import BoardCertification, Citation, Disclosure, Education, License, Location, Specialty

Articles = Connection[Annotated["Article", strawberry.lazy("schema.article")]]  # noqa: F821
Procedures = Connection[Annotated["Procedure", strawberry.lazy("schema.procedure")]]  # noqa: F821


def _names(rows: Sequence[Row], _context: Context) -> list[str]:
    return [row.title for row in rows]


@strawberry.type(description="A physician, with a bio.")
class Physician(Content):
    disclaimer: Disclaimer = disclaimer_field("The disclaimer of the bio, in the locale that it was served in.")
    given_name: str | None = strawberry.field(description="The given name.")
    family_name: str = strawberry.field(description="The family name, by which lists in title order sort.")
    honorific_prefix: str | None = strawberry.field(description="What stands before the name, for example Dr.")
    honorific_suffix: str | None = strawberry.field(description="What stands after the name, for example M.D.")
    pronouns: str | None = strawberry.field(description="The pronouns that the physician goes by.")
    job_title: str | None = strawberry.field(description="The job title.")
    npi: str | None = strawberry.field(description="The US National Provider Identifier: ten digits.")
    specialties: list[Specialty] = strawberry.field(description="The fields of medicine.")
    subspecialties: list[str] = strawberry.field(description="Narrower fields, in words.")
    board_certifications: list[BoardCertification] = strawberry.field(description="Certifications by medical boards.")
    licenses: list[License] = strawberry.field(description="Licences to practise.")
    education: list[Education] = strawberry.field(description="Medical education.")
    hospital_affiliations: list[str] = strawberry.field(description="The hospitals that the physician works with.")
    locations: list[Location] = strawberry.field(description="Where the physician sees patients.")
    languages: list[str] = strawberry.field(description="The languages that the physician speaks (BCP 47).")
    accepting_new_patients: bool | None = strawberry.field(description="Whether new patients are taken.")
    appointment_url: str | None = strawberry.field(description="Where an appointment can be made.")
    telephone: str | None = strawberry.field(description="The telephone number.")
    memberships: list[str] = strawberry.field(description="Memberships in societies.")
    awards: list[str] = strawberry.field(description="Awards.")
    publications: list[Citation] = strawberry.field(description="Published works.")
    same_as: list[str] = strawberry.field(description="Other pages about the same person.")
    disclosures: list[Disclosure] = strawberry.field(description="Financial ties that readers should know of.")
    short_bio: str = strawberry.field(description="The bio in up to 280 characters of plain text.")
    bio: RichText = strawberry.field(description="The bio.")
    syndication_consent: bool = strawberry.field(description="Whether partner sites may show the physician.")
    last_verified_on: date | None = strawberry.field(description="The day on which the bio was last verified.")
    articles: Articles = linking_nodes(
        LinkKind.AUTHORED_BY, Kind.ARTICLE, Articles, "The articles that the physician wrote, the newest first."
    )
    reviewed_articles: Articles = linking_nodes(
        LinkKind.REVIEWED_BY, Kind.ARTICLE, Articles, "The articles that the physician reviewed, the newest first."
    )
    procedures: Procedures = linking_nodes(
        LinkKind.PERFORMED_BY, Kind.PROCEDURE, Procedures, "The procedures that the physician performs."
    )
    name: str = batched(returns=str, description="The name as displayed: the title.")(_names)
