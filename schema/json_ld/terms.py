"""What documents of all kinds are made of: references, works, codes, members of enumerations."""

from collections.abc import Iterable
from typing import Any

from models.values import Citation, Code

Document = dict[str, Any]
VOCABULARY = "https://schema.org/"


def filled(value: Any) -> Any:
    """The value without what is null or empty: schema.org knows no null."""
    if isinstance(value, dict):
        kept = {key: filled(each) for key, each in value.items()}
        return {key: each for key, each in kept.items() if each not in (None, "", [], {})}
    return [filled(each) for each in value] if isinstance(value, list) else value


def member(name: str | None) -> str | None:
    """A member of an enumeration, by its URL; None for None."""
    return name and VOCABULARY + name


def organization(name: str | None) -> Document | None:
    """An organization of which only the name is known; None where that is not."""
    return {"@type": "Organization", "name": name} if name else None


def organizations(names: Iterable[str]) -> list[Document]:
    """Organizations by their names, each once."""
    return [{"@type": "Organization", "name": name} for name in dict.fromkeys(names)]


def licence(text: str | None) -> str | Document | None:
    """A licence: by its address, or as a work of that name. schema.org has no plain text here."""
    if not text or text.startswith(("https://", "http://")):
        return text
    return {"@type": "CreativeWork", "name": text}


def identifiers(codes: Iterable[Code]) -> list[Document]:
    """Codes of what is no medical entity."""
    return [_identifier(each.system, each.value) for each in codes]


def medical_codes(codes: Iterable[Code]) -> list[Document]:
    """Codes of a medical entity."""
    return [{"@type": "MedicalCode", "codingSystem": each.system, "codeValue": each.value} for each in codes]


def citations(works: Iterable[Citation]) -> list[Document]:
    """The works that content rests on. Levels of evidence are no property of a work, and are left out."""
    return [
        {
            "@type": "CreativeWork",
            "name": each.title,
            "author": [{"@type": "Person", "name": name} for name in each.authors],
            "publisher": organization(each.publisher),
            "datePublished": each.year and f"{each.year:04}",
            "url": each.url,
            "identifier": each.doi and _identifier("doi", each.doi),
        }
        for each in works
    ]


def digest(sha256: str) -> Document:
    """The hash that proves a wording."""
    return _identifier("SHA-256", sha256)


def _identifier(system: str, value: str) -> Document:
    return {"@type": "PropertyValue", "propertyID": system, "value": value}
