"""Physician bios."""

from datetime import date
from typing import Any

from tortoise import fields

from models.edition import Part
from models.fields import RichTextField, listed
from models.node import Node
from models.values import Citation, License, Words, described, value


@value
class Specialty:
    """A field of medicine."""

    name: str = described("The specialty in words, for example Orthopaedic surgery.")
    medical_specialty: str | None = described(
        "The schema.org MedicalSpecialty value where there is one, for example Musculoskeletal.", default=None
    )
    taxonomy_code: str | None = described("The NUCC health care provider taxonomy code.", default=None)


@value
class BoardCertification:
    """A certification by a medical board."""

    board: str = described("The board that certified.")
    specialty: str | None = described("The specialty that was certified.", default=None)
    since: date | None = described("The first day of the certification.", default=None)
    until: date | None = described("The last day of the certification.", default=None)
    verified_on: date | None = described("The day on which the certification was last verified.", default=None)
    url: str | None = described("Where the certification can be verified.", default=None)


class EducationKind(Words):
    """A stage of medical education."""

    DEGREE = "DEGREE", "A degree."
    INTERNSHIP = "INTERNSHIP", "An internship."
    RESIDENCY = "RESIDENCY", "A residency."
    FELLOWSHIP = "FELLOWSHIP", "A fellowship."


@value
class Education:
    """A stage of a physician's education."""

    institution: str = described("The school or hospital.")
    kind: EducationKind = described("The stage.")
    degree: str | None = described("The degree or field.", default=None)
    year: int | None = described("The year in which it ended.", default=None)


@value
class Geo:
    """A point on the earth (WGS 84)."""

    latitude: float = described("Degrees north.")
    longitude: float = described("Degrees east.")


@value
class Location:
    """A place where a physician sees patients."""

    name: str = described("The name of the place.")
    address: str = described("The postal address, in one line.")
    telephone: str | None = described("The telephone number.", default=None)
    hours: list[str] = described(
        "Opening hours, as schema.org openingHours, for example Mo-Fr 08:00-17:00.", default=list
    )
    geo: Geo | None = described("Where it is.", default=None)


class DisclosureKind(Words):
    """What ties a physician to an organization."""

    ROYALTIES = "ROYALTIES", "Royalties."
    CONSULTANT = "CONSULTANT", "Paid advice."
    SPEAKER = "SPEAKER", "Paid talks."
    EMPLOYEE = "EMPLOYEE", "Employment."
    STOCK = "STOCK", "Stock or stock options."
    RESEARCH = "RESEARCH", "Support of research."


@value
class Disclosure:
    """A financial tie that readers should know of."""

    organization: str = described("The organization.")
    kind: DisclosureKind = described("What ties the physician to it.")


class Physician(Part):
    """What a physician's bio has beyond the edition. The name as displayed is the edition's title."""

    disclaimer: fields.ForeignKeyRelation[Node] = fields.ForeignKeyField(
        "models.Node", related_name="disclaimed_physicians", on_delete=fields.RESTRICT
    )
    given_name = fields.CharField(max_length=200, null=True)
    family_name = fields.CharField(max_length=200)
    honorific_prefix = fields.CharField(max_length=100, null=True)
    honorific_suffix = fields.CharField(max_length=100, null=True)
    pronouns = fields.CharField(max_length=100, null=True)
    job_title = fields.CharField(max_length=300, null=True)
    npi = fields.CharField(max_length=10, null=True)
    specialties: Any = listed(Specialty)
    subspecialties: Any = listed(str)
    board_certifications: Any = listed(BoardCertification)
    licenses: Any = listed(License)
    education: Any = listed(Education)
    hospital_affiliations: Any = listed(str)
    locations: Any = listed(Location)
    languages: Any = listed(str)
    accepting_new_patients = fields.BooleanField(null=True)
    appointment_url = fields.TextField(null=True)
    telephone = fields.CharField(max_length=40, null=True)
    memberships: Any = listed(str)
    awards: Any = listed(str)
    publications: Any = listed(Citation)
    same_as: Any = listed(str)
    disclosures: Any = listed(Disclosure)
    short_bio = fields.CharField(max_length=280, default="")
    bio: Any = RichTextField()
    syndication_consent = fields.BooleanField()
    last_verified_on = fields.DateField(null=True)

    class Meta:
        table = "physician"
