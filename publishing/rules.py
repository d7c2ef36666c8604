"""What a record must fulfil to be saved, and what it must have to be published."""

import dataclasses
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from pydantic.alias_generators import to_camel

from errors import Problem
from models import Kind, Part
from models.link import ALLOWED, EXTERNAL
from models.rich_text import RichText
from publishing.record import LinkRecord, Record

NEVER_IN_URLS = frozenset(' "<>\\^`{|}')
"""What stands in no URL as it is (RFC 3986, 2): feeds would be invalid."""
ADDRESS = re.compile(r"(^|\.)(url|\w+Url|sameAs\.\d+)$")


def record_problems(record: Record, locales: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with a record in itself."""
    problems = [problem for check in CHECKS if (problem := check(record)) is not None]
    for place, url in _addresses("", record.part | {"seo": record.seo}):
        if not web_address(url):
            problems.append(Problem(place, f"{url!r} is not a web address (http or https)"))
    if record.locale not in locales:
        listed = ", ".join(locales)
        problems.append(Problem("locale", f"{record.locale!r} is not a locale of the site (CAVEAT_LOCALES: {listed})"))
    return problems


def npi_is_valid(npi: str) -> bool:
    """Whether ten digits are a US National Provider Identifier: Luhn over the prefix 80840 and them (ISO/IEC 7812)."""
    if len(npi) != 10 or not (npi.isascii() and npi.isdigit()):
        return False
    digits = [int(digit) for digit in reversed("80840" + npi)]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _npi(record: Record) -> Problem | None:
    npi = getattr(record, "npi", None)
    if npi is None or npi_is_valid(npi):
        return None
    return Problem("npi", f"{npi!r} is not an NPI: ten digits whose check digit is right (Luhn with the prefix 80840)")


def _review(record: Record) -> Problem | None:
    last, due = getattr(record, "last_reviewed_on", None), getattr(record, "review_due_on", None)
    if last is None or due is None or last <= due:
        return None
    return Problem("reviewDueOn", f"{due} is before the last review on {last}")


def _effective(record: Record) -> Problem | None:
    start, end = getattr(record, "effective_from", None), getattr(record, "effective_until", None)
    if start is None or end is None or start <= end:
        return None
    return Problem("effectiveUntil", f"{end} is before effectiveFrom, {start}")


def _addresses(place: str, value: Any) -> Iterator[tuple[str, str]]:
    """(place, URL) of every field that holds a web address, however deep: ``url``, ``*_url`` and ``same_as``."""
    if isinstance(value, str) and ADDRESS.search(place):
        yield place, value
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _addresses(f"{place}.{number}", item)
    elif dataclasses.is_dataclass(value) and not isinstance(value, RichText | type):
        yield from _addresses(place, vars(value))
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _addresses(f"{place}.{to_camel(name)}".removeprefix("."), item)


CHECKS: tuple[Callable[[Record], Problem | None], ...] = (_npi, _review, _effective)


def web_address(url: str) -> bool:
    """Whether a URL leads to a web page."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if not url.isprintable() or not NEVER_IN_URLS.isdisjoint(url):
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def link_problem(
    link: LinkRecord, field: str, source: Kind, source_id: str, target: tuple[str, Kind] | None
) -> Problem | None:
    """What is wrong with a link; ``target`` is the node that it names, where there is one."""
    if link.url is not None:
        if link.kind not in EXTERNAL:
            return Problem(field, f"a link of kind {link.kind.value} leads to a node, not to an external page")
        return None if web_address(link.url) else Problem(field, f"{link.url!r} is not a web address (http or https)")
    if target is None:
        return Problem(field, f"there is no node {link.target!r}")
    sources, targets = ALLOWED[link.kind]
    if source not in sources or target[1] not in targets:
        return Problem(field, f"{link.kind.value} cannot lead from {source.value} to {target[1].value}")
    if target[0] == source_id:
        return Problem(field, f"{link.kind.value} leads from {source.value} to itself")
    return None


def missing_to_publish(kind: Kind, part: Part) -> list[Problem]:
    """What a draft lacks to be published (the fields marked required in the guide to the content fields)."""
    return [Problem(field, "is required to publish") for field, present in REQUIRED[kind].items() if not present(part)]


REQUIRED: dict[Kind, dict[str, Callable[[Any], bool]]] = {
    Kind.ARTICLE: {"body": lambda part: bool(part.body.text or part.sections)},
    Kind.PROCEDURE: {"overview": lambda part: bool(part.overview.text)},
    Kind.PHYSICIAN: {
        "familyName": lambda part: bool(part.family_name),
        "shortBio": lambda part: bool(part.short_bio),
        "bio": lambda part: bool(part.bio.text),
    },
    Kind.TOPIC: {},
    Kind.DISCLAIMER: {"text": lambda part: bool(part.text.strip())},
}


def title_key(record: Record) -> bytes:
    """What a title sorts by, the same on every database: folded, without accents. Physicians go by family name."""
    title = record.title
    if record.type is Kind.PHYSICIAN:
        title = " ".join(filter(None, [getattr(record, "family_name", ""), getattr(record, "given_name", "")]))
    decomposed = unicodedata.normalize("NFKD", title.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).encode()[:500]
