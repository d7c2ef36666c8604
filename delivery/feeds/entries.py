"""Entries of feeds: what both forms of a feed say of a page, its content with the disclaimer in it."""

import re
from collections.abc import Mapping
from html import escape
from typing import Any
from uuid import UUID, uuid5

from delivery.embeds.cards import Look, canonical, fields
from delivery.feeds.documents import environment
from loaders.rows import node_id
from settings import Settings

Entry = dict[str, Any]
OF_ENTRIES = Look(detail="full", heading=1)
"""All of the content, beneath the title of the entry, which stands outside."""
WITHIN = re.compile(r'(<a\b[^>]*\bhref=")#')
"""The beginning of a link within a page: to a footnote, and back."""


def entry(kind: str, content: Mapping[str, Any], revision: int, settings: Settings) -> Entry:
    """The entry of a page, as the operation found it."""
    return {
        "id": entry_id(content["id"], content["locale"]),
        "title": content["title"],
        "url": canonical(content),
        "language": content["locale"],
        "published": content["publishedAt"],
        "updated": content["updatedAt"],
        "authors": content.get("authors", []),
        "topics": content["topics"],
        "summary": content["summary"],
        "rights": _rights(content),
        "html": _html(kind, content, revision, settings),
        "disclaimer": content["disclaimer"],
        "reviewed": content["reviewedOn"],
    }


def entry_id(id: str, locale: str) -> str:
    """The id of an entry, from the global id: the same for ever, whatever the page is called and wherever it is.

    Each locale has its own: readers take entries of one id for one text.
    """
    return f"urn:uuid:{uuid5(UUID(node_id(id)[1]), locale)}"


def _html(kind: str, content: Mapping[str, Any], revision: int, settings: Settings) -> str:
    """The card of an embed, whole: disclaimer, attribution and day of review are always in it.

    Links within it lead to the page: a reader shows many entries in one, each with a first footnote.
    """
    given = fields(kind, content, revision, OF_ENTRIES, settings) | {"anchors": ""}  # the page's own
    html = environment.get_template("entry.html").render(**given)
    return WITHIN.sub(lambda found: f"{found[1]}{escape(canonical(content))}#", html)


def _rights(content: Mapping[str, Any]) -> str:
    holder, license = content.get("copyrightHolder"), content.get("license")
    return ". ".join(each for each in (f"© {holder}" if holder else None, license) if each)
