"""A dozen invented physicians, so that every article has an author and every author has a bio."""

from collections.abc import Iterator
from typing import Any

# given name, family name, job title, medical specialty (schema.org)
PEOPLE = [
    ("Bela", "Sample", "Family Physician", "PrimaryCare"),
    ("Carl", "Stub", "Cardiologist", "Cardiovascular"),
    ("Dora", "Specimen", "Medical Geneticist", "Genetic"),
    ("Emil", "Mockup", "Neurologist", "Neurologic"),
    ("Fay", "Pretend", "Pediatrician", "Pediatric"),
    ("Gus", "Dummy", "Gastroenterologist", "Gastroenterologic"),
    ("Hana", "Template", "Hematologist", "Hematologic"),
    ("Ivo", "Notional", "Infectious Disease Physician", "Infectious"),
    ("Jana", "Invented", "Endocrinologist", "Endocrine"),
    ("Kai", "Fictional", "Pulmonologist", "Pulmonary"),
    ("Lea", "Imaginary", "Oncologist", "Oncologic"),
    ("Max", "Blueprint", "Dermatologist", "Dermatologic"),
]
SLUGS = [f"{given}-{family}".lower() for given, family, _, _ in PEOPLE]
BIO = """Dr. {given} {family} is a {job} at the Harbour Lane practice, a place that exists in sample data alone.
Patients come with questions that seldom have one answer, and a first visit goes to what has been tried and what matters
to them.

## How a visit goes

{given} starts with the history, explains what an examination can and cannot show, and writes the plan down in plain
words. People who want to may bring someone along, and most leave with *two* or *three* things to do at home:

- a note of the signs that should lead to a call
- a date for the next look at the plan
- the name of the person to ask in between

## Teaching and writing

Dr. {family} reads every article that carries the name before it is published, and again when a review is due. Residents
of Sample General Hospital learn from {given} how to say that something is not known. Away from work there is a garden,
an old bicycle and a choir that is **not always** in tune."""


def physicians() -> Iterator[dict[str, Any]]:
    """The dozen as records of a bundle."""
    for number, (given, family, job, specialty) in enumerate(PEOPLE):
        yield _names(number, given, family, job) | _career(number, job, specialty) | _practice(number)


def _names(number: int, given: str, family: str, job: str) -> dict[str, Any]:
    return {
        "type": "physician",
        "slug": SLUGS[number],
        "locale": "en",
        "status": "live",
        "publishedAt": "2024-01-01T08:00:00Z",
        "updatedAt": "2024-06-01T08:00:00Z",
        "title": f"Dr. {given} {family}",
        "summary": f"{job} who explains what is known, what is not, and what to do next.",
        "disclaimer": "physician-bio",
        "givenName": given,
        "familyName": family,
        "honorificPrefix": "Dr.",
        "honorificSuffix": "MD",
        "jobTitle": job,
        "shortBio": f"{given} {family}, MD, is a {job.lower()} at Harbour Lane, which exists in sample data alone.",
        "bio": BIO.format(given=given, family=family, job=job.lower()),
        "syndicationConsent": True,
    }


def _career(number: int, job: str, specialty: str) -> dict[str, Any]:
    school, hospital = "Sample University School of Medicine", "Sample General Hospital"
    return {
        "specialties": [{"name": job, "medicalSpecialty": specialty}],
        "boardCertifications": [{"board": f"Example Board for the {job}", "specialty": job, "until": "2032-06-30"}],
        "licenses": [{"jurisdiction": "State of Example", "number": f"EX-MD-{900 + number:06d}"}],
        "education": [
            {"institution": school, "kind": "DEGREE", "degree": "Doctor of Medicine", "year": 2001 + number},
            {"institution": hospital, "kind": "RESIDENCY", "degree": job, "year": 2006 + number},
        ],
        "memberships": ["Example Academy of Medicine"],
        "topics": ["orthopaedics"],
    }


def _practice(number: int) -> dict[str, Any]:
    return {
        "locations": [
            {
                "name": "Harbour Lane practice",
                "address": "12 Harbour Lane, Port Sample, EX 00000",
                "telephone": "+1 555 0100",
                "hours": ["Mo-We 08:00-17:00", "Fr 08:00-12:00"],
            }
        ],
        "languages": ["en"],
        "acceptingNewPatients": number % 2 == 0,
        "telephone": f"+1 555 {140 + number:04d}",
        "lastVerifiedOn": "2024-06-01",
    }
