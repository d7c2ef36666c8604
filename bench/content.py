"""What is served: the corpus with authors, or as many invented articles as wanted; both with the sample practice.

Each is a list of records, which goes to ``caveat import --format bundle`` as NDJSON. The same inputs give the same
records, times included, so that answers keep their size from one run to the next.
"""

import gzip
import random
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

import orjson

from bench.fiction import article
from bench.physicians import SLUGS, physicians
from publishing import markdown, medquad

Record = dict[str, Any]
FIRST = datetime(2024, 1, 1, 8, 0, tzinfo=UTC)
EARLIER = {"publishedAt": "2023-01-01T08:00:00Z", "updatedAt": "2023-06-01T08:00:00Z"}


def corpus(path: Path, sample: Path) -> Iterator[Record]:
    """The MedQuAD corpus, each article with an author, a summary and a date of its own."""
    yield from practice(sample)
    known = {name(record) for record in practice(sample)}
    records = [dict(entry.data) for entry in medquad.read(path) if entry.problem is None]
    articles = [record for record in records if record["type"] == "article"]
    yield from (record | EARLIER for record in records if record["type"] != "article" and name(record) not in known)
    yield from map(credited, range(len(articles)), in_order(articles))


def scale(count: int, sample: Path) -> Iterator[Record]:
    """So many invented articles, linked to each other."""
    yield from practice(sample)
    yield from (credited(number, article(number, count)) for number in range(count))


def practice(sample: Path) -> Iterator[Record]:
    """The sample practice, whose guides have every section, and the authors. It is older than all other articles."""
    entries = (dict(entry.data) for entry in markdown.read(sample) if entry.problem is None)
    return chain((entry | EARLIER for entry in entries), physicians())


def name(record: Record) -> tuple[str, str]:
    """What tells a record's node from others."""
    return record["type"], record["slug"]


def in_order(articles: list[Record]) -> list[Record]:
    """The articles mixed, those with few links first: the newest, which lists begin with, then have four or more."""
    mixed = random.Random(1).sample(articles, len(articles))  # noqa: S311 - the same order each time
    return sorted(mixed, key=lambda record: len(record["links"]) >= 4)


def credited(number: int, record: Record) -> Record:
    """An article with its author, its summary where it has none, and its dates: each is newer than the one before."""
    published = FIRST + timedelta(minutes=10 * number)
    return {
        "summary": summary(record),
        **record,
        "authors": [SLUGS[number % len(SLUGS)]],
        "publishedAt": published,
        "updatedAt": published + timedelta(minutes=5),
    }


def summary(record: Record) -> str:
    """The beginning of an article's text, up to 120 characters, without marks of lists."""
    text = " ".join(section["body"] for section in record["sections"]).replace("\\", "")
    return " ".join(text[:120].replace("- ", "").split()).rpartition(" ")[0]


def slugs(records: Iterable[Record]) -> list[str]:
    """The slugs of the articles that are live in English, oldest first."""
    served = {"type": "article", "locale": "en", "status": "live"}
    return [record["slug"] for record in records if served.items() <= record.items()]


def write(records: Iterable[Record], path: Path) -> list[str]:
    """Write records as a bundle; returns the slugs of its articles, oldest first."""
    written = []
    with gzip.open(path, "wb", compresslevel=1) as file:
        for record in records:
            file.write(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))
            written += slugs([record])
    return written
