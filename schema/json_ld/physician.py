"""Physicians: a profile page whose main entity is both a person and a physician, in schema.org an organization."""

from typing import Any

from loaders.rows import Row
from models.physician import BoardCertification, Education, EducationKind, Location
from models.values import License
from schema.json_ld.page import Page
from schema.json_ld.terms import Document, member, organization, organizations

SPECIALTIES = frozenset(
    "Anesthesia Cardiovascular CommunityHealth Dentistry Dermatologic Dermatology DietNutrition Emergency Endocrine"  # noqa: SIM905
    " Gastroenterologic Genetic Geriatric Gynecologic Hematologic Infectious LaboratoryScience Midwifery"
    " Musculoskeletal Neurologic Nursing Obstetric Oncologic Optometric Otolaryngologic Pathology Pediatric"
    " PharmacySpecialty Physiotherapy PlasticSurgery Podiatric PrimaryCare Psychiatric PublicHealth Pulmonary"
    " Radiography Renal RespiratoryTherapy Rheumatologic SpeechPathology Surgical Toxicologic Urologic".split()
)
"""The members of MedicalSpecialty. Editors write the field in free text: what is none of these is told in words."""


def physician(page: Page) -> Document:
    """The page of a physician. That a bio was verified is what schema.org calls a review of its page."""
    row = page.row
    return {
        "@type": "ProfilePage",
        "lastReviewed": row.last_verified_on and row.last_verified_on.isoformat(),
        "mainEntity": {"@type": ["Person", "IndividualPhysician"], "url": page.url, **_person(row), **_practice(row)},
    }


def _person(row: Row) -> Document:
    return {
        "name": row.title,
        "givenName": row.given_name,
        "familyName": row.family_name,
        "honorificPrefix": row.honorific_prefix,
        "honorificSuffix": row.honorific_suffix,
        "pronouns": row.pronouns,
        "jobTitle": row.job_title,
        "description": row.short_bio,
        "knowsAbout": list(dict.fromkeys([*(each.name for each in row.specialties), *row.subspecialties])),
        "knowsLanguage": row.languages,
        "hasCredential": [_board(each) for each in row.board_certifications] + _degrees(row),
        "hasCertification": [_license(each) for each in row.licenses],
        "alumniOf": organizations(each.institution for each in row.education),
        "memberOf": organizations(row.memberships),
        "award": row.awards,
        "sameAs": row.same_as,
    }


def _practice(row: Row) -> Document:
    named = [each.medical_specialty for each in row.specialties if each.medical_specialty in SPECIALTIES]
    return {
        "usNPI": row.npi,
        "medicalSpecialty": [member(name) for name in dict.fromkeys(named)],
        "hospitalAffiliation": [{"@type": "Hospital", "name": name} for name in row.hospital_affiliations],
        "practicesAt": [_location(each) for each in row.locations],
        "isAcceptingNewPatients": row.accepting_new_patients,
        "telephone": row.telephone,
        "potentialAction": row.appointment_url and {"@type": "ReserveAction", "target": row.appointment_url},
    }


def _board(certification: BoardCertification) -> Document:
    return _credential(
        "certification",
        certification.specialty or certification.board,
        certification.board,
        url=certification.url,
        dateCreated=certification.since and certification.since.isoformat(),
        expires=certification.until and certification.until.isoformat(),
    )


def _degrees(row: Row) -> list[Document]:
    return [_degree(each) for each in row.education if each.kind is EducationKind.DEGREE and each.degree]


def _degree(education: Education) -> Document:
    year = education.year and f"{education.year:04}"
    return _credential("degree", education.degree, education.institution, dateCreated=year)


def _credential(category: str, name: str | None, by: str, **others: Any) -> Document:
    return {
        "@type": "EducationalOccupationalCredential",
        "credentialCategory": category,
        "name": name,
        "recognizedBy": organization(by),
        **others,
    }


def _license(licence: License) -> Document:
    return {
        "@type": "Certification",
        "certificationIdentification": licence.number,
        "validIn": {"@type": "AdministrativeArea", "name": licence.jurisdiction},
        "expires": licence.until and licence.until.isoformat(),
    }


def _location(location: Location) -> Document:
    return {
        "@type": "MedicalClinic",
        "name": location.name,
        "address": location.address,
        "telephone": location.telephone,
        "openingHours": location.hours,
        "geo": location.geo
        and {
            "@type": "GeoCoordinates",
            "latitude": location.geo.latitude,
            "longitude": location.geo.longitude,
        },
    }
